"""The landscape as a Plotly figure: a heat map over two knobs, its cells equally wide, with the knobs' values as ticks.

The figure has no numbers: the page fills them in as they arrive, and draws its own marks over them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.base.theme import FONT, Theme, blank_layout, height_ramp

MARGIN = {"l": 60, "r": 64, "t": 8, "b": 40}
TICKS = 5


@dataclass(frozen=True)
class Axis:
    """One side of the map: its title, its number of cells, and its ticks, counted in cells, with their labels."""

    title: str
    cells: int
    ticks_at: tuple[float, ...]
    labels: tuple[str, ...]


def counted_axis(title: str, values: Sequence[int]) -> Axis:
    """An axis of whole numbers, with a tick at the first, the last and some between."""
    return titled_axis(title, list(map(str, values)))


def titled_axis(title: str, words: Sequence[str]) -> Axis:
    """An axis whose cells have words, with a tick at the first, the last and some between."""
    places = np.unique(np.linspace(0, len(words) - 1, TICKS).round().astype(int)).tolist()
    return Axis(title, len(words), tuple(places), tuple(words[place] for place in places))


def landscape_figure(x: Axis, y: Axis, theme: Theme) -> dict[str, Any]:
    """A heat map without numbers; empty cells show the background."""
    ticked = {"ticks": "outside", "ticklen": 4, "tickcolor": theme.edge}
    trace = {
        "type": "heatmap",
        "colorscale": height_ramp(theme),
        "ygap": 1,
        "hoverinfo": "skip",
        "colorbar": {
            "thickness": 8,
            "len": 1,
            "lenmode": "fraction",
            "outlinewidth": 0,
            "x": 1.02,
            "xpad": 0,
            "ypad": 0,
            "nticks": 6,
            "tickfont": {"size": 12},
        },
    }
    layout = blank_layout(theme, MARGIN) | {
        "plot_bgcolor": theme.sunken,
        "hovermode": False,
        "uirevision": "landscape",
        "xaxis": _side(x) | ticked,
        "yaxis": _side(y) | ticked,
    }
    return {"data": [trace], "layout": layout}


def _side(axis: Axis) -> dict[str, Any]:
    return {
        "title": {"text": axis.title, "standoff": 4, "font": {"family": FONT, "size": 12.5}},
        "range": [-0.5, axis.cells - 0.5],
        "tickvals": axis.ticks_at,
        "ticktext": axis.labels,
        "tickangle": 0,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
