"""A network as a function of its weights: its responses to many vectors, and their derivatives by every free weight.

∂y/∂weight of a sample comes of one pass back for each output, for all samples at once: the same rules by which layers
pass gradients back (`engine.layers.layers`), with matrix products in place of sums in a stated order. These numbers
are for fitting alone; a network's loss is the one that its layers compute.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.kernel.program import IntArray
from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer

FITTED_LAYERS = (AffinityLayer, IdentityLayer, LeftMultiplied, MapLayer, MistakenMap)
"""Layers whose responses and derivatives are known from their parameters."""

MOVE = math.cbrt(np.finfo(np.float64).eps)
"""The distance by which a number is moved to measure a slope, relative to it where it is above 1."""


class WeightSpace:
    """The free weights of a network in one row, and its errors on some samples as a function of them.

    The layers are of FITTED_LAYERS, and none stands in two places. They are never changed.
    """

    def __init__(self, layers: Sequence[Any]) -> None:
        self._layers = layers
        self._weights = kernel.flattened(kernel.parameters(layers))
        self._free = np.setdiff1d(np.arange(self._weights.size), kernel.frozen_places(layers))

    @property
    def start(self) -> FloatArray:
        """The free weights of the network as it is, shape (free,)."""
        return self._weights[self._free]

    def weights(self, point: FloatArray) -> FloatArray:
        """All weights in one row, shape (numbers,), with these free ones."""
        weights = self._weights.copy()
        weights[self._free] = point
        return weights

    def errors(self, point: FloatArray, X: FloatArray, T: FloatArray) -> "Errors":
        """The errors on the samples X, shape (n, inputs), and T, shape (n, outputs), with these free weights."""
        return Errors(self._layers, self.weights(point), self._free, X, T)


class Errors:
    """The errors (y − t)/√n of a network on n samples: half the sum of their squares is the mean loss."""

    def __init__(
        self, layers: Sequence[Any], weights: FloatArray, free: IntArray, X: FloatArray, T: FloatArray
    ) -> None:
        self._free, self._size, self._scale = free, weights.size, 1.0 / math.sqrt(len(X))
        self._passed: list[tuple[Any, FloatArray | None, FloatArray]] = []
        start = 0
        with np.errstate(all="ignore"):
            for layer in layers:
                if isinstance(layer, AffinityLayer):
                    M, b, start = _parameters(layer, weights, start)
                    self._passed.append((layer, M, X))
                    X = X @ M.T + b
                else:
                    self._passed.append((layer, None, X))
                    X = layer.respond(X)
            self._errors = (X - T) * self._scale

    @property
    def values(self) -> FloatArray:
        """The errors, sample after sample, shape (n · outputs,)."""
        return self._errors.ravel()

    @property
    def loss(self) -> float:
        """The mean loss; it may be inf or nan."""
        with np.errstate(all="ignore"):
            return float(self.values @ self.values) / 2.0

    def jacobian(self) -> FloatArray:
        """Their derivatives by the free weights, shape (n · outputs, free)."""
        n, outputs = self._errors.shape
        J = np.empty((n, outputs, self._size))
        back = np.broadcast_to(self._scale * np.eye(outputs), (n, outputs, outputs))
        end = self._size
        with np.errstate(all="ignore"):
            for layer, M, x in reversed(self._passed):
                if M is not None:
                    bias = end - len(M)
                    start = bias - M.size
                    J[:, :, bias:end] = back
                    by_matrix = J[:, :, start:bias].reshape(n, outputs, *M.shape)
                    np.multiply(back[:, :, :, None], x[:, None, None, :], out=by_matrix)
                    back = (back.reshape(n * outputs, -1) @ M).reshape(n, outputs, -1)
                    end = start
                elif isinstance(layer, MapLayer):
                    back = back * _slope(layer, x)[:, None, :]
        rows = J.reshape(n * outputs, -1)
        return rows if len(self._free) == self._size else rows[:, self._free]


def _parameters(layer: AffinityLayer, weights: FloatArray, start: int) -> tuple[FloatArray, FloatArray, int]:
    """M and b of the layer whose numbers begin there in the row of weights, and where they end."""
    bias = start + layer.M.size
    end = bias + layer.b.size
    return weights[start:bias].reshape(layer.M.shape), weights[bias:end], end


def _slope(layer: MapLayer, x: FloatArray) -> FloatArray:
    """The slope of the activation; of one that states a wrong slope, the measured one."""
    if not isinstance(layer, MistakenMap):
        return layer.function.slope(x)
    move = MOVE * np.maximum(1.0, np.abs(x))
    slope: FloatArray = (layer.respond(x + move) - layer.respond(x - move)) / (2.0 * move)
    return slope
