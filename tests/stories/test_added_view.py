"""Somebody adds a view of the stage: a row, a script and its place in the list. Tabs, keys, links, memory, the text for
screen readers and what hides follow."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.stories.visitor import Visitor

ROOT = Path(__file__).parents[2]
ROW = """    View(
        "sum",
        "Sum",
        "The sum of all weights.",
        "sum",
        lambda _: html.Div(id="sum", className="sum", role="tabpanel", **{"data-of": "sum"}),
        lambda _: (html.Button("Round", id="round"),),
        small=("output", "loss"),
    ),
"""
SCRIPT = """
import { byId, setText } from "../lib/dom.js";
import { cursorMoved } from "../core/signals.js";
import { isOnStage } from "../core/stage.js";
import { cursor } from "../model/cursor.js";

const sum = () => cursor.weights.reduce((total, weight) => total + weight, 0);
const show = () => isOnStage("sum") && setText(byId("sum"), `Sum ${sum().toFixed(3)}`);

export const sumView = {
  name: "sum",
  install: () => cursorMoved.on(show),
  show,
  hide: () => setText(byId("sum"), "gone"),
  figures: "#sum",
  finding: () => `The weights add up to ${sum().toFixed(3)}.`,
};
"""


def put(file: Path, before: str, text: str) -> None:
    """Writes text before the first place of this one."""
    old = file.read_text("utf-8")
    assert before in old
    file.write_text(old.replace(before, text + before, 1), "utf-8")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A bench whose sources have the view."""
    for part in ("webapp", "assets"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    rows, scripts = tmp_path / "webapp/page/stage/views.py", tmp_path / "assets/js"
    put(rows, "    View(\n        COMPARISON", ROW)
    put(rows, "from webapp.page.stage.comparison import", "from dash import html\n")
    (scripts / "step/sum_view.js").write_text(SCRIPT, "utf-8")
    put(scripts / "stage/views.js", "import", 'import { sumView } from "../step/sum_view.js";\n')
    put(scripts / "stage/views.js", "comparisonView]", "sumView, ")
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    given = {**os.environ, "PYTHONPATH": path, "DATA_DIR": str(tmp_path / "data"), "PORT": "0", "OPEN_BROWSER": "no"}
    command = [sys.executable, "-m", "webapp"]
    with subprocess.Popen(command, cwd=tmp_path, env=given, text=True, stdout=-1, stderr=-1) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+/", process.stdout.readline())
            assert found, process.communicate()
            yield found[0]
        finally:
            process.terminate()


@pytest.mark.soak
def test_an_added_view_has_its_tab_its_key_its_link_and_is_remembered(url: str, driver: Chrome) -> None:
    person = Visitor(driver, url)
    person.open()
    assert person.texts(".views [role=tab]") == ["Loss", "Output", "Surface", "Weights", "Sum", "Compare"]
    shown = "return ['sum', 'round', 'surface', 'loss-view', 'response'].map((id) => document.getElementById(id)"
    assert person.js(shown + ".checkVisibility())") == [False, False, False, True, False]
    person.click("#view-sum")
    person.reads("#sum", start="Sum ")
    assert person.js(shown + ".checkVisibility())") == [True, True, False, True, True]
    assert person.js("return document.getElementById('view-sum').title || 'on hover'")
    person.until("return location.search.includes('view=sum')")
    person.reads("#finding-sum-0", start="The weights add up to ")
    driver.refresh()
    person.reads("#sum", start="Sum ")
    person.presses("v")
    person.until("return document.documentElement.dataset.view === 'loss'")
    assert person.js("return document.getElementById('sum').textContent") == "gone"
    assert person.console() == []
