"""Routes for sweeps: planned and started, watched, cancelled, and read.

POST /sweeps plans a sweep, and starts it if it is told to. GET /sweeps lists those that this browser started; GET
/sweeps/<id> is one of them, or anybody's whose id is known, with the pieces since number `from`, whole or as a map
needs them, or with every k-th value of its axes, as the map of a large one needs them; GET
/sweeps/<id>/runs/<cell> is the experiment of one run, as that of a link, and GET /sweeps/<id>.csv, .npz and, where
pyarrow is installed, .parquet are all runs as a file, with `at_most`, `at_least` or `diverged` those that are left.
POST /sweeps/<id> starts it again where it was cancelled, or failed; DELETE says that this browser does not want it any
more, and of one that has ended that its list does not either.
"""

import re
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import IO, Any, NamedTuple

from flask import Flask, request
from werkzeug.exceptions import NotFound, ServiceUnavailable, TooManyRequests

from engine import kernel
from engine.errors import BenchError
from engine.experiments.catalogue import CATALOGUE
from engine.scoring import scores_held_out
from webapp.base.validation import Malformed, exactly
from webapp.bench.run_summary import name_of
from webapp.files.export_run import LinkRunner, UnreadableLink
from webapp.http.connections.exchange import streamed
from webapp.http.connections.written_file import WrittenFiles
from webapp.http.rate_limit import RETRY_AFTER
from webapp.jobs.large_work import turn_for
from webapp.links.codec import Link
from webapp.links.routes import link_response
from webapp.links.short_links import ShortLinks
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.store import StoreError
from webapp.sweeps.job import Job, owner_of
from webapp.sweeps.jobs import Jobs, SweepsFull, TooManySweeps
from webapp.sweeps.loss_file import PART_BYTES, part_since, read_part
from webapp.sweeps.plans import ID_LENGTH, AxisRefused, StoredPlan, new_job, read_plan, read_sweep_request
from webapp.sweeps.results import (
    MOST_CELLS_OF_A_FILE,
    FileKind,
    Unfinished,
    file_kinds,
    losses_since,
    pieces_since,
    read_filter,
    whole_result,
)

ID = re.compile(rf"[A-Za-z0-9_-]{{{ID_LENGTH}}}")
NUMBER = re.compile(r"[0-9]{1,9}")
FILE_BYTES = 130
"""The bytes that a file takes in memory for each of its runs while it is written to the disk."""
NO_SWEEP = (
    "There is no sweep under this address any more. It has expired, or it was dropped for newer ones. Start it again."
)
NO_SWEEPER = "No sweeper is running now. The sweep begins as soon as one is started: nnbench sweeper."
NO_PARQUET = (
    "This server writes no Parquet files, for pyarrow is not installed there. Take CSV or NPZ, or have its "
    "operator call pip install nnbench[parquet]."
)
DISK_FULL = "The disk of the server is full, and this file cannot be written. Tell its operator, or try again later."
STORE_AWAY = "The server cannot use its store at the moment. Try again in a minute."


class Refusal(Exception):
    """The refusal of a sweep; the message is a sentence."""


REFUSALS = (AxisRefused, BenchError, UnreadableLink, Refusal, Unfinished)
PIECES = {"whole": pieces_since, "map": losses_since}
"""The functions that give a request its pieces, by its `as`."""
PART = "part"
"""The `as` of a request for some values of each axis."""


def install(
    server: Flask,
    sessions: Sessions,
    settings: Settings,
    short_links: ShortLinks,
    jobs: Jobs,
    wake: Callable[[], None],
) -> None:
    """Serves the routes; `wake` is called when there is something to do for a sweeper in this process."""
    links = LinkRunner(settings, short_links)
    views = Views(sessions, settings, links, jobs, wake, file_kinds(), WrittenFiles(), plans_of(jobs))
    server.add_url_rule("/sweeps", "sweeps", answering(views.submit), methods=["POST"])
    server.add_url_rule("/sweeps", "sweep_list", answering(views.all_of_browser))
    server.add_url_rule("/sweeps/<id_>", "sweep", answering(views.show))
    server.add_url_rule("/sweeps/<id_>/runs/<int:cell>", "sweep_run", answering(views.run))
    server.add_url_rule("/sweeps/<id_>.<kind>", "sweep_file", answering(views.file))
    server.add_url_rule("/sweeps/<id_>", "sweep_again", answering(views.again), methods=["POST"])
    server.add_url_rule("/sweeps/<id_>", "sweep_end", answering(views.leave), methods=["DELETE"])


class Views(NamedTuple):
    """The views behind the routes, and the objects that they need."""

    sessions: Sessions
    settings: Settings
    links: LinkRunner
    jobs: Jobs
    wake: Callable[[], None]
    files: Mapping[str, FileKind]
    written: WrittenFiles
    """Files that somebody reads now: whoever asks for one of them reads it, too."""
    plans: Callable[[str], StoredPlan]

    def submit(self) -> Any:
        """A plan's estimate, or the job that it has become. A client that only asks gets a refusal as its answer."""
        if not kernel.ready():
            raise ServiceUnavailable("The bench is still starting. Try again in a moment.", retry_after=RETRY_AFTER)
        body = request.get_json()
        try:
            sweep = read_sweep_request(body, self.links, self.settings)
        except REFUSALS as error:
            if body["start"]:
                raise
            return refused(error)
        new = new_job(sweep.plan, sweep.key)
        place, trouble = place_of(self.jobs, self.settings)
        if sweep.start:
            job = self.jobs.submit(new, owner_of(self.sessions.session_id(), self.sessions.address()))
            self.wake()
            return {"job": plain_job(job), "says": trouble}
        return {
            "id": new.id,
            "runs": new.cells,
            "seconds": new.seconds / place["speed"],
            "place": place["place"],
            "bytes": new.bytes,
            "says": trouble,
        }

    def all_of_browser(self) -> Any:
        """The jobs that this browser wants, and a sentence about the obstacles of those that are unfinished."""
        jobs = self.jobs.of(self.sessions.session_id())
        trouble = place_of(self.jobs, self.settings)[1] if any(job.wanted for job in jobs) else ""
        return {"sweeps": [plain_job(job) | self.names_of(job) for job in jobs], "says": trouble}

    def names_of(self, job: Job) -> dict[str, Any]:
        """The names of a job in a list: its experiment, and the number of values of each axis."""
        try:
            stored = self.plans(job.id)
        except (BenchError, Refusal):
            stored = None  # another version planned it, or it is lost
        counts = [[name, len(values)] for name, values in stored.plan.axes.items()] if stored else []
        return {"title": title_of(stored) if stored else "", "over": counts}

    def show(self, id_: str) -> Any:
        """A job, and pieces of it."""
        job, stored = self.found(id_)
        if job.wanted:
            self.wake()  # its sweeper may have been killed with another process
            self.jobs.see(job, self.sessions.session_id())
        first = request.args.get("from", "0")
        if not NUMBER.fullmatch(first):
            raise Malformed("The number in from= is that of a piece: the last response says it as next.")
        form = request.args.get("as", "whole")
        if form not in (*PIECES, PART):
            raise Malformed(f"Pieces come as= one of {', '.join((*PIECES, PART))}.")
        trouble = place_of(self.jobs, self.settings)[1] if job.wanted else ""
        answer = {"job": plain_job(job), "says": trouble}
        if form == PART:
            part = read_part(request.args.get("part", ""), stored.plan)
            with turn_for(PART_BYTES):
                return answer | part_since(self.jobs, job, stored.plan, part, int(first))
        answer |= PIECES[form](self.jobs, job, stored.plan, int(first))
        return answer if int(first) else answer | plain_plan(stored)

    def run(self, id_: str, cell: int) -> Any:
        """The experiment of one cell, as that of a link."""
        _, stored = self.found(id_)
        if cell >= stored.plan.size:
            raise NotFound
        return link_response(Link(stored.key, stored.plan.run(cell), (), None, {}))

    def file(self, id_: str, kind: str) -> Any:
        """All runs of a job that is done, or those that the address's filter leaves."""
        if kind not in self.files:
            if kind == "parquet":
                raise Refusal(NO_PARQUET)
            raise NotFound
        run_filter = read_filter(request.args)
        job, (plan, *_) = self.found(id_)

        def write() -> IO[bytes]:
            result = whole_result(self.jobs, job, plan)
            written = tempfile.TemporaryFile(dir=self.settings.files_dir)  # noqa: SIM115 - its last reader drops it
            self.files[kind].write(written, result, run_filter and run_filter.left(result))
            return written

        try:
            with turn_for(FILE_BYTES * min(plan.size, MOST_CELLS_OF_A_FILE)):
                reader = self.written.reader((id_, kind, run_filter), write)
        except OSError as error:
            raise ServiceUnavailable(DISK_FULL, retry_after=60) from error
        response = streamed(reader, self.files[kind].mimetype)
        response.headers.set("Content-Disposition", "attachment", filename=f"sweep-{id_[:8]}.{kind}")
        return response

    def found(self, id_: str) -> tuple[Job, StoredPlan]:
        """The job and its plan; Refusal where there is none."""
        job = self.jobs.find(checked_id(id_))
        if job is None:
            raise Refusal(NO_SWEEP)
        return job, self.plans(id_)

    def again(self, id_: str) -> Any:
        """The job, which this browser wants from now on; one that was cancelled, or failed, goes on where it was."""
        exactly(request.get_json(), set())
        stored = self.found(id_)[1]
        owner = owner_of(self.sessions.session_id(), self.sessions.address())
        job = self.jobs.submit(new_job(stored.plan, stored.key), owner)
        self.wake()
        return {"job": plain_job(job)}

    def leave(self, id_: str) -> Any:
        """The job that this browser does not want any more."""
        job = self.jobs.leave(checked_id(id_), self.sessions.session_id())
        if job is None:
            raise Refusal("This browser has not started this sweep, or not any more, so it cannot cancel it.")
        return {"job": plain_job(job)}


def install_refusal(server: Flask, sentence: str) -> None:
    """Serves POST /sweeps with that sentence, where nothing can be swept as a job, and no list of sweeps."""

    def refuse() -> Any:
        if exactly(request.get_json(), {"link", "axes", "start"})["start"]:
            raise Refusal(sentence)
        return {"refused": sentence}

    server.add_url_rule("/sweeps", "sweeps", answering(refuse), methods=["POST"])
    server.add_url_rule("/sweeps", "sweep_list", lambda: {"sweeps": [], "says": ""})


def answering(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, whose refusals are sentences: 400 for a plan that cannot be swept, 429 and 503 if it may be later."""

    def answered(**parts: str) -> Any:
        try:
            return view(**parts)
        except REFUSALS as error:
            return refused(error), HTTPStatus.BAD_REQUEST
        except TooManySweeps as error:
            raise TooManyRequests(str(error), retry_after=RETRY_AFTER) from None
        except SweepsFull as error:
            raise ServiceUnavailable(str(error), retry_after=60) from None
        except StoreError:
            raise ServiceUnavailable(STORE_AWAY, retry_after=RETRY_AFTER) from None

    return answered


def refused(error: Exception) -> dict[str, str]:
    """The sentence, and the axis that it is about where it is about one."""
    return {"refused": str(error)} | ({"axis": error.axis} if isinstance(error, AxisRefused) else {})


def plans_of(jobs: Jobs) -> Callable[[str], StoredPlan]:
    """Plans by the ids of their jobs, the latest of which are remembered: an id names all of its plan."""

    @lru_cache(maxsize=8)
    def plan(id_: str) -> StoredPlan:
        text = jobs.plan(id_)
        if text is None:
            raise Refusal(NO_SWEEP)
        return read_plan(text)

    return plan


def checked_id(id_: str) -> str:
    """The id; 404 for a text that is none."""
    if not ID.fullmatch(id_):
        raise NotFound
    return id_


def plain_plan(stored: StoredPlan) -> dict[str, Any]:
    """The data of a sweep that are sent once: its axes, over which cells are numbered, the last quickest, and more."""
    plan = stored.plan
    axes = [[name, values] for name, values in plan.axes.items()]
    plain = {"axes": axes, "experiment": plan.experiment.to_json(), "title": title_of(stored), "key": stored.key}
    if plan.measure is None:
        return plain
    return plain | {"measure": plan.measure, "held_out": scores_held_out(plan.experiment, plan.measure)}


def title_of(stored: StoredPlan) -> str:
    """The page's name of the runs."""
    return name_of(stored.plan.experiment, CATALOGUE[stored.key])


def plain_job(job: Job) -> dict[str, Any]:
    """A job as the page reads it, without its owners."""
    return {
        "id": job.id,
        "state": job.state,
        "says": job.says,
        "runs": job.cells,
        "made": job.made,
        "pieces": job.pieces,
        "stored": len(job.stored),
        "left": job.left if job.wanted else 0.0,
        "created": job.created,
    }


def place_of(jobs: Jobs, settings: Settings) -> tuple[dict[str, Any], str]:
    """Where sweeps are made, the seconds of one core that a second makes, and a sentence about obstacles."""
    notice, speed = jobs.notice(), jobs.speed()
    if notice is not None:
        speed = speed or notice["count"] or settings.side_by_side
        return {"place": notice["place"], "speed": speed}, notice["trouble"] or notice.get("waits", "")
    here = {"place": "this server", "speed": speed or settings.side_by_side}
    return here, "" if settings.sweeper else NO_SWEEPER
