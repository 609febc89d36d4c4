"""Where the system chooses the colours, each icon, track, wire, key and chosen segment still shows.

Visibility is measured on a screenshot: the share of pixels in an element's box that stand out from what is around it.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stories.conftest import look
from tests.stories.visitor import Visitor
from webapp.page.index import THEME_KEY

LIGHT_FIRST = pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.soak)])
DARK_FIRST = pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.soak), "dark"])
"""Each part is looked at in one scheme for every change, half of them in the dark, and in the other one at leisure."""
SIZES = {"desk": (1440, 900), "phone": (390, 844)}

SEEN = """
const [png, parts, done] = arguments;
const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
const linear = (byte) => (byte <= 10 ? byte / 3294 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
const isClipped = (element, { left, right, top, bottom }) => {
  for (let around = element.parentElement; around; around = around.parentElement) {
    const box = around.getBoundingClientRect(), { overflow, display } = getComputedStyle(around);
    const clips = display !== 'contents' && overflow !== 'visible' && around !== document.body;
    const isBeside = left < box.left - 1 || right > box.right + 1;
    if (clips && (isBeside || top < box.top - 1 || bottom > box.bottom + 1)) return true;
  }
  return false;
};
const covered = (element, { left, right, top, bottom }) => {
  const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return !over || ['.head', '.knobs'].some((bar) => over.closest(bar) !== element.closest(bar));
};

function judge(picture) {
  const pixel = (x, y) => picture.data.subarray(4 * (y * picture.width + x), 4 * (y * picture.width + x) + 3);
  const within = (x, y) => x >= 0 && y >= 0 && x < picture.width && y < picture.height;
  function around(left, top, width, height) {
    const counts = new Map();
    for (let y = top - 2; y < top + height + 2; y += 1) {
      for (let x = left - 2; x < left + width + 2; x += 1) {
        const isInside = x >= left && x < left + width && y >= top && y < top + height;
        if (isInside || !within(x, y)) continue;
        const colour = pixel(x, y).join();
        counts.set(colour, (counts.get(colour) || 0) + 1);
      }
    }
    return [...counts].sort((a, b) => b[1] - a[1])[0][0].split(',').map(Number);
  }
  function share(element, [x, y, width, height]) {
    const box = element.getBoundingClientRect();
    const left = Math.floor(box.left + x), top = Math.floor(box.top + y);
    const wide = Math.max(1, Math.round(width || box.width)), high = Math.max(1, Math.round(height || box.height));
    const ground = light(around(left, top, wide, high));
    let standing = 0;
    for (let row = top; row < top + high; row += 1) {
      for (let column = left; column < left + wide; column += 1) {
        if (within(column, row) && contrast(light(pixel(column, row)), ground) >= 3) standing += 1;
      }
    }
    return standing / (wide * high);
  }
  return parts.map(([selector, ...crop]) => [...document.querySelectorAll(selector)].filter((element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && box.width > 0 && box.top >= 0
      && box.bottom <= innerHeight && !isClipped(element, box) && !covered(element, box);
  }).map((element) => [share(element, crop), element.id || element.className || element.outerHTML.slice(0, 90)]));
}

createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((bitmap) => {
  const copy = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(bitmap, 0, 0);
  done(judge(copy.getImageData(0, 0, bitmap.width, bitmap.height)));
});
"""
"""For each part [selector, x, y, width, height of what is looked at in it; 0 for all], its elements in the window:
which share of their pixels has a contrast of at least 3 to the colour that is most around them, and their names."""

Part = tuple[str, int, int, int, int, float]
"""A selector, the piece of it that is looked at, and the share of its pixels that stands out."""


def all_of(selector: str, least: float) -> Part:
    return (selector, 0, 0, 0, 0, least)


ICONS = all_of(".icon", 0.03)
CHOSEN = ".segmented input:checked + label, .choices button[aria-pressed=true]"
AT_START: list[Part] = [
    ICONS, (".fold summary", 0, 6, 12, 12, 0.05), (".badge", 0, 1, 14, 14, 0.05), all_of(".wire", 0.04),
    all_of(".slider .mantine-Slider-thumb", 0.2), all_of(".slide", 0.05), all_of(".cursor", 0.9),
    (".tab[aria-selected=true]", 0, 29, 0, 3, 0.5), all_of(".ramp", 0.05), all_of(CHOSEN, 0.5),
]  # fmt: skip


@pytest.fixture
def system_colours(visitor: Visitor) -> Iterator[Any]:
    """A function that sets the window's size and the system's scheme, with its colours forced."""

    def forced(size: str, scheme: str, query: str) -> None:
        look(visitor.driver, *SIZES[size], scheme)
        features = [{"name": "forced-colors", "value": "active"}, {"name": "prefers-color-scheme", "value": scheme}]
        visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        visitor.open(query)
        visitor.until("return document.querySelector('#alpha-track .piece') && document.querySelector('.dot')")

    yield forced
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def pale(visitor: Visitor, *parts: Part) -> dict[str, list[str]]:
    """By selector, which elements stand out less than they should; "none" where there is none to look at."""
    visitor.rests()
    png = visitor.driver.get_screenshot_as_base64()
    found = visitor.driver.execute_async_script(SEEN, png, [part[:5] for part in parts])
    faults = {}
    for (selector, *_, least), elements in zip(parts, found, strict=True):
        low = [f"{name}: {share:.2f}" for share, name in elements if share < least] if elements else ["none"]
        if low:
            faults[selector] = low
    return faults


@LIGHT_FIRST
@pytest.mark.soak
def test_bench_and_deck_show_what_is_drawn_with_backgrounds(visitor: Visitor, system_colours: Any, scheme: str) -> None:
    system_colours("desk", scheme, "?experiment=tanh-signs&view=loss")
    tracks = [all_of("#knob-samples .mantine-Slider-track", 0.9), ("#alpha-track", 0, 11, 0, 3, 0.3)]
    drawings = [all_of("#lr-range svg", 0.005), all_of("#seed-dots svg", 0.05), all_of(".weight", 0.01)]
    assert pale(visitor, *AT_START, *tracks, *drawings) == {}
    visitor.js("document.getElementById('landscape').scrollIntoView()")
    visitor.until("return document.querySelector('#landscape-map .ring')")
    assert pale(visitor, ICONS, all_of(".meter", 0.2), (".legend .here", 0, 3, 14, 10, 0.2), all_of(CHOSEN, 0.5)) == {}
    visitor.js("document.getElementById('sensitivity').click()")
    visitor.until("return document.querySelectorAll('.strip-row').length >= 7")
    visitor.js("document.getElementById('runs').scrollIntoView()")
    visitor.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert pale(visitor, ICONS, all_of(".who svg", 0.05), all_of(".spark", 0.005)) == {}
    colours = """
    const cells = [...document.querySelectorAll('.strip-row .cell')];
    return new Set(cells.map((cell) => getComputedStyle(cell).backgroundColor)).size;
    """
    assert visitor.js(colours) > 5


@DARK_FIRST
def test_what_is_on_stands_out_in_the_systems_colours(visitor: Visitor, system_colours: Any, scheme: str) -> None:
    other = "light" if scheme == "dark" else "dark"
    visitor.js("localStorage.setItem(...arguments)", THEME_KEY, other)
    system_colours("desk", scheme, "?experiment=circle&view=output")
    assert visitor.js("return document.documentElement.dataset.mantineColorScheme") == scheme, "the system's"
    assert not visitor.by_id("theme").is_displayed()
    visitor.js("localStorage.removeItem(arguments[0])", THEME_KEY)
    keys = all_of(".picture-key i", 0.05)
    visitor.segment("weights-form", "table")
    visitor.until("return document.querySelector('.weight-bar')")
    visitor.points_at("#output")
    bars = (".weight-number", 0, 18, 0, 8, 0.004)
    pressed = all_of(".button[aria-pressed=true]", 0.5)
    assert pale(visitor, ICONS, keys, bars, all_of(CHOSEN, 0.5)) == {}
    visitor.click("#view-loss")
    visitor.click("#band")
    visitor.until("return document.querySelector('.ghost-label.median')")
    assert pale(visitor, pressed) == {}


@DARK_FIRST
@pytest.mark.soak
def test_a_telephone_shows_its_tray(visitor: Visitor, system_colours: Any, scheme: str) -> None:
    system_colours("phone", scheme, "?experiment=tanh-signs&view=loss")
    tray = [(".grip", 170, 8, 50, 8, 0.3), all_of(".tabs a[aria-current=true]", 0.5)]
    assert pale(visitor, ICONS, *tray, all_of(".slide", 0.03), all_of(".mantine-Slider-thumb", 0.2)) == {}
