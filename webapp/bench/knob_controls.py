"""The controls of a knob on the page: their components, and the values that they show.

They follow from the kind of its values: a number has a field and perhaps a slider, a choice is one component. The
names of components are made of the knob's name.
"""

from dataclasses import dataclass
from typing import Any

from engine.experiments.knobs import KNOBS, LOSS, Choice, Knob, Knobs, Number, Structured, Switch, Whole
from webapp.base.format import as_typed
from webapp.bench.knob_values import POSITION_OF, SLIDER_STEPS

Input = tuple[str, str]
"""The id of a component and the property of it that a user changes."""


@dataclass(frozen=True)
class Slider:
    """The scale of a slider."""

    low: float
    high: float
    step: float


SLIDERS = {name: Slider(0, 1, 1 / SLIDER_STEPS) for name in POSITION_OF}
"""Sliders that go by position, and not from the lowest value of their knob to the highest."""


def slider_of(knob: Knob) -> Slider | None:
    """The knob's slider, None when it has none."""
    kind = knob.kind
    if knob.name in SLIDERS or not isinstance(kind, Number | Whole) or kind.step is None:
        return SLIDERS.get(knob.name)
    return Slider(kind.low, kind.high, kind.step)


CONTROL_IDS = {LOSS.name: "kind-of-loss"}
"""Controls with another name than their knob has in a link, where the plot has that name."""


def control_id(knob: Knob) -> str:
    """The id of the one component of a knob that is chosen."""
    return CONTROL_IDS.get(knob.name, knob.link_name)


def control_inputs(knob: Knob) -> list[Input]:
    """The components that turn the knob."""
    match knob.kind:
        case Choice() | Structured():
            return [(control_id(knob), "value")]
        case Switch():
            return [(knob.link_name, "checked")]
        case _:
            slider = [(f"{knob.name}-slider", "value")] if slider_of(knob) else []
            return [*slider, (f"{knob.name}-field", "value")]


def knob_inputs(knobs: Knobs = KNOBS) -> list[Input]:
    """The components that turn the knobs, knob after knob."""
    return [control for knob in knobs.values() for control in control_inputs(knob)]


def control_value(knob: Knob, value: Any) -> Any:
    """The value that a plain knob's control shows: a number in a few digits, all else as it is."""
    if isinstance(knob.kind, Number):
        return as_typed(value)
    return knob.kind.text(value) if value is None else knob.kind.plain(value)
