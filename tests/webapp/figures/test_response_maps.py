"""Response maps show the target, the output of the network, and the difference, at every point."""

from typing import Any

import numpy as np
import pytest

from engine.base.numerics import FloatArray
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.run import run
from engine.training.network import Network
from tests.webapp.decoding import decoded
from webapp.base.theme import THEMES, map_ramp
from webapp.figures.response_maps import (
    COLUMNS,
    GRID,
    HEADROOM,
    LINE_POINTS,
    TargetMap,
    Window,
    marks,
    response_figure,
    response_numbers,
    scale_of,
    target_map,
    unknown_target,
)

LIGHT = THEMES["light"]
SQUARE, LINE = Window(1.0, 2), Window(1.0, 1)
DRAWN = [key for key, row in CATALOGUE.items() if row.experiment.target.everywhere]


def trained(key: str) -> Network:
    """The network of the experiment after its run."""
    experiment = CATALOGUE[key].experiment
    return run(experiment, experiment.network()).trained


def asked(key: str) -> TargetMap:
    """The experiment's target on its grid."""
    experiment = CATALOGUE[key].experiment
    return target_map(experiment.target, Window(experiment.reach, experiment.width))


def output(key: str) -> FloatArray:
    """What the experiment's trained network answers there."""
    return trained(key).respond(asked(key).window.grid)


def figure(key: str, theme: str = "light") -> dict[str, Any]:
    """How the experiment's response is drawn before its outputs have come."""
    return response_figure(asked(key), THEMES[theme])


def outputs(key: str) -> FloatArray:
    """The outputs that a run brings, a row for each."""
    given = decoded(response_numbers(asked(key), output(key))["output"])
    return given.reshape(CATALOGUE[key].experiment.outputs, -1)


def heatmaps(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in drawn["data"] if trace["type"] == "heatmap"]


@pytest.mark.parametrize("key", ["tanh-signs", "xor-hidden-layer"])
def test_every_point_of_a_map_is_the_networks_output_there(key: str) -> None:
    experiment, net = CATALOGUE[key].experiment, trained(key)
    maps, given = heatmaps(figure(key)), outputs(key).reshape(-1, GRID, GRID)
    assert len(maps) == len(COLUMNS) * len(given) == len(COLUMNS) * experiment.outputs
    for row, column in ((0, 0), (GRID - 1, 3), (22, 40)):
        for index in range(experiment.outputs):
            wanted = maps[len(COLUMNS) * index]
            point = np.array([decoded(wanted["x"])[column], decoded(wanted["y"])[row]], dtype=np.float64)
            assert decoded(wanted["z"])[row, column] == np.float32(experiment.target(point)[index])
            assert given[index, row, column] == pytest.approx(net.respond(point[None])[0][index], abs=1e-6)


@pytest.mark.parametrize("key", DRAWN)
def test_the_numbers_of_a_run_are_its_outputs_a_row_of_grid_points_for_each(key: str) -> None:
    assert np.array_equal(outputs(key), output(key).T.astype(np.float32))


def test_a_figure_has_its_targets_and_empty_maps_for_the_outputs_of_a_run() -> None:
    assert ["z" in trace for trace in figure("tanh-signs")["data"]] == [True, False, False] * 2
    assert ["y" in trace for trace in figure("sine")["data"]] == [True, False]


def test_all_maps_share_one_scale_around_zero() -> None:
    for theme in THEMES:
        for trace in heatmaps(figure("tanh-signs", theme)):
            assert (trace["zmin"], trace["zmax"]) == (-1.0, 1.0)
            assert trace["colorscale"] == map_ramp(THEMES[theme])


def test_a_target_that_reaches_further_widens_the_scale() -> None:
    wide = asked("square-map")
    assert wide.scale == float(np.max(np.abs(wide.target))) > 1.0


def test_only_the_target_has_sharp_edges() -> None:
    assert [trace["zsmooth"] for trace in heatmaps(figure("tanh-signs"))] == [False, "best", "best"] * 2


def test_samples_are_marked_where_they_lie_on_the_map_and_the_latest_comes_last() -> None:
    window = asked("tanh-signs").window
    samples = CATALOGUE["tanh-signs"].experiment.facts()[0]
    marked = np.array(marks(window, samples))
    assert marked.shape == samples.shape
    low, high = window.axis[0], window.axis[-1]
    assert low + marked * (high - low) == pytest.approx(samples, abs=1e-4 * (high - low))


def test_the_corners_of_a_map_are_marked_with_zeros_and_ones() -> None:
    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, 0.0]])
    assert marks(SQUARE, corners) == [[0.0, 0.0], [0.0, 1.0], [1.0, 0.5]]


def test_lines_have_no_marks() -> None:
    assert marks(LINE, CATALOGUE["sine"].experiment.facts()[0]) == []


def test_one_input_gives_lines() -> None:
    drawn = figure("sine")
    wanted, given = drawn["data"]
    x = np.linspace(-1.0, 1.0, LINE_POINTS)
    assert np.array_equal(decoded(wanted["x"]), x.astype(np.float32))
    assert np.array_equal(decoded(wanted["y"]), np.sin(np.pi * x).astype(np.float32))
    assert np.array_equal(decoded(given["x"]), decoded(wanted["x"]))
    assert np.allclose(outputs("sine")[0], trained("sine").respond(x[:, None])[:, 0], atol=1e-6)
    assert given["line"]["color"] == LIGHT.now


@pytest.mark.parametrize("key", DRAWN)
def test_every_experiment_has_a_response(key: str) -> None:
    drawn = figure(key)
    assert drawn["data"]
    titles = [note["text"] for note in drawn["layout"]["annotations"]]
    assert titles[: len(COLUMNS)] == list(COLUMNS) or titles == ["Target dotted, output solid"]


@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_maps_do_not_overlap(outputs: int) -> None:
    layout = response_figure(TargetMap(SQUARE, np.zeros((GRID * GRID, outputs)), 1.0), LIGHT)["layout"]
    boxes = []
    for k in range(3 * outputs):
        suffix = "" if k == 0 else str(k + 1)
        boxes.append((layout["xaxis" + suffix]["domain"], layout["yaxis" + suffix]["domain"]))
    for k, (across, up) in enumerate(boxes):
        assert 0 <= across[0] < across[1] <= 1 + 1e-9
        assert 0 <= up[0] < up[1] <= 1
        for other_across, other_up in boxes[k + 1 :]:
            assert other_across[0] > across[1] or across[0] > other_across[1] or other_up[1] < up[0]


def test_a_network_whose_output_is_no_number_has_a_map_all_the_same() -> None:
    nothing = np.full((GRID * GRID, 1), np.nan)
    grid = TargetMap(SQUARE, np.zeros_like(nothing), 1.0)
    assert np.isnan(decoded(response_numbers(grid, nothing)["output"])).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308])
def test_a_line_that_leaves_the_numbers_leaves_an_axis_of_numbers(value: float) -> None:
    grid = TargetMap(LINE, np.zeros((LINE_POINTS, 1)), 1.0)
    highest = response_numbers(grid, np.full((LINE_POINTS, 1), value))["highest"]
    assert 0 < highest < np.inf
    low, high = response_figure(grid, LIGHT)["layout"]["yaxis"]["range"]
    assert -np.inf < low < high < np.inf


def test_lines_reach_as_high_as_the_target_and_the_output_and_a_little_more() -> None:
    grid = TargetMap(LINE, np.full((LINE_POINTS, 1), -2.0), 2.0)
    assert response_numbers(grid, np.full((LINE_POINTS, 1), 0.5))["highest"] == 2.0 * HEADROOM
    assert response_numbers(grid, np.full((LINE_POINTS, 1), -8.0))["highest"] == 8.0 * HEADROOM


# Planes of larger spaces, and targets that are not known everywhere


def test_a_plane_varies_two_inputs_and_fixes_the_others() -> None:
    grid = Window(2.0, 4, axes=(3, 1), fixed=(0.5, 9.0, -1.5, 9.0)).grid
    assert grid.shape == (GRID * GRID, 4)
    assert (set(grid[:, 0]), set(grid[:, 2])) == ({0.5}, {-1.5})
    axis = np.linspace(-2.0, 2.0, GRID)
    assert np.array_equal(grid[:GRID, 3], axis)
    assert np.array_equal(grid[::GRID, 1], axis)


def test_a_plane_goes_through_zero_where_no_input_is_fixed() -> None:
    assert set(Window(1.0, 3).grid[:, 2]) == {0.0}


def test_samples_are_marked_along_the_axes_of_a_plane() -> None:
    window = Window(2.0, 3, axes=(2, 0), fixed=(0.0, 0.0, 0.0))
    assert marks(window, np.array([[2.0, 7.0, -2.0], [0.0, 7.0, 1.0]])) == [[0.0, 1.0], [0.75, 0.5]]


def test_a_target_that_is_not_known_everywhere_is_evaluated_nowhere() -> None:
    nothing = unknown_target(SQUARE, 3, 5.0)
    assert nothing.target.shape == (GRID * GRID, 3)
    assert np.isnan(nothing.target).all()
    assert heatmaps(response_figure(nothing, LIGHT))[0]["zmax"] == 5.0


def test_the_scale_is_the_greatest_finite_value_and_at_least_1() -> None:
    assert scale_of(np.array([3.0, -4.0, np.nan, np.inf])) == 4.0
    assert scale_of(np.array([0.25])) == scale_of(np.array([np.nan])) == scale_of(np.empty(0)) == 1.0
