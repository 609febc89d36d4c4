"""Chunks take about the time they are meant to take, whatever a run costs."""

import os
import threading
from typing import Any

import pytest

from engine.experiments.experiment import Affinity, Experiment, Map
from engine.sweeps.chunk_size import ChunkSizer
from engine.sweeps.executor import WorkerResult, task_results
from engine.sweeps.grid import Grid
from engine.sweeps.sweep_threads import SweepThreads
from engine.sweeps.tasks import Task, task_of
from tests.engine.asserting import refuses


def test_the_chunk_size_settles_at_the_intended_time_within_its_bounds() -> None:
    for truth in (1e-4, 1e-2, 1.0):
        sizer = ChunkSizer(0.2, 1e-2, 10_000)
        for _ in range(12):
            sizer.record(sizer.blocks, sizer.blocks * truth)
        assert sizer.blocks == max(1, int(0.2 / truth + 1e-9))
    sizer, few = ChunkSizer(0.2, 1e-3, 10_000), ChunkSizer(0.2, 1e-9, 7)
    assert sizer.blocks == 100
    for blocks, seconds, then in ((100, 1e-6, 200), (200, 100.0, 100)):
        sizer.record(blocks, seconds)
        assert sizer.blocks == then
    few.record(7, 1e-9)
    assert few.blocks == 7
    assert len(list(task_results(SHARED))) >= 4
    assert len(list(task_results(Grid(LAYER, (0.1, 0.2), tuple(range(64)))))) == 1


LAYER = Experiment((Affinity(2, 2), Map("tanh")), "swap")
SHARED = Grid(LAYER, tuple(0.001 * k for k in range(1, 33)), tuple(range(256)))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="only Linux says which thread runs where")
def test_each_thread_has_a_core_of_its_own_and_the_caller_all(monkeypatch: pytest.MonkeyPatch) -> None:
    all_cores = os.sched_getaffinity(0)
    own: list[set[int]] = []

    def run_task(task: Task) -> WorkerResult:
        own.append(os.sched_getaffinity(0))
        return WorkerResult(task.run(), 0.001)

    monkeypatch.setattr("engine.sweeps.executor.run_task", run_task)
    list(task_results(SHARED))
    assert set().union(*own) <= all_cores
    assert ({len(cores) for cores in own}, os.sched_getaffinity(0)) == ({1}, all_cores)


def test_no_thread_begins_before_the_first_chunks_are_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    def run_task(task: Task) -> WorkerResult:
        happened.append("run")
        return WorkerResult(task.run(), 0.001)

    def let_go(threads: SweepThreads) -> None:
        happened.append("let go")
        really_let_go(threads)

    really_let_go = SweepThreads.let_go
    monkeypatch.setattr("engine.sweeps.executor.run_task", run_task)
    monkeypatch.setattr(SweepThreads, "let_go", let_go)
    list(task_results(SHARED))
    assert happened.index("let go") < happened.index("run")
    assert happened.count("run") >= 4


def test_threads_of_a_sweep_that_fails_before_they_begin_end(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(threading.enumerate())

    def task_of_first_chunk(*blocks: Any, **options: Any) -> Task:
        if set(threading.enumerate()) - before:
            raise ValueError("the second chunk cannot be made")
        return task_of(*blocks, **options)

    monkeypatch.setattr("engine.sweeps.executor.task_of", task_of_first_chunk)
    refuses(ValueError, list, task_results(SHARED), match="second chunk")
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()
