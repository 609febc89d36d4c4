"""Dask's workers make pieces too; a scheduler that is none, or workers of another kind, are refused in a sentence."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from engine.experiments.catalogue import CATALOGUE
from engine.sweeps.bit_check import probe, probe_when_compiled
from engine.sweeps.pieces import sweep_plan
from engine.sweeps.pool_worker import NICENESS
from tests.engine.asserting import refuses
from tests.webapp.asking import SETTINGS
from tests.webapp.store.valkey_server import free_port, until
from tests.webapp.sweeps.dask_programs import DaskPrograms
from webapp.settings import SettingsError
from webapp.sweeps import workers as workers_module
from webapp.sweeps.workers import COMPILES, DaskWorkers, PoolWorkers, WorkersAway, workers_of

ROOT = Path(__file__).parents[3]
ADDRESS = "tls://scheduler.example.org:8786"


@dataclass
class FakeClient:
    """A client of a cluster with these workers, each with three threads; one is an exception if it cannot answer, and
    None as long as it compiles."""

    workers: dict[str, Any]
    status: str = "running"
    lost: Exception | None = None
    has_package: bool = True
    probed: list[str] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)

    def run(self, function: Callable[..., Any], *given: str, workers: list[str], on_error: str) -> dict[str, Any]:
        assert on_error == "return"
        if function is find_spec:  # nothing of the package is sent to whoever may not have it
            return {name: None if self.workers[name] == "without" else function(*given) for name in workers}
        assert function is probe_when_compiled
        self.probed += workers
        return {name: self.workers[name] for name in workers}

    def run_on_scheduler(self, function: Callable[..., Any], *given: str) -> Any:
        assert function is find_spec
        return function(*given) if self.has_package else None

    def nthreads(self) -> dict[str, int]:
        if self.lost:
            raise self.lost
        return dict.fromkeys(self.workers, 3)

    def get_executor(self, **_: Any) -> Executor:
        return ThreadPoolExecutor(1)

    def close(self, **_: Any) -> None:
        self.closed.append(True)
        raise TimeoutError


def refusal_of(client: FakeClient) -> str:
    with pytest.raises(WorkersAway) as refused:
        until(DaskWorkers(ADDRESS, lambda *_, **__: client).ready)
    assert client.closed
    return str(refused.value)


@pytest.mark.soak
def test_workers_like_this_process_are_taken_and_others_refused_in_a_sentence() -> None:
    client = FakeClient({"a": probe(), "b": probe()})
    workers = DaskWorkers(ADDRESS, lambda *_, **__: client)
    until(workers.ready)
    assert (workers.count, workers.place) == (6, "6 threads of a Dask cluster")
    plan = sweep_plan(CATALOGUE["tanh-signs"].experiment.replace_unchecked(samples=20), {"alpha": (0.1, 0.2)})
    assert workers.submit(plan.piece(0).task.to_json()).result().result.settled.shape == (2, 1)
    client.status = "closed"
    refuses(WorkersAway, workers.ready, match="has gone")
    workers.close()
    own = probe()
    assert "computes other numbers" in refusal_of(FakeClient({"a": own, "b": own._replace(fingerprint="0" * 8)}))
    other = own._replace(versions=own.versions | {"numba": "0.50"})
    assert "has other versions than this machine: numba 0.50" in refusal_of(FakeClient({"a": other}))
    bare = FakeClient({"a": own, "b": "without"})
    assert "do not know this bench: it has no module named engine. Install the same wheel" in refusal_of(bare)
    earlier = FakeClient({"a": AttributeError("Can't get attribute 'probe'")})
    assert "do not know this bench: Can't get attribute 'probe'. Install the same wheel" in refusal_of(earlier)
    assert "has no workers. Sweeps go on once it has one." in refusal_of(FakeClient({}))
    assert "has no workers" in refusal_of(FakeClient({"a": OSError("It has just left.")}))
    without = FakeClient({"a": own}, has_package=False)
    assert "does not know this bench: it has no module named engine. Install the same wheel" in refusal_of(without)
    gone = FakeClient({"a": own}, lost=OSError("in <TCP>: Stream is closed"))
    assert "does not answer as one: in <TCP>: Stream is closed. Sweeps go on once it does." in refusal_of(gone)


def test_whatever_a_client_raises_is_a_sentence_and_a_connection_nobody_wants_is_closed() -> None:
    client, may = FakeClient({"a": probe()}), threading.Event()

    def slow(*_: Any, **__: Any) -> FakeClient:
        may.wait(10)
        return client

    workers = DaskWorkers(ADDRESS, slow)
    assert not workers.ready()
    workers.close()
    may.set()
    until(lambda: bool(client.closed))
    broken = Mock(side_effect=AssertionError)
    with pytest.raises(WorkersAway, match="does not answer as one: AssertionError"):
        until(DaskWorkers(ADDRESS.replace("tls", "tcp"), broken).ready)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[FakeClient, DaskWorkers]]:
    """A cluster of one worker that is counted all the time."""
    monkeypatch.setattr(workers_module, "CENSUS_SECONDS", 0.0)
    client = FakeClient({"a": probe()})
    workers = DaskWorkers(ADDRESS, lambda *_, **__: client)
    until(workers.ready)
    assert workers.count == 3
    yield client, workers
    workers.close()


def ready_until(workers: DaskWorkers, holds: Callable[[], bool]) -> None:
    def asked() -> bool:
        workers.ready()
        return holds()

    until(asked)


def test_workers_that_join_or_leave_later_are_counted(counted: tuple[FakeClient, DaskWorkers]) -> None:
    client, workers = counted
    client.workers |= {"b": probe(), "c": OSError("It has just left.")}
    ready_until(workers, lambda: workers.count == 6)
    assert workers.place == "6 threads of a Dask cluster"
    assert (client.probed.count("a"), client.probed.count("b")) == (1, 1)
    client.workers = {"b": probe()}
    ready_until(workers, lambda: workers.count == 3)
    client.workers = {}
    refuses(WorkersAway, ready_until, workers, lambda: False, match="has no workers")


def test_a_worker_that_compiles_is_waited_for_in_a_sentence_and_nobody_waits_beside_one_that_is_ready(
    counted: tuple[FakeClient, DaskWorkers],
) -> None:
    client, workers = counted
    client.workers["b"] = None
    ready_until(workers, lambda: client.probed.count("b") > 2)
    assert (workers.ready(), workers.count, workers.waits) == (True, 3, "")
    client.workers = {"b": None}
    ready_until(workers, lambda: bool(workers.waits))
    assert workers.waits == COMPILES.format(ADDRESS)
    assert not workers.ready()
    client.workers = {"b": probe()}
    ready_until(workers, lambda: workers.count == 3)
    assert (workers.ready(), workers.waits) == (True, "")
    client.workers = {}
    first = DaskWorkers(ADDRESS, lambda *_, **__: FakeClient({"a": None}))
    assert not first.ready()
    ready_until(first, lambda: bool(first.waits))
    first.close()
    assert first.waits == ""


def test_a_probe_does_not_wait_for_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    warm_up = Mock()
    monkeypatch.setattr("engine.sweeps.bit_check.kernel.at_hand", lambda: False)
    monkeypatch.setattr("engine.sweeps.bit_check.kernel.warm_up", warm_up)
    assert [probe_when_compiled() for _ in range(3)] == [None] * 3
    assert warm_up.call_count == 1
    monkeypatch.undo()
    assert probe_when_compiled() == probe()


def test_a_worker_of_another_kind_that_joins_later_is_refused(counted: tuple[FakeClient, DaskWorkers]) -> None:
    client, workers = counted
    client.workers["b"] = probe()._replace(fingerprint="0" * 8)
    refuses(WorkersAway, ready_until, workers, lambda: False, match="computes other numbers")


def test_a_scheduler_that_stops_answering_is_a_sentence(counted: tuple[FakeClient, DaskWorkers]) -> None:
    client, workers = counted
    client.lost = OSError("in <TCP>: Stream is closed")
    with pytest.raises(WorkersAway, match=r"does not answer as one: in <TCP>: Stream is closed. Sweeps go on"):
        ready_until(workers, lambda: False)


def test_a_scheduler_that_does_not_answer_and_a_missing_library_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "CONNECT_SECONDS", 0.3)
    with pytest.raises(WorkersAway, match=r"\(DASK_SCHEDULER\) does not answer as one: .*Sweeps go on once it does"):
        until(DaskWorkers(f"tcp://127.0.0.1:{free_port()}").ready)
    monkeypatch.setattr(workers_module, "import_module", Mock(side_effect=ImportError))
    refuses(SettingsError, DaskWorkers, ADDRESS, match=r"pip install nnbench\[dask\]")


@pytest.mark.soak
def test_a_scheduler_without_this_package_is_asked_without_a_traceback_in_its_log(tmp_path: Path) -> None:
    programs = DaskPrograms(tmp_path, PYTHONPATH="")
    try:
        for _ in range(2):
            with pytest.raises(WorkersAway, match="does not know this bench: it has no module named engine"):
                until(DaskWorkers(programs.address).ready)
    finally:
        programs.end()
    assert "Traceback" not in (tmp_path / "dask.log").read_text()


@pytest.fixture
def pool() -> Iterator[PoolWorkers]:
    workers = PoolWorkers(1)
    yield workers
    workers.close()


def test_a_pool_is_made_with_its_first_task_at_low_priority_on_this_machine(
    pool: PoolWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.sweeps.workers.NICENESS", NICENESS)  # the server of the stories has another
    assert pool._pools == {}
    pool.ready()
    made: Any = pool._pools[False]
    assert made.submit(os.nice, 0).result(60) >= 15
    assert pool.place == "1 process of the server"
    assert isinstance(workers_of(SETTINGS), PoolWorkers)


POOL_WITHOUT_END = """
import os, time
from webapp.sweeps.workers import PoolWorkers

workers = PoolWorkers(1)
workers.ready()
print(workers._pools[False].submit(os.getpid).result(), flush=True)
time.sleep(600)
"""


@pytest.mark.soak
def test_the_processes_of_a_pool_end_with_a_parent_that_is_killed() -> None:
    command = [sys.executable, "-c", POOL_WITHOUT_END]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        worker = Path(f"/proc/{int(process.stdout.readline())}")
        assert worker.exists()
        process.kill()
    until(lambda: not worker.exists())
