"""The colours of the charts in both themes, and the colour scales of signed numbers.

assets/css/tokens.css has the same tokens; a test keeps the two equal. Ramps are mixed in OKLab (Ottosson 2020), so
that equal steps of a number look like equal steps of colour.
"""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray

STOPS = 21
Ramp = tuple[tuple[float, str], ...]
FONT = '"IBM Plex Sans", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'


@dataclass(frozen=True)
class Theme:
    """The tokens that charts use; the page's CSS has the rest."""

    name: str
    paper: str
    raised: str
    line: str
    line_2: str
    edge: str
    ink: str
    ink_2: str
    ink_3: str
    now: str
    neg: str
    zero: str
    pos: str
    neg_map: str
    pos_map: str
    bad: str
    bad_soft: str
    sunken: str
    seq_0: str
    seq_1: str


THEMES = {
    theme.name: theme
    for theme in (
        Theme("light", "#fdfdfc", "#ffffff", "#e4e6e5", "#c3c8c7", "#868d8c", "#15191b", "#474f54", "#636b70",
              "#006a61", "#5740a6", "#f2f2f0", "#9c4200", "#7f70c8", "#cf8a4f", "#b3261e", "#fbeae8", "#f3f4f3",
              "#eef2f1", "#005b53"),
        Theme("dark", "#101315", "#191d20", "#262c2f", "#3d4549", "#788186", "#e9eced", "#b4bcc0", "#929b9f",
              "#45cfbc", "#b7a3ff", "#1b2022", "#f7a75c", "#6c5fa8", "#a86a33", "#ff8f85", "#37191a", "#0a0c0d",
              "#171c1e", "#4cc4b2"),
    )
}  # fmt: skip

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
)

GRAPH_CONFIG: Any = {
    "displayModeBar": False,
    "doubleClick": False,
    "scrollZoom": False,
    "showTips": False,
    # Without these two, plotly's bar has a button that sends the data to an outside host.
    "showSendToCloud": False,
    "plotlyServerURL": "",
}
"""The settings of every Plotly graph of the page."""


def weight_ramp(theme: Theme) -> Ramp:
    """The colour scale of weights: violet below zero, the background's colour at zero, orange above."""
    return _diverging(theme.neg, theme.zero, theme.pos)


def map_ramp(theme: Theme) -> Ramp:
    """The softer scale of large areas."""
    return _diverging(theme.neg_map, theme.zero, theme.pos_map)


@functools.cache
def height_ramp(theme: Theme) -> Ramp:
    """The colour scale of a landscape, from low to high; low is close to the background."""
    shares = [k / (STOPS - 1) for k in range(STOPS)]
    return tuple((share, _mixed(theme.seq_0, theme.seq_1, share)) for share in shares)


def blank_layout(theme: Theme, margin: dict[str, int]) -> dict[str, Any]:
    """The layout that all charts share: transparent background, the page's font, no legend, no dragging."""
    return {
        "margin": margin,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": theme.ink_3},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": theme.raised,
            "bordercolor": theme.line_2,
            "font": {"family": FONT, "size": 12.5, "color": theme.ink},
        },
    }


@functools.cache
def _diverging(low: str, middle: str, high: str) -> Ramp:
    ends = [(low if t < 0 else high, abs(t)) for t in np.linspace(-1.0, 1.0, STOPS)]
    return tuple((k / (STOPS - 1), _mixed(middle, end, share)) for k, (end, share) in enumerate(ends))


def _mixed(start: str, end: str, share: float) -> str:
    a, b = _lab(start), _lab(end)
    return _hex(a + (b - a) * share)


def _lab(colour: str) -> FloatArray:
    rgb = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(_LMS_TO_LAB @ np.cbrt(_RGB_TO_LMS @ linear))


def _hex(lab: FloatArray) -> str:
    linear = np.maximum(0.0, np.linalg.solve(_RGB_TO_LMS, np.linalg.solve(_LMS_TO_LAB, lab) ** 3))
    rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, channel))):02x}" for channel in rgb)
