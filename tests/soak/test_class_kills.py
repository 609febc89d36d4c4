"""Processes are killed amid the answers of a class: no acknowledged answer is lost, and none counts twice.

The memory store is not asked: a class of one process that keeps nothing ends with it.
"""

import logging
import random
import threading
import time
from contextlib import ExitStack, closing
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from benchmarks.classroom import Line
from tests.soak.test_kills import Processes
from tests.webapp.store.valkey_server import environ_of, needs_valkey

log = logging.getLogger(__name__)

SEATS, KILLS, EVERY = 24, 30, 1.5
AWAY = (0, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
PATIENCE = 60.0


class Phone(threading.Thread):
    """A seat that changes its answer all the time, at the processes in turn, and knows the acknowledged ones."""

    def __init__(self, urls: list[str], code: str, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._lines = [Line(url) for url in urls]
        self._code, self._over = code, over
        self.sent: list[int] = []
        self.acknowledged = -1

    def join_class(self) -> None:
        """Takes a seat; one cookie is good for all processes."""
        self._lines[0].ask("limits", Accept="text/html")
        for line in self._lines:
            line.cookies = self._lines[0].cookies
        self.ask("seat", {})

    def close(self) -> None:
        """Closes its connections."""
        for line in self._lines:
            line.close()

    def run(self) -> None:
        """Answers until it is over; each answer is sent until it is acknowledged."""
        while not self._over.is_set():
            position = len(self.sent) % 60
            self.sent.append(position)
            self.ask("answer", {"n": 2, "value": position - 60, "sure": True})
            self.acknowledged = len(self.sent) - 1
            self._over.wait(0.5)

    def ask(self, what: str, body: object) -> Any:
        """The response of the first process that takes it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            status, reply, _ = random.choice(self._lines).ask(f"class/{self._code}/{what}", body)
            if status not in AWAY:
                assert status == HTTPStatus.OK, (status, reply)
                return reply
            time.sleep(0.1)
        raise TimeoutError(what)


@pytest.mark.soak
@pytest.mark.parametrize("store", ["sqlite", pytest.param("valkey", marks=needs_valkey)])
def test_no_acknowledged_answer_is_lost_or_doubled_where_processes_are_killed(store: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        servers = Processes(2, tmp_path, **environ_of(store, tmp_path, stack))
        stack.callback(servers.end)
        teacher, over = stack.enter_context(closing(Line(servers.urls[0]))), threading.Event()
        _, room, _ = teacher.ask("class", {"lesson": "story.numbers", "people": SEATS})
        code, key = room["code"], room["key"]
        phones = [Phone(servers.urls, code, over) for _ in range(SEATS)]
        for phone in phones:
            stack.callback(phone.close)
            phone.join_class()
        assert teacher.ask(f"class/{code}/go", {"n": 1, "to": "first"}, X_Class_Key=key)[0] == HTTPStatus.OK
        for phone in phones:
            phone.start()
        killed, end = 0, time.monotonic() + 6 * KILLS * EVERY
        while killed < KILLS and time.monotonic() < end:
            time.sleep(EVERY)
            up = servers.up()
            if len(up) > 1:
                servers.kill(up[killed % 2])
                killed += 1
        over.set()
        for phone in phones:
            phone.join(PATIENCE)
        mine = [phone.ask("seat", {})["mine"]["1.1"] for phone in phones]
    log.warning("%s: %d kills, %d answers", store, killed, sum(phone.acknowledged + 1 for phone in phones))
    assert killed == KILLS
    for phone, (value, sure) in zip(phones, mine, strict=True):
        assert phone.acknowledged == len(phone.sent) - 1
        assert (value, sure) == (phone.sent[-1] - 60, True)
