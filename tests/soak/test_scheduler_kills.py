"""A Dask scheduler is killed in the middle of a sweep and comes back: the cells are those of an undisturbed one."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.soak.test_sweeper_kills import PATIENCE, Sweeping, digest_of_undisturbed
from tests.webapp.sweeps.dask_programs import DaskPrograms
from webapp.sweeps.job import Job

AWAY = r"The Dask scheduler tcp://\S+ \(DASK_SCHEDULER\) (has gone|does not answer as one)"
WORKERS, SEEDS = 2, 900


@pytest.fixture(scope="module")
def undisturbed() -> str:
    """The digest of the same runs made here."""
    return digest_of_undisturbed(SEEDS)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Ends what a test has started."""
    with ExitStack() as stack:
        yield stack


def on_dask(folder: Path, stack: ExitStack) -> tuple[Sweeping, DaskPrograms]:
    """A sweep under way on two workers of a scheduler."""
    dask = DaskPrograms(folder)
    stack.callback(dask.end)
    for _ in range(WORKERS):
        dask.start_worker()
    sweeping = Sweeping(folder, "sqlite", stack, SEEDS, DASK_SCHEDULER=dask.address)
    sweeping.until(lambda job: len(job.stored) >= 3)
    return sweeping, dask


def until_says(sweeping: Sweeping, pattern: str) -> None:
    """Waits until the page of the sweep and the list of its browser say so."""
    for path in (f"/sweeps/{sweeping.id}?from=99999", "/sweeps"):
        end = time.monotonic() + PATIENCE
        while not re.match(pattern, says := sweeping.ask("GET", path)["says"]):
            assert sweeping.job().wanted, "the sweep is too short for this test"
            assert time.monotonic() < end, says
            time.sleep(0.05)


def lose_scheduler(sweeping: Sweeping, dask: DaskPrograms) -> int:
    """Kills it, and waits until that is said and its workers have ended; how many pieces are stored then."""
    dask.kill_scheduler()
    until_says(sweeping, AWAY)
    for worker in dask.workers[-WORKERS:]:
        worker.wait(PATIENCE)
    return len(sweeping.job().stored)


def until_place(sweeping: Sweeping, place: str) -> None:
    """Waits until sweeps are made there, while there is one to make."""
    while (notice := sweeping.jobs.notice()) is None or notice["place"] != place:
        assert sweeping.job().wanted, notice


@pytest.mark.parametrize("sweepers", [1, 2])
def test_a_sweep_whose_scheduler_is_killed_goes_on_when_it_is_back(
    sweepers: int, tmp_path: Path, stack: ExitStack, undisturbed: str
) -> None:
    sweeping, dask = on_dask(tmp_path, stack)
    for _ in range(1, sweepers):
        sweeping.start_sweeper()
    token = sweeping.job().token
    before = lose_scheduler(sweeping, dask)
    dask.start_worker()
    dask.start_scheduler()
    until_place(sweeping, "1 thread of a Dask cluster")
    dask.start_worker()  # one that joins later has its share
    until_place(sweeping, "2 threads of a Dask cluster")
    sweeping.until(partial(has_more, before))
    before = lose_scheduler(sweeping, dask)
    dask.start_scheduler()
    for _ in range(WORKERS):
        dask.start_worker()
    sweeping.until(partial(has_more, before))
    assert sweeping.digest() == undisturbed
    assert sweeping.job().holders == (token,)
    assert sweeping.pieces_made() == sweeping.job().pieces
    until_says(sweeping, "$")


def has_more(pieces: int, job: Job) -> bool:
    """Whether more pieces than these are stored."""
    return len(job.stored) > pieces
