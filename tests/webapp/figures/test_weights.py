"""The weights are on one colour scale around zero, and their cells and names are at their places."""

import numpy as np
import plotly.graph_objects as go
import pytest

from engine.layers.layers import AffinityLayer
from engine.training.weights_figure import AffineWeights
from tests.webapp.decoding import decoded, weights_of
from webapp.base.theme import THEMES, weight_ramp
from webapp.figures.weights import (
    CELL_GAP,
    LEAST_LAYER,
    LEAST_SCALE,
    MOST_BUTTONS,
    MOST_NUMBERS,
    WIDEST_OPEN,
    largest_of,
    weight_cells,
    weight_names,
    weight_numbers,
    weights_figure,
)

SHAPES: list[list[tuple[int, int]]] = [
    [(2, 2)], [(1, 1)], [(2, 8), (8, 1)], [(2, 4), (4, 4), (4, 1)], [(2, 16), (16, 16), (16, 1)],
    [(2, 64), (64, 64), (64, 1)], [(2, 1), *[(1, 1)] * 23], [],
]  # fmt: skip


def weights(shapes: list[tuple[int, int]]) -> list[AffineWeights]:
    layers = [AffinityLayer(n, m, seed=k) for k, (n, m) in enumerate(shapes)]
    return [(layer.M, layer.b) for layer in layers]


def test_the_numbers_are_one_row_layer_by_layer_and_few_of_them_are_buttons() -> None:
    for shapes in SHAPES:
        layers = weights(shapes)
        row = decoded(weight_numbers(layers))
        for (M, b), (n, m) in zip(layers, shapes, strict=True):
            matrix, bias, row = row[: n * m].reshape(m, n), row[n * m : (n + 1) * m], row[(n + 1) * m :]
            assert (matrix.tobytes(), bias.tobytes()) == (M.tobytes(), b.tobytes())
        assert row.size == 0
        cells = weight_cells(layers)
        found = [(cell["layer"], cell["name"]) for cell in cells]
        assert found == [(k, name) for k in range(len(shapes)) for name in "Mb"]
        assert sum(cell["rows"] * cell["columns"] for cell in cells) == decoded(weight_numbers(layers)).size
    assert (weight_cells([]), decoded(weight_numbers([])).size) == ([], 0)
    assert largest_of([(np.array([[1.0, -4.0]]), np.array([2.0]))]) == 4.0
    assert largest_of([(np.array([[np.inf, -4.0]]), np.array([np.nan]))]) == 4.0
    assert (largest_of([(np.zeros((2, 2)), np.zeros(2))]), largest_of([])) == (LEAST_SCALE, LEAST_SCALE)
    kinds = {}
    for n, m in ((2, 2), (2, 8), (8, 8), (16, 16)):
        (block, beside), count = weight_cells(weights([(n, m)])), (n + 1) * m
        kinds[count] = (block["buttons"], block["numbers"])
        assert (beside["buttons"], beside["numbers"]) == kinds[count]
    assert kinds == {count: (count <= MOST_BUTTONS, count <= MOST_NUMBERS) for count in (6, 24, 72, 272)}
    for shape in [(2, 2), (8, 8), (2, 64), (64, 64), (64, 1), (65, 1), (1, 65), (2, 100)]:
        blocks = weight_cells(weights([(2, 2), shape]))
        assert [block["opens"] for block in blocks[:2]] == [True, True]
        assert [block["opens"] for block in blocks[2:]] == [max(shape) <= WIDEST_OPEN] * 2
    for shapes in (SHAPES[4], SHAPES[5]):
        heights = [block["box"][3] for block in weight_cells(weights(shapes)) if block["name"] == "M"]
        assert (heights[-1], heights[0]) == (pytest.approx(LEAST_LAYER), pytest.approx(heights[1]))
        assert sum(heights) + 2 * 0.06 == pytest.approx(1.0)


def test_blocks_do_not_overlap_and_their_rows_and_columns_are_named_once() -> None:
    for shapes in [shapes for shapes in SHAPES if shapes]:
        boxes = [cell["box"] for cell in weight_cells(weights(shapes))]
        for k, (left, top, width, height) in enumerate(boxes):
            assert left >= 0
            assert top >= 0
            assert left + width <= 1 + 1e-9
            assert top + height <= 1 + 1e-9
            for other in boxes[k + 1 :]:
                apart = (
                    other[0] >= left + width - 1e-9, other[1] >= top + height - 1e-9,
                    left >= other[0] + other[2] - 1e-9,
                )  # fmt: skip
                assert any(apart)
    for shapes in SHAPES:
        for block in weight_cells(weights(shapes)):
            _, _, width, height = block["box"]
            for gap, size in zip(block["gap"], (width / block["columns"], height / block["rows"]), strict=True):
                # the smallest drawing area of a desk is some 250 pixels high, and wider
                assert gap == (CELL_GAP if size * 250 >= 5 else 0.0)
    for shapes, words in [
        ([(2, 2)], "bias v₀ v₁ u₀ u₁"),
        # the last of several layers gives the output
        ([(2, 3), (3, 1)], "bias v₀ v₁ u₀ u₁ u₂ y₀"),
        ([], ""),
    ]:
        assert " ".join(name["text"] for name in weight_names(weights(shapes))) == words
    layers = weights([(2, 3), (3, 1)])
    (matrix, bias, last, _), names = weight_cells(layers), weight_names(layers)
    over = {name["text"]: name["left"] for name in names if name["side"] == "over"}
    beside = {name["text"]: name["top"] for name in names if name["side"] == "beside"}
    column = matrix["box"][2] / 2
    assert over == pytest.approx({"v₀": column / 2, "v₁": 1.5 * column, "bias": bias["box"][0] + bias["box"][2] / 2})
    row = matrix["box"][3] / 3
    rows = {"u₀": row / 2, "u₁": 1.5 * row, "u₂": 2.5 * row, "y₀": last["box"][1] + last["box"][3] / 2}
    assert beside == pytest.approx(rows)
    assert {name["top"] for name in names if name["side"] == "over"} == {0.0}
    assert {name["left"] for name in names if name["side"] == "beside"} == {0.0}


def test_the_figure_is_plotlys_with_a_heat_map_for_each_block_where_its_cells_are() -> None:
    theme = THEMES["light"]
    for shapes in SHAPES:
        layers, cells = weights(shapes), weight_cells(weights(shapes))
        given = weights_figure(layers, 2.5, theme)
        # Plotly itself checks every name and value.
        figure = go.Figure(given)
        assert weights_of(given).tobytes() == decoded(weight_numbers(layers)).tobytes()
        assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (-2.5, 2.5)
        assert figure.layout.coloraxis.colorscale == weight_ramp(theme)
        assert len(figure.data) == len(cells)
        for heat_map, plain, cell in zip(figure.data, given["data"], cells, strict=True):
            assert decoded(plain["z"]).shape == (cell["rows"], cell["columns"])
            across = figure.layout[heat_map.xaxis.replace("x", "xaxis")]
            down = figure.layout[heat_map.yaxis.replace("y", "yaxis")]
            left, top, width, height = cell["box"]
            assert across.domain == pytest.approx((left, left + width))
            assert down.domain == pytest.approx((1 - top - height, 1 - top), abs=1e-12)
            assert (heat_map.xgap, heat_map.ygap) == tuple(cell["gap"])
            assert (len(heat_map.x), len(heat_map.y)) == (cell["columns"], cell["rows"])
            assert heat_map.coloraxis == "coloraxis"
        rows = {heat_map.yaxis for heat_map in figure.data}
        assert len(rows) == len(shapes)
    first, bias, second = go.Figure(weights_figure(weights([(2, 2), (2, 1)]), 1.0, theme)).data[:3]
    assert first.hovertemplate == "%{y}←%{x} of dense layer 1 = %{z:.17~g}<extra></extra>"
    assert bias.hovertemplate == "bias %{y} of dense layer 1 = %{z:.17~g}<extra></extra>"
    assert (first.x, first.y, bias.x, second.y) == (("v₀", "v₁"), ("u₀", "u₁"), ("bias",), ("y₀",))
    (alone, _) = go.Figure(weights_figure(weights([(1, 1)]), 1.0, theme)).data
    assert alone.hovertemplate == "%{y}←%{x} = %{z:.17~g}<extra></extra>"
