"""Twins: the same run from first weights nudged by a millionth. Do they end alike, or do the last digits decide?

A run whose twins part is luck: a nudge changes it as much as a knob seems to. The growth of the nudge until the end of
the run is a finite-time Lyapunov exponent without its logarithm (Lorenz 1965).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, Protocol

import numpy as np

from engine.base.numerics import FloatArray
from engine.errors import OutOfRangeError
from engine.experiments.experiment import Experiment
from engine.experiments.run import Training
from engine.outcomes.nudged_runs import NudgedRuns, flat_weights, growths, nudged_weights, train_nudged
from engine.training.network import Network

TWINS = 8
"""The number of twins of a run, unless another is given."""

MOST_TWINS = 64

STABLE_BELOW, LUCK_ABOVE = 100.0, 1e4
"""A nudge that grows less than a hundred times is lost in the digits; one that grows ten thousand times is not."""

ALIKE, APART = 0.95, 0.90
"""The lowest final loss is at least this share of the highest: they are alike; it is less than that: they are apart."""

Verdict = Literal["stable", "luck", "sensitive", "diverges"]


@dataclass(frozen=True)
class Luck:
    """The dependence of a run on the last digits of its first weights."""

    growth: float
    """‖difference of the weights at the end‖ / ‖at the start‖, median over the twins.

    0 where there is no weight to nudge, inf where most of the twins end in weights that are no numbers.
    """
    lowest: float | None
    """The lowest final loss of the twins; None where all of them diverge."""
    highest: float | None
    verdict: Verdict
    final: float | None
    """The run's own final loss; None where it diverges."""
    finals: tuple[float | None, ...]
    """The final loss of each twin; None where it diverges."""
    growths: tuple[float, ...]
    """The growth of each twin."""
    moved: bool = True
    """Whether the run moved a weight."""

    @property
    def twins(self) -> int:
        """The number of twins."""
        return len(self.finals)

    @property
    def diverged(self) -> int:
        """The number of twins that diverge."""
        return self.finals.count(None)

    @property
    def spread(self) -> float:
        """The spread of the final losses of the run and its twins, one that diverges at inf; 0 where all diverge.

        Also 0 for a run that moved no weight: a nudge takes it from where every gradient is 0, and that is no luck.
        """
        if not self.moved:
            return 0.0
        ends = [math.inf if loss is None else loss for loss in (self.final, *self.finals)]
        return 0.0 if min(ends) == max(ends) else max(ends) - min(ends)


def luck(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    seeds: Sequence[int] = range(TWINS),
) -> Luck:
    """Trains the run and a twin for each seed, and compares their ends.

    The verdict is the first of these that holds:

    - diverges: the run itself diverges, or more than half of the twins do.
    - stable: the growth is below 100, and no twin diverges.
    - luck: a twin diverges; or the lowest final loss of the run and its twins is less than 90 % of the highest; or the
      growth is above 10⁴ and that share less than 95 %.
    - sensitive: none of these, so growth of 100 or more has moved the final losses little.

    Runs of any length take bounded memory; they work in pieces, and `on_progress` is called with the number of steps
    done before each: whatever it raises ends them. `checkpoint` holds the first weights, if not those of the
    experiment. OutOfRangeError without a twin, or for more than 64.
    """
    return luck_from(experiment, experiment.network() if checkpoint is None else checkpoint, on_progress, seeds=seeds)


def luck_from(
    training: Training,
    checkpoint: Network,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    seeds: Sequence[int] = range(TWINS),
) -> Luck:
    """`luck` for first weights and samples from anywhere, as a bench of Python functions has them."""
    starts, runs = _run_and_twins(training, checkpoint, on_progress, seeds, keep_losses=False)
    each = growths(starts[1:], runs.ends[1:], starts[0], runs.ends[0])
    final, *finals = (None if math.isnan(loss) else loss for loss in runs.final.tolist())
    sound = [loss for loss in finals if loss is not None]
    return Luck(
        growth=median(each),
        lowest=min(sound, default=None),
        highest=max(sound, default=None),
        verdict=verdict_of(median(each), final, finals),
        final=final,
        finals=tuple(finals),
        growths=each,
        moved=not np.array_equal(runs.ends[0], starts[0]),
    )


def twin_losses(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    seeds: Sequence[int] = range(TWINS),
) -> FloatArray:
    """Every loss of every twin, shape (twins, n), for a fan of curves. Arguments and errors are those of `luck`."""
    network = experiment.network() if checkpoint is None else checkpoint
    _, runs = _run_and_twins(experiment, network, on_progress, seeds, keep_losses=True)
    return runs.losses[1:]


class Ends(Protocol):
    """The end of a run, and the spread of its twins' ends: a change is judged by both."""

    @property
    def final(self) -> float | None: ...

    @property
    def spread(self) -> float: ...


def within_luck(before: Ends, now: Ends) -> bool:
    """Whether the change of the final loss from one run to another is no more than luck.

    It is luck where the change is at most the larger of the two runs' spreads: a nudge of a millionth moves the final
    loss as far. A run that diverges has the final loss inf: its end is luck where a twin of either run ends otherwise.
    A final loss that is the same to the bit has not changed, by luck or not.
    """
    ends = [math.inf if run.final is None else run.final for run in (before, now)]
    return ends[0] != ends[1] and abs(ends[1] - ends[0]) <= max(before.spread, now.spread)


def verdict_of(growth: float, final: float | None, finals: Sequence[float | None]) -> Verdict:
    """The verdict about a run with this median growth, its own final loss and its twins'; `luck` states the rules."""
    sound = [loss for loss in (final, *finals) if loss is not None]
    lost = finals.count(None)
    if final is None or 2 * lost > len(finals):
        return "diverges"
    if growth < STABLE_BELOW and not lost:
        return "stable"
    lowest, highest = min(sound), max(sound)
    if lost or lowest < APART * highest or (growth > LUCK_ABOVE and lowest < ALIKE * highest):
        return "luck"
    return "sensitive"


def _run_and_twins(
    training: Training,
    network: Network,
    on_progress: Callable[[int], None],
    seeds: Sequence[int],
    *,
    keep_losses: bool,
) -> tuple[FloatArray, NudgedRuns]:
    """The first weights of the run and, after it, of its twins, shape (1 + twins, numbers), and the results of all."""
    if not 1 <= len(seeds) <= MOST_TWINS:
        raise OutOfRangeError(f"A run is compared with 1 to {MOST_TWINS} twins, not {len(seeds)}.")
    starts = np.vstack([flat_weights(network), nudged_weights(network, seeds)])
    alphas = np.full(len(starts), training.alpha)
    return starts, train_nudged(training, network, starts, alphas, on_progress, keep_losses=keep_losses)
