"""Words and the first curve are there before Dash, and without Plotly, which draws in the same places when it comes."""

from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import DESK, Server, arrived, look, new_visitor
from tests.stories.test_before_dash import HOLD_DASH
from tests.stories.visitor import Visitor
from webapp.page.index import VIEW_KEY

NOTE = """
window.first = {};
const there = {
  words: '#static-parts #sentence', knobs: '[data-holds] > #alpha-slider', line: '.svg-figure path',
  plotly: '#loss .scatterlayer',
};
new MutationObserver((_, watcher) => {
  for (const part in there) {
    if (!first[part] && document.querySelector(there[part])) first[part] = performance.now();
  }
  if (first.plotly) watcher.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
BOX = """
const box = (css) => {
  const { left, top, right, bottom } = document.querySelector(css).getBoundingClientRect();
  return [left, top, right, bottom];
};
"""
BOXES = f"""{BOX}
document.querySelector('.svg-figure').style.display = 'inline';
return [box('.svg-figure > svg path'), box('#loss .scatterlayer .lines path')];
"""


@pytest.fixture
def watched(driver: Any, server: Server) -> Iterator[Visitor]:
    """A newcomer whose browser noted when each part of the page was there."""
    noted = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": NOTE})
    person = arrived(driver, server)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    yield person
    assert person.console() == []


# An earlier story may have left its page while Plotly came: the browser then keeps an empty file under its address.
LOADED = """
const isPlotly = ({ name, decodedBodySize: size }) => name.includes('plotly.') && size > 0;
return performance.getEntriesByType('resource').filter(isPlotly).length;
"""
RECEIVED = """
const entries = ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind));
return entries.reduce((sum, { transferSize }) => sum + transferSize, 0);
"""
LARGEST_VISIT = 1_200_000


def test_nobody_waits_for_plotly_until_a_pointer_stays_on_the_curve(watched: Visitor) -> None:
    assert watched.js("return window.first.words < window.first.line && !window.first.plotly")
    watched.turns(watched.click, "#next-seed")
    assert watched.js(LOADED) == 0
    assert watched.js(RECEIVED) < LARGEST_VISIT
    watched.click("#loss-picture")
    watched.until("return window.first.plotly")
    watched.rests()
    assert watched.js(LOADED) == 1
    watched.until("return document.querySelector('#loss .hoverlayer text')")
    assert 100 < watched.js("return nnbench.cursor.place.step") < 200, "the click for which it was loaded is answered"


@pytest.mark.soak
def test_plotly_that_cannot_be_loaded_is_tried_again(newcomer: Visitor) -> None:
    newcomer.driver.execute_cdp_cmd("Network.enable", {})
    newcomer.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*plotly.*"]})
    newcomer.points_at("#loss-picture")
    newcomer.until("return performance.getEntriesByType('resource').some(({ name }) => name.includes('plotly.'))")
    newcomer.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    newcomer.until("return !document.querySelector('head > script[src*=\"plotly.\"]')")
    newcomer.console()
    newcomer.turns(newcomer.click, "#next-seed")
    newcomer.points_at("#loss-picture")
    newcomer.until("return document.querySelector('#loss .scatterlayer')")


OTHER_SCRIPT = """
window.waits = [];
const wait = window.setTimeout;
window.setTimeout = (next, after, ...given) => {
  waits.push(after);
  return wait(next, after, ...given);
};
const script = document.getElementById('plotly').content.firstElementChild, { src } = script;
script.src = `${document.querySelector('script[src*="prop-types"]').src}?instead`;
nnbench.loadPlotly();
return src;
"""


@pytest.mark.soak
def test_plotly_that_has_come_and_is_not_there_is_tried_again_at_once_and_then_later(newcomer: Visitor) -> None:
    address = newcomer.js(OTHER_SCRIPT)
    newcomer.until("return performance.getEntriesByType('resource').some(({ name }) => name.endsWith('?instead?1'))")
    newcomer.js("document.getElementById('plotly').content.firstElementChild.src = arguments[0]", address)
    newcomer.until("return document.querySelector('#loss .scatterlayer')")
    assert newcomer.js("return document.querySelector('head > script[src*=\"plotly.\"]').src").endswith("?2")
    assert newcomer.js("return waits.filter((wait) => wait === 3000)") == [3000]


PAGE_BEFORE_DASH = """
const shown = (id) => document.getElementById(id).checkVisibility();
const { value } = document.getElementById('alpha-field');
return [document.querySelector('#page') === null, shown('sentence'), shown('alpha-field'), value];
"""


def test_the_page_and_its_curve_are_there_while_dash_has_not_come(stranger: Visitor) -> None:
    stranger.driver.execute_cdp_cmd("Network.enable", {})
    stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*dash_renderer*"]})
    try:
        stranger.driver.get(stranger.url)
        stranger.until("return document.querySelector('.svg-figure path')")
        assert stranger.js(PAGE_BEFORE_DASH) == [True, True, True, "0.1"]
        assert stranger.js("return document.querySelector('[data-place=alpha-slider]').inert") is False
        assert stranger.js("return document.querySelector('[data-place=target]').inert") is True
    finally:
        stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    own = [line for line in stranger.console() if "_dash-component-suites" not in line and "DashRenderer" not in line]
    assert own == []


REQUESTED = "return performance.getEntriesByType('resource').some(({ name }) => name.includes(arguments[0]))"
OTHERS = [
    pytest.param(file, marks=pytest.mark.soak) for file in ("/react-dom@", "/async-graph.", "/_dash-dependencies")
]


@pytest.mark.parametrize("file", ["/nnbench.js", "/dash_renderer.", "/_dash-layout", *OTHERS])
def test_a_file_that_could_not_be_had_is_asked_for_again(stranger: Visitor, file: str) -> None:
    stranger.driver.execute_cdp_cmd("Network.enable", {})
    stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": [f"*{file}*"]})
    stranger.driver.get(stranger.url)
    try:
        stranger.until(REQUESTED, file)
        assert stranger.js("return document.getElementById('page')") is None
    finally:
        stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    stranger.until("return document.getElementById('page')")
    stranger.turns(stranger.js, "nnbench.turnKnobs({ seed: 4 })")
    others = ("_dash-component-suites", "preloaded")  # a script of Dash that runs without the one before it
    assert [line for line in stranger.console() if not any(other in line for other in others)] == []


PAPER_AND_BUTTON = """
const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper');
return [paper, document.querySelector('button')];
"""


def test_a_lesson_whose_files_could_not_be_had_asks_for_them_again(stranger: Visitor) -> None:
    stranger.driver.execute_cdp_cmd("Network.enable", {})
    stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/assets/class/*"]})
    stranger.driver.get(f"{stranger.url}lesson/story.double.numbers")
    try:
        for file in ("/class.css", "/student.js"):
            stranger.until(REQUESTED, file)
        assert stranger.js(PAPER_AND_BUTTON) == ["", None]
    finally:
        stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    stranger.until(f"return (() => {{ {PAPER_AND_BUTTON} }})().every(Boolean)")
    assert stranger.console() == []


NO_SCRIPTS = ["*nnbench.js*", "*_dash-component-suites*"]
FINDING = """
const text = (id) => document.getElementById(id).textContent;
const numbers = [...document.querySelectorAll('#weight-cells .value')].map((cell) => cell.textContent);
return [document.title, text('sentence'), text('proof'), text('read-max'), text('read-last'), text('read-potential'),
  text('read-run'), document.getElementById('read-held-out').parentElement.hidden, numbers];
"""
PLACES = """
const box = (css) => {
  const { left, top, width, height } = document.querySelector(css).getBoundingClientRect();
  return [left, top, width, height].map(Math.round);
};
return ['#sentence', '#proof', '.imprint', '#alpha-slider', '#knob-training', '#loss-picture', '#weight-cells',
  '#weight-cells .value'].map(box);
"""


@pytest.fixture
def reader(stranger: Visitor) -> Iterator[Visitor]:
    """Somebody whose browser gets no scripts yet."""
    stranger.driver.execute_cdp_cmd("Network.enable", {})
    stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": NO_SCRIPTS})
    yield stranger
    stranger.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    stranger.console()


VALUES = """
return ['alpha-field', 'samples-field', 'seed-field', 'experiment'].map((id) => document.getElementById(id).value);
"""
CIRCLE, XOR = "?experiment=circle&alpha=0.3&seed=5&view=loss", "?experiment=xor-hidden-layer&view=loss"
LINKS = [("", 6), *(pytest.param(*row, marks=pytest.mark.soak) for row in ((CIRCLE, 33), (XOR, 17)))]
"""Links, and how many weights the document of each names."""


@pytest.mark.parametrize(("query", "weights"), LINKS)
def test_the_document_holds_the_finding_and_the_curve_where_the_page_shows_both_when_awake(
    reader: Visitor, query: str, weights: int
) -> None:
    reader.driver.get(reader.url + query)
    read, values, places = reader.js(FINDING), reader.js(VALUES), reader.js(PLACES)
    assert reader.js("return document.getElementById('sentence').checkVisibility({ visibilityProperty: true })")
    first = reader.js(f"{BOX} return box('.first-line path')")
    wakes(reader, query)
    assert reader.js(FINDING)[1:] == read[1:]
    assert len(read[-1]) == weights
    assert reader.js(VALUES) == values
    assert reader.js(PLACES) == places
    assert first == pytest.approx(reader.js(f"{BOX} return box('.svg-figure > svg path')"), abs=2)
    assert reader.js("return document.querySelector('.first-line path')") is None
    assert reader.js("return document.querySelectorAll('[data-place], #static-parts').length") == 0
    assert reader.js("return document.querySelectorAll('#page [data-holds]').length") > 30
    assert reader.js("return document.querySelector('#knob-alpha #alpha-slider [role=slider]').ariaValueText")
    assert reader.depth == (0, 0)


def wakes(person: Visitor, query: str) -> None:
    """The same page with its scripts."""
    person.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    person.open(query)
    person.until("return document.querySelector('#weight-cells .path svg, #at-weights.none')")


@pytest.mark.soak
def test_the_document_of_a_network_without_weights_holds_its_finding(reader: Visitor) -> None:
    query = "?experiment=map-taken-off"
    reader.driver.get(reader.url + query)
    read, values = reader.js(FINDING), reader.js(VALUES)
    wakes(reader, query)
    assert reader.js(FINDING)[1:] == read[1:]
    assert reader.js(VALUES) == values


WORDS = """
const owners = (part) => (part ? [part, ...owners(part.parentElement)] : []);
const isCut = (part) => getComputedStyle(part).clipPath.startsWith('inset(50%');
const isSeen = ({ width, bottom, top }) => width > 2 && bottom > 0 && top < innerHeight;
const range = document.createRange();
const words = [];
const note = (owner, text, box) => {
  const shown = owner.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  if (shown && isSeen(box) && !owners(owner).some(isCut)) words.push(...text.trim().split(/\\s+/).filter(Boolean));
};
for (const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); texts.nextNode();) {
  const { currentNode: text } = texts;
  range.selectNodeContents(text);
  if (!text.parentElement.closest('script, style, option')) {
    note(text.parentElement, text.textContent, range.getBoundingClientRect());
  }
}
for (const field of document.querySelectorAll('select, input:not([type=range], [type=radio], [type=checkbox])')) {
  const { text } = field.selectedOptions?.[0] ?? { text: field.value };
  note(field, text, field.getBoundingClientRect());
}
return words;
"""
MOST_WORDS = 180


def test_the_first_screen_has_few_words_and_numbers_and_the_rest_comes_with_a_pointer(newcomer: Visitor) -> None:
    newcomer.click("#view-output")
    newcomer.turns(newcomer.js, "nnbench.handlers.experiment('circle')")
    newcomer.reads("#seed-rank", "of 32")
    newcomer.rests()
    assert len(newcomer.js(WORDS)) <= MOST_WORDS
    opacity = "return getComputedStyle(document.querySelector(arguments[0])).opacity"
    parts = "#weight-cells .value", ".name-beside", ".picture-key", ".at-sample"
    assert [newcomer.js(opacity, part) for part in parts] == ["0"] * 4
    newcomer.hovers("#weight-cells")
    assert [newcomer.js(opacity, part) for part in parts[:2]] == ["1"] * 2
    newcomer.hovers("#output .stage-map")
    assert [newcomer.js(opacity, part) for part in parts[2:]] == ["1"] * 2


ON_SCREEN = """
const canvas = document.querySelector('#loss-picture > .under'), { left, top } = canvas.getBoundingClientRect();
const pixelsOf = (picture) => {
  const copy = new OffscreenCanvas(picture.width, picture.height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(picture, 0, 0);
  return (x, y) => copy.getImageData(x, y, 1, 1).data;
};
const bytes = Uint8Array.from(atob(arguments[0]), (byte) => byte.charCodeAt(0)), drawn = pixelsOf(canvas);
return createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((screen) => {
  const seen = pixelsOf(screen), paper = seen(left + 1, top + canvas.height / 2).join();
  const rows = [2, 3].map((part) => Math.floor(canvas.height / part));
  const places = rows.flatMap((y) => Array.from({ length: canvas.width }, (_, x) => [x, y]));
  const inked = places.filter(([x, y]) => drawn(x, y)[3] > 60);
  return [inked.length, inked.filter(([x, y]) => seen(left + x, top + y).join() !== paper).length];
});
"""
"""How many pixels of two rows of the canvas under the curve have ink, and how many of them have it on the screen."""


@pytest.mark.flaky(reruns=0)  # opened again, the page may come in another order
def test_the_dots_of_the_first_run_are_on_the_screen(stranger: Visitor) -> None:
    stranger.open("?experiment=circle&view=loss")
    stranger.reads("#seed-rank", "of 32")
    inked, seen = stranger.js(ON_SCREEN, stranger.driver.get_screenshot_as_base64())
    assert inked > 5
    assert seen == inked


SHIFT = """
window.shifted = [];
new PerformanceObserver((list) => shifted.push(...list.getEntries().map(({ value }) => value)))
  .observe({ type: 'layout-shift', buffered: true });
"""


@pytest.mark.parametrize(
    ("size", "view", "query"),
    [
        ((1440, 900), "output", ""),
        pytest.param((390, 844), "loss", "", marks=pytest.mark.soak),
        pytest.param((390, 844), "loss", "?lesson=hidden", marks=pytest.mark.soak),
        pytest.param((390, 844), "loss", "?lesson=solution", marks=pytest.mark.soak),
        pytest.param((1440, 900), "output", "?lesson=decay", marks=pytest.mark.soak),
        pytest.param((390, 844), "output", "?experiment=digits", marks=pytest.mark.soak),
        pytest.param((390, 844), "output", "?experiment=penguins", marks=pytest.mark.soak),
        pytest.param((390, 844), "output", "?experiment=circle", marks=pytest.mark.soak),
        pytest.param((390, 844), "loss", "?experiment=spiral", marks=pytest.mark.soak),  # which has a cause
        pytest.param((390, 844), "output", "?experiment=cars", marks=pytest.mark.soak),
        pytest.param((800, 700), "output", "?experiment=circle&embed=1", marks=pytest.mark.soak),
        pytest.param((390, 844), "output", "", marks=pytest.mark.soak),
        pytest.param((1440, 900), "loss", "", marks=pytest.mark.soak),
        pytest.param((1440, 900), "output", "?experiment=circle", marks=pytest.mark.soak),
    ],
)
@pytest.mark.usefixtures("page")
def test_nothing_moves_when_the_page_wakes(
    driver: Any, server: Server, size: tuple[int, int], view: str, query: str
) -> None:
    # The fonts are there from the page before: whether they come before the first paint is the network's affair.
    person = new_visitor(driver, server)
    look(driver, *size)
    driver.execute_script("localStorage.setItem(arguments[0], arguments[1])", VIEW_KEY, view)
    noted = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": SHIFT})
    person.open(query)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    drawn = ".stage-square, .answers-picture, .output:empty"
    person.until(f"return nnbench.currentTrajectory() && document.querySelector('{drawn}')")
    person.rests()
    if "spiral" in query:
        person.until("return !document.getElementById('why').hidden")
        person.rests()
    assert sum(person.js("return window.shifted")) < 0.005
    look(driver, *DESK)
    assert person.console() == []


@pytest.mark.soak
def test_knobs_of_a_link_are_turned_before_dash_has_come(stranger: Visitor) -> None:
    noted = stranger.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HOLD_DASH})
    stranger.driver.get(stranger.url + "?experiment=circle")
    stranger.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    stranger.until("return window.startDash && nnbench.state.base && nnbench.queue.idle")
    stranger.types("alpha-field", "0.2")
    stranger.until("return nnbench.queue.idle && nnbench.state.base.experiment.alpha === 0.2")
    stranger.js("window.startDash()")
    stranger.rests()
    assert (stranger.shown["title"], stranger.shown["alpha"], stranger.depth) == ("Circle", 0.2, (1, 0))
    assert stranger.js("return document.getElementById('alpha-field').value") == "0.2"


@pytest.mark.soak
def test_a_tab_that_goes_on_with_another_run_does_not_take_the_first_one_for_it(beginner: Visitor) -> None:
    beginner.types("alpha-field", "0.2")
    beginner.rests()
    source = """
    window.seen = new Set();
    const look = () => {
      const box = document.getElementById('sentence');
      if (box && box.checkVisibility({ visibilityProperty: true })) seen.add(box.textContent);
      requestAnimationFrame(look);
    };
    look();
    """
    noted = beginner.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    beginner.reload()
    beginner.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    beginner.until("return !document.documentElement.matches('.arriving, .drawing')")
    assert beginner.js("return [...seen]") == [beginner.sentence]
    assert "0.0953" in beginner.sentence


PLACES_OF_WORDS = """
const box = (text) => [text.getBoundingClientRect().left, text.getBoundingClientRect().bottom];
const words = (text) => text.textContent.replace(/\\u200b/g, '');
const all = (css) => [...document.querySelectorAll(css)].map((text) => [words(text), ...box(text)]);
document.querySelector('.svg-figure').style.display = 'inline';
return [all('.svg-figure text'), all('#loss :is(.xtick, .ytick, .annotation) text')].map((texts) => texts.sort());
"""


@pytest.mark.parametrize(
    "query", ["?experiment=square-map&alpha=0.5&view=loss", pytest.param("?view=loss", marks=pytest.mark.soak)]
)
def test_the_first_curve_and_its_words_stand_where_plotly_draws_them(stranger: Visitor, query: str) -> None:
    stranger.open(query)
    stranger.loads_plotly()
    assert stranger.js("return getComputedStyle(document.querySelector('.svg-figure')).display") == "none"
    own, drawn = stranger.js(BOXES)
    assert own == pytest.approx(drawn, abs=1)
    own, drawn = stranger.js(PLACES_OF_WORDS)
    assert [text for text, *_ in own] == [text for text, *_ in drawn]
    for one, other in zip(own, drawn, strict=True):
        assert one[1:] == pytest.approx(other[1:], abs=3)


@pytest.mark.soak
def test_dash_asks_once_draws_choices_for_whoever_comes_and_is_told_only_news(newcomer: Visitor) -> None:
    if newcomer.driver.name not in ("firefox", "MiniBrowser"):  # these list what is taken from the first request again
        asked = newcomer.js(
            "return performance.getEntriesByType('resource')"
            ".filter(({ name }) => /_dash-(layout|dependencies)/.test(name)).map(({ initiatorType }) => initiatorType)"
        )
        assert asked == ["link", "link"]
    named = "document.getElementById(document.getElementById('target').getAttribute('aria-controls'))"
    assert newcomer.js("return document.querySelectorAll('[role=option]').length") == 0
    newcomer.click("#target")
    newcomer.until(f"return {named}?.querySelectorAll('[role=option]').length > 2")
    newcomer.presses(Keys.ESCAPE)
    newcomer.until(f"return !{named}")
    newcomer.click("#target")
    newcomer.until(f"return {named}?.checkVisibility()")
    newcomer.presses(Keys.ESCAPE)
    newcomer.js(
        "window.told = []; const { set_props: set } = dash_clientside;"
        "dash_clientside.set_props = (id, props) => {"
        "  const { props: known } = dash_component_api.getLayout(id);"
        "  told.push([id, Object.keys(props).some((name) => known[name] !== props[name])]);"
        "  set(id, props);"
        "};"
    )
    newcomer.js("nnbench.turnKnobs({ alpha: 0.05 })")
    newcomer.until("return told.some(([id]) => id === 'alpha-field')")
    newcomer.rests()
    assert all(is_news for _, is_news in newcomer.js("return told"))


FOCUS = "document.addEventListener('DOMContentLoaded', () => document.getElementById('story').focus());"


@pytest.mark.parametrize("moves", [True, False])
@pytest.mark.soak
def test_who_has_reached_a_button_keeps_it_when_the_controls_come(driver: Any, server: Server, moves: bool) -> None:
    source = FOCUS if moves else f"delete Element.prototype.moveBefore; {FOCUS}"
    noted = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": source})
    person = arrived(driver, server)
    driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", noted)
    person.rests()
    assert person.js("return 'moveBefore' in Element.prototype") is moves
    assert person.js("return document.activeElement.closest('#page') && document.activeElement.id") == "story"
    assert person.console() == []
