"""The response: what was asked, what the network answers, and the difference, over the whole input.

Two inputs give squares of colour on one scale; one input gives lines. Rows are outputs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.network import Network
from engine.numerics import Numbers
from webapp.figures.encode import typed
from webapp.figures.theme import Theme, blank_layout, map_ramp
from webapp.words import subscript

GRID = 45
LINE_POINTS = 121
LAST_SAMPLES = 60
COLUMNS = ("Target", "Output", "Error")
HIGHEST = 1e300
GAP = 0.03
MAP_MARGIN = {"l": 20, "r": 0, "t": 20, "b": 0}
LINE_MARGIN = {"l": 34, "r": 4, "t": 20, "b": 22}


@dataclass(frozen=True)
class Response:
    """Target and output at every grid point, shape (points, outputs); `axis` is the grid of each input."""

    axis: Numbers
    inputs: int
    target: Numbers
    output: Numbers

    @property
    def scale(self) -> float:
        """The target's greatest finite |value|, at least 1."""
        return max(1.0, float(np.max(np.abs(self.target), initial=0.0, where=np.isfinite(self.target))))


def response_of(network: Network, ideal: Any, reach: float, inputs: int) -> Response:
    """Samples a network of one or two inputs and its ideal on a grid from −reach to reach.

    An ideal that is not known everywhere is nan there, which is drawn as nothing.
    """
    axis = np.linspace(-reach, reach, GRID if inputs == 2 else LINE_POINTS)
    grid = np.stack([part.ravel() for part in np.meshgrid(*[axis] * inputs)], axis=1)
    output = network.respond(grid)
    target = np.ascontiguousarray(ideal(grid.T).T) if ideal.everywhere else np.full_like(output, np.nan)
    return Response(axis, inputs, target, output)


def response_figure(response: Response, seen: Numbers, theme: Theme) -> dict[str, Any]:
    """Rows of outputs by columns target, output, error; `seen` are the latest inputs, marked on the target."""
    if response.inputs == 1:
        return _lines(response, theme)
    return _squares(response, seen[-LAST_SAMPLES:], theme)


def _squares(response: Response, seen: Numbers, theme: Theme) -> dict[str, Any]:
    traces: list[dict[str, Any]] = []
    layout = blank_layout(theme, MAP_MARGIN) | {"uirevision": "maps", "annotations": _headings(theme)}
    outputs = response.target.shape[1]
    for row in range(outputs):
        layout["annotations"].append(_row_name(row, outputs, theme))
        wanted, given = response.target[:, row], response.output[:, row]
        for column, values in enumerate((wanted, given, given - wanted)):
            axis = len(COLUMNS) * row + column + 1
            traces.append(_square(values, axis, column, response, theme))
            layout |= _square_axes(axis, row, column, outputs, response)
            if column == 0:
                traces.append(_points(seen, axis, theme))
            traces += _ring(seen[-1], axis, theme)
    return {"data": traces, "layout": layout}


def _square(values: Numbers, axis: int, column: int, response: Response, theme: Theme) -> dict[str, Any]:
    suffix = _suffix(axis)
    return {
        "type": "heatmap",
        "x": typed(response.axis),
        "y": typed(response.axis),
        "z": typed(values.reshape(GRID, GRID)),
        "zmin": -response.scale,
        "zmax": response.scale,
        "colorscale": map_ramp(theme),
        "showscale": False,
        "zsmooth": "best" if column else False,
        "xaxis": "x" + suffix,
        "yaxis": "y" + suffix,
        "hovertemplate": "%{z:.2f} at (%{x:.2f}, %{y:.2f})<extra></extra>",
    }


def _square_axes(axis: int, row: int, column: int, outputs: int, response: Response) -> dict[str, Any]:
    suffix, shared = _suffix(axis), {"visible": False, "fixedrange": True}
    reach = [float(response.axis[0]), float(response.axis[-1])]
    return {
        "xaxis" + suffix: shared | {"domain": _column_domain(column), "range": reach, "anchor": "y" + suffix},
        "yaxis" + suffix: shared | {"domain": _row_domain(row, outputs), "range": reach, "anchor": "x" + suffix},
    }


def _points(seen: Numbers, axis: int, theme: Theme) -> dict[str, Any]:
    marker = {"size": 3.5, "color": theme.paper, "line": {"width": 0.75, "color": theme.ink}}
    return _marks(seen, axis, marker)


def _ring(point: Numbers, axis: int, theme: Theme) -> list[dict[str, Any]]:
    """The last sample, ink on paper so that it is seen on every colour."""
    rings = ((3.5, theme.paper), (1.75, theme.ink))
    return [
        _marks(
            point[None],
            axis,
            {"size": 9, "color": "rgba(0,0,0,0)", "line": {"width": width, "color": colour}},
        )
        for width, colour in rings
    ]


def _marks(points: Numbers, axis: int, marker: dict[str, Any]) -> dict[str, Any]:
    suffix = _suffix(axis)
    return {"type": "scatter", "mode": "markers", "x": typed(points[:, 0]), "y": typed(points[:, 1]), "marker": marker,
            "xaxis": "x" + suffix, "yaxis": "y" + suffix, "hoverinfo": "skip"}  # fmt: skip


def _lines(response: Response, theme: Theme) -> dict[str, Any]:
    layout = blank_layout(theme, LINE_MARGIN) | {"uirevision": "lines"}
    finite = np.abs(response.output[np.isfinite(response.output)])
    highest = 1.25 * max(response.scale, min(HIGHEST, float(np.max(finite, initial=0.0))))
    layout["xaxis"] = {"range": [float(response.axis[0]), float(response.axis[-1])], "fixedrange": True, "nticks": 5,
                       "zeroline": False, "showgrid": False, "linecolor": theme.edge}  # fmt: skip
    layout["yaxis"] = {"range": [-highest, highest], "fixedrange": True, "nticks": 5, "zeroline": False,
                       "gridcolor": theme.line}  # fmt: skip
    layout["annotations"] = [_heading("Target dotted, output solid", 0.0, theme)]
    return {"data": _output_lines(response, theme), "layout": layout}


def _output_lines(response: Response, theme: Theme) -> list[dict[str, Any]]:
    styles = (
        (response.target, theme.ink_3, "2px,3px", "target"),
        (response.output, theme.now, "solid", "output"),
    )
    return [
        {"type": "scatter", "mode": "lines", "x": typed(response.axis), "y": typed(values[:, row]),
         "line": {"width": 2, "color": colour, "dash": dash},
         "hovertemplate": f"{name} %{{y:.3g}} at %{{x:.2f}}<extra></extra>"}
        for row in range(response.target.shape[1])
        for values, colour, dash, name in styles
    ]  # fmt: skip


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
