"""The kernel: one compiled program that trains any network of named functions and formulas, to the readable bits.

It interprets a table of the network's stages and the programs of its formulas, so nothing never seen before costs a
compilation. Importing this compiles nothing and loads no compiler: the first training does, or `warm_up` in the
background. Its modules, each of which imports only from those before it: `program` (the table), `vectors` (doubles side
by side), `activations`, `formulas` (their programs), `interpreter` (one run), `interpreter16` (sixteen runs side by
side), `by_rule` (what both do by a training rule), `normal_numbers` (NumPy's stream), `compiled` (the entry points),
`cache` (compiled code in memory and on disk), `ahead` (which compiles it), `train_one`, `train_many` and `draws` (the
functions to call).
"""

from collections.abc import Sequence
from typing import Any

from engine.kernel.cache import KERNEL
from engine.kernel.draws import normals
from engine.kernel.train_many import SIDE_BY_SIDE, RunResults, losses_of_rows, sweep, train_rows
from engine.kernel.train_one import (
    flattened,
    frozen_places,
    load_flat,
    parameters,
    readable_seconds,
    respond,
    stated_parameters,
    supports,
    train,
    work,
)

__all__ = [
    "SIDE_BY_SIDE",
    "RunResults",
    "at_hand",
    "flattened",
    "frozen_places",
    "gains",
    "load",
    "load_flat",
    "losses_of_rows",
    "normals",
    "parameters",
    "readable_seconds",
    "ready",
    "respond",
    "stated_parameters",
    "supports",
    "sweep",
    "train",
    "train_rows",
    "warm_up",
    "work",
]


def ready(*, by_rule: bool = False) -> bool:
    """Whether the compiled code is in memory, so that `train` starts at once; `by_rule` for one with a rule."""
    return KERNEL.ready(by_rule=by_rule)


def at_hand(*, by_rule: bool = False) -> bool:
    """Whether the compiled code is in memory, or stored, so that it is there within a second or so."""
    return KERNEL.at_hand(by_rule=by_rule)


def gains(layers: Sequence[Any], width: int, steps: int, *, by_rule: bool = False) -> bool:
    """Whether compiled code is there, or worth its wait, for so many steps that these layers are trained."""
    if ready(by_rule=by_rule):
        return True
    return supports(layers) and KERNEL.gains(steps * readable_seconds(layers, width), by_rule=by_rule)


def load() -> None:
    """Loads the compiled code, compiling it first where it must."""
    KERNEL.load()


def warm_up() -> None:
    """Loads the compiled code in the background, compiling it first where it must; returns at once."""
    KERNEL.warm_up()
