"""The plan of a landscape: which two knobs it lies over, and all their values.

The server owns the values, so that a page asks for cells by their numbers, and every α is one that its slider can give.
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

POSITIONS = tuple(round(0.1 + 0.015 * k, 3) for k in range(61))
"""Where on its slider α is tried: below, nothing is learned."""

COUNT = 32
"""How many samples or seeds are tried."""

Values = tuple[float, ...]


@dataclass(frozen=True)
class Knob:
    """A knob as an axis: how its values follow from a number, what that number may be, and how they are ticked."""

    values: Callable[[int], Values]
    largest: int
    axis: Callable[[Values], Axis]


def _alpha_axis(values: Values) -> Axis:
    cell = (POSITIONS[-1] - POSITIONS[0]) / (len(values) - 1)
    words = {0.01: ".01", 0.03: ".03", 0.1: ".1", 0.25: ".25", 0.5: ".5"}
    places = tuple((position_of(alpha) - POSITIONS[0]) / cell for alpha in words)
    return Axis(AXES["alpha"], len(values), places, tuple(words.values()))


def _counted(name: str) -> Callable[[Values], Axis]:
    return lambda values: counted_axis(AXES[name], [int(value) for value in values])


def _seeds_from(first: int) -> Values:
    return tuple(range(first, first + COUNT))


KNOBS: Mapping[str, Knob] = {
    "alpha": Knob(lambda _: tuple(map(alpha_at, POSITIONS)), 0, _alpha_axis),
    "samples": Knob(
        lambda most: tuple(max(1, round(most * (k + 1) / COUNT)) for k in range(COUNT)),
        SAMPLES_LIMIT,
        _counted("samples"),
    ),
    "seed": Knob(_seeds_from, LARGEST_SEED - COUNT + 1, _counted("seed")),
    "weight_seed": Knob(_seeds_from, LARGEST_SEED - COUNT + 1, _counted("weight_seed")),
}
"""A row for each knob that a landscape may lie over; alpha's values are always the same, samples go up to the number,
seeds go on from it."""


@dataclass(frozen=True)
class LandscapeAxes:
    """The map that a page fills: its two knobs with all their values, and the loss whose steps are counted."""

    x: str
    y: str
    values: Mapping[str, Values]
    reaching: float | None

    def figure(self, theme: str) -> dict[str, Any]:
        """The map without its numbers."""
        x, y = (KNOBS[name].axis(self.values[name]) for name in (self.x, self.y))
        return landscape_figure(x, y, THEMES[theme]) | {"config": GRAPH_CONFIG}


def read_axes(plain: object) -> LandscapeAxes:
    """{"x": a knob, "y": another, "from": [the number of x's values, of y's], "reaching": a loss or null}."""
    body = exactly(plain, {"x", "y", "from", "reaching"})
    x, y = one_of(body["x"], KNOBS), one_of(body["y"], KNOBS)
    starts = body["from"]
    if x == y or not isinstance(starts, list) or len(starts) != 2:
        raise Malformed("A landscape lies over two knobs.")
    numbers = [whole_upto(start, KNOBS[name].largest) for name, start in zip((x, y), starts, strict=True)]
    values = {name: KNOBS[name].values(number) for name, number in zip((x, y), numbers, strict=True)}
    return LandscapeAxes(x, y, values, None if body["reaching"] is None else float(finite(body["reaching"])))
