"""The axes of a landscape: the two knobs that it lies over, and all their values.

The server owns the values, so that a page names cells by their numbers.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.data.inputs import LARGEST_SEED, SAMPLES_LIMIT
from engine.experiments.knobs import ALPHA, KNOBS, SAMPLES, SEED, Knob, Knobs
from engine.sweeps.axes import COUNT, WEIGHT_SEED, Values, axes_of, values_over
from webapp.base.theme import GRAPH_CONFIG, THEMES
from webapp.base.validation import Malformed, exactly, finite, one_of, whole_upto
from webapp.bench.knob_values import alpha_at, position_of
from webapp.bench.narration import shown_value
from webapp.figures.landscape import Axis, counted_axis, landscape_figure, titled_axis

POSITIONS = tuple(round(0.1 + 0.015 * k, 3) for k in range(61))
"""The positions on its slider at which α is tried: below, nothing is learned."""

ALPHAS = tuple(float(f"{alpha_at(position):.2e}") for position in POSITIONS)
"""The values of α, in the three digits that the page writes: an α that it names, typed in, gives that very run."""

LEAST_LAST_SAMPLES = 1_000
"""The least upper end of the samples axis; it is the run's own number where that is more."""

NEAREST_TICKS, FEWEST_POWERS = 2, 3
"""The least distance of a tick from the first, in cells, and the fewest powers of ten that make ticks by powers."""


@dataclass(frozen=True)
class LandscapeAxis:
    """A knob as an axis: its values follow from a number, which is checked, and it has ticks."""

    values: Callable[[int], Values]
    largest: int
    axis: Callable[[Values], Axis]


def _alpha_axis(values: Values) -> Axis:
    cell = (POSITIONS[-1] - POSITIONS[0]) / (len(values) - 1)
    words = {0.01: ".01", 0.03: ".03", 0.1: ".1", 0.25: ".25", 0.5: ".5"}
    places = tuple((position_of(alpha) - POSITIONS[0]) / cell for alpha in words)
    return Axis(ALPHA.axis, len(values), places, tuple(words.values()))


def _counted(title: str) -> Callable[[Values], Axis]:
    return lambda values: counted_axis(title, [int(value) for value in values])


def _seeds_from(first: int) -> Values:
    return tuple(range(first, first + COUNT))


def landscape_axes(knobs: Knobs = KNOBS) -> dict[str, LandscapeAxis]:
    """An axis for each knob that a landscape may lie over, in the order of a sweep's axes.

    α's values are always the same, and so are those of the knobs without a rule of their own; samples go up to the
    number, seeds go on from it.
    """
    known = {name: axis for name, axis in axes_of(knobs).items() if axis.keeps_layers}
    axes = {
        ALPHA.name: LandscapeAxis(lambda _: ALPHAS, 0, _alpha_axis),
        SEED.name: LandscapeAxis(_seeds_from, LARGEST_SEED - COUNT + 1, _counted(SEED.axis)),
        SAMPLES.name: LandscapeAxis(
            lambda most: tuple(max(1, round(most * (k + 1) / COUNT)) for k in range(COUNT)),
            SAMPLES_LIMIT,
            _counted(SAMPLES.axis),
        ),
        WEIGHT_SEED: LandscapeAxis(_seeds_from, LARGEST_SEED - COUNT + 1, _counted(known[WEIGHT_SEED].title)),
    }
    return {name: axes[name] if name in axes else _axis_over(knobs[name]) for name in known}


def _axis_over(knob: Knob) -> LandscapeAxis:
    """The knob's whole range, always the same values."""
    return LandscapeAxis(lambda _: values_over(knob), 0, lambda values: _axis_of(knob, values))


def _axis_of(knob: Knob, values: Values) -> Axis:
    """An axis with ticks at powers of ten where the values go by them, else at even distances."""
    words = [shown_value(knob, value) for value in values]
    powers = [place for place, value in enumerate(values) if knob.axis_values and math.log10(value or 1.0).is_integer()]
    places = [place for place in powers if place == 0 or place >= NEAREST_TICKS]
    if len(places) < FEWEST_POWERS:
        return titled_axis(knob.axis, words)
    return Axis(knob.axis, len(values), tuple(places), tuple(words[place] for place in places))


@dataclass(frozen=True)
class LandscapeAxes:
    """The map that a page fills: its two knobs with all their values, and the loss whose steps are counted."""

    x: str
    y: str
    values: Mapping[str, Values]
    reaching: float | None
    axes: Mapping[str, LandscapeAxis]

    def figure(self, theme: str) -> dict[str, Any]:
        """The map without its numbers."""
        x, y = (self.axes[name].axis(self.values[name]) for name in (self.x, self.y))
        return landscape_figure(x, y, THEMES[theme]) | {"config": GRAPH_CONFIG}


def read_axes(plain: object, knobs: Knobs = KNOBS) -> LandscapeAxes:
    """{"x": a knob, "y": another, "from": [the number of x's values, of y's], "reaching": a loss or null}."""
    body = exactly(plain, {"x", "y", "from", "reaching"})
    axes = landscape_axes(knobs)
    x, y = one_of(body["x"], axes), one_of(body["y"], axes)
    starts = body["from"]
    if x == y or not isinstance(starts, list) or len(starts) != 2:
        raise Malformed("A landscape lies over two knobs.")
    numbers = [whole_upto(start, axes[name].largest) for name, start in zip((x, y), starts, strict=True)]
    values = {name: axes[name].values(number) for name, number in zip((x, y), numbers, strict=True)}
    return LandscapeAxes(x, y, values, None if body["reaching"] is None else float(finite(body["reaching"])), axes)
