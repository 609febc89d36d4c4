"""Sensitivity: how the final loss responds when one thing is changed and all else stays as it is.

Each thing is a row of cells: the values of a knob around its present one, or the width of the hidden layer. Each affine
layer is a row too: every weight taken out, which is to say set to 0 and frozen; so are the inputs, each taken out with
all weights from it. Every cell is a run of its own, made when the page requests it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from engine.data.inputs import INPUT_DISTRIBUTIONS, LARGEST_SEED, SAMPLES_LIMIT
from engine.data.table import Table
from engine.errors import BenchError
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.knobs import (
    ALPHA,
    BATCH,
    DISTINCT,
    INPUTS,
    KNOBS,
    OPTIMIZER,
    SAMPLES,
    SEED,
    Knob,
    Knobs,
)
from engine.experiments.port_names import port_names
from engine.layers.initializers import INITIALIZERS
from engine.layers.layers import AffinityLayer
from engine.sweeps.axes import WIDTH, values_over, with_values
from webapp.analyses.quick_runs import end_losses
from webapp.base.format import knob_number, plural
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import BUDGET, run_cost
from webapp.bench.knob_values import alpha_at, position_of
from webapp.bench.narration import shown_value
from webapp.responses.static_view import initial_weights

AROUND = 10
"""The number of values that are tried on either side of the present one."""

ALPHA_STEP = 0.02
"""The distance between values of α on its slider."""

SAMPLES_STEP = 2.0**0.25
"""The ratio of one number of samples to the next."""

MOST_WEIGHTS = 512
"""A larger layer's row ends here, and says so."""

MOST_ROWS = 100

TRIED_WHEN_OFF = {BATCH.name, OPTIMIZER.name}
"""Knobs that have no value at which they do nothing."""

WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""The widths of the hidden layer that are tried, beside the present one."""


@dataclass(frozen=True)
class Cell:
    """One run of a row: its name, its preparation, the change that turns the page to it if there is one, and whether it
    is the present run."""

    says: str
    prepare: Callable[[], PreparedRun]
    turn: dict[str, Any] | None = None
    now: bool = False


Cells = Iterator[Cell]
Row = tuple[str, Callable[[PreparedRun], Cells]]
"""A title, and the cells beside a prepared run."""


def sensitivity(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """A piece of a row: its title, its number of cells, some of these, and the number of rows.

    `asked` is {"strip": the number of the row, "from": the number of a cell}; as many cells come as one request may
    cost, at least one. A cell has its name, the final loss and that of held-out samples (None for a run that diverged,
    or where none are held out), the change that turns the page to it, and whether it is the present run. One that costs
    too much by itself is None.
    """
    plain = exactly(asked, {"strip", "from"})
    at, start = whole_upto(plain["strip"], MOST_ROWS), whole_upto(plain["from"], MOST_WEIGHTS)
    rows = [*knob_rows(prepared.experiment.knobs), *_layers(prepared)]
    title, cells_of = rows[at] if at < len(rows) else ("", lambda _: iter(()))
    cells = [cell for cell in cells_of(prepared) if _can_be_turned(prepared, cell)]
    return {"strips": len(rows), "title": title, "count": len(cells), "cells": _afforded(cells[start:])}


def _can_be_turned(prepared: PreparedRun, cell: Cell) -> bool:
    """Whether the other knobs leave the value of this cell: a batch has no more samples than the run."""
    if cell.turn is None or cell.now or "change" in cell.turn:
        return True
    try:
        prepared.with_knobs(**cell.turn)
    except BenchError:
        return False
    return True


def _afforded(cells: Sequence[Cell]) -> list[dict[str, Any] | None]:
    afforded: list[dict[str, Any] | None] = []
    spent = 0
    for cell in cells:
        prepared = cell.prepare()
        price = run_cost(prepared.experiment, prepared.checkpoint)
        if price > BUDGET:
            afforded.append(None)
            continue
        spent += price
        if spent > BUDGET:
            break
        settled, held_out = end_losses(prepared)
        losses = {"settled": settled, "held_out": held_out}
        afforded.append({"says": cell.says, **losses, "turn": cell.turn, "now": cell.now})
    return afforded


# The knobs


def _alphas(prepared: PreparedRun) -> Cells:
    present = prepared.experiment.alpha
    for k in range(-AROUND, AROUND + 1):
        position = position_of(present) + k * ALPHA_STEP
        if not k or 0.0 < position <= 1.0:
            alpha = alpha_at(position) if k else present
            yield _knob(prepared, ALPHA, alpha, f"α {knob_number(alpha)}")


def _samples(prepared: PreparedRun) -> Cells:
    present, fewest = prepared.experiment.samples, prepared.experiment.distinct or 1
    for samples in _counts_around(present):
        if fewest <= samples <= SAMPLES_LIMIT:
            yield _knob(prepared, SAMPLES, samples, f"{samples:,} samples")


def _counts_around(present: int) -> list[int]:
    return sorted({round(present * SAMPLES_STEP**k) for k in range(-AROUND, AROUND + 1)})


def _distinct(prepared: PreparedRun) -> Cells:
    """Numbers around the present one, and all of them; nothing where the knob is off."""
    experiment = prepared.experiment
    if experiment.distinct is None:
        return
    rows = experiment.rows
    most = min(experiment.samples, SAMPLES_LIMIT if rows is None else len(rows.learned))
    for distinct in _counts_around(experiment.distinct):
        if 1 <= distinct <= most:
            yield _knob(prepared, DISTINCT, distinct, f"{plural(distinct, 'distinct sample')}")
    yield _knob(prepared, DISTINCT, None, "all samples" if rows is None else "all rows")


def _tried(prepared: PreparedRun, knob: Knob) -> Cells:
    """The values that the knob's row has for this, or else those of its axis, and the present one; of most knobs
    nothing where they are off."""
    if getattr(prepared.experiment, knob.name) == knob.default and knob.name not in TRIED_WHEN_OFF:
        return
    for value in sorted({getattr(prepared.experiment, knob.name), *(knob.tried or values_over(knob))}):
        yield _knob(prepared, knob, value, f"{knob.label} {shown_value(knob, value)}")


def _seeds(prepared: PreparedRun) -> Cells:
    for seed in _around(prepared.experiment.seed):
        yield _knob(prepared, SEED, seed, f"data seed {seed}")


def _around(seed: int) -> range:
    first = max(0, min(seed - AROUND, LARGEST_SEED - 2 * AROUND))
    return range(first, first + 2 * AROUND + 1)


def _knob(prepared: PreparedRun, knob: Knob, value: Any, says: str) -> Cell:
    now = getattr(prepared.experiment, knob.name) == value
    return Cell(says, partial(prepared.with_knobs, **{knob.name: value}), {knob.name: value}, now)


def _weight_seeds(prepared: PreparedRun) -> Cells:
    drawn = _drawn(prepared)
    if _affine(prepared):
        for seed in _around(drawn.seed if drawn else 0):
            weights = replace(drawn or DrawnWeights(0), seed=seed)
            yield _redrawn(prepared, weights, drawn, f"weight seed {seed}", ("weight seed", str(seed)))


def _initializers(prepared: PreparedRun) -> Cells:
    drawn = _drawn(prepared)
    if drawn and prepared.experiment.repeatable and _affine(prepared):
        for row in INITIALIZERS.values():
            weights = replace(drawn, scheme=row.name)
            yield _redrawn(prepared, weights, drawn, f"{row.title} starting weights", ("scheme", row.name))


def _drawn(prepared: PreparedRun) -> DrawnWeights | None:
    """The weights' draw of the checkpoint; None where it was trained or edited."""
    weights = prepared.experiment.weights
    drawn = initial_weights(prepared.experiment, prepared.checkpoint)
    return weights if drawn["seed"] is not None and isinstance(weights, DrawnWeights) else None


def _redrawn(
    prepared: PreparedRun, weights: DrawnWeights, drawn: DrawnWeights | None, says: str, change: tuple[str, str]
) -> Cell:
    return Cell(says, partial(prepared.with_weights, weights), {"change": list(change)}, weights == drawn)


def _widths(prepared: PreparedRun) -> Cells:
    """The hidden layer, narrower and wider; the numbers that stay are those of the checkpoint."""
    affine = _affine(prepared)
    if len(affine) < 2 or type(prepared.experiment) is not Experiment:
        return
    present = prepared.checkpoint.layers[affine[0]].outputs
    for width in sorted({present, *WIDTHS}):
        if width == present or _can_be_wide(prepared, width):
            prepare = partial(_with_width, prepared, width) if width != present else partial(replace, prepared)
            yield Cell(f"width {width}", prepare, now=width == present)


def _can_be_wide(prepared: PreparedRun, width: int) -> bool:
    """Whether the network takes this width: a layer that passes back M, not Mᵀ, is square."""
    try:
        with_values(prepared.named, {WIDTH: width})
    except BenchError:
        return False
    return True


def _with_width(prepared: PreparedRun, width: int) -> PreparedRun:
    experiment = with_values(prepared.named, {WIDTH: width})
    return replace(prepared, experiment=experiment, checkpoint=experiment.network())


def _inputs(prepared: PreparedRun) -> Cells:
    present = prepared.experiment.inputs
    for row in INPUT_DISTRIBUTIONS.values():
        if not isinstance(present, Table) and _can_be_drawn(prepared, row.name):
            turn = {"change": ["inputs", row.name]}
            yield Cell(f"{row.title} inputs", partial(prepared.with_knobs, inputs=row.name), turn, row.name == present)


def _can_be_drawn(prepared: PreparedRun, inputs: str) -> bool:
    try:
        prepared.with_knobs(inputs=inputs).experiment.points(1)
    except BenchError:
        return False
    return True


VALUES: Mapping[str, Callable[[PreparedRun], Cells]] = {
    ALPHA.name: _alphas, SAMPLES.name: _samples, SEED.name: _seeds, DISTINCT.name: _distinct,
}  # fmt: skip
"""The knobs whose values depend on the run."""


def knob_rows(knobs: Knobs = KNOBS) -> list[Row]:
    """A row for each knob that is an axis, and for how the starting weights are drawn."""
    return [
        *((knob.title, VALUES.get(knob.name, partial(_tried, knob=knob))) for knob in knobs.values() if knob.axis),
        ("Weight seed", _weight_seeds),
        ("Size of the starting weights", _initializers),
        ("Width of the hidden layer", _widths),
        (INPUTS.title, _inputs),
        ("Without one input", _inputs_taken_out),
    ]


# The weights


def _layers(prepared: PreparedRun) -> list[Row]:
    affine = _affine(prepared)
    names = (
        ["Without one weight"] if len(affine) == 1 else [f"Dense layer {k + 1} without one" for k in range(len(affine))]
    )
    return [
        (
            name + _rest(prepared.checkpoint.layers[at]),
            partial(_taken_out, at=at, first=at == affine[0], last=at == affine[-1]),
        )
        for name, at in zip(names, affine, strict=True)
    ]


def _affine(prepared: PreparedRun) -> list[int]:
    return [k for k, layer in enumerate(prepared.checkpoint.layers) if isinstance(layer, AffinityLayer)]


def _rest(layer: AffinityLayer) -> str:
    size = layer.M.size + layer.b.size
    return f", the first {MOST_WEIGHTS} of {size:,}" if size > MOST_WEIGHTS else ""


def _taken_out(prepared: PreparedRun, at: int, first: bool, last: bool) -> Cells:
    names = port_names(prepared.experiment)
    outputs, inputs = prepared.checkpoint.layers[at].M.shape
    for place in range(min(MOST_WEIGHTS, outputs * inputs + outputs)):
        row, column = divmod(place, inputs)
        if place >= outputs * inputs:
            name = f"bias of {names.unit_of(place - outputs * inputs, last=last)}"
        else:
            name = f"weight from {names.source(column, first=first)} to {names.unit_of(row, last=last)}"
        yield Cell(f"without the {name}", partial(without, prepared, at, place))


def _inputs_taken_out(prepared: PreparedRun) -> Cells:
    """Each input without all weights from it, so that the network does not see it."""
    affine, names = _affine(prepared), port_names(prepared.experiment)
    if not affine or prepared.experiment.width < 2:
        return
    outputs, inputs = prepared.checkpoint.layers[affine[0]].M.shape
    for column in range(inputs):
        places = range(column, outputs * inputs, inputs)
        yield Cell(f"without {names.source(column, first=True)}", partial(without, prepared, affine[0], *places))


def without(prepared: PreparedRun, at: int, *places: int) -> PreparedRun:
    """The run in which the weights at these places of layer `at`, counted M row by row and then b, are 0 throughout."""
    network = prepared.checkpoint.copy()
    layer = network.layers[at]
    for place in places:
        array = layer.M if place < layer.M.size else layer.b
        array.flat[place if array is layer.M else place - layer.M.size] = 0.0
    layer.freeze({*layer.frozen, *places})
    return replace(prepared, checkpoint=network)
