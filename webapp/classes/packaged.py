"""The lessons that come with the bench: homework that marks itself, each a file of this package."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from webapp.classes.lesson import Lesson, read_lesson

FOLDER = Path(__file__).parent / "lessons"


@cache
def packaged_lessons() -> Mapping[str, Lesson]:
    """The lessons of the package by their names."""
    files = sorted(FOLDER.glob("*.json"))
    return {file.stem: read_lesson(json.loads(file.read_text("utf-8"))) for file in files}
