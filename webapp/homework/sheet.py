"""The marks as a table for a spreadsheet, and as a sheet of HTML to look at, with each link."""

import csv
import io
from collections.abc import Mapping, Sequence
from html import escape

from engine.outcomes.run_ends import OTHERS
from webapp.base.format import as_cell, grouped
from webapp.classes.goals import allowed_words, asked_words
from webapp.classes.lesson import Lesson, Step
from webapp.homework.mark import DIFFERS, LUCK, Mark

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1200px; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem; }
th, td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; border-bottom: 1px solid #8884; }
th { font-weight: 600; } td.points { text-align: right; font-variant-numeric: tabular-nums; }
tr.later { opacity: 0.5; } .note { color: #b3261e; } p { max-width: 70ch; } h2 { margin: 2rem 0 0.3rem; }
"""
HEADS = ("who", "points", "reached", "run", "other data seeds", "turned", "code", "same as", "notes")


def marks_csv(marks: Sequence[Mark], bench: str) -> str:
    """A row for each answer, as any spreadsheet reads it; `bench` is the address that links lead to."""
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    if marks:
        rows.writerow(_plain(marks[0], bench))
    rows.writerows([as_cell(value) for value in _plain(mark, bench).values()] for mark in marks)
    return file.getvalue()


def _plain(mark: Mark, bench: str) -> Mapping[str, str]:
    """The cells of a mark by the names of their columns."""
    known = mark.task is not None
    return {
        "who": mark.handed_in.who,
        "task": f"{mark.task or ''}",
        "place": mark.handed_in.place,
        "counts": _yes(mark.counts),
        "reached": _yes(mark.reached) if known else "",
        "points": f"{mark.points:g}",
        "found": mark.found,
        "missing": " ".join(mark.missing),
        f"of {OTHERS} data seeds": "" if mark.others is None else f"{mark.others}",
        "median": mark.median,
        "luck": mark.luck,
        "turned": mark.turned,
        "code": mark.code,
        "run": mark.run,
        "same as": mark.same_as,
        "notes": " ".join(mark.said),
        "link": address_of(mark, bench),
    }


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def address_of(mark: Mark, bench: str) -> str:
    """The address of a run, in the spelling of the bench; empty without one."""
    return f"{bench.rstrip('/')}/?{mark.query}" if mark.query else ""


def sheet_html(lesson: Lesson, marks: Sequence[Mark], bench: str, heading: Sequence[str]) -> str:
    """A document with a table for each task and one for answers of no task; `heading` are sentences at its top."""
    parts = [f"<h1>{escape(lesson.title)}</h1>", *(f"<p>{escape(sentence)}</p>" for sentence in heading)]
    for at in lesson.tasks:
        some = [mark for mark in marks if mark.task == at + 1]
        parts += [*_task(lesson.steps[at], at + 1), _table(some, bench) if some else "<p>Nobody handed this in.</p>"]
    lost = [mark for mark in marks if mark.task is None]
    parts += ["<h2>Answers of no task</h2>", _table(lost, bench)] if lost else []
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(lesson.title)}</title>'
        f"<style>{STYLE}</style></head><body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _task(step: Step, number: int) -> list[str]:
    """The heading of a task: what it asks and allows, and what a wrong answer may stand for."""
    lines = []
    if step.goal:
        lines.append(f"Asked: {asked_words(step.goal)}. May be turned: {allowed_words(step)}.")
    if step.stands_for:
        lines.append(f"Not to reach it may stand for: {step.stands_for}.")
    lines += [step.answer] if step.answer else []
    return [f"<h2>{number} · {escape(step.question)}</h2>", *(f"<p>{escape(line)}</p>" for line in lines)]


def _table(marks: Sequence[Mark], bench: str) -> str:
    head = "".join(f"<th>{name}</th>" for name in HEADS)
    ordered = sorted(marks, key=lambda mark: (-mark.points, mark.handed_in.name.lower()))
    return f"<table><tr>{head}</tr>\n{chr(10).join(_row(mark, bench) for mark in ordered)}\n</table>"


def _row(mark: Mark, bench: str) -> str:
    others = "" if mark.others is None else f"{mark.others} of {OTHERS}; median {mark.median}; {mark.luck}"
    run = escape(mark.found or "run")
    if mark.query:
        run = f'<a href="{escape(address_of(mark, bench))}">{run}</a>'
    run += f"<br>{grouped(mark.run)}" if mark.run else ""
    notes = " ".join([*mark.missing, *mark.said])
    cells = [
        f"<td>{escape(mark.handed_in.name)}</td>",
        f'<td class="points">{mark.points:g}</td>',
        f"<td>{_yes(mark.reached)}</td>",
        f"<td>{run}</td>",
        f"<td>{escape(others)}</td>",
        f"<td>{escape(mark.turned)}</td>",
        f"<td{' class=note' if mark.code == DIFFERS else ''}>{mark.code}</td>",
        f"<td>{escape(mark.same_as)}</td>",
        f"<td>{escape(notes)}</td>",
    ]
    return f"<tr{'' if mark.counts else ' class=later'}>{''.join(cells)}</tr>"


def summary(lesson: Lesson, marks: Sequence[Mark]) -> list[str]:
    """A line for each task that somebody handed in: how many have reached it."""
    lines = []
    for at in lesson.tasks:
        some = [mark for mark in marks if mark.task == at + 1 and mark.counts]
        reached, lucky = sum(mark.reached for mark in some), sum(mark.reached and mark.luck == LUCK for mark in some)
        luck = f", {lucky} of them with luck" if lucky else ""
        lines += [f"Task {at + 1}: {reached} of {len(some)} reached{luck}. {lesson.steps[at].question}"] if some else []
    return lines
