"""Rows of a table as pictures, and the rows that a hidden unit answers most to."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from engine.data.prepared_table import PreparedTable
from engine.experiments.experiment import Experiment
from engine.experiments.picture import Picture, picture_of
from engine.experiments.port_names import port_names
from engine.training.network import Network
from webapp.bench.requests import UnitPlace
from webapp.figures.encode import packed

MOST_ROWS = 8
"""The rows that a unit answers most to."""
DARKEST = 255


def picture_shape(experiment: Experiment) -> Picture | None:
    """The picture that the inputs of a table make, if they make one."""
    names = port_names(experiment)
    return picture_of(names.inputs) if names.given and experiment.table is not None else None


def pictures_of(experiment: Experiment, rows: Iterable[int]) -> dict[str, Any]:
    """These rows, from 1, as pictures: a byte a pixel, 255 for the greatest number of the rows that are no test.
    Nothing of a table whose rows are none."""
    table, shape = experiment.table, picture_shape(experiment)
    wanted = sorted(set(rows))
    if table is None or shape is None or not wanted:
        return {}
    numbers = table.table.arrays[0]
    low, high = _range(table)
    shares = (numbers[np.array(wanted) - 1][:, shape.cells] - low) / ((high - low) or 1.0)
    pixels = packed(np.round(DARKEST * np.clip(shares, 0.0, 1.0)).ravel(), "u1")
    return {"pictures": {"rows": wanted, "pixels": pixels}}


def rows_of_unit(experiment: Experiment, network: Network, unit: UnitPlace | None) -> dict[str, Any]:
    """The learned rows that a unit answers most to, the highest first, and their pictures; nothing of other tables."""
    table = experiment.table
    if unit is None or table is None or picture_shape(experiment) is None:
        return {}
    answers = next((values for at, values in enumerate(network.responses(table.learned[0])) if at == unit[0]), None)
    if answers is None or unit[1] >= answers.shape[1]:
        return {}
    values = np.nan_to_num(answers[:, unit[1]], nan=-np.inf)
    most = np.argsort(-values, kind="stable")[:MOST_ROWS]
    rows = (table.rows.learned[most] + 1).tolist()
    return {"most": {"rows": rows} | pictures_of(experiment, rows)}


def _range(table: PreparedTable) -> tuple[float, float]:
    """The least and the greatest number of the rows that may be seen."""
    open_rows = np.concatenate([table.rows.learned, table.rows.held_out])
    numbers = table.table.arrays[0][open_rows]
    return float(numbers.min()), float(numbers.max())
