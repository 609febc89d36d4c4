"""Attacks of strangers on a server, politely made: each is a row of ATTACKS, run by a process of its own.

`python -m tests.soak.attacks NAME URL SECONDS` attacks for SECONDS and prints how often a request was answered that
had no right to be. Nothing here leaves the loopback interface, and everything ends with the process.
"""

import contextlib
import http.client
import itertools
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.load import Visitor, callback_body
from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Map
from tests.soak.probe import GONE, LARGEST_TABLE, raise_file_limit
from tests.webapp.asking import analysis_request, plain_knobs, plain_request

Attack = Callable[[str, float], int | None]
"""From the server's address and the seconds it may take how many requests were answered against the rules, if any."""

STRANGERS = "127.0.0.66"
"""Another address than the honest visitor's."""
SCRIPTS = "/_dash-component-suites/plotly/package_data/plotly.v7_1_0m0.min.js"
COSTLY_FORMULA = "+".join(f"tanh(x*{k}.1)*exp(-x*x)" for k in range(1, 9))
WIDE = tuple(layer for _ in range(3) for layer in (Affinity(64, 64), Map(COSTLY_FORMULA)))
LONGEST = replace(
    CATALOGUE["tanh-signs"].experiment,
    layers=(Affinity(2, 64), *WIDE, Affinity(64, 2)),
    weights=DrawnWeights(1),
    samples=1_000_000,
)
"""As long as the page lets a run be, on the kernel."""
FAULTY = replace(
    LONGEST, layers=(Affinity(2, 64), *(Affinity(64, 64, left_multiplied=True) for _ in range(6)), Affinity(64, 2))
)
"""The longest run on the readable layers, since the kernel stands in for right layers only."""
CHECKPOINT = {
    "format": "nnbench checkpoint",
    "version": 1,
    "key": "tanh-signs",
    "layers": [
        {"kind": "affinity", "inputs": 64, "outputs": 64, "M": [[0.123456789] * 64] * 64, "b": [0.5] * 64}
        for _ in range(8)
    ],
    "ideal": ["v0"] * 64,
    "inputs": "normal",
    "alpha": 0.1,
    "samples": 100,
    "seed": 3,
    "filter": "both",
}


def main(name: str, url: str, seconds: str) -> None:
    """Attacks, and prints how many answers there were that should not have been."""
    raise_file_limit()
    sys.stdout.write(f"{ATTACKS[name](url, float(seconds)) or 0}\n")


# One visitor's tools


class Stranger(Visitor):
    """A visitor who may send anything, each time over a connection of its own, without waiting for the answer."""

    def __init__(self, url: str, tab: str = "tab") -> None:
        super().__init__(url, tab, STRANGERS)

    def throw(self, method: str, path: str, body: object = None) -> socket.socket:
        """Sends one request and leaves its connection open."""
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nCookie: {self.cookie}\r\nContent-Type: application/json\r\n"
        line = connected(self.line.host, self.line.port)
        line.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        return line

    def throw_knob(self, tab: str, serial: int, **asked: Any) -> socket.socket:
        """Turns a knob of a tab so."""
        return self.throw("POST", "/_dash-update-component", envelope(serial, tab, **asked))


def envelope(serial: int, tab: str, act: str = "turn", **asked: Any) -> dict[str, Any]:
    """The body that the page sends to request a run."""
    knobs = plain_knobs(**asked.pop("knobs", {}))
    return callback_body(plain_request(act, serial=serial, tab=tab, knobs=knobs, **asked))


def question(serial: int, tab: str, asked: object, **knobs: Any) -> dict[str, Any]:
    """The body that the page sends to request an analysis."""
    return analysis_request(asked, **knobs) | {"serial": serial, "tab": tab}


def opening(experiment: Experiment) -> dict[str, Any]:
    """The act that opens an experiment, with its own samples."""
    plain = json.loads(experiment.to_json())
    return {"act": "open", "experiment": plain, "knobs": {"samples": experiment.samples}}


def another_table(count: int) -> str:
    """A large table that nobody has sent yet."""
    return f"{LARGEST_TABLE}\n{';'.join(map(str, range(count, count + 32)))}"


def connected(host: str, port: int, source: str = STRANGERS, room: int = 0) -> socket.socket:
    """A connection from that address of this machine, with little room for what it does not read."""
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if room:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    line.settimeout(10)
    line.bind((source, 0))
    line.connect((host, port))
    return line


def where(url: str) -> tuple[str, int]:
    """Host and port."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


def paced(times: int, seconds: float) -> Iterator[int]:
    """Counts up to so many in that time."""
    begun = time.monotonic()
    for count in range(times):
        time.sleep(max(0.0, begun + count * seconds / times - time.monotonic()))
        yield count


def at_once(work: Callable[[int], None], count: int) -> None:
    """Does the work `count` times side by side, whatever the server does to it."""

    def survive(number: int) -> None:
        with contextlib.suppress(*GONE):
            work(number)

    threads = [threading.Thread(target=survive, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Work


def mixed(url: str, seconds: float) -> None:
    """Costly requests of one session, three hundred in eight seconds, in more tabs than anybody has."""
    stranger, lines = Stranger(url), []
    runs = f"samples=1000000&{urlencode({'layers': '2:64~tanh~64:64~tanh~64:2'})}"
    kinds: list[Callable[[int], socket.socket]] = [
        lambda k: stranger.throw_knob(f"t{k % 40}", k, **opening(LONGEST)),
        lambda k: stranger.throw_knob("tab", k, knobs={"samples": 1_000_000, "alpha": k / 1000}),
        lambda k: stranger.throw("POST", "/analysis/sensitivity", question(k, "tab", {"strip": k % 9, "from": 0})),
        lambda k: stranger.throw("POST", "/analysis/percentile_band", question(k, "tab", {"first": k}, samples=12_000)),
        lambda k: stranger.throw("POST", "/analysis/trajectory", question(k, "tab", {}, samples=1_000_000, seed=k)),
        lambda k: stranger.throw("GET", f"/run.json?{runs}&seed={k}"),
        lambda k: stranger.throw("GET", f"/compare.json?{urlencode({'a': runs, 'b': f'{runs}&seed={k}'})}"),
        lambda k: stranger.throw("GET", f"/export/losses?{runs}&seed={k}"),
        lambda k: stranger.throw("POST", "/facts", {"text": LARGEST_TABLE}),
    ]
    for count in paced(round(300 * seconds / 8), seconds):
        with contextlib.suppress(*GONE):
            lines.append(kinds[count % len(kinds)](count + 2))


def longest(experiment: Experiment, sessions: int) -> Attack:
    """As many sessions, each with the longest run that it may have, asked for again when it ends."""

    def attack(url: str, seconds: float) -> None:
        lines: list[socket.socket] = []

        def run(number: int) -> None:
            stranger = Stranger(url, f"long-{number}")
            for serial in itertools.count(2):
                lines.append(stranger.throw_knob(stranger.tab, serial, **opening(replace(experiment, seed=number))))
                lines[-1].settimeout(max(0.1, until - time.monotonic()))
                lines[-1].recv(1)
                if time.monotonic() > until - 0.2:
                    return
                time.sleep(0.5)

        until = time.monotonic() + seconds
        at_once(run, sessions)
        time.sleep(max(0.0, until - time.monotonic()))

    return attack


def links(url: str, seconds: float) -> None:
    """Twenty links of sixty formulas a second, half of them for the page and half for a program."""
    stranger, lines = Stranger(url), []
    for count in paced(round(20 * seconds), seconds):
        formulas = [f"tanh(x*{count}.{k})+x*exp(-x*x)*{k + 1}+sin(x)*cos(x*{k})" for k in range(60)]
        query = urlencode({"layers": "~".join(["2:2", *formulas]), "target": "own", "y0": f"v0*{count}", "y1": "v1"})
        with contextlib.suppress(*GONE):
            if count % 2:
                lines.append(stranger.throw("POST", "/link", {"query": query}))
            else:
                lines.append(stranger.throw("GET", f"/run.json?{query}"))


def tables(url: str, seconds: float) -> None:
    """Fifteen files of large networks, or texts of large tables, a second."""
    stranger, lines = Stranger(url), []
    for count in paced(round(15 * seconds), seconds):
        with contextlib.suppress(*GONE):
            if count % 2:
                lines.append(stranger.throw("POST", "/import", CHECKPOINT | {"seed": count}))
            else:
                lines.append(stranger.throw("POST", "/facts", {"text": another_table(count)}))


def own_data(url: str, seconds: float) -> None:
    """A large table of own data, five times a second."""
    stranger, lines = Stranger(url), []
    for count in paced(round(5 * seconds), seconds):
        change = {"do": "table", "at": 0, "value": {"text": another_table(count), "shuffled": False}}
        with contextlib.suppress(*GONE):
            lines.append(stranger.throw_knob("tab", count + 2, act="change", change=change))


# Readers


def unread(url: str, seconds: float) -> None:
    """250 connections that ask for a large file twelve times in one breath, and read nothing."""
    asked = f"GET {SCRIPTS} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode() * 12
    lines = []
    until = time.monotonic() + seconds
    for _ in range(250):
        with contextlib.suppress(*GONE):
            lines.append(connected(*where(url), room=4096))
            lines[-1].sendall(asked)
    time.sleep(max(0.0, until - time.monotonic()))


def slow(readers: int, bytes_a_second: int, exports: float = 0.0) -> Attack:
    """As many readers, each so slow, of a file that all have or, this share of them, of an export of their own."""

    def attack(url: str, seconds: float) -> None:
        lines, exported = [], 0
        until = time.monotonic() + seconds
        for count in range(readers):
            path = SCRIPTS
            if exported < exports * (count + 1):
                path, exported = f"/export/losses?samples=200000&seed={count}", exported + 1
            with contextlib.suppress(*GONE):
                lines.append(connected(*where(url), room=4096))
                lines[-1].sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
                lines[-1].settimeout(0)
        while time.monotonic() < until:
            for line in lines:
                with contextlib.suppress(*GONE):
                    line.recv(bytes_a_second)
            time.sleep(1.0)

    return attack


def spellings(url: str, seconds: float) -> None:
    """Static files under ever other spellings of their addresses, from 300 addresses."""
    paths = (
        "/_dash-component-suites/plotly/package_data/plotly.v7_1_0m{}.min.js",
        "/_dash-component-suites/dash_mantine_components/dash_mantine_components.v2_8_1m{}.js",
        "/_dash-component-suites/dash/dcc/async-graph.v4_4_1m{}.js", "/assets/js/nnbench.js?m={}",
        "/assets/js/./nnbench.js?{}", "//assets/js/nnbench.js?{}", "/assets/js/%6enbench.js?{}",
    )  # fmt: skip
    until = time.monotonic() + seconds

    def fetch(number: int) -> None:
        for count in itertools.count():
            if time.monotonic() > until:
                return
            path = paths[(number + count) % len(paths)].format(1000 * number + count)
            line = connected(*where(url), source=f"127.7.{number // 250}.{number % 250 + 1}")
            with contextlib.closing(line):
                head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n"
                line.sendall(head.encode())
                while line.recv(65_536):
                    pass
            time.sleep(2.0)

    at_once(fetch, 300)


# Sweeps


def sweeps(link: str) -> Attack:
    """Sweeps of this experiment by many sessions, as large as may be, until no more are taken: places, turns, room."""

    def attack(url: str, seconds: float) -> None:
        for count in paced(round(10 * seconds), seconds):
            axes = {"alpha": "0.001:1:1000:log", "seed": f"{count}:{count + 9_999}"}
            with contextlib.suppress(*GONE), contextlib.closing(Stranger(url)) as stranger:
                started_sweep(stranger, axes, link)

    return attack


def wide_plans(url: str, seconds: float) -> int:
    """Plans of sixty-four inputs and a million samples; how many were taken."""
    link = urlencode({"layers": "64:2", "target": "own", "y0": "v0", "y1": "v1"})
    stranger, taken = Stranger(url), 0
    for count in paced(round(5 * seconds), seconds):
        axes = {"samples": f"{990_000 + count},1000000"}
        with contextlib.suppress(*GONE):
            taken += started_sweep(stranger, axes, link)[0] == HTTPStatus.OK
    return taken


def runs_of_sweeps(url: str, seconds: float) -> None:
    """Runs of a sweep of hundreds of thousands, read one by one as fast as may be by eight sessions, and its files."""
    _, reply = started_sweep(Stranger(url), {"alpha": "0.001:1:999:log", "seed": "0:99"}, "samples=1")
    id_, until = reply["job"]["id"], time.monotonic() + seconds

    def read(number: int) -> None:
        with contextlib.closing(Stranger(url)) as stranger:
            for cell in itertools.count(number):
                if time.monotonic() > until:
                    return
                path = f"/sweeps/{id_}.csv" if cell % 50 == 0 else f"/sweeps/{id_}/runs/{cell % 99_900}"
                line = stranger.throw("GET", path)
                line.settimeout(max(0.1, until - time.monotonic()))
                with contextlib.closing(line), contextlib.suppress(*GONE):
                    line.recv(4096)

    at_once(read, 8)


def owners(url: str, seconds: float) -> None:
    """As many sessions as may come join one sweep, fifty a second."""
    for _ in paced(round(50 * seconds), seconds):
        with contextlib.suppress(*GONE):
            line = connected(*where(url))
            with contextlib.closing(line):
                body = json.dumps(
                    {"link": "samples=100000", "axes": {"alpha": "0.01:1:1000:log"}, "start": True}
                ).encode()
                head = "POST /sweeps HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                line.recv(4096)


def started_sweep(stranger: Stranger, axes: dict[str, str], link: str) -> tuple[int, Any]:
    """The status and the answer to a sweep that is to start."""
    body = json.dumps({"link": link, "axes": axes, "start": True})
    stranger.line.request("POST", "/sweeps", body, {"Content-Type": "application/json", "Cookie": stranger.cookie})
    answer = stranger.line.getresponse()
    return answer.status, json.loads(answer.read())


# Rows of the store, and questions


def checkpoints(url: str, seconds: float) -> None:
    """Checkpoints of ever new sessions, four hundred a second by eight connections."""
    until = time.monotonic() + seconds

    def store(number: int) -> None:
        line = http.client.HTTPConnection(*where(url), timeout=10, source_address=(STRANGERS, 0))
        with contextlib.closing(line):
            for count in itertools.count():
                if time.monotonic() > until:
                    return
                body = json.dumps(envelope(count, f"tab-{number}", "choose"))
                line.request("POST", "/_dash-update-component", body, {"Content-Type": "application/json"})
                line.getresponse().read()
                time.sleep(0.02)

    at_once(store, 8)


def crowd(apart: int) -> Attack:
    """Sixty pages of one address with a side question three times a second, each of its own if they are apart."""

    def attack(url: str, seconds: float) -> None:
        until = time.monotonic() + seconds

        def ask(number: int) -> None:
            with contextlib.closing(Stranger(url, f"page-{number}")) as stranger:
                for count in itertools.count():
                    if time.monotonic() > until:
                        return
                    alpha = 0.1 + (apart * number + 60 * count) / 1e5
                    stranger.ask_analysis("seed_spread", {"seeds": list(range(31))}, alpha=alpha)
                    time.sleep(1 / 3)

        at_once(ask, 60)

    return attack


# Connections


def chunks(url: str, seconds: float) -> None:
    """Chunks of one byte, one and a half megabytes a second on ten connections, opened again when they are cut."""
    until, part = time.monotonic() + seconds, b"1\r\nx\r\n" * 2_500

    def send(_number: int) -> None:
        while time.monotonic() < until:
            with contextlib.suppress(*GONE), contextlib.closing(connected(*where(url))) as line:
                line.sendall(POST + b"Host: x\r\n" + CHUNKED + b"\r\n")
                while time.monotonic() < until:
                    line.sendall(part)
                    time.sleep(0.1)
            time.sleep(0.1)

    at_once(send, 10)


def long_headers(url: str, seconds: float) -> None:
    """Requests with 30 kB of cookies, sixty a second; as many with 60 kB."""
    for count in paced(round(120 * seconds), seconds):
        cookie = "a" * (30_000 if count % 2 else 60_000)
        with contextlib.suppress(*GONE), contextlib.closing(connected(*where(url))) as line:
            line.sendall(f"GET / HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n\r\n".encode())
            line.settimeout(0.05)
            line.recv(100)


def silent(*sent: bytes) -> Attack:
    """1,000 connections that send this much and no more, and come back when they are cut."""

    def sit(url: str) -> socket.socket:
        line = connected(*where(url))
        for part in sent:
            line.sendall(part)
        line.settimeout(0)
        return line

    def attack(url: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        lines: list[socket.socket | None] = [None] * 1000
        while time.monotonic() < until:
            for number, line in enumerate(lines):
                if line is None or is_cut(line):
                    lines[number] = None
                    with contextlib.suppress(*GONE):
                        lines[number] = sit(url)
            time.sleep(0.2)

    return attack


def is_cut(line: socket.socket) -> bool:
    """Whether the server has let go of the connection; reads whatever it sent before."""
    try:
        while line.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


# Two requests where there is one

SECOND = b"GET /limits HTTP/1.1\r\nHost: second\r\n\r\n"
POST = b"POST /link HTTP/1.1\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CONTRADICTIONS = (
    b"GET /limits HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET /limits HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
    b"GET /limits HTTP/1.1\r\n\r\n", POST + b"Host: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    POST + b"Host: a\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}",
    POST + b"Host: a\r\nContent-Length: 2, 2\r\n\r\n{}", POST + b"Host: a\r\nContent-Length: +2\r\n\r\n{}",
    POST + b"Host: a\r\nContent-Length: 2\r\n" + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n",
    POST + b"Host: a\r\n" + CHUNKED + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n",
    POST + b"Host: a\r\n" + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    POST + b"Host: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    POST + b"Host: a\r\nTransfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    POST.replace(b"1.1", b"1.0") + b"Host: a\r\nConnection: keep-alive\r\n" + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n",
    POST + b"Host: a\r\nTransfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}",
    POST + b"Host: a\r\nContent_Length: 40\r\nContent-Length: 2\r\n\r\n{}",
    POST + b"Host: a\r\nTransfer-Encoding : chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"GET /limits HTTP/1.1\r\nHost: a\r\nX-Folded: a\r\n b\r\n\r\n",
    b"GET /limits HTTP/1.1\r\nHost: a\r\nX-Bare: a\nContent-Length: 40\r\n\r\n",
    b"GET /limits HTTP/1.1\r\nHost: a\nX-Bare: b\r\n\r\n", b"GET /limits HTTP/1.1\r\nHost: a\r\nX-Return: a\rb\r\n\r\n",
    b"GET /limits HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n", b"GET /limits HTTP/1.1\r\nHost: a\r\nX-Null: \x00\r\n\r\n",
    b"GET /limits HTTP/1.1\r\nHost: a, b\r\n\r\n", b"GET /limits HTTP/1.1\r\nHost: a\r\nX_Under: a\r\n\r\n",
)  # fmt: skip
"""Requests that two servers may read in two ways; each is followed by a second one on the same connection."""


def answers(url: str, sent: bytes, patience: float = 2.0) -> bytes:
    """All that comes back on one connection."""
    line, reply = connected(*where(url)), b""
    line.settimeout(patience)
    with contextlib.closing(line), contextlib.suppress(*GONE):
        line.sendall(sent)
        while part := line.recv(65_536):
            reply += part
    return reply


def doubled(url: str, seconds: float) -> int:
    """Every contradiction with a second request behind it, over and over: how many were not a 400 and nothing else."""
    until, wrong = time.monotonic() + seconds, set()
    while True:
        for number, request in enumerate(CONTRADICTIONS):
            reply = answers(url, request + SECOND)
            if reply.count(b"HTTP/1.") != 1 or reply[9:12] not in (b"400", b"501"):
                wrong.add(number)
        if time.monotonic() > until:
            return len(wrong)


HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Half: "
ONE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

SLOW_PAGES = "slow pages"

ATTACKS: Mapping[str, Attack] = {
    "mixed": mixed, "two longest": longest(LONGEST, 2), "six longest": longest(LONGEST, 6),
    "two faulty": longest(FAULTY, 2), "six faulty": longest(FAULTY, 6), "unread": unread,
    "slow": slow(250, 300, exports=0.1), "slow exports": slow(100, 3_000, exports=1.0), SLOW_PAGES: slow(950, 7_000),
    "spellings": spellings, "links": links, "tables": tables, "own data": own_data, "silent": silent(),
    "half": silent(HALF), "asked once": silent(ONE), "doubled": doubled,
    "sweeps": sweeps("samples=1000000&layers=2:8~tanh~8:2"), "short pieces": sweeps("samples=300"),
    "wide plans": wide_plans, "runs of sweeps": runs_of_sweeps, "owners": owners, "checkpoints": checkpoints,
    "crowd": crowd(apart=1), "crowd alike": crowd(apart=0), "chunks": chunks, "long headers": long_headers,
}  # fmt: skip
"""Every attack by its name."""

BESIDE: Mapping[str, str] = {
    "slow": "export", "slow exports": "export", SLOW_PAGES: "page", "sweeps": "sweep", "short pieces": "sweep",
    "owners": "sweep", "runs of sweeps": "question", "crowd": "question", "crowd alike": "question",
}  # fmt: skip
"""The thing, a row of `tests.soak.probe.HONEST`, that an honest visitor does all the while beside turning a knob."""

SETTINGS: Mapping[str, Mapping[str, str]] = {"checkpoints": {"STORE_MB": "4"}, "short pieces": {"SWEEP_MB": "32"}}
"""Settings of the server of an attack, where they are not the defaults."""

if __name__ == "__main__":
    main(*sys.argv[1:])
