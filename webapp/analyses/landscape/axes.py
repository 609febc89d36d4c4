"""The axes of a landscape: the two knobs that it lies over, and all their values.

The server owns the values, so that a page names cells by their numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.data.inputs import LARGEST_SEED, SAMPLES_LIMIT
from engine.experiments.knobs import ALPHA, KNOBS, SAMPLES, SEED, Knob, Knobs
from engine.sweeps.axes import COUNT, WEIGHT_SEED, Values, axes_of, values_over
from webapp.base.validation import Malformed, exactly, finite, one_of, whole_upto, yes_or_no
from webapp.bench.knob_values import alpha_at

POSITIONS = tuple(round(0.1 + 0.015 * k, 3) for k in range(61))
"""The positions on its slider at which α is tried: below, nothing is learned."""

ALPHAS = tuple(float(f"{alpha_at(position):.2e}") for position in POSITIONS)
"""The values of α, in the three digits that the page writes: an α that it names, typed in, gives that very run."""

LEAST_LAST_SAMPLES = 1_000
"""The least upper end of the samples axis; it is the run's own number where that is more."""

MARKS = {ALPHA.name: (0.01, 0.03, 0.1, 0.25, 0.5)}
"""The values that are marked along axes whose values follow a scale of their own."""


@dataclass(frozen=True)
class LandscapeAxis:
    """The values of a knob as an axis follow from a number, which is checked."""

    values: Callable[[int], Values]
    largest: int = 0


def _seeds_from(first: int) -> Values:
    return tuple(range(first, first + COUNT))


def landscape_axes(knobs: Knobs = KNOBS) -> dict[str, LandscapeAxis]:
    """An axis for each knob that a landscape may lie over, in the order of a sweep's axes.

    α's values are always the same, and so are those of the knobs without a rule of their own; samples go up to the
    number, seeds go on from it.
    """
    seeds = LandscapeAxis(_seeds_from, LARGEST_SEED - COUNT + 1)
    axes = {
        ALPHA.name: LandscapeAxis(lambda _: ALPHAS),
        SEED.name: seeds,
        SAMPLES.name: LandscapeAxis(
            lambda most: tuple(max(1, round(most * (k + 1) / COUNT)) for k in range(COUNT)), SAMPLES_LIMIT
        ),
        WEIGHT_SEED: seeds,
    }
    known = [name for name, axis in axes_of(knobs).items() if axis.keeps_layers]
    return {name: axes[name] if name in axes else _axis_over(knobs[name]) for name in known}


def _axis_over(knob: Knob) -> LandscapeAxis:
    """The knob's whole range, always the same values."""
    return LandscapeAxis(lambda _: values_over(knob))


@dataclass(frozen=True)
class LandscapeAxes:
    """The map that a page fills: its two knobs with all their values, the loss whose steps are counted, and whether the
    answers of each run are scored."""

    x: str
    y: str
    values: Mapping[str, Values]
    reaching: float | None
    scored: bool
    axes: Mapping[str, LandscapeAxis]


def read_axes(plain: object, knobs: Knobs = KNOBS) -> LandscapeAxes:
    """{"x": a knob, "y": another, "from": [the number of x's values, of y's], "reaching": a loss or null, "scored":
    whether runs are scored}."""
    body = exactly(plain, {"x", "y", "from", "reaching", "scored"})
    axes = landscape_axes(knobs)
    x, y = one_of(body["x"], axes), one_of(body["y"], axes)
    starts = body["from"]
    if x == y or not isinstance(starts, list) or len(starts) != 2:
        raise Malformed("A landscape lies over two knobs.")
    numbers = [whole_upto(start, axes[name].largest) for name, start in zip((x, y), starts, strict=True)]
    values = {name: axes[name].values(number) for name, number in zip((x, y), numbers, strict=True)}
    reaching = None if body["reaching"] is None else float(finite(body["reaching"]))
    return LandscapeAxes(x, y, values, reaching, yes_or_no(body["scored"]), axes)
