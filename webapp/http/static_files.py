"""How files travel: compressed once, and kept by browsers for as long as their address stands for their content.

Answers to knobs are not compressed: they are mostly base64 of floats, which costs more time than it saves. The cache
goes by path alone, so that no query can make it grow.
"""

from flask import Flask, Request, Response, request
from flask_compress import Compress
from flask_compress.flask_compress import DictCache

HOUR = 3600
YEAR = 365 * 24 * HOUR
COMPRESSED = ("application/javascript", "text/javascript", "text/css", "image/svg+xml")


class Server(Flask):
    """A Flask server whose assets are kept for a year where Dash writes their time into the address, else an hour."""

    def get_send_file_max_age(self, filename: str | None) -> int:  # noqa: ARG002 - Flask's own signature
        """Seconds that a browser may keep a file without asking."""
        return YEAR if "m" in request.args else HOUR


def new_server() -> Flask:
    """The server, with scripts and styles compressed."""
    server = Server("nnbench", static_folder=None)
    server.config.update(
        COMPRESS_MIMETYPES=list(COMPRESSED),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
        COMPRESS_CACHE_BACKEND=DictCache,
        COMPRESS_CACHE_KEY=_path,
    )
    Compress(server)
    server.after_request(_close_with_the_answer)
    return server


def _close_with_the_answer(response: Response) -> Response:
    """Lets go of a file whose bytes Compress will take from its cache; it would stay open otherwise."""
    close = getattr(response.response, "close", None)
    if close:
        response.call_on_close(close)
    return response


def _path(asked: Request) -> str:
    return asked.path
