"""As many work as there are slots, tabs wait in order with their newest request, and a full queue says so."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from tests.engine.asserting import refuses
from webapp.jobs.cancellation import Superseded
from webapp.jobs.worker_slots import LONGEST_WAIT, MOST_WAITING_TABS, Admission, QueueFull, WorkerSlots


class Asked(NamedTuple):
    tab: tuple[str, str]
    serial: int = 1
    network: str = ""
    about: tuple[tuple[str, str], int] | None = None


class Bench:
    """Requests that hold their slots until they are told to leave them."""

    def __init__(self, working: int, waiting: int) -> None:
        self.slots: WorkerSlots[Asked] = WorkerSlots(working, waiting)
        self.session = ""  # none: every tab is another's
        self.working: list[tuple[str, int]] = []
        self.superseded: list[tuple[str, int]] = []

    def ask(self, tab: str, serial: int = 1) -> Admission[Asked]:
        """Comes in, and works or waits."""
        entered = self.slots.enter(Asked((self.session or tab, tab), serial))
        if entered.works:
            self.working.append((tab, serial))
        self.superseded += [(older.tab[1], older.serial) for older in entered.superseded]
        return entered

    def leaves(self, tab: str, serial: int = 1) -> None:
        self.working.remove((tab, serial))
        following = self.slots.leave(self.session or tab)
        if following is not None:
            self.working.append((following.tab[1], following.serial))

    def works(self, *wanted: tuple[str, int]) -> None:
        assert sorted(self.working) == sorted(wanted)


def test_slots_are_held_in_turn_and_the_newer_request_takes_the_turn_of_an_older() -> None:
    bench = Bench(2, 8)
    for tab in "abc":
        bench.ask(tab)
    bench.works(("a", 1), ("b", 1))
    bench.leaves("a")
    bench.works(("b", 1), ("c", 1))
    bench = Bench(1, 8)
    for tab in "abcd":
        bench.ask(tab)
    for tab, following in zip("abc", "bcd", strict=True):
        bench.works((tab, 1))
        bench.leaves(tab)
        bench.works((following, 1))
    bench = Bench(1, 2)
    for tab in "abc":
        bench.ask(tab)
    refuses(QueueFull, bench.ask, "d")
    assert bench.ask("c", 2).superseded == (Asked(("c", "c"), 1),)
    bench.leaves("a")
    bench.works(("b", 1))
    assert not bench.ask("d", 2).works
    slots: WorkerSlots[Asked] = WorkerSlots(1, 8)
    assert slots.enter(Asked(("one", "t"), 1)).works
    assert slots.enter(Asked(("one", "t"), 2)) == Admission(works=False)
    assert slots.enter(Asked(("other", "t"), 1)) == Admission(works=False)
    assert (slots.leave("one"), slots.leave("one")) == (Asked(("one", "t"), 2), Asked(("other", "t"), 1))
    bench = Bench(1, 8)
    bench.ask("a")
    bench.ask("b", 1)
    bench.ask("c")
    bench.ask("b", 2)
    assert bench.superseded == [("b", 1)]
    bench.works(("a", 1))
    bench.leaves("a")
    bench.works(("b", 2))
    bench.leaves("b", 2)
    bench.works(("c", 1))
    bench.ask("b", 2)
    refuses(Superseded, bench.ask, "b", 1)


def test_no_more_than_the_slots_work_when_many_come_at_once() -> None:
    slots: WorkerSlots[Asked] = WorkerSlots(2, 64)
    now, most, done = 0, 0, 0
    lock = threading.Lock()

    def work(tab: int) -> None:
        nonlocal now, most, done
        asked: Asked | None = Asked((f"session-{tab}", "tab"))
        assert asked is not None
        if not slots.enter(asked).works:
            return
        while asked is not None:
            with lock:
                now += 1
                most = max(most, now)
            with lock:
                now -= 1
                done += 1
            asked = slots.leave(asked.tab[0])

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(work, range(60)))
    assert most <= 2
    assert done == 60
    assert slots.enter(Asked(("a", "a"))).works
    assert slots.enter(Asked(("b", "b"))).works
    assert not slots.enter(Asked(("c", "c"))).works


def test_one_session_never_has_all_slots_nor_more_than_a_few_tabs_waiting() -> None:
    bench = Bench(2, 8)
    bench.session = "greedy"
    for tab in "abc":
        bench.ask(tab)
    bench.works(("a", 1))
    bench.session = "other"
    bench.ask("d")
    bench.works(("a", 1), ("d", 1))
    bench.leaves("d")
    bench.works(("a", 1))
    bench.session = "greedy"
    bench.leaves("a")
    bench.works(("b", 1))
    bench = Bench(1, 8)
    bench.session = "only"
    bench.ask("a")
    bench.ask("b")
    bench.works(("a", 1))
    bench.leaves("a")
    bench.works(("b", 1))
    bench = Bench(1, 64)
    bench.ask("first")
    bench.session = "greedy"
    for waiting in range(MOST_WAITING_TABS):
        bench.ask(str(waiting))
    refuses(QueueFull, bench.ask, "one more")
    bench.ask("0", 2)
    bench.session = "other"
    assert not bench.ask("d").works
    bench = Bench(1, 8)
    for tab in "abc":
        bench.ask(tab)
    assert bench.slots.forget(Asked(("b", "b"))) is False  # another request than the one that waits
    asked = next(one for one in bench.slots._queue if one.serial == 1 and one.tab == ("b", "b"))
    assert bench.slots.forget(asked)
    assert not bench.slots.forget(asked)
    bench.leaves("a")
    bench.works(("c", 1))


def test_addresses_take_turns_whoever_has_more_tabs_waiting() -> None:
    slots: WorkerSlots[Asked] = WorkerSlots(1, 64)

    def ask(name: str, network: str) -> Admission[Asked]:
        return slots.enter(Asked((name, "t"), network=network))

    assert ask("first", "crowd").works
    for number in range(20):
        ask(f"crowd {number}", "crowd")
    ask("late", "alone")
    ask("later", "another")
    order = []
    session = "first"
    for _ in range(6):
        following = slots.leave(session)
        assert following is not None
        session = following.tab[0]
        order.append(session)
        if session == "late":
            ask("late", "alone")
    assert order == ["late", "later", "crowd 0", "late", "crowd 1", "late"]


def test_one_address_leaves_places_in_the_queue_to_others() -> None:
    slots: WorkerSlots[Asked] = WorkerSlots(1, 16)
    assert slots.enter(Asked(("first", "t"), network="crowd")).works
    for number in range(14):
        slots.enter(Asked((f"crowd {number}", "t"), network="crowd"))
    refuses(QueueFull, slots.enter, Asked(("one more", "t"), network="crowd"))
    for number in range(2):
        assert not slots.enter(Asked((f"other {number}", "t"), network=f"other {number}")).works
    refuses(QueueFull, slots.enter, Asked(("no place", "t"), network="nobody"))


def test_a_question_about_the_next_run_takes_the_place_of_all_those_about_the_run_before() -> None:
    slots: WorkerSlots[Asked] = WorkerSlots(1, 3)

    def question(page: str, name: str, run: int) -> Asked:
        return Asked((page, f"t {name}"), about=((page, "t"), run))

    assert slots.enter(Asked(("first", "t"))).works
    before = question("ann", "history", 1), question("ann", "seeds", 1)
    waiting = [before[0], question("bob", "seeds", 1), before[1]]
    for one in waiting:
        slots.enter(one)
    assert slots.enter(question("ann", "luck", 2)).superseded == before
    assert slots.enter(question("ann", "seeds", 2)) == Admission(works=False), "it is about the same run as the last"
    order, session = [], "first"
    while (following := slots.leave(session)) is not None:
        order.append(following.tab)
        session = following.tab[0]
    assert order == [("ann", "t luck"), ("bob", "t seeds"), ("ann", "t seeds")]


def test_whoever_is_refused_hears_when_the_turns_before_it_are_over() -> None:
    slots: WorkerSlots[Asked] = WorkerSlots(1, 16)
    slots.enter(Asked(("first", "t"), network="crowd"))
    slots.leave("first", 0.5)
    slots.enter(Asked(("first", "t"), network="crowd"))
    for number in range(14):
        assert refused(slots, f"crowd {number}", "crowd") == 0.0
    assert refused(slots, "one more", "crowd") == 0.5 * 14
    for number in range(2):
        assert refused(slots, f"other {number}", f"other {number}") == 0.0
    assert refused(slots, "late", "late") == 0.5 * 3, "addresses take turns"
    slots.leave("first", 10_000.0)
    assert refused(slots, "one more", "crowd") == LONGEST_WAIT


def refused(slots: WorkerSlots[Asked], session: str, network: str) -> float:
    """The seconds that the refusal says; 0 where there is none."""
    try:
        slots.enter(Asked((session, "t"), network=network))
    except QueueFull as full:
        return full.seconds
    return 0.0
