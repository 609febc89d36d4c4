"""A task of a lesson: the lesson alone leads to the bench, which says what is missing until it is done, and copies the
answer that the marking reads; a prediction is copied from the lesson."""

from contextlib import closing

import pytest

from benchmarks.classroom import Line
from tests.stories.conftest import Server, look
from tests.stories.visitor import Visitor
from webapp.classes.packaged import packaged_lessons
from webapp.files.export_run import own_link_runner
from webapp.homework.handed_in import HandedIn
from webapp.homework.marking import Marking

STATUS = "document.querySelector('#hunt [role=status]').textContent"
COPIES = """
const writeText = (text) => { window.copied = text; return Promise.resolve(); };
Object.defineProperty(navigator, "clipboard", { value: { writeText } });
"""
"""The clipboard of this page is `window.copied`."""


def says(visitor: Visitor, beginning: str) -> None:
    visitor.until(f"return {STATUS}.startsWith(arguments[0])", beginning)


def test_a_task_is_done_on_the_bench_and_its_answer_is_marked(stranger: Visitor, server: Server) -> None:
    driver, lesson = stranger.driver, packaged_lessons()["alpha-and-luck"]
    driver.get(f"{server.url}lesson/alpha-and-luck")
    stranger.reads("h1", start="Make the network learn")
    link = stranger.js("return document.querySelector('.foot a').search")
    assert link.endswith("&task=alpha-and-luck.1")

    # A prediction and its reason.
    stranger.js(COPIES)
    stranger.click(".foot button")
    stranger.until("return document.querySelectorAll('.answer').length === 2")
    assert stranger.js("return document.querySelector('.foot button:last-child').disabled")
    for group, row in ((1, 3), (2, 2)):
        stranger.js(f"document.querySelectorAll('.answer')[{group - 1}].querySelectorAll('input')[{row - 1}].click()")
    stranger.click(".foot button:last-child")
    chosen = stranger.until("return window.copied")
    assert chosen == f"nnbench {lesson.task_name(1)} choice 3 reason 2"

    # The bench: what is missing, a knob that may not be turned, and done.
    stranger.open(link)
    says(stranger, "The final loss is 1.81; the task asks for at most 0.12.")
    assert stranger.js("return document.querySelector('#hunt').textContent").startswith("Task 1. Make the")
    stranger.turns(stranger.types, "samples-field", "400")
    says(stranger, "This task leaves samples as it was.")
    offers = "return [...document.querySelectorAll('#why .remedy')]"
    stranger.until(f"{offers}.length")
    assert stranger.js(f"{offers}.every((offer) => !offer.checkVisibility())"), "the remedy is for the student to find"
    assert stranger.js("return document.querySelector('#hunt button').hidden")
    lefts = "return [...document.querySelectorAll('#hunt p')].map((line) => line.getBoundingClientRect().left)"
    assert len({*stranger.js(lefts)}) == 1, "its lines stand under one another without the button too"
    stranger.turns(stranger.types, "samples-field", "300")
    stranger.turns(stranger.types, "alpha-field", "0.2")
    says(stranger, "The task is done: run a53f e43b.")
    assert "task=alpha-and-luck.1" in driver.current_url
    look(driver, 1024, 768)
    stranger.click("#view-output")
    stranger.until("return document.querySelector('.stage-square').clientWidth > 150")
    stranger.js(COPIES)
    stranger.click("#hunt button")
    copied = stranger.until("return window.copied")
    says(stranger, "Your answer is on the clipboard.")
    beginning = f"nnbench {lesson.task_name(0)} run a53fe43b {server.url}?experiment=tanh-signs&alpha=0.2&"
    assert copied.startswith(beginning)

    marks = Marking(lesson, own_link_runner(), 60.0).mark([HandedIn("Ada", "", text, "") for text in (copied, chosen)])
    assert [(mark.task, mark.points, mark.code) for mark in marks] == [(1, 1.0, "agrees"), (2, 1.0, "")]


LONG = {
    "ask": "task", "question": "Lower the final loss with as few samples as you can. " * 3,
    "prompt": "Circle, 8 hidden units: α is 0.4, and each sample throws the weights about. " * 7,
    "before": "?experiment=circle&alpha=0.4&v=1", "knobs": ["alpha"], "goal": {"final_loss": 0.15},
}  # fmt: skip
BELOW = """
const [words, button] = ['.hint[role=status]', 'button'].map((one) => document.querySelector(`#hunt ${one}`));
return button.getBoundingClientRect().top >= words.getBoundingClientRect().bottom;
"""


@pytest.mark.soak
def test_a_long_prompt_of_a_task_leaves_room_for_the_stage(stranger: Visitor, server: Server) -> None:
    with closing(Line(server.url)) as line:
        lesson = {"nnbench": "lesson", "version": 1, "lang": "en", "title": "Long", "steps": [LONG]}
        name = line.ask("lesson", lesson)[1]["name"]
    look(stranger.driver, 1024, 768)
    stranger.open(f"{LONG['before']}&task={name}.1")
    says(stranger, "The final loss is")
    stranger.click("#view-output")
    stranger.rests()
    assert stranger.js("return document.querySelector('#output .stage-map').clientHeight") > 90
    look(stranger.driver, 390, 844)
    stranger.rests()
    assert stranger.js(BELOW)
    stranger.open("?experiment=circle&task=alpha-and-lu")
    says(stranger, "There is no such task")
    look(stranger.driver, 1440, 900)
