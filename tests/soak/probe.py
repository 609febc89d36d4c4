"""A server under attack, as an honest visitor and the operator see it ten times a second: health, knob, memory, disk.

The server is a process of its own, and so is the attack; the probe only watches. A knob is turned as the page turns it:
one request at a time on a kept connection, tried again after a 429 or a 503, and over a new connection after a cut.
"""

import contextlib
import http.client
import json
import os
import resource
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from benchmarks.load import Visitor, address_of, started
from engine.experiments.catalogue import CATALOGUE, FIRST

INTERVAL = 0.1
GIVEN_UP = 10.0
"""Seconds after which the probe counts an answer as missing."""
TRY_AGAIN = (http.HTTPStatus.TOO_MANY_REQUESTS, http.HTTPStatus.SERVICE_UNAVAILABLE)
GONE = (OSError, http.client.HTTPException)
HEADING = (
    "| attack | honest | before: median, p95 ms | during | after | ratio | recovered | memory | disk |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)
FIRST_TURN = 10_000
"""The turn of the honest visitor in which what it needs, such as processes for sweeps, is started."""
LONGEST = 120.0
"""Seconds after which even the largest file of a run has come."""
FILES_OPEN = 4096
MEGABYTE = 2**20
MOST_SAMPLES = 1_000_000
BEFORE = json.loads(CATALOGUE[FIRST].experiment.to_json())
ANALYSES: dict[str, object] = {
    "lr_range": {"from": 0}, "percentile_band": {"first": 0}, "seed_spread": {"seeds": [1, 2]},
    "sensitivity": {"strip": 0, "from": 0}, "stability": {"from": 0}, "luck": {"before": None}, "twins": {},
    "floor": {"piece": 0, "best": None}, "surface": {"before": BEFORE},
    "heights": {"before": BEFORE, "grid": "fine", "from": 0},
}  # fmt: skip
LARGEST_TABLE = (
    ";".join(f"{side}{k}" for side in "xy" for k in range(16))
    + "\n"
    + "\n".join(";".join(f"{(k * column) % 97}" for column in range(1, 33)) for k in range(9_900))
)
"""As many numbers as a table may have, nearly."""
FILES = (
    ("GET", f"/run.json?samples={MOST_SAMPLES}", None),
    ("GET", f"/compare.json?a=samples%3D{MOST_SAMPLES}&b=", None),
    ("GET", "/run.json?experiment=spiral&floor=1", None),
    ("GET", f"/export/losses?samples={MOST_SAMPLES}", None),
    ("GET", "/export/weights", None),
    ("GET", "/formula?text=sin(x)", None),
    ("POST", "/link", '{"query": "layers=2:2~x*tanh(x)"}'),
    ("POST", "/facts", json.dumps({"text": LARGEST_TABLE})),
    ("POST", "/import", "{}"),
)

BEFORE_IT, DURING, AFTER = "before", "during", "after"
KNOB, HEALTH, BESIDE = "knob", "health", "beside"


@dataclass
class Seen:
    """Seconds of every answer (GIVEN_UP where there was none) before, during and after an attack, and the bytes of
    memory and disk at each look."""

    times: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    memory: list[int] = field(default_factory=list)
    disk: list[int] = field(default_factory=list)
    recovered: float = GIVEN_UP
    doubled: int = 0

    @property
    def health(self) -> list[float]:
        """Seconds of /healthz during the attack."""
        return self.times[DURING, HEALTH]

    @property
    def knob(self) -> list[float]:
        """Seconds of a turned knob during the attack."""
        return self.times[DURING, KNOB]

    @property
    def beside(self) -> list[float]:
        """Seconds of the other thing that the honest visitor does, during the attack."""
        return self.times[DURING, BESIDE]

    def median(self, phase: str, what: str) -> float:
        """The median of the seconds."""
        return statistics.median(self.times[phase, what])

    @property
    def more_memory(self) -> float:
        """Megabytes of memory above the first look, at most."""
        return (max(self.memory) - self.memory[0]) / MEGABYTE

    @property
    def more_disk(self) -> float:
        """Megabytes of disk above the first look, at most."""
        return (max(self.disk) - self.disk[0]) / MEGABYTE

    def rows(self, attack: str, beside: str) -> Iterator[str]:
        """Rows of a table under HEADING: of a knob, and of the other thing."""
        taken = f"{self.recovered:.1f} s | +{self.more_memory:.0f} MB | +{self.more_disk:.0f} MB"
        for what, name in ((KNOB, "knob"), (BESIDE, beside)):
            if not name:
                continue
            phases = [self._spread(phase, what) for phase in (BEFORE_IT, DURING, AFTER)]
            ratio = self.median(DURING, what) / self.median(BEFORE_IT, what)
            yield f"| {attack} | {name} | {' | '.join(phases)} | {ratio:.1f} | {taken} |"

    def _spread(self, phase: str, what: str) -> str:
        """The median and the 95th percentile in milliseconds, and the number of those without an answer, if any."""
        times = self.times[phase, what]
        if not times:
            return "none"
        missing = sum(seconds >= GIVEN_UP for seconds in times)
        p95 = sorted(times)[-max(1, len(times) // 20)]
        found = f"{1000 * statistics.median(times):.0f}, {1000 * p95:.0f}"
        return f"{found} ({missing} of {len(times)} missing)" if missing else found

    def sentence(self) -> str:
        """All of it in a line."""
        return (
            f"health {1000 * statistics.median(self.health):.0f} ms median, {1000 * max(self.health):.0f} worst; "
            f"knob {1000 * statistics.median(self.knob):.0f} median, {1000 * max(self.knob):.0f} worst of "
            f"{len(self.knob)}; recovered in {self.recovered:.1f} s; memory +{self.more_memory:.0f} MB, "
            f"disk +{self.more_disk:.0f} MB; {self.doubled} doubled"
        )


def raise_file_limit() -> None:
    """Lets this process and its children open as many files as attacks with 1,000 connections take."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_OPEN if hard == resource.RLIM_INFINITY else min(FILES_OPEN, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


@dataclass(frozen=True)
class Server:
    """A server to attack: the number of its process, its address, and the folder that it writes into."""

    process: int
    url: str
    folder: Path


@contextlib.contextmanager
def serving(folder: Path, **environ: str) -> Iterator[Server]:
    """Starts one with these settings, and ends it."""
    raise_file_limit()
    process = started(str(folder), TMPDIR=str(folder), **environ)
    try:
        yield Server(process.pid, address_of(process), folder)
    finally:
        process.kill()
        process.communicate()


class Watched:
    """A server that is watched from start to end of an attack; if `used`, everything is requested of it once before."""

    def __init__(self, server: Server, used: bool = True, beside: str = "") -> None:
        self._server = server
        self._used = used
        self.url = server.url
        self._visitor = Visitor(self.url, "honest")
        self._other = Visitor(self.url, "beside")
        self._beside = beside
        self._phase = BEFORE_IT
        self.seen = Seen()
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._turns = 0

    def _uses_everything(self) -> None:
        """Asks once for a thing of every kind, as large as it may be: what a used server holds is no attack's doing."""
        visitor = self._visitor
        visitor.line.sock.settimeout(LONGEST)
        visitor.ask(samples=MOST_SAMPLES)
        while "done" in visitor.ask_analysis("trajectory", {}, samples=MOST_SAMPLES)[1]:
            pass
        for name, asked in ANALYSES.items():
            visitor.ask_analysis(name, asked)
        for method, path, body in FILES:
            visitor.line.request(method, path, body, {"Content-Type": "application/json", "Cookie": visitor.cookie})
            visitor.line.getresponse().read()
        for shuffled, one in ((False, visitor), (True, self._other)):
            one.ask("change", change={"do": "table", "at": 0, "value": {"text": LARGEST_TABLE, "shuffled": shuffled}})
            one.ask()

    def __enter__(self) -> "Watched":
        try:
            if self._used:
                self._uses_everything()
            if self._beside:
                self._seconds_of(HONEST[self._beside], FIRST_TURN)
            self._look()
        except BaseException:
            self._end()
            raise
        watches = [self._watch_health, self._watch_knob, self._watch_bytes]
        for watch in [*watches, self._watch_beside] if self._beside else watches:
            self._threads.append(threading.Thread(target=watch))
            self._threads[-1].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._end()

    def _end(self) -> None:
        self._visitor.close()
        self._other.close()

    def recovers(self, seconds: float = 0.0) -> None:
        """Notes how long it takes after the attack until health and a knob are answered within half a second, and what
        is seen for as many seconds after that."""
        begun = time.monotonic()
        seen = len(self.seen.health), len(self.seen.knob)
        while time.monotonic() < begun + 2 * GIVEN_UP:
            time.sleep(INTERVAL)
            since = self.seen.health[seen[0] + 1 :], self.seen.knob[seen[1] + 1 :]
            if all(times and times[-1] <= 0.5 for times in since):
                break
        self.seen.recovered = time.monotonic() - begun
        self._phase = AFTER
        time.sleep(seconds)

    def alone(self, seconds: float = 2.0) -> None:
        """Looks for as many seconds before anything else is asked of the server."""
        time.sleep(seconds)
        for what in (KNOB, HEALTH, *[BESIDE] * bool(self._beside)):
            while not self.seen.times[BEFORE_IT, what]:  # one takes longer on a busy machine, and at most GIVEN_UP
                time.sleep(INTERVAL)
        self._phase = DURING

    def _note(self, what: str, seconds: float) -> None:
        self.seen.times[self._phase, what].append(seconds)

    def _watch_health(self) -> None:
        for _ in self._ticks():
            self._note(HEALTH, health(self.url))

    def _watch_knob(self) -> None:
        for _ in self._ticks():
            self._note(KNOB, self._knob())

    def _watch_beside(self) -> None:
        for turn, _ in enumerate(self._ticks()):
            self._note(BESIDE, self._seconds_of(HONEST[self._beside], turn))

    def _watch_bytes(self) -> None:
        for _ in self._ticks():
            self._look()

    def _ticks(self) -> Iterator[None]:
        while not self._over.wait(INTERVAL):
            yield

    def _knob(self) -> float:
        """Seconds until a turned α is answered, however often it has to be asked for."""
        begun = time.monotonic()
        self._turns += 1
        while time.monotonic() < begun + GIVEN_UP and not self._over.is_set():
            self._visitor.serial += 1
            try:
                status, reply = self._visitor.post(self._visitor.serial, alpha=0.1 + (self._turns % 50) / 100)
            except GONE:
                self._visitor.line.close()
                self._over.wait(INTERVAL / 10)
                continue
            if status not in TRY_AGAIN and "lost" not in reply:
                self._visitor.frame = reply.get("frame", {}).get("name", self._visitor.frame)
                return time.monotonic() - begun
            self._over.wait(INTERVAL)
        return GIVEN_UP

    def _seconds_of(self, thing: Callable[[Visitor, int], bool], turn: int) -> float:
        """Seconds until the thing is done, however often it has to be tried."""
        begun = time.monotonic()
        while time.monotonic() < begun + GIVEN_UP and not self._over.is_set():
            try:
                if thing(self._other, turn):
                    return time.monotonic() - begun
            except GONE:
                self._other.line.close()
            self._over.wait(INTERVAL)
        return GIVEN_UP

    def _look(self) -> None:
        with contextlib.suppress(OSError):
            self.seen.memory.append(memory_of(self._server.process))
            self.seen.disk.append(disk_of(self._server.process, self._server.folder))


def has_answer(visitor: Visitor, turn: int) -> bool:
    """Whether a side question of its own is answered."""
    status, reply = visitor.ask_analysis("seed_spread", {"seeds": list(range(31))}, alpha=0.2 + turn / 1e4)
    return status == http.HTTPStatus.OK and not {"later", "dropped"} & reply.keys()


def has_page(visitor: Visitor, turn: int, path: str = "/") -> bool:
    """Whether the page, or another address, comes whole."""
    visitor.line.request("GET", f"{path}?seed={turn}", headers={"Cookie": visitor.cookie})
    answer = visitor.line.getresponse()
    answer.read()
    return answer.status == http.HTTPStatus.OK


def has_export(visitor: Visitor, turn: int) -> bool:
    """Whether the losses of a run come whole."""
    return has_page(visitor, turn, "/export/losses")


def has_sweep(visitor: Visitor, turn: int) -> bool:
    """Whether a sweep of 1,600 short runs is made."""
    axes = {"alpha": "0.1:0.2:100", "seed": f"{16 * turn}:{16 * turn + 15}"}
    headers = {"Content-Type": "application/json", "Cookie": visitor.cookie}
    visitor.line.request("POST", "/sweeps", json.dumps({"link": "samples=100", "axes": axes, "start": True}), headers)
    answer = visitor.line.getresponse()
    reply = json.loads(answer.read())
    if answer.status != http.HTTPStatus.OK:
        return False
    until = time.monotonic() + GIVEN_UP
    while reply["job"]["state"] == "wanted" and time.monotonic() < until:
        time.sleep(INTERVAL)
        visitor.line.request("GET", f"/sweeps/{reply['job']['id']}?from=999999", headers=headers)
        reply = json.loads(visitor.line.getresponse().read())
    return bool(reply["job"]["state"] == "done")


HONEST: Mapping[str, Callable[[Visitor, int], bool]] = {
    "question": has_answer, "page": has_page, "export": has_export, "sweep": has_sweep,
}  # fmt: skip
"""Things that an honest visitor does beside turning a knob, each once; whether it came to its end."""


def health(url: str) -> float:
    """Seconds until /healthz is answered over a new connection."""
    where = urlsplit(url)
    begun = time.monotonic()
    line = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=GIVEN_UP)
    try:
        line.request("GET", f"{where.path}healthz")
        answer = line.getresponse()
        answer.read()
    except GONE:
        return GIVEN_UP
    finally:
        line.close()
    return time.monotonic() - begun if answer.status == http.HTTPStatus.OK else GIVEN_UP


def memory_of(process: int) -> int:
    """The bytes of memory that the process has in hand."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def disk_of(process: int, folder: Path) -> int:
    """The bytes of every file in the folder, and of those that were unlinked and are still open."""
    there = sum(path.stat().st_blocks for path in folder.rglob("*") if path.is_file())
    unlinked = 0
    for entry in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            if str(entry.readlink()).endswith("(deleted)"):
                unlinked += entry.stat().st_blocks
    return 512 * (there + unlinked)
