"""Both lessons of the package: each goal is reached by a reference answer and not by the first run, each prediction has
one right answer, each wrong one stands for something, and the numbers in the texts are those of the runs."""

import json
import math
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from flask.testing import FlaskClient

from tests.documents import documents
from webapp.base.format import number
from webapp.classes.lesson import LessonRefused, read_lesson
from webapp.classes.packaged import packaged_lessons
from webapp.classes.tasks import right_answer
from webapp.files.export_run import own_link_runner
from webapp.homework.handed_in import HandedIn
from webapp.homework.marking import Marking

REFERENCE: dict[str, dict[int, str | tuple[int, int]]] = {
    "alpha-and-luck": {
        1: "alpha=0.2", 2: (2, 1), 3: "alpha=0.02", 4: "alpha=0.01", 5: (3, 2), 6: "weights=1", 7: "weights=1",
        8: (0, 0), 9: "rate=where(k<2250,1,0.1)", 10: "alpha=0.03",
    },
    "overfitting": {
        1: (1, 2), 2: "distinct=300", 3: "decay=0.02", 4: "samples=2000", 5: (2, 0), 6: "distinct=300", 7: "batch=10",
        8: "alpha=0.02", 9: (1, 1), 10: "distinct=300&decay=0.01",
    },
}  # fmt: skip
"""The answer that reaches each task: knobs to turn, or the numbers of the choice and its reason."""


def query_of(before: str, turned: str) -> str:
    return urlencode(dict(parse_qsl(before[1:])) | dict(parse_qsl(turned)))


@pytest.mark.parametrize("name", REFERENCE)
def test_each_task_is_reached_by_its_reference_and_not_by_its_first_run(name: str) -> None:
    lesson = packaged_lessons()[name]
    assert len(lesson.steps) == len(lesson.tasks) == len(REFERENCE[name]) == 10
    right = [reference for reference in REFERENCE[name].values() if isinstance(reference, tuple)]
    found = [
        right_answer(step, lambda query: own_link_runner().read(query).experiment)
        for step in lesson.steps
        if not step.goal
    ]
    assert found == right
    rows = []
    for at, (step, reference) in enumerate(zip(lesson.steps, REFERENCE[name].values(), strict=True)):
        if isinstance(reference, tuple):
            choice, reason = reference
            rows += [f"choice {choice + 1} reason {k + 1}" for k in (reason, (reason + 1) % 3)]
            wrong = [one for k, one in enumerate(step.choices) if k != choice]
            wrong += [one for k, one in enumerate(step.reasons) if k != reason]
            assert all(one.stands_for for one in wrong)
        else:
            rows += [f"?{query_of(step.before, reference)}", step.before]
            assert step.stands_for, at
    answers = [HandedIn(f"{k}", f"{k // 2 + 1}", text, "") for k, text in enumerate(rows)]
    marks = Marking(lesson, own_link_runner(), 60.0).mark(answers)
    assert [mark.points for mark in marks[::2]] == [1.0] * 10
    assert not any(mark.reached for mark in marks[1::2])
    assert all(mark.points < 1.0 and mark.missing for mark in marks[1::2])
    (at, *_) = [at for at in lesson.tasks if lesson.steps[at].reasons]
    (mark,) = Marking(lesson, own_link_runner(), 60.0).mark([HandedIn("Ada", f"{at + 1}", "choice 1", "")])
    assert mark.said == ["This task asks for a reason, and the answer has none."]
    for mark, step in zip(marks[::2], lesson.steps, strict=True):
        if step.goal is not None:
            shown = float(mark.found.split(";")[0].split()[-1]) if "right" not in mark.found else math.nan
            assert math.isnan(shown) or number(shown) in step.answer


def test_the_page_is_told_what_the_marking_says(client: FlaskClient) -> None:
    def told(number: int, link: str) -> dict[str, Any]:
        response = client.post(f"/lesson/alpha-and-luck/{number}/task", json={"link": link})
        answer: dict[str, Any] = json.loads(response.data)
        return answer

    lesson = packaged_lessons()["alpha-and-luck"]
    for at, turned, sentence in [
        (1, "", "The final loss is 1.81; the task asks for at most 0.12."),
        (4, "alpha=0.02", "With 30 of 32 other data seeds it gets there; the task asks for 31."),
        (4, "alpha=0.05", "The run diverges at step 130."),
        (6, "samples=600", "This task leaves samples as it was."),
        (6, "weights=1&given=1,2", "The link has 2 weights, and its network 17."),
        (6, "samples=1000000", "This task leaves samples as it was."),
    ]:
        reply = told(at, f"?{query_of(lesson.steps[at - 1].before, turned)}")
        assert (reply["done"], reply["said"][0].startswith(sentence)) == (False, True), reply["said"]
    reply = told(1, "?experiment=tanh-signs&alpha=0.2&samples=300&view=loss&title=x")
    written = f"\nnnbench {lesson.task_name(0)} run {reply['code']} https://bench.example.org/?{reply['query']}\n"
    assert written in documents()["docs/homework.md"]
    assert (reply["done"], reply["said"], reply["code"]) == (True, [], "a53fe43b")
    assert reply["query"] == "experiment=tanh-signs&alpha=0.2&samples=300&seed=3&v=1"
    assert reply["ask"]["asked"] == "a final loss of at most 0.12 with at most 300 samples"
    assert reply["ask"]["allowed"] == "α"
    assert told(7, f"?{query_of(lesson.steps[6].before, '')}")["ask"]["allowed"] == "the weight seed and α"
    assert reply["ask"]["name"] == lesson.task_name(0)
    assert client.post("/lesson/alpha-and-luck/2/task", json={"link": "?"}).status_code == 404
    assert client.post("/lesson/alpha-and-luck/11/task", json={"link": "?"}).status_code == 404
    assert client.get("/lesson/alpha-and-luck/2.json").status_code == 404
    page = client.get("/lesson/alpha-and-luck").get_data(as_text=True)
    assert "stands_for" not in page
    assert "0.0953" not in page
    kept = client.post("/lesson", json=lesson.to_plain()).get_json()
    assert kept["refused"] == []
    assert client.post("/class", json={"lesson": kept["name"], "people": 3}).status_code == 400


TASK: dict[str, Any] = {
    "ask": "task", "question": "?", "before": "?experiment=circle&alpha=0.4&v=1", "knobs": ["alpha"],
    "goal": {"final_loss": 0.15},
}  # fmt: skip
WIDE = "2:64~tanh~64:64~tanh~64:1~tanh"
CHOICES = [{"text": "a", "when": "higher"}, {"text": "b", "when": "lower"}]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"goal": {"samples": 3}}, "The goal of step 1 has a “final_loss”, “held_out”, “accuracy” or “learns in”."),
        ({"goal": {"final_loss": True}}, "The goal of step 1 has “final_loss”, a number above 0."),
        ({"goal": {"accuracy": 95}}, "The goal of step 1 has an “accuracy”, a share of at most 1."),
        ({"goal": {"learns in": "40 of 32"}}, "The goal of step 1 has “learns in”, such as “28 of 32”."),
        ({"seed": "class"}, "Step 1 is a task, whose seed is that of its links: everybody is marked alike."),
        ({"reasons": CHOICES}, "Step 1 has “reasons”, which a step that asks “task” has not."),
        ({"goal": {"final_loss": 1.5}}, "Step 1: its first run reaches the goal already."),
        ({"goal": {"held_out": 0.1}}, "Step 1: its goal is a held-out loss, and its run has no held-out samples."),
        ({"knobs": ["loss"]}, "Step 1: a task cannot turn loss. It can turn alpha, "),
        ({"before": f"?experiment=spiral&samples=300000&layers={WIDE}&v=1"}, "Step 1: its runs take more than "),
        ({"before": "?experiment=sine&v=1", "goal": {"accuracy": 0.9}},
         "Step 1: its goal is a share that is answered right, and the answers of its run are numbers."),
        ({"goal": None, "knobs": None, "after": "?experiment=circle&alpha=0.4&v=1", "choices": CHOICES},
         "Step 1: none of its choices holds for its runs."),
    ],
)  # fmt: skip
def test_a_task_that_cannot_be_set_is_refused(client: FlaskClient, changes: dict[str, Any], sentence: str) -> None:
    step = {name: value for name, value in (TASK | changes).items() if value is not None}
    plain = {"nnbench": "lesson", "version": 1, "lang": "en", "title": "t", "steps": [step]}
    (refused,) = client.post("/lesson", json=plain).get_json()["refused"]
    assert refused.startswith(sentence)


def test_a_file_of_tasks_and_its_lesson_are_the_same() -> None:
    for lesson in packaged_lessons().values():
        assert read_lesson(lesson.to_plain()) == lesson
        assert read_lesson(json.loads(lesson.to_bytes())) == lesson
        reworded = replace(lesson, title="t", steps=tuple(replace(step, question="?") for step in lesson.steps))
        assert [reworded.task_name(at) for at in range(10)] == [lesson.task_name(at) for at in range(10)]
    with pytest.raises(LessonRefused, match="says of one of its reasons that it is right"):
        read_lesson(packaged_lessons()["overfitting"].to_plain() | {"steps": [
            {"ask": "task", "question": "?", "before": "?v=1", "after": "?v=1", "choices": CHOICES, "reasons": CHOICES}
        ]})  # fmt: skip
