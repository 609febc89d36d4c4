"""Dash callbacks: parse the request, run it, return the response.

In the browser `assets/` turns every change of a control into a request, keeps at most three of them in flight, each in
a request slot of its own, and shows the responses in order. It posts them as Dash's own client would, past that
client's stores, which would cost every response twelve milliseconds. On the server one function responds to all.
"""

import logging
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from flask import request
from werkzeug.exceptions import ServiceUnavailable

from engine.experiments.run import run
from webapp.base import ids
from webapp.bench.actions import NoCheckpoint, RequestContext
from webapp.bench.knob_values import Refused
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import RunRequest, read_run_request
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

CONTROLS = (
    (ids.ALPHA_SLIDER, "value"),
    (ids.ALPHA_FIELD, "value"),
    (ids.SAMPLES_SLIDER, "value"),
    (ids.SAMPLES_FIELD, "value"),
    (ids.SEED_FIELD, "value"),
    (ids.NEXT_SEED, "n_clicks"),
    (ids.TARGET, "value"),
    (ids.INPUTS, "value"),
    (ids.OPEN_FACTS, "n_clicks"),
    (ids.WEIGHTS_FIELD, "value"),
    (ids.NEXT_WEIGHTS, "n_clicks"),
    (ids.SCHEME, "value"),
    (ids.FILTER, "value"),
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
"""Every control that starts a request; the browser's `turn` identifies them by their ids."""


def register(app: Dash, sessions: Sessions, settings: Settings, content: PageContent = CATALOGUE_CONTENT) -> None:
    """Registers the callbacks of the page."""
    latest, slots = LatestRequests(), WorkerSlots(settings.side_by_side, settings.queue)
    clientside: Any = app.clientside_callback

    def respond(plain: object) -> dict[str, Any]:
        return response_to(read_run_request(plain, content), sessions, settings, latest, slots, content)

    def progress() -> dict[str, int]:
        return {"done": latest.done((sessions.session_id(), request.args.get("tab", "")))}

    app.server.add_url_rule("/progress", view_func=progress)
    for request_id, response_id in SLOTS:
        app.callback(Output(response_id, "data"), Input(request_id, "data"), prevent_initial_call=True)(respond)
    clientside(
        ClientsideFunction(BROWSER, "turn"),
        *[Input(name, prop) for name, prop in CONTROLS],
        prevent_initial_call=True,
    )
    clientside(
        ClientsideFunction(BROWSER, "edit"),
        Input(ids.EDIT_SET, "n_clicks"),
        Input(ids.EDIT_ZERO, "n_clicks"),
        Input(ids.EDIT_FREEZE, "n_clicks"),
        Input(ids.EDIT_FIELD, "n_submit"),
        State(ids.EDIT_FIELD, "value"),
        prevent_initial_call=True,
    )
    clientside(ClientsideFunction(BROWSER, "point"), Input(ids.LOSS, "clickData"), prevent_initial_call=True)
    clientside(
        ClientsideFunction(BROWSER, "start"),
        Input(ids.BENCH, "data"),
        State(ids.EXPERIMENT, "value"),
        State(ids.FRAME, "data"),
    )


def response_to(
    run_request: RunRequest,
    sessions: Sessions,
    settings: Settings,
    latest: LatestRequests,
    slots: WorkerSlots,
    content: PageContent = CATALOGUE_CONTENT,
) -> dict[str, Any]:
    """The response to a request, or why there is none, always with the request's serial number."""
    session = sessions.session_id()
    tab = (session, run_request.tab)
    on_progress = latest.watch(tab, run_request.serial)
    try:
        with slots.place(tab, run_request.serial):
            prepared = RequestContext(sessions, session, settings.max_samples, on_progress, content).stage(run_request)
            sample = sample_at(run_request.view.step, prepared.experiment.samples)
            result = run(prepared.experiment, prepared.checkpoint, on_progress, wait_for_kernel=False, step=sample)
            body = run_response(
                run_request.key, prepared, result, run_request.view, run_request.before, run_request.act, content
            )
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
    return {"serial": run_request.serial, "act": run_request.act} | body


def busy(settings: Settings) -> ServiceUnavailable:
    """The refusal when the queue is full."""
    return ServiceUnavailable(
        f"The bench is busy: {settings.queue} others wait already, as many as QUEUE allows. "
        "The page tries again in a moment.",
        retry_after=1,
    )
