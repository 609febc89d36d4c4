"""The controls of the page: buttons, fields, sliders, segments, and their labels.

Each has a name for screen readers, and a class that assets/css/controls.css styles.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from webapp.base.theme import GRAPH_CONFIG

Children = str | Component | Sequence[str | Component]


def aria(**words: str) -> dict[str, Any]:
    """ARIA attributes of a component, as keywords for it: aria(label="Help")."""
    return {f"aria-{word}": text for word, text in words.items()}


def data(**values: str) -> dict[str, Any]:
    """Data attributes of a component, for scripts, as keywords for it: data(files="…")."""
    return {f"data-{name}": value for name, value in values.items()}


def marked(pieces: Iterable[Sequence[str]]) -> list[str | Component]:
    """Pieces of text with CSS classes, as components."""
    return [html.B(text, className=mark) if mark else text for text, mark in pieces]


def icon(name: str) -> html.Span:
    """An image of assets/icons in the colour of the text around it, hidden from screen readers."""
    return html.Span(className=f"icon icon-{name}", **aria(hidden="true"))


def button(id_: str, text: Children, *, edged: bool = False, **more: Any) -> html.Button:
    """A button with a text; edged ones have a border."""
    return html.Button(text, id=id_, type="button", className="button edged" if edged else "button", **more)


def icon_button(id_: str, image: str, name: str, *, extra: str = "", **more: Any) -> html.Button:
    """A square button with an image; its name is for screen readers and its tooltip."""
    classes = f"button square {extra}".strip()
    return html.Button(icon(image), id=id_, type="button", className=classes, title=name, **aria(label=name), **more)


def field(id_: str, label: str, value: str, *, keyboard: str, error: str, extra: str = "") -> dmc.TextInput:
    """A text field with its label before it, described by the sentence whose id is `error`.

    It takes letters too, so that they can be refused in words, and sends its value on Enter and on blur.
    """
    return dmc.TextInput(
        id=id_,
        label=label,
        value=value,
        debounce=True,
        unstyled=True,
        spellCheck=False,
        className=f"field {extra}".strip(),
        inputProps={"inputMode": keyboard},
        # Mantine drops a describedby that is given any other way.
        attributes={"input": {"aria-describedby": error}},
    )


def error(id_: str) -> html.P:
    """The element for the sentence that refuses a value; while empty, it takes no space."""
    return html.P(id=id_, className="error", **aria(live="polite"))


def slider(id_: str, name: str, *, low: float, high: float, step: float, value: float) -> dmc.Slider:
    """A slider with a thin track; while it is dragged, `slider_drag.js` handles the pointer, not Dash."""
    return dmc.Slider(
        id=id_,
        min=low,
        max=high,
        step=step,
        value=value,
        label=None,
        thumbLabel=name,
        updatemode="mouseup",
        unstyled=True,
        className="slider",
    )


def segmented(id_: str, name: str, choices: Sequence[tuple[str, str]], value: str) -> dmc.SegmentedControl:
    """One choice out of a few (value, text), all of them visible."""
    data = [{"value": choice, "label": text} for choice, text in choices]
    return dmc.SegmentedControl(
        id=id_, data=data, value=value, unstyled=True, className="segmented", **aria(label=name)
    )


def checkbox(id_: str, text: str, *, on: bool) -> dmc.Checkbox:
    """A box that is ticked or not, and its text beside it."""
    return dmc.Checkbox(id=id_, label=text, checked=on, unstyled=True, className="checkbox")


def select(id_: str, data: Sequence[Any], value: str, *, width: int | str, indent: int, **more: Any) -> dmc.Select:
    """One choice out of many, in a menu of that width: pixels, or as CSS has it."""
    return dmc.Select(
        id=id_,
        data=data,
        value=value,
        allowDeselect=False,
        unstyled=True,
        rightSection=icon("down"),
        maxDropdownHeight="calc(100dvh - 96px)",
        comboboxProps={
            "width": width,
            "position": "bottom-start",
            # The texts of the choices are under the text of the chosen one.
            "offset": {"mainAxis": 4, "crossAxis": indent},
            "zIndex": 200,
            # `select_menus.js` has its choices mounted, and placed, when somebody comes to it.
            "keepMounted": False,
            # Beside its control, so within the same landmark; fixed, so that no column cuts it.
            "withinPortal": False,
            "floatingStrategy": "fixed",
        },
        **more,
    )


def graph(id_: str, figure: Mapping[str, Any]) -> dcc.Graph:
    """A Plotly drawing that fills the box around it."""
    return dcc.Graph(id=id_, figure=dict(figure), config=GRAPH_CONFIG, responsive=True, className="graph")


def colour_key(low: str, high: str) -> list[Component]:
    """The values at the two ends of a colour scale; CSS draws the scale between them."""
    return [html.Span(low), html.I(className="ramp"), html.Span(high)]
