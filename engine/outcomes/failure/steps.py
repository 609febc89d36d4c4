"""steps: with twice as many samples the run ends more than 10 % lower, and so does the mean loss on its own samples.

That run is made: its first samples are those of this one, and the next ones follow. Where the samples are given and no
more can be drawn, they are learned once more.
"""

from dataclasses import replace

from engine.base.number_text import loss_text
from engine.errors import BenchError
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, rolled_back, run
from engine.outcomes.failure.evidence import FAILED_FROM, MUCH_LOWER, Cause, Evidence
from engine.rules.rate import CONSTANT

LOWER = 0.90
"""Twice as many samples end below this share of the loss of a run that failed; of one that half learned below 0.75."""


def more_steps(evidence: Evidence) -> Cause | None:
    longer = _longer(evidence)
    if longer is None:
        return _second_time(evidence)
    settled, again = longer.sound_settled, evidence.loss_of(longer.trained)
    lower = LOWER if evidence.made.settled >= FAILED_FROM * evidence.ceiling else MUCH_LOWER
    if settled is None or not (settled < lower * evidence.made.settled and again < lower * evidence.end_loss):
        return None
    twice = f"With twice as many samples the final loss is {loss_text(settled)}"
    ends = f"{loss_text(again)}, not {loss_text(evidence.end_loss)}"
    return Cause("steps", None, f"{twice}, and the mean loss on {evidence.all_samples} {ends}: more steps lower it.")


def _longer(evidence: Evidence) -> Run | None:
    """The run with twice as many samples; None where no more can be drawn."""
    one = evidence.experiment
    if not isinstance(one, Experiment):
        return None
    try:
        longer = replace(one, samples=2 * one.samples)
    except BenchError:
        return None
    return run(longer, evidence.checkpoint, evidence.on_progress, held_out=False)


def _second_time(evidence: Evidence) -> Cause | None:
    if evidence.rule.rate != CONSTANT:
        return None  # learning once more begins with the rate's first step, and more steps go on from its last
    network = rolled_back(evidence.made.trained, evidence.experiment)
    for _ in evidence.learn(network):
        pass
    end, again = evidence.end_loss, evidence.loss_of(network)
    if not again < LOWER * end:
        return None
    ends = f"from {loss_text(end)} to {loss_text(again)}"
    lowers = f"Learning the samples once more lowers the mean loss on {evidence.all_samples} {ends}"
    return Cause("steps", None, f"{lowers}: more steps lower it.")
