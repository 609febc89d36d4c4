"""A link as a QR code: POST /qr answers with its modules as an SVG path, which the page draws.

The work grows with the text, so that only short texts are taken, and they are read in the slot for reading.
"""

from itertools import groupby
from typing import Any

import segno
from flask import Flask, request

from webapp.base.validation import Malformed, exactly, text_within

LONGEST = 400
"""The most characters of a QR code: 69 modules on a side, which a camera reads from a projector's picture."""


def install(server: Flask) -> None:
    """Serves POST /qr with {"text": …}."""

    def qr_code() -> dict[str, Any]:
        text = text_within(exactly(request.get_json(), {"text"})["text"], LONGEST)
        if not text or not text.isascii():
            raise Malformed("A QR code is made of a link, which has no letters but those of ASCII.")
        return qr_path(text)

    server.add_url_rule("/qr", view_func=qr_code, methods=["POST"])


def qr_path(text: str) -> dict[str, Any]:
    """The modules on a side, and the path of the dark ones: a rectangle of height 1 for each run in a row."""
    rows = segno.make(text, error="l", micro=False).matrix
    runs = (f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in dark_runs(row))
    return {"size": len(rows), "path": "".join(runs)}


def dark_runs(row: Any) -> list[tuple[int, int]]:
    """The beginning and the length of each run of dark modules."""
    found, x = [], 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            found.append((x, length))
        x += length
    return found
