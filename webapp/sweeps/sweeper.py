"""The sweeper: takes jobs on lease, lets workers make their pieces, and stores the results.

It is one loop. It may lose all that it holds at any moment: a worker that dies costs the pieces that it had, a store
that is away is asked again, and a lease that is lost, or a job that was cancelled, is let go of with all that is not
stored.
"""

import contextlib
import logging
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, InvalidStateError, wait
from dataclasses import dataclass, field
from typing import Any

from engine.errors import BenchError, LostWorkError, OtherBitsError
from engine.sweeps.bit_check import bit_check_fingerprint
from engine.sweeps.executor import WorkerResult
from engine.sweeps.pieces import FEWEST_PIECES, SweepPlan
from webapp.operations.metrics import Metrics
from webapp.store import StoreError
from webapp.sweeps.fair_share import Turns, claim_order, to_give_back
from webapp.sweeps.job import Job, addresses
from webapp.sweeps.jobs import Entry, Jobs, PieceResult
from webapp.sweeps.pieces import to_bytes
from webapp.sweeps.plans import read_plan
from webapp.sweeps.workers import Workers, WorkersAway

log = logging.getLogger(__name__)

ROUND_SECONDS = 0.1
"""Seconds that a round waits for pieces, at most."""
LOOK_SECONDS, WOKEN_SECONDS = 0.5, 0.02
"""Seconds between two readings of the list of jobs, and the fewest when it is woken."""
PAUSE_SECONDS = 1.0
"""Seconds for which nothing is begun after workers were away, or the store was."""
NOTICE_SECONDS = 5.0
AHEAD = 2
"""The ratio of pieces submitted to pieces in work, so that no worker waits."""
LONG_SECONDS = 2.0
"""Seconds of a piece before which no second one lies, before the worker that has it; and of a sweep during which others
may come, for whom the worker beside them is started."""
BESIDE_SECONDS = 0.4
"""Seconds of a piece that the worker beside the others makes, at most, and of those that lie before it."""
STORE_SECONDS = 0.05
"""Seconds between two writes of a job's pieces while it has others at work: a write takes longer than a short piece."""
MOST_MADE = 16
"""Pieces of a job that are made and not stored yet, for more to begin."""
PLACE_SECONDS = 10.0
"""Seconds that a job may have one of the places while another address waits for one."""
ATTEMPTS = 8
"""The number of times that a piece is begun before its job fails."""
LEASE_SHARE = 3
"""The number of times that a lease is renewed while it lasts."""
PACE_SECONDS = 10.0
"""The seconds over which the pace of a job is measured, about."""
TELLING_SECONDS = 1.0
"""Jobs that are estimated to take this many seconds on one core, or more, tell the speed of the workers."""
DRAIN_SECONDS = 5.0
"""Seconds that a sweeper that stops waits for the pieces at work."""


@dataclass
class HeldJob:
    """A job on lease, with its pieces that are to do, at work, and made but not stored yet."""

    id: str
    token: str
    owners: tuple[str, ...]
    plan: SweepPlan
    todo: Iterator[int]
    beaten: float
    """The time of the latest sign of life."""
    began: float
    """The time at which the pace was last reckoned."""
    since: float
    """The time at which it was taken."""
    leaves: bool = False
    """It begins no more pieces, and is given back once those at work are stored."""
    again: list[int] = field(default_factory=list)
    """Places whose piece was lost."""
    more: bool = True
    """Whether there may be places in `todo`."""
    made: dict[int, PieceResult] = field(default_factory=dict)
    losses: dict[int, int] = field(default_factory=dict)
    cells_since: int = 0
    pace: float = 0.0

    def next_place(self) -> int | None:
        """The place of the next piece to begin; None if no piece is left."""
        if self.again:
            return self.again.pop(0)
        place = next(self.todo, None)
        self.more = place is not None
        return place

    @property
    def piece_seconds(self) -> float:
        """An estimate of how long a piece takes."""
        return self.plan.seconds / self.plan.pieces

    @property
    def has_more(self) -> bool:
        """Whether there may be a piece to begin."""
        return not self.leaves and (self.more or bool(self.again))


@dataclass(frozen=True)
class AtWork:
    """A piece that a worker has."""

    job: HeldJob
    place: int
    cells: int
    seconds: float
    """An estimate of how long it takes."""
    beside: bool
    """Whether the worker beside the others has it."""

    @property
    def load(self) -> int:
        """The number of pieces that it counts for among those that lie before the workers."""
        return AHEAD if self.seconds > LONG_SECONDS else 1


class Sweeper:
    """Works on the jobs of a bench until it is stopped. `run` is for one thread; `stop` and `wake` for any."""

    def __init__(
        self,
        jobs: Jobs,
        workers: Workers,
        at_once: int,
        lease: float,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = jobs
        self._workers = workers
        self._at_once = at_once
        self._lease = lease
        self._metrics = metrics
        self._clock = clock
        self._held: dict[str, HeldJob] = {}
        self._at_work: dict[Future[WorkerResult], AtWork] = {}
        self._seen: dict[str, tuple[int, float]] = {}
        """The beat of each job that another holds, and since when it stands."""
        self._turns = Turns()
        self._stopping = self._are_warm = False
        self._woken: Future[None] = Future()
        self._looked = self._look_at = self._begin_at = self._notice_at = 0.0
        self._trouble = self._store_trouble = ""
        self._told = ("", "")
        """The latest notice's place of the workers, and what they wait for."""
        self._speed: float | None = None
        self.idle_since = clock()

    def stop(self) -> None:
        """Lets `run` store the pieces at work, give all leases back, and return."""
        self._stopping = True  # no lock: a signal's handler may be what calls

    def wake(self) -> None:
        """Looks for jobs at once."""
        self._look_at = min(self._look_at, self._looked + WOKEN_SECONDS)
        with contextlib.suppress(InvalidStateError):  # another has woken it
            self._woken.set_result(None)

    def run(self, idle_seconds: float | None = None) -> None:
        """Works until it is stopped, or until there has been no job for `idle_seconds`."""
        self.idle_since = self._clock()
        try:
            while not self._stopping:
                self.round()
                if idle_seconds is not None and self._clock() - self.idle_since > idle_seconds:
                    return
            self._drain()
        finally:
            self._give_up_all()
            self._workers.close()

    def round(self) -> None:
        """Looks for jobs, begins pieces, stores those that are made, and renews leases; waits a little."""
        try:
            self._look()
        except StoreError as error:
            self._store_away(error)
        self._begin()
        self._collect(max(0.0, min(ROUND_SECONDS, self._look_at - self._clock())))
        self._store()
        if self._held:
            self.idle_since = self._clock()

    # Jobs

    def _look(self) -> None:
        now = self._clock()
        if now < self._look_at:
            return
        self._looked, self._look_at = now, now + LOOK_SECONDS
        self._jobs.look()
        if now >= self._notice_at:
            self._jobs.end_left()
        wanted = self._jobs.wanted()
        self._store_trouble = ""
        for id_ in self._held.keys() - wanted.keys():
            self._let_go(self._held[id_])
        free = self._free({id_: entry for id_, entry in wanted.items() if id_ not in self._held}, now)
        held = {id_: job.owners for id_, job in self._held.items() if not job.leaves}
        if free and len(held) >= self._at_once:
            tired = [id_ for id_ in held if now - self._held[id_].since >= PLACE_SECONDS]
            given_back = to_give_back(held, [job.owners for job in free.values()], tired)
            if given_back is not None:
                self._leave(self._held[given_back])
                del held[given_back]
        for id_ in claim_order(held.values(), {id_: job.owners for id_, job in free.items()})[
            : self._at_once - len(held)
        ]:
            self._claim(free[id_])
        self._announce(now)

    def _free(self, entries: dict[str, Entry], now: float) -> dict[str, Job]:
        """The jobs among these that nobody holds, or whose holder has shown no sign of life for as long as a lease."""
        found = {}
        for id_ in entries:
            job = self._jobs.find(id_)
            if job is None or not job.wanted:
                self._jobs.sync(id_)
                continue
            beat, since = self._seen.get(id_, (-1, now))
            if job.beat != beat:
                since = now
            self._seen[id_] = (job.beat, since)
            if not job.token or now - since >= self._lease:
                found[id_] = job
        self._seen = {id_: seen for id_, seen in self._seen.items() if id_ in entries}
        return found

    def _claim(self, free: Job) -> None:
        job = self._jobs.claim(free.id, free.beat)
        if job is None:
            return
        try:
            plan = self._plan(job)
        except BenchError as error:
            self._jobs.fail(job.id, job.token, str(error))
            return
        done, now = job.places, self._clock()
        todo = (place for place in range(job.pieces) if place not in done)
        self._held[job.id] = HeldJob(job.id, job.token, job.owners, plan, todo, now, now, now, pace=job.pace)

    def _plan(self, job: Job) -> SweepPlan:
        text = self._jobs.plan(job.id)
        if text is None:
            raise BenchError("The plan of this sweep is lost. Start it again.")
        plan, fingerprint, _ = read_plan(text)
        if fingerprint != bit_check_fingerprint():
            raise OtherBitsError(platform.node(), bit_check_fingerprint(), fingerprint)
        return plan

    def _leave(self, job: HeldJob) -> None:
        """Lets a job end the pieces at work; the others can wait."""
        job.leaves = True
        for future in [future for future, piece in self._at_work.items() if piece.job is job and future.cancel()]:
            del self._at_work[future]

    def _release(self, job: HeldJob) -> None:
        """Gives a job back; pieces at work are lost."""
        self._let_go(job)
        self._jobs.release(job.id, job.token)

    def _let_go(self, job: HeldJob) -> None:
        self._held.pop(job.id, None)
        for future in [future for future, piece in self._at_work.items() if piece.job is job]:
            future.cancel()
            del self._at_work[future]
        if not self._held:
            self._trouble = ""  # nobody asks the workers now, so how they are is not known

    # Pieces

    def _begin(self) -> None:
        """Submits pieces until the workers have enough to do."""
        if self._clock() < self._begin_at or not self._held:
            return
        try:
            if not self._workers.ready():
                if self._workers.waits and self._trouble:
                    self._trouble, self._notice_at = "", 0.0
                return
            self._trouble = ""
            while self._begin_one():
                pass
            if self._are_warm and any(job.plan.seconds > LONG_SECONDS for job in self._held.values()):
                self._workers.ready_beside()  # whoever comes during a long sweep does not wait for its start
        except WorkersAway as error:
            self._workers_away(str(error))

    def _begin_one(self) -> bool:
        """Submits the piece whose turn it is; False where none is left, or no worker.

        An address that comes while the pieces of others keep all workers busy has the worker beside them for its short
        pieces, for as long as they last.
        """
        most = AHEAD * self._workers.count
        apart = [piece for piece in self._at_work.values() if piece.beside]
        among = [piece for piece in self._at_work.values() if not piece.beside]
        ready = {id_: job.owners for id_, job in self._held.items() if job.has_more and len(job.made) < MOST_MADE}
        beside = sum(piece.load for piece in among) >= most
        elsewhere = addresses(owner for piece in (among if beside else apart) for owner in piece.job.owners)
        newcomers = {
            id_: owners
            for id_, owners in ready.items()
            if not elsewhere & addresses(owners) and not (beside and self._held[id_].piece_seconds > BESIDE_SECONDS)
        }
        if beside:
            is_full = sum(piece.seconds for piece in apart) >= BESIDE_SECONDS or len(apart) >= FEWEST_PIECES
            if not newcomers or is_full or not self._workers.ready_beside():
                return False
        ready = newcomers or ready
        if not ready:
            return False
        job = self._held[self._turns.next(ready)]
        place = job.next_place()
        if place is None:
            return True
        piece = job.plan.piece(place)
        job.again.insert(0, place)  # until it is with the workers
        submit = self._workers.submit_beside if beside else self._workers.submit
        future = submit(piece.task.to_json())
        job.again.pop(0)
        seconds = job.plan.seconds * piece.cells.size / job.plan.size
        self._at_work[future] = AtWork(job, place, piece.cells.size, seconds, beside)
        self._turns.charge(job.owners, seconds)
        return True

    def _collect(self, seconds: float) -> None:
        """Takes finished pieces from the workers; waits for some, or for being woken."""
        waited: list[Future[Any]] = [*self._at_work, self._woken]
        done = wait(waited, seconds, return_when=FIRST_COMPLETED).done
        if self._woken in done:
            self._woken = Future()
        for future in [future for future in self._at_work if future in done]:  # in the order in which they were begun
            piece = self._at_work.pop(future, None)
            if piece is None:
                continue  # its job was let go of a moment ago
            error = CancelledError("cancelled") if future.cancelled() else future.exception()
            if error is None:
                self._take(piece, future.result())
            else:
                self._lose(piece, error)

    def _take(self, piece: AtWork, found: WorkerResult) -> None:
        own = bit_check_fingerprint()
        if found.bit_check_fingerprint != own:
            piece.job.again.append(piece.place)
            self._workers_away(str(OtherBitsError(found.host, found.bit_check_fingerprint, own)))
            return
        self._turns.charge(piece.job.owners, found.seconds - piece.seconds)
        self._are_warm = True
        piece.job.made[piece.place] = PieceResult(to_bytes(found.result), piece.cells)
        piece.job.cells_since += piece.cells

    def _lose(self, piece: AtWork, error: BaseException) -> None:
        """Begins a piece again that was lost with its worker; its job fails where that happens again and again."""
        job = piece.job
        job.losses[piece.place] = job.losses.get(piece.place, 0) + 1
        job.again.append(piece.place)
        if isinstance(error, BrokenExecutor | CancelledError):
            self._workers.close()
        if isinstance(error, BenchError) or job.losses[piece.place] >= ATTEMPTS:
            sentence = str(error if isinstance(error, BenchError) else LostWorkError(ATTEMPTS, error))
            log.error("The sweep %s has failed. %s", job.id, sentence)
            self._let_go(job)
            try:
                self._jobs.fail(job.id, job.token, sentence)
            except StoreError as away:
                self._store_away(away)

    def _workers_away(self, sentence: str) -> None:
        """Waits a moment before anything else is begun; pieces at work are begun again."""
        if sentence != self._trouble:
            log.warning("%s", sentence)
        self._trouble, self._begin_at, self._notice_at = sentence, self._clock() + PAUSE_SECONDS, 0.0
        for future, piece in self._at_work.items():
            future.cancel()
            piece.job.again.append(piece.place)
        self._at_work.clear()
        self._workers.close()

    # The store

    def _store(self) -> None:
        """Stores finished pieces, and gives a sign of life for the other jobs before their lease ends."""
        for job in list(self._held.values()):
            try:
                self._store_job(job)
                if job.leaves and all(piece.job is not job for piece in self._at_work.values()):
                    self._release(job)
            except StoreError as error:
                self._store_away(error)

    def _store_job(self, job: HeldJob) -> None:
        now = self._clock()
        soon_more = now - job.beaten < STORE_SECONDS and any(piece.job is job for piece in self._at_work.values())
        if job.made and not soon_more:
            self._reckon_pace(job, now)
            self._reckon_speed()
            stored = self._jobs.add(job.id, job.token, job.made, job.pace)
            if stored is not None:
                self._metrics.swept(len(job.made), sum(made.cells for made in job.made.values()))
                job.owners = stored.owners
            job.made, job.beaten = {}, self._clock()
            if stored is None or not stored.wanted:
                self._let_go(job)
                self._notice_at = 0.0  # the next plan is estimated by how fast this one was
        elif now - job.beaten > self._lease / LEASE_SHARE:
            job.beaten = now
            if not self._jobs.renew(job.id, job.token):
                self._let_go(job)

    @staticmethod
    def _reckon_pace(job: HeldJob, now: float) -> None:
        """Cells a second, over the last seconds and the pace before them."""
        seconds = now - job.began
        if seconds <= 0.0 or not job.cells_since:
            return
        share = min(1.0, seconds / PACE_SECONDS) if job.pace else 1.0
        job.pace += share * (job.cells_since / seconds - job.pace)
        job.began, job.cells_since = now, 0

    def _reckon_speed(self) -> None:
        """The seconds of one core, as plans estimate them, that are made in a second."""
        held = [job for job in self._held.values() if job.pace]
        if sum(job.plan.seconds for job in held) >= TELLING_SECONDS:
            self._speed = sum(job.pace * job.plan.seconds / job.plan.size for job in held)

    def _store_away(self, error: StoreError) -> None:
        """Results stay here until the store answers; nobody else can have had the lease meanwhile."""
        if str(error) != self._store_trouble:
            log.warning("The sweeper waits for its store. %s", error)
        self._store_trouble = str(error)
        self._seen.clear()
        self._look_at = self._begin_at = self._clock() + PAUSE_SECONDS

    def _announce(self, now: float) -> None:
        told = self._workers.place, self._workers.waits
        if now >= self._notice_at or told != self._told:
            self._notice_at, self._told = now + NOTICE_SECONDS, told
            speed = self._speed or self._jobs.speed()
            workers = {"place": told[0], "waits": told[1], "count": self._workers.count, "speed": speed}
            self._jobs.announce({**workers, "trouble": self._trouble, "holds": len(self._held)})

    # The end

    def _drain(self) -> None:
        """Stores the pieces at work, if that is soon."""
        for future in [future for future in self._at_work if future.cancel()]:
            del self._at_work[future]
        end = self._clock() + DRAIN_SECONDS
        while self._at_work and self._clock() < end:
            self._collect(ROUND_SECONDS)
            self._store()

    def _give_up_all(self) -> None:
        for job in list(self._held.values()):
            try:
                self._release(job)
            except StoreError as error:
                log.warning("A lease was not given back, and ends by itself. %s", error)
