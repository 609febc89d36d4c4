"""nothing: the first loss is no number; or there are no weights, all are frozen, or not one moved; or α is so small
that none moved by more than a part in 10⁵."""

import numpy as np

from engine.base.number_text import number_text, rounded_up
from engine.base.numerics import FloatArray
from engine.kernel import frozen_places
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.outcomes.failure.words import count_in_words
from engine.outcomes.nudged_runs import flat_weights
from engine.rules.rule import TrainingRule

LEAST_MOVE, LARGE_MOVE, COMMON_ALPHA = 1e-5, 1e-3, 0.1
"""α is too small where no weight moves by more than the first share of the largest weight, and where α = 0.1 would have
moved one by the second."""

LARGEST = 1e300
"""An α with which a step moves every weight whose gradient is not 0."""


def nothing_moved(evidence: Evidence) -> Cause | None:
    if evidence.made.diverged_at == 0:
        return Cause("nothing", 0, "The first loss is not a finite number, before any weight has moved.")
    if not evidence.states_weights:
        return None
    start = flat_weights(evidence.checkpoint)
    if len(frozen_places(evidence.checkpoint.layers)) == start.size:
        wrong = "Every weight is frozen" if start.size else "There are no weights"
        return Cause("nothing", 0, f"{wrong}, so nothing can learn.")
    return _unmoved(start, evidence)


def _unmoved(start: FloatArray, evidence: Evidence) -> Cause | None:
    if evidence.made.diverged_at is not None:
        return None
    if not np.array_equal(flat_weights(evidence.made.trained), start):
        return None
    why_unmoved = _why_unmoved(evidence)
    in_all = f"Not one weight moved in {count_in_words(evidence.steps, evidence.one)}"
    return Cause("nothing", 0, f"{in_all}: {why_unmoved}.") if why_unmoved else None


def hardly_moved(evidence: Evidence) -> Cause | None:
    """α is too small: weights have moved, and hardly."""
    if not evidence.states_weights:
        return None
    start, end = flat_weights(evidence.checkpoint), flat_weights(evidence.made.trained)
    with np.errstate(all="ignore"):
        moved, largest = float(np.max(np.abs(end - start))), float(np.max(np.abs([start, end])))
        common = COMMON_ALPHA / evidence.experiment.alpha * moved
    if not 0.0 < moved <= LEAST_MOVE * largest or not common >= LARGE_MOVE * largest:
        return None
    ends = f"No weight ends more than {number_text(rounded_up(moved))} from where it began"
    return Cause("nothing", 0, f"{ends}: {evidence.pace} is too small.")


def _why_unmoved(evidence: Evidence) -> str:
    """The rate, the gradients or α, whichever left every weight where it was; empty where that is not known."""
    if not evidence.rule.paces(evidence.steps)[:, 0].any():
        return "the rate is 0 at every step"
    if not _has_gradients(evidence):
        return "every gradient is 0"
    surely = not evidence.counts.moved and evidence.counts.steps == evidence.steps
    if not (surely and evidence.experiment.alpha > 0.0):
        return ""
    return f"{evidence.pace} is so small that each step is lost in the last digits of the weights"


def _has_gradients(evidence: Evidence) -> bool:
    """Whether any sample gives any weight a gradient, at the first weights."""
    start, network = flat_weights(evidence.checkpoint), evidence.checkpoint.copy()
    network.begin(TrainingRule(loss=evidence.loss.name), evidence.steps, evidence.experiment.passed)
    network.alpha = LARGEST
    return any(not np.array_equal(flat_weights(network), start) for _ in evidence.learn(network))
