"""Routes of lessons: GET /lesson is their editor, with `of` that of a kept one; POST /lesson keeps one, or says what is
wrong with it; GET /lesson/<name> takes it alone.

GET /lesson/<name>.json is its file, and GET /lesson/<name>/<k>.json the truth about its step k, with what is said of
one's own prediction where `mine` names it: a position, or those of a curve with commas. POST /lesson/<name>/<k>/task
judges the run of a link by the goal of step k.
"""

import re
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import NotFound

from webapp.base.validation import Malformed, exactly, text_within
from webapp.classes.kinds.table import PREDICTIONS
from webapp.classes.language import ENGLISH
from webapp.classes.lesson import Lesson, LessonRefused, read_lesson
from webapp.classes.pages import ClassPages
from webapp.classes.place import place
from webapp.classes.story import STEPS
from webapp.classes.truth import Truths, own_secret
from webapp.http.static_files import HOUR
from webapp.jobs.job import RunTooLong
from webapp.links.codec import LONGEST_READ
from webapp.links.lessons import CHAPTERS
from webapp.links.short_links import Maker, maker_of
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings

JSON = "application/json"
STUDENT, EDITOR = "student", "editor"
LONGEST_MINE = 120
POSITION = re.compile(r"-?[0-9]{1,6}")


def install(server: Flask, sessions: Sessions, settings: Settings, truths: Truths, pages: ClassPages) -> None:
    """Serves the routes of lessons, and their pages; the editor opens a class where the settings allow any."""
    pages.install(server, STUDENT, EDITOR)

    def editor() -> str:
        name = request.args.get("of")
        lesson = None if name is None else _found(truths, name).to_plain()
        story = [[key, CHAPTERS[key].title] for key in STEPS]
        people = settings.class_seats if settings.class_rooms else 0
        state = {"lesson": lesson, "people": people, "story": story, **place(settings)}
        return pages.document(EDITOR, "Lesson", ENGLISH, state)

    def keep() -> dict[str, Any]:
        return kept(request.get_json(), truths, maker_of(sessions))

    def file(name: str) -> Response:
        return Response(_found(truths, name).to_bytes(), mimetype=JSON)

    def step(name: str, number: int) -> Response:
        lesson = _with_step(truths, name, number)
        if lesson.steps[number - 1].ask not in PREDICTIONS:  # a board or a marking says its truth
            raise NotFound
        response = jsonify(shown_alone(truths, lesson, number - 1, request.args.get("mine")))
        response.cache_control.max_age = HOUR
        return response

    def task(name: str, number: int) -> dict[str, Any]:
        lesson = _with_step(truths, name, number)
        query = text_within(exactly(request.get_json(), {"link"})["link"], LONGEST_READ)
        ask = truths.question(lesson, number - 1, own_secret(lesson, truths))
        return {"title": lesson.title, "ask": ask, **truths.attempt(lesson, number - 1, query)}

    def alone(name: str) -> str:
        lesson = _found(truths, name)
        return pages.document(STUDENT, lesson.title, lesson.lang, state_alone(truths, lesson, name))

    server.add_url_rule("/lesson", "lesson_editor", editor)
    server.add_url_rule("/lesson", "lesson_keep", keep, methods=["POST"])
    server.add_url_rule("/lesson/<name>.json", "lesson_file", file)
    server.add_url_rule("/lesson/<name>/<int:number>.json", "lesson_step", step)
    server.add_url_rule("/lesson/<name>/<int:number>/task", "lesson_task", task, methods=["POST"])
    server.add_url_rule("/lesson/<name>", "lesson_alone", alone)


def kept(plain: object, truths: Truths, maker: Maker) -> dict[str, Any]:
    """The name of a lesson that was kept, with the truth about each step; or the sentences that refuse it."""
    try:
        lesson = read_lesson(plain)
        refused = truths.refusals(lesson)
        name = truths.keep(lesson, maker) if not refused else None
    except (LessonRefused, RunTooLong) as error:
        return {"name": None, "steps": [], "refused": [str(error)]}
    if name is None:
        return {"name": None, "steps": [], "refused": refused}
    return {"name": name, "steps": [checked(truths, lesson, at) for at in range(len(lesson.steps))], "refused": []}


def checked(truths: Truths, lesson: Lesson, step: int) -> dict[str, Any]:
    """A step as its author sees it: the question, the reveal but for a hunt or a task, and whether it is a good one."""
    secret = own_secret(lesson, truths)
    ask: dict[str, Any] = {"ask": truths.question(lesson, step, secret), "advice": []}
    if lesson.steps[step].ask not in PREDICTIONS:
        return ask
    return ask | {"shown": shown_alone(truths, lesson, step, None), "advice": truths.advice(lesson, step, secret)}


def state_alone(truths: Truths, lesson: Lesson, name: str) -> dict[str, Any]:
    """All that the page needs to ask each question; nothing of what is shown after it."""
    secret = own_secret(lesson, truths)
    asks = [truths.question(lesson, at, secret) for at in range(len(lesson.steps))]
    return {"name": name, "title": lesson.title, "asks": asks}


def shown_alone(truths: Truths, lesson: Lesson, step: int, mine: str | None) -> dict[str, Any]:
    """The reveal of a step to one person, with what is said of the prediction."""
    secret = own_secret(lesson, truths)
    shown = truths.shown(lesson, step, secret, [])
    if mine is None:
        return shown
    value = truths.value(lesson, step, secret, _read_mine(mine))
    own = {} if isinstance(value, str) else truths.own(lesson, step, secret, [value], [{value: (1, 0)}])
    return shown | {"own": own}


def _read_mine(text: str) -> object:
    """A position, or those of a curve."""
    parts = text.split(",")
    if len(text) > LONGEST_MINE or not all(map(POSITION.fullmatch, parts)):
        raise Malformed("A prediction is a whole number, or as many with commas as a curve has positions.")
    positions = [int(part) for part in parts]
    return positions[0] if len(positions) == 1 else positions


def _with_step(truths: Truths, name: str, number: int) -> Lesson:
    """The lesson of a name, if it has this step."""
    lesson = _found(truths, name)
    if not 1 <= number <= len(lesson.steps):
        raise NotFound
    return lesson


def _found(truths: Truths, name: str) -> Lesson:
    try:
        return truths.find(name)
    except LessonRefused:
        raise NotFound from None
