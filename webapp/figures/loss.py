"""The loss curve: a dot for each sample, the low-pass line through them, and a mark where the run diverged.

A log axis has no place for 0: losses of exactly 0 are a row of dots under its lower end, named "0". Positive
losses below the axis are triangles at its lower end. Both are counted in words. The browser draws the traces named
`DOTS`, `LOWER` and `ZEROS` itself, on a canvas under the lines: as Plotly's markers they would cost ten times as much.
It also draws earlier runs, level bars, the words that count, and the labels at the right end over the figure.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import DIVERGED_PAST, divergence_limit
from engine.base.numerics import FloatArray
from engine.base.smoothing import low_pass
from engine.training.held_out import HeldOut
from webapp.base.theme import Theme, blank_layout
from webapp.figures.encode import thinned, typed

MARGIN = {"l": 52, "r": 128, "t": 8, "b": 28}
MOST_DECADES_BELOW = 33
"""A loss is a square, so its rounding begins 32 decades below the greatest; more would squeeze what is above."""
HIGHEST, LOWEST = 307.0, -307.0
"""The largest top and the lowest end of the axis, as powers of ten: floats of full precision."""
FLOAT32_POWERS = (-37.0, 38.0)
"""The axis within which a float32 has every loss that is drawn, as powers of ten."""
NO_LOSS_AT_ALL = (0.01, 1.0)
"""The axis of a run whose losses are all 0."""
ZERO_ROW = 0.06
"""The share of the plot's height, at its lower end, that a row of zeros takes."""
LINE_AT_THE_END = 0.005
"""The height above the lower end, as a share of the axis, of a line that lies below it, so that its width is drawn."""
FAINT, CLEAR = 0.5, 0.8
DOT, SMALL_DOT, MANY_DOTS = 3.4, 2.4, 1_000
LONE_DOT = 8.0
"""The only dot of a run lies on the axis and under the level bar, and has to be seen all the same."""
DOTS, LOWER, ZEROS, ZERO_TICK, HELD_OUT = "dots", "lower", "zeros", "zero tick", "held-out"
LINE = "run"
"""Plotly's id of the run's own line, and part of the class of its elements."""
LARGEST_UINT16 = 2**16 - 1
MARKS = 120
"""The most triangles, and the most zeros, in a row: one for each column of the plot."""

Range = tuple[float, float]
Part = dict[str, Any]
"""A trace or an annotation, as Plotly reads it."""


class Ends(NamedTuple):
    """The lower end of the axis, and where a line below it and a loss of 0 are drawn, as powers of ten."""

    low: float
    below: float
    zero: float

    @property
    def has_zeros(self) -> bool:
        """Whether zeros have a row of their own."""
        return self.zero < self.below


@dataclass(frozen=True)
class Curve:
    """The losses of a run, those before its divergence, which are drawn, and the low-pass line of these."""

    losses: FloatArray
    before_divergence: FloatArray
    smooth_steps: FloatArray
    smooth: FloatArray
    diverged_at: int | None
    held_out: HeldOut | None = None
    """The losses of held-out samples, where they are drawn."""
    one: str = "step"
    """The unit that is counted along the run: step or sample."""

    @property
    def limit(self) -> float | None:
        """The loss past which the run has diverged, as far as an axis goes; None where its first loss is not finite."""
        limit = float(divergence_limit(self.losses[0]))
        return min(limit, 10.0**HIGHEST) if limit else None

    def first_at_most(self, loss: float) -> int | None:
        """The first step or sample at which the low-pass line is at most this loss; None where it never is."""
        low = self.smooth <= loss
        return int(self.smooth_steps[np.argmax(low)]) if low.any() else None


def curve_of(losses: FloatArray, diverged_at: int | None, held_out: HeldOut | None = None, one: str = "step") -> Curve:
    """The curve of these losses, with those of held-out samples where they are drawn; `one` is the unit counted."""
    before_divergence = losses if diverged_at is None else losses[:diverged_at]
    with np.errstate(all="ignore"):
        steps, smooth = low_pass(before_divergence)
    return Curve(losses, before_divergence, steps, smooth, diverged_at, held_out, one)


def loss_range(curve: Curve, compared_loss: float | None = None) -> Range:
    """log₁₀ limits in thirds of a decade: from a third of the lowest low-pass value to 1.5 × the greatest loss.

    They reach down to the final loss of the run that this one is compared with, if there is one, and to the first loss
    of a run that diverged, whose low-pass line lies far above it; but no further below the greatest loss than
    `MOST_DECADES_BELOW`.
    """
    levels = np.append(curve.smooth, compared_loss or 0.0)
    if curve.held_out is not None:
        levels = np.append(levels, curve.held_out.losses[np.isfinite(curve.held_out.losses)])
    if curve.diverged_at:
        levels = np.append(levels, curve.losses[0])
    positive = levels[levels > 0]
    top = float(np.max(curve.before_divergence, initial=0.0))
    if curve.held_out is not None and curve.diverged_at is None:
        top = float(np.max(levels, initial=top))
    if curve.diverged_at is not None:
        top = max(top, curve.limit or DIVERGED_PAST)
    elif top == 0.0:
        least, top = NO_LOSS_AT_ALL
        positive = np.append(positive, least)
    bottom = float(np.min(positive, initial=top)) / 3.0
    high = max(LOWEST + 1.0, min(HIGHEST, math.log10(top) + math.log10(1.5)))
    low = max(math.log10(max(bottom, 5e-324)), high - MOST_DECADES_BELOW, LOWEST)
    nearest = round(high * 3) / 3
    return math.floor(low * 3) / 3, nearest if nearest > math.log10(top) else min(HIGHEST, math.ceil(high * 3) / 3)


def loss_figure(curve: Curve, filter_name: str, limits: Range, theme: Theme) -> dict[str, Any]:
    """The current run, raw, low pass or both, over a log axis with these limits."""
    samples = len(curve.losses)
    ends = ends_of(curve, limits)
    layout = blank_layout(theme, MARGIN) | {
        "uirevision": "curve",
        "xaxis": _step_axis(samples, theme),
        "yaxis": _log_axis(limits, ends, theme),
        "shapes": [],
        "annotations": [_zero_tick(ends, theme)] if ends.has_zeros else [],
    }
    traces = [_line(curve, limits, ends, theme) | {"visible": filter_name != "raw"}]
    if curve.held_out is not None:
        traces.insert(0, _held_out_line(curve, curve.held_out, limits, ends, theme))
    if filter_name != "low pass" or len(curve.before_divergence) == 1:
        traces.insert(0, _dots(curve, limits, theme, FAINT if filter_name == "both" else CLEAR))
    for marks, words in _off_the_axis(curve, filter_name, limits, theme):
        traces.append(marks)
        layout["annotations"].append(words)
    if curve.diverged_at is not None:
        level = min(curve.limit or DIVERGED_PAST, 10.0 ** limits[1])
        traces.append(_cross(curve, curve.diverged_at, level, theme))
        layout["shapes"] += [_diverged_area(curve.diverged_at, samples, theme), *_limit_lines(curve.limit, theme)]
        layout["annotations"] += _diverged_words(curve, curve.diverged_at, level, theme)
    return {"data": traces, "layout": layout}


def ends_of(curve: Curve, limits: Range) -> Ends:
    """The lower end of this axis, and the places of lines below it and of zeros; zeros have a row of their own."""
    low, high = limits
    below = low + LINE_AT_THE_END * (high - low)
    if np.all(curve.before_divergence):
        return Ends(low, below, below)
    row = (high - low) * ZERO_ROW / (1.0 - ZERO_ROW)
    return Ends(low - row, below, low - row / 2.0)


def _off_the_axis(curve: Curve, filter_name: str, limits: Range, theme: Theme) -> Iterator[tuple[Part, Part]]:
    """The marks of losses that have no place on the axis, with the words that count them: zeros, then those below.

    The low-pass view draws no losses, so it marks those below the axis only if its line goes there.
    """
    losses, floor, samples = curve.before_divergence, 10.0 ** limits[0], len(curve.losses)
    zeros = np.flatnonzero(losses == 0.0)
    if zeros.size:
        marker = {"size": _dot_size(losses.size), "color": theme.now, "opacity": CLEAR}
        row = _marks(ZEROS, zeros, samples, 0.0, "f4", marker)
        yield row, _count(ZEROS, _zeros_in_words(zeros.size, samples), samples, limits, theme)
    lower = np.flatnonzero((losses > 0.0) & (losses <= floor))
    if lower.size and (filter_name != "low pass" or np.any(curve.smooth <= floor)):
        level = floor * 10 ** (0.012 * (limits[1] - limits[0]))
        triangle = {"size": 4, "color": theme.now, "opacity": 0.45, "symbol": "triangle-down"}
        yield (
            _marks(LOWER, lower, samples, level, float_type(limits), triangle),
            _count(LOWER, f"{lower.size:,} below the axis", samples, limits, theme),
        )


def _zeros_in_words(count: int, samples: int) -> str:
    if count == samples:
        return "every loss is 0"
    return f"{count:,} losses are 0" if count > 1 else "1 loss is 0"


def _dots(curve: Curve, limits: Range, theme: Theme, opacity: float) -> Part:
    steps = thinned(curve.before_divergence)
    values = curve.before_divergence[steps]
    inside = (values > 10.0 ** limits[0]) & (values <= 10.0 ** limits[1])
    return along(steps[inside], whole_type(steps)) | {
        "y": typed(values[inside], float_type(limits)),
        "type": "scatter",
        "mode": "markers",
        "name": DOTS,
        "marker": {
            "size": _dot_size(len(curve.before_divergence), int(np.count_nonzero(inside))),
            "color": theme.now,
            "opacity": opacity,
        },
        "hovertemplate": f"{curve.one} %{{x}}<br>loss %{{y:.3g}}<extra></extra>",
    }


def _dot_size(losses: int, drawn: int = 0) -> float:
    if losses == 1:
        return LONE_DOT
    return DOT if drawn <= MANY_DOTS else SMALL_DOT


def _marks(name: str, steps: NDArray[np.int64], samples: int, level: float, dtype: str, marker: dict[str, Any]) -> Part:
    """One mark at this loss for each column of the plot that has any of the steps; of a short run, one for each."""
    width = max(1.0, samples / MARKS)
    columns = np.unique(np.floor(steps / width))
    return {
        "x": typed(columns * width + (width - 1.0) / 2.0),
        "y": typed(np.full(len(columns), level), dtype),
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "marker": marker,
        "hoverinfo": "skip",
    }


def _line(curve: Curve, limits: Range, ends: Ends, theme: Theme) -> Part:
    """The low-pass line; where it leaves the axis at the lower end, it goes along it."""
    indices = thinned(curve.smooth)
    smooth = curve.smooth[indices]
    drawn = np.where(smooth > 0.0, np.maximum(smooth, 10.0**ends.below), 10.0**ends.zero)
    return along(curve.smooth_steps[indices]) | {
        "y": typed(drawn, float_type(limits)),
        "type": "scatter",
        "uid": LINE,
        "mode": "lines",
        "line": {"width": 2.5, "color": theme.now},
        "hoverinfo": "skip",
    }


def _held_out_line(curve: Curve, held_out: HeldOut, limits: Range, ends: Ends, theme: Theme) -> Part:
    """The losses of held-out samples before a divergence, dashed."""
    drawn = (held_out.steps <= len(curve.before_divergence)) & np.isfinite(held_out.losses)
    losses = held_out.losses[drawn]
    return {
        "x": typed(held_out.steps[drawn], whole_type(held_out.steps)),
        "y": typed(np.where(losses > 0.0, np.maximum(losses, 10.0**ends.below), 10.0**ends.zero), float_type(limits)),
        "type": "scatter",
        "mode": "lines",
        "name": HELD_OUT,
        "line": {"width": 1.5, "color": theme.now, "dash": "5px,4px"},
        "hovertemplate": f"after {curve.one} %{{x}}<br>held-out loss %{{y:.3g}}<extra></extra>",
    }


def along(steps: NDArray[Any], dtype: str = "f4") -> Part:
    """The steps of a trace; nothing where they are 0, 1, 2, …, which Plotly takes for granted."""
    return {} if np.array_equal(steps, np.arange(len(steps))) else {"x": typed(steps, dtype)}


def whole_type(steps: NDArray[Any]) -> str:
    """The shortest dtype that has these steps, which ascend."""
    return "u2" if len(steps) == 0 or steps[-1] <= LARGEST_UINT16 else "i4"


def float_type(limits: Range) -> str:
    """The dtype that has every loss on this axis: four bytes a number, or eight on an axis beyond float32."""
    least, greatest = FLOAT32_POWERS
    return "f4" if least <= limits[0] and limits[1] <= greatest else "f8"


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


def _log_axis(limits: Range, ends: Ends, theme: Theme) -> dict[str, Any]:
    decades = range(math.ceil(limits[0]), math.floor(limits[1]) + 1)
    stride = max(1, math.ceil(len(decades) / 6))
    ticks = {float(power): _decade(power) for power in decades if power % stride == 0}
    if ends.has_zeros:
        apart = ZERO_ROW * (limits[1] - ends.low)
        ticks = {power: name for power, name in ticks.items() if power - ends.zero > apart}
    return {
        "type": "log",
        "range": [ends.low, limits[1]],
        "tickvals": [10.0**power for power in ticks],
        "ticktext": list(ticks.values()),
        "gridcolor": theme.line,
        "zeroline": False,
        "fixedrange": True,
        "ticklabelstandoff": 6,
    }


def _zero_tick(ends: Ends, theme: Theme) -> Part:
    """The name of the row of zeros. As a tick of the axis it would have a grid line, over the zeros."""
    like_a_tick = {"name": ZERO_TICK, "xref": "paper", "xshift": -5, "font": {"size": 12, "color": theme.ink_3}}
    return _text("0", 0, ends.zero, theme.ink_3, "right", "middle") | like_a_tick


def nice_ticks(samples: int) -> list[int]:
    """At most seven round steps from 0 to the last."""
    scale = 10 ** max(0, math.floor(math.log10(max(1, samples))) - 1)
    stride = next(k * scale for k in (1, 2, 5, 10, 20, 50) if samples / (k * scale) <= 6)
    return list(range(0, samples + 1, stride))


def _decade(power: int) -> str:
    return f"{10.0**power:,g}" if -2 <= power <= 3 else f"10<sup>{power}</sup>".replace("-", "−")


def _count(name: str, text: str, samples: int, limits: Range, theme: Theme) -> dict[str, Any]:
    return _text(text, samples, limits[0], theme.ink_3, "left", "bottom") | {"name": name}


def _cross(curve: Curve, step: int, level: float, theme: Theme) -> dict[str, Any]:
    marker = {"symbol": "x-thin", "size": 9, "line": {"color": theme.bad, "width": 2.5}}
    return {"x": [step], "y": [level], "type": "scatter", "mode": "markers",
            "marker": marker, "hovertemplate": f"diverged at {curve.one} %{{x}}<extra></extra>"}  # fmt: skip


def _diverged_area(step: int, samples: int, theme: Theme) -> Part:
    return {"type": "rect", "xref": "x", "yref": "paper", "x0": step, "x1": samples, "y0": 0, "y1": 1, "layer": "below",
            "fillcolor": theme.bad_soft, "line": {"width": 0}}  # fmt: skip


def _limit_lines(limit: float | None, theme: Theme) -> list[Part]:
    """The dotted line past which a run has diverged; none where its first loss is no finite number."""
    if limit is None:
        return []
    return [{"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": limit, "y1": limit,
             "line": {"color": theme.bad, "width": 1.25, "dash": "2px,3px"}}]  # fmt: skip


def _diverged_words(curve: Curve, step: int, level: float, theme: Theme) -> list[dict[str, Any]]:
    samples = len(curve.losses)
    side = "left" if step < samples * 0.6 else "right"
    shift = 8 if side == "left" else -8
    top = math.log10(level)
    label = _text(f"diverged at {curve.one} {step:,}", step, top, theme.bad, side, "top") | {
        "xshift": shift,
        "yshift": -6,
    }
    later = samples - step - 1
    if later <= 0:
        return [label]
    rest = f"{later:,} later {curve.one}{'' if later == 1 else 's'} not drawn"
    return [label, _text(rest, step, top, theme.ink_3, side, "top") | {"xshift": shift, "yshift": -24}]


def _text(text: str, x: float, y: float, colour: str, xanchor: str, yanchor: str) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "xref": "x", "yref": "y", "showarrow": False, "xanchor": xanchor,
            "yanchor": yanchor, "font": {"size": 11.5, "color": colour}}  # fmt: skip
