"""Small pieces of HTML for the cells of a notebook: a table, and a curve of a few pixels."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

from engine.base.numerics import FloatArray

WIDTH, HEIGHT = 160, 36
"""Pixels of a sparkline."""
CURVE_COLOUR = "#0b8a7e"
"""The current run's green in a lightness between those of the page's two themes: no cell knows the theme around it, and
this one stands out from a white ground as from a dark one."""
AT_LEFT = 'style="text-align:left"'
"""The style of every cell of a table: notebooks align each to the right, as numbers are, and these are words."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts."""
    head = "".join(f"<th {AT_LEFT}>{escape(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(f'<td {AT_LEFT}>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def paragraph(text: str) -> str:
    """A line of text."""
    return f"<p>{escape(text)}</p>"


def sparkline(values: FloatArray) -> str:
    """The values above 0 as a line over a log scale, from left to right; nothing where there are fewer than two."""
    drawn = np.flatnonzero(np.isfinite(values) & (values > 0.0))
    if drawn.size < 2:
        return ""
    logs = np.log(values[drawn])
    span = float(np.ptp(logs)) or 1.0
    across = (WIDTH * drawn / max(1, len(values) - 1)).tolist()
    down = ((HEIGHT - 2) * (1.0 - (logs - logs.min()) / span) + 1.0).tolist()
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    line = f'<polyline points="{points}" fill="none" stroke="{CURVE_COLOUR}" stroke-width="1.5"/>'
    return f'<svg width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{line}</svg>'
