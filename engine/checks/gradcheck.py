"""What the gradient check says of a network: a verdict on the whole and on each layer, quick enough for every edit.

At a few points it holds backprop's ∂(u·y)/∂v, for a drawn u, against central differences that move one number v up and
down: an input, or a parameter. Where there are more numbers than can be tried in a moment, drawn ones stand for all.
A slope disagrees only if smaller moves measure the same again; what numbers too large, or a kink, keep from being
measured is not held against backprop.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.checks.gradients import AGREES_WITHIN, NUDGES, Difference
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network

POINTS = 3
"""How many inputs a network is checked at, as long as there are so many."""
MOST_SLOPES = 24
"""How many inputs, and how many parameters, are tried of a layer and of the whole."""
NEAR_KINK = 1e-4
"""An argument this close to a kink, relative where it is above 1, has a slope on one side only."""
REPEATS = 0.01
"""Measurements tell the same when they lie within this share of their size, and of what backprop is off by."""
LEAST = 1e-4
"""Slopes smaller than this count as this large when measurements are compared."""
LARGE = 1e5
"""Beside larger numbers the least move is no small one, or is lost in rounding: nothing is held against backprop."""

AGREES, DISAGREES, AT_KINK, UNKNOWN = "agrees", "disagrees", "at a kink", "unknown"
"""Backprop is right as far as was measured; it is wrong; every argument lay at a kink; nothing could be measured."""

KINDS = {AffinityLayer: "affinity", MapLayer: "map", IdentityLayer: "identity"}
OWN_LAYER, NETWORK = "own layer", "network"

Flags = NDArray[np.bool_]
Label = tuple[int, str, tuple[int, ...]]
"""Whose slope: the layer's place, `input` or the parameter's name, and the index in it."""


@dataclass(frozen=True)
class Verdict:
    """What was found of one layer, or of the whole network."""

    place: int | None
    """The layer's place in the network, from 0; None for the whole."""
    kind: str
    """`affinity`, `map`, `identity`, `own layer`, or `network`."""
    number: int
    """Which of its kind it is, from 1."""
    state: str
    worst: Difference | None
    """The largest difference, of those that disagree if any does; None when nothing was measured."""
    checked: int
    """How many different slopes were measured at one point at least."""
    slopes: int
    """How many there are: inputs and parameters."""
    at_kinks: int
    """How many were tried and lay at a kink at every point."""


@dataclass(frozen=True)
class Check:
    """The verdict on the whole, and on each layer by itself, in order."""

    network: Verdict
    layers: tuple[Verdict, ...]

    @property
    def state(self) -> str:
        """What the whole check comes to: the worst that is said of the network or of a layer."""
        states = {verdict.state for verdict in (self.network, *self.layers)}
        return next((state for state in (DISAGREES, AT_KINK, UNKNOWN) if state in states), AGREES)

    @property
    def largest(self) -> float:
        """The largest difference that was measured anywhere; 0 when there was none."""
        measured = [verdict.worst.size for verdict in (self.network, *self.layers) if verdict.worst]
        return max(measured, default=0.0)

    @property
    def culprit(self) -> Verdict | None:
        """The last layer that disagrees by itself, else the whole if it does; None when nothing disagrees."""
        wrong = [verdict for verdict in (self.network, *self.layers) if verdict.state == DISAGREES]
        return wrong[-1] if wrong else None


def check(network: Network, X: FloatArray, seed: int = 0) -> Check:
    """Checks the network at the first rows of X, shape (n, inputs); it is left as it is.

    The seed chooses what u is and which numbers are tried. Nothing is raised for inf or nan.
    """
    layers, rng = network.copy().layers, np.random.RandomState(seed)
    counts: Counter[str] = Counter()
    with np.errstate(all="ignore"):
        ports = _ports(layers, np.array(X[:POINTS], dtype=np.float64))
        verdicts = []
        for place, layer in enumerate(layers):
            kind = next((name for known, name in KINDS.items() if isinstance(layer, known)), OWN_LAYER)
            counts[kind] += 1
            verdicts.append(_verdict([layer], ports[place : place + 2], rng, place, kind, counts[kind]))
        return Check(_verdict(layers, ports, rng, None, NETWORK, 1), tuple(verdicts))


def _verdict(
    layers: Sequence[Any],
    ports: list[FloatArray],
    rng: np.random.RandomState,
    place: int | None,
    kind: str,
    number: int,
) -> Verdict:
    if not layers or not len(ports[0]) or not all(map(_tells_gradients, layers)):
        return Verdict(place, kind, number, UNKNOWN, None, 0, 0, 0)
    u = rng.randn(*ports[-1].shape)
    labels, slopes = _chosen(layers, ports[0].shape[1], rng)
    nondifferentiable_at = _at_kinks(layers, ports, labels)
    backprop = _by_backprop(layers, ports[0], u, labels)
    small = _largest(layers, ports) <= LARGE
    numeric, measured, differs = _held_against(backprop, small, lambda step: _measured(layers, ports, u, labels, step))
    measured, differs = measured & ~nondifferentiable_at, differs & ~nondifferentiable_at
    worst = _worst(labels, backprop, numeric, differs if differs.any() else measured, place or 0)
    state = (
        DISAGREES if differs.any() else AGREES if measured.any() else AT_KINK if nondifferentiable_at.any() else UNKNOWN
    )
    checked, at_kinks = int(measured.any(axis=0).sum()), int(nondifferentiable_at.all(axis=0).sum())
    return Verdict(place, kind, number, state, worst, checked, slopes, at_kinks)


def _tells_gradients(layer: Any) -> bool:
    """Whether it says its gradients without moving; a layer of your own need not."""
    return isinstance(layer, Layer) and type(layer).gradients is not Layer.gradients


def _ports(layers: Sequence[Any], X: FloatArray) -> list[FloatArray]:
    """What each layer is given at every point, shape (points, width), and what the last one gives."""
    ports = [X]
    for layer in layers:
        respond = layer.respond if isinstance(layer, Layer) else lambda x, f=layer: np.array([f(row) for row in x])
        ports.append(np.array(respond(ports[-1]), dtype=np.float64))
    return ports


def _chosen(layers: Sequence[Layer], inputs: int, rng: np.random.RandomState) -> tuple[list[Label], int]:
    """Which slopes are tried, some of the inputs and some of all parameters, and how many there are."""
    arrays = [(at, name, array) for at, layer in enumerate(layers) for name, array in layer.parameters.items()]
    ends = np.cumsum([array.size for _, _, array in arrays], dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    labels: list[Label] = [(0, "input", (int(i),)) for i in _some(inputs, rng)]
    for flat in _some(total, rng):
        owner = int(np.searchsorted(ends, flat, side="right"))
        at, name, array = arrays[owner]
        index = np.unravel_index(flat - ends[owner] + array.size, array.shape)
        labels.append((at, name, tuple(int(i) for i in index)))
    return labels, inputs + total


def _some(count: int, rng: np.random.RandomState) -> NDArray[np.int64]:
    """All numbers below the count, or some of them drawn, in order."""
    return np.arange(count) if count <= MOST_SLOPES else np.sort(rng.permutation(count)[:MOST_SLOPES])


def _at_kinks(layers: Sequence[Any], ports: list[FloatArray], labels: list[Label]) -> Flags:
    """Which slopes, shape (points, slopes), cannot be measured because an argument behind them lies at a kink."""
    near = [_near_kinks(layer, port) for layer, port in zip(layers, ports[:-1], strict=True)]
    if len(layers) == 1:
        return near[0][:, [index[0] if name == "input" else 0 for _, name, index in labels]]
    rows = np.array([flags.any(axis=1) for flags in near])
    return np.array([rows[at:].any(axis=0) for at, _, _ in labels]).T


def _near_kinks(layer: Any, x: FloatArray) -> Flags:
    """Which arguments of a map layer lie at a kink of its function, or next to it."""
    if not isinstance(layer, MapLayer):
        return np.zeros(x.shape, dtype=bool)
    near = np.array(layer.function.without_slope(x))
    for kink in layer.function.nondifferentiable_at:
        near |= np.abs(x - kink) <= NEAR_KINK * np.maximum(1.0, abs(kink))
    return near


def _by_backprop(layers: Sequence[Layer], X: FloatArray, u: FloatArray, labels: list[Label]) -> FloatArray:
    """∂(u·y)/∂v as the layers say it, shape (points, slopes)."""
    rows = []
    for x, last in zip(X, u, strict=True):
        v, upper = x, last
        for layer in layers:
            v = layer(v)
        told: dict[tuple[int, str], FloatArray] = {}
        for at in reversed(range(len(layers))):
            upper, gradients = layers[at].gradients(upper)
            told |= {(at, name): gradient for name, gradient in gradients.items()} | {(at, "input"): upper}
        rows.append([float(told[at, name][index]) for at, name, index in labels])
    return np.array(rows).reshape(len(X), len(labels))


def _measured(
    layers: Sequence[Layer], ports: list[FloatArray], u: FloatArray, labels: list[Label], nudge: float
) -> FloatArray:
    """Slopes as moving each v up and as moving it down measures them, shape (2, points, slopes)."""
    inputs = [index[0] for _, name, index in labels if name == "input"]
    parts = [_by_inputs(layers, ports, u, inputs, nudge)]
    for at, name, index in labels[len(inputs) :]:
        array = layers[at].parameters[name]
        step = nudge * max(1.0, abs(float(array[index])))
        parts.append(_by_parameter(layers[at:], ports[at:], u, array, index, step))
    return np.concatenate(parts, axis=2)


def _by_inputs(
    layers: Sequence[Layer], ports: list[FloatArray], u: FloatArray, inputs: list[int], nudge: float
) -> FloatArray:
    X, sides = ports[0], []
    for sign in (1.0, -1.0):
        moved, k = np.repeat(X[:, None, :], len(inputs), axis=1), np.arange(len(inputs))
        moved[:, k, inputs] += sign * nudge * np.maximum(1.0, np.abs(X[:, inputs]))
        rise = _through(layers, moved) - ports[-1][:, None, :]
        sides.append((rise * u[:, None, :]).sum(axis=-1) / (moved[:, k, inputs] - X[:, inputs]))
    return np.array(sides)


def _by_parameter(
    layers: Sequence[Layer],
    ports: list[FloatArray],
    u: FloatArray,
    array: FloatArray,
    index: tuple[int, ...],
    step: float,
) -> FloatArray:
    middle, sides = float(array[index]), []
    for moved in (middle + step, middle - step):
        array[index] = moved
        rise = _through(layers, ports[0]) - ports[-1]
        sides.append((rise * u).sum(axis=-1) / (moved - middle))
    array[index] = middle
    return np.array(sides)[:, :, None]


def _through(layers: Sequence[Layer], x: FloatArray) -> FloatArray:
    for layer in layers:
        x = layer.respond(x)
    return x


def _largest(layers: Sequence[Layer], ports: list[FloatArray]) -> FloatArray:
    """The size of the largest numbers that are added up at each point, shape (points, 1)."""
    weights = [float(np.max(np.abs(array))) for layer in layers for array in layer.parameters.values()]
    values = np.max([np.max(np.abs(port), axis=1, keepdims=True) for port in ports], axis=0)
    largest: FloatArray = np.maximum(1.0, values) * np.max([1.0, *weights])
    return largest


def _held_against(
    backprop: FloatArray, small: Flags, measure: Callable[[float], FloatArray]
) -> tuple[FloatArray, Flags, Flags]:
    """The measurement nearest to backprop, where there is one that can be trusted, and where backprop disagrees."""
    sides = measure(NUDGES[0])[None]
    agrees = _size(backprop, sides[0].mean(axis=0)) <= AGREES_WITHIN
    if not agrees.all():
        sides = np.concatenate([sides, [measure(nudge) for nudge in NUDGES[1:]]])
    tried, bends = sides.mean(axis=1), np.abs(sides[:, 0] - sides[:, 1])
    nearest = np.argmin(_size(backprop, tried), axis=0)[None]
    numeric, bend = (np.take_along_axis(told, nearest, axis=0)[0] for told in (tried, bends))
    agrees = _size(backprop, numeric) <= AGREES_WITHIN
    others = np.sort(np.abs(tried - numeric), axis=0)[min(1, len(tried) - 1)]
    off = np.where(np.isfinite(backprop), np.abs(backprop - numeric), math.inf)
    repeats = np.maximum(others, bend) <= REPEATS * np.minimum(off, np.maximum(np.abs(numeric), LEAST))
    differs = ~agrees & repeats & small
    return numeric, agrees | differs, differs


def _size(backprop: FloatArray, numeric: FloatArray) -> FloatArray:
    """How far two slopes are apart, as `Difference.size` has it."""
    apart = np.abs(backprop - numeric) / np.maximum(1.0, np.maximum(np.abs(backprop), np.abs(numeric)))
    return np.where(np.isfinite(apart), apart, math.inf)


def _worst(
    labels: list[Label], backprop: FloatArray, numeric: FloatArray, among: Flags, place: int
) -> Difference | None:
    if not among.any():
        return None
    point, slope = np.unravel_index(int(np.argmax(np.where(among, _size(backprop, numeric), -1.0))), among.shape)
    at, name, index = labels[int(slope)]
    return Difference(place + at, name, index, float(backprop[point, slope]), float(numeric[point, slope]))
