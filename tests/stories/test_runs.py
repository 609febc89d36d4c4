"""Runs are pinned and gone back to; pins, ghosts and undo survive a reload; the sensitivity is measured on demand."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.visitor import INK, Visitor
from tests.webapp.asking import fingerprint

ROWS = """
return [...document.querySelectorAll('#runs-table tbody tr')].map((row) => [row.dataset.run,
  [...row.querySelectorAll('.differs')].map((cell) => cell.textContent), [...row.querySelectorAll('.same')].length]);
"""


def rows(visitor: Visitor) -> list[list[object]]:
    """Each row's letter, what differs from the current run, and how much equals it."""
    found: list[list[object]] = visitor.js(ROWS)
    return found


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
    assert rows(newcomer) == [["Now", [], 0], ["A", ["0.1", "3"], 4], ["B", ["0.1"], 5], ["C", [], 6]]
    assert newcomer.by_id("pin").get_attribute("aria-pressed") == "true"
    assert newcomer.js("return document.querySelectorAll('#runs-table .lowest').length") >= 1
    newcomer.click("#pin")
    assert [row[0] for row in rows(newcomer)] == ["Now", "A", "B"]


def test_the_table_says_the_numbers_of_the_run(newcomer: Visitor) -> None:
    newcomer.click("#pin")
    said = newcomer.js("return [...document.querySelectorAll('[data-run=A] td')].map((cell) => cell.textContent)")
    shown = newcomer.shown
    print_ = shown["fingerprint"]
    wanted = ["0.1", "300", "3", f"{shown['checkpoint'][:4]} {shown['checkpoint'][4:]}", "2, dense 2, tanh"]
    assert said[1:6] == wanted
    assert said[8:11] == [newcomer.text("read-last"), newcomer.text("read-potential"), newcomer.text("read-max")]
    assert said[11] == f"{print_[:4]} {print_[4:]}"


def test_one_goes_back_to_a_pinned_run_and_clears_the_pins(newcomer: Visitor) -> None:
    pin_three(newcomer)
    with newcomer.turning():
        newcomer.click("[aria-label='Restore run A']")
    assert newcomer.shown["fingerprint"] == fingerprint()
    assert rows(newcomer)[1] == ["A", [], 6]
    newcomer.click("[aria-label='Take run B out of the table']")
    assert [row[0] for row in rows(newcomer)] == ["Now", "A", "C"]
    newcomer.click("#clear-pins")
    assert [row[0] for row in rows(newcomer)] == ["Now"]
    assert newcomer.by_id("clear-pins").get_property("hidden") is True


def test_a_fifth_pin_is_refused_in_words_and_p_pins(newcomer: Visitor) -> None:
    for _ in range(5):
        newcomer.presses("p")
        with newcomer.turning():
            newcomer.presses("n")
    assert [row[0] for row in rows(newcomer)] == ["Now", "A", "B", "C", "D"]
    newcomer.sees("note-text", "Four runs are pinned already. Take one out of the table first.")
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
    assert newcomer.js("return [...document.querySelectorAll('.ghost-label.pinned')].map((e) => e.textContent)") == [
        "A"
    ]
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
def test_what_this_page_has_not_written_is_forgotten(newcomer: Visitor, text: str) -> None:
    newcomer.js(
        "window.addEventListener('pagehide', () => sessionStorage.setItem('nnbench-bench', arguments[0]))".replace(
            "arguments[0]", repr(text)
        )
    )
    newcomer.reload()
    assert newcomer.shown["fingerprint"] == fingerprint()
    assert newcomer.depth == (0, 0)


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
    assert strips == {"Samples": 21, "Data seed": 21, "Weight seed": 21, "Initial weights": 4, "Inputs": 4}
    current = newcomer.js("return [...document.querySelectorAll('.cell.now')].map((cell) => cell.ariaLabel)")
    assert current[0] == "Α 0.1: ends at 0.106, the current run"
    assert len(current) == 6
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
    newcomer.until(TRIED, 7)
    newcomer.click("#sensitivity")
    assert newcomer.by_id("sensitivity-strips").get_property("hidden") is True


def test_a_weight_that_is_taken_out_turns_nothing(newcomer: Visitor) -> None:
    newcomer.click("#sensitivity")
    newcomer.until(TRIED, 7)
    cell = "[aria-label='Without one weight'] [aria-label^='Without the weight from v₁ to u₀']"
    assert newcomer.one(cell).get_attribute("aria-disabled") == "true"
    serial = newcomer.js("return nnbench.state.shown.serial")
    newcomer.click(cell)
    assert newcomer.js("return nnbench.state.shown.serial") == serial
