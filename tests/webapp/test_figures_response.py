"""The response shows what was asked, what the network answers, and the difference, at every point of the input."""

from typing import Any

import numpy as np
import pytest

from engine.catalogue import CATALOGUE
from engine.network import Network
from engine.run import run
from tests.webapp.decoding import decoded
from webapp.figures.response import COLUMNS, GRID, LAST_SAMPLES, LINE_POINTS, Response, response_figure, response_of
from webapp.figures.theme import THEMES, map_ramp

LIGHT = THEMES["light"]


def trained(key: str) -> Network:
    """The network of the experiment after its run."""
    experiment = CATALOGUE[key].experiment
    return run(experiment, experiment.network()).trained


def response(key: str) -> Response:
    """The response of the experiment's trained network."""
    experiment = CATALOGUE[key].experiment
    return response_of(trained(key), experiment.target, experiment.reach, experiment.width)


def figure(key: str, theme: str = "light") -> dict[str, Any]:
    """How the experiment's response is drawn."""
    experiment = CATALOGUE[key].experiment
    seen = experiment.points(experiment.samples)
    return response_figure(response(key), seen, THEMES[theme])


def heatmaps(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in drawn["data"] if trace["type"] == "heatmap"]


def marks(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    return [trace for trace in drawn["data"] if trace.get("mode") == "markers"]


@pytest.mark.parametrize("key", ["tanh-signs", "xor-hidden-layer"])
def test_every_point_of_a_map_is_the_networks_own_answer_there(key: str) -> None:
    experiment, net = CATALOGUE[key].experiment, trained(key)
    maps = heatmaps(figure(key))
    assert len(maps) == len(COLUMNS) * experiment.outputs
    for row, column in ((0, 0), (GRID - 1, 3), (22, 40)):
        for output in range(experiment.outputs):
            wanted, given, error = maps[len(COLUMNS) * output : len(COLUMNS) * (output + 1)]
            point = np.array([decoded(given["x"])[column], decoded(given["y"])[row]], dtype=np.float64)
            assert decoded(wanted["z"])[row, column] == np.float32(experiment.target(point)[output])
            assert decoded(given["z"])[row, column] == pytest.approx(net.respond(point[None])[0][output], abs=1e-6)
            assert decoded(error["z"])[row, column] == pytest.approx(
                decoded(given["z"])[row, column] - decoded(wanted["z"])[row, column], abs=1e-6
            )


def test_all_maps_share_one_scale_around_zero() -> None:
    for theme in THEMES:
        for trace in heatmaps(figure("tanh-signs", theme)):
            assert (trace["zmin"], trace["zmax"]) == (-1.0, 1.0)
            assert trace["colorscale"] == map_ramp(THEMES[theme])


def test_a_target_that_reaches_further_widens_the_scale() -> None:
    wide = response("square-map")
    assert wide.scale == float(np.max(np.abs(wide.target))) > 1.0


def test_only_the_target_has_sharp_edges() -> None:
    assert [trace["zsmooth"] for trace in heatmaps(figure("tanh-signs"))] == [False, "best", "best"] * 2


def test_the_last_samples_are_marked_on_the_target_and_the_last_one_is_ringed_everywhere() -> None:
    drawn = figure("tanh-signs")
    samples = CATALOGUE["tanh-signs"].experiment.facts()[0]
    points = [trace for trace in marks(drawn) if len(decoded(trace["x"])) > 1]
    rings = [trace for trace in marks(drawn) if len(decoded(trace["x"])) == 1]
    assert len(points) == 2
    for trace in points:
        assert np.array_equal(decoded(trace["x"]), samples[-LAST_SAMPLES:, 0].astype(np.float32))
    assert len(rings) == 2 * len(heatmaps(drawn))
    for trace in rings:
        assert (decoded(trace["x"])[0], decoded(trace["y"])[0]) == tuple(samples[-1].astype(np.float32))


def test_one_input_gives_lines() -> None:
    drawn = figure("sine")
    wanted, given = drawn["data"]
    x = np.linspace(-1.0, 1.0, LINE_POINTS)
    assert np.array_equal(decoded(wanted["x"]), x.astype(np.float32))
    assert np.array_equal(decoded(wanted["y"]), np.sin(np.pi * x).astype(np.float32))
    assert np.allclose(decoded(given["y"]), trained("sine").respond(x[:, None])[:, 0], atol=1e-6)
    assert given["line"]["color"] == LIGHT.now


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_experiment_has_a_response(key: str) -> None:
    drawn = figure(key)
    assert drawn["data"]
    titles = [note["text"] for note in drawn["layout"]["annotations"]]
    assert titles[: len(COLUMNS)] == list(COLUMNS) or titles == ["Target dotted, output solid"]


@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_maps_do_not_overlap(outputs: int) -> None:
    axis = np.linspace(-1, 1, GRID)
    flat = np.zeros((GRID * GRID, outputs))
    layout = response_figure(Response(axis, 2, flat, flat), np.zeros((5, 2)), LIGHT)["layout"]
    boxes = []
    for k in range(3 * outputs):
        suffix = "" if k == 0 else str(k + 1)
        boxes.append((layout["xaxis" + suffix]["domain"], layout["yaxis" + suffix]["domain"]))
    for k, (across, up) in enumerate(boxes):
        assert 0 <= across[0] < across[1] <= 1 + 1e-9
        assert 0 <= up[0] < up[1] <= 1
        for other_across, other_up in boxes[k + 1 :]:
            assert other_across[0] > across[1] or across[0] > other_across[1] or other_up[1] < up[0]


def test_a_network_that_answers_no_number_is_drawn_all_the_same() -> None:
    axis = np.linspace(-1, 1, GRID)
    nothing = np.full((GRID * GRID, 1), np.nan)
    drawn = response_figure(Response(axis, 2, np.zeros_like(nothing), nothing), np.zeros((5, 2)), LIGHT)
    assert np.isnan(decoded(heatmaps(drawn)[1]["z"])).all()


def test_a_line_that_leaves_the_numbers_leaves_an_axis_of_numbers() -> None:
    axis = np.linspace(-1, 1, LINE_POINTS)
    for output in (np.full((LINE_POINTS, 1), np.nan), np.full((LINE_POINTS, 1), np.inf)):
        layout = response_figure(Response(axis, 1, np.zeros_like(output), output), np.zeros((5, 1)), LIGHT)["layout"]
        assert np.isfinite(layout["yaxis"]["range"]).all()
