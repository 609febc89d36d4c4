"""The parts of the surface, without the page: levels of contour lines, places of words, points on a path."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.scripts.node import Scripts, scripts

MODULES = ("levels", "label_places", "drawing", "surface_cursor")

page = scripts("curve/floor_lines.js", *(f"surface/{name}.js" for name in MODULES))


@pytest.mark.parametrize(("low", "high", "numbers"), [
    (-1.1, 0.05, [0.08, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0]),
    (-2.5, -0.1, [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]),
    (-4.0, 2.2, [3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]),
    (-0.31, -0.28, [0.49, 0.5, 0.51, 0.52]),
])  # fmt: skip
def test_numbered_levels_are_round_losses(page: Scripts, low: float, high: float, numbers: list[float]) -> None:
    levels = page.call("contourLevels", low, high)
    assert np.power(10.0, levels["numbered"]) == pytest.approx(numbers)
    between = levels["hairlines"]
    assert between
    assert all(low < level < high for level in levels["numbered"])
    assert all(low <= level <= high for level in between)
    assert min(abs(a - b) for a in between for b in levels["numbered"]) > 1e-6


@pytest.mark.parametrize(("low", "high"), [(-12.0, 30.0), (-300.0, 37.0), (-0.7, 0.7), (0.0, 1e-4)])
def test_there_are_never_more_lines_than_can_be_told_apart(page: Scripts, low: float, high: float) -> None:
    levels = page.call("contourLevels", low, high)
    assert 1 <= len(levels["numbered"]) <= 13
    assert len(levels["hairlines"]) <= 40


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (None, None)])
def test_a_flat_surface_has_no_lines(page: Scripts, low: float | None, high: float | None) -> None:
    assert page.call("contourLevels", low, high) == {"numbered": [], "hairlines": []}


def boxes(page: Scripts, places: list[tuple[float, float]], side: float, points: Any = ()) -> list[dict[str, float]]:
    labels = [{"at": list(at), "width": 110, "height": 16} for at in places]
    found: list[dict[str, float]] = page.call("placeLabels", labels, list(points), side)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_words_never_cover_each_other_or_leave_the_square(page: Scripts, seed: int) -> None:
    rng = np.random.RandomState(seed)
    side = 340.0
    places = (rng.rand(3, 2) * side).tolist()
    if seed % 4 == 0:
        places = [[side - 3.0, side - 3.0]] * 3
    found = boxes(page, places, side, (rng.rand(400, 2) * side).tolist())
    for box in found:
        assert 0.0 <= box["left"] <= side - box["width"]
        assert 0.0 <= box["top"] <= side - box["height"]
    for a, b in combinations(found, 2):
        apart = abs(a["left"] - b["left"]) >= 110 or abs(a["top"] - b["top"]) >= 16
        assert apart


def test_words_keep_off_a_path_where_there_is_room(page: Scripts) -> None:
    path = [[x, 170.0] for x in range(0, 340, 2)]
    (box,) = boxes(page, [(170.0, 170.0)], 340.0, path)
    assert not box["top"] <= 170.0 <= box["top"] + box["height"]


@pytest.mark.parametrize(
    ("step", "point"),
    [(0, [0.0, 0.0]), (5, [0.5, 1.0]), (10, [1.0, 2.0]), (11, [2.0, 1.0]), (12, [3.0, 0.0]), (99, [3.0, 0.0])],
)
def test_a_point_on_a_path_lies_between_steps_or_at_its_end(page: Scripts, step: int, point: list[float]) -> None:
    path = {"steps": [0, 10, 12], "points": [0, 0, 1, 2, 3, 0]}
    assert page.call("pointAt", path, step) == pytest.approx(point)


def test_a_path_of_one_step_has_its_only_point_at_every_step(page: Scripts) -> None:
    assert page.call("pointAt", {"steps": [0], "points": [0, 0]}, 7) == [0, 0]


def test_the_plane_is_drawn_with_up_upwards(page: Scripts) -> None:
    pixel = "return nnbench.pixelOf([-1, -2, 4], 400)([...arguments])"
    assert page.execute_script(pixel, -1, -2) == [0, 400]
    assert page.execute_script(pixel, 3, 2) == [400, 0]


def test_what_is_pointed_at_has_the_loss_of_the_nearest_point_of_the_grid(page: Scripts) -> None:
    grid = {"points": 2, "heights": [0.0, 1.0, 2.0, None]}
    assert page.call("lossNear", grid, [0.1, 0.2]) == 1
    assert page.call("lossNear", grid, [0.9, 0.4]) == 10
    assert page.call("lossWords", grid, [0.4, 0.9]) == "mean loss 100"
    assert page.call("lossWords", None, [0.4, 0.9]) == "not measured yet"
    script = "const heights = [0, 0, 0, NaN]; return nnbench.lossWords({ points: 2, heights }, [1, 1])"
    assert page.execute_script(script) == "the mean loss is not finite"


@pytest.mark.parametrize(("lines", "baselines"), [
    ([40, 90], [36, 86]), ([40, 50], [36, 64]), ([40, 40.5], [36, 54.5]), ([12, 60], [26, 56]), ([40, 115], [36, 111]),
    ([108, 115], [104, 111]), ([40], [36]),
])  # fmt: skip
def test_words_of_the_floor_lie_on_no_other_line_where_there_is_room(
    page: Scripts, lines: list[float], baselines: list[float]
) -> None:
    assert page.call("baselinesOf", lines, 8, 120) == baselines
