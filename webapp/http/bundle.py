"""The page's own styles and scripts, joined: one by one they would be eighty requests of every visitor.

They are joined when the app is made: scripts by their imports, styles in the order that `assets/css/order.txt` states.
Their address stands beside the files that they come from, so that their relative addresses are found, and holds a
digest, so that browsers may cache them for ever.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, request

from webapp.http import modules
from webapp.http.connections.exchange import SHARED_OUTPUT
from webapp.http.static_files import YEAR

JOINED = r".*\.(css|js)$"
"""The files that Dash leaves to the bundles, as its own setting takes them."""

ORDER = "order.txt"
LINKED = "limits.css"
"""The style sheet of a page that links the file; the bench, which holds the others as an element, has nothing of it."""

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"(?P<text>\"[^\"]*\")|;\s*(?=\})|(?<=[{}:;,])\s+|\s+(?=[{}])|(?P<line>\s*\n\s*)")
"""Spaces and semicolons that say nothing, lines, and the texts whose spaces stay."""
RELATIVE = re.compile(r"url\(\.\./")
SAFE = " /:=,;()-."
"""Characters that stay as they are in an address in quotation marks."""
ICON = re.compile(r"url\(\.\./(icons/[a-z-]+\.svg)\)")


@dataclass(frozen=True)
class Bundle:
    """All files of one kind, as one."""

    name: str
    mimetype: str
    content: str
    linked: str = ""
    """The end of the content that the element leaves out."""

    @property
    def address(self) -> str:
        """Its path, below the page."""
        return f"assets/{self.name}?m={hashlib.sha256(self.content.encode()).hexdigest()[:16]}"

    def answer(self) -> Response:
        """The bundle, for a browser to cache."""
        response = Response(self.content, mimetype=self.mimetype)
        response.cache_control.public, response.cache_control.max_age = True, YEAR
        request.environ[SHARED_OUTPUT] = True
        return response

    def element(self, prefix: str) -> str:
        """A style sheet as an element of the page: without comments and spaces, with addresses from the page's own."""
        own = self.content.removesuffix(self.linked)
        plain = SPACE.sub(lambda found: found["text"] or (found["line"] and "\n") or "", COMMENT.sub("", own))
        return f"<style>{RELATIVE.sub(f'url({prefix}assets/', plain)}</style>"

    def install(self, server: Flask) -> None:
        """Serves it."""
        server.add_url_rule(f"/assets/{self.name}", self.name, self.answer)


def styles(assets: Path, *rules: str) -> Bundle:
    """Every style sheet of `css/`, in the order that its list states, and then these rules; with the icons in it: each
    is two hundred bytes, and would be a request of every visitor."""

    def drawn(found: re.Match[str]) -> str:
        picture = (assets / found[1]).read_text("utf-8").strip()
        return f'url("data:image/svg+xml,{quote(picture, safe=SAFE)}")'

    sheets = _in_order(assets / "css")
    linked = sheets.pop(LINKED, "")
    content = ICON.sub(drawn, "\n".join([*sheets.values(), *rules])) + linked
    return Bundle("css/nnbench.css", "text/css", content, linked)


def scripts(assets: Path) -> Bundle:
    """Every module of `js/`, joined by their imports."""
    return Bundle("js/nnbench.js", "text/javascript", modules.joined(assets / "js"))


def _in_order(folder: Path) -> dict[str, str]:
    """The texts of the listed style sheets by their names; ValueError where the list and the folder differ."""
    listed = (folder / ORDER).read_text("utf-8").split()
    there = sorted(path.name for path in folder.glob("*.css"))
    if sorted(listed) != there:
        different = sorted(set(listed) ^ set(there)) or sorted({name for name in listed if listed.count(name) > 1})
        raise ValueError(f"{ORDER} and the style sheets beside it differ: {', '.join(different)}.")
    return {name: (folder / name).read_text("utf-8") for name in listed}
