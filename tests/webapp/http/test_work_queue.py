"""Requests of kinds that take long give way to others while these are in work."""

import threading
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from tests.webapp.asking import SETTINGS
from webapp.http.connections import work_queue
from webapp.http.connections.exchange import Exchange
from webapp.http.connections.work_queue import WorkQueue
from webapp.http.kinds import Kind, slots_of
from webapp.jobs.job import QueuedJob


class Work:
    """A request of that kind from a client of its own, as the queue sees it, whose answer is `respond`."""

    serial, about, superseded, ticket = 1, None, False, ""

    def __init__(self, kind: Kind, respond: Callable[[QueuedJob], object]) -> None:
        self.kind, self.respond = kind, respond
        self.tab, self.network = (kind.value, "tab"), kind.value

    @staticmethod
    def check_client_disconnected() -> bool:
        return False


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkQueue]:
    monkeypatch.setattr(work_queue, "GIVES_WAY", 30.0)

    def ignored(*_: Any) -> None:
        """Nothing is done about the end of a request."""

    running = WorkQueue(slots_of(SETTINGS), 60.0, ignored, ignored, ignored)
    yield running
    running.stop(10.0)


@pytest.mark.parametrize(
    ("kind", "goes_on"), [(Kind.KNOB, False), (Kind.QUESTION, False), (Kind.READING, True), (Kind.LONG, True)]
)
def test_an_export_gives_way_to_knobs_and_questions(queue: WorkQueue, kind: Kind, goes_on: bool) -> None:
    in_work, exported, ended = threading.Event(), threading.Event(), threading.Event()
    seen = []

    def other(_: QueuedJob) -> None:
        in_work.set()
        seen.append(exported.wait(10.0 if goes_on else 0.3))
        ended.set()

    def export(job: QueuedJob) -> None:
        job.check_cancelled()
        exported.set()

    queue.offer(cast(Exchange, Work(kind, other)))
    assert in_work.wait(10.0)
    queue.offer(cast(Exchange, Work(Kind.EXPORT, export)))
    assert ended.wait(20.0)
    assert exported.wait(20.0)
    assert seen == [goes_on]
