"""The pages of a room: the wall, and the teacher's start and control. Their scripts ask for the state themselves."""

import re
import socket

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from webapp.classes.lesson import LANGUAGES
from webapp.classes.pages import ClassPages
from webapp.classes.rooms.routes import ClassRefused, Views
from webapp.classes.story import STEPS
from webapp.links.lessons import CHAPTERS
from webapp.settings import Settings
from webapp.store import StoreError

WALL, CONTROL = "wall", "control"
OWN_HOST = re.compile(r"(localhost|127\.[0-9.]+|\[::1\])(:[0-9]+)?")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
ELSEWHERE = "192.0.2.1"
"""An address of no machine: the route to it leads over the network that phones come by."""
TICKED = ("numbers", "double", "stuck", "hidden", "taken-off")
"""The pages of the story that a new class begins with."""


def install(server: Flask, settings: Settings, pages: ClassPages, views: Views) -> None:
    """Serves GET /class and GET /wall/<code>."""
    pages.install(server, WALL, CONTROL)
    story = [
        {"key": key, "title": CHAPTERS[key].title, "ask": step["ask"], "ticked": key in TICKED}
        for key, step in STEPS.items()
    ]

    def control() -> str:
        state = {"story": story, "people": settings.class_seats, "hours": settings.class_hours, **_place(settings)}
        return pages.document(CONTROL, "Class", request.accept_languages.best_match(LANGUAGES, "en"), state)

    def wall(code: str) -> str:
        try:
            lang = views.found(code).room.lesson.lang
        except (ClassRefused, TooManyRequests, StoreError):
            lang = "en"  # its script says what is the matter
        state = {"code": code, "hours": settings.class_hours, **_place(settings)}
        return pages.document(WALL, f"Class {code}", lang, state)

    server.add_url_rule("/class", "class_control", control)
    server.add_url_rule("/wall/<code>", "class_wall", wall)


def _place(settings: Settings) -> dict[str, str]:
    """Where phones find the bench: nothing where the page's own address is such a place."""
    if not OWN_HOST.fullmatch(request.host):
        return {"instead": "", "alone": ""}
    if settings.host not in EVERYWHERE:
        return {"instead": "", "alone": "yes"}
    port = request.host.rpartition(":")[2] if ":" in request.host else "80"
    return {"instead": f"http://{own_address()}:{port}", "alone": ""}


def own_address() -> str:
    """This machine's address in its network; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect((ELSEWHERE, 9))
        except OSError:
            return socket.gethostname()
        address: str = line.getsockname()[0]
        return address
