"""Where facts come from: inputs drawn from a seed, and what the ideal makes of them.

The dice are `numpy.random.RandomState(seed)`, whose stream is frozen: seed 3 here is seed 3 in the notebook. Drawing n
vectors at once gives the same numbers as n successive `randn(2)` calls. Nothing process-wide is touched.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.errors import OutOfRangeError, UnknownNameError, shown
from engine.numerics import Numbers

LARGEST_SEED = 2**32 - 1
SAMPLES_LIMIT = 1_000_000


@dataclass(frozen=True)
class Inputs:
    """A way to draw input vectors: its name, its title, how far the drawn points reach, and the draw itself."""

    name: str
    title: str
    reach: float
    draw: Callable[[np.random.RandomState, int, int], Numbers]


def _corners(dice: np.random.RandomState, n: int, width: int) -> Numbers:
    return np.where(dice.random_sample((n, width)) < 0.5, -1.0, 1.0)


_ROWS = (
    Inputs("normal", "Normal", 3.0, lambda dice, n, width: dice.randn(n, width)),
    Inputs("uniform", "Uniform", 1.0, lambda dice, n, width: dice.uniform(-1.0, 1.0, (n, width))),
    Inputs("corners", "Corners", 1.5, _corners),
)

INPUTS: dict[str, Inputs] = {row.name: row for row in _ROWS}


def inputs_named(name: str) -> Inputs:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return INPUTS[name]
    except (KeyError, TypeError):
        raise UnknownNameError("way to draw inputs", name, INPUTS) from None


def draw_inputs(name: str, seed: int, n: int, width: int) -> Numbers:
    """n input vectors of that kind, shape (n, width); the same seed gives the same vectors, and more of them go on."""
    return inputs_named(name).draw(np.random.RandomState(checked_seed(seed)), n, width)


def checked_seed(seed: int) -> int:
    """The seed, when it is a whole number from 0 to 4294967295."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed <= LARGEST_SEED:
        raise OutOfRangeError(f"Seeds are whole numbers from 0 to {LARGEST_SEED}, not {shown(seed)}.")
    return int(seed)
