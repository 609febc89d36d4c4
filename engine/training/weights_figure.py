"""The figure of `plot_weights`: every dense layer as heat maps, M and b beside it, on one colour scale around zero.

Plotly is imported inside the functions alone.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.base.number_text import subscript
from engine.base.numerics import FloatArray

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COLOURS = ("#5740a6", "#f2f2f0", "#9c4200")
"""The colours of weights below zero, at zero and above, as on the page."""
MOST_NAMED = 24
"""The most rows, or columns, of a matrix whose names are written along it."""
LAYER_HEIGHT, ROW_HEIGHT, MENU_HEIGHT = 70, 22, 120
"""Pixels that a layer takes, each of its rows, and the buttons over all."""
CELL_GAP = 1.5
START, END, DIFFERENCE = "Start", "End", "Difference"

AffineWeights = tuple[FloatArray, FloatArray]
"""M of shape (outputs, inputs) and b of shape (outputs,)."""


def weights_figure(end: Sequence[AffineWeights], start: Sequence[AffineWeights] | None = None) -> "Figure":
    """The weights of each dense layer; with the starting weights, buttons show start, end or difference.

    Both have the same shapes. Start and end share one colour scale. The hover text of a cell is its name and its number
    to the last bit. Numbers that are not finite have no colour.
    """
    figure = _empty_maps(end)
    if not end:
        return figure
    scale = max(largest_weight(end), largest_weight(end if start is None else start))
    views = {END: _view(end, scale)}
    if start is not None:
        changes = [(M - M_0, b - b_0) for (M, b), (M_0, b_0) in zip(end, start, strict=True)]
        views = {START: _view(start, scale), **views, DIFFERENCE: _view(changes, largest_weight(changes))}
        figure.update_layout(updatemenus=[_buttons(views)])
    maps, ends_of_scale = views[END]
    for place, heat_map in enumerate(figure.data):
        heat_map.update({name: values[place] for name, values in maps.items()})
    return figure.update_layout(ends_of_scale)


def _empty_maps(layers: Sequence[AffineWeights]) -> "Figure":
    """Layers under one another, as high as they have rows, with the names of rows and columns, and no numbers yet."""
    from plotly.subplots import make_subplots

    if not layers:
        return make_subplots().update_layout(title="This network has no weights.", template="simple_white")
    rows = [min(len(b), MOST_NAMED) for _, b in layers]
    widths = [min(max(M.shape[1] for M, _ in layers), MOST_NAMED), 1]
    figure = make_subplots(len(layers), 2, column_widths=widths, row_heights=rows, horizontal_spacing=0.06)
    for number, (M, _) in enumerate(layers, start=1):
        from_letter = "v" if number == 1 else "u"
        to_letter = "y" if number == len(layers) > 1 else "u"
        columns = [subscript(from_letter, k) for k in range(M.shape[1])]
        for column, (name, names) in enumerate((("M", columns), ("b", ["bias"])), start=1):
            heat_map = {"type": "heatmap", "name": f"{name} {number}", "coloraxis": "coloraxis"}
            look = {"xgap": CELL_GAP, "ygap": CELL_GAP, "hovertemplate": "%{text}<extra></extra>"}
            figure.add_trace(heat_map | look, number, column)
            figure.update_xaxes(_axis(names), row=number, col=column)
        figure.update_yaxes(_axis([subscript(to_letter, k) for k in range(len(M))]), row=number, autorange="reversed")
    colours = [[0.0, COLOURS[0]], [0.5, COLOURS[1]], [1.0, COLOURS[2]]]
    height = MENU_HEIGHT + sum(LAYER_HEIGHT + ROW_HEIGHT * count for count in rows)
    return figure.update_layout(coloraxis={"colorscale": colours, "cmid": 0.0}, height=height, template="simple_white")


def _axis(names: Sequence[str]) -> dict[str, Any]:
    """An axis with the names along it, where there is room for them."""
    shown = names if len(names) <= MOST_NAMED else []
    return {"tickvals": list(range(len(shown))), "ticktext": shown, "ticks": "", "showgrid": False, "zeroline": False}


def _view(layers: Sequence[AffineWeights], largest: float) -> tuple[dict[str, Any], dict[str, float]]:
    """The numbers and hover texts of all heat maps, and the ends of the colour scale: two ends where all are zero."""
    end = largest or 1.0
    numbers, texts = [], []
    for number, (M, b) in enumerate(layers, start=1):
        names = [[f"M[{row}, {column}]" for column in range(M.shape[1])] for row in range(M.shape[0])]
        for cells, matrix in ((names, M), ([[f"b[{row}]"] for row in range(len(b))], b[:, np.newaxis])):
            numbers.append(np.where(np.isfinite(matrix), matrix, np.nan))
            texts.append(
                [
                    [f"Dense layer {number}: {cell} = {value!r}" for cell, value in zip(*row, strict=True)]
                    for row in zip(cells, matrix.tolist(), strict=True)
                ]
            )
    return {"z": numbers, "text": texts}, {"coloraxis.cmin": -end, "coloraxis.cmax": end}


def _buttons(views: Mapping[str, tuple[dict[str, Any], dict[str, float]]]) -> dict[str, Any]:
    """A button for each view, over the maps; the end is shown at first."""
    return {
        "type": "buttons",
        "direction": "right",
        "active": list(views).index(END),
        "buttons": [{"label": name, "method": "update", "args": list(view)} for name, view in views.items()],
        "x": 0.0,
        "xanchor": "left",
        "y": 1.0,
        "yanchor": "bottom",
        "pad": {"b": 12},
    }


def largest_weight(layers: Sequence[AffineWeights]) -> float:
    """The greatest finite |weight|; 0 where there is none."""
    numbers = np.concatenate([np.abs(array).ravel() for pair in layers for array in pair] or [np.zeros(1)])
    return float(np.max(numbers[np.isfinite(numbers)], initial=0.0))
