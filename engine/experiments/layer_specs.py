"""The network of an experiment as plain data: its layers, and its initial weights or how to draw them."""

import itertools
from dataclasses import Field, dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.activations import resolve_activation
from engine.base.numerics import as_plain, bits_of
from engine.base.random_stream import passing_stream
from engine.data.inputs import LARGEST_SEED, checked_seed
from engine.errors import ExperimentError, OutOfRangeError, shown
from engine.experiments.knobs import is_number
from engine.layers.faulty_layers import FAULTY_ACTIVATIONS, LeftMultiplied, MistakenMap
from engine.layers.initializers import Shape, WeightsAndBiases, initializer_named
from engine.layers.layers import WIDEST, AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network

NO_WEIGHTS = "Given weights are a pair for each dense layer: M, a list of rows of numbers, and b, a list of numbers."
LATER = MappingProxyType({"later": True})
"""Marks a field that older JSON does not have; there it has its default."""
UNLESS_NONE = MappingProxyType({"later": True, "unless_none": True})
"""Marks such a field that JSON and repr leave out where it is None."""


def written_fields(value: Any) -> list[Field[Any]]:
    """The fields of a dataclass, but for those that are left out where they are None."""
    return [
        part for part in fields(value) if "unless_none" not in part.metadata or getattr(value, part.name) is not None
    ]


@dataclass(frozen=True, repr=False)
class Affinity:
    """An affine layer from `inputs` to `outputs` numbers.

    `frozen` says which numbers training leaves as they are: none, all, or those at the places named, M row by row and
    then b. `left_multiplied` makes the notebook's mistake, M for Mᵀ on the way back; such a layer is square. `draw` is
    the number that its weights are drawn with, where that is not its place in the network: a layer keeps its number
    when others come or go before it. `first_shape`, (inputs, outputs), is the shape that they are drawn for, where
    that is not its own: a layer of another size keeps the weights of the rows and columns that it still has.
    """

    inputs: int
    outputs: int
    frozen: bool | tuple[int, ...] = field(default=False, metadata=LATER)
    left_multiplied: bool = field(default=False, metadata=LATER)
    draw: int | None = field(default=None, metadata=UNLESS_NONE)
    first_shape: Shape | None = field(default=None, metadata=UNLESS_NONE)

    def __post_init__(self) -> None:
        for name in ("inputs", "outputs", "frozen"):
            object.__setattr__(self, name, as_plain(getattr(self, name)))
        if isinstance(self.frozen, (list, tuple)):
            object.__setattr__(self, "frozen", tuple(self.frozen) or False)
        if isinstance(self.first_shape, list):
            object.__setattr__(self, "first_shape", tuple(self.first_shape))

    def __repr__(self) -> str:
        parts = (f"{part.name}={getattr(self, part.name)!r}" for part in written_fields(self))
        return f"{type(self).__name__}({', '.join(parts)})"

    @property
    def size(self) -> int:
        """The number of its parameters, M and b together."""
        return self.outputs * self.inputs + self.outputs


@dataclass(frozen=True)
class Map:
    """A map layer with a named function, a formula, or a row of `engine.layers.faulty_layers.FAULTY_ACTIVATIONS`."""

    function: str


@dataclass(frozen=True)
class Identity:
    """A layer that gives what it takes."""


LayerSpec = Affinity | Map | Identity


@dataclass(frozen=True)
class DrawnWeights:
    """Layer i, or the one whose draw number is i, draws M, then b, with randn from RandomState([seed, i]).

    So weights never repeat the samples. A layer that has been resized has these numbers where its first shape had a
    place; of the places added, those of output r are drawn, b first, from RandomState([seed, i, r]).

    The scheme, a row of `engine.layers.initializers.INITIALIZERS`, turns the draws into weights.
    """

    seed: int
    scheme: str = field(default="normal", metadata=LATER)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", checked_seed(self.seed))
        initializer_named(self.scheme)


@dataclass(frozen=True)
class GivenWeights:
    """One (M as rows, b) for each affine layer, in order. They are equal where their bits are.

    Lists and arrays become tuples, and NumPy's numbers floats; ExperimentError for what is no such pair.
    """

    values: tuple[tuple[tuple[tuple[float, ...], ...], tuple[float, ...]], ...]

    def __post_init__(self) -> None:
        try:
            rows = [row for M, b in self.values for row in (*M, b)]
            kinds = set(map(type, itertools.chain.from_iterable(rows)))
            parts = [self.values, *self.values, *(M for M, _ in self.values), *rows]
            are_numpys = any(issubclass(kind, np.generic) for kind in kinds)
            if all(type(part) is tuple for part in parts) and not are_numpys:
                return
            number = float if are_numpys else as_plain
            plain = tuple((tuple(tuple(map(number, row)) for row in M), tuple(map(number, b))) for M, b in self.values)
        except (TypeError, ValueError):
            raise ExperimentError(NO_WEIGHTS) from None
        object.__setattr__(self, "values", plain)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GivenWeights) and self.values == other.values and self._bits == other._bits

    def __hash__(self) -> int:
        return hash(self.values)

    @property
    def bytes_held(self) -> dict[object, int]:
        """About how many bytes they take: a number is an object, and stands among the bits."""
        return {id(self): 48 * sum(len(row) for M, b in self.values for row in (*M, b))}

    @cached_property
    def _bits(self) -> bytes:
        return bits_of(number for M, b in self.values for row in (*M, b) for number in row)


Weights = DrawnWeights | GivenWeights
FIRST_WEIGHTS = DrawnWeights(0)
"""The weights of an experiment that names none."""


def weights_of(network: Network) -> GivenWeights:
    """The parameters that the network's affine layers hold now, as plain numbers."""
    affine = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
    return GivenWeights(tuple((tuple(map(tuple, layer.M.tolist())), tuple(layer.b.tolist())) for layer in affine))


def network_of(layers: tuple[LayerSpec, ...], weights: Weights) -> Network:
    """The network of these layers before training, its weights drawn or as given."""
    net = Network()
    for index, spec in enumerate(layers):
        net.extend(_layer(spec, weights, index))
    if isinstance(weights, GivenWeights):
        affine = [layer for layer in net.layers if isinstance(layer, AffinityLayer)]
        for layer, (M, b) in zip(affine, weights.values, strict=True):
            layer.M, layer.b = M, b
    return net


def _layer(spec: LayerSpec, weights: Weights, index: int) -> Layer:
    if isinstance(spec, Identity):
        return IdentityLayer()
    if isinstance(spec, Map):
        return MistakenMap(spec.function) if spec.function in FAULTY_ACTIVATIONS else MapLayer(spec.function)
    kind = LeftMultiplied if spec.left_multiplied else AffinityLayer
    drawn = weights if isinstance(weights, DrawnWeights) else FIRST_WEIGHTS
    key = [drawn.seed, draw_number(spec, index)]
    layer = kind(spec.inputs, spec.outputs, seed=key)
    if spec.first_shape is not None:
        layer.M, layer.b = _resized_draws(layer, spec.first_shape, key)
    layer.M, layer.b = initializer_named(drawn.scheme).weights(layer.M, layer.b, spec.first_shape)
    layer.freeze(spec.frozen)
    return layer


def _resized_draws(layer: AffinityLayer, first_shape: Shape, key: list[int]) -> WeightsAndBiases:
    """The draws of the first shape, and in the rows and columns added to it, draws that do not depend on how many."""
    outputs, inputs = layer.M.shape
    rows = [passing_stream([*key, row]).randn(1 + inputs) for row in range(outputs)]
    b, M = np.split(np.array(rows), [1], axis=1)
    first = AffinityLayer(*first_shape, seed=key)
    kept = np.s_[: first.M.shape[0], : first.M.shape[1]]
    M[kept], b[kept] = first.M[:outputs, :inputs], first.b[:outputs, None]
    return M, b[:, 0]


def draw_number(spec: Affinity, index: int) -> int:
    """The number that the layer at this place draws its weights with."""
    return index if spec.draw is None else spec.draw


def without_draw(spec: LayerSpec) -> LayerSpec:
    """The layer without the number and the shape that its weights are drawn for."""
    return replace(spec, draw=None, first_shape=None) if isinstance(spec, Affinity) else spec


def check_layers(layers: tuple[LayerSpec, ...], width: int) -> None:
    """Refuses layers that do not join, or that are none, in a network that takes `width` numbers."""
    before = width
    for spec in layers:
        if isinstance(spec, Map) and not (isinstance(spec.function, str) and spec.function in FAULTY_ACTIVATIONS):
            resolve_activation(spec.function)
        if not isinstance(spec, Affinity):
            continue
        for number in (spec.inputs, spec.outputs, *_first_shape(spec)):
            if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= WIDEST:
                raise OutOfRangeError(f"A layer takes and gives from 1 to {WIDEST} numbers, not {shown(number)}.")
        if spec.inputs != before:
            raise ExperimentError(f"A dense layer takes {spec.inputs} numbers, the layer before it gives {before}.")
        _check_frozen(spec)
        if not isinstance(spec.left_multiplied, bool) or (spec.left_multiplied and spec.inputs != spec.outputs):
            raise ExperimentError(f"M for Mᵀ fits a square layer only, not {spec.inputs}→{spec.outputs}.")
        before = spec.outputs
    _check_draw_numbers(layers)


def _first_shape(spec: Affinity) -> Shape | tuple[()]:
    if spec.first_shape is None:
        return ()
    if not isinstance(spec.first_shape, tuple) or len(spec.first_shape) != 2:
        raise ExperimentError("The first shape of a layer is two numbers: its inputs and its outputs.")
    return spec.first_shape


def _check_draw_numbers(layers: tuple[LayerSpec, ...]) -> None:
    numbers = [draw_number(spec, index) for index, spec in enumerate(layers) if isinstance(spec, Affinity)]
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LARGEST_SEED:
            raise OutOfRangeError(f"A draw number is a whole number from 0 to {LARGEST_SEED:,}, not {shown(number)}.")
    if len(set(numbers)) < len(numbers):
        raise ExperimentError("Two layers have the same draw number, so they would start with the same weights.")


def _check_frozen(spec: Affinity) -> None:
    if isinstance(spec.frozen, bool):
        return
    places = spec.frozen if isinstance(spec.frozen, tuple) else (None,)
    whole = all(isinstance(place, int) and not isinstance(place, bool) for place in places)
    if not whole or list(places) != sorted(set(places)) or not 0 <= places[0] <= places[-1] < spec.size:
        raise ExperimentError(
            f"What is frozen in a dense layer {spec.inputs}→{spec.outputs} is true, false, or places from 0 to "
            f"{spec.size - 1}, each once and in order."
        )


def check_weights(layers: tuple[LayerSpec, ...], weights: Weights) -> None:
    """Refuses given weights that do not fit the layers."""
    if isinstance(weights, DrawnWeights):
        return
    if not isinstance(weights, GivenWeights):
        raise ExperimentError(f"Weights are DrawnWeights or GivenWeights, not {shown(weights)}.")
    shapes = [(spec.outputs, spec.inputs) for spec in layers if isinstance(spec, Affinity)]
    if len(weights.values) != len(shapes):
        raise ExperimentError(
            f"The weights are for another number of dense layers, {len(weights.values)}, than the network has, "
            f"{len(shapes)}."
        )
    for (outputs, inputs), (M, b) in zip(shapes, weights.values, strict=True):
        if [len(row) for row in M] != [inputs] * outputs or len(b) != outputs:
            raise ExperimentError(f"A dense layer {inputs}→{outputs} was given weights of another shape.")
        if not all(is_number(number) for row in (*M, b) for number in row):
            raise ExperimentError("Weights are finite numbers.")
