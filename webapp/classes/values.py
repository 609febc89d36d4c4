"""Predictions as phones send them, and the loss or α that each number stands for.

A loss is a position on a scale of twenty steps to a factor of ten. One position below the axis stands for every loss
below it, and one above for a run that diverges.
"""

import math

from webapp.base.validation import Malformed
from webapp.classes.lesson import MOST_DECADES

PER_DECADE = 20
COLUMNS = 16
"""The positions of a drawn curve, each for a sixteenth of the run."""
MOST_ALPHA, LOWEST_ALPHA = 60, -3
"""α is asked for at 61 positions, from 10⁻³ to 1."""

Value = int | tuple[int, ...]


def read_position(plain: object, axis: list[int]) -> int:
    """A position on this axis, or one beyond it; Malformed for anything else."""
    low, high = below(axis), diverges(axis)
    if isinstance(plain, bool) or not isinstance(plain, int) or not low <= plain <= high:
        raise Malformed(f"A position on the axis is a whole number from {low} to {high}.")
    return plain


def below(axis: list[int]) -> int:
    """The position that stands for every loss below the axis."""
    return axis[0] - 1


def diverges(axis: list[int]) -> int:
    """The position that stands for a run that diverges."""
    return axis[1] + 1


def loss_at(position: float) -> float:
    """The loss at a position of the scale."""
    return float(10.0 ** (position / PER_DECADE))


def position_of(loss: float) -> float:
    """The position of a loss: −∞ for 0, ∞ for a run that diverges."""
    return math.inf if math.isinf(loss) else -math.inf if loss == 0.0 else PER_DECADE * math.log10(loss)


def alpha_at(position: int) -> float:
    """The α of a position, with three significant digits: the run is made with just this number."""
    return float(f"{10.0 ** (position / PER_DECADE + LOWEST_ALPHA):.3g}")


def axis_of(before: float, constant: float) -> list[int]:
    """The axis for a question after a run that ends at `before`, blind to what follows: whole decades, eight at most.

    It goes from a hundredth of that, or a ten-thousandth of the best constant answer's loss where the run diverges, to
    ten times the larger of both.
    """
    known = [loss for loss in (before, constant) if 0.0 < loss < math.inf]
    if not known:
        return [-3 * PER_DECADE, PER_DECADE]
    high = math.ceil(math.log10(max(known)) + 1.0 - 1e-9)
    low = math.log10(before) - 2.0 if before in known else math.log10(constant) - 4.0
    return [PER_DECADE * max(math.floor(low + 1e-9), high - MOST_DECADES), PER_DECADE * high]
