"""The rooms in the store. Each row is changed by one write that names the version which it read.

A room has its own row, one of its seats, and one for each round; one more row, the index, lists all rooms. Whether an
answer is late is decided in its round's row: that is closed before the room goes on, and opened before the room says
so. A kill between the two leaves a round that takes no answers, and the same act again completes it.
"""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from webapp.classes.language import Refusal
from webapp.classes.lesson import Lesson
from webapp.classes.rooms.room import ROUNDS, Room, after, hash_of, round_name
from webapp.classes.rooms.rounds import Answer, Round, answering, closing, opening
from webapp.store import Clock, Contents, Key, Store
from webapp.store.changes import SharedWrites, change_row

INDEX = Key("all", "index")
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""The letters of a code: without vowels they make no words."""
CODE_LENGTH = 6
SEAT_BYTES = 12
"""Bytes of a seat's id in its row."""
MOST_STEPS = 24
ROOM_BYTES = 2 * 2**20
"""Bytes that are reserved for the rows of a room."""
MOST_PER_ADDRESS = 8
"""Rooms that one address may have open."""
GIVING_WAY_SECONDS = 300.0
"""Seconds from its opening after which a room that is not in use gives way to another, where room is short."""
SETTLING_SECONDS = 60.0
"""Seconds that a room may be in the index before its own row is there, and that an ended one stays in it."""


class NoRoom(Exception):
    """There is no such room (any more)."""


class SeatRefused(Refusal):
    """A seat that cannot be had."""


class Moved(Exception):
    """The room is in another phase than the request says, whose number is n."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.n = n


class Entry(NamedTuple):
    """A room in the index; `address` is a name that does not show the address from which it was opened."""

    opened: float
    ends: float
    address: str
    seated: bool = False
    begun: bool = False
    """Whether its teacher has led it anywhere."""

    @property
    def is_in_use(self) -> bool:
        """Whether it has begun and somebody has joined it: such a room gives way to none."""
        return self.begun and self.seated

    @property
    def gives_way_at(self) -> float:
        """The moment from which another room may take its place."""
        return self.ends if self.is_in_use else min(self.ends, self.opened + GIVING_WAY_SECONDS)

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """Its rank among those that give way: rooms that never began go first, of them those without a seat."""
        return self.begun, self.seated, self.opened


class RoomsFull(Refusal):
    """No more rooms may be open beside these; at `until` the first gives way, or ends where all of them are in use."""

    def __init__(self, name: str, there: Mapping[str, Entry]) -> None:
        super().__init__(name, count=len(there))
        self.there = there
        self.until = min(entry.gives_way_at for entry in there.values())
        self.all_in_use = all(entry.is_in_use for entry in there.values())

    def gives_way(self, now: float) -> str:
        """The code of the room that gives way at this moment; empty for none."""
        ready = [code for code, entry in self.there.items() if entry.gives_way_at <= now]
        return min(ready, key=lambda code: self.there[code].rank, default="")


class Rooms:
    """All rooms of a bench; safe to use from many threads and processes. StoreError where the store does not answer."""

    def __init__(self, store: Store, most: int, seconds: float, secret_key: str, clock: Clock = time.time) -> None:
        self._store = store
        self._writes = SharedWrites(store)
        self._most = most
        self._seconds = seconds
        self._secret = secret_key.encode()
        self._clock = clock

    # The teacher

    def open(self, name: str, lesson: Lesson, secret: bytes, people: int, address: str) -> tuple[Room, str]:
        """A new room for that many people, and the teacher's key; RoomsFull where no more may be open.

        The secret is that of its hidden seeds.
        """
        now, key = self._clock(), secrets.token_urlsafe(16)
        text = json.dumps(lesson.to_plain(), ensure_ascii=False, separators=(",", ":"))
        code = self._enter(Entry(now, now + self._seconds, address))
        room = Room(code, hash_of(key), secret.hex(), name, text, people, now + self._seconds)
        change_row(self._store, Key(code, "room"), lambda value: (room.to_bytes(), None))
        return room, key

    def find(self, code: str) -> Room | None:
        """The room of that code; None when there is none (any more)."""
        row = self._store.get(Key(code, "room"))
        room = None if row is None else Room.from_bytes(row.value)
        return None if room is None or room.ends < self._clock() else room

    def act(self, code: str, n: int, act: str, step: int = 0) -> Room:
        """The room after an act of its teacher in phase n; Moved, ActRefused or NoRoom, and nothing is changed."""
        room = self._found(code, n)
        following = after(room, act, step)
        self._mark(code, lambda entry: entry._replace(begun=True))
        if room.round_key and following.n > n:
            self._writes.change(Key(code, room.round_key), closing(n))
        if following.round_key and following.n > n:
            self._writes.change(Key(code, following.round_key), opening(following.n))

        def change(value: bytes | None) -> tuple[bytes | None, Room | None]:
            found = None if value is None else Room.from_bytes(value)
            if found is None or found.n != n:
                return None, found
            changed = after(found, act, step)
            return changed.to_bytes(), changed

        done = self._writes.change(Key(code, "room"), change)
        if done is None:
            raise NoRoom
        if (done.n, done.phase, done.step) != (following.n, following.phase, following.step):
            raise Moved(done.n)
        return done

    def end(self, code: str) -> None:
        """Deletes all rows of the room; the cleaner does so once more, after those who were just writing."""
        self._change_index(code, lambda entry: entry._replace(ends=self._clock()))
        self._drop(code)

    # Seats

    def seat_id(self, code: str, session: str) -> bytes:
        """The id of a session's seat in this room, from which the session is not found."""
        return hmac.digest(self._secret, f"nnbench seat {code} {session}".encode(), hashlib.sha256)[:SEAT_BYTES]

    def seats(self, code: str) -> list[bytes]:
        """The ids of all seats; a seat's number is its place in the list, from 1."""
        row = self._store.get(Key(code, "seats"))
        return _split(row.value if row else None)

    def join(self, room: Room, seat_id: bytes) -> int:
        """The number of the seat with this id, a new one unless there is one; SeatRefused where none is free, NoRoom
        where the room has just given way."""

        def change(value: bytes | None) -> tuple[bytes | None, int]:
            found = _split(value)
            if seat_id in found:
                return None, found.index(seat_id) + 1
            if room.locked or len(found) >= room.most_seats:
                return None, 0
            return (value or b"") + seat_id, len(found) + 1

        seat = self._writes.change(Key(room.code, "seats"), change)
        if not seat:
            name = "locked" if room.locked else "seats_taken"
            raise SeatRefused(name, seats=room.most_seats, n=room.people)
        self._mark(room.code, lambda entry: entry._replace(seated=True))
        return seat

    # Answers

    def answer(self, room: Room, n: int, seat: int, answer: Answer) -> None:
        """Takes a seat's answer in phase n, whole and once; Moved where its round is closed, and it is not counted.

        The room may be one that was read a moment ago.
        """
        if room.n != n:
            room = self._found(room.code, n)
        if not room.round_key or not self._writes.change(Key(room.code, room.round_key), answering(n, seat, answer)):
            found = self.find(room.code)
            raise Moved(found.n) if found else NoRoom

    def rounds(self, code: str, step: int) -> list[Round]:
        """Both rounds of a step."""
        rows = [self._store.get(Key(code, round_name(step, number))) for number in ROUNDS.values()]
        return [Round.from_bytes(row.value if row else None) for row in rows]

    # Rows

    def contents(self) -> Contents:
        """The number of rooms that are open, and what the store of classes holds, for the metrics."""
        now = self._clock()
        there = [entry for entry in _entries(self._row(INDEX)).values() if entry.ends > now]
        return {"rooms": len(there), "store_bytes": {"classes": self._store.count().bytes}}

    def clean(self) -> None:
        """Deletes the rows of rooms that are over, and of those whose opening was cut short."""
        now = self._clock()
        for code, entry in _entries(self._row(INDEX)).items():
            unopened = entry.opened + SETTLING_SECONDS < now and self._row(Key(code, "room")) is None
            if entry.ends < now or unopened:
                self._drop(code)
            if entry.ends + SETTLING_SECONDS < now or unopened:
                self._change_index(code, lambda _: None)

    def _drop(self, code: str) -> None:
        rounds = [round_name(step + 1, number) for step in range(MOST_STEPS) for number in ROUNDS.values()]
        for name in ("room", "seats", *rounds):
            self._store.drop(Key(code, name))

    def _row(self, key: Key) -> bytes | None:
        row = self._store.get(key)
        return row.value if row else None

    def _found(self, code: str, n: int) -> Room:
        """The room in phase n; Moved or NoRoom."""
        room = self.find(code)
        if room is None:
            raise NoRoom
        if room.n != n:
            raise Moved(room.n)
        return room

    def _enter(self, new: Entry) -> str:
        """Enters a room into the index, under a code that no other has; another one ends if it needs that."""

        def change(value: bytes | None) -> tuple[bytes | None, tuple[RoomsFull | None, str, list[str]]]:
            entries, given_up = _entries(value), list[str]()
            while refusal := self._refusal(entries, new):
                other = refusal.gives_way(new.opened)
                if not other:
                    return None, (refusal, "", [])
                entries[other] = entries[other]._replace(ends=new.opened)
                given_up.append(other)
            code = next(code for code in iter(new_code, "") if code not in entries)
            return json.dumps({**entries, code: new}).encode(), (None, code, given_up)

        refusal, code, given_up = change_row(self._store, INDEX, change, "list of classes")
        if refusal:
            raise refusal
        for other in given_up:
            self._drop(other)
        return code

    def _refusal(self, entries: dict[str, Entry], new: Entry) -> RoomsFull | None:
        """The refusal of a room that is one too many; None where it is not."""
        there = {code: entry for code, entry in entries.items() if entry.ends > new.opened}
        of_address = {code: entry for code, entry in there.items() if entry.address == new.address}
        if len(of_address) >= MOST_PER_ADDRESS:
            return RoomsFull("address_full", of_address)
        return RoomsFull("server_full", there) if len(there) >= self._most else None

    def _mark(self, code: str, edit: Callable[[Entry], Entry]) -> None:
        """Marks a room's entry; NoRoom where it has given way, so that nobody is let into a room that is deleted."""

        def mark(entry: Entry) -> Entry:
            if entry.ends <= self._clock():
                raise NoRoom
            return edit(entry)

        if not self._change_index(code, mark):
            raise NoRoom

    def _change_index(self, code: str, edit: Callable[[Entry], Entry | None]) -> bool:
        """Changes a room's entry, or deletes it where the edit gives None; whether there was one."""

        def change(value: bytes | None) -> tuple[bytes | None, bool]:
            entries = _entries(value)
            entry = entries.pop(code, None)
            edited = None if entry is None else edit(entry)
            if entry == edited:
                return None, entry is not None
            return json.dumps(entries if edited is None else {**entries, code: edited}).encode(), True

        return change_row(self._store, INDEX, change, "list of classes")


def new_code() -> str:
    """A code, drawn at random."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def _entries(value: bytes | None) -> dict[str, Entry]:
    return {} if value is None else {code: _entry(*entry) for code, entry in json.loads(value).items()}


def _entry(opened: float, ends: float, address: str, seated: bool, begun: bool | None = None) -> Entry:
    """The entry of a room; one that another version entered does not say whether it has begun: with people it has."""
    return Entry(opened, ends, address, seated, seated if begun is None else begun)


def _split(value: bytes | None) -> list[bytes]:
    """The ids of seats in their row."""
    ids = value or b""
    return [ids[at : at + SEAT_BYTES] for at in range(0, len(ids), SEAT_BYTES)]
