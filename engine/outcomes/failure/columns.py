"""columns: the columns of the table are not scaled, and the same run learns on scaled ones."""

from dataclasses import replace

import numpy as np

from engine.base.number_text import number_text
from engine.data.prepared_table import STANDARD, UNSCALED
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.experiments.run import run
from engine.outcomes.failure.evidence import FAILED_FROM, Cause, Evidence
from engine.outcomes.outcome import best_constant_loss


def unscaled_columns(evidence: Evidence) -> Cause | None:
    training = evidence.experiment
    if not evidence.compared or not isinstance(training, Experiment) or training.table is None:
        return None
    if training.scaling != UNSCALED:
        return None
    with np.errstate(all="ignore"):
        spreads = training.table.learned[0].std(axis=0)
    vary = np.flatnonzero((spreads > 0) & np.isfinite(spreads))
    if not len(vary):
        return None
    wide, narrow = vary[np.argmax(spreads[vary])], vary[np.argmin(spreads[vary])]
    scaled = replace(training, scaling=STANDARD)
    end = run(scaled, evidence.checkpoint, evidence.on_progress, held_out=False).sound_settled
    if end is None or end >= FAILED_FROM * best_constant_loss(scaled, evidence.on_progress):
        return None
    names = port_names(training).inputs
    large, small = (f"{number_text(float(spreads[k]))} ({names[k]})" for k in (wide, narrow))
    apart = f"their standard deviations go from {small} to {large}"
    return Cause("columns", None, f"The columns are not scaled: {apart}. With scaled columns the same run learns.")
