"""The workers that make the runs of pieces: processes of this machine at low priority, or those of a Dask cluster.

Either is an executor that a sweeper gives tasks as JSON. A worker needs the engine and nothing else.
"""

import contextlib
import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Collection
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple, Protocol, TypeVar

from engine.errors import BenchError
from engine.sweeps.bit_check import bit_check_fingerprint, check_probe, probe, probe_when_compiled
from engine.sweeps.executor import WorkerResult, run_task_json
from engine.sweeps.pool_worker import NICENESS, begin_worker
from webapp.settings import Settings, SettingsError

CONNECT_SECONDS = 5
CENSUS_SECONDS = 2.0
"""Seconds for which the count of a cluster's workers is used."""
PACKAGE = "engine"
"""The package that a cluster needs. It is looked for before anything of it is sent, since what is sent in vain is a
traceback in the log of the scheduler, or of a worker."""
BESIDE_NICENESS = 5
"""The priority of the process beside the others, to which they leave a core while it works."""

T = TypeVar("T")


COMPILES = (
    "The workers of {} (DASK_SCHEDULER) compile the kernel, which takes one to four minutes the first time. "
    "Sweeps go on once it is there."
)


class WorkersAway(Exception):
    """Nobody can make runs now; the message is a sentence that says why, for visitors and operators."""


class Workers(Protocol):
    """Makes runs; used by one thread."""

    place: str
    """The place of the workers, in words."""
    count: int
    """The number of tasks that are worked on at a time."""
    waits: str
    """A sentence about what is waited for while they are not ready; empty where there is nothing to say."""

    def ready(self) -> bool:
        """Whether tasks can be submitted; False while that is being found out, and WorkersAway when they cannot."""

    def submit(self, task: str) -> Future[WorkerResult]:
        """Begins a task; WorkersAway when it cannot."""

    def ready_beside(self) -> bool:
        """Whether a task can begin beside those that keep all workers busy; False while that is being prepared."""

    def submit_beside(self, task: str) -> Future[WorkerResult]:
        """Begins a task there; to be called once it is ready."""

    def close(self) -> None:
        """Lets go of everything; tasks at work may be lost. `ready` begins anew."""


class PoolWorkers:
    """Processes of this machine, made when the first task comes."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.waits = ""
        self.place = f"{count} process{'es' if count > 1 else ''} of the server"
        self._pools: dict[bool, Executor] = {}
        """By whether it is beside: the pool of all processes, and that of one process beside them."""
        self._prepared: Future[str] | None = None

    def ready(self) -> bool:
        self._ready_pool()
        return True

    def _ready_pool(self, *, beside: bool = False) -> Executor:
        if beside not in self._pools:
            self._pools[beside] = ProcessPoolExecutor(
                1 if beside else self.count,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=begin_worker,
                initargs=(getattr(os, "nice", None), BESIDE_NICENESS if beside else NICENESS),
            )
        return self._pools[beside]

    def submit(self, task: str) -> Future[WorkerResult]:
        return self._submitted(partial(run_task_json, task))

    def ready_beside(self) -> bool:
        if self._prepared is None:
            self._prepared = self._submitted(bit_check_fingerprint, beside=True)  # it loads the kernel
        return self._prepared.done()

    def submit_beside(self, task: str) -> Future[WorkerResult]:
        return self._submitted(partial(run_task_json, task), beside=True)

    def _submitted(self, work: Callable[[], T], *, beside: bool = False) -> Future[T]:
        try:
            return self._ready_pool(beside=beside).submit(work)
        except BrokenExecutor:
            self.close()
            raise WorkersAway("A process that made runs has ended. The sweep goes on with a new one.") from None

    def close(self) -> None:
        self._prepared = None
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        self._pools.clear()


class DaskWorkers:
    """The workers of a Dask cluster. Certificates for tls:// are those of Dask's own configuration."""

    place = "a Dask cluster"

    def __init__(self, address: str, connect: Callable[..., Any] | None = None) -> None:
        self.count = 0
        self.waits = ""
        self._address = address
        self._connect = connect or dask_client()
        self._client: Any = None
        self._executor: Executor | None = None
        self._known: frozenset[str] = frozenset()
        """The addresses of workers that are like this process."""
        self._opening: Future[tuple[Any, Census]] | None = None
        self._census: Future[Census] | None = None
        self._census_at = 0.0

    def ready(self) -> bool:
        if self._client is None:
            return self._open()
        self._running_executor()
        self._recount()
        return self.count > 0

    def _running_executor(self) -> Any:
        if self._client is None or self._client.status != "running":
            raise WorkersAway(
                f"The Dask scheduler {self._address} (DASK_SCHEDULER) has gone. Sweeps go on once it is there again."
            )
        return self._executor

    def _open(self) -> bool:
        """Connects in a thread; whether there is a connection now."""
        if self._opening is None:
            self._opening = beside(self._connected)
        if not self._opening.done():
            return False
        opening, self._opening = self._opening, None
        try:
            client, census = opening.result()
        except Exception as error:
            raise self._silent(error) from error
        try:
            self._take_census(census)
        except BaseException:
            _take_leave(client)
            raise
        self._client, self._executor = client, client.get_executor(pure=False, retries=3)
        self._census_at = time.monotonic() + CENSUS_SECONDS
        return self.count > 0

    def _connected(self) -> tuple[Any, "Census"]:
        # A client that could not connect ends its loop when it is collected: where that falls into the start of another
        # client's loop, both wait for one lock, and Dask gives up after ten seconds.
        gc.collect()
        client = self._connect(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        try:
            check_scheduler(client)
            return client, census_of(client, frozenset())
        except BaseException:
            _take_leave(client)
            raise

    def _recount(self) -> None:
        """Asks now and then for workers that have joined or left; a worker that joins may take seconds to answer."""
        if self._census is None and time.monotonic() >= self._census_at:
            self._census = beside(partial(census_of, self._client, self._known))
        if self._census is not None and self._census.done():
            census, self._census, self._census_at = self._census, None, time.monotonic() + CENSUS_SECONDS
            try:
                self._take_census(census.result())
            except (OSError, TimeoutError) as error:
                raise self._silent(error) from error

    def _take_census(self, census: "Census") -> None:
        """Counts the workers that are like this process; WorkersAway when one is not, or when there are none, nor any
        that compiles its kernel."""
        own, joined = probe(), set()
        for worker, found in census.joined.items():
            if found is None or isinstance(found, OSError):
                continue  # it compiles its kernel, or left before it could say anything
            if isinstance(found, Exception):
                raise WorkersAway(
                    f"The workers of {self._address} (DASK_SCHEDULER) do not know this bench: {_first_line(found)}. "
                    "Install the same wheel there, or let both run the same image."
                ) from found
            try:
                check_probe(found, own)
            except BenchError as error:
                raise WorkersAway(str(error)) from error
            joined.add(worker)
        self._known = frozenset(census.threads.keys() & (self._known | joined))
        self.count = sum(census.threads[worker] for worker in self._known)
        compile_first = not self.count and None in census.joined.values()
        self.waits = COMPILES.format(self._address) if compile_first else ""
        if compile_first:
            return
        if not self.count:
            raise WorkersAway(
                f"The Dask scheduler {self._address} (DASK_SCHEDULER) has no workers. Sweeps go on once it has one."
            )
        self.place = f"{self.count} thread{'s' if self.count > 1 else ''} of a Dask cluster"

    def _silent(self, error: Exception) -> WorkersAway:
        named = f"The Dask scheduler {self._address} (DASK_SCHEDULER)"
        if isinstance(error, ImportError):
            return WorkersAway(
                f"{named} does not know this bench: {_first_line(error)}. "
                "Install the same wheel there, or let both run the same image."
            )
        cause = tls_cause(error) if self._address.startswith("tls://") else ""
        if cause:
            return WorkersAway(
                f"{named} was not reached, for {cause}. Give Dask's configuration in this process the certificates of "
                "that cluster: distributed.comm.tls.ca-file, client.cert and client.key."
            )
        return WorkersAway(f"{named} does not answer as one: {_first_line(error)}. Sweeps go on once it does.")

    def submit(self, task: str) -> Future[WorkerResult]:
        found: Future[WorkerResult] = self._running_executor().submit(run_task_json, task)
        return found

    def ready_beside(self) -> bool:
        return True

    def submit_beside(self, task: str) -> Future[WorkerResult]:
        return self.submit(task)

    def close(self) -> None:
        if self._opening is not None:
            self._opening.add_done_callback(_leave_opened)
        if self._client is not None:
            _take_leave(self._client)
        self._client = self._executor = self._census = self._opening = None
        self._known = frozenset()
        self.waits = ""


def tls_cause(error: Exception) -> str:
    """The sentence about the certificates of a connection over TLS; empty where something else is wrong."""
    if isinstance(error, TypeError):
        return "this process has no certificates"
    if isinstance(error, FileNotFoundError):
        return "a file with a certificate or a key does not exist"
    if "certificate does not match" in str(error):
        return "its certificate is not signed by the authority that this process knows"
    if "SSL" in str(error):
        return "it refused the certificate of this process, which another authority may have signed"
    if "Connection reset" in str(error):
        return "it ended the connection, as it does where it refuses the certificate of this process"
    return ""


def _take_leave(client: Any) -> None:
    with contextlib.suppress(OSError, TimeoutError):  # the scheduler may be gone
        client.close(timeout=1)


class Census(NamedTuple):
    """The workers of a cluster by their addresses: the number of threads of each, and the probes of new ones."""

    threads: dict[str, int]
    joined: dict[str, Any]
    """A Probe of each, None while its kernel is compiled, or the exception that it had instead."""


def check_scheduler(client: Any) -> None:
    """ModuleNotFoundError for a scheduler without this package: it reads what it passes on."""
    if client.run_on_scheduler(find_spec, PACKAGE) is None:
        raise missing()


def census_of(client: Any, known: Collection[str]) -> Census:
    """The workers that are there now; OSError where the scheduler does not answer."""
    threads, joined = client.nthreads(), {}
    if new := [worker for worker in threads if worker not in known]:
        found = client.run(find_spec, PACKAGE, workers=new, on_error="return")
        joined = {worker: missing() if spec is None else spec for worker, spec in found.items()}
    if able := [worker for worker, spec in joined.items() if not isinstance(spec, Exception)]:
        joined |= client.run(probe_when_compiled, workers=able, on_error="return")
    return Census(threads, joined)


def missing() -> ModuleNotFoundError:
    """The error of a process without this package."""
    return ModuleNotFoundError(f"it has no module named {PACKAGE}")


def beside(make: Callable[[], T]) -> Future[T]:
    """The result of the function, made in a thread that nobody waits for, not even at the end."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(make())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is read
            future.set_exception(error)

    threading.Thread(target=run, name="Dask cluster", daemon=True).start()
    return future


def _leave_opened(opening: Future[tuple[Any, Census]]) -> None:
    if opening.exception() is None:
        _take_leave(opening.result()[0])


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
    """The workers that the settings name; SettingsError where a package is missing."""
    return DaskWorkers(settings.dask_scheduler) if settings.dask_scheduler else PoolWorkers(settings.side_by_side)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0][:200] if lines else type(error).__name__).rstrip(".")
