"""Where a link's prompt asks, the result of the next run waits until it is predicted."""

import re
from collections.abc import Iterator

import pytest
from selenium.webdriver.support.select import Select

from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.base.format import number
from webapp.page.components.lesson import ASKED_NEXT

ASKING = "?experiment=tanh-signs&prompt=Will%20a%20larger%20%CE%B1%20help%3F"
RAIL = "getComputedStyle(document.getElementById('alpha-track'), '::before').content"
HELD_BACK = "return nnbench.state.withheld !== null && nnbench.queue.idle"


@pytest.fixture
def asked(beginner: Visitor) -> Visitor:
    """A visitor whom a link asks, and who has turned α."""
    beginner.follows(ASKING)
    beginner.until("return nnbench.state.predicting")
    beginner.types("alpha-field", "0.2")
    beginner.until(HELD_BACK)
    return beginner


def hidden(visitor: Visitor, id_: str) -> bool:
    script = "return getComputedStyle(document.getElementById(arguments[0])).visibility === 'hidden'"
    return bool(visitor.js(script, id_))


def test_what_would_tell_the_result_is_hidden_until_it_is_predicted(asked: Visitor) -> None:
    before = asked.shown
    assert before["fingerprint"] == fingerprint()
    assert asked.sentence == "The next run is trained. What is its final loss?"
    assert asked.text("proof").startswith("What is shown is still the run before it.")
    assert "0.106" in asked.text("prediction-words")
    assert all(hidden(asked, id_) for id_ in ("lr-range", "seed-dots", "seed-rank", "alpha-state"))
    assert asked.js(f"return {RAIL}") != "none", "the slider keeps a rail"
    asked.sees_value("alpha-field", "0.2")
    asked.turns(asked.click, "#guess-lower")
    assert asked.shown["fingerprint"] == fingerprint(alpha=0.2)
    now = asked.shown["settled"]
    verdict, verb = ("right", "fell") if now < before["settled"] else ("wrong", "rose")
    assert asked.text("prediction-words").startswith(f"You predicted lower: {verdict}. It {verb} from 0.106 to 0.")
    assert asked.sentence.startswith("Turning α from 0.1 to 0.2 ")
    assert asked.depth == (1, 0)
    assert not any(hidden(asked, id_) for id_ in ("lr-range", "seed-dots", "seed-rank", "alpha-state"))
    asked.turns(asked.click, "#next-seed")
    assert asked.sentence.startswith("Changing the data seed from 3 to 4 ")
    asked.until(f"return {RAIL} === 'none'")
    assert not asked.by_id("prediction").is_displayed(), "what was predicted belongs to the run before"


def test_show_shows_it_without_a_prediction(asked: Visitor) -> None:
    asked.turns(asked.click, "#prediction-show")
    assert asked.shown["fingerprint"] == fingerprint(alpha=0.2)
    assert asked.by_id("prediction").get_property("hidden") is True


def test_a_click_in_the_plot_predicts_the_loss_at_its_height(asked: Visitor) -> None:
    box = asked.js("return document.getElementById('loss-picture').getBoundingClientRect().toJSON()")
    with asked.turning():
        for kind in ("mousePressed", "mouseReleased"):
            asked.mouse(kind, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, held=kind == "mousePressed")
    assert asked.text("prediction-words").startswith("You predicted 0.")


@pytest.mark.soak
def test_a_knob_turned_back_or_undone_leaves_the_question_open(asked: Visitor) -> None:
    asked.types("alpha-field", "0.1")
    asked.until("return nnbench.state.withheld === null && nnbench.queue.idle")
    assert asked.text("prediction-words").startswith("Change something, and predict")
    asked.types("alpha-field", "0.3")
    asked.until(HELD_BACK)
    asked.click("#undo")
    asked.until("return nnbench.state.withheld === null && nnbench.queue.idle")
    asked.rests()
    assert asked.shown["fingerprint"] == fingerprint()
    assert asked.depth == (0, 0)
    asked.sees_value("alpha-field", "0.1")
    assert asked.by_id("prediction-guesses").get_property("hidden") is True


def test_a_slider_that_is_dragged_shows_nothing_and_asks_when_it_is_released(beginner: Visitor) -> None:
    beginner.follows(ASKING)
    beginner.until("return nnbench.state.predicting")
    left, right, y = beginner.track("alpha-slider")
    at = [left + share * (right - left) for share in (0.5, 0.6, 0.7)]
    beginner.mouse("mousePressed", at[0], y)
    for x in at[1:]:
        beginner.mouse("mouseMoved", x, y)
    beginner.until("return nnbench.state.withheld !== null")
    assert beginner.shown["fingerprint"] == fingerprint()
    assert beginner.by_id("prediction-guesses").get_property("hidden") is True
    beginner.mouse("mouseReleased", at[-1], y, held=False)
    beginner.until(HELD_BACK)
    beginner.until("return !document.getElementById('prediction-guesses').hidden")
    assert beginner.shown["fingerprint"] == fingerprint()


EARLIER = "return document.querySelectorAll('.ghost-label[data-run], .ghost-label.pinned').length"
GREY = "return document.querySelector('#loss .js-plotly-plot').data.filter(({ name }) => !name).length"


@pytest.mark.soak
def test_beside_a_page_the_small_plot_takes_a_height(beginner: Visitor) -> None:
    beginner.follows("?lesson=xor")
    beginner.types("alpha-field", "0.5")
    beginner.until(HELD_BACK)
    beginner.until("return !document.getElementById('prediction-guesses').hidden")
    asked = "Predict the final loss too, or click at its height in the plot. The run before it ends at 0.801."
    assert beginner.text("prediction-words") == asked
    beginner.turns(beginner.click, "#loss-picture")
    assert beginner.text("prediction-words").startswith("You predicted 0.")


FAULT = "return document.body.dataset.fault"


@pytest.mark.soak
def test_beside_a_run_that_failed_it_is_said_that_it_is_still_the_one_before(beginner: Visitor) -> None:
    beginner.follows("?lesson=stuck")
    beginner.until("return nnbench.state.predicting")
    beginner.until("return !document.getElementById('why').hidden")
    assert beginner.js(FAULT) == "alpha"
    beginner.js("nnbench.moveCursor(10)")
    beginner.reads("#sentence", start="At step 10 ")
    beginner.types("alpha-field", "0.02")
    beginner.until(HELD_BACK)
    assert beginner.js(FAULT) == ""
    proof = beginner.by_id("proof")
    assert proof.is_displayed()
    assert proof.text == "What is shown is still the run before it. The run before it diverges at step 30."
    assert not beginner.by_id("why").is_displayed()


@pytest.mark.soak
def test_earlier_runs_that_may_tell_the_answer_are_hidden_until_it_is_shown(beginner: Visitor) -> None:
    beginner.opens("square-map")
    beginner.click("#pin")
    beginner.click("[data-run=A] .who")
    beginner.until(f"{EARLIER} === 1")
    beginner.turns(beginner.types, "alpha-field", "0.03")
    beginner.turns(beginner.js, "nnbench.followLink('?lesson=stuck')")
    beginner.until("return nnbench.state.predicting")
    assert beginner.ghosts != []
    beginner.until(f"{EARLIER} === 0")
    beginner.loads_plotly()
    assert beginner.sentence == "The run diverges at step 30."
    hidden_lines = beginner.js(GREY)
    beginner.click("#lesson-show")
    beginner.until(f"{EARLIER} > 1")
    beginner.until(f"{GREY} > arguments[0]", hidden_lines)


TOLD = """
const isSeen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
const words = (node) => [...node.attributes].filter(({ name }) => /^(title|aria-|data-says|value$)/.test(name));
const own = (node) => [...node.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data);
const seen = [...document.querySelectorAll('body *')].filter(isSeen);
return seen.flatMap((node) => [...own(node), ...words(node).map(({ value }) => value), node.value ?? ''])
  .concat(document.title, window.painted).join('\\n');
"""
PAINTING = """
window.painted = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
  window.painted.push(text);
  return write.call(this, text, ...place);
};
"""
TURNS = [
    {"alpha": 0.2}, {"samples": 700}, {"seed": 9}, {"alpha": 3.0}, {"momentum": 0.5},
]  # fmt: skip
MORE_TURNS = [
    {"alpha": 0.03}, {"samples": 40}, {"alpha": 0.07}, {"optimizer": "adam"}, {"batch": 4},
    *(turn for k in range(10) for turn in ({"alpha": 0.013 * (k + 1)}, {"samples": 60 + 37 * k}, {"seed": 20 + k})),
]  # fmt: skip


@pytest.fixture
def guesser(beginner: Visitor) -> Iterator[Visitor]:
    """A visitor whom every turn of a knob asks, and to whom nothing of an earlier story is said."""
    beginner.js("document.getElementById('announced').textContent = ''")
    beginner.presses("g")
    beginner.until("return nnbench.state.asksFirst")
    yield beginner
    if beginner.js("return nnbench.state.asksFirst"):
        beginner.presses("g")


@pytest.mark.parametrize("turns", [TURNS, pytest.param(TURNS + MORE_TURNS, marks=pytest.mark.soak)], ids=len)
def test_while_a_guess_is_pending_nothing_tells_the_result(guesser: Visitor, turns: list[dict[str, object]]) -> None:
    guesser.js(PAINTING)
    guesser.js("document.getElementById('sensitivity').click()")
    for turn in turns:
        guesser.js("window.painted.length = 0; nnbench.turnKnobs(arguments[0])", turn)
        guesser.until(HELD_BACK)
        guesser.js("nnbench.moveCursor(20)")
        summary = guesser.js("return nnbench.state.withheld.summary")
        shown = guesser.shown
        ends = {f"{summary['fingerprint'][:4]} {summary['fingerprint'][4:]}"}
        if summary["settled"] is not None and summary["settled"] != shown["settled"]:
            ends.add(number(summary["settled"]))
        text = guesser.js(TOLD)
        assert [end for end in ends if re.search(rf"(?<![\d.]){re.escape(end)}(?!\d)", text)] == [], turn
        assert shown["fingerprint"] in text.replace(" ", "")
        for id_ in ("lr-range", "seed-dots", "landscape-map", "landscape-says", "probe-flow"):
            assert hidden(guesser, id_), (turn, id_)
        guesser.turns(guesser.click, "#guess-lower")
        assert guesser.text("prediction-words").startswith("You predicted lower")
    assert guesser.text("prediction-tally").startswith("Right so far: α ")


def test_the_switch_asks_at_every_turn_until_it_is_switched_off(guesser: Visitor) -> None:
    assert guesser.by_id("predict").get_attribute("aria-pressed") == "true"
    guesser.until("return location.search.includes('&predict=1')")
    for alpha in (0.2, 0.3):
        guesser.types("alpha-field", str(alpha))
        guesser.until(HELD_BACK)
        assert guesser.sentence == "The next run is trained. What is its final loss?"
        guesser.turns(guesser.click, "#guess-higher")
        assert not guesser.js("return nnbench.state.predicting")
    guesser.types("alpha-field", "0.4")
    guesser.until(HELD_BACK)
    guesser.types("alpha-field", "0.3")
    guesser.until("return nnbench.state.withheld === null && nnbench.queue.idle")
    assert not guesser.js("return nnbench.state.predicting"), "turned back, there is nothing to predict"
    assert guesser.text("prediction-words") == ASKED_NEXT
    assert guesser.by_id("prediction").is_displayed()
    Select(guesser.hand("function-1")).select_by_value("relu")
    guesser.until(HELD_BACK)
    guesser.click("#undo")
    guesser.until("return document.querySelector('[data-control=function-1]').value === 'tanh'")
    assert guesser.by_id("prediction").is_displayed()
    guesser.types("alpha-field", "0.4")
    guesser.until(HELD_BACK)
    guesser.turns(guesser.click, "#predict")
    assert guesser.shown["fingerprint"] == fingerprint(alpha=0.4)
    guesser.turns(guesser.types, "alpha-field", "0.1")
    guesser.until("return !location.search.includes('predict')")
    assert not any(hidden(guesser, id_) for id_ in ("lr-range", "seed-dots", "landscape-map", "probe-flow"))


@pytest.mark.soak
def test_a_link_may_ask_at_every_turn(stranger: Visitor) -> None:
    stranger.open("?experiment=circle&predict=1&hide=runs,weights")
    assert stranger.by_id("predict").get_attribute("aria-pressed") == "true"
    assert stranger.text("prediction-words") == ASKED_NEXT
    assert stranger.by_id("prediction").is_displayed()
    stranger.types("alpha-field", "0.3")
    stranger.until(HELD_BACK)
    stranger.turns(stranger.click, "#prediction-show")
    assert stranger.text("prediction-words") == "" or not stranger.by_id("prediction").is_displayed()
