"""The loss is a knob: a list under Training, whose losses are never compared with those of another kind."""

import pytest

from tests.stories.visitor import Visitor

CIRCLE = "?experiment=circle&alpha=0.05&samples=300&view=loss"
CLASSES = (
    "?experiment=tanh-signs&target=own&y0=where(v0%3E0,1,0)&y1=where(v0%3E0,0,1)&layers=2:4~tanh~4:2&samples=300"
    "&loss=cross-entropy"
)
QUERY = "return new URLSearchParams(location.search).get(arguments[0]) === arguments[1]"
CAPTIONS = "return [...document.querySelectorAll('#output figcaption b')].map((name) => name.textContent).slice(0, 1)"
UNDERLINED = "return document.querySelectorAll('#runs-table .lowest').length"


@pytest.fixture
def person(beginner: Visitor) -> Visitor:
    """Somebody who has followed a link of a short run with the usual loss."""
    beginner.follows(CIRCLE)
    return beginner


def test_the_loss_is_chosen_has_its_sentence_its_ghost_its_link_and_is_undone(person: Visitor) -> None:
    before = person.shown["fingerprint"]
    person.turns(person.picks, "kind-of-loss", "Logistic")
    assert person.sentence.startswith("The loss is now logistic; its final value is ")
    assert "→" not in person.text("proof")
    assert person.text("training-said") == "logistic loss"
    person.until("return document.querySelectorAll('.ghost-label[data-run]').length === 1")
    assert person.js("return document.querySelector('.ghost-label[data-run]').title") == "half square: start, α 0.05"
    person.until(QUERY, "loss", "logistic")
    assert person.shown["fingerprint"] != before
    person.turns(person.click, "#undo")
    assert person.shown["fingerprint"] == before
    person.sees_value("kind-of-loss", "Half square")
    assert person.text("training-said") == "plain"
    assert not person.js("return document.getElementById('floor').hidden")


@pytest.mark.soak
def test_a_loss_that_does_not_fit_the_target_is_refused_and_the_probe_says_how_one_comes_about(person: Visitor) -> None:
    before = person.shown["fingerprint"]
    person.picks("kind-of-loss", "Cross-entropy")
    person.until("return document.getElementById('loss-error').textContent.length > 0")
    assert person.text("loss-error").startswith("Cross-entropy needs two outputs or more ")
    assert person.text("loss-error").endswith(" Still showing half square.")
    assert person.shown["fingerprint"] == before
    person.turns(person.picks, "kind-of-loss", "Absolute")
    assert person.text("loss-error") == ""
    assert person.sentence.startswith("The loss is now absolute; ")
    assert person.js("return document.getElementById('floor').hidden"), "it has no floor"
    person.turns(person.picks, "kind-of-loss", "Logistic")
    person.picks("target", "Swap")
    person.until("return document.getElementById('target-error').textContent.length > 0")
    assert person.text("target-error").startswith("The logistic loss needs targets of −1 and 1.")
    person.one("#at-probe").location_once_scrolled_into_view  # noqa: B018
    person.reads("#probe-says", start="The loss is ")
    assert person.text("probe-says").startswith("The loss is ln(1 + exp(−t·y)): ")
    assert "Its gradient at y is −t ÷ (1 + exp(t·y)): " in person.text("probe-says")
    assert "×" in person.texts("#probe-flow .arrow")


@pytest.mark.soak
def test_runs_of_two_losses_are_not_ranked_and_a_comparison_says_which_loss_measures_a_wall(person: Visitor) -> None:
    person.click("#pin")
    person.turns(person.picks, "kind-of-loss", "Huber")
    person.until("return document.querySelectorAll('#runs-table tbody tr').length === 2")
    assert person.js(UNDERLINED) == 0
    person.js("document.activeElement.blur()")
    person.presses("c")
    listed = "[...document.querySelectorAll('#compare-list dd')].map((line) => line.textContent)"
    person.until(f"return {listed}.some((line) => / by the current loss$/.test(line))")
    shown = "both as the network gives them, though the loss of A may read them otherwise"
    assert person.js(f"return {listed}.includes(arguments[0])", shown)
    person.click("#compare-close")
    person.turns(person.types, "alpha-field", "0.06")
    person.click("#pin")
    person.turns(person.types, "alpha-field", "0.07")
    person.until("return document.querySelectorAll('#runs-table tbody tr').length === 3")
    assert person.js(UNDERLINED) == 1


@pytest.mark.soak
def test_cross_entropy_shows_probabilities(person: Visitor) -> None:
    person.follows(CLASSES + "&view=loss")
    person.until("return document.querySelectorAll('#response .map-label.above').length === 3")
    assert person.texts("#response .map-label.above") == ["Target", "Probability", "Error, −1 to 1"]
    assert person.texts("#response-key > span") == ["0", "1"]
    assert "probability" in person.text("response-says")
    person.one("#at-probe").location_once_scrolled_into_view  # noqa: B018
    person.until("return document.querySelectorAll('#probe-flow .name').length > 0")
    assert "Probabilityp = softmax(y)" in person.texts("#probe-flow .name")
    person.follows(CLASSES + "&view=output")
    person.until("return document.querySelectorAll('#output figcaption b').length > 0")
    assert person.js(CAPTIONS) == ["Probability y₀"]
    assert person.texts("#output .ends span")[:3] == ["0", "0.5", "1"]
    person.follows(CLASSES.replace("cross-entropy", "huber") + "&view=output")
    person.until("return document.querySelector('#output figcaption b').textContent === 'Output y₀'")
    assert person.texts("#output .ends span")[:3] == ["−1", "0", "1"]
