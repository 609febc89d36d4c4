"""Input vectors, drawn from a seed.

The generator is `numpy.random.RandomState(seed)`, whose stream is frozen: seed 3 here is seed 3 in the notebook.
Drawing n vectors at once gives the same numbers as n successive `randn(2)` calls. Global random state is never used.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.base.random_stream import passing_stream, random_stream
from engine.errors import OutOfRangeError, UnknownNameError, shown

LARGEST_SEED = 2**32 - 1
SAMPLES_LIMIT = 1_000_000


GRID_SIDE = 21
"""Points along each axis of a grid of one or two inputs: every tenth from −1 to 1."""
GRID_POINTS = GRID_SIDE**2
"""The most points that a grid of more inputs has; its sides are as long as that allows, and never less than 2."""


@dataclass(frozen=True)
class InputDistribution:
    """A distribution of input vectors: its name, its title, how far its points reach, and how they are drawn.

    `period` says for a width how many vectors are drawn together: draws of multiples of it, one after another, give
    what one draw gives.
    """

    name: str
    title: str
    reach: float
    draw: Callable[[np.random.RandomState, int, int], FloatArray]
    period: Callable[[int], int] = lambda width: 1
    never_repeats: bool = True
    """Whether no vector comes twice."""


def _corners(rng: np.random.RandomState, n: int, width: int) -> FloatArray:
    return np.where(rng.random_sample((n, width)) < 0.5, -1.0, 1.0)


def _grid_side(width: int) -> int:
    return max((k for k in range(2, GRID_SIDE + 1) if k**width <= GRID_POINTS), default=0)


def _grid(rng: np.random.RandomState, n: int, width: int) -> FloatArray:
    """An even grid over the cube from −1 to 1, used again and again, each pass in an order of its own.

    From nine inputs on its corners alone are more than GRID_POINTS, and they are drawn one by one.
    """
    side = _grid_side(width)
    if not side:
        return _corners(rng, n, width)
    points = np.stack(np.unravel_index(epoch_order(rng, n, side**width, shuffled=True), (side,) * width), axis=1)
    return (2.0 * points - (side - 1)) / (side - 1)


def epoch_order(rng: np.random.RandomState, n: int, count: int, *, shuffled: bool) -> NDArray[np.int64]:
    """n numbers below `count`, all of them before any comes again; shuffled, each pass has an order of its own.

    Fewer are the first of more: a pass draws `count` random numbers, whatever n is.
    """
    if not shuffled:
        return np.arange(n) % count
    keys = rng.random_sample((-(-n // count), count))
    return np.argsort(keys, axis=1, kind="stable").ravel()[:n]


NORMAL = "normal"

_ROWS = (
    InputDistribution(NORMAL, "Normal", 3.0, lambda rng, n, width: rng.randn(n, width)),
    InputDistribution("uniform", "Uniform", 1.0, lambda rng, n, width: rng.uniform(-1.0, 1.0, (n, width))),
    InputDistribution("corners", "Corners", 1.5, _corners, never_repeats=False),
    InputDistribution(
        "grid", "Grid", 1.0, _grid, lambda width: max(1, _grid_side(width) ** width), never_repeats=False
    ),
)

INPUT_DISTRIBUTIONS: dict[str, InputDistribution] = {row.name: row for row in _ROWS}


def input_distribution_named(name: str) -> InputDistribution:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return INPUT_DISTRIBUTIONS[name]
    except (KeyError, TypeError):
        raise UnknownNameError("way to draw inputs", name, INPUT_DISTRIBUTIONS) from None


def draw_inputs(name: str, seed: int, n: int, width: int) -> FloatArray:
    """n input vectors of that kind, shape (n, width); the same seed gives the same, and fewer are the first of more."""
    return input_distribution_named(name).draw(passing_stream(checked_seed(seed)), n, width)


def input_blocks(name: str, seed: int, n: int, width: int, size: int) -> Iterator[FloatArray]:
    """The vectors of `draw_inputs` in successive blocks of at least `size`, the last of which may be shorter."""
    distribution, rng = input_distribution_named(name), random_stream(checked_seed(seed))
    period = distribution.period(width)
    size = -(-size // period) * period
    for start in range(0, n, size):
        yield distribution.draw(rng, min(size, n - start), width)


def checked_seed(seed: int) -> int:
    """The seed, when it is a whole number from 0 to 4294967295."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed <= LARGEST_SEED:
        raise OutOfRangeError(f"Seeds are whole numbers from 0 to {LARGEST_SEED:,}, not {shown(seed)}.")
    return int(seed)
