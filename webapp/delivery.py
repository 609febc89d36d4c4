"""How files travel: compressed once, and kept by browsers for ever, since their addresses change with their content.

Answers to knobs are not compressed: they are mostly base64 of floats, which costs more time than it saves. The cache
goes by path alone, so that no query can make it grow.
"""

from flask import Flask, Request
from flask_compress import Compress
from flask_compress.flask_compress import DictCache

YEAR = 365 * 24 * 3600
COMPRESSED = ("application/javascript", "text/javascript", "text/css", "image/svg+xml")


def new_server() -> Flask:
    """A Flask server that sends scripts and styles compressed, and assets to be kept for a year."""
    server = Flask("nnbench", static_folder=None)
    server.config.update(
        SEND_FILE_MAX_AGE_DEFAULT=YEAR,
        COMPRESS_MIMETYPES=list(COMPRESSED),
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
        COMPRESS_CACHE_BACKEND=DictCache,
        COMPRESS_CACHE_KEY=_path,
    )
    Compress(server)
    return server


def _path(request: Request) -> str:
    return request.path
