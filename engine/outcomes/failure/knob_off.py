"""decay, rate, columns: the same run without decay, at a constant rate, or on scaled columns, learns.

Without decay it also answers held-out samples no worse.
"""

from dataclasses import replace

import numpy as np

from engine.base.metrics import mean_losses
from engine.base.number_text import loss_text, number_text
from engine.data.prepared_table import STANDARD, UNSCALED
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.experiments.run import Run, run
from engine.outcomes.failure.evidence import FAILED_FROM, Cause, Evidence
from engine.outcomes.outcome import best_constant_loss
from engine.rules.rate import CONSTANT

FAR = 10.0
"""A column is far from scaled where its standard deviation is above this, or below its inverse."""


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


def unscaled_columns(evidence: Evidence) -> Cause | None:
    training = evidence.experiment
    if not evidence.compared or not isinstance(training, Experiment) or training.table is None:
        return None
    if training.scaling != UNSCALED:
        return None
    # An answer that is no class is scaled as well.
    would_scale = replace(training.table, scaling=STANDARD).scales
    columns = [part for part, scale in zip(training.table.learned, would_scale, strict=True) if scale is not None]
    with np.errstate(all="ignore"):
        spreads = np.hstack(columns).std(axis=0)
    vary = np.flatnonzero((spreads > 0) & np.isfinite(spreads))
    far = (spreads[vary] > FAR) | (spreads[vary] < 1.0 / FAR)
    if not far.any():
        return None
    wide, narrow = vary[np.argmax(spreads[vary])], vary[np.argmin(spreads[vary])]
    scaled = replace(training, scaling=STANDARD)
    end = run(scaled, evidence.checkpoint, evidence.on_progress, held_out=False).sound_settled
    if end is None or end >= FAILED_FROM * best_constant_loss(scaled, evidence.on_progress):
        return None
    ports = port_names(training)
    names = (*ports.inputs, *ports.outputs)
    large, small = (f"{number_text(float(spreads[k]))} ({names[k]})" for k in (wide, narrow))
    spread = f"their standard deviations go from {small} to {large}"
    if len(vary) == 1:
        spread = f"the standard deviation of the only one that varies is {large}"
    return Cause("columns", None, f"The columns are not scaled: {spread}. With scaled columns the same run learns.")


def _other_run(evidence: Evidence, experiment: Experiment) -> tuple[Run | None, str]:
    """The run of another experiment and where it ends, if it learns; None if it does not."""
    other = run(experiment, evidence.checkpoint, evidence.on_progress, held_out=False)
    end = other.sound_settled
    if end is None or not evidence.is_beaten_by(end):
        return None, ""
    return other, f"the same run ends at {loss_text(end)}, not {loss_text(evidence.made.settled)}"
