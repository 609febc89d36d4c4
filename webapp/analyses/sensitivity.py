"""Sensitivity: how the settled loss responds when one thing is changed and all else stays the same.

The result has a row for each knob (KNOB_ROWS), over values around its present one, and a row for each dense layer, in
which one weight at a time is set to 0 and frozen. Every variation is a run of its own, made when the page asks for it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.data.inputs import INPUT_DISTRIBUTIONS, LARGEST_SEED, SAMPLES_LIMIT
from engine.data.table import Table
from engine.errors import BenchError
from engine.experiments.experiment import DrawnWeights
from engine.layers.initializers import INITIALIZERS
from engine.layers.layers import AffinityLayer
from webapp.analyses.quick_runs import settled_of
from webapp.base.format import number, subscript
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import BUDGET, cost
from webapp.bench.knob_values import alpha_at, position_of
from webapp.responses.static_view import initial_weights

VALUES_PER_SIDE = 10
"""How many values of a knob are tried on either side of its present one."""

ALPHA_STEP = 0.02
"""The distance of two values of α on its slider."""

SAMPLES_STEP = 2.0**0.25
"""The ratio of one number of samples to the next."""

MOST_WEIGHTS = 512
"""How many weights of a layer are tried; the row of a larger layer says that it is cut."""

MOST_ROWS = 100


@dataclass(frozen=True)
class Variation:
    """A run with one thing changed: its label, how it is prepared, the request that selects it on the page (if there is
    one), and whether it is the present run."""

    label: str
    prepare: Callable[[], PreparedRun]
    selects: dict[str, Any] | None = None
    is_present: bool = False


Variations = Iterator[Variation]


def sensitivity(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """Part of a row: its title, how many variations it has, some of them, and how many rows there are.

    `plain` is {"strip": the number of the row, "from": the number of a variation}. The response has as many variations
    as one request may cost, at least one: the label, the settled loss (None for a run that diverged), the request that
    selects the run on the page, and whether it is the present run; or None for one that costs too much by itself.
    """
    body = exactly(plain, {"strip", "from"})
    at, start = whole_upto(body["strip"], MOST_ROWS), whole_upto(body["from"], MOST_WEIGHTS)
    rows = [*KNOB_ROWS, *_layers(prepared)]
    title, variations_of = rows[at] if at < len(rows) else ("", lambda _: iter(()))
    variations = list(variations_of(prepared))
    return {"strips": len(rows), "title": title, "count": len(variations), "cells": _within_budget(variations[start:])}


def _within_budget(variations: Sequence[Variation]) -> list[dict[str, Any] | None]:
    results: list[dict[str, Any] | None] = []
    spent = 0
    for variation in variations:
        prepared = variation.prepare()
        price = cost(prepared.experiment, prepared.checkpoint)
        if price > BUDGET:
            results.append(None)
            continue
        spent += price
        if spent > BUDGET:
            break
        results.append(
            {
                "says": variation.label,
                "settled": settled_of(prepared),
                "turn": variation.selects,
                "now": variation.is_present,
            }
        )
    return results


# The knobs


def _alphas(prepared: PreparedRun) -> Variations:
    present = prepared.experiment.alpha
    for k in range(-VALUES_PER_SIDE, VALUES_PER_SIDE + 1):
        position = position_of(present) + k * ALPHA_STEP
        alpha = alpha_at(position) if k else present
        if not k or 0.0 < position <= 1.0:
            yield _knob(prepared, "alpha", alpha, f"α {number(alpha)}")


def _samples(prepared: PreparedRun) -> Variations:
    present = prepared.experiment.samples
    for samples in sorted({round(present * SAMPLES_STEP**k) for k in range(-VALUES_PER_SIDE, VALUES_PER_SIDE + 1)}):
        if 1 <= samples <= SAMPLES_LIMIT:
            yield _knob(prepared, "samples", samples, f"{samples:,} samples")


def _seeds(prepared: PreparedRun) -> Variations:
    for seed in _around(prepared.experiment.seed):
        yield _knob(prepared, "seed", seed, f"data seed {seed}")


def _around(seed: int) -> range:
    first = max(0, min(seed - VALUES_PER_SIDE, LARGEST_SEED - 2 * VALUES_PER_SIDE))
    return range(first, first + 2 * VALUES_PER_SIDE + 1)


def _knob(prepared: PreparedRun, name: str, value: float, label: str) -> Variation:
    is_present = getattr(prepared.experiment, name) == value
    return Variation(label, partial(prepared.under, **{name: value}), {name: value}, is_present)


def _weight_seeds(prepared: PreparedRun) -> Variations:
    initial = _initial_weights(prepared)
    if _affine(prepared):
        for seed in _around(initial.seed if initial else 0):
            weights = replace(initial or DrawnWeights(0), seed=seed)
            yield _with_initial_weights(prepared, weights, initial, f"weight seed {seed}", ("weight seed", str(seed)))


def _schemes(prepared: PreparedRun) -> Variations:
    initial = _initial_weights(prepared)
    if initial and prepared.experiment.repeatable and _affine(prepared):
        for row in INITIALIZERS.values():
            weights = replace(initial, scheme=row.name)
            yield _with_initial_weights(
                prepared, weights, initial, f"{row.title} initial weights", ("scheme", row.name)
            )


def _initial_weights(prepared: PreparedRun) -> DrawnWeights | None:
    """How the checkpoint was drawn; None where its weights were trained or edited."""
    weights = prepared.experiment.weights
    described = initial_weights(prepared.experiment, prepared.checkpoint)
    return weights if described["seed"] is not None and isinstance(weights, DrawnWeights) else None


def _with_initial_weights(
    prepared: PreparedRun, weights: DrawnWeights, initial: DrawnWeights | None, label: str, change: tuple[str, str]
) -> Variation:
    return Variation(label, partial(prepared.drawn, weights), {"change": list(change)}, weights == initial)


def _inputs(prepared: PreparedRun) -> Variations:
    present = prepared.experiment.inputs
    for row in INPUT_DISTRIBUTIONS.values():
        if not isinstance(present, Table) and _has_samples(prepared, row.name):
            selects = {"change": ["inputs", row.name]}
            yield Variation(
                f"{row.title} inputs", partial(prepared.under, inputs=row.name), selects, row.name == present
            )


def _has_samples(prepared: PreparedRun, inputs: str) -> bool:
    try:
        prepared.under(inputs=inputs).experiment.points(1)
    except BenchError:
        return False
    return True


KNOB_ROWS: tuple[tuple[str, Callable[[PreparedRun], Variations]], ...] = (
    ("Learning rate α", _alphas),
    ("Samples", _samples),
    ("Data seed", _seeds),
    ("Weight seed", _weight_seeds),
    ("Initial weights", _schemes),
    ("Inputs", _inputs),
)
"""The knobs, with the titles of their rows."""


# The weights


def _layers(prepared: PreparedRun) -> list[tuple[str, Callable[[PreparedRun], Variations]]]:
    affine = _affine(prepared)
    names = (
        ["Without one weight"] if len(affine) == 1 else [f"Affinity {k + 1} without one" for k in range(len(affine))]
    )
    return [
        (name + _rest(prepared.checkpoint.layers[at]), partial(_without_each, at=at, first=at == affine[0]))
        for name, at in zip(names, affine, strict=True)
    ]


def _affine(prepared: PreparedRun) -> list[int]:
    return [k for k, layer in enumerate(prepared.checkpoint.layers) if isinstance(layer, AffinityLayer)]


def _rest(layer: AffinityLayer) -> str:
    size = layer.M.size + layer.b.size
    return f", the first {MOST_WEIGHTS} of {size:,}" if size > MOST_WEIGHTS else ""


def _without_each(prepared: PreparedRun, at: int, first: bool) -> Variations:
    outputs, inputs = prepared.checkpoint.layers[at].M.shape
    for index in range(min(MOST_WEIGHTS, outputs * inputs + outputs)):
        row, column = divmod(index, inputs)
        name = f"weight from {subscript('v' if first else 'u', column)} to {subscript('u', row)}"
        if index >= outputs * inputs:
            name = f"bias of {subscript('u', index - outputs * inputs)}"
        yield Variation(f"without the {name}", partial(without_weight, prepared, at, index))


def without_weight(prepared: PreparedRun, at: int, index: int) -> PreparedRun:
    """The run in which one weight of layer `at` is 0 throughout; `index` counts M row by row, then b."""
    network = prepared.checkpoint.copy()
    layer = network.layers[at]
    array = layer.M if index < layer.M.size else layer.b
    array.flat[index if array is layer.M else index - layer.M.size] = 0.0
    layer.freeze({*layer.frozen, index})
    return replace(prepared, checkpoint=network)
