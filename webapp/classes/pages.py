"""The pages of a class: documents of their own, without Dash, each with one script and the class's style sheet.

Scripts are the modules of `assets/class/` with what they import of the bench's own; styles begin with the bench's fonts
and tokens, so that both look alike, in light and in dark.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask

from webapp.base.format import MOST_TYPED_DIGITS, WIDEST_WEIGHT
from webapp.classes.language import words_of
from webapp.classes.lesson import KINDS, TASK
from webapp.classes.values import COLUMNS, LOWEST_ALPHA, MOST_ALPHA, PER_DECADE
from webapp.http import modules
from webapp.http.bundle import Bundle
from webapp.page.fonts import font_faces
from webapp.page.index import data_block
from webapp.page.plain_pages import document_head

FOLDER = "class"
SHEETS = ("css/tokens.css", f"{FOLDER}/class.css")
CONSTANTS = {
    "mostTypedDigits": MOST_TYPED_DIGITS,
    "widestWeight": WIDEST_WEIGHT,
    "perDecade": PER_DECADE,
    "columns": COLUMNS,
    "lowestAlpha": LOWEST_ALPHA,
    "mostAlpha": MOST_ALPHA,
    "kinds": {kind: names for kind, names in KINDS.items() if kind != TASK},
}
PARTS = {
    "student": ("student", "common"),
    "editor": ("editor", "student", "common"),
    "wall": ("wall", "common"),
    "control": ("wall", "control", "common"),
}
"""The parts of the words that a page has; the control draws the wall, too."""


class ClassPages:
    """The documents of the class, below the sub-path `prefix`, with the files of this folder of assets."""

    def __init__(self, assets: Path, prefix: str) -> None:
        self._assets = assets
        self._prefix = prefix
        self._scripts: dict[str, Bundle] = {}

    @cached_property
    def _styles(self) -> Bundle:
        sheets = ((self._assets / sheet).read_text("utf-8") for sheet in SHEETS)
        return Bundle(f"{FOLDER}/class.css", "text/css", "\n".join([font_faces(), *sheets]))

    def install(self, server: Flask, *entries: str) -> None:
        """Serves the scripts that begin with these modules, and the style sheet with the first of them."""
        if not self._scripts:
            self._styles.install(server)
        for entry in entries:
            script = modules.joined_from(self._assets, f"{FOLDER}/{entry}.js")
            self._scripts[entry] = Bundle(f"{FOLDER}/{entry}.js", "text/javascript", script)
            self._scripts[entry].install(server)

    def document(self, entry: str, title: str, lang: str, state: Mapping[str, Any]) -> str:
        """The document of a page: its state and its words as JSON, and the script that draws it."""
        words = words_of(lang)
        return f"""<!DOCTYPE html>
<html lang="{lang}">
{document_head(title, self._prefix, self._prefix + self._styles.address)}
<body class="{entry}">
<noscript><p>{words["page"]["no_script"]}</p></noscript>
<div id="page"></div>
{data_block("page-constants", CONSTANTS | {"prefix": self._prefix})}
{data_block("words", {name: text for part in PARTS.get(entry, (entry,)) for name, text in words[part].items()})}
{data_block("state", state)}
<script src="{self._prefix}{self._scripts[entry].address}" data-again></script>
</body>
</html>
"""
