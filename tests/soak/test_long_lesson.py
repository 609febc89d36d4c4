"""A lesson of many hours in one tab: what the page holds in memory does not grow with what was done."""

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options

from benchmarks.load import server
from engine.experiments.catalogue import CATALOGUE

log = logging.getLogger(__name__)

KNOBS, EXPERIMENTS, LANDSCAPES = 2_000, 100, 60
ROUNDS = 20
"""The lesson's rounds, all alike; memory is read after half of them and after all."""
MOST_HEAP, MOST_HEAP_LATER, MOST_MEMORY_LATER = 15.0, 3.0, 20.0
"""Megabytes that the heap may add to the opened page, and that the heap and the memory may add in the later half."""
MEGABYTE = 1 << 20
PATIENCE = 120.0
TURNS = """
const [from, count, done] = arguments, { state, queue } = nnbench;
const settled = () => queue.idle && state.base.summary.fingerprint === state.shown.summary.fingerprint;
const idle = () => new Promise((resolve) => {
  const look = () => (settled() ? resolve() : setTimeout(look, 5));
  setTimeout(look, 5);
});
(async () => {
  for (let k = from; k < from + count; k++) {
    nnbench.turnKnobs(k % 2 ? { alpha: 0.02 + (k % 97) / 500 } : { seed: k % 1000, alpha: 0.05 });
    await idle();
  }
})().then(done);
"""
OPEN = "dash_clientside.set_props('experiment', { value: arguments[0] })"
OPENED = """
const { state, queue } = nnbench;
return queue.idle && state.key === arguments[0] && state.base && state.base.key === arguments[0];
"""
AXES = [("alpha", "seed"), ("alpha", "samples"), ("samples", "seed"), ("alpha", "weight_seed")]
CHOOSE = """
document.getElementById('landscape-map').scrollIntoView();
['landscape-x', 'landscape-y'].forEach((id, k) => {
  const menu = document.getElementById(id);
  menu.value = arguments[k];
  menu.dispatchEvent(new Event('change', { bubbles: true }));
});
"""
FILLED = """
const { map } = nnbench.landscape, isWhole = document.getElementById('landscape').dataset.state === 'whole';
return map && map.x === arguments[0] && map.y === arguments[1] && isWhole;
"""


@pytest.fixture
def tab(pytestconfig: pytest.Config) -> Iterator[Chrome]:
    """A tab with the page, on a server of its own that refuses nobody for the rate."""
    options: Options = pytestconfig.hook.pytest_setup_options()[0]
    for switch in ("--headless=new", "--window-size=1440,900"):
        options.add_argument(switch)
    with server(RUNS_PER_SESSION="1000000", POSTS_PER_SESSION="1000000", POSTS_PER_ADDRESS="1000000") as url:
        driver = Chrome(options=options)
        driver.set_script_timeout(600)
        try:
            driver.get(url)
            until(driver, "return window.nnbench && nnbench.state.base && nnbench.queue.idle")
            # Plotly comes once, with the first landscape.
            driver.execute_async_script("Promise.resolve(nnbench.loadPlotly()).then(() => arguments[0]())")
            yield driver
        finally:
            driver.quit()


def until(driver: Chrome, script: str, *values: Any) -> None:
    """Waits until the script answers true."""
    end = time.monotonic() + PATIENCE
    while not driver.execute_script(script, *values):
        assert time.monotonic() < end, f"this never came true: {script} {values}"
        time.sleep(0.05)


def heap_of(driver: Chrome) -> float:
    """The heap of the page in megabytes, after what is garbage has been collected."""
    for _ in range(3):
        driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    return float(driver.execute_cdp_cmd("Runtime.getHeapUsage", {})["usedSize"]) / MEGABYTE


def memory_of(driver: Chrome) -> float:
    """The memory that the page's process holds of its own, in megabytes."""
    pages = [process for process in below(driver.service.process.pid) if "--type=renderer" in command_of(process)]
    status = [Path(f"/proc/{process}/status").read_text() for process in pages]
    anonymous = [int(found[1]) for text in status if (found := re.search(r"RssAnon:\s+(\d+)", text))]
    return max(anonymous) / 1024


def below(process: int) -> Iterator[int]:
    """The processes that a process has started, and theirs."""
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            yield child
            yield from below(child)


def command_of(process: int) -> str:
    """The command line of a process."""
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def teach(driver: Chrome, number: int) -> None:
    """One round of the lesson: experiments are opened, knobs turned, landscapes filled."""
    keys = list(CATALOGUE)
    for k in range(EXPERIMENTS // ROUNDS):
        key = keys[(number * (EXPERIMENTS // ROUNDS) + k) % len(keys)]
        if driver.execute_script("return nnbench.state.key") != key:
            driver.execute_script(OPEN, key)
        until(driver, OPENED, key)
        count = KNOBS // EXPERIMENTS
        driver.execute_async_script(TURNS, number * KNOBS // ROUNDS + k * count, count)
    for k in range(LANDSCAPES // ROUNDS):
        axes = AXES[(number + k) % len(AXES)]
        driver.execute_script(CHOOSE, *axes)
        until(driver, FILLED, *axes)
    driver.execute_script("scrollTo(0, 0)")


def test_a_long_lesson_takes_no_more_memory_than_a_short_one(tab: Chrome) -> None:
    start = heap_of(tab)
    for number in range(ROUNDS // 2):
        teach(tab, number)
    half = heap_of(tab), memory_of(tab)
    for number in range(ROUNDS // 2, ROUNDS):
        teach(tab, number)
    end = heap_of(tab), memory_of(tab)
    log.info("heap %.1f → %.1f → %.1f MB, memory %.1f → %.1f MB", start, half[0], end[0], half[1], end[1])
    assert end[0] <= start + MOST_HEAP
    assert end[0] <= half[0] + MOST_HEAP_LATER
    assert end[1] <= half[1] + MOST_MEMORY_LATER
