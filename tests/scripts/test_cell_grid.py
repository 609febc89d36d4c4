"""The places of weights on their picture, and the cell that a key leads to, without the page."""

from typing import Any

import pytest

from engine.layers.layers import AffinityLayer
from tests.scripts.node import Scripts, scripts
from webapp.figures.weights import weight_cells

SPIRAL = [(2, 16), (16, 16), (16, 1)]

page = scripts("step/cell_grid.js", "step/weight_pointer.js")


def blocks(shapes: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """The blocks of layers n → m."""
    layers = [AffinityLayer(n, m, seed=k) for k, (n, m) in enumerate(shapes)]
    return weight_cells([(layer.M, layer.b) for layer in layers])


def cell(at: int, row: int, column: int) -> dict[str, int]:
    return {"at": at, "row": row, "column": column}


@pytest.mark.parametrize("shapes", [SPIRAL, [(2, 64), (64, 64), (64, 1)], [(2, 2)], [(8, 12), (12, 80), (80, 3)]])
def test_the_middle_of_every_cell_is_that_cell(page: Scripts, shapes: list[tuple[int, int]]) -> None:
    missed = page.execute_script(
        """
        const blocks = arguments[0], missed = [];
        blocks.forEach(({ rows, columns }, at) => {
          for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
            const [left, top, width, height] = nnbench.boxOfCell(blocks, { at, row, column });
            const found = JSON.stringify(nnbench.cellAt(blocks, left + width / 2, top + height / 2));
            if (found !== JSON.stringify({ at, row, column })) missed.push([at, row, column]);
          }
        });
        return missed;
        """,
        blocks(shapes),
    )
    assert missed == []


def test_between_the_blocks_there_is_no_cell(page: Scripts) -> None:
    given = blocks(SPIRAL)
    left, top, width, height = given[0]["box"]
    assert page.call("cellAt", given, left + width + 0.001, top) is None
    assert page.call("cellAt", given, left, top + height + 0.001) is None
    assert page.call("cellAt", given, -0.01, 0.5) is None
    assert page.call("cellAt", given, 0.5, 1.01) is None


def test_a_cell_stands_for_its_weight(page: Scripts) -> None:
    given = blocks(SPIRAL)
    assert page.call("weightOfCell", given, cell(2, 3, 7)) == {"layer": 1, "name": "M", "row": 3, "column": 7}
    assert page.call("weightOfCell", given, cell(3, 3, 0)) == {"layer": 1, "name": "b", "row": 3, "column": 0}


@pytest.mark.parametrize(("start", "key", "far", "end"), [
    ((0, 0, 0), "ArrowRight", False, (0, 0, 1)), ((0, 0, 1), "ArrowRight", False, (1, 0, 0)),
    ((1, 0, 0), "ArrowRight", False, (1, 0, 0)), ((1, 0, 0), "ArrowLeft", False, (0, 0, 1)),
    ((0, 0, 0), "ArrowLeft", False, (0, 0, 0)), ((0, 0, 0), "ArrowUp", False, (0, 0, 0)),
    ((0, 15, 0), "ArrowDown", False, (2, 0, 4)), ((2, 0, 4), "ArrowUp", False, (0, 15, 0)),
    ((2, 0, 12), "ArrowUp", False, (0, 15, 1)), ((3, 15, 0), "ArrowDown", False, (5, 0, 0)),
    ((5, 0, 0), "ArrowDown", False, (5, 0, 0)), ((2, 5, 5), "PageDown", False, (2, 13, 5)),
    ((2, 12, 5), "PageDown", False, (4, 0, 5)), ((2, 5, 5), "PageUp", False, (0, 13, 0)),
    ((2, 5, 5), "Home", False, (2, 5, 0)), ((2, 5, 5), "End", False, (3, 5, 0)), ((2, 5, 5), "Home", True, (0, 0, 0)),
    ((2, 5, 5), "End", True, (5, 0, 0)),
])  # fmt: skip
def test_keys_go_from_cell_to_cell(
    page: Scripts, start: tuple[int, int, int], key: str, far: bool, end: tuple[int, int, int]
) -> None:
    assert page.call("cellAfter", blocks(SPIRAL), cell(*start), key, far) == cell(*end)


def test_other_keys_lead_nowhere(page: Scripts) -> None:
    for key in ("Enter", "Tab", "a", "Escape"):
        assert page.call("cellAfter", blocks(SPIRAL), cell(0, 0, 0), key) is None


def test_keys_pass_over_layers_that_cannot_be_opened(page: Scripts) -> None:
    given = blocks([(8, 12), (12, 80), (80, 64), (64, 12)])
    assert [block["opens"] for block in given] == [True, True, False, False, False, False, True, True]
    assert page.call("cellAfter", given, cell(0, 11, 0), "ArrowDown") == cell(6, 0, 4)
    assert page.call("cellAfter", given, cell(7, 0, 0), "ArrowUp") == cell(1, 11, 0)
    assert page.call("endOfGrid", blocks([(2, 80)])) is None


def test_a_unit_that_is_chosen_before_weights_are_drawn_marks_no_row(page: Scripts) -> None:
    page.call("markCells", {"layer": 0, "row": 1})
