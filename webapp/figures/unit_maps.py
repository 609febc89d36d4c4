"""Unit maps: the answers of each hidden unit over the input space, as small maps of colours on one scale for a layer.

A small map is a byte a point, the place of its colour on the scale: enough for a map 24 pixels wide. One unit at a
time is sent as numbers, to be drawn as large as the output.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from webapp.figures.encode import packed, places_of

MOST_UNITS, MOST_UNITS_OF_MANY, MANY_CARDS = 8, 4, 5
"""The most units of a layer that are sent, those where the network has many cards, and the least of many cards."""


def units_shown(cards: int) -> int:
    """The most units of a layer that are sent, in a network with that many cards."""
    return MOST_UNITS_OF_MANY if cards >= MANY_CARDS else MOST_UNITS


def unit_scale(values: FloatArray) -> float:
    """The greatest finite |value|; 0 where there is none."""
    return float(np.max(np.abs(values), where=np.isfinite(values), initial=0.0))


def is_silent(values: FloatArray) -> bool:
    """Whether these are all the same finite number."""
    first = values[0]
    return bool(np.isfinite(first) and np.all(values == first))


def small_maps(values: FloatArray, coarse: NDArray[np.int64], most: int) -> dict[str, Any]:
    """The small maps of a layer's first units; `values` are all its units' over the grid, shape (points, units)."""
    scale, first = unit_scale(values), values[:, :most]
    return {
        "count": values.shape[1],
        "shown": first.shape[1],
        "scale": scale,
        "silent": [unit for unit, column in enumerate(first.T) if is_silent(column)],
        "values": packed(places_of(first[coarse], scale).T.ravel(), "u1"),
    }
