"""Why a run failed: the first of some causes that holds, from exact counts, in one sentence.

A run failed where it diverged, or where its final loss is at least half of the best constant answer's, or where that is
0 of the loss that it starts with; too few steps are named from a fifth of it on. A run that learned gets no sentence,
however far it overshot on the way, nor does one whose final loss is at most 10⁻⁷.

Where a nudge of the first weights by a millionth may change the end of the run, nudged runs are asked too: what most of
them say is said, with its count, or that luck decides.
"""

from collections import Counter
from collections.abc import Sequence
from enum import Flag, auto

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress, Run, Training, run
from engine.outcomes.failure import (
    alike,
    alpha,
    gradient,
    knob_off,
    nothing,
    saturated,
    shape,
    silent,
    steps,
    target,
)
from engine.outcomes.failure.evidence import FAILED_FROM, Cause, Evidence
from engine.outcomes.floor import Floor
from engine.outcomes.nudged_runs import nudged_weights
from engine.outcomes.twins import luck_from
from engine.training.network import Network

__all__ = ["FAILED_FROM", "NUDGED", "OF_THE_START", "Cause", "why", "why_from"]


class Ending(Flag):
    """How a run ended."""

    DIVERGED = auto()
    ONE_ANSWER = auto()
    """One answer is right for all samples, and the run did not find it; counts over single steps say little there."""
    FAILED = auto()
    FAR = auto()
    """A failed run that is held against other runs."""
    HALF_LEARNED = auto()
    """The last samples may be easy: a final loss of theirs says little of a shape that cannot learn them all."""


FAR_FROM, HALF_LEARNED_FROM = 0.75, 0.2
"""Shares of the best constant answer's loss."""

DIVERGED, ONE_ANSWER, FAILED, FAR, HALF_LEARNED = Ending

CAUSES = (
    (target.no_finite_target, DIVERGED),
    (nothing.nothing_moved, DIVERGED | ONE_ANSWER | FAILED),
    (gradient.wrong_gradient, DIVERGED | ONE_ANSWER | FAILED),
    (knob_off.unscaled_columns, DIVERGED | ONE_ANSWER | FAILED),
    (alpha.worse_steps, DIVERGED | FAILED),
    (shape.low_rank, FAILED),
    (shape.one_direction, FAILED | HALF_LEARNED),
    (shape.out_of_range, FAILED | HALF_LEARNED),
    (alike.alike_from_zero, FAILED),
    (silent.silent_units, ONE_ANSWER | FAILED),
    (alike.alike, FAILED),
    (nothing.hardly_moved, ONE_ANSWER | FAILED),
    (saturated.saturated_units, ONE_ANSWER | FAILED),
    (knob_off.large_decay, FAR),
    (knob_off.falling_rate, FAR),
    (alpha.raised_loss, FAILED),
    (shape.high_floor, FAILED),
    (steps.more_steps, FAILED | HALF_LEARNED),
    (alpha.other_alpha, FAR),
    (alpha.by_data_seed, FAILED),
)
"""The causes in order of precedence, each with the endings after which it may be named. Its file has its exact rule."""


NUDGED, FEWEST_NUDGED = 5, 3
"""The nudged runs that are asked; no more of them where the first three agree with the run, or most have one cause."""


def why(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: OnProgress = lambda done: None,
    *,
    made: Run | None = None,
    floor: Floor | None = None,
    compared: bool = True,
    nudged: int = NUDGED,
) -> Cause | None:
    """Why the run failed: the first of CAUSES that holds; None for a run that learned, or if none holds.

    `checkpoint` holds the first weights, if not those of the experiment; `made` is the run, where it is known already,
    and `floor` its `engine.floor`, which is never searched for here. Unless it is `compared`, no other run is made but
    for steps, so that neither decay, rate nor the last of alpha is named. As many `nudged` runs are asked where the run
    is not stable; 0 asks none. `on_progress` is called with a number of steps done before each piece of work, and
    whatever it raises ends it.
    """
    checkpoint = experiment.network() if checkpoint is None else checkpoint
    return why_from(experiment, checkpoint, on_progress, made=made, floor=floor, compared=compared, nudged=nudged)


def why_from(
    training: Training,
    checkpoint: Network,
    on_progress: OnProgress = lambda done: None,
    *,
    made: Run | None = None,
    floor: Floor | None = None,
    compared: bool = True,
    nudged: int = NUDGED,
) -> Cause | None:
    """`why` for first weights and samples from anywhere, as a bench of Python functions has them."""
    result = run(training, checkpoint, on_progress) if made is None else made
    evidence = Evidence(training, checkpoint, result, on_progress, floor, compared)
    own = _first_cause(evidence)
    if own is None or not nudged or own.reason in OF_THE_START:
        return own
    twins = luck_from(training, checkpoint, on_progress, seeds=range(nudged))
    if twins.verdict == "stable" or (twins.final is None and twins.diverged == nudged):
        return own
    half = _ending(evidence) == HALF_LEARNED
    others: list[tuple[Cause | None, Ending]] = []
    for weights, final in zip(nudged_weights(checkpoint, range(nudged)), twins.finals, strict=True):
        others.append(_first_cause_of_nudged(evidence, weights, final))
        counts = Counter([own.reason, *(_word(*other) for other in others)])
        if len(others) == min(FEWEST_NUDGED, nudged) and len(counts) == 1:
            return own
        if (half and len(counts) > 1) or 2 * counts.most_common(1)[0][1] > nudged + 1:
            break
    return None if half else _of_most(own, others)


OF_THE_START = ("target", "nothing", "gradient", "columns", "shape", "alike")
"""Reasons that are exact properties of the network, its samples and its first weights, wherever a nudge leads."""


def _first_cause_of_nudged(evidence: Evidence, weights: FloatArray, final: float | None) -> tuple[Cause | None, Ending]:
    """The cause of the run from nudged weights, which has this final loss, and how it ended."""
    ending = _ending_at(final, evidence)
    if not ending:
        return None, ending
    start = evidence.checkpoint.with_weights(weights)
    made = run(evidence.experiment, start, evidence.on_progress, held_out=False)
    nudge = Evidence(evidence.experiment, start, made, evidence.on_progress, None, evidence.compared, origin=evidence)
    return _first_cause(nudge), ending


LEARNED, UNKNOWN = "", "unknown"

NOUNS = {
    "target": "the target", "nothing": "weights that stay", "gradient": "the gradient",
    "columns": "unscaled columns", "alpha": "α",
    "shape": "the network’s shape", "alike": "units that are alike", "silent": "silent units",
    "saturated": "saturated units", "decay": "decay", "rate": "the rate", "steps": "too few steps", "luck": "luck",
    UNKNOWN: "no known cause",
}  # fmt: skip
"""Each reason as a sentence about nudged runs names it."""


def _of_most(own: Cause, others: Sequence[tuple[Cause | None, Ending]]) -> Cause:
    """The cause that most of the run and its nudged runs have, with its count; or that luck decides."""
    words = [_word(cause, ending) for cause, ending in others]
    counts = Counter([own.reason, *words])
    runs = len(words) + 1
    word, count = counts.most_common(1)[0]
    counted = f"of this run and {len(words)} nudged by a millionth"
    if 2 * count > runs and word == LEARNED:
        return Cause("luck", None, f"This run fails by luck: {counted}, {count} do not fail.")
    if 2 * count > runs and word not in (UNKNOWN, own.reason):
        cause = next(cause for cause, _ in others if cause is not None and cause.reason == word)
        return Cause(cause.reason, None, f"{cause.sentence} That is a nudged run: {counted}, {count} fail for this.")
    if 2 * count > runs and word == own.reason:
        return Cause(own.reason, own.step, f"{own.sentence} {counted.capitalize()}, {count} fail for this.")
    reasons = [f"{_fail(number)} for {NOUNS[each]}" for each, number in counts.most_common() if each != LEARNED]
    sound = [f"{counts[LEARNED]} {'does' if counts[LEARNED] == 1 else 'do'} not fail"] if counts[LEARNED] else []
    return Cause("luck", None, f"Luck decides why this run fails: {counted}, {', '.join([*reasons, *sound])}.")


def _fail(number: int) -> str:
    return f"{number} {'fails' if number == 1 else 'fail'}"


def _word(cause: Cause | None, ending: Ending) -> str:
    """The reason why a nudged run fails, or that none is known, or that it learned."""
    if cause is not None:
        return cause.reason
    return UNKNOWN if ending & (DIVERGED | ONE_ANSWER | FAILED) else LEARNED


def _first_cause(evidence: Evidence) -> Cause | None:
    ending = _ending(evidence)
    return next((cause for find, after in CAUSES if ending & after and (cause := find(evidence)) is not None), None)


RIGHT = 1e-7
"""A run with a final loss of at most this has not failed."""


def _ending(evidence: Evidence) -> Ending:
    """How the run ended; no flag for a run that learned."""
    made = evidence.made
    return _ending_at(made.settled if made.diverged_at is None else None, evidence)


def _ending_at(settled: float | None, evidence: Evidence) -> Ending:
    """How a run on these samples ended that has this final loss; None stands for divergence."""
    if settled is None:
        return DIVERGED
    if settled <= RIGHT:
        return Ending(0)
    if evidence.ceiling == 0.0:
        return ONE_ANSWER if settled >= FAILED_FROM * evidence.to_beat > 0.0 else Ending(0)
    if settled >= FAILED_FROM * evidence.ceiling:
        return FAILED | FAR if evidence.compared and settled >= FAR_FROM * evidence.ceiling else FAILED
    return HALF_LEARNED if settled >= HALF_LEARNED_FROM * evidence.ceiling else Ending(0)
