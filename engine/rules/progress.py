"""Progress of a training by a rule: the state between two samples, which no checkpoint holds."""

from dataclasses import dataclass, replace

import numpy as np

from engine.base.numerics import FloatArray
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
    """The rule's paces, shape (steps, 3), for reading only."""
    gradient: FloatArray
    """The sum of the gradients of the current batch so far, shape (…, numbers)."""
    moments: FloatArray
    """Velocity, mean square and mean gradient of each number, as far as the rule has them, shape (…, 3, numbers)."""
    seen: int = 0
    """The number of samples that have been learned."""

    @classmethod
    def at_rest(cls, rule: TrainingRule, samples: int, *shape: int) -> "Progress":
        """Before the first sample, of parameters of that flat shape (…, numbers)."""
        *runs, numbers = shape
        return cls(rule, samples, rule.paces(samples), np.zeros(shape), np.zeros((*runs, MOMENTS, numbers)))

    def copy(self) -> "Progress":
        """A copy with arrays of its own."""
        return replace(self, gradient=self.gradient.copy(), moments=self.moments.copy())

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

    def pace(self, alpha: float) -> Pace:
        """The scale of the current batch's step; after the last sample, that of the last step."""
        rate, mean, root = self.paces[min(self.step, len(self.paces) - 1)].tolist()
        return Pace(alpha * rate, mean, root)


def progress_of(rule: TrainingRule, samples: int, *shape: int) -> Progress | None:
    """A training at rest of parameters of that flat shape (…, numbers); None for the plain rule, which needs none."""
    return None if rule.plain else Progress.at_rest(rule, samples, *shape)
