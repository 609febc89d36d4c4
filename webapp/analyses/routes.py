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
from webapp.analyses.curve_preview import glimpse
from webapp.analyses.landscape.download import landscape_file
from webapp.analyses.landscape.evaluate import landscape
from webapp.analyses.lr_range import overshoot, scent
from webapp.analyses.seed_spread import fan, seeds
from webapp.analyses.sensitivity import matters
from webapp.bench.actions import Desk, NothingKept, Staged
from webapp.bench.knob_values import Refused
from webapp.bench.page_content import EVERYTHING, Offer
from webapp.bench.requests import read_question
from webapp.http.rate_limit import RETRY_AFTER, Rate
from webapp.jobs.cancellation import Superseded
from webapp.jobs.worker_slots import Places, QueueFull
from webapp.sessions.sessions import SessionError, Sessions
from webapp.settings import Settings

Answer = Callable[[Staged, object], dict[str, Any]]
"""From the kept experiment under the knobs of the page, with its checkpoint, and what is asked, not yet judged."""

WAITING = 16
"""So many questions may wait for a place, each on a thread that no knob can have; one more is asked again later."""

LARGEST = 2**18
"""Bytes of a question; the numbers of a whole landscape are a quarter of them."""

ASIDES: Mapping[str, Answer] = {
    "glimpse": glimpse,
    "landscape": landscape,
    "landscape_file": landscape_file,
    "history": history.history,
    "step": history.step,
    "scent": scent,
    "overshoot": overshoot,
    "seeds": seeds,
    "fan": fan,
    "matters": matters,
}


WHY_NOT: Mapping[type[Exception], dict[str, Any]] = {
    NothingKept: {"lost": True},
    Superseded: {"dropped": True},
    QueueFull: {"later": RETRY_AFTER},
}


def install(server: Flask, sessions: Sessions, settings: Settings, offer: Offer = EVERYTHING) -> None:
    """Answers POST /aside/<name> for every row of ASIDES."""
    places = Places(max(1, settings.side_by_side - 1), WAITING)
    runs = Rate(settings.runs_per_session)

    def aside(name: str) -> dict[str, Any]:
        if name not in ASIDES:
            raise NotFound
        request.max_content_length = LARGEST
        session = sessions.session_id()
        if not runs.allows(session):
            refuse_runs(settings.runs_per_session)
        told = answered(name, request.get_json(), sessions, settings, places, offer)
        runs.charge(session, told.get("runs", 0))
        return told

    server.add_url_rule("/aside/<name>", view_func=aside, methods=["POST"])


def answered(
    name: str, plain: object, sessions: Sessions, settings: Settings, places: Places, offer: Offer = EVERYTHING
) -> dict[str, Any]:
    """The answer to a side question, or why there is none: refused in words, lost with the session, dropped, or to be
    asked again so many seconds later."""
    question = read_question(plain, offer)
    if not kernel.ready():
        return {"later": RETRY_AFTER}
    session = sessions.session_id()
    desk = Desk(sessions, session, settings.max_samples, offer=offer)
    try:
        with places.place((session, f"{question.tab} {name}"), question.serial):
            return ASIDES[name](desk.kept(question), question.asked)
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
