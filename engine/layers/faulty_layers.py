"""The notebook's two mistakes as layers, to show their effect on learning and how the gradient check finds them.

They are classes of their own and cannot be chosen on the page. The gradient check disagrees with both, and the readable
layers train them: the kernel knows correct layers only.
"""

from typing import Any

import numpy as np

from engine.activations import LEAK, Activation
from engine.base.numerics import FloatArray, sum_in_order
from engine.errors import ShapeError
from engine.layers.layers import AffinityLayer, MapLayer

LEAKY_RELU = "leaky relu"
"""The row of `ACTIVATIONS` that is correct."""

HALF_SLOPE = Activation(
    f"{LEAKY_RELU}, half slope",
    lambda x: (x * (1.0 + LEAK / 2.0) + np.abs(x) * (1.0 - LEAK / 2.0)) / 2.0,
    lambda x: np.where(x > 0.0, 1.0, LEAK),
    nondifferentiable_at=(0.0,),
)
"""The notebook's leaky ReLU: below 0 its slope is half the leak, and its stated derivative is the whole leak."""

HALF_LEAK = f"{LEAKY_RELU} with half leak"
"""Its name in sentences; its name in files is older."""

FAULTY_ACTIVATIONS: dict[str, Activation] = {HALF_SLOPE.name: HALF_SLOPE}
"""The activations with a wrong derivative, by name."""


def spoken_function(name: str) -> str:
    """The name of an activation, or its formula, as a sentence writes it."""
    return HALF_LEAK if name == HALF_SLOPE.name else name


class LeftMultiplied(AffinityLayer):
    """An affine layer that passes M ∂loss/∂y back, where Mᵀ ∂loss/∂y is right: "Left-multiply or right-multiply?".

    M must be square; ShapeError otherwise, for M ∂loss/∂y has the size of x only then.
    """

    def __init__(self, n: int, m: int, seed: Any = None) -> None:
        if n != m:
            raise ShapeError(f"M in place of Mᵀ fits a square layer only, and this one goes from {n} to {m} numbers.")
        super().__init__(n, m, seed)

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        _, gradients = super().gradients(output_delE)
        return sum_in_order(self._M.T * output_delE[:, None], axis=0), gradients

    def __repr__(self) -> str:
        return f"LeftMultiplied {self.inputs}→{self.outputs}"


class MistakenMap(MapLayer):
    """A map layer with a function of `FAULTY_ACTIVATIONS`, whose stated slope is not its slope."""

    def __init__(self, fun: str = HALF_SLOPE.name) -> None:
        self._own = None
        self.function = FAULTY_ACTIVATIONS[fun]

    def __repr__(self) -> str:
        return f"MistakenMap {self.function.name}"
