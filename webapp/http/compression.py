"""Answers that are made for one request travel compressed, where that costs less than the line does.

The document holds the whole page, and nothing is seen before it has come; the layout and the callbacks are what Dash
waits for. They are always compressed. Answers about a run are mostly base64 of floats, of which a quarter can be saved:
they are compressed for whoever says, with Save-Data, that the line is slow, as the page does once it has measured that.

Dash writes another name into each document, so what is compressed serves once, and two milliseconds have to do.
"""

import gzip
from collections.abc import Callable, Mapping
from http import HTTPStatus

import brotli  # type: ignore[import-untyped]  # it carries no types
from flask import Flask, Response, request

WAYS: Mapping[str, Callable[[bytes, bool], bytes]] = {
    "br": lambda body, slow: bytes(brotli.compress(body, quality=6 if slow else 5)),
    "gzip": lambda body, slow: gzip.compress(body, 9 if slow else 6),
}
"""How a body is compressed, and harder on a slow line; the better way first."""
ALWAYS = ("/", "/_dash-layout", "/_dash-dependencies")
SMALL = 500
"""A body of so many bytes goes as it is."""


def install(server: Flask) -> None:
    """Compresses these answers in the best way that the browser takes."""

    @server.after_request
    def compress(response: Response) -> Response:
        way = next((name for name in WAYS if request.accept_encodings[name]), None)
        if way is None or not is_worth_it(response):
            return response
        response.set_data(WAYS[way](response.get_data(), is_line_slow()))
        response.headers["Content-Encoding"] = way
        return response


def is_worth_it(response: Response) -> bool:
    """Whether the answer is the document or what Dash waits for, or a large one on a slow line."""
    if response.status_code != HTTPStatus.OK or response.direct_passthrough:
        return False
    if request.path in ALWAYS:
        return True
    return is_line_slow() and response.mimetype == "application/json" and len(response.get_data()) > SMALL


def is_line_slow() -> bool:
    """Whether the request says that bytes cost time."""
    return request.headers.get("Save-Data", "").strip().lower() == "on"
