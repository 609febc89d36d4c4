"""A job on a real Dask cluster, a scheduler and two workers on loopback, has the bits of threads, whoever is killed."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.sweeps import pieces
from engine.sweeps.pieces import SweepPlan, sweep_plan
from engine.sweeps.sweep_result import sweep
from tests.engine.sweeps.test_cluster import experiment, running
from webapp.operations.metrics import Metrics
from webapp.store import Limits
from webapp.store.memory import MemoryStore
from webapp.sweeps.job import WANTED, Job
from webapp.sweeps.jobs import Jobs, SweepLimits
from webapp.sweeps.pieces import RowPieces
from webapp.sweeps.plans import new_job
from webapp.sweeps.results import whole_result
from webapp.sweeps.sweeper import Sweeper
from webapp.sweeps.workers import DaskWorkers

ALPHAS, SEEDS = tuple(np.geomspace(1e-3, 10, 24).tolist()), tuple(range(40))


def plan_of_many_pieces(monkeypatch: pytest.MonkeyPatch) -> SweepPlan:
    """A plan of runs with a sine, so that the C library takes part."""
    monkeypatch.setattr(pieces, "FEWEST_PIECES", 40)
    return sweep_plan(experiment(300), {"alpha": ALPHAS, "seed": SEEDS})


@pytest.mark.soak
def test_a_cluster_that_loses_a_worker_has_the_bits_of_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore(Limits(10_000.0, 8, 100_000_000))
    jobs = Jobs(store, RowPieces(store), SweepLimits(10_000.0, 9, 50_000_000))
    plan = plan_of_many_pieces(monkeypatch)
    job = jobs.submit(new_job(plan), "ann")
    with running(tmp_path) as cluster:
        workers = DaskWorkers(cluster.client.scheduler.address)
        sweeper = Sweeper(jobs, workers, 4, 3.0, Metrics())
        rounds_until(sweeper, jobs, job, 5)
        assert workers.place == "2 threads of a Dask cluster"
        cluster.kill()
        rounds_until(sweeper, jobs, job, job.pieces)
        workers.close()
    found, whole = whole_result(jobs, now(jobs, job), plan), sweep(experiment(300), alphas=ALPHAS, seeds=SEEDS)
    for name in ("settled", "last", "sound"):
        assert getattr(found, name).tobytes() == getattr(whole, name).tobytes()


def rounds_until(sweeper: Sweeper, jobs: Jobs, job: Job, stored: int) -> None:
    """Makes rounds until `stored` pieces are stored."""
    end = time.monotonic() + 120
    while len(now(jobs, job).stored) < stored and now(jobs, job).state == WANTED:
        assert time.monotonic() < end, now(jobs, job)
        sweeper.round()


def now(jobs: Jobs, job: Job) -> Any:
    return jobs.find(job.id)
