"""A room: a lesson in progress, its phase, and the acts of its teacher, as functions of plain data.

A step goes through the phases first, talk, second and reveal; a hunt has first and reveal alone. The phase number `n`
rises with every act that changes the phase.
"""

import hashlib
import hmac
import json
import math
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from webapp.classes.language import Refusal
from webapp.classes.lesson import Lesson, Step, read_lesson

LOBBY, FIRST, TALK, SECOND, REVEAL, OVER = "lobby", "first", "talk", "second", "reveal", "over"
ROUNDS = {FIRST: 1, SECOND: 2}
"""The phases in which answers are taken, and the number of their round."""
NEXT, BACK, STEP, LOCK, UNLOCK, END = "next", "back", "step", "lock", "unlock", "end"
ACTS = (FIRST, TALK, SECOND, REVEAL, NEXT, BACK, STEP, LOCK, UNLOCK, END)
MORE_SEATS = 10
"""One more seat for this number of people, since heads are counted roughly."""


class ActRefused(Refusal):
    """An act that the room's phase does not allow."""


@dataclass(frozen=True)
class Room:
    """A room as its row holds it."""

    code: str
    key_hash: str
    """SHA-256 of the teacher's key, as hex."""
    secret_hex: str
    """128 random bits, of which hidden seeds are made."""
    name: str
    """The lesson's name, under which another room of it can be opened."""
    lesson_text: str
    """The lesson as JSON."""
    people: int
    ends: float
    """Seconds since the epoch."""
    n: int = 1
    step: int = 0
    """The step's number, from 1; 0 in the lobby."""
    phase: str = LOBBY
    locked: bool = False
    shown: tuple[int, ...] = ()
    """The steps whose truth was shown; none of them is asked again."""

    @property
    def lesson(self) -> Lesson:
        """The lesson, which was checked when the room was opened."""
        return lesson_of(self.lesson_text)

    @property
    def asked(self) -> Step:
        """The step that is asked or shown."""
        return self.lesson.steps[self.step - 1]

    @property
    def secret(self) -> bytes:
        """The secret as bytes."""
        return bytes.fromhex(self.secret_hex)

    @property
    def round_key(self) -> str:
        """The name of the open round, as 2.1; empty where no answers are taken."""
        return round_name(self.step, ROUNDS[self.phase]) if self.phase in ROUNDS else ""

    @property
    def most_seats(self) -> int:
        """The most seats: those of its people, and a tenth more."""
        return self.people + -(-self.people // MORE_SEATS)

    def opens_to(self, key: str) -> bool:
        """Whether this is the teacher's key."""
        return hmac.compare_digest(hash_of(key), self.key_hash)

    def to_bytes(self) -> bytes:
        """The row's value."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, value: bytes) -> "Room":
        """The room of a row's value."""
        plain = json.loads(value)
        return cls(**plain | {"shown": tuple(plain["shown"])})


@lru_cache(maxsize=64)
def lesson_of(text: str) -> Lesson:
    """The lesson of a room's text; pages of the story may be longer together than a file."""
    return read_lesson(json.loads(text), math.inf)


def round_name(step: int, number: int) -> str:
    """The name of a round's row."""
    return f"{step}.{number}"


def hash_of(key: str) -> str:
    """The hash of a key, as a room stores it."""
    return hashlib.sha256(key.encode()).hexdigest()


def after(room: Room, act: str, step: int = 0) -> Room:
    """The room after an act, of which `step` names the step; ActRefused where its phase does not allow the act."""
    if act in (LOCK, UNLOCK):
        return replace(room, locked=act == LOCK)
    target, phase = _place_after(room, act, step)
    is_hunt = 0 < target <= len(room.lesson.steps) and room.lesson.steps[target - 1].is_hunt
    if is_hunt and phase in (TALK, SECOND):
        raise ActRefused("one_round")
    if phase in ROUNDS and target in room.shown:
        raise ActRefused("shown_already")
    shown = tuple(sorted({*room.shown, target})) if phase == REVEAL else room.shown
    return replace(room, n=room.n + 1, step=target, phase=phase, shown=shown)


def _place_after(room: Room, act: str, step: int) -> tuple[int, str]:
    """The step and the phase that an act leads to."""
    steps = len(room.lesson.steps)
    earlier = max((shown for shown in room.shown if shown < room.step), default=0)
    moves = {
        (LOBBY, FIRST): (1, FIRST),
        (FIRST, TALK): (room.step, TALK),
        (TALK, SECOND): (room.step, SECOND),
        (SECOND, BACK): (room.step, TALK),
        (TALK, BACK): (room.step, FIRST),
        (FIRST, BACK): (earlier, REVEAL) if earlier else (0, LOBBY),
        (OVER, BACK): (steps, REVEAL) if steps in room.shown else (0, LOBBY),
        **{(phase, REVEAL): (room.step, REVEAL) for phase in (FIRST, TALK, SECOND)},
        (REVEAL, NEXT): _begin(room, room.step + 1) if room.step < steps else (room.step, OVER),
    }
    if act == STEP and 1 <= step <= steps:
        return _begin(room, step)
    if (room.phase, act) not in moves:
        raise ActRefused("other_phase")
    return moves[room.phase, act]


def _begin(room: Room, step: int) -> tuple[int, str]:
    """The place at which a step begins: it is asked, or shown again."""
    return step, REVEAL if step in room.shown else FIRST
