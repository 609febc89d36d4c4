"""Each process of a sweep is killed in the middle of it: its cells are those of an undisturbed sweep, to the bit.

Everybody is killed in turn, on both stores, and a sweeper is frozen.
"""

import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from benchmarks.load import ROOT
from engine import CATALOGUE, SweepResult, sweep
from tests.soak.test_kills import SECRET, Processes
from tests.webapp.store.valkey_server import ValkeyServer, free_port, needs_valkey
from webapp.settings import Settings
from webapp.store import StoreError
from webapp.sweeps.job import CANCELLED, DONE, Job
from webapp.sweeps.jobs import Jobs
from webapp.sweeps.open_jobs import open_jobs
from webapp.sweeps.plans import read_plan
from webapp.sweeps.results import whole_result

ALPHAS = np.geomspace(0.001, 0.5, 40).tolist()
SEEDS = 100
LINK = "?experiment=spiral&samples=3000"
FREEZE_SECONDS = 6.0
PATIENCE = 600.0
Disturb = Callable[["Sweeping"], None]


def sha256_of(found: SweepResult) -> str:
    """A digest of all cells."""
    parts = (found.settled, found.last, found.sound.astype("<i8"), found.diverged)
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()


def digest_of_undisturbed(seeds: int = SEEDS) -> str:
    """The digest of the same runs made here."""
    return sha256_of(
        sweep(CATALOGUE["spiral"].experiment.replace_unchecked(samples=3000), alphas=ALPHAS, seeds=range(seeds))
    )


@pytest.fixture(scope="module")
def undisturbed() -> str:
    """The digest of the cells of a sweep that nothing has disturbed."""
    return digest_of_undisturbed()


class Sweeping:
    """A web process, sweepers and a store, and a sweep that is under way."""

    def __init__(self, folder: Path, store: str, stack: ExitStack, seeds: int = SEEDS, **environ: str) -> None:
        self.folder = folder
        self.valkey: ValkeyServer | None = None
        self.environ = {"SECRET_KEY": SECRET, "SWEEPER": "no", "STORE": "sqlite"} | environ
        if store == "valkey":
            self.valkey = ValkeyServer(folder)
            stack.callback(self.valkey.kill)
            self.environ["STORE"] = self.valkey.address
        self.web = Processes(1, folder, **self.environ)
        stack.callback(self.web.end)
        self.sweepers: list[subprocess.Popen[bytes]] = []
        self.metrics_ports: list[int] = []
        stack.callback(self.end)
        settings = Settings(store=self.environ["STORE"], secret_key=SECRET, data_dir=folder)
        self.jobs: Jobs = open_jobs(settings.with_data_folder())
        self.start_sweeper()
        self.cookie = ""
        body = {"link": LINK, "axes": {"alpha": ",".join(map(repr, ALPHAS)), "seed": f"0:{seeds}"}, "start": True}
        self.id: str = self.ask("POST", "/sweeps", body)["job"]["id"]
        self.snapshots: list[list[Any]] = []

    def start_sweeper(self) -> None:
        """One more, as a process of its own."""
        self.metrics_ports.append(free_port())
        own = {"DATA_DIR": str(self.folder), "TRAININGS": "2", "METRICS_PORT": str(self.metrics_ports[-1])}
        environ = os.environ | own | self.environ
        command = [sys.executable, "-m", "webapp", "sweeper"]
        self.sweepers.append(
            subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )

    def pieces_made(self) -> int:
        """How many pieces the sweepers that run have stored, each time counted."""
        found = 0
        for port in self.metrics_ports:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
                line.request("GET", "/metrics")
                counted = re.search(
                    r"^nnbench_sweep_pieces_total (\S+)$", line.getresponse().read().decode(), re.MULTILINE
                )
            assert counted is not None
            found += int(float(counted[1]))
        return found

    def end(self) -> None:
        """Ends the sweepers."""
        for process in self.sweepers:
            process.kill()
            process.wait()

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The answer of the web process, which may be starting."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                where = urlsplit(self.web.urls[0])
                with closing(http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=10)) as line:
                    headers = {"Content-Type": "application/json", "Cookie": self.cookie}
                    line.request(method, path, json.dumps(body) if body else None, headers)
                    answer = line.getresponse()
                    text = answer.read()
                self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0] or self.cookie
                if answer.status == 200:
                    return json.loads(text)
            except (OSError, http.client.HTTPException):
                pass
            assert time.monotonic() < end
            time.sleep(0.1)

    def job(self) -> Job:
        """The job as it is stored, noted among the snapshots."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                found = self.jobs.find(self.id)
            except StoreError:
                assert time.monotonic() < end
                continue
            assert found is not None
            self.snapshots.append(found.stored.tolist())
            return found

    def until(self, holds: Callable[[Job], bool]) -> Job:
        """Waits until it holds of the job."""
        end = time.monotonic() + PATIENCE
        while not holds(job := self.job()):
            assert time.monotonic() < end, (job.state, job.says, job.made, job.cells)
            time.sleep(0.05)
        return job

    def digest(self) -> str:
        """That of all cells, once the sweep is done; no piece that was stored was stored anew."""
        job = self.until(lambda job: job.state == DONE)
        for before, after in zip(self.snapshots, self.snapshots[1:], strict=False):
            assert after[: len(before)] == before
        assert len(job.places) == len(job.stored) == job.pieces
        text = self.jobs.plan(self.id)
        assert text is not None
        return sha256_of(whole_result(self.jobs, job, read_plan(text).plan))


def kill_worker(sweeping: Sweeping) -> None:
    """Each process of the pool, one after the other."""
    children = Path(f"/proc/{sweeping.sweepers[0].pid}/task/{sweeping.sweepers[0].pid}/children").read_text()
    for child in children.split():
        os.kill(int(child), signal.SIGKILL)


def kill_sweeper(sweeping: Sweeping) -> None:
    """Another one takes over, which runs already."""
    sweeping.start_sweeper()
    stored = len(sweeping.job().stored)
    sweeping.sweepers[0].kill()
    sweeping.sweepers[0].wait()
    sweeping.until(lambda job: len(job.stored) > stored + 1)


def kill_web(sweeping: Sweeping) -> None:
    """The process that the page talks to."""
    sweeping.web.kill(0)


def kill_store(sweeping: Sweeping) -> None:
    """Valkey, as by a power cut of its machine."""
    assert sweeping.valkey is not None
    sweeping.valkey.kill()
    time.sleep(1)
    sweeping.valkey.start()


def freeze_sweeper(sweeping: Sweeping) -> None:
    """For six seconds, or longer until another one has taken over."""
    sweeping.start_sweeper()
    token = sweeping.job().token
    os.kill(sweeping.sweepers[0].pid, signal.SIGSTOP)
    time.sleep(FREEZE_SECONDS)
    sweeping.until(lambda job: job.token != token)
    os.kill(sweeping.sweepers[0].pid, signal.SIGCONT)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Sweeping]]:
    """Starts a sweep on a store, and waits until some of its pieces are stored."""
    with ExitStack() as stack:

        def started(store: str) -> Sweeping:
            sweeping = Sweeping(tmp_path, store, stack)
            sweeping.until(lambda job: len(job.stored) >= 3)
            return sweeping

        yield started


STORES = ["sqlite", pytest.param("valkey", marks=needs_valkey)]
DISTURBED = [
    *(
        pytest.param(store, disturb, marks=[needs_valkey] if store == "valkey" else [])
        for store in ("sqlite", "valkey")
        for disturb in (kill_worker, kill_sweeper, kill_web, freeze_sweeper)
    ),
    pytest.param("valkey", kill_store, marks=needs_valkey),
]


@pytest.mark.parametrize(("store", "disturb"), DISTURBED)
def test_a_sweep_that_is_disturbed_has_the_cells_of_an_undisturbed_one(
    store: str, disturb: Disturb, start: Callable[[str], Sweeping], undisturbed: str
) -> None:
    sweeping = start(store)
    disturb(sweeping)
    assert sweeping.digest() == undisturbed


@pytest.mark.parametrize("store", STORES)
def test_nothing_is_stored_after_a_cancel_in_the_middle(store: str, start: Callable[[str], Sweeping]) -> None:
    sweeping = start(store)
    answer = sweeping.ask("DELETE", f"/sweeps/{sweeping.id}")
    assert answer["job"]["state"] == CANCELLED
    stored = sweeping.job().stored.tolist()
    assert len(stored) == answer["job"]["stored"]
    time.sleep(5)
    job = sweeping.job()
    assert (job.state, job.stored.tolist()) == (CANCELLED, stored)


@pytest.mark.parametrize("store", STORES)
def test_a_sweeper_that_is_told_to_stop_ends_and_the_next_goes_on(
    store: str, start: Callable[[str], Sweeping], undisturbed: str
) -> None:
    sweeping = start(store)
    sweeping.sweepers[0].terminate()
    assert sweeping.sweepers[0].wait(30) == 0
    assert sweeping.job().token == ""
    sweeping.start_sweeper()
    assert sweeping.digest() == undisturbed


def test_a_digest_tells_a_last_bit() -> None:
    found = sweep(CATALOGUE["tanh-signs"].experiment.replace_unchecked(samples=10), alphas=[0.1, 0.2], seeds=[1, 2])
    other = found.settled.copy()
    other[1, 1] = np.nextafter(other[1, 1], 1.0)
    assert sha256_of(replace(found, settled=other)) != sha256_of(found)
