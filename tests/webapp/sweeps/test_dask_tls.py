"""A sweep on a Dask cluster over TLS: with its certificates it is made, and with those of another authority refused."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import dask
import numpy as np
import pytest

from engine.sweeps.sweep_result import sweep
from tests.engine.sweeps.test_cluster import experiment
from tests.webapp.sweeps.dask_programs import DaskPrograms
from tests.webapp.sweeps.test_dask import ALPHAS, SEEDS, now, plan_of_many_pieces, rounds_until
from webapp.operations.metrics import Metrics
from webapp.store import Limits
from webapp.store.memory import MemoryStore
from webapp.sweeps.jobs import Jobs, SweepLimits
from webapp.sweeps.pieces import RowPieces
from webapp.sweeps.plans import new_job
from webapp.sweeps.results import whole_result
from webapp.sweeps.sweeper import Sweeper
from webapp.sweeps.workers import DaskWorkers, WorkersAway

SECTION = "distributed.comm.tls"


class Authority:
    """Signs certificates in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca-key.pem"
        openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority", self._key, "-out", self.certificate)

    def sign(self, name: str) -> tuple[Path, Path]:
        """A certificate of that name, and its key."""
        request, certificate, key = (self._folder / f"{name}.{end}" for end in ("csr", "pem", "key"))
        openssl(f"req -newkey rsa:2048 -nodes -subj /CN={name}", key, "-out", request)
        signing = ("-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-days", "2")
        run_openssl("x509", "-req", "-in", request, "-out", certificate, *signing)
        return certificate, key


def openssl(words: str, key: Path, *more: str | Path) -> None:
    run_openssl(*words.split(), "-keyout", key, *more)


def run_openssl(*words: str | Path) -> None:
    """Skips the test where there is no openssl."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl here to make certificates with: install it")
    subprocess.run([program, *map(str, words)], check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """That of the cluster."""
    return Authority(tmp_path / "cluster")


@pytest.fixture
def cluster(authority: Authority, tmp_path: Path) -> Iterator[DaskPrograms]:
    """A scheduler and a worker that speak TLS alone, each configured by its environment."""
    environ = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(authority.certificate)}
    for role in ("SCHEDULER", "WORKER"):
        certificate, key = authority.sign(role.lower())
        environ[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = str(certificate)
        environ[f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY"] = str(key)
    with ExitStack() as stack:
        programs = DaskPrograms(tmp_path, "tls", **environ)
        stack.callback(programs.end)
        programs.start_worker()
        yield programs


def client_of(authority: Authority, signed_by: Authority) -> dask.config.set:
    """Dask's configuration of a client that trusts one authority and is known to another."""
    certificate, key = signed_by.sign("client")
    names = {"ca-file": authority.certificate, "client.cert": certificate, "client.key": key}
    return dask.config.set({f"{SECTION}.{name}": str(path) for name, path in names.items()})


def refusal_at(address: str) -> str:
    workers = DaskWorkers(address)
    with pytest.raises(WorkersAway) as refused:
        until_ready(workers)
    return str(refused.value)


def until_ready(workers: DaskWorkers) -> None:
    """Waits for it, as long as Dask may take to give up a connection that it began."""
    end = time.monotonic() + 60
    while not workers.ready():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.soak
def test_a_sweep_is_made_over_tls_and_other_certificates_are_refused_in_a_sentence(
    cluster: DaskPrograms, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryStore(Limits(10_000.0, 8, 100_000_000))
    jobs = Jobs(store, RowPieces(store), SweepLimits(10_000.0, 9, 50_000_000))
    plan = plan_of_many_pieces(monkeypatch)
    job, workers = jobs.submit(new_job(plan), "ann"), DaskWorkers(cluster.address)
    sweeper = Sweeper(jobs, workers, 4, 3.0, Metrics())
    with client_of(authority, authority):
        rounds_until(sweeper, jobs, job, job.pieces)
        workers.close()
    assert workers.place == "1 thread of a Dask cluster"
    found, whole = whole_result(jobs, now(jobs, job), plan), sweep(experiment(300), alphas=ALPHAS, seeds=SEEDS)
    for name in ("settled", "last", "sound"):
        assert np.array_equal(getattr(found, name), getattr(whole, name), equal_nan=True)
    foreign = Authority(tmp_path / "foreign")
    known_by = (
        "Give Dask's configuration in this process the certificates of that cluster: distributed.comm.tls.ca-file"
    )
    with client_of(foreign, authority):
        says = refusal_at(cluster.address)
    assert "was not reached, for its certificate is not signed by the authority that this process knows." in says
    assert known_by in says
    with client_of(authority, foreign):
        says = refusal_at(cluster.address)
    refused = "for it refused the certificate of this process, which another authority may have signed."
    reset = "for it ended the connection, as it does where it refuses the certificate of this process."
    assert refused in says or reset in says, says
    with client_of(authority, authority), dask.config.set({f"{SECTION}.ca-file": str(tmp_path / "none.pem")}):
        assert "for a file with a certificate or a key does not exist." in refusal_at(cluster.address)
    assert "for this process has no certificates." in refusal_at(cluster.address)
    with client_of(authority, authority):
        assert "does not answer as one" in refusal_at(cluster.address.replace("tls://", "tcp://"))
