"""Milliseconds from a slider's event to the curve redrawn, in headless Chromium on loopback.

A real server in a process of its own, a real browser, real pointer events. The clock starts in the browser at the
pointer's event and stops when Plotly has drawn. Then two seconds of dragging under 40 ms of latency each way: how many
redraws came, and how long after the last event the last value was shown.
"""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from benchmarks import heading

MOVES = 60
PAUSE = 0.15
DRAG_SECONDS = 2.0
LATENCY_MS = 80
SIZES = (300, 1_000, 10_000, 100_000)
"""Facts of 'tanh learns signs'."""

WATCH = """
window.drawn = [];
window.times = [];
const plot = document.querySelector('#loss .js-plotly-plot');
let waiting = false;
plot.on('plotly_afterplot', () => {
  window.drawn.push([performance.now(), window.nnbench.bench.shown.experiment.alpha]);
  if (waiting) window.times.push(performance.now() - window.moved);
  waiting = false;
});
window.addEventListener('pointermove', () => (waiting = true), true);
"""
EARLY = """
window.addEventListener('pointermove', () => (window.moved = performance.now()), true);
new MutationObserver((_, watcher) => {
  if (!document.querySelector('#loss .scatterlayer path')) return;
  window.firstCurve = performance.now();
  watcher.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1440,900"
)


def main() -> None:
    """Prints the table, or one sentence where there is no browser to measure with."""
    try:
        import selenium  # noqa: F401, PLC0415 - only who tests has it
    except ImportError:
        print("The page is measured with selenium and Chromium, which `make test` installs.\n")
        return
    print(heading())
    print(f"Load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.\n")
    with server() as url, browser() as driver:
        driver.get(url)
        wait(driver, "return !!window.firstCurve && !!window.nnbench?.bench.shown")
        print(f"Cold load to the first curve: {driver.execute_script('return window.firstCurve'):,.0f} ms\n")
        driver.execute_script(WATCH)
        print("| slider event → curve redrawn | median ms | p95 ms |\n| --- | ---: | ---: |")
        for facts in SIZES:
            times = slider_times(driver, facts)
            median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
            print(f"| {facts:,} facts | {median:.0f} | {p95:.0f} |")
        redraws, lag = drag(driver)
        print(f"\nTwo seconds of dragging, {LATENCY_MS // 2} ms each way: {redraws} redraws,", end=" ")
        print(f"the last value {lag:.0f} ms after the last event.\n")


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server on a free port, its sessions in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"PORT": "0", "DATA_DIR": folder, "OPEN_BROWSER": "no"}
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def browser() -> Iterator[Any]:
    """Headless Chromium that notes when it has drawn the first curve, and each event before the page hears of it."""
    from selenium import webdriver  # noqa: PLC0415
    from selenium.webdriver.chrome.options import Options  # noqa: PLC0415

    options = Options()
    for switch in SWITCHES.split():
        options.add_argument(switch)
    driver = webdriver.Chrome(options=options)
    try:
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": EARLY})
        yield driver
    finally:
        driver.quit()


def slider_times(driver: Any, facts: int) -> list[float]:
    """For each of the moves, milliseconds from the pointer's event to the next drawing."""
    driver.execute_script(f"window.nnbench.turn({{ samples: {facts} }})")
    wait(driver, f"return window.nnbench.bench.base.experiment.samples === {facts} && window.nnbench.gate.idle")
    left, top, width = track(driver)
    mouse(driver, "mousePressed", left + 0.3 * width, top)
    driver.execute_script("window.times.length = 0")
    for move in range(MOVES):
        time.sleep(PAUSE)
        mouse(driver, "mouseMoved", left + (0.3 + 0.006 * (move + 1)) * width, top)
    wait(driver, "return window.nnbench.gate.idle")
    times: list[float] = driver.execute_script("return window.times")
    mouse(driver, "mouseReleased", left + 0.66 * width, top)
    wait(driver, "return window.nnbench.gate.idle")
    return times


def drag(driver: Any) -> tuple[int, float]:
    """Redraws during two seconds of pointer moves under latency, and how long after them the last value was drawn."""
    driver.execute_script("window.nnbench.turn({ samples: 300 })")
    wait(driver, "return window.nnbench.bench.base.experiment.samples === 300 && window.nnbench.gate.idle")
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
    wait(driver, "return window.nnbench.gate.idle")
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
