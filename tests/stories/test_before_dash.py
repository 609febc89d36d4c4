"""Knobs are turned before Dash has mounted its controls, and nothing of that is lost when it does."""

from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import Server, new_visitor
from tests.stories.visitor import Visitor

HOLD_DASH = """
let Renderer = null;
Object.defineProperty(window, 'DashRenderer', {
  set: (value) => (Renderer = value),
  get: () => function (...given) { window.startDash = () => new Renderer(...given); },
});
"""
"""Dash is loaded, and starts when the story says so."""
ITS_RUN = "return nnbench.queue.idle && nnbench.state.base && nnbench.state.base.experiment[arguments[0]]"
VALUES = """
const value = (css) => document.querySelector(css).value;
const thumb = (id) => document.querySelector(`#${id} [role=slider]`);
return [thumb('alpha-slider').ariaValueNow, thumb('alpha-slider').ariaLabel, value('#alpha-field'),
  value('#filter input:checked'), document.getElementById('nesterov').checked];
"""


@pytest.fixture
def early(driver: Any, server: Server) -> Iterator[Visitor]:
    """Somebody at the page while Dash has not started."""
    noted = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HOLD_DASH})
    person = new_visitor(driver, server)
    driver.get(person.url)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    person.until("return window.startDash && nnbench.state.base && nnbench.queue.idle")
    yield person
    assert person.console() == []


def comes(person: Visitor) -> None:
    """Dash starts, and its controls stand in their places."""
    assert person.js("return document.querySelectorAll('[data-place]').length") > 30
    person.js("window.startDash()")
    person.until("return !document.querySelector('[data-place]')")
    person.rests()


def test_knobs_turn_before_dash_has_come_but_for_menus_and_its_controls_take_over(early: Visitor) -> None:
    inert = early.js("return [...document.querySelectorAll('[data-place][inert]')].map((place) => place.dataset.place)")
    assert {"target", "inputs", "experiment", "loss"} <= set(inert)
    assert not {"alpha-slider", "alpha-field", "samples-slider", "seed-field", "filter", "scheme"} & set(inert)
    early.types("alpha-field", "fast")
    early.until("return document.getElementById('alpha-error').textContent")
    assert early.shown["alpha"] == 0.1
    early.types("alpha-field", "0.2")
    early.until(f"{ITS_RUN} === 0.2", "alpha")
    assert early.sentence.startswith("Turning α from 0.1 to 0.2")
    assert early.depth == (1, 0)
    early.click("#filter input[value='low pass']")
    early.until("return nnbench.queue.idle && nnbench.state.shown.controls.filter === 'low pass'")
    early.js("document.getElementById('knob-training').open = true")
    early.click("#nesterov")
    early.until(f"{ITS_RUN} === true", "nesterov")
    early.js("document.querySelector('#samples-slider [role=slider]').focus()")
    early.presses(Keys.ARROW_RIGHT)
    early.until(f"{ITS_RUN} === 310", "samples")
    moves_a_slider(early)
    before, alpha, depth = early.js(VALUES), early.shown["alpha"], early.depth
    assert before[3:] == ["low pass", True]
    comes(early)
    assert early.js("return document.activeElement.closest('[data-holds]').dataset.holds") == "alpha-slider"
    assert early.js(VALUES) == before
    early.sees_value("samples-field", "310")
    assert (early.shown["alpha"], early.depth) == (alpha, depth)
    early.click("#undo")
    early.until(f"{ITS_RUN} !== {alpha}", "alpha")
    early.sees_value("alpha-field", f"{early.shown['alpha']:.3g}")


def moves_a_slider(early: Visitor) -> None:
    """The slider of α goes with a pointer and with keys."""
    ActionChains(early.driver).drag_and_drop_by_offset(early.by_id("alpha-slider"), 40, 0).perform()
    early.until(f"{ITS_RUN} !== 0.2", "alpha")
    assert early.shown["alpha"] > 0.1
    assert early.thumb("alpha-slider") == early.js("return nnbench.state.shown.controls.position")
    early.js("document.querySelector('#alpha-slider [role=slider]').focus()")
    for keys, by in ((Keys.ARROW_RIGHT, 0.001), (Keys.PAGE_DOWN, -0.01)):
        from_, alpha = early.thumb("alpha-slider"), early.shown["alpha"]
        early.presses(keys)
        early.until("return nnbench.queue.idle && nnbench.state.base.experiment.alpha !== arguments[0]", alpha)
        assert early.thumb("alpha-slider") == pytest.approx(from_ + by, abs=1e-6)


@pytest.mark.soak
def test_a_drag_goes_on_when_the_control_comes_under_it(early: Visitor) -> None:
    chain = ActionChains(early.driver, duration=0)
    chain.click_and_hold(early.by_id("alpha-slider")).perform()
    early.js("window.startDash()")
    early.until("return !document.querySelector('[data-place]')")
    chain.move_by_offset(50, 0).release().perform()
    early.rests()
    place = early.js("return nnbench.state.shown.controls.position")
    assert place > 0.5
    assert early.thumb("alpha-slider") == pytest.approx(place)


@pytest.mark.soak
def test_text_that_nobody_has_entered_stays_in_its_field_with_the_caret(early: Visitor) -> None:
    early.types("alpha-field", "0.2")
    early.until(f"{ITS_RUN} === 0.2", "alpha")
    early.types("alpha-field", "0.37", end=Keys.ARROW_LEFT)
    comes(early)
    early.until("return document.activeElement.id === 'alpha-field' && document.activeElement.selectionStart === 3")
    assert (early.js("return document.activeElement.value"), early.shown["alpha"]) == ("0.37", 0.2)
    early.turns(early.presses, Keys.ENTER)
    assert early.shown["alpha"] == 0.37


@pytest.mark.soak
def test_a_knob_turned_before_the_first_run_has_come_changes_that_run(stranger: Visitor) -> None:
    turn = "document.addEventListener('DOMContentLoaded', () => nnbench.turnKnobs({ alpha: 0.2 }));"
    noted = stranger.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": turn})
    stranger.open()
    stranger.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    stranger.until(f"{ITS_RUN} === 0.2", "alpha")
    assert stranger.sentence.startswith("Turning α from 0.1 to 0.2")
    assert stranger.depth == (1, 0)
