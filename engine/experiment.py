"""An experiment: plain data that names everything a run depends on.

Layers, initial weights or how to draw them, ideal, inputs, alpha, samples, seed and filter, as JSON and back without
loss. It is the currency of links, presets and undo: whatever cannot be said here cannot be said to a run.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from engine.bench import NNBench
from engine.errors import ExperimentError, OutOfRangeError, shown
from engine.facts import SAMPLES_LIMIT, checked_seed, draw_inputs, inputs_named
from engine.filters import FILTERS
from engine.functions import function_named
from engine.ideals import Ideal, ideal_named
from engine.layers import WIDEST, AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.network import Network
from engine.numerics import Numbers

LARGEST_ALPHA = 1e300
MOST_LAYERS = 64
REMEMBERED, REMEMBERED_NUMBERS = 8, 500_000
"""So many sets of facts are remembered, of at most so many numbers each: a turned α draws nothing anew."""


@dataclass(frozen=True)
class Affinity:
    """An affine layer from `inputs` to `outputs` numbers."""

    inputs: int
    outputs: int


@dataclass(frozen=True)
class Map:
    """A map layer with a named function."""

    function: str


@dataclass(frozen=True)
class Identity:
    """A layer that gives what it takes."""


LayerSpec = Affinity | Map | Identity


@dataclass(frozen=True)
class DrawnWeights:
    """Layer i draws M, then b, with randn from RandomState([seed, i]): weights never repeat the facts."""

    seed: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", checked_seed(self.seed))


@dataclass(frozen=True)
class GivenWeights:
    """One (M as rows, b) for each affine layer, in order."""

    values: tuple[tuple[tuple[tuple[float, ...], ...], tuple[float, ...]], ...]


Weights = DrawnWeights | GivenWeights


@dataclass(frozen=True)
class Experiment:
    """Everything a run depends on; frozen, checked on the way in, equal when its runs are equal.

    Raises ExperimentError, OutOfRangeError or UnknownNameError with a sentence for the user.
    """

    layers: tuple[LayerSpec, ...]
    ideal: str
    weights: Weights = DrawnWeights(0)
    inputs: str = "normal"
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
        inputs_named(self.inputs)
        if not isinstance(self.filter, str) or self.filter not in FILTERS:
            raise ExperimentError(f"The filter is one of {', '.join(FILTERS)}, not {shown(self.filter)}.")
        _check_widths(self.layers, self.width)
        if self.target.inputs > self.width:
            raise ExperimentError(
                f"{self.target.title} reads {self.target.inputs} numbers, the network takes {self.width}."
            )
        if self.outputs != self.target.outputs:
            raise ExperimentError(f"The last layer gives {self.outputs} numbers, the target has {self.target.outputs}.")
        _check_weights(self.layers, self.weights)

    @property
    def target(self) -> Ideal:
        """The ideal's row."""
        return ideal_named(self.ideal)

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

    def facts(self) -> tuple[Numbers, Numbers]:
        """All facts of a run, X of shape (samples, width) and T of shape (samples, outputs)."""
        asked = (self.inputs, self.seed, self.samples, self.width, self.target)
        if not self.repeatable or self.samples * (self.width + self.outputs) > REMEMBERED_NUMBERS:
            return _drawn(*asked)
        X, T = _remembered(*asked)
        return X.copy(), T.copy()

    def bench(self) -> NNBench:
        """This experiment on a bench, its checkpoint taken."""
        bench = NNBench(self.network(), self.target, self.inputs)
        bench.seed = self.seed
        bench.checkpoint_net()
        return bench

    def with_weights_of(self, network: Network) -> "Experiment":
        """The same experiment, starting from the parameters that the network has now."""
        return replace(self, weights=weights_of(network))

    def to_json(self) -> str:
        """One line of JSON that `from_json` turns back into an equal experiment."""
        plain = asdict(self) | {
            "layers": [_row(_LAYER_KINDS, spec) for spec in self.layers],
            "weights": _row(_WEIGHT_KINDS, self.weights),
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
        fields = _checked_fields(plain, "experiment", cls)
        if not isinstance(fields["layers"], list):
            raise ExperimentError("The layers of an experiment are a list.")
        fields["layers"] = tuple(_from_row(_LAYER_KINDS, row, "layer") for row in fields["layers"])
        fields["weights"] = _from_row(_WEIGHT_KINDS, fields["weights"], "weights")
        return cls(**fields)


def _drawn(inputs: str, seed: int, samples: int, width: int, target: Ideal) -> tuple[Numbers, Numbers]:
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
        return MapLayer(spec.function)
    seed = weights.seed if isinstance(weights, DrawnWeights) else 0
    return AffinityLayer(spec.inputs, spec.outputs, seed=[seed, index])


def _check_widths(layers: tuple[LayerSpec, ...], width: int) -> None:
    before = width
    for spec in layers:
        if isinstance(spec, Map):
            function_named(spec.function)
        if not isinstance(spec, Affinity):
            continue
        for number in (spec.inputs, spec.outputs):
            if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= WIDEST:
                raise OutOfRangeError(f"A layer takes and gives from 1 to {WIDEST} numbers, not {shown(number)}.")
        if spec.inputs != before:
            raise ExperimentError(f"An affine layer takes {spec.inputs} numbers, the layer before it gives {before}.")
        before = spec.outputs


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


_LAYER_KINDS: Mapping[str, Callable[..., Any]] = {"affinity": Affinity, "map": Map, "identity": Identity}
_WEIGHT_KINDS: Mapping[str, Callable[..., Any]] = {"drawn": DrawnWeights, "given": GivenWeights}


def _row(kinds: Mapping[str, Callable[..., Any]], value: Any) -> dict[str, Any]:
    kind = next(name for name, made in kinds.items() if made is type(value))
    return {"kind": kind} | asdict(value)


def _from_row(kinds: Mapping[str, Callable[..., Any]], row: object, what: str) -> Any:
    plain = row if isinstance(row, dict) else {}
    kind = plain.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise ExperimentError(f"The {what} has a kind, one of {', '.join(kinds)}.")
    fields = _checked_fields({name: value for name, value in plain.items() if name != "kind"}, what, kinds[kind])
    return _given_weights(fields["values"]) if kinds[kind] is GivenWeights else kinds[kind](**fields)


def _checked_fields(plain: object, what: str, kind: Any) -> dict[str, Any]:
    asked = list(kind.__dataclass_fields__)
    if not isinstance(plain, dict) or sorted(map(str, plain)) != sorted(asked):
        raise ExperimentError(f"The {what} is described by {', '.join(asked) or 'its kind alone'}, and nothing else.")
    return dict(plain)
