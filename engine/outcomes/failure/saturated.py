"""saturated: the last activation has |slope| < 0.01 for more than half of the pairs of unit and sample, in units that
have it for at least 90 % of the samples; and training did not raise the mean loss by more than 10 %, as it does from a
good start that is saturated too. An activation that has such slopes everywhere, a step, is not saturated."""

import numpy as np

from engine.base.number_text import percent_text
from engine.base.numerics import FloatArray
from engine.layers.layers import Flags, MapLayer
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.outcomes.failure.words import capitalized, layer_name

SATURATED_BELOW, MOST_OF_SAMPLES = 0.01, 0.9
"""A unit is saturated where its slope is smaller than the first for this share of the samples or more."""


FEW_PAIRS = 0.25
"""Where some samples have it for no more of the pairs, all are not asked."""

AROUND_ZERO = np.linspace(-4.0, 4.0, 161)
"""Inputs at some of which an activation that can saturate has a larger slope."""


def saturated_units(evidence: Evidence) -> Cause | None:
    layers = evidence.made.trained.layers
    place = max((place for place, layer in enumerate(layers) if isinstance(layer, MapLayer)), default=None)
    if place is None:
        return None
    few, around = (_is_flat(layers[place], x) for x in (evidence.few_layer_inputs[place], AROUND_ZERO))
    if around.all() or few.mean() <= FEW_PAIRS:
        return None
    flat = _is_flat(layers[place], evidence.layer_inputs[place])
    # A unit of ReLU may well have slope 0 for half of the samples, and learn from the others.
    units = flat.mean(axis=0) >= MOST_OF_SAMPLES
    if 2 * flat[:, units].sum() <= flat.size or evidence.is_raised:
        return None
    share = percent_text(flat.sum() / flat.size)
    several = sum(isinstance(layer, MapLayer) for layer in layers) > 1
    name = capitalized(layer_name(evidence.made.trained, place)) + ", the last," * several
    near_zero = f"its derivative lies within 0.01 of 0 for {share} of the pairs of unit and sample"
    return Cause("saturated", None, f"{name} is saturated: {near_zero}.")


def _is_flat(layer: MapLayer, x: FloatArray) -> Flags:
    with np.errstate(all="ignore"):
        flat: Flags = np.abs(layer.function.slope(x)) < SATURATED_BELOW
    return flat
