"""Words and the first curve are there before Dash and Plotly are, which then draw in the same places."""

from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import Server, arrived
from tests.stories.visitor import Visitor

NOTE = """
window.first = {};
const there = {
  words: '#static-parts:not([hidden]) #sentence', knobs: '#alpha-slider [role=slider]', line: '.over .early',
  plotly: '#loss .scatterlayer',
};
new MutationObserver((_, watcher) => {
  for (const part in there) {
    if (!first[part] && document.querySelector(there[part])) first[part] = performance.now();
  }
  if (first.plotly) watcher.disconnect();
}).observe(document, { attributeFilter: ['hidden'], childList: true, subtree: true });
"""
BOXES = """
const box = (css) => {
  const { left, top, right, bottom } = document.querySelector(css).getBoundingClientRect();
  return [left, top, right, bottom];
};
document.querySelector('.over .early').style.display = 'inline';
return [box('.over .early'), box('#loss .scatterlayer .lines path')];
"""


@pytest.fixture
def watched(driver: Any, server: Server) -> Iterator[Visitor]:
    """A newcomer whose browser noted when each part of the page was there."""
    noted = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": NOTE})
    person = arrived(driver, server)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    yield person
    assert person.console() == []


def test_words_knobs_and_the_first_curve_do_not_wait_for_plotly(watched: Visitor) -> None:
    first = watched.js("return window.first")
    assert first["words"] < first["line"] < first["plotly"]
    assert first["knobs"] < first["plotly"]


PAGE_BEFORE_DASH = """
const shown = (id) => document.getElementById(id).checkVisibility();
const { value } = document.getElementById('alpha-field');
return [document.querySelector('#page') === null, shown('sentence'), shown('alpha-field'), value];
"""


def test_the_page_and_its_curve_are_there_while_dash_has_not_come(stranger: Visitor) -> None:
    stranger.driver.execute_cdp_cmd("Network.enable", {})
    stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*dash_renderer*"]})
    try:
        stranger.driver.get(stranger.url)
        stranger.until("return document.querySelector('.over .early')")
        assert stranger.js(PAGE_BEFORE_DASH) == [True, True, True, "0.1"]
        assert stranger.js("return document.querySelector('[data-place=alpha-slider]').inert") is False
        assert stranger.js("return document.querySelector('[data-place=target]').inert") is True
    finally:
        stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    own = [line for line in stranger.console() if "_dash-component-suites" not in line and "DashRenderer" not in line]
    assert own == []
    stranger.driver.get(stranger.url)
    stranger.rests()


def test_a_control_takes_the_place_of_its_stand_in(newcomer: Visitor) -> None:
    assert newcomer.js("return document.querySelectorAll('[data-place], #static-parts').length") == 0
    assert newcomer.js("return document.querySelectorAll('#page [data-holds]').length") > 30
    assert newcomer.js("return document.querySelector('#knob-alpha #alpha-slider [role=slider]').ariaValueText")


def test_the_first_curve_lies_where_plotly_draws_it(newcomer: Visitor) -> None:
    early, drawn = newcomer.js(BOXES)
    assert early == pytest.approx(drawn, abs=1)


def test_once_plotly_has_drawn_the_line_is_its_own_alone(newcomer: Visitor) -> None:
    assert newcomer.js("return getComputedStyle(document.querySelector('.over .early')).display") == "none"
    newcomer.js("nnbench.turnKnobs({ alpha: 0.2 })")
    newcomer.rests()
    assert newcomer.js("return document.querySelectorAll('.over .early').length") == 0


def test_the_layout_is_requested_once_before_dash_asks_for_it(newcomer: Visitor) -> None:
    asked = newcomer.js(
        "return performance.getEntriesByType('resource').filter(({ name }) => /_dash-(layout|dependencies)/.test(name))"
        ".map(({ initiatorType }) => initiatorType)"
    )
    assert asked == ["link", "link"]


def test_dash_is_told_only_what_it_does_not_know(newcomer: Visitor) -> None:
    newcomer.js(
        "window.told = []; const { set_props: set } = dash_clientside;"
        "dash_clientside.set_props = (id, props) => {"
        "  const { props: known } = dash_component_api.getLayout(id);"
        "  told.push([id, Object.keys(props).some((name) => known[name] !== props[name])]);"
        "  set(id, props);"
        "};"
    )
    newcomer.js("nnbench.turnKnobs({ alpha: 0.05 })")
    newcomer.until("return told.some(([id]) => id === 'alpha-field')")
    newcomer.rests()
    assert all(is_news for _, is_news in newcomer.js("return told"))


FOCUS = "document.addEventListener('DOMContentLoaded', () => document.getElementById('story').focus());"


@pytest.mark.parametrize("moves", [True, False])
def test_who_has_reached_a_button_keeps_it_when_the_controls_come(driver: Any, server: Server, moves: bool) -> None:
    source = FOCUS if moves else f"delete Element.prototype.moveBefore; {FOCUS}"
    noted = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    person = arrived(driver, server)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    person.rests()
    assert person.js("return 'moveBefore' in Element.prototype") is moves
    assert person.js("return document.activeElement.closest('#page') && document.activeElement.id") == "story"
    assert person.console() == []


def test_the_choices_of_a_menu_come_with_whoever_comes_to_it_and_are_its_own(newcomer: Visitor) -> None:
    named = "document.getElementById(document.getElementById('target').getAttribute('aria-controls'))"
    assert newcomer.js("return document.querySelectorAll('[role=option]').length") == 0
    newcomer.click("#target")
    newcomer.until(f"return {named}?.querySelectorAll('[role=option]').length > 2")
    newcomer.presses(Keys.ESCAPE)
    newcomer.until(f"return !{named}")
    newcomer.click("#target")
    newcomer.until(f"return {named}?.checkVisibility()")
