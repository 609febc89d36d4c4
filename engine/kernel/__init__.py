"""The kernel: one compiled program that trains any network of named functions and formulas, to the readable bits.

It interprets a table of the network's stages and the programs of its formulas, so nothing never seen before costs a
compilation. Importing this compiles nothing and loads no compiler: the first training does, or `warm_up` in the
background. Its rooms, from the ground up: `program` (the table), `vectors` (doubles side by side), `elementary` (the
functions), `formulas` (their programs), `machine` (one run), `lanes` (sixteen runs side by side), `entries` (what is
compiled), `loading` (when, and where it is kept), `single` and `many` (what is called).
"""

from engine.kernel.cache import KERNEL
from engine.kernel.train_many import SIDE_BY_SIDE, RunResults, sweep
from engine.kernel.train_one import flattened, load_flat, parameters, takes, train, work

__all__ = [
    "SIDE_BY_SIDE",
    "RunResults",
    "flattened",
    "load_flat",
    "parameters",
    "ready",
    "sweep",
    "takes",
    "train",
    "warm_up",
    "work",
]


def ready() -> bool:
    """Whether the compiled code is in memory, so that `train` starts at once."""
    return KERNEL.ready


def warm_up() -> None:
    """Loads the compiled code in the background, compiling it first where it must; returns at once."""
    KERNEL.warm_up()
