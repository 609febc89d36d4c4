"""The load of a dragged slider and of a class on the server: real posts over real connections, without a browser.

A server in a process of its own. First one session posts 300 slider values in three seconds, each on its own, as no
page of ours would: how long after the last one is its answer there, and how long does /healthz take meanwhile? Then a
class turns a knob every second, first with nothing else, then with the questions that a page asks once a knob is let
go, as a page asks them: one after another, again when it is told to come again, and no more once another run is shown.
It follows a lesson, where all have one network and the teacher's values, or each has a network of its own.
`make soak` holds the first of these loads for a minute.
"""

import contextlib
import copy
import http.client
import itertools
import json
import os
import queue
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks import print_heading
from engine.experiments.catalogue import CATALOGUE, FIRST

POSTS, POSTS_SECONDS = 300, 3.0
CLASS, CLASS_SECONDS = 200, 10.0
LESSON, APART = "lesson", "apart"
CLASSES = (
    (CLASS, 0, APART),
    (CLASS, 3, APART),
    *((60, questions, kind) for questions in (1, 3) for kind in (LESSON, APART)),
)
"""Sessions, the questions that each asks after a turn, and whether all have one network and turn it alike."""
SEEDS = 32
"""The number of data seeds beside the current one."""
LONGEST_WAIT = 4.0
"""Seconds for which a page waits at most before it asks again, unless it is told to wait longer."""
LOOKED_AT = 6.0
"""Seconds for which the last run of a class is looked at."""
ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Prints both tables."""
    print_heading()
    with server() as url:
        dragged = drag(url)
    print(f"| {POSTS} slider posts in {POSTS_SECONDS:.0f} s from one session | ms |\n| --- | ---: |")
    print(f"| last value answered after the last post | {1000 * dragged.last:.0f} |")
    print(f"| slowest /healthz meanwhile | {1000 * dragged.health:.0f} |")
    print(f"\nAnswered {dragged.answered}, dropped {dragged.dropped}, failed {dragged.failed}.\n")
    print(
        f"| sessions of one address, a knob a second, {CLASS_SECONDS:.0f} s | answered | about the last run | fewest |"
        " median ms | p95 ms |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    refused: Counter[str] = Counter()
    for sessions, questions, kind in CLASSES:
        with server() as url:
            taught = teach(url, sessions, CLASS_SECONDS, questions, kind)
        refused.update(taught.refused)
        beside = f", {questions} questions after each" * (questions > 0)
        print(row(f"{sessions}, {kind}: knobs{beside}", taught.times, len(taught.times) + taught.errors))
        if questions:
            last = f"{taught.last:,} of {sessions * questions:,}"
            print(row(f"{sessions}, {kind}: these questions", taught.beside, taught.asked, last, f"{taught.fewest}"))
    print(*("\nRefused, in all:", *(f"{times:,} × {what}" for what, times in refused.most_common()), ""), sep="\n")


def row(what: str, times: list[float], asked: int, last: str = "", fewest: str = "") -> str:
    """A row of the table."""
    median, p95 = percentile(times, 50), percentile(times, 95)
    return f"| {what} | {len(times):,} of {asked:,} | {last} | {fewest} | {median:.0f} | {p95:.0f} |"


@contextlib.contextmanager
def server(folder: str | None = None, **environ: str) -> Iterator[str]:
    """The address of a server on a free port, its sessions in the folder or a temporary one."""
    with contextlib.ExitStack() as stack:
        folder = folder or stack.enter_context(tempfile.TemporaryDirectory())
        process = started(folder, **environ)
        try:
            yield address_of(process)
        finally:
            process.terminate()
            process.communicate()


def started(folder: str, **environ: str) -> "subprocess.Popen[str]":
    """The server as a process of its own, which keeps its sessions in that folder."""
    env = os.environ | {"PORT": "0", "DATA_DIR": folder, "OPEN_BROWSER": "no"} | environ
    command = [sys.executable, "-m", "webapp"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def address_of(process: "subprocess.Popen[str]", warmed: bool = True) -> str:
    """The address that it prints when it listens; `warmed` waits until the kernel is there too."""
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    if warmed:
        warm(url)
    return url


def warm(url: str) -> None:
    """Waits until the kernel is compiled, so that the server is measured and not its first second."""
    visitor = Visitor(url)
    until = time.monotonic() + 60
    while visitor.turn(alpha=0.1) > 0.05 and time.monotonic() < until:
        time.sleep(0.1)
    visitor.close()


class Visitor:
    """A client that has opened the page: one session, one tab, one connection, from `source` if it is given."""

    def __init__(self, url: str, tab: str = "tab", source: str = "") -> None:
        where = urlsplit(url)
        self.line = http.client.HTTPConnection(
            where.hostname or "", where.port or 80, timeout=30, source_address=(source, 0) if source else None
        )
        self._path = where.path
        self.tab = tab
        self.serial = 0
        self.frame = ""
        self.again = 1.0
        self.line.request("GET", self._path)
        answer = self.line.getresponse()
        answer.read()
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        self.ask("choose")

    def post(
        self, serial: int, act: str = "turn", experiment: object = None, change: object = None, **knobs: Any
    ) -> tuple[int, Any]:
        """The status and the answer to one request."""
        value = plain_request(serial, self.tab, act, **knobs) | {"experiment": experiment, "change": change}
        value["view"]["frame"] = self.frame
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self.line.request("POST", f"{self._path}_dash-update-component", json.dumps(callback_body(value)), headers)
        answer = self.line.getresponse()
        reply = json.loads(answer.read())
        return answer.status, reply["response"]["answer-0"]["data"] if answer.status == http.HTTPStatus.OK else reply

    def post_apart(self, serial: int, act: str = "turn", **asked: Any) -> tuple[int, Any]:
        """The status and the answer to one request, over a connection of its own, from any thread."""
        twin = copy.copy(self)
        twin.line = http.client.HTTPConnection(self.line.host, self.line.port, timeout=60)
        with contextlib.closing(twin):
            return twin.post(serial, act, **asked)

    def ask(self, act: str = "turn", **knobs: Any) -> Any:
        """The answer to the next request."""
        self.serial += 1
        status, reply = self.post(self.serial, act, **knobs)
        if status != http.HTTPStatus.OK:
            raise ConnectionError(refusal(status, reply))
        self.frame = reply.get("frame", {}).get("name", self.frame)
        return reply

    def turn(self, **knobs: Any) -> float:
        """Seconds until a turned knob is answered."""
        begun = time.perf_counter()
        self.ask(**knobs)
        return time.perf_counter() - begun

    def ask_analysis(self, name: str, asked: object, **knobs: Any) -> tuple[int, Any]:
        """The status and the response to a request for an analysis."""
        self.serial += 1
        plain = plain_request(self.serial, self.tab, "turn", **knobs)
        body = {name: plain[name] for name in ("serial", "tab", "key", "knobs")} | {"asked": asked}
        headers = {"Content-Type": "application/json", "Cookie": self.cookie}
        self.line.request("POST", f"{self._path}analysis/{name}", json.dumps(body), headers)
        answer = self.line.getresponse()
        self.again = float(answer.getheader("Retry-After") or 1)
        return answer.status, json.loads(answer.read())

    def close(self) -> None:
        self.line.close()


def refusal(status: int, reply: Any) -> str:
    """The status and the sentence of a refusal."""
    return f"{status} {reply.get('error', '')}"


VIEW = {"theme": "light", "limits": None, "maps": True, "frame": "", "axes": [0, 1], "step": None, "own": None}


def callback_body(value: object) -> dict[str, Any]:
    """The body that travels to the server when a slot of the page holds this request."""
    return {
        "output": "answer-0.data",
        "outputs": {"id": "answer-0", "property": "data"},
        "inputs": [{"id": "request-0", "property": "data", "value": value}],
        "changedPropIds": ["request-0.data"],
    }


def plain_request(serial: int, tab: str, act: str, **knobs: Any) -> dict[str, Any]:
    """A request of the page, about its first experiment."""
    experiment = CATALOGUE[FIRST].experiment
    return {
        "serial": serial,
        "tab": tab,
        "act": act,
        "key": FIRST,
        "knobs": experiment.knob_values | knobs,
        "experiment": None,
        "cell": None,
        "change": None,
        "before": None,
        "view": dict(VIEW),
    }


@dataclass
class Dragged:
    """The result of 300 posts: seconds to the last answer, the slowest /healthz, and the answers of each kind."""

    last: float = 0.0
    health: float = 0.0
    answered: int = 0
    dropped: int = 0
    failed: int = 0


def drag(url: str, posts: int = POSTS, seconds: float = POSTS_SECONDS) -> Dragged:
    """One session posts that many values in that time, without waiting for answers."""
    visitor, dragged, lock = Visitor(url), Dragged(), threading.Lock()
    finished: dict[int, float] = {}
    watcher = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load", "watch", url, str(seconds + 1)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert watcher.stdout is not None
    watcher.stdout.readline()

    def send(serial: int) -> None:
        status, reply = visitor.post_apart(serial, alpha={"position": serial / (posts + 10)})
        with lock:
            finished[serial] = time.monotonic()
            dragged.failed += status != http.HTTPStatus.OK
            dragged.dropped += "dropped" in reply
            dragged.answered += "loss" in reply

    begun, threads = time.monotonic(), []
    for serial in range(2, posts + 2):
        time.sleep(max(0.0, begun + (serial - 2) * seconds / posts - time.monotonic()))
        threads.append(threading.Thread(target=send, args=(serial,)))
        threads[-1].start()
    sent = time.monotonic()
    for thread in threads:
        thread.join()
    dragged.health = float(watcher.communicate()[0])
    visitor.close()
    dragged.last = finished[posts + 1] - sent
    return dragged


def watch(url: str, seconds: float) -> None:
    """Asks /healthz every 20 ms, each time on a new connection, and prints the time of the slowest.

    It runs in a process of its own, or it would also measure how busy the sender of the posts is.
    """
    where = urlsplit(url)
    print("watching", flush=True)
    slowest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        begun = time.monotonic()
        line = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=30)
        line.request("GET", f"{where.path}healthz")
        line.getresponse().read()
        line.close()
        slowest = max(slowest, time.monotonic() - begun)
        time.sleep(0.02)
    print(slowest)


@dataclass
class Taught:
    """The result of a class: seconds of every answer, and from a turn to every answer to a side question about it; the
    numbers of side questions, of answers about the last runs, of answers to the session that had fewest, of errors, and
    of sessions that lost or mixed up their checkpoints."""

    times: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    asked: int = 0
    last: int = 0
    fewest: int | None = None
    errors: int = 0
    mixed: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    """How often each refusal came, by its status and its sentence; a question is asked again after one."""

    def percentile(self, percent: int) -> float:
        """Milliseconds within which that many in a hundred were answered."""
        return percentile(self.times, percent)


def percentile(times: list[float], percent: int) -> float:
    """Milliseconds within which that many in a hundred of these seconds lie."""
    return 1000 * statistics.quantiles(times, n=100)[percent - 1] if len(times) > 1 else float("nan")


def teach(url: str, sessions: int, seconds: float, questions: int = 0, kind: str = APART) -> Taught:
    """That many sessions turn a knob every second; each also looks whether its checkpoint is still its own, and asks as
    many of the questions of a page when the knob is let go."""
    numbers = map(str, (sessions, seconds, questions))
    command = [sys.executable, "-m", "benchmarks.load", "attend", url, *numbers, kind]
    # In a process of its own, so that the class is not counted as the server's work any more than it must be.
    reply = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return Taught(**json.loads(reply))


def beside(seed: int) -> dict[str, object]:
    """The questions of a page after α was turned: other seeds' losses, the run's history, the words of its address."""
    return {
        "seed_spread": {"seeds": [other for other in range(SEEDS) if other != seed % SEEDS]},
        "trajectory": {},
        "address": {},
    }


class Page:
    """The side questions of a page, beside its knob, about the run that is shown: those about each run in their order,
    and over connections of their own, as a browser has several."""

    def __init__(self, visitor: Visitor, questions: int) -> None:
        self._visitor = visitor
        self._questions = questions
        self._latest = self._refusals = 0
        self._quiet_until = 0.0
        self._serials = itertools.count(visitor.serial + 1)
        self._lines: queue.SimpleQueue[http.client.HTTPConnection] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self.asked = self.last = 0
        """The numbers of questions, and of answers about the run that is shown."""
        self.times: list[float] = []
        """Seconds from the turn to the answer."""
        self.refused: Counter[str] = Counter()

    def shows(self, seed: int, alpha: object) -> None:
        """Another run is shown: whatever is said about the one before comes too late."""
        self._latest += 1
        self.last = 0
        if self._questions:
            self.asked += self._questions
            self._threads.append(threading.Thread(target=self._ask, args=(self._latest, seed, alpha)))
            self._threads[-1].start()

    def close(self) -> None:
        """Looks at the last run for a while, and ends."""
        until = time.monotonic() + LOOKED_AT
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._latest += 1
        for thread in self._threads:
            thread.join()
        while not self._lines.empty():
            self._lines.get().close()

    def _ask(self, mine: int, seed: int, alpha: object) -> None:
        begun = time.perf_counter()
        try:
            line = self._lines.get(block=False)
        except queue.Empty:
            line = http.client.HTTPConnection(self._visitor.line.host, self._visitor.line.port, timeout=60)
        asking = copy.copy(self._visitor)
        asking.line = line
        for name, asked in list(beside(seed).items())[: self._questions]:
            if not self._has_answer(mine, asking, name, asked, alpha):
                break
            self.times.append(time.perf_counter() - begun)
            self.last += 1
        self._lines.put(line)

    def _has_answer(self, mine: int, asking: Visitor, name: str, asked: object, alpha: object) -> bool:
        """Whether the question is answered while its run is shown, however often it has to be asked."""
        for tries in itertools.count():
            time.sleep(max(0.0, self._quiet_until - time.monotonic()))
            if mine != self._latest:
                break
            asking.serial = next(self._serials)
            status, reply = asking.ask_analysis(name, asked, alpha=alpha)
            if status != http.HTTPStatus.OK:
                self.refused[refusal(status, reply)] += 1
                self._quiet_until = time.monotonic() + back_off(asking.again, self._refusals)
                self._refusals += 1
                continue
            self._refusals = 0
            if not {"later", "dropped"} & reply.keys():
                return mine == self._latest
            if "later" in reply:
                time.sleep(back_off(1.0, tries))
        return False


def back_off(seconds: float, tries: int) -> float:
    """Seconds for which a page waits before it asks again."""
    return max(seconds, min(LONGEST_WAIT, seconds * 2.0**tries)) * random.uniform(1.0, 1.5)


def attend(url: str, sessions: int, seconds: float, questions: int = 0, kind: str = APART) -> Taught:
    """The class itself: every session turns its knob at its own moment of each second, in a lesson to the same values,
    else with a network and values of its own."""
    taught, lock = Taught(), threading.Lock()
    begin = time.monotonic() + 0.02 * sessions

    def sit(seat: int) -> None:
        visitor = Visitor(url, f"seat-{seat}")
        apart = kind == APART
        own = visitor.ask("randomize" if apart else "turn")["summary"]["checkpoint"]
        page = Page(visitor, questions)
        for beat in range(int(seconds)):
            time.sleep(max(0.0, begin + beat + seat / sessions - time.monotonic()))
            due, alpha = time.perf_counter(), {"position": 0.2 + 0.01 * (beat % 60) + 1e-5 * seat * apart}
            try:
                reply = visitor.ask(alpha=alpha)
            except (OSError, http.client.HTTPException) as error:
                with lock:
                    taught.errors += 1
                    page.refused[str(error) or type(error).__name__] += 1
                continue
            with lock:
                taught.times.append(time.perf_counter() - due)
                taught.mixed += reply["summary"]["checkpoint"] != own
            page.shows(reply["experiment"]["seed"], alpha)
        page.close()
        visitor.close()
        with lock:
            taught.asked += page.asked
            taught.beside += page.times
            taught.last += page.last
            taught.refused = dict(page.refused + Counter(taught.refused))
            taught.fewest = min(len(page.times), len(page.times) if taught.fewest is None else taught.fewest)

    threads = [threading.Thread(target=sit, args=(seat,)) for seat in range(sessions)]
    for thread in threads:
        time.sleep(0.01)
        thread.start()
    for thread in threads:
        thread.join()
    return taught


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    match sys.argv[1:]:
        case ["watch", url, seconds]:
            watch(url, float(seconds))
        case ["attend", url, sessions, seconds, questions, kind]:
            print(json.dumps(vars(attend(url, int(sessions), float(seconds), int(questions), kind))))
        case _:
            main()
