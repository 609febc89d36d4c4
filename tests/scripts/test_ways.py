"""The table of controls before Dash is one: its rows are those of the layout, of the scripts and of the callbacks."""

from typing import Any

import dash_mantine_components as dmc
import pytest
from dash import dcc, html

from tests.scripts.node import Scripts, scripts
from tests.webapp.page.test_layout import CONTENT, parts, prop
from webapp.bench.knob_controls import knob_inputs
from webapp.callbacks import OTHER_INPUTS
from webapp.page.before_dash.parts import controls, parted
from webapp.page.before_dash.stand_ins import text_input
from webapp.page.before_dash.table import TABLE, Row, row_of
from webapp.page.layout import layout

page = scripts("before_dash/ways.js")

GIVES_AND_SHOWS = """
const [name, shown, value, key] = arguments, { read, show } = nnbench.WAYS[name];
const style = { setProperty: (rule, text) => (style[rule] = text) };
const part = {
  ...shown, dataset: { step: "0.1" }, style,
  getAttribute: (name) => part[name], setAttribute: (name, text) => (part[name] = text),
};
show(part, value);
return [read(part, key), part.checked, style["--slider-thumb-offset"]];
"""
SCALE = {"aria-valuemin": "0", "aria-valuemax": "2", "aria-valuenow": "2"}


def test_the_ways_of_the_table_are_those_of_the_scripts(page: Scripts) -> None:
    assert {row.way for row in TABLE.values()} - {""} == set(page.execute_script("return Object.keys(nnbench.WAYS)"))


def test_a_value_goes_over_by_the_property_that_dash_calls_back_for(page: Scripts) -> None:
    properties = dict([*knob_inputs(), *OTHER_INPUTS])
    drawn = [part for part in controls(layout(CONTENT).children) if not isinstance(part, dcc.Store)]
    mounted = {prop(control, "id"): row_of(control).way for control in drawn}
    assert properties.keys() <= mounted.keys()
    for id_ in ("alpha-field", "alpha-slider", "samples-slider", "seed-field", "filter"):
        assert mounted[id_]
    for id_, by in properties.items():
        if way := mounted[id_]:
            assert page.execute_script("return nnbench.WAYS[arguments[0]].property", way) == by


@pytest.mark.parametrize(("way", "part", "value", "key", "result"), [
    ("text", {}, "0.2", "", ["0.2", None, None]),
    ("tick", {}, True, "", [True, True, None]),
    ("choice", {"value": "raw"}, "raw", "", ["raw", True, None]),
    ("choice", {"value": "raw"}, "both", "", ["raw", False, None]),
    ("thumb", SCALE, 1, "ArrowRight", [1.1, None, "50%"]),
    ("thumb", SCALE, 0, "ArrowLeft", [0, None, "0%"]),
    ("thumb", SCALE, 1, "Home", [0, None, "50%"]),
    ("thumb", SCALE, 1, "End", [2, None, "50%"]),
    ("thumb", SCALE, 1, "a", [None, None, "50%"]),
])  # fmt: skip
def test_a_stand_in_shows_a_value_and_gives_one(
    page: Scripts, way: str, part: dict[str, str], value: object, key: str, result: list[Any]
) -> None:
    assert page.execute_script(GIVES_AND_SHOWS, way, part, value, key) == result


def test_a_new_control_is_a_row_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, dmc.PasswordInput, Row(text_input, "text"))
    described = {"input": {"aria-describedby": "why"}}
    control = dmc.PasswordInput(id="added", label="Added", value="one", attributes=described)
    served = parted(dmc.MantineProvider([html.Div(control, className="page")]))
    assert '<span class="held" data-place="added" data-way="text" inert>' in served.markup
    assert 'value="one"' in served.markup
    (holder,) = [part for part in parts(served.layout) if prop(part, "data-holds") == "added"]
    assert holder.children is control
