"""The answers that a network can give at all: the range of its last activation, and the loss of targets outside it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.layers.layers import IdentityLayer, MapLayer

ANY_NUMBER = (-math.inf, math.inf)
"""The range of an activation without a least and a greatest value."""


def answer_range(layers: Sequence[Any]) -> tuple[int, float, float] | None:
    """The place of the last activation, and the least and the greatest number that it gives.

    None where another layer than an identity comes after it, or where it may give any number.
    """
    places = [place for place, layer in enumerate(layers) if type(layer) is not IdentityLayer]
    last = layers[places[-1]] if places else None
    if type(last) is not MapLayer or last.function.range == ANY_NUMBER:
        return None
    return places[-1], *last.function.range


def loss_outside(T: FloatArray, low: float, high: float) -> float:
    """The mean loss, half the squared distance, that no answers from `low` to `high` go below, for T (n, outputs)."""
    e = T - np.clip(T, low, high)
    return float((e * e).sum()) / (2.0 * len(T))
