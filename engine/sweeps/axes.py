"""The axes that a sweep may lie over: knobs of the table, the seed of the first weights, the width of the hidden layer.

An axis has a title, the values that it takes, those that it is offered with, and the fields of an experiment that one
of them changes.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from engine.base.numerics import as_plain
from engine.errors import ExperimentError, OutOfRangeError
from engine.experiments.edits import set_width
from engine.experiments.experiment import Affinity, Experiment
from engine.experiments.knobs import (
    ALPHA,
    KNOBS,
    MOMENTUM,
    NOISE,
    SAMPLES,
    SEED,
    Choice,
    Kind,
    Knob,
    Knobs,
    Number,
    Seed,
    Switch,
    Whole,
)
from engine.sweeps.grid import with_weight_seed

WEIGHT_SEED, WIDTH = "weight_seed", "width"
GRID_AXES = (ALPHA.name, SEED.name, SAMPLES.name, WEIGHT_SEED)
"""The axes that a grid of runs has, in their order; every other knob is swept value after value."""
WIDEST = 64
MOST_VALUES = 100_000
"""The most values of one axis."""
COUNT = 32
"""The most values all over the range of a knob."""

Values = tuple[Any, ...]


class Range(NamedTuple):
    """Numbers from the least to the greatest; evenly, or each a factor above the one before."""

    low: float
    high: float
    number: int
    by_factor: bool = False


SEEDS = Range(0, 99, 100)
RANGES = {
    ALPHA.name: Range(0.001, 1.0, 100, by_factor=True),
    SEED.name: SEEDS,
    SAMPLES.name: Range(100, 1_000, 10),
    NOISE.name: Range(0.0, 1.0, 11),
    MOMENTUM.name: Range(0.0, 0.9, 10),
}
"""The ranges that knobs are offered with; the others have all of their values."""


class Axis(ABC):
    """An axis of a sweep."""

    name: str
    """Its name in a plan."""
    title: str
    """Its name in the middle of a sentence."""
    kind: Kind
    """The values that it takes."""
    unit = ""
    """The unit that a picture writes beside its title."""
    is_seed = False
    """Whether runs along it differ by luck alone."""
    keeps_layers = True
    """Whether the network of a run with one of its values has the layers of any other."""

    offered: Range | None
    """The numbers that it is offered with; None for words, which are all offered."""

    @abstractmethod
    def changes(self, experiment: Experiment, value: Any) -> dict[str, Any]:
        """The fields of an experiment that this value changes."""

    def checked(self, _: Experiment, values: Values) -> Values:
        """The values as the experiment holds them; OutOfRangeError or ExperimentError, in a sentence."""
        if len(values) < 2:
            raise OutOfRangeError(f"The axis {self.title} has one value. Give it two or more, or leave it out.")
        self.check_count(len(values))
        whole = isinstance(self.kind, Whole)
        found = tuple(self.kind.check(as_whole(value) if whole else value) for value in values)
        if len(set(found)) < len(found):
            raise OutOfRangeError(f"The axis {self.title} has a value twice. Take each one once.")
        return found

    def check_count(self, count: int) -> None:
        """OutOfRangeError for more values than an axis takes."""
        if count > MOST_VALUES:
            raise OutOfRangeError(f"The axis {self.title} has {count:,} values, and one axis takes {MOST_VALUES:,}.")


class KnobAxis(Axis):
    """A knob of the table."""

    def __init__(self, knob: Knob) -> None:
        self.name, self.title, self.kind = knob.name, knob.axis, knob.kind
        self.is_seed = isinstance(knob.kind, Seed)
        self.offered = None if isinstance(knob.kind, Choice | Switch) else RANGES.get(knob.name) or _whole_range(knob)

    def changes(self, _: Experiment, value: Any) -> dict[str, Any]:
        return {self.name: value}


class WeightSeedAxis(Axis):
    """The seed that the first weights are drawn from."""

    name, title, kind, offered = WEIGHT_SEED, "weight seed", SEED.kind, SEEDS
    is_seed = True

    def changes(self, experiment: Experiment, value: Any) -> dict[str, Any]:
        return {"weights": with_weight_seed(experiment, value).weights}


class WidthAxis(Axis):
    """The outputs of the first hidden dense layer."""

    name, title, unit, offered = WIDTH, "width", "units", Range(1, 16, 16)
    kind = Whole("A width is a whole number from {low} to {high}.", low=1, high=WIDEST)
    keeps_layers = False

    def checked(self, experiment: Experiment, values: Values) -> Values:
        _hidden_layer(experiment)
        return super().checked(experiment, values)

    def changes(self, experiment: Experiment, value: Any) -> dict[str, Any]:
        wide = set_width(experiment, _hidden_layer(experiment), value)
        return {"layers": wide.layers, "weights": wide.weights}


def axes_of(knobs: Knobs = KNOBS) -> dict[str, Axis]:
    """The axes that a sweep may have, by their names, in their order.

    First those that a grid of runs has, then the other knobs of the table that have a word for an axis, then the width.
    """
    rows = [*map(KnobAxis, filter(lambda knob: knob.axis, knobs.values())), WeightSeedAxis(), WidthAxis()]
    axes = {axis.name: axis for axis in rows}
    return {name: axes[name] for name in GRID_AXES} | axes


def with_values(experiment: Experiment, values: Mapping[str, Any]) -> Experiment:
    """The experiment with these values of its axes, which are checked together."""
    axes, changes = axes_of(experiment.knobs), dict[str, Any]()
    for name, value in values.items():
        changes |= axes[name].changes(experiment, value)
    return experiment.replace_unchecked(**changes)


def values_over(knob: Knob) -> Values:
    """Values all over the range of a knob: the row's own, or evenly spaced where its slider stands; all of few."""
    if knob.axis_values:
        return knob.axis_values
    match knob.kind:
        case Number(low=low, high=high, step=float(step)):
            steps = np.unique(np.linspace(0, (high - low) / step, COUNT).round())
            return tuple(min(high, round(low + step * count, 12)) for count in steps.tolist())
        case Number(low=low, high=high):
            return tuple(np.linspace(low, high, COUNT).tolist())
        case Whole(low=low, high=high):
            return tuple(np.unique(np.linspace(low, high, COUNT).round().astype(int)).tolist())
        case Choice(options=options):
            return tuple(options)
        case Switch():
            return (False, True)
        case kind:
            raise TypeError(f"{knob.name} is no axis: a {type(kind).__name__} has no range.")


def _whole_range(knob: Knob) -> Range:
    """The whole range of a knob; from its least value above 0 where its values go by factors."""
    values = [value for value in values_over(knob) if value or not knob.axis_values]
    return Range(values[0], values[-1], len(values), bool(knob.axis_values))


def _hidden_layer(experiment: Experiment) -> int:
    """The first dense layer that is followed by another; ExperimentError where there is none."""
    dense = [at for at, layer in enumerate(experiment.layers) if isinstance(layer, Affinity)]
    if len(dense) < 2:
        raise ExperimentError("This network has no hidden layer, so it has no width to sweep over. Add a dense layer.")
    return dense[0]


def as_whole(value: Any) -> Any:
    """The whole number that a float stands for; any other value as it is, for a check to judge."""
    value = as_plain(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


AXES = axes_of()
"""The axes over the knobs of the table."""
