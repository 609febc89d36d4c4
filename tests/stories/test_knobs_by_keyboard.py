"""The whole bench can be turned from the keyboard, with the same answers."""

from itertools import takewhile
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.bench.knob_values import alpha_at, samples_position

pytestmark = pytest.mark.usefixtures("first_experiment")


def focus(visitor: Visitor, css: str) -> None:
    visitor.one(css)
    visitor.js("document.querySelector(arguments[0]).focus()", css)


def test_an_arrow_on_the_alpha_slider_is_one_step_and_one_undo_and_back_is_the_same_run(visitor: Visitor) -> None:
    past, _ = visitor.depth
    at = visitor.thumb("alpha-slider")
    focus(visitor, "#alpha-slider [role=slider]")
    visitor.turns(visitor.presses, Keys.ARROW_RIGHT)
    moved = visitor.thumb("alpha-slider")
    assert moved == pytest.approx(at + 0.001, abs=0.001)
    assert visitor.shown["fingerprint"] == fingerprint(alpha=alpha_at(moved))
    assert visitor.depth == (past + 1, 0)
    visitor.turns(visitor.presses, Keys.ARROW_LEFT)
    assert visitor.shown["alpha"] == 0.1
    assert visitor.shown["fingerprint"] == fingerprint()


@pytest.mark.soak
def test_pages_move_a_slider_by_ten_steps_and_home_and_end_to_its_ends(beginner: Visitor) -> None:
    at = beginner.thumb("alpha-slider")
    focus(beginner, "#alpha-slider [role=slider]")
    beginner.turns(beginner.presses, Keys.PAGE_UP)
    assert beginner.thumb("alpha-slider") == pytest.approx(at + 0.01, abs=0.001)
    beginner.turns(beginner.presses, Keys.PAGE_DOWN)
    assert beginner.shown["fingerprint"] == fingerprint()
    for key, position in ((Keys.END, 1.0), (Keys.HOME, 0.0)):
        beginner.turns(beginner.presses, key)
        assert beginner.thumb("alpha-slider") == position
        assert beginner.shown["fingerprint"] == fingerprint(alpha=alpha_at(position))
        if position == 1.0:
            words = "document.querySelector('#alpha-slider [role=slider]').ariaValueText"
            beginner.until(f"return {words}.startsWith('0.5')")


def test_control_z_undoes_and_with_shift_redoes(visitor: Visitor) -> None:
    visitor.turns(visitor.click, "#next-seed")
    visitor.js("document.activeElement.blur()")
    visitor.turns(visitor.presses, Keys.CONTROL + "z")
    assert visitor.shown["fingerprint"] == fingerprint()
    assert visitor.sentence == "Back to data seed 3: run a567 1021, identical."
    visitor.turns(visitor.presses, Keys.CONTROL + Keys.SHIFT + "z")
    assert visitor.shown["fingerprint"] == fingerprint(seed=4)


@pytest.mark.soak
def test_an_arrow_on_the_samples_slider_is_its_next_number_and_back_is_what_was_typed(visitor: Visitor) -> None:
    past, _ = visitor.depth
    focus(visitor, "#samples-slider [role=slider]")
    visitor.turns(visitor.presses, Keys.ARROW_LEFT)
    assert visitor.shown["fingerprint"] == fingerprint(samples=290)
    assert visitor.thumb("samples-slider") == pytest.approx(samples_position(290))
    visitor.until("return document.querySelector('#samples-slider [role=slider]').ariaValueText === '290'")
    assert visitor.depth == (past + 1, 0)
    visitor.turns(visitor.types, "samples-field", "317")
    focus(visitor, "#samples-slider [role=slider]")
    for key, samples in (
        (Keys.ARROW_RIGHT, 320), (Keys.ARROW_LEFT, 317), (Keys.ARROW_LEFT, 310), (Keys.PAGE_DOWN, 210),
    ):  # fmt: skip
        visitor.turns(visitor.presses, key)
        assert visitor.shown["samples"] == samples
        visitor.sees_value("samples-field", f"{samples:,}")


TYPED: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("alpha-field", "0.25", Keys.ENTER, {"alpha": 0.25}),
    ("alpha-field", "1e-3", Keys.TAB, {"alpha": 1e-3}),
    ("samples-field", "1,200", Keys.TAB, {"samples": 1200}),
    ("seed-field", "4294967295", Keys.ENTER, {"seed": 2**32 - 1}),
)


def test_a_typed_value_counts_on_enter_and_on_leaving_and_moves_the_thumb(visitor: Visitor) -> None:
    past, _ = visitor.depth
    knobs: dict[str, Any] = {}
    for count, (field, typed, end, change) in enumerate(TYPED, start=1):
        visitor.turns(visitor.types, field, typed, end)
        knobs |= change
        assert visitor.shown["fingerprint"] == fingerprint(**knobs), typed
        assert visitor.depth == (past + count, 0)
        assert visitor.by_id(field).get_property("ariaInvalid") != "true"
        if typed == "0.25":
            thumb = "document.querySelector('#alpha-slider [role=slider]').ariaValueNow"
            visitor.until(f"return Math.abs({thumb} - 0.4975) < 1e-6")


@pytest.mark.soak
def test_leaving_repeating_or_escaping_from_a_field_asks_for_nothing(visitor: Visitor) -> None:
    visitor.turns(visitor.drags, "alpha-slider", [0.4])
    visitor.turns(visitor.types, "samples-field", "1200")
    visitor.sees_value("samples-field", "1,200")
    depth, serial = visitor.depth, visitor.js("return nnbench.queue.serial")
    for name in ("alpha", "samples", "seed"):
        field = visitor.by_id(f"{name}-field")
        good = str(field.get_property("value"))
        field.send_keys(Keys.TAB)
        visitor.types(f"{name}-field", good)
        visitor.types(f"{name}-field", "77", Keys.ESCAPE)
        visitor.sees_value(f"{name}-field", good)
    visitor.rests()
    assert (visitor.depth, visitor.js("return nnbench.queue.serial")) == (depth, serial)
    assert visitor.shown["alpha"] == alpha_at(visitor.thumb("alpha-slider"))


def test_a_choice_of_a_menu_is_taken_with_arrows_and_enter(visitor: Visitor) -> None:
    knobs: dict[str, Any] = {}
    for menu, name in (("inputs", "inputs"), ("target", "ideal")):
        before = visitor.kept
        chooses_next(visitor, menu)
        knobs[name] = getattr(visitor.kept, name)
        assert knobs[name] != getattr(before, name)
        assert visitor.shown["fingerprint"] == fingerprint(**knobs)
    chooses_next(visitor, "experiment")
    key = visitor.js("return nnbench.state.key")
    assert key != "tanh-signs"
    assert visitor.shown["fingerprint"] == fingerprint(key)


def chooses_next(visitor: Visitor, menu: str) -> None:
    """Takes the choice after the current one with the keys alone."""
    visitor.unfolds(menu)
    focus(visitor, f"#{menu}")
    visitor.presses(Keys.ENTER)
    visitor.until("return document.querySelectorAll('[role=option]').length > 1")
    visitor.turns(visitor.presses, Keys.ARROW_DOWN, Keys.ENTER)


@pytest.mark.soak
def test_a_filter_is_chosen_with_arrows(visitor: Visitor) -> None:
    focus(visitor, "#filter input:checked")
    visitor.turns(visitor.presses, Keys.ARROW_LEFT)
    assert visitor.js("return nnbench.state.knobs.filter") == "low pass"
    visitor.turns(visitor.presses, Keys.ARROW_RIGHT)


ORDER = """
const names = [];
for (const element of document.querySelectorAll('a[href], button, input, select, [tabindex]')) {
  if (element.tabIndex < 0 || element.disabled || !element.checkVisibility()) continue;
  if (element.type === 'radio' && !element.checked) continue;
  const part = element.closest('.head, .strip, .knobs, .curve-col, .step-col, .foot, .jump');
  if (part && names.at(-1) !== part.classList[0]) names.push(part.classList[0]);
}
return names;
"""

FOCUSED = "return document.activeElement.dataset.control || document.activeElement.id"


def test_the_network_is_one_stop_and_enter_goes_in(visitor: Visitor) -> None:
    focus(visitor, ".jump a")
    stops = []
    while not visitor.js("return !!document.activeElement.closest('.knobs')"):
        visitor.presses(Keys.TAB)
        stops.append(visitor.js(FOCUSED))
    assert stops.count("network") == 1
    assert len(stops) < 9
    focus(visitor, "#network")
    visitor.presses(Keys.ENTER)
    assert visitor.js(FOCUSED) == "add-0"
    visitor.presses(Keys.TAB)
    assert visitor.js(FOCUSED) == "width-0"
    visitor.presses(Keys.SHIFT + Keys.TAB + Keys.NULL, Keys.ESCAPE)
    assert visitor.js(FOCUSED) == "network"
    visitor.presses(Keys.TAB)
    assert not visitor.js("return !!document.activeElement.closest('#network')")


def test_the_tab_key_follows_the_order_of_reading(visitor: Visitor) -> None:
    assert visitor.driver.title == "tanh learns signs · NNBench"
    order = visitor.js(ORDER)
    assert order == ["jump", "head", "strip", "knobs", "jump", "curve-col", "step-col"]
    assert visitor.js("return [...document.querySelectorAll('[tabindex]')].every((e) => e.tabIndex <= 0)")


STOPS = """
window.stops = [];
document.addEventListener('focusin', ({ target: element }) => {
  const around = [element, element.nextElementSibling], isFirst = element === document.querySelector('.jump a');
  for (let e = element.parentElement; e && around.length < 6; e = e.parentElement) around.push(e);
  const ringed = around.some((e) => e && getComputedStyle(e).outlineStyle !== 'none');
  window.stops.push([isFirst ? '' : element.id || element.ariaLabel || element.textContent, ringed]);
});
"""
"""Notes of each element that gets the focus its name, and whether it, its label or its container has a ring. After the
last stop the first one comes again, which has no name here."""


def test_every_stop_of_the_tab_key_shows_where_it_is(visitor: Visitor) -> None:
    focus(visitor, ".jump a")
    visitor.js(STOPS)
    visitor.presses(*[Keys.TAB] * 150)
    stops = list(takewhile(lambda stop: stop[0], visitor.js("return window.stops")))
    assert [name for name, ringed in stops if not ringed] == [], "these have the focus and do not show it"
    assert 20 < len(stops) < 150
