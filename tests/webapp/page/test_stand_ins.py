"""Every control that Dash mounts later has a stand-in with its name, its value and its scale."""

import re
from html.parser import HTMLParser
from typing import Any

import dash_mantine_components as dmc
import numpy as np
from dash import dcc
from dash.development.base_component import Component

from tests.engine.asserting import refuses
from tests.webapp.page.test_layout import CONTENT, PAGE, STYLES, prop
from webapp.base.theme import THEMES
from webapp.figures.loss import curve_of, loss_figure, loss_range
from webapp.page.before_dash.parts import controls
from webapp.page.before_dash.stand_ins import HIGH, MOST_POINTS, WIDE
from webapp.page.before_dash.table import row_of
from webapp.page.components.controls import checkbox, field, graph, segmented, select, slider
from webapp.page.layout import layout

CONTROLS = list(controls(layout(CONTENT).children))
SEEN = [control for control in CONTROLS if not isinstance(control, (dmc.Switch, dcc.Store))]
MENU = [{"group": "A", "items": [{"value": "one", "label": "The <first>"}]}, {"value": "two", "label": "Second"}]


class Inputs(HTMLParser):
    """The attributes of the first element of a stand-in, and of its fields."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.root: dict[str, str | None] = {}
        self.fields: list[dict[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.root = self.root or dict(attrs)
        if tag == "input":
            self.fields.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def stand_in(control: Component) -> str:
    return row_of(control).stand_in(control.to_plotly_json()["props"])


def test_stand_ins_show_the_values_of_their_controls_and_are_found_and_styled_as_they_are() -> None:
    drawn = Inputs(stand_in(field("a", "Data <seed>", '"3"', keyboard="numeric", error="e", extra="short")))
    (box,) = drawn.fields
    assert (box["id"], box["value"], box["inputmode"], drawn.texts) == ("a", '"3"', "numeric", ["Data <seed>"])
    assert drawn.root["class"] == "field short mantine-TextInput-root"
    assert (box["aria-describedby"], "readonly" in box) == ("e", False)
    for value, label in [("one", "The <first>"), ("two", "Second")]:
        (box,) = Inputs(stand_in(select("a", MENU, value, width=1, indent=1, label="Named"))).fields
        assert (box["value"], "readonly" in box) == (label, True)
    for on in [True, False]:
        drawn = Inputs(stand_in(checkbox("a", "Nesterov", on=on)))
        assert ("checked" in drawn.fields[0], drawn.texts) == (on, ["Nesterov"])
    drawn = Inputs(stand_in(segmented("a", "View", (("x", "X"), ("y", "Y")), "y")))
    assert [(box["value"], "checked" in box) for box in drawn.fields] == [("x", False), ("y", True)]
    assert (drawn.texts, drawn.root["role"], drawn.root["aria-label"]) == (["X", "Y"], "radiogroup", "View")
    assert len({box["name"] for box in drawn.fields}) == 1
    assert stand_in(graph("a", {"data": [{"type": "heatmap"}], "layout": {}})) == '<div id="a" class="graph"></div>'
    assert stand_in(dmc.Switch(id="a", label="On", checked=True)) == ""
    refuses(TypeError, stand_in, dmc.Textarea(id="a"), match="Textarea has no row")
    for at, place in [(0, "0%"), (0.3, "10%"), (3, "100%")]:
        markup = stand_in(slider("a", "α", low=0, high=3, step=0.1, value=at))
        assert re.findall(r"--slider-thumb-offset:([^;\"]*)", markup) == [place]
        scale = f'aria-valuemin="0" aria-valuemax="3" aria-valuenow="{at}" data-step="0.1"'
        assert f'role="slider" tabindex="0" aria-label="α" {scale}' in markup
    markup = stand_in(graph("a", figure_of([1.0] * 9 + [0.01] * 11, "both")))
    points = [tuple(map(float, point.split())) for point in re.findall(r'd="M([^"]*)"', markup)[0].split("L")]
    steps, heights = zip(*points, strict=True)
    assert (list(steps), min(steps), max(steps), list(heights)) == (sorted(steps), 0, 0.95 * WIDE, sorted(heights))
    assert heights[0] > 0
    assert heights[-1] < HIGH
    assert "<svg" not in stand_in(graph("a", figure_of([1.0] * 20, "raw")))
    assert stand_in(graph("a", figure_of([1.0] * 40_000, "both"))).count("L") + 1 == MOST_POINTS
    for control in SEEN:
        seen = stand_in(control)
        assert seen.count(f' id="{prop(control, "id")}"') == 1
        assert set((prop(control, "className") or "").split()) <= set((Inputs(seen).root["class"] or "").split())
    sheets = "".join(sheet.read_text("utf-8") for sheet in STYLES.glob("*.css"))
    known = {name for name in re.findall(r"\.mantine-([\w-]+)", sheets) if not name.startswith("Switch")}
    seen = "".join(map(stand_in, SEEN))
    assert {name for name in known if f"mantine-{name}" not in seen} == LATER
    kinds: set[Any] = {dmc.TextInput, dmc.Select, dmc.Slider, dmc.SegmentedControl, dmc.Checkbox, dcc.Graph}
    assert {type(control) for control in SEEN} == kinds
    assert {type(part) for part in PAGE} >= kinds


def figure_of(losses: list[float], shown: str) -> dict[str, Any]:
    curve = curve_of(np.array(losses), None)
    return loss_figure(curve, shown, loss_range(curve), THEMES["light"])


LATER = {"Checkbox-icon", "SegmentedControl-indicator", "Select-dropdown", "Select-groupLabel", "Select-option"}
"""Classes of Mantine's parts that are seen only where somebody uses a control."""
