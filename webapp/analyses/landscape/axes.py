"""The axes of a landscape: its two knobs, and all their values.

The server chooses the values. The page refers to them by number, and every α is one that its slider can select.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.data.inputs import LARGEST_SEED, SAMPLES_LIMIT
from engine.sweeps.sweep_result import AXES
from webapp.base.theme import GRAPH_CONFIG, THEMES
from webapp.base.validation import Malformed, exactly, finite, one_of, whole_upto
from webapp.bench.knob_values import alpha_at, position_of
from webapp.figures.landscape import Axis, counted_axis, landscape_figure

ALPHA_POSITIONS = tuple(round(0.1 + 0.015 * k, 3) for k in range(61))
"""The positions of α's slider on its axis; below them, nothing is learned."""

VALUES_PER_AXIS = 32
"""How many numbers of samples, or seeds, an axis has."""

Values = tuple[float, ...]


@dataclass(frozen=True)
class AxisKnob:
    """A knob as an axis: its values as a function of a number, the largest such number, and its ticks."""

    values: Callable[[int], Values]
    largest: int
    axis: Callable[[Values], Axis]


def _alpha_axis(values: Values) -> Axis:
    cell = (ALPHA_POSITIONS[-1] - ALPHA_POSITIONS[0]) / (len(values) - 1)
    labels = {0.01: ".01", 0.03: ".03", 0.1: ".1", 0.25: ".25", 0.5: ".5"}
    ticks_at = tuple((position_of(alpha) - ALPHA_POSITIONS[0]) / cell for alpha in labels)
    return Axis(AXES["alpha"], len(values), ticks_at, tuple(labels.values()))


def _counted(name: str) -> Callable[[Values], Axis]:
    return lambda values: counted_axis(AXES[name], [int(value) for value in values])


def _seeds_from(first: int) -> Values:
    return tuple(range(first, first + VALUES_PER_AXIS))


AXIS_KNOBS: Mapping[str, AxisKnob] = {
    "alpha": AxisKnob(lambda _: tuple(map(alpha_at, ALPHA_POSITIONS)), 0, _alpha_axis),
    "samples": AxisKnob(
        lambda most: tuple(max(1, round(most * (k + 1) / VALUES_PER_AXIS)) for k in range(VALUES_PER_AXIS)),
        SAMPLES_LIMIT,
        _counted("samples"),
    ),
    "seed": AxisKnob(_seeds_from, LARGEST_SEED - VALUES_PER_AXIS + 1, _counted("seed")),
    "weight_seed": AxisKnob(_seeds_from, LARGEST_SEED - VALUES_PER_AXIS + 1, _counted("weight_seed")),
}
"""The knobs that can be axes. α has always the same values; samples go up to the number, and seeds start at it."""


@dataclass(frozen=True)
class LandscapeAxes:
    """The map that a page fills: its two knobs with all their values, and the loss to which steps are counted."""

    x: str
    y: str
    values: Mapping[str, Values]
    reaching: float | None

    def figure(self, theme: str) -> dict[str, Any]:
        """The figure of the map, without numbers."""
        x, y = (AXIS_KNOBS[name].axis(self.values[name]) for name in (self.x, self.y))
        return landscape_figure(x, y, THEMES[theme]) | {"config": GRAPH_CONFIG}


def read_landscape_axes(plain: object) -> LandscapeAxes:
    """{"x": a knob, "y": another, "from": [the number of x's values, of y's], "reaching": a loss or null}."""
    body = exactly(plain, {"x", "y", "from", "reaching"})
    x, y = one_of(body["x"], AXIS_KNOBS), one_of(body["y"], AXIS_KNOBS)
    starts = body["from"]
    if x == y or not isinstance(starts, list) or len(starts) != 2:
        raise Malformed("A landscape lies over two knobs.")
    numbers = [whole_upto(start, AXIS_KNOBS[name].largest) for name, start in zip((x, y), starts, strict=True)]
    values = {name: AXIS_KNOBS[name].values(number) for name, number in zip((x, y), numbers, strict=True)}
    return LandscapeAxes(x, y, values, None if body["reaching"] is None else float(finite(body["reaching"])))
