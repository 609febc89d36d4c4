"""How a run learns: momentum, the rate, batches and optimizers are knobs like any other, and each is written out."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.visitor import Visitor

PLAIN = "?experiment=circle&alpha=0.05&samples=300&view=loss"
IN_BATCHES = f"{PLAIN}&batch=16"
PLACE = "return nnbench.cursor.place"
CAPTIONS = "return [...document.querySelectorAll('#probe-update figcaption')].map((caption) => caption.textContent)"
QUERY = "return new URLSearchParams(location.search).get(arguments[0]) === arguments[1]"
IS_OFF = "return document.getElementById(arguments[0]).classList.contains('off')"
AT = "return nnbench.cursor.place.step === arguments[0]"


@pytest.fixture
def person(beginner: Visitor) -> Visitor:
    """Somebody who has followed a link of a short run, plain."""
    beginner.follows(PLAIN)
    return beginner


def test_momentum_is_turned_has_its_ghost_its_sentence_its_link_and_is_undone(person: Visitor) -> None:
    before = person.shown["fingerprint"]
    assert person.text("training-said") == "plain"
    person.unfolds("momentum-field")
    assert person.js(IS_OFF, "knob-momentum")
    person.turns(person.types, "momentum-field", "0.9")
    assert person.sentence.startswith("Turning momentum from 0 to 0.9 ")
    assert person.ghosts == ["start, α 0.05"]
    assert person.text("training-said") == "momentum 0.9"
    assert not person.js(IS_OFF, "knob-momentum")
    person.until(QUERY, "momentum", "0.9")
    learned = person.shown["fingerprint"]
    person.reload()
    assert person.shown["fingerprint"] == learned != before
    person.turns(person.click, "#undo")
    assert person.shown["fingerprint"] == before
    person.sees_value("momentum-field", "0")
    person.unfolds("momentum-field")
    for key, momentum in ((Keys.PAGE_UP, 0.1), (Keys.ARROW_RIGHT, 0.11)):
        with person.turning():
            person.one("#momentum-slider [role=slider]").send_keys(key)
        assert person.shown["momentum"] == momentum, "a page of a slider is ten of its steps"


@pytest.mark.soak
def test_the_menu_of_the_rate_gives_formulas_and_draws_their_shapes(person: Visitor) -> None:
    person.unfolds("rate-field")
    flat = person.one("#rate-curve path").get_attribute("d")
    person.click("#rate-shapes")
    items = person.driver.find_elements("css selector", "#layer-menu:popover-open [role=menuitem]")
    assert person.js("return arguments[0].map((item) => item.innerText.split('\\n')[0])", items) == [
        "Constant", "÷10 after three quarters", "1/k", "Warm-up", "Exponential",
    ]  # fmt: skip
    with person.turning():
        items[1].click()
    person.sees_value("rate-field", "where(k<225,1,0.1)")
    assert person.sentence.startswith("Changing the rate from 1 to where(k<225,1,0.1) ")
    assert person.one("#rate-curve path").get_attribute("d") != flat
    label = person.one("#rate-curve svg").get_attribute("aria-label")
    assert label == "Rate where(k<225,1,0.1): from 1 to 0.1"


def test_the_scrubber_counts_the_steps_of_batches_and_says_the_samples(person: Visitor) -> None:
    person.follows(IN_BATCHES)
    person.until("return document.querySelector('#step-read b').textContent === '19'")
    assert person.text("step-read") == "19 / 19at 300"
    person.click("#step-back")
    person.until(AT, 288)
    person.until("return document.querySelector('#step-read b').textContent === '18'")
    person.reads("#weights-view", "Step 18")
    person.click("#step-on")
    person.until(AT, 300)
    person.js("nnbench.moveCursor(100)")
    person.until(AT, 96)
    person.one("#scrubber input").send_keys(Keys.ARROW_RIGHT)
    person.until(AT, 112)
    spoken = "document.querySelector('#scrubber input').getAttribute('aria-valuetext')"
    person.until(f"return {spoken}.startsWith('7 of 19, 112 samples')")
    person.js("document.getElementById('at-probe').scrollIntoView()")
    person.sees("probe-says", "It adds its gradient to those of its batch of 16; the step comes after sample 127.")
    assert person.js(CAPTIONS) == ["sum before", "gradient × input", "sum after"]


def test_the_update_is_written_out_by_the_rule_in_force(person: Visitor) -> None:
    person.js("document.getElementById('at-probe').scrollIntoView()")
    person.until("return document.querySelectorAll('#probe-update .sign').length")
    assert person.texts("#probe-update > .sign") == ["−", "0.05", "×", "="]
    person.follows(f"{PLAIN}&momentum=0.9")
    person.js("document.getElementById('at-probe').scrollIntoView()")
    person.until("return document.querySelectorAll('#probe-update figure').length === 5")
    assert person.texts("#probe-update > .sign") == ["−", "=", "where", "v = 0.9 ×", "+", "0.05 ×"]
    assert person.js(CAPTIONS) == ["weights at 299", "v", "weights at 300", "v before", "gradient × input"]


@pytest.mark.soak
def test_the_optimizer_and_nesterov_are_chosen_and_named_while_the_fold_is_closed(person: Visitor) -> None:
    person.turns(person.picks, "optimizer", "Adam")
    assert person.sentence.startswith("Changing the optimizer from SGD to Adam ")
    assert person.text("optimizer-says") == "Adam: α acts at the update, not at the loss."
    person.turns(person.click, "#nesterov")
    assert person.sentence.startswith("Changing Nesterov's momentum from off to on changed nothing")
    person.turns(person.types, "momentum-field", "0.5")
    person.turns(person.types, "decay-field", "0.01")
    assert person.text("training-said") == "momentum 0.5 · Nesterov · decay 0.01 · Adam"
    person.until(QUERY, "decay", "0.01")
    query = dict(parse_qsl(urlsplit(person.driver.current_url).query))
    assert (query["optimizer"], query["nesterov"], query["momentum"]) == ("adam", "on", "0.5")
