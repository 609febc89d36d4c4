"""A first visit: the run plays itself once, and an invitation stands in the picture; any act goes to the end."""

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.stories.conftest import SETTINGS, Server, look, new_visitor
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp.bench.page_content import CATALOGUE_CONTENT

OPENING = "return document.documentElement.hasAttribute('data-opening')"
SOON = """
const next = window.requestAnimationFrame;
window.requestAnimationFrame = (frame) => next((now) => frame(now + 6000));
window.inItsTime = () => (window.requestAnimationFrame = next);
"""
"""The rest of the six seconds that a run plays passes at once."""
AT_END = "const { place, of } = nnbench.cursor; return place.step === place.last && of === place.last"


@pytest.fixture(scope="module")
def bench() -> Iterator[Server]:
    """The server as everybody finds it."""
    running = Server(SETTINGS, CATALOGUE_CONTENT)
    yield running
    running.stop()


@pytest.fixture
def newcomer(driver: Chrome, bench: Server) -> Iterator[Visitor]:
    """Somebody who is here for the first time, and leaves a clean console."""
    person = new_visitor(driver, bench)
    person.js("localStorage.clear()")
    yield person
    assert person.console() == []


def invited(visitor: Visitor) -> bool:
    return bool(visitor.by_id("invitation").is_displayed())


def test_the_first_run_plays_itself_once_and_then_invites(newcomer: Visitor) -> None:
    newcomer.driver.get(newcomer.url)
    newcomer.until(OPENING + " && window.nnbench?.isPlaying?.() && nnbench.cursor.place.step < 1000")
    assert not invited(newcomer)
    newcomer.js(SOON)
    newcomer.until("return !document.documentElement.hasAttribute('data-opening')")
    newcomer.until(AT_END)
    newcomer.rests()
    assert newcomer.shown["fingerprint"] == fingerprint("circle")
    assert newcomer.js("return document.documentElement.dataset.view") == "output"
    assert invited(newcomer)
    newcomer.js("window.inItsTime()")
    newcomer.click("#play-again")
    newcomer.until("return nnbench.isPlaying() && nnbench.cursor.place.step < 2000")
    assert not invited(newcomer)
    newcomer.js("nnbench.pausePlay()")
    newcomer.open()
    assert not newcomer.js(OPENING), "it plays on a first visit alone"


@pytest.mark.soak
def test_an_act_goes_to_the_end_and_a_turned_knob_takes_the_invitation_away(newcomer: Visitor) -> None:
    newcomer.open()
    newcomer.until(OPENING + " && nnbench.isPlaying()")
    newcomer.click("#view-loss")
    assert not newcomer.js(OPENING)
    assert newcomer.js("return document.documentElement.dataset.view") == "loss"
    newcomer.until(AT_END)
    assert invited(newcomer)
    newcomer.turns(newcomer.types, "alpha-field", "0.3")
    assert not invited(newcomer)


def test_whoever_wants_less_motion_or_comes_by_a_link_finds_the_run_finished(newcomer: Visitor) -> None:
    calm = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    newcomer.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": calm})
    newcomer.open()
    newcomer.until("return Boolean(nnbench.currentTrajectory())")
    assert not newcomer.js(OPENING)
    newcomer.until(AT_END)
    look(newcomer.driver, 1440, 900)
    newcomer.js("localStorage.clear()")
    newcomer.open("?experiment=spiral")
    newcomer.until("return Boolean(nnbench.currentTrajectory())")
    assert not newcomer.js(OPENING)
    assert newcomer.js(AT_END)
