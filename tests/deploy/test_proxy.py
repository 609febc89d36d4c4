"""HAProxy as deploy/haproxy.cfg has it in front of real processes: nobody notices that they are restarted."""

import contextlib
import http.client
import itertools
import json
import logging
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fleet import CONFIGURATION, MISSING, PATIENCE, Fleet, answer_of, fleet, free_port, haproxy
from benchmarks.load import ROOT, Visitor, percentile
from tests.soak.attacks import SLOW_PAGES
from tests.soak.probe import raise_file_limit
from webapp.http.kinds import Kind, slots_of
from webapp.settings import Settings

pytestmark = pytest.mark.skipif(haproxy() is None, reason=MISSING)
SECRET = "s" * 32
VISITORS, CLASS, TRIES = 4, 30, 10
log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two processes on one SQLite file, which count what they answer."""
    with fleet(2, str(tmp_path_factory.mktemp("two")), LOG="json") as running:
        yield running


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    with fleet(1, str(tmp_path_factory.mktemp("one"))) as running:
        yield running


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate that signs itself, with its key."""
    key, own = tmp_path / "key.pem", tmp_path / "own.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*words, "-keyout", str(key), "-out", str(own)], check=True, capture_output=True)
    both = tmp_path / "both.pem"
    both.write_text(own.read_text() + key.read_text())
    return both


@pytest.mark.parametrize("environ", [
    {"SERVER_1": "127.0.0.1:1", "SERVER_2": "127.0.0.1:2"},
    {"SERVER_1": "127.0.0.1:1", "SERVER_2": "127.0.0.1:2", "SERVER_3": "127.0.0.1:3", "SERVER_4": "127.0.0.1:4"},
    {"SERVERS": "web", "PREFIX": "/class/nnbench"}, {"SERVERS": "web", "CERTIFICATE": "given"},
], ids=" ".join)  # fmt: skip
def test_every_shape_is_accepted_without_a_warning(environ: dict[str, str], certificate: Path) -> None:
    given = environ | ({"CERTIFICATE": str(certificate)} if "CERTIFICATE" in environ else {})
    words = [str(haproxy()), "-c", "-dW", "-f", str(CONFIGURATION)]
    checked = subprocess.run(words, env=given, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_as_many_long_runs_as_a_process_takes_leave_room_for_knobs() -> None:
    slots = slots_of(Settings(trainings=8))
    longest = slots[Kind.LONG].working + slots[Kind.LONG].waiting
    knobs = CONFIGURATION.read_text("utf-8").partition("\nbackend knobs\n")[2].partition("\nbackend ")[0]
    (room,) = re.findall(r"maxconn (\d+)", knobs)
    assert int(room) >= longest + slots[Kind.KNOB].working


def test_the_slow_readers_of_one_address_leave_room_at_two_processes_for_others() -> None:
    text = CONFIGURATION.read_text("utf-8")
    of_backend = dict(re.findall(r"\nbackend (\w+)\n(?:.*\n)*?    default-server maxconn (\d+)", text))
    rooms = {name: int(room) for name, room in of_backend.items()}
    (of_address,) = re.findall(r"presetenv CONNECTIONS_PER_ADDRESS (\d+)", text)
    for name in ("pages", "living"):
        assert int(of_address) < 2 * rooms[name]
        assert rooms[name] + rooms["knobs"] < Settings().connection_limit


class Student(threading.Thread):
    """Somebody who turns a knob all the time, asks something beside it, and looks at the page."""

    def __init__(self, url: str, seat: int, until: threading.Event, pause: float) -> None:
        super().__init__()
        self._url, self._seat, self._until, self._pause = url, seat, until, pause
        self.turned = 0
        self.times: list[float] = []
        """Seconds of each turned knob."""
        self.errors: list[str] = []

    def run(self) -> None:
        visitor = Visitor(self._url, f"seat-{self._seat}")
        own = visitor.ask("randomize")["summary"]["checkpoint"]
        while not self._until.is_set():
            alpha = {"position": 0.2 + 0.001 * (self.turned % 300)}
            visitor.serial += 1
            begun = time.monotonic()
            try:
                status, reply = visitor.post(visitor.serial, alpha=alpha)
                self.times.append(time.monotonic() - begun)
                if status != HTTPStatus.OK or "loss" not in reply or reply["summary"]["checkpoint"] != own:
                    self.errors.append(f"turn {status} {str(reply)[:200]}")
                status, reply = self._ask_beside(visitor, alpha)
                if status != HTTPStatus.OK or "refused" in reply:
                    self.errors.append(f"analysis {status} {str(reply)[:200]}")
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.errors.append(repr(error))
                visitor.line.close()
            self.turned += 1
            self._until.wait(self._pause)
        visitor.close()

    def _ask_beside(self, visitor: Visitor, alpha: dict[str, float]) -> tuple[int, Any]:
        """Asks again, as the page does, while a process that is left alone has no room for a side question."""
        for _ in range(TRIES):
            status, reply = visitor.ask_analysis("seed_spread", {"seeds": [1, 2]}, alpha=alpha)
            if status != HTTPStatus.SERVICE_UNAVAILABLE or self._until.wait(0.5):
                break
        return status, reply


@pytest.mark.soak
def test_while_each_process_is_restarted_nobody_meets_an_error_or_loses_a_checkpoint(two: Fleet) -> None:
    enough = threading.Event()
    students = [Student(two.url, seat, enough, 0.1) for seat in range(VISITORS)]
    for student in students:
        student.start()
    codes = []
    for k in range(2):
        before = [student.turned for student in students]
        codes.append(two.end(k))
        two.start(k)
        two.until_ready()
        assert all(student.turned > turned for student, turned in zip(students, before, strict=True))
    enough.set()
    for student in students:
        student.join()
    assert codes == [0, 0]
    assert [error for student in students for error in student.errors] == []


@pytest.mark.soak
def test_where_one_of_three_processes_after_another_is_killed_nobody_meets_an_error(tmp_path: Path) -> None:
    enough = threading.Event()
    with fleet(3, str(tmp_path)) as running:
        students = [Student(running.url, seat, enough, 1.0) for seat in range(CLASS)]
        for student in students:
            student.start()
        until = time.monotonic() + 60.0
        for k in itertools.cycle(range(3)):
            if enough.wait(2.0) or time.monotonic() > until:
                break
            running.end(k, signal.SIGKILL)
            running.start(k)
            running.until_ready()
        enough.set()
        for student in students:
            student.join()
    times = [seconds for student in students for seconds in student.times]
    spread = [f"p{share} {percentile(times, share):.0f} ms" for share in (50, 95, 99)]
    log.warning("%d knobs: %s, the slowest %.0f ms", len(times), ", ".join(spread), 1000 * max(times))
    assert [error for student in students for error in student.errors] == []


@pytest.mark.soak
def test_while_one_process_is_away_the_other_serves_everybody(two: Fleet) -> None:
    visitors = [Visitor(two.url, f"seat-{seat}") for seat in range(VISITORS)]
    assert two.end(0, signal.SIGKILL) == -signal.SIGKILL
    for visitor in visitors:
        assert "loss" in visitor.ask(alpha={"position": 0.3})
        visitor.close()
    two.start(0)
    two.until_ready()


@pytest.mark.soak
def test_where_no_process_is_ready_one_that_lives_answers(tmp_path: Path) -> None:
    with fleet(1, str(tmp_path), DRAIN_SECONDS="10") as running:
        running.processes[0].send_signal(signal.SIGTERM)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            assert answer_of(running.port, "/healthz")[0] == HTTPStatus.OK
            time.sleep(0.05)
        assert answer_of(running.ports[0], "/readyz") == (HTTPStatus.SERVICE_UNAVAILABLE, "draining\n")


@pytest.mark.soak
def test_950_slow_readers_of_one_address_leave_the_page_to_another(two: Fleet) -> None:
    raise_file_limit()
    words = [sys.executable, "-m", "tests.soak.attacks", SLOW_PAGES, two.url, "20"]
    times = []
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL) as attack:
        while attack.poll() is None:
            begun = time.monotonic()
            assert answer_of(two.port, "/")[0] == HTTPStatus.OK
            times.append(time.monotonic() - begun)
            time.sleep(0.1)
    log.warning("%d pages beside 950 slow readers: p50 %.0f ms, p95 %.0f ms", len(times), *spread_of(times))
    assert attack.returncode == 0
    assert percentile(times, 95) < 2000


def spread_of(times: list[float]) -> tuple[float, float]:
    """Their median and their 95th percentile, in milliseconds."""
    return percentile(times, 50), percentile(times, 95)


def cookies_of(headers: http.client.HTTPMessage) -> dict[str, str]:
    """The cookies that a response sets, with their attributes."""
    return {text.partition("=")[0]: text for text in headers.get_all("Set-Cookie", [])}


def test_a_browser_gets_the_cookie_of_its_process_once(one: Fleet) -> None:
    line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=10)
    with contextlib.closing(line):
        line.request("GET", "/")
        answer = line.getresponse()
        answer.read()
        at = cookies_of(answer.headers)["NNBENCH-AT"]
        assert "HttpOnly" in at
        line.request("GET", "/", headers={"Cookie": at.partition(";")[0]})
        again = line.getresponse()
        again.read()
    assert "NNBENCH-AT" not in cookies_of(again.headers)


class Browser:
    """A client that keeps its cookies."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._cookies: dict[str, str] = {}
        self.get("/")

    @property
    def process(self) -> str:
        """The process that the proxy's cookie names."""
        return self._cookies["NNBENCH-AT"].partition("=")[2].partition("|")[0]

    def get(self, path: str) -> int:
        """The status of an address."""
        self._line.request("GET", path, headers={"Cookie": "; ".join(self._cookies.values())})
        answer = self._line.getresponse()
        answer.read()
        self._cookies |= {name: text.partition(";")[0] for name, text in cookies_of(answer.headers).items()}
        return answer.status

    def close(self) -> None:
        self._line.close()


@pytest.mark.soak
def test_load_comes_back_to_a_process_that_was_restarted_and_no_other_browser_changes_its(tmp_path: Path) -> None:
    life, known_to = 16, 4  # seconds; a process is ready again in less than a cookie's life
    with fleet(2, str(tmp_path), {"COOKIE_LIFE": f"{life}s"}) as running, contextlib.ExitStack() as stack:
        browsers = [Browser(running.port) for _ in range(40)]
        for browser in browsers:
            stack.callback(browser.close)

        def counts() -> list[int]:
            """The answers of each process to five requests of every browser."""
            before = running.answers("pages")
            assert {browser.get("/healthz") for browser in browsers for _ in range(5)} == {HTTPStatus.OK}
            return [now - then for now, then in zip(running.answers("pages"), before, strict=True)]

        def later() -> list[str]:
            """The process of each browser once its cookie has come to its end."""
            time.sleep(life + known_to + 1)
            found = counts()
            log.warning("answers of each process: %s", found)
            assert min(found) > sum(found) / 5
            return [browser.process for browser in browsers]

        at_home = later()
        assert later() == at_home
        running.end(0)
        assert min(counts()) == 0
        running.start(0)
        running.until_ready()
        assert min(counts()) == 0
        assert later() == at_home


@pytest.mark.soak
def test_the_proxy_logs_what_failed_and_nothing_else(tmp_path: Path) -> None:
    with fleet(1, str(tmp_path)) as running:
        assert answer_of(running.port, "/healthz")[0] == HTTPStatus.OK
        running.end(0, signal.SIGKILL)
        assert answer_of(running.port, "/run.json?experiment=circle")[0] == HTTPStatus.SERVICE_UNAVAILABLE
        said = running.log.read_text()
    assert re.search(r' 503 .* "GET /run\.json\?experiment=circle HTTP/1\.1"', said)
    assert "healthz" not in said


def test_whether_a_process_is_ready_is_not_shown_to_visitors(one: Fleet) -> None:
    hidden = ("/readyz", "/livez", "/%72eadyz", "/%2freadyz", "//readyz", "/live%7a", "/live%7A?x=1", "/%72%65%61dyz")
    assert {path: answer_of(one.port, path)[0] for path in hidden} == dict.fromkeys(hidden, 404)
    assert answer_of(one.port, "/healthz")[0] == 200


@pytest.mark.soak
def test_one_address_that_sends_too_much_is_told_when_to_come_back(tmp_path: Path) -> None:
    with fleet(1, str(tmp_path), {"REQUESTS_PER_ADDRESS": "200"}) as running:
        line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        with contextlib.closing(line):
            for _ in range(2000):
                line.request("POST", "/_dash-update-component", "{}", {"Content-Type": "application/json"})
                answer = line.getresponse()
                body = answer.read()
                if answer.status == HTTPStatus.TOO_MANY_REQUESTS and b"This address" in body:
                    break
        assert (answer.status, answer.getheader("Retry-After")) == (HTTPStatus.TOO_MANY_REQUESTS, "2")
        assert json.loads(body)["error"].endswith("Try again in a moment.")


@pytest.mark.soak
def test_under_a_sub_path_the_page_is_there_and_nothing_beside_it(tmp_path: Path) -> None:
    with fleet(1, str(tmp_path), {"PREFIX": "/class"}, URL_PREFIX="/class") as running:
        assert answer_of(running.port, "/class/")[0] == HTTPStatus.OK
        assert [answer_of(running.port, path)[0] for path in ("/", "/classes/", "/class/readyz")] == [404, 404, 404]
        visitor = Visitor(f"{running.url}class/")
        assert "loss" in visitor.ask(alpha={"position": 0.3})
        visitor.close()


def until_answered(line: http.client.HTTPConnection, path: str) -> http.client.HTTPResponse:
    """The response, once the proxy knows of a process that is ready."""
    until = time.monotonic() + PATIENCE
    while True:
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        if answer.status != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > until:
            return answer
        time.sleep(0.2)


@pytest.mark.soak
def test_with_a_certificate_visitors_come_by_https_alone(tmp_path: Path, certificate: Path) -> None:
    port = free_port()
    proxy = {"CERTIFICATE": str(certificate), "HTTPS": f"127.0.0.1:{port}"}
    hosted = {"PUBLIC_URL": f"https://localhost:{port}", "SECRET_KEY": SECRET}
    with fleet(1, str(tmp_path), proxy, **hosted) as running:
        plain = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        plain.request("GET", "/")
        assert plain.getresponse().status == HTTPStatus.PERMANENT_REDIRECT
        plain.close()
        trusted = ssl.create_default_context(cafile=str(certificate))
        line = http.client.HTTPSConnection("localhost", port, timeout=10, context=trusted)
        for path in ("/healthz", "/"):
            answer = until_answered(line, path)
        line.close()
        assert answer.status == HTTPStatus.OK
        assert answer.getheader("Strict-Transport-Security") == "max-age=31536000"
        cookies = cookies_of(answer.headers)
        (own,) = [text for name, text in cookies.items() if name.startswith("__Host-nnbench")]
        assert re.search("; Secure", own)
        assert re.search("; Secure", cookies["NNBENCH-AT"])
