"""A Dask scheduler and its workers as programs of a test's own, at a fixed port of loopback."""

import os
import subprocess
import sys
from pathlib import Path

from tests.webapp.store.valkey_server import free_port

ROOT = Path(__file__).parents[3]
LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")


class DaskPrograms:
    """Each can be killed, and started again where it was; `environ` is more of their environment."""

    def __init__(self, folder: Path, scheme: str = "tcp", **environ: str) -> None:
        self._folder = folder
        self._environ = environ
        self._port = free_port()
        self.address = f"{scheme}://127.0.0.1:{self._port}"
        self._running: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.start_scheduler()

    def start_scheduler(self) -> None:
        protocol = self.address.partition(":")[0]
        self.scheduler = self._start("scheduler", *LOOPBACK, "--port", str(self._port), "--protocol", protocol)

    def start_worker(self) -> None:
        """One more, with one thread; it waits for its scheduler."""
        self.workers.append(self._start("worker", self.address, *LOOPBACK, "--nthreads", "1", "--no-nanny"))

    def kill_scheduler(self) -> None:
        self.scheduler.kill()
        self.scheduler.wait()

    def end(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        environ = os.environ | {"PYTHONPATH": str(ROOT)} | self._environ
        with (self._folder / "dask.log").open("ab") as log:
            command = [sys.executable, "-m", "dask", *words]
            process = subprocess.Popen(command, env=environ, cwd=self._folder, stdout=log, stderr=log)
        self._running.append(process)
        return process
