"""Sweeps for the page's scripts: the axes that a new one begins with, and limits."""

from typing import Any

from engine.experiments.knobs import ALPHA
from engine.sweeps.axes import WEIGHT_SEED
from engine.sweeps.pieces import MOST_AXES
from webapp.sweeps import loss_file, pieces
from webapp.sweeps.results import MOST_CELLS_OF_A_FILE, file_kinds

AT_FIRST = (ALPHA.name, WEIGHT_SEED)
"""The axes that a new sweep is offered with."""


def sweep_constants() -> dict[str, Any]:
    """The limits of sweeps, and the axes of a new one."""
    return {
        "first": list(AT_FIRST),
        "mostAxes": MOST_AXES,
        "files": list(file_kinds()),
        "mostOfFile": MOST_CELLS_OF_A_FILE,
        "mostOfMap": pieces.WHOLE_IN_PAGE,
        "mostOfPart": loss_file.MOST_RUNS,
    }
