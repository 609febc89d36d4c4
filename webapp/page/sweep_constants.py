"""Sweeps for the page's scripts: the knobs that may be axes, and the range that each is offered with."""

from typing import Any

from engine.experiments.knobs import ALPHA, KNOBS, MOMENTUM, NOISE, SAMPLES, SEED, Choice, Knob, Knobs, Switch, Whole
from engine.sweeps.pieces import MOST_AXES, WIDTH
from engine.sweeps.sweep_result import WEIGHT_SEED, axes_of
from webapp.analyses.landscape.axes import values_over
from webapp.sweeps import loss_file, pieces
from webapp.sweeps.results import MOST_CELLS_OF_A_FILE, file_kinds

SEEDS = (0, 99, 100, False)
RANGES = {
    ALPHA.name: (0.001, 1.0, 100, True),
    SEED.name: SEEDS,
    WEIGHT_SEED: SEEDS,
    SAMPLES.name: (100, 1_000, 10, False),
    NOISE.name: (0.0, 1.0, 11, False),
    MOMENTUM.name: (0.0, 0.9, 10, False),
    WIDTH: (1, 16, 16, False),
}
"""From, to, the number of values, and whether they go by a factor; the other knobs have all values of a landscape."""
AT_FIRST = (ALPHA.name, WEIGHT_SEED)
"""The axes that a new sweep is offered with."""


def sweep_constants(knobs: Knobs = KNOBS) -> dict[str, Any]:
    """The axes, a row each, and the limits of sweeps."""
    titles = axes_of(knobs) | {WIDTH: "width"}
    return {
        "axes": [axis_constants(name, title, knobs) for name, title in titles.items()],
        "first": list(AT_FIRST),
        "seeds": [SEED.name, WEIGHT_SEED],
        "mostAxes": MOST_AXES,
        "files": list(file_kinds()),
        "mostOfFile": MOST_CELLS_OF_A_FILE,
        "mostOfMap": pieces.WHOLE_IN_PAGE,
        "mostOfPart": loss_file.MOST_RUNS,
    }


def axis_constants(name: str, title: str, knobs: Knobs) -> dict[str, Any]:
    """An axis: its title, whether its values are whole numbers, and a range, or the words that it may have."""
    knob = knobs.get(SEED.name if name == WEIGHT_SEED else name)
    row: dict[str, Any] = {"name": name, "title": title, "whole": knob is None or isinstance(knob.kind, Whole)}
    if knob is not None and isinstance(knob.kind, Choice | Switch):
        return row | {"words": [knob.kind.text(value) for value in values_over(knob)]}
    low, high, count, by_factor = RANGES[name] if name in RANGES else _range_of(knobs[name])
    return row | {"from": low, "to": high, "count": count, "log": by_factor}


def _range_of(knob: Knob) -> tuple[Any, Any, int, bool]:
    """The whole range of a knob; from its least value above 0 where its values go by factors."""
    values = [value for value in values_over(knob) if value or not knob.axis_values]
    return values[0], values[-1], len(values), bool(knob.axis_values)
