"""The sweeper makes all runs of its jobs, with their bits, whatever is lost on the way, and stores nothing in vain."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, BenchError, sweep
from engine.sweeps import pieces
from engine.sweeps.bit_check import bit_check_fingerprint
from engine.sweeps.executor import WorkerResult, run_task_json
from engine.sweeps.pieces import FEWEST_PIECES, SweepPlan, sweep_plan
from tests.webapp.asking import SETTINGS, ManualClock, not_none
from tests.webapp.store.valkey_server import until
from webapp.operations.metrics import Metrics
from webapp.operations.prometheus import PrometheusMetrics
from webapp.store import Key, Limits, StoreError
from webapp.store.memory import MemoryStore
from webapp.sweeps import sweeper as sweeper_module
from webapp.sweeps.embedded import EmbeddedSweeper
from webapp.sweeps.job import CANCELLED, DONE, FAILED, WANTED, Job
from webapp.sweeps.jobs import Jobs, SweepLimits
from webapp.sweeps.pieces import RowPieces
from webapp.sweeps.plans import new_job
from webapp.sweeps.results import results_of, whole_result
from webapp.sweeps.routes import place_of
from webapp.sweeps.sweeper import Sweeper
from webapp.sweeps.workers import PoolWorkers, WorkersAway

EXPERIMENT = CATALOGUE["tanh-signs"].experiment.replace_unchecked(samples=40)
ALPHAS, SEEDS = (0.01, 0.1, 0.5), tuple(range(30))
ROUND_SECONDS = sweeper_module.ROUND_SECONDS
LEASE = 3.0


class Unreliable(MemoryStore):
    """A store in memory that is away when a test says so."""

    away = False

    def get(self, key: Key) -> Any:
        if self.away:
            raise StoreError("The store is away.")
        return super().get(key)

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        if self.away:
            raise StoreError("The store is away.")
        super().put(key, value, version, expected, address)


class HandWorkers:
    """Workers that do what a test lets them: a task is made when `work` is called, or is lost."""

    place, count, waits = "the test", 2, ""

    def __init__(self) -> None:
        self.tasks: list[tuple[str, Future[WorkerResult]]] = []
        self.submitted: Counter[str] = Counter()
        self.closed = self.beside = self.asked_beside = 0
        self.trouble = ""
        self.known = self.has_beside = True
        self.spoil: Callable[[WorkerResult], WorkerResult] = lambda found: found

    def ready(self) -> bool:
        if self.trouble:
            raise WorkersAway(self.trouble)
        return self.known

    def submit(self, task: str) -> Future[WorkerResult]:
        future: Future[WorkerResult] = Future()
        self.tasks.append((task, future))
        self.submitted[task] += 1
        return future

    def ready_beside(self) -> bool:
        self.asked_beside += 1
        return self.has_beside

    def submit_beside(self, task: str) -> Future[WorkerResult]:
        self.beside += 1
        return self.submit(task)

    def close(self) -> None:
        self.closed += 1

    def work(self, most: int = 1000) -> None:
        for task, future in self._taken(most):
            future.set_result(self.spoil(run_task_json(task)))

    def lose(self, error: Exception, most: int = 1000) -> None:
        for _, future in self._taken(most):
            future.set_exception(error)

    def _taken(self, most: int) -> list[tuple[str, Future[WorkerResult]]]:
        taken, self.tasks = self.tasks[:most], self.tasks[most:]
        return [(task, future) for task, future in taken if future.set_running_or_notify_cancel()]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small sweeps have many pieces, and no round waits, nor what is to be stored."""
    monkeypatch.setattr(pieces, "PIECE_SECONDS", 1e-9)
    monkeypatch.setattr(sweeper_module, "STORE_SECONDS", 0.0)
    monkeypatch.setattr(sweeper_module, "ROUND_SECONDS", 0.0)


@pytest.fixture
def rounds_wait(monkeypatch: pytest.MonkeyPatch, small_pieces: None) -> None:
    """A round waits for its workers, who are processes of their own."""
    monkeypatch.setattr(sweeper_module, "ROUND_SECONDS", ROUND_SECONDS)


@pytest.fixture
def store() -> Unreliable:
    return Unreliable(Limits(10_000.0, 8, 100_000_000))


@pytest.fixture
def jobs(store: Unreliable) -> Jobs:
    return Jobs(store, RowPieces(store), SweepLimits(10_000.0, 9, 50_000_000))


@pytest.fixture
def workers() -> HandWorkers:
    return HandWorkers()


def plan_of(first: int = 0) -> SweepPlan:
    return sweep_plan(EXPERIMENT, {"alpha": ALPHAS, "seed": tuple(seed + first for seed in SEEDS)})


def sweeper_of(jobs: Jobs, workers: Any, clock: ManualClock, at_once: int = 4) -> Sweeper:
    return Sweeper(jobs, workers, at_once, LEASE, Metrics(), clock)


def begun(jobs: Jobs, workers: Any, clock: ManualClock) -> tuple[Job, Sweeper]:
    return jobs.submit(new_job(plan_of()), "ann"), sweeper_of(jobs, workers, clock)


def rounds(sweeper: Sweeper, workers: HandWorkers, clock: ManualClock, most: int = 1000, seconds: float = 0.6) -> None:
    """Makes rounds, with all tasks made in between, until there is nothing to do or `most` rounds have passed."""
    for _ in range(most):
        clock.now += seconds
        sweeper.round()
        if not workers.tasks and not sweeper._held:
            return
        workers.work()


def now(jobs: Jobs, job: Job) -> Job:
    return not_none(jobs.find(job.id))


def assert_has_all_bits(jobs: Jobs, job: Job, first: int = 0) -> None:
    found = whole_result(jobs, now(jobs, job), plan_of(first))
    whole = sweep(EXPERIMENT, alphas=ALPHAS, seeds=[seed + first for seed in SEEDS])
    for name in ("settled", "last", "sound", "diverged"):
        assert getattr(found, name).tobytes() == getattr(whole, name).tobytes()


def test_a_job_is_made_with_its_bits_in_order_and_counted(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, metrics = jobs.submit(new_job(plan_of()), "ann"), PrometheusMetrics()
    assert job.pieces > 5
    rounds(Sweeper(jobs, workers, 4, LEASE, metrics, clock), workers, clock)
    assert (now(jobs, job).state, set(workers.submitted.values())) == (DONE, {1})
    assert_has_all_bits(jobs, job)
    assert [place for place, _ in results_of(jobs, now(jobs, job), plan_of())] == list(range(job.pieces))
    found = [metrics.registry.get_sample_value(f"nnbench_sweep_{name}_total") for name in ("pieces", "runs")]
    assert found == [job.pieces, job.cells]


def test_the_next_plan_is_estimated_by_how_fast_this_one_was(
    jobs: Jobs, workers: HandWorkers, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeper, job = sweeper_of(jobs, workers, clock), jobs.submit(new_job(plan_of()), "ann")
    rounds(sweeper, workers, clock)
    sweeper.round()
    assert place_of(jobs, SETTINGS)[0]["speed"] == workers.count, "so short a sweep says nothing"
    monkeypatch.setattr(sweeper_module, "TELLING_SECONDS", 0.0)
    job = jobs.submit(new_job(plan_of(100)), "ann")
    rounds(sweeper, workers, clock)
    clock.now += 60.0
    sweeper.round()
    expected = now(jobs, job).pace * plan_of(100).seconds / plan_of(100).size
    assert place_of(jobs, SETTINGS) == ({"place": workers.place, "speed": pytest.approx(expected)}, "")


def test_pieces_of_a_lost_worker_are_made_again(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    sweeper.round()
    workers.work(1)
    workers.lose(BrokenExecutor("a process died"))
    rounds(sweeper, workers, clock)
    assert workers.closed >= 1
    assert_has_all_bits(jobs, job)


def test_a_piece_that_is_lost_each_time_fails_its_job(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    for _ in range(30):
        sweeper.round()
        workers.lose(MemoryError("too large"))
        clock.now += 0.6
    assert now(jobs, job).state == FAILED
    assert "lost each time, at last by MemoryError: too large." in now(jobs, job).says
    other = jobs.submit(new_job(plan_of(100)), "ann")
    rounds(sweeper, workers, clock)
    assert now(jobs, other).state == DONE


def test_a_task_that_the_engine_refuses_fails_its_job(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    sweeper.round()
    workers.lose(BenchError("It cannot be run."), 1)
    sweeper.round()
    assert (now(jobs, job).state, now(jobs, job).says) == (FAILED, "It cannot be run.")


def test_a_worker_with_other_bits_is_refused(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    workers.spoil = lambda found: replace(found, host="old", bit_check_fingerprint="00000000")
    sweeper.round()
    workers.work()
    sweeper.round()
    clock.now += 0.6
    sweeper.round()
    notice = not_none(jobs.notice())
    assert notice["trouble"].startswith("The worker on old computes other numbers than this machine")
    assert (now(jobs, job).state, now(jobs, job).made) == (WANTED, 0)
    workers.spoil = lambda found: found
    rounds(sweeper, workers, clock)
    assert_has_all_bits(jobs, job)


def test_while_workers_are_away_the_job_waits(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    workers.trouble = "The scheduler does not answer."
    for _ in range(3):
        sweeper.round()
        clock.now += 1.1
    assert not_none(jobs.notice())["trouble"] == "The scheduler does not answer."
    workers.trouble = ""
    rounds(sweeper, workers, clock)
    assert_has_all_bits(jobs, job)


def test_an_outage_delays_storing_only(store: Unreliable, jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    sweeper.round()
    store.away = True
    for _ in range(20):
        workers.work()
        sweeper.round()
        clock.now += 1.1
    store.away = False
    rounds(sweeper, workers, clock)
    assert set(workers.submitted.values()) == {1}
    assert_has_all_bits(jobs, job)


def test_another_sweeper_takes_over_after_a_lease(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job = jobs.submit(new_job(plan_of()), "ann")
    killed, other_workers = sweeper_of(jobs, workers, clock), HandWorkers()
    other = sweeper_of(jobs, other_workers, clock)
    killed.round()
    workers.work(3)
    killed.round()
    stored = now(jobs, job).places
    assert len(stored) == 3
    other.round()
    clock.now += LEASE - 0.1
    other.round()
    assert other_workers.tasks == []
    clock.now += 0.6
    other.round()
    assert other_workers.tasks
    rounds(other, other_workers, clock)
    assert not {plan_of().piece(place).task.to_json() for place in stored} & other_workers.submitted.keys()
    assert_has_all_bits(jobs, job)


def test_a_frozen_sweeper_stores_nothing_later(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job = jobs.submit(new_job(plan_of()), "ann")
    frozen, other_workers = sweeper_of(jobs, workers, clock), HandWorkers()
    other = sweeper_of(jobs, other_workers, clock)
    frozen.round()
    other.round()
    clock.now += LEASE + 0.1
    other.round()
    token = now(jobs, job).token
    workers.work()
    frozen.round()
    assert (frozen._held, now(jobs, job).token, now(jobs, job).made) == ({}, token, 0)
    rounds(other, other_workers, clock)
    assert len(now(jobs, job).holders) == 1
    assert_has_all_bits(jobs, job)


def test_a_sweeper_with_slow_pieces_keeps_its_lease(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    jobs.submit(new_job(plan_of()), "ann")
    slow, other_workers = sweeper_of(jobs, workers, clock), HandWorkers()
    other = sweeper_of(jobs, other_workers, clock)
    for _ in range(30):
        clock.now += 0.5
        slow.round()
        other.round()
    assert other_workers.tasks == []


def test_two_sweepers_make_two_jobs_each_once(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    both = [jobs.submit(new_job(plan_of(first)), "ann") for first in (0, 100)]
    other_workers = HandWorkers()
    one, two = sweeper_of(jobs, workers, clock, 1), sweeper_of(jobs, other_workers, clock, 1)
    for _ in range(200):
        clock.now += 0.2
        one.round()
        two.round()
        workers.work(1)
        other_workers.work(1)
    assert min(workers.submitted.total(), other_workers.submitted.total()) > 5
    assert set((workers.submitted + other_workers.submitted).values()) == {1}
    for job, first in zip(both, (0, 100), strict=True):
        assert_has_all_bits(jobs, job, first)


def test_sessions_of_one_address_leave_turns_to_another(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    crowd = [jobs.submit(new_job(plan_of(100 * k)), f"s{k}@crowd") for k in range(4)]
    workers.spoil = lambda found: replace(found, seconds=1.0)
    sweeper = sweeper_of(jobs, workers, clock)
    rounds(sweeper, workers, clock, 2)
    own = jobs.submit(new_job(plan_of(500)), "bob@home")
    while now(jobs, own).wanted:
        rounds(sweeper, workers, clock, 1)
    assert sum(now(jobs, job).made for job in crowd) <= now(jobs, own).made + 8 * max(own.cells // own.pieces, 1)
    rounds(sweeper, workers, clock)
    assert {now(jobs, job).state for job in crowd} == {DONE}
    assert set(workers.submitted.values()) == {1}


def test_addresses_take_turns_at_places_and_lose_no_piece(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    first, second = (jobs.submit(new_job(plan_of(100 * k)), f"s@{k}") for k in range(2))
    sweeper = sweeper_of(jobs, workers, clock, at_once=1)
    rounds(sweeper, workers, clock, 2)
    assert (now(jobs, first).made > 0, now(jobs, second).made) == (True, 0)
    clock.now += sweeper_module.PLACE_SECONDS
    rounds(sweeper, workers, clock, 4)
    assert (now(jobs, first).state, now(jobs, second).made > 0) == (WANTED, True)
    for _ in range(200):
        rounds(sweeper, workers, clock, 1, seconds=sweeper_module.PLACE_SECONDS)
    assert (now(jobs, first).state, now(jobs, second).state) == (DONE, DONE)
    assert set(workers.submitted.values()) == {1}


@pytest.mark.parametrize(("seconds", "ahead"), [(0.0, 1), (2.0, sweeper_module.AHEAD)])
def test_an_address_without_a_piece_at_work_waits_for_no_piece_of_another(
    jobs: Jobs, workers: HandWorkers, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, seconds: float, ahead: int
) -> None:
    monkeypatch.setattr(sweeper_module, "LONG_SECONDS", seconds)
    jobs.submit(new_job(plan_of()), "s@crowd")
    sweeper = sweeper_of(jobs, workers, clock)
    rounds(sweeper, HandWorkers(), clock, 1)
    assert (len(workers.tasks), workers.beside) == (ahead * workers.count, 0)
    taken, workers.tasks = workers.tasks, []
    own = jobs.submit(new_job(plan_of(100)), "bob@home")
    workers.has_beside = False
    rounds(sweeper, HandWorkers(), clock, 1)
    assert (workers.tasks, workers.beside) == ([], 0), "it waits until there is a worker beside the others"
    workers.has_beside = True
    rounds(sweeper, HandWorkers(), clock, 1)
    assert workers.beside == min(own.pieces, FEWEST_PIECES)
    rounds(sweeper, workers, clock, 6)
    assert (now(jobs, own).state, workers.beside) == (DONE, own.pieces)
    workers.tasks = taken
    rounds(sweeper, workers, clock)
    assert jobs.wanted() == {}


@pytest.mark.parametrize("long_seconds", [0.0, 1e9])
def test_a_worker_beside_the_others_is_started_ahead_during_a_long_sweep_alone(
    jobs: Jobs, workers: HandWorkers, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, long_seconds: float
) -> None:
    monkeypatch.setattr(sweeper_module, "LONG_SECONDS", long_seconds)
    job, sweeper = begun(jobs, workers, clock)
    rounds(sweeper, workers, clock)
    assert now(jobs, job).state == DONE
    assert (workers.asked_beside > 0) == (long_seconds == 0.0)


def test_long_pieces_wait_for_their_turn_and_leave_the_worker_beside_the_others_to_short_ones(
    jobs: Jobs, workers: HandWorkers, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeper_module, "BESIDE_SECONDS", 0.0)
    jobs.submit(new_job(plan_of()), "s@crowd")
    sweeper = sweeper_of(jobs, workers, clock)
    rounds(sweeper, HandWorkers(), clock, 1)
    own = jobs.submit(new_job(plan_of(100)), "bob@home")
    rounds(sweeper, workers, clock)
    assert (now(jobs, own).state, workers.beside) == (DONE, 0)


def test_a_sweeper_that_waits_for_pieces_hears_at_once_that_there_is_a_job(
    jobs: Jobs, workers: HandWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ROUND_SECONDS", "LOOK_SECONDS"):
        monkeypatch.setattr(sweeper_module, name, 600.0)
    jobs.submit(new_job(plan_of()), "s@crowd")
    sweeper = Sweeper(jobs, workers, 4, LEASE, Metrics())
    thread = threading.Thread(target=sweeper.run)
    thread.start()
    until(lambda: len(workers.tasks) == sweeper_module.AHEAD * workers.count)
    jobs.submit(new_job(plan_of(100)), "bob@home")
    sweeper.wake()
    until(lambda: workers.beside > 0)
    sweeper.stop()
    workers.work()
    thread.join(10)
    assert not thread.is_alive()


def test_nothing_is_stored_after_a_cancel(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    sweeper.round()
    workers.work(1)
    sweeper.round()
    jobs.leave(job.id, "ann")
    made = now(jobs, job).made
    rounds(sweeper, workers, clock)
    assert (now(jobs, job).state, now(jobs, job).made, sweeper._held) == (CANCELLED, made, {})


def test_sessions_take_turns_whoever_has_more_sweeps(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    workers.spoil = lambda found: replace(found, seconds=0.01)  # turns are given by time
    many = [jobs.submit(new_job(plan_of(first)), "ann") for first in (0, 100, 200)]
    sweeper = sweeper_of(jobs, workers, clock, 3)
    for _ in range(6):
        clock.now += 0.6
        sweeper.round()
        workers.work()
    workers.has_beside = False
    late = jobs.submit(new_job(plan_of(300)), "bob")
    for _ in range(12):
        clock.now += 0.6
        sweeper.round()
        workers.work()
    share = now(jobs, late).made / sum(now(jobs, job).made for job in many)
    assert now(jobs, late).made > 0
    assert share > 0.3
    rounds(sweeper, workers, clock)
    assert {now(jobs, job).state for job in (*many, late)} == {DONE}


def test_a_sweeper_that_stops_gives_its_leases_back(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = jobs.submit(new_job(plan_of()), "ann"), Sweeper(jobs, workers, 4, LEASE, Metrics())
    thread = threading.Thread(target=sweeper.run)
    thread.start()
    until(lambda: len(workers.tasks) == 4)
    for _, future in workers.tasks[:2]:
        future.set_running_or_notify_cancel()
    sweeper.stop()
    until(workers.tasks[3][1].cancelled)
    for task, future in workers.tasks[:2]:
        future.set_result(run_task_json(task))
    thread.join(10)
    assert not thread.is_alive()
    assert (len(now(jobs, job).stored), now(jobs, job).token) == (2, "")


def test_a_plan_of_another_version_or_machine_fails(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    planned = new_job(plan_of())
    old = planned._replace(id="o" * 22, plan=planned.plan.replace('"[1,', '"[0,'))
    assert old.plan != planned.plan
    job = jobs.submit(old, "ann")
    sweeper_of(jobs, workers, clock).round()
    assert now(jobs, job).state == FAILED
    assert "planned by another version" in now(jobs, job).says
    job = jobs.submit(planned._replace(plan=planned.plan.replace(bit_check_fingerprint(), "0" * 8)), "ann")
    sweeper_of(jobs, workers, clock).round()
    assert now(jobs, job).state == FAILED
    assert "computes other numbers than this machine" in now(jobs, job).says


def test_a_sweeper_whose_workers_are_asked_keeps_a_lease(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    workers.trouble = "The scheduler has gone."
    sweeper.round()
    beat = now(jobs, job).beat
    workers.trouble, workers.known = "", False
    for _ in range(8):
        clock.now += 1.1
        sweeper.round()
    notice = not_none(jobs.notice())
    assert (notice["trouble"], workers.tasks, now(jobs, job).beat >= beat + 6) == ("The scheduler has gone.", [], True)
    workers.waits = "It compiles."
    for _ in range(2):
        clock.now += 1.1
        sweeper.round()
    assert (not_none(jobs.notice())["trouble"], place_of(jobs, SETTINGS)[1]) == ("", "It compiles.")
    workers.known, workers.waits = True, ""
    rounds(sweeper, workers, clock)
    assert now(jobs, job).state == DONE


def test_the_pace_says_how_long_it_takes_still(jobs: Jobs, workers: HandWorkers, clock: ManualClock) -> None:
    job, sweeper = begun(jobs, workers, clock)
    rounds(sweeper, workers, clock, most=4)
    found = now(jobs, job)
    assert found.left == pytest.approx((found.cells - found.made) / found.pace)
    assert 0 < found.pace < np.inf


@pytest.mark.usefixtures("rounds_wait")
def test_a_pool_in_the_page_s_process_makes_a_job_and_ends(jobs: Jobs) -> None:
    embedded = EmbeddedSweeper(jobs, replace(SETTINGS, trainings=1), Metrics())
    job = jobs.submit(new_job(plan_of()), "ann")
    embedded.resume()
    end = time.monotonic() + 60
    while now(jobs, job).state != DONE and time.monotonic() < end:
        time.sleep(0.05)
    assert_has_all_bits(jobs, job)
    embedded.stop()
    embedded.wake()
    assert embedded._thread is None or not embedded._thread.is_alive()


@pytest.mark.usefixtures("rounds_wait")
@pytest.mark.soak
def test_a_process_that_is_killed_costs_its_piece_and_another_takes_its_place(jobs: Jobs) -> None:
    job, workers = jobs.submit(new_job(plan_of()), "ann"), PoolWorkers(2)
    sweeper = Sweeper(jobs, workers, 4, LEASE, Metrics())
    sweeper.round()
    pool: Any = workers._pools[False]
    until(lambda: len(pool._processes) > 0)
    for process in list(pool._processes.values()):
        process.kill()
    end = time.monotonic() + 60
    while now(jobs, job).state == WANTED and time.monotonic() < end:
        sweeper.round()
    workers.close()
    assert workers._pools == {}
    assert_has_all_bits(jobs, job)
