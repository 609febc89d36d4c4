"""The places of maps in their box, the input under a pixel, and round numbers along an axis, without the page."""

from typing import Any

import numpy as np
import pytest

from tests.scripts.node import Scripts, scripts

SIZE = {"width": 332, "height": 240}

page = scripts("maps/map_layout.js", "maps/ticks.js", "maps/map_canvas.js")


def layout(page: Scripts, inputs: int, outputs: int, columns: int, reach: float = 1.0) -> dict[str, Any]:
    """The layout of a picture with these numbers of outputs and columns."""
    picture = {"inputs": inputs, "reach": reach, "names": ["y"] * outputs, "columns": [None] * columns}
    found: dict[str, Any] = page.call("layoutOf", picture, SIZE)
    return found


def under(page: Scripts, given: dict[str, Any], x: float, y: float) -> Any:
    """The input under a pixel."""
    return page.call("inputAt", given, x, y)


@pytest.mark.parametrize("outputs", [1, 2, 3, 16])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_maps_do_not_overlap(page: Scripts, outputs: int, columns: int) -> None:
    plots = layout(page, 2, outputs, columns)["plots"]
    assert [(plot["row"], plot["column"]) for plot in plots] == [*np.ndindex(outputs, columns)]
    covered = np.zeros((SIZE["height"], SIZE["width"]), dtype=int)
    for plot in plots:
        assert 0 <= plot["left"] < plot["left"] + plot["width"] <= SIZE["width"]
        assert 0 <= plot["top"] < plot["top"] + plot["height"] <= SIZE["height"]
        rows = slice(plot["top"], plot["top"] + plot["height"])
        covered[rows, plot["left"] : plot["left"] + plot["width"]] += 1
    assert covered.max() == 1


def test_maps_are_equally_large_up_to_a_pixel(page: Scripts) -> None:
    plots = layout(page, 2, 3, 3)["plots"]
    for side in ("width", "height"):
        assert np.ptp([plot[side] for plot in plots]) <= 1


@pytest.mark.parametrize("outputs", [1, 2, 3, 10])
def test_maps_are_as_high_as_wide(outputs: int, page: Scripts) -> None:
    # The box that style sheets give them.
    gap = min(0.04, 0.12 / outputs)
    down = 1 / ((1 + gap) / outputs - gap)
    box = {"width": 20 + 310, "height": 20 + 310 * down / 3.1915}
    picture = {"inputs": 2, "reach": 1.0, "names": ["y"] * outputs, "columns": [None] * 3}
    plot = page.call("layoutOf", picture, box)["plots"][0]
    assert plot["height"] == pytest.approx(plot["width"], abs=1)


def test_all_lines_share_one_plot(page: Scripts) -> None:
    assert len(layout(page, 1, 4, 2)["plots"]) == 1


def test_the_edges_of_every_map_are_the_ends_of_the_inputs(page: Scripts) -> None:
    given = layout(page, 2, 2, 3, reach=3.0)
    for plot in given["plots"]:
        left, top, width, height = (plot[name] for name in ("left", "top", "width", "height"))
        assert under(page, given, left, top) == pytest.approx([-3.0, 3.0])
        assert under(page, given, left + width, top + height) == pytest.approx([3.0, -3.0])
        assert under(page, given, left + width / 2, top + height / 4) == pytest.approx([0.0, 1.5])


def test_no_input_lies_beside_the_maps(page: Scripts) -> None:
    given = layout(page, 2, 2, 3)
    first, second = given["plots"][:2]
    assert under(page, given, 0, 0) is None
    between = (first["left"] + first["width"] + second["left"]) / 2
    assert under(page, given, between, first["top"] + 5) is None


def test_the_input_under_a_pixel_of_lines_is_one_number(page: Scripts) -> None:
    given = layout(page, 1, 1, 2, reach=2.0)
    (plot,) = given["plots"]
    assert under(page, given, plot["left"] + 0.75 * plot["width"], plot["top"] + 3) == pytest.approx([1.0])


@pytest.mark.parametrize(("reach", "texts"), [
    (1.0, ["−1", "−0.5", "0", "0.5", "1"]), (1.25, ["−1", "0", "1"]), (3.0, ["−2", "0", "2"]),
    (0.06, ["−0.05", "0", "0.05"]), (0.3, ["−0.2", "0", "0.2"]),
    (12_000.0, ["−10,000", "−5,000", "0", "5,000", "10,000"]), (1.3e300, ["−1 × 10³⁰⁰", "0", "1 × 10³⁰⁰"]),
])  # fmt: skip
def test_ticks_are_round_numbers_and_at_most_five(page: Scripts, reach: float, texts: list[str]) -> None:
    ticks = page.call("ticksWithin", reach)
    assert [tick["text"] for tick in ticks] == texts


@pytest.mark.parametrize("reach", np.geomspace(1e-8, 1e8, 60).tolist())
def test_ticks_lie_within_the_axis_whatever_its_reach(page: Scripts, reach: float) -> None:
    values = [tick["value"] for tick in page.call("ticksWithin", reach)]
    assert 3 <= len(values) <= 5
    assert max(values) <= reach * (1 + 1e-9)
    assert np.array(values) == pytest.approx(-np.array(values[::-1]))
    digit = float(f"{values[-1] - values[-2]:.0e}"[0])
    assert digit in {1, 2, 5}


def refined(page: Scripts, grid: list[list[float | None]], times: int) -> Any:
    """The grid with numbers between its numbers."""
    script = """
    const [rows, times] = arguments, numbers = Float32Array.from(rows.flat(), (value) => value ?? NaN);
    return Array.from(nnbench.refined(numbers, rows.length, times), (value) => (Number.isFinite(value) ? value : null));
    """
    side = (len(grid) - 1) * times + 1
    return np.array(page.execute_script(script, grid, times), dtype=float).reshape(side, side)


def test_numbers_between_points_are_bilinear(page: Scripts) -> None:
    fine = refined(page, [[0, 4, 0], [8, 0, 0], [0, 0, -4]], 2)
    assert fine.tolist() == [
        [0, 2, 4, 2, 0], [4, 3, 2, 1, 0], [8, 4, 0, 0, 0], [4, 2, 0, -1, -2], [0, 0, 0, -2, -4],
    ]  # fmt: skip


def test_once_as_many_numbers_are_the_same_numbers(page: Scripts) -> None:
    assert refined(page, [[1, 2], [3, 4]], 1).tolist() == [[1, 2], [3, 4]]


def test_a_gap_reaches_to_its_neighbours_and_no_further(page: Scripts) -> None:
    fine = refined(page, [[None, 4, 0], [8, 0, 0], [0, 0, -4]], 2)
    assert np.isnan(fine).tolist() == [
        [True, True, False, False, False], [True, True, False, False, False], [False, False, False, False, False],
        [False, False, False, False, False], [False, False, False, False, False],
    ]  # fmt: skip
