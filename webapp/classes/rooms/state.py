"""The state of a room: one text of JSON for all phones and the wall, made at most four times a second.

It depends on the number of answers and, before a step is shown, on none of their values. The teacher's key adds what
helps to lead the class.
"""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import orjson

from engine.base.byte_cache import ByteCache
from webapp.classes.rooms.room import FIRST, OVER, REVEAL, SECOND, TALK, Room
from webapp.classes.rooms.rooms import Rooms
from webapp.classes.rooms.rounds import Answer, Round, Value
from webapp.classes.truth import Truths
from webapp.http.connections.shared_responses import TAG_LENGTH

LIFETIME = 0.25
"""Seconds for which a state is given again without a look at the store."""
MOST_BYTES = 4 * 2**20
"""The most bytes of the rooms that are remembered."""
PER_ROOM = 32 * 1024
"""Bytes that one of them counts, beside its state."""


class State(NamedTuple):
    """The state as bytes, its ETag, and until when it is given again, on the monotonic clock."""

    body: bytes
    etag: str
    until: float


@dataclass(frozen=True)
class Seen:
    """A room as its rows were at a moment; both rounds of its step, and the parts of its state that follow from n."""

    room: Room
    seats: list[bytes]
    rounds: list[Round]
    parts: Mapping[str, Any]
    state: State

    def seat(self, seat_id: bytes) -> int:
        """The number of the seat with this id; 0 for none."""
        return self.seats.index(seat_id) + 1 if seat_id in self.seats else 0


class States:
    """The states of all rooms; safe to use from many threads."""

    def __init__(
        self, rooms: Rooms, truths: Truths, secret_key: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rooms = rooms
        self._truths = truths
        self._secret = secret_key.encode()
        self._clock = clock
        self._seen: ByteCache[str, Seen] = ByteCache(MOST_BYTES, lambda _, seen: PER_ROOM + len(seen.state.body))
        self._lock = threading.Lock()
        self._looking: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()

    def of(self, code: str, *, now: bool = False) -> Seen | None:
        """The room as it was a quarter of a second ago at most, or with `now` as it is; None where there is none."""
        asked = self._clock()
        with self._lock:
            looking = self._looking.setdefault(code, threading.Lock())
        with looking:
            before = self._seen.get(code)
            if before is not None and (
                before.state.until - LIFETIME >= asked if now else self._clock() < before.state.until
            ):
                return before
            until = self._clock() + LIFETIME
            room = self._rooms.find(code)
            if room is None:
                self._seen.drop(code)
                return None
            seen = self._look(room, before, until)
            self._seen.put(code, seen)
            return seen

    def tag(self, code: str) -> str:
        """The beginning of the ETags of a room, which nobody guesses: whoever has it has seen the room."""
        return hmac.digest(self._secret, f"nnbench class {code}".encode(), hashlib.sha256).hex()[:TAG_LENGTH]

    def for_teacher(self, seen: Seen) -> bytes:
        """The state with what the teacher's key adds; nothing in it tells what was answered, but for one share."""
        room, lesson = seen.room, seen.room.lesson
        step, within = room.step - 1, None
        if room.phase == TALK and self._truths.is_ready(lesson, step, room.secret):
            votes = seen.rounds[0].counts()
            within = self._truths.share_within(lesson, step, room.secret, votes) if votes else None
        teacher = {
            "name": room.name,
            "people": room.people,
            "ready": self._truths.ready(lesson, room.secret),
            "within": within,
            "shown": room.shown,
            "steps": [{"ask": step.ask, "question": step.question, "prompt": step.prompt} for step in lesson.steps],
        }
        return orjson.dumps({**self._plain(seen.room, seen.seats, seen.rounds, seen.parts), "teacher": teacher})

    def own(self, seen: Seen, answers: Sequence[Answer | None]) -> dict[str, Any] | None:
        """The words about one phone's answers, one for each round, once their step is shown; None before."""
        room = seen.room
        if "shown" not in seen.parts or not any(answers) or room.asked.is_hunt:
            return None
        values: list[Any] = [answer and answer.value for answer in answers]
        counts = [one.counts() for one in seen.rounds]
        return self._truths.own(room.lesson, room.step - 1, room.secret, values, counts)

    def judge(self, room: Room, value: Value) -> None:
        """Begins to judge what was handed in in a hunt."""
        if isinstance(value, str):
            self._truths.judge(room.lesson, room.step - 1, room.secret, value)

    def _look(self, room: Room, before: Seen | None, until: float) -> Seen:
        seats = self._rooms.seats(room.code)
        if before is not None and before.room.n == room.n and "shown" in before.parts:
            rounds, parts = before.rounds, before.parts
        else:
            rounds = self._rooms.rounds(room.code, room.step) if room.step else []
            parts = before.parts if before is not None and before.room.n == room.n else self._parts(room, rounds)
            if room.phase == REVEAL:
                parts = {**parts, **self._shown(room, rounds)}
        body = orjson.dumps(self._plain(room, seats, rounds, parts))
        etag = f"{self.tag(room.code)}{hashlib.sha256(body).hexdigest()[:12]}"
        return Seen(room, seats, rounds, parts, State(body, etag, until))

    def _parts(self, room: Room, rounds: list[Round]) -> dict[str, Any]:
        """The question, where there is one; the truths are begun with the room's first look in this process."""
        self._truths.begin(room.lesson, room.secret)
        if room.phase == REVEAL and room.asked.is_hunt:
            self._truths.begin_board(room.lesson, room.step - 1, room.secret, rounds[0].links().values())
        if room.phase in (FIRST, TALK, SECOND, REVEAL):
            return {"ask": self._truths.question(room.lesson, room.step - 1, room.secret)}
        return {}

    def _shown(self, room: Room, rounds: list[Round]) -> dict[str, Any]:
        """The reveal of a step; nothing as long as its truth is being made."""
        step = room.step - 1
        if not self._truths.is_ready(room.lesson, step, room.secret):
            return {}
        if room.asked.is_hunt:
            board = self._truths.board(room.lesson, step, room.secret, rounds[0].links())
            return {} if board is None else {"shown": board}
        return {"shown": self._truths.shown(room.lesson, step, room.secret, [one.counts() for one in rounds])}

    @staticmethod
    def _plain(room: Room, seats: list[bytes], rounds: list[Round], parts: Mapping[str, Any]) -> dict[str, Any]:
        latest = (
            rounds[1] if rounds and room.phase in (SECOND, REVEAL) and rounds[1].n else rounds[0] if rounds else None
        )
        return {
            "code": room.code,
            "n": room.n,
            "phase": room.phase,
            "title": room.lesson.title,
            "lang": room.lesson.lang,
            "step": room.step,
            "of": len(room.lesson.steps),
            "in": len(seats),
            "got": len(latest.answers) if latest and room.phase != OVER else 0,
            "locked": room.locked,
            "ends": round(room.ends),
            **parts,
        }
