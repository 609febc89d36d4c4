"""Initializers: how an affine layer's initial weights are computed from standard normal draws, a row each.

An initializer takes M of shape (outputs, inputs) and b of shape (outputs,), both drawn with randn in that order, and
returns the initial weights. All initializers get the same draws, so that another one changes only the scale. The scale
is that of a layer of another shape where one is named.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.base.numerics import FloatArray
from engine.errors import UnknownNameError

WeightsAndBiases = tuple[FloatArray, FloatArray]
Shape = tuple[int, int]
"""A layer's numbers of inputs and of outputs."""


@dataclass(frozen=True)
class Initializer:
    """An initializer: its name, its title, a sentence about it, and the weights of draws for a layer of a shape."""

    name: str
    title: str
    sentence: str
    scaled: Callable[[FloatArray, FloatArray, Shape], WeightsAndBiases]

    def weights(self, M: FloatArray, b: FloatArray, shape: Shape | None = None) -> WeightsAndBiases:
        """The initial weights of these draws, at the scale of a layer of that shape, else of M's own."""
        return self.scaled(M, b, shape or (M.shape[1], M.shape[0]))


def initializer_named(name: str) -> Initializer:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return INITIALIZERS[name]
    except (KeyError, TypeError):
        raise UnknownNameError("way to draw weights", name, INITIALIZERS) from None


def _xavier(M: FloatArray, b: FloatArray, shape: Shape) -> WeightsAndBiases:
    """Variance 2/(inputs + outputs): equation 12 of Glorot and Bengio 2010, as a normal of that variance."""
    return M * math.sqrt(2.0 / sum(shape)), np.zeros_like(b)


def _he(M: FloatArray, b: FloatArray, shape: Shape) -> WeightsAndBiases:
    """Variance 2/inputs: equation 10 of He, Zhang, Ren and Sun 2015."""
    return M * math.sqrt(2.0 / shape[0]), np.zeros_like(b)


_ROWS = (
    Initializer("normal", "Normal", "M and b are standard normal draws, as in the notebook.", lambda M, b, _: (M, b)),
    Initializer(
        "xavier", "Xavier", "M is scaled so that numbers and gradients keep their size through tanh; b is 0.", _xavier
    ),
    Initializer("he", "He", "M is scaled so that numbers keep their size through a ReLU; b is 0.", _he),
    Initializer(
        "zero",
        "Zero",
        "M and b are 0: units that start alike stay alike.",
        lambda M, b, _: (np.zeros_like(M), np.zeros_like(b)),
    ),
)

INITIALIZERS: dict[str, Initializer] = {row.name: row for row in _ROWS}
