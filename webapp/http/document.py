"""The document travels compressed: it holds the whole page, and nothing is seen before it has come.

Dash writes another name into each, so what is compressed serves once, and two milliseconds have to do.
"""

import gzip
from collections.abc import Callable, Mapping
from http import HTTPStatus

import brotli  # type: ignore[import-untyped]  # it carries no types
from flask import Flask, Response, request

WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 6),
}
"""How a body is compressed, the better way first."""


def install(server: Flask) -> None:
    """Compresses the document in the best way that the browser takes."""

    @server.after_request
    def compress(response: Response) -> Response:
        way = next((name for name in WAYS if request.accept_encodings[name]), None)
        if request.path != "/" or response.status_code != HTTPStatus.OK or way is None:
            return response
        response.set_data(WAYS[way](response.get_data()))
        response.headers["Content-Encoding"] = way
        return response
