"""The answers that a network can give at all: the range of its last activation, and the loss of targets outside it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.layers.layers import IdentityLayer, MapLayer

RANGES = {
    "tanh": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "relu": (0.0, math.inf),
    "softplus": (0.0, math.inf),
    "elu": (-1.0, math.inf),
    "gaussian": (0.0, 1.0),
    "sin": (-1.0, 1.0),
    "square/2": (0.0, math.inf),
}
"""The least and the greatest value of each activation that has one of both."""


def answer_range(layers: Sequence[Any]) -> tuple[int, float, float] | None:
    """The place of the last activation, and the least and the greatest number that it gives.

    None where another layer than an identity comes after it, or where it may give any number.
    """
    places = [place for place, layer in enumerate(layers) if type(layer) is not IdentityLayer]
    last = layers[places[-1]] if places else None
    if type(last) is not MapLayer or last.name not in RANGES:
        return None
    return places[-1], *RANGES[last.name]


def loss_outside(T: FloatArray, low: float, high: float) -> float:
    """The mean loss, half the squared distance, that no answers from `low` to `high` go below, for T (n, outputs)."""
    e = T - np.clip(T, low, high)
    return float((e * e).sum()) / (2.0 * len(T))
