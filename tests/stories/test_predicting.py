"""Where a link's prompt asks, the result of the next run waits until it is predicted."""

import pytest

from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint

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
    verb = "fell" if now < before["settled"] else "rose"
    assert asked.text("prediction-words").startswith(f"You predicted lower; it {verb} from 0.106 to 0.")
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


def test_where_a_page_covers_the_plot_nobody_is_asked_to_click_in_it(beginner: Visitor) -> None:
    beginner.follows("?lesson=xor")
    beginner.types("alpha-field", "0.5")
    beginner.until(HELD_BACK)
    beginner.until("return !document.getElementById('prediction-guesses').hidden")
    assert beginner.text("prediction-words") == "Predict the final loss. The run before it ends at 0.801."
    beginner.click("#view-loss")
    assert "click at its height" in beginner.text("prediction-words")


def test_beside_a_run_that_failed_it_is_said_that_it_is_still_the_one_before(beginner: Visitor) -> None:
    beginner.follows("?lesson=stuck")
    beginner.until("return nnbench.state.predicting")
    beginner.until("return !document.getElementById('why').hidden")
    beginner.types("alpha-field", "0.02")
    beginner.until(HELD_BACK)
    proof = beginner.by_id("proof")
    assert proof.is_displayed()
    assert proof.text == "What is shown is still the run before it. The run before it diverges."
    assert not beginner.by_id("why").is_displayed()


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
