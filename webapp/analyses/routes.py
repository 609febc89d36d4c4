"""Side questions: what the page asks about the run that it shows, beside the turning of its knobs.

Each question is one short piece of work, about a tenth of a second at most; what takes longer the browser asks for in
pieces. They have places of their own, one fewer than there are cores, so that a turned knob never waits behind them,
and they wait for the compiled kernel, not it for them: until it is there they are told to come again. The runs that
they make count: a session that has had too many made waits.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import NotFound, TooManyRequests

from engine import kernel
from engine.errors import BenchError
from webapp.analyses import trajectory as history
from webapp.analyses.curve_preview import curve_preview
from webapp.analyses.landscape.download import download_landscape
from webapp.analyses.landscape.evaluate import evaluate_landscape
from webapp.analyses.lr_range import lr_range, stability
from webapp.analyses.seed_spread import percentile_band, seed_spread
from webapp.analyses.sensitivity import sensitivity
from webapp.bench.actions import NoCheckpoint, PreparedRun, RequestContext
from webapp.bench.knob_values import Refused
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import read_side_request
from webapp.http.rate_limit import RETRY_AFTER, Rate
from webapp.jobs.cancellation import Superseded
from webapp.jobs.worker_slots import QueueFull, WorkerSlots
from webapp.sessions.sessions import SessionError, Sessions
from webapp.settings import Settings

Answer = Callable[[PreparedRun, object], dict[str, Any]]
"""From the kept experiment under the knobs of the page, with its checkpoint, and what is asked, not yet judged."""

WAITING = 16
"""So many questions may wait for a place, each on a thread that no knob can have; one more is asked again later."""

LARGEST = 2**18
"""Bytes of a question; the numbers of a whole landscape are a quarter of them."""

ANALYSES: Mapping[str, Answer] = {
    "glimpse": curve_preview,
    "landscape": evaluate_landscape,
    "landscape_file": download_landscape,
    "history": history.history,
    "step": history.step,
    "scent": lr_range,
    "overshoot": stability,
    "seeds": seed_spread,
    "fan": percentile_band,
    "matters": sensitivity,
}


WHY_NOT: Mapping[type[Exception], dict[str, Any]] = {
    NoCheckpoint: {"lost": True},
    Superseded: {"dropped": True},
    QueueFull: {"later": RETRY_AFTER},
}


def install(server: Flask, sessions: Sessions, settings: Settings, content: PageContent = CATALOGUE_CONTENT) -> None:
    """Answers POST /aside/<name> for every row of ASIDES."""
    places = WorkerSlots(max(1, settings.side_by_side - 1), WAITING)
    runs = Rate(settings.runs_per_session)

    def aside(name: str) -> dict[str, Any]:
        if name not in ANALYSES:
            raise NotFound
        request.max_content_length = LARGEST
        session = sessions.session_id()
        if not runs.allows(session):
            refuse_runs(settings.runs_per_session)
        told = answered(name, request.get_json(), sessions, settings, places, content)
        runs.charge(session, told.get("runs", 0))
        return told

    server.add_url_rule("/aside/<name>", view_func=aside, methods=["POST"])


def answered(
    name: str,
    plain: object,
    sessions: Sessions,
    settings: Settings,
    places: WorkerSlots,
    content: PageContent = CATALOGUE_CONTENT,
) -> dict[str, Any]:
    """The answer to a side question, or why there is none: refused in words, lost with the session, dropped, or to be
    asked again so many seconds later."""
    question = read_side_request(plain, content)
    if not kernel.ready():
        return {"later": RETRY_AFTER}
    session = sessions.session_id()
    context = RequestContext(sessions, session, settings.max_samples, content=content)
    try:
        with places.place((session, f"{question.tab} {name}"), question.serial):
            return ANALYSES[name](context.stored(question), question.asked)
    except Refused as refused:
        return {"refused": refused.sentence}
    except (BenchError, SessionError) as error:
        return {"refused": str(error)}
    except tuple(WHY_NOT) as why:
        return WHY_NOT[type(why)]


def refuse_runs(rate: int) -> None:
    """Raises the refusal of more runs than a session may have made."""
    raise TooManyRequests(
        f"This browser has more than {rate} runs a second made, which RUNS_PER_SESSION allows. "
        "The page asks again in a moment.",
        retry_after=RETRY_AFTER,
    )
