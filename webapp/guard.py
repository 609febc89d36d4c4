"""What every request meets before a callback and every answer before it leaves.

Dash takes a callback's values by position and trusts them. Here the envelope of each callback request is held
against Dash's own callback map, JSON is read strictly, foreign origins are refused on POST, and paths that
lead nowhere are a 404. A refusal is one plain sentence with an id, in the answer and in the log, never a
traceback. What the values themselves may be is the callbacks' to say: they raise `Malformed` for what no
honest page sends.
"""

import base64
import hashlib
import json
import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn

import dash
from dash.exceptions import DependencyException
from flask import Flask, Response, abort, make_response, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.sessions import BadTab
from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

DEEPEST = 64
"""How many lists and dicts may stand inside each other in a request."""
LONGEST_INTEGER = 22
"""Digits and sign of the longest integer that a browser writes without an exponent."""
ENVELOPE = {"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"}
VALUE = {"id", "property", "value", "allow_optional"}
WILDCARDS = (["ALL"], ["ALLSMALLER"], ["MATCH"])

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
"""The Content-Security-Policy by directive; script-src also gets the hashes of the page's inline scripts."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}

SENTENCES: dict[int, str] = {
    HTTPStatus.FORBIDDEN: "This request came from another site, and only the bench's own page may send it.",
    HTTPStatus.NOT_FOUND: "There is nothing here. The bench itself is at the start of this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address is not asked in that way.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is larger than BODY_KB allows.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The request must be JSON.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on the server, and it was logged. Try again.",
}


class Malformed(Exception):
    """A request that no honest page sends; the message says what about it is wrong, without repeating it."""


def install(server: Flask, settings: Settings, dash_app: dash.Dash) -> None:
    """Puts the guard around the server of a Dash app whose callbacks are all registered."""
    server.secret_key = settings.secret_key
    server.config["MAX_CONTENT_LENGTH"] = settings.max_body
    server.json = StrictJSON(server)
    server.wsgi_app = behind_proxies(server.wsgi_app, settings)  # type: ignore[assignment, method-assign]
    for kind in (Malformed, BadTab, DependencyException, HTTPException):
        server.register_error_handler(kind, refuse)
    policy = Policy(server, dash_app)

    @server.before_request
    def check_request() -> None:
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            check_origin(settings.origin)
        check_path(dash_app)
        if request.path.endswith("/_dash-update-component") and request.method == "POST":
            check_envelope(request.get_json(), dash_app.callback_map)

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update({**HEADERS, "Content-Security-Policy": policy.text()})
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def check_origin(own: str) -> None:
    """403 for what a browser sent from another site; no browser posts without an origin, so that passes."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(HTTPStatus.FORBIDDEN)
    if origin is not None and origin != (own or None) and origin.partition("://")[2] != request.host:
        abort(HTTPStatus.FORBIDDEN)


def check_path(dash_app: dash.Dash) -> None:
    """404 for what Dash's catch-all route would answer with the page, unless a page is registered there."""
    if request.endpoint != f"{dash_app.config.routes_pathname_prefix}<path:path>":
        return
    pages = dash.page_registry.values() if dash_app.use_pages else ()
    if request.path not in {page["path"] for page in pages}:
        abort(HTTPStatus.NOT_FOUND)


# The envelope of a callback request


def check_envelope(body: object, callbacks: Mapping[str, Any]) -> None:
    """Malformed unless the body is, values apart, what Dash's own client sends for one of the callbacks."""
    if not isinstance(body, dict) or not body.keys() <= ENVELOPE:
        raise Malformed("The request is not a callback request of this page.")
    output = body.get("output")
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:
        raise Malformed("The request names an output that no callback of this page has.")
    check_outputs(body.get("outputs"), callback)
    check_values("inputs", body.get("inputs", []), callback["inputs"])
    check_values("state", body.get("state", []), callback["state"])
    check_triggers(body.get("changedPropIds", []), body.get("inputs", []))


def check_outputs(given: object, callback: Mapping[str, Any]) -> None:
    """Malformed unless the outputs are the callback's own, in its own order."""
    if callback["no_output"]:
        if given not in (None, []):
            raise Malformed("The request names outputs of a callback that has none.")
        return
    several = isinstance(callback["output"], list | tuple)
    wanted = callback["output"] if several else [callback["output"]]
    specs = [{"id": one.component_id_str(), "property": one.component_property} for one in wanted]
    check_values("outputs", given if several else [given], specs)


def check_values(part: str, given: object, specs: list[dict[str, str]]) -> None:
    """Malformed unless there is one entry per spec, each with the spec's id and property."""
    if not isinstance(given, list) or len(given) != len(specs):
        raise Malformed(f"The request has another number of {part} than the callback.")
    for entry, spec in zip(given, specs, strict=True):
        pattern = json.loads(spec["id"]) if spec["id"].startswith("{") else spec["id"]
        if takes_many(pattern) != isinstance(entry, list):
            raise Malformed(f"One of the {part} is a list where the callback takes one, or the other way round.")
        for one in entry if isinstance(entry, list) else [entry]:
            if not names(one, pattern, spec["property"]):
                raise Malformed(f"One of the {part} has another id or property than the callback's.")


def check_triggers(given: object, inputs: list[Any]) -> None:
    """Malformed unless every changed property is one of the inputs; to be called with checked inputs."""
    flat = [one for entry in inputs for one in (entry if isinstance(entry, list) else [entry])]
    known = {f"{canonical(one['id'])}.{one['property']}" for one in flat}
    if not isinstance(given, list) or not all(isinstance(name, str) and name in known for name in given):
        raise Malformed("The request says that a property changed which is none of the callback's inputs.")


def takes_many(pattern: object) -> bool:
    """Whether an id with ALL or ALLSMALLER in it stands for a list of components."""
    return isinstance(pattern, dict) and any(value in WILDCARDS[:2] for value in pattern.values())


def names(entry: object, pattern: Any, prop: str) -> bool:
    """Whether the entry has this property and an id that the pattern stands for."""
    if not isinstance(entry, dict) or not entry.keys() <= VALUE or "id" not in entry:
        return False
    found = entry.get("property")
    # An output that several callbacks share carries a hash after an @.
    if not isinstance(found, str) or found.partition("@")[0] != prop:
        return False
    if not isinstance(pattern, dict):
        return bool(entry["id"] == pattern)
    return isinstance(entry["id"], dict) and entry["id"].keys() == pattern.keys() and all(
        isinstance(entry["id"][key], str | int | float) if wanted in WILDCARDS else entry["id"][key] == wanted
        for key, wanted in pattern.items()
    )  # fmt: skip


def canonical(component_id: str | dict[str, Any]) -> str:
    """The id as Dash's client writes it in changedPropIds."""
    if isinstance(component_id, str):
        return component_id
    return json.dumps(component_id, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


# Strict JSON


class StrictJSON(DefaultJSONProvider):
    """Flask's JSON, but reading only what a browser writes: finite numbers, whole characters, few levels."""

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        """The value; Malformed for anything else than such JSON."""
        try:
            text = s.decode() if isinstance(s, bytes) else s
            value = json.loads(text, parse_constant=no_number, parse_float=finite, parse_int=bounded)
            if "\\u" in text:
                json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair cannot be encoded
        except (ValueError, RecursionError):
            raise Malformed("The request is not JSON, or it is nested too deeply.") from None
        check_depth(value)
        return value


def no_number(_text: str) -> NoReturn:
    raise Malformed("The request holds NaN or Infinity, which are no numbers in JSON.")


def finite(text: str) -> float:
    value = float(text)
    if value - value != 0:
        raise Malformed("The request holds a number that is too large.")
    return value


def bounded(text: str) -> int:
    if len(text) > LONGEST_INTEGER:
        raise Malformed("The request holds a number that is too large.")
    return int(text)


def check_depth(value: object) -> None:
    """Malformed when lists and dicts stand more than DEEPEST deep inside each other."""
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        inside = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = [child for children in inside for child in children]
        if not level:
            return
    raise Malformed("The request is nested too deeply.")


# Answers


class Policy:
    """The Content-Security-Policy, with the hashes of the inline scripts that every visitor's page has."""

    def __init__(self, server: Flask, dash_app: dash.Dash) -> None:
        self._server = server
        self._dash_app = dash_app
        self._text = ""

    def text(self) -> str:
        """The header's value; made at the first answer, when Dash has set itself up."""
        if not self._text:
            # Rendered apart from any visitor's request, so nothing a visitor sends becomes a trusted script.
            with self._server.test_request_context(self._dash_app.config.routes_pathname_prefix):
                hashes = inline_hashes(self._dash_app.index())  # type: ignore[no-untyped-call]
            policy = {**POLICY, "script-src": " ".join([POLICY["script-src"], *hashes])}
            self._text = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
        return self._text


def inline_hashes(html: str) -> list[str]:
    """The CSP hash of each inline script in the page; JSON blocks, which are data, have none."""
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    bodies = [body for attributes, body in scripts if body and "json" not in attributes]
    return [f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies]


def refuse(error: Exception) -> Response:
    """The answer to a refused request: its status, a sentence and an id; JSON for a POST, else plain text."""
    response, sentence = answer_of(error)
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    ticket = secrets.token_hex(4)
    log.warning("%s %s %.80r: %d, %s", ticket, request.method, request.path, response.status_code, sentence)
    if request.method == "POST":
        response.set_data(json.dumps({"error": sentence, "id": ticket}) + "\n")
        response.content_type = "application/json"
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
    return response, SENTENCES.get(response.status_code, f"The request was refused: {error.name}.")


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
