"""Static files: a list of those that the page uses, each in memory once, shared by all who read it.

Anything else below the same addresses is a 404, other spellings of a listed file among it, so that no address makes
the server read, compress or keep anything new. Browsers keep a file for as long as its address stands for its content.
`compression` compresses them.
"""

import hashlib
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from dash import Dash
from flask import Flask, Response, abort, request

from webapp.http.connections.exchange import SHARED_OUTPUT

HOUR = 3600
YEAR = 365 * 24 * HOUR
ASSETS, SUITES = "/assets/", "/_dash-component-suites/"
OWN_KINDS = (".woff2", ".svg", ".png", ".ico")
ADDRESS = re.compile(r'(?:src|href)="([^"?]+)')


@dataclass(frozen=True)
class StaticFile:
    """A file as it is served."""

    content: bytes
    mimetype: str
    kept: int
    """Seconds that a browser may keep it without asking."""
    digest: str

    def response(self) -> Response:
        """The whole file, or that it has not changed."""
        response = Response(self.content, mimetype=self.mimetype)
        response.cache_control.public = True
        response.cache_control.max_age = YEAR if "m" in request.args else self.kept
        response.set_etag(self.digest, weak=True)  # compressed or not
        request.environ[SHARED_OUTPUT] = True
        response.make_conditional(request)
        return response


def install(server: Flask, app: Dash, folder: Path) -> None:
    """Serves the files of the page and no others; its joined styles and scripts have rules of their own."""
    files = Once(lambda: dict(_assets(folder)) | dict(_suites(server, app)))
    listed = {
        rule.endpoint
        for rule in server.url_map.iter_rules()
        if rule.rule.startswith((ASSETS, SUITES)) and "<" in rule.rule
    }

    @server.before_request
    def answer_file() -> Response | None:
        if request.endpoint not in listed:
            return None
        found = files().get(request.path)
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        return found.response()


class Once:
    """Makes the list when it is first asked for: Dash knows its files only when the page can be rendered."""

    def __init__(self, make: Callable[[], Mapping[str, StaticFile]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Mapping[str, StaticFile] | None = None

    def __call__(self) -> Mapping[str, StaticFile]:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def _assets(folder: Path) -> Iterator[tuple[str, StaticFile]]:
    """The pictures and the type of our own folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in OWN_KINDS:
            yield (
                ASSETS + path.relative_to(folder).as_posix(),
                _file(path.read_bytes(), mimetypes.guess_type(path.name)[0], HOUR),
            )


def _suites(server: Flask, app: Dash) -> Iterator[tuple[str, StaticFile]]:
    """The scripts that the page names, all by their versions."""
    prefix = app.config.requests_pathname_prefix.rstrip("/")
    with server.test_request_context(app.config.routes_pathname_prefix):
        named = [address.removeprefix(prefix) for address in ADDRESS.findall(app.index())]
        for address in named:
            if address.startswith(SUITES):
                endpoint, parts = server.url_map.bind("").match(address)
                view: Callable[..., Any] = server.view_functions[endpoint]
                given = server.make_response(view(**parts))
                given.direct_passthrough = False
                yield address, _file(given.get_data(), given.mimetype, YEAR)


def _file(content: bytes, mimetype: str | None, kept: int) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()[:16]
    return StaticFile(content, mimetype or "application/octet-stream", kept, digest)
