"""Zoom: two number knobs become a picture that one wheels into; its pixels are runs, and its window is in a link."""

from urllib.parse import quote

from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, run
from engine.sweeps.axes import with_values
from engine.sweeps.zoom.window import PIXELS
from tests.stories.test_larger_maps import OPENS, READY, TYPES
from tests.stories.visitor import Visitor

WINDOW = "alpha:0.0300000000:0.0300000003:log,momentum:0.5:0.5000000001"
DEEP = [0.03, 0.0300000003, 0.5, 0.5000000001]
WHOLE = """
const { picture, wanted } = nnbench.zoom;
return picture?.window === wanted && picture.grain.every((pixels) => pixels === arguments[0])
  && document.getElementById('zoom-border').textContent;
"""
SEEN = "const { picture, wanted } = nnbench.zoom; return picture.window === wanted && picture.grain.every((n) => n > 0)"
WHEELS = """
const [times, delta] = arguments, box = document.getElementById('zoom-map');
const { left, top, width, height } = box.querySelector('canvas').getBoundingClientRect();
const at = { clientX: left + width * 0.6, clientY: top + height / 2 };
for (let k = 0; k < times; k++) {
  box.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: delta, bubbles: true, cancelable: true }));
}
"""
PINCHES = """
const box = document.getElementById('zoom-map');
const { left, top, width, height } = box.querySelector('canvas').getBoundingClientRect();
const finger = (pointerId, type, share) => box.dispatchEvent(new PointerEvent(type, {
  pointerId, pointerType: 'touch', bubbles: true, clientX: left + width * share, clientY: top + height / 2 }));
box.setPointerCapture = () => {};
finger(1, 'pointerdown', 0.4); finger(2, 'pointerdown', 0.6);
finger(1, 'pointermove', 0.1); finger(2, 'pointermove', 0.9);
finger(1, 'pointerup', 0.1); finger(2, 'pointerup', 0.9);
"""
SIDES = "const { x, y } = nnbench.zoom.wanted; return [x.low, x.high, y.low, y.high]"
COUNTS = "window.sent = 0; const send = fetch; fetch = (a, ...b) => ((sent += /analysis.zoom/.test(a)), send(a, ...b))"
CLICKS = """
const { picture: { values }, wanted: { x, y } } = nnbench.zoom, [column, row, count] = arguments;
const { left, bottom, width, height } = document.querySelector('#zoom-map canvas').getBoundingClientRect();
const at = [left + ((column + 0.5) / count) * width, bottom - ((row + 0.5) / count) * height];
return [...at, values[count][x.name][column], values[count][y.name][row]];
"""


def test_a_deep_link_is_a_picture_whose_pixels_open_runs_for_wheel_fingers_and_keys(newcomer: Visitor) -> None:
    newcomer.open(f"?experiment=square-map&samples=200&zoom={quote(WINDOW)}")
    newcomer.until(WHOLE, PIXELS)
    assert newcomer.js(SIDES) == DEEP
    x, y, alpha, momentum = newcomer.js(CLICKS, 200, 100, PIXELS)
    with newcomer.turning():
        newcomer.clicks_at(x, y)
    experiment = CATALOGUE["square-map"].experiment.replace_unchecked(samples=200)
    clicked = with_values(experiment, {"alpha": alpha, "momentum": momentum})
    assert newcomer.shown["fingerprint"] == run(clicked, clicked.network()).fingerprint
    newcomer.until(f"return location.search.includes('alpha={alpha!r}&')")
    # The window is there again. A thousand events of the wheel are a few windows, and few requests.
    newcomer.js(OPENS)
    newcomer.until(SEEN)
    assert newcomer.js(SIDES) == DEEP
    newcomer.js(COUNTS)
    newcomer.js(WHEELS, 1_000, 120)
    newcomer.until("return nnbench.zoom.wanted.x.low < 0.03")
    newcomer.until(SEEN)
    assert newcomer.js("return window.sent") < 20
    low, high, *_ = newcomer.js(SIDES)
    newcomer.js(PINCHES)
    assert newcomer.js(SIDES)[1] - newcomer.js(SIDES)[0] < (high - low) / 3
    newcomer.by_id("zoom-map").send_keys("-", Keys.BACKSPACE, Keys.HOME)
    assert newcomer.js(SIDES) == DEEP
    newcomer.js("for (let k = 0; k < 40; k++) document.getElementById('zoom-in').click()")
    newcomer.reads("#zoom-trouble", start="Doubles end here")
    # From the form two knobs of any number lead there, and no others.
    newcomer.js("document.getElementById('zoom-leave').click()")
    newcomer.click("#sweep-zoom")
    newcomer.until(READY)
    newcomer.sees("sweep-error", "A zoom goes over knobs that take any number, and weight seed is none.")
    newcomer.js(TYPES, "weight_seed", "knob", "momentum")
    newcomer.click("#sweep-zoom")
    newcomer.until(SEEN)
    assert newcomer.js(SIDES) == [0.001, 1, 0, 0.9]
