"""An experiment: plain data that names everything a run depends on.

Layers, initial weights or how to draw them, and a field for each knob (`engine.experiments.knobs`), as JSON and back
without loss. It is the currency of links, presets and undo: whatever cannot be said here cannot be said to a run.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.notebook_html import table
from engine.base.numerics import FloatArray
from engine.base.short_repr import short_repr, stated
from engine.data.inputs import input_distribution_named
from engine.data.prepared_table import (
    PreparedTable,
    Split,
    check_distinct,
    check_held_out,
    check_test,
    learned_count,
    prepared_table,
)
from engine.data.sample_source import SampleSource, rows_before
from engine.data.samples import Samples
from engine.data.table import TABLE, Table
from engine.data.targets import TARGETS, Target, resolve_target
from engine.data.turns import Turns, check_without, learned_numbers, passed_over, rest_numbers, turn_numbers
from engine.errors import ExperimentError, OutOfRangeError, shown
from engine.experiments import json_codec
from engine.experiments.knobs import (
    ALPHA,
    BATCH,
    DECAY,
    DISTINCT,
    FILTER,
    HELD_OUT,
    INPUTS,
    KNOBS,
    LOSS,
    MOMENTUM,
    NESTEROV,
    NOISE,
    OPTIMIZER,
    RATE,
    SAMPLES,
    SCALING,
    SEED,
    SPLIT,
    TEST,
    WITHOUT,
    plain_knobs,
)
from engine.experiments.layer_specs import (
    FIRST_WEIGHTS,
    Affinity,
    DrawnWeights,
    GivenWeights,
    Identity,
    LayerSpec,
    Map,
    Weights,
    check_layers,
    check_weights,
    network_of,
    weights_of,
)
from engine.rules.losses import loss_named
from engine.rules.rule import TrainingRule
from engine.training.network import Network

__all__ = ["Affinity", "DrawnWeights", "Experiment", "GivenWeights", "Identity", "Map"]

MOST_LAYERS = 64


@dataclass(frozen=True)
class Experiment:
    """Everything a run depends on; frozen, checked on the way in, equal when its runs are equal.

    The ideal is a row's name or a tuple of formulas, one for each output; the text of a formula or of a list of them
    becomes that tuple. Raises ExperimentError, OutOfRangeError, UnknownNameError or FormulaError with a sentence for
    the user.
    """

    layers: tuple[LayerSpec, ...]
    ideal: str | tuple[str, ...]
    weights: Weights = FIRST_WEIGHTS
    inputs: str | Table = INPUTS.default
    alpha: float = ALPHA.default
    samples: int = SAMPLES.default
    seed: int = SEED.default
    filter: str = FILTER.default
    noise: float = NOISE.default
    distinct: int | None = DISTINCT.default
    held_out: int = HELD_OUT.default
    scaling: str = SCALING.default
    split: str = SPLIT.default
    test: int = TEST.default
    without: tuple[int, ...] = WITHOUT.default
    batch: int = BATCH.default
    momentum: float = MOMENTUM.default
    nesterov: bool = NESTEROV.default
    optimizer: str = OPTIMIZER.default
    decay: float = DECAY.default
    rate: str = RATE.default
    loss: str = LOSS.default

    knobs = KNOBS
    """The table of its knobs: every field but the layers and the weights is a row."""

    def __post_init__(self) -> None:
        if len(self.layers) > MOST_LAYERS:
            raise ExperimentError(f"A network has at most {MOST_LAYERS} layers, not {len(self.layers)}.")
        self._check_knobs()
        _check_samples(self.ideal, self.inputs)
        if not isinstance(self.inputs, Table) and (not isinstance(self.ideal, str) or self.ideal not in TARGETS):
            object.__setattr__(self, "ideal", self.target.formulas)
        check_layers(self.layers, self.width)
        _check_target(self.layers, self.target, self.width, self.outputs)
        check_weights(self.layers, self.weights)
        if self.repeatable:
            self.check_targets()

    def __repr__(self) -> str:
        return short_repr(self)

    def _repr_html_(self) -> str:
        """The layers, and the fields that differ from their defaults, as a table."""
        return table((type(self).__name__, ""), ((part.name, text) for part, text in stated(self)))

    def _check_knobs(self) -> None:
        for name, knob in self.knobs.items():
            object.__setattr__(self, name, knob.check(getattr(self, name)))
        check_test(self.inputs, self.test)
        check_held_out(self.inputs, self.held_out, self.test)
        self._check_distinct(self.samples)
        check_without(self.table or self.inputs_name, self.distinct, self.without)
        self.rule.check(self.alpha, self.samples)

    def _check_distinct(self, samples: int) -> None:
        check_distinct(self.distinct, samples, self.inputs, self.held_out, self.split, self.test)

    def allows(self, alpha: float, samples: int) -> bool:
        """Whether the experiment may have this α and this number of samples."""
        try:
            self._check_distinct(samples)
            self.rule.check(alpha, samples)
        except (OutOfRangeError, ExperimentError):
            return False
        return True

    def check_targets(self) -> None:
        """ExperimentError, in a sentence, unless its loss is meant for all its targets, those of held-out samples too.

        All rows of a table count. Raised as the experiment is made, but where a function of a user's own gives the
        targets: then the code that draws them checks them.
        """
        row = loss_named(self.loss)
        if row.refusal and not self.sample_source.all_accepted(row.name, row.accepts_targets, self.samples):
            raise ExperimentError(row.refusal)

    @property
    def knob_values(self) -> dict[str, Any]:
        """The values of its plain knobs, by name: requests and links state these without naming the network."""
        return {knob.name: knob.kind.plain(getattr(self, knob.name)) for knob in plain_knobs(self.knobs)}

    @property
    def rule(self) -> TrainingRule:
        """The rule by which its samples are learned, beside α."""
        return TrainingRule(**{field.name: getattr(self, field.name) for field in fields(TrainingRule)})

    @property
    def target(self) -> Target:
        """The ideal's row, made of its formulas where it has no name, or the table as one.

        Ask its `everywhere` before it is evaluated on a grid.
        """
        return resolve_target(self.ideal) if self.table is None else self.table.target

    @property
    def table(self) -> PreparedTable | None:
        """The table that its samples are from, split and scaled; None where inputs are drawn."""
        if not isinstance(self.inputs, Table):
            return None
        return prepared_table(self.inputs, self.held_out, self.split, self.seed, self.test, self.scaling)

    @property
    def bytes_held(self) -> dict[object, int]:
        """The bytes of its table and of weights that are given."""
        parts = (part for part in (self.inputs, self.weights) if isinstance(part, Table | GivenWeights))
        return {name: size for part in parts for name, size in part.bytes_held.items()}

    @property
    def rows(self) -> Split | None:
        """The numbers, from 0, of the rows that are learned, held out and kept for a test; None without a table."""
        return None if self.table is None else self.table.rows

    @property
    def sample_source(self) -> SampleSource:
        """The source of its samples, without their number."""
        return SampleSource(
            self.table or self.inputs_name,
            self.target,
            self.seed,
            self.width,
            self.noise,
            self.distinct,
            self.held_out,
            self.repeatable,
        )

    @property
    def turns(self) -> NDArray[np.int64] | None:
        """The number of the row or distinct sample at each turn, from 1, shape (samples,); None where all are new."""
        return turn_numbers(self.table or self.inputs_name, self.seed, self.samples, self.distinct)

    @property
    def learned(self) -> tuple[NDArray[np.int64], Samples] | None:
        """The numbers, from 1, of the rows or distinct samples that are learned, and these samples; None where every
        sample is new. Where rows are blurred anew at each turn, these are without noise."""
        inputs, samples = self.table or self.inputs_name, self.sample_source.learned_samples
        numbers = learned_numbers(inputs, self.distinct)
        if numbers is None or samples is None:
            return None
        X, T = samples
        rest = ~np.isin(numbers, self.without)
        return numbers[rest], (X[rest], T[rest])

    @property
    def passed(self) -> Turns | None:
        """The turns of what is left out, at which a loss is taken and nothing learned; None where nothing is."""
        return passed_over(self.table or self.inputs_name, self.seed, self.samples, self.distinct, self.without)

    def passed_of_seeds(self, seeds: Sequence[int]) -> Turns | None:
        """The turns that runs with these data seeds pass over, shape (seeds, samples); None for none."""
        rows = [turns for turns in (self.with_seed(seed).passed for seed in seeds) if turns is not None]
        return np.stack(rows) if rows else None

    @property
    def formulas(self) -> tuple[str, ...]:
        """The target as it is read, a text for each output."""
        return self.target.formulas

    @property
    def repeatable(self) -> bool:
        """Whether equal inputs give equal targets each time, as they do for everything that an experiment can say."""
        return True

    @property
    def width(self) -> int:
        """The number of inputs: that of the first affine layer, else the number that the ideal reads."""
        return next((spec.inputs for spec in self.layers if isinstance(spec, Affinity)), self.target.inputs)

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return next((spec.outputs for spec in reversed(self.layers) if isinstance(spec, Affinity)), self.width)

    def network(self) -> Network:
        """The checkpoint: the network before training, its weights drawn or as given."""
        net = network_of(self.layers, self.weights)
        net.alpha = self.alpha
        return net

    def facts(self, samples: int | None = None) -> Samples:
        """All samples of a run, X of shape (samples, width) and T of shape (samples, outputs); or the first of them."""
        n = self.samples if samples is None else samples
        X, T = np.empty((n, self.width)), np.empty((n, self.outputs))
        self.sample_source.write(X, T)
        return X, T

    def facts_of_seeds(self, seeds: Sequence[int], *, remember: bool = True) -> Samples:
        """All samples of the runs with these data seeds: X of shape (seeds, samples, width), and T likewise.

        With `remember`, those that are known are not drawn, and the others are known from now on.
        """
        return self.sample_source.of_seeds(seeds, self.samples, kernel.normals, remember=remember)

    def fact_blocks(self, samples: int | None = None) -> Iterator[Samples]:
        """The samples of `facts` in successive blocks, for reading only: a long run takes less memory with them."""
        return self.sample_source.blocks(self.samples if samples is None else samples)

    def facts_before(self, end: int, most: int) -> Samples:
        """The samples before number `end`, counted from 0; of more than `most`, the last ones (most ≤ BLOCK)."""
        return rows_before(self.fact_blocks(), end, most)

    def held_out_samples(self) -> Samples | None:
        """Samples that no run learns from, for reading only; None where there are none."""
        return self.sample_source.held_out_samples()

    def points(self, n: int) -> FloatArray:
        """The inputs of the first n samples as the network sees them, shape (n, width)."""
        return self.sample_source.points(n)

    @property
    def distinct_count(self) -> int | None:
        """The number of distinct samples that are learned, which repeat; None if each is new, but for inputs that
        happen to agree."""
        if self.without:
            rest = rest_numbers(self.table or self.inputs_name, self.distinct, self.without)
            return None if rest is None else len(rest)
        if self.distinct is not None:
            return self.distinct
        inputs = self.inputs
        return learned_count(inputs, self.held_out, self.split, self.test) if isinstance(inputs, Table) else None

    @property
    def never_repeats(self) -> bool:
        """Whether no sample comes twice, so that each loss, taken before its step, is that of a held-out sample."""
        if self.distinct_count is not None or isinstance(self.inputs, Table):
            return False
        return self.noise > 0.0 or input_distribution_named(self.inputs).never_repeats

    @property
    def reach(self) -> float:
        """The greatest distance from 0 of the inputs, but for a few."""
        return input_distribution_named(self.inputs_name).reach if self.table is None else self.table.reach

    @property
    def inputs_name(self) -> str:
        """The row of `INPUT_DISTRIBUTIONS` that the inputs are drawn by, or `table`."""
        return TABLE if isinstance(self.inputs, Table) else self.inputs

    def replace_unchecked(self, **changes: Any) -> Self:
        """The experiment with other values, as one of many runs: its loss, which is meant for the targets of this
        experiment, stays, even where a rare target of other samples does not suit it, and so does what is left out.
        Only another number of distinct samples has to have it among them.
        """
        kept = {"loss": self.loss, "without": self.without}
        other = replace(self, **changes, loss=LOSS.default, without=WITHOUT.default)
        if DISTINCT.name in changes:
            check_without(other.table or other.inputs_name, other.distinct, self.without)
        for name, value in kept.items():
            object.__setattr__(other, name, value)
        return other

    def with_seed(self, seed: int) -> Self:
        """The experiment with another data seed, as one of many runs: no other value depends on it; none is checked."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, seed=self.knobs[SEED.name].check(seed))
        return other

    def seeds_without_rows(self, seeds: Sequence[int]) -> list[int]:
        """Those of the data seeds that hold out every row but those that are left out."""
        learned = learned_numbers(self.table or self.inputs_name, self.distinct)
        if learned is None or len(self.without) < len(learned):
            return []
        return [seed for seed in seeds if self.with_seed(seed).distinct_count == 0]

    def without_too(self, number: int) -> Self:
        """The experiment without this row or distinct sample too, as one of many runs; none is checked."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, without=tuple(sorted({*self.without, number})))
        return other

    def with_weights_of(self, network: Network) -> "Experiment":
        """The same experiment, starting from the parameters that the network has now."""
        return replace(self, weights=weights_of(network))

    def to_json(self) -> str:
        """One line of JSON that `from_json` turns back into an equal experiment."""
        rare = (knob for knob in self.knobs.values() if knob.written_when_on)
        left_out = {knob.name for knob in rare if getattr(self, knob.name) == knob.default}
        plain = {name: value for name, value in json_codec.plain_parts(self).items() if name not in left_out} | {
            "layers": [json_codec.plain_layer(spec) for spec in self.layers],
            "weights": json_codec.plain_weights(self.weights),
            "inputs": json_codec.plain_inputs(self.inputs),
        }
        return json.dumps(plain, allow_nan=False, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Experiment":
        """Reads what `to_json` wrote and checks every value; ExperimentError says what is wrong."""
        try:
            plain = json.loads(text)
        except (ValueError, RecursionError):
            raise ExperimentError("That is not an experiment: it is not JSON.") from None
        return cls.from_plain(plain)

    @classmethod
    def from_plain(cls, plain: object) -> "Experiment":
        """An experiment from decoded JSON; knobs that are later than the JSON have their defaults."""
        later = {name for name, knob in cls.knobs.items() if knob.since_v0_2}
        given = json_codec.checked_fields(plain, "experiment", cls, later)
        given["layers"] = json_codec.layers_from_plain(given["layers"])
        given["weights"] = json_codec.weights_from_plain(given["weights"])
        given["inputs"] = json_codec.inputs_from_plain(given["inputs"])
        return cls(**given)


def _check_samples(ideal: str | tuple[str, ...], inputs: str | Table) -> None:
    if not isinstance(inputs, Table):
        input_distribution_named(inputs)
        if ideal == TABLE:
            raise ExperimentError("The target is a table, and the inputs are not. Give the table as inputs.")
    if isinstance(inputs, Table) and ideal != TABLE:
        raise ExperimentError(f"A table is its own target: the ideal is then {TABLE!r}, not {shown(ideal)}.")


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
                f"Without a dense layer the network gives {gives}, the target has {target.outputs}. "
                f"Add a dense layer that gives {target.outputs}."
            )
        raise ExperimentError(f"The last layer gives {gives}, the target has {target.outputs}. {cure}.")


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
