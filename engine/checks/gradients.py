"""The numeric gradient check: what backprop says, held against what the loss does when one number is nudged.

A slope is measured by central differences, (f(v+h) − f(v−h)) / 2h with h = ∛ε·max(1, |v|), which leaves an error near
10⁻¹⁰ where the loss is gentle. Where that disagrees, smaller h have the last word, for a steep loss bends within the
first. At a kink, where only one side has the stated slope, nothing can be measured this way.
"""

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.base.numerics import FloatArray, sum_lanes
from engine.layers.layers import Layer
from engine.training.network import Network

AGREES_WITHIN = 1e-5
"""Backprop agrees when no slope is further off than this; a slope of 2.001 for 2.0 is off by 0.0005."""

_EPSILON = float(np.finfo(np.float64).eps)
NUDGES = tuple(math.cbrt(_EPSILON) / smaller for smaller in (1, 32, 1024))
"""How far a number is moved up and down, relative to it where it is above 1; smaller moves have the last word."""

Loss = Callable[[FloatArray], float]


@dataclass(frozen=True)
class Difference:
    """One slope as backprop gives it and as it was measured, and whose slope it is."""

    layer: int
    """The layer's place in its network, from 0."""
    name: str
    """`input`, or the name of the layer's parameter."""
    index: tuple[int, ...]
    backprop: float
    numeric: float

    @property
    def size(self) -> float:
        """How far the two are apart, relative to the larger where that is above 1; inf when one is not finite."""
        apart = abs(self.backprop - self.numeric) / max(1.0, abs(self.backprop), abs(self.numeric))
        return apart if math.isfinite(apart) else math.inf

    @property
    def agrees(self) -> bool:
        """Whether backprop is right, as far as can be measured."""
        return self.size <= AGREES_WITHIN


def layer_difference(layer: Layer, x: ArrayLike, output_delE: ArrayLike) -> Difference:
    """The largest difference of one layer at x, for ∂loss/∂output as given; the layer is left as it is."""
    v, upper = _vector(x), _vector(output_delE)
    with np.errstate(all="ignore"):
        return _largest(_differences(0, [copy.deepcopy(layer)], v, upper, lambda y: float(sum_lanes(y * upper))))


def network_difference(network: Network, x: ArrayLike, expected: ArrayLike) -> Difference:
    """The largest difference of the loss e·e/2 at the fact (x, expected); the network is left as it is.

    Goes from the last layer back and stops at the first one that disagrees: every layer before it is passed a wrong
    gradient and would disagree as well.
    """
    layers, wanted = network.copy().layers, _vector(expected)
    found: list[Difference] = []
    with np.errstate(all="ignore"):
        ports = _ports(layers, _vector(x))
        upper = ports[-1] - wanted
        for at in reversed(range(len(layers))):
            layers[at](ports[at])
            lower, _ = layers[at].gradients(upper)
            found += _differences(at, layers[at:], ports[at], upper, lambda y: _squared(y - wanted))
            if not _largest(found).agrees:
                break
            upper = lower
    return _largest(found)


def _largest(differences: Iterable[Difference]) -> Difference:
    """The one that is furthest apart."""
    return max(differences, key=lambda difference: difference.size)


def _ports(layers: Sequence[Any], x: FloatArray) -> list[FloatArray]:
    """What each layer is given, and at the end what the last one gives; copies, since they will be nudged."""
    ports = [x]
    for layer in layers:
        ports.append(np.array(layer(ports[-1])))
    return ports


def _differences(at: int, tail: Sequence[Any], x: FloatArray, upper: FloatArray, loss: Loss) -> Iterator[Difference]:
    """Every slope of the first layer of a tail of layers, whose last output goes into the loss."""
    first = tail[0]
    first(x)
    lower, gradients = first.gradients(upper)
    slopes = {"input": np.array(lower)} | {name: np.array(slope) for name, slope in gradients.items()}

    def ahead() -> float:
        y: FloatArray = x
        for layer in tail:
            y = layer(y)
        return loss(y)

    for name, numbers in ({"input": x} | first.parameters).items():
        for index in np.ndindex(numbers.shape):
            backprop = float(slopes[name][index])
            for nudge in NUDGES:
                found = Difference(at, name, index, backprop, _slope(ahead, numbers, index, nudge))
                if found.agrees:
                    break
            yield found


def _slope(loss: Callable[[], float], numbers: FloatArray, index: tuple[int, ...], nudge: float) -> float:
    """∂loss/∂number, measured by moving it up and down, and putting it back."""
    middle = float(numbers[index])
    step = nudge * max(1.0, abs(middle))
    up, down = middle + step, middle - step
    numbers[index] = up
    above = loss()
    numbers[index] = down
    below = loss()
    numbers[index] = middle
    return (above - below) / (up - down)


def _squared(e: FloatArray) -> float:
    return float(sum_lanes(e * e)) / 2.0


def _vector(values: ArrayLike) -> FloatArray:
    return np.array(values, dtype=np.float64)
