"""A class of 250 phones behind one address, over real connections.

It joins within ten seconds, answers two rounds within five seconds each, and asks for the state once a second, while
another visitor turns a knob. The columns are for one process, and for two behind HAProxy where that is installed.
Phones, processes and the proxy share the cores, so that phones cost the class what they take.
"""

import http.client
import json
import random
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from benchmarks import print_heading
from benchmarks.fleet import fleet, haproxy
from benchmarks.load import Visitor, percentile, server

PEOPLE = 250
JOINS_SECONDS, ANSWERS_SECONDS = 10.0, 5.0
LATE = 40
"""Late and forged answers of each phone."""
KNOB_SECONDS = 6.0
"""Seconds of the other visitor alone, and at least as many beside the class."""
LESSON = "story.double.numbers"
SPREAD = 0.3
PATIENCE = 60.0


def main() -> None:
    """Prints the tables."""
    print_heading()
    print(f"| {PEOPLE} phones of one address | one process | two behind HAProxy |\n| --- | ---: | ---: |")
    with server() as url:
        one = measure(url)
    two = {}
    if haproxy() is not None:
        with tempfile.TemporaryDirectory() as folder, fleet(2, folder) as running:
            two = measure(running.url)
    for name, text in one.items():
        print(f"| {name} | {text} | {two.get(name, '')} |")
    print()


@dataclass
class Seen:
    """The phones' measurements, in seconds, and the fate of their answers."""

    joins: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    phases: dict[int, list[float]] = field(default_factory=dict)
    """By the number of a phase: the moments at which each phone saw it."""
    kept: Counter[str] = field(default_factory=Counter)
    """By round: the answers that were acknowledged."""
    forged: int = 0
    """Late and forged answers that were taken."""
    tried: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Line:
    """A browser's connection to the class, with its cookie."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._line = http.client.HTTPConnection(where.hostname or "", where.port or 80, timeout=30)
        self._path = where.path
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, body: object = None, **headers: str) -> tuple[int, Any, str]:
        """The status, the response and its ETag; what a restarting proxy refuses counts as status 0."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        given["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        text = None if body is None else json.dumps(body)
        if text is not None:
            given["Content-Type"] = "application/json"
        try:
            self._line.request("GET" if text is None else "POST", self._path + path, text, given)
            answer = self._line.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            return 0, None, ""
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        is_json = answer.headers.get_content_type() == "application/json" and data
        return answer.status, json.loads(data) if is_json else None, answer.getheader("ETag") or ""

    def close(self) -> None:
        """Closes the connection."""
        self._line.close()


class Phone(threading.Thread):
    """A student: joins, follows the class, and answers every open round."""

    def __init__(self, url: str, code: str, seen: Seen, begins: float, ends: threading.Event) -> None:
        super().__init__(daemon=True)
        self._line, self._code, self._seen = Line(url), code, seen
        self._begins, self._ends = begins, ends
        self._state: dict[str, Any] = {"n": 0}
        self._etag = ""

    def run(self) -> None:
        """The whole lesson."""
        self._ends.wait(self._begins)
        begun = time.monotonic()
        self._line.ask("limits", Accept="text/html")
        status, reply = self._until_taken("seat", {})
        self._note("joins", time.monotonic() - begun, status == HTTPStatus.OK and reply["seat"] > 0, f"seat {status}")
        while not self._ends.is_set():
            self._follow()
            self._ends.wait(1.0 + random.uniform(-SPREAD, SPREAD))
        self._line.close()

    def _follow(self) -> None:
        begun = time.monotonic()
        known = {"If_None_Match": self._etag} if self._etag else {}
        status, state, etag = self._line.ask(f"class/{self._code}", **known)
        now = time.monotonic()
        self._note("polls", now - begun, status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED), f"state {status}")
        if status != HTTPStatus.OK:
            return
        before, self._state, self._etag = self._state, state, etag
        if state["n"] == before["n"]:
            return
        with self._seen.lock:
            self._seen.phases.setdefault(state["n"], []).append(now)
        if state["phase"] in ("first", "second"):
            self._answer(state)
        elif state["phase"] == "talk":
            self._forge(before["n"])

    def _answer(self, state: dict[str, Any]) -> None:
        self._ends.wait(random.uniform(0.0, ANSWERS_SECONDS))
        low, high = state["ask"]["axis"]
        body = {"n": state["n"], "value": random.randint(low - 1, high + 1), "sure": random.random() < 0.5}
        begun = time.monotonic()
        status, _ = self._until_taken("answer", body)
        self._note("answers", time.monotonic() - begun, status == HTTPStatus.OK, f"answer {status}")
        with self._seen.lock:
            self._seen.kept[state["phase"]] += status == HTTPStatus.OK

    def _forge(self, n: int) -> None:
        """Late answers, early ones, those of another seat, and no answers at all."""
        strange = [
            {"n": n, "value": 0, "sure": True},
            {"n": n + 2, "value": 0, "sure": True},
            {"n": n + 1, "value": 0, "sure": True, "seat": 1},
            {"n": n + 1, "value": 10**9, "sure": True},
        ]
        for k in range(LATE):
            status, _, _ = self._line.ask(f"class/{self._code}/answer", strange[k % len(strange)])
            with self._seen.lock:
                self._seen.tried += 1
                self._seen.forged += status == HTTPStatus.OK

    def _until_taken(self, what: str, body: object) -> tuple[int, Any]:
        """The same request again until it is taken or refused for good."""
        until = time.monotonic() + PATIENCE
        while True:
            status, reply, _ = self._line.ask(f"class/{self._code}/{what}", body)
            if status not in (0, 429, 502, 503) or time.monotonic() > until:
                return status, reply
            time.sleep(0.2 + 0.3 * random.random())

    def _note(self, name: str, seconds: float, holds: bool, otherwise: str) -> None:
        with self._seen.lock:
            getattr(self._seen, name).append(seconds)
            if not holds:
                self._seen.failures[otherwise] += 1


def measure(url: str) -> dict[str, str]:
    """The rows of the table: a class at this address, from its opening to the first histograms of the second step."""
    alone = knobs(url, KNOB_SECONDS)
    teacher, seen, ends = Line(url), Seen(), threading.Event()
    teacher.ask("limits", Accept="text/html")
    opened = time.monotonic()
    _, room, _ = teacher.ask("class", {"lesson": LESSON, "people": PEOPLE})
    code, key = room["code"], room["key"]
    phones = [
        Phone(url, code, seen, k * JOINS_SECONDS * 0.9 / PEOPLE, ends) for k in range(PEOPLE)
    ]  # the last one begins a second before the ten are over
    moments: dict[int, float] = {}

    def go(to: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        state = look()
        begun = time.monotonic()
        status, reply, _ = teacher.ask(f"class/{code}/go", {"n": state["n"], "to": to}, X_Class_Key=key)
        if status != HTTPStatus.OK:
            raise ConnectionError(f"{to}: {status} {reply}")
        moments[reply["n"]] = begun
        return wait(until)

    def look() -> dict[str, Any]:
        return dict(teacher.ask(f"class/{code}", X_Class_Key=key)[1])

    def wait(until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        patience = time.monotonic() + PATIENCE
        while not until(state := look()) and time.monotonic() < patience:
            time.sleep(0.1)
        return state

    with other_visitor(url) as beside:
        begun = time.monotonic()
        for phone in phones:
            phone.start()
        wait(lambda state: state["in"] == PEOPLE)
        joined = time.monotonic() - begun
        go("first", lambda state: state["got"] == PEOPLE)
        go("talk", lambda _: seen.tried == LATE * PEOPLE)
        go("second", lambda state: state["got"] == PEOPLE)
        shown = go("reveal", lambda state: "shown" in state)["shown"]
        histogram = time.monotonic() - opened
        time.sleep(2.0)
        counted = [sum(map(sum, votes.values())) for votes in shown["rounds"]]
        ends.set()
        for phone in phones:
            phone.join(PATIENCE)
    teacher.ask(f"class/{code}/go", {"n": look()["n"], "to": "end"}, X_Class_Key=key)
    teacher.close()
    lags = [moment - moments[n] for n, found in seen.phases.items() if n in moments for moment in found]
    acknowledged = [seen.kept["first"], seen.kept["second"]]
    return {
        "all joined after s (10 to begin with)": f"{joined:.1f}",
        "joining, p95 ms": f"{percentile(seen.joins, 95):.0f}",
        f"answers within {ANSWERS_SECONDS:.0f} s, median and p95 ms": spread(seen.answers),
        "the state, median and p95 ms": spread(seen.polls),
        "a phase seen, p99 and last ms": f"{percentile(lags, 99):.0f} and {1000 * max(lags):.0f}",
        "answers acknowledged and counted": f"{acknowledged} {counted}",
        "late and forged answers taken": f"{seen.forged} of {seen.tried}",
        "from opening to the histograms, s": f"{histogram:.0f}",
        "another's knob alone, median and p95 ms": spread(alone),
        "beside the class": spread(beside),
        "beside the class, times as slow": f"{statistics.median(beside) / statistics.median(alone):.1f}",
        "requests that failed": ", ".join(f"{count} × {name}" for name, count in seen.failures.items()) or "0",
    }


def spread(times: list[float]) -> str:
    """Their median and their 95th percentile, in milliseconds."""
    return f"{percentile(times, 50):.1f} and {percentile(times, 95):.1f}"


def knobs(url: str, seconds: float) -> list[float]:
    """The times of a visitor's knobs, ten of them a second."""
    visitor, until = Visitor(url, "other"), time.monotonic() + seconds
    times = []
    while time.monotonic() < until:
        times.append(visitor.turn(alpha={"position": random.random() / 2}))
        time.sleep(0.1)
    visitor.close()
    return times


@contextmanager
def other_visitor(url: str) -> Iterator[list[float]]:
    """The times of a visitor's knobs, for as long as the block lasts."""
    times: list[float] = []
    over = threading.Event()

    def turn() -> None:
        while not over.is_set():
            times.extend(knobs(url, 1.0))

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
