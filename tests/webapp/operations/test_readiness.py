"""A process is ready when all that it needs is there and it was not told to stop; else a word says why not."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.operations.operations import Operations
from webapp.operations.probes import HEALTH, LIVE, READY, probes_of
from webapp.operations.readiness import Readiness
from webapp.store import OtherStore, StoreError


def test_it_is_ready_when_nothing_is_missing_and_alive_while_it_is_not() -> None:
    assert Readiness().missing() == ""
    readiness, there = Readiness(), set[str]()
    readiness.require("store", lambda: "store" in there)
    readiness.require("kernel", lambda: "kernel" in there)
    seen = [readiness.missing()]
    for word in ("store", "kernel"):
        there.add(word)
        seen.append(readiness.missing())
    assert seen == ["store", "kernel", ""]
    readiness = Readiness()
    readiness.require("store", lambda: False)
    readiness.drain()
    assert readiness.missing() == "draining"
    readiness = Readiness()
    probes = probes_of(readiness)
    assert (probes[READY]().status, probes[READY]().body) == (HTTPStatus.OK, b"ready\n")
    readiness.drain()
    assert (probes[READY]().status, probes[READY]().body) == (HTTPStatus.SERVICE_UNAVAILABLE, b"draining\n")
    assert (probes[LIVE]().status, probes[LIVE]().body) == (HTTPStatus.OK, b"live\n")
    assert (probes[HEALTH]().status, probes[HEALTH]().body) == (HTTPStatus.OK, b"OK")
    for path in [LIVE, HEALTH]:
        assert client_of(Operations()).get(path).status_code == HTTPStatus.OK


class Store:
    """A store that may be gone."""

    gone: StoreError | None = None
    lost = ""

    def look(self) -> str:
        if self.gone:
            raise self.gone
        return self.lost


def client_of(operations: Operations) -> FlaskClient:
    """A client of an app with these operations, under another server than ours."""
    found: FlaskClient = create_app(SETTINGS, operations).server.test_client()
    return found


def test_the_app_is_ready_when_its_kernel_is_compiled_and_its_store_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: set[bool] = set()
    monkeypatch.setattr("webapp.app.kernel.warm_up", lambda: None)
    monkeypatch.setattr("webapp.app.kernel.ready", lambda by_rule=False: by_rule in compiled)
    operations, store = Operations(), Store()
    client = client_of(operations)
    operations.watch_store(store.look)
    words = []
    for there in ([], [False], [False, True]):
        compiled.update(there)
        words.append(client.get(READY).text)
    assert words == ["kernel\n", "kernel\n", "ready\n"]
    for gone, text in ((StoreError("It is away."), ""), (OtherStore("It is another."), "It is another.\n")):
        store.gone = gone
        answer = client.get(READY)
        assert (answer.text, answer.status_code) == (f"store\n{text}", HTTPStatus.SERVICE_UNAVAILABLE)
    store.gone, store.lost = None, "It was empty."
    answer = client.get(READY)
    assert (answer.text, answer.status_code) == ("ready\nIt was empty.\n", HTTPStatus.OK)
