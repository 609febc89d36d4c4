"""A passage: one fact through a network, its gradient back, and what the one step that it asks for does.

Nothing is adjusted. Forward, each layer gives a vector; backward, each passes on the slope of the loss e·e/2 with
e = y − expected. The slopes are those of the loss itself: a step takes α times as much off the parameters, but for the
frozen ones.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.base.numerics import FloatArray, sum_lanes
from engine.training.network import Network

Arrays = dict[str, FloatArray]


@dataclass(frozen=True)
class Trace:
    """What one fact meets on its way through n layers and back."""

    values: tuple[FloatArray, ...]
    """n + 1 vectors: the input, and what each layer gives."""
    slopes: tuple[FloatArray, ...]
    """n + 1 vectors: ∂loss/∂ each of the values."""
    gradients: tuple[Arrays, ...]
    """∂loss/∂parameter by name, for each layer; empty for one that learns nothing, or does not tell."""
    loss: float


@dataclass(frozen=True)
class Update:
    """One step: the parameters of each layer by name before and after it, and the loss of its fact then."""

    before: tuple[Arrays, ...]
    after: tuple[Arrays, ...]
    loss: float
    """The loss of the same fact once the step has been taken."""


def values_of(network: Network, x: ArrayLike) -> tuple[FloatArray, ...]:
    """The input, and what each layer gives, where nobody says what is expected."""
    with np.errstate(all="ignore"):
        return tuple(_forward(network.copy().layers, x))


def trace_of(network: Network, x: ArrayLike, expected: ArrayLike) -> Trace:
    """The fact (x, expected) through the network and back; the network is left as it is."""
    layers = network.copy().layers
    with np.errstate(all="ignore"):
        values = _forward(layers, x)
        e = values[-1] - np.asarray(expected, dtype=np.float64)
        slopes, gradients = [e], []
        for layer in reversed(layers):
            lower, told = _back(layer, slopes[-1])
            slopes.append(lower)
            gradients.append(told)
        loss = float(sum_lanes(e * e)) / 2.0
    return Trace(tuple(values), tuple(reversed(slopes)), tuple(reversed(gradients)), loss)


def update_of(network: Network, x: ArrayLike, expected: ArrayLike) -> Update:
    """The step that the network takes at the fact (x, expected) with its alpha; the network itself is left as it is."""
    stepped = network.copy()
    stepped.losses([(x, expected)])
    after = _parameters(stepped)
    return Update(_parameters(network), after, stepped.losses([(x, expected)])[0])


def _forward(layers: list[Any], x: ArrayLike) -> list[FloatArray]:
    values = [np.array(x, dtype=np.float64)]
    for layer in layers:
        values.append(np.array(layer(values[-1])))
    return values


def _back(layer: Any, upper: FloatArray) -> tuple[FloatArray, Arrays]:
    """∂loss/∂input and the gradients; a layer of somebody's own may have nothing but its backprop, which then moves it:
    it is a copy."""
    try:
        lower, told = layer.gradients(upper)
    except (AttributeError, NotImplementedError):
        lower, told = layer.backprop(upper), {}
    return np.array(lower), {name: np.array(slope) for name, slope in told.items()}


def _parameters(network: Network) -> tuple[Arrays, ...]:
    return tuple({name: array.copy() for name, array in layer.parameters.items()} for layer in network.layers)
