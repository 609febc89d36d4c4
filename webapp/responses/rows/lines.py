"""Lines: rows of a table, each with its answer along one input, while all else stays the row's own.

A line is pale where no learned row is near.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.data.prepared_table import PreparedTable
from engine.experiments.experiment import Experiment
from engine.scoring import are_one_hot
from engine.scoring.answers import in_units
from engine.training.network import Network
from webapp.figures.encode import packed
from webapp.responses.input_domain import InputDomain

LINES = 30
POINTS = 61
OPAQUE = 255
MOST_DISTANCES = 40_000_000
"""The most differences of numbers that are taken to say where rows are near; beyond, no line is pale."""


def lines_at(
    experiment: Experiment, table: PreparedTable, network: Network, along: int, output: int, row: int | None
) -> dict[str, Any] | None:
    """The lines over an input of the learned rows, evenly through the table; the first is that of the `row`, from 0, if
    there is one. None where the network has no such input or output."""
    if along >= table.table.width or output >= table.table.outputs:
        return None
    rows = np.concatenate([[] if row is None else [row], _evenly(table.rows.learned)]).astype(np.int64)
    domain, X = InputDomain(experiment), table.arrays[0][rows]
    low, high = _span(table, along)
    own = table.table.arrays[0][rows, along]
    points = np.repeat(X, POINTS, axis=0)
    points[:, along] = np.tile(np.linspace(low, high, POINTS), len(rows))
    with np.errstate(all="ignore"):
        curves, said = (_shown(table, domain, network.respond(inputs))[:, output] for inputs in (points, X))
    return {
        "along": along,
        "output": output,
        "ends": domain.in_own_numbers([(low, high)], [along])[0],
        "chosen": row is not None,
        "rows": packed(rows + 1, "i4"),
        "classes": np.argmax(table.table.arrays[1][rows], axis=1).tolist(),
        "own": packed(own),
        "said": packed(said),
        "curves": packed(curves),
        "opacity": packed(np.round(OPAQUE * _opacity(table, points)), "u1"),
    }


def _evenly(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    count = min(LINES, len(rows))
    some: NDArray[np.int64] = rows[((np.arange(count) + 0.5) * len(rows) / count).astype(int)]
    return some


def _span(table: PreparedTable, along: int) -> tuple[float, float]:
    """The range of an input outside the test rows; of one that is constant a little more."""
    numbers = np.concatenate([X[:, along] for X, _ in (table.learned, table.held_out_samples) if len(X)])
    low, high = float(numbers.min()), float(numbers.max())
    return (low, high) if low < high else (low - 1.0, high + 1.0)


def _shown(table: PreparedTable, domain: InputDomain, outputs: FloatArray) -> FloatArray:
    return domain.shown(outputs) if are_one_hot(table.table.arrays[1]) else in_units(table, outputs)


def _opacity(table: PreparedTable, points: FloatArray) -> FloatArray:
    if len(points) * table.learned[0].size > MOST_DISTANCES:
        return np.ones(len(points))
    return table.nearness.opacity(points)
