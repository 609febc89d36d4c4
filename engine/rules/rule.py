"""A training rule: all that decides how a network learns its samples, beside α.

The samples come in batches; each adds ∂loss/∂parameter, scaled at the loss, and one move follows a batch. The last
batch of a run may be shorter, and divides by its own count. Everything is off by default: then a sample is a batch, and
a move subtracts its gradient.
"""

import math
from dataclasses import dataclass, fields

import numpy as np

from engine.base.byte_cache import ByteCache
from engine.base.number_text import number_text, rounded_down
from engine.base.numerics import FloatArray
from engine.errors import OutOfRangeError, UnknownNameError
from engine.rules.losses import HALF_SQUARE, Loss, loss_named
from engine.rules.optimizers import MEAN_MEMORY, OPTIMIZERS, SQUARE_MEMORY, Optimizer, Pace, State
from engine.rules.rate import CONSTANT, rate_formula, rates

REMEMBERED_BYTES = 24 * 2**20
"""Bytes of all paces that are cached: as many as the longest run has."""


@dataclass(frozen=True)
class TrainingRule:
    """A rule of learning: see the rows of `engine.experiments.knobs` for ranges, which an experiment checks."""

    batch: int = 1
    """The number of samples before each move."""
    momentum: float = 0.0
    """μ: v = μ·v + step, and v is subtracted (Sutskever et al. 2013)."""
    nesterov: bool = False
    """Whether step + μ·v is subtracted instead, with the new v."""
    optimizer: str = "sgd"
    decay: float = 0.0
    """λ: matrices are multiplied by 1 − α·rate·λ before each step (decoupled: Loshchilov and Hutter 2019)."""
    rate: str = CONSTANT
    loss: str = HALF_SQUARE.name

    def __post_init__(self) -> None:
        if isinstance(self.batch, bool) or not isinstance(self.batch, int) or self.batch < 1:
            raise OutOfRangeError("A batch has a whole number of samples, at least 1.")
        if not 0.0 <= self.momentum < 1.0:
            raise OutOfRangeError("Momentum is a number from 0 to below 1.")
        if not self.decay >= 0.0:
            raise OutOfRangeError("Decay is a number, 0 or above.")
        if self.optimizer not in OPTIMIZERS:
            raise UnknownNameError("optimizer", self.optimizer, OPTIMIZERS)
        loss_named(self.loss)
        rate_formula(self.rate)

    @property
    def plain(self) -> bool:
        """Whether each sample's gradient is subtracted as it arrives, of half the squared error, at a constant α."""
        return self == PLAIN

    @property
    def one(self) -> str:
        """The unit that is counted along a run: a step, or where a step has several samples, a sample."""
        return "step" if self.batch == 1 else "sample"

    @property
    def moves_each_sample(self) -> bool:
        """Whether a move is the sample's gradient and nothing else, so that a layer can make it by itself."""
        return self == TrainingRule(rate=self.rate, loss=self.loss)

    @property
    def more_than_gradients(self) -> list[str]:
        """The names of the fields by which a move is more than the sample's gradient."""
        plain = TrainingRule(rate=self.rate, loss=self.loss)
        return [field.name for field in fields(self) if getattr(self, field.name) != getattr(plain, field.name)]

    @property
    def loss_row(self) -> Loss:
        """The loss."""
        return loss_named(self.loss)

    @property
    def optimizer_row(self) -> Optimizer:
        """The optimizer."""
        return OPTIMIZERS[self.optimizer]

    def check(self, alpha: float, samples: int) -> None:
        """ExperimentError or OutOfRangeError, in a sentence, unless the rule can learn these samples at this α."""
        if self.batch > samples:
            raise OutOfRangeError(
                f"A batch has at most as many samples as the run, {samples:,}, not {self.batch}. "
                "Lower it, or take more samples."
            )
        largest = 1.0 if self.rate == CONSTANT else float(np.max(self.paces(samples)[:, 0]))
        pace = alpha * largest
        if pace == math.inf:
            raise OutOfRangeError("α times the rate is no finite number. Lower one of them.")
        if not pace * self.decay <= 1.0:
            name = "α" if largest == 1.0 else "α times the rate"
            raise OutOfRangeError(
                f"With decay {number_text(self.decay)}, {name} is at most {_most(self.decay)}, and where {name} is "
                f"{number_text(pace)}, decay is at most {_most(pace)}: more would push weights past 0."
            )

    def steps(self, samples: int) -> int:
        """The number of moves that these samples make, the last of them perhaps after a shorter batch."""
        return -(-samples // self.batch)

    def paces(self, samples: int) -> FloatArray:
        """The rate's factor, 1/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ) at each step of these samples, shape (steps, 3).

        For reading only; ExperimentError where the rate is negative or no number.
        """
        steps = self.steps(samples)
        return _remembered.get_or_make((self.rate, steps), lambda: _paces(self.rate, steps))

    def scale(self, pace: Pace, count: int) -> float:
        """The factor of the loss's slope, in a batch of `count` samples."""
        return (1.0 if self.optimizer_row.scales_itself else pace.alpha) / count

    def moved(self, parameter: FloatArray, gradient: FloatArray, state: State, pace: Pace) -> tuple[FloatArray, State]:
        """The parameter after a step with this gradient, and the rule's next state; neither argument is changed."""
        step, remembered = self.optimizer_row.update(gradient, state[1:], pace)
        velocity = state[0]
        if self.momentum:
            velocity = self.momentum * velocity + step
            step = step + self.momentum * velocity if self.nesterov else velocity
        kept = 1.0 - pace.alpha * self.decay if parameter.ndim > 1 else 1.0
        return kept * parameter - step, (velocity, *remembered)


def _most(factor: float) -> str:
    """The largest number of three digits that the factor takes to no more than 1."""
    return number_text(rounded_down(1.0 / factor))


PLAIN = TrainingRule()
MOMENTS = 1 + max(len(row.init(np.zeros(1))) for row in OPTIMIZERS.values())
"""The most numbers of state for each number of a parameter: its velocity, and the optimizer's."""


_remembered: ByteCache[tuple[str, int], FloatArray] = ByteCache(REMEMBERED_BYTES, lambda _, paces: paces.nbytes)


def _paces(rate: str, steps: int) -> FloatArray:
    memories = (np.full(steps, memory) for memory in (MEAN_MEMORY, SQUARE_MEMORY))
    with np.errstate(under="ignore"):
        mean, square = (1.0 - np.multiply.accumulate(each) for each in memories)
    return np.stack([rates(rate, steps), 1.0 / mean, 1.0 / np.sqrt(square)], axis=1)
