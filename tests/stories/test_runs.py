"""Runs are pinned and gone back to; pins, ghosts and undo survive a reload; the sensitivity is measured on demand."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine import compare, run
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.knobs import naming_knobs
from tests.stories.visitor import INK, Visitor
from tests.webapp.asking import fingerprint
from webapp.bench import run_pairs

ROWS = """
return [...document.querySelectorAll('#runs-table tbody tr')].map((row) => [row.dataset.run,
  [...row.querySelectorAll('.differs')].map((cell) => cell.textContent), [...row.querySelectorAll('.same')].length]);
"""


def rows(visitor: Visitor) -> list[list[object]]:
    """Each row's letter, what differs from the current run, and how much equals it."""
    found: list[list[object]] = visitor.js(ROWS)
    return found


def differences(visitor: Visitor) -> list[str]:
    """The differences of each pinned run from the current one, in words."""
    said: list[str] = visitor.js("return [...document.querySelectorAll('#runs-table tr:not(.now) .differences > span')]"
                                 ".map((cell) => cell.textContent)")  # fmt: skip
    return said


CHECKPOINT = """
const { checkpoint } = nnbench.state.pins[arguments[0]].run.summary;
return `${checkpoint.slice(0, 4)} ${checkpoint.slice(4)}`;
"""
"""The name of the starting weights of a pinned run, as the page writes it."""


def pin_three(visitor: Visitor) -> None:
    """The first run, another seed, and another α, each pinned."""
    visitor.click("#pin")
    for knob, value in (("seed-field", "4"), ("alpha-field", "0.2")):
        visitor.turns(visitor.types, knob, value)
        visitor.click("#pin")


def test_pinned_runs_stand_in_a_table_that_says_and_saves_what_each_is_to_the_current_one(beginner: Visitor) -> None:
    assert rows(beginner) == [["Now", [], 0]]
    pin_three(beginner)
    assert rows(beginner) == [["Now", [], 0], ["A", ["0.1", "3"], 2], ["B", ["0.1"], 3], ["C", [], 4]]
    assert differences(beginner) == ["α 0.1 · data seed 3", "α 0.1", "same knobs"]
    assert beginner.by_id("pin").get_attribute("aria-pressed") == "true"
    assert beginner.js("return document.querySelectorAll('#runs-table .lowest').length") >= 1
    assert beginner.js(AGAINST_NOW) == [""] * 3, "until the table is in sight"
    beginner.js("document.getElementById('runs').scrollIntoView()")
    beginner.until(f"return (() => {{{AGAINST_NOW}}})().slice(0, 2).every(Boolean)")
    now = replace(CATALOGUE[FIRST].experiment, alpha=0.2, seed=4)
    before = [CATALOGUE[FIRST].experiment, replace(CATALOGUE[FIRST].experiment, seed=4)]
    said = [compare(one, now, twins=0).sentence.split(".")[0].lower() for one in before]
    shown = [line.replace("no wall", "no wall between them") for line in beginner.js(AGAINST_NOW)]
    assert shown == [*(line.replace(", ", " · ") for line in said), ""]
    text = beginner.saved(beginner.js, "document.getElementById('save-runs').click()")
    column = [line["Against now"] for line in csv.DictReader(io.StringIO(text, newline=""))]
    assert column == ["", *beginner.js(AGAINST_NOW)]
    sorts(beginner)
    switches_curves_on(beginner)
    beginner.js("document.getElementById('pin').click()")
    assert [row[0] for row in rows(beginner)] == ["Now", "A", "B"]


def sorts(beginner: Visitor) -> None:
    """A click on a head sorts the pinned runs."""
    order = "return [...document.querySelectorAll('#runs-table tbody tr')].map((row) => row.dataset.run).join('')"
    sorting = (
        "return [...document.querySelectorAll('#runs-table [aria-sort]')].map((th) => [th.textContent, th.ariaSort])"
    )
    assert beginner.js(sorting) == []
    beginner.click("[data-control='sort Data seed']")
    assert beginner.js(order) == "NowABC"
    assert beginner.js(sorting) == [["Data seed", "ascending"]]
    assert beginner.js("return document.activeElement.textContent") == "Data seed"
    beginner.presses(Keys.ENTER)
    assert beginner.js(order) == "NowCBA"
    assert beginner.js(sorting) == [["Data seed", "descending"]]
    beginner.presses(Keys.ENTER)
    assert [beginner.js(order), beginner.js(sorting)] == ["NowABC", []]
    losses = "return Object.fromEntries(nnbench.state.pins.map(({ letter, run }) => [letter, run.summary.settled]))"
    found = beginner.js(losses)
    beginner.click("[data-control='sort Final loss']")
    assert beginner.js(order) == "Now" + "".join(sorted(found, key=found.__getitem__))
    beginner.presses(Keys.ENTER, Keys.ENTER)
    assert beginner.js(order) == "NowABC"


def switches_curves_on(beginner: Visitor) -> None:
    """The sample of a pinned run's line switches its curve on in the plot."""
    assert beginner.js(INKED) == 0
    beginner.click("[data-run=A] .who")
    assert beginner.js("return document.activeElement.getAttribute('aria-pressed')") == "true"
    solid = beginner.js(INKED)
    assert solid > 200
    assert beginner.texts(".ghost-label.pinned") == ["A"]
    beginner.click("[data-run=B] .who")
    assert beginner.js(INKED) > solid
    beginner.presses(Keys.SPACE)
    beginner.click("[data-run=A] .who")
    assert beginner.js(INKED) == 0


@pytest.mark.soak
def test_only_runs_with_the_same_target_are_compared_by_their_final_loss(beginner: Visitor) -> None:
    underlined = "return document.querySelectorAll('#runs-table .lowest').length"
    beginner.click("#pin")
    beginner.opens("circle")
    assert len(rows(beginner)) == 2
    assert beginner.js(underlined) == 0
    beginner.click("#pin")
    beginner.turns(beginner.types, "alpha-field", "0.05")
    assert beginner.js(underlined) == 1
    for table, alike in (("cars", 0), ("penguins", 1)):
        beginner.js("document.getElementById('clear-pins').click()")
        beginner.opens(table)
        beginner.click("#pin")
        beginner.turns(beginner.js, "nnbench.turnKnobs({ scaling: 'none' })")
        assert beginner.js(underlined) == alike, "scaled numbers have another unit, classes have none"


AGAINST_NOW = "return [...document.querySelectorAll('#runs-table .against-now')].map((words) => words.textContent)"


@pytest.mark.soak
def test_pairs_of_long_runs_are_not_measured_in_the_table(beginner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_pairs, "BUDGET", 1)
    beginner.click("#pin")
    beginner.turns(beginner.types, "alpha-field", "0.37")
    beginner.js("document.getElementById('runs').scrollIntoView()")
    beginner.until(f"return (() => {{{AGAINST_NOW}}})().every(Boolean)")
    assert beginner.js(AGAINST_NOW) == ["not compared"]
    assert beginner.one("#runs-table .against-now").get_attribute("data-says") == run_pairs.TOO_LONG


@pytest.mark.soak
def test_the_table_says_the_numbers_of_a_run_and_what_differs_beside_knobs(beginner: Visitor) -> None:
    beginner.click("#pin")
    said = beginner.texts("[data-run=A] td")
    print_ = beginner.shown["fingerprint"]
    assert said[2:7] == ["same knobs", "0.1", "300", "3", "1"]
    assert said[8:11] == [beginner.text("read-last"), beginner.text("read-max"), beginner.text("read-potential")]
    assert said[11] == f"{print_[:4]} {print_[4:]}"
    beginner.turns(beginner.js, "document.getElementById('next-weights').click()")
    assert differences(beginner) == ["weight seed 1"]
    beginner.click("#pin")
    beginner.turns(beginner.click, "#keep")
    first, second = differences(beginner)
    assert first == f"starting weights {beginner.js(CHECKPOINT, 0)}"
    assert second == f"starting weights {beginner.js(CHECKPOINT, 1)}"
    beginner.opens("xor-hidden-layer")
    assert differences(beginner)[0].startswith("tanh learns signs · samples 300 · target Signs · inputs ")
    assert "network dense 2, tanh" in differences(beginner)[0]


THUMBNAILS = """
return [...document.querySelectorAll('#runs-table .thumbnail')].map(({ width, height }) => [width, height]);
"""


@pytest.mark.soak
def test_a_pinned_run_has_a_name_and_its_map_at_the_end_in_little_also_after_a_reload(beginner: Visitor) -> None:
    beginner.click("#pin")
    is_named(beginner)
    assert beginner.js(THUMBNAILS) == [[48, 24], [48, 24]]
    pixels = "return document.querySelector('[data-run=A] canvas').toDataURL()"
    drawn, at_end = beginner.js(pixels), beginner.js("return nnbench.state.pins[0].picture")
    beginner.js("document.activeElement.blur()")
    beginner.turns(beginner.click, "#undo")
    beginner.presses("p", Keys.HOME)
    beginner.until("return nnbench.cursor.place.step === 0")
    for act in ("n", "u"):
        beginner.turns(beginner.presses, act)
    beginner.presses("p")
    beginner.until("return nnbench.state.pins[0].picture")
    assert beginner.js("return nnbench.state.pins[0].picture") == at_end, "though the cursor stands at step 0"
    beginner.opens("xor-hidden-layer")
    beginner.until(f"return JSON.stringify((() => {{ {THUMBNAILS} }})()) === '[[24,24],[48,24]]'")
    beginner.replaces(beginner.one("[data-run=A] .run-name"), "slow" + Keys.ENTER)
    beginner.reload()
    beginner.until("return document.querySelector('[data-run=A] canvas')")
    assert beginner.js(pixels) == drawn
    assert beginner.one("[data-run=A] .run-name").get_property("value") == "slow"
    beginner.replaces(beginner.one("[data-run=A] .run-name"), Keys.DELETE + Keys.ENTER)
    assert beginner.one("[data-run=A] .run-name").get_property("value") == "A"


def is_named(beginner: Visitor) -> None:
    """A name is typed in the table, stays when the table is drawn anew, and stands at the curve."""
    beginner.one("[data-run=A] .run-name").send_keys(Keys.END + "bc")
    beginner.turns(beginner.js, "nnbench.handlers['next-seed']()")
    assert beginner.js("return document.activeElement.value") == "Abc"
    beginner.presses("d" + Keys.ENTER)
    assert beginner.js("return nnbench.state.pins[0].name") == "Abcd"
    beginner.replaces(beginner.one("[data-run=A] .run-name"), "slow" + Keys.ENTER)
    beginner.click("[data-run=A] .who")
    assert beginner.texts(".ghost-label.pinned") == ["slow"]
    beginner.replaces(beginner.one("[data-run=A] .run-name"), Keys.DELETE + Keys.ENTER)
    assert beginner.texts(".ghost-label.pinned") == ["A"]


@pytest.mark.soak
def test_the_table_is_saved_with_every_knob(beginner: Visitor) -> None:
    beginner.click("#pin")
    beginner.one("[data-run=A] .run-name").send_keys(Keys.END + ', "x"' + Keys.ENTER)
    beginner.opens("affine-swap")
    beginner.turns(beginner.types, "alpha-field", "5")
    text = beginner.saved(beginner.click, "#save-runs")
    now, pinned = csv.DictReader(io.StringIO(text, newline=""))
    assert [now["Name"], pinned["Name"]] == ["Now", 'A, "x"']
    assert {knob.title for knob in naming_knobs()} <= set(now)
    experiment = CATALOGUE[FIRST].experiment
    result = run(experiment, experiment.network())
    numbers = [float(pinned[name]) for name in ("Learning rate α", "Samples", "Data seed", "Weight seed", "Final loss")]
    assert numbers == [0.1, 300, 3, 1, result.settled]
    measured = [float(pinned[name]) for name in ("Last loss", "Max loss", "Learning potential")]
    assert measured == pytest.approx([result.last, result.largest, result.potential], rel=5e-3)
    assert pinned["Run code"] == result.fingerprint
    assert [now["Final loss"], now["Learning potential"], pinned["Diverges at step"]] == [""] * 3
    diverged = replace(CATALOGUE["affine-swap"].experiment, alpha=5.0)
    largest = np.fmax.reduce(run(diverged, diverged.network()).losses)
    assert float(now["Max loss"]) == pytest.approx(largest, rel=5e-3)
    assert int(now["Diverges at step"]) == beginner.shown["diverged_at"]


@pytest.mark.soak
def test_there_are_as_many_pins_as_letters_and_p_pins(beginner: Visitor) -> None:
    for _ in range(5):
        beginner.presses("p")
        beginner.turns(beginner.presses, "n")
    assert [row[0] for row in rows(beginner)] == ["Now", "A", "B", "C", "D", "E"]
    dashes = "return document.querySelector(`[data-run=${arguments[0]}] path`).getAttribute('stroke-dasharray')"
    assert beginner.js(dashes, "E") == beginner.js(dashes, "A") != beginner.js(dashes, "B")
    beginner.js("""
    const { state, packSession, unpackSession } = nnbench, [pin] = state.pins;
    const more = [...'FGHIJKLMNOPQRSTUVWXYZ'].map((letter) => ({ ...pin, letter }));
    Object.assign(state, { pins: [...state.pins, ...more] });
    Object.assign(state, { pins: unpackSession(JSON.parse(packSession(state))).pins });
    """)
    beginner.presses("p")
    beginner.sees("note-text", "26 runs are pinned already. Take one out of the table first.")
    assert beginner.js("return nnbench.state.pins.length") == 26
    beginner.presses("5")
    assert beginner.js("return document.activeElement.id") == "runs"


INKED = f"""
{INK}
const css = getComputedStyle(document.documentElement).getPropertyValue('--ink').trim();
const [r, g, b] = [1, 3, 5].map((at) => parseInt(css.slice(at, at + 2), 16));
let count = 0;
for (let k = 0; k < ink.length; k += 4) {{
  const far = [r, g, b].reduce((sum, value, c) => sum + Math.abs(ink[k + c] - value), 0);
  count += ink[k + 3] > 200 && far < 30;
}}
return count;
"""


def test_pins_ghosts_and_undo_survive_a_reload_and_one_goes_back_to_a_pin_and_clears_them(beginner: Visitor) -> None:
    pin_three(beginner)
    beginner.click("[data-run=B] .who")
    beginner.turns(beginner.click, "#undo")
    before = [beginner.shown["fingerprint"], rows(beginner), beginner.ghosts, beginner.depth]
    names = [beginner.by_id(id_).get_attribute("aria-label") for id_ in ("undo", "redo")]
    beginner.reload()
    assert [beginner.shown["fingerprint"], rows(beginner), beginner.ghosts, beginner.depth] == before
    assert [beginner.by_id(id_).get_attribute("aria-label") for id_ in ("undo", "redo")] == names
    assert beginner.one("[data-run=B] .who").get_attribute("aria-pressed") == "true"
    assert beginner.js("return document.querySelectorAll('.ghost-label button').length") == 2 * len(beginner.ghosts)
    beginner.turns(beginner.click, "#redo")
    assert beginner.shown["fingerprint"] == fingerprint(seed=4, alpha=0.2)
    for _ in range(2):
        beginner.turns(beginner.click, "#undo")
    assert beginner.shown["fingerprint"] == fingerprint()
    assert beginner.ghosts == []
    for letter, wanted in (("C", fingerprint(seed=4, alpha=0.2)), ("A", fingerprint())):
        beginner.turns(beginner.click, f"[aria-label='Restore run {letter}']")
        assert beginner.shown["fingerprint"] == wanted
    assert rows(beginner)[1] == ["A", [], 4]
    beginner.click("[aria-label='Take run B out of the table']")
    assert [row[0] for row in rows(beginner)] == ["Now", "A", "C"]
    beginner.click("#clear-pins")
    assert [row[0] for row in rows(beginner)] == ["Now"]
    assert beginner.by_id("clear-pins").get_property("hidden") is True


@pytest.mark.soak
def test_what_this_page_has_not_written_is_forgotten(visitor: Visitor) -> None:
    visitor.begins()
    visitor.until("return new URLSearchParams(location.search).get('seed') === '3'")
    visitor.js("window.addEventListener('pagehide', () => sessionStorage.setItem('nnbench-bench', '{'))")
    visitor.reload()
    assert visitor.shown["fingerprint"] == fingerprint()
    assert visitor.depth == (0, 0)


CELLS = """
const cells = (row) => [row.querySelector('h3').textContent, row.querySelectorAll('button').length];
return [...document.querySelectorAll('.strip-row')].map(cells);
"""
TRIED = """
const strips = document.querySelectorAll('.strip-row');
return strips.length === arguments[0] && !document.querySelector('.cell.to-run');
"""


@pytest.mark.soak
def test_what_matters_is_tried_when_it_is_asked_for_and_a_cell_turns_its_knob(beginner: Visitor) -> None:
    assert beginner.by_id("sensitivity-strips").get_property("hidden") is True
    beginner.click("#sensitivity")
    beginner.until(TRIED, 10)
    strips = dict(beginner.js(CELLS))
    assert strips.pop("Learning rate α") == 21
    assert strips.pop("Without one weight") == 6
    assert strips == {
        "Samples": 21, "Data seed": 21, "Weight seed": 21, "Size of the starting weights": 4, "Inputs": 4, "Batch": 9,
        "Optimizer": 3, "Without one input": 2,
    }  # fmt: skip
    current = beginner.js("return [...document.querySelectorAll('.cell.now')].map((cell) => cell.ariaLabel)")
    assert "α 0.1: ends at 0.106, the current run" in current
    assert len(current) == 8
    assert all("largest change: " in words for words in beginner.texts(".strip-row .hint"))
    beginner.until("return document.querySelector('#sensitivity-strips .sharpness')")
    assert beginner.one("#sensitivity-strips .sharpness").text == (
        "Of 300 samples the sharpest has sharpness 10.7; the sharpness of their mean loss is 0.191."
    )
    without = "[aria-label='Without one weight'] [aria-label^='Without the weight from v₁ to u₀']"
    assert beginner.one(without).get_attribute("aria-disabled") == "true"
    serial = beginner.js("return nnbench.state.shown.serial")
    beginner.click(without)
    assert beginner.js("return nnbench.state.shown.serial") == serial, "a weight that is taken out turns nothing"
    beginner.js("document.querySelector('[aria-label=\"Data seed\"] .now').focus()")
    beginner.presses(Keys.ARROW_RIGHT)
    assert str(beginner.js("return document.activeElement.ariaLabel")).startswith("Data seed 4: ends at ")
    beginner.turns(beginner.presses, Keys.ENTER)
    assert beginner.shown["fingerprint"] == fingerprint(seed=4)
    beginner.until(TRIED, 10)
    beginner.turns(beginner.js, "document.querySelector('[aria-label^=\"Uniform inputs\"]').click()")
    assert beginner.shown["fingerprint"] == fingerprint(seed=4, inputs="uniform")
    # While strips come the page grows, and a click may land where its button was.
    beginner.js("document.getElementById('sensitivity').focus()")
    beginner.presses(Keys.ENTER)
    beginner.until("return document.getElementById('sensitivity-strips').hidden")


@pytest.mark.soak
def test_runs_of_a_table_have_columns_for_what_they_answer_right(beginner: Visitor) -> None:
    scores = """
    const heads = [...document.querySelectorAll('#runs-table thead th')].map((cell) => cell.textContent);
    const at = heads.indexOf('Right or R²');
    return [...document.querySelectorAll('#runs-table tbody tr')].map((row) =>
      [row.dataset.run, row.children[at].textContent, row.children[at + 1].textContent]);
    """
    assert "Right or R²" not in beginner.texts("#runs-table thead .sort")
    beginner.opens("penguins")
    beginner.click("#pin")
    beginner.turns(beginner.types, "alpha-field", "0.2")
    assert beginner.js(scores) == [["Now", "205 of 206", "67 of 68"], ["A", "204 of 206", "67 of 68"]]
    beginner.js("document.activeElement.blur()")
    beginner.presses("c")
    listed = "return [...document.querySelectorAll('#compare-list :is(dt, dd)')].map((line) => line.textContent)"
    beginner.until(f"{listed}.includes('Weights')")
    assert beginner.js(listed)[2:5] == [
        "Right", "learned 204 of 206 → 205 of 206", "held out 67 of 68 → 67 of 68"
    ]  # fmt: skip
    beginner.js("document.getElementById('compare-close').click()")
    beginner.opens("cars")
    beginner.click("#pin")
    beginner.js("document.querySelector('[data-control=\"sort Right or R²\"]').click()")
    assert [row[:2] for row in beginner.js(scores)] == [["Now", "0.86"], ["B", "0.86"], ["A", "204 of 206"]]
    beginner.opens("circle")
    assert [row[1] for row in beginner.js(scores)] == ["", "0.86", "204 of 206"]
