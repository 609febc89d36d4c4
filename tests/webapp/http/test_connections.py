"""One event loop serves all connections: in order, strictly, without a thread for what waits or does not read."""

import contextlib
import http.client
import io
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from waitress.adjustments import Adjustments

from tests.engine.asserting import refuses
from tests.soak.attacks import CONTRADICTIONS, SECOND
from tests.webapp.asking import SETTINGS
from webapp.http.connections import connection, event_loop
from webapp.http.connections.connection import AHEAD, FILE_PART, Connection
from webapp.http.connections.event_loop import EventLoop
from webapp.http.connections.exchange import FILE_WRAPPER, SHARED_OUTPUT, SHARED_UNTIL, Exchange
from webapp.http.connections.intake import Intake
from webapp.http.connections.strict_parser import StrictParser
from webapp.http.connections.written_file import WrittenFiles
from webapp.http.kinds import RULES, Kind, kind_of
from webapp.http.server import HEADER_BYTES, listen, listener
from webapp.jobs.job import ENVIRON_KEY, ClientGone, Stopping
from webapp.operations.metrics import Answered, Metrics
from webapp.operations.operations import Operations

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 10.0
LARGE = b"x" * 5_000_000
ADJ = Adjustments()


class App:
    """A WSGI app that says what it is asked, holds what is told to wait, and remembers what came."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.files: list[io.BytesIO] = []
        self.hold = threading.Event()
        self.gone = threading.Event()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.seen.append(path)
        if path.startswith(("/export/wait", "/analysis/wait")):
            self.hold.wait(PATIENCE)
        if path.startswith("/export/run"):
            self.runs(environ[ENVIRON_KEY])
        if path.startswith("/export/piece"):
            self.hold.wait(PATIENCE)
            try:
                environ[ENVIRON_KEY].check_cancelled()
            except Stopping as error:
                return error.get_response()(environ, start_response)
        if path == "/file":
            file = io.BytesIO(LARGE)
            self.files.append(file)
            start_response("200 OK", [("Content-Length", str(len(LARGE)))])
            return environ[FILE_WRAPPER](file)  # type: ignore[no-any-return]
        headers = []
        if path.startswith("/shared"):
            environ[SHARED_OUTPUT] = True
            headers = [("Set-Cookie", "own=1")] if path == "/shared/cookie" else [("ETag", "one")]
        if path.startswith("/shared/moment"):
            environ[SHARED_UNTIL] = time.monotonic() + (PATIENCE if path.endswith("long") else 0.0)
            headers = [("ETag", '"tag-of-twelv-1"')]
        body = LARGE if path.endswith("/large") else path.encode() + environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", str(len(body))), *headers])
        return [body]

    def runs(self, job: Any) -> None:
        """A run that would never end."""
        try:
            while True:
                job.check_cancelled()
                time.sleep(0.001)
        except ClientGone:
            self.gone.set()
            raise


class Served:
    """Servers with an app that waits where it is told to."""

    def __init__(self) -> None:
        self.running: dict[int, tuple[EventLoop, App, threading.Thread]] = {}

    def __call__(self, operations: Operations | None = None, **changes: Any) -> tuple[int, App]:
        """Starts one with these settings."""
        settings, app = replace(SETTINGS, port=0, **changes), App()
        line = listen(settings)
        port, loop = line.getsockname()[1], listener(line, app, settings, operations)
        thread = threading.Thread(target=loop.run, daemon=True)
        self.running[port] = (loop, app, thread)
        thread.start()
        return port, app

    def drain(self, port: int, seconds: float) -> None:
        """Lets it come to its end."""
        self.running[port][0].drain(seconds)

    def ends(self, port: int) -> bool:
        """Whether it comes to its end in time."""
        self.running[port][2].join(PATIENCE)
        return not self.running[port][2].is_alive()


@pytest.fixture
def serve() -> Iterator[Served]:
    """Starts servers with these settings, and stops them."""
    served = Served()
    yield served
    for loop, app, _ in served.running.values():
        app.hold.set()
        loop.stop()


def opened(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    line.settimeout(PATIENCE)
    return line


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def everything(line: socket.socket) -> bytes:
    """All that comes until the other side is done."""
    reply = b""
    while part := line.recv(65_536):
        reply += part
    return reply


def received(line: socket.socket) -> int:
    """How many bytes come until the other side is done or has broken off."""
    count = 0
    with contextlib.suppress(ConnectionResetError):
        while part := line.recv(65_536):
            count += len(part)
    return count


@contextlib.contextmanager
def asking(served: Served, path: str, **settings: Any) -> Iterator[tuple[socket.socket, App, int]]:
    """A connection of a new server that has asked for this, and whose app has seen it."""
    port, app = served(**settings)
    with closing(opened(port)) as line:
        line.sendall(get(path))
        soon(lambda: bool(app.seen))
        yield line, app, port


def soon(true: Callable[[], bool]) -> None:
    """Becomes true before long."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_requests_of_one_connection_are_answered_in_their_order_and_taken_when_the_last_is_read(serve: Served) -> None:
    port, app = serve()
    with closing(opened(port)) as line:
        post = b"POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
        line.sendall(get("/one") + post + get("/three").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        reply = everything(line)
    bodies = [part.partition(b"\r\n\r\n")[2] for part in reply.split(b"HTTP/1.1 200 OK")[1:]]
    assert (bodies, app.seen) == ([b"/one", b"/twoabc", b"/three"], ["/one", "/two", "/three"])
    port, app = serve()
    with closing(opened(port)) as line:
        line.sendall(get("/large") * 3)
        soon(lambda: app.seen == ["/large"])
        time.sleep(0.1)
        assert app.seen == ["/large"]
        left = 3 * len(LARGE)
        while left > 0:
            left -= len(line.recv(2**20))
        assert app.seen == ["/large"] * 3


@pytest.mark.parametrize("number", range(len(CONTRADICTIONS)))
def test_a_request_that_two_servers_could_read_in_two_ways_ends_its_connection(serve: Served, number: int) -> None:
    port, app = serve()
    with closing(opened(port)) as line:
        line.sendall(CONTRADICTIONS[number] + SECOND)
        reply = everything(line)
    assert reply.count(b"HTTP/1.") == 1
    assert reply[9:12] in (b"400", b"501")
    assert app.seen == []


def test_chunks_are_refused_before_the_first_is_read(serve: Served) -> None:
    port, app = serve()
    head = b"POST /two HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with closing(opened(port)) as line:
        line.sendall(head + b"1\r\na\r\n" * 1000 + b"0\r\n\r\n")
        reply = everything(line)
    assert (reply[9:12], reply.count(b"HTTP/1."), app.seen) == (b"411", 1, [])
    assert b"A request states its length" in reply


@pytest.mark.parametrize("version", [b" HTTP/1.2", b" HTTP/2.0", b" HTTP/0.9", b" HTTP/1.0 ", b""])
def test_a_transfer_encoding_is_refused_in_each_version(serve: Served, version: bytes) -> None:
    port, app = serve()
    smuggled = b"POST /one" + version + b"\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + SECOND
    with closing(opened(port)) as line:
        line.sendall(smuggled)
        reply = everything(line)
    assert (reply[9:12], reply.count(b"HTTP/1."), app.seen) == (b"411", 1, [])


@pytest.mark.parametrize("version", [b" HTTP/1.2", b" HTTP/2.0", b" HTTP/0.9", b""])
def test_a_version_that_is_not_known_is_refused(serve: Served, version: bytes) -> None:
    port, app = serve()
    with closing(opened(port)) as line:
        line.sendall(b"POST /one" + version + b"\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + SECOND)
        reply = everything(line)
    assert (reply[9:12], reply.count(b"HTTP/1."), app.seen) == (b"505", 1, [])


BROKEN = {
    400: get("/one").replace(b"Host", b"Host "),
    411: b"POST /one HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    413: b"POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n",
    431: get("/one").replace(b"\r\n\r\n", b"\r\nX-Long: " + b"x" * HEADER_BYTES + b"\r\n\r\n"),
}


@pytest.mark.parametrize("status", BROKEN)
def test_refusals_of_what_cannot_be_read_have_the_headers_of_all_others(serve: Served, status: int) -> None:
    port, app = serve()
    with closing(opened(port)) as line:
        line.sendall(BROKEN[status])
        head, _, text = everything(line).decode().partition("\r\n\r\n")
    assert (int(head[9:12]), app.seen) == (status, [])
    for header in (
        "X-Content-Type-Options: nosniff",
        "Content-Security-Policy: default-src 'none'",
        "Connection: close",
    ):
        assert header in head
    assert text.endswith(".\n")


def test_long_headers_of_one_address_have_a_budget_and_others_are_free(serve: Served) -> None:
    port, app = serve(header_kb_per_address=16, trusted_proxies=1)

    def status(address: str, size: int = 0) -> int:
        probe = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with closing(probe):
            probe.request("GET", "/one", headers={"X-Forwarded-For": address, "Cookie": "a=" + "b" * size})
            return probe.getresponse().status

    first = [status("1.2.3.4", 20_000) for _ in range(4)]
    assert (first[0], first[-1]) == (200, 429)
    assert (status("1.2.3.4"), status("9.9.9.9, 5.6.7.8", 20_000)) == (200, 200)
    assert len(app.seen) == first.count(200) + 2


def test_health_is_answered_while_everything_waits_and_the_next_is_told_when_to_come_back(serve: Served) -> None:
    port, app = serve(trainings=2, url_prefix="/bench")
    lines = [opened(port) for _ in range(20)]
    for line in lines:
        line.sendall(get("/export/wait"))
    soon(lambda: bool(app.seen))
    for path in ("/healthz", "/bench/healthz"):
        probe = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        probe.request("GET", path)
        answer = probe.getresponse()
        assert (answer.status, answer.read()) == (200, b"OK")
        probe.close()
    assert len(app.seen) == 1
    for line in lines:
        line.close()
    port, app = serve(trainings=2)
    lines = [opened(port) for _ in range(9)]
    for line in lines:
        line.sendall(get("/export/wait"))
    soon(lambda: bool(app.seen))
    with closing(opened(port)) as line:
        line.sendall(get("/export/wait"))
        reply = line.recv(65_536)
    assert reply.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 1\r\n" in reply
    assert b"wait for an export already" in reply
    for line in lines:
        line.close()


def test_a_question_whose_run_was_turned_away_from_gives_its_place_to_the_next_without_any_work(serve: Served) -> None:
    port, app = serve(trainings=1)

    def post(path: str, serial: int) -> http.client.HTTPConnection:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        line.request("POST", path, f'{{"serial": {serial}, "tab": "t"}}', {"Content-Type": "application/json"})
        return line

    works = post("/analysis/wait", 1)
    soon(lambda: bool(app.seen))
    seeds, luck = post("/analysis/seeds", 2), post("/analysis/luck", 3)
    newer = post("/analysis/luck", 4)
    assert answer_of(luck) == (200, b'{"dropped":true}\n')
    assert answer_of(post("/_dash-update-component", 5))[0] == 200
    next_run = post("/analysis/floor", 6)
    assert [answer_of(one) for one in (seeds, newer)] == [(200, b'{"later":1}\n')] * 2
    app.hold.set()
    for line in (works, next_run):
        assert answer_of(line)[0] == 200
    assert app.seen == ["/analysis/wait", "/_dash-update-component", "/analysis/floor"]


def answer_of(line: http.client.HTTPConnection) -> tuple[int, bytes]:
    """The status and the body that come."""
    with closing(line):
        answer = line.getresponse()
        return answer.status, answer.read()


def asked(port: int, path: str, method: str = "GET", **headers: str) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a response, on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
        line.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = line.getresponse()
        return dict(answer.headers), answer.read()


def test_what_is_the_same_for_everybody_is_made_once(serve: Served) -> None:
    port, app = serve()
    first, again = asked(port, "/shared/file?m=1"), asked(port, "/shared/file?m=1")
    assert app.seen == ["/shared/file"]
    assert again[1] == first[1] == b"/shared/file"
    assert {**again[0], "Date": ""} == {**first[0], "Date": ""}
    assert abs(parsedate_to_datetime(again[0]["Date"]).timestamp() - time.time()) < PATIENCE
    assert asked(port, "/shared/file?m=1", Connection="keep-alive")[0].keys() == first[0].keys()
    assert asked(port, "/shared/file?m=1", Connection="close")[0]["Connection"] == "close"
    with closing(opened(port)) as line:
        line.sendall(b"GET /shared/file?m=1 HTTP/1.0\r\nAccept-Encoding: identity\r\n\r\n")
        old = b"".join(iter(lambda: line.recv(4096), b""))
    assert old.startswith(b"HTTP/1.0 200 OK\r\n")
    assert old.endswith(b"\r\n\r\n/shared/file")
    assert app.seen == ["/shared/file"]


def test_what_a_client_has_already_is_said_to_be_unchanged_without_work_and_its_connection_stays(serve: Served) -> None:
    port, app = serve()
    asked(port, "/shared/file")
    given = "Accept-Encoding: identity\r\n"
    with closing(opened(port)) as line:
        for etag, status in [("one", b"304 Not Modified"), ("other", b"200 OK"), ("one", b"304 Not Modified")]:
            line.sendall(f"GET /shared/file HTTP/1.1\r\nHost: x\r\n{given}If-None-Match: {etag}\r\n\r\n".encode())
            reply = line.recv(4096)
            assert reply.startswith(b"HTTP/1.1 " + status)
            assert b"Etag: one\r\n" in reply
            assert reply.endswith(b"/shared/file") is (status == b"200 OK")
    assert app.seen == ["/shared/file"]


def test_what_is_shared_for_a_moment_is_given_again_to_whoever_has_seen_one_like_it_until_then(serve: Served) -> None:
    port, app = serve()
    asked(port, "/shared/moment/long")
    asked(port, "/shared/moment/long")
    assert app.seen == 2 * ["/shared/moment/long"]
    for etag in ('"tag-of-twelv-0"', '"tag-of-twelv-1"'):
        asked(port, "/shared/moment/long", If_None_Match=etag)
    assert len(app.seen) == 2
    asked(port, "/shared/moment/long", If_None_Match='"tag-of-other-1"')
    assert len(app.seen) == 3
    for _ in range(2):
        asked(port, "/shared/moment/short", If_None_Match='"tag-of-twelv-0"')
    assert app.seen[3:] == 2 * ["/shared/moment/short"]


@pytest.mark.parametrize("differs", [
    {"path": "/shared/file?m=2"}, {"method": "HEAD"}, {"method": "POST"}, {"X_Class_Key": "one"},
    {"Range": "bytes=0-1"}, {"Accept_Encoding": "br"},
], ids=str)  # fmt: skip
def test_what_asks_for_something_else_is_made_for_it(serve: Served, differs: dict[str, str]) -> None:
    port, app = serve()
    asked(port, "/shared/file")
    asked(port, **{"path": "/shared/file", **differs})
    assert len(app.seen) == 2


def test_requests_sent_ahead_are_answered_in_order_and_in_turns(serve: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    port, _ = serve()
    asked(port, "/shared/file")
    turns: list[int] = []
    monkeypatch.setattr(EventLoop, "begin", counting(EventLoop.begin, turns, 1))
    monkeypatch.setattr(EventLoop, "_turn", counting(EventLoop._turn, turns, 0))
    paths = ["/shared/file" if k % 5 else f"/own/{k}" for k in range(100)]
    with closing(opened(port)) as line:
        for part in (paths[:50], paths[50:]):
            line.sendall(b"".join(map(get, part)))
        bodies = b""
        while bodies.count(b"HTTP/1.1 200") < 100 or not bodies.endswith(b"/shared/file"):
            bodies += line.recv(65_536)
    assert re.findall(rb"\r\n\r\n(/[a-z]+/[a-z0-9]+)", bodies) == [path.encode() for path in paths]
    marks = "".join(map(str, turns))
    assert "111" not in marks
    assert marks.count("11") <= 2, "but where a part of the requests comes in the turn of an answer"


def counting(method: Callable[..., None], turns: list[int], mark: int) -> Callable[..., None]:
    """The method, which leaves that mark when it is called."""

    def noted(*given: Any) -> None:
        turns.append(mark)
        method(*given)

    return noted


@pytest.mark.parametrize("path", ["/shared/cookie", "/own"])
def test_what_is_of_one_visitor_is_made_for_each(serve: Served, path: str) -> None:
    port, app = serve()
    for _ in range(2):
        asked(port, path)
    assert app.seen == [path, path]


def test_a_run_ends_when_its_client_goes_and_a_waiting_request_is_never_begun(serve: Served) -> None:
    with asking(serve, "/export/run") as (_, app, _):
        pass
    assert app.gone.wait(0.5 * PATIENCE)
    port, app = serve(trainings=2)
    first, second = opened(port), opened(port)
    first.sendall(get("/export/wait1"))
    soon(lambda: bool(app.seen))
    second.sendall(get("/export/wait2"))
    time.sleep(0.05)
    second.close()
    time.sleep(0.05)
    app.hold.set()
    assert first.recv(65_536).startswith(b"HTTP/1.1 200")
    assert app.seen == ["/export/wait1"]
    first.close()


def test_when_connections_run_short_the_one_that_was_silent_longest_goes(serve: Served) -> None:
    port, _ = serve(connection_limit=10)
    lines = [opened(port) for _ in range(10)]
    lines[0].sendall(get("/again"))
    assert lines[0].recv(65_536).endswith(b"/again")
    newest = opened(port)
    newest.sendall(get("/new"))
    assert newest.recv(65_536).endswith(b"/new")
    assert lines[1].recv(1) == b""
    lines[0].sendall(get("/still"))
    assert lines[0].recv(65_536).endswith(b"/still")
    for line in (*lines, newest):
        line.close()


SILENT = {"nothing": b"", "half a header": b"GET / HTTP/1.1\r\n", "half a body": b"POST / HTTP/1.1\r\nHost: x\r\n"
          b"Content-Length: 9\r\n\r\n1", "one request": get("/one")}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_whoever_says_nothing_more_is_cut(serve: Served, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("HEADER_SECONDS", "WINDOW_SECONDS", "IDLE_SECONDS"):
        monkeypatch.setattr(connection, limit, 0.1)
    port, _ = serve()
    with closing(opened(port)) as line:
        line.sendall(SILENT[name])
        everything(line)  # ends, and does not time out


class Heard(Metrics):
    """Remembers the requests that were answered, and how."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, str, str]] = []

    def answered(self, request: Answered) -> None:
        self.outcomes.append((request.kind, request.act, request.outcome))


def test_whoever_does_not_read_is_cut_and_counts_as_cut(serve: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()
    port, app = serve(operations=Operations(heard))
    with closing(opened(port)) as line:
        line.sendall(get("/large").replace(b"GET /large", b"GET /export/large"))
        soon(lambda: app.seen == ["/export/large"])
        time.sleep(0.1)
        assert heard.outcomes == []  # nobody knows yet whether it will be read
        whole = 0
        while whole < len(LARGE):
            whole += len(line.recv(2**20))
        soon(lambda: heard.outcomes == [("export", "export/large", "answered")])
    monkeypatch.setattr(connection, "WINDOW_SECONDS", 0.1)
    with closing(opened(port)) as line:
        line.sendall(get("/large"))
        soon(lambda: heard.outcomes[1:] == [("light", "large", "cut")])
        assert received(line) < len(LARGE)


def test_a_file_comes_whole_at_its_readers_pace_and_in_parts(serve: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "UNREAD_BYTES", 200_000)
    port, app = serve()
    with closing(opened(port)) as slow, closing(opened(port)) as line:
        slow.sendall(get("/file") + get("/after"))
        soon(lambda: app.seen == ["/file"])
        line.sendall(get("/file").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert received(line) > len(LARGE)
        assert (app.files[1].closed, app.files[0].closed, app.seen[2:]) == (True, False, [])
        loop = serve.running[port][0]
        (waiting,) = [one for theirs in loop._connections.values() for one in theirs if one.on_disk]
        assert waiting.private <= FILE_PART
        left = len(LARGE)
        while left > 0:
            left -= len(slow.recv(2**20))
        soon(lambda: app.seen[2:] == ["/after"])
        assert app.files[0].closed
    with closing(opened(port)) as line:
        line.sendall(get("/file"))
        soon(lambda: len(app.files) == 3)
    soon(lambda: app.files[2].closed)


def test_a_file_that_several_read_is_written_once_and_deleted_when_the_last_has_read_it() -> None:
    files, written = WrittenFiles(), list[io.BytesIO]()

    def write() -> io.BytesIO:
        file = io.BytesIO()
        file.write(LARGE)
        written.append(file)
        return file

    readers = [files.reader("one", write) for _ in range(3)]
    assert (len(written), readers[0].tell(), readers[0].written.readers) == (1, len(LARGE), 3)
    for reader in readers:
        reader.seek(0)
    first = readers[0].read(7), readers[1].read(3), readers[0].read(2), readers[2].read()
    assert tuple(map(len, first)) == (7, 3, 2, len(LARGE))
    for reader in readers[:2]:
        reader.close()
        reader.close()
    assert (readers[2].written.readers, written[0].closed) == (1, False)
    readers[2].close()
    del readers, reader
    assert written[0].closed
    assert files.reader("one", write).written.readers == 1
    assert len(written) == 2


@pytest.mark.parametrize("path", ["/large", "/file"])
def test_of_who_do_not_read_the_largest_owner_is_cut(serve: Served, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    for name in ("UNREAD_BYTES", "FILE_BYTES"):
        monkeypatch.setattr(event_loop, name, 12_000_000)
    port, app = serve(trusted_proxies=1)

    def asks(address: str, reads: int) -> socket.socket:
        line = lines.enter_context(closing(opened(port)))
        seen = len(app.seen)
        line.sendall(
            get(path).replace(b"\r\n\r\n", f"\r\nX-Forwarded-For: {address}\r\nConnection: close\r\n\r\n".encode())
        )
        soon(lambda: len(app.seen) > seen)
        while reads > 0 and (part := line.recv(reads)):
            reads -= len(part)
        return line

    with contextlib.ExitStack() as lines:
        honest = asks("5.6.7.8", 0)
        crowd = [asks("1.2.3.4", 1_500_000) for _ in range(6)]
        whole = 0
        while whole < len(LARGE):
            whole += len(part := honest.recv(2**20))
            assert part
        assert sum(received(line) > 3_000_000 for line in crowd) <= 4


def test_an_error_in_serving_one_connection_ends_only_that_one(
    serve: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    port, _ = serve()
    begin = EventLoop.begin

    def fail(loop: EventLoop, its: Connection, request: StrictParser, now: float) -> None:
        if request.path == "/fails":
            raise RuntimeError("nobody thought of this")
        begin(loop, its, request, now)

    monkeypatch.setattr(EventLoop, "begin", fail)
    with closing(opened(port)) as other, closing(opened(port)) as line:
        other.sendall(get("/healthz"))
        assert other.recv(4096).startswith(b"HTTP/1.1 200 OK")
        line.sendall(get("/fails"))
        assert everything(line) == b""
        other.sendall(get("/healthz"))
        assert other.recv(4096).startswith(b"HTTP/1.1 200 OK")
    assert "nobody thought of this" in caplog.text


def test_more_than_a_server_has_room_for_is_refused(serve: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.http.connections.event_loop.INTAKE_BYTES", 100_000)
    port, app = serve()
    with closing(opened(port)) as line:
        line.sendall(b"POST /link HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + b"x" * 200_000)
        assert line.recv(65_536).startswith(b"HTTP/1.1 503")
    assert app.seen == []


BODIES = [1, AHEAD - 200, AHEAD - 1, AHEAD, AHEAD + 1, 66_000, 200_000, 1_000_000]
"""Lengths of bodies: around and far above what a client may send before a response goes out."""


def test_clients_that_wait_for_each_response_are_never_cut(serve: Served) -> None:
    port, _ = serve()

    def one_client(number: int) -> list[int]:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
            return [length for length in BODIES[number % 3 :] * 12 if not posted(line, b"x" * length)]

    with ThreadPoolExecutor(4) as clients:
        assert list(clients.map(one_client, range(4))) == [[]] * 4


def posted(line: http.client.HTTPConnection, body: bytes) -> bool:
    """Whether the body comes back on the connection, which stays open and whose first bytes come in one piece."""
    line.request("POST", "/link", body, {"Content-Type": "text/plain"})
    return line.getresponse().read() == b"/link" + body


def test_what_comes_after_a_response_waits_in_the_socket_and_a_body_gives_back_its_room() -> None:
    loop, asks, theirs = Mock(adj=ADJ, closing=False, intake=Intake(10**6)), *socket.socketpair()
    asks.settimeout(0)
    with closing(asks), closing(theirs):
        its = Connection(loop, theirs, ("127.0.0.1", 1), 0.0)
        asks.send(get("/one"))
        its.can_read(0.0)
        its.exchange = Exchange(its, loop.begin.call_args.args[1], Kind.READING)
        its.exchange.parts = [b"the response"]
        its.answer(its.exchange)
        assert asks.recv(100) == b"the response"
        asks.send(b"POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\n" + b"x" * 70_000)
        for _ in range(3):
            its.can_read(0.0)
        its.finish(its.exchange, 0.0)
        its.can_read(0.0)
        assert loop.cut.mock_calls == []
        assert not its.idle
    room = Intake(1)
    loop, asks, theirs = Mock(adj=ADJ, closing=False, intake=room), *socket.socketpair()
    with closing(asks), closing(theirs):
        its = Connection(loop, theirs, ("127.0.0.1", 1), 0.0)
        asks.send(b"POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nfour")
        its.can_read(0.0)
        its.exchange = Exchange(its, loop.begin.call_args.args[1], Kind.READING)
        assert room.is_full
        its.answer(its.exchange)
        assert not room.is_full


@pytest.mark.parametrize("waits", ["the first bytes", "a response"])
def test_a_flood_without_waiting_is_cut_and_logged(serve: Served, waits: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    port, app = serve()
    with closing(opened(port)) as line:
        if waits == "a response":
            line.sendall(get("/one"))
            line.recv(65_536)
        line.sendall(get("/export/wait"))
        soon(lambda: "/export/wait" in app.seen)
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            line.sendall(b"x" * 200_000)
        soon(lambda: "65,536 bytes were sent ahead" in caplog.text)
        app.hold.set()
        received(line)
    (told,) = [record.getMessage() for record in caplog.records if "sent ahead" in record.getMessage()]
    assert re.fullmatch(r"Cut 1 of the connections, because more than .* \([0-9a-f]+\)", told)


def test_a_request_has_the_kind_of_its_work() -> None:
    for method, path, length, kind in [
        ("GET", "/", 0, Kind.LIGHT), ("GET", "/assets/x", 0, Kind.LIGHT), ("GET", "/formula", 0, Kind.READING),
        ("POST", "/_dash-update-component", 2_000, Kind.KNOB), ("POST", "/link", 100, Kind.READING),
        ("POST", "/_dash-update-component", 200_000, Kind.READING), ("HEAD", "/run.json", 0, Kind.EXPORT),
        ("POST", "/analysis/seed_spread", 100, Kind.QUESTION), ("POST", "/analysis/address", 100, Kind.READING),
        ("GET", "/export/losses", 0, Kind.EXPORT),
    ]:  # fmt: skip
        assert kind_of(method, path, length) is kind, path
    assert {rule.kind for rule in RULES} | {Kind.LIGHT, Kind.LONG} == set(Kind)


# The end of a server


def test_while_it_drains_it_serves_on_and_each_response_ends_its_connection(serve: Served) -> None:
    port, _ = serve()
    with closing(opened(port)) as old, closing(opened(port)) as new:
        old.sendall(get("/one"))
        assert b"Connection: close" not in old.recv(65_536)
        serve.drain(port, 2 * PATIENCE)
        for line in (old, new):
            line.sendall(get("/two"))
            reply = everything(line)
            assert (reply[:15], b"\r\nConnection: close\r\n" in reply) == (b"HTTP/1.1 200 OK", True)
    with closing(opened(port)) as later:
        later.sendall(get("/livez"))
        assert everything(later).endswith(b"live\n")


def test_then_no_connection_is_taken_and_what_waits_or_works_is_told_to_come_again(serve: Served) -> None:
    port, app = serve(trainings=2)
    idle, works, waits = opened(port), opened(port), opened(port)
    works.sendall(get("/export/piece"))
    soon(lambda: bool(app.seen))
    waits.sendall(get("/export/piece2"))
    idle.sendall(get("/one"))
    assert idle.recv(65_536).endswith(b"/one")
    serve.drain(port, 0)
    assert everything(idle) == b""
    refuses(ConnectionRefusedError, opened, port)
    app.hold.set()
    for line in (works, waits):
        reply = everything(line)
        assert reply.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 1" in reply
        line.close()
    idle.close()
    assert serve.ends(port)


def test_its_end_sends_what_is_answered_and_waits_for_no_more(serve: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with asking(serve, "/large") as (line, _, port):
        time.sleep(0.1)
        serve.drain(port, 0)
        assert len(everything(line).partition(b"\r\n\r\n")[2]) == len(LARGE)
    assert serve.ends(port)
    monkeypatch.setattr(event_loop, "ENDING_SECONDS", 0.2)
    with asking(serve, "/export/wait") as (line, _, port):
        serve.drain(port, 0)
        assert serve.ends(port)
        assert everything(line) == b""
