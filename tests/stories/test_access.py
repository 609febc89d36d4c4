"""axe-core finds nothing to mend on the page: in both themes, on desks and on a telephone, in every state."""

from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import look
from tests.stories.test_random_acts import BROKEN
from tests.stories.visitor import Visitor
from webapp.base.theme import THEMES
from webapp.page.index import THEME_KEY, VISITED_KEY

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
SIZES = {"desk": (1440, 900), "small desk": (1280, 720), "phone": (390, 844)}
LOOKS = """
const TEXT = ['color', 'fill', 'fontSize', 'fontWeight', 'textShadow', 'opacity'];
const GROUND = ['backgroundColor', 'backgroundImage', 'opacity', 'filter', 'mixBlendMode'];
const styleOf = (element, names) => names.map((name) => getComputedStyle(element)[name]).join();
const above = (element) => (element ? [element, ...above(element.parentElement)] : []);
const beneath = ({ left, right, top, bottom }) => document.elementsFromPoint((left + right) / 2, (top + bottom) / 2);
const hasText = (element) => element.matches('input, select, textarea')
  || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
const lookOf = (element) => [
  styleOf(element, TEXT), element.textContent.trim().length > 1, element.matches(':disabled, :disabled *'),
  ...above(element).map((one) => styleOf(one, GROUND)), '/',
  ...beneath(element.getBoundingClientRect()).map((one) => styleOf(one, GROUND)),
].join(';');
const looksIn = (root) => {
  const texts = [...root.querySelectorAll('*')].filter((one) => hasText(one) && one.checkVisibility());
  return new Map(texts.map((text) => [lookOf(text), text]));
};
"""
"""The looks that the texts below an element have, each with one such text: all that a contrast can hang on."""
RUN = (
    LOOKS
    + """
const [rules, within, done] = arguments;
const { passed, undecided } = (window.judged ??= { passed: new Set(), undecided: new WeakMap() });
const said = ({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`);
const dialog = document.querySelector('dialog:modal');
const roots = dialog ? [dialog] : [...document.querySelectorAll(within)];
const behind = document.createElement('style');
behind.textContent = ':not(dialog:modal, dialog:modal *) { visibility: hidden } dialog:modal { visibility: visible }';
if (dialog) document.head.append(behind);
const without = { rules: { 'color-contrast': { enabled: false } } };
const chosen = rules.length > 0 ? { runOnly: rules } : without;
const elementsOf = (found) => new Set(found.flatMap(({ nodes }) => nodes.map(({ element }) => element)));
const nothing = { violations: [], passes: [] };

async function judgeContrast() {
  const looks = roots.flatMap((root) => [...looksIn(root)]);
  const fresh = looks.filter(([look, text]) => !passed.has(look) && undecided.get(text) !== look);
  if (fresh.length === 0) return nothing;
  const include = fresh.map(([, text]) => text);
  const found = await axe.run({ include }, { runOnly: ['color-contrast'], elementRef: true });
  const [good, bad] = [found.passes, found.violations].map(elementsOf);
  fresh.filter(([, text]) => good.has(text)).forEach(([look]) => passed.add(look));
  fresh.filter(([, text]) => !good.has(text) && !bad.has(text)).forEach(([look, text]) => undecided.set(text, look));
  return found;
}

async function judge() {
  const found = [await judgeContrast(), await axe.run({ include: roots }, { resultTypes: ['violations'], ...chosen })];
  behind.remove();
  return [found.flatMap(({ violations }) => violations.flatMap(said)), found[1].passes.length, passed.size];
}

judge().then(done);
"""
)
"""The findings of axe-core wherever somebody can be: in a modal dialog, where one is open. It takes what is behind a
dialog for what lies over it, and then judges no colour there, so that is hidden meanwhile. Contrast takes most of its
time: a look that has passed on the page is not judged there again, nor a text that still looks as it did when axe-core
could not decide."""
IN_COLOURS = ("link-in-text-block",)
"""The rule beside contrast whose answer hangs on the theme; in the other theme nothing else can differ."""
IN_THEME = """
const isSeen = ({ effect }) => effect.target.checkVisibility({ visibilityProperty: true });
return document.documentElement.dataset.mantineColorScheme === arguments[0]
  && !document.getAnimations().some((animation) => animation instanceof CSSTransition && isSeen(animation));
"""
"""Whether the page is in that theme, and no colour on its way there."""


def findings(visitor: Visitor, *rules: str, within: str = ":root") -> list[str]:
    """The findings of axe-core on the page as it stands: of contrast, and by these rules or else by all others."""
    if not visitor.js("return 'axe' in window"):
        visitor.js(AXE)
    found, passed, looks = visitor.driver.execute_async_script(RUN, rules, within)
    assert passed > 10 or rules or within != ":root", "axe-core looked at next to nothing"
    assert looks > 1, "axe-core judged the contrast of next to nothing"
    return list(found)


def findings_in_both_themes(visitor: Visitor, size: str) -> list[str]:
    """The findings of axe-core on the page on a screen of that size, and in the other theme, which then stays: each
    change of it costs as much as a look."""
    found = findings(visitor)
    scheme = visitor.js("return matchMedia('(prefers-color-scheme: dark)').matches ? 'light' : 'dark'")
    look(visitor.driver, *SIZES[size], scheme)
    visitor.until(IN_THEME, scheme)
    return found + [f"{scheme}: {line}" for line in findings(visitor, *IN_COLOURS)]


def seen_at(visitor: Visitor, size: str, scheme: str = "light") -> Visitor:
    """The visitor, on a screen of that size in a light or dark room, with the page loaded there."""
    look(visitor.driver, *SIZES[size], scheme)
    visitor.reload()
    visitor.js("scrollTo(0, 0)")
    return visitor


LONGEST_SCALE = "Lowest on the slider near 0.0334, luck or diverges from 0.117 to 0.5"


@pytest.mark.soak
def test_a_small_desk_has_room_for_every_knob_the_sentence_about_alpha_and_the_bench(visitor: Visitor) -> None:
    seen_at(visitor, "small desk").until("return document.getElementById('alpha-state').textContent")
    for part in ("knob-inputs", "loss", "at-weights"):
        box = visitor.js("return document.getElementById(arguments[0]).getBoundingClientRect()", part)
        assert box["bottom"] <= 720, part
    visitor.js("document.getElementById('alpha-state').textContent = arguments[0]", LONGEST_SCALE)
    cut = """
    const isCut = (box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight + 1;
    return [...document.querySelectorAll('.knobs, #alpha-state')].filter(isCut).map((box) => box.className);
    """
    assert visitor.js(cut) == []
    look(visitor.driver, 320, 640)
    visitor.rests()
    assert visitor.js("return document.documentElement.scrollWidth") <= 320


PALE = '<button id="nameless"></button><p id="pale" style="color: #888; background: #777">hardly to be read</p>'
"""Two mistakes, of which a theme changes one."""


def test_axe_is_awake(visitor: Visitor) -> None:
    for place in (".foot", "#help-sheet"):
        if place == "#help-sheet":
            help_open(visitor)
        visitor.js("document.querySelector(arguments[0]).insertAdjacentHTML('afterbegin', arguments[1])", place, PALE)
        found, in_colours = (findings(visitor, *rules, within=place) for rules in ((), IN_COLOURS))
        visitor.js("document.querySelectorAll('#nameless, #pale').forEach((mistake) => mistake.remove())")
        visitor.presses(Keys.ESCAPE)
        assert sorted(line.split(" ")[0] for line in found) == ["button-name:", "color-contrast:"], place
        assert [line.split(" ")[0] for line in in_colours] == ["color-contrast:"], place


@pytest.mark.soak
def test_axe_is_awake_to_another_ground_of_a_text_that_has_passed(visitor: Visitor) -> None:
    assert findings(visitor, *IN_COLOURS) == []
    for ground in ("#proof", ":has(> #proof)"):
        element = visitor.one(ground)
        visitor.js("arguments[0].style.background = '#444'", element)
        found = findings(visitor, *IN_COLOURS)
        visitor.js("arguments[0].style.background = ''", element)
        assert any(line.startswith("color-contrast: #proof") for line in found), ground
        assert findings(visitor, *IN_COLOURS) == []


@pytest.mark.parametrize(("size", "scheme"), [
    ("phone", "dark"), *(pytest.param("desk", scheme, marks=pytest.mark.soak) for scheme in ("light", "dark")),
    pytest.param("phone", "light", marks=pytest.mark.soak),
    *(pytest.param("small desk", scheme, marks=pytest.mark.soak) for scheme in ("light", "dark")),
])  # fmt: skip
def test_axe_finds_nothing(visitor: Visitor, size: str, scheme: str) -> None:
    seen_at(visitor, size, scheme)
    visitor.turns(visitor.js, "nnbench.handlers['next-seed']()")
    assert findings(visitor) == []
    assert visitor.js(BROKEN) is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.soak
def test_axe_finds_nothing_on_a_first_visit(visitor: Visitor, scheme: str) -> None:
    look(visitor.driver, *SIZES["desk"], scheme)
    visitor.js("localStorage.removeItem(arguments[0])", VISITED_KEY)
    visitor.open()
    assert visitor.by_id("first-visit").is_displayed()
    assert findings(visitor) == []


SMALL = """
const small = ({ width, height }) => width > 0 && (width < 24 || height < 24);
const TARGETS = 'button, a[href], summary, select, textarea, .slider, input:not([type=radio])';
const boxes = (target) => [target, ...(target.labels || [])].map((part) => part.getBoundingClientRect());
return [...document.querySelectorAll(TARGETS)].filter((e) => !e.matches('.weight, .strip-row .cell'))
  .filter((e) => e.checkVisibility() && boxes(e).every(small)).map((e) => e.outerHTML);
"""
"""Targets smaller than a finger's tip; a slider is pressed anywhere on its track, a switch on its label. The cells of a
picture are as large as it has room for: weights stand in a table too, and what a cell of the sensitivity turns has a
knob."""


def help_open(visitor: Visitor) -> None:
    visitor.presses("?")
    visitor.until("return document.getElementById('help-sheet').open")


def edit_open(visitor: Visitor) -> None:
    visitor.edits("#weight-cells button")


def menu_open(visitor: Visitor) -> None:
    visitor.by_id("experiment").click()
    visitor.until("return document.querySelectorAll('[role=option]').length > 1")


def tooltip_open(visitor: Visitor) -> None:
    box = visitor.js("return document.getElementById('randomize').getBoundingClientRect()")
    visitor.mouse("mouseMoved", box["left"] + 9, box["top"] + 9, held=False)
    visitor.until("""
    const tip = document.querySelector('[role=tooltip]');
    return tip && tip.checkVisibility() && getComputedStyle(tip).opacity === '1';
    """)


def diverged_and_refused(visitor: Visitor) -> None:
    visitor.begins("square-map")
    visitor.turns(visitor.types, "alpha-field", "3")
    visitor.types("alpha-field", "abc")
    visitor.until("return document.getElementById('alpha-error').textContent !== ''")


def all_tried(visitor: Visitor) -> None:
    visitor.begins()
    visitor.js("document.getElementById('clear-pins').click()")
    visitor.js("document.querySelectorAll('#pin, #band, #sensitivity').forEach((button) => button.click())")
    visitor.js("document.querySelector('[data-run=A] .who').click()")
    visitor.until("return document.querySelectorAll('.strip-row').length === 7 && document.querySelector('.median')")
    visitor.js("document.querySelector('.dot').focus()")


def many_layers(visitor: Visitor) -> None:
    visitor.follows("?experiment=spiral&samples=300")


def landscape_in_sight(visitor: Visitor) -> None:
    visitor.js("document.getElementById('landscape-map').scrollIntoView()")
    visitor.until("return document.querySelector('#landscape-map .ring')")
    visitor.js("document.getElementById('landscape-map').focus()")
    visitor.presses(Keys.ARROW_UP)
    visitor.until("return document.getElementById('landscape-says').textContent !== ''")


def surface_with_tooltip(visitor: Visitor) -> None:
    visitor.begins()
    visitor.turns(visitor.js, "nnbench.turnKnobs({ alpha: 0.2 })")
    visitor.js("scrollTo(0, 0); document.getElementById('view-surface').click()")
    visitor.until("return !!nnbench.pairKnowledge().grid")
    visitor.js("document.querySelector('.surface-square').click()")
    visitor.js("document.querySelector('[data-word=wall]').focus()")
    visitor.until("return document.querySelector('#surface-tip:popover-open')")


def comparing(visitor: Visitor) -> None:
    visitor.js("document.activeElement.blur()")
    visitor.presses("p", "n")
    visitor.rests()
    visitor.presses("c")
    visitor.until("return document.querySelector('#compare-list dt:nth-of-type(3)')")
    visitor.js("document.querySelector('[data-control=\"sort α\"]').click()")


def presenting(visitor: Visitor) -> None:
    visitor.js("document.activeElement.blur()")
    visitor.presses("l")
    visitor.until("return document.documentElement.dataset.present")
    visitor.rests()


STATES: tuple[Callable[[Visitor], None], ...] = (
    presenting, help_open, edit_open, menu_open, tooltip_open, landscape_in_sight, diverged_and_refused, all_tried,
    many_layers, surface_with_tooltip, comparing,
)  # fmt: skip

BY_TURNS, BOTH = "a theme each", "both themes"
IN_THEMES = pytest.mark.parametrize("themes", [BY_TURNS, pytest.param(BOTH, marks=pytest.mark.soak)])


def goes_through(visitor: Visitor, states: tuple[Callable[[Visitor], None], ...], size: str, themes: str) -> None:
    """Has axe-core look at every state: at the first half in the light and at the others in the dark, or in both."""
    for at, state in enumerate(states):
        if themes == BY_TURNS and at == len(states) // 2:
            look(visitor.driver, *SIZES[size], "dark")
            visitor.until(IN_THEME, "dark")
        visitor.js("scrollTo(0, 0)")
        state(visitor)
        within = BRINGS.get(state, ":root")
        found = findings(visitor, within=within) if themes == BY_TURNS else findings_in_both_themes(visitor, size)
        assert found == [], state.__name__
        assert visitor.js(SMALL) == [], state.__name__
        visitor.presses(Keys.ESCAPE)


@IN_THEMES
@pytest.mark.soak
def test_axe_finds_nothing_in_any_state(visitor: Visitor, themes: str) -> None:
    seen_at(visitor, "desk")
    visitor.begins()
    goes_through(visitor, STATES, "desk", themes)


def layers_offered(visitor: Visitor) -> None:
    visitor.hand("add-0").click()
    visitor.until("return document.querySelector('#layer-menu:popover-open')")


def layer_menu_open(visitor: Visitor) -> None:
    visitor.hand("menu-0").click()
    visitor.until("return document.querySelector('#layer-menu:popover-open')")


def width_refused(visitor: Visitor) -> None:
    visitor.asks(visitor.fills, "width-0", "3")


def map_formula_typed(visitor: Visitor) -> None:
    visitor.takes("menu-1", "Own formula")
    visitor.presses("sign(x)")
    visitor.until("return document.querySelector('.formula-panel .warn')?.checkVisibility()")


def map_formula_wrong(visitor: Visitor) -> None:
    visitor.takes("menu-1", "Own formula")
    visitor.presses("x+y")
    visitor.until("return document.querySelector('.formula-panel mark')?.checkVisibility()")


def target_refused(visitor: Visitor) -> None:
    visitor.js("document.getElementById('knob-target').scrollIntoView()")
    visitor.asks(visitor.fills, "y-0", "w1")


def facts_wrong(visitor: Visitor) -> None:
    visitor.js("nnbench.openDataDialog()")
    visitor.one("#facts-rows td input").send_keys("many")
    visitor.click("#facts-use")
    visitor.until("return document.getElementById('facts-error').textContent !== ''")


def layer_frozen(visitor: Visitor) -> None:
    visitor.turns(visitor.takes, "menu-0", "Freeze")


def mistake_switched_on(visitor: Visitor) -> None:
    visitor.begins("left-or-right")
    switch = visitor.hand("switch-2")
    visitor.js("arguments[0].scrollIntoView({ block: 'center' })", switch)  # away from the sheet of a phone
    with visitor.turning():
        switch.click()


def table_learned(visitor: Visitor) -> None:
    visitor.begins("three-facts")


def lesson_and_link_told(visitor: Visitor) -> None:
    visitor.turns(visitor.js, "nnbench.followLink('?lesson=stuck&alpha=fast')")
    visitor.until("return !document.getElementById('link-notice').hidden")


def contents_of_the_story_open(visitor: Visitor) -> None:
    visitor.js("document.getElementById('lesson-show').click()")
    visitor.js("document.getElementById('lesson-contents').click()")
    visitor.until("return document.querySelector('#lesson-list .icon:not([hidden])')")


def share_open(visitor: Visitor) -> None:
    visitor.js("document.getElementById(innerWidth < 900 ? 'share-phone' : 'share').click()")
    visitor.until("return document.querySelector('#share-qr svg')")


def export_open(visitor: Visitor) -> None:
    visitor.js("document.getElementById(innerWidth < 900 ? 'export-phone' : 'export').click()")
    visitor.until("return document.querySelector('#layer-menu:popover-open')")


def larger_map_refused(visitor: Visitor) -> None:
    visitor.js("document.getElementById('landscape-larger').click()")
    visitor.until("return document.getElementById('sweep-start')?.disabled === false")
    visitor.one("[data-axis=alpha] [name=to]").send_keys("x")
    visitor.until("return document.querySelector('[data-axis=alpha] .error').textContent !== ''")


def larger_map_made(visitor: Visitor) -> None:
    visitor.js("document.getElementById('landscape-larger').click()")
    visitor.replaces(visitor.one("[data-axis=alpha] [name=to]"), "1")
    visitor.until("return document.getElementById('sweep-start')?.disabled === false")
    visitor.click("#sweep-start")
    # Sweeps have the lowest priority: where all processors are busy they wait.
    visitor.until("return document.getElementById('sweep-finding')?.textContent", patience=60)


def larger_maps_listed(visitor: Visitor) -> None:
    visitor.js("document.getElementById('landscape-larger').click()")
    visitor.click("#sweep-back")
    visitor.until("return document.querySelector('#sweep-rows li')")


BUILDING: tuple[Callable[[Visitor], None], ...] = (
    layers_offered, layer_menu_open, width_refused, map_formula_typed, map_formula_wrong, target_refused, facts_wrong,
    layer_frozen, mistake_switched_on, table_learned, lesson_and_link_told, contents_of_the_story_open, share_open,
    export_open,
)  # fmt: skip
LARGER_MAPS = larger_map_refused, larger_map_made, larger_maps_listed


@IN_THEMES
@pytest.mark.parametrize("size", [pytest.param("desk", marks=pytest.mark.soak), "phone"])
def test_axe_finds_nothing_while_something_is_built(visitor: Visitor, size: str, themes: str) -> None:
    seen_at(visitor, size)
    visitor.begins()
    visitor.js("document.getElementById('view-loss').click()")
    goes_through(visitor, BUILDING, size, themes)


@IN_THEMES
@pytest.mark.soak
def test_axe_finds_nothing_in_larger_maps(visitor: Visitor, themes: str) -> None:
    seen_at(visitor, "phone")
    visitor.begins()
    goes_through(visitor, LARGER_MAPS, "phone", themes)


BRINGS: dict[Callable[[Visitor], None], str] = {
    menu_open: "[role=listbox]", tooltip_open: "[role=tooltip]", many_layers: ".strip, .step-col",
    landscape_in_sight: "#landscape", layers_offered: "#layer-menu", layer_menu_open: "#layer-menu",
    export_open: "#layer-menu", width_refused: ".strip", map_formula_typed: ".strip, .formula-panel",
    map_formula_wrong: ".formula-panel", layer_frozen: ".strip, .find, .curve-col", target_refused: "#knob-target",
    contents_of_the_story_open: "#lesson", lesson_and_link_told: "#lesson, #link-notice",
    mistake_switched_on: ".strip, .find", table_learned: ".knobs, .curve-col",
}  # fmt: skip
"""The part of the page that such a state brings: the rest has been looked at in the states around it."""
BESIDE = {
    "limits": "Limits",
    "nothing/here": "There is nothing here. The bench itself is at the start of this address.",
}
"""Addresses of pages beside the bench, and their headings."""
LOOKS_BESIDE = [("phone", "dark"), ("desk", "light")]


def paper_of(theme: str) -> str:
    """The background of the page in that theme, as a browser computes it."""
    red, green, blue = bytes.fromhex(THEMES[theme].paper.removeprefix("#"))
    return f"rgb({red}, {green}, {blue})"


PAPER = "return getComputedStyle(document.documentElement).backgroundColor"


@pytest.mark.parametrize("looks", [LOOKS_BESIDE, pytest.param(LOOKS_BESIDE[::-1], marks=pytest.mark.soak)])
def test_axe_finds_nothing_on_pages_beside_the_bench_which_lead_back_to_it_and_have_its_theme(
    visitor: Visitor, looks: list[tuple[str, str]]
) -> None:
    for (path, heading), (size, scheme) in zip(BESIDE.items(), looks, strict=True):
        look(visitor.driver, *SIZES[size], scheme)
        visitor.driver.get(visitor.url + path)
        assert visitor.js("return document.querySelector('h1').textContent") == heading
        assert visitor.js(PAPER) == paper_of(scheme)
        assert findings(visitor) == [], path
        assert visitor.js(SMALL) == [], path
        assert visitor.js("return document.documentElement.scrollWidth <= innerWidth"), path
        assert [line for line in visitor.console() if "status of 404" not in line or path not in line] == []
    visitor.js("localStorage.setItem(...arguments)", THEME_KEY, "dark")
    visitor.driver.refresh()
    assert visitor.js(PAPER) == paper_of("dark"), "as it was chosen on the bench"
    visitor.driver.get(f"{visitor.url}j")
    assert visitor.js(PAPER) == paper_of("dark")
    visitor.js("document.body.append(document.createElement('iframe'))")
    visitor.js("frames[0].localStorage.setItem(...arguments)", THEME_KEY, "light")
    visitor.until(f"{PAPER} === arguments[0]", paper_of("light"))
    visitor.console()
    visitor.js("localStorage.removeItem(arguments[0])", THEME_KEY)
    visitor.click(".mark")
    visitor.rests()


LOSS = "Loss over 300 steps: it starts at 2.38 and its final loss is 0.106."
CONTROLS = """
const text = (id) => document.getElementById(id)?.textContent || '';
const labels = (e) => Array.from(e.labels || [], (label) => label.textContent).join();
const name = (e) => e.ariaLabel || labels(e) || e.textContent.trim()
  || (e.getAttribute('aria-labelledby') || '').split(' ').map(text).join('');
return [...document.querySelectorAll('button, input:not([type=hidden]), a[href], [role=slider]')]
  .filter((e) => e.checkVisibility() && !name(e)).map((e) => e.outerHTML);
"""


@pytest.mark.soak
def test_every_control_has_a_name_and_room_and_nothing_scrolls_sideways(visitor: Visitor) -> None:
    seen_at(visitor, "desk")
    visitor.begins()
    visitor.turns(visitor.js, "nnbench.turnKnobs({ alpha: 0.2 })")
    visitor.js("document.querySelector('[data-run=A]') || document.getElementById('pin').click()")
    for size, window in SIZES.items():
        look(visitor.driver, *window)
        visitor.rests()
        visitor.until("return document.querySelector('.ghost-label .drop') && document.querySelector('.run-name')")
        assert visitor.js(CONTROLS) == [], size
        assert visitor.js(BROKEN) is None, size
        assert visitor.js(SMALL) == [], size
        assert visitor.js("return document.documentElement.scrollWidth <= innerWidth"), size


def test_the_page_has_its_landmarks_a_language_and_sentences_for_its_charts(visitor: Visitor) -> None:
    look(visitor.driver, *SIZES["desk"])
    visitor.begins()
    heard: dict[str, Any] = visitor.js("""
    const name = (e) => e.ariaLabel || e.tagName.toLowerCase();
    const isThere = (e) => getComputedStyle(e).display !== 'none';
    const seen = (selector) => [...document.querySelectorAll(selector)].filter(isThere);
    const said = (selector) => seen(selector).map(name);
    return {
      headings: seen('h1').filter((e) => e.checkVisibility()).map((e) => e.id),
      sections: said('section'),
      frame: said('header, main, footer'),
      language: document.documentElement.lang,
      live: document.getElementById('announced').role,
      chart: document.getElementById('loss-picture').role,
    };
    """)
    assert heard == {
        "headings": ["sentence"], "sections": ["Network", "Knobs", "Run", "At this step", "Landscape", "Probe", "Runs"],
        "frame": ["header", "main", "footer"], "language": "en", "live": "status", "chart": "img",
    }  # fmt: skip
    visitor.until("return document.getElementById('loss-picture').ariaLabel === arguments[0]", LOSS)


def test_where_no_script_runs_the_bench_says_so_in_its_look(visitor: Visitor) -> None:
    visitor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        for scheme in ("light", "dark"):
            look(visitor.driver, *SIZES["phone"], scheme)
            visitor.driver.get(visitor.url)
            heading = visitor.driver.find_element("tag name", "h1")
            assert heading.text.replace("\n", " ") == "The bench needs JavaScript, which is switched off here."
            assert heading.value_of_css_property("font-family").startswith('"IBM Plex Sans"')
            paper = visitor.driver.find_element("tag name", "html").value_of_css_property("background-color")
            assert paper.replace("rgba", "rgb").replace(", 1)", ")") == paper_of(scheme), scheme
            assert not visitor.driver.find_element("class name", "_dash-loading").is_displayed()
    finally:
        visitor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
