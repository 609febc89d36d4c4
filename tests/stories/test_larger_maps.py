"""Larger…: sweeps over two to four knobs are planned, made while one leaves, and read as a map whose cells are runs."""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from importlib.util import find_spec
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from numpy.typing import NDArray
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, Experiment, run, sweep
from engine.base.number_text import loss_text
from engine.sweeps.axes import with_values
from tests.stories.conftest import look
from tests.stories.visitor import Visitor

OPENS = "document.getElementById('landscape-larger').click()"
TYPES = """
const [axis, name, value] = arguments, row = document.querySelector(`[data-axis=${axis}]`);
const field = row.querySelector(name === 'knob' ? 'select' : `[name=${name}]`);
field.value = value;
field.dispatchEvent(new Event(field.matches('select') ? 'change' : 'input', { bubbles: true }));
"""
LEAVES_OUT = """
const extra = () => document.querySelector('.sweep-axis:nth-child(3) button');
while (extra()) extra().click();
"""
READY = "return document.getElementById('sweep-start') && !document.getElementById('sweep-start').disabled"
DONE = """
const { job, cube } = nnbench.shownSweep();
return job && job.state === 'done' && cube.made === cube.size && document.getElementById('sweep-finding')?.textContent;
"""
LOSSES = "return [...nnbench.shownSweep().cube.losses].map((loss) => (loss === Infinity ? 'lost' : loss))"
CELL = """
const canvas = document.querySelector('#sweep-map canvas').getBoundingClientRect();
const { range: { x, y } } = nnbench.shownSweep(), [across, up] = arguments;
const share = ([from, to], at) => (at - from + 0.5) / (to - from);
return [canvas.left + share(x, across) * canvas.width, canvas.bottom - share(y, up) * canvas.height];
"""
UNDER_ITS_EDGE = CELL.replace("share(y, up)", "share(y, up + 0.499)")
"""The point of a cell that lies a hair under the cell above, on whole pixels often in that."""
CHOSEN = """
const element = (id) => document.getElementById(id);
return [element('sweep-x').value, element('sweep-y').value, element('sweep-csv').textContent];
"""
INKS = """
const canvas = document.querySelector('#sweep-map canvas');
const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
return new Set(new Uint32Array(data.buffer)).size;
"""


@pytest.fixture
def planner(visitor: Visitor) -> Iterator[Visitor]:
    """Somebody with the first experiment on the bench and the form of a new map before them."""
    visitor.begins()
    opens(visitor)
    yield visitor
    visitor.js("document.getElementById('sweeps-dialog').close()")


def opens(visitor: Visitor) -> None:
    """Opens the dialog at the form, with a plan that can be started; what was typed there before stays otherwise."""
    visitor.js(OPENS)
    visitor.js("document.getElementById('sweep-back')?.click()")
    visitor.js(LEAVES_OUT)
    plans(visitor, alpha=(0.01, 1, 7), weight_seed=(0, 8, 9))


def plans(visitor: Visitor, **axes: tuple[float, float, int]) -> None:
    """Types the ranges of the first two knobs; their names are those of the form's rows."""
    for name, (low, high, count) in axes.items():
        for part, value in (("from", low), ("to", high), ("count", count)):
            visitor.js(TYPES, name, part, str(value))
    visitor.until(READY)


def starts(visitor: Visitor) -> None:
    """Starts the plan, and waits for the whole map."""
    visitor.click("#sweep-start")
    visitor.until(DONE, patience=60.0)


def test_a_plan_says_its_runs_and_time_before_it_starts_and_what_is_refused_beside_its_knob(planner: Visitor) -> None:
    plans(planner, alpha=(0.01, 1, 50), weight_seed=(0, 39, 40))
    planner.reads("#sweep-estimate", start="2,000 runs, less than 1 s on ")
    plans(planner, weight_seed=(0, 9999, 10000))
    planner.until("return /^500,000 runs, .* s on /.test(document.getElementById('sweep-estimate').textContent)")
    refused = [
        ("alpha", "to", "a lot", "To is a number, and “a lot” is none."),
        ("alpha", "from", "-1", "Only numbers above 0 go by a factor."),
        ("weight_seed", "to", "0.5", "Seeds are whole numbers"),
    ]
    for axis, part, text, sentence in refused:
        plans(planner, alpha=(0.01, 1, 50), weight_seed=(0, 39, 40))
        planner.js(TYPES, axis, part, text)
        error = f"document.querySelector('[data-axis={axis}] .error').textContent"
        planner.until(f"return {error}.startsWith(arguments[0])", sentence)
        assert planner.js("return document.getElementById('sweep-start').disabled")
        assert planner.js(f"return document.querySelector('[data-axis={axis}] [name={part}]').ariaInvalid") == "true"
    plans(planner, alpha=(0.01, 1, 50), weight_seed=(0, 39, 40))
    planner.js(TYPES, "alpha", "count", "1000000000")
    planner.reads("#sweep-error", start="This sweep has 40,000,000,000")


def test_a_knob_is_added_and_left_out_and_one_of_words_has_boxes(planner: Visitor) -> None:
    planner.click("#sweep-add")
    planner.until(READY)
    added = planner.js("return document.querySelectorAll('.sweep-axis')[2].dataset.axis")
    planner.js(TYPES, added, "knob", "optimizer")
    planner.until(READY)
    words = planner.js("return document.querySelector('[data-axis=optimizer] .words').innerText.trim().split(/\\s+/)")
    assert words == ["sgd", "rmsprop", "adam"]
    planner.js("document.querySelectorAll('[data-axis=optimizer] input').forEach((box) => box.click())")
    planner.until("return document.querySelector('[data-axis=optimizer] .error').textContent !== ''")
    planner.click("[data-axis=optimizer] .button")
    planner.until(READY)
    assert planner.js("return document.querySelectorAll('.sweep-axis').length") == 2


def picture_has_the_axes(planner: Visitor) -> None:
    """The picture that the dialog offers of α and weight seed."""
    picture = ET.fromstring(planner.saved(planner.click, "#sweep-svg"))
    texts = {node.text: node for node in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"α × weight seed of tanh learns signs", "α", "weight seed", "Final loss", "0.01", "1"} <= set(texts)
    (image,) = picture.iter("{http://www.w3.org/2000/svg}image")
    below = float(image.get("y", "0")) + float(image.get("height", "0"))
    assert [0 < float(texts[name].get("y", "0")) - below < 40 for name in ("0.01", "1", "α")] == [True] * 3
    assert "var(" not in ET.tostring(picture, "unicode")


def test_a_cell_is_a_run_that_opens_with_the_same_bits_and_the_picture_has_its_axes(planner: Visitor) -> None:
    experiment = CATALOGUE["tanh-signs"].experiment
    alphas = np.geomspace(0.01, 1, 7)
    starts(planner)
    whole = sweep(experiment, alphas=alphas, weight_seeds=range(9))
    assert planner.js(LOSSES) == whole.settled.astype(np.float32).ravel().tolist()
    picture_has_the_axes(planner)
    assert planner.js(CHOSEN) == ["alpha", "weight_seed", "CSV"]
    x, y = planner.js(UNDER_ITS_EDGE, 5, 3)
    planner.mouse("mouseMoved", x, y, held=False)
    planner.sees("sweep-says", f"α 0.464, weight seed 3: final loss {loss_text(whole.settled[5, 3])}.")
    planner.turns(planner.clicks_at, x, y)
    assert not planner.js("return document.getElementById('sweeps-dialog').open")
    opened = Experiment.from_plain(planner.js("return nnbench.state.experiment"))
    found = run(opened, opened.network())
    assert planner.shown["settled"] == whole.settled[5, 3] == found.settled
    assert planner.shown["fingerprint"] == found.fingerprint
    assert (planner.shown["alpha"], opened.seed) == (alphas[5], experiment.seed)
    # back in the dialog the same map is there, and says which run was opened
    planner.js(OPENS)
    planner.until(
        "return [...document.querySelectorAll('#sweep-map text')].some((text) => text.textContent === 'opened')"
    )


WHEELS = """
const [events, deltaY] = arguments, box = document.getElementById('sweep-map');
const { x, y } = box.getBoundingClientRect(), place = { clientX: x + 90, clientY: y + 90 };
const turn = { ...place, deltaY, bubbles: true, cancelable: true };
for (let k = 0; k < events; k++) box.dispatchEvent(new WheelEvent('wheel', turn));
return nnbench.shownSweep().range.x.reduce((from, to) => to - from);
"""
"""Turns the wheel over the map, a little with each event as a touchpad does, and counts the columns that are shown."""


@pytest.mark.soak
def test_a_map_is_gone_over_with_keyboard_and_wheel(planner: Visitor) -> None:
    plans(planner, weight_seed=(0, 7, 8))
    starts(planner)
    planner.js("document.getElementById('sweep-map').focus()")
    planner.presses(Keys.ARROW_RIGHT)
    planner.reads("#sweep-says", start="α 0.215, weight seed 3: final loss")
    planner.presses(Keys.ARROW_UP, Keys.ARROW_UP)
    planner.reads("#sweep-says", start="α 0.215, weight seed 5: final loss")
    planner.presses("+")
    assert planner.js("return nnbench.shownSweep().range.x.reduce((from, to) => to - from)") == 4
    planner.presses(*[Keys.ARROW_RIGHT] * 4)
    planner.reads("#sweep-says", start="α 1, weight seed 5: final loss")
    assert planner.js("return nnbench.shownSweep().range.x") == [3, 7]
    planner.presses("0")
    assert planner.js("return nnbench.shownSweep().range.x") == [0, 7]
    for events, turn, shown in ((4, -10, 7), (1, -10, 4), (1, 100, 7)):
        assert planner.js(WHEELS, events, turn) == shown
    planner.presses(Keys.ESCAPE)
    assert planner.js("return document.getElementById('sweeps-dialog').open")
    planner.presses(*[Keys.ARROW_LEFT] * 2)
    planner.turns(planner.presses, Keys.ENTER)
    assert planner.shown["alpha"] == np.geomspace(0.01, 1, 7)[1]


def fingers(visitor: Visitor, kind: str, *points: tuple[float, float]) -> None:
    """An event of fingers at these points."""
    at = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(points)]
    visitor.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": at})


@pytest.mark.soak
def test_a_finger_that_the_browser_takes_to_scroll_leaves_the_map_where_it_was_and_a_second_one_too(
    planner: Visitor,
) -> None:
    plans(planner, weight_seed=(0, 7, 8))
    starts(planner)
    planner.js("document.getElementById('sweep-map').focus()")
    planner.presses("+")
    before = planner.js("return nnbench.shownSweep().range")
    x, y = planner.js(CELL, 4, 4)
    fingers(planner, "Start", (x, y))
    fingers(planner, "Move", (x + 200, y + 200))
    fingers(planner, "Cancel")
    assert planner.js("return nnbench.shownSweep().range") == before
    heading = planner.middle("#sweeps-dialog h2")
    for start in ([heading], [heading, (x, y)]):
        fingers(planner, "Start", heading)
        fingers(planner, "Start", *start)
        fingers(planner, "Move", *[(across + 100, up + 100) for across, up in start])
        fingers(planner, "End")
        assert planner.js("return nnbench.shownSweep().range") == before


@pytest.mark.soak
def test_a_finger_that_goes_down_moves_the_map_where_that_is_zoomed_and_else_the_page(planner: Visitor) -> None:
    plans(planner, weight_seed=(0, 7, 8))
    starts(planner)
    planner.js("document.getElementById('sweep-map').focus()")
    planner.presses("+")
    touches = "return getComputedStyle(document.getElementById('sweep-map')).touchAction === arguments[0]"
    planner.until(touches, "none")
    before = planner.js("return nnbench.shownSweep().range.y")
    x, y = planner.middle("#sweep-map canvas")
    fingers(planner, "Start", (x, y))
    for far in range(10, 200, 10):
        fingers(planner, "Move", (x, y - far))
    fingers(planner, "End")
    assert planner.js("return nnbench.shownSweep().range.y")[0] < before[0]
    planner.presses("0")
    planner.until(touches, "pan-y")


@pytest.mark.soak
def test_over_seeds_a_map_shows_medians_and_a_line_its_band(planner: Visitor) -> None:
    planner.click("#sweep-add")
    planner.js(TYPES, planner.js("return document.querySelectorAll('.sweep-axis')[2].dataset.axis"), "knob", "noise")
    plans(planner, alpha=(0.01, 1, 5), weight_seed=(0, 8, 9), noise=(0, 1, 3))
    starts(planner)
    experiment = CATALOGUE["tanh-signs"].experiment
    settled = np.stack([sweep(
        experiment.replace_unchecked(noise=noise), alphas=np.geomspace(0.01, 1, 5), weight_seeds=range(9),
    ).settled for noise in (0.0, 0.5, 1.0)])  # fmt: skip
    x, y = planner.js(CELL, 2, 1)
    planner.mouse("mouseMoved", x, y, held=False)
    low, median, high = map(loss_text, np.sort(settled[1, 2])[[0, 4, 8]])
    says = planner.until("return document.getElementById('sweep-says').textContent.match(/^α 0.1, noise 0.5: (.*)/)")[1]
    assert says.startswith(f"the median is {median} (10–90 %: {low} to {high}), of 9 runs over weight seed. Luck: ")
    best = np.unravel_index(np.argmin(np.median(settled, axis=-1)), (3, 5))
    finding = planner.text("sweep-finding")
    assert finding.startswith("Over 9 weight seeds the median final loss is lowest at α ")
    assert f"noise {[0, 0.5, 1][best[0]]}" in finding
    planner.selects("#sweep-y", "loss")
    planner.until("return document.querySelector('#sweep-map .band') && document.querySelector('#sweep-map .line')")
    planner.selects("#sweep-of-noise", "one")
    slider = planner.by_id("sweep-at-noise")
    assert slider.get_attribute("aria-valuetext") == "0.5"
    slider.send_keys(Keys.ARROW_RIGHT)
    assert slider.get_attribute("aria-valuetext") == "1"


@pytest.mark.soak
def test_runs_that_diverge_are_hatched_and_counted(visitor: Visitor) -> None:
    visitor.begins("affine-swap")
    opens(visitor)
    plans(visitor, alpha=(0.01, 10, 7), weight_seed=(0, 4, 5))
    starts(visitor)
    whole = sweep(CATALOGUE["affine-swap"].experiment, alphas=np.geomspace(0.01, 10, 7), weight_seeds=range(5))
    lost = int(whole.diverged.sum())
    assert 0 < lost < 35
    assert f" {lost} of 35 runs diverge." in visitor.text("sweep-finding")
    assert visitor.js(LOSSES).count("lost") == lost
    assert "Hatched cells diverged." in visitor.text("sweep-says")
    x, y = visitor.js(CELL, 6, 0)
    visitor.mouse("mouseMoved", x, y, held=False)
    visitor.sees("sweep-says", "α 10, weight seed 0: diverged.")
    visitor.selects("#sweep-y", "loss")
    visitor.sees("sweep-says", "Click a place to open the middle one of its runs.")
    visitor.js("document.getElementById('sweeps-dialog').close()")


ALPHAS = np.geomspace(0.01, 0.5, 5)


def with_width(planner: Visitor) -> NDArray[np.float64]:
    """Starts a sweep over α, width and weight seed, and returns its losses over width, α and seed."""
    planner.click("#sweep-add")
    planner.js(TYPES, planner.js("return document.querySelectorAll('.sweep-axis')[2].dataset.axis"), "knob", "width")
    plans(planner, alpha=(ALPHAS[0], ALPHAS[-1], 5), weight_seed=(0, 8, 9), width=(2, 5, 4))
    starts(planner)
    experiment = CATALOGUE["xor-hidden-layer"].experiment
    widths = [with_values(experiment, {"width": width}) for width in range(2, 6)]
    return np.stack([sweep(one, alphas=ALPHAS, weight_seeds=range(9)).settled for one in widths])


def limits(visitor: Visitor, text: str) -> None:
    """Types the loss of the filter."""
    visitor.replaces(visitor.by_id("sweep-limit"), text)


LEFT = "return document.getElementById('sweep-left').textContent === arguments[0]"


@pytest.mark.soak
def test_a_filter_leaves_runs_and_one_button_undoes_it_and_a_map_is_painted_by_luck(visitor: Visitor) -> None:
    visitor.begins("xor-hidden-layer")
    opens(visitor)
    settled = with_width(visitor)
    whole = visitor.text("sweep-finding")
    visitor.selects("#sweep-only", "most")
    limits(visitor, "0.1")
    left = np.float32(settled) <= np.float32(0.1)
    assert 0 < left.sum() < left.size
    visitor.until(LEFT, f"{left.sum()} of 180 runs are left ({round(100 * left.mean())} %).")
    counts = left.sum(axis=-1)
    width, alpha = np.unravel_index(np.argmax(counts), counts.shape)
    assert (counts == counts.max()).sum() == 1
    place = f"α {ALPHAS[alpha]:.3g}, width {width + 2}: {counts.max()} of 9."
    visitor.reads("#sweep-finding", start=f"Most are left at {place}")
    x, y = visitor.js(CELL, int(alpha), int(width))
    visitor.mouse("mouseMoved", x, y, held=False)
    visitor.reads("#sweep-says", f"{counts.max()} of 9 runs over weight seed are left (")
    assert visitor.text("sweep-csv") == "CSV of runs left"
    parquet = visitor.js("return document.getElementById('sweep-parquet')?.textContent")
    assert parquet == ("Parquet of runs left" if find_spec("pyarrow") else None)
    limits(visitor, "a bit")
    visitor.until(LEFT, "A loss is a number from 0 up.")
    assert visitor.js("return document.getElementById('sweep-limit').ariaInvalid") == "true"
    limits(visitor, "0")
    visitor.until(LEFT, "0 of 180 runs are left.")
    visitor.sees("sweep-finding", "No run is left.")
    visitor.click("#sweep-unfilter")
    visitor.sees("sweep-finding", whole)
    assert visitor.js("return document.activeElement.id") == "sweep-only"
    assert (visitor.text("sweep-left"), visitor.text("sweep-csv")) == ("", "CSV")
    assert visitor.js("return document.getElementById('sweep-unfilter')") is None
    is_painted_by_luck(visitor)
    visitor.js("document.getElementById('sweeps-dialog').close()")


SCALE = "return [...document.querySelectorAll('#sweep-map text')].map((text) => text.textContent)"


def is_painted_by_luck(visitor: Visitor) -> None:
    """The map is painted by the share of luck, and its picture says so."""
    offered = "return [...document.querySelectorAll('#sweep-share option')].map((option) => option.value)"
    assert visitor.js(offered) == ["median", "low", "high", "luck"]
    visitor.selects("#sweep-share", "luck")
    visitor.until(f"{SCALE}.includes('Luck')")
    assert {"0 %", "100 %", "Luck"} <= set(visitor.js(SCALE))
    assert visitor.text("sweep-says").startswith("At 100 % of luck, seeds alone make the ranks of runs vary")
    assert "Share of luck over weight seed (9 values)" in visitor.saved(visitor.click, "#sweep-svg")
    # A spread over more than seeds is not called luck.
    visitor.selects("#sweep-y", "weight_seed")
    visitor.until("return document.getElementById('sweep-share').value === 'median'")
    assert visitor.js(offered) == ["median", "low", "high"]
    visitor.until(SCALE.replace("return ", "return !") + ".includes('Luck')")


SEEN = """
const seen = (name) => document.querySelector(name).checkVisibility();
return ['.printed-picture svg', '#sweeps-dialog', '.page'].map(seen);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.soak
def test_the_figure_alone_is_printed_with_lines_and_words(visitor: Visitor, scheme: str) -> None:
    visitor.begins("xor-hidden-layer")
    opens(visitor)
    look(visitor.driver, 1440, 900, scheme)
    starts(visitor)
    visitor.js("window.print = () => { window.printed = true; }")
    visitor.click("#sweep-print")
    assert visitor.js("return window.printed")
    assert visitor.js(SEEN) == [False, True, True]
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert visitor.js(SEEN) == [True, False, False]
    look(visitor.driver, 1440, 900)
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    words = visitor.js("return document.querySelectorAll('.printed-picture text').length")
    sheet = {"printBackground": True, "preferCSSPageSize": True}
    pdf = base64.b64decode(visitor.driver.execute_cdp_cmd("Page.printToPDF", sheet)["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    drawn = b"\n".join(filter(None, map(inflated, streams)))
    # Each tick and title is text in a font, and not part of the picture of the cells.
    assert len(re.findall(rb"\bT[jJ]\b", drawn)) >= words > 15
    # Once it is printed, the page is as it was.
    assert visitor.js("return document.querySelector('.printed-picture')") is None
    assert visitor.js("return document.documentElement.dataset.prints ?? ''") == ""
    visitor.js("document.getElementById('sweeps-dialog').close()")


def inflated(stream: bytes) -> bytes | None:
    """A stream of a PDF, decompressed; None if it is not compressed, as few are."""
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return None


@pytest.mark.soak
def test_whoever_leaves_finds_the_map_again_and_a_link_shows_it_to_others(planner: Visitor) -> None:
    plans(planner, alpha=(0.01, 1, 11), weight_seed=(0, 8, 9))
    planner.js("document.getElementById('sweep-start').click(); document.getElementById('sweeps-dialog').close()")
    id_ = planner.until("return sessionStorage.getItem('nnbench-sweep')")
    asked = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes(arguments[0])).length"
    assert planner.js(asked, id_) == 0, "a closed dialog asks for nothing"
    planner.js(OPENS)
    planner.one("#sweep-map")
    planner.reload()
    opens(planner)
    planner.until("return document.querySelector('#sweep-rows li')")
    planner.click(f"[data-control='{id_}']")
    planner.until(DONE, patience=60.0)
    name = planner.text("sweep-name")
    planner.driver.delete_all_cookies()
    planner.open(f"?experiment=spiral&sweep={id_}")
    planner.until(DONE, patience=60.0)
    assert (planner.text("sweep-name"), name) == (name, "α × weight seed of tanh learns signs")
    assert planner.shown["title"] == CATALOGUE["spiral"].title
    planner.js("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    planner.click("#sweep-link")
    planner.reads("#sweep-says", start="Link of this map: http")
    planner.click("#sweep-zoom-in")
    planner.until("return nnbench.shownSweep().range.x[1] < 11")
    planner.reads("#sweep-says", start="Link of this map: http")
    planner.js("document.getElementById('sweep-back').click()")
    planner.reads("#sweep-list-says", start="There are none yet")
    planner.open("?sweep=aaaaaaaaaaaaaaaaaaaaaa")
    planner.reads("#sweep-trouble", start="There is no sweep under")
    assert not planner.one("#sweep-link").is_displayed()
    assert all("400" in line for line in planner.console())  # Chromium notes what was refused, other browsers do not
    planner.js("document.getElementById('sweeps-dialog').close()")
    planner.js(OPENS)
    planner.until("return document.getElementById('sweep-rows') !== null")
    for cut in ("sweep=aaaaaa", "zoom=alpha:0.01:1:log,momen"):
        planner.open(f"?{cut}")
        planner.sees("note-text", "The link names a larger map that cannot be read. Was all of the link copied?")


def test_a_sweep_that_is_made_shows_how_far_it_is_and_is_cancelled(visitor: Visitor) -> None:
    visitor.follows("?experiment=tanh-signs&samples=60000")
    opens(visitor)
    plans(visitor, alpha=(0.01, 1, 100), weight_seed=(0, 399, 400))
    visitor.click("#sweep-start")
    visitor.one("#sweep-map")
    visitor.until("return nnbench.shownSweep().cube && nnbench.shownSweep().cube.made > 0", patience=60.0)
    assert 0 < visitor.js("return nnbench.shownSweep().cube.made") < 40_000
    visitor.until("return /of 40,000 runs, .* left$/.test(document.getElementById('sweep-progress').textContent)")
    visitor.reads("#sweep-says", "Paler cells are still to run")
    assert visitor.js(INKS) > 10
    id_ = visitor.js("return nnbench.shownSweep().id")
    visitor.click("#sweep-back")
    assert visitor.js("return document.activeElement.id") == "sweep-new"
    visitor.until("return document.querySelector('#sweep-rows li')")
    visitor.js("(window.pressed = document.querySelector('#sweep-rows .edged')).focus()")
    progress = "return document.querySelector('#sweep-rows .hint').textContent"
    visitor.until(f"{progress} !== arguments[0]", visitor.js(progress))
    assert visitor.js("return document.activeElement === window.pressed"), "it hears the click that it is pressed for"
    visitor.click(f"[data-control='{id_}']")
    visitor.click("#sweep-cancel")
    visitor.until("return document.getElementById('sweep-progress').textContent.endsWith('runs, cancelled')")
    visitor.until("return document.getElementById('sweep-finding').textContent !== ''")
    visitor.reads("#sweep-says", "goes on from here")
    assert " of 40,000 runs; hatched cells diverged." in visitor.saved(visitor.click, "#sweep-svg")
    visitor.click("#sweep-back")
    for name in ("Start again", "Cancel", "Remove"):
        visitor.until("return document.querySelector(arguments[0])", f"[data-control='{name} {id_}']")
        visitor.click(f"[data-control='{name} {id_}']")
    visitor.until("return !document.getElementById('sweep-rows').innerHTML.includes(arguments[0])", id_)
    visitor.js("document.getElementById('sweeps-dialog').close()")


ANSWERING = """
const send = (window.answering ??= window.fetch);
window.answered = 0;
window.fetch = (address, options = {}) => {
  const isMeant = String(address).includes('sweeps') && (options.method || 'GET') === arguments[0];
  if (!isMeant || window.answered === null) return send(address, options);
  window.answered += 1;
  return arguments[1] === null ? Promise.reject(new TypeError('away')) : Promise.resolve(new Response(...arguments[1]));
};
"""
"""Requests about sweeps by that method are answered by this, or by nobody, until `answered` is null."""


@pytest.mark.soak
def test_a_server_that_refuses_or_is_away_is_told_and_the_page_goes_on_afterwards(planner: Visitor) -> None:
    sentence = "This browser has 4 unfinished sweeps already, as many as SWEEPS_PER_SESSION allows."
    headers = {"status": 429, "headers": {"Content-Type": "application/json", "Retry-After": "1"}}
    planner.js(ANSWERING, "POST", [json.dumps({"error": sentence}), headers])
    planner.click("#sweep-start")
    planner.sees("sweep-error", sentence)
    planner.js("window.answered = null")
    planner.until(READY)
    plans(planner, alpha=(0.01, 1, 8), weight_seed=(0, 8, 9))
    planner.js(ANSWERING, "GET", None)
    planner.click("#sweep-start")
    planner.reads("#sweep-trouble", start="The server does not answer.")
    planner.js("window.answered = null")
    planner.until(DONE, patience=60.0)
    planner.sees("sweep-trouble", "")
    planner.js("window.fetch = window.answering")


@pytest.mark.soak
def test_on_a_telephone_the_dialog_fits(planner: Visitor) -> None:
    try:
        look(planner.driver, 390, 844)
        fits = "const box = document.getElementById('sweeps-dialog'); return box.scrollWidth <= box.clientWidth"
        assert planner.js(fits)
        starts(planner)
        assert planner.js(fits)
        assert planner.js("return document.querySelector('#sweep-map canvas').clientWidth") > 200
    finally:
        look(planner.driver, 1440, 900)
