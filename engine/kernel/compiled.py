"""The kernel's entry points, compiled by Numba for one list of types each, so that no later call compiles again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dill import UnpicklingError
from numba import config, njit, types

from engine.kernel import interpreter, interpreter16

FLOATS, INTS, FLOAT, INT = types.float64[::1], types.int64[::1], types.float64, types.int64

TRAIN = types.void(INTS, INTS, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, FLOAT, FLOATS, INT, FLOATS, INTS)
SWEEP = types.void(INTS, FLOATS, INTS, *[FLOATS] * 10, INTS, FLOATS, INT)


@dataclass(frozen=True)
class CompiledFunctions:
    """The compiled entry points."""

    train: Callable[..., None]
    sweep: Callable[..., None]


def compiled_in(folder: Path | None) -> CompiledFunctions:
    """Loads the entry points from the folder, or compiles and stores them there; None stores nothing.

    A full disk or a broken file costs a compilation, and nothing else.
    """
    if folder is None:
        return _entry_points(cached=False)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        return _entry_points(cached=True)
    except (OSError, EOFError, UnpicklingError):
        return _entry_points(cached=False)
    finally:
        config.CACHE_DIR = before


def _entry_points(cached: bool) -> CompiledFunctions:
    compiled = [
        njit(signature, cache=cached, error_model="numpy", nogil=True)(function)
        for function, signature in ((interpreter.train, TRAIN), (interpreter16.sweep, SWEEP))
    ]
    return CompiledFunctions(*compiled)
