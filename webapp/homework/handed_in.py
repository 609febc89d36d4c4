"""Answers as they are handed in: a table of any spreadsheet, a folder or a zip, exports of Moodle and nbgrader.

Nothing here stops the reading: what cannot be read is a row with a sentence.
"""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from engine.errors import BenchError
from webapp.homework.answer import answers_in

MOST_BYTES = 5_000_000
"""The largest file that is read."""
MOST_BYTES_OF_ALL = 200_000_000
MOST_ROWS = 20_000
MOST_IN_A_FILE = 1_000
"""The most answers of one file that is no table: nobody’s own hinder the marking of the others."""
WHO = ("who", "name", "student", "full name", "vollständiger name", "student_id", "user", "username", "email address",
    "e-mail", "identifier")  # fmt: skip
"""The columns that name somebody, the first that is there; Moodle's and nbgrader's among them."""
FIRST_AND_LAST = (("first name", "last name"), ("first name", "surname"), ("vorname", "nachname"))
ANSWERS = ("answer", "antwort", "online text", "texteingabe online", "text", "link")
TASKS = ("task", "aufgabe", "step")
RESPONSE = re.compile(r"(?:response|antwort) (\d{1,2})")
"""The columns of a quiz of Moodle."""
SEPARATOR = re.compile(r"sep=(.)\s*")
MOODLE_FOLDER = re.compile(r"(.+?)_\d+_assignsubmission_\w+")
SUBMITTED = "submitted"
"""The folder of nbgrader's that has a folder for each student."""
READ = (".txt", ".md", ".html", ".htm", ".json", ".ipynb", ".csv")
COLUMNS = "Name its columns who, task and answer."
OF_POINTS = "This is nbgrader’s list of points, which has no answers. Give its folder “submitted” instead."


class NothingToMark(BenchError):
    """A file or a folder without answers; the message says what was expected."""


@dataclass(frozen=True)
class HandedIn:
    """One answer as it was handed in."""

    who: str
    task: str
    """The task that its row or its column names; empty where none does."""
    text: str
    place: str
    """Where it stands: row 3, or the path of a file."""
    refusal: str = ""
    """Why it could not be read; empty where it could."""

    @property
    def name(self) -> str:
        """The name of whoever handed it in, or where it stands."""
        return self.who or self.place


def read_handed_in(path: Path) -> list[HandedIn]:
    """All answers of a table, a folder or a zip; NothingToMark for what is none of them, or holds none."""
    if path.is_file() and path.stat().st_size > MOST_BYTES_OF_ALL:
        raise NothingToMark(f"{path.name} has more than {MOST_BYTES_OF_ALL:,} bytes. Give it in parts.")
    if path.is_dir():
        # A name in another encoding, as after an archive from Windows, becomes letters that can be written.
        names = ((_text(os.fsencode(file.relative_to(path).as_posix())), file) for file in sorted(path.rglob("*")))
        files = ((name, file) for name, file in names if file.is_file())
        found = [one for name, file in files for one in _of_file(name, file.read_bytes, file.stat().st_size)]
    elif zipfile.is_zipfile(path):
        found = list(_of_zip(path))
    elif path.suffix.lower() == ".zip":
        raise NothingToMark(f"{path.name} is damaged. Download it again.")
    else:
        found = _of_table(_text(path.read_bytes()))
    if not found:
        raise NothingToMark(f"There is no answer in {path.name}.")
    if len(found) > MOST_ROWS:
        raise NothingToMark(f"{path.name} has {len(found):,} answers, and {MOST_ROWS:,} are marked at most.")
    return found


def _of_zip(path: Path) -> Iterator[HandedIn]:
    with zipfile.ZipFile(path) as archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if not info.is_dir():
                yield from _of_file(info.filename, partial(archive.read, info), info.file_size)


def _of_file(name: str, read: Callable[[], bytes], size: int) -> list[HandedIn]:
    """The answers of one file; hidden files and nbgrader's times are none."""
    path = PurePosixPath(name)
    if any(part.startswith((".", "__MACOSX")) for part in path.parts) or path.name == "timestamp.txt":
        return []
    who = _owner(path)
    try:
        return _of_kind(path, who, read, size)
    except NothingToMark as error:
        refusal = str(error)
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError, zipfile.BadZipFile):
        refusal = "This file is damaged."
    return [HandedIn(who, "", "", name, refusal)]


def _of_kind(path: PurePosixPath, who: str, read: Callable[[], bytes], size: int) -> list[HandedIn]:
    """The answers of a file by its ending; NothingToMark for one that is not read."""
    ending = path.suffix.lower()
    if ending not in READ:
        raise NothingToMark(f"A file {ending or 'without an ending'} is not read here.")
    if size > MOST_BYTES:
        raise NothingToMark(f"This file has more than {MOST_BYTES:,} bytes.")
    text = _text(read())
    if ending == ".csv":
        return [replace(one, place=f"{path}, {one.place}") for one in _of_table(text)]
    answers = answers_in(_of_notebook(text) if ending == ".ipynb" else text)
    if len(answers) > MOST_IN_A_FILE:
        raise NothingToMark(f"This file has {len(answers):,} answers, and {MOST_IN_A_FILE:,} are read at most.")
    return [HandedIn(who, "", one, str(path)) for one in answers]


def _owner(path: PurePosixPath) -> str:
    """The owner of a file: the name in Moodle's folder, nbgrader's student, the folder, or the file's name."""
    parts = path.parts[path.parts.index(SUBMITTED) + 1 :] if SUBMITTED in path.parts[:-2] else path.parts
    for part in parts:
        if match := MOODLE_FOLDER.match(part):
            return match[1]
    return parts[0] if len(parts) > 1 else path.stem


def _of_notebook(text: str) -> str:
    """The sources of a notebook’s cells, and what they printed."""
    cells = [cell for cell in json.loads(text).get("cells", []) if isinstance(cell, dict)]
    parts = [part for cell in cells for part in (cell.get("source", ""), *_printed(cell))]
    return "\n".join("".join(map(str, part)) if isinstance(part, list) else str(part) for part in parts)


def _printed(cell: dict[str, Any]) -> list[Any]:
    return [output.get("text", "") for output in cell.get("outputs", []) if isinstance(output, dict)]


def _text(data: bytes) -> str:
    """The text of bytes from any spreadsheet: UTF-8, UTF-16 with its mark, or Windows’ letters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


# Tables


def _of_table(text: str) -> list[HandedIn]:
    lines = text.lstrip("\n\r")
    separator = SEPARATOR.match(lines)
    if separator is not None:
        lines = lines[separator.end() :]
    head = lines.partition("\n")[0]
    delimiter = separator[1] if separator is not None else max(",;\t", key=head.count)
    rows = _rows(lines, delimiter)
    names = [name.strip().lower() for name in next(rows, (0, [], ""))[1]]
    if "score" in names and "assignment" in names:
        raise NothingToMark(OF_POINTS)
    who = next(([names.index(name)] for name in WHO if name in names), None)
    both = next(([names.index(name) for name in pair] for pair in FIRST_AND_LAST if set(pair) <= set(names)), None)
    answers = [(at, match[1]) for at, name in enumerate(names) if (match := RESPONSE.fullmatch(name))]
    answers = answers or [(names.index(name), "") for name in ANSWERS if name in names][:1]
    task = next((names.index(name) for name in TASKS if name in names), None)
    if (who is None and both is None) or not answers:
        raise NothingToMark(f"This table has no column of names, or none of answers. {COLUMNS}")
    return [
        one
        for number, row, refusal in rows
        for cells in [_joined(row, len(names), delimiter)]
        for one in _of_row(f"row {number}", cells, refusal, both or who or [], task, answers)
    ]


def _of_row(
    place: str, cells: Sequence[str], refusal: str, who: Sequence[int], task: int | None, answers: Sequence[Any]
) -> list[HandedIn]:
    """The answers of a row, none of an empty one."""
    if not refusal and not any(cell.strip() for cell in cells):
        return []

    def cell(at: int | None) -> str:
        return cells[at].strip() if at is not None and at < len(cells) else ""

    name = " ".join(filter(None, map(cell, who)))
    if refusal:
        return [HandedIn(name, "", "", place, refusal)]
    found = [
        HandedIn(name, number or cell(task), text, place)
        for at, number in answers
        if cell(at) or len(answers) == 1
        for text in answers_in(cell(at))
    ]
    return found or [HandedIn(name, "", "", place)]


def _joined(cells: Sequence[str], count: int, delimiter: str) -> Sequence[str]:
    """The cells of a row: those beyond the last column belong to it, as of a link with commas that nobody quoted."""
    return cells if len(cells) <= count else [*cells[: count - 1], delimiter.join(cells[count - 1 :])]


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """The rows of a table with their numbers, and the sentence about one that is damaged."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader), ""
        except StopIteration:
            return
        except csv.Error:
            yield number, [], "This row is damaged, or one of its cells is too long."
