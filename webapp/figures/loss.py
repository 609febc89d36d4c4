"""The loss curve: a dot for each sample, the low-pass line through them, and a mark where the run diverged.

Losses below the axis are drawn on it as triangles, and counted. The browser draws the traces named `DOTS` and `LOWER`
itself, on a canvas under the lines: as Plotly's markers they would cost ten times as much. It also draws earlier runs,
level bars and the labels at the right end over the figure.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import DIVERGED_PAST
from engine.base.numerics import FloatArray
from engine.base.smoothing import low_pass
from webapp.base.theme import Theme, blank_layout
from webapp.figures.encode import thinned, typed

MARGIN = {"l": 52, "r": 128, "t": 8, "b": 28}
MOST_DECADES_BELOW = 12
"""A run that learns to the last bit would squeeze everything above it flat; this much of its fall is drawn."""
HIGHEST = 307.0
"""The largest top of the axis, as a power of ten, that a float can represent."""
FAINT, CLEAR = 0.5, 0.8
DOT, SMALL_DOT, MANY_DOTS = 3.4, 2.4, 1_000
DOTS, LOWER = "dots", "lower"
TRIANGLES = 120
"""The most triangles on the axis, one for each column of the plot."""

Range = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """The losses of a run, those before its divergence, which are drawn, and the low-pass line of these."""

    losses: FloatArray
    before_divergence: FloatArray
    smooth_steps: FloatArray
    smooth: FloatArray
    diverged_at: int | None


def curve_of(losses: FloatArray, diverged_at: int | None) -> Curve:
    """The curve of these losses."""
    before_divergence = losses if diverged_at is None else losses[:diverged_at]
    with np.errstate(all="ignore"):
        steps, smooth = low_pass(before_divergence)
    return Curve(losses, before_divergence, steps, smooth, diverged_at)


def loss_range(curve: Curve, compared_loss: float | None = None) -> Range:
    """log₁₀ limits in thirds of a decade: from a third of the lowest low-pass value to 1.5 × the greatest loss.

    They include the final loss of the run that this one is compared with, if there is one.
    """
    levels = np.append(curve.smooth, compared_loss or 0.0)
    positive = levels[levels > 0]
    top = float(np.max(curve.before_divergence, initial=0.0)) or 1.0
    if curve.diverged_at is not None:
        top = max(top, DIVERGED_PAST)
    bottom = float(np.min(positive, initial=top)) / 3.0
    high = min(HIGHEST, math.log10(top) + math.log10(1.5))
    low = max(math.log10(max(bottom, 5e-324)), high - MOST_DECADES_BELOW)
    nearest = round(high * 3) / 3
    return math.floor(low * 3) / 3, nearest if nearest > math.log10(top) else min(HIGHEST, math.ceil(high * 3) / 3)


def loss_figure(curve: Curve, filter_name: str, limits: Range, theme: Theme) -> dict[str, Any]:
    """The current run, raw, low pass or both, over a log axis with these limits."""
    samples = len(curve.losses)
    layout = blank_layout(theme, MARGIN) | {
        "uirevision": "curve",
        "xaxis": _step_axis(samples, theme),
        "yaxis": _log_axis(limits, theme),
        "shapes": [],
        "annotations": [],
    }
    traces = [_line(curve, limits, theme) | {"visible": filter_name != "raw"}]
    if filter_name != "low pass":
        traces.insert(0, _dots(curve, limits, theme, FAINT if filter_name == "both" else CLEAR))
        lower = np.flatnonzero(curve.before_divergence <= 10.0 ** limits[0])
        if lower.size:
            traces.append(_triangles(lower, samples, limits, theme))
            layout["annotations"].append(_count_below(lower.size, samples, limits, theme))
    if curve.diverged_at is not None:
        traces.append(_cross(curve.diverged_at, limits, theme))
        layout["shapes"] += _diverged_area(curve.diverged_at, samples, theme)
        layout["annotations"] += _diverged_words(curve.diverged_at, samples, limits, theme)
    return {"data": traces, "layout": layout}


def _dots(curve: Curve, limits: Range, theme: Theme, opacity: float) -> dict[str, Any]:
    steps = thinned(curve.before_divergence)
    values = curve.before_divergence[steps]
    inside = (values > 10.0 ** limits[0]) & (values <= 10.0 ** limits[1])
    return {
        "x": typed(steps[inside], "i4"),
        "y": typed(values[inside]),
        "type": "scatter",
        "mode": "markers",
        "name": DOTS,
        "marker": {
            "size": DOT if np.count_nonzero(inside) <= MANY_DOTS else SMALL_DOT,
            "color": theme.now,
            "opacity": opacity,
        },
        "hovertemplate": "step %{x}<br>loss %{y:.3g}<extra></extra>",
    }


def _triangles(lower: NDArray[np.int64], samples: int, limits: Range, theme: Theme) -> dict[str, Any]:
    floor = 10.0 ** limits[0]
    columns = np.flatnonzero(np.bincount(lower * TRIANGLES // samples))
    return {
        "x": typed((columns + 0.5) * samples / TRIANGLES),
        "y": typed(np.full(len(columns), floor * 10 ** (0.012 * (limits[1] - limits[0])))),
        "type": "scatter",
        "mode": "markers",
        "name": LOWER,
        "marker": {"size": 4, "color": theme.now, "opacity": 0.45, "symbol": "triangle-down"},
        "hoverinfo": "skip",
    }


def _line(curve: Curve, limits: Range, theme: Theme) -> dict[str, Any]:
    indices = thinned(curve.smooth)
    return {
        "x": typed(curve.smooth_steps[indices]),
        "y": typed(np.maximum(curve.smooth[indices], 10.0 ** (limits[0] - 1))),
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 2.5, "color": theme.now},
        "hoverinfo": "skip",
    }


def _step_axis(samples: int, theme: Theme) -> dict[str, Any]:
    return {
        "range": [0, max(1, samples)],
        "tickvals": nice_ticks(samples),
        "tickformat": ",d",
        "showgrid": False,
        "zeroline": False,
        "linecolor": theme.edge,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": theme.edge,
        "fixedrange": True,
    }


def _log_axis(limits: Range, theme: Theme) -> dict[str, Any]:
    decades = range(math.ceil(limits[0]), math.floor(limits[1]) + 1)
    stride = max(1, math.ceil(len(decades) / 6))
    powers = [power for power in decades if power % stride == 0]
    return {
        "type": "log",
        "range": list(limits),
        "tickvals": [10.0**power for power in powers],
        "ticktext": [_decade(power) for power in powers],
        "gridcolor": theme.line,
        "zeroline": False,
        "fixedrange": True,
        "ticklabelstandoff": 6,
    }


def nice_ticks(samples: int) -> list[int]:
    """At most seven round steps from 0 to the last."""
    scale = 10 ** max(0, math.floor(math.log10(max(1, samples))) - 1)
    stride = next(k * scale for k in (1, 2, 5, 10, 20, 50) if samples / (k * scale) <= 6)
    return list(range(0, samples + 1, stride))


def _decade(power: int) -> str:
    return f"{10.0**power:g}" if -2 <= power <= 3 else f"10<sup>{power}</sup>".replace("-", "−")


def _count_below(count: int, samples: int, limits: Range, theme: Theme) -> dict[str, Any]:
    return _text(f"▾ {count:,} lower", samples, limits[0], theme.ink_3, "left", "bottom") | {
        "name": LOWER,
        "xshift": 8,
        "yshift": -4,
    }


def _cross(step: int, limits: Range, theme: Theme) -> dict[str, Any]:
    marker = {"symbol": "x-thin", "size": 9, "line": {"color": theme.bad, "width": 2.5}}
    return {"x": [step], "y": [min(DIVERGED_PAST, 10.0 ** limits[1])], "type": "scatter", "mode": "markers",
            "marker": marker, "hovertemplate": "diverged at step %{x}<extra></extra>"}  # fmt: skip


def _diverged_area(step: int, samples: int, theme: Theme) -> list[dict[str, Any]]:
    tint = {"type": "rect", "xref": "x", "yref": "paper", "x0": step, "x1": samples, "y0": 0, "y1": 1, "layer": "below",
            "fillcolor": theme.bad_soft, "line": {"width": 0}}  # fmt: skip
    ceiling = {"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": DIVERGED_PAST, "y1": DIVERGED_PAST,
               "line": {"color": theme.bad, "width": 1.25, "dash": "2px,3px"}}  # fmt: skip
    return [tint, ceiling]


def _diverged_words(step: int, samples: int, limits: Range, theme: Theme) -> list[dict[str, Any]]:
    side = "left" if step < samples * 0.6 else "right"
    shift = 8 if side == "left" else -8
    top = min(math.log10(DIVERGED_PAST), limits[1])
    label = _text(f"diverged at step {step:,}", step, top, theme.bad, side, "top") | {
        "xshift": shift,
        "yshift": -6,
    }
    later = samples - step - 1
    if later <= 0:
        return [label]
    rest = f"{later:,} later step{'' if later == 1 else 's'} not drawn"
    return [label, _text(rest, step, top, theme.ink_3, side, "top") | {"xshift": shift, "yshift": -24}]


def _text(text: str, x: float, y: float, colour: str, xanchor: str, yanchor: str) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "xref": "x", "yref": "y", "showarrow": False, "xanchor": xanchor,
            "yanchor": yanchor, "font": {"size": 11.5, "color": colour}}  # fmt: skip
