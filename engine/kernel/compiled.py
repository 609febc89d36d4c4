"""What Numba compiles: the kernel's entry points, each for one list of types, so that no later call compiles again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dill import UnpicklingError
from numba import config, njit, types

from engine.kernel import interpreter as machine
from engine.kernel import interpreter16 as lanes

NUMBERS, WHOLE, NUMBER, COUNT = types.float64[::1], types.int64[::1], types.float64, types.int64

TRAIN = types.void(WHOLE, WHOLE, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBER, NUMBERS, COUNT, NUMBERS, WHOLE)
SWEEP = types.void(WHOLE, NUMBERS, WHOLE, *[NUMBERS] * 10, WHOLE, NUMBERS)


@dataclass(frozen=True)
class Entries:
    """The compiled functions."""

    train: Callable[..., None]
    sweep: Callable[..., None]


def compiled_in(folder: Path | None) -> Entries:
    """Loads the entries from the folder, or compiles them and keeps them there; None keeps nothing.

    A full disk or a broken file costs a compilation, and nothing else.
    """
    if folder is None:
        return _entries(kept=False)
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        return _entries(kept=True)
    except (OSError, EOFError, UnpicklingError):
        return _entries(kept=False)
    finally:
        config.CACHE_DIR = before


def _entries(kept: bool) -> Entries:
    compiled = [
        njit(signature, cache=kept, error_model="numpy", nogil=True)(function)
        for function, signature in ((machine.train, TRAIN), (lanes.sweep, SWEEP))
    ]
    return Entries(*compiled)
