"""The editor of lessons: two links become a question, which is checked, kept and taken alone."""

from selenium.webdriver.common.keys import Keys

from tests.stories.conftest import Server
from tests.stories.visitor import Visitor

FIELD = "return [...document.querySelectorAll('.field')].find((one) => one.firstChild.data === arguments[0]).lastChild"
BUTTON = "[...document.querySelectorAll('button')].find((one) => one.textContent === arguments[0]).click()"


def test_two_links_become_a_question(stranger: Visitor, server: Server) -> None:
    def types(name: str, text: str) -> None:
        stranger.replaces(stranger.js(FIELD, name), text + Keys.TAB)

    def presses(name: str) -> None:
        stranger.js(BUTTON, name)

    stranger.driver.get(f"{server.url}lesson")
    stranger.until("return document.querySelector('.preview')")
    types("Run before, as a link of the bench", "?experiment=circle&v=1")
    types("Run to predict", "?experiment=circle&alpha=none&v=1")
    presses("Check")
    stranger.reads(".preview .bad", start="Step 1: The link says alpha")
    types("Run to predict", "?experiment=circle&alpha=0.4&v=1")
    presses("Check")
    stranger.until(
        "return document.querySelector('.preview h1')?.textContent === 'The final loss rose from 0.183 to 1.02.'"
    )
    assert stranger.texts(".preview li") == [
        "✓ They differ in α alone: 0.1 → 0.4.",
        "✓ The answer is no luck: 32 of 32 data seeds agree.",
        "✓ It can be told apart: 7 of 83 answers are within luck.",
    ]

    types("Question", "How far?")
    assert stranger.js("return document.querySelector('ol [aria-current] span').textContent") == "1 How far?"
    presses("Check")
    stranger.until("return document.querySelector('.preview li')")  # fields are drawn anew with what was found

    # The axis that was found stands in its fields until another is typed, whose ends are powers of ten.
    ends = "return [...document.querySelectorAll('.ends input')]"
    assert stranger.js(f"{ends}.map((one) => one.placeholder)") == ["0.001", "10"]
    for end, text in enumerate(("0.1", "30")):
        stranger.replaces(stranger.js(f"{ends}[arguments[0]]", end), text + Keys.TAB)
    presses("Check")
    stranger.reads(".preview .bad", start="The axis of step 1 goes")
    stranger.replaces(stranger.js(f"{ends}[1]"), "100" + Keys.TAB)
    presses("Check")
    stranger.reads(".preview", "7 of 63 answers are within luck")

    # The link comes with a code to scan where phones can reach it: here with a sentence that they cannot.
    presses("Copy link")
    stranger.reads("dialog[open]", "Phones cannot reach 127.0.0.1")
    assert stranger.js("return document.querySelector('dialog .qr')") is None
    stranger.click("dialog .go")

    # A choice of which no sentence holds, and then one does.
    presses("Choice")
    choice = "document.querySelectorAll('.choice')[arguments[0]].querySelector(arguments[1])"
    for at, text in enumerate(("As before", "Higher")):
        stranger.replaces(stranger.js(f"return {choice}", at, "input"), text)
    stranger.selects(".choice ~ .choice select", "lower")
    presses("Check")
    sentence = "Step 1: none of its choices holds for its runs."
    stranger.until("return document.querySelector('.preview .bad')?.textContent === arguments[0]", sentence)
    stranger.selects(".choice ~ .choice select", "higher")
    presses("Check")
    link = stranger.until("return document.querySelector('.preview a.small')?.href")

    # A page of the story is another step; a reload goes on with both, at that one, and the link asks the question.
    stranger.selects("section > select", "wheels")
    stranger.until("return document.querySelectorAll('ol li').length === 2")
    stranger.driver.refresh()
    stranger.until("return document.querySelector('main h1')?.textContent === 'Step 2'")
    stranger.js("document.querySelector('ol button').click()")
    assert stranger.until("return document.querySelectorAll('.choice').length") == 2
    stranger.driver.get(link)
    stranger.until("return document.querySelectorAll('.rows label').length === 2")
