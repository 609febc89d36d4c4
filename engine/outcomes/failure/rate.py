"""rate: the same run at a constant rate learns."""

from dataclasses import replace

from engine.base.number_text import loss_text
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.rules.rate import CONSTANT


def falling_rate(evidence: Evidence) -> Cause | None:
    training, made = evidence.experiment, evidence.made
    if not isinstance(training, Experiment) or training.rate == CONSTANT:
        return None
    other = run(replace(training, rate=CONSTANT), evidence.checkpoint, evidence.on_progress, held_out=False)
    end = other.sound_settled
    if end is None or not evidence.is_beaten_by(end):
        return None
    ends = f"at a constant rate the same run ends at {loss_text(end)}, not {loss_text(made.settled)}"
    return Cause("rate", None, f"The rate {training.rate} is at fault: {ends}.")
