"""silent: at least half of the units of an activation answer 0, with slope 0, to all samples."""

import numpy as np

from engine.base.numerics import FloatArray
from engine.layers.layers import Flags, MapLayer
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.outcomes.failure.words import layer_name


def silent_units(evidence: Evidence) -> Cause | None:
    for place, layer in enumerate(evidence.made.trained.layers):
        if not isinstance(layer, MapLayer):
            continue
        if not _are_most(_silent(layer, *evidence.few_layer_inputs[place : place + 2])):
            continue
        silent = _silent(layer, *evidence.layer_inputs[place : place + 2])
        if not _are_most(silent):
            continue
        count = int(silent.sum())
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


def _silent(layer: MapLayer, x: FloatArray, y: FloatArray) -> Flags:
    with np.errstate(all="ignore"):
        silent: Flags = ((y == 0.0) & (layer.function.slope(x) == 0.0)).all(axis=0)
    return silent


def _are_most(units: Flags) -> bool:
    return 2 * int(units.sum()) >= max(1, units.size)
