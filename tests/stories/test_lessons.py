"""A lesson stands in the right column until it is dismissed, Next leads through the story, Show answers."""

from itertools import islice
from urllib.parse import quote

import pytest
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import FIRST
from tests.stories.conftest import look
from tests.stories.visitor import Visitor
from webapp.links.lessons import CHAPTERS

FIRST_PAGE = "tanh"
PHONE = (390, 844)


HOLDS_LINKS = """
const { fetch } = window;
window.links = [];
window.fetch = async (address, options) => {
  if (!address.endsWith('link')) return fetch(address, options);
  const link = {}, let_go = new Promise((done) => (link.let_go = done));
  links.push(link);
  await let_go;
  const reply = await fetch(address, options);
  setTimeout(() => (link.come = true), 100);
  return reply;
};
"""
"""Every link waits until it is let go; it has come when the page has had the time to open it."""


def seen(visitor: Visitor, id_: str) -> bool:
    return visitor.by_id(id_).is_displayed()


def stands(visitor: Visitor, key: str) -> None:
    """Waits until the chapter stands there without its answer, with its experiment on the bench."""
    visitor.sees("lesson-title", CHAPTERS[key].title)
    visitor.rests()
    assert visitor.text("lesson-prompt") == CHAPTERS[key].prompt
    assert (seen(visitor, "lesson-show"), seen(visitor, "lesson-answer")) == (True, False)
    assert visitor.js("return nnbench.state.key") == CHAPTERS[key].row
    assert visitor.js("return nnbench.state.experiment.alpha") == CHAPTERS[key].experiment.alpha


def begins_story(visitor: Visitor) -> None:
    visitor.turns(visitor.click, "#story")
    stands(visitor, FIRST_PAGE)


def turns_to(visitor: Visitor, key: str) -> None:
    """Opens the page from the contents."""
    visitor.click("#lesson-contents")
    visitor.turns(visitor.click, f"[data-lesson={key}]")
    stands(visitor, key)


def done(visitor: Visitor) -> list[str]:
    """The pages that the contents tick, in their order; the contents are closed again."""
    visitor.click("#lesson-contents")
    keys: list[str] = visitor.js("""
    const ticked = [...document.querySelectorAll('#lesson-list button:has(.icon:not([hidden]))')];
    return ticked.map((entry) => entry.dataset.lesson);
    """)
    visitor.click("#lesson-contents")
    return keys


def test_the_story_begins_at_its_first_page_goes_on_and_back_and_its_address_is_a_link(beginner: Visitor) -> None:
    beginner.opens("xor-one-layer")
    begins_story(beginner)
    turns_to(beginner, "double")
    beginner.turns(beginner.click, "#lesson-next")
    stands(beginner, "stuck")
    assert beginner.sentence.endswith("diverges at step 30.")
    assert beginner.text("lesson-place") == "9 of 34"
    beginner.until("return location.search.includes('lesson=stuck')")
    beginner.types("alpha-field", beginner.one("#lesson-task .type").text)
    beginner.until("return nnbench.state.withheld !== null && nnbench.queue.idle")
    beginner.turns(beginner.click, "#guess-lower")
    assert beginner.text("prediction-words").startswith("You predicted lower: right. It ends at ")
    assert beginner.text("lesson-title") == CHAPTERS["stuck"].title
    beginner.turns(beginner.click, "#lesson-back")
    stands(beginner, "double")
    assert done(beginner) == ["stuck"]
    beginner.turns(beginner.click, "#undo")
    beginner.until("return document.getElementById('lesson').hidden")


@pytest.mark.soak
def test_the_story_goes_on_where_it_was_left_with_what_is_done(beginner: Visitor) -> None:
    begins_story(beginner)
    beginner.click("#lesson-show")
    turns_to(beginner, "numbers")
    assert beginner.js("return document.activeElement.id") == "lesson-title"
    beginner.presses(Keys.ESCAPE)
    beginner.until("return document.getElementById('lesson').hidden && document.activeElement.id === 'story'")
    beginner.reload()
    beginner.turns(beginner.click, "#story")
    stands(beginner, "numbers")
    assert beginner.js("return document.activeElement.id") == "lesson-title"
    assert done(beginner) == [FIRST_PAGE]
    beginner.click("#lesson-contents")
    current = beginner.one("#lesson-list [aria-current=page]")
    assert current == beginner.driver.switch_to.active_element
    assert current.value_of_css_property("font-weight") == "600"
    assert beginner.text("lesson-begin") == "Back to page 4"
    beginner.click("#lesson-begin")
    assert (seen(beginner, "lesson-page"), seen(beginner, "lesson-list")) == (True, False)


OUTLINES = """
const control = document.querySelector(arguments[0]);
const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(control);
return control.checkVisibility({ visibilityProperty: true }) && [outlineStyle, outlineWidth, outlineOffset].join(' ');
"""
IN_SIGHT = """
const box = document.querySelector(arguments[0]).getBoundingClientRect();
const on = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
return document.querySelector(arguments[0]).contains(on);
"""

PICTURES = ":is(#loss-picture, .stage-square, .surface-figure)"
ON_FIRST_SCREEN = """
const tray = document.querySelector('.knobs').getBoundingClientRect().top;
return [...document.querySelectorAll(arguments[0])].some((picture) => {
  const { top, bottom, height } = picture.getBoundingClientRect();
  return height > 100 && top + scrollY >= 0 && bottom + scrollY < tray;
});
"""
FITS = """
const { scrollHeight, clientHeight } = document.getElementById('lesson-page');
return scrollHeight <= clientHeight;
"""
PLACE = """
const { left, top } = document.getElementById(arguments[0]).getBoundingClientRect();
return `${left}, ${top}`;
"""


@pytest.mark.parametrize(("size", "first", "every"), [
    ((1440, 900), 0, 6), ((1280, 720), 2, 6), (PHONE, 4, 6),
    *(pytest.param(size, 0, 1, marks=pytest.mark.soak) for size in ((1440, 900), (1280, 720), PHONE)),
])  # fmt: skip
def test_pages_outline_their_control_and_leave_curve_and_weights_in_sight(
    beginner: Visitor, size: tuple[int, int], first: int, every: int
) -> None:
    look(beginner.driver, *size)
    beginner.follows(f"?experiment={FIRST}")
    places = set()
    for key, chapter in islice(CHAPTERS.items(), first, None, every):
        beginner.turns(beginner.js, "nnbench.followLink(`?lesson=${arguments[0]}`)", key)
        stands(beginner, key)
        assert beginner.js(OUTLINES, chapter.control) == "solid 2px 4px", key
        places.add(beginner.js(PLACE, "lesson-next"))
        if size == PHONE:
            assert beginner.js(ON_FIRST_SCREEN, PICTURES), key
            beginner.js("document.getElementById('lesson-show').scrollIntoView({ block: 'nearest' })")
            assert beginner.js(IN_SIGHT, "#lesson-next"), key
            continue
        assert beginner.js("return document.documentElement.dataset.view") == chapter.view
        assert beginner.js(IN_SIGHT, "#lesson"), key
        assert beginner.js(IN_SIGHT, "#loss-picture"), key
        assert seen(beginner, "at-weights"), key
        assert beginner.js(FITS), key
        if key != "answer":
            assert beginner.js(IN_SIGHT, chapter.control), key
    assert size == PHONE or len(places) == 1
    beginner.click("#lesson-close")
    beginner.until("return document.getElementById('lesson').hidden")
    assert beginner.js("return getComputedStyle(document.getElementById('at-probe')).outlineStyle") == "none"


@pytest.mark.soak
def test_a_block_of_knobs_that_a_page_speaks_of_is_unfolded_while_it_is_open(beginner: Visitor) -> None:
    key = next(key for key, chapter in CHAPTERS.items() if "#weights-field" in chapter.control)
    beginner.turns(beginner.js, "nnbench.followLink(`?lesson=${arguments[0]}`)", key)
    stands(beginner, key)
    assert beginner.js("return document.getElementById('knob-weights').open")
    beginner.click("#lesson-close")
    beginner.until("return !document.getElementById('knob-weights').open")


def test_the_bench_is_put_back_as_the_story_found_it(beginner: Visitor) -> None:
    beginner.opens("circle")
    first = beginner.shown["fingerprint"]
    beginner.turns(beginner.types, "samples-field", "200")
    beginner.click("#view-surface")
    before = beginner.shown["fingerprint"]
    begins_story(beginner)
    beginner.turns(beginner.click, "#lesson-next")
    stands(beginner, "xor")
    beginner.reload()
    stands(beginner, "xor")
    beginner.turns(beginner.click, "#lesson-close")
    assert beginner.shown["fingerprint"] == before
    assert beginner.js("return document.documentElement.dataset.view") == "surface"
    beginner.turns(beginner.click, "#undo")
    assert beginner.shown["fingerprint"] == first, "the pages of the story are no steps to undo"


def test_a_verdict_stays_beside_the_answer(beginner: Visitor) -> None:
    beginner.follows("?lesson=stuck")
    beginner.until("return nnbench.state.predicting")
    beginner.types("alpha-field", "0.02")
    beginner.until("return nnbench.state.withheld !== null && nnbench.queue.idle")
    assert not seen(beginner, "prediction-show")
    beginner.turns(beginner.click, "#guess-lower")
    assert beginner.js("return document.activeElement.id") == "lesson-show"
    assert beginner.js(IN_SIGHT, "#lesson-show")
    beginner.presses(Keys.ENTER)
    beginner.sees("lesson-answer", CHAPTERS["stuck"].answer)
    assert beginner.by_id("prediction-words").is_displayed()
    assert beginner.text("prediction-words").startswith("You predicted lower: right.")


@pytest.mark.soak
def test_a_view_that_a_page_opens_is_not_the_one_that_is_remembered(beginner: Visitor) -> None:
    beginner.turns(beginner.js, "nnbench.followLink('?lesson=xor')")
    assert beginner.js("return document.documentElement.dataset.view") == "output"
    beginner.open()
    assert beginner.js("return document.documentElement.dataset.view") == "loss"


NO_LINKS = """
const { fetch } = window;
window.fetch = (url, ...given) => (String(url).endsWith('/address') ? new Promise(() => {}) : fetch(url, ...given));
"""


@pytest.mark.soak
def test_a_page_that_is_closed_leaves_the_address_before_the_link_of_its_run_has_come(beginner: Visitor) -> None:
    begins_story(beginner)
    beginner.until("return location.search.includes('&lesson=tanh')")
    beginner.js(NO_LINKS)
    turns_to(beginner, "numbers")
    beginner.presses(Keys.ESCAPE)
    beginner.until("return !location.search.includes('lesson')")
    beginner.reload()
    assert beginner.js("return document.getElementById('lesson').hidden")
    beginner.turns(beginner.click, "#story")
    stands(beginner, "numbers")


STRIP = "return document.getElementById('network').getBoundingClientRect().top"
GREETING = "return [...document.querySelectorAll('.first-visit')].filter((line) => line.checkVisibility()).length"


def test_a_first_visit_has_one_line_about_the_story(stranger: Visitor) -> None:
    stranger.js("localStorage.clear()")
    stranger.open()
    for size in ((960, 720), (390, 844), (1440, 900)):
        look(stranger.driver, *size)
        assert stranger.js(GREETING) == 1, size
        assert stranger.js("return document.documentElement.scrollWidth") == size[0]
    top = stranger.js(STRIP)
    stranger.click("header #first-visit [aria-label=Close]")
    assert stranger.js(GREETING) == 0
    assert stranger.js(STRIP) == top
    stranger.open()
    assert stranger.js(GREETING) == 0


@pytest.mark.soak
def test_the_line_of_a_first_visit_is_closed_on_a_phone(stranger: Visitor) -> None:
    look(stranger.driver, 390, 844)
    stranger.js("localStorage.clear()")
    stranger.open()
    stranger.click("main #first-visit-phone [aria-label=Close]")
    assert stranger.js(GREETING) == 0


@pytest.mark.soak
def test_the_line_of_a_first_visit_begins_the_story(newcomer: Visitor) -> None:
    newcomer.js("localStorage.clear()")
    newcomer.open()
    assert newcomer.text("first-visit") == "Start with the story"
    newcomer.turns(newcomer.click, "#first-visit [data-begins=story]")
    stands(newcomer, FIRST_PAGE)
    assert newcomer.js(GREETING) == 0


@pytest.mark.soak
def test_a_chapter_opens_from_its_link_without_a_greeting_and_leaves_when_it_is_dismissed(stranger: Visitor) -> None:
    stranger.open("?lesson=spread")
    stands(stranger, "spread")
    assert stranger.js(GREETING) == 0
    assert stranger.by_id("lesson-next").get_property("disabled") is True
    stranger.until("return location.search.includes('lesson=spread')")
    stranger.click("#lesson-close")
    stranger.until("return document.getElementById('lesson').hidden && !location.search.includes('lesson')")
    stranger.reload()
    assert stranger.by_id("lesson").get_property("hidden") is True


@pytest.mark.soak
def test_the_page_of_widths_opens_its_plan_of_many_runs(beginner: Visitor) -> None:
    beginner.follows("?lesson=decided")
    stands(beginner, "decided")
    assert not seen(beginner, "lesson-plan")
    beginner.turns(beginner.click, "#lesson-next")
    stands(beginner, "widths")
    beginner.click("#lesson-plan")
    beginner.until("return document.getElementById('sweep-start') && !document.getElementById('sweep-start').disabled")
    assert beginner.text("sweep-estimate").startswith("168,000 runs, ")
    axes = "return [...document.querySelectorAll('.sweep-axis')].map((axis) => axis.dataset.axis)"
    assert beginner.js(axes) == ["alpha", "width", "weight_seed"]
    beginner.presses(Keys.ESCAPE)
    beginner.until("return !document.getElementById('sweeps-dialog').open")
    assert beginner.text("lesson-title") == CHAPTERS["widths"].title


@pytest.mark.soak
def test_show_puts_the_answer_in_its_own_place_and_every_chapter_hides_it_again(beginner: Visitor) -> None:
    beginner.follows("?lesson=numbers")
    stands(beginner, "numbers")
    beginner.js("document.getElementById('lesson-show').focus()")
    beginner.presses(Keys.ENTER)
    beginner.sees("lesson-answer", CHAPTERS["numbers"].answer)
    assert (seen(beginner, "lesson-show"), seen(beginner, "lesson-answer")) == (False, True)
    assert beginner.js("return document.activeElement.id") == "lesson-answer"
    beginner.turns(beginner.types, "alpha-field", "0.01")
    assert beginner.text("lesson-answer") == CHAPTERS["numbers"].answer
    assert seen(beginner, "lesson-answer")
    beginner.turns(beginner.click, "#lesson-next")
    stands(beginner, "identity")
    beginner.click("#lesson-show")
    beginner.sees("lesson-answer", CHAPTERS["identity"].answer)
    beginner.turns(beginner.click, "#lesson-back")
    stands(beginner, "numbers")


def test_the_text_of_a_link_is_text_and_nothing_else_and_has_no_answer(beginner: Visitor) -> None:
    prompt = "Predict: what happens at α [0.4]?\n<img src=x onerror=alert(1)>"
    beginner.follows(f"?experiment=circle&title={quote('α & more')}&prompt={quote(prompt)}")
    beginner.sees("lesson-prompt", prompt)
    assert beginner.text("lesson-title") == "α & more"
    assert (seen(beginner, "lesson-show"), seen(beginner, "lesson-answer")) == (False, False)
    assert beginner.js("return document.querySelectorAll('#lesson :is(img, .type)').length") == 0
    assert not any(seen(beginner, id_) for id_ in ("lesson-contents", "lesson-next", "lesson-task"))
    beginner.until("return new URLSearchParams(location.search).get('prompt') === arguments[0]", prompt)


@pytest.mark.soak
def test_on_a_telephone_the_story_is_in_the_menu_and_its_buttons_work_by_key(beginner: Visitor) -> None:
    look(beginner.driver, 390, 844)
    beginner.follows(f"?experiment={FIRST}")
    beginner.click("details.folded summary")
    beginner.turns(beginner.click, "#story-phone")
    stands(beginner, FIRST_PAGE)
    beginner.js("document.getElementById('lesson-next').focus()")
    beginner.turns(beginner.presses, Keys.ENTER)
    stands(beginner, "xor")
    assert beginner.js("return document.activeElement.id") == "lesson-title"
    assert beginner.js("return document.documentElement.scrollWidth") == 390


@pytest.mark.soak
def test_a_reload_goes_on_with_the_page_of_the_story(beginner: Visitor) -> None:
    beginner.follows("?lesson=stuck")
    beginner.until("return nnbench.state.predicting")
    beginner.click("#lesson-show")
    beginner.turns(beginner.types, "alpha-field", "0.03")
    beginner.until("return location.search.includes('lesson=stuck') && location.search.includes('alpha=0.03')")
    beginner.reload()
    beginner.sees("lesson-title", CHAPTERS["stuck"].title)
    assert beginner.text("lesson-prompt").startswith("This page was written for another run: the one with α 0.1.")
    assert seen(beginner, "lesson-show")
    assert beginner.text("lesson-question") == CHAPTERS["stuck"].question
    beginner.rests()
    assert beginner.shown["alpha"] == 0.03
    assert beginner.js("return location.search.includes('lesson=stuck')")


@pytest.mark.soak
def test_of_two_pages_the_one_asked_for_last_stays_and_none_opens_a_story_that_was_left(newcomer: Visitor) -> None:
    def lets_go(link: int) -> None:
        newcomer.js("links[arguments[0]].let_go()", link)
        newcomer.until("return links[arguments[0]].come", link)
        newcomer.rests()

    begins_story(newcomer)
    newcomer.js(HOLDS_LINKS)
    newcomer.click("#lesson-next")
    newcomer.click("#lesson-contents")
    newcomer.click("[data-lesson=double]")
    for link in (1, 0):
        lets_go(link)
        stands(newcomer, "double")
    newcomer.click("#lesson-next")
    newcomer.click("#lesson-close")
    lets_go(2)
    assert not seen(newcomer, "lesson")
