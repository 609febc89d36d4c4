"""Every change is one step to undo, one ghost and one sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint

Change = Callable[[Visitor], None]

CHANGES: tuple[tuple[Change, dict[str, Any], str, str, str], ...] = (
    (lambda v: v.types("alpha-field", "0.2"), {"alpha": 0.2}, "Turning α from 0.1 to 0.2 ", "Undo α 0.1 → 0.2",
     "α → 0.2"),
    (lambda v: v.click("#next-seed"), {"seed": 4}, "Changing the data seed from 3 to 4 ", "Undo data seed 3 → 4",
     "data seed → 4"),
    (lambda v: v.picks("target", "Swap"), {"ideal": "swap"}, "Changing the target from Signs to Swap: ",
     "Undo target Signs → Swap", "target → Swap"),
)  # fmt: skip


def name_of(visitor: Visitor, button: str) -> str:
    return str(visitor.by_id(button).get_attribute("aria-label"))


def labels(visitor: Visitor) -> list[str]:
    """The labels at the curve's right end, the current run last."""
    script = """
    const row = (e) => (e.querySelector('button') || e).textContent;
    return [...document.querySelectorAll('.ghost-label:not(.now), .ghost-label.now')].map(row).sort();
    """
    names: list[str] = visitor.js(script)
    return names


def test_each_change_is_one_undo_one_ghost_and_one_sentence_and_undo_goes_back(beginner: Visitor) -> None:
    visitor = beginner
    assert name_of(visitor, "undo") == "Undo"
    assert visitor.by_id("undo").get_property("disabled") is True
    prints, names, knobs = [visitor.shown["fingerprint"]], ["start, α 0.1"], dict[str, Any]()
    for steps, (change, turned, opening, undo, label) in enumerate(CHANGES, start=1):
        visitor.turns(change, visitor)
        knobs |= turned
        assert visitor.shown["fingerprint"] == fingerprint(**knobs), label
        assert visitor.sentence.startswith(opening)
        assert visitor.depth == (steps, 0)
        assert name_of(visitor, "undo") == undo
        assert visitor.ghosts == names[-5:]
        visitor.until("return document.querySelectorAll('.ghost-label').length === arguments[0]", steps + 1)
        assert labels(visitor) == sorted([*names, label])
        prints.append(visitor.shown["fingerprint"])
        names.append(label)
    for steps in range(len(CHANGES), 0, -1):
        assert name_of(visitor, "undo") == CHANGES[steps - 1][3]
        visitor.turns(visitor.click, "#undo")
        assert visitor.shown["fingerprint"] == prints[steps - 1]
        assert visitor.ghosts == names[: steps - 1]
        assert visitor.depth == (steps - 1, len(CHANGES) - steps + 1)
    assert visitor.by_id("undo").get_property("disabled") is True
    visitor.turns(visitor.js, "for (const id of ['redo', 'undo']) document.getElementById(id).click()")
    assert visitor.depth == (0, len(CHANGES)), "undo is on as soon as redo is clicked"
    for steps in range(1, len(CHANGES) + 1):
        assert name_of(visitor, "redo") == CHANGES[steps - 1][3].replace("Undo", "Redo")
        visitor.turns(visitor.click, "#redo")
        assert visitor.shown["fingerprint"] == prints[steps]
        assert visitor.depth == (steps, len(CHANGES) - steps)
    visitor.sees_value("seed-field", "4")
    visitor.sees_value("target", "Swap")
    visitor.sees_formulas("v1", "v0")
    for _ in range(2):
        visitor.click("#undo")
    visitor.until("return nnbench.state.past.length === 1 && nnbench.queue.idle")
    visitor.rests()
    assert visitor.shown["fingerprint"] == prints[1], "quick undos undo each step"
    assert visitor.depth == (1, 2)
    visitor.turns(visitor.types, "alpha-field", "0.3")
    assert visitor.depth == (2, 0), "a change forgets what was undone"
    assert visitor.by_id("redo").get_property("disabled") is True


def forgets_and_restores(beginner: Visitor) -> None:
    """After two changes of the data seed: a ghost is forgotten, and a click on the other one goes back to its run."""
    shown = beginner.shown["fingerprint"]
    beginner.js("document.querySelector(arguments[0]).focus()", "button[aria-label='Forget the run data seed → 4']")
    beginner.turns(beginner.presses, Keys.ENTER)
    assert beginner.ghosts == ["start, α 0.1"]
    assert beginner.shown["fingerprint"] == shown
    assert beginner.depth == (2, 0)
    beginner.turns(beginner.click, "button[aria-label='Restore the run start, α 0.1']")
    assert beginner.shown["fingerprint"] == fingerprint()
    assert beginner.depth == (3, 0)
    beginner.sees_value("seed-field", "3")


LEVELS = """
const { y } = nnbench.placesOf(document.getElementById('loss-picture'));
const bars = [...document.querySelectorAll('#loss-picture > .over .level')].map((path) => path.getAttribute('d'));
return [bars.filter((d) => d.includes('H')).map((d) => Number(d.split(/[ H]/)[1])), arguments[0].map(y)];
"""


@pytest.mark.soak
def test_another_experiment_starts_without_ghosts_the_same_one_anew_and_both_can_be_undone(beginner: Visitor) -> None:
    for act in (lambda: beginner.types("alpha-field", "0.2"), lambda: beginner.takes("add-1", "Identity")):
        with beginner.turning():
            act()
    beginner.turns(beginner.picks, "experiment", CATALOGUE[FIRST].title)
    assert beginner.shown["fingerprint"] == fingerprint()
    assert beginner.kept.layers == CATALOGUE[FIRST].experiment.layers
    beginner.turns(beginner.click, "#undo")
    assert beginner.shown["alpha"] == 0.2
    ghosts, shown = beginner.ghosts, beginner.shown["fingerprint"]
    beginner.opens("affine-swap")
    assert beginner.ghosts == []
    assert beginner.sentence.startswith("Dense layer learns the swap: the final loss is ")
    assert name_of(beginner, "undo") == "Undo Dense layer learns the swap"
    beginner.turns(beginner.click, "#undo")
    assert beginner.shown["fingerprint"] == shown
    assert beginner.ghosts == ghosts != []
    beginner.sees_value("experiment", "tanh learns signs")


HOLD_BACK = """
const { queue, post, receive } = nnbench, { send } = queue;
window.heldBack = [];
queue.send = async (slot, request) => window.heldBack.push((await post(slot, request)).response);
window.letGo = () => {
  queue.send = send;
  window.heldBack.sort((a, b) => b.serial - a.serial).forEach(receive);
};
"""


def test_a_run_whose_answer_overtakes_an_older_one_is_remembered_all_the_same(beginner: Visitor) -> None:
    beginner.js(HOLD_BACK)
    for _ in range(2):
        beginner.click("#next-seed")
    beginner.until("return window.heldBack.length === 2")
    beginner.js("window.letGo()")
    beginner.rests()
    assert beginner.shown["fingerprint"] == fingerprint(seed=5)
    assert beginner.depth == (1, 0)
    beginner.until("return document.getElementById('sentence').getAttribute('aria-busy') === 'false'")


@pytest.mark.soak
def test_undo_while_a_run_trains_takes_back_that_one_change_and_redo_brings_it_back(beginner: Visitor) -> None:
    beginner.turns(beginner.types, "alpha-field", "0.2")
    beginner.js(HOLD_BACK)
    beginner.click("#next-seed")
    beginner.until("return window.heldBack.length === 1")
    beginner.until("return document.getElementById('undo').title === 'Undo the last change'")
    beginner.click("#undo")
    beginner.until("return window.heldBack.length === 2")
    beginner.js("window.letGo()")
    beginner.rests()
    assert beginner.shown["fingerprint"] == fingerprint(alpha=0.2)
    assert beginner.depth == (1, 0)
    beginner.turns(beginner.click, "#redo")
    assert beginner.shown["fingerprint"] == fingerprint(alpha=0.2, seed=4)
    assert beginner.depth == (2, 0)


def test_undo_while_a_run_of_another_network_trains_follows_when_it_is_there(beginner: Visitor) -> None:
    beginner.js(HOLD_BACK)
    beginner.picks("target", "Swap")
    beginner.until("return window.heldBack.length === 1")
    beginner.until("return document.getElementById('undo').title === 'Undo the last change'")
    beginner.click("#undo")
    beginner.js("window.letGo()")
    beginner.until("return nnbench.state.future.length === 1 && nnbench.queue.idle")
    beginner.rests()
    assert beginner.shown["fingerprint"] == fingerprint()
    assert beginner.depth == (0, 1)
    beginner.turns(beginner.click, "#redo")
    beginner.sees_value("target", "Swap")


def test_nothing_is_remembered_nor_spoken_until_a_knob_is_let_go(beginner: Visitor) -> None:
    frozen = beginner.js("return nnbench.state.shown.limits")
    left, right, y = beginner.track("alpha-slider")
    at = [left + share * (right - left) for share in (0.3, 0.5)]
    beginner.mouse("mousePressed", at[0], y)
    beginner.mouse("mouseMoved", at[1], y)
    beginner.until("return nnbench.state.shown.summary.alpha > 0.2")
    assert beginner.by_id("sentence").get_attribute("aria-busy") == "true"
    assert beginner.depth == (0, 0)
    assert beginner.ghosts == []
    assert beginner.js("return document.body.classList.contains('dragging')")
    assert beginner.js("return nnbench.state.shown.limits") == frozen
    beginner.mouse("mouseReleased", at[1], y, held=False)
    beginner.rests()
    beginner.until("return document.getElementById('sentence').getAttribute('aria-busy') === 'false'")
    assert beginner.depth == (1, 0)
    assert beginner.sentence.startswith("Turning α from 0.1 to ")


@pytest.mark.soak
def test_the_axes_and_what_is_compared_stay_while_the_same_run_is_filtered(visitor: Visitor) -> None:
    visitor.begins()
    visitor.turns(visitor.types, "samples-field", "1")
    limits = visitor.js("return nnbench.state.shown.limits")
    visitor.turns(visitor.segment, "filter", "raw")
    assert visitor.js("return nnbench.state.shown.limits") == limits
    visitor.turns(visitor.segment, "filter", "both")


def test_a_ghost_is_drawn_in_grey_with_bars_at_both_losses_forgotten_and_gone_back_to(beginner: Visitor) -> None:
    assert beginner.js(LEVELS, []) == [[], []]
    was = beginner.shown["settled"]
    line = beginner.js("return Array.from(nnbench.decode(nnbench.state.shown.ghost.y))")
    beginner.turns(beginner.click, "#next-seed")
    bars, wanted = beginner.js(LEVELS, [was, beginner.shown["settled"]])
    assert bars == pytest.approx(wanted, abs=1.0)
    beginner.loads_plotly()
    lines = beginner.js("""
    const drawn = document.querySelector('#loss .js-plotly-plot').data.filter((trace) => trace.mode === 'lines');
    const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return [drawn.map((trace) => trace.line.width), drawn[0].line.color === css('--ghost-1'), Array.from(drawn[0].y)];
    """)
    assert lines == [[1.5, 2.5], True, line]
    beginner.turns(beginner.click, "#next-seed")
    bars, moved = beginner.js(LEVELS, [beginner.shown["settled"]])
    assert len(bars) == 2
    assert bars[1] == pytest.approx(moved[0], abs=1.0)
    forgets_and_restores(beginner)
