"""Exchanges come to the threads of their kind, one at a time and in their order."""

import queue
import threading
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

from webapp.http.connections.work_queue import Handover, WorkQueue
from webapp.http.kinds import Kind, Slots


def exchanges(count: int) -> list[Any]:
    return [object() for _ in range(count)]


def takers(handover: Handover, count: int) -> tuple[list[threading.Thread], "queue.SimpleQueue[tuple[str, Any]]"]:
    """Threads that wait one after the other, and the exchanges that each of them got."""
    got: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()

    def take(place: Any) -> None:
        while (exchange := handover.get(place)) is not None:
            got.put((threading.current_thread().name, exchange))

    threads = []
    for at in range(count):
        thread = threading.Thread(target=take, args=(queue.SimpleQueue(),), name=str(at), daemon=True)
        thread.start()
        threads.append(thread)
        until_idle(handover, at + 1)
    return threads, got


def until_idle(handover: Handover, count: int) -> None:
    while len(handover._idle) < count:
        threading.Event().wait(0.001)


def end(handover: Handover, threads: list[threading.Thread]) -> None:
    for _ in threads:
        handover.put(None)
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_what_has_waited_longest_comes_first_and_threads_that_wait_get_work_at_once() -> None:
    handover = Handover()
    threads, got = takers(handover, 3)
    for exchange in exchanges(5):
        handover.put(exchange)
        assert got.get(timeout=10) == ("2", exchange)
        until_idle(handover, 3)
    end(handover, threads)
    handover, given = Handover(), exchanges(4)
    for exchange in given:
        handover.put(exchange)
    place: Any = queue.SimpleQueue()
    assert [handover.get(place) for _ in given] == given
    assert place.empty()
    handover, given = Handover(), exchanges(3)
    places: list[Any] = [queue.SimpleQueue() for _ in given]
    met = threading.Barrier(4, timeout=10)

    def work(place: Any) -> None:
        assert handover.get(place) in given
        met.wait()

    threads = [threading.Thread(target=work, args=(place,), daemon=True) for place in places]
    for thread in threads:
        thread.start()
    for exchange in given:
        handover.put(exchange)
    met.wait()
    end(handover, threads)


def test_whoever_has_an_answer_may_ask_again_though_nobody_may_wait() -> None:
    answered: queue.SimpleQueue[int] = queue.SimpleQueue()

    def knob(serial: int) -> Any:
        asked = {"kind": Kind.KNOB, "tab": ("session", "tab"), "serial": serial, "superseded": False, "ticket": ""}
        return SimpleNamespace(
            **asked, network="", about=None, respond=lambda _job: None, check_client_disconnected=lambda: False
        )

    def finished(exchange: Any) -> None:
        if exchange.serial < 3:
            work.offer(knob(exchange.serial + 1))
        answered.put(exchange.serial)

    work = WorkQueue({Kind.KNOB: Slots(1, 0, 0, "busy")}, 1.0, finished, Mock(), Mock())
    work.offer(knob(0))
    assert [answered.get(timeout=10) for _ in range(4)] == [0, 1, 2, 3]
    work.stop(10.0)
