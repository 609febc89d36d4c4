"""A sweep on a real Dask cluster, a scheduler and two worker processes on loopback: the arrays that threads give."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from distributed import Client

from engine import Affinity, Experiment, Map, SweepResult, sweep
from tests.engine.asserting import known
from tests.engine.nets import same_bits

ROOT = Path(__file__).parents[3]
LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")
ALPHAS = np.geomspace(1e-3, 1e3, 24)
LONG = 4_000


def experiment(samples: int) -> Experiment:
    """Small enough to be quick, and with a sine, so that the C library takes part."""
    return Experiment((Affinity(2, 2), Map("sin"), Affinity(2, 2)), "swap", samples=samples)


@dataclass
class Cluster:
    """A scheduler, its workers, and a client of theirs."""

    folder: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    client: Client

    def add(self) -> None:
        """Starts one more worker and waits until it has joined."""
        self.workers.append(dask(self.folder, "worker", *LOOPBACK, "--nthreads", "1", "--no-nanny"))
        self.client.wait_for_workers(len(self.workers), timeout=60)

    def kill(self) -> None:
        worker = self.workers.pop(0)
        worker.kill()
        worker.wait()


def dask(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """One of Dask's programs, in this checkout."""
    command = [sys.executable, "-m", "dask", *words, "--scheduler-file", str(folder / "scheduler.json")]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "false"}
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, cwd=folder, stdout=nowhere, stderr=nowhere)


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    scheduler = dask(folder, "scheduler", *LOOPBACK, "--port", "0")
    processes = [scheduler]
    try:
        with Client(scheduler_file=str(folder / "scheduler.json"), timeout=60) as client:
            cluster = Cluster(folder, scheduler, [], client)
            processes = cluster.workers
            cluster.add()
            cluster.add()
            yield cluster
    finally:
        for process in (*processes, scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One cluster for all stories that leave it whole."""
    with running(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


class Killing(Executor):
    """An executor that loses a worker once `after` chunks have come back."""

    def __init__(self, cluster: Cluster, after: int) -> None:
        self.cluster, self.left = cluster, after
        self.executor = cluster.client.get_executor(pure=False, retries=3)

    def submit(self, function: Any, /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = self.executor.submit(function, *args, **named)
        future.add_done_callback(self.count)
        return future

    def count(self, future: Future[Any]) -> None:
        """Kills at the right moment; the callbacks come from one thread."""
        self.left -= 1
        if self.left == 0:
            self.cluster.kill()


def same(one: SweepResult, other: SweepResult) -> bool:
    names = ("settled", "last", "sound", "steps")
    return all(same_bits(*(getattr(result, name).astype(float) for result in (one, other))) for name in names)


@pytest.mark.soak
def test_workers_give_the_arrays_of_threads_as_is_said(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    knobs: dict[str, Any] = {"alphas": ALPHAS, "seeds": range(6), "samples": (30, 200), "weight_seeds": (1, 2)}
    executor = cluster.client.get_executor(pure=False, retries=3)
    on_threads = sweep(experiment(200), **knobs, reaching=0.5)
    elsewhere = sweep(experiment(200), **knobs, reaching=0.5, executor=executor)
    assert on_threads.diverged.any()
    assert not on_threads.diverged.all()
    assert same(on_threads, elsewhere)
    snippet = known(re.search(r"```py\n(.*?)```", (ROOT / "docs" / "sweeps.md").read_text("utf-8"), re.DOTALL))
    source = snippet[1].replace("tcp://scheduler:8786", cluster.client.scheduler.address)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "docs/sweeps.md", "exec"), names)
    names["client"].close()
    assert "(200, 100)" in capsys.readouterr().out


@pytest.fixture
def cut_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are estimated to take much longer than they do, so that many chunks are submitted at once."""
    monkeypatch.setattr("engine.sweeps.chunk_size.RUN_SECONDS", 1e-3)


@pytest.mark.usefixtures("cut_small")
@pytest.mark.soak
def test_a_worker_killed_in_the_middle_leaves_a_sweep_complete_and_exact(tmp_path: Path) -> None:
    knobs: dict[str, Any] = {"alphas": ALPHAS, "seeds": range(200)}
    with running(tmp_path) as cluster:
        killing = Killing(cluster, after=3)
        elsewhere = sweep(experiment(LONG), **knobs, executor=killing)
        assert killing.left < 0
        assert len(cluster.workers) == 1
    assert same(elsewhere, sweep(experiment(LONG), **knobs))


@pytest.mark.soak
@pytest.mark.usefixtures("cut_small")
def test_a_worker_killed_again_and_again_leaves_every_sweep_complete_and_exact(tmp_path: Path) -> None:
    knobs: dict[str, Any] = {"alphas": ALPHAS, "seeds": range(200)}
    on_threads = sweep(experiment(LONG), **knobs)
    with running(tmp_path) as cluster:
        for kill in range(12):
            assert same(on_threads, sweep(experiment(LONG), **knobs, executor=Killing(cluster, after=1 + kill)))
            cluster.add()
