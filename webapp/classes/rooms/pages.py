"""The pages of a room: the wall, and the teacher's start and control. Their scripts ask for the state themselves."""

from flask import Flask
from werkzeug.exceptions import TooManyRequests

from webapp.classes.language import LANGUAGES, language_asked, words_of
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
    """Serves GET /class and GET /wall/<code>."""
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

    server.add_url_rule("/class", "class_control", control)
    server.add_url_rule("/wall/<code>", "class_wall", wall)
