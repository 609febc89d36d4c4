"""Runs are pinned and gone back to; pins, ghosts and undo survive a reload; the sensitivity is measured on demand."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.comparison.comparison import compare
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.knobs import naming_knobs
from engine.experiments.run import run
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
    """What each pinned run has that the current one has not, in words."""
    said: list[str] = visitor.js("return [...document.querySelectorAll('#runs-table tr:not(.now) .differences > span')]"
                                 ".map((cell) => cell.textContent)")  # fmt: skip
    return said


PINNED_NAMES = "return [...document.querySelectorAll('.ghost-label.pinned')].map((label) => label.textContent)"
CHECKPOINT = """
const { checkpoint } = nnbench.state.pins[arguments[0]].run.summary;
return `${checkpoint.slice(0, 4)} ${checkpoint.slice(4)}`;
"""
"""The name of the starting weights of a pinned run, as the page writes it."""


def pin_three(visitor: Visitor) -> None:
    """The first run, another seed, and another α, each pinned."""
    visitor.click("#pin")
    for knob, value in (("seed-field", "4"), ("alpha-field", "0.2")):
        with visitor.turning():
            visitor.types(knob, value)
        visitor.click("#pin")


def test_a_pinned_run_stands_in_the_table_with_what_differs_in_bold(newcomer: Visitor) -> None:
    assert rows(newcomer) == [["Now", [], 0]]
    pin_three(newcomer)
    assert rows(newcomer) == [["Now", [], 0], ["A", ["0.1", "3"], 2], ["B", ["0.1"], 3], ["C", [], 4]]
    assert differences(newcomer) == ["α 0.1 · data seed 3", "α 0.1", "same knobs"]
    assert newcomer.by_id("pin").get_attribute("aria-pressed") == "true"
    assert newcomer.js("return document.querySelectorAll('#runs-table .lowest').length") >= 1
    newcomer.click("#pin")
    assert [row[0] for row in rows(newcomer)] == ["Now", "A", "B"]


def test_only_runs_with_the_same_target_are_compared_by_their_final_loss(newcomer: Visitor) -> None:
    underlined = "return document.querySelectorAll('#runs-table .lowest').length"
    newcomer.click("#pin")
    newcomer.opens("circle")
    assert len(rows(newcomer)) == 2
    assert newcomer.js(underlined) == 0
    newcomer.click("#pin")
    with newcomer.turning():
        newcomer.types("alpha-field", "0.05")
    assert newcomer.js(underlined) == 1


AGAINST_NOW = "return [...document.querySelectorAll('#runs-table .against-now')].map((words) => words.textContent)"


def test_once_the_table_is_in_sight_it_says_what_each_run_is_to_the_current_one(newcomer: Visitor) -> None:
    pin_three(newcomer)
    assert newcomer.js(AGAINST_NOW) == [""] * 3
    newcomer.js("document.getElementById('runs').scrollIntoView()")
    newcomer.until(f"return (() => {{{AGAINST_NOW}}})().slice(0, 2).every(Boolean)")
    now = replace(CATALOGUE[FIRST].experiment, alpha=0.2, seed=4)
    before = [CATALOGUE[FIRST].experiment, replace(CATALOGUE[FIRST].experiment, seed=4)]
    said = [compare(one, now, twins=0).sentence.split(".")[0].lower() for one in before]
    shown = [line.replace("no wall", "no wall between them") for line in newcomer.js(AGAINST_NOW)]
    assert shown == [*(line.replace(", ", " · ") for line in said), ""]
    newcomer.js("window.saved = []; URL.createObjectURL = (blob) => { saved.push(blob); return '#'; }")
    newcomer.js("document.getElementById('save-runs').click()")
    text = newcomer.driver.execute_async_script("saved[0].text().then(arguments[0])")
    column = [line["Against now"] for line in csv.DictReader(io.StringIO(text, newline=""))]
    assert column == ["", *newcomer.js(AGAINST_NOW)]


def test_pairs_of_long_runs_are_not_measured_in_the_table(newcomer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_pairs, "BUDGET", 1)
    newcomer.click("#pin")
    with newcomer.turning():
        newcomer.types("alpha-field", "0.37")
    newcomer.js("document.getElementById('runs').scrollIntoView()")
    newcomer.until(f"return (() => {{{AGAINST_NOW}}})().every(Boolean)")
    assert newcomer.js(AGAINST_NOW) == ["not compared"]
    assert newcomer.one("#runs-table .against-now").get_attribute("data-says") == run_pairs.TOO_LONG


def test_the_table_says_the_numbers_of_the_run(newcomer: Visitor) -> None:
    newcomer.click("#pin")
    said = newcomer.js("return [...document.querySelectorAll('[data-run=A] td')].map((cell) => cell.textContent)")
    print_ = newcomer.shown["fingerprint"]
    assert said[2:7] == ["same knobs", "0.1", "300", "3", "1"]
    assert said[8:11] == [newcomer.text("read-last"), newcomer.text("read-max"), newcomer.text("read-potential")]
    assert said[11] == f"{print_[:4]} {print_[4:]}"


def test_the_table_says_what_differs_beside_knobs(newcomer: Visitor) -> None:
    newcomer.click("#pin")
    newcomer.js("document.getElementById('next-weights').click()")
    newcomer.until("return nnbench.state.base.experiment.weights.seed === 2")
    newcomer.rests()
    assert differences(newcomer) == ["weight seed 1"]
    newcomer.click("#pin")
    with newcomer.turning():
        newcomer.click("#keep")
    first, second = differences(newcomer)
    assert first == f"starting weights {newcomer.js(CHECKPOINT, 0)}"
    assert second == f"starting weights {newcomer.js(CHECKPOINT, 1)}"
    newcomer.opens("xor-hidden-layer")
    assert differences(newcomer)[0].startswith("tanh learns signs · samples 300 · target Signs · inputs ")
    assert "network dense 2, tanh" in differences(newcomer)[0]


THUMBNAILS = """
return [...document.querySelectorAll('#runs-table .thumbnail')].map(({ width, height }) => [width, height]);
"""


def test_a_pinned_run_has_its_output_map_in_little_also_after_a_reload(newcomer: Visitor) -> None:
    newcomer.click("#pin")
    assert newcomer.js(THUMBNAILS) == [[48, 24], [48, 24]]
    pixels = "return document.querySelector('[data-run=A] canvas').toDataURL()"
    drawn = newcomer.js(pixels)
    newcomer.opens("xor-hidden-layer")
    assert newcomer.js(THUMBNAILS) == [[24, 24], [48, 24]]
    newcomer.reload()
    newcomer.until("return document.querySelector('[data-run=A] canvas')")
    assert newcomer.js(pixels) == drawn


def test_a_run_that_is_pinned_at_an_earlier_step_has_its_map_at_the_end(newcomer: Visitor) -> None:
    newcomer.click("#pin")
    at_end = newcomer.js("return nnbench.state.pins[0].picture")
    newcomer.presses("p", Keys.HOME)
    newcomer.until("return nnbench.cursor.place.step === 0")
    with newcomer.turning():
        newcomer.presses("n")
    with newcomer.turning():
        newcomer.click("#undo")
    newcomer.presses("p")
    newcomer.until("return nnbench.state.pins[0].picture")
    assert newcomer.js("return nnbench.state.pins[0].picture") == at_end


def test_a_name_is_typed_in_the_table_and_kept(newcomer: Visitor) -> None:
    pin_three(newcomer)
    field = newcomer.one("[data-run=A] .run-name")
    assert field.get_property("value") == "A"
    newcomer.replaces(field, "slow" + Keys.ENTER)
    newcomer.click("[data-run=A] .who")
    assert newcomer.js(PINNED_NAMES) == ["slow"]
    newcomer.reload()
    assert newcomer.one("[data-run=A] .run-name").get_property("value") == "slow"
    newcomer.replaces(newcomer.one("[data-run=A] .run-name"), Keys.DELETE + Keys.ENTER)
    assert newcomer.one("[data-run=A] .run-name").get_property("value") == "A"
    assert newcomer.js(PINNED_NAMES) == ["A"]


def test_what_is_being_typed_stays_when_the_table_is_drawn_anew(newcomer: Visitor) -> None:
    newcomer.click("#pin")
    newcomer.one("[data-run=A] .run-name").send_keys(Keys.END + "bc")
    newcomer.js("nnbench.handlers['next-seed']()")
    newcomer.until("return nnbench.state.base.summary.seed === 4")
    newcomer.rests()
    assert newcomer.js("return document.activeElement.value") == "Abc"
    newcomer.presses("d" + Keys.ENTER)
    assert newcomer.js("return nnbench.state.pins[0].name") == "Abcd"


def test_a_click_on_a_head_sorts_the_pinned_runs(newcomer: Visitor) -> None:
    pin_three(newcomer)
    order = "return [...document.querySelectorAll('#runs-table tbody tr')].map((row) => row.dataset.run).join('')"
    sorting = (
        "return [...document.querySelectorAll('#runs-table [aria-sort]')].map((th) => [th.textContent, th.ariaSort])"
    )
    assert newcomer.js(sorting) == []
    newcomer.click("[data-control='sort Data seed']")
    assert newcomer.js(order) == "NowABC"
    assert newcomer.js(sorting) == [["Data seed", "ascending"]]
    assert newcomer.js("return document.activeElement.textContent") == "Data seed"
    newcomer.presses(Keys.ENTER)
    assert newcomer.js(order) == "NowCBA"
    assert newcomer.js(sorting) == [["Data seed", "descending"]]
    newcomer.presses(Keys.ENTER)
    assert [newcomer.js(order), newcomer.js(sorting)] == ["NowABC", []]
    losses = "return Object.fromEntries(nnbench.state.pins.map(({ letter, run }) => [letter, run.summary.settled]))"
    found = newcomer.js(losses)
    newcomer.click("[data-control='sort Final loss']")
    assert newcomer.js(order) == "Now" + "".join(sorted(found, key=found.__getitem__))


def test_the_table_is_saved_with_every_knob(newcomer: Visitor) -> None:
    newcomer.js("window.saved = []; URL.createObjectURL = (blob) => { saved.push(blob); return '#'; }")
    newcomer.click("#pin")
    newcomer.one("[data-run=A] .run-name").send_keys(Keys.END + ', "x"' + Keys.ENTER)
    newcomer.opens("affine-swap")
    with newcomer.turning():
        newcomer.types("alpha-field", "5")
    newcomer.click("#save-runs")
    text = newcomer.driver.execute_async_script("saved[0].text().then(arguments[0])")
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
    assert int(now["Diverges at step"]) == newcomer.shown["diverged_at"]


def test_one_goes_back_to_a_pinned_run_and_clears_the_pins(newcomer: Visitor) -> None:
    pin_three(newcomer)
    with newcomer.turning():
        newcomer.click("[aria-label='Restore run A']")
    assert newcomer.shown["fingerprint"] == fingerprint()
    assert rows(newcomer)[1] == ["A", [], 4]
    newcomer.click("[aria-label='Take run B out of the table']")
    assert [row[0] for row in rows(newcomer)] == ["Now", "A", "C"]
    newcomer.click("#clear-pins")
    assert [row[0] for row in rows(newcomer)] == ["Now"]
    assert newcomer.by_id("clear-pins").get_property("hidden") is True


def test_there_are_as_many_pins_as_letters_and_p_pins(newcomer: Visitor) -> None:
    for _ in range(5):
        newcomer.presses("p")
        with newcomer.turning():
            newcomer.presses("n")
    assert [row[0] for row in rows(newcomer)] == ["Now", "A", "B", "C", "D", "E"]
    dashes = "return document.querySelector(`[data-run=${arguments[0]}] path`).getAttribute('stroke-dasharray')"
    assert newcomer.js(dashes, "E") == newcomer.js(dashes, "A") != newcomer.js(dashes, "B")
    newcomer.js("""
    const { state, packSession, unpackSession } = nnbench, [pin] = state.pins;
    const more = [...'FGHIJKLMNOPQRSTUVWXYZ'].map((letter) => ({ ...pin, letter }));
    Object.assign(state, { pins: [...state.pins, ...more] });
    Object.assign(state, { pins: unpackSession(JSON.parse(packSession(state))).pins });
    """)
    newcomer.presses("p")
    newcomer.sees("note-text", "26 runs are pinned already. Take one out of the table first.")
    assert newcomer.js("return nnbench.state.pins.length") == 26
    newcomer.presses("5")
    assert newcomer.js("return document.activeElement.id") == "runs"


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


def test_the_line_sample_switches_the_curve_on_in_the_plot(newcomer: Visitor) -> None:
    pin_three(newcomer)
    assert newcomer.js(INKED) == 0
    newcomer.click("[data-run=A] .who")
    assert newcomer.js("return document.activeElement.getAttribute('aria-pressed')") == "true"
    solid = newcomer.js(INKED)
    assert solid > 200
    assert newcomer.js(PINNED_NAMES) == ["A"]
    newcomer.click("[data-run=B] .who")
    assert newcomer.js(INKED) > solid
    newcomer.presses(Keys.SPACE)
    newcomer.click("[data-run=A] .who")
    assert newcomer.js(INKED) == 0


def test_pins_ghosts_and_undo_survive_a_reload(newcomer: Visitor) -> None:
    pin_three(newcomer)
    newcomer.click("[data-run=B] .who")
    with newcomer.turning():
        newcomer.click("#undo")
    before = [newcomer.shown["fingerprint"], rows(newcomer), newcomer.ghosts, newcomer.depth]
    names = [newcomer.by_id(id_).get_attribute("aria-label") for id_ in ("undo", "redo")]
    newcomer.reload()
    assert [newcomer.shown["fingerprint"], rows(newcomer), newcomer.ghosts, newcomer.depth] == before
    assert [newcomer.by_id(id_).get_attribute("aria-label") for id_ in ("undo", "redo")] == names
    assert newcomer.one("[data-run=B] .who").get_attribute("aria-pressed") == "true"
    assert newcomer.js("return document.querySelectorAll('.ghost-label button').length") == 2 * len(newcomer.ghosts)
    with newcomer.turning():
        newcomer.click("#redo")
    assert newcomer.shown["fingerprint"] == fingerprint(seed=4, alpha=0.2)
    for _ in range(2):
        with newcomer.turning():
            newcomer.click("#undo")
    assert newcomer.shown["fingerprint"] == fingerprint()
    assert newcomer.ghosts == []
    with newcomer.turning():
        newcomer.click("[aria-label='Restore run C']")
    assert newcomer.shown["fingerprint"] == fingerprint(seed=4, alpha=0.2)


def test_what_is_remembered_shares_its_parts_and_is_bounded(newcomer: Visitor) -> None:
    for _ in range(6):
        with newcomer.turning():
            newcomer.click("#next-seed")
    kept = newcomer.js("""
    const { state, packSession, unpackSession } = nnbench, text = packSession(state), plain = JSON.parse(text);
    const weight = Array.from({ length: 30000 }, (_, k) => k / 7);
    const large = state.past.map((run, k) => ({ ...run, experiment: { ...run.experiment, weights: [k, ...weight] } }));
    const crowded = packSession({ ...state, past: large, future: [] }), after = JSON.parse(crowded);
    const { past } = unpackSession(after);
    return [plain.parts.length, plain.past.length, text.length, crowded.length, past.length, past.at(-1).summary.seed];
    """)
    parts, past, length, crowded, left, latest = kept
    assert (parts, past) == (4, 6)
    assert length < 40_000
    assert crowded <= 1_500_000
    assert 0 < left < 6
    assert latest == 8


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"version":0}', '{"key":"tanh-signs"}'])
def test_what_this_page_has_not_written_is_forgotten(visitor: Visitor, text: str) -> None:
    visitor.begins()
    visitor.js(
        "window.addEventListener('pagehide', () => sessionStorage.setItem('nnbench-bench', arguments[0]))".replace(
            "arguments[0]", repr(text)
        )
    )
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


def test_what_matters_is_tried_when_it_is_asked_for_and_a_cell_turns_its_knob(newcomer: Visitor) -> None:
    assert newcomer.by_id("sensitivity-strips").get_property("hidden") is True
    newcomer.click("#sensitivity")
    newcomer.until(TRIED, 7)
    strips = dict(newcomer.js(CELLS))
    assert strips.pop("Learning rate α") == 21
    assert strips.pop("Without one weight") == 6
    assert strips == {"Samples": 21, "Data seed": 21, "Weight seed": 21, "Size of the starting weights": 4, "Inputs": 4}
    current = newcomer.js("return [...document.querySelectorAll('.cell.now')].map((cell) => cell.ariaLabel)")
    assert current[0] == "α 0.1: ends at 0.106, the current run"
    assert len(current) == 6
    conclusions = newcomer.js("return [...document.querySelectorAll('.strip-row .hint')].map((row) => row.textContent)")
    assert all("largest change: " in words for words in conclusions)
    newcomer.until("return document.querySelector('#sensitivity-strips .sharpness')")
    assert newcomer.one("#sensitivity-strips .sharpness").text == (
        "Of 300 samples the sharpest has sharpness 10.7, and their mean loss 0.191. "
        "Above α 0.188 a step on that sample can raise its loss."
    )
    newcomer.js("document.querySelector('[aria-label=\"Data seed\"] .now').focus()")
    newcomer.presses(Keys.ARROW_RIGHT)
    assert str(newcomer.js("return document.activeElement.ariaLabel")).startswith("Data seed 4: ends at ")
    with newcomer.turning():
        newcomer.presses(Keys.ENTER)
    assert newcomer.shown["fingerprint"] == fingerprint(seed=4)
    newcomer.until(TRIED, 7)
    with newcomer.turning():
        newcomer.js("document.querySelector('[aria-label^=\"Uniform inputs\"]').click()")
    assert newcomer.shown["fingerprint"] == fingerprint(seed=4, inputs="uniform")
    # While strips come the page grows, and a click may land where its button was.
    newcomer.js("document.getElementById('sensitivity').focus()")
    newcomer.presses(Keys.ENTER)
    newcomer.until("return document.getElementById('sensitivity-strips').hidden")


def test_a_weight_that_is_taken_out_turns_nothing(newcomer: Visitor) -> None:
    newcomer.click("#sensitivity")
    newcomer.until(TRIED, 7)
    cell = "[aria-label='Without one weight'] [aria-label^='Without the weight from v₁ to u₀']"
    assert newcomer.one(cell).get_attribute("aria-disabled") == "true"
    serial = newcomer.js("return nnbench.state.shown.serial")
    newcomer.click(cell)
    assert newcomer.js("return nnbench.state.shown.serial") == serial
