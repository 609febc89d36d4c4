"""Metrics count requests, runs, the store and the caches, and are read on a listener of their own."""

import re
import socket
import sys
import urllib.request
from contextlib import closing
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest

from tests.engine.asserting import refuses
from tests.webapp.asking import SETTINGS, ManualClock, analysis_request, envelope, not_none, plain_request
from webapp import create_app
from webapp.base.version import version
from webapp.operations.measured_store import MeasuredStore
from webapp.operations.metrics import Answered, Metrics, limit_in
from webapp.operations.operations import Operations, prometheus_metrics
from webapp.operations.prometheus import COUNTED_SECONDS, PrometheusMetrics
from webapp.sessions.sessions import Sessions
from webapp.settings import SettingsError
from webapp.store import Conflict, Count, Key, Limits, StoreError
from webapp.store.memory import MemoryStore

KEY = Key("a", "b")
ROOMY = Limits(1e9, 100, 10_000)


def numbers(metrics: PrometheusMetrics) -> dict[str, float]:
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if not sample.name.endswith(("_bucket", "_created"))
    }


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as line:
        port: int = line.getsockname()[1]
    return port


def test_requests_runs_the_store_and_the_caches_are_counted_by_kind_and_outcome() -> None:
    metrics = PrometheusMetrics()
    client = create_app(SETTINGS, Operations(metrics)).server.test_client()
    client.get("/")
    for serial, act in ((1, "choose"), (2, "turn"), (3, "turn")):
        answer = client.post("/_dash-update-component", json=envelope(plain_request(act, serial=serial)))
        assert answer.status_code == HTTPStatus.OK
    client.post("/analysis/seed_spread", json=analysis_request({"seeds": [1]}))
    found = numbers(metrics)
    assert (found["nnbench_run_seconds_count"], found["nnbench_store_seconds_count put done"]) == (1, 1)
    assert found["nnbench_store_seconds_count get done"] >= 2
    assert (found["nnbench_cache_hits_total runs"], found["nnbench_cache_misses_total runs"]) == (2, 1)
    assert found["nnbench_cache_bytes runs"] > 0
    assert "nnbench_cache_misses_total answers" in found
    assert found["nnbench_kernel_ready"] in (0, 1)
    metrics = PrometheusMetrics()
    operations = Operations(metrics)
    turned = Answered("f00d", "knob", "turn", "run", 200, 0.25)
    for one in (turned, turned._replace(seconds=0.5), turned._replace(outcome="lost", seconds=1.0)):
        operations.answered(one)
    found = numbers(metrics)
    assert found["nnbench_request_seconds_count knob run"] == 2
    assert found["nnbench_request_seconds_sum knob run"] == 0.75
    assert found["nnbench_request_seconds_count knob lost"] == 1
    metrics, waiting = PrometheusMetrics(), [1]
    metrics.watch_waiting("long", lambda: len(waiting))
    waiting.append(2)
    assert numbers(metrics)["nnbench_waiting_requests long"] == 2


class AwayStore(MemoryStore):
    """A store that may not answer."""

    away = False

    def count(self) -> Count:
        if self.away:
            raise StoreError("It is away.")
        return super().count()


def test_what_a_store_holds_is_counted_again_when_it_is_old_and_left_out_while_it_is_away() -> None:
    clock = ManualClock()
    metrics, store = PrometheusMetrics(clock), AwayStore(ROOMY)
    sessions = Sessions(SETTINGS, store)
    metrics.watch_contents(sessions.contents)
    metrics.watch_contents(lambda: {"sweeps": {"done": 2.0}, "store_bytes": {"sweeps": 7.0}})
    assert numbers(metrics)["nnbench_sessions"] == 0
    for session, tab in (("a", "one"), ("a", "two"), ("b", "one")):
        store.put(Key(session, tab), b"x", 1, 0)
    assert numbers(metrics)["nnbench_tabs"] == 0
    clock.now += COUNTED_SECONDS
    found = numbers(metrics)
    assert (found["nnbench_sessions"], found["nnbench_tabs"], found["nnbench_sweeps done"]) == (2, 3, 2)
    assert (found["nnbench_store_bytes sessions"], found["nnbench_store_bytes sweeps"]) == (3 * 513, 7)
    store.away, clock.now = True, clock.now + COUNTED_SECONDS
    found = numbers(metrics)
    assert "nnbench_sessions" not in found
    assert found["nnbench_sweeps done"] == 2


def test_a_process_says_what_it_is_whether_it_is_ready_and_which_limit_it_refused_for() -> None:
    metrics = PrometheusMetrics()
    operations = Operations(metrics)
    operations.readiness.require("store", lambda: False)
    found = numbers(metrics)
    assert (found["nnbench_ready"], found["nnbench_not_ready store"], found["nnbench_not_ready kernel"]) == (0, 1, 0)
    assert any(name.startswith("nnbench_build_info") and version() in name for name in found)
    client = create_app(replace(SETTINGS, posts_per_session=1), operations).server.test_client()
    with client.application.app_context():
        sentence = [client.post("/shorten", json={"query": "experiment=circle"}) for _ in range(3)][-1].get_json()
    assert limit_in(sentence["error"]) == "POSTS_PER_SESSION"
    for sentence, limit in (
        ("The bench is busy: 210 others wait already, as many as QUEUE allows.", "QUEUE"),
        ("Others send as much as the bench takes at a time.", "other"),
    ):
        assert limit_in(sentence) == limit
    operations.answered(Answered("f00d", "knob", "turn", "limited", 429, 0.0, "POSTS_PER_SESSION"))
    assert numbers(metrics)["nnbench_refused_total POSTS_PER_SESSION"] == 1


class Heard(Metrics):
    """Remembers what the store did."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []

    def stored(self, operation: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        self.done.append((operation, outcome))


def test_a_measured_store_does_what_its_store_does_and_says_how_it_went() -> None:
    metrics = Heard()
    store = MeasuredStore(MemoryStore(ROOMY), metrics)
    assert store.get(KEY) is None
    store.put(KEY, b"one", 1, 0)
    refuses(Conflict, store.put, KEY, b"two", 2, 0)
    refuses(StoreError, store.put, KEY, b"x" * 20_000, 2, 1)
    assert not_none(store.get(KEY)).value == b"one"
    store.drop(KEY)
    store.close()
    assert metrics.done == [
        ("get", "done"), ("put", "done"), ("put", "conflict"), ("put", "failed"), ("get", "done"), ("drop", "done"),
    ]  # fmt: skip


def test_metrics_are_read_at_their_own_port_or_a_sentence_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    operations = Operations.from_settings(replace(SETTINGS, metrics_port=("127.0.0.1", port)))
    client = create_app(SETTINGS, operations).server.test_client()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    assert "nnbench_kernel_ready" in text
    assert re.search(r'nnbench_cache_bytes\{cache="runs"\} 0\.0', text)
    assert client.get("/metrics").status_code == HTTPStatus.NOT_FOUND
    assert type(Operations.from_settings(SETTINGS).metrics) is Metrics
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1:{port} cannot be listened on"):
            Operations.from_settings(replace(SETTINGS, metrics_port=("127.0.0.1", port)))
    monkeypatch.delitem(sys.modules, "webapp.operations.prometheus", raising=False)
    missing: Any = None  # what an import of it meets then is ModuleNotFoundError
    monkeypatch.setitem(sys.modules, "prometheus_client", missing)
    refuses(SettingsError, prometheus_metrics, match=r"Call pip install nnbench\[metrics\], or leave")
