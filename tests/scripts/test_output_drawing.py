"""The parts of the output on the stage, without the page: borders, the places of units in a card, and words."""

from typing import Any

import numpy as np
import pytest

from engine.base.numerics import FloatArray
from tests.scripts.node import Scripts, scripts

GRID = 61
AXIS = np.linspace(-1.0, 1.0, GRID)
ACROSS, UP = np.meshgrid(AXIS, AXIS)
TANH = {"kind": "map", "name": "tanh"}
SQUARE = {"kind": "map", "name": "square/2"}
DENSE = {"kind": "affinity", "name": "AffinityLayer"}

MODULES = ("contour", "target_border", "notes", "unit_notes", "probe_keys", "row_plot", "unit_stage")
page = scripts("network/unit_grid.js", *(f"output/{name}.js" for name in MODULES))


def lines(page: Scripts, numbers: FloatArray) -> list[FloatArray]:
    """The lines where the numbers of a grid are 0, each as points from −1 to 1."""
    script = "return nnbench.zeroLines(Float32Array.from(arguments[0]))"
    return [2.0 * np.array(line) - 1.0 for line in page.execute_script(script, numbers.ravel().tolist())]


# Numbers along an axis


def test_numbers_of_an_axis_that_would_lie_on_one_another_are_left_out(page: Scripts) -> None:
    script = """
    const [values, width] = arguments, ticks = values.map((value) => ({ value, text: value.toLocaleString("en") }));
    return nnbench.ticksApart(ticks, (value) => value / 60000, width).map(({ value }) => value);
    """
    values = [10000, 20000, 30000, 40000, 50000]
    assert page.execute_script(script, values, 450) == values
    assert page.execute_script(script, values, 180) == [10000, 30000, 50000]
    assert page.execute_script(script, values, 110) == [10000, 40000]
    assert page.execute_script(script, [30000], 1) == [30000]


# Borders


def test_the_border_of_a_circle_is_one_closed_line_around_it(page: Scripts) -> None:
    (line,) = lines(page, np.where(ACROSS**2 + UP**2 < 0.64, 1.0, -1.0))
    assert line[0] == pytest.approx(line[-1])
    assert np.linalg.norm(line, axis=1) == pytest.approx(0.8, abs=1.2 / (GRID - 1))
    turned = np.unwrap(np.arctan2(line[:, 1], line[:, 0]))
    assert abs(turned[-1] - turned[0]) == pytest.approx(2 * np.pi)


def test_a_line_ends_at_the_edges_of_the_square(page: Scripts) -> None:
    (line,) = lines(page, ACROSS - 0.5 * UP)
    assert np.sort(line[[0, -1], 1]) == pytest.approx([-1.0, 1.0])
    assert line[:, 0] == pytest.approx(0.5 * line[:, 1], abs=1e-3)


def test_lines_that_do_not_meet_are_lines_of_their_own(page: Scripts) -> None:
    found = lines(page, np.abs(ACROSS) - 0.505)
    assert len(found) == 2
    assert sorted(np.mean(line[:, 0]) for line in found) == pytest.approx([-0.505, 0.505], abs=1e-3)


@pytest.mark.parametrize("value", [1.0, 0.0, -1.0, np.nan])
def test_a_square_without_a_change_of_sign_has_no_line(page: Scripts, value: float) -> None:
    script = "return nnbench.zeroLines(new Float32Array(arguments[0]).fill(arguments[1] ?? NaN))"
    assert page.execute_script(script, GRID**2, None if np.isnan(value) else value) == []


def test_cells_that_are_not_numbers_interrupt_a_line(page: Scripts) -> None:
    script = """
    const side = arguments[0], numbers = Float32Array.from({ length: side * side }, (_, k) => (k % side) - side / 2);
    for (let column = 0; column < side; column++) numbers[Math.floor(side / 2) * side + column] = NaN;
    return nnbench.zeroLines(numbers).length;
    """
    assert page.execute_script(script, GRID) == 2


def test_the_signs_of_a_target_are_read_from_bits_each_output_from_a_byte_of_its_own(page: Scripts) -> None:
    side = 21
    axis = np.linspace(-1.0, 1.0, side)
    across, up = np.meshgrid(axis, axis)
    above = np.stack([across.ravel() > 0, (up.ravel() > across.ravel())])
    script = """
    const bdata = btoa(String.fromCharCode(...arguments[0]));
    const frame = { rows: 2, border: { dtype: 'u1', bdata } };
    return [0, 1].map((row) => Array.from(nnbench.fineTarget(frame, row).signs));
    """
    found = page.execute_script(script, np.packbits(above, axis=1).ravel().tolist())
    assert np.array_equal(np.array(found), np.where(above, 1, -1))


def test_a_grid_with_more_points_has_its_numbers_and_those_between(page: Scripts) -> None:
    numbers = np.add.outer(3.0 * np.arange(4), np.arange(4.0))
    script = "return Array.from(nnbench.resampled(Float32Array.from(arguments[0]), 7))"
    found = np.array(page.execute_script(script, numbers.ravel().tolist())).reshape(7, 7)
    assert found == pytest.approx(np.add.outer(1.5 * np.arange(7), 0.5 * np.arange(7)))


# Units in a card


@pytest.mark.parametrize(("count", "cards", "side", "shown", "size"), [
    (1, 2, 50, 1, (50, 50)), (2, 4, 50, 2, (102, 50)), (3, 4, 24, 3, (76, 24)), (8, 4, 24, 8, (102, 50)),
    (16, 4, 24, 8, (102, 50)), (16, 5, 24, 3, (50, 50)), (1, 6, 50, 1, (50, 50)),
])  # fmt: skip
def test_unit_maps_stand_in_rows_of_four_and_of_two_in_a_long_network(
    page: Scripts, count: int, cards: int, side: int, shown: int, size: tuple[int, int]
) -> None:
    grid = page.call("unitGrid", count, cards)
    assert (grid["side"], len(grid["places"]), grid["more"]) == (side, shown, count - shown)
    assert (grid["width"], grid["height"]) == size
    corners = np.array(grid["places"])
    assert (corners + side <= np.array(size)).all()
    assert len({tuple(place) for place in grid["places"]}) == shown


def test_as_many_units_stand_in_a_row_as_there_is_room_for(page: Scripts) -> None:
    for name, count, room, across, side in (
        ("sheetGrid", 16, 640, 16, 36), ("sheetGrid", 20, 800, 16, 36), ("sheetGrid", 16, 200, 5, 36),
        ("sheetGrid", 3, 640, 3, 36), ("pictureGrid", 16, 420, 4, 96), ("pictureGrid", 16, 300, 4, 70),
        ("pictureGrid", 40, 300, 8, 32), ("pictureGrid", 2, 420, 2, 96),
    ):  # fmt: skip
        grid = page.call(name, count, room)
        assert (grid["across"], grid["side"], len(grid["places"])) == (across, side, count)
        assert grid["width"] <= room


# Words


@pytest.mark.parametrize(("shares", "row", "words"), [
    (None, 0, ""), ([0.954], 0, "95 % of the square has the right sign."),
    ([1.0], 0, "100 % of the square has the right sign."), ([0.9999], 0, "99.9 % of the square has the right sign."),
    ([0.9960], 0, "99.6 % of the square has the right sign."),
    ([0.2, 0.5], 1, "50 % of the square has the right sign."), ([0.2, 0.5], None, "20 % and 50 % have the right sign."),
])  # fmt: skip
def test_the_share_of_right_signs_in_words(page: Scripts, shares: Any, row: Any, words: str) -> None:
    assert page.call("shareWords", shares, row) == words


@pytest.mark.parametrize(("layers", "out", "words"), [
    ([DENSE, TANH, DENSE, TANH], [{"to": "y₀", "weight": -1.2}], "Where it is orange, it pushes y₀ down."),
    ([DENSE, TANH, DENSE], [{"to": "y₀", "weight": 1.2}], "Where it is orange, it pushes y₀ up."),
    ([DENSE, TANH, DENSE, SQUARE], [{"to": "y₀", "weight": 1.2}], ""),
    ([DENSE, TANH, DENSE], [{"to": "y₀", "weight": 1.0}, {"to": "y₁", "weight": 1.0}], ""),
    ([DENSE, TANH, DENSE, TANH, DENSE], [{"to": "u₀", "weight": 1.0}], ""),
    ([DENSE, TANH, DENSE], [{"to": "y₀", "weight": None}], ""),
    ([DENSE, TANH], [], ""),
])  # fmt: skip
def test_what_a_unit_does_to_an_output_is_said_where_it_is_so(page: Scripts, layers: Any, out: Any, words: str) -> None:
    assert page.call("pushWords", layers, 1, out, "orange") == words


@pytest.mark.parametrize(("layers", "widths", "at", "words"), [
    ([DENSE, TANH], [2, 2, 2], 1, "of the 2 after Dense"),
    ([DENSE, TANH, DENSE, TANH], [2, 8, 8, 1, 1], 1, "of the 8 after Dense 1"),
    ([DENSE, TANH, DENSE, TANH], [2, 8, 8, 1, 1], 3, "the only one after Dense 2"),
    ([TANH], [2, 2], 0, "of the 2 of Activation"),
])  # fmt: skip
def test_a_unit_says_where_it_stands(page: Scripts, layers: Any, widths: Any, at: int, words: str) -> None:
    assert page.call("placeWords", {"layers": layers, "widths": widths}, at) == words


# The probed point by keyboard


@pytest.mark.parametrize(("key", "shift", "vector", "moved"), [
    ("ArrowRight", False, [0.0, 0.0, 0.5], [0.0, 0.0, 0.56]), ("ArrowUp", False, [0.0, 0.0, 0.5], [0.06, 0.0, 0.5]),
    ("ArrowDown", True, [0.0, 0.0, 0.5], [-0.3, 0.0, 0.5]), ("ArrowLeft", False, [0.0, 0.0, -2.99], [0.0, 0.0, -3.0]),
])  # fmt: skip
def test_arrows_move_the_probed_point_along_the_axes_that_are_drawn(
    page: Scripts, key: str, shift: bool, vector: list[float], moved: list[float]
) -> None:
    press, drawn = {"key": key, "shiftKey": shift}, {"reach": 3.0, "axes": [2, 0]}
    assert page.call("movedBy", vector, press, drawn) == pytest.approx(moved)


def test_with_one_input_up_and_down_move_nothing(page: Scripts) -> None:
    drawn = {"reach": 1.0, "axes": [0]}
    assert page.call("movedBy", [0.5], {"key": "ArrowUp", "shiftKey": False}, drawn) == [0.5]
    assert page.call("movedBy", [0.5], {"key": "ArrowRight", "shiftKey": False}, drawn) == pytest.approx([0.52])
