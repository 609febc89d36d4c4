"""The weights as heat maps: for every dense layer the matrix beside its biases, on one colour scale around zero.

Blocks of cells and names are given as fractions of the drawing area. The page paints the cells of the figure on a
canvas, and Plotly draws it where a pointer comes; the things over them (numbers, buttons, the outline under the
pointer) have the same layout.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.number_text import subscript
from engine.base.numerics import FloatArray
from engine.experiments.port_names import PortNames
from engine.training.weights_figure import AffineWeights, largest_weight
from webapp.base.theme import Theme, blank_layout, weight_ramp
from webapp.figures.encode import packed, typed

LAYER_GAP = 0.06
BIAS_GAP = 0.035
LEAST_LAYER = 0.05
"""Least height of a layer, as a share of the drawing area: a single row below wide layers stays large enough to hit."""
CELL_GAP = 1.5
"""Pixels between two cells."""
LEAST_GAPPED = 0.02
"""A cell that takes less of the drawing area than this, about five pixels, would lose too much to the gap: it has
none."""
MOST_BUTTONS = 24
MOST_NUMBERS = 100
WIDEST_OPEN = 64
"""The most numbers that a layer takes or gives while its cells can be opened; beyond, they are too small to hit."""
READABLE_ROW, CLICKABLE_ROW = 0.055, 0.08
"""Least height of a row, as a share of the drawing area: some 14 and 20 pixels."""
MOST_NAMED_COLUMNS = 4
MOST_COLUMNS_OF_WORDS = 6
"""The most columns whose names, of a table, stand over them on two lines."""
LEAST_NAMED_ROW = 0.05
LONG_WORD, SYLLABLE = re.compile(r"\w{7,}"), re.compile(r"(?<=\w\w)(?=[^aeiouy\W\d_][aeiouy]\w)")
OVER, BESIDE = "over", "beside"
LEAST_SCALE = 1e-12
NO_MARGIN = {"l": 0, "r": 0, "t": 0, "b": 0}
NO_AXIS = {"visible": False}
EXACT = "%{z:.17~g}"
"""A number in Plotly's hover text, to the last bit."""


@dataclass(frozen=True)
class Box:
    """A block of cells in fractions of the drawing area, from its left and its top."""

    left: float
    top: float
    width: float
    height: float


def largest_of(layers: Sequence[AffineWeights]) -> float:
    """The greatest finite |weight|, which gets the full colour; slightly above zero when all are zero."""
    return max(LEAST_SCALE, largest_weight(layers))


def weights_figure(
    layers: Sequence[AffineWeights], scale: float, theme: Theme, ports: PortNames | None = None
) -> dict[str, Any]:
    """The figure in Plotly's format: a heat map for each block, each over axes of its own; ±`scale` has the full
    colour. The hover text of a cell is its name and its number to the last bit. `ports` names inputs and outputs."""
    data: list[dict[str, Any]] = []
    layout = blank_layout(theme, NO_MARGIN) | {
        "dragmode": "zoom",
        "coloraxis": {"colorscale": weight_ramp(theme), "cmin": -scale, "cmax": scale, "showscale": False},
    }
    axis = NO_AXIS | ({"type": "category"} if ports and ports.given else {})
    for index, (pair, boxes) in enumerate(zip(layers, _boxes(layers), strict=True)):
        columns, rows = names_of_layer(layers, index, ports)
        of_layer = f" of dense layer {index + 1}" if len(layers) > 1 else ""
        blocks = (("%{y}←%{x}", columns), ("bias %{y}", ["bias"]))
        # Both have one axis down, so that their rows stay beside each other where somebody zooms.
        down = _axis_number(index)
        bottom = max(0.0, 1.0 - boxes[0].top - boxes[0].height)
        layout[f"yaxis{down}"] = axis | {
            "domain": [bottom, 1.0 - boxes[0].top], "anchor": f"x{_axis_number(len(data))}", "autorange": "reversed"
        }  # fmt: skip
        for array, box, (name, names) in zip(pair, boxes, blocks, strict=True):
            across = _axis_number(len(data))
            layout[f"xaxis{across}"] = axis | {
                "domain": [box.left, min(1.0, box.left + box.width)], "anchor": f"y{down}"
            }  # fmt: skip
            gap = _gap(box, _as_matrix(array).shape)
            data.append(
                {
                    "type": "heatmap",
                    "z": typed(_as_matrix(array), "f8"),
                    "x": _told_apart(names),
                    "y": _told_apart(rows),
                    "xaxis": f"x{across}",
                    "yaxis": f"y{down}",
                    "coloraxis": "coloraxis",
                    "xgap": gap[0],
                    "ygap": gap[1],
                    "hovertemplate": f"{name}{of_layer} = {EXACT}<extra></extra>",
                }
            )
    return {"data": data, "layout": layout}


def _told_apart(names: Sequence[str]) -> list[str]:
    """The names with something invisible behind those that come again: Plotly takes equal names for one."""
    return [name + "\u200b" * names[:k].count(name) for k, name in enumerate(names)]


def _axis_number(index: int) -> str:
    """The number of an axis in Plotly's names: the first has none."""
    return str(index + 1) if index else ""


def weight_names(layers: Sequence[AffineWeights], ports: PortNames | None = None) -> list[dict[str, Any]]:
    """The names of rows, beside their middles, and over the first layer of columns, where there is room for them.

    A name that a table has given has a `width`, and is broken where that is too narrow for it.
    """
    names: list[dict[str, Any]] = []
    for index, boxes in enumerate(_boxes(layers)):
        names += _names(index, names_of_layer(layers, index, ports), boxes, of_table=bool(ports and ports.given))
    return names


def names_of_layer(
    layers: Sequence[AffineWeights], index: int, ports: PortNames | None = None
) -> tuple[list[str], list[str]]:
    """The names of a layer's columns and of its rows: of inputs and outputs, which `ports` may name, and of units."""
    rows, columns = layers[index][0].shape
    is_last, given = index == len(layers) - 1, ports is not None and ports.given
    from_letter, to_letter = "u" if index else "v", "y" if is_last and index else "u"
    return (
        list(ports.inputs) if ports and given and not index else [subscript(from_letter, k) for k in range(columns)],
        list(ports.outputs) if ports and given and is_last else [subscript(to_letter, k) for k in range(rows)],
    )


def weight_numbers(layers: Sequence[AffineWeights]) -> dict[str, str]:
    """All the numbers in one row, layer by layer, M row by row and then b, to the last bit."""
    return packed(np.concatenate([np.empty(0), *[array.ravel() for pair in layers for array in pair]]), "f8")


def weight_cells(layers: Sequence[AffineWeights]) -> list[dict[str, Any]]:
    """The blocks of cells: position and gap, whether cells can be opened, and whether each is large
    enough for a button or for its number."""
    cells = []
    for index, (pair, boxes) in enumerate(zip(layers, _boxes(layers), strict=True)):
        readable, clickable = _readable_and_clickable(pair, boxes[0])
        for name, array, box in zip(("M", "b"), pair, boxes, strict=True):
            matrix = _as_matrix(array)
            cells.append(
                {
                    "layer": index,
                    "name": name,
                    "rows": matrix.shape[0],
                    "columns": matrix.shape[1],
                    "box": [box.left, box.top, box.width, box.height],
                    "gap": _gap(box, matrix.shape),
                    "opens": can_be_opened(pair),
                    "buttons": clickable,
                    "numbers": readable,
                }
            )
    return cells


def can_be_opened(pair: AffineWeights) -> bool:
    """Whether the cells of a layer name themselves and open the editor."""
    widest: int = max(pair[0].shape)
    return widest <= WIDEST_OPEN


def _readable_and_clickable(pair: AffineWeights, box: Box) -> tuple[bool, bool]:
    """Whether a layer's cells are few and high enough for numbers, and for clicks."""
    count, row = sum(array.size for array in pair), box.height / pair[0].shape[0]
    return count <= MOST_NUMBERS and row >= READABLE_ROW, count <= MOST_BUTTONS and row >= CLICKABLE_ROW


def _as_matrix(array: FloatArray) -> FloatArray:
    return array if array.ndim == 2 else array[:, None]


def _boxes(layers: Sequence[AffineWeights]) -> list[tuple[Box, Box]]:
    """Layers under one another, as high as they have rows, none below the least; M and b side by side, columns of equal
    width."""
    if not layers:
        return []
    gap = min(LAYER_GAP, 0.5 / len(layers))
    heights = _heights([M.shape[0] for M, _ in layers], 1.0 - gap * (len(layers) - 1))
    boxes, top = [], 0.0
    for (M, _), height in zip(layers, heights, strict=True):
        column = (1.0 - BIAS_GAP) / (M.shape[1] + 1)
        matrix = Box(0.0, top, column * M.shape[1], height)
        boxes.append((matrix, Box(1.0 - column, top, column, height)))
        top += height + gap
    return boxes


def _heights(rows: Sequence[int], room: float) -> list[float]:
    """The room divided by rows; a layer that would get less than the least gets that, the others divide the rest."""
    least = min(LEAST_LAYER, room / (2 * len(rows)))
    low: set[int] = set()
    while True:
        tall = [count for k, count in enumerate(rows) if k not in low]
        share = (room - least * len(low)) / sum(tall)
        below = {k for k, count in enumerate(rows) if share * count < least}
        if below <= low:
            return [least if k in low else share * count for k, count in enumerate(rows)]
        low |= below


def _gap(box: Box, shape: tuple[int, ...]) -> list[float]:
    """Pixels between two cells of a block, across and down."""
    sizes = (box.width / shape[1], box.height / shape[0])
    return [CELL_GAP if size >= LEAST_GAPPED else 0.0 for size in sizes]


def _names(
    index: int, of_layer: tuple[list[str], list[str]], boxes: tuple[Box, Box], *, of_table: bool
) -> list[dict[str, Any]]:
    """The names of one layer."""
    (columns, rows), (matrix, bias) = of_layer, boxes
    names, wide = [], {"width": bias.width} if of_table else {}
    if index == 0:
        names.append(_name("bias", bias.left + bias.width / 2, 0.0, OVER) | wide)
        if len(columns) <= (MOST_COLUMNS_OF_WORDS if of_table else MOST_NAMED_COLUMNS):
            middles = [matrix.left + matrix.width * (k + 0.5) / len(columns) for k in range(len(columns))]
            names += [_name(_hyphenated(text), x, 0.0, OVER) | wide for text, x in zip(columns, middles, strict=True)]
    if matrix.height / len(rows) > LEAST_NAMED_ROW:
        middles = [matrix.top + matrix.height * (k + 0.5) / len(rows) for k in range(len(rows))]
        names += [_name(_hyphenated(text), 0.0, y, BESIDE) for text, y in zip(rows, middles, strict=True)]
    return names


def _hyphenated(text: str) -> str:
    """The text with soft hyphens in long words, before a consonant and a vowel: two letters stay at either end."""
    return LONG_WORD.sub(lambda word: SYLLABLE.sub("\u00ad", word[0]), text)


def _name(text: str, left: float, top: float, side: str) -> dict[str, Any]:
    """A name at a point of the drawing area, in fractions of it, over or beside that point."""
    return {"text": text, "left": left, "top": top, "side": side}
