"""decay, rate: the same run without decay, or at a constant rate, learns, and answers held-out samples no worse."""

from dataclasses import replace

from engine.base.metrics import mean_losses
from engine.base.number_text import loss_text, number_text
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, run
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.rules.rate import CONSTANT


def large_decay(evidence: Evidence) -> Cause | None:
    training, made = evidence.experiment, evidence.made
    if not isinstance(training, Experiment) or not training.decay or made.settled is None:
        return None
    other, ends = _other_run(evidence, replace(training, decay=0.0))
    if other is None:
        return None
    unseen = training.held_out_samples()
    if unseen is not None:
        X, T = unseen
        decayed, free = (mean_losses(evidence.loss.value(one.trained.respond(X), T)) for one in (made, other))
        if decayed < free:
            return None
    return Cause("decay", None, f"Decay {number_text(training.decay)} is too large: without it {ends}.")


def falling_rate(evidence: Evidence) -> Cause | None:
    training = evidence.experiment
    if not isinstance(training, Experiment) or training.rate == CONSTANT:
        return None
    other, ends = _other_run(evidence, replace(training, rate=CONSTANT))
    if other is None:
        return None
    return Cause("rate", None, f"The rate {training.rate} is at fault: at a constant rate {ends}.")


def _other_run(evidence: Evidence, experiment: Experiment) -> tuple[Run | None, str]:
    """The run of another experiment and where it ends, if it learns; None if it does not."""
    other = run(experiment, evidence.checkpoint, evidence.on_progress, held_out=False)
    end = other.sound_settled
    if end is None or not evidence.is_beaten_by(end):
        return None, ""
    return other, f"the same run ends at {loss_text(end)}, not {loss_text(evidence.made.settled)}"
