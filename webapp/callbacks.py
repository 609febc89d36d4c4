"""Dash callbacks: parse the request, run it, return the response.

In the browser `assets/` makes requests of every action, keeps at most three of them in flight, each in a slot of its
own, and shows the responses in order. It posts them as Dash's own client would, past that client's stores, which would
cost every response twelve milliseconds. On the server one function answers them all.
"""

import logging
from typing import Any

import flask
from dash import ClientsideFunction, Dash, Input, Output, State
from werkzeug.exceptions import ServiceUnavailable

from webapp.base import ids
from webapp.bench.actions import NoCheckpoint, RequestContext
from webapp.bench.knob_controls import knob_inputs
from webapp.bench.knob_values import Refused
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import RunRequest, read_run_request
from webapp.bench.run_cache import RunCache
from webapp.jobs.cancellation import LatestRequests, Superseded
from webapp.jobs.worker_slots import QueueFull, WorkerSlots
from webapp.responses.run import run_response
from webapp.responses.step_view import sample_at
from webapp.sessions.sessions import BadTab, SessionError, Sessions
from webapp.settings import Settings

log = logging.getLogger(__name__)

SLOTS = ((ids.REQUEST_0, ids.ANSWER_0), (ids.REQUEST_1, ids.ANSWER_1), (ids.REQUEST_2, ids.ANSWER_2))
BROWSER = "nnbench"
"""The namespace of the functions in `assets/`."""

OTHER_INPUTS = (
    (ids.NEXT_SEED, "n_clicks"),
    (ids.OPEN_FACTS, "n_clicks"),
    (ids.WEIGHTS_FIELD, "value"),
    (ids.NEXT_WEIGHTS, "n_clicks"),
    (ids.SCHEME, "value"),
    (ids.EXPERIMENT, "value"),
    (ids.RANDOMIZE, "n_clicks"),
    (ids.KEEP, "n_clicks"),
    (ids.UNDO, "n_clicks"),
    (ids.REDO, "n_clicks"),
    (ids.CANCEL, "n_clicks"),
    (ids.THEME, "n_clicks"),
    (ids.THEME_PHONE, "n_clicks"),
    (ids.WEIGHTS_VIEW, "value"),
    (ids.HELP, "n_clicks"),
    (ids.HELP_PHONE, "n_clicks"),
)
"""Components that do something and turn no knob of the table; the browser's `turn` knows them all by their ids."""


def register(app: Dash, sessions: Sessions, settings: Settings, content: PageContent = CATALOGUE_CONTENT) -> None:
    """Registers the callbacks of the bench with the app."""
    latest, slots = LatestRequests(), WorkerSlots(settings.side_by_side, settings.queue)
    runs = RunCache()
    in_browser: Any = app.clientside_callback

    def answer(plain: object) -> dict[str, Any]:
        return response_to(read_run_request(plain, content), sessions, settings, latest, slots, runs, content)

    def progress() -> dict[str, int]:
        return {"done": latest.done((sessions.session_id(), flask.request.args.get("tab", "")))}

    app.server.add_url_rule("/progress", view_func=progress)
    for request_store, answer_store in SLOTS:
        app.callback(Output(answer_store, "data"), Input(request_store, "data"), prevent_initial_call=True)(answer)
    in_browser(
        ClientsideFunction(BROWSER, "turn"),
        *[Input(name, prop) for name, prop in (*knob_inputs(content.knobs), *OTHER_INPUTS)],
        prevent_initial_call=True,
    )
    in_browser(
        ClientsideFunction(BROWSER, "edit"),
        Input(ids.EDIT_SET, "n_clicks"),
        Input(ids.EDIT_ZERO, "n_clicks"),
        Input(ids.EDIT_FREEZE, "n_clicks"),
        Input(ids.EDIT_FIELD, "n_submit"),
        State(ids.EDIT_FIELD, "value"),
        prevent_initial_call=True,
    )
    in_browser(ClientsideFunction(BROWSER, "point"), Input(ids.LOSS, "clickData"), prevent_initial_call=True)
    in_browser(
        ClientsideFunction(BROWSER, "start"),
        Input(ids.BENCH, "data"),
        State(ids.EXPERIMENT, "value"),
        State(ids.FRAME, "data"),
    )


def response_to(
    request: RunRequest,
    sessions: Sessions,
    settings: Settings,
    latest: LatestRequests,
    slots: WorkerSlots,
    runs: RunCache,
    content: PageContent = CATALOGUE_CONTENT,
) -> dict[str, Any]:
    """The response to a request, or why there is none, always with the request's serial number."""
    session = sessions.session_id()
    tab = (session, request.tab)
    on_progress = latest.watch(tab, request.serial)
    try:
        with slots.place(tab, request.serial):
            context = RequestContext(sessions, session, settings.max_samples, on_progress, content)
            prepared = context.prepare(request)
            sample = sample_at(request.view.step, prepared.experiment.samples)
            result = runs.run(prepared.experiment, prepared.checkpoint, on_progress, sample)
            body = run_response(request.key, prepared, result, request.view, request.before, request.action, content)
    except Refused as refused:
        body = {"refused": {"field": refused.field, "sentence": refused.sentence}}
    except NoCheckpoint:
        body = {"lost": True}
    except Superseded:
        body = {"dropped": True}
    except QueueFull:
        raise busy(settings) from None
    except BadTab:
        raise
    except SessionError as error:
        body = {"note": str(error)}
    return {"serial": request.serial, "act": request.action} | body


def busy(settings: Settings) -> ServiceUnavailable:
    """The refusal when the queue is full."""
    return ServiceUnavailable(
        f"The bench is busy: {settings.queue} others wait already, as many as QUEUE allows. "
        "The page tries again in a moment.",
        retry_after=1,
    )
