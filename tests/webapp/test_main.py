"""`python -m webapp` prints its address, or why it does not start, and exits on SIGTERM and Ctrl-C."""

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from benchmarks.capacity import processor_seconds
from webapp import serve
from webapp.base.version import version
from webapp.http import server
from webapp.settings import Settings

ROOT = Path(__file__).parents[2]


def hear_ctrl_c() -> None:
    """Ends a process by SIGINT again, whatever its parent does with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def started(folder: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """The server as a process of its own, killed at the end if it is still there.

    It hears Ctrl+C as in a terminal, also where these tests run in the background, which hears none.
    """
    given = {**os.environ, "DATA_DIR": str(folder), "PORT": "0", **environ}
    command = [sys.executable, "-m", "webapp"]
    hears: dict[str, Any] = {"preexec_fn": hear_ctrl_c}  # no other thread runs here
    with subprocess.Popen(command, cwd=ROOT, env=given, text=True, stdout=-1, stderr=-1, **hears) as process:
        try:
            yield process
        finally:
            process.kill()


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    found = re.fullmatch(r"NNBench is on (http://127\.0\.0\.1:\d+/)\n", process.stdout.readline())
    assert found, process.communicate()
    return found[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.soak
def test_it_serves_at_the_printed_address_and_exits_with_0_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, BODY_KB="16") as process:
        url = url_of(process)
        with urllib.request.urlopen(url + "healthz", timeout=10) as answer:
            assert (answer.status, answer.read()) == (200, b"OK")
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert b"_dash-config" in answer.read()
        too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE  # its phrase is another one from Python 3.13 on
        assert status_of_a_huge_request(url) == f"HTTP/1.1 413 {too_large.phrase}"
        process.send_signal(number)
        _, errors = process.communicate(timeout=15)
        assert process.returncode == 0
        assert "Traceback" not in errors


INTERRUPTED_LOOP = """
import os, selectors, signal
from webapp.serve import main

class Interrupted(selectors.DefaultSelector):
    def unregister(self, watched):
        found = super().unregister(watched)
        if found.data is not None:  # a connection's socket
            os.kill(os.getpid(), signal.SIGINT)
        return found

selectors.DefaultSelector = Interrupted
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""


@pytest.mark.soak
def test_ctrl_c_in_the_middle_of_the_loops_work_ends_it_as_well(tmp_path: Path) -> None:
    given = {**os.environ, "DATA_DIR": str(tmp_path), "PORT": "0"}
    command = [sys.executable, "-c", INTERRUPTED_LOOP]
    with subprocess.Popen(command, cwd=ROOT, env=given, text=True, stdout=-1, stderr=-1) as process:
        with urllib.request.urlopen(url_of(process) + "livez", timeout=10) as answer:
            assert answer.status == 200
        _, errors = process.communicate(timeout=15)
    assert (process.returncode, errors) == (0, "")


def test_after_sigterm_it_is_not_ready_serves_on_and_exits_with_0_and_its_log_is_json_all_along(tmp_path: Path) -> None:
    with started(tmp_path, DRAIN_SECONDS="2", LOG="json") as process:
        assert process.stderr is not None
        start = json.loads(process.stderr.readline())
        url = start["address"]
        assert (start["event"], start["version"], start["message"]) == ("started", version(), f"NNBench is on {url}")
        process.send_signal(signal.SIGTERM)
        while (seen := status_and_text(url + "readyz")) != (503, "draining\n"):
            assert seen in ((200, "ready\n"), (503, "kernel\n"), (503, "store\n"))
        assert status_and_text(url + "livez") == (200, "live\n")
        assert status_and_text(url + "healthz") == (200, "OK")
        printed, errors = process.communicate(timeout=15)
        assert (process.returncode, printed) == (0, "")
        events = [json.loads(line)["event"] for line in errors.splitlines()]
        assert events[-2:] == ["draining", "stopped"]
        assert set(events[:-2]) <= {"kernel", "ready"}


@pytest.mark.parametrize(("command", "environ", "said"), [
    (("webapp",), {"PORT": "x"}, "NNBench did not start. PORT must be"),
    (("webapp", "sweeper"), {"STORE": "redis://x"}, "nnbench: STORE must be"),
])  # fmt: skip
@pytest.mark.soak
def test_a_start_that_fails_is_a_line_of_json_too(command: tuple[str, ...], environ: dict[str, str], said: str) -> None:
    given = os.environ | {"LOG": "json"} | environ
    ended = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=given, capture_output=True, check=False)
    (line,) = ended.stderr.splitlines()
    refused = json.loads(line)
    assert (refused["event"], refused["level"], ended.stdout) == ("refused", "critical", b"")
    assert refused["message"].startswith(said)
    assert ended.returncode != 0


@pytest.mark.soak
def test_a_run_that_is_in_work_ends_at_its_next_piece(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        where = urlsplit(url_of(process))
        while status_and_text(where.geturl() + "readyz")[0] != 200:
            pass
        with closing(socket.create_connection((where.hostname, where.port), timeout=15)) as line:
            query = "experiment=spiral&samples=1000000&twins=8"
            line.sendall(f"GET /run.json?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            used = processor_seconds(process.pid)
            while processor_seconds(process.pid) < used + 0.2:
                pass
            process.send_signal(signal.SIGTERM)
            assert line.recv(1000).startswith(b"HTTP/1.1 503 ")
        process.communicate(timeout=15)
        assert process.returncode == 0


def status_and_text(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def status_of_a_huge_request(url: str) -> str:
    """The response to a request that states its size and sends nothing of it."""
    head = b"POST /_dash-update-component HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    where = urlsplit(url)
    with closing(socket.create_connection((where.hostname, where.port), timeout=10)) as line:
        line.sendall(head)
        return line.recv(1000).decode().splitlines()[0]


@pytest.fixture
def refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., str]]:
    """Starts the server in this process, with this environment, and returns its message when it does not start."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    def start(**environ: str) -> str:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as left:
            serve.main()
        assert left.value.code == 1
        return capsys.readouterr().err

    yield start
    for number, handler in before.items():
        signal.signal(number, handler)


def test_what_stops_the_start_is_a_sentence(refusal: Callable[..., str], tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        assert f"NNBench did not start. Port {port} is in use. Stop what uses it" in refusal(PORT=port)
    (tmp_path / "sessions.sqlite3").write_bytes(b"not a database at all" * 100)
    assert "NNBench did not start. The store" in refusal(PORT="0")
    assert refusal(THREADS="many").startswith("NNBench did not start. THREADS must be a whole number")


def test_the_address_is_one_that_a_browser_opens_at_a_desktop_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for settings, expected in [
        (Settings(), "http://127.0.0.1:8123/"),
        (Settings(host="0.0.0.0", url_prefix="/a"), "http://localhost:8123/a/"),
        (Settings(host="::1"), "http://[::1]:8123/"),
        (Settings(public_url="https://bench.example.org", secret_key=("s" * 32)), "https://bench.example.org/"),
    ]:
        assert server.address(settings, 8123) == expected
    for number, sentence in REASONS:
        assert server.listen_error_text(OSError(number, "why"), Settings()) == sentence
    for terminal, environ, opens in [
        (True, {"DISPLAY": ":0"}, True), (True, {"WAYLAND_DISPLAY": "wayland-0"}, True), (True, {}, False),
        (False, {"DISPLAY": ":0"}, False), (True, {"DISPLAY": ":0", "SSH_CONNECTION": "1"}, False),
    ]:  # fmt: skip
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(sys.stdout, "isatty", partial(bool, terminal), raising=False)
        assert serve.on_a_desktop() is opens


REASONS = [
    (errno.EADDRINUSE, "Port 8050 is in use. Stop what uses it, or give another one, as in PORT=8051."),
    (errno.EACCES, "Port 8050 is not ours to use. Give one above 1023, as in PORT=8050."),
    (errno.EADDRNOTAVAIL, "HOST=127.0.0.1 cannot be listened on (why). Give another HOST."),
]
