"""Why a run failed: the first of some causes that holds, from exact counts, in one sentence.

A run failed where it diverged, or where its final loss is at least half of the best constant answer's, or where that is
0 of the loss that it starts with; too few steps are named from a fifth of it on. A run that learned gets no sentence,
however far it overshot on the way.
"""

from enum import Flag, auto

from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress, Run, Training, run
from engine.outcomes.failure import (
    alike,
    alpha,
    decay,
    gradient,
    nothing,
    saturated,
    shape,
    silent,
    steps,
    target,
)
from engine.outcomes.failure.evidence import FAILED_FROM, Cause, Evidence
from engine.outcomes.floor import Floor
from engine.training.network import Network

__all__ = ["FAILED_FROM", "Cause", "why", "why_from"]


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
    (alpha.worse_steps, DIVERGED | FAILED),
    (shape.low_rank, FAILED),
    (shape.one_direction, FAILED | HALF_LEARNED),
    (shape.out_of_range, FAILED | HALF_LEARNED),
    (alike.alike_from_zero, FAILED),
    (silent.silent_units, ONE_ANSWER | FAILED),
    (alike.alike, FAILED),
    (saturated.saturated_units, ONE_ANSWER | FAILED),
    (decay.large_decay, FAR),
    (alpha.raised_loss, FAILED),
    (shape.high_floor, FAILED),
    (steps.falling_loss, FAILED | HALF_LEARNED),
    (steps.second_time, FAILED),
    (alpha.other_alpha, FAR),
)
"""The causes in order of precedence, each with the endings after which it may be named. Its file has its exact rule."""


def why(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: OnProgress = lambda done: None,
    *,
    made: Run | None = None,
    floor: Floor | None = None,
    compared: bool = True,
) -> Cause | None:
    """Why the run failed: the first of CAUSES that holds; None for a run that learned, or if none holds.

    `checkpoint` holds the first weights, if not those of the experiment; `made` is the run, where it is known already,
    and `floor` its `engine.floor`, which is never searched for here. Unless it is `compared`, no other run is made, so
    that neither decay nor the last of alpha is named. `on_progress` is called with a number of steps done before each
    piece of work, and whatever it raises ends it.
    """
    checkpoint = experiment.network() if checkpoint is None else checkpoint
    return why_from(experiment, checkpoint, on_progress, made=made, floor=floor, compared=compared)


def why_from(
    training: Training,
    checkpoint: Network,
    on_progress: OnProgress = lambda done: None,
    *,
    made: Run | None = None,
    floor: Floor | None = None,
    compared: bool = True,
) -> Cause | None:
    """`why` for first weights and samples from anywhere, as a bench of Python functions has them."""
    result = run(training, checkpoint, on_progress) if made is None else made
    evidence = Evidence(training, checkpoint, result, on_progress, floor)
    ending = _ending(evidence, compared)
    return next((cause for find, after in CAUSES if ending & after and (cause := find(evidence)) is not None), None)


def _ending(evidence: Evidence, compared: bool) -> Ending:
    """How the run ended; no flag for a run that learned."""
    settled = evidence.made.settled
    if evidence.made.diverged_at is not None:
        return DIVERGED
    if evidence.ceiling == 0.0:
        return ONE_ANSWER if settled >= FAILED_FROM * evidence.to_beat > 0.0 else Ending(0)
    if settled >= FAILED_FROM * evidence.ceiling:
        return FAILED | FAR if compared and settled >= FAR_FROM * evidence.ceiling else FAILED
    return HALF_LEARNED if settled >= HALF_LEARNED_FROM * evidence.ceiling else Ending(0)
