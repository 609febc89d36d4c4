"""A lesson's text stands above the sentence until it is dismissed, Next leads through the story, Show answers."""

from urllib.parse import quote

from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import look
from tests.stories.visitor import Visitor
from webapp.links.lessons import CHAPTERS


def seen(visitor: Visitor, id_: str) -> bool:
    return visitor.by_id(id_).is_displayed()


def stands(visitor: Visitor, key: str) -> None:
    """Waits until the chapter stands above the sentence without its answer, with its experiment on the bench."""
    visitor.sees("lesson-title", CHAPTERS[key].title)
    visitor.rests()
    assert visitor.text("lesson-prompt") == CHAPTERS[key].prompt
    assert (seen(visitor, "lesson-show"), seen(visitor, "lesson-answer")) == (True, False)
    assert visitor.js("return nnbench.state.key") == CHAPTERS[key].row
    assert visitor.js("return nnbench.state.experiment.alpha") == CHAPTERS[key].experiment.alpha


def test_the_story_goes_on_and_back_and_its_address_is_a_link(newcomer: Visitor) -> None:
    newcomer.opens("doubling-map")
    with newcomer.turning():
        newcomer.click("#story")
    stands(newcomer, "double")
    with newcomer.turning():
        newcomer.click("#lesson-next")
    stands(newcomer, "stuck")
    assert newcomer.sentence.endswith("diverges at step 30.")
    assert newcomer.text("lesson-place") == "7 of 16"
    newcomer.until("return location.search.includes('lesson=stuck')")
    newcomer.types("alpha-field", "0.02")
    newcomer.until("return nnbench.state.withheld !== null && nnbench.queue.idle")
    with newcomer.turning():
        newcomer.click("#guess-lower")
    assert newcomer.text("prediction-words").startswith("You predicted lower; it ends at ")
    assert newcomer.text("lesson-title") == CHAPTERS["stuck"].title
    with newcomer.turning():
        newcomer.click("#lesson-back")
    stands(newcomer, "double")
    with newcomer.turning():
        newcomer.click("#undo")
    newcomer.until("return document.getElementById('lesson').hidden")


def test_a_chapter_opens_from_its_link_and_leaves_when_it_is_dismissed(newcomer: Visitor) -> None:
    newcomer.driver.get(newcomer.url + "?lesson=answer")
    newcomer.rests()
    stands(newcomer, "answer")
    assert newcomer.by_id("lesson-next").get_property("hidden") is True
    newcomer.until("return location.search.includes('lesson=answer')")
    newcomer.click("#lesson-close")
    newcomer.until("return document.getElementById('lesson').hidden && !location.search.includes('lesson')")
    newcomer.reload()
    assert newcomer.by_id("lesson").get_property("hidden") is True


def test_show_puts_the_answer_in_its_own_place_and_every_chapter_hides_it_again(newcomer: Visitor) -> None:
    newcomer.driver.get(newcomer.url + "?lesson=numbers")
    newcomer.rests()
    stands(newcomer, "numbers")
    newcomer.js("document.getElementById('lesson-show').focus()")
    newcomer.presses(Keys.ENTER)
    newcomer.sees("lesson-answer", CHAPTERS["numbers"].answer)
    assert (seen(newcomer, "lesson-show"), seen(newcomer, "lesson-answer")) == (False, True)
    assert newcomer.js("return document.activeElement.id") == "lesson-answer"
    with newcomer.turning():
        newcomer.types("alpha-field", "0.01")
    assert newcomer.text("lesson-answer") == CHAPTERS["numbers"].answer
    assert seen(newcomer, "lesson-answer")
    with newcomer.turning():
        newcomer.click("#lesson-next")
    stands(newcomer, "identity")
    newcomer.click("#lesson-show")
    newcomer.sees("lesson-answer", CHAPTERS["identity"].answer)
    with newcomer.turning():
        newcomer.click("#lesson-back")
    stands(newcomer, "numbers")


def test_the_text_of_a_link_is_text_and_nothing_else_and_has_no_answer(newcomer: Visitor) -> None:
    prompt = "Predict: what happens at α 0.4?\n<img src=x onerror=alert(1)>"
    newcomer.driver.get(f"{newcomer.url}?experiment=circle&title={quote('α & more')}&prompt={quote(prompt)}")
    newcomer.rests()
    newcomer.sees("lesson-prompt", prompt)
    assert newcomer.text("lesson-title") == "α & more"
    assert (seen(newcomer, "lesson-show"), seen(newcomer, "lesson-answer")) == (False, False)
    assert newcomer.js("return document.querySelectorAll('#lesson img').length") == 0
    newcomer.until("return new URLSearchParams(location.search).get('prompt') === arguments[0]", prompt)


def test_on_a_telephone_the_story_is_in_the_menu_and_its_buttons_work_by_key(newcomer: Visitor) -> None:
    look(newcomer.driver, 390, 844)
    newcomer.reload()
    newcomer.click("details.folded summary")
    with newcomer.turning():
        newcomer.click("#story-phone")
    stands(newcomer, "tanh")
    newcomer.js("document.getElementById('lesson-next').focus()")
    with newcomer.turning():
        newcomer.presses(Keys.ENTER)
    stands(newcomer, "by-hand")
    assert newcomer.js("return document.documentElement.scrollWidth") == 390
