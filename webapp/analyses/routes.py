"""Side requests: analyses of the run that the page shows. They never delay a knob.

Each request takes a tenth of a second at most; the browser requests longer analyses in pieces. They run in worker
slots of their own, one fewer than there are cores, so that a knob never waits behind them. Until the kernel is
compiled, these requests are answered with `{"later": seconds}` and the client retries. The runs that they make count
towards RUNS_PER_SESSION. Questions that a class asks alike are computed once: an answer is stored under all that it
depends on.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import Flask, request
from werkzeug.exceptions import NotFound, TooManyRequests

from engine import kernel
from engine.base.byte_cache import Caches
from engine.errors import BenchError
from webapp.analyses.comparison import comparison
from webapp.analyses.curve_preview import curve_preview
from webapp.analyses.kept_answers import question_of, remember_for_others, without_runs
from webapp.analyses.landscape.download import download_landscape
from webapp.analyses.landscape.evaluate import evaluate_landscape
from webapp.analyses.landscape.zoom import zoom, zoom_border
from webapp.analyses.lr_range import lr_range
from webapp.analyses.outcomes.failure import failure
from webapp.analyses.outcomes.floor import floor_piece
from webapp.analyses.outcomes.look import look
from webapp.analyses.outcomes.luck import change_luck, more_luck, twin_curves
from webapp.analyses.outcomes.questions import decided, which
from webapp.analyses.outcomes.score_curve import scores_along
from webapp.analyses.percentile_band import percentile_band
from webapp.analyses.seed_spread import seed_spread
from webapp.analyses.sensitivity import sensitivity
from webapp.analyses.stability import stability
from webapp.analyses.surface.heights import heights
from webapp.analyses.surface.surface import surface
from webapp.analyses.trajectory import step_detail, trajectory
from webapp.bench.actions import NoCheckpoint, PreparedRun, RequestContext
from webapp.bench.knob_values import Refused
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import read_side_request
from webapp.http.rate_limit import RETRY_AFTER, Rate
from webapp.jobs.answer_cache import AnswerCache
from webapp.jobs.cancellation import Superseded
from webapp.jobs.job import ClientGone, current_job
from webapp.operations.metrics import Metrics
from webapp.sessions.sessions import SessionError, Sessions
from webapp.settings import Settings


class Analysis(NamedTuple):
    """A row of ANALYSES."""

    function: Callable[[PreparedRun, object], dict[str, Any]]
    """Of the stored experiment under the page's knobs, with its checkpoint, and of a question to validate."""
    kept: bool = True
    """Whether an answer is stored for everybody. A file is as large as its question and takes no run, and no two people
    look through one window; a recording and a question of many runs are remembered themselves, and say how far they
    have come until they are whole."""
    at_rest: bool = False
    """Whether a page requests it by itself of a run that it shows, so that its answer comes with the run to others."""
    of_two: bool = False
    """Whether a question brings another experiment, perhaps with a table or weights, and is as large as any request."""


LARGEST_BODY = 2**18
"""The most bytes of a side request; the numbers of a whole landscape take a quarter of them."""

RESERVED = 1_200
"""The runs that a page which paces itself by `rest` leaves for its other questions, and for a newer window."""

ANALYSES: Mapping[str, Analysis] = {
    "curve_preview": Analysis(curve_preview),
    "landscape": Analysis(evaluate_landscape),
    "landscape_file": Analysis(download_landscape, kept=False),
    "trajectory": Analysis(trajectory, kept=False),
    "step": Analysis(step_detail, kept=False),
    "lr_range": Analysis(lr_range, at_rest=True),
    "stability": Analysis(stability),
    "seed_spread": Analysis(seed_spread, at_rest=True),
    "percentile_band": Analysis(percentile_band),
    "sensitivity": Analysis(sensitivity),
    "compare": Analysis(comparison, of_two=True),
    "luck": Analysis(change_luck, at_rest=True, of_two=True),
    "more_luck": Analysis(more_luck, of_two=True),
    "twins": Analysis(twin_curves),
    "failure": Analysis(failure, at_rest=True),
    "floor": Analysis(floor_piece),
    "surface": Analysis(surface, of_two=True),
    "heights": Analysis(heights, of_two=True),
    "look": Analysis(look),
    "score_curve": Analysis(scores_along),
    "when_decided": Analysis(decided, kept=False),
    "which_sample": Analysis(which, kept=False),
    "zoom": Analysis(zoom, kept=False),
    "zoom_border": Analysis(zoom_border, kept=False),
}
"""Every analysis under its name in the route."""

NO_RESULT: Mapping[type[Exception], dict[str, Any]] = {
    NoCheckpoint: {"lost": True},
    Superseded: {"dropped": True},
    ClientGone: {"dropped": True},
}
"""The response where there is no result: the checkpoint is gone, the request is outdated, or the queue is full."""


def install(
    server: Flask,
    sessions: Sessions,
    settings: Settings,
    content: PageContent = CATALOGUE_CONTENT,
    analyses: Mapping[str, Analysis] = ANALYSES,
    metrics: Metrics | None = None,
    answers: AnswerCache | None = None,
    caches: Caches | None = None,
) -> None:
    """Serves POST /analysis/<name> for every row of the table."""
    runs, answers, caches = Rate(settings.runs_per_session), answers or AnswerCache(), caches or Caches()
    (metrics or Metrics()).watch_cache("answers", answers.values)

    def side_request(name: str) -> dict[str, Any]:
        if name not in analyses:
            raise NotFound
        if not analyses[name].of_two:
            request.max_content_length = LARGEST_BODY
        session = sessions.session_id()
        if not runs.allows(session):
            refuse_runs(settings.runs_per_session)
        response = response_to(name, analyses[name], request.get_json(), sessions, settings, content, answers, caches)
        runs.charge(session, response.get("runs", 0))
        if "next_runs" in response:
            response["rest"] = runs.seconds_until(session, response["next_runs"] + RESERVED)
        return response

    server.add_url_rule("/analysis/<name>", view_func=side_request, methods=["POST"])


def response_to(
    name: str,
    analysis: Analysis,
    body: object,
    sessions: Sessions,
    settings: Settings,
    content: PageContent,
    answers: AnswerCache,
    caches: Caches,
) -> dict[str, Any]:
    """The response to a side request, or why there is none: refused with a sentence, lost with the session, dropped, or
    to be retried after a number of seconds. A stored answer took no runs."""
    side_request = read_side_request(body, content)
    if not kernel.ready():
        return {"later": RETRY_AFTER}
    session = sessions.session_id()
    context = RequestContext(sessions, session, settings.max_samples, content=content, caches=caches)
    try:
        current_job().check_cancelled()
        prepared = context.stored(side_request)
        if not kernel.ready(by_rule=not prepared.experiment.rule.plain):
            return {"later": RETRY_AFTER}
        return _answer(name, analysis, prepared, side_request.asked, answers)
    except Refused as refused:
        return {"refused": refused.sentence}
    except (BenchError, SessionError) as error:
        return {"refused": str(error)}
    except tuple(NO_RESULT) as reason:
        return NO_RESULT[type(reason)]


def _answer(
    name: str, analysis: Analysis, prepared: PreparedRun, asked: object, answers: AnswerCache
) -> dict[str, Any]:
    question = question_of(name, prepared, asked) if analysis.kept else None
    answer, known = answers.answer(question, lambda: analysis.function(prepared, asked))
    if known:
        return without_runs(answer)
    if analysis.at_rest:
        remember_for_others(name, prepared, asked, answer, answers)
    return answer


def refuse_runs(rate: int) -> None:
    """Raises 429 for a session that had more runs made than RUNS_PER_SESSION allows."""
    raise TooManyRequests(
        f"This browser requests more than {rate} runs a second, the most that RUNS_PER_SESSION allows. "
        "The page tries again in a moment.",
        retry_after=RETRY_AFTER,
    )
