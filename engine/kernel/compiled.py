"""The kernel's entry points, compiled by Numba for one list of types each, so that no later call compiles again."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dill import UnpicklingError
from numba import config, njit, types

from engine.kernel.native import interpreter, interpreter16, normal_numbers
from engine.kernel.native.by_rule import interpreter as rule_interpreter
from engine.kernel.native.by_rule import interpreter16 as rule_interpreter16

FLOATS, INTS, FLOAT, INT = types.float64[::1], types.int64[::1], types.float64, types.int64

TRAIN = types.void(INTS, INTS, FLOATS, FLOATS, FLOATS, FLOATS, FLOATS, FLOAT, FLOATS, INT, FLOATS, INTS)
SWEEP = types.void(INTS, FLOATS, INTS, INTS, *[FLOATS] * 10, INTS, FLOATS, INT)
TRAIN_BY_RULE = types.void(*TRAIN.args, INTS, *[FLOATS] * 5, INTS)
SWEEP_BY_RULE = types.void(*SWEEP.args, INTS, *[FLOATS] * 4, INTS, FLOATS)
RESPOND = types.void(INTS, INTS, *[FLOATS] * 4, INT, INT, FLOATS)
DRAW = types.void(types.uint32[::1], types.float64[:, ::1])

OF_BOTH = ((interpreter.respond_to_all, RESPOND), (normal_numbers.draw, DRAW))
PLAIN = ((interpreter.train, TRAIN), (interpreter16.sweep, SWEEP), *OF_BOTH)
BY_RULE = ((rule_interpreter.train, TRAIN_BY_RULE), (rule_interpreter16.sweep, SWEEP_BY_RULE), *OF_BOTH)
NOT_STORED = (OSError, EOFError, UnpicklingError)
"""Errors of a full disk, and of a broken file."""
LONGEST_FIRST: tuple[tuple[Callable[..., None], Any], ...] = tuple(dict.fromkeys((*BY_RULE, *PLAIN)))
"""All entry points, each once; two of learning by a rule take most of the time that all take to compile."""


@dataclass(frozen=True)
class CompiledFunctions:
    """The compiled entry points, of the plain way to learn or of any other rule."""

    train: Callable[..., None]
    sweep: Callable[..., None]
    respond: Callable[..., None]
    draw: Callable[..., None]


def compiled_in(folder: Path | None, *, by_rule: bool) -> tuple[CompiledFunctions, bool]:
    """The entry points, loaded from the folder or compiled and stored there, and whether all of them are there."""
    made: list[Any] = [entry_point(folder, *one) for one in (BY_RULE if by_rule else PLAIN)]
    return CompiledFunctions(*made), all(is_stored(folder, entry) for entry in made)


def is_stored(folder: Path | None, entry: Any) -> bool:
    """Whether an entry point is in this folder: where it cannot be, Numba takes one of its own."""
    return Path(str(entry.stats.cache_path)).parent == folder


def entry_point(folder: Path | None, function: Callable[..., None], signature: Any) -> Callable[..., None]:
    """Loads one entry point from the folder, or compiles and stores it there; None stores nothing.

    A full disk or a broken file costs a compilation, and nothing else.
    """
    if folder is not None:
        with contextlib.suppress(*NOT_STORED):
            return stored_entry_point(folder, function, signature)
    return _compiled(function, signature, cached=False)


def stored_entry_point(folder: Path, function: Callable[..., None], signature: Any) -> Callable[..., None]:
    """Loads one entry point from the folder, or compiles and stores it there; one of NOT_STORED where that fails."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        return _compiled(function, signature, cached=True)
    finally:
        config.CACHE_DIR = before


def _compiled(function: Callable[..., None], signature: Any, cached: bool) -> Callable[..., None]:
    made: Callable[..., None] = njit(signature, cache=cached, error_model="numpy", nogil=True)(function)
    return made
