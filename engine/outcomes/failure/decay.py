"""decay: the same run without decay learns, and answers held-out samples no worse."""

from dataclasses import replace

from engine.base.metrics import mean_losses
from engine.base.number_text import loss_text, number_text
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.outcomes.failure.evidence import Cause, Evidence


def large_decay(evidence: Evidence) -> Cause | None:
    training, made = evidence.experiment, evidence.made
    if not isinstance(training, Experiment) or not training.decay or made.settled is None:
        return None
    other = run(replace(training, decay=0.0), evidence.checkpoint, evidence.on_progress, held_out=False)
    end = other.sound_settled
    if end is None or not evidence.is_beaten_by(end):
        return None
    unseen = training.held_out_samples()
    if unseen is not None:
        X, T = unseen
        decayed, free = (mean_losses(evidence.loss.value(one.trained.respond(X), T)) for one in (made, other))
        if decayed < free:
            return None
    ends = f"without it the same run ends at {loss_text(end)}, not {loss_text(made.settled)}"
    return Cause("decay", None, f"Decay {number_text(training.decay)} is too large: {ends}.")
