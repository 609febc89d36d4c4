"""The answers of the network to the rows of a table at one step: how many are right, and which rows are not.

Of classes the page gets the confusion matrix of each set and the rows of the cell that it has opened; of numbers what
is predicted and what is true. Outputs are shown as the maps show them, and numbers in the unit of the table.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.numerics import FloatArray
from engine.data.prepared_table import PreparedTable
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment
from engine.scoring import Judged, are_one_hot
from engine.scoring.answers import RowAnswers, in_units, row_answers
from engine.training.network import Network
from webapp.base.format import COLUMN_POWERS_FROM, column_number, number, percent_of, two_decimals
from webapp.bench.requests import HELD_OUT_SET, LEARNED_SET, AnswerOptions, MapOptions
from webapp.figures.encode import packed
from webapp.responses.input_domain import InputDomain
from webapp.responses.rows.lines import lines_at
from webapp.responses.rows.pictures import pictures_of
from webapp.responses.step_view import StepView

MOST_WORK, MOST_HELD_WORK = 1_000_000_000, 20_000_000
"""The most numbers moved, as `kernel.work` counts them, for all rows together: at rest, and while a knob is held."""
TOO_LONG = "This network takes too long to answer all rows of this table."
MOST_LISTED = 100
"""The most rows of a cell that are listed."""
MOST_POINTS = 1_000
"""The most rows of a set that are drawn as points, evenly through the table."""
FARTHEST = 5
LEFT_OUT = "left-out"
"""The set of a row that is in no other."""
MANY_ROWS = 1_000
"""From so many rows on the line under the plot has a share of them that is right, and not their number."""
LEAST_SURE = 3


def affords_answers(experiment: Experiment, network: Network, *, held: bool = False) -> bool:
    """Whether the network may answer all rows of the table: while a knob is `held`, in a moment."""
    if experiment.table is None or not experiment.repeatable:
        return False
    work = len(experiment.table.table.inputs) * kernel.work(network.layers, experiment.width)
    return work <= (MOST_HELD_WORK if held else MOST_WORK)


def answers_at(
    experiment: Experiment,
    network: Network,
    x: FloatArray,
    options: AnswerOptions,
    *,
    held: bool = False,
    made: tuple[RowAnswers, RowAnswers | None] | None = None,
) -> dict[str, Any] | None:
    """The answers at a step, where `x` is probed; those that are `made` already need no pass through the network.

    None while a knob is held and they take too long; at rest then a sentence, `none`.
    """
    table = experiment.table
    if table is None or not affords_answers(experiment, network, held=held):
        return None if held or table is None else {"none": TOO_LONG}
    learned, held_out = made or row_answers(experiment, network)
    sets = {LEARNED_SET: learned} | ({} if held_out is None else {HELD_OUT_SET: held_out})
    chosen = options.chosen if options.chosen in sets else LEARNED_SET
    found = _answers_in_form(experiment, table, network, options, sets, (chosen, x))
    return found | pictures_of(experiment, _rows_listed(found))


def _answers_in_form(
    experiment: Experiment,
    table: PreparedTable,
    network: Network,
    options: AnswerOptions,
    sets: Mapping[str, RowAnswers],
    shown: tuple[str, FloatArray],
) -> dict[str, Any]:
    """The answers as the page wants them: lines along an input, the rows of a cell, or points; `shown` are the set
    and the probed input."""
    (chosen, x), domain = shown, InputDomain(experiment)
    common: dict[str, Any] = {
        "set": chosen,
        "sets": {name: _set_of(part) for name, part in sets.items()},
        "row": _row_note(experiment, table, domain, network, (options.row, x)),
    }
    if options.along is not None:
        row = None if common["row"] is None else common["row"]["number"] - 1
        return common | {"lines": lines_at(experiment, table, network, options.along, options.output, row)}
    if are_one_hot(table.table.arrays[1]):
        return common | {"cell": _cell_rows(sets[chosen], options.cell, domain)}
    return common | {"points": {name: _points(table, part) for name, part in sets.items()}, "far": _far(table, sets)}


def _rows_listed(answers: Mapping[str, Any]) -> list[int]:
    """The rows, from 1, that a page lists of these answers."""
    cell, row = answers.get("cell") or {"rows": [], "unsure": []}, answers["row"]
    listed = [number for number, *_ in (*cell["rows"], *cell["unsure"], *answers.get("far", []))]
    return listed + ([] if row is None else [row["number"]])


def answers_of_view(
    view: StepView, options: MapOptions, made: tuple[RowAnswers, RowAnswers | None] | None = None
) -> dict[str, Any]:
    """The answers at the step of a view, as a part of a response; empty where no page wants them."""
    if options.answers is None:
        return {}
    found = answers_at(view.experiment, view.network, view.x, options.answers, held=options.held, made=made)
    return {} if found is None else {"answers": found}


def _set_of(part: RowAnswers) -> dict[str, Any]:
    """The score of a set, in numbers and in words, and that of one answer for all."""
    score, constant = part.judged, part.constant
    if score.right is not None:
        return {
            "rows": score.rows,
            "right": score.right,
            "confusion": score.confusion,
            "one": f"{constant.right:,} of {score.rows:,}",
        }
    return {
        "rows": score.rows,
        "r2": None if score.r2 is None else two_decimals(score.r2),
        "error": _rounded(score.mean_error),
        "one": _rounded(constant.mean_error),
    }


def _rounded(value: float | None) -> str:
    return "" if value is None else number(value, 2, COLUMN_POWERS_FROM)


def _cell_rows(part: RowAnswers, cell: tuple[int, int] | None, domain: InputDomain) -> dict[str, Any] | None:
    """The rows of a cell, and of a wrong one the least sure of those of its class that are right."""
    if cell is None or max(cell) >= part.T.shape[1]:
        return None
    wanted, answered = cell
    places, right = part.of_cell(wanted, answered), part.of_cell(wanted, wanted)
    return {
        "at": list(cell),
        "count": len(places),
        "rows": _listed(part, places[:MOST_LISTED], answered, domain),
        "right": len(right),
        "unsure": [] if wanted == answered else _listed(part, right[:LEAST_SURE], wanted, domain),
    }


def _listed(part: RowAnswers, places: NDArray[np.int64], answered: int, domain: InputDomain) -> list[list[Any]]:
    """The number of each row, from 1, and what it has for the answer."""
    outputs = domain.shown(part.Y[places])[:, answered]
    return [[row + 1, _finite(value)] for row, value in zip(part.rows[places].tolist(), outputs.tolist(), strict=True)]


def _points(table: PreparedTable, part: RowAnswers) -> dict[str, Any]:
    """Row numbers, from 1, with what is true and what is predicted of the first output, evenly thinned."""
    count = len(part.rows)
    places = np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))
    true, said = table.table.arrays[1][part.rows[places], 0], in_units(table, part.Y[places])[:, 0]
    return {"rows": packed(part.rows[places] + 1, "i4"), "true": packed(true, "f8"), "said": packed(said)}


def _far(table: PreparedTable, sets: Mapping[str, RowAnswers]) -> list[list[Any]]:
    """The rows that are farthest off: number, what is true, what is predicted."""
    found: list[tuple[float, int, float, float]] = []
    for part in sets.values():
        true, said = table.table.arrays[1][part.rows, 0], in_units(table, part.Y)[:, 0]
        off = np.nan_to_num(np.abs(said - true), nan=np.inf)
        farthest = np.argsort(-off, kind="stable")[:FARTHEST]
        found += zip(*(array[farthest].tolist() for array in (-off, part.rows, true, said)), strict=True)
    return [[row + 1, true, _finite(said)] for _, row, true, said in sorted(found)[:FARTHEST]]


def _row_note(
    experiment: Experiment,
    table: PreparedTable,
    domain: InputDomain,
    network: Network,
    asked: tuple[int | None, FloatArray],
) -> dict[str, Any] | None:
    """One row: its set, its numbers as the table has them and as the network takes them, its target and the answer.

    It is the wanted one, from 1, or the first that has the probed inputs; never a test row.
    """
    wanted, x = asked
    parts = zip((LEARNED_SET, HELD_OUT_SET), table.rows, (table.learned, table.held_out_samples), strict=False)
    for part, rows, (X, T) in parts:
        places = np.flatnonzero((x == X).all(axis=1) if wanted is None else rows == wanted - 1)
        if len(places):
            row = int(rows[places[0]])
            name = LEFT_OUT if row + 1 in experiment.without else part
            return _note(table, domain, network, (name, row), (X[places[:1]], T[places[:1]]))
    return None


def _note(
    table: PreparedTable, domain: InputDomain, network: Network, row: tuple[str, int], sample: Samples
) -> dict[str, Any]:
    (name, at), (X, T), (inputs, targets), (years, _) = row, sample, table.table.arrays, table.table.years
    with np.errstate(all="ignore"):
        output = domain.shown(network.respond(X))
    is_class = are_one_hot(targets)
    said = output if is_class else in_units(table, output)
    return {
        "number": at + 1,
        "set": name,
        "inputs": [column_number(x, year=k in years) for k, x in enumerate(inputs[at].tolist())],
        "x": packed(X[0], "f8"),
        "said": list(map(_finite, said[0].tolist())),
        "true": int(np.argmax(T[0])) if is_class else targets[at].tolist(),
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def score_words(parts: Sequence[RowAnswers | None]) -> list[list[str]]:
    """The scores of learned and held-out rows for the line under the plot, each with its name."""
    scored = [part.judged for part in parts if part is not None]
    in_percent = max(judged.rows for judged in scored) >= MANY_ROWS
    names = ["Right", "held out"] if scored[0].right is not None else ["R²", "held out"]
    return [[name, _score_text(score, in_percent=in_percent)] for name, score in zip(names, scored, strict=False)]


def _score_text(score: Judged, *, in_percent: bool) -> str:
    if score.right is not None:
        if in_percent:
            return f"{percent_of(score.right, score.rows):.1f} %"
        return f"{score.right:,} of {score.rows:,}"
    return "—" if score.r2 is None else two_decimals(score.r2)
