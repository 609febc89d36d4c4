"""The store is looked at on a thread of its own, and one that does not answer, or hangs, counts as gone."""

import logging
import threading

import pytest

from tests.webapp.asking import ManualClock
from webapp.operations.store_watch import PATIENCE, StoreWatch
from webapp.store import OtherStore, StoreError


class Look:
    """Looks at a store that may fail."""

    def __init__(self) -> None:
        self.fails = False
        self.lost = ""
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        if self.fails:
            raise StoreError("The store is gone. Start it.")
        return self.lost


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
    assert said == ["This process is not ready until its store is there again. The store is gone. Start it."]
    caplog.clear()
    look.fails = False
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            watch.ask()
    assert [record.getMessage() for record in caplog.records] == ["The store answers again, after 4 s."]


def test_a_store_that_lost_its_rows_or_was_replaced_is_said(caplog: pytest.LogCaptureFixture) -> None:
    clock, look = ManualClock(), Look()
    watch = StoreWatch(look, clock)
    assert (watch.ask(), watch.says()) == (True, "")
    look.lost = "The store was empty."
    assert [(watch.ask(), watch.says()) for _ in range(2)] == [(True, "The store was empty.")] * 2
    assert caplog.messages == ["The store was empty."]

    def replaced() -> str:
        raise OtherStore("The file was deleted.")

    watch = StoreWatch(replaced, clock)
    assert [(watch.ask(), watch.says()) for _ in range(2)] == [(False, "The file was deleted.")] * 2
    assert caplog.messages[1:] == ["This process is not ready until its store is there again. The file was deleted."]


def test_a_store_that_is_restarted_is_not_gone_and_one_that_hangs_is_when_patience_is_over() -> None:
    clock, look, watched = ManualClock(), Look(), threading.Event()

    def looks() -> str:
        watched.set()
        return look()

    watch = StoreWatch(looks, clock)
    watch.start()
    assert watched.wait(10)
    look.fails = True
    assert not watch.ask()
    assert watch.answers()
    clock.now += PATIENCE
    assert not watch.answers()
    clock, looked, goes_on = ManualClock(), threading.Event(), threading.Event()

    def hang() -> str:
        looked.set()
        goes_on.wait(10)
        return ""

    watch = StoreWatch(hang, clock)
    watch._answered_at = clock.now
    watch.start()
    assert looked.wait(10)
    assert watch.answers()
    clock.now += PATIENCE
    assert not watch.answers()
    goes_on.set()
