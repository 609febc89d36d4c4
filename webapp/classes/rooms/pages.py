"""The pages of a room: the wall, the teacher's start and control, and the way in, where a QR code leads, too.

Their scripts ask for the state themselves.
"""

from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.exceptions import TooManyRequests

from webapp.classes.language import LANGUAGES, language_asked, words_of
from webapp.classes.lesson_routes import STUDENT
from webapp.classes.pages import ClassPages
from webapp.classes.place import place
from webapp.classes.rooms.routes import ClassRefused, Views
from webapp.classes.story import PAPERS, STEPS, course_of
from webapp.links.lessons import CHAPTERS
from webapp.settings import Settings
from webapp.store import StoreError

WALL, CONTROL = "wall", "control"
TICKED = ("numbers", "double", "stuck", "hidden", "taken-off")
"""The pages of the story that a new class begins with."""


def install(server: Flask, settings: Settings, pages: ClassPages, views: Views) -> None:
    """Serves GET /class, GET /wall/<code>, GET /j, which asks for a code, and GET /j/<code>, a student's page."""
    pages.install(server, WALL, CONTROL)
    story = [
        {"key": key, "title": CHAPTERS[key].title, "ask": step["ask"], "ticked": key in TICKED}
        | {"is_paper": course_of(key) == PAPERS}
        for key, step in STEPS.items()
    ]

    def control() -> str:
        # The wall beside the control is in the language of its lesson.
        walls = {lang: words_of(lang)["common"] | words_of(lang)["wall"] for lang in LANGUAGES}
        state = {"story": story, "people": settings.class_seats, "hours": settings.class_hours, "wall_words": walls}
        lang = language_asked()
        return pages.document(CONTROL, words_of(lang)["page"]["class"], lang, {**state, **place(settings)})

    def wall(code: str) -> str:
        try:
            lang = views.found(code).room.lesson.lang
        except (ClassRefused, TooManyRequests, StoreError):
            lang = language_asked()  # its script says what is the matter
        state = {"code": code, "hours": settings.class_hours, **place(settings)}
        return pages.document(WALL, f"{words_of(lang)['page']['class']} {code}", lang, state)

    def page(state: dict[str, Any]) -> str:
        lang = language_asked()
        return pages.document(STUDENT, words_of(lang)["page"]["class"], lang, state)

    def join(refused: str = "") -> str:
        return page({"refused": refused, "hours": settings.class_hours})

    def sit(code: str) -> Any:
        code = code.upper()
        try:
            lesson = views.found(code).room.lesson
        except ClassRefused as refused:
            return join(refused.said(language_asked())), refused.status
        except TooManyRequests as refused:
            return join(str(refused.description)), HTTPStatus.TOO_MANY_REQUESTS
        except StoreError:
            return page({"code": code})  # its script says what is the matter
        return pages.document(STUDENT, lesson.title, lesson.lang, {"code": code})

    server.add_url_rule("/class", "class_control", control)
    server.add_url_rule("/wall/<code>", "class_wall", wall)
    server.add_url_rule("/j", "class_join", join)
    server.add_url_rule("/j/<code>", "class_sit", sit)
