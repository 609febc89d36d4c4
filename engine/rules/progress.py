"""How far a training has come: what a rule remembers between two samples, which no checkpoint holds."""

from dataclasses import dataclass, replace

import numpy as np

from engine.base.numerics import FloatArray
from engine.rules.optimizers import Pace
from engine.rules.rule import MOMENTS, TrainingRule


@dataclass
class Progress:
    """A training by a rule, of one network or of several side by side, which a copy goes on from.

    Parameters lie flat: M row by row, then b, for each layer in turn.
    """

    rule: TrainingRule
    samples: int
    """How many there are in all: the last batch divides by its own count."""
    paces: FloatArray
    """The rule's, shape (steps, 3), for reading only."""
    gradient: FloatArray
    """What the samples of the batch in hand have added, shape (…, numbers)."""
    moments: FloatArray
    """Velocity, mean square and mean gradient of each number, as far as the rule has them, shape (…, 3, numbers)."""
    seen: int = 0
    """How many samples have been learned."""

    @classmethod
    def at_rest(cls, rule: TrainingRule, samples: int, *shape: int) -> "Progress":
        """Before the first sample, of parameters of that flat shape (…, numbers)."""
        *runs, numbers = shape
        return cls(rule, samples, rule.paces(samples), np.zeros(shape), np.zeros((*runs, MOMENTS, numbers)))

    def copy(self) -> "Progress":
        """The same, with arrays of its own."""
        return replace(self, gradient=self.gradient.copy(), moments=self.moments.copy())

    @property
    def nbytes(self) -> int:
        """How many bytes a copy takes."""
        return self.gradient.nbytes + self.moments.nbytes

    @property
    def step(self) -> int:
        """How many moves have been made before the batch in hand."""
        return self.seen // self.rule.batch

    @property
    def in_batch(self) -> int:
        """How many samples of the batch in hand have been seen."""
        return self.seen % self.rule.batch

    @property
    def batch(self) -> int:
        """How many samples the batch in hand has."""
        return max(1, min(self.rule.batch, self.samples - self.step * self.rule.batch))

    def pace(self, alpha: float) -> Pace:
        """What the step of the batch in hand is scaled by; after the last sample, as the last step was."""
        rate, mean, root = self.paces[min(self.step, len(self.paces) - 1)].tolist()
        return Pace(alpha * rate, mean, root)


def progress_of(rule: TrainingRule, samples: int, *shape: int) -> Progress | None:
    """A training at rest of parameters of that flat shape (…, numbers); None for the plain rule, which needs none."""
    return None if rule.plain else Progress.at_rest(rule, samples, *shape)
