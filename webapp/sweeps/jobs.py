"""The jobs in the store. Every change of a job is one write that names the version which it read, so it happens whole
or not at all, in every kind of store alike.

A job has three kinds of rows: its plan, which never changes; the job itself (`webapp.sweeps.job`), where the truth is
about its state, its lease and its pieces; and the pieces. One more row, the index, lists all jobs with their owners and
the bytes that are reserved for each. It is written after the job, from the job as it is then; where a kill came
between, the next one to look puts it right.
"""

import contextlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from webapp.store import ROW_OVERHEAD, Clock, Conflict, Contents, Key, Store
from webapp.store.changes import change_row
from webapp.sweeps.job import (
    CANCELLED,
    DONE,
    FAILED,
    WANTED,
    Job,
    address_of,
    addresses,
    joined,
    piece_name,
    session_of,
    without,
)
from webapp.sweeps.pieces import CELL_BYTES, LOSS_BYTES, SCORE_BYTES, WHOLE_IN_PAGE, PieceStore

INDEX, NOTICE = Key("all", "index"), Key("all", "sweeper")
MOST_JOBS = 500
"""Jobs that the index lists, finished ones too."""
LOOKS = 24
"""A look at a job is noted once in this part of the time for which its owners may be away."""
LEFT = "Nobody has looked at this sweep for as long as SWEEP_AWAY_HOURS says. Start it again, and it goes on."
SETTLING_SECONDS = 60.0
"""Seconds that a job may be in the index before it is there itself."""
SPEAKS_SECONDS = 12.0
"""Seconds after its last notice for which a sweeper that holds jobs is the one that speaks."""
HEARD_SECONDS = 30.0
"""Seconds of silence after which a sweeper counts as not running."""


class TooManySweeps(Exception):
    """This session, or its address, has as many unfinished sweeps as it may have; the message is a sentence."""


class SweepsFull(Exception):
    """There is no room for the results; the message is a sentence for the visitor."""


class SweepLimits(NamedTuple):
    """Limits of all jobs, and of those of one session and of one address."""

    age: float
    """Seconds that a job lives."""
    per_session: int
    """Unfinished jobs."""
    bytes: int
    """Bytes of all results."""
    per_address: int = MOST_JOBS
    """Unfinished jobs."""
    address_bytes: int = 2**62
    """Bytes of the results of unfinished jobs."""
    away: float = float("inf")
    """Seconds after which an unfinished job ends at which no owner has looked."""


class Entry(NamedTuple):
    """A job in the index."""

    owners: tuple[str, ...]
    created: float
    bytes: int
    wanted: bool
    seen: float = 0.0

    def is_of(self, session: str) -> bool:
        """Whether this session is an owner."""
        return session in map(session_of, self.owners)

    def is_at(self, address: str) -> bool:
        """Whether this address has an owner."""
        return address in map(address_of, self.owners)


class PieceResult(NamedTuple):
    """The results of a piece as bytes, and its number of cells."""

    data: bytes
    cells: int


class NewJob(NamedTuple):
    """A plan to be made a job: its id, its text, and the sizes of its work and of its results."""

    id: str
    plan: str
    cells: int
    pieces: int
    seconds: float
    scored: bool = False
    """Whether its runs are scored."""

    @property
    def bytes(self) -> int:
        """The most bytes of its rows and files."""
        of_cell = CELL_BYTES + SCORE_BYTES * self.scored + (LOSS_BYTES if self.cells > WHOLE_IN_PAGE else 0)
        return self.cells * of_cell + self.pieces * (ROW_OVERHEAD + 64) + len(self.plan.encode()) + ROW_OVERHEAD


class Jobs:
    """All jobs of a bench; safe to use from many threads and processes. StoreError where the store does not answer."""

    def __init__(self, store: Store, pieces: PieceStore, limits: SweepLimits, clock: Clock = time.time) -> None:
        self._store = store
        self._pieces = pieces
        self._limits = limits
        self._clock = clock
        self._name = secrets.token_hex(6)

    # Owners of jobs

    def submit(self, new: NewJob, owner: str) -> Job:
        """The job of this plan, which this session wants from now on: the one there is, or a new one.

        One that was cancelled, or that failed, goes on where it was. TooManySweeps or SweepsFull, and nothing changes.
        """
        now = self._clock()
        existing = self.find(new.id)
        created = existing.created if existing else now
        self._reserve(new, owner, created, unfinished=existing is None or existing.state != DONE)
        if existing is None:
            self._write(Key(new.id, "plan"), new.plan.encode())
        fresh = Job(new.id, WANTED, (), new.cells, new.pieces, new.seconds, created)

        def want(job: Job | None) -> Job:
            job = job or fresh
            if job.state == CANCELLED and not job.says:
                # Its last owner did not want it any more, whoever wants it now.
                job = replace(job, owners=())
            if job.state in (CANCELLED, FAILED):
                job = replace(job, state=WANTED, says="", token="")
            return replace(job, owners=joined(job.owners, owner), seen=now)

        job = self._change(new.id, want)
        self.sync(new.id)
        return job or fresh

    def leave(self, id_: str, session: str) -> Job | None:
        """The job without this owner; None when it was none of its owners. Work that is wanted by the last one alone is
        cancelled, and stays that owner's, who may want it again, until it is left once more."""

        def left(job: Job | None) -> Job | None:
            owners = without(job.owners, session) if job is not None else ()
            if job is None or owners == job.owners:
                return None
            if job.wanted and not owners:
                return replace(job, state=CANCELLED, token="")
            return replace(job, owners=owners)

        job = self._change(id_, left)
        if job is not None:
            self.sync(id_)
        return job

    def find(self, id_: str) -> Job | None:
        """The job, or None when there is none (any more)."""
        row = self._store.get(Key(id_, "job"))
        return self._alive(id_, row.value if row else None)

    def plan(self, id_: str) -> str | None:
        """The text of the job's plan."""
        row = self._store.get(Key(id_, "plan"))
        return row.value.decode() if row else None

    def of(self, session: str) -> list[Job]:
        """The jobs that this session wants, or has cancelled and not left, the newest first; it has looked at each."""
        entries = [(entry.created, id_) for id_, entry in self._index().items() if entry.is_of(session)]
        found = [self.find(id_) for _, id_ in sorted(entries, reverse=True)]
        own = [job for job in found if job is not None and session in map(session_of, job.owners)]
        for job in own:
            self.see(job, session)
        return own

    def see(self, job: Job, session: str) -> None:
        """Notes that an owner looks at the job, as often as that is worth a row."""
        now = self._clock()
        if job.wanted and now - job.seen > self._limits.away / LOOKS and session in map(session_of, job.owners):
            self._change(job.id, lambda job: job and replace(job, seen=now))
            self.sync(job.id)

    def end_left(self) -> None:
        """Cancels the jobs at which no owner has looked for as long as they may be away; who comes back can go on."""

        def left(job: Job | None) -> Job | None:
            if job is None or not job.wanted or not self._is_left(max(job.created, job.seen)):
                return None
            return replace(job, state=CANCELLED, says=LEFT, token="")

        for id_, entry in self.wanted().items():
            if self._is_left(max(entry.created, entry.seen)) and self._change(id_, left) is not None:
                self.sync(id_)

    def _is_left(self, seen: float) -> bool:
        return seen + self._limits.away < self._clock()

    def piece(self, job: Job, at: int) -> bytes | None:
        """The results of the piece that was stored as number `at`; None when they are there no more."""
        return self._pieces.get(job.id, job.piece_name(at))

    def losses(self, job: Job) -> Path | None:
        """The path of the file of all its losses, if there is one; None where results are rows of the store."""
        return self._pieces.losses(job.id)

    # Sweepers

    def wanted(self) -> dict[str, Entry]:
        """The jobs that wait or are in work, the oldest first."""
        entries = {id_: entry for id_, entry in self._index().items() if entry.wanted}
        return dict(sorted(entries.items(), key=lambda item: item[1].created))

    def claim(self, id_: str, beat: int) -> Job | None:
        """The job under a new token; None where it is wanted no more, or has shown a sign of life since that beat."""
        token = secrets.token_hex(6)

        def taken(job: Job | None) -> Job | None:
            if job is None or not job.wanted or (job.token and job.beat != beat):
                return None
            return replace(job, token=token, beat=job.beat + 1)

        return self._change(id_, taken)

    def renew(self, id_: str, token: str) -> bool:
        """A sign of life; False where the lease is lost, or nobody wants the job any more."""
        return self._held(id_, token, lambda job: replace(job, beat=job.beat + 1)) is not None

    def add(self, id_: str, token: str, results: Mapping[int, PieceResult], pace: float) -> Job | None:
        """Stores the results of pieces, by their places, and renews the lease.

        None, and nothing is stored, where the lease is lost or the job is wanted no more. After a StoreError the same
        call may be made again.
        """
        for place, result in results.items():
            self._pieces.put(id_, piece_name(place, token), result.data)
        cells = {place: result.cells for place, result in results.items()}
        job = self._held(id_, token, lambda job: job.with_stored(cells, pace))
        if job is None:
            # A call before this one may have stored some, although it heard of an error.
            now = self.find(id_)
            stored = set(now.names) if now else set()
            for name in {piece_name(place, token) for place in results} - stored:
                self._pieces.drop(id_, name)
        elif not job.wanted:
            self.sync(id_)
        return job

    def release(self, id_: str, token: str) -> None:
        """Gives the lease back, so that another may have it at once."""
        self._held(id_, token, lambda job: replace(job, token=""))

    def fail(self, id_: str, token: str, sentence: str) -> None:
        """Ends the job with a sentence that says why."""
        if self._held(id_, token, lambda job: replace(job, state=FAILED, says=sentence, token="")):
            self.sync(id_)

    def sync(self, id_: str) -> None:
        """Writes the job as it is now into the index."""

        def entered(entries: dict[str, Entry]) -> None:
            job = self.find(id_)
            entry = entries.get(id_)
            if entry is None:
                return
            if job is not None:
                entries[id_] = entry._replace(owners=job.owners, wanted=job.wanted, seen=job.seen)
            elif entry.created + SETTLING_SECONDS < self._clock():
                del entries[id_]

        self._change_index(entered)

    # The sweepers' notice

    def announce(self, notice: Mapping[str, Any]) -> None:
        """States where sweeps are made now, how fast, and the obstacles; `holds` is the number of the sweeper's jobs.

        One that holds none is silent as long as another one speaks that holds some.
        """
        row = self._store.get(NOTICE)
        version = row.version if row else 0
        said = json.loads(row.value) if row else {}
        is_others = said.get("holds") and said.get("by") != self._name
        if is_others and not notice["holds"] and self._clock() - said["at"] < SPEAKS_SECONDS:
            return
        text = json.dumps({**notice, "at": self._clock(), "by": self._name}).encode()
        try:
            self._store.put(NOTICE, text, version + 1, version)
        except Conflict:
            return  # another sweeper has just said something

    def notice(self) -> dict[str, Any] | None:
        """The sweepers' latest notice; None if no sweeper runs."""
        said = self._said()
        return said if said and self._clock() - said["at"] < HEARD_SECONDS else None

    def speed(self) -> float | None:
        """Seconds of one core that a sweeper made in a second when it last said so; None if no sweeper ever did."""
        speed: float | None = (self._said() or {}).get("speed")
        return speed

    def _said(self) -> dict[str, Any] | None:
        row = self._store.get(NOTICE)
        said: dict[str, Any] | None = json.loads(row.value) if row else None
        return said

    def look(self) -> None:
        """StoreError where the store does not answer, or another one stands in its place."""
        self._store.look()

    def contents(self) -> Contents:
        """The number of jobs by state, and the bytes that are reserved for them, for the metrics."""
        entries = self._index()
        found = Counter(dict.fromkeys((WANTED, DONE, CANCELLED, FAILED), 0))
        found.update(job.state for job in map(self.find, entries) if job is not None)
        return {"sweeps": found, "store_bytes": {"sweeps": _bytes_of(entries)}}

    # Rows

    def _reserve(self, new: NewJob, owner: str, created: float, *, unfinished: bool) -> None:
        """Enters the job into the index, and drops the oldest finished ones where it needs their room."""
        dropped: list[str] = []

        def entered(entries: dict[str, Entry]) -> None:
            dropped[:] = [id_ for id_, entry in entries.items() if self._is_over(entry.created)]
            for id_ in dropped:
                del entries[id_]
            others = {id_: entry for id_, entry in entries.items() if id_ != new.id}
            if unfinished:
                self._check_share(new, owner, [entry for entry in others.values() if entry.wanted])
            while _bytes_of(others) + new.bytes > self._limits.bytes or len(others) >= MOST_JOBS:
                oldest = _first_to_drop(others, by_bytes=len(others) < MOST_JOBS)
                if oldest is None:
                    raise SweepsFull(
                        f"The results of this sweep take {_megabytes(new.bytes)} MB, and of the "
                        f"{_megabytes(self._limits.bytes)} MB that SWEEP_MB allows, the unfinished sweeps take "
                        f"{_megabytes(_bytes_of(others))}. Take fewer runs, or wait until those are done."
                    )
                dropped.append(oldest)
                del others[oldest]
            known = entries.get(new.id)
            owners = joined(known.owners if known else (), owner)
            entries.clear()
            entries.update(others)
            entries[new.id] = Entry(owners, created, new.bytes, wanted=True, seen=self._clock())

        self._change_index(entered)
        for id_ in dropped:
            self._drop(id_)
        self._pieces.expire()

    def _check_share(self, new: NewJob, owner: str, unfinished: list[Entry]) -> None:
        """TooManySweeps or SweepsFull where the session, or its address, has its share already."""
        count = sum(entry.is_of(session_of(owner)) for entry in unfinished)
        if count >= self._limits.per_session:
            raise TooManySweeps(
                f"This browser has {count} unfinished sweeps already, as many as SWEEPS_PER_SESSION allows. "
                "Wait until one is done, or cancel one."
            )
        at_address = [entry for entry in unfinished if entry.is_at(address_of(owner))]
        if len(at_address) >= self._limits.per_address:
            raise TooManySweeps(
                f"This address has {len(at_address)} unfinished sweeps already, as many as SWEEPS_PER_ADDRESS allows. "
                "Wait until one is done, or cancel one."
            )
        size = sum(entry.bytes for entry in at_address)
        if size + new.bytes > self._limits.address_bytes:
            raise SweepsFull(
                f"The results of this sweep take {_megabytes(new.bytes)} MB, and of the "
                f"{_megabytes(self._limits.address_bytes)} MB that SWEEP_MB and SWEEP_SHARE allow one address, its "
                f"unfinished sweeps take {_megabytes(size)}. Take fewer runs, or wait until those are done."
            )

    def _drop(self, id_: str) -> None:
        row = self._store.get(Key(id_, "job"))
        self._store.drop(Key(id_, "job"))
        if row is not None:
            self._pieces.drop_all(id_, Job.from_bytes(id_, row.value).names)
        self._store.drop(Key(id_, "plan"))

    def _held(self, id_: str, token: str, edit: Callable[[Job], Job]) -> Job | None:
        """Changes the job if this token holds it; None, and nothing changes, if not."""
        return self._change(id_, lambda job: edit(job) if job is not None and job.is_held_by(token) else None)

    def _change(self, id_: str, edit: Callable[[Job | None], Job | None]) -> Job | None:
        """The job as the edit makes it of the one there is; None, and nothing is written, where it makes none."""

        def changed(value: bytes | None) -> tuple[bytes | None, Job | None]:
            job = edit(self._alive(id_, value))
            return job.to_bytes() if job else None, job

        return change_row(self._store, Key(id_, "job"), changed, f"job {id_}")

    def _alive(self, id_: str, value: bytes | None) -> Job | None:
        """The job of its row's value, unless it is over."""
        job = None if value is None else Job.from_bytes(id_, value)
        return None if job is None or self._is_over(job.created) else job

    def _is_over(self, created: float) -> bool:
        return created + self._limits.age < self._clock()

    def _write(self, key: Key, value: bytes) -> None:
        row = self._store.get(key)
        version = row.version if row else 0
        with contextlib.suppress(Conflict):  # another has just written the same
            self._store.put(key, value, version + 1, version)

    def _index(self) -> dict[str, Entry]:
        row = self._store.get(INDEX)
        return _entries(row.value if row else None)

    def _change_index(self, edit: Callable[[dict[str, Entry]], None]) -> None:
        def changed(value: bytes | None) -> tuple[bytes | None, None]:
            entries, before = _entries(value), _entries(value)
            edit(entries)
            return None if entries == before else json.dumps(entries).encode(), None

        change_row(self._store, INDEX, changed, "list of sweeps")


def _entries(value: bytes | None) -> dict[str, Entry]:
    """The entries of the index, from its row's value."""
    plain = {} if value is None else json.loads(value)
    return {id_: Entry(tuple(owners), *rest) for id_, (owners, *rest) in plain.items()}


def _bytes_of(entries: Mapping[str, Entry]) -> int:
    return sum(entry.bytes for entry in entries.values())


def _first_to_drop(entries: Mapping[str, Entry], *, by_bytes: bool) -> str | None:
    """The finished job that makes room: one that nobody wants, else the oldest of the address that has most."""
    finished = {id_: entry for id_, entry in entries.items() if not entry.wanted}
    of_address = Counter[str]()
    for entry in finished.values():
        of_address.update(dict.fromkeys(addresses(entry.owners), entry.bytes if by_bytes else 1))

    def order(id_: str) -> tuple[bool, int, float]:
        entry = finished[id_]
        least = min((of_address[one] for one in addresses(entry.owners)), default=0)
        return bool(entry.owners), -least, entry.created

    return min(finished, key=order, default=None)


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / 2**20)):,}"
