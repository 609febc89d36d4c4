"""A person at the page: opens it, turns things with mouse and keyboard, and sees what it shows.

Nothing here sleeps: every wait has the page look, some fifty times a second, whether what is waited for has come. The
page looks by itself, for a question from here costs several looks.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from selenium.common.exceptions import (
    JavascriptException,
    NoSuchWindowException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from engine.experiments.catalogue import FIRST
from engine.experiments.experiment import Experiment
from tests.webapp.asking import fingerprint

SAMPLE, TINTED_SAMPLE, RING = 1.75, 3.5, 4.5
"""The radii of the circles on the response maps, in pixels."""
PATIENCE = 15.0
"""Seconds after which what is waited for will not come; a loaded machine needs some of them."""
GLANCE = 0.02
LONGEST_LOOK = 5.0
"""Seconds that a page looks by itself before it is asked again: another document may have come, or its timers stand."""

LOOKING = """
const values = [...arguments], [patience, glance] = values.splice(-2), end = performance.now() + 1000 * patience;
async function look() {
  %s
}
async function found() {
  for (;;) {
    const seen = await look(...values);
    if (seen || performance.now() > end) return seen;
    await new Promise((resolve) => setTimeout(resolve, 1000 * glance));
  }
}
return found();
"""
AT_REST = """
const { state, queue } = window.nnbench || {};
if (!state || !state.base || !queue.idle || state.held || document.querySelector('[data-place]')) return false;
if (state.shown.serial <= arguments[0]) return false;
const painted = new Set(['lower', 'zeros']), graph = document.querySelector('#loss .js-plotly-plot');
const drawn = new Set(graph && graph.data ? graph.data.map((trace) => JSON.stringify(trace)) : []);
const asDrawn = (trace) => (trace.name === 'dots' ? { ...trace, mode: 'none' } : trace);
const isDrawn = (trace) => painted.has(trace.name) || drawn.has(JSON.stringify(asDrawn(trace)));
const atRest = state.base.summary.fingerprint === state.shown.summary.fingerprint
  && (state.withheld || document.getElementById('sentence').getAttribute('aria-busy') === 'false')
  && (!window.Plotly.react || state.shown.loss.data.every(isDrawn))
  && (!graph?.clientWidth || !graph._fullLayout || graph._fullLayout.width === graph.clientWidth)
  && document.querySelector('#loss-picture > .under') !== null;
for (let frames = 0; atRest && frames < 3; frames += 1) await new Promise(requestAnimationFrame);
if (atRest) await new Promise((resolve) => setTimeout(resolve, 0));
return atRest;
"""
"""Whether a run after that one has come, if one is given, and all of it is drawn."""
INK = """
const canvas = document.querySelector('#loss-picture > .under'), { width, height } = canvas;
const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
copy.drawImage(canvas, 0, 0);
const ink = copy.getImageData(0, 0, width, height).data;
"""
"""Puts what the canvas under the curve shows into `ink`, four bytes for each pixel of `width` by `height`."""
CIRCLES = """
const [within, done] = arguments, root = document.documentElement, theme = 'data-mantine-color-scheme', circles = [];
const { prototype } = CanvasRenderingContext2D, { arc, fill } = prototype;
const onMaps = ({ canvas }) => canvas.parentElement?.matches(within);
prototype.arc = function record(x, y, radius, ...angles) {
  if (onMaps(this)) circles.push({ x, y, radius, fill: null });
  arc.call(this, x, y, radius, ...angles);
};
prototype.fill = function record(...paths) {
  if (onMaps(this) && circles.length) circles.at(-1).fill ??= this.fillStyle;
  fill.apply(this, paths);
};
root.setAttribute(theme, root.getAttribute(theme));
setTimeout(() => {
  Object.assign(prototype, { arc, fill });
  done(circles);
});
"""
"""The circles of maps as they are drawn: setting the theme that is set has them drawn once more."""
INKED = f"{INK} return ink.filter((_, k) => k % 4 === 3 && ink[k] > 0).length;"
"""How many pixels of that canvas are painted."""
WRITTEN = """
const { prototype } = CanvasRenderingContext2D, { fillText } = prototype;
window.written = [];
prototype.fillText = function record(text, ...place) {
  window.written.push(text);
  fillText.call(this, text, ...place);
};
"""
"""Collects in `written` what is written on canvases from now on."""
READS = """
const [css, start, words] = arguments, text = document.querySelector(css)?.textContent ?? '';
return (start || words.length) && text.startsWith(start) && words.every((one) => text.includes(one));
"""
PAINTED = """
const done = arguments[0];
requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))));
"""

UNFOLD = """
const fold = document.getElementById(arguments[0]).closest('details');
if (fold) fold.open = true;
"""
UNFOLDED = """
const element = document.querySelector(arguments[0]);
const fold = element?.matches('button[id]') && element.closest('details');
if (fold) fold.open = true;
return element;
"""
"""The first such element; a button of the page's own is unfolded."""
SELECTED = """
const field = document.createElement('textarea'), [text] = arguments;
field.value = 'text';
field.addEventListener('copy', (event) => {
  event.clipboardData.setData('text/plain', text);
  event.preventDefault();
});
(document.querySelector('dialog[open]') || document.body).append(field);
field.select();
"""
"""A field that gives the text for what is selected in it: to lay out thousands of lines takes a browser seconds."""
SELECTS = """
const [css, value] = arguments, menu = document.querySelector(css);
menu.value = value;
menu.dispatchEvent(new Event('change', { bubbles: true }));
"""
SAVING = """
const make = URL.createObjectURL, { prototype } = HTMLAnchorElement, { click } = prototype;
window.saved = null;
prototype.click = () => (prototype.click = click);
URL.createObjectURL = (blob) => {
  blob.text().then((text) => (window.saved = text));
  URL.createObjectURL = make;
  return make(blob);
};
"""
"""Keeps the text of the file that is saved next, which goes nowhere."""
OFFERED = """
const [selector, words] = arguments, firstLine = (choice) => choice.innerText.trim().split('\\n')[0];
return [...document.querySelectorAll(selector)].find((one) => one.checkVisibility() && firstLine(one) === words);
"""
"""The choice of a menu whose first line says exactly this."""
NOTHING_BEFORE = """
const { state } = nnbench, none = { base: null, comparedWith: null, restored: null, withdrawn: null };
Object.assign(state, none, { ghosts: [], past: [], future: [], cursorStep: null });
"""
"""The page has shown no run yet."""
CHOOSES = """
nnbench.handlers.experiment(arguments[0]);
nnbench.state.controlValues.experiment = null;
"""
"""The experiment is chosen; what its menu shows is forgotten, so that it is written anew."""
BEGINS = f"""
{NOTHING_BEFORE}
state.key = state.controlValues.experiment = null;
{CHOOSES}
"""
FOLLOWS = f"""
{NOTHING_BEFORE}
const view = new URLSearchParams(arguments[0]).get('view');
if (view) document.getElementById(`view-${{view}}`).click();
nnbench.followLink(arguments[0]);
"""
KEEPS_START = """
const folds = [...document.querySelectorAll('details')].map((fold) => fold.open), { knobs } = nnbench.state;
const theme = document.documentElement.dataset.mantineColorScheme;
sessionStorage.setItem('start', JSON.stringify({ knobs, folds, theme, stored: { ...localStorage } }));
"""
"""Keeps in the tab how the page stands when it has just been opened."""
STARTS_OVER = """
const start = JSON.parse(sessionStorage.getItem('start')), { state } = window.nnbench ?? {};
if (!start || !state?.base || document.documentElement.dataset.mantineColorScheme !== start.theme) return false;
const element = (id) => document.getElementById(id);
document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
document.querySelectorAll(':popover-open').forEach((popover) => popover.hidePopover());
if (state.lesson) element('lesson-close').click();
if (!element('link-notice').hidden) element('link-notice-close').click();
if (state.compared) element('compare-close').click();
if (document.documentElement.dataset.present) element('present-leave').click();
if (state.pins.length) element('clear-pins').click();
for (let sort; (sort = document.querySelector('#runs-table [aria-sort] button')); ) sort.click();
if (!element('sensitivity-strips').hidden) element('sensitivity').click();
document.querySelectorAll(':is(#band, #twins, #floor)[aria-pressed=true]').forEach((button) => button.click());
element('view-loss').click();
nnbench.chooseForm(null);
document.activeElement.blur();
document.querySelectorAll('details').forEach((fold, at) => (fold.open = start.folds[at]));
localStorage.clear();
Object.entries(start.stored).forEach(([name, value]) => localStorage.setItem(name, value));
state.knobs = start.knobs;
performance.clearResourceTimings();
return true;
"""
"""Has the page as it stood then, but for its experiment; false where it was not kept."""


class Visitor:
    """One tab of one browser, on our page."""

    def __init__(self, driver: Chrome, url: str) -> None:
        self.driver = driver
        self.url = url

    # Looking

    def js(self, script: str, *values: Any) -> Any:
        """The value that the script returns in the page."""
        return self.driver.execute_script(script, *values)

    def until(self, script: str, *values: Any, patience: float = PATIENCE) -> Any:
        """The value that the script returns, once it is true."""
        found = self._looks(script, values, patience)
        assert found, f"this never came true on {self.driver.current_url}: {script.strip()} {values or ''}"
        return found

    def _looks(self, script: str, values: Sequence[Any], patience: float = PATIENCE) -> Any:
        """The value that the script returns, once it is true or patience is at its end."""
        end = time.monotonic() + patience
        while True:
            look = min(LONGEST_LOOK, max(0.0, end - time.monotonic()))
            try:
                found = self.js(LOOKING % script, *values, look, GLANCE)
            except (JavascriptException, NoSuchWindowException, TimeoutException) as error:
                if not any(word in str(error.msg) for word in ("navigat", "unload")):
                    raise
                found = None  # the document that looked has gone
            if found or time.monotonic() >= end:
                return found
            time.sleep(GLANCE)

    def rests(self, after: int = -1) -> None:
        """Waits until every answer has come, that to a later run than this one too, and all of it is drawn."""
        self.until(AT_REST, after)

    def loads_plotly(self) -> None:
        """Waits until Plotly draws the curve, as it does for a pointer that has come to it."""
        self.driver.execute_async_script("Promise.resolve(nnbench.loadPlotly()).then(() => arguments[0]())")
        self.until("return document.querySelector('#loss .scatterlayer')")
        self.rests()

    def hand(self, name: str) -> WebElement:
        """The field or button of the network or the target that goes by that name: width-0, menu-1, y-0."""
        return self.one(f"[data-control='{name}']")

    def by_id(self, id_: str) -> WebElement:
        """The element with that id."""
        element: WebElement = self.driver.find_element("id", id_)
        return element

    def one(self, css: str) -> WebElement:
        """The first element that the selector finds."""
        element: WebElement = self.until("return document.querySelector(arguments[0])", css)
        return element

    def text(self, id_: str) -> str:
        """The text of that element."""
        return str(self.js("return document.getElementById(arguments[0]).textContent", id_))

    def texts(self, css: str) -> list[str]:
        """The texts of all such elements."""
        found: list[str] = self.js("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", css)
        return found

    def sees(self, id_: str, text: str) -> None:
        """Waits until exactly this stands there."""
        self._awaits("document.getElementById(arguments[0]).textContent", id_, text)

    def sees_value(self, id_: str, text: str) -> None:
        """Waits until the field holds exactly this."""
        self._awaits("document.getElementById(arguments[0]).value", id_, text)

    def sees_formulas(self, *texts: str) -> None:
        """Waits until the target's fields hold exactly these, one for each output."""
        script = "return [...document.querySelectorAll('#target-formulas input')].map((field) => field.value).join()"
        self.until(f"{script} === arguments[0]", ",".join(texts))

    def reads(self, css: str, *words: str, start: str = "") -> None:
        """Waits until what stands in the first such element begins so, and has these words in it."""
        self.until(READS, css, start, words)

    def _awaits(self, expression: str, id_: str, wanted: str) -> None:
        if not self._looks(f"return {expression} === arguments[1]", (id_, wanted)):
            found = self.js(f"return {expression}", id_)
            assert found == wanted, f"#{id_} says {found!r} and not {wanted!r}"

    def circles(self, radius: float, within: str = "#response") -> list[dict[str, Any]]:
        """The circles of that radius on these maps: where in their box, and the colour that fills them."""
        found: list[dict[str, Any]] = self.driver.execute_async_script(CIRCLES, within)
        return [circle for circle in found if circle["radius"] == radius]

    @property
    def shown(self) -> dict[str, Any]:
        """The summary of the run that is shown."""
        summary: dict[str, Any] = self.js("return nnbench.state.shown.summary")
        return summary

    @property
    def sentence(self) -> str:
        """The largest text of the page."""
        return self.text("sentence")

    @property
    def cards(self) -> list[str]:
        """The texts of the network's cards, with the values of their fields."""
        words: list[str] = self.js("""
        const inside = (node) => [...node.childNodes].map(said).join(node.matches('.layer > div') ? ' ' : '');
        const said = (node) => node.data || (node.matches('select, input') ? node.value : inside(node));
        return [...document.querySelectorAll('#network .layer > div')].map(said);
        """)
        return words

    @property
    def ghosts(self) -> list[str]:
        """The names of the earlier runs, oldest first."""
        names: list[str] = self.js("return nnbench.state.ghosts.map((run) => run.label)")
        return names

    @property
    def kept(self) -> Experiment:
        """The experiment that a reload would go on with."""
        script = "return nnbench.unpackSession(JSON.parse(nnbench.packSession(nnbench.state))).base.experiment"
        return Experiment.from_plain(self.js(script))

    @property
    def depth(self) -> tuple[int, int]:
        """How many steps there are to undo and to redo."""
        past, future = self.js("return [nnbench.state.past.length, nnbench.state.future.length]")
        return past, future

    def thumb(self, slider: str) -> float:
        """Where the slider's thumb stands."""
        return float(self.js("return document.querySelector(`#${arguments[0]} [role=slider]`).ariaValueNow", slider))

    def console(self) -> list[str]:
        """The lines on the console since the last look."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    # Doing

    def open(self, query: str = "") -> None:
        """Types the address, or follows a link to it, and waits for the first run."""
        self.driver.get(self.url + query)
        self.rests()

    def reload(self) -> None:
        """Presses the reload button and waits for the run."""
        self.driver.refresh()
        self.rests()

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Waits after something was turned until its run is shown."""
        before = self.js("return nnbench.state.shown.serial")
        yield
        self.rests(before)

    def turns(self, act: Callable[..., object], *given: Any) -> None:
        """Does this, and waits until its run is shown."""
        with self.turning():
            act(*given)

    def click(self, css: str) -> None:
        """Clicks with a real mouse in the middle of the first such element."""
        self.until(UNFOLDED, css).click()

    def middle(self, css: str) -> tuple[float, float]:
        """The middle of the first such element, in the window."""
        script = """
        const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
        return [left + width / 2, top + height / 2];
        """
        x, y = self.js(script, css)
        return x, y

    def hovers(self, css: str) -> tuple[float, float]:
        """Moves the mouse to that middle, which it returns, and scrolls nothing."""
        x, y = self.middle(css)
        self.mouse("mouseMoved", x, y, held=False)
        return x, y

    def points_at(self, css: str) -> None:
        """Moves the mouse to the middle of the first such element."""
        ActionChains(self.driver).move_to_element(self.one(css)).perform()

    def types(self, id_: str, text: str, end: str = Keys.ENTER) -> None:
        """Replaces what stands in the field."""
        self.unfolds(id_)
        self.replaces(self.by_id(id_), (text or Keys.DELETE) + end)

    def replaces(self, field: WebElement, text: str) -> None:
        """Selects all that the field holds, and types this instead."""
        field.send_keys(Keys.CONTROL + "a")  # every browser lets go of Control at the end of a command, none before
        field.send_keys(text)

    def unfolds(self, id_: str) -> None:
        """Opens the block of knobs around the control, where it is folded."""
        self.js(UNFOLD, id_)

    def copies(self, text: str) -> None:
        """Puts the text on the clipboard, as Control and c in a field do."""
        self.js(SELECTED, text)
        self.presses(Keys.CONTROL + "c")
        self.js("document.activeElement.remove()")

    def presses(self, *keys: str) -> None:
        """Presses keys wherever the focus is, also where that is drawn anew just now."""
        with contextlib.suppress(StaleElementReferenceException):
            self.driver.switch_to.active_element.send_keys(*keys)
            return
        self.presses(*keys)

    def fills(self, hand: str, text: str, end: str = Keys.ENTER) -> None:
        """Replaces what stands in a field of the network or the target."""
        self.replaces(self.hand(hand), text + end)

    def takes(self, menu: str, choice: str) -> None:
        """Opens the menu of a card or of a wire and clicks the choice."""
        button = self.hand(menu)
        self.js("arguments[0].scrollIntoView({ block: 'nearest', inline: 'nearest' })", button)
        button.click()
        self.until(OFFERED, "#layer-menu:popover-open [role=menuitem]", choice).click()

    def exports(self, title: str) -> None:
        """Opens the Export menu and clicks the line with that title."""
        self.click("#export")
        self.until(OFFERED, "#layer-menu:popover-open [role=menuitem]", title).click()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Waits after something was asked for until its answer has come, be it a run or a refusal."""
        before = self.js("return nnbench.queue.serial")
        yield
        self.until("return nnbench.queue.serial > arguments[0] && nnbench.queue.idle", before)

    def asks(self, act: Callable[..., object], *given: Any) -> None:
        """Does this, and waits until the answer to it has come."""
        with self.asking():
            act(*given)

    def edits(self, css: str) -> None:
        """Clicks a weight, and waits for its editor."""
        self.click(css)
        self.until("return document.getElementById('edit').open")

    def picks(self, select: str, label: str) -> None:
        """Opens a menu and clicks the choice with that label."""
        self.unfolds(select)
        self.by_id(select).click()
        self.until(OFFERED, "[role=option]", label).click()

    def selects(self, css: str, value: str) -> None:
        """Has the browser's own menu at that choice."""
        self.js(SELECTS, css, value)

    def saved(self, act: Callable[..., object], *given: Any) -> str:
        """The text of the file that the page saves when this is done."""
        self.js(SAVING)
        act(*given)
        return str(self.until("return window.saved"))

    def segment(self, control: str, value: str) -> None:
        """Clicks one choice of a segmented control."""
        self.unfolds(control)
        self.click(f"#{control} input[value={value!r}]")

    def opens(self, key: str) -> None:
        """Opens another experiment: what a click in the picker does, whose menu takes longer than a run to be drawn."""
        self.turns(self.js, CHOOSES, key)

    def begins(self, key: str = FIRST) -> None:
        """Has the experiment on the bench as the catalogue gives it, however it came there."""
        if self.shown["fingerprint"] == fingerprint(key):
            return
        self.js("document.activeElement.blur()")
        self.turns(self.js, BEGINS, key)

    def keeps_start(self) -> None:
        """Remembers how the page stands now that it has been opened, for `starts_over`."""
        self.js(KEEPS_START)

    def starts_over(self) -> bool:
        """Has the page as a newcomer finds it, at the price of a run; false where this page did not begin as one."""
        if self.js("return window.nnbench?.state.held"):  # by a story that ended before it let go
            self.mouse("mouseReleased", 0, 0, held=False)
        if not self.js(STARTS_OVER):
            return False
        self.turns(self.js, BEGINS, FIRST)
        self.js("scrollTo({ top: 0, behavior: 'instant' })")
        return True

    def follows(self, link: str) -> None:
        """Has on the bench what the link leads to, as if the page had been opened there."""
        self.turns(self.js, FOLLOWS, link)

    def mouse(self, kind: str, x: float, y: float, held: bool = True) -> None:
        """One real mouse event at that point of the window."""
        self.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {
            "type": kind, "x": x, "y": y, "button": "left" if held or kind == "mouseReleased" else "none",
            "buttons": int(held), "clickCount": int(kind != "mouseMoved"),
        })  # fmt: skip

    def clicks_at(self, x: float, y: float) -> None:
        """Presses the mouse at that point of the window, and lets it go."""
        self.mouse("mousePressed", x, y)
        self.mouse("mouseReleased", x, y, held=False)

    def track(self, slider: str) -> tuple[float, float, float]:
        """Left and right end of the slider's track, and its height in the window."""
        script = """
        const box = document.querySelector(`#${arguments[0]} .mantine-Slider-track`).getBoundingClientRect();
        return [box.left, box.right, (box.top + box.bottom) / 2];
        """
        left, right, middle = self.js(script, slider)
        return left, right, middle

    def drags(self, slider: str, shares: Sequence[float], pause: float = 0.0) -> None:
        """Presses on the track at the first share of its length, moves over the others, and lets go."""
        left, right, y = self.track(slider)
        places = [left + share * (right - left) for share in shares]
        self.mouse("mousePressed", places[0], y)
        beginning = time.monotonic()
        for step, x in enumerate(places[1:], start=1):
            self.mouse("mouseMoved", x, y)
            time.sleep(max(0.0, beginning + step * pause - time.monotonic()))
        self.mouse("mouseReleased", places[-1], y, held=False)
