"""The way into a class: /j asks for its code, and /j/<code>, where a QR code leads, is a student's page."""

from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.exceptions import TooManyRequests

from webapp.classes.language import language_asked, words_of
from webapp.classes.lesson_routes import STUDENT
from webapp.classes.pages import ClassPages
from webapp.classes.rooms.routes import ClassRefused, Views
from webapp.settings import Settings
from webapp.store import StoreError


def install(server: Flask, settings: Settings, views: Views, pages: ClassPages) -> None:
    """Serves GET /j and GET /j/<code>."""

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

    server.add_url_rule("/j", "class_join", join)
    server.add_url_rule("/j/<code>", "class_sit", sit)
