"""As many work as there are places, tabs wait in order with their newest request, and a full queue says so."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from webapp.jobs.cancellation import Superseded
from webapp.jobs.worker_slots import QueueFull, WorkerSlots

PATIENCE = 5.0


class Bench:
    """Requests that hold their places until they are told to leave them."""

    def __init__(self, running: int, waiting: int) -> None:
        self.places = WorkerSlots(running, waiting)
        self.session = ""  # none: every tab is another's
        self.working: list[tuple[str, int]] = []
        self.most = 0
        self._leave: dict[tuple[str, int], threading.Event] = {}
        self._pool = ThreadPoolExecutor(16)

    def ask(self, tab: str, serial: int = 1) -> "Future[str]":
        """Comes in, and works or waits when this returns."""
        leave = self._leave[tab, serial] = threading.Event()
        entered = self.places._enter
        came = threading.Event()

        def work() -> str:
            try:
                with self.places.place((self.session or tab, tab), serial):
                    self.working.append((tab, serial))
                    self.most = max(self.most, len(self.working))
                    leave.wait(PATIENCE)
                    self.working.remove((tab, serial))
            except Superseded:
                return "superseded"
            except QueueFull:
                return "full"
            return "worked"

        def enter(*request: object) -> object:
            try:
                return entered(*request)  # type: ignore[arg-type]
            finally:
                came.set()

        self.places._enter = enter  # type: ignore[method-assign, assignment]
        done = self._pool.submit(work)
        assert came.wait(PATIENCE)
        self.places._enter = entered  # type: ignore[method-assign]
        return done

    def leaves(self, tab: str, serial: int = 1) -> None:
        """Gives its place back."""
        self._leave[tab, serial].set()

    def close(self) -> None:
        """Sends everybody home."""
        for leave in self._leave.values():
            leave.set()
        self._pool.shutdown()

    def works(self, *wanted: tuple[str, int]) -> None:
        """Exactly these have a place, soon."""
        soon(lambda: sorted(self.working) == sorted(wanted))


@pytest.fixture
def benches() -> Iterator["Benches"]:
    """Makes benches, and closes them at the end."""
    made: list[Bench] = []

    def make(running: int, waiting: int) -> Bench:
        made.append(Bench(running, waiting))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


Benches = Callable[[int, int], Bench]


def soon(true: Callable[[], bool]) -> None:
    """Becomes true before long."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_as_many_work_as_there_are_places_and_the_next_follows_when_one_leaves(benches: Benches) -> None:
    bench = benches(2, 8)
    for tab in "abc":
        bench.ask(tab)
    bench.works(("a", 1), ("b", 1))
    bench.leaves("a")
    bench.works(("b", 1), ("c", 1))


def test_tabs_have_their_turn_in_the_order_in_which_they_came(benches: Benches) -> None:
    bench = benches(1, 8)
    for tab in "abcd":
        bench.ask(tab)
    for tab, following in zip("abc", "bcd", strict=True):
        bench.works((tab, 1))
        bench.leaves(tab)
        bench.works((following, 1))


def test_an_older_request_that_waits_is_dropped_at_once_and_the_newer_takes_its_turn(benches: Benches) -> None:
    bench = benches(1, 8)
    bench.ask("a")
    older = bench.ask("b", 1)
    bench.ask("c")
    newer = bench.ask("b", 2)
    assert older.result(PATIENCE) == "superseded"
    bench.works(("a", 1))
    bench.leaves("a")
    bench.works(("b", 2))
    bench.leaves("b", 2)
    assert newer.result(PATIENCE) == "worked"
    bench.works(("c", 1))


def test_a_request_that_was_overtaken_on_its_way_is_dropped_at_once(benches: Benches) -> None:
    bench = benches(1, 8)
    bench.ask("a")
    bench.ask("b", 2)
    assert bench.ask("b", 1).result(PATIENCE) == "superseded"


def test_a_full_queue_says_so_but_a_tab_that_waits_may_always_renew_its_request(benches: Benches) -> None:
    bench = benches(1, 2)
    for tab in "abc":
        bench.ask(tab)
    assert bench.ask("d").result(PATIENCE) == "full"
    assert not bench.ask("c", 2).done()
    bench.leaves("a")
    bench.works(("b", 1))
    assert not bench.ask("d", 2).done()


def test_the_same_tab_name_in_another_session_is_another_tab() -> None:
    places = WorkerSlots(1, 8)
    with places.place(("one", "t"), 1):
        assert places._enter(("one", "t"), 2)
        assert places._enter(("other", "t"), 1)
        assert len(places._queue) == 2
        places._queue.clear()


def test_a_place_is_given_back_when_the_work_fails() -> None:
    places = WorkerSlots(1, 0)
    for serial in range(3):
        with pytest.raises(ValueError, match="broken"), places.place(("session", "tab"), serial):
            raise ValueError("broken")


def test_no_more_than_the_places_work_when_many_come_at_once() -> None:
    places, now, most = WorkerSlots(2, 64), 0, 0
    lock = threading.Lock()

    def work(tab: int) -> None:
        nonlocal now, most
        with places.place((f"session-{tab}", "tab"), 1):
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.001)
            with lock:
                now -= 1

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(work, range(60)))
    assert most == 2
    assert places._free == 2


def test_one_session_never_has_all_places_and_another_finds_one(benches: Benches) -> None:
    bench = benches(2, 8)
    bench.session = "greedy"
    for tab in "abc":
        bench.ask(tab)
    bench.works(("a", 1))
    bench.session = "other"
    bench.ask("d")
    bench.works(("a", 1), ("d", 1))
    bench.leaves("d")
    bench.works(("a", 1))
    bench.leaves("a")
    bench.works(("b", 1))


def test_where_there_is_one_place_every_session_may_have_it(benches: Benches) -> None:
    bench = benches(1, 8)
    bench.session = "only"
    bench.ask("a")
    bench.ask("b")
    bench.works(("a", 1))
    bench.leaves("a")
    bench.works(("b", 1))
