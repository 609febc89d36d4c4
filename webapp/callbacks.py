"""Dash callbacks: parse the request, run it, return the response.

In the browser `assets/` makes requests of every action, keeps at most five of them in flight, each in a slot of its
own, and shows the responses in order. It posts them as Dash's own client would, past that client's stores, which would
cost every response twelve milliseconds. On the server one object answers them all.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import flask
from dash import ClientsideFunction, Dash, Input, Output

from engine.base.byte_cache import Caches
from webapp.analyses.kept_answers import known_about
from webapp.bench.actions import NoCheckpoint, OnProgress, PreparedRun, RequestContext
from webapp.bench.budget import is_long
from webapp.bench.knob_controls import knob_inputs
from webapp.bench.knob_values import Refused
from webapp.bench.narration import Origin
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import RunRequest, read_run_request
from webapp.bench.run_cache import RunCache
from webapp.jobs.answer_cache import AnswerCache
from webapp.jobs.cancellation import LatestRequests, Superseded
from webapp.jobs.job import ClientGone, Outcome, RunTooLong, current_job
from webapp.operations.metrics import Metrics
from webapp.page.components.stores import SLOTS
from webapp.responses.run import run_response
from webapp.responses.step_view import sample_at
from webapp.sessions.sessions import BadTab, NoCookie, SessionError, Sessions
from webapp.settings import Settings

NO_COOKIE = (
    "This page came without its cookie, so the bench cannot find its starting weights. Allow cookies for this address; "
    "where they are allowed, a proxy on the way takes them."
)
BROWSER = "nnbench"
"""The namespace of the functions in `assets/`."""

OTHER_INPUTS = (
    ("weights-field", "value"),
    ("scheme", "value"),
    ("experiment", "value"),
    ("weights-view", "value"),
    ("weights-form", "value"),
)
"""Components that do something and turn no knob of the table; the browser's `turn` knows them all by their ids."""


def register(
    app: Dash,
    sessions: Sessions,
    settings: Settings,
    content: PageContent = CATALOGUE_CONTENT,
    metrics: Metrics | None = None,
    answers: AnswerCache | None = None,
    caches: Caches | None = None,
) -> None:
    """Registers the callbacks of the page."""
    metrics = metrics or Metrics()
    responder = Responder(
        sessions,
        settings,
        content,
        runs=RunCache(trained=metrics.trained),
        answers=answers or AnswerCache(),
        caches=caches or Caches(),
    )
    metrics.watch_cache("runs", responder.runs.values)
    clientside: Any = app.clientside_callback
    app.server.add_url_rule("/progress", view_func=responder.progress)
    for request_id, response_id in SLOTS:
        app.callback(Output(response_id, "data"), Input(request_id, "data"), prevent_initial_call=True)(
            responder.respond
        )
    clientside(
        ClientsideFunction(BROWSER, "turn"),
        *[Input(name, prop) for name, prop in (*knob_inputs(content.knobs), *OTHER_INPUTS)],
        prevent_initial_call=True,
    )


@dataclass(frozen=True)
class Responder:
    """Answers the run requests of all tabs: each is read, prepared, trained and made a response, in one visit."""

    sessions: Sessions
    settings: Settings
    content: PageContent = CATALOGUE_CONTENT
    latest: LatestRequests = field(default_factory=LatestRequests)
    runs: RunCache = field(default_factory=RunCache)
    answers: AnswerCache = field(default_factory=AnswerCache)
    caches: Caches = field(default_factory=Caches)

    def progress(self) -> dict[str, int]:
        """The number of steps that the tab's latest run has done."""
        return {"done": self.latest.done((self.sessions.session_id(), flask.request.args.get("tab", "")))}

    def respond(self, plain: object) -> dict[str, Any]:
        """The response to a request, or why there is none, always with the request's serial number."""
        request = read_run_request(plain, self.content)
        session, job = self.sessions.session_id(), current_job()
        outcome: Outcome
        watch = self.latest.watch((session, request.tab), request.serial)

        def on_progress(done: int) -> None:
            watch(done)
            job.check_cancelled()

        def admit(prepared: PreparedRun) -> None:
            """Says to the job how long the run will be, before anything is kept."""
            job.takes(long=is_long(prepared.experiment, prepared.checkpoint))

        try:
            job.check_cancelled()
            if request.action == "open" and self.sessions.is_cookie_kept_away():
                raise NoCookie(NO_COOKIE)
            max_samples = self.settings.max_samples
            context = RequestContext(self.sessions, session, max_samples, on_progress, self.content, admit, self.caches)
            body, outcome = self._answer(request, context.prepare(request), on_progress), "run"
        except Refused as refused:
            body, outcome = {"refused": {"field": refused.field, "sentence": refused.sentence}}, "refused"
        except RunTooLong as error:
            body, outcome = {"refused": {"field": "samples", "sentence": str(error)}}, "refused"
        except NoCheckpoint:
            body, outcome = {"lost": True}, "lost"
        except (Superseded, ClientGone):
            body, outcome = {"dropped": True}, "dropped"
        except BadTab:
            raise
        except SessionError as error:
            body, outcome = {"note": str(error)}, "note"
        job.says(request.action, outcome)
        return {"serial": request.serial, "act": request.action} | body

    def _answer(self, request: RunRequest, prepared: PreparedRun, on_progress: OnProgress) -> dict[str, Any]:
        """The response to the run, trained or taken from those of a moment ago; if a link was opened, with the
        questions that others have asked about it."""
        origin = Origin(request.action, prepared.words, prepared.kept, request.back_to)

        def trained() -> dict[str, Any]:
            sample = sample_at(request.view.step, prepared.experiment.samples)
            held = request.view.held
            run = self.runs.run(prepared.experiment, prepared.checkpoint, on_progress, sample, held=held)
            self.sessions.note_shown(run)
            return run_response(request.key, prepared, run, request.view, request.before, origin, self.content)

        opening = opened(request, prepared, origin)
        body, _ = self.answers.answer(opening, trained)
        return body if opening is None else body | {"known": known_about(prepared, self.answers)}


def opened(request: RunRequest, prepared: PreparedRun, origin: Origin) -> Hashable:
    """All that the response to an opened link depends on, as a whole class may open one at once; else None."""
    if request.action != "open" or request.before is not None or prepared.identity is None:
        return None
    return request.action, request.key, prepared.identity, request.view, origin
