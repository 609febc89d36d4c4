"""Several processes of the server that share a store, and HAProxy in front of them with deploy/haproxy.cfg.

The table has the number of turned knobs a second that a class gets answered, each page as soon as it may turn again:
from one process without a proxy, and from one and from two behind it. Pages, proxy and processes share the cores.
"""

import contextlib
import csv
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from benchmarks import print_heading
from benchmarks.capacity import KNOBS, MAPS_OF_A_DRAG, UNLIMITED, Class, Page, class_of, row
from benchmarks.load import CLASS, ROOT, started

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
PORTS = 20_000, 32_000
PATIENCE = 60.0
"""Seconds within which a process is ready, with a kernel that is to be compiled first."""
MISSING = "HAProxy is not installed (on Debian: apt-get install haproxy)"


def haproxy() -> str | None:
    """The path of HAProxy, if it is installed."""
    return shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    """A port of this machine that nobody listens on, below those that connections take by themselves meanwhile."""
    while True:
        port = random.randrange(*PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def answer_of(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    """The status and the text of an address at that port; 0 where nobody answers."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request(method, path)
        answer = line.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        line.close()


class Fleet:
    """Processes on ports of their own that outlive a restart, and one proxy in front of all."""

    def __init__(self, processes: int, folder: str, environ: dict[str, str], proxy: dict[str, str]) -> None:
        self._folder = folder
        self._environ = {"TRUSTED_PROXIES": "1", "DRAIN_SECONDS": "3"} | environ
        self.ports = [free_port() for _ in range(processes)]
        self.port = free_port()
        self.processes = [self._start(port) for port in self.ports]
        servers = {f"SERVER_{k}": f"127.0.0.1:{port}" for k, port in enumerate(self.ports, 1)}
        # One of the two that the configuration has at least is never there.
        environment = {"SERVER_2": "127.0.0.1:1"} | servers | {"HTTP": f"127.0.0.1:{self.port}"} | proxy
        self._asking = Path(folder) / "proxy.socket"
        asked = Path(folder) / "proxy.cfg"
        asked.write_text(f"global\n    stats socket {self._asking}\n")
        self.log = Path(folder) / "proxy.log"
        with self.log.open("wb") as log:
            self.proxy = subprocess.Popen(
                [haproxy() or "haproxy", "-db", "-f", str(CONFIGURATION), "-f", str(asked)],
                env=os.environ | environment,
                stdout=log,
                stderr=subprocess.DEVNULL,
            )

    def _start(self, port: int) -> "subprocess.Popen[str]":
        return started(self._folder, PORT=str(port), **self._environ)

    @property
    def url(self) -> str:
        """The address at the proxy."""
        return f"http://127.0.0.1:{self.port}/"

    def until_ready(self) -> None:
        """Waits until every process is ready and the proxy sends pages and knobs to each."""
        until = time.monotonic() + PATIENCE
        while waited_for := self._not_ready():
            if time.monotonic() > until:
                raise TimeoutError(f"Not ready: {waited_for}")
            time.sleep(0.2)

    def _not_ready(self) -> list[str]:
        """The processes that say that they are not ready, and those that the proxy has not found ready in a backend."""
        away = [str(port) for port in self.ports if answer_of(port, "/readyz")[0] != HTTPStatus.OK]
        names = {f"s{k}" for k, _ in enumerate(self.ports, 1)}
        servers = [line for line in self._statistics() if line["svname"] in names]
        left = [f"{line['pxname']}/{line['svname']}" for line in servers if not line["status"].startswith("UP")]
        return away + (left if servers else ["the proxy"])

    def _statistics(self) -> list[dict[str, str]]:
        """The proxy's statistics of each of its servers; none while it starts."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self._asking))
            line.sendall(b"show stat\n")
            with line.makefile(encoding="ascii") as told:
                return list(csv.DictReader(told.read().removeprefix("# ").splitlines()))
        return []

    def answers(self, backend: str) -> list[int]:
        """The number of requests that each process has answered in that backend of the proxy."""
        names = [f"s{k}" for k, _ in enumerate(self.ports, 1)]
        found = {line["svname"]: int(line["hrsp_2xx"]) for line in self._statistics() if line["pxname"] == backend}
        return [found[name] for name in names]

    def end(self, k: int, number: signal.Signals = signal.SIGTERM) -> int:
        """Ends a process as an orchestrator does, or as that signal does; its exit code."""
        self.processes[k].send_signal(number)
        code = self.processes[k].wait()
        if (printed := self.processes[k].stdout) is not None:
            printed.close()
        return code

    def start(self, k: int) -> None:
        """Starts a process again where it was."""
        self.processes[k] = self._start(self.ports[k])

    def close(self) -> None:
        """Ends all of it."""
        self.proxy.terminate()
        self.proxy.wait()
        for k, process in enumerate(self.processes):
            if process.returncode is None:
                self.end(k, signal.SIGKILL)


@contextlib.contextmanager
def fleet(processes: int, folder: str, proxy: dict[str, str] | None = None, **environ: str) -> Iterator[Fleet]:
    """A fleet of ready processes whose sessions are in one folder, with these settings of theirs and the proxy's."""
    running = Fleet(processes, folder, environ, proxy or {})
    try:
        running.until_ready()
        yield running
    finally:
        running.close()


def main() -> None:
    """Prints the table."""
    print_heading()
    print(f"| {CLASS} open, each waits, 300 samples | knobs a second | p95 ms | first process: ms a knob | asking ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with class_of(CLASS, MAPS_OF_A_DRAG) as seats:
        print(row("one process, no proxy", seats.turns(KNOBS)))
    for processes in (1, 2) if haproxy() else ():
        with behind_proxy(processes) as seats:
            print(row(f"behind HAProxy, {processes}", seats.turns(KNOBS)))
    print("" if haproxy() else f"\n{MISSING}.\n")


@contextlib.contextmanager
def behind_proxy(processes: int) -> Iterator[Class]:
    """A class behind the proxy; its server time is that of the first process."""
    unlimited = {name: text for name, text in UNLIMITED.items() if name != "STORE"}
    proxy = {"REQUESTS_PER_ADDRESS": "1000000"}
    with tempfile.TemporaryDirectory() as folder, fleet(processes, folder, proxy, **unlimited) as running:
        seats = [Page(running.url, seat, MAPS_OF_A_DRAG) for seat in range(CLASS)]
        yield Class(running.processes[0].pid, seats)
        for page in seats:
            page.socket.close()


if __name__ == "__main__":
    main()
