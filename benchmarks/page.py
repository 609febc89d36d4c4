"""Milliseconds from a slider's event to the curve redrawn, and then weights and maps, in headless Chromium on loopback.

A real server in a process of its own, a real browser, real pointer events. The kernel is there before the clock starts;
each cold load has a browser of its own, with nothing in its cache. The slider's clock starts in the browser at the
pointer's event and stops when the curve is drawn, or when the numbers on the weights and the words under the maps,
which are painted before them, are there. Then two seconds of dragging under 40 ms of latency each way: how many
redraws came, and how long after the last event the last value was shown.
"""

import contextlib
import statistics
import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from benchmarks import print_heading
from benchmarks.load import server

COLD_LOADS = 5
MOVES = 60
PAUSE = 0.15
DRAG_SECONDS = 2.0
LATENCY_MS = 80
SIZES = (300, 1_000, 10_000, 100_000)
"""Facts of 'tanh learns signs'."""
DIGITS, DIGITS_FACTS, DIGITS_MOVES = "digits", 5_000, 200
"""The widest table of the catalogue: 64 inputs, 16 units and 10 classes."""
GRAPHS = {"loss": "curve", "weights": "weights", "response": "maps"}
"""The page's graphs by their ids."""
PARTS = {
    "words": "the page with its words",
    "curve": "the first curve",
    "knobs": "knobs that can be turned",
}

WATCH = """
window.drawn = [];
window.times = { loss: [], weights: [], response: [] };
const marks = { loss: '#loss-picture', weights: '#weight-cells', response: '#response-says' };
const waiting = new Set();
let serial = 0;
for (const graph in window.times) {
  const redrawn = () => waiting.delete(graph) && window.times[graph].push(performance.now() - window.moved);
  const changes = { subtree: true, childList: true, attributes: true };
  new MutationObserver(() => {
    const { shown } = window.nnbench.state;
    if (graph === 'loss' && shown.serial !== serial) {
      serial = shown.serial;
      window.drawn.push([performance.now(), shown.experiment.alpha]);
    }
    redrawn();
  }).observe(document.querySelector(marks[graph]), changes);
}
window.addEventListener('pointermove', () => Object.keys(window.times).forEach((graph) => waiting.add(graph)), true);
"""
EARLY = """
window.addEventListener('pointermove', () => (window.moved = performance.now()), true);
window.seen = {};
const parts = {
  knobs: ':is([data-place]:not([inert]), [data-holds]) > #alpha-slider',
  curve: '.svg-figure path',
};
new MutationObserver((_, watcher) => {
  for (const part in parts) if (!seen[part] && document.querySelector(parts[part])) seen[part] = performance.now();
  if (seen.knobs && seen.curve) watcher.disconnect();
}).observe(document, { attributeFilter: ['inert'], childList: true, subtree: true });
"""
RECEIVED = (
    "['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))"
    ".reduce((sum, { transferSize }) => sum + transferSize, 0)"
)
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1440,900"
)


def main() -> None:
    """Prints the table, or one sentence where there is no browser to measure with."""
    if not has_browser("The page is"):
        return
    print_heading()
    with server() as url:
        loads = [cold_load(url) for _ in range(COLD_LOADS)]
        print("| cold load until there is | median / p95 ms |\n| --- | ---: |")
        for part, said in PARTS.items():
            print(f"| {said} | {spread([seen[part] for seen in loads])} |")
        print(f"\nA first visit receives {loads[0]['bytes'] / 1e6:.2f} MB before anything is touched.\n")
        watch(url)


def watch(url: str) -> None:
    """Prints the times of a slider's events, and of a drag."""
    with browser() as driver:
        opened(driver, url)
        driver.execute_script(WATCH)
        print("| slider event → redrawn, median / p95 ms | " + " | ".join(GRAPHS.values()) + " |")
        print("| --- |" + " ---: |" * len(GRAPHS))
        for facts in SIZES:
            times = slider_times(driver, facts)
            print(f"| {facts:,} facts | " + " | ".join(spread(times[graph]) for graph in GRAPHS) + " |")
        redraws, lag = drag(driver)
    with browser() as driver:
        for measure in ("", "&measure=right"):
            opened(driver, f"{url}/?experiment={DIGITS}&view=loss{measure}")
            driver.execute_script(WATCH)
            times = slider_times(driver, DIGITS_FACTS, DIGITS_MOVES)
            shown = "digits, scores on the stage" if measure else "digits"
            print(f"| {DIGITS_FACTS:,} facts, {shown} | " + " | ".join(spread(times[graph]) for graph in GRAPHS) + " |")
    print(f"\nTwo seconds of dragging, {LATENCY_MS // 2} ms each way: {redraws} redraws,", end=" ")
    print(f"the last value {lag:.0f} ms after the last event.\n")


def cold_load(url: str) -> dict[str, float]:
    """Milliseconds until a browser that has never seen the page shows each part of it."""
    with browser() as driver:
        return opened(driver, url)


def opened(driver: Any, url: str) -> dict[str, float]:
    """Opens the page and waits until it rests; milliseconds until its parts were there."""
    driver.get(url)
    wait(driver, "return !!seen.knobs && !!seen.curve && nnbench.queue.idle && !document.querySelector('[data-place]')")
    # The words come with the document: they are there with the first paint.
    painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    seen: dict[str, float] = driver.execute_script(f"return {{ ...window.seen, words: {painted}, bytes: {RECEIVED} }}")
    return seen


def has_browser(what: str) -> bool:
    """Whether there is one to measure with; where not, a sentence says so."""
    found = find_spec("selenium") is not None  # installed for tests only
    if not found:
        print(f"{what} measured with selenium and Chromium, which `make test` installs.\n")
    return found


@contextlib.contextmanager
def browser(**logs: str) -> Iterator[Any]:
    """Headless Chromium that notes when parts of the page are there, and each event before the page hears of it; with
    these logs of its own, such as performance="ALL"."""
    from selenium import webdriver  # noqa: PLC0415
    from selenium.webdriver.chrome.options import Options  # noqa: PLC0415

    options = Options()
    for switch in SWITCHES.split():
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", logs)
    driver = webdriver.Chrome(options=options)
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": EARLY})
        yield driver
    finally:
        driver.quit()


def spread(times: list[float]) -> str:
    """Median and 95th percentile; a dash for fewer than two times."""
    if len(times) < 2:
        return "–"
    return f"{statistics.median(times):.0f} / {statistics.quantiles(times, n=20)[-1]:.0f}"


def slider_times(driver: Any, facts: int, moves: int = MOVES) -> dict[str, list[float]]:
    """For each graph, milliseconds from the pointer's event to the next drawing; maps come with some events only."""
    driver.execute_script(f"window.nnbench.turnKnobs({{ samples: {facts} }})")
    wait(driver, f"return window.nnbench.state.base.experiment.samples === {facts} && window.nnbench.queue.idle")
    left, top, width = track(driver)
    mouse(driver, "mousePressed", left + 0.3 * width, top)
    driver.execute_script("Object.values(window.times).forEach((times) => (times.length = 0))")
    for move in range(moves):
        time.sleep(PAUSE)
        mouse(driver, "mouseMoved", left + (0.3 + 0.36 * (move + 1) / moves) * width, top)
    wait(driver, "return window.nnbench.queue.idle")
    times: dict[str, list[float]] = driver.execute_script("return window.times")
    mouse(driver, "mouseReleased", left + 0.66 * width, top)
    wait(driver, "return window.nnbench.queue.idle")
    return times


def drag(driver: Any) -> tuple[int, float]:
    """Redraws during two seconds of pointer moves under latency, and how long after them the last value was drawn."""
    driver.execute_script("window.nnbench.turnKnobs({ samples: 300 })")
    wait(driver, "return window.nnbench.state.base.experiment.samples === 300 && window.nnbench.queue.idle")
    driver.execute_cdp_cmd("Network.enable", {})
    condition = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": -1, "uploadThroughput": -1}
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", condition)
    left, top, width = track(driver)
    mouse(driver, "mousePressed", left + 0.2 * width, top)
    driver.execute_script("window.drawn.length = 0")
    begun = time.monotonic()
    while (past := time.monotonic() - begun) < DRAG_SECONDS:
        mouse(driver, "mouseMoved", left + (0.2 + 0.6 * past / DRAG_SECONDS) * width, top)
    redraws = driver.execute_script("return window.drawn.length")
    mouse(driver, "mouseReleased", left + 0.8 * width, top)
    wait(driver, "return window.nnbench.queue.idle")
    lag = driver.execute_script(
        "const last = window.drawn.at(-1); return window.drawn.find((d) => d[1] === last[1])[0] - window.moved"
    )
    return redraws, lag


def track(driver: Any) -> tuple[float, float, float]:
    """Left, middle and width of the slider's track, in pixels."""
    box = driver.execute_script("return document.querySelector('#alpha-slider').getBoundingClientRect().toJSON()")
    return box["left"], box["top"] + box["height"] / 2, box["width"]


def mouse(driver: Any, kind: str, x: float, y: float) -> None:
    """A real pointer event."""
    event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
    driver.execute_cdp_cmd("Input.dispatchMouseEvent", event)


def wait(driver: Any, condition: str, seconds: float = 30.0) -> None:
    """Until the script answers true."""
    until = time.monotonic() + seconds
    while not driver.execute_script(condition):
        if time.monotonic() > until:
            raise TimeoutError(condition)
        time.sleep(0.002)


if __name__ == "__main__":
    main()
