"""The store is looked at on a thread of its own, and one that does not answer, or hangs, counts as gone."""

import logging
import threading

import pytest

from tests.webapp.asking import ManualClock
from webapp.operations.store_watch import PATIENCE, StoreWatch
from webapp.store import StoreError


class Look:
    """Looks at a store that may fail."""

    def __init__(self) -> None:
        self.fails = False
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        if self.fails:
            raise StoreError("The store is gone. Start it.")


def test_an_unwatched_store_is_asked_and_the_log_says_once_it_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    look = Look()
    watch = StoreWatch(look)
    assert watch.answers()
    look.fails = True
    assert not watch.answers()
    look.fails = False
    assert watch.answers()
    assert look.count == 3
    clock, look = ManualClock(), Look()
    watch = StoreWatch(look, clock)
    watch.ask()
    look.fails = True
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            clock.now += PATIENCE / 2
            watch.ask()
        said = [record.getMessage() for record in caplog.records]
    assert said == ["This process is not ready until its store answers again. The store is gone. Start it."]
    caplog.clear()
    look.fails = False
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            watch.ask()
    assert [record.getMessage() for record in caplog.records] == ["The store answers again, after 4 s."]


def test_a_store_that_is_restarted_is_not_gone_and_one_that_hangs_is_when_patience_is_over() -> None:
    clock, look, watched = ManualClock(), Look(), threading.Event()

    def looks() -> None:
        look()
        watched.set()

    watch = StoreWatch(looks, clock)
    watch.start()
    assert watched.wait(10)
    look.fails = True
    assert not watch.ask()
    assert watch.answers()
    clock.now += PATIENCE
    assert not watch.answers()
    clock, looked, goes_on = ManualClock(), threading.Event(), threading.Event()

    def hang() -> None:
        looked.set()
        goes_on.wait(10)

    watch = StoreWatch(hang, clock)
    watch._answered_at = clock.now
    watch.start()
    assert looked.wait(10)
    assert watch.answers()
    clock.now += PATIENCE
    assert not watch.answers()
    goes_on.set()
