"""The numeric gradient check: backprop compared with central differences.

For an output gradient u, backprop's ∂(u·y)/∂v is compared with what moving one number v, an input or a parameter, up
and down does to u·y. The first move is h = ∛ε·max(1, |v|), which leaves an error near 10⁻¹⁰ where y is gentle; where
that disagrees, smaller moves have the last word, for a steep function bends within the first. At a kink, where only one
side has the stated slope, nothing can be measured this way.

`check` is quick enough for every edit: it tries a network and each of its layers at a few points and holds nothing
against backprop that it could not measure. `layer_difference` and `network_difference` try every number at one point.
"""

import copy
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.base.numerics import FloatArray
from engine.base.random_stream import random_stream
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network

AGREES_WITHIN = 1e-5
"""Backprop agrees when no derivative is further off than this; 2.001 for 2.0 is off by 0.0005."""
STEP_SIZES = tuple(math.cbrt(np.finfo(np.float64).eps) / smaller for smaller in (1, 32, 1024))
"""The distance by which a number is moved up and down, relative to it where it is above 1; smaller moves decide."""

POINTS = 3
"""The first inputs that `check` takes, at most."""
MOST_TRIED = 24
"""`check` tries at most this many inputs, and as many parameters, of a layer and of the whole network."""
NEAR_KINK = 1e-4
"""An argument this close to a kink, relative where it is above 1, has a slope on one side only."""
REPEATABLE_WITHIN = 0.01
"""Measurements repeat when they lie within this fraction of their size, and of what backprop is off by."""
SMALLEST_SCALE = 1e-4
"""Derivatives smaller than this count as this large when measurements are compared."""
LARGE = 1e5
"""Beside larger numbers than this the least move is not small, or is lost in rounding: backprop is not judged there."""

AGREES, DISAGREES, AT_KINK, UNKNOWN = "agrees", "disagrees", "at a kink", "unknown"
"""Backprop is right as far as was measured; it is wrong; every argument lay at a kink; nothing could be measured."""

KINDS = {AffinityLayer: "affinity", MapLayer: "map", IdentityLayer: "identity"}
OWN_LAYER, NETWORK = "own layer", "network"

Flags = NDArray[np.bool_]
Variable = tuple[int, str, tuple[int, ...]]
"""A number that a derivative is taken by: the layer's place, `input` or the parameter's name, and the index in it."""


@dataclass(frozen=True)
class Difference:
    """One derivative by backprop and by measurement."""

    layer: int
    """The layer's place in its network, from 0."""
    name: str
    """`input`, or the name of the layer's parameter."""
    index: tuple[int, ...]
    backprop: float
    numeric: float

    @property
    def size(self) -> float:
        """The distance between the two, relative to the larger where that is above 1; inf if one is not finite."""
        return float(_sizes(np.float64(self.backprop), np.float64(self.numeric)))

    @property
    def agrees(self) -> bool:
        """Whether backprop is right, as far as can be measured."""
        return self.size <= AGREES_WITHIN


@dataclass(frozen=True)
class PartCheck:
    """The check of one layer by itself, or of the network as a whole."""

    place: int | None
    """The layer's place in the network, from 0; None for the whole."""
    kind: str
    """`affinity`, `map`, `identity`, `own layer`, or `network`."""
    number: int
    """Its number among the checks of its kind, from 1."""
    state: str = UNKNOWN
    worst: Difference | None = None
    """The largest difference, of those that disagree if any does; None when nothing was measured."""
    measured: int = 0
    """The number of derivatives that were measured at one point at least."""
    total: int = 0
    """The number of derivatives: one for each input and each parameter."""
    at_kinks: int = 0
    """The number of derivatives that were tried and lay at a kink at every point."""


@dataclass(frozen=True)
class Check:
    """The check of the whole network, and of each layer by itself, in order."""

    network: PartCheck
    layers: tuple[PartCheck, ...]

    @property
    def state(self) -> str:
        """The worst state of the network and its layers."""
        states = {part.state for part in (self.network, *self.layers)}
        return next((state for state in (DISAGREES, AT_KINK, UNKNOWN) if state in states), AGREES)

    @property
    def largest(self) -> float:
        """The largest difference that was measured anywhere; 0 when there was none."""
        return max((part.worst.size for part in (self.network, *self.layers) if part.worst), default=0.0)

    @property
    def faulty(self) -> PartCheck | None:
        """The last layer that disagrees by itself, else the whole if it does; None when nothing disagrees."""
        wrong = [part for part in (self.network, *self.layers) if part.state == DISAGREES]
        return wrong[-1] if wrong else None


def check(network: Network, X: ArrayLike, seed: int = 0) -> Check:
    """Checks the network at the first rows of X, shape (n, inputs), or at one of shape (inputs,); it is left as it is.

    The seed chooses u and the numbers that are tried. Nothing is raised for inf or nan.
    """
    layers, rng = network.copy().layers, random_stream(seed)
    counts: Counter[str] = Counter()
    with np.errstate(all="ignore"):
        values = _values(layers, np.atleast_2d(X)[:POINTS])
        parts = []
        for place, layer in enumerate(layers):
            kind = next((name for known, name in KINDS.items() if isinstance(layer, known)), OWN_LAYER)
            counts[kind] += 1
            part = PartCheck(place, kind, counts[kind])
            parts.append(_checked(part, [layer], values[place : place + 2], rng))
        return Check(_checked(PartCheck(None, NETWORK, 1), layers, values, rng), tuple(parts))


def layer_difference(layer: Layer, x: ArrayLike, output_delE: ArrayLike) -> Difference:
    """The largest difference of one layer at x, for this ∂loss/∂output; the layer is left as it is."""
    layers, u = [copy.deepcopy(layer)], np.array([output_delE], dtype=np.float64)
    with np.errstate(all="ignore"):
        return _largest_difference(0, layers, _values(layers, [x]), u)


def network_difference(network: Network, x: ArrayLike, expected: ArrayLike) -> Difference:
    """The largest difference of the loss e·e/2 at the sample (x, expected); the network is left as it is.

    Goes from the last layer back and stops at the first one that disagrees: every layer before it is passed a wrong
    gradient and would disagree as well.
    """
    layers, differences = network.copy().layers, []
    with np.errstate(all="ignore"):
        values = _values(layers, [x])
        e = values[-1] - np.array([expected], dtype=np.float64)
        for place in reversed(range(len(layers))):
            differences.append(_largest_difference(place, layers[place:], values[place:], e))
            if not differences[-1].agrees:
                break
    return max(differences, key=lambda difference: difference.size)


def _checked(part: PartCheck, layers: Sequence[Any], values: list[FloatArray], rng: np.random.RandomState) -> PartCheck:
    if not layers or not len(values[0]) or not all(map(_states_gradients, layers)):
        return part
    variables, total = _variables(layers, values[0].shape[1], rng)
    backprop, numeric, repeats = _compared(layers, values, rng.randn(*values[-1].shape), variables)
    kinks = _at_kinks(layers, values, variables)
    agrees = (_sizes(backprop, numeric) <= AGREES_WITHIN) & ~kinks
    differs = repeats & (_largest_number(layers, values) <= LARGE) & ~agrees & ~kinks
    measured = agrees | differs
    state = DISAGREES if differs.any() else AGREES if measured.any() else AT_KINK if kinks.any() else UNKNOWN
    among = differs if differs.any() else measured
    return replace(
        part,
        state=state,
        worst=_worst(part.place or 0, variables, backprop, numeric, among) if among.any() else None,
        measured=int(measured.any(axis=0).sum()),
        total=total,
        at_kinks=int(kinks.all(axis=0).sum()),
    )


def _largest_difference(place: int, layers: Sequence[Any], values: list[FloatArray], u: FloatArray) -> Difference:
    """The largest difference of the first of these layers, for ∂loss/∂output u of the last."""
    variables, _ = _variables(layers[:1], values[0].shape[1])
    backprop, numeric, _ = _compared(layers, values, u, variables)
    return _worst(place, variables, backprop, numeric, np.ones(backprop.shape, dtype=bool))


def _states_gradients(layer: Any) -> bool:
    """Whether a layer states its gradients without moving; a layer of your own need not."""
    return isinstance(layer, Layer) and type(layer).gradients is not Layer.gradients


def _values(layers: Sequence[Any], X: FloatArray | list[ArrayLike]) -> list[FloatArray]:
    """The inputs of each layer at every point, shape (points, width), and the outputs of the last one: copies."""
    values = [np.array(X, dtype=np.float64)]
    for layer in layers:
        respond = layer.respond if isinstance(layer, Layer) else lambda x, f=layer: np.array([f(row) for row in x])
        values.append(np.array(respond(values[-1]), dtype=np.float64))
    return values


def _variables(
    layers: Sequence[Layer], inputs: int, rng: np.random.RandomState | None = None
) -> tuple[list[Variable], int]:
    """The inputs, then the layers' parameters, some of each at random with a generator; and the number of all."""
    arrays = [(at, name, array) for at, layer in enumerate(layers) for name, array in layer.parameters.items()]
    parameters = sum(array.size for _, _, array in arrays)
    variables: list[Variable] = [(0, "input", (i,)) for i in _chosen(inputs, rng)]
    start, places = 0, np.array(_chosen(parameters, rng), dtype=np.int64)
    for at, name, array in arrays:
        flat = places[(start <= places) & (places < start + array.size)] - start
        indices = np.transpose(np.unravel_index(flat, array.shape)).tolist()
        variables += [(at, name, tuple(index)) for index in indices]
        start += array.size
    return variables, inputs + parameters


def _chosen(count: int, rng: np.random.RandomState | None) -> list[int]:
    if rng is None or count <= MOST_TRIED:
        return list(range(count))
    return sorted(rng.permutation(count)[:MOST_TRIED].tolist())


def _compared(
    layers: Sequence[Any], values: list[FloatArray], u: FloatArray, variables: list[Variable]
) -> tuple[FloatArray, FloatArray, Flags]:
    """∂(u·y)/∂v by backprop and by the nearest measurement, and where that can be trusted; shape (points, variables).

    A measurement can be trusted when another move, and moving to either side alone, measure the same.
    """
    backprop = _by_backprop(layers, values[0], u, variables)
    sides = np.array([_by_moving(layers, values, u, variables, STEP_SIZES[0])])
    if not (_sizes(backprop, sides[0].mean(axis=0)) <= AGREES_WITHIN).all():
        smaller = [_by_moving(layers, values, u, variables, move) for move in STEP_SIZES[1:]]
        sides = np.concatenate([sides, smaller])
    central, bends = sides.mean(axis=1), np.abs(sides[:, 0] - sides[:, 1])
    nearest = np.argmin(_sizes(backprop, central), axis=0)[None]
    numeric, bend = (np.take_along_axis(each, nearest, axis=0)[0] for each in (central, bends))
    second = np.sort(np.abs(central - numeric), axis=0)[min(1, len(central) - 1)]
    off = np.where(np.isfinite(backprop), np.abs(backprop - numeric), math.inf)
    repeats = np.maximum(second, bend) <= REPEATABLE_WITHIN * np.minimum(
        off, np.maximum(np.abs(numeric), SMALLEST_SCALE)
    )
    return backprop, numeric, repeats


def _by_backprop(layers: Sequence[Any], X: FloatArray, u: FloatArray, variables: list[Variable]) -> FloatArray:
    rows = []
    for x, output_gradient in zip(X, u, strict=True):
        v, upper = x, output_gradient
        for layer in layers:
            v = layer(v)
        found: dict[tuple[int, str], FloatArray] = {}
        for at in reversed(range(len(layers))):
            upper, gradients = layers[at].gradients(upper)
            found |= {(at, name): gradient for name, gradient in gradients.items()} | {(at, "input"): upper}
        rows.append([float(found[at, name][index]) for at, name, index in variables])
    return np.array(rows).reshape(len(X), len(variables))


def _by_moving(
    layers: Sequence[Any], values: list[FloatArray], u: FloatArray, variables: list[Variable], move: float
) -> FloatArray:
    """One-sided differences, v moved up and v moved down: shape (2, points, variables)."""

    def rise(first: int, x: FloatArray) -> FloatArray:
        for layer in layers[first:]:
            x = layer.respond(x)
        risen: FloatArray = ((x - values[-1]) * u).sum(axis=-1)
        return risen

    inputs = [index[0] for _, name, index in variables if name == "input"]
    count, sides = len(inputs), np.empty((2, len(u), len(variables)))
    for side, sign in zip(sides, (1.0, -1.0), strict=True):
        moved = np.tile(values[0], (count, 1, 1))
        middles = values[0].T[inputs]
        moved[np.arange(count), :, inputs] += sign * move * np.maximum(1.0, np.abs(middles))
        side[:, :count] = (rise(0, moved) / (moved[np.arange(count), :, inputs] - middles)).T
        for k, (at, name, index) in enumerate(variables[count:], start=count):
            parameter = layers[at].parameters[name]
            middle = float(parameter[index])
            parameter[index] += sign * move * max(1.0, abs(middle))
            side[:, k] = rise(at, values[at]) / (parameter[index] - middle)
            parameter[index] = middle
    return sides


def _at_kinks(layers: Sequence[Any], values: list[FloatArray], variables: list[Variable]) -> Flags:
    """Whether a derivative, shape (points, variables), cannot be measured because an argument behind v is at a kink."""
    near = [_near_kinks(layer, x) for layer, x in zip(layers, values[:-1], strict=True)]
    if len(layers) == 1:
        return near[0][:, [index[0] if name == "input" else 0 for _, name, index in variables]]
    rows = np.array([flags.any(axis=1) for flags in near])
    return np.array([rows[at:].any(axis=0) for at, _, _ in variables]).T


def _near_kinks(layer: Any, x: FloatArray) -> Flags:
    """Whether each argument of a map layer lies at a kink of its function, or next to it."""
    if not isinstance(layer, MapLayer):
        return np.zeros(x.shape, dtype=bool)
    near = np.array(layer.function.without_slope(x))
    for kink in layer.function.nondifferentiable_at:
        near |= np.abs(x - kink) <= NEAR_KINK * np.maximum(1.0, abs(kink))
    return near


def _largest_number(layers: Sequence[Layer], values: list[FloatArray]) -> FloatArray:
    """The size of the largest numbers that are added up at each point, shape (points, 1)."""
    weights = [float(np.max(np.abs(array))) for layer in layers for array in layer.parameters.values()]
    widest = np.max([np.max(np.abs(x), axis=1, keepdims=True) for x in values], axis=0)
    largest: FloatArray = np.maximum(1.0, widest) * np.max([1.0, *weights])
    return largest


def _sizes(backprop: FloatArray | np.float64, numeric: FloatArray | np.float64) -> FloatArray:
    """The distances between derivatives, relative to the larger where that is above 1; inf where one is not finite."""
    with np.errstate(all="ignore"):
        apart = np.abs(backprop - numeric) / np.maximum(1.0, np.maximum(np.abs(backprop), np.abs(numeric)))
    return np.where(np.isfinite(apart), apart, math.inf)


def _worst(
    place: int, variables: list[Variable], backprop: FloatArray, numeric: FloatArray, among: Flags
) -> Difference:
    """The largest of these differences; the layers' places in their network begin at `place`."""
    point, k = np.unravel_index(int(np.argmax(np.where(among, _sizes(backprop, numeric), -1.0))), among.shape)
    at, name, index = variables[int(k)]
    return Difference(place + at, name, index, float(backprop[point, k]), float(numeric[point, k]))
