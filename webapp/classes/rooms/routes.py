"""Routes of a class: opened, joined, answered and led.

POST /class opens a room of a lesson. GET /class/<code> is its state, the same bytes for all; with the teacher's key in
X-Class-Key it has more. POST /class/<code>/seat gives this browser a seat, the same one each time; POST …/answer takes
its answer, POST …/go an act of the teacher, and GET …/sums.csv has the answers to the steps that were shown.
"""

import csv
import io
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound, ServiceUnavailable, TooManyRequests

from webapp.base.addresses import network_of
from webapp.base.validation import Malformed, exactly, one_of, text_within, whole_upto, yes_or_no
from webapp.classes import language
from webapp.classes.language import Refusal, language_asked, said
from webapp.classes.lesson import Lesson, LessonRefused
from webapp.classes.rooms.room import ACTS, END, STEP, ActRefused, round_name
from webapp.classes.rooms.rooms import CODE_LENGTH, LETTERS, MOST_STEPS, Moved, NoRoom, Rooms, RoomsFull, SeatRefused
from webapp.classes.rooms.rounds import Answer
from webapp.classes.rooms.state import Seen, States
from webapp.classes.truth import STORY, Truths
from webapp.http.connections.exchange import SHARED_OUTPUT, SHARED_UNTIL
from webapp.http.rate_limit import RETRY_AFTER, Rate, Seat
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.store import StoreError

CODE = re.compile(f"[{LETTERS}]{{{CODE_LENGTH}}}")
KEY_HEADER, CLASS_HEADER = "X-Class-Key", "X-Class"
LARGEST_N = 2**31
LONGEST_NAME = 400
"""The most characters of a lesson's name: all pages of the story, which are refused as too many questions, have 213."""
JOINS_PER_ROOM, JOINS_AT_ONCE = 50, 250
"""Seats that one room gives a second for long, and at once."""
ANSWERS_PER_SEAT = 2
"""Answers of one seat a second, for long."""
ROOM_AGAIN = 10
"""Seconds after which a teacher for whose class there was no room asks again."""
WRONG_PER_MINUTE = 60
"""Wrong codes and keys of one address a minute."""


class ClassRefused(Refusal):
    """A refusal with its status, and with the number `n` of the room's phase where it helps."""

    def __init__(self, status: HTTPStatus, name: str, n: int | None = None, **values: Any) -> None:
        super().__init__(name, **values)
        self.status = status
        self.n = n


def install(
    server: Flask,
    sessions: Sessions,
    settings: Settings,
    rooms: Rooms,
    states: States,
    truths: Truths,
) -> "Views":
    """Serves the routes; the views also tell pages and rates about rooms and seats."""
    wrong = Rate(WRONG_PER_MINUTE / 60, seconds_held=60)
    joins, answers = Rate(JOINS_PER_ROOM, seconds_held=JOINS_AT_ONCE / JOINS_PER_ROOM), Rate(ANSWERS_PER_SEAT)
    views = Views(sessions, settings, rooms, states, truths, wrong, joins, answers)
    language.install(server)
    server.add_url_rule("/class", "class_open", answering(views.open), methods=["POST"])
    server.add_url_rule("/class/<code>", "class_state", answering(views.state))
    server.add_url_rule("/class/<code>/seat", "class_seat", answering(views.seat), methods=["POST"])
    server.add_url_rule(
        "/class/<code>/answer", "class_answer", answering(views.answer, "answer_waits"), methods=["POST"]
    )
    server.add_url_rule("/class/<code>/go", "class_go", answering(views.go), methods=["POST"])
    server.add_url_rule("/class/<code>/sums.csv", "class_sums", answering(views.sums))
    return views


class Views(NamedTuple):
    """The views behind the routes, and the objects that they need."""

    sessions: Sessions
    settings: Settings
    rooms: Rooms
    states: States
    truths: Truths
    wrong: Rate
    joins: Rate
    answers: Rate

    def open(self) -> Any:
        """A new room."""
        body = exactly(request.get_json(), {"lesson", "people"})
        name, people = text_within(body["lesson"], LONGEST_NAME), whole_upto(body["people"], self.settings.class_seats)
        if not people:
            raise ClassRefused(HTTPStatus.BAD_REQUEST, "no_people")
        lesson, secret = self.lesson(name)
        room, key = self.rooms.open(name, lesson, secret, people, self.sessions.address())
        self.states.of(room.code)
        return {"code": room.code, "key": key, "ends": round(room.ends)}, HTTPStatus.CREATED

    def lesson(self, name: str) -> tuple[Lesson, bytes]:
        """The lesson of that name, which a class can ask, and a secret for its room."""
        try:
            lesson = self.truths.find(name)
        except NotFound:
            raise ClassRefused(HTTPStatus.NOT_FOUND, "no_lesson") from None
        except ServiceUnavailable:
            raise ServiceUnavailable(said("lessons_away"), retry_after=60) from None
        except LessonRefused as error:
            raise ClassRefused(
                HTTPStatus.BAD_REQUEST, refusal_of(name), most=f"{MOST_STEPS}", why=error.args[0]
            ) from None
        if lesson.tasks:
            raise ClassRefused(HTTPStatus.BAD_REQUEST, "asks_tasks", lesson=name)
        try:
            return lesson, self.truths.secret(lesson)
        except LessonRefused as error:
            raise ClassRefused(HTTPStatus.BAD_REQUEST, "lesson_refused", why=error.args[0]) from None

    def state(self, code: str) -> Any:
        """The state: the same bytes for all, but for the teacher."""
        if KEY_HEADER in request.headers:
            return Response(self.states.for_teacher(self.led(code)), mimetype="application/json")
        state = self.found(code).state
        response = Response(state.body, mimetype="application/json")
        response.set_etag(state.etag)
        request.environ[SHARED_OUTPUT] = True
        request.environ[SHARED_UNTIL] = state.until
        return response

    def seat(self, code: str) -> Any:
        """This browser's seat, and its answers to the step that is asked or shown."""
        exactly(request.get_json(), set())
        if self.sessions.is_cookie_kept_away():
            raise ClassRefused(HTTPStatus.FORBIDDEN, "no_cookies")
        seat_id = self.rooms.seat_id(code, self.sessions.session_id())
        seen = self.found(code, seat_id)
        seat = seen.seat(seat_id)
        if not seat:
            if not self.joins.allows(code):
                raise TooManyRequests(said("many_join"), retry_after=RETRY_AFTER)
            seat = self.rooms.join(seen.room, seat_id)
        if seen.room.step and "shown" not in seen.parts:
            seen = self.states.of(code, now=True) or seen
        step, answers = seen.room.step, [one.answers.get(seat) for one in seen.rounds]
        mine = {round_name(step, at): [answer.value, answer.sure] for at, answer in enumerate(answers, 1) if answer}
        own = self.states.own(seen, answers)
        return {"seat": seat, "mine": mine, "own": {} if own is None else {f"{step}": own}}

    def answer(self, code: str) -> Any:
        """Takes an answer, of which the seat is known by the cookie alone."""
        body = exactly(request.get_json(), {"n", "value", "sure"})
        n, sure = whole_upto(body["n"], LARGEST_N), yes_or_no(body["sure"])
        seat_id = self.rooms.seat_id(code, self.sessions.session_id())
        seen = self.found(code, seat_id)
        if seen.room.n != n or not seen.seat(seat_id):
            seen = self.found(code, seat_id, now=True)
        seat, room = seen.seat(seat_id), seen.room
        if not seat:
            raise ClassRefused(HTTPStatus.FORBIDDEN, "no_seat")
        if room.n != n or not room.round_key:
            raise ClassRefused(HTTPStatus.CONFLICT, "round_closed", room.n)
        if not self.answers.allows(f"{code} {seat}"):
            raise TooManyRequests(said("many_answers"), retry_after=RETRY_AFTER)
        value = self.truths.value(room.lesson, room.step - 1, room.secret, body["value"])
        try:
            self.rooms.answer(room, n, seat, Answer(value, sure))
        except Moved as moved:
            raise ClassRefused(HTTPStatus.CONFLICT, "round_closed", moved.n) from None
        self.states.judge(room, value)
        return {"n": n, "kept": True}

    def go(self, code: str) -> Any:
        """An act of the teacher, and the state after it."""
        body = request.get_json()
        names = {"n", "to", "step"} if isinstance(body, dict) and body.get("to") == STEP else {"n", "to"}
        body = exactly(body, names)
        n, act, step = (
            whole_upto(body["n"], LARGEST_N),
            one_of(body["to"], ACTS),
            whole_upto(body.get("step", 0), MOST_STEPS),
        )
        seen = self.led(code)
        if act == END:
            if seen.room.n != n:
                raise ClassRefused(HTTPStatus.CONFLICT, "moved", seen.room.n)
            self.rooms.end(code)
            self.states.of(code, now=True)  # forgets it
            return {"ended": True}
        try:
            self.rooms.act(code, n, act, step)
        except Moved as moved:
            raise ClassRefused(HTTPStatus.CONFLICT, "moved", moved.n) from None
        except ActRefused as error:
            return refused(HTTPStatus.CONFLICT, error, {"n": seen.room.n})
        after = self.states.of(code, now=True)
        if after is None:
            raise NoRoom
        return Response(self.states.for_teacher(after), mimetype="application/json")

    def sums(self, code: str) -> Any:
        """The answers to the steps that were shown, without seats, as CSV."""
        room = self.led(code).room
        file = io.StringIO()
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["step", "round", "answer", "sure", "count"])
        for step in room.shown:
            for number, one in enumerate(self.rooms.rounds(code, step), 1):
                counts: dict[tuple[str, bool], int] = {}
                for answer in one.answers.values():
                    value = " ".join(map(str, answer.value)) if isinstance(answer.value, tuple) else str(answer.value)
                    counts[value, answer.sure] = counts.get((value, answer.sure), 0) + 1
                rows.writerows([step, number, *answer, count] for answer, count in sorted(counts.items()))
        response = Response(file.getvalue(), mimetype="text/csv")
        response.headers.set("Content-Disposition", "attachment", filename=f"class-{code}.csv")
        return response

    def found(self, code: str, seat_id: bytes = b"", *, now: bool = False) -> Seen:
        """The room, for whoever may try codes: a seat and a browser that has seen the room may, whatever others do."""
        allowed = self.wrong.allows(self.address(), 0)
        known = self.states.tag(code) in request.headers.get("If-None-Match", "")
        seen = self.states.of(code, now=now) if CODE.fullmatch(code) and (allowed or known or seat_id) else None
        if seen is not None and (allowed or known or seen.seat(seat_id)):
            return seen
        if not self.wrong.allows(self.address()):
            raise TooManyRequests(said("many_wrong"), retry_after=60)
        raise ClassRefused(HTTPStatus.NOT_FOUND, "no_class")

    def led(self, code: str) -> Seen:
        """The room as it is now, for whoever has its key."""
        key = request.headers.get(KEY_HEADER, "")
        seen = self.states.of(code, now=True) if CODE.fullmatch(code) else None
        if seen is not None and seen.room.opens_to(key):
            return seen
        if not self.wrong.allows(self.address()):
            raise TooManyRequests(said("many_wrong"), retry_after=60)
        if seen is None:
            raise ClassRefused(HTTPStatus.NOT_FOUND, "no_class")
        raise ClassRefused(HTTPStatus.FORBIDDEN, "wrong_key")

    def seat_of_request(self) -> Seat | None:
        """The seat that a post comes from, which counts by seat and room and not by its address."""
        code = request.headers.get(CLASS_HEADER, "") or (request.view_args or {}).get("code", "")
        if not CODE.fullmatch(code):
            return None
        seat_id = self.rooms.seat_id(code, self.sessions.session_id())
        try:
            seen = self.states.of(code)
        except StoreError:
            return None
        return Seat(code, seen.room.people) if seen is not None and seen.seat(seat_id) else None

    @staticmethod
    def address() -> str:
        """The network of the request's address."""
        return network_of(request.remote_addr or "")


def refusal_of(name: str) -> str:
    """The refusal of a lesson that is none: of pages of the story by their number, of any other by what is wrong."""
    if not name.startswith(STORY):
        return "lesson_refused"
    pages = [page for page in name.removeprefix(STORY).split(".") if page]
    return "no_lesson" if 0 < len(pages) <= MOST_STEPS else "too_many_questions" if pages else "no_questions"


def answering(view: Callable[..., Any], store_away: str = "store_away") -> Callable[..., Any]:
    """The view, whose refusals are sentences."""

    def answered(**parts: str) -> Any:
        try:
            return view(**parts)
        except ClassRefused as error:
            return refused(error.status, error, {} if error.n is None else {"n": error.n})
        except SeatRefused as error:
            return refused(HTTPStatus.FORBIDDEN, error, {})
        except Malformed as error:
            if not isinstance(error.args[0], Refusal):
                raise
            return refused(HTTPStatus.BAD_REQUEST, error.args[0], {})
        except NoRoom:
            return refused(HTTPStatus.NOT_FOUND, Refusal("no_class"), {})
        except RoomsFull as error:
            more = {"until": round(error.until), "ends": error.all_in_use}
            return *refused(HTTPStatus.SERVICE_UNAVAILABLE, error, more), {"Retry-After": f"{ROOM_AGAIN}"}
        except StoreError:
            raise ServiceUnavailable(said(store_away), retry_after=RETRY_AFTER) from None

    return answered


def refused(status: HTTPStatus, refusal: Refusal, more: dict[str, Any]) -> Any:
    """The sentence as JSON; all who read it are scripts of ours."""
    return {"error": refusal.said(language_asked()), **more}, status
