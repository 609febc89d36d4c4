"""Constants come with the page as data, and the types that scripts state are those of what really travels."""

import json
import re
from dataclasses import fields

from engine import CATALOGUE, Experiment
from engine.experiments.knobs import KNOBS, naming_knobs, plain_knobs
from tests.webapp.asking import SETTINGS, plain_request, reply
from webapp.app import ASSETS, create_app
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.bench.run_summary import RunSummary
from webapp.page.constants import constants_block, page_constants

SCRIPTS = {path.name: path.read_text("utf-8") for path in (ASSETS / "js").rglob("*.js")}
TYPES = {
    name: re.findall(r"@property \{.*?\} \[?(\w+)", body)
    for name, body in re.findall(r"@typedef \{object\} (\w+)(.*?)(?=@typedef|\Z)", SCRIPTS["types.js"], re.DOTALL)
}
TYPES |= {
    name: [key for part in parts.split(" & ") for key in TYPES[part]]
    for parts, name in re.findall(r"@typedef \{(\w+(?: & \w+)+)\} (\w+)", SCRIPTS["types.js"])
}
"""The names of every object's properties, by its type."""
OF_TABLES = {"ports", "answers", "picture", "own_data"}
"""The properties of a frame that only one of a table has."""


def test_the_page_brings_its_constants_with_the_types_that_scripts_state() -> None:
    page = create_app(SETTINGS).server.test_client().get("/").get_data(as_text=True)
    (text,) = re.findall(r'<script type="application/json" id="page-constants">(.*?)</script>', page)
    assert json.loads(text) == page_constants(classes=True)
    assert page.index("page-constants") < page.index('<script src="/assets/js/nnbench.js')
    (text,) = re.findall(r'<script type="application/json" id="first-experiment">(.*?)</script>', page)
    brought = json.loads(text)
    assert brought["key"] == CATALOGUE_CONTENT.first
    assert Experiment.from_json(json.dumps(brought["experiment"])) == CATALOGUE[CATALOGUE_CONTENT.first].experiment
    assert (set(brought["frame"]), constants_block().count("<")) == (set(TYPES["Frame"]) - OF_TABLES, 2)
    constants = page_constants()
    assert sorted(constants) == sorted(TYPES["Constants"])
    assert sorted(constants["knobs"]) == sorted(TYPES["KnobConstants"])
    assert all(list(row) == TYPES["KnobRow"] for row in constants["knobTable"])
    assert all(list(row)[: len(TYPES["AxisRow"])] == TYPES["AxisRow"] for row in constants["axes"])
    assert sorted(constants["share"]) == sorted(TYPES["ShareConstants"])
    assert sorted(constants["sweeps"]) == sorted(TYPES["SweepConstants"])
    assert sorted(constants["landscape"]) == sorted(TYPES["LandscapeConstants"])
    code = "\n".join(source for name, source in SCRIPTS.items() if name != "types.js")
    assert [name for name in constants if f"constants.{name}" not in code] == []
    for source in SCRIPTS.values():
        for name in re.findall(r"\bconstants\.(?!js\b|py\b)(\w+)", source):
            assert name in constants
        for name in re.findall(r"\bconstants\.knobs\.(\w+)", source):
            assert name in constants["knobs"]
    names = page_constants()["runFields"]
    assert names == ["title", *(knob.name for knob in naming_knobs()), "network", "checkpoint"]
    assert {"alpha", "samples", "seed", "ideal", "inputs"} < set(names)
    assert not {"filter", "settled", "first", "diverged_at", "fingerprint"} & set(names)
    for key in ["tanh-signs", "identity-layer"]:
        response = reply(create_app(SETTINGS).server.test_client(), plain_request("choose", key))
        parts = {
            "RunResponse": response, "RunSummary": response["summary"],
            "Words": response["said"], "Ghost": response["ghost"], "Maps": response["response"],
            "TargetMap": response["frame"]["response"], "Probe": response["probe"], "Frame": response["frame"],
        }  # fmt: skip
        # A knob that no script reads by its name needs no type.
        untyped = {name: part.keys() - {*TYPES[name], *KNOBS} for name, part in parts.items()}
        assert untyped == {name: set() for name in parts}
        assert response["controls"].keys() == {*KNOBS, "position"}
        assert response["experiment"].keys() - KNOBS.keys() == {*TYPES["Experiment"]} - KNOBS.keys()
    assert TYPES["KnobValues"] == [knob.name for knob in plain_knobs()]
    named = {knob.name for knob in naming_knobs()} - {*TYPES["KnobValues"]}
    assert {*TYPES["SummaryParts"]} == {field.name for field in fields(RunSummary)} - {"knobs"} | named
    request = plain_request()
    assert (sorted(request), sorted(request["view"])) == (sorted(TYPES["RunRequest"]), sorted(TYPES["View"]))
    assert set(request["knobs"]) == {row["name"] for row in page_constants()["knobTable"] if row["plain"]}
