"""A value that a knob refuses gets a sentence under its field, and the last good run stays."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.http.guard import OTHER_VERSION

ALPHA = "α must be a number above 0, at most 1e300. Still showing 0.1."
SAMPLES = "Samples are a whole number from 1 to 1,000,000. Still showing 300."
SEED = "Seeds are whole numbers from 0 to 4,294,967,295. Still showing 3."

pytestmark = pytest.mark.usefixtures("first_experiment")

WRONG = (
    ("alpha", ALPHA, ("0", "<b>1</b>")),
    pytest.param("samples", SAMPLES, ("letters", "2,000,000"), marks=pytest.mark.soak),
    pytest.param("seed", SEED, ("letters", "4294967296"), marks=pytest.mark.soak),
)


@pytest.mark.parametrize(("knob", "sentence", "texts"), WRONG, ids=["alpha", "samples", "seed"])
def test_a_bad_value_is_answered_with_a_sentence_and_nothing_else_changes(
    visitor: Visitor, knob: str, sentence: str, texts: tuple[str, ...]
) -> None:
    depth, said, field = visitor.depth, visitor.sentence, visitor.by_id(f"{knob}-field")
    good = str(field.get_property("value"))
    for typed in texts:
        visitor.types(f"{knob}-field", typed)
        visitor.sees(f"{knob}-error", sentence)
        assert field.get_attribute("aria-invalid") == "true", typed
        assert field.get_attribute("aria-describedby") == f"{knob}-error"
        assert field.get_property("value") == typed
        assert visitor.shown["fingerprint"] == fingerprint(), typed
        assert (visitor.depth, visitor.sentence) == (depth, said)
        field.send_keys(Keys.ESCAPE)
        visitor.sees(f"{knob}-error", "")
        visitor.sees_value(f"{knob}-field", good)
        assert field.get_attribute("aria-invalid") != "true", typed
    visitor.types(f"{knob}-field", "letters")
    visitor.until("return document.getElementById(arguments[0]).textContent !== ''", f"{knob}-error")
    visitor.types(f"{knob}-field", "")
    visitor.sees_value(f"{knob}-field", good)
    visitor.sees(f"{knob}-error", "")
    assert visitor.shown["fingerprint"] == fingerprint(), "an emptied field shows the last good value again"


def test_a_sentence_goes_with_a_shown_or_good_value_and_a_knob_turns_from_the_last_good_one(visitor: Visitor) -> None:
    visitor.types("alpha-field", "abc")
    visitor.sees("alpha-error", ALPHA)
    visitor.types("alpha-field", "0.1")
    visitor.sees("alpha-error", "")
    visitor.types("alpha-field", "abc")
    visitor.sees("alpha-error", ALPHA)
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["fingerprint"] == fingerprint(seed=4)
    visitor.sees("alpha-error", "")
    visitor.types("alpha-field", "abc")
    visitor.sees("alpha-error", ALPHA)
    visitor.types("samples-field", "0")
    visitor.sees("samples-error", SAMPLES)
    visitor.sees_value("alpha-field", "0.1")
    visitor.turns(visitor.types, "samples-field", "200")
    assert visitor.shown["fingerprint"] == fingerprint(seed=4, samples=200)
    visitor.sees("samples-error", "")


@pytest.mark.soak
def test_every_other_knob_says_under_its_field_what_is_still_shown(beginner: Visitor) -> None:
    beginner.follows("?experiment=circle&alpha=0.05&samples=100&seed=4294967295")
    before = beginner.shown["fingerprint"]
    for knob in ("seed", "rate", "momentum", "decay", "batch", "distinct", "noise", "held_out", "weights"):
        still = f" Still showing {beginner.by_id(f'{knob}-field').get_property('value')}."
        beginner.types(f"{knob}-field", "x")
        beginner.until("return document.getElementById(arguments[0]).textContent.endsWith(arguments[1])",
                       f"{knob}-error", still)  # fmt: skip
        beginner.presses(Keys.ESCAPE)
        beginner.sees(f"{knob}-error", "")
    assert beginner.shown["fingerprint"] == before
    beginner.turns(beginner.drags, "batch-slider", (0.4, 1.0))
    assert beginner.shown["batch"] == 100, "a batch has no more samples than the run"


def test_a_diverged_run_says_so_in_the_sentence_the_readouts_and_the_curve(visitor: Visitor) -> None:
    visitor.begins("square-map")
    visitor.turns(visitor.types, "alpha-field", "3")
    at = visitor.shown["diverged_at"]
    assert visitor.sentence == f"Turning α from 0.02 to 3 made the run diverge at step {at}."
    for readout, text in (("read-max", "∞"), ("read-last", "not a number"), ("read-potential", "−∞")):
        visitor.sees(readout, text)
    visitor.sees("read-final", "diverged")
    assert f"diverged at step {at}" in visitor.js("return document.getElementById('loss-picture').textContent")
    visitor.turns(visitor.types, "alpha-field", "0.02")
    assert "ended the divergence" in visitor.sentence


@pytest.mark.soak
def test_a_page_that_an_update_made_old_says_to_reload_it_and_goes_on_there(newcomer: Visitor) -> None:
    newcomer.turns(newcomer.click, "#next-seed")
    before, depth = newcomer.shown, newcomer.depth
    newcomer.js("const { queue } = nnbench, { send } = queue; queue.send = (slot, { view, ...old }) => send(slot, old)")
    newcomer.js("nnbench.turnKnobs({ alpha: 0.3 })")
    newcomer.until("return document.getElementById('note-text').textContent.startsWith(arguments[0])", OTHER_VERSION)
    assert "400" in newcomer.console().pop()
    newcomer.reload()
    assert (newcomer.shown["fingerprint"], newcomer.depth) == (before["fingerprint"], depth)
