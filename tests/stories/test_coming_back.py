"""A tab goes on where it was: after a reload, beside other tabs, and when the server has forgotten it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import run
from tests.stories.conftest import DESK, Server, look
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint

LEFT_BY_V0_1 = Path(__file__).parents[1] / "compatibility/v0_1/tab.json"
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}

BUSY_IN_A_MOMENT = """
const done = arguments[0], busy = () => { for (const end = performance.now() + 3000; performance.now() < end;); };
setTimeout(() => { done(); setTimeout(busy, 0); }, 0);
"""
"""Returns a little later; from then on nothing else runs in the page for three seconds."""


@pytest.fixture
def second_tab(beginner: Visitor, driver: Chrome) -> Iterator[tuple[str, str]]:
    """The handles of the story's tab and of another one, which is in front."""
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    yield first, driver.current_window_handle
    for handle in driver.window_handles:
        if handle != first:
            driver.switch_to.window(handle)
            driver.close()
    driver.switch_to.window(first)


def kept_weights() -> str:
    """The fingerprint of the first experiment, run from its own trained weights."""
    experiment = CATALOGUE[FIRST].experiment
    return run(experiment, run(experiment, experiment.network()).trained).fingerprint


def test_a_reload_goes_on_with_the_same_experiment_and_weights(beginner: Visitor) -> None:
    beginner.opens("xor-hidden-layer")
    for act in ("#keep", "#randomize", "#next-seed"):
        beginner.turns(beginner.click, act)
    beginner.turns(beginner.types, "alpha-field", "0.2")
    beginner.turns(beginner.takes, "add-3", "Identity")
    before, cards = beginner.shown, beginner.cards
    beginner.reload()
    assert (beginner.shown, beginner.cards) == (before, cards)
    beginner.sees_value("experiment", "XOR with a hidden layer")
    beginner.sees_value("alpha-field", "0.2")
    beginner.sees_value("seed-field", "4")


@pytest.mark.soak
def test_a_reload_of_a_page_that_is_too_busy_to_take_its_leave_loses_nothing(beginner: Visitor) -> None:
    beginner.turns(beginner.types, "alpha-field", "0.2")
    beginner.driver.execute_async_script(BUSY_IN_A_MOMENT)
    beginner.reload()
    assert beginner.shown["alpha"] == 0.2


def test_a_tab_that_version_0_1_left_opens_with_its_runs_its_pins_and_its_steps(beginner: Visitor) -> None:
    left = json.loads(LEFT_BY_V0_1.read_text("utf-8"))
    beginner.js("sessionStorage.setItem('nnbench-bench', arguments[0])", left["bench"])
    beginner.reload()
    assert left["shown"].items() <= beginner.shown.items()
    assert beginner.depth == tuple(left["depth"])
    assert beginner.ghosts == left["ghosts"]
    pins = "return nnbench.state.pins.map(({ letter, run }) => [letter, run.summary.fingerprint])"
    assert beginner.js(pins) == left["pins"]
    # That version stored neither a name nor an output map with a pin.
    table = """return [...document.querySelectorAll('#runs-table tr[data-run]:not(.now)')].map((row) =>
      [row.querySelector('.run-name').value, row.querySelectorAll('.thumbnail').length]);"""
    assert beginner.js(table) == [[letter, 0] for letter, _ in left["pins"]]
    for steps in ("past", "future"):
        names = beginner.js("return nnbench.state[arguments[0]].map((run) => run.summary.fingerprint)", steps)
        assert names == left[steps]
    beginner.turns(beginner.click, "#redo")
    assert beginner.shown["fingerprint"] == left["future"][0]
    for name in (left["shown"]["fingerprint"], *reversed(left["past"])):
        beginner.turns(beginner.click, "#undo")
        assert beginner.shown["fingerprint"] == name


@pytest.mark.soak
def test_a_reload_in_the_middle_of_a_drag_is_no_harm(beginner: Visitor) -> None:
    left, right, y = beginner.track("alpha-slider")
    beginner.mouse("mousePressed", left + 0.3 * (right - left), y)
    beginner.mouse("mouseMoved", left + 0.6 * (right - left), y)
    beginner.reload()
    beginner.mouse("mouseReleased", left, y, held=False)
    beginner.rests()
    assert beginner.shown["fingerprint"] == fingerprint()


@pytest.mark.soak
def test_two_tabs_do_not_meet(beginner: Visitor, second_tab: tuple[str, str], driver: Chrome) -> None:
    first, second = second_tab
    beginner.open()
    beginner.opens("affine-swap")
    driver.switch_to.window(first)
    assert beginner.shown["fingerprint"] == fingerprint()
    beginner.turns(beginner.click, "#next-seed")
    assert beginner.shown["fingerprint"] == fingerprint(seed=4)
    driver.switch_to.window(second)
    beginner.turns(beginner.click, "#next-seed")
    assert beginner.shown["fingerprint"] == fingerprint("affine-swap", seed=4)
    assert not beginner.console()


WRITTEN = """
const kept = nnbench.unpackSession(nnbench.storedSession());
return kept !== null && kept.base.summary.fingerprint === nnbench.state.shown.summary.fingerprint;
"""
"""Whether the session is stored that a reload or a copy of the tab goes on with; a busy browser writes it later."""

COPY_LINK = """
const link = document.createElement('a');
Object.assign(link, { id: 'copy-of-tab', href: location.pathname, target: '_blank', rel: 'opener', innerText: 'Copy' });
link.style = 'position: fixed; inset: 0 auto auto 0; z-index: 9999';
document.body.append(link);
"""
"""A link to a tab that begins with what this one has stored, as a duplicate of it does. A hand opens it: no browser has
to let a script do so."""


@pytest.mark.soak
def test_a_duplicated_tab_takes_a_bench_of_its_own(beginner: Visitor, driver: Chrome) -> None:
    beginner.turns(beginner.click, "#keep")
    beginner.until(WRITTEN)
    first = driver.current_window_handle
    beginner.js(COPY_LINK)
    beginner.click("#copy-of-tab")
    beginner.js("document.getElementById('copy-of-tab').remove()")
    (second,) = set(driver.window_handles) - {first}
    driver.switch_to.window(second)
    look(driver, *DESK)
    beginner.rests()
    assert beginner.shown["fingerprint"] == kept_weights()
    beginner.until("return sessionStorage.getItem('nnbench-tab') === nnbench.state.tab")
    copied = beginner.js("return nnbench.state.tab")
    beginner.turns(beginner.click, "#randomize")
    driver.close()
    driver.switch_to.window(first)
    assert beginner.js("return nnbench.state.tab") != copied
    beginner.turns(beginner.click, "#next-seed")
    beginner.turns(beginner.click, "#undo")
    assert beginner.shown["fingerprint"] == kept_weights()


def test_a_page_that_comes_back_as_it_was_goes_on_with_its_weights(beginner: Visitor, driver: Chrome) -> None:
    beginner.turns(beginner.click, "#randomize")
    before = beginner.shown
    beginner.js("window.left = true")
    driver.get(beginner.url + "?experiment=affine-swap")
    beginner.rests()
    driver.back()
    beginner.rests()
    axes = "return ['x', 'y'].map((axis) => document.getElementById(`landscape-${axis}`).value)"
    assert beginner.js(axes) == ["alpha", "seed"]
    if not beginner.js("return window.left"):
        pytest.skip("This browser loads a page to which it goes back anew.")
    assert beginner.shown["fingerprint"] == before["fingerprint"]
    beginner.turns(beginner.click, "#next-seed")
    assert beginner.shown["checkpoint"] == before["checkpoint"]
    beginner.reload()
    assert beginner.shown["checkpoint"] == before["checkpoint"]


@pytest.mark.soak
def test_a_session_that_server_or_browser_lost_goes_on_with_the_next_click(beginner: Visitor, server: Server) -> None:
    beginner.turns(beginner.click, "#keep")
    assert beginner.shown["fingerprint"] == kept_weights()
    for forget in (server.restart, beginner.driver.delete_all_cookies):
        forget()
        beginner.turns(beginner.types, "alpha-field", "0.2")
        beginner.until("return nnbench.state.shown.summary.alpha === 0.2 && nnbench.queue.idle")
        beginner.turns(beginner.types, "alpha-field", "0.1")
        assert beginner.shown["fingerprint"] == kept_weights(), forget
        assert beginner.js("return document.getElementById('note').hidden")


@pytest.mark.soak
def test_a_lost_line_is_told_and_the_newest_value_goes_once_it_is_back(beginner: Visitor) -> None:
    beginner.driver.execute_cdp_cmd("Network.enable", {})
    beginner.driver.execute_cdp_cmd("Network.emulateNetworkConditions", OFFLINE)
    beginner.click("#next-seed")
    beginner.sees("note-text", "Connection lost. Your knobs are kept here; retrying.")
    assert beginner.js("return document.body.classList.contains('lost')")
    assert beginner.shown["fingerprint"] == fingerprint()
    beginner.driver.execute_cdp_cmd("Network.emulateNetworkConditions", OFFLINE | {"offline": False})
    beginner.until("return nnbench.state.shown.summary.seed === 4")
    beginner.rests()
    assert beginner.shown["fingerprint"] == fingerprint(seed=4)
    beginner.until("return document.getElementById('note').hidden && !document.body.classList.contains('lost')")
    lines = beginner.console()  # Chromium notes there what did not go out; other browsers do not
    assert all("ERR_INTERNET_DISCONNECTED" in line for line in lines), lines
