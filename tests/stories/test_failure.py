"""A run that failed says why, marks the field at fault, and offers what was tried: one click, one step of undo."""

import pytest

from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor

REMEDY = "#why .remedy"
RED = "return document.querySelector('.over path.plot-mark')?.getAttribute('d')"


def test_too_large_an_alpha_is_named_and_its_remedy_is_one_click_and_one_undo(beginner: Visitor) -> None:
    beginner.begins("square-map")
    beginner.turns(beginner.types, "alpha-field", "0.05")
    beginner.until("return !document.getElementById('why').hidden")
    assert beginner.text("why").startswith("α is too large: the run diverges at step 130;")
    assert beginner.js("return document.body.dataset.fault") == "alpha"
    assert len(str(beginner.js(RED)).split("M")[1:]) == 15, "of 130 steps, as the sentence says"
    depth = beginner.depth
    assert beginner.one(REMEDY).text == "Try α 0.025"
    beginner.turns(beginner.click, REMEDY)
    assert beginner.shown["alpha"] == 0.025
    assert beginner.shown["settled"] is not None
    assert not beginner.by_id("why").is_displayed()
    assert beginner.js("return document.body.dataset.fault") == ""
    assert beginner.depth == (depth[0] + 1, 0)
    assert beginner.js(RED) is None


def starts_at_zero(beginner: Visitor, key: str) -> None:
    """Opens an experiment, and has all of its first weights 0; waits for why that run fails."""
    beginner.begins(key)
    with beginner.turning():
        beginner.unfolds("scheme")
        beginner.segment("scheme", "zero")
    beginner.until("return !document.getElementById('why').hidden")


def test_a_change_that_stops_every_weight_has_the_cause_of_the_run_and_is_no_luck(beginner: Visitor) -> None:
    starts_at_zero(beginner, "square-map")
    assert beginner.text("why").startswith("Not one weight moved in 600 steps: every gradient is 0.")
    assert "raised the final loss from" in beginner.sentence
    beginner.reads("#seed-rank", " of 32")
    assert "luck" not in beginner.text("seed-rank")


@pytest.mark.soak
def test_a_run_that_a_nudge_changes_has_the_cause_that_it_has_after_a_reload(beginner: Visitor) -> None:
    beginner.begins("spiral")
    beginner.turns(beginner.types, "alpha-field", "0.06")
    beginner.until("return !document.getElementById('why').hidden")
    cause = beginner.text("why")
    assert cause.startswith("Luck decides why this run fails: of this run and 5 nudged by a millionth, ")
    beginner.reload()
    beginner.until("return !document.getElementById('why').hidden")
    assert beginner.text("why") == cause


def test_one_dense_layer_says_that_no_weights_learn_xor_and_what_must_be_added(beginner: Visitor) -> None:
    beginner.begins("xor-one-layer")
    beginner.until("return !document.getElementById('why').hidden")
    assert beginner.one("#why span").text == (
        "With one dense layer the output rises in one direction only: no weights bring the mean loss on all 500 "
        "samples below 0.319, and perhaps none so low; now it is 0.549. With 3 hidden units and tanh in front some "
        "weights have less than 0.001."
    )
    assert beginner.js(IS_WHOLE), "the sentence has one line, so there are three for the cause"
    top = beginner.js(TABS)
    beginner.js("document.getElementById('sentence').append(' word'.repeat(12))")
    beginner.until("return document.getElementById('sentence').clientHeight > 30")
    beginner.until(f"{TABS} === {top}")
    before = beginner.shown["settled"]
    beginner.turns(beginner.click, REMEDY)
    assert beginner.sentence.startswith("Adding 3 hidden units lowered the final loss from 0.801 to ")
    assert beginner.shown["settled"] < 0.01 * before
    assert beginner.cards == ["Dense 2 → 3", "Activation tanh", "Dense 3 → 1", "Activation tanh"]
    assert not beginner.by_id("why").is_displayed()


IS_WHOLE = "const says = document.querySelector('#why span'); return says.scrollHeight <= says.clientHeight + 1"
"""Firefox counts a pixel more for the last line than its box has."""

TABS = "return document.querySelector('.stage-bar').getBoundingClientRect().top"


@pytest.mark.soak
def test_why_a_run_failed_and_in_how_many_seeds_it_does_stand_together_and_move_nothing(beginner: Visitor) -> None:
    beginner.begins("sine")
    beginner.turns(beginner.types, "samples-field", "1")
    top = beginner.js(TABS)
    beginner.turns(beginner.types, "samples-field", "3")
    beginner.until("return !document.getElementById('why').hidden && !document.getElementById('elsewhere').hidden")
    assert beginner.text("why").startswith(
        "With twice as many samples the final loss is 0.00118, and the mean loss on "
    )
    assert beginner.text("elsewhere") == "In 13 of 32 data seeds the same turn raises it."
    for name in ("why", "elsewhere"):
        assert beginner.by_id(name).is_displayed()
    assert beginner.js(TABS) == top


@pytest.mark.soak
def test_in_a_narrow_window_a_long_cause_has_the_width_that_two_buttons_below_one_another_leave(
    beginner: Visitor,
) -> None:
    look(beginner.driver, 900, 700)
    beginner.follows("?experiment=spiral&alpha=3&v=1")
    beginner.until("return document.querySelectorAll('#why .remedy').length === 2")
    assert beginner.js(IS_WHOLE)


HIGHEST = """
const bar = document.querySelector('.stage-bar');
window.highest = Infinity;
(function look() {
  window.isSought ||= document.getElementById('why').hidden;
  window.highest = Math.min(window.highest, bar.getBoundingClientRect().top);
  requestAnimationFrame(look);
})();
"""


def test_on_a_phone_nothing_jumps_up_while_the_next_run_s_cause_is_looked_for(beginner: Visitor) -> None:
    beginner.begins("square-map")
    look(beginner.driver, 390, 844)
    beginner.turns(beginner.js, "nnbench.turnKnobs({ alpha: 0.05 })")
    beginner.until("return !document.getElementById('why').hidden")
    beginner.rests()
    beginner.js(HIGHEST)
    top = beginner.js(TABS)
    beginner.turns(beginner.js, "nnbench.turnKnobs({ alpha: 0.06 })")
    beginner.until("return !document.getElementById('why').hidden")
    beginner.rests()
    assert beginner.js("return [isSought, highest]") == [True, min(top, beginner.js(TABS))]
    beginner.turns(beginner.js, "nnbench.turnKnobs({ alpha: 0.01 })")
    beginner.until("return !document.querySelector('.say').style.minHeight")
    assert beginner.js(TABS) < top


EDGES = """
const box = (css) => document.querySelector(css).getBoundingClientRect();
return [Math.max(box('#why').bottom, box('#elsewhere').bottom), Math.min(box('.stage-bar').top, box('#pin').top)];
"""

LINE = 16
"""The height of a line under α in pixels; Firefox counts what a letter's box has beyond it too, a pixel."""


@pytest.mark.soak
def test_the_words_about_a_failed_run_stand_clear_of_what_is_below_them(beginner: Visitor) -> None:
    beginner.follows("?experiment=doubling-map")
    beginner.turns(beginner.types, "alpha-field", "0.187")
    for size in ((1280, 720), (1000, 700), (390, 844), DESK):
        look(beginner.driver, *size)
        beginner.rests()
        beginner.until("return !document.getElementById('why').hidden && !document.getElementById('elsewhere').hidden")
        words, below = beginner.js(EDGES)
        assert words + 1 <= below, size
    assert beginner.sentence.endswith(" to 1,830 (8.6 × 10¹³ times).")
    said = "In 11 of 32 data seeds the same turn raises it; in 21 it makes the run diverge."
    assert beginner.text("elsewhere") == said
    assert beginner.js("return document.querySelector('#alpha-outcomes [data-outcome=grows]') !== null")


@pytest.mark.soak
def test_the_line_under_alpha_is_whole_in_a_low_window_and_pin_is_clear_of_words_on_a_phone(beginner: Visitor) -> None:
    look(beginner.driver, 1280, 720)
    beginner.reads("#alpha-state", "flat up to")
    hidden = "const line = document.getElementById('alpha-state'); return line.scrollHeight - line.clientHeight"
    assert beginner.js(hidden) < LINE / 2
    look(beginner.driver, 390, 844)
    beginner.turns(beginner.types, "alpha-field", "0.3")
    beginner.until("return !document.getElementById('elsewhere').hidden")
    gap = "const top = document.getElementById('pin').getBoundingClientRect().top;"
    gap += "return top - document.getElementById('elsewhere').getBoundingClientRect().bottom"
    assert beginner.js(gap) >= 4


def test_a_target_that_is_no_number_offers_the_one_before(beginner: Visitor) -> None:
    before = beginner.shown["ideal"]
    beginner.turns(beginner.fills, "y-0", "log(v0)")
    beginner.until("return !document.getElementById('why').hidden")
    assert beginner.text("why").startswith("The target is not a number at sample 2: log(v0) with v0 = −0.277.")
    assert beginner.one(REMEDY).text == "Back to Signs"
    beginner.turns(beginner.click, REMEDY)
    assert beginner.shown["ideal"] == before
    assert beginner.shown["settled"] is not None


def test_what_is_to_be_predicted_is_not_told_by_a_cause(beginner: Visitor) -> None:
    beginner.turns(beginner.js, "nnbench.followLink('?lesson=stuck')")
    beginner.until("return document.getElementById('why').textContent !== ''")
    assert not beginner.js("return document.getElementById('why').checkVisibility({ visibilityProperty: true })")
