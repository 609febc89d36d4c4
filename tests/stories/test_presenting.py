"""On a projector the bench is its sentence, α and two pictures in large type, and keys do the rest."""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import look
from tests.stories.visitor import Visitor
from webapp.links.lessons import CHAPTERS

SMALLEST = """
const small = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const { data, parentElement } = walk.currentNode, range = document.createRange();
  range.selectNodeContents(walk.currentNode);
  const { width, height } = range.getBoundingClientRect(), size = parseFloat(getComputedStyle(parentElement).fontSize);
  const isSeen = parentElement.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && width > 1;
  if (data.trim() && isSeen && height > 1 && size < 18) small.push(`${data.trim()}: ${size}`);
}
return small.filter((words) => !words.startsWith('v') && !words.startsWith('u') && !/^[₀-₉]/.test(words));
"""
"""The words in sight whose letters are smaller than 18 pixels; those under another letter aside."""
PICTURES = """
return ['output', 'loss-picture', 'weight-cells'].filter((id) => {
  const { width, height, right, bottom } = document.getElementById(id).getBoundingClientRect();
  return width > 300 && height > 200 && right <= innerWidth && bottom <= innerHeight;
});
"""
CUT = """
const boxes = [...document.querySelectorAll('.stage-square figcaption, .stage-square figcaption .values')];
return boxes.filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1).map((box) => box.textContent);
"""
"""The captions that show no whole line; Firefox counts a pixel more for the last one."""


@pytest.fixture
def presenter(beginner: Visitor) -> Iterator[Visitor]:
    look(beginner.driver, 1280, 720)
    yield beginner
    beginner.js("if (document.documentElement.dataset.present) document.getElementById('present-leave').click()")
    look(beginner.driver, 1440, 900)


def test_a_key_shows_two_pictures_in_large_type_and_escape_leaves(presenter: Visitor) -> None:
    presenter.click("#view-output")
    presenter.presses("l")
    presenter.rests()
    assert presenter.js("return document.querySelectorAll('.stage-square figcaption').length") == 2
    assert presenter.js(CUT) == []
    assert presenter.js("return document.querySelector('.stage-square').clientWidth") > 240
    presenter.begins("circle")
    presenter.rests()
    assert presenter.js(PICTURES) == ["output", "loss-picture"]
    assert presenter.js(SMALLEST) == []
    assert not presenter.by_id("network").is_displayed()
    assert not presenter.js("return document.documentElement.scrollHeight > innerHeight")
    assert "present=1" in presenter.driver.current_url
    presenter.turns(presenter.types, "alpha-field", "0.2")
    assert presenter.sentence.startswith("Turning α from 0.1 to 0.2 ")
    presenter.js("document.activeElement.blur()")
    presenter.presses(Keys.HOME)
    presenter.reads("#sentence", start="At step 0")
    presenter.presses("v")
    presenter.presses("v")
    presenter.presses("v")
    presenter.rests()
    assert presenter.js("return document.documentElement.dataset.view") == "loss"
    assert presenter.js(PICTURES) == ["loss-picture", "weight-cells"]
    presenter.presses(Keys.ESCAPE)
    presenter.until("return document.documentElement.dataset.present === undefined")
    assert presenter.by_id("network").is_displayed()
    presenter.until("return !location.search.includes('present')")


@pytest.mark.soak
def test_a_link_opens_a_page_of_the_story_so_and_page_down_turns_it(presenter: Visitor) -> None:
    presenter.open("?lesson=tanh&present=1")
    presenter.sees("lesson-title", CHAPTERS["tanh"].title)
    assert presenter.by_id("lesson-prompt").is_displayed()
    assert presenter.js(SMALLEST) == []
    following = list(CHAPTERS)[list(CHAPTERS).index("tanh") + 1]
    presenter.presses(Keys.PAGE_DOWN)
    presenter.sees("lesson-title", CHAPTERS[following].title)
    presenter.rests()
    presenter.presses(Keys.PAGE_UP)
    presenter.sees("lesson-title", CHAPTERS["tanh"].title)
    presenter.rests()
