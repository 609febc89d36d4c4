"""Limits in groups: as JSON for programs, and as the body of a page with a heading and a table for each group."""

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

BEFORE_UNIT = re.compile(r"(?<=\d) (?!to |and )")
"""The space between a number and its unit."""


class Limit(NamedTuple):
    """One limit: a program knows it by its name, a person by its title."""

    name: str
    title: str
    value: str
    sentence: str
    unit: str = ""
    """The unit of the value, where its text does not name it."""


class Group(NamedTuple):
    """Limits of one kind; the sentence says what their numbers mean."""

    title: str
    sentence: str
    limits: Sequence[Limit]


def plain(groups: Sequence[Group]) -> list[dict[str, str]]:
    """Every limit with its name, its value with its unit, and its sentence, in the order of the page."""
    return [
        {"name": limit.name, "value": limit.value, "unit": limit.unit, "sentence": limit.sentence}
        for group in groups
        for limit in group.limits
    ]


def body(title: str, introduction: str, groups: Sequence[Group]) -> str:
    """The groups as HTML under a heading."""
    head = f'<div class="first">\n<h1>{html.escape(title)}</h1>\n<p>{html.escape(introduction)}</p>\n</div>'
    return "\n".join([head, *map(section, groups)])


def section(group: Group) -> str:
    """A group as a section with its table."""
    rows = "\n".join(map(row, group.limits))
    return f"""<section>
<h2>{html.escape(group.title)}</h2>
<div>
<p>{html.escape(group.sentence)}</p>
<table>
<thead><tr><th scope="col">Limit</th><th scope="col">In force</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
</section>"""


def row(limit: Limit) -> str:
    """A limit as a row; settings are named too, because refusals name them."""
    setting = f' <span class="setting">{html.escape(limit.name)}</span>' if limit.name.isupper() else ""
    words = f"<b>{html.escape(limit.title)}</b> <span>{html.escape(limit.sentence)}{setting}</span>"
    return f'<tr><th scope="row"><div>{words}</div></th><td>{html.escape(shown(limit))}</td></tr>'


def shown(limit: Limit) -> str:
    """The value as people read it, with a comma at each thousand, and each number on one line with its unit."""
    value = f"{int(limit.value):,}" if limit.value.isdecimal() else limit.value
    return BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", f"{value} {limit.unit}".strip())
