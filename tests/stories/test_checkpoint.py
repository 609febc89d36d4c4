"""The checkpoint is what every run starts from; it changes only when somebody says so."""

from dataclasses import replace

import pytest
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import checkpoint_fingerprint, run
from engine.training.network import affine_weights
from tests.stories.painted import weights_are_painted
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.base.format import grouped, two_decimals

EXPERIMENT = CATALOGUE[FIRST].experiment

CELLS = "return [...document.querySelectorAll('#weight-cells .weight')].map((cell) => cell.textContent)"

pytestmark = pytest.mark.usefixtures("first_experiment")


def chip(visitor: Visitor) -> str:
    """The digits on the checkpoint's chip."""
    return str(visitor.js("return document.getElementById('chip').lastElementChild.textContent"))


def has_chip(visitor: Visitor, digits: str) -> None:
    """Waits until the chip says exactly this."""
    visitor.until("return document.getElementById('chip').lastElementChild.textContent === arguments[0]", digits)


def test_randomize_draws_new_weights_and_keeps_everything_else(visitor: Visitor) -> None:
    has_chip(visitor, grouped(checkpoint_fingerprint(EXPERIMENT.network())))
    (past, _), before, was = visitor.depth, visitor.shown, chip(visitor)
    visitor.turns(visitor.click, "#randomize")
    now = visitor.shown
    assert visitor.sentence.startswith("New weights ")
    of_run = {"checkpoint", "settled", "first", "fingerprint", "halved_at"}
    assert {name for name in now if now[name] != before[name]} <= of_run
    has_chip(visitor, grouped(now["checkpoint"]))
    assert chip(visitor) != was
    assert visitor.depth == (past + 1, 0)
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["fingerprint"] == fingerprint()
    has_chip(visitor, was)


@pytest.mark.soak
def test_keep_makes_the_trained_weights_the_start(visitor: Visitor) -> None:
    trained = run(EXPERIMENT, EXPERIMENT.network()).trained
    visitor.turns(visitor.click, "#keep")
    again = run(EXPERIMENT, trained)
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(trained)
    assert visitor.shown["fingerprint"] == again.fingerprint
    assert visitor.sentence.startswith("Starting from the trained weights ")
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(trained)
    for wanted in (again.fingerprint, fingerprint()):
        visitor.turns(visitor.click, "#undo")
        assert visitor.shown["fingerprint"] == wanted


@pytest.mark.parametrize("key", [FIRST, "xor-hidden-layer"])
@pytest.mark.soak
def test_the_three_views_show_checkpoint_trained_and_trained_minus_checkpoint(visitor: Visitor, key: str) -> None:
    visitor.begins(key)
    experiment = CATALOGUE[key].experiment
    start, trained = experiment.network(), run(experiment, experiment.network()).trained
    before, after = ([array for pair in affine_weights(net) for array in pair] for net in (start, trained))
    views = {"checkpoint": before, "trained": after, "difference": [b - a for a, b in zip(before, after, strict=True)]}
    assert all(array.any() for array in views["difference"])
    for view in ("checkpoint", "difference", "trained"):
        numbers = [float(v) for array in views[view] for v in array.ravel()]
        visitor.segment("weights-view", view)
        visitor.until(f"return (() => {{ {CELLS} }})().join() === arguments[0]", ",".join(map(two_decimals, numbers)))
        visitor.rests()
        assert weights_are_painted(visitor, numbers)


@pytest.mark.soak
def test_a_view_stays_chosen_while_a_knob_is_turned(visitor: Visitor) -> None:
    visitor.segment("weights-view", "difference")
    visitor.turns(visitor.click, "#next-seed")
    other = replace(EXPERIMENT, seed=4)
    (M0, b0), (M, b) = (affine_weights(net)[0] for net in (other.network(), run(other, other.network()).trained))
    numbers = [float(v) for array in (M - M0, b - b0) for v in array.ravel()]
    visitor.until(f"return (() => {{ {CELLS} }})().join() === arguments[0]", ",".join(map(two_decimals, numbers)))
    visitor.segment("weights-view", "trained")


@pytest.mark.soak
def test_a_weight_that_is_no_number_is_refused_under_its_field(visitor: Visitor) -> None:
    visitor.edits("#weight-cells button[aria-label^='Bias of u0 ']")
    for typed in ("abc", "1e999", "2000000"):
        visitor.types("edit-field", typed)
        visitor.sees("edit-error", "A weight is a number from −1,000,000 to 1,000,000, such as −0.49.")
        assert visitor.by_id("edit-field").get_attribute("aria-invalid") == "true"
        assert visitor.shown["fingerprint"] == fingerprint()
    visitor.presses(Keys.ESCAPE)
    visitor.until("return !document.getElementById('edit').open")
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["fingerprint"] == fingerprint(seed=4)


def test_the_cards_show_the_network_and_one_without_weights_says_so(visitor: Visitor) -> None:
    visitor.begins("xor-hidden-layer")
    visitor.until("return document.querySelectorAll('#network .layer').length === 4")
    assert visitor.cards == ["Dense 2 → 4", "Activation tanh", "Dense 4 → 1", "Activation tanh"]
    visitor.until("return document.querySelectorAll('#network .units').length === 2")
    visitor.begins("map-plus-one")
    visitor.sees(
        "weights-key", "This network has no weights, so nothing in it can learn: add a dense layer with a + above."
    )
    assert visitor.js(CELLS) == []


def test_keys_that_follow_the_click_on_a_weight_are_in_its_field_and_a_button_sets_it_to_zero(visitor: Visitor) -> None:
    at_once = visitor.js("""
    document.querySelector("#weight-cells button[aria-label^='Weight from v0 to u1 ']").click();
    const { id, value, selectionStart, selectionEnd } = document.activeElement;
    return [id, value, selectionStart, selectionEnd];
    """)
    net = EXPERIMENT.network()
    value = f"{net.layers[0].parameters['M'][1, 0]:.6g}"
    assert at_once == ["edit-field", value, 0, len(value)]
    visitor.turns(visitor.presses, "0.75" + Keys.ENTER)
    assert visitor.sentence.startswith("Setting u₁←v₀ to 0.75 ")
    visitor.edits("#weight-cells button[aria-label^='Weight from v0 to u1 ']")
    visitor.turns(visitor.click, "#edit-zero")
    net.layers[0].parameters["M"][1, 0] = 0.0
    assert visitor.shown["fingerprint"] == run(EXPERIMENT, net).fingerprint
