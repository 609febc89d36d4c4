"""Bars that stay in sight while a telephone's page scrolls leave room to read, and cover nothing that is jumped to."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import look
from tests.stories.visitor import Visitor

MOST = {(360, 740): 0.5, (720, 450): 0.5, (320, 370): 0.5, (320, 256): 0.35}
"""The share of the window that bars may take; 450 and 370 are the heights of 900 and 740 at a zoom of 200 %."""
STAYING = """
const stays = (element) => {
  for (let around = element; around; around = around.parentElement) {
    const { position, top } = getComputedStyle(around);
    const sticks = position === 'sticky' && around.getBoundingClientRect().top <= parseFloat(top) + 1;
    if (position === 'fixed' || sticks) return true;
  }
  return false;
};
const rows = [...Array(innerHeight).keys()];
return rows.filter((y) => stays(document.elementFromPoint(innerWidth / 2, y))).length / innerHeight;
"""
CLEAR = """
const part = document.querySelector(arguments[0]), { left, top, right } = part.getBoundingClientRect();
const over = document.elementFromPoint(Math.min((left + right) / 2, innerWidth - 4), Math.max(0, top) + 6);
return top >= 0 && top < innerHeight && part.contains(over);
"""
"""Whether the upper edge of a part is in sight, under no bar."""
MOST_STOPS = 8
FIRST_KNOB = "Learning rate α"
STOP = """
const element = document.activeElement;
const label = Array.from(element.labels || [], ({ textContent }) => textContent).join();
return element.ariaLabel || label || element.textContent;
"""
PARTS = {"1": "#at-weights", "2": "#at-response", "3": "#landscape", "4": "#at-probe", "5": "#runs"}


@pytest.mark.soak
def test_bars_leave_room(beginner: Visitor) -> None:
    look(beginner.driver, *next(iter(MOST)))
    beginner.follows("?experiment=tanh-signs&view=loss")
    for view in ("loss", "output"):
        beginner.js("scrollTo(0, 0)")
        beginner.click(f"#view-{view}")
        for size, most in MOST.items():
            look(beginner.driver, *size)
            beginner.rests()
            beginner.js("scrollTo(0, 600)")
            assert beginner.js(STAYING) <= most, (view, size)
        look(beginner.driver, *next(iter(MOST)))


@pytest.mark.soak
def test_what_is_jumped_to_lies_under_no_bar(beginner: Visitor) -> None:
    look(beginner.driver, *next(iter(MOST)))
    beginner.follows("?experiment=tanh-signs&view=loss")
    for turn, size in enumerate((*MOST, (390, 844))):
        look(beginner.driver, *size)
        beginner.rests()
        for at, (key, part) in enumerate(PARTS.items(), turn):
            beginner.js("document.activeElement.blur(); scrollTo(0, 0)")
            if at % 2:
                beginner.js("document.querySelector(`.jump a[href='${arguments[0]}']`).click()", part)
            else:
                beginner.presses(key)
            beginner.until(CLEAR, part)


@pytest.mark.parametrize("size", [(1440, 900), pytest.param((390, 844), marks=pytest.mark.soak)])
def test_the_first_knob_is_within_eight_stops_of_the_top(stranger: Visitor, size: tuple[int, int]) -> None:
    look(stranger.driver, *size)
    stranger.js("localStorage.clear()")
    stranger.driver.get(stranger.url)
    stranger.rests()
    assert stranger.js("return document.documentElement.hasAttribute('data-first-visit')")
    stops: list[str] = []
    while len(stops) < MOST_STOPS and stops[-1:] != [FIRST_KNOB]:
        stranger.presses(Keys.TAB)
        stops.append(stranger.js(STOP))
    assert stops[:2] == ["Knobs", "Result"]
    assert stops[-1] == FIRST_KNOB, "|".join(stops)


@pytest.mark.soak
def test_a_link_leads_to_the_knobs_one_to_the_result_and_others_past_the_knobs(stranger: Visitor) -> None:
    stranger.open("?experiment=tanh-signs&view=loss")
    links = "return [...document.querySelectorAll('.jump')].map((nav) => [...nav.children].map((a) => a.textContent))"
    assert stranger.js(links) == [["Knobs", "Result"], ["Weights", "Output", "Landscape", "Probe", "Runs"]]
    stranger.presses(Keys.TAB, Keys.ENTER)
    stranger.presses(Keys.TAB)
    assert stranger.js("return document.activeElement.closest('.knob').id") == "knob-alpha"


@pytest.mark.soak
def test_arrow_keys_go_along_the_header_and_move_no_step(beginner: Visitor) -> None:
    beginner.follows("?experiment=tanh-signs&view=loss")
    beginner.js("document.getElementById('story').focus()")
    beginner.presses(Keys.ARROW_RIGHT)
    assert beginner.js("return document.activeElement.id") == "share"
    beginner.presses(Keys.END)
    assert beginner.js("return document.activeElement.id") == "help"
    beginner.presses(Keys.ARROW_RIGHT)
    assert beginner.js("return document.activeElement.id") == "story"
    assert beginner.js("return nnbench.state.cursorStep") is None
    beginner.turns(beginner.presses, "n")
    beginner.presses(Keys.ARROW_RIGHT)
    assert beginner.js("return document.activeElement.id") == "undo"
    beginner.turns(beginner.presses, Keys.ENTER)
    assert beginner.js("return document.querySelectorAll('.head .acts > button[tabindex=\"0\"]').length") == 1
