"""The controls that Dash mounts, a row for each kind: its component, its stand-in, and how its value goes over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc
from dash.development.base_component import Component

from webapp.page.before_dash.stand_ins import checkbox, graph, segmented, select, slider, text_input


@dataclass(frozen=True)
class Row:
    """A kind of control before Dash has mounted it."""

    stand_in: Callable[[Mapping[str, Any]], str]
    """The function that draws its stand-in from its properties."""
    way: str = ""
    """How its value goes over, a row of `assets/js/before_dash/ways.js`; "" for a control that waits for Dash."""


TABLE: Mapping[type[Component], Row] = {
    dmc.TextInput: Row(text_input, "text"),
    dmc.Slider: Row(slider, "thumb"),
    dmc.SegmentedControl: Row(segmented, "choice"),
    dmc.Checkbox: Row(checkbox, "tick"),
    dmc.Select: Row(select),
    dcc.Graph: Row(graph),
    # Switches are in dialogs, which open later.
    dmc.Switch: Row(lambda _: ""),
}
"""The rows by the component that Dash mounts."""


def row_of(control: Component) -> Row:
    """The row of a control; TypeError for a kind that has none."""
    if type(control) not in TABLE:
        raise TypeError(f"{type(control).__name__} has no row in TABLE of {__name__}.")
    return TABLE[type(control)]
