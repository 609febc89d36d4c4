"""The waiting times on a slow line: 400 ms of latency and 400 kbit/s, as Chromium emulates them.

A first visit with nothing in the browser's cache, and a second one in another tab; the bytes of one turned knob with
all that is computed beside it; and two seconds of dragging: the time from letting go to the last value. Received bytes
are counted on the line, sent ones in the bodies.
"""

import statistics
import time
from typing import Any

from benchmarks import print_heading
from benchmarks.load import server
from benchmarks.page import EARLY, browser, has_browser, mouse, track, wait

LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Milliseconds, and bytes a second."""
VISITS = 3
DRAG_SECONDS = 2.0
QUIET = 3.0
"""Seconds without a request after which the page rests."""
COUNTING = """
window.sent = 0;
window.busy = { open: 0, last: 0 };
const begun = (body) => {
  window.sent += body?.length ?? 0;
  window.busy.open += 1;
};
const ended = () => Object.assign(window.busy, { open: window.busy.open - 1, last: performance.now() });
const plain = window.fetch, { send } = XMLHttpRequest.prototype;
window.fetch = (address, options) => {
  begun(options?.body);
  const answer = plain(address, options);
  answer.then(async (response) => { await response.clone().arrayBuffer(); ended(); }, ended);
  return answer;
};
XMLHttpRequest.prototype.send = function (body) {
  begun(body);
  this.addEventListener('loadend', ended);
  send.call(this, body);
};
performance.setResourceTimingBufferSize(5000);
"""
RECEIVED = """
const kinds = arguments[0] ? ['resource'] : ['navigation', 'resource'];
const entries = kinds.flatMap((kind) => performance.getEntriesByType(kind));
const later = entries.filter(({ startTime }) => startTime >= arguments[0]);
return later.reduce((sum, { transferSize }) => sum + transferSize, 0);
"""
RESTS = """
const { queue, state } = nnbench;
return queue.idle && !state.held && !busy.open && performance.now() - busy.last > arguments[0];
"""
READY = """
return !!window.nnbench && !!window.seen && !!seen.knobs && !!seen.curve && !document.querySelector('[data-place]');
"""
WATCH = """
window.shown = [];
let serial = nnbench.state.shown.serial;
new MutationObserver(() => {
  const { shown } = nnbench.state;
  if (shown.serial !== serial) window.shown.push([performance.now(), shown.experiment.alpha]);
  serial = shown.serial;
}).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true, attributes: true });
window.addEventListener('pointerup', () => (window.released = performance.now()), true);
"""


def main() -> None:
    """Prints the tables, or one sentence where there is no browser to measure with."""
    if not has_browser("The slow line is"):
        return
    print_heading()
    with server() as url:
        pairs = [visits(url) for _ in range(VISITS)]
        print("| 400 ms, 400 kbit/s, median | words and finding | knob | curve | kB until a knob turns | kB at rest |")
        print("| --- |" + " ---: |" * 5)
        for name, which in (("first visit", 0), ("second visit, another tab", 1)):
            print(f"| {name} | " + " | ".join(medians([pair[which] for pair in pairs])) + " |")
        print()
        turned(url)


def medians(seen: list[dict[str, float]]) -> list[str]:
    """The medians of what visits measured, in seconds and in kB."""
    times = [f"{statistics.median(one[name] for one in seen) / 1000:.1f} s" for name in ("words", "knobs", "curve")]
    return times + [f"{statistics.median(one[name] for one in seen) / 1000:.0f}" for name in ("early", "bytes")]


def slowed(driver: Any) -> None:
    """Puts the tab on the slow line, with a counter of its bytes."""
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", LINE)
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": COUNTING})


def visits(url: str) -> tuple[dict[str, float], dict[str, float]]:
    """A first visit, and one more in another tab of the same browser."""
    with browser() as driver:
        slowed(driver)
        first = visit(driver, url)
        driver.switch_to.new_window("tab")
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": EARLY})
        slowed(driver)
        return first, visit(driver, url)


def visit(driver: Any, url: str) -> dict[str, float]:
    """Milliseconds until parts of the page are there; bytes until a knob can be turned, and until the page rests."""
    driver.get(url)
    wait(driver, READY, 90.0)
    early = driver.execute_script(RECEIVED, 0)
    rests(driver)
    painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    seen: dict[str, float] = driver.execute_script(f"return {{ ...window.seen, words: {painted} }}")
    return seen | {"early": early, "bytes": driver.execute_script(RECEIVED, 0)}


def rests(driver: Any, seconds: float = 90.0) -> None:
    """Waits until nothing is asked for any more."""
    until = time.monotonic() + seconds
    while not driver.execute_script(RESTS, 1000 * QUIET):
        if time.monotonic() > until:
            raise TimeoutError("The page does not come to rest.")
        time.sleep(0.05)


def turned(url: str) -> None:
    """Prints the cost of a turned knob and of a drag."""
    with browser() as driver:
        slowed(driver)
        visit(driver, url)
        costs = []
        for alpha in (0.2, 0.15, 0.3):
            begun = driver.execute_script("window.sent = 0; return performance.now()")
            driver.execute_script("nnbench.turnKnobs({ alpha: arguments[0] })", alpha)
            rests(driver)
            costs.append((driver.execute_script(RECEIVED, begun), driver.execute_script("return window.sent")))
        received, sent = (statistics.median(cost[k] for cost in costs) / 1000 for k in (0, 1))
        print(f"A turned knob receives {received:.1f} kB and sends {sent:.1f} kB, analyses included.")
        driver.execute_script(WATCH)
        gaps, lag = dragged(driver)
        print(f"Two seconds of dragging: {len(gaps)} runs shown, the last value {lag:.0f} ms after letting go.\n")


def dragged(driver: Any) -> tuple[list[float], float]:
    """The moments of the runs that a drag of two seconds shows, and how long after it the last value was shown."""
    left, top, width = track(driver)
    mouse(driver, "mousePressed", left + 0.2 * width, top)
    driver.execute_script("window.shown.length = 0")
    begun = time.monotonic()
    while (past := time.monotonic() - begun) < DRAG_SECONDS:
        mouse(driver, "mouseMoved", left + (0.2 + 0.6 * past / DRAG_SECONDS) * width, top)
    seen: list[list[float]] = driver.execute_script("return window.shown.slice()")
    mouse(driver, "mouseReleased", left + 0.8 * width, top)
    wait(driver, "return nnbench.queue.idle && !nnbench.state.held", 60.0)
    lag: float = driver.execute_script(
        "const last = nnbench.state.shown.experiment.alpha;"
        "return Math.max(0, window.shown.find(([, alpha]) => alpha === last)[0] - window.released)"
    )
    return [moment for moment, _ in seen], lag


if __name__ == "__main__":
    main()
