"""Who makes the runs of pieces: processes of this machine at low priority, or the workers of a Dask cluster.

Either is an executor that a sweeper gives tasks as JSON. A worker needs the engine and nothing else.
"""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from importlib import import_module
from typing import Any, Protocol

from engine.errors import BenchError
from engine.sweeps.bit_check import check_probe, probe
from engine.sweeps.executor import WorkerResult, run_task_json
from engine.sweeps.pool_worker import begin_worker
from webapp.settings import Settings, SettingsError

CONNECT_SECONDS = 5


class WorkersAway(Exception):
    """Nobody can make runs now; the message is a sentence that says why, for visitors and operators."""


class Workers(Protocol):
    """Makes runs; used by one thread."""

    place: str
    """Where, in words."""
    count: int
    """How many tasks are worked on at a time."""

    def ready(self) -> None:
        """Makes sure that tasks can be submitted; WorkersAway when they cannot."""

    def submit(self, task: str) -> Future[WorkerResult]:
        """Begins a task; WorkersAway when it cannot."""

    def close(self) -> None:
        """Lets go of everything; what is at work may be lost. `ready` begins anew."""


class PoolWorkers:
    """Processes of this machine, made when the first task comes."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.place = f"{count} process{'es' if count > 1 else ''} of the server"
        self._pool: Executor | None = None

    def ready(self) -> None:
        self._ready_pool()

    def _ready_pool(self) -> Executor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=begin_worker,
                initargs=(getattr(os, "nice", None),),
            )
        return self._pool

    def submit(self, task: str) -> Future[WorkerResult]:
        try:
            return self._ready_pool().submit(run_task_json, task)
        except BrokenExecutor:
            self.close()
            raise WorkersAway("A process that made runs has ended. The sweep goes on with a new one.") from None

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


class DaskWorkers:
    """The workers of a Dask cluster. Certificates for tls:// are those of Dask's own configuration."""

    place = "a Dask cluster"

    def __init__(self, address: str, connect: Callable[..., Any] | None = None) -> None:
        self.count = 0
        self._address = address
        self._connect = connect or dask_client()
        self._client: Any = None
        self._executor: Executor | None = None

    def ready(self) -> None:
        self._ready_executor()

    def _ready_executor(self) -> Any:
        if self._client is not None and self._client.status != "running":
            raise WorkersAway(
                f"The Dask scheduler {self._address} (DASK_SCHEDULER) has gone. Sweeps go on once it is there again."
            )
        if self._client is None:
            self._open()
        return self._executor

    def _open(self) -> None:
        try:
            client = self._connect(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError, TypeError, RuntimeError) as error:
            raise WorkersAway(
                f"The Dask scheduler {self._address} (DASK_SCHEDULER) does not answer as one: {_first_line(error)}. "
                "Sweeps go on once it does."
            ) from error
        try:
            self.count = _checked_threads(client, self._address)
        except BaseException:
            client.close()
            raise
        self._client, self._executor = client, client.get_executor(pure=False, retries=3)
        self.place = f"{self.count} thread{'s' if self.count > 1 else ''} of a Dask cluster"

    def submit(self, task: str) -> Future[WorkerResult]:
        found: Future[WorkerResult] = self._ready_executor().submit(run_task_json, task)
        return found

    def close(self) -> None:
        if self._client is not None:
            self._client.close(timeout=1)
            self._client = self._executor = None


def _checked_threads(client: Any, address: str) -> int:
    """How many threads the cluster's workers have together; WorkersAway when a worker is not like this process."""
    try:
        found = client.run(probe)
    except Exception as error:  # whatever a worker raises that lacks a package
        raise WorkersAway(
            f"The workers of {address} (DASK_SCHEDULER) do not know this bench: {_first_line(error)}. "
            "Install the same wheel there, or let both run the same image."
        ) from error
    if not found:
        raise WorkersAway(f"The Dask scheduler {address} has no workers yet. Sweeps go on once it has one.")
    own = probe()
    for one in found.values():
        try:
            check_probe(one, own)
        except BenchError as error:
            raise WorkersAway(str(error)) from error
    return sum(client.nthreads().values())


def dask_client() -> Callable[..., Any]:
    """Dask's client; SettingsError where it is not installed."""
    try:
        found: Callable[..., Any] = import_module("distributed").Client
    except ImportError:
        raise SettingsError(
            "DASK_SCHEDULER needs the package distributed, and it is not installed. Call pip install nnbench[dask], "
            "or leave DASK_SCHEDULER out."
        ) from None
    return found


def workers_of(settings: Settings) -> Workers:
    """Those that the settings name; SettingsError where a package is missing."""
    return DaskWorkers(settings.dask_scheduler) if settings.dask_scheduler else PoolWorkers(settings.side_by_side)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0][:200] if lines else type(error).__name__).rstrip(".")
