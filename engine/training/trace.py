"""A trace: one sample through a network, the gradients back, and the parameters before and after its step.

The network is not changed. Forward, each layer gives a vector; backward, each passes on the gradient of the loss, e·e/2
with e = y − expected unless the network learns by a rule with another one. These are gradients of the loss itself: a
plain step subtracts α times as much from the parameters, but for the frozen ones.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.base.numerics import FloatArray
from engine.training.network import Network

Arrays = dict[str, FloatArray]


@dataclass(frozen=True)
class Trace:
    """The values and gradients of one sample through n layers and back."""

    values: tuple[FloatArray, ...]
    """n + 1 vectors: the input, and the output of each layer."""
    slopes: tuple[FloatArray, ...]
    """n + 1 vectors: ∂loss/∂ each of the values."""
    gradients: tuple[Arrays, ...]
    """∂loss/∂parameter by name, for each layer; empty for one that has none or does not state them."""
    loss: float


@dataclass(frozen=True)
class Update:
    """One step: the parameters of each layer by name before and after it, and the loss of its sample after it."""

    before: tuple[Arrays, ...]
    after: tuple[Arrays, ...]
    loss: float
    """The loss of the same sample after the step."""


def values_of(network: Network, x: ArrayLike) -> tuple[FloatArray, ...]:
    """The input, and the output of each layer, for an input without a target."""
    with np.errstate(all="ignore"):
        return tuple(_forward(network.copy().layers, x))


def trace_of(network: Network, x: ArrayLike, expected: ArrayLike) -> Trace:
    """The trace of the sample (x, expected); the network is left as it is."""
    layers = network.copy().layers
    with np.errstate(all="ignore"):
        values = _forward(layers, x)
        target = np.asarray(expected, dtype=np.float64)
        slopes, gradients = [network.loss_row.slope(values[-1], target)], []
        for layer in reversed(layers):
            lower, gradients_by_name = _back(layer, slopes[-1])
            slopes.append(lower)
            gradients.append(gradients_by_name)
        loss = float(network.loss_row.value(values[-1], target))
    return Trace(tuple(values), tuple(reversed(slopes)), tuple(reversed(gradients)), loss)


def update_of(network: Network, x: ArrayLike, expected: ArrayLike) -> Update:
    """The step that the network takes at the sample (x, expected) by its rule; the network is left as it is.

    Within a batch only the last sample is followed by a step.
    """
    stepped = network.copy()
    stepped.losses([(x, expected)])
    return Update(_parameters(network), _parameters(stepped), stepped.loss(x, expected))


def _forward(layers: list[Any], x: ArrayLike) -> list[FloatArray]:
    values = [np.array(x, dtype=np.float64)]
    for layer in layers:
        values.append(np.array(layer(values[-1])))
    return values


def _back(layer: Any, upper: FloatArray) -> tuple[FloatArray, Arrays]:
    """∂loss/∂input and the gradients; a layer of one's own may only have backprop, which moves it: pass a copy."""
    try:
        lower, gradients_by_name = layer.gradients(upper)
    except (AttributeError, NotImplementedError):
        lower, gradients_by_name = layer.backprop(upper), {}
    return np.array(lower), {name: np.array(slope) for name, slope in gradients_by_name.items()}


def _parameters(network: Network) -> tuple[Arrays, ...]:
    return tuple({name: array.copy() for name, array in layer.parameters.items()} for layer in network.layers)
