"""The axes of both maps for the page's scripts: their words, values on the landscape, and the ranges for a sweep."""

from typing import Any

from engine.experiments.knobs import KNOBS, Knobs, Number, Whole
from engine.sweeps.axes import GRID_AXES, Axis, axes_of, values_over
from webapp.analyses.landscape.axes import MARKS, landscape_axes


def axis_constants(knobs: Knobs = KNOBS) -> list[dict[str, Any]]:
    """A row for each axis.

    `cells` is the number of its values on the landscape, null where it has none there, and `values` has these, but for
    the axes whose values have a rule of their own; `marks` are marked along it. `ends` are those of a knob that takes
    any number, null for others. A sweep is offered the numbers `from` … `to`, or the `words`.
    """
    return [axis_row(axis, knobs) for axis in axes_of(knobs).values()]


def axis_row(axis: Axis, knobs: Knobs) -> dict[str, Any]:
    """The row of an axis."""
    landscape = landscape_axes(knobs).get(axis.name)
    values = landscape and list(landscape.values(0))
    row = {
        "name": axis.name,
        "title": axis.title,
        "unit": axis.unit,
        "seed": axis.is_seed,
        "whole": isinstance(axis.kind, Whole),
        "ends": [axis.kind.low, axis.kind.high] if isinstance(axis.kind, Number) else None,
        "cells": values and len(values),
        "values": None if axis.name in GRID_AXES else values,
        "marks": list(MARKS.get(axis.name, ())),
    }
    if axis.offered is None:
        return row | {"words": [axis.kind.text(value) for value in values_over(knobs[axis.name])]}
    low, high, count, by_factor = axis.offered
    return row | {"from": low, "to": high, "count": count, "log": by_factor}
