"""`nnbench mark`: the lesson and the answers as they come, and the marks beside them as CSV and as HTML."""

import json
from collections.abc import Callable
from pathlib import Path

from engine.errors import BenchError, shown
from webapp.base.format import plural
from webapp.classes.lesson import Lesson, read_lesson
from webapp.classes.packaged import packaged_lessons
from webapp.files.export_run import LinkRunner
from webapp.homework.handed_in import read_handed_in
from webapp.homework.marking import Marking, bits_differ
from webapp.homework.sheet import marks_csv, sheet_html, summary

OTHER_BITS = (
    "Most codes differ from the runs as this machine makes them. Either many were edited, or they were made on a "
    "machine of other bits. All marks are by the runs as they are made here."
)


def lesson_named(source: str) -> Lesson:
    """The lesson of a file, or of the package by its name; BenchError with a sentence where there is none."""
    path = Path(source)
    if source in packaged_lessons() and not path.exists():
        return packaged_lessons()[source]
    try:
        return read_lesson(json.loads(path.read_text("utf-8-sig")))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BenchError(f"{path.name} is no lesson: it is not JSON.") from None
    except OSError as error:
        known = ", ".join(packaged_lessons())
        raise BenchError(f"{path.name} cannot be read: {error.strerror}. The package has {known}.") from None


def mark(
    lesson: Lesson, answers: Path, out: Path, bench: str, runner: LinkRunner, seconds: float, say: Callable[[str], None]
) -> None:
    """Marks the answers, and writes `out`.csv and `out`.html; BenchError with a sentence where they have no folder, or
    no name."""
    if out.name in ("", ".."):
        raise BenchError(f"{shown(str(out))} is a folder, and the marks need a name there. Give one by --out.")
    if not out.parent.is_dir():
        raise BenchError(f"The marks have no folder {shown(str(out.parent))}. Make it, or name another by --out.")
    marking = Marking(lesson, runner, seconds)
    marks = marking.mark(read_handed_in(answers))
    lines = summary(lesson, marks)
    refused = sum(mark.task is None for mark in marks)
    lines += [f"Of no task of this lesson: {refused} of {plural(len(marks), 'answer')}."] if refused else []
    lines += [OTHER_BITS] if bits_differ(marks) else []
    table, sheet = out.with_name(f"{out.name}.csv"), out.with_name(f"{out.name}.html")
    # The mark at its beginning says to spreadsheets that it is UTF-8.
    table.write_text(marks_csv(marks, bench), "utf-8-sig")
    sheet.write_text(sheet_html(lesson, marks, bench, lines), "utf-8")
    say("\n".join([*lines, f"{plural(len(marks), 'answer')} marked, in {table} and {sheet}."]))
