"""The page's own styles and scripts, joined: one by one they would be forty requests of every visitor.

They are joined when the app is made, in the order of their names, as Dash would load them. Their address stands beside
the files that they come from, so that what these name relatively is found, and holds a digest, so that browsers may
keep them for ever.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response

from webapp.http.static_files import YEAR

JOINED = r".*\.(css|js)$"
"""The files that Dash leaves to the bundles, as its own setting takes them."""


@dataclass(frozen=True)
class Bundle:
    """All files of one kind, as one."""

    name: str
    mimetype: str
    content: str

    @property
    def address(self) -> str:
        """Where it is found, below the page."""
        return f"assets/{self.name}?m={hashlib.sha256(self.content.encode()).hexdigest()[:16]}"

    def answer(self) -> Response:
        """The bundle, for a browser to keep."""
        response = Response(self.content, mimetype=self.mimetype)
        response.cache_control.public, response.cache_control.max_age = True, YEAR
        return response

    def install(self, server: Flask) -> None:
        """Serves it."""
        server.add_url_rule(f"/assets/{self.name}", self.name, self.answer)


def styles(folder: Path) -> Bundle:
    """Every style of a folder."""
    return Bundle("nnbench.css", "text/css", _joined(folder.glob("*.css")))


def scripts(folder: Path) -> Bundle:
    """Every script of a folder."""
    return Bundle("nnbench.js", "text/javascript", _joined(folder.glob("*.js")))


def _joined(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(paths))
