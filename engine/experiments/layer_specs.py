"""The network of an experiment as plain data: its layers, and its initial weights or how to draw them."""

from dataclasses import dataclass, field
from types import MappingProxyType

from engine.activations import resolve_activation
from engine.data.inputs import checked_seed
from engine.errors import ExperimentError, OutOfRangeError, shown
from engine.experiments.knobs import is_number
from engine.layers.faulty_layers import FAULTY_ACTIVATIONS, LeftMultiplied, MistakenMap
from engine.layers.initializers import initializer_named
from engine.layers.layers import WIDEST, AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network

LATER = MappingProxyType({"later": True})
"""Marks a field that older JSON does not have; there it has its default."""


@dataclass(frozen=True)
class Affinity:
    """An affine layer from `inputs` to `outputs` numbers.

    `frozen` is what training leaves as it is: nothing, all of it, or the places named, M row by row and then b.
    `left_multiplied` makes the notebook's mistake, M for Mᵀ on the way back; such a layer is square.
    """

    inputs: int
    outputs: int
    frozen: bool | tuple[int, ...] = field(default=False, metadata=LATER)
    left_multiplied: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        if isinstance(self.frozen, (list, tuple)):
            object.__setattr__(self, "frozen", tuple(self.frozen) or False)

    @property
    def size(self) -> int:
        """How many numbers it has, M and b together."""
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
    """Layer i draws M, then b, with randn from RandomState([seed, i]): weights never repeat the facts.

    The scheme, a row of `engine.layers.initializers.INITIALIZERS`, turns the draws into weights.
    """

    seed: int
    scheme: str = field(default="normal", metadata=LATER)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", checked_seed(self.seed))
        initializer_named(self.scheme)


@dataclass(frozen=True)
class GivenWeights:
    """One (M as rows, b) for each affine layer, in order."""

    values: tuple[tuple[tuple[tuple[float, ...], ...], tuple[float, ...]], ...]


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
    layer = kind(spec.inputs, spec.outputs, seed=[drawn.seed, index])
    layer.M, layer.b = initializer_named(drawn.scheme).weights(layer.M, layer.b)
    layer.freeze(spec.frozen)
    return layer


def check_layers(layers: tuple[LayerSpec, ...], width: int) -> None:
    """Refuses layers that do not join, or that are none, in a network that takes `width` numbers."""
    before = width
    for spec in layers:
        if isinstance(spec, Map) and not (isinstance(spec.function, str) and spec.function in FAULTY_ACTIVATIONS):
            resolve_activation(spec.function)
        if not isinstance(spec, Affinity):
            continue
        for number in (spec.inputs, spec.outputs):
            if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= WIDEST:
                raise OutOfRangeError(f"A layer takes and gives from 1 to {WIDEST} numbers, not {shown(number)}.")
        if spec.inputs != before:
            raise ExperimentError(f"An affine layer takes {spec.inputs} numbers, the layer before it gives {before}.")
        _check_frozen(spec)
        if not isinstance(spec.left_multiplied, bool) or (spec.left_multiplied and spec.inputs != spec.outputs):
            raise ExperimentError(f"M for Mᵀ fits a square layer only, not {spec.inputs}→{spec.outputs}.")
        before = spec.outputs


def _check_frozen(spec: Affinity) -> None:
    if isinstance(spec.frozen, bool):
        return
    places = spec.frozen if isinstance(spec.frozen, tuple) else (None,)
    whole = all(isinstance(place, int) and not isinstance(place, bool) for place in places)
    if not whole or list(places) != sorted(set(places)) or not 0 <= places[0] <= places[-1] < spec.size:
        raise ExperimentError(
            f"What is frozen in an affine layer {spec.inputs}→{spec.outputs} is true, false, or places from 0 to "
            f"{spec.size - 1}, each once and in order."
        )


def check_weights(layers: tuple[LayerSpec, ...], weights: Weights) -> None:
    """Refuses given weights that do not fit the layers."""
    if isinstance(weights, DrawnWeights):
        return
    shapes = [(spec.outputs, spec.inputs) for spec in layers if isinstance(spec, Affinity)]
    if len(weights.values) != len(shapes):
        raise ExperimentError(
            f"The network has {len(shapes)} affine layers, the weights are for {len(weights.values)}."
        )
    for (outputs, inputs), (M, b) in zip(shapes, weights.values, strict=True):
        if [len(row) for row in M] != [inputs] * outputs or len(b) != outputs:
            raise ExperimentError(f"An affine layer {inputs}→{outputs} was given weights of another shape.")
        if not all(is_number(number) for row in (*M, b) for number in row):
            raise ExperimentError("Weights are finite numbers.")
