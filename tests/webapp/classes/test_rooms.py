"""Rooms keep what was acknowledged, whole and once, whatever dies between two writes."""

import json
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.engine.asserting import refuses
from tests.webapp.asking import ManualClock, not_none, together
from tests.webapp.classes.stand_in import LESSON
from tests.webapp.store.test_store import names
from tests.webapp.store.valkey_server import needs_valkey
from webapp.classes.lesson import LARGEST
from webapp.classes.rooms.room import ACTS, END, LOCK, ROUNDS, STEP, UNLOCK, ActRefused, Room, after
from webapp.classes.rooms.rooms import (
    GIVING_WAY_SECONDS,
    INDEX,
    MOST_PER_ADDRESS,
    MOST_STEPS,
    SETTLING_SECONDS,
    Moved,
    NoRoom,
    Rooms,
    RoomsFull,
    SeatRefused,
)
from webapp.classes.rooms.rounds import Answer
from webapp.classes.story import STEPS, story_lesson
from webapp.store import Count, Key, Limits, Store, StoredRow, StoreError
from webapp.store.changes import change_row
from webapp.store.memory import MemoryStore
from webapp.store.sqlite import SqliteStore
from webapp.store.valkey import ValkeyStore

ROOMY = Limits(age=10 * 86_400.0, rows=60, total=50_000_000)
DAY = 86_400.0
MakeStore = Callable[[], Store]


class Killing:
    """A store that dies at a write: before it, or after it, when nobody hears that it was done."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.left = -1
        self.after = False
        self.before_next: Callable[[], None] | None = None

    def join(self, secret_check: str) -> None:
        self.store.join(secret_check)

    def look(self) -> str:
        return self.store.look()

    def get(self, key: Key) -> StoredRow | None:
        return self.store.get(key)

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        self._write(lambda: self.store.put(key, value, version, expected, address))

    def drop(self, key: Key) -> None:
        self._write(lambda: self.store.drop(key))

    def count(self) -> Count:
        return self.store.count()

    def close(self) -> None:
        self.store.close()

    def _write(self, write: Callable[[], None]) -> None:
        between, self.before_next = self.before_next, None
        if between is not None:
            between()
        dies, self.left = self.left == 0, self.left - 1
        if not dies or self.after:
            write()
        if dies:
            raise StoreError("The process was killed.")


def rooms_on(store: Store, clock: Callable[[], float] | None = None, most: int = 32) -> Rooms:
    return Rooms(store, most, DAY, "k" * 32, clock or ManualClock())


def opened(rooms: Rooms, people: int = 200, address: str = "here") -> Room:
    return rooms.open("story.rate", LESSON, bytes(16), people, address)[0]


@pytest.fixture(params=["memory", "sqlite", pytest.param("valkey", marks=needs_valkey)])
def make(request: pytest.FixtureRequest, tmp_path: Path, closes: ExitStack) -> MakeStore:
    if request.param == "memory":
        return lambda: MemoryStore(ROOMY, ManualClock())
    if request.param == "valkey":
        address: str = request.getfixturevalue("valkey").address
        return lambda: closes.enter_context(closing(ValkeyStore(address, next(names), ROOMY)))
    return lambda: closes.enter_context(
        closing(SqliteStore(tmp_path / f"{next(names)}.sqlite3", ROOMY, ManualClock(), erases=True))
    )


class RoomAgainstADict(RuleBasedStateMachine):
    """Two processes lead one room; a dict holds what was acknowledged, and what may be there since a kill."""

    make: MakeStore

    @initialize()
    def open(self) -> None:
        self.store = Killing(type(self).make())
        self.processes = [rooms_on(self.store), rooms_on(self.store)]
        self.room = opened(self.processes[0], people=3)
        self.stale = [1]
        self.earlier: list[Room] = []
        self.acknowledged: dict[str, dict[int, int]] = {}
        self.possible: dict[str, dict[int, set[int]]] = {}
        self.refused: set[int] = set()
        self.value = 0
        self.seats: dict[str, int] = {}

    def dies(self, data: st.DataObject) -> bool:
        """Whether the next call dies at one of its writes."""
        dies: bool = data.draw(st.booleans())
        self.store.left = data.draw(st.integers(0, 3)) if dies else -1
        self.store.after = data.draw(st.booleans())
        return dies

    @rule(data=st.data(), process=st.integers(0, 1), session=st.sampled_from("abcdef"))
    def join(self, data: st.DataObject, process: int, session: str) -> None:
        rooms, room = self.processes[process], not_none(self.processes[process].find(self.room.code))
        self.dies(data)
        try:
            seat = rooms.join(room, rooms.seat_id(room.code, session))
        except SeatRefused:
            assert session not in self.seats
            assert room.locked or len(rooms.seats(room.code)) == room.most_seats
        except StoreError:
            pass
        else:
            assert self.seats.setdefault(session, seat) == seat
            assert sorted(self.seats.values()) == sorted(set(self.seats.values()))

    @rule(data=st.data(), process=st.integers(0, 1), act=st.sampled_from(ACTS), step=st.integers(0, 4))
    def lead(self, data: st.DataObject, process: int, act: str, step: int) -> None:
        n = data.draw(st.sampled_from(self.stale)) if data.draw(st.integers(0, 3)) == 0 else self.room.n
        if act == END:
            return
        try:
            expected = after(self.room, act, step if act == STEP else 0)
        except ActRefused:
            expected = self.room
        dies = self.dies(data)
        try:
            done = self.processes[process].act(self.room.code, n, act, step)
        except (ActRefused, Moved):
            expected = self.room
        except StoreError:
            assert dies
        else:
            assert (done, n) == (expected, self.room.n)
        self.store.left = -1
        there = not_none(self.processes[0].find(self.room.code))
        assert there in ((self.room, expected) if dies else (expected,))
        self.stale = sorted({*self.stale, there.n})
        self.earlier.append(self.room)
        self.room = there

    @rule(data=st.data(), process=st.integers(0, 1), seat=st.integers(1, 4), sure=st.booleans())
    def answer(self, data: st.DataObject, process: int, seat: int, sure: bool) -> None:
        n = data.draw(st.sampled_from([*self.stale, self.room.n + 1])) if data.draw(st.booleans()) else self.room.n
        room = data.draw(st.sampled_from([self.room, *self.earlier]))
        self.value += 1
        name, value = self.room.round_key, self.value
        self.dies(data)
        try:
            self.processes[process].answer(room, n, seat, Answer(value, sure))
        except Moved:
            self.refused.add(value)
        except StoreError:
            self.possible.setdefault(name, {}).setdefault(seat, set()).add(value)
        else:
            assert n == self.room.n
            self.acknowledged.setdefault(name, {})[seat] = value
            self.possible.get(name, {}).pop(seat, None)

    @rule(other=st.integers(0, 1))
    def again(self, other: int) -> None:
        """A process that was killed is started anew."""
        self.processes[other] = rooms_on(self.store)

    @invariant()
    def what_was_acknowledged_is_there_and_what_was_refused_is_not(self) -> None:
        self.store.left = -1
        for step in (1, 2, 3):
            for number, one in zip(ROUNDS.values(), self.processes[0].rounds(self.room.code, step), strict=True):
                name = f"{step}.{number}"
                told, maybe = self.acknowledged.get(name, {}), self.possible.get(name, {})
                assert told.keys() <= one.answers.keys() <= told.keys() | maybe.keys()
                for seat, answer in one.answers.items():
                    assert answer.value in {told.get(seat), *maybe.get(seat, set())}
                    assert answer.value not in self.refused


def test_a_room_is_a_dict_of_what_was_acknowledged_with_kills_between_any_two_writes(make: MakeStore) -> None:
    machine = type("Machine", (RoomAgainstADict,), {"make": staticmethod(make)})
    run_state_machine_as_test(machine, settings=hypothesis_settings(max_examples=12, stateful_step_count=30))


def test_an_answer_to_a_round_that_another_control_has_just_closed_is_refused_and_not_counted(make: MakeStore) -> None:
    rooms = rooms_on(make())
    room = rooms.act(opened(rooms).code, 1, "first")
    rooms.answer(room, room.n, 1, Answer(5, sure=True))
    rooms.act(room.code, room.n, "talk")
    refuses(Moved, rooms.answer, room, room.n, 2, Answer(6, sure=True))
    assert rooms.rounds(room.code, 1)[0].answers == {1: Answer(5, sure=True)}


def test_a_round_that_was_closed_when_its_control_died_is_completed_by_the_same_act(make: MakeStore) -> None:
    store = Killing(make())
    rooms = rooms_on(store)
    room = rooms.act(opened(rooms).code, 1, "first")
    store.left = 1
    refuses(StoreError, rooms.act, room.code, room.n, "talk")
    assert not_none(rooms.find(room.code)).phase == "first"
    refuses(Moved, rooms.answer, room, room.n, 1, Answer(5, sure=True))
    assert rooms.act(room.code, room.n, "talk").phase == "talk"


def test_a_control_that_another_overtakes_between_its_writes_changes_nothing(make: MakeStore) -> None:
    store = Killing(make())
    slow, quick = rooms_on(store), rooms_on(store.store)
    room = slow.act(opened(slow).code, 1, "first")

    def overtake() -> None:
        quick.act(room.code, room.n, "talk")
        again = quick.act(room.code, room.n + 1, "back")
        quick.answer(again, again.n, 1, Answer(5, sure=True))

    store.before_next = overtake
    refuses(Moved, slow.act, room.code, room.n, "reveal")
    there = not_none(quick.find(room.code))
    assert (there.phase, there.n, there.shown) == ("first", room.n + 2, ())
    quick.answer(there, there.n, 2, Answer(6, sure=True))
    assert len(quick.rounds(room.code, 1)[0].answers) == 2
    refuses(Moved, quick.answer, room, room.n, 3, Answer(7, sure=True))


def test_answers_of_many_threads_share_writes_and_none_is_lost_or_doubled(make: MakeStore) -> None:
    store = make()
    rooms, other = rooms_on(store), rooms_on(store)
    room = rooms.act(opened(rooms).code, 1, "first")

    def answer(seat: int) -> Callable[[], None]:
        return lambda: (rooms, other)[seat % 2].answer(room, room.n, seat, Answer(seat, sure=True))

    together(*(answer(seat) for seat in range(1, 25)))
    assert rooms.rounds(room.code, 1)[0].answers == {seat: Answer(seat, sure=True) for seat in range(1, 25)}


def test_an_ended_room_leaves_no_row_and_one_that_is_over_is_cleaned_away(make: MakeStore) -> None:
    clock, store = ManualClock(), make()
    rooms = rooms_on(store, clock)
    ended, over = opened(rooms), opened(rooms)
    for room in (ended, over):
        rooms.join(room, b"x" * 12)
        first = rooms.act(room.code, 1, "first")
        rooms.answer(first, first.n, 1, Answer(5, sure=True))
    rooms.end(ended.code)
    keys = [Key(code, tab) for code in (ended.code, over.code) for tab in ("room", "seats", "1.1")]
    assert [store.get(key) is None for key in keys] == [True, True, True, False, False, False]
    clock.now += DAY + SETTLING_SECONDS + 1
    assert rooms.find(over.code) is None
    rooms.clean()
    assert all(store.get(key) is None for key in keys)
    assert not_none(store.get(Key("all", "index"))).value == b"{}"
    refuses(NoRoom, rooms.act, over.code, 2, "talk")


def test_a_writer_behind_an_end_brings_no_row_back(make: MakeStore) -> None:
    rooms = rooms_on(make())
    room = rooms.act(opened(rooms).code, 1, "first")
    rooms.end(room.code)
    refuses(NoRoom, rooms.answer, room, room.n, 1, Answer(5, sure=True))
    assert [one.n for one in rooms.rounds(room.code, 1)] == [0, 0]


def a_full_address(rooms: Rooms, clock: ManualClock) -> list[Room]:
    """As many rooms as an address may have, a second apart, with a seat in each."""
    full = []
    for at in range(MOST_PER_ADDRESS):
        clock.now += at > 0
        full.append(opened(rooms))
        rooms.join(full[-1], b"x" * 12)
    return full


def full_for(rooms: Rooms, address: str = "here", match: str | None = None) -> RoomsFull:
    """The refusal of one more room."""
    with pytest.raises(RoomsFull, match=match) as found:
        opened(rooms, address=address)
    return found.value


def test_a_room_in_which_nothing_began_gives_way_after_minutes_to_one_more_of_its_address_the_oldest_first(
    make: MakeStore,
) -> None:
    clock, store = ManualClock(), make()
    rooms, other = rooms_on(store, clock), rooms_on(store, clock)
    full = a_full_address(rooms, clock)
    opened(other, address="there")
    refusal = full_for(other, match="8 classes")
    assert (refusal.until, refusal.all_in_use) == (clock.now - MOST_PER_ADDRESS + 1 + GIVING_WAY_SECONDS, False)
    clock.now = refusal.until
    opened(other)
    assert [room for room in full if rooms.find(room.code)] == full[1:]
    refuses(RoomsFull, opened, rooms)


def test_rooms_of_other_addresses_that_never_began_give_way_where_all_are_taken(make: MakeStore) -> None:
    clock = ManualClock()
    rooms = rooms_on(make(), clock, most=2)
    first, second = opened(rooms, address="a"), opened(rooms, address="b")
    rooms.join(first, b"x" * 12)
    clock.now += GIVING_WAY_SECONDS
    third = opened(rooms, address="c")
    assert [rooms.find(room.code) for room in (first, second, third)] == [first, None, third], "an empty one goes first"
    opened(rooms, address="d")
    assert not rooms.find(first.code)
    refusal = full_for(rooms, "e", match="CLASS_ROOMS")
    assert refusal.until == clock.now + GIVING_WAY_SECONDS, "a fresh room is not pushed out"


def test_a_class_that_has_begun_gives_way_only_while_nobody_is_in_it_and_after_those_that_never_began() -> None:
    clock = ManualClock()
    rooms = rooms_on(MemoryStore(ROOMY, clock), clock)
    full = a_full_address(rooms, clock)[:-2]
    for room in full:
        rooms.act(room.code, 1, "first")
    rooms.end(not_none(rooms.find(full.pop().code)).code)
    empty = opened(rooms)
    rooms.act(empty.code, 1, LOCK)
    clock.now += GIVING_WAY_SECONDS
    opened(rooms)
    opened(rooms)
    assert rooms.find(empty.code), "two that never began went first"
    opened(rooms)
    assert not rooms.find(empty.code)
    assert all(rooms.find(room.code) for room in full)


def test_a_class_with_people_that_an_earlier_version_opened_is_led_on_and_not_pushed_out() -> None:
    clock, store = ManualClock(), MemoryStore(ROOMY, ManualClock())
    rooms = rooms_on(store, clock, most=1)
    room = opened(rooms)
    rooms.join(room, b"x" * 12)
    change_row(store, INDEX, without_begun)
    clock.now += GIVING_WAY_SECONDS
    assert full_for(rooms).all_in_use
    assert rooms.act(room.code, 1, "first").phase == "first"


def without_begun(value: bytes | None) -> tuple[bytes, None]:
    """The index as an earlier version wrote it."""
    entries = json.loads(not_none(value))
    return json.dumps({code: entry[:4] for code, entry in entries.items()}).encode(), None


def test_an_address_whose_classes_are_all_in_use_waits_for_the_first_to_end() -> None:
    clock = ManualClock()
    rooms = rooms_on(MemoryStore(ROOMY, clock), clock)
    full = a_full_address(rooms, clock)
    for room in full:
        rooms.act(room.code, 1, "first")
    clock.now += DAY / 2
    refusal = full_for(rooms)
    assert (refusal.until, refusal.all_in_use) == (full[0].ends, True)


def test_a_room_that_has_just_given_way_is_not_begun_or_joined(make: MakeStore) -> None:
    clock, store = ManualClock(), Killing(make())
    rooms, other = rooms_on(store, clock), rooms_on(store.store, clock, most=1)
    room = opened(rooms)
    clock.now += GIVING_WAY_SECONDS

    def overtake() -> None:
        opened(other)

    store.before_next = overtake
    refuses(NoRoom, rooms.act, room.code, 1, "first")
    refuses(NoRoom, rooms.join, room, b"x" * 12)


def test_a_room_too_many_for_the_server_is_refused_in_a_sentence_that_names_the_setting() -> None:
    rooms = rooms_on(MemoryStore(ROOMY, ManualClock()), most=1)
    opened(rooms)
    refuses(RoomsFull, opened, rooms, address="there", match="CLASS_ROOMS")


def test_a_full_room_and_a_locked_one_give_no_seat_but_keep_those_they_gave() -> None:
    rooms = rooms_on(MemoryStore(ROOMY, ManualClock()))
    room = opened(rooms, people=10)
    ids = [bytes([k]) * 12 for k in range(12)]
    assert [rooms.join(room, one) for one in ids[:11]] == list(range(1, 12))
    refuses(SeatRefused, rooms.join, room, ids[11], match="11 seats")
    locked = rooms.act(room.code, 1, LOCK)
    assert (locked.n, locked.locked) == (1, True)
    assert rooms.join(locked, ids[3]) == 4
    refuses(SeatRefused, rooms.join, locked, ids[11], match="locked")
    assert not rooms.act(room.code, 1, UNLOCK).locked


@pytest.mark.parametrize(("acts", "place"), [
    (["first", "talk", "second", "reveal", "next"], (2, "first")),
    (["first", "reveal", "next", "talk", "back"], (2, "first")),
    (["first", "reveal", "next", "back"], (1, "reveal")),
    (["first", "back"], (0, "lobby")),
    (["first", "talk", "second", "back", "second"], (1, "second")),
    (["first", "reveal", ("step", 3), "reveal", "next", "back"], (3, "reveal")),
    (["first", "reveal", ("step", 3), "back"], (1, "reveal")),
    ([("step", 3), "reveal", ("step", 2), "back", "first"], (1, "first")),
    ([("step", 2), "reveal", ("step", 1), "reveal", ("step", 2)], (2, "reveal")),
])  # fmt: skip
def test_acts_lead_from_phase_to_phase(acts: list[Any], place: tuple[int, str]) -> None:
    rooms = rooms_on(MemoryStore(ROOMY, ManualClock()))
    room = opened(rooms)
    for act in acts:
        name, step = act if isinstance(act, tuple) else (act, 0)
        room = rooms.act(room.code, room.n, name, step)
    assert (room.step, room.phase) == place
    assert room.n == 1 + len(acts)


@pytest.mark.parametrize(
    ("acts", "refused"), [(["first"], "second"), (["first", "reveal"], "back"), ([], "talk"), (["first"], "next")]
)
def test_an_act_that_the_phase_does_not_allow_is_refused_in_a_sentence(acts: list[str], refused: str) -> None:
    rooms = rooms_on(MemoryStore(ROOMY, ManualClock()))
    room = opened(rooms)
    for act in acts:
        room = rooms.act(room.code, room.n, act)
    refuses(ActRefused, rooms.act, room.code, room.n, refused, match="phase")
    assert rooms.find(room.code) == room


def test_a_room_holds_as_many_pages_of_the_story_as_a_lesson_has_steps() -> None:
    longest = sorted(STEPS, key=lambda key: -len(story_lesson([key]).to_bytes()))[:MOST_STEPS]
    rooms, lesson = rooms_on(MemoryStore(ROOMY, ManualClock())), story_lesson(longest)
    assert len(lesson.to_bytes()) > LARGEST
    assert rooms.open("story", lesson, bytes(16), 5, "here")[0].lesson == lesson


def test_a_hunt_has_one_round() -> None:
    rooms = rooms_on(MemoryStore(ROOMY, ManualClock()))
    room = rooms.act(opened(rooms).code, 1, STEP, 3)
    refuses(ActRefused, rooms.act, room.code, room.n, "talk", match="one round")
