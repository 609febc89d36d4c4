"""silent: at least half of the units of an activation answer 0, with slope 0, to all samples."""

import numpy as np

from engine.layers.layers import MapLayer
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.outcomes.failure.words import layer_name


def silent_units(evidence: Evidence) -> Cause | None:
    for place, layer in enumerate(evidence.made.trained.layers):
        if not isinstance(layer, MapLayer):
            continue
        x, y = evidence.layer_inputs[place : place + 2]
        with np.errstate(all="ignore"):
            silent = ((y == 0.0) & (layer.function.slope(x) == 0.0)).all(axis=0)
        count = int(silent.sum())
        if 2 * count < max(1, silent.size):
            continue
        units = "Every unit" if count == silent.size else f"{count} of the {silent.size} units"
        answer = "answers" if count in (1, silent.size) else "answer"
        name = layer_name(evidence.made.trained, place)
        step, since = None, ""
        if evidence.counts.steps == evidence.steps:
            step = int(evidence.counts.last_answers[place][silent].max()) + 1
            if step == 0:
                since = " At no step did a sample get another answer."
            elif step < evidence.steps:
                since = f" No sample since {evidence.one} {step:,} has another answer."
        return Cause("silent", step, f"{units} of {name} {answer} 0 to {evidence.all_samples}.{since}")
    return None
