"""The guard: checks of every request before a callback, and headers of every answer before it leaves.

Foreign origins are refused on POST, paths that lead nowhere are a 404, and callback requests pass `http.envelope`. A
refusal is one plain sentence with an id, in the response and in the log, never a traceback; a browser that opens an
address gets a page around the sentence. The callbacks check the values themselves: they raise `Malformed` for values
that no honest page sends.
"""

import base64
import hashlib
import json
import logging
import re
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

import dash
from dash.exceptions import DependencyException
from flask import Flask, Response, abort, make_response, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.base.validation import Malformed
from webapp.http.envelope import StrictJSON, check_envelope
from webapp.jobs.job import BelongsInLongSlots, ClientGone, current_job
from webapp.operations.logs import beside
from webapp.operations.metrics import limit_in
from webapp.sessions.sessions import BadTab
from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
"""The Content-Security-Policy by directive; script-src also gets the hashes of the page's inline scripts, and
frame-ancestors the origins that FRAME_ANCESTORS names."""

DENIES_FRAMES = "X-Frame-Options"
"""It can name no origins, so where FRAME_ANCESTORS does, the policy alone says who may frame the page."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    DENIES_FRAMES: "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}

SENTENCES: dict[int, str] = {
    HTTPStatus.FORBIDDEN: "This request came from another site, and only the bench's own page may send it.",
    HTTPStatus.NOT_FOUND: "There is nothing here. The bench itself is at the start of this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes no requests of this kind.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is larger than BODY_KB allows.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The request must be JSON.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on the server, and it was logged. Try again.",
}

OWN_SENTENCE = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""Refusals whose sentence names the limit that was met."""
LIMITED = (*OWN_SENTENCE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

OF_THE_PAGE = ("/_dash-update-component", "/analysis/")
"""Paths that only the page's own scripts ask: what they send is malformed where the server was updated meanwhile."""
OTHER_VERSION = "Reload this page: it may be of another version than the server."


RefusalPage = Callable[[int, str, str], str]
"""Makes the HTML document of a refusal from its status, its sentence and its id."""


def install(server: Flask, settings: Settings, dash_app: dash.Dash, refusal_page: RefusalPage) -> None:
    """Puts the guard around the server of a Dash app whose callbacks are all registered."""
    server.config["MAX_CONTENT_LENGTH"] = settings.max_body
    server.json = StrictJSON(server)
    server.wsgi_app = behind_proxies(server.wsgi_app, settings)  # type: ignore[assignment, method-assign]
    for kind in (Malformed, BadTab, DependencyException, HTTPException):
        server.register_error_handler(kind, lambda error: refuse(error, refusal_page))
    for put_off in (BelongsInLongSlots, ClientGone):
        server.register_error_handler(put_off, nothing_yet)
    policy = Policy(server, dash_app, settings.frame_ancestors)
    headers = {name: text for name, text in HEADERS.items() if name != DENIES_FRAMES or not settings.frame_ancestors}

    @server.before_request
    def check_request() -> None:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            check_origin(settings.origin)
        check_path(dash_app)
        if request.path.endswith("/_dash-update-component") and request.method == "POST":
            check_envelope(request.get_json(), dash_app.callback_map)

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update({**headers, "Content-Security-Policy": policy.text()})
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def check_origin(own: str) -> None:
    """403 for a request that a browser sent from another site; no browser posts without an origin, so that passes."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(HTTPStatus.FORBIDDEN)
    if origin is not None and origin != (own or None) and origin.partition("://")[2] != request.host:
        abort(HTTPStatus.FORBIDDEN)


def check_path(dash_app: dash.Dash) -> None:
    """404 for paths that Dash's catch-all route would answer with the page, unless a page is registered there."""
    if request.endpoint != f"{dash_app.config.routes_pathname_prefix}<path:path>":
        return
    pages = dash.page_registry.values() if dash_app.use_pages else ()
    if request.path not in {page["path"] for page in pages}:
        abort(HTTPStatus.NOT_FOUND)


# Answers


class Policy:
    """The Content-Security-Policy, with the hashes of the inline scripts that every visitor's page has."""

    def __init__(self, server: Flask, dash_app: dash.Dash, frame_ancestors: Sequence[str]) -> None:
        self._server = server
        self._dash_app = dash_app
        self._ancestors = " ".join(frame_ancestors) or POLICY["frame-ancestors"]
        self._text = ""

    def text(self) -> str:
        """The header's value; made at the first answer, when Dash has set itself up."""
        if not self._text:
            # Rendered apart from any visitor's request, so nothing a visitor sends becomes a trusted script.
            with self._server.test_request_context(self._dash_app.config.routes_pathname_prefix):
                hashes = inline_hashes(self._dash_app.index())
            scripts = " ".join([POLICY["script-src"], *hashes])
            policy = {**POLICY, "script-src": scripts, "frame-ancestors": self._ancestors}
            self._text = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
        return self._text


def inline_hashes(html: str) -> list[str]:
    """The CSP hash of each inline script in the page; JSON blocks, which are data, have none."""
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    bodies = [body for attributes, body in scripts if body and "json" not in attributes]
    return [f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies]


def refuse(error: Exception, refusal_page: RefusalPage) -> Response:
    """The answer to a refused request: its status, a sentence and an id.

    JSON for a POST, a page for clients that prefer HTML to text, as a browser does that opens an address, else plain
    text.
    """
    response, sentence = answer_of(error)
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    job = current_job()
    ticket = job.ticket
    if response.status_code in LIMITED:
        job.limit = limit_in(sentence)
    log.warning(
        "%s %s %.80r: %d, %s", ticket, request.method, request.path, response.status_code, sentence,
        extra=beside(ticket=ticket),
    )  # fmt: skip
    if isinstance(error, Malformed) and request.path.startswith(OF_THE_PAGE):
        sentence = f"{OTHER_VERSION} {sentence}"
    if request.method == "POST":
        response.set_data(json.dumps({"error": sentence, "id": ticket}) + "\n")
        response.content_type = "application/json"
    elif request.accept_mimetypes.best_match(["text/plain", "text/html"]) == "text/html":
        response.set_data(refusal_page(response.status_code, sentence, ticket))
        response.content_type = "text/html; charset=utf-8"
    else:
        response.set_data(f"{sentence} ({ticket})\n")
        response.content_type = "text/plain; charset=utf-8"
    return response


def answer_of(error: Exception) -> tuple[Response, str]:
    """The bare answer to an error, and its sentence."""
    if isinstance(error, DependencyException):
        error = NotFound()
    if not isinstance(error, HTTPException):
        return Response(status=HTTPStatus.BAD_REQUEST), str(error)
    response = make_response(error.get_response())
    if response.status_code in OWN_SENTENCE:
        return response, str(error.description)
    return response, SENTENCES.get(response.status_code, f"The request was refused: {error.name}.")


def nothing_yet(_error: Exception) -> Response:
    """A response that nobody reads: the client has gone, or the request begins anew in a slot for long work."""
    return Response(status=HTTPStatus.SERVICE_UNAVAILABLE)


# In front of the server


def behind_proxies(app: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """The app as it stands behind the proxies and under the sub-path that the settings name."""
    if settings.prefix != "/":
        app = SubPath(app, settings.prefix.rstrip("/"))
    if hops := settings.trusted_proxies:
        app = ProxyFix(app, x_for=hops, x_proto=hops, x_host=hops, x_port=0, x_prefix=0)
    return app


class SubPath:
    """Takes the sub-path off a request's path, if the proxy in front has left it on."""

    def __init__(self, app: "WSGIApplication", prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self._prefix or path.startswith(self._prefix + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        return self._app(environ, start_response)
