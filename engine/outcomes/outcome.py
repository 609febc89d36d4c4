"""The outcome of a run in one word: it learns, the last digits decide, it diverges, its loss grows, or it does no
better than a constant.

A scale of alpha shows the outcomes of the runs at many alphas.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np

from engine import kernel
from engine.base.metrics import settling_turns
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, Training, learned_blocks, watched_blocks
from engine.outcomes.nudged_runs import flat_weights, growths, nudged_weights, train_nudged
from engine.outcomes.twins import Luck, verdict_of
from engine.rules.losses import Loss
from engine.rules.rule import TrainingRule
from engine.training.mean_losses import mean_losses_of
from engine.training.network import Network

OUTCOME_TWINS = 3
"""The twins of a run, by which its outcome is named where many runs are judged."""

FLAT_FROM = 0.95
"""A final loss of at least this share of the loss that there is to beat is flat; where this share of it is still above
that loss, and above that of the first weights, it has grown."""

NUMBERS_AT_ONCE = 1_000_000
"""Weights of all runs that are in memory at a time."""

Word = Literal["learns", "luck", "diverges", "grows", "flat"]


@dataclass(frozen=True)
class Outcome:
    """The outcome of one run.

    The word is the first of these that holds:

    - diverges: the run diverges.
    - luck: the verdict on its twins is luck, as `engine.luck` states it: ends that differ.
    - grows: training made it worse. The final loss is more than 5 % above that of the first weights on the same
      samples, and as far above the loss that there is to beat.
    - flat: the mean loss of all samples is no lower with the last weights than with the first, as where no weight
      moved; or the final loss is at least 95 % of the loss that there is to beat (`loss_to_beat`), where that is not 0.
    - learns: none of these.
    """

    word: Word
    final: float | None
    """The final loss; None where the run diverges."""
    growth: float
    """‖difference of the weights at the end‖ / ‖at the start‖, median over the twins; inf where they are no numbers."""


def outcome_of(run: Luck, to_beat: float, first: float, *, fell: bool) -> Outcome:
    """The outcome of a run whose twins are known.

    `to_beat` and `first` are what `loss_to_beat` and `first_loss` give for the same experiment; `fell` says whether the
    mean loss of all samples is lower after the run than before.
    """
    return _outcome(run.final, run.finals, run.growths, (to_beat, first), moved=run.moved, fell=fell)


def outcome_of_run(experiment: Training, checkpoint: Network, made: Run, twins: Luck) -> Outcome:
    """The outcome of a run that is made, and whose twins are known."""
    rows = np.vstack([made.first_weights, flat_weights(made.trained)])
    before, after = mean_losses_of_all(experiment, checkpoint, rows)
    bounds = loss_to_beat(experiment, checkpoint), first_loss(experiment, checkpoint)
    return outcome_of(twins, *bounds, fell=bool(after < before))


def outcomes_at(
    experiment: Experiment,
    alphas: Sequence[float],
    checkpoint: Network | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
) -> list[Outcome]:
    """The outcome of the experiment at each of these alphas; its own alpha does not matter.

    Four runs for each: the run and three twins, many alphas side by side. `on_progress` is called with the number of
    steps done before each piece of work, and whatever it raises ends it. Waits for the compiler if it must.
    """
    network = experiment.network() if checkpoint is None else checkpoint
    starts = np.vstack([flat_weights(network), nudged_weights(network, range(OUTCOME_TWINS))])
    to_beat, first = loss_to_beat(experiment, network), first_loss(experiment, network)
    together = max(kernel.SIDE_BY_SIDE // len(starts), NUMBERS_AT_ONCE // max(1, starts.size))
    outcomes: list[Outcome] = []
    for start in range(0, len(alphas), together):
        some = np.array(alphas[start : start + together], dtype=np.float64)
        rows, each_alpha = np.tile(starts, (len(some), 1)), np.repeat(some, len(starts))
        runs = train_nudged(experiment, network, rows, each_alpha, on_progress)
        ends, finals = runs.ends.reshape(len(some), *starts.shape), runs.final.reshape(len(some), -1)
        fallen = _fallen(experiment, network, np.vstack([starts[:1], ends[:, 0]]), finals[:, 0], first, on_progress)
        for final, each, fell in zip(finals, ends, fallen, strict=True):
            grown = growths(starts[1:], each[1:], starts[0], each[0])
            own, *others = (None if math.isnan(loss) else loss for loss in final.tolist())
            moved = not np.array_equal(each[0], starts[0])
            outcomes.append(_outcome(own, others, grown, (to_beat, first), moved=moved, fell=fell))
    return outcomes


def _fallen(
    experiment: Training,
    network: Network,
    rows: FloatArray,
    finals: FloatArray,
    first: float,
    on_progress: Callable[[int], None],
) -> list[bool]:
    """Whether the mean loss of all samples is lower with each row of weights but the first than with that.

    A run of many samples that ends at less than half of the loss of its first weights has lowered it.
    """
    fallen = (finals < SURELY_BELOW * first) & (experiment.samples >= SURELY_FROM)
    asked = np.flatnonzero(~fallen)
    if asked.size:
        means = mean_losses_of_all(experiment, network, rows[[0, *(1 + asked)]], on_progress)
        fallen[asked] = means[1:] < means[0]
    sure: list[bool] = fallen.tolist()
    return sure


SURELY_BELOW, SURELY_FROM = 0.5, 200
"""The last tenth stands for all samples where its loss is below this share, and samples are as many."""


def mean_losses_of_all(
    experiment: Training, network: Network, rows: FloatArray, on_progress: Callable[[int], None] = lambda done: None
) -> FloatArray:
    """The mean loss of all samples that a run learns with each row of flat weights, shape (rows,)."""
    sums, count = np.zeros(len(rows)), 0
    rule = TrainingRule(loss=experiment.rule.loss)
    with np.errstate(all="ignore"):
        for X, T in learned_blocks(experiment, on_progress):
            sums += len(X) * mean_losses_of(network, rows, (X, T), on_progress, rule=rule)
            count += len(X)
        means: FloatArray = sums / count
    return means


def loss_to_beat(
    experiment: Training, checkpoint: Network, on_progress: Callable[[int], None] = lambda done: None
) -> float:
    """The loss that a run which learns ends below: that of the best constant answer.

    Where one answer is right for all samples nothing ends below it: then it is that of the first weights, over the last
    samples, whose mean loss is the final loss.
    """
    constant = best_constant_loss(experiment, on_progress)
    return first_loss(experiment, checkpoint, on_progress) if constant == 0.0 else constant


def first_loss(
    experiment: Training, checkpoint: Network, on_progress: Callable[[int], None] = lambda done: None
) -> float:
    """The mean loss of the first weights over the last samples, whose mean loss is the final loss."""
    first, turns, losses = 0, settling_turns(experiment.samples, experiment.passed), []
    counts = np.zeros(experiment.samples, dtype=bool)
    counts[turns] = True
    for X, T in watched_blocks(experiment, on_progress):
        some = counts[first : first + len(X)]
        if some.any():
            with np.errstate(all="ignore"):
                losses.append(experiment.rule.loss_row.value(checkpoint.respond(X[some]), T[some]))
        first += len(X)
    with np.errstate(all="ignore"):
        return float(np.concatenate(losses).mean())


def best_constant_loss(experiment: Training, on_progress: Callable[[int], None] = lambda done: None) -> float:
    """The mean loss of the best constant answer to all samples of a run, over the last of them.

    Those last samples are the ones whose mean loss is the final loss, so that a network which gives just this constant
    has just this final loss. The loss is that of the run, and knows its best constant: half the square the mean of the
    targets. nan where a target is no number. `on_progress` is called before each block of samples, and whatever it
    raises ends it.
    """
    targets = np.concatenate([T for _, T in watched_blocks(experiment, on_progress)])
    passed = experiment.passed
    learned = targets if passed is None or passed.all() else targets[passed == 0]
    return constant_loss(experiment.rule.loss_row, learned, targets[settling_turns(experiment.samples, passed)])


def constant_loss(loss: Loss, targets: FloatArray, measured_on: FloatArray) -> float:
    """The mean loss on some targets of the one answer that is best for all; both of shape (…, outputs)."""
    with np.errstate(all="ignore"):
        answers = np.broadcast_to(loss.constant(targets), measured_on.shape)
        return float(loss.value(answers, measured_on).mean())


def _outcome(
    final: float | None,
    finals: Sequence[float | None],
    grown: Sequence[float],
    bounds: tuple[float, float],
    *,
    moved: bool,
    fell: bool,
) -> Outcome:
    """`bounds` has the loss that there is to beat, and that of the first weights."""
    growth, (to_beat, first) = median(grown), bounds
    if final is None:
        word: Word = "diverges"
    elif verdict_of(growth, final, finals, moved=moved) == "luck":
        word = "luck"
    elif FLAT_FROM * final > max(to_beat, first):
        word = "grows"
    else:
        word = "flat" if not fell or (to_beat > 0.0 and final >= FLAT_FROM * to_beat) else "learns"
    return Outcome(word, final, growth)
