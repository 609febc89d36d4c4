"""A lesson file gives a lesson or a sentence, whatever stands in it; pages of the story are lessons."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.classes.lesson import Lesson, LessonRefused, read_lesson
from webapp.classes.story import PAPERS, STEPS, TITLE, course_of, story_lesson
from webapp.links.lessons import CHAPTERS, STORY

FILE: dict[str, Any] = {
    "nnbench": "lesson", "version": 1, "lang": "en", "title": "What does α do?", "steps": [
        {"ask": "loss", "question": "Where does the final loss end?", "seed": "links",
         "prompt": "Circle, 8 hidden units: α from 0.1 to 0.4.", "before": "?experiment=circle&alpha=0.1&v=1",
         "after": "?experiment=circle&alpha=0.4&v=1"},
        {"ask": "choice", "question": "XOR, weight seed 7?", "prompt": "…", "seed": "class",
         "before": "?experiment=xor-hidden-layer&v=1", "after": "?experiment=xor-hidden-layer&weights=7&v=1",
         "choices": [{"text": "About the same", "when": "same", "stands_for": "the start does not matter"},
                     {"text": "Far higher", "when": "higher", "by": 10}, {"text": "It diverges", "when": "diverges"}]},
        {"ask": "hunt", "question": "The lowest final loss", "prompt": "…",
         "before": "?experiment=spiral&samples=3000&v=1", "knobs": ["alpha", "momentum"]},
        {"ask": "alpha", "question": "Which α ends lowest?", "before": "?experiment=circle&v=1"},
    ],
}  # fmt: skip

AN_AXIS = "The axis of step 1 goes from one power of ten to another, at most 8 decades higher."
A_LINK = "a link of the bench from its “?” on, of at most 1,800 characters."

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def places(plain: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a file, the file itself first."""
    inner = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    return [way, *(place for name, value in inner for place in places(value, (*way, name)))]


def changed(way: tuple[Any, ...], value: Any) -> Any:
    """The file with another value at a place."""
    if not way:
        return value
    file = copy.deepcopy(FILE)
    box: Any = file
    for name in way[:-1]:
        box = box[name]
    box[way[-1]] = value
    return file


def refused(plain: object) -> str:
    with pytest.raises(LessonRefused) as error:
        read_lesson(plain)
    return str(error.value)


def answered(plain: object) -> Lesson | str:
    """The lesson, or the sentence that refuses it."""
    try:
        return read_lesson(plain)
    except LessonRefused as error:
        return str(error)


def test_a_file_and_its_lesson_are_the_same() -> None:
    lesson = read_lesson(FILE)
    assert read_lesson(lesson.to_plain()) == lesson
    assert read_lesson(json.loads(lesson.to_bytes())) == lesson
    assert [step.ask for step in lesson.steps] == ["loss", "choice", "hunt", "alpha"]


@given(way=st.sampled_from([*places(FILE), ("steps", 0, "axis")]), value=PLAIN)
def test_a_file_hostile_in_any_field_is_a_lesson_or_one_sentence(way: tuple[Any, ...], value: Any) -> None:
    answer = answered(changed(way, value))
    assert isinstance(answer, Lesson) or re.fullmatch(r"[A-Z].{8,400}\.", answer, re.DOTALL)


@pytest.mark.parametrize(("way", "value", "sentence"), [
    (("version",), 2, "This lesson is of another version; this bench reads version 1."),
    (("version",), True, "This lesson is of another version; this bench reads version 1."),
    (("nnbench",), "sweep", "This file is no lesson: its “nnbench” is not “lesson”."),
    (("lang",), "fr", "The language of a lesson is one of en, de."),
    (("steps",), [], "A lesson has 1 to 24 steps."),
    (("steps",), [FILE["steps"][0]] * 25, "A lesson has 1 to 24 steps."),
    (("title",), "\u202e", "The lesson’s title is a text of 1 to 120 characters."),
    (("steps", 0, "ask"), "grade", "Step 1 asks for none of loss, choice, curve, alpha, hunt, task."),
    (("steps", 0, "seed"), 7, "The seed of step 1 is “links” or “class”."),
    (("steps", 0, "before"), "?a b", f"The run before of step 1 is {A_LINK}"),
    (("steps", 0, "after"), None, f"The run to predict of step 1 is {A_LINK}"),
    (("steps", 0, "axis"), [0.001, 20], AN_AXIS),
    (("steps", 0, "axis"), [10, 10], AN_AXIS),
    (("steps", 0, "axis"), [1e-8, 10], AN_AXIS),
    (("steps", 0, "axis"), [0.1, 1, None], AN_AXIS),
    (("steps", 3, "axis"), [0.1, 1], "Step 4 has “axis”, which a step that asks “alpha” has not."),
    (("steps", 0, "knobs"), ["alpha"], "Step 1 has “knobs”, which a step that asks “loss” has not."),
    (("steps", 1, "choices", 0, "right"), True,
     "Step 2 says which choice is right, so none of its choices has “when”."),
    (("steps", 1, "choices", 0, "when"), "worse",
     "Choice 1 of step 2 holds “when” none of lower, same, higher, diverges."),
    (("steps", 1, "choices", 0), {"text": "Same"}, "Each choice of step 2 needs “when”, or one of them “right”."),
    (("steps", 1, "choices", 0, "by"), 2, "Choice 1 of step 2 has “by”, which only “lower” and “higher” have."),
    (("steps", 1, "choices", 1, "by"), float("nan"),
     "Choice 2 of step 2 has “by”, a number of times from 1.05 to 1,000,000."),
    (("steps", 1, "choices"), [FILE["steps"][1]["choices"][0]] * 6, "Step 2 has 2 to 5 choices."),
    (("steps", 2, "knobs"), ["alpha", "alpha"], "Step 3 names its knobs as in links, each once."),
    (("steps", 3, "marks"), 3, "Step 4 has 'marks', which is none of its names."),
])  # fmt: skip
def test_what_is_wrong_is_said(way: tuple[Any, ...], value: Any, sentence: str) -> None:
    assert refused(changed(way, value)) == sentence


@pytest.mark.parametrize("written", ["http://127.0.0.1:8050/{}#output", "bench.example.org/nn/{}", " {}\n"])
def test_an_address_of_the_bench_is_the_link_in_it(written: str) -> None:
    address = written.format(FILE["steps"][0]["before"])
    assert read_lesson(changed(("steps", 0, "before"), address)) == read_lesson(FILE)


def test_a_lesson_has_at_most_sixteen_kilobytes() -> None:
    steps = [FILE["steps"][0] | {"prompt": "α" * 900}] * 24
    assert refused(FILE | {"steps": steps}) == "A lesson has at most 16 kB; this one has more. Shorten its texts."


def test_two_choices_that_are_right_and_missing_names_are_refused() -> None:
    right = [{"text": text, "right": True} for text in "ab"]
    assert refused(changed(("steps", 1, "choices"), right)) == "Step 2 says of more than one choice that it is right."
    assert refused({}) == "A lesson has no “lang”."
    assert refused(7) == "A lesson is an object with lang, nnbench, steps, title, version."


def test_pages_of_the_story_that_turn_or_ask_something_are_steps() -> None:
    assert len(STEPS) == 30
    assert STEPS.keys() <= CHAPTERS.keys()
    papers = [key for key in STEPS if course_of(key) == PAPERS]
    assert papers == [chapter.key for chapter in STORY[PAPERS]]
    for keys, title in (([key for key in STEPS if key not in papers], TITLE), (papers, PAPERS)):
        lesson = story_lesson(keys)
        assert lesson.title == title
        assert read_lesson(lesson.to_plain()) == lesson
        assert not any(step.is_hunt for step in lesson.steps)
    assert story_lesson(["stuck", "edge"]).title == TITLE
    assert story_lesson(["stuck"]).title == CHAPTERS["stuck"].title


@pytest.mark.parametrize("keys", [[], ["which"], [""], ["stuck"] * 25, ["../../etc"]])
def test_other_names_of_the_story_are_refused(keys: list[str]) -> None:
    with pytest.raises(LessonRefused, match=r"\.$"):
        story_lesson(keys)
