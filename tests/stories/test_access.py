"""axe-core finds nothing to mend on the page: in both themes, on desks and on a telephone, in every state."""

from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import look
from tests.stories.visitor import Visitor

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
SIZES = {"desk": (1440, 900), "small desk": (1280, 720), "phone": (390, 844)}
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations', 'incomplete'] }).then(({ violations, passes }) => done([
  violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target} ${node.failureSummary}`)),
  passes.length,
]));
"""


def findings(visitor: Visitor) -> list[str]:
    """What axe-core finds on the page as it stands."""
    visitor.driver.execute_script(AXE)
    found, passed = visitor.driver.execute_async_script(RUN)
    assert passed > 10, "axe-core looked at next to nothing"
    return list(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(newcomer: Visitor, size: str, scheme: str) -> None:
    look(newcomer.driver, *SIZES[size], scheme)
    newcomer.reload()
    assert findings(newcomer) == []
    with newcomer.turning():
        newcomer.js("nnbench.hands['next-seed']()")
    assert findings(newcomer) == []


def help_open(visitor: Visitor) -> None:
    visitor.presses("?")
    visitor.until("return document.getElementById('help-sheet').open")


def edit_open(visitor: Visitor) -> None:
    visitor.click("#weight-cells button")
    visitor.until("return document.getElementById('edit').open")


def menu_open(visitor: Visitor) -> None:
    visitor.by_id("experiment").click()
    visitor.until("return document.querySelectorAll('[role=option]').length > 1")


def refused(visitor: Visitor) -> None:
    visitor.types("alpha-field", "abc")
    visitor.until("return document.getElementById('alpha-error').textContent !== ''")


def diverged(visitor: Visitor) -> None:
    visitor.opens("square-map")
    with visitor.turning():
        visitor.types("alpha-field", "3")


def many_layers(visitor: Visitor) -> None:
    visitor.opens("spiral")


STATES: tuple[Callable[[Visitor], None], ...] = (help_open, edit_open, menu_open, refused, diverged, many_layers)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_in_any_state(newcomer: Visitor, state: Callable[[Visitor], None], scheme: str) -> None:
    look(newcomer.driver, *SIZES["desk"], scheme)
    newcomer.reload()
    state(newcomer)
    assert findings(newcomer) == []
    newcomer.presses(Keys.ESCAPE)


CONTROLS = """
const name = (e) => e.ariaLabel || [...(e.labels || [])].map((l) => l.textContent).join() || e.textContent.trim()
  || (e.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join('');
return [...document.querySelectorAll('button, input:not([type=hidden]), a[href], [role=slider]')]
  .filter((e) => e.checkVisibility() && !name(e)).map((e) => e.outerHTML);
"""
SMALL = """
return [...document.querySelectorAll('button, a[href], [role=slider], input:not([type=radio])')]
  .filter((e) => e.checkVisibility()).map((e) => [e.id || e.textContent, e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([name, box]) => `${name} ${box.width}×${box.height}`);
"""


@pytest.mark.parametrize("size", SIZES)
def test_every_control_has_a_name_and_nothing_scrolls_sideways(newcomer: Visitor, size: str) -> None:
    look(newcomer.driver, *SIZES[size])
    newcomer.reload()
    assert newcomer.js(CONTROLS) == []
    assert newcomer.js("return document.documentElement.scrollWidth <= innerWidth")


def test_nothing_of_the_bench_is_cut_on_a_small_desk(newcomer: Visitor) -> None:
    look(newcomer.driver, *SIZES["small desk"])
    newcomer.reload()
    for part in ("knob-inputs", "loss", "at-weights"):
        box = newcomer.js("return document.getElementById(arguments[0]).getBoundingClientRect()", part)
        assert box["bottom"] <= 720, part


def test_a_narrow_screen_has_no_sideways_scroll(newcomer: Visitor) -> None:
    look(newcomer.driver, 320, 640)
    newcomer.reload()
    assert newcomer.js("return document.documentElement.scrollWidth") <= 320


def test_the_page_has_its_landmarks_one_heading_and_a_language(newcomer: Visitor) -> None:
    heard: dict[str, Any] = newcomer.js("""
    const said = (selector) => [...document.querySelectorAll(selector)].map((e) => e.ariaLabel || e.tagName.toLowerCase());
    return {
      headings: [...document.querySelectorAll('h1')].map((e) => e.id),
      sections: said('section'),
      frame: said('header, main, footer'),
      language: document.documentElement.lang,
      live: document.getElementById('sentence').ariaLive,
    };
    """)
    assert heard == {
        "headings": ["sentence"],
        "sections": ["Network", "Knobs", "Loss", "At this step"],
        "frame": ["header", "main", "footer"],
        "language": "en",
        "live": "polite",
    }


def test_the_charts_say_in_a_sentence_what_they_show(newcomer: Visitor) -> None:
    loss = newcomer.by_id("loss")
    assert loss.get_attribute("role") == "img"
    assert loss.get_attribute("aria-label") == "Loss over 300 steps: it starts at 2.38 and settles at 0.106."
