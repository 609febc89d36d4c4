"""Twins: the same run from first weights nudged by a millionth. Do they end alike, or do the last digits decide?

A run whose twins part is luck: a nudge changes it as much as a knob seems to. The growth of the nudge until the end of
the run is a finite-time Lyapunov exponent without its logarithm (Lorenz 1965).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

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

APART = 0.90
"""Final losses are apart where the lowest is less than this share of the highest."""

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
    def ends(self) -> tuple[float, ...]:
        """The final losses of the run and its twins; inf for one that diverges.

        Of a run that moved no weight, its own alone: a nudge takes it from where every gradient is 0, and that is no
        luck.
        """
        finals = self.finals if self.moved else (self.final,) * self.twins
        return tuple(math.inf if loss is None else loss for loss in (self.final, *finals))

    def and_more(self, more: "Luck") -> "Luck":
        """The same run with other twins too."""
        finals = (*self.finals, *more.finals)
        return _luck_of(self.final, finals, (*self.growths, *more.growths), moved=self.moved and more.moved)


def known_luck(ends: Sequence[float], growth: float) -> Luck:
    """The luck of a run of which only the ends and the growth are known."""
    final, *finals = (None if math.isinf(end) else end for end in ends)
    return _luck_of(final, tuple(finals), (growth,) * len(finals), moved=True)


def luck(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    seeds: Sequence[int] = range(TWINS),
) -> Luck:
    """Trains the run and a twin for each seed, and compares their ends.

    The verdict is the first of these that holds:

    - diverges: the run itself diverges.
    - stable: the growth is below 100 and no twin diverges, or the run moved no weight.
    - luck: a twin diverges, or the lowest final loss of the run and its twins is less than 90 % of the highest.
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
    return _luck_of(final, tuple(finals), each, moved=not np.array_equal(runs.ends[0], starts[0]))


def _luck_of(final: float | None, finals: tuple[float | None, ...], growths: tuple[float, ...], *, moved: bool) -> Luck:
    sound = [loss for loss in finals if loss is not None]
    return Luck(
        growth=median(growths),
        lowest=min(sound, default=None),
        highest=max(sound, default=None),
        verdict=verdict_of(median(growths), final, finals, moved=moved),
        final=final,
        finals=finals,
        growths=growths,
        moved=moved,
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


def verdict_of(growth: float, final: float | None, finals: Sequence[float | None], *, moved: bool = True) -> Verdict:
    """The verdict about a run with this median growth, its own final loss and its twins'; `luck` states the rules."""
    if final is None:
        return "diverges"
    sound = [loss for loss in (final, *finals) if loss is not None]
    lost = finals.count(None)
    if not moved or (growth < STABLE_BELOW and not lost):
        return "stable"
    return "luck" if lost or min(sound) < APART * max(sound) else "sensitive"


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
