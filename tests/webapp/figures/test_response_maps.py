"""Response maps show the target, the output of the network, and the difference, at every point."""

import numpy as np
import pytest

from engine import CATALOGUE, Network, run
from engine.base.numerics import FloatArray
from tests.webapp.decoding import decoded
from webapp.figures.encode import MIDDLE_PLACE
from webapp.figures.response_maps import (
    BORDER_GRID,
    COARSE_GRID,
    COARSE_LINE_POINTS,
    GRID,
    HEADROOM,
    LARGE_GRID,
    LAST_SAMPLES,
    LINE_POINTS,
    TargetMap,
    Window,
    marks,
    response_numbers,
    right_signs,
    samples_drawn,
    scale_of,
    target_map,
    target_numbers,
    target_signs,
    unknown_target,
)

SQUARE, LINE = Window(1.0, 2), Window(1.0, 1)
DRAWN = [key for key, row in CATALOGUE.items() if row.experiment.target.everywhere]


def trained(key: str) -> Network:
    experiment = CATALOGUE[key].experiment
    return run(experiment, experiment.network()).trained


def asked(key: str) -> TargetMap:
    experiment = CATALOGUE[key].experiment
    return target_map(experiment.target, Window(experiment.reach, experiment.width))


def output(key: str) -> FloatArray:
    return trained(key).respond(asked(key).window.grid)


def targets(key: str) -> FloatArray:
    return decoded(target_numbers(asked(key))["target"]).reshape(CATALOGUE[key].experiment.outputs, -1)


def outputs(key: str) -> FloatArray:
    given = decoded(response_numbers(asked(key), output(key))["output"])
    return given.reshape(CATALOGUE[key].experiment.outputs, -1)


def test_every_point_of_a_map_is_the_networks_output_and_samples_are_marked_where_they_lie() -> None:
    for key in ["tanh-signs", "xor-hidden-layer"]:
        experiment, net, axis = CATALOGUE[key].experiment, trained(key), asked(key).window.axis
        wanted, given = (rows.reshape(-1, GRID, GRID) for rows in (targets(key), outputs(key)))
        assert len(wanted) == len(given) == experiment.outputs
        for row, column in ((0, 0), (GRID - 1, 3), (22, 40)):
            for index in range(experiment.outputs):
                point = np.array([axis[column], axis[row]])
                assert wanted[index, row, column] == np.float32(experiment.target(point)[index])
                assert given[index, row, column] == pytest.approx(net.respond(point[None])[0][index], abs=1e-6)
    for key in ("tanh-signs", "sine"):
        assert set(target_numbers(asked(key))) == {"rows", "inputs", "reach", "scale", "target"}
        assert set(response_numbers(asked(key), output(key))) == {"output", "highest"}
        assert targets(key).shape == outputs(key).shape
    numbers = target_numbers(asked("tanh-signs"))
    assert (numbers["rows"], numbers["scale"]) == (2, 1.0)
    wide = asked("square-map")
    assert wide.scale == float(np.max(np.abs(wide.target))) > 1.0
    assert scale_of(np.array([3.0, -4.0, np.nan, np.inf])) == 4.0
    assert scale_of(np.array([0.25])) == scale_of(np.array([np.nan])) == scale_of(np.empty(0)) == 1.0
    numbers, x = target_numbers(asked("sine")), np.linspace(-1.0, 1.0, LINE_POINTS)
    assert (numbers["inputs"], numbers["rows"], numbers["reach"]) == (1, 1, 1.0)
    assert np.array_equal(targets("sine")[0], np.sin(np.pi * x).astype(np.float32))
    assert np.allclose(outputs("sine")[0], trained("sine").respond(x[:, None])[:, 0], atol=1e-6)
    for key in DRAWN:
        experiment, numbers = CATALOGUE[key].experiment, target_numbers(asked(key))
        assert (numbers["rows"], numbers["inputs"]) == (experiment.outputs, experiment.width)
        assert numbers["reach"] == experiment.reach
        assert np.array_equal(targets(key), asked(key).target.T.astype(np.float32))
        assert np.array_equal(outputs(key), output(key).T.astype(np.float32))
    window, samples = asked("tanh-signs").window, CATALOGUE["tanh-signs"].experiment.facts()[0]
    marked = np.array(marks(window, samples))
    assert marked.shape == samples.shape
    low, high = window.axis[0], window.axis[-1]
    assert low + marked * (high - low) == pytest.approx(samples, abs=1e-4 * (high - low))
    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, 0.0]])
    assert marks(SQUARE, corners) == [[0.0, 0.0], [0.0, 1.0], [1.0, 0.5]]
    assert marks(LINE, CATALOGUE["sine"].experiment.facts()[0]) == []
    window = Window(2.0, 3, axes=(2, 0), fixed=(0.0, 0.0, 0.0))
    assert marks(window, np.array([[2.0, 7.0, -2.0], [0.0, 7.0, 1.0]])) == [[0.0, 1.0], [0.75, 0.5]]


def test_the_coarse_grid_is_even_and_a_plane_varies_two_inputs_of_it() -> None:
    for window, points in [
        (SQUARE, COARSE_GRID), (Window(2.0, 2, large=True), COARSE_GRID),
        (Window(1.0, 3, (2, 0), (0.0, 0.5, 0.0)), COARSE_GRID), (LINE, COARSE_LINE_POINTS),
    ]:  # fmt: skip
        coarse, axis = window.grid[window.coarse], np.linspace(-window.reach, window.reach, points)
        if window.inputs == 1:
            assert coarse[:, 0] == pytest.approx(axis, abs=1e-12)
            continue
        assert coarse.shape == (points * points, window.inputs)
        assert coarse[:points, window.axes[0]] == pytest.approx(axis, abs=1e-12)
        assert coarse[::points, window.axes[1]] == pytest.approx(axis, abs=1e-12)
    assert len(Window(1.0, 2, large=True).grid) == LARGE_GRID**2 > len(SQUARE.grid) == GRID**2
    assert np.array_equal(Window(1.0, 1, large=True).grid, LINE.grid)
    for samples, drawn in [(10, 60), (300, 60), (1_000, 100), (3_000, 200), (100_000, 200)]:
        assert samples_drawn(samples, large=True) == drawn
        assert samples_drawn(samples, large=False) == LAST_SAMPLES
    grid = Window(2.0, 4, axes=(3, 1), fixed=(0.5, 9.0, -1.5, 9.0)).grid
    assert (grid.shape, set(grid[:, 0]), set(grid[:, 2])) == ((GRID * GRID, 4), {0.5}, {-1.5})
    axis = np.linspace(-2.0, 2.0, GRID)
    assert np.array_equal(grid[:GRID, 3], axis)
    assert np.array_equal(grid[::GRID, 1], axis)
    assert set(Window(1.0, 3).grid[:, 2]) == {0.0}
    target = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, 1.0]])
    output = np.array([[0.1, -3.0], [-0.1, 2.0], [np.nan, -1e-9], [0.0, np.inf]])
    assert right_signs(target, output) == [0.25, 1.0]
    for other in (0.0, 0.5, np.nan, 1.0 + 1e-15):
        assert right_signs(np.where(target[:, :1] > 0, target, other), output) is None


def test_signs_of_a_target_are_known_on_a_finer_grid_and_numbers_that_are_none_leave_a_map() -> None:
    bits = target_signs(CATALOGUE["circle"].experiment.target, 1.0)
    above = np.unpackbits(bits, axis=1, count=BORDER_GRID**2)[0].reshape(BORDER_GRID, BORDER_GRID)
    across, up = np.meshgrid(*2 * [np.linspace(-1.0, 1.0, BORDER_GRID)])
    assert np.array_equal(above == 1, across**2 + up**2 < 0.64)
    assert BORDER_GRID > LARGE_GRID
    bits = target_signs(CATALOGUE["tanh-signs"].experiment.target, 3.0)
    first, second = np.unpackbits(bits, axis=1, count=BORDER_GRID**2).reshape(2, BORDER_GRID, BORDER_GRID)
    middle = BORDER_GRID // 2
    assert first[:, middle + 1 :].all()
    assert not first[:, : middle + 1].any(), "0 is not above 0"
    assert np.array_equal(second, np.triu(np.ones_like(second), 1))
    nothing = np.full((GRID * GRID, 1), np.nan)
    grid = TargetMap(SQUARE, np.zeros_like(nothing), 1.0)
    assert np.isnan(decoded(response_numbers(grid, nothing)["output"])).all()
    for value in [np.nan, np.inf, -np.inf, 1e308]:
        grid = TargetMap(LINE, np.zeros((LINE_POINTS, 1)), 1.0)
        assert 0 < response_numbers(grid, np.full((LINE_POINTS, 1), value))["highest"] < np.inf
    grid = TargetMap(LINE, np.full((LINE_POINTS, 1), -2.0), 2.0)
    assert response_numbers(grid, np.full((LINE_POINTS, 1), 0.5))["highest"] == 2.0 * HEADROOM
    assert response_numbers(grid, np.full((LINE_POINTS, 1), -8.0))["highest"] == 8.0 * HEADROOM
    unknown = unknown_target(SQUARE, 3, 5.0)
    assert unknown.target.shape == (GRID * GRID, 3)
    assert np.isnan(unknown.target).all()
    numbers = target_numbers(unknown)
    assert (numbers["target"], numbers["rows"], numbers["scale"]) == (None, 3, 5.0)
    with np.errstate(all="ignore"):
        assert not target_signs(lambda points: np.log(points[:1]), 1.0).size


def test_a_passing_map_has_the_colours_of_the_outputs_and_of_their_errors() -> None:
    for key in DRAWN:
        targets, exact = asked(key), output(key)
        sent = response_numbers(targets, exact, passing=True)["output"]
        if targets.window.inputs == 1:
            assert sent == response_numbers(targets, exact)["output"]
            continue
        assert (sent["dtype"], sent["reach"] <= 2 * targets.scale) == ("u1", True)
        passing, exact = (decoded(sent) / MIDDLE_PLACE - 1.0) * sent["reach"], exact.T.ravel()
        for shift in (0.0, targets.target.T.ravel()):
            seen, wanted = (np.clip((values - shift) / targets.scale, -1.0, 1.0) for values in (passing, exact))
            assert np.abs(seen - wanted).max() <= 1.01 / MIDDLE_PLACE
    targets = asked("circle")
    values = np.zeros((len(targets.window.grid), 1))
    values[:3, 0] = [np.nan, 1e9, -1e9]
    assert decoded(response_numbers(targets, values, passing=True)["output"])[:4].tolist() == [255, 254, 0, 127]
