"""Response maps: the target, the output of the network, and their difference, over the input space.

Two inputs give squares of colour on one scale; one input gives lines. Rows are outputs. A figure contains its target,
and stays while knobs are turned; each run sends the outputs alone, and the browser computes the error from both.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from webapp.base.format import subscript
from webapp.base.theme import Theme, blank_layout, map_ramp
from webapp.figures.encode import typed

GRID = 45
LINE_POINTS = 121
LAST_SAMPLES = 60
COLUMNS = ("Target", "Output", "Error")
HIGHEST = 1e300
HEADROOM = 1.25
GAP = 0.03
MAP_MARGIN = {"l": 20, "r": 0, "t": 20, "b": 0}
LINE_MARGIN = {"l": 34, "r": 4, "t": 20, "b": 22}


@dataclass(frozen=True)
class Window:
    """The part of the input space that is drawn: all of one or two inputs, or a plane of two among more.

    From −reach to reach along the axes; the other inputs have the values in `fixed`.
    """

    reach: float
    inputs: int
    axes: tuple[int, int] = (0, 1)
    fixed: tuple[float, ...] = ()

    @property
    def axis(self) -> FloatArray:
        """The grid of each axis."""
        return np.linspace(-self.reach, self.reach, LINE_POINTS if self.inputs == 1 else GRID)

    @property
    def grid(self) -> FloatArray:
        """Every point that is drawn, shape (points, inputs)."""
        if self.inputs == 1:
            return self.axis[:, None]
        across, up = np.meshgrid(self.axis, self.axis)
        points = np.tile(self.fixed or np.zeros(self.inputs), (across.size, 1))
        points[:, self.axes[0]], points[:, self.axes[1]] = across.ravel(), up.ravel()
        return points


@dataclass(frozen=True)
class TargetMap:
    """The target at every point of a window, shape (points, outputs): nan where it is not known; and its scale."""

    window: Window
    target: FloatArray
    scale: float
    """The greatest finite |value| of the colour scale, at least 1."""


def target_map(function: Any, window: Window) -> TargetMap:
    """A target function on a window; its greatest value is the scale."""
    target = np.ascontiguousarray(function(window.grid.T).T)
    return TargetMap(window, target, scale_of(target))


def unknown_target(window: Window, outputs: int, scale: float) -> TargetMap:
    """A map for a target that is known at the samples only, or is sent with each run."""
    return TargetMap(window, np.full((len(window.grid), outputs), np.nan), scale)


def scale_of(values: FloatArray) -> float:
    """The greatest finite |value|, at least 1."""
    return max(1.0, float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0)))


def response_figure(targets: TargetMap, theme: Theme) -> dict[str, Any]:
    """Rows of outputs by columns target, output and error; the target is drawn, the others are still empty."""
    return _lines(targets, theme) if targets.window.inputs == 1 else _squares(targets, theme)


def response_numbers(targets: TargetMap, output: FloatArray) -> dict[str, Any]:
    """The data of a run for that figure: a row of grid points for each output, and the height of the line charts."""
    highest = max(targets.scale, min(HIGHEST, scale_of(output)))
    return {"output": typed(output.T.ravel()), "highest": HEADROOM * highest}


def marks(window: Window, X: FloatArray) -> list[list[float]]:
    """The latest inputs as marks, the last one at the end, in shares of −reach … reach; lines have none."""
    if window.inputs == 1:
        return []
    shares: list[list[float]] = np.round((X[:, window.axes] / window.reach + 1.0) / 2.0, 4).tolist()
    return shares


def _squares(targets: TargetMap, theme: Theme) -> dict[str, Any]:
    traces: list[dict[str, Any]] = []
    layout = blank_layout(theme, MAP_MARGIN) | {"uirevision": "maps", "annotations": _headings(theme)}
    outputs = targets.target.shape[1]
    for row in range(outputs):
        layout["annotations"].append(_row_name(row, outputs, theme))
        for column in range(len(COLUMNS)):
            axis = len(COLUMNS) * row + column + 1
            traces.append(_square(targets, axis, column, theme))
            layout |= _square_axes(axis, row, column, outputs, targets)
        traces[-len(COLUMNS)]["z"] = typed(targets.target[:, row].reshape(GRID, GRID))
    return {"data": traces, "layout": layout}


def _square(targets: TargetMap, axis: int, column: int, theme: Theme) -> dict[str, Any]:
    suffix = _suffix(axis)
    return {
        "type": "heatmap",
        "x": typed(targets.window.axis),
        "y": typed(targets.window.axis),
        "zmin": -targets.scale,
        "zmax": targets.scale,
        "colorscale": map_ramp(theme),
        "showscale": False,
        "zsmooth": "best" if column else False,
        "xaxis": "x" + suffix,
        "yaxis": "y" + suffix,
        "hovertemplate": "%{z:.2f} at (%{x:.2f}, %{y:.2f})<extra></extra>",
    }


def _square_axes(axis: int, row: int, column: int, outputs: int, targets: TargetMap) -> dict[str, Any]:
    suffix, shared = _suffix(axis), {"visible": False, "fixedrange": True}
    reach = [-targets.window.reach, targets.window.reach]
    return {
        "xaxis" + suffix: shared | {"domain": _column_domain(column), "range": reach, "anchor": "y" + suffix},
        "yaxis" + suffix: shared | {"domain": _row_domain(row, outputs), "range": reach, "anchor": "x" + suffix},
    }


def _lines(targets: TargetMap, theme: Theme) -> dict[str, Any]:
    layout = blank_layout(theme, LINE_MARGIN) | {"uirevision": "lines"}
    highest = HEADROOM * targets.scale
    layout["xaxis"] = {"range": [-targets.window.reach, targets.window.reach], "fixedrange": True, "nticks": 5,
                       "zeroline": False, "showgrid": False, "linecolor": theme.edge}  # fmt: skip
    layout["yaxis"] = {"range": [-highest, highest], "fixedrange": True, "nticks": 5, "zeroline": False,
                       "gridcolor": theme.line}  # fmt: skip
    layout["annotations"] = [_heading("Target dotted, output solid", 0.0, theme)]
    traces = []
    for row in range(targets.target.shape[1]):
        target = _curve(targets, "target", theme.ink_3, "2px,3px") | {"y": typed(targets.target[:, row])}
        traces += [target, _curve(targets, "output", theme.now, "solid")]
    return {"data": traces, "layout": layout}


def _curve(targets: TargetMap, name: str, colour: str, dash: str) -> dict[str, Any]:
    return {"type": "scatter", "mode": "lines", "x": typed(targets.window.axis),
            "line": {"width": 2, "color": colour, "dash": dash},
            "hovertemplate": f"{name} %{{y:.3g}} at %{{x:.2f}}<extra></extra>"}  # fmt: skip


def _headings(theme: Theme) -> list[dict[str, Any]]:
    return [_heading(title, _column_domain(k)[0], theme) for k, title in enumerate(COLUMNS)]


def _heading(text: str, x: float, theme: Theme) -> dict[str, Any]:
    return {"text": text, "x": x, "y": 1, "xref": "paper", "yref": "paper", "showarrow": False, "xanchor": "left",
            "yanchor": "bottom", "xshift": -1, "font": {"size": 12.5, "color": theme.ink_2}}  # fmt: skip


def _row_name(row: int, outputs: int, theme: Theme) -> dict[str, Any]:
    low, high = _row_domain(row, outputs)
    return {"text": subscript("y", row), "x": 0, "y": (low + high) / 2, "xref": "paper", "yref": "paper",
            "showarrow": False, "xanchor": "right", "xshift": -5,
            "font": {"size": 12.5, "color": theme.ink_2}}  # fmt: skip


def _column_domain(column: int) -> list[float]:
    width = (1.0 - GAP * (len(COLUMNS) - 1)) / len(COLUMNS)
    return [column * (width + GAP), column * (width + GAP) + width]


def _row_domain(row: int, outputs: int) -> list[float]:
    gap = 0.04
    height = (1.0 - gap * (outputs - 1)) / outputs
    top = 1.0 - row * (height + gap)
    return [max(0.0, top - height), min(1.0, top)]


def _suffix(axis: int) -> str:
    return "" if axis == 1 else str(axis)
