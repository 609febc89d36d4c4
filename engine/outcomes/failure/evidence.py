"""A run that may have failed, and the evidence that causes rest on: exact counts, and losses of all samples."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from engine.base.metrics import settling_turns
from engine.base.numerics import FloatArray
from engine.data.sample_source import rows_before
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment
from engine.experiments.run import (
    OnProgress,
    Run,
    RunSamples,
    Training,
    learned_blocks,
    steps_at_once,
    watched_blocks,
)
from engine.layers.layers import Flags, Layer
from engine.outcomes.floor import Floor
from engine.outcomes.nudged_runs import flat_weights
from engine.outcomes.other_seeds import final_losses, seeds_after
from engine.outcomes.outcome import FLAT_FROM, best_constant_loss, loss_to_beat
from engine.outcomes.step_counts import KNOWN_LAYERS, StepCounts, count_steps
from engine.rules.losses import Loss
from engine.rules.rate import CONSTANT
from engine.rules.rule import TrainingRule
from engine.training.network import Network

FAILED_FROM = 0.5
"""A run failed where its final loss is this share of the best constant answer's, or more."""

MUCH_LOWER = 0.75
"""Another run learns where it ends below this share of the run's own final loss."""

RAISED = 1.1
"""Training raised the loss of all samples where it ends at this multiple of its start, or more.

With a right gradient, any small enough α lowers it: the steps add up to one down the gradient of the mean loss.
"""

MOST_SAMPLES = 10_000
"""The last samples of a longer run, at most this number, whose responses are kept for every layer at once."""

SOME_STEPS, SOME_ROWS = 200, 50
"""The steps and samples that are looked at first, of many."""

Reason = Literal[
    "target", "nothing", "gradient", "columns", "alpha", "shape", "alike", "silent", "saturated", "decay", "rate",
    "steps", "luck",
]  # fmt: skip

OTHER_SEEDS, MOST_SEEDS = 16, 12
"""α is to blame where another ends lower in the first eight of sixteen other data seeds, or in twelve of all: by luck
that is 1 of 25 times."""


@dataclass(frozen=True)
class Cause:
    """Why a run failed."""

    reason: Reason
    step: int | None
    """The step at which the cause shows first; None for a cause that has no step."""
    sentence: str


@dataclass(frozen=True)
class Evidence:
    """A run, and the evidence that causes rest on, each computed when it is first needed."""

    experiment: Training
    checkpoint: Network
    made: Run
    on_progress: OnProgress
    floor: Floor | None
    compared: bool = True
    """Whether other runs may be made."""
    origin: "Evidence | None" = None
    """The evidence of the run that was nudged, whose samples, and answers about other data seeds, are these too."""
    known_ends: dict[float, FloatArray] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """The number of steps before the run diverged, all of them if it did not."""
        return self.experiment.samples if self.made.diverged_at is None else self.made.diverged_at

    @cached_property
    def counts(self) -> StepCounts:
        """Counts over these steps; of a nudged run over some of them."""
        if self.origin is not None:
            return self.few_counts
        return count_steps(self.experiment, self.checkpoint, self.steps, self.on_progress)

    @cached_property
    def few_counts(self) -> StepCounts:
        """Counts over some of these steps, which lie evenly over the run."""
        most = SOME_STEPS * max(1, flat_weights(self.checkpoint).size)
        return count_steps(self.experiment, self.checkpoint, self.steps, self.on_progress, most=most)

    @cached_property
    def ceiling(self) -> float:
        """The loss of the best constant answer; nan where a target is no number."""
        return best_constant_loss(self.experiment, self.on_progress) if self.origin is None else self.origin.ceiling

    @cached_property
    def to_beat(self) -> float:
        """The loss that a run which learns ends below."""
        return loss_to_beat(self.experiment, self.checkpoint, self.on_progress)

    @cached_property
    def samples(self) -> Samples:
        """The samples that the run learns, or the last of very many."""
        if self.origin is not None:
            return self.origin.samples
        return rows_before(self.blocks(), self.experiment.samples, MOST_SAMPLES)

    def blocks(self) -> Iterator[Samples]:
        """All samples that the run learns, block after block."""
        return learned_blocks(self.experiment, self.on_progress)

    @cached_property
    def learned(self) -> int:
        """The number of these samples."""
        passed = self.experiment.passed
        return self.experiment.samples if passed is None or passed.all() else int(np.count_nonzero(passed == 0))

    @cached_property
    def latest(self) -> int:
        """The number of the last of them, which the final loss is a mean of."""
        turns = settling_turns(self.experiment.samples, self.experiment.passed)
        return turns.stop - turns.start if isinstance(turns, slice) else len(turns)

    @cached_property
    def layer_inputs(self) -> list[FloatArray]:
        """The inputs of each layer of the trained network, for each of `samples`."""
        X, _ = self.samples
        return [X, *self.made.trained.responses(X)]

    @cached_property
    def few_layer_inputs(self) -> list[FloatArray]:
        """`layer_inputs` for some of the samples, evenly chosen."""
        X = self.samples[0][:: max(1, len(self.samples[0]) // SOME_ROWS)]
        return [X, *self.made.trained.responses(X)]

    @cached_property
    def start_loss(self) -> float:
        """The mean loss of `samples` with the first weights."""
        return self.loss_of(self.checkpoint)

    @cached_property
    def end_loss(self) -> float:
        """The mean loss of `samples` with the last weights."""
        return self.loss_of(self.made.trained)

    @property
    def is_raised(self) -> bool:
        """Whether training raised the mean loss."""
        return math.inf > self.end_loss > RAISED * self.start_loss

    @property
    def all_samples(self) -> str:
        """The samples, in words."""
        count = len(self.samples[0])
        return f"all {count:,} samples" if count == self.learned else f"all of the last {count:,} samples"

    @property
    def of_steps(self) -> str:
        """The number of steps of the counts, in words."""
        spread = ", spread evenly over the run," * (self.counts.steps < self.steps)
        return f"of {self.counts.steps:,} steps{spread}"

    @property
    def rule(self) -> TrainingRule:
        """The rule by which the samples are learned, beside α."""
        return self.experiment.rule

    @property
    def loss(self) -> Loss:
        """The loss that measures the answers."""
        return self.rule.loss_row

    @property
    def one(self) -> str:
        """The unit that is counted along the run: a step, or where a step has several samples, a sample."""
        return self.rule.one

    @property
    def pace(self) -> str:
        """The words for the factor of every step."""
        return "α" if self.rule.rate == CONSTANT else "α times the rate"

    @property
    def states_weights(self) -> bool:
        """Whether every weight is known; a layer of one's own need not state those that it has."""
        layers = map(type, self.checkpoint.layers)
        return all(
            kind in KNOWN_LAYERS or (issubclass(kind, Layer) and kind.parameters is not Layer.parameters)
            for kind in layers
        )

    def sample(self, number: int) -> Samples:
        """One sample of the run, shapes (1, inputs) and (1, outputs)."""
        return rows_before(watched_blocks(self.experiment, self.on_progress), number + 1, 1)

    def loss_of(self, network: Network) -> float:
        """The mean loss of `samples` with the weights of this network."""
        X, T = self.samples
        with np.errstate(all="ignore"):
            return float(self.loss.value(network.respond(X), T).mean())

    def learn(self, network: Network) -> Iterator[None]:
        """Has the network learn the samples of the run, from the first on, piece after piece."""
        samples, done = RunSamples(self.experiment), 0
        while done < self.steps:
            self.on_progress(done)
            most = steps_at_once(network, self.experiment.width, wait_for_kernel=True)
            X, T = samples.next(min(self.steps - done, most))
            network.train(X, T)
            done += len(X)
            yield

    def ends_elsewhere(self, alpha: float, seeds: int = OTHER_SEEDS) -> FloatArray | None:
        """The final losses at this α with other data seeds, inf where one diverges; None where they are not asked."""
        known, one = self.known_ends.get(alpha, np.empty(0)), self.experiment
        if self.origin is not None:
            known = self.origin.known_ends.get(alpha, known)
        elif self.compared and isinstance(one, Experiment) and len(known) < seeds:
            rest = seeds_after(one.seed, seeds)[len(known) :]
            known = np.append(known, final_losses(one, self.checkpoint, [alpha], rest, self.on_progress)[0])
            self.known_ends[alpha] = known
        return known[:seeds] if len(known) >= seeds else None

    def diverges_elsewhere(self) -> bool | None:
        """Whether the run diverges with most other data seeds too; None where they are not asked."""
        return self._holds_elsewhere(lambda own, _: np.isinf(own), self.experiment.alpha)

    def is_lower_elsewhere(self, alpha: float) -> bool | None:
        """Whether another α ends lower with most other data seeds too; None where they are not asked."""
        return self._holds_elsewhere(lambda own, other: other < own, alpha)

    def _holds_elsewhere(self, holds: Callable[[FloatArray, FloatArray], Flags], alpha: float) -> bool | None:
        """Whether it holds with 8 of 8 other data seeds, or 12 of 16, of the ends at this run's α and another."""
        for seeds in (OTHER_SEEDS // 2, OTHER_SEEDS):
            own, other = (self.ends_elsewhere(each, seeds) for each in (self.experiment.alpha, alpha))
            if own is None or other is None:
                return None
            against = int((~holds(own, other)).sum())
            if against == 0 or against > OTHER_SEEDS - MOST_SEEDS:
                return against == 0
        return True

    def is_beaten_by(self, end: float) -> bool:
        """Whether another run with this final loss learns: it ends below 95 % of the best constant answer's loss, and
        below three quarters of this run's own."""
        return end < FLAT_FROM * self.ceiling and end < MUCH_LOWER * self.made.settled
