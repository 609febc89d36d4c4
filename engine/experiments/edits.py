"""Edits of an experiment's network: each makes a valid experiment of another one, or is refused with a sentence.

Layers are counted from 0. An affine layer takes the numbers before it and keeps its outputs, so widths follow an edit
forward; the last one has as many outputs as the target. An edit keeps the weights that it does not concern, and their
frozen places: a layer keeps its draw number wherever it comes to stand, weights that are given stay with their layer,
and a layer of another shape keeps the rows and columns that it still has. New weights are drawn from the edit's seed
where weights are given, else as `DrawnWeights` says. An experiment that starts from a stored checkpoint needs
`with_weights_of` it first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.data.prepared_table import learned_count, prepared_table
from engine.data.table import TABLE, Table
from engine.data.targets import resolve_target
from engine.data.turns import may_be_left_out, rest_numbers
from engine.errors import ExperimentError
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Map
from engine.experiments.knobs import INPUTS, KNOBS, LOSS, WITHOUT
from engine.experiments.layer_specs import LayerSpec, draw_number, weights_of, without_draw
from engine.layers.faulty_layers import HALF_SLOPE, LEAKY_RELU

Pair = tuple[tuple[tuple[float, ...], ...], tuple[float, ...]]
"""M as rows, and b."""


@dataclass(frozen=True)
class _Part:
    """A layer, its given weights and its draw number; None where it has none, or none yet."""

    spec: LayerSpec
    pair: Pair | None = None
    number: int | None = None

    def resized(self, **sizes: int) -> "_Part":
        """The affine layer with other sizes, and with the weights and frozen places that fit into them."""
        if not isinstance(self.spec, Affinity) or replace(self.spec, **sizes) == self.spec:  # type: ignore[arg-type]
            return self
        spec = replace(self.spec, frozen=False, **sizes)  # type: ignore[arg-type]
        first = self.spec.first_shape or (self.spec.inputs, self.spec.outputs)
        drawn = None if self.number is None or first == (spec.inputs, spec.outputs) else first
        return replace(self, spec=replace(spec, frozen=_moved_places(self.spec, spec), first_shape=drawn))


def width_at(experiment: Experiment, at: int) -> int:
    """The number of inputs of layer `at`; after the last layer for `at` = the number of layers."""
    before = [spec for spec in experiment.layers[:at] if isinstance(spec, Affinity)]
    return before[-1].outputs if before else experiment.width


def insert_layer(experiment: Experiment, at: int, spec: LayerSpec, seed: int = 0) -> Experiment:
    """The experiment with a layer before layer `at`, or at the end. An affine one is fitted to its place."""
    parts = _parts(experiment)
    if not 0 <= at <= len(parts):
        raise ExperimentError(f"A layer goes in at one of {len(parts) + 1} places, and there is no place {at + 1}.")
    return _fitted(experiment, [*parts[:at], _Part(spec), *parts[at:]], seed)


def remove_layer(experiment: Experiment, at: int, seed: int = 0) -> Experiment:
    """The experiment without layer `at`; the last affine layer leaves its outputs to the one before it."""
    parts = _parts(experiment)
    removed = _spec_at(experiment, at)
    del parts[at]
    affine = [place for place, part in enumerate(parts) if isinstance(part.spec, Affinity)]
    if isinstance(removed, Affinity) and affine and affine[-1] < at:
        parts[affine[-1]] = parts[affine[-1]].resized(outputs=removed.outputs)
    return _fitted(experiment, parts, seed)


def move_layer(experiment: Experiment, at: int, to: int, seed: int = 0) -> Experiment:
    """The experiment with layer `at` as layer `to` of the result; an affine layer takes its outputs along."""
    _spec_at(experiment, at)
    _spec_at(experiment, to)
    parts = _parts(experiment)
    parts.insert(to, parts.pop(at))
    return _fitted(experiment, parts, seed)


def set_width(experiment: Experiment, at: int, outputs: int, seed: int = 0) -> Experiment:
    """The experiment with `outputs` outputs of affine layer `at`, and as many inputs of the next one."""
    _affinity_at(experiment, at)
    parts = _parts(experiment)
    parts[at] = parts[at].resized(outputs=outputs)
    return _fitted(experiment, parts, seed)


def set_function(experiment: Experiment, at: int, function: str) -> Experiment:
    """The experiment with another function of map layer `at`."""
    if not isinstance(_spec_at(experiment, at), Map):
        raise ExperimentError(f"Layer {at + 1} is no activation, so it has no function to choose.")
    return _with_layer(experiment, at, Map(function))


def set_target(experiment: Experiment, ideal: str | tuple[str, ...], seed: int = 0) -> Experiment:
    """The experiment with another target, as many outputs of the last affine layer, and no fewer inputs of the first.

    Inputs that came from a table become normal draws, and what is of tables alone has its default.
    """
    target = resolve_target(ideal)
    inputs = experiment.inputs
    if isinstance(inputs, Table):
        inputs = INPUTS.default
        knobs = {knob.name: knob.default for knob in KNOBS.values() if knob.of_tables or knob is WITHOUT}
        experiment = replace(
            experiment, loss=LOSS.default if experiment.rule.loss_row.refusal else experiment.loss, **knobs
        )
    return _with_target(experiment, ideal, inputs, target.outputs, max(experiment.width, target.inputs), seed)


def set_table(experiment: Experiment, table: Table, seed: int = 0) -> Experiment:
    """The experiment with the samples of a table, and inputs and outputs as many as its columns.

    It has no more test rows, held-out and distinct ones than the table allows, leaves out only rows that may be, and
    has the usual loss where its own is not meant for these targets.
    """
    rows = len(table.inputs)
    test = min(experiment.test, rows // 3)
    held_out = min(experiment.held_out, (rows - test) // 2)
    learned = learned_count(table, held_out, experiment.split, test)
    distinct = None if experiment.distinct is None else min(experiment.distinct, learned)
    row = experiment.rule.loss_row
    loss = row.name if not row.refusal or row.accepts_targets(table.arrays[1]) else LOSS.default
    knobs = {"test": test, "held_out": held_out, "distinct": distinct, "loss": loss}
    prepared = prepared_table(table, held_out, experiment.split, experiment.seed, test, experiment.scaling)
    may_be = may_be_left_out(prepared, distinct)
    without = tuple(number for number in experiment.without if number in may_be)
    rest = rest_numbers(prepared, distinct, without)
    knobs |= {"without": WITHOUT.default if rest is None or not len(rest) else without}
    return _with_target(experiment, TABLE, table, table.outputs, table.width, seed, **knobs)


def freeze(experiment: Experiment, at: int, places: bool | Iterable[int] = True) -> Experiment:
    """The experiment with affine layer `at` frozen as a whole (True), not at all (False), or at these places alone."""
    spec = _affinity_at(experiment, at)
    frozen = places if isinstance(places, bool) else tuple(sorted(set(places)))
    whole = frozen == tuple(range(spec.size))
    return _with_layer(experiment, at, replace(spec, frozen=True if whole else frozen))


def randomize_layer(experiment: Experiment, at: int, seed: int, scheme: str = "normal") -> Experiment:
    """The experiment with affine layer `at` drawn anew, the others as they start now: all weights are given."""
    _affinity_at(experiment, at)
    before = sum(isinstance(spec, Affinity) for spec in experiment.layers[:at])
    values = list(weights_of(experiment.network()).values)
    values[before] = weights_of(replace(experiment, weights=DrawnWeights(seed, scheme)).network()).values[before]
    return replace(experiment, weights=GivenWeights(tuple(values)))


def multiply_left(experiment: Experiment, wrong: bool) -> Experiment:
    """The experiment with the notebook's mistake on the way back in every square affine layer, or without it."""
    layers = (
        replace(spec, left_multiplied=wrong) if isinstance(spec, Affinity) and spec.inputs == spec.outputs else spec
        for spec in experiment.layers
    )
    return replace(experiment, layers=tuple(layers))


def halve_slopes(experiment: Experiment, wrong: bool) -> Experiment:
    """The experiment with the notebook's mistake below 0 in every leaky ReLU, or without it."""
    leaky = {Map(LEAKY_RELU), Map(HALF_SLOPE.name)}
    chosen = Map(HALF_SLOPE.name if wrong else LEAKY_RELU)
    return replace(experiment, layers=tuple(chosen if spec in leaky else spec for spec in experiment.layers))


def _parts(experiment: Experiment) -> list[_Part]:
    given = iter(experiment.weights.values if isinstance(experiment.weights, GivenWeights) else ())
    return [
        _Part(spec, next(given, None), draw_number(spec, index)) if isinstance(spec, Affinity) else _Part(spec)
        for index, spec in enumerate(experiment.layers)
    ]


def _fitted(
    experiment: Experiment, parts: list[_Part], seed: int, width: int | None = None, **knobs: object
) -> Experiment:
    """The experiment of these parts, each affine layer taking what the one before it gives."""
    before, resized = width or experiment.width, []
    for part in parts:
        resized.append(part.resized(inputs=before) if isinstance(part.spec, Affinity) else part)
        before = getattr(resized[-1].spec, "outputs", before)
    given = isinstance(experiment.weights, GivenWeights)
    weights = DrawnWeights(seed) if given else experiment.weights
    layers = tuple(without_draw(part.spec) for part in resized) if given else _numbered(resized)
    drawn = replace(experiment, layers=layers, weights=weights, **knobs)  # type: ignore[arg-type]
    if not given:
        return drawn
    pairs = [part.pair for part in resized if isinstance(part.spec, Affinity)]
    fresh = weights_of(drawn.network()).values
    return replace(drawn, weights=GivenWeights(tuple(map(_kept, pairs, fresh))))


def _numbered(parts: list[_Part]) -> tuple[LayerSpec, ...]:
    """The layers with their draw numbers, where these are not their places; a new layer has a number of its own."""
    taken = {part.number for part in parts if part.number is not None}
    layers: list[LayerSpec] = []
    for index, part in enumerate(parts):
        if not isinstance(part.spec, Affinity):
            layers.append(part.spec)
            continue
        number = part.number
        if number is None:
            number = index if index not in taken else max(taken) + 1
            taken.add(number)
        layers.append(replace(part.spec, draw=None if number == index else number))
    return tuple(layers)


def _moved_places(before: Affinity, after: Affinity) -> bool | tuple[int, ...]:
    """The frozen places of a layer, by the places of the layer with other sizes."""
    if isinstance(before.frozen, bool):
        return before.frozen
    kept = [_place(after, *_row_and_column(before, place)) for place in before.frozen]
    return tuple(sorted(place for place in kept if place is not None))


def _row_and_column(spec: Affinity, place: int) -> tuple[int, int | None]:
    """The row and column of a place, counted M row by row and then b, whose column is None."""
    weights = spec.inputs * spec.outputs
    return divmod(place, spec.inputs) if place < weights else (place - weights, None)


def _place(spec: Affinity, row: int, column: int | None) -> int | None:
    if row >= spec.outputs or (column is not None and column >= spec.inputs):
        return None
    return spec.inputs * spec.outputs + row if column is None else spec.inputs * row + column


def _kept(before: Pair | None, fresh: Pair) -> Pair:
    """The fresh weights of a layer, with those it had before in the rows and columns that are still there."""
    if before is None:
        return fresh
    rows = [(*old, *new[len(old) :])[: len(new)] for old, new in zip(before[0], fresh[0], strict=False)]
    M = (*rows, *fresh[0][len(rows) :])
    return M, (*before[1], *fresh[1][len(before[1]) :])[: len(fresh[1])]


def _with_target(
    experiment: Experiment,
    ideal: str | tuple[str, ...],
    inputs: str | Table,
    outputs: int,
    width: int,
    seed: int,
    **knobs: object,
) -> Experiment:
    parts = _parts(experiment)
    affine = [place for place, part in enumerate(parts) if isinstance(part.spec, Affinity)]
    if affine:
        parts[affine[-1]] = parts[affine[-1]].resized(outputs=outputs)
    return _fitted(experiment, parts, seed, width, ideal=ideal, inputs=inputs, **knobs)


def _with_layer(experiment: Experiment, at: int, spec: LayerSpec) -> Experiment:
    return replace(experiment, layers=(*experiment.layers[:at], spec, *experiment.layers[at + 1 :]))


def _spec_at(experiment: Experiment, at: int) -> LayerSpec:
    count = len(experiment.layers)
    if not 0 <= at < count:
        raise ExperimentError(f"There is no layer {at + 1}: the network has {count}.")
    return experiment.layers[at]


def _affinity_at(experiment: Experiment, at: int) -> Affinity:
    spec = _spec_at(experiment, at)
    if not isinstance(spec, Affinity):
        raise ExperimentError(
            f"Layer {at + 1} is no dense layer: it has no weights, and gives as many numbers as it takes."
        )
    return spec
