"""A drag on a phone: 390×844, a finger on α's slider for two seconds, the processor four times as slow.

The number of runs that were shown, the largest gap between two of them, and the time from letting go to the last
value; for experiments from one weight to forty-one.
"""

import time
from itertools import pairwise
from typing import Any

from benchmarks import print_heading
from benchmarks.load import server
from benchmarks.page import browser, has_browser, opened, track, wait
from benchmarks.slow_line import WATCH

EXPERIMENTS = ("identity-layer", "tanh-signs", "xor-hidden-layer", "circle", "spiral")
SLOWER = 4
DRAG_SECONDS, EVENTS_A_SECOND = 2.0, 60
SCREEN = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
SETTLED = "const { state, queue } = nnbench; return queue.idle && !state.held && !!state.base && state.key === '{key}'"


def main() -> None:
    """Prints the table, or one sentence where there is no browser to measure with."""
    if not has_browser("The phone is"):
        return
    print_heading()
    print("| two-second drag, processor ÷ 4 | runs shown | largest gap, ms | last value after letting go, ms |")
    print("| --- | ---: | ---: | ---: |")
    with server() as url, browser() as driver:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
        driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})
        for key in EXPERIMENTS:
            opened(driver, f"{url}?experiment={key}")
            wait(driver, SETTLED.replace("{key}", key))
            driver.execute_script(WATCH)
            time.sleep(1.0)
            driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            moments, lag = finger(driver)
            driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": 1})
            gaps = [after - before for before, after in pairwise(moments)]
            print(f"| {key} | {len(moments) - 2} | {max(gaps):.0f} | {lag:.0f} |")
    print()


def touch(driver: Any, kind: str, *points: tuple[float, float]) -> None:
    """A real event of a finger."""
    places = [{"x": x, "y": y} for x, y in points]
    driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


def finger(driver: Any) -> tuple[list[float], float]:
    """The moments of the drag's beginning, of each run that it showed, and of its end; the lag of the last value."""
    left, top, width = track(driver)
    touch(driver, "touchStart", (left + 0.2 * width, top))
    begun_at: float = driver.execute_script("window.shown.length = 0; return performance.now()")
    begun = time.monotonic()
    while (past := time.monotonic() - begun) < DRAG_SECONDS:
        touch(driver, "touchMove", (left + (0.2 + 0.6 * past / DRAG_SECONDS) * width, top))
        time.sleep(max(0.0, begun + past + 1 / EVENTS_A_SECOND - time.monotonic()))
    seen: list[list[float]] = driver.execute_script("return window.shown.slice()")
    touch(driver, "touchEnd")
    ended: float = driver.execute_script("return window.released")
    wait(driver, "return nnbench.queue.idle && !nnbench.state.held", 60.0)
    lag: float = driver.execute_script(
        "const last = nnbench.state.shown.experiment.alpha;"
        "return Math.max(0, window.shown.find(([, alpha]) => alpha === last)[0] - window.released)"
    )
    return [begun_at, *(moment for moment, _ in seen), ended], lag


if __name__ == "__main__":
    main()
