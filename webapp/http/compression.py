"""Answers travel compressed, where that costs less than the line does.

The document holds the whole page, and nothing is seen before it has come; the layout and the callbacks are what Dash
waits for, and scripts and styles are most of what a page loads. They are always compressed, and once for all who ask
for the same. Answers about a run are mostly base64 of floats, of which a quarter can be saved: they are compressed for
a client that says, with Save-Data, that its line is slow, as the page does once it has measured that.
"""

import gzip
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus

import brotli  # type: ignore[import-untyped]  # it carries no types
from flask import Flask, Response, request

from engine.base.byte_cache import ByteCache
from webapp.http.connections.exchange import SHARED_OUTPUT

MOST_BYTES = 8 * 1024 * 1024
"""The most bytes of the page's files, compressed, and of other bodies with their compressed forms: a dozen documents
and more."""
FAST, BEST = 6, 9
"""Brotli's quality: what is made for one request may take a few milliseconds, all scripts but Plotly's 0.3 s once."""
WAYS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, quality: bytes(brotli.compress(body, quality=quality)),
    "gzip": lambda body, _: gzip.compress(body, 9),
}
"""The encodings, the better one first."""
FILES = ("application/javascript", "text/javascript", "text/css", "image/svg+xml")
"""The types of the page's files, whose content follows from their path."""
SHARED = ("/_dash-layout", "/_dash-dependencies")
"""The addresses that Dash requests and that are the same for every visitor."""
ALWAYS = ("/", *SHARED)
SMALL = 500
"""A body of fewer bytes goes as it is."""


def install(server: Flask) -> None:
    """Compresses these answers in the best way that the browser takes."""
    kept: ByteCache[tuple[str, str | bytes], bytes] = ByteCache(MOST_BYTES, lambda key, body: len(key[1]) + len(body))
    turns: dict[str, threading.Lock] = {}

    @server.after_request
    def compress(response: Response) -> Response:
        response.vary.add("Accept-Encoding")
        if request.path in SHARED:
            request.environ[SHARED_OUTPUT] = True
        way = next((name for name in WAYS if request.accept_encodings[name]), None)
        if way is None or response.status_code != HTTPStatus.OK:
            return response
        if request.path in ALWAYS:
            body = response.get_data()
            # Of the same bytes, as a document that is given again, Python knows the hash and that they are equal.
            response.set_data(kept.get_or_make((way, body), lambda: WAYS[way](body, FAST)))
        elif response.mimetype in FILES and is_large(response):
            # One at a time: each would take as much memory and time.
            with turns.setdefault(request.path, threading.Lock()):
                response.set_data(kept.get_or_make((way, request.path), lambda: WAYS[way](response.get_data(), BEST)))
        elif is_line_slow() and response.mimetype == "application/json" and is_large(response):
            response.set_data(WAYS[way](response.get_data(), FAST))
        else:
            return response
        response.headers["Content-Encoding"] = way
        return response


def is_large(response: Response) -> bool:
    """Whether it is a whole body of some size."""
    is_whole = not response.is_streamed and not response.direct_passthrough
    return is_whole and len(response.get_data()) > SMALL


def is_line_slow() -> bool:
    """Whether the request says that bytes cost time."""
    return request.headers.get("Save-Data", "").strip().lower() == "on"
