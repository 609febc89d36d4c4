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
def second_tab(newcomer: Visitor, driver: Chrome) -> Iterator[tuple[str, str]]:
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


def test_a_reload_goes_on_with_the_same_experiment_and_weights(newcomer: Visitor) -> None:
    newcomer.opens("xor-hidden-layer")
    for act in ("#randomize", "#next-seed"):
        with newcomer.turning():
            newcomer.click(act)
    with newcomer.turning():
        newcomer.types("alpha-field", "0.2")
    before = newcomer.shown
    newcomer.reload()
    assert newcomer.shown == before
    newcomer.sees_value("experiment", "XOR with a hidden layer")
    newcomer.sees_value("alpha-field", "0.2")
    newcomer.sees_value("seed-field", "4")
    with newcomer.turning():
        newcomer.click("#keep")
    before = newcomer.shown
    newcomer.reload()
    assert newcomer.shown == before


def test_a_reload_of_a_page_that_is_too_busy_to_take_its_leave_loses_nothing(newcomer: Visitor) -> None:
    with newcomer.turning():
        newcomer.types("alpha-field", "0.2")
    newcomer.driver.execute_async_script(BUSY_IN_A_MOMENT)
    newcomer.reload()
    assert newcomer.shown["alpha"] == 0.2


def test_a_tab_that_version_0_1_left_opens_with_its_runs_its_pins_and_its_steps(newcomer: Visitor) -> None:
    left = json.loads(LEFT_BY_V0_1.read_text("utf-8"))
    newcomer.js("sessionStorage.setItem('nnbench-bench', arguments[0])", left["bench"])
    newcomer.reload()
    assert left["shown"].items() <= newcomer.shown.items()
    assert newcomer.depth == tuple(left["depth"])
    assert newcomer.ghosts == left["ghosts"]
    pins = "return nnbench.state.pins.map(({ letter, run }) => [letter, run.summary.fingerprint])"
    assert newcomer.js(pins) == left["pins"]
    # That version stored neither a name nor an output map with a pin.
    table = """return [...document.querySelectorAll('#runs-table tr[data-run]:not(.now)')].map((row) =>
      [row.querySelector('.run-name').value, row.querySelectorAll('.thumbnail').length]);"""
    assert newcomer.js(table) == [[letter, 0] for letter, _ in left["pins"]]
    for steps in ("past", "future"):
        names = newcomer.js("return nnbench.state[arguments[0]].map((run) => run.summary.fingerprint)", steps)
        assert names == left[steps]
    with newcomer.turning():
        newcomer.click("#redo")
    assert newcomer.shown["fingerprint"] == left["future"][0]
    for name in (left["shown"]["fingerprint"], *reversed(left["past"])):
        with newcomer.turning():
            newcomer.click("#undo")
        assert newcomer.shown["fingerprint"] == name


def test_a_reload_in_the_middle_of_a_drag_is_no_harm(newcomer: Visitor) -> None:
    left, right, y = newcomer.track("alpha-slider")
    newcomer.mouse("mousePressed", left + 0.3 * (right - left), y)
    newcomer.mouse("mouseMoved", left + 0.6 * (right - left), y)
    newcomer.reload()
    newcomer.mouse("mouseReleased", left, y, held=False)
    newcomer.rests()
    assert newcomer.shown["fingerprint"] == fingerprint()


def test_two_tabs_do_not_meet(newcomer: Visitor, second_tab: tuple[str, str], driver: Chrome) -> None:
    first, second = second_tab
    newcomer.open()
    newcomer.opens("affine-swap")
    driver.switch_to.window(first)
    assert newcomer.shown["fingerprint"] == fingerprint()
    with newcomer.turning():
        newcomer.click("#next-seed")
    assert newcomer.shown["fingerprint"] == fingerprint(seed=4)
    driver.switch_to.window(second)
    with newcomer.turning():
        newcomer.click("#next-seed")
    assert newcomer.shown["fingerprint"] == fingerprint("affine-swap", seed=4)
    assert not newcomer.console()


WRITTEN = """
const kept = nnbench.unpackSession(nnbench.storedSession());
return kept !== null && kept.base.summary.fingerprint === nnbench.state.shown.summary.fingerprint;
"""
"""What a reload or a copy of the tab would go on with is written when the browser has time for it."""

COPY_LINK = """
const link = document.createElement('a');
Object.assign(link, { id: 'copy-of-tab', href: location.pathname, target: '_blank', rel: 'opener', innerText: 'Copy' });
link.style = 'position: fixed; inset: 0 auto auto 0; z-index: 9999';
document.body.append(link);
"""
"""A link to a tab that begins with what this one has stored, as a duplicate of it does. A hand opens it: no browser has
to let a script do so."""


def test_a_duplicated_tab_takes_a_bench_of_its_own(newcomer: Visitor, driver: Chrome) -> None:
    with newcomer.turning():
        newcomer.click("#keep")
    newcomer.until(WRITTEN)
    first = driver.current_window_handle
    newcomer.js(COPY_LINK)
    newcomer.click("#copy-of-tab")
    newcomer.js("document.getElementById('copy-of-tab').remove()")
    (second,) = set(driver.window_handles) - {first}
    driver.switch_to.window(second)
    look(driver, *DESK)
    newcomer.rests()
    assert newcomer.shown["fingerprint"] == kept_weights()
    newcomer.until("return sessionStorage.getItem('nnbench-tab') === nnbench.state.tab")
    copied = newcomer.js("return nnbench.state.tab")
    with newcomer.turning():
        newcomer.click("#randomize")
    driver.close()
    driver.switch_to.window(first)
    assert newcomer.js("return nnbench.state.tab") != copied
    with newcomer.turning():
        newcomer.click("#next-seed")
    with newcomer.turning():
        newcomer.click("#undo")
    assert newcomer.shown["fingerprint"] == kept_weights()


@pytest.mark.parametrize("forgotten", ["by the server", "by the browser"])
def test_a_lost_session_goes_on_with_the_next_click(newcomer: Visitor, server: Server, forgotten: str) -> None:
    with newcomer.turning():
        newcomer.click("#keep")
    assert newcomer.shown["fingerprint"] == kept_weights()
    if forgotten == "by the server":
        server.restart()
    else:
        newcomer.driver.delete_all_cookies()
    with newcomer.turning():
        newcomer.types("alpha-field", "0.2")
    newcomer.until("return nnbench.state.shown.summary.alpha === 0.2 && nnbench.queue.idle")
    with newcomer.turning():
        newcomer.types("alpha-field", "0.1")
    assert newcomer.shown["fingerprint"] == kept_weights()
    assert newcomer.js("return document.getElementById('note').hidden")


def test_a_lost_line_is_told_and_the_newest_value_goes_once_it_is_back(newcomer: Visitor) -> None:
    newcomer.driver.execute_cdp_cmd("Network.enable", {})
    newcomer.driver.execute_cdp_cmd("Network.emulateNetworkConditions", OFFLINE)
    newcomer.click("#next-seed")
    newcomer.sees("note-text", "Connection lost. Your knobs are kept here; retrying.")
    assert newcomer.js("return document.body.classList.contains('lost')")
    assert newcomer.shown["fingerprint"] == fingerprint()
    newcomer.driver.execute_cdp_cmd("Network.emulateNetworkConditions", OFFLINE | {"offline": False})
    newcomer.until("return nnbench.state.shown.summary.seed === 4")
    newcomer.rests()
    assert newcomer.shown["fingerprint"] == fingerprint(seed=4)
    newcomer.until("return document.getElementById('note').hidden && !document.body.classList.contains('lost')")
    lines = newcomer.console()  # Chromium notes there what did not go out; other browsers do not
    assert all("ERR_INTERNET_DISCONNECTED" in line for line in lines), lines
