"""Where a link's prompt asks, the result of the next run waits until it is predicted."""

import pytest

from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint

ASKING = "?experiment=tanh-signs&prompt=Will%20a%20larger%20%CE%B1%20help%3F"
HELD_BACK = "return nnbench.state.withheld !== null && nnbench.queue.idle"


@pytest.fixture
def asked(newcomer: Visitor) -> Visitor:
    """A visitor whom a link asks, and who has turned α."""
    newcomer.driver.get(newcomer.url + ASKING)
    newcomer.rests()
    newcomer.until("return nnbench.state.predicting")
    newcomer.types("alpha-field", "0.2")
    newcomer.until(HELD_BACK)
    return newcomer


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
    asked.sees_value("alpha-field", "0.2")
    with asked.turning():
        asked.click("#guess-lower")
    assert asked.shown["fingerprint"] == fingerprint(alpha=0.2)
    now = asked.shown["settled"]
    verb = "fell" if now < before["settled"] else "rose"
    assert asked.text("prediction-words").startswith(f"You predicted lower; it {verb} from 0.106 to 0.")
    assert asked.sentence.startswith("Turning α from 0.1 to 0.2 ")
    assert asked.depth == (1, 0)
    assert not any(hidden(asked, id_) for id_ in ("lr-range", "seed-dots", "seed-rank", "alpha-state"))
    with asked.turning():
        asked.click("#next-seed")
    assert asked.sentence.startswith("Changing the seed from 3 to 4 ")


def test_show_shows_it_without_a_prediction(asked: Visitor) -> None:
    with asked.turning():
        asked.click("#prediction-show")
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


def test_a_slider_that_is_dragged_shows_nothing_and_asks_when_it_is_released(newcomer: Visitor) -> None:
    newcomer.driver.get(newcomer.url + ASKING)
    newcomer.rests()
    newcomer.until("return nnbench.state.predicting")
    left, right, y = newcomer.track("alpha-slider")
    at = [left + share * (right - left) for share in (0.5, 0.6, 0.7)]
    newcomer.mouse("mousePressed", at[0], y)
    for x in at[1:]:
        newcomer.mouse("mouseMoved", x, y)
    newcomer.until("return nnbench.state.withheld !== null")
    assert newcomer.shown["fingerprint"] == fingerprint()
    assert newcomer.by_id("prediction-guesses").get_property("hidden") is True
    newcomer.mouse("mouseReleased", at[-1], y, held=False)
    newcomer.until(HELD_BACK)
    newcomer.until("return !document.getElementById('prediction-guesses').hidden")
    assert newcomer.shown["fingerprint"] == fingerprint()
