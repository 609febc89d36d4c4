"""The wall between two networks: the rise of the loss on the straight line from one to the other."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.base.metrics import mean_losses
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.rules.rule import PLAIN, TrainingRule
from engine.training.mean_losses import losses_with, mean_losses_of
from engine.training.network import Network

POINTS = 41
"""Points on the line, its ends among them."""

NO_WALL = 0.02
"""A wall of at most this share of the larger end loss is none."""

ALMOST_ZERO = 1e-12
"""Losses of at most this share of an answer of 0's are as good as 0: outputs are right to a millionth."""


@dataclass(frozen=True, eq=False)
class Line:
    """The mean losses on the straight line from one network to another, its ends among them."""

    losses: FloatArray
    """The losses at 41 points in equal steps, shape (41,); inf or nan where the numbers are too large."""
    zero: float
    """Losses up to here are as good as 0."""
    spread: float = 0.0
    """Two standard errors of the highest loss between the ends above the chord, where samples stand for more; or 0."""

    @property
    def above(self) -> FloatArray:
        """The height of each loss above the chord between both ends, shape (41,); negative below it."""
        first, last = self.losses[0], self.losses[-1]
        with np.errstate(all="ignore"):
            above: FloatArray = self.losses - (first + np.linspace(0.0, 1.0, POINTS) * (last - first))
        return above

    @property
    def wall(self) -> float | None:
        """The highest loss above the chord, as a share of the larger end loss, and at least 0.

        Where both end losses are as good as 0, a share says nothing: it is 0 where the whole line is, else inf. inf too
        where the loss on the line is not finite, and None where one at an end is not.
        """
        if not np.isfinite(self.losses[[0, -1]]).all():
            return None
        highest, larger = float(self.above.max()), float(max(self.losses[0], self.losses[-1]))
        if not math.isfinite(highest):
            return math.inf
        if larger > self.zero:
            return max(0.0, highest) / larger
        return 0.0 if highest <= self.zero else math.inf

    @property
    def error(self) -> float:
        """The error of a finite wall: two standard errors, where the samples stand for more; else 0."""
        larger = float(max(self.losses[0], self.losses[-1]))
        return self.spread / larger if self.spread and larger > self.zero else 0.0


def line_between(
    network: Network,
    a: FloatArray,
    b: FloatArray,
    samples: Samples,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    rule: TrainingRule = PLAIN,
    of_more: bool = False,
) -> Line:
    """The line from the flat weights a to b, and the mean loss of the samples along it, by the loss of that rule.

    `of_more` says that these samples were chosen from more, so that their mean has an error.
    """
    t = np.linspace(0.0, 1.0, POINTS)
    with np.errstate(all="ignore"):
        rows = a + t[:, None] * (b - a)
        rows[-1] = b
        losses = mean_losses_of(network, rows, samples, on_progress, rule=rule)
        zero = ALMOST_ZERO * float(mean_losses(rule.loss_row.value(np.zeros_like(samples[1]), samples[1])))
    line = Line(losses, zero)
    has_height = line.wall is not None and math.isfinite(line.wall)
    return replace(line, spread=_spread(line, network, rows, samples, rule)) if of_more and has_height else line


def _spread(line: Line, network: Network, rows: FloatArray, samples: Samples, rule: TrainingRule) -> float:
    top, copy = 1 + int(line.above[1:-1].argmax()), network.copy()
    first, highest, last = (losses_with(copy, rows[at], *samples, rule.loss_row)[0] for at in (0, top, -1))
    with np.errstate(all="ignore"):
        above = highest - (first + top / (POINTS - 1) * (last - first))
        return float(2.0 * above.std(ddof=1) / math.sqrt(len(above)))
