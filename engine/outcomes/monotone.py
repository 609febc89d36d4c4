"""Networks that no weights help: linear ones, and those whose outputs rise in one direction only.

Dense layers with no activation between them are one affine function of the inputs (the page calls it linear), and
activations that never fall keep the order of its numbers: each output is a rising function of one weighted sum. Of few
points the least loss of such a function is known without a search: in every order in which a direction can meet the
points, isotonic regression fits the best rising sequence (Ayer, Brunk, Ewing, Reid and Silverman 1955).
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.layers.faulty_layers import LeftMultiplied
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer

MOST_POINTS = 40
"""Of more different points with two inputs there are too many orders: pairs of points, twice."""


def linear_rank(layers: Sequence[Any]) -> int | None:
    """The narrowest width of a dense layer where the network is an affine function; None where it is none.

    Unlike `affine_rank` it allows affine activations and frozen weights: the network is one of these functions, and may
    not be able to be each of them.
    """
    widths = [int(width) for layer in layers if _is_dense(layer) for width in (layer.inputs, layer.outputs)]
    return min(widths) if widths and all(_is_linear(layer) for layer in layers) else None


def is_rising(layers: Sequence[Any]) -> bool:
    """Whether each output is a function that never falls, of one weighted sum of the inputs."""
    dense = [place for place, layer in enumerate(layers) if _is_dense(layer)]
    if not dense:
        return False
    before, after = layers[: dense[-1] + 1], layers[dense[-1] + 1 :]
    rising = (isinstance(layer, MapLayer) and layer.function.rises for layer in after if not _is_linear(layer))
    return all(map(_is_linear, before)) and all(rising)


def structure(layers: Sequence[Any]) -> str:
    """Why more than one direction is out of its reach, as the beginning of a sentence; empty for any other network.

    With an activation between two dense layers, a layer that is narrower than inputs and outputs may be at fault too.
    """
    rank, dense = linear_rank(layers), [layer for layer in layers if _is_dense(layer)]
    if rank is not None and rank < min(dense[0].inputs, dense[-1].outputs):
        return ""
    alone = "With one dense layer" if len(dense) == 1 else "With no activation between its dense layers"
    if rank is not None:
        only = len(dense) == len(layers) == 1
        return "One dense layer is a linear function" if only else f"{alone} the network is a linear function"
    if not is_rising(layers):
        return ""
    return f"{alone} {'the' if dense[-1].outputs == 1 else 'each'} output rises in one direction only"


def least_loss(X: FloatArray, T: FloatArray) -> float | None:
    """A mean loss, half the squared distance, that no network of one rising direction an output goes below.

    X (n, inputs) and T (n, outputs). None for more than two inputs, and for more than 40 different points of two.
    """
    points, which, counts = np.unique(X, axis=0, return_inverse=True, return_counts=True)
    width = points.shape[1]
    if width > 2 or (width == 2 and len(points) > MOST_POINTS) or not np.isfinite(T).all():
        return None
    which = which.ravel()
    total = 0.0
    for target in T.T:
        means = np.bincount(which, target) / counts
        within = float(((target - means[which]) ** 2).sum())
        total += within + min(_rest_of_rising(means[order], counts[order]) for order in _orders(points))
    return total / (2.0 * len(X))


def _is_dense(layer: Any) -> bool:
    return type(layer) in (AffinityLayer, LeftMultiplied)


def _is_linear(layer: Any) -> bool:
    return _is_dense(layer) or type(layer) is IdentityLayer or (type(layer) is MapLayer and layer.function.affine)


def _orders(points: FloatArray) -> Iterator[NDArray[np.int64]]:
    """Every order in which a direction can meet the points, of shape (n, 1) or (n, 2), and some more."""
    if points.shape[1] == 1:
        directions = np.ones((1, 1))
    else:
        first, second = np.triu_indices(len(points), 1)
        apart = points[first] - points[second]
        # Between two neighbouring angles at which points change places the order stays.
        angles = np.unique(np.mod(np.arctan2(apart[:, 1], apart[:, 0]) + math.pi / 2, math.pi))
        between = np.diff(angles, append=angles[:1] + math.pi) / 2 + angles if angles.size else np.zeros(1)
        directions = np.stack([np.cos(between), np.sin(between)], axis=1)
    for direction in directions:
        order = np.argsort(points @ direction, kind="stable")
        yield order
        yield order[::-1]


def _rest_of_rising(values: FloatArray, weights: NDArray[np.int64]) -> float:
    """The least weighted sum of squares of the values less a sequence that never falls, by pooling neighbours."""
    pools: list[tuple[float, float, float]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, size, rest = value, float(weight), 0.0
        while pools and pools[-1][0] >= mean:
            other, others, left = pools.pop()
            apart, both = other - mean, size + others
            rest += left + apart * apart * size * others / both
            mean, size = (mean * size + other * others) / both, both
        pools.append((mean, size, rest))
    return sum(rest for _, _, rest in pools)
