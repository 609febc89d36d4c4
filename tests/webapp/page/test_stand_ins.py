"""Every control that Dash mounts later has a stand-in with its name, its value and its scale."""

import re
from html.parser import HTMLParser
from typing import Any

import dash_mantine_components as dmc
import numpy as np
import pytest
from dash import dcc
from dash.development.base_component import Component

from tests.webapp.page.test_layout import CONTENT, PAGE, STYLES, prop
from webapp.base.theme import THEMES
from webapp.figures.loss import curve_of, loss_figure, loss_range
from webapp.page.components.controls import checkbox, field, graph, segmented, select, slider
from webapp.page.layout import layout
from webapp.page.stand_ins import MOST_POINTS, stand_in
from webapp.page.static_parts import controls

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


def test_a_field_shows_its_label_and_its_value() -> None:
    drawn = Inputs(stand_in(field("a", "Data <seed>", '"3"', keyboard="numeric", error="e", extra="short")))
    (box,) = drawn.fields
    assert (box["id"], box["value"], box["inputmode"], drawn.texts) == ("a", '"3"', "numeric", ["Data <seed>"])
    assert drawn.root["class"] == "field short mantine-TextInput-root"
    assert (box["aria-describedby"], "readonly" in box) == ("e", False)


@pytest.mark.parametrize(("value", "label"), [("one", "The <first>"), ("two", "Second")])
def test_a_menu_shows_the_label_of_its_choice(value: str, label: str) -> None:
    (box,) = Inputs(stand_in(select("a", MENU, value, width=1, indent=1, label="Named"))).fields
    assert (box["value"], "readonly" in box) == (label, True)


@pytest.mark.parametrize(("value", "place"), [(0, "0%"), (0.3, "10%"), (3, "100%")])
def test_the_thumb_of_a_slider_is_at_its_value(value: float, place: str) -> None:
    drawn = stand_in(slider("a", "α", low=0, high=3, step=0.1, value=value))
    assert re.findall(r"--slider-thumb-offset:([^;\"]*)", drawn) == [place]
    scale = f'aria-valuemin="0" aria-valuemax="3" aria-valuenow="{value}" data-step="0.1"'
    assert f'role="slider" tabindex="0" aria-label="α" {scale}' in drawn


def test_of_segments_the_chosen_one_is_marked() -> None:
    drawn = Inputs(stand_in(segmented("a", "View", (("x", "X"), ("y", "Y")), "y")))
    assert [(box["value"], "checked" in box) for box in drawn.fields] == [("x", False), ("y", True)]
    assert drawn.texts == ["X", "Y"]
    assert (drawn.root["role"], drawn.root["aria-label"]) == ("radiogroup", "View")
    assert len({box["name"] for box in drawn.fields}) == 1


@pytest.mark.parametrize("on", [True, False])
def test_a_box_is_ticked_as_it_will_be(on: bool) -> None:
    drawn = Inputs(stand_in(checkbox("a", "Nesterov", on=on)))
    assert ("checked" in drawn.fields[0], drawn.texts) == (on, ["Nesterov"])


def test_a_graph_is_an_empty_box_and_a_switch_is_nothing() -> None:
    assert stand_in(graph("a", {"data": [{"type": "heatmap"}], "layout": {}})) == '<div id="a" class="graph"></div>'
    assert stand_in(dmc.Switch(id="a", label="On", checked=True)) == ""


def test_the_graph_of_a_run_has_its_line_between_the_ends_of_the_axes() -> None:
    drawn = stand_in(graph("a", figure_of([1.0] * 9 + [0.01] * 11, "both")))
    points = [tuple(map(float, point.split())) for point in re.findall(r'd="M([^"]*)"', drawn)[0].split("L")]
    steps, heights = zip(*points, strict=True)
    assert list(steps) == sorted(steps)
    assert (min(steps), max(steps)) == (0, 950)
    assert list(heights) == sorted(heights)
    assert heights[0] > 0
    assert heights[-1] < 400
    assert "<svg" not in stand_in(graph("a", figure_of([1.0] * 20, "raw")))


def test_the_line_of_a_long_run_has_no_more_points_than_are_seen() -> None:
    drawn = stand_in(graph("a", figure_of([1.0] * 40_000, "both")))
    assert drawn.count("L") + 1 == MOST_POINTS


def figure_of(losses: list[float], shown: str) -> dict[str, Any]:
    """The figure of a run with these losses."""
    curve = curve_of(np.array(losses), None)
    return loss_figure(curve, shown, loss_range(curve), THEMES["light"])


def test_a_kind_of_control_without_a_stand_in_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="Textarea has no stand-in"):
        stand_in(dmc.Textarea(id="a"))


@pytest.mark.parametrize("control", SEEN, ids=lambda control: str(prop(control, "id")))
def test_a_stand_in_is_found_by_the_id_and_styled_by_the_classes_of_its_control(control: Component) -> None:
    drawn = stand_in(control)
    assert drawn.count(f' id="{prop(control, "id")}"') == 1
    assert set((prop(control, "className") or "").split()) <= set((Inputs(drawn).root["class"] or "").split())


LATER = {"Checkbox-icon", "SegmentedControl-indicator", "Select-dropdown", "Select-groupLabel", "Select-option"}
"""Classes of Mantine's parts that are seen only where somebody uses a control."""


def test_stand_ins_have_every_part_that_a_style_sheet_knows() -> None:
    sheets = "".join(sheet.read_text("utf-8") for sheet in STYLES.glob("*.css"))
    known = {name for name in re.findall(r"\.mantine-([\w-]+)", sheets) if not name.startswith("Switch")}
    drawn = "".join(map(stand_in, SEEN))
    assert {name for name in known if f"mantine-{name}" not in drawn} == LATER


def test_the_page_has_every_kind_of_control_that_is_drawn() -> None:
    kinds: set[Any] = {dmc.TextInput, dmc.Select, dmc.Slider, dmc.SegmentedControl, dmc.Checkbox, dcc.Graph}
    assert {type(control) for control in SEEN} == kinds
    assert {type(part) for part in PAGE} >= kinds
