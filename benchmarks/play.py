"""Frames per second while a run is played, in headless Chromium on loopback, and the time of a step at rest.

The whole run takes six seconds. A frame counts when the browser came to paint it; beside their number stand the
slowest ones, and how many times the step that is written, the line, the weights and the maps were others in that time.
"""

import statistics
from typing import Any

from benchmarks import heading
from benchmarks.load import server
from benchmarks.page import browser, has_browser, wait

EXPERIMENTS = ("tanh-signs", "xor-hidden-layer", "circle", "spiral", "sine")
JUMPS = 40

PLAY = """
const { cursor } = nnbench, line = document.querySelector('.cursor').style;
const seen = { frames: [], line: new Set(), weights: new Set(), maps: 0 };
const maps = new MutationObserver(() => seen.maps++);
maps.observe(document.querySelector('#response-says'), { childList: true });
window.seen = null;
nnbench.pausePlay();
nnbench.moveCursor(0);
nnbench.togglePlay();
requestAnimationFrame(function frame(now) {
  seen.frames.push(now);
  seen.line.add(line.getPropertyValue('--k'));
  seen.weights.add(cursor.of);
  if (nnbench.isPlaying()) requestAnimationFrame(frame);
  else {
    maps.disconnect();
    window.seen = { frames: seen.frames, line: seen.line.size, weights: seen.weights.size, maps: seen.maps };
  }
});
"""
JUMP = """
const [step, done] = arguments, begun = performance.now(), says = document.getElementById('response-says');
new MutationObserver((_, watcher) => {
  watcher.disconnect();
  done(performance.now() - begun);
}).observe(says, { childList: true });
nnbench.moveCursor(step);
"""


def main() -> None:
    """Prints the table, or one sentence where there is no browser to measure with."""
    if not has_browser("The page is"):
        return
    print(heading())
    print("| played | frames/s | p95 frame ms | lines/s | weights/s | maps/s | step → maps, median ms | p95 ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with server() as url, browser() as driver:
        driver.get(url)
        wait(driver, "return !!window.nnbench?.state.base && nnbench.queue.idle")
        for key in EXPERIMENTS:
            print(row(driver, key))
    print()


def row(driver: Any, key: str) -> str:
    """Plays one experiment, then jumps about in it."""
    driver.execute_script("dash_clientside.set_props('experiment', { value: arguments[0] })", key)
    wait(driver, f"return nnbench.state.shown.key === '{key}' && nnbench.queue.idle && !!nnbench.currentTrajectory()")
    driver.execute_script(PLAY)
    wait(driver, "return !!window.seen")
    seen = driver.execute_script("return window.seen")
    times = [later - sooner for sooner, later in zip(seen["frames"], seen["frames"][1:], strict=False)]
    seconds = (seen["frames"][-1] - seen["frames"][0]) / 1000
    last = driver.execute_script("return nnbench.cursor.place.last")
    jumps = [driver.execute_async_script(JUMP, (37 * k) % last) for k in range(1, JUMPS)]
    slow = statistics.quantiles(times, n=20)[-1]
    rates = " | ".join(f"{seen[name] / seconds:.0f}" for name in ("line", "weights", "maps"))
    median, p95 = statistics.median(jumps), statistics.quantiles(jumps, n=20)[-1]
    return f"| {key} | {len(times) / seconds:.0f} | {slow:.0f} | {rates} | {median:.0f} | {p95:.0f} |"


if __name__ == "__main__":
    main()
