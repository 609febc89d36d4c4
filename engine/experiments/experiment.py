"""An experiment: plain data that names everything a run depends on.

Layers, initial weights or how to draw them, ideal, inputs, alpha, samples, seed and filter, as JSON and back without
loss. It is the currency of links, presets and undo: whatever cannot be said here cannot be said to a run.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.activations import resolve_activation
from engine.base.numerics import FloatArray
from engine.base.smoothing import FILTERS
from engine.data.inputs import SAMPLES_LIMIT, checked_seed, draw_inputs, input_distribution_named
from engine.data.table import TABLE, Table
from engine.data.targets import TARGETS, Target, resolve_target
from engine.errors import ExperimentError, OutOfRangeError, shown
from engine.layers.faulty_layers import FAULTY_ACTIVATIONS, LeftMultiplied, MistakenMap
from engine.layers.initializers import initializer_named
from engine.layers.layers import WIDEST, AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network

LARGEST_ALPHA = 1e300
MOST_LAYERS = 64
LATER = MappingProxyType({"later": True})
"""Marks a field that older JSON does not have; there it has its default."""
REMEMBERED, REMEMBERED_NUMBERS = 8, 500_000
"""So many sets of facts are remembered, of at most so many numbers each: a turned α draws nothing anew."""


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

    What becomes of the draws is the scheme's business, a row of `engine.layers.initializers.INITIALIZERS`.
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


@dataclass(frozen=True)
class Experiment:
    """Everything a run depends on; frozen, checked on the way in, equal when its runs are equal.

    The ideal is a row's name or a tuple of formulas, one for each output; the text of a formula or of a list of them
    becomes that tuple. Raises ExperimentError, OutOfRangeError, UnknownNameError or FormulaError with a sentence for
    the user.
    """

    layers: tuple[LayerSpec, ...]
    ideal: str | tuple[str, ...]
    weights: Weights = DrawnWeights(0)
    inputs: str | Table = "normal"
    alpha: float = 0.1
    samples: int = 100
    seed: int = 3
    filter: str = "both"

    def __post_init__(self) -> None:
        if len(self.layers) > MOST_LAYERS:
            raise ExperimentError(f"A network has at most {MOST_LAYERS} layers, not {len(self.layers)}.")
        object.__setattr__(self, "alpha", checked_alpha(self.alpha))
        object.__setattr__(self, "seed", checked_seed(self.seed))
        checked_samples(self.samples)
        _check_facts(self.ideal, self.inputs)
        if not isinstance(self.filter, str) or self.filter not in FILTERS:
            raise ExperimentError(f"The filter is one of {', '.join(FILTERS)}, not {shown(self.filter)}.")
        if not isinstance(self.inputs, Table) and (not isinstance(self.ideal, str) or self.ideal not in TARGETS):
            object.__setattr__(self, "ideal", self.target.formulas)
        _check_widths(self.layers, self.width)
        _check_target(self.layers, self.target, self.width, self.outputs)
        _check_weights(self.layers, self.weights)

    @property
    def target(self) -> Target:
        """The ideal's row, made of its formulas where it has no name, or the table as one.

        Ask its `everywhere` before it is evaluated on a grid.
        """
        return self.inputs.target if isinstance(self.inputs, Table) else resolve_target(self.ideal)

    @property
    def repeatable(self) -> bool:
        """Whether the target answers the same whenever it is asked, as everything does that an experiment can say."""
        return True

    @property
    def width(self) -> int:
        """How many numbers go in: what the first affine layer takes, else what the ideal reads."""
        return next((spec.inputs for spec in self.layers if isinstance(spec, Affinity)), self.target.inputs)

    @property
    def outputs(self) -> int:
        """How many numbers come out."""
        return next((spec.outputs for spec in reversed(self.layers) if isinstance(spec, Affinity)), self.width)

    def network(self) -> Network:
        """The checkpoint: the network before training, its weights drawn or as given."""
        net = Network()
        net.alpha = self.alpha
        for index, spec in enumerate(self.layers):
            net.extend(_built(spec, self.weights, index))
        if isinstance(self.weights, GivenWeights):
            affine = [layer for layer in net.layers if isinstance(layer, AffinityLayer)]
            for layer, (M, b) in zip(affine, self.weights.values, strict=True):
                layer.M, layer.b = M, b
        return net

    def facts(self) -> tuple[FloatArray, FloatArray]:
        """All facts of a run, X of shape (samples, width) and T of shape (samples, outputs)."""
        if isinstance(self.inputs, Table):
            return self.inputs.facts(self.seed, self.samples)
        asked = (self.inputs, self.seed, self.samples, self.width, self.target)
        if not self.repeatable or self.samples * (self.width + self.outputs) > REMEMBERED_NUMBERS:
            return _drawn(*asked)
        X, T = _remembered(*asked)
        return X.copy(), T.copy()

    def points(self, n: int) -> FloatArray:
        """The inputs of the first n facts, shape (n, width)."""
        if isinstance(self.inputs, Table):
            return self.inputs.facts(self.seed, n)[0]
        return draw_inputs(self.inputs, self.seed, n, self.width)

    @property
    def reach(self) -> float:
        """How far from 0 the inputs lie, but for a few."""
        return self.inputs.reach if isinstance(self.inputs, Table) else input_distribution_named(self.inputs).reach

    @property
    def inputs_name(self) -> str:
        """The row of `INPUTS` that the inputs are drawn by, or `table`."""
        return TABLE if isinstance(self.inputs, Table) else self.inputs

    def with_weights_of(self, network: Network) -> "Experiment":
        """The same experiment, starting from the parameters that the network has now."""
        return replace(self, weights=weights_of(network))

    def to_json(self) -> str:
        """One line of JSON that `from_json` turns back into an equal experiment."""
        plain = _plain(self) | {
            "layers": [_row(_LAYER_KINDS, spec) for spec in self.layers],
            "weights": _row(_WEIGHT_KINDS, self.weights),
            "inputs": _row(_INPUT_KINDS, self.inputs) if isinstance(self.inputs, Table) else self.inputs,
        }
        return json.dumps(plain, allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Experiment":
        """Reads what `to_json` wrote, judging every value; ExperimentError says what is wrong."""
        try:
            plain = json.loads(text)
        except (ValueError, RecursionError):
            raise ExperimentError("That is not an experiment: it is not JSON.") from None
        return cls.from_plain(plain)

    @classmethod
    def from_plain(cls, plain: object) -> "Experiment":
        """An experiment from decoded JSON."""
        given = _checked_fields(plain, "experiment", cls)
        if not isinstance(given["layers"], list):
            raise ExperimentError("The layers of an experiment are a list.")
        given["layers"] = tuple(_from_row(_LAYER_KINDS, row, "layer") for row in given["layers"])
        given["weights"] = _from_row(_WEIGHT_KINDS, given["weights"], "weights")
        if isinstance(given["inputs"], dict):
            given["inputs"] = _from_row(_INPUT_KINDS, given["inputs"], "table")
        return cls(**given)


def _drawn(inputs: str, seed: int, samples: int, width: int, target: Target) -> tuple[FloatArray, FloatArray]:
    X = draw_inputs(inputs, seed, samples, width)
    return X, np.ascontiguousarray(target(X.T).T)


_remembered = lru_cache(maxsize=REMEMBERED)(_drawn)


def weights_of(network: Network) -> GivenWeights:
    """The parameters that the network's affine layers hold now, as plain numbers."""
    affine = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
    return GivenWeights(tuple((tuple(map(tuple, layer.M.tolist())), tuple(layer.b.tolist())) for layer in affine))


def weights_from_plain(plain: object) -> Weights:
    """Weights from decoded JSON, their numbers checked but not yet their shapes."""
    weights: Weights = _from_row(_WEIGHT_KINDS, plain, "weights")
    return weights


def checked_alpha(alpha: object) -> float:
    """alpha, when it is a finite number above 0 and at most 1e300."""
    if not _is_number(alpha) or not 0 < alpha <= LARGEST_ALPHA:  # type: ignore[operator]
        raise OutOfRangeError("α must be a number above 0, at most 1e300.")
    return float(alpha)  # type: ignore[arg-type]


def checked_samples(samples: object, limit: int = SAMPLES_LIMIT) -> int:
    """samples, when it is a whole number from 1 to the limit."""
    if isinstance(samples, bool) or not isinstance(samples, int) or not 1 <= samples <= limit:
        raise OutOfRangeError(f"Samples go from 1 to {limit:,}.")
    return samples


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _built(spec: LayerSpec, weights: Weights, index: int) -> Layer:
    if isinstance(spec, Identity):
        return IdentityLayer()
    if isinstance(spec, Map):
        return MistakenMap(spec.function) if spec.function in FAULTY_ACTIVATIONS else MapLayer(spec.function)
    kind = LeftMultiplied if spec.left_multiplied else AffinityLayer
    drawn = weights if isinstance(weights, DrawnWeights) else DrawnWeights(0)
    layer = kind(spec.inputs, spec.outputs, seed=[drawn.seed, index])
    layer.M, layer.b = initializer_named(drawn.scheme).weights(layer.M, layer.b)
    layer.freeze(spec.frozen)
    return layer


def _check_facts(ideal: str | tuple[str, ...], inputs: str | Table) -> None:
    if not isinstance(inputs, Table):
        input_distribution_named(inputs)
        if ideal == TABLE:
            raise ExperimentError("The target is a table of facts, and the inputs are none. Give the table as inputs.")
    if isinstance(inputs, Table) and ideal != TABLE:
        raise ExperimentError(f"A table of facts is its own target: the ideal is then {TABLE!r}, not {shown(ideal)}.")


def _check_target(layers: tuple[LayerSpec, ...], target: Target, width: int, outputs: int) -> None:
    if target.inputs > width or (target.inputs < width and not target.everywhere):
        raise ExperimentError(f"{target.title} reads {target.inputs} numbers, the network takes {width}.")
    if outputs != target.outputs:
        cure = f"Set its outputs to {target.outputs}"
        if outputs > target.outputs and target.everywhere:
            cure += f", or add a formula for y{str(target.outputs).translate(_SUBSCRIPTS)}"
        gives = f"{outputs} number" + ("" if outputs == 1 else "s")
        if not any(isinstance(spec, Affinity) for spec in layers):
            raise ExperimentError(
                f"Without an affine layer the network gives {gives}, the target has {target.outputs}. "
                f"Add an affine layer that gives {target.outputs}."
            )
        raise ExperimentError(f"The last layer gives {gives}, the target has {target.outputs}. {cure}.")


def _check_widths(layers: tuple[LayerSpec, ...], width: int) -> None:
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


def _check_weights(layers: tuple[LayerSpec, ...], weights: Weights) -> None:
    if isinstance(weights, DrawnWeights):
        return
    asked = [(spec.outputs, spec.inputs) for spec in layers if isinstance(spec, Affinity)]
    if len(weights.values) != len(asked):
        raise ExperimentError(f"The network has {len(asked)} affine layers, the weights are for {len(weights.values)}.")
    for (outputs, inputs), (M, b) in zip(asked, weights.values, strict=True):
        if [len(row) for row in M] != [inputs] * outputs or len(b) != outputs:
            raise ExperimentError(f"An affine layer {inputs}→{outputs} was given weights of another shape.")
        if not all(_is_number(number) for row in (*M, b) for number in row):
            raise ExperimentError("Weights are finite numbers.")


def _given_weights(values: object) -> GivenWeights:
    try:
        pairs = [(M, b) for M, b in values]  # type: ignore[attr-defined]
        return GivenWeights(
            tuple((tuple(tuple(map(_float, row)) for row in M), tuple(map(_float, b))) for M, b in pairs)
        )
    except (TypeError, ValueError, OverflowError):
        raise ExperimentError("Given weights are a list of pairs of a matrix and its offsets.") from None


def _float(value: object) -> float:
    if not _is_number(value):
        raise ValueError
    return float(value)  # type: ignore[arg-type]


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

_LAYER_KINDS: Mapping[str, Callable[..., Any]] = {"affinity": Affinity, "map": Map, "identity": Identity}
_WEIGHT_KINDS: Mapping[str, Callable[..., Any]] = {"drawn": DrawnWeights, "given": GivenWeights}
_INPUT_KINDS: Mapping[str, Callable[..., Any]] = {TABLE: Table}


def _row(kinds: Mapping[str, Callable[..., Any]], value: Any) -> dict[str, Any]:
    kind = next(name for name, made in kinds.items() if made is type(value))
    return {"kind": kind} | _plain(value)


def _plain(value: Any) -> dict[str, Any]:
    return {part.name: getattr(value, part.name) for part in fields(value)}


def _from_row(kinds: Mapping[str, Callable[..., Any]], row: object, what: str) -> Any:
    plain = row if isinstance(row, dict) else {}
    kind = plain.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise ExperimentError(f"The {what} has a kind, one of {', '.join(kinds)}.")
    given = _checked_fields({name: value for name, value in plain.items() if name != "kind"}, what, kinds[kind])
    return _given_weights(given["values"]) if kinds[kind] is GivenWeights else kinds[kind](**given)


def _checked_fields(plain: object, what: str, kind: Any) -> dict[str, Any]:
    asked = [part.name for part in fields(kind)]
    needed = {part.name for part in fields(kind) if "later" not in part.metadata}
    if not isinstance(plain, dict) or not needed <= set(plain) <= set(asked):
        raise ExperimentError(f"The {what} is described by {', '.join(asked) or 'its kind alone'}, and nothing else.")
    return dict(plain)
