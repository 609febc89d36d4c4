"""The border between runs that diverged and runs that did not, and its box dimension.

Squares of 1, 2, 4 … pixels are laid over a picture, and those that the border touches counted. Where their number goes
as a power of the size, that power is the dimension (Sohl-Dickstein 2024, The boundary of neural network trainability is
fractal).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray

LARGEST_SHARE = 8
"""The largest squares are an eighth of a side: of larger ones there are too few to count."""
FEWEST_PIXELS = 200
"""The fewest pixels of a border whose dimension is said."""
LARGEST_ERROR, LARGEST_RESIDUAL = 0.05, 0.12
"""A good fit has a slope of at most this standard error, and no count further off than that, as a natural logarithm."""
PAPER = (1.17, 1.98)
"""The range of the paper's pictures."""
LEAST = 0.97
"""A border between two sides has at least the dimension of a line, but for the error of pixels."""


class Dimension(NamedTuple):
    """A box dimension with its standard error, and whether the fit is good."""

    value: float
    error: float
    is_good: bool


def border_of(numbers: FloatArray) -> NDArray[np.bool_]:
    """The pixels whose right or upper neighbour ended otherwise; `numbers` are those of a window, nan for no run."""
    learned, there = numbers >= 0, ~np.isnan(numbers)
    border = np.zeros(numbers.shape, dtype=bool)
    border[:, :-1] |= (learned[:, :-1] != learned[:, 1:]) & there[:, :-1] & there[:, 1:]
    border[:-1] |= (learned[:-1] != learned[1:]) & there[:-1] & there[1:]
    return border


def box_dimension(border: NDArray[np.bool_]) -> Dimension | None:
    """The dimension of a square picture's border, whose side is a power of two; None where it has too few pixels."""
    side = len(border)
    if np.count_nonzero(border) < FEWEST_PIXELS:
        return None
    sizes = [2**k for k in range(int(math.log2(side / LARGEST_SHARE)) + 1)]
    blocks = (border.reshape(side // size, size, side // size, size).any(axis=(1, 3)) for size in sizes)
    logs, counts = -np.log(sizes), np.log([np.count_nonzero(block) for block in blocks])
    away = logs - logs.mean()
    slope = float(away @ counts / (away @ away))
    residuals = counts - counts.mean() - slope * away
    error = math.sqrt(float(residuals @ residuals) / (len(sizes) - 2) / float(away @ away))
    is_good = error <= LARGEST_ERROR and float(np.abs(residuals).max()) <= LARGEST_RESIDUAL and slope >= LEAST
    return Dimension(slope, error, is_good)


def dimension_words(found: Dimension | None) -> str:
    """The sentence about a border."""
    if found is None:
        return "The border between runs that diverge and runs that do not is too short here for a dimension."
    if not found.is_good:
        return "The border has no one dimension here: the squares that it touches do not go as a power of their size."
    low, high = PAPER
    inside = low - found.error <= found.value <= high + found.error
    place = "within" if inside else "below" if found.value < low else "above"
    said = f"The border of the runs that diverge has the box dimension {found.value:.2f} ± {found.error:.2f}"
    return f"{said}, {place} the {low} to {high} of Sohl-Dickstein’s paper, whose networks and knobs are others."
