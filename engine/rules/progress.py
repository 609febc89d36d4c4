"""Progress of a training by a rule: the state between two samples, which no checkpoint holds."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.data.turns import Turns
from engine.rules.optimizers import Pace
from engine.rules.rule import MOMENTS, TrainingRule


@dataclass
class Progress:
    """A training by a rule, of one network or of several side by side; a copy of it can go on.

    Parameters lie flat: M row by row, then b, for each layer in turn.
    """

    rule: TrainingRule
    samples: int
    """The number of samples in all: the last batch divides by its own count."""
    paces: FloatArray
    """The paces of the steps, shape (steps, 3), for reading only; (runs, steps, 3) where they depend on the turns that
    each of several runs passes over."""
    gradient: FloatArray
    """The sum of the gradients of the current batch so far, shape (…, numbers)."""
    moments: FloatArray
    """Velocity, mean square and mean gradient of each number, as far as the rule has them, shape (…, 3, numbers)."""
    seen: int = 0
    """The number of samples that have been learned or passed over."""
    passed: Turns | NDArray[np.int64] | None = None
    """The turns that are passed over, shape (samples,), or (runs, samples) for each of several runs; None for none. In
    the kernel also a number for each turn, with a bit for each run that passes over it."""

    @classmethod
    def at_rest(cls, rule: TrainingRule, samples: int, *shape: int, passed: Turns | None = None) -> "Progress":
        """Before the first sample, of parameters of that flat shape (…, numbers)."""
        *runs, numbers = shape
        paces = rule.paces(samples)
        if passed is not None and rule.optimizer_row.counts_moves:
            paces = _paces_of_learned(rule, paces, passed)
        return cls(rule, samples, paces, np.zeros(shape), np.zeros((*runs, MOMENTS, numbers)), passed=passed)

    def copy(self) -> "Progress":
        """A copy with arrays of its own."""
        return replace(self, gradient=self.gradient.copy(), moments=self.moments.copy())

    def of_runs(self, rows: int | slice) -> "Progress":
        """The part of some of several runs, whose arrays are views."""
        passed, paces = self.passed, self.paces
        if passed is not None and passed.ndim > 1:
            passed, paces = passed[rows], paces if paces.ndim == 2 else paces[rows]
        return replace(self, gradient=self.gradient[rows], moments=self.moments[rows], passed=passed, paces=paces)

    @property
    def nbytes(self) -> int:
        """The number of bytes of a copy."""
        return self.gradient.nbytes + self.moments.nbytes

    @property
    def step(self) -> int:
        """The number of moves before the current batch."""
        return self.seen // self.rule.batch

    @property
    def in_batch(self) -> int:
        """The number of samples of the current batch that have been seen."""
        return self.seen % self.rule.batch

    @property
    def batch(self) -> int:
        """The number of samples in the current batch."""
        return max(1, min(self.rule.batch, self.samples - self.step * self.rule.batch))

    @property
    def passes(self) -> bool:
        """Whether the next sample is passed over."""
        return self.passed is not None and bool(self.passed[self.seen])

    @property
    def learned(self) -> int:
        """The number of samples in the current batch that are not passed over."""
        if self.passed is None:
            return self.batch
        start = self.step * self.rule.batch
        return self.batch - int(np.count_nonzero(self.passed[start : start + self.batch]))

    def pace(self, alpha: float) -> Pace:
        """The scale of the current batch's step; after the last sample, that of the last step."""
        rate, mean, root = self.paces[min(self.step, len(self.paces) - 1)].tolist()
        return Pace(alpha * rate, mean, root)


def progress_of(rule: TrainingRule, samples: int, *shape: int, passed: Turns | None = None) -> Progress | None:
    """A training at rest of parameters of that flat shape (…, numbers); None where every sample is learned by the plain
    rule, which needs none."""
    return None if rule.plain and passed is None else Progress.at_rest(rule, samples, *shape, passed=passed)


def _paces_of_learned(rule: TrainingRule, paces: FloatArray, passed: Turns) -> FloatArray:
    """The rate at each step, and the corrections for the moves that were made before it."""
    starts = np.arange(0, passed.shape[-1], rule.batch)
    moves = np.logical_or.reduceat(passed == 0, starts, axis=-1).astype(np.int64)
    before = np.cumsum(moves, axis=-1) - moves
    rates = np.broadcast_to(paces[:, :1], (*before.shape, 1))
    return np.concatenate([rates, paces[before, 1:]], axis=-1)
