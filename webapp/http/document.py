"""The document travels compressed: it holds the whole page, and nothing is seen before it has come.

It is the same for all who open the same address, and is compressed once for them.
"""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from http import HTTPStatus

import brotli  # type: ignore[import-untyped]  # it carries no types
from flask import Flask, Response, request

from engine.base.byte_cache import ByteCache

MOST_BYTES = 6 * 1024 * 1024
"""What the documents that are kept take together: about twelve."""
COMPRESSED_BYTES = 2 * 1024 * 1024
"""And what is kept of them compressed: about forty."""
WAYS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 6),
}
"""How a body is compressed, the better way first."""


def size_of(_: object, text: str) -> int:
    """About how many bytes a document takes, which has letters that are not of Latin-1."""
    return 2 * len(text)


def install(server: Flask) -> None:
    """Compresses the document in the best way that the browser takes."""
    kept: ByteCache[tuple[str, bytes], bytes] = ByteCache(COMPRESSED_BYTES, lambda key, body: len(body))

    @server.after_request
    def compress(response: Response) -> Response:
        way = next((name for name in WAYS if request.accept_encodings[name]), None)
        if request.path != "/" or response.status_code != HTTPStatus.OK or way is None:
            return response
        body = response.get_data()
        key = way, hashlib.sha256(body).digest()
        response.set_data(kept.get_or_make(key, lambda: WAYS[way](body)))
        response.headers["Content-Encoding"] = way
        return response
