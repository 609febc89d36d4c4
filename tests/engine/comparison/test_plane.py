"""The plane holds the start and both ends exactly, and its heights there are the engine's own mean losses."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, Map, MapLayer, Network, kernel, run
from engine.base.metrics import mean_losses
from engine.base.numerics import sum_lanes
from engine.comparison.mean_loss import some_samples
from engine.comparison.pair import Pair
from engine.comparison.path import STEPS, Path, path_of
from engine.comparison.plane import Plane, plane_of
from engine.training.trajectory import record_trajectory
from tests.engine.asserting import known, refusal
from tests.engine.nets import catalogued, flat, network_of, run_of

NET = (Affinity(2, 3), Map("tanh"), Affinity(3, 1))
ONE = Experiment(NET, "xor", DrawnWeights(1), samples=90)


def plane_between(a: Experiment, b: Experiment) -> Plane:
    return known(Pair(run_of(a), run_of(b)).plane)


def own_mean(experiment: Experiment, network: Network) -> float:
    """The mean loss by the readable layers, one sample after the other."""
    X, T = experiment.facts()
    losses = []
    for x, t in zip(X, T, strict=True):
        e = network(x) - t
        losses.append(float(sum_lanes(e * e)) / 2.0)
    return float(mean_losses(np.array(losses)))


TURNED: dict[str, tuple[Experiment, Experiment]] = {
    "alpha": (ONE, replace(ONE, alpha=0.3)),
    "seed": (ONE, replace(ONE, seed=9)),
    "target": (ONE, replace(ONE, ideal="circle")),
    "samples": (replace(ONE, samples=40), ONE),
    "relu": tuple(replace(ONE, layers=(NET[0], Map("relu"), NET[2]), alpha=alpha) for alpha in (0.1, 0.2)),  # type: ignore[dict-item]
    "table": tuple(catalogued("three-facts", samples=7, alpha=alpha) for alpha in (0.03, 0.1)),  # type: ignore[dict-item]
    "circle": tuple(catalogued("circle", samples=441, alpha=alpha) for alpha in (0.1, 0.4)),  # type: ignore[dict-item]
}


def test_an_end_beside_the_plane_has_its_own_mean_loss_at_its_point_too() -> None:
    """Two ends so close together that they are on one line with the start."""
    other = catalogued("affine-swap", alpha=0.15)
    runs = run_of(catalogued("affine-swap")), run_of(other)
    plane = known(Pair(*runs).plane)
    assert not plane.exact
    heights = plane.heights(np.array([plane.a, plane.b]))
    assert heights.tolist() == pytest.approx([own_mean(other, one.trained) for one in runs], rel=1e-12)


@pytest.mark.parametrize("name", TURNED)
def test_heights_at_the_three_points_are_the_engines_own_and_the_ends_lie_where_they_say(name: str) -> None:
    a, b = TURNED[name]
    runs = run_of(a), run_of(b)
    plane = known(Pair(*runs).plane)
    assert plane.exact
    points, networks = np.array([(0.0, 0.0), plane.a, plane.b]), (b.network(), runs[0].trained, runs[1].trained)
    assert plane.heights(points).tolist() == pytest.approx([own_mean(b, one) for one in networks], rel=1e-12)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2), abs=1e-14)
    ends = np.stack([runs[0].first_weights, *(flat(one.trained) for one in runs)])
    assert plane.coordinates(ends) == pytest.approx(points, abs=1e-12)
    assert plane.distances(ends) == pytest.approx(np.zeros(3), abs=1e-12)
    assert plane.a[1] == 0.0
    assert plane.b[1] >= 0.0
    lengths = np.linalg.norm(ends[1:] - ends[0], axis=1)
    assert [math.hypot(*plane.a), math.hypot(*plane.b)] == pytest.approx(lengths.tolist(), rel=1e-12)


def test_a_point_between_has_the_weights_between_and_the_share_is_that_of_squared_distances() -> None:
    plane = plane_between(*TURNED["alpha"])
    a, b = np.array(plane.a), np.array(plane.b)
    found = plane.weights_at(np.array([0.5 * (a + b), a, b, [0.0, 0.0]]))
    ends = [plane.path_a.weights[-1], plane.path_b.weights[-1]]
    assert found[0] == pytest.approx(0.5 * (ends[0] + ends[1]), abs=1e-13)
    assert [row.tolist() for row in found[1:]] == [row.tolist() for row in (*ends, plane.start)]
    plane, within, whole = plane_between(*TURNED["alpha"]), 0.0, 0.0
    for path in (plane.path_a, plane.path_b):
        for row in path.weights:
            distance, beside = float(np.linalg.norm(row - plane.start)), float(plane.distances(row[None])[0])
            whole, within = whole + distance**2, within + distance**2 - beside**2
            assert math.hypot(*plane.coordinates(row[None])[0], beside) == pytest.approx(distance, abs=1e-12)
    assert plane.share == pytest.approx(within / whole, rel=1e-9)
    assert 0.5 < plane.share < 1.0


# Paths


def test_a_path_has_the_bits_of_the_trajectory_and_ends_before_divergence(monkeypatch: pytest.MonkeyPatch) -> None:
    for samples in (1, 2, 199, 200, 201, 399, 1000):
        experiment = replace(ONE, samples=samples)
        trajectory = record_trajectory(experiment.network(), *experiment.facts())
        path = path_of(run_of(experiment))
        assert (path.steps[0], path.steps[-1]) == (0, samples)
        assert len(path.steps) <= STEPS + 1
        assert len(set(np.diff(path.steps)[:-1].tolist())) <= 1
        assert (path.weights == trajectory.parameters[path.steps]).all()
    # The last step of a run has no loss after it, by which a divergence would be seen.
    experiment = Experiment((Affinity(1, 1),), ("1e10*v0",), DrawnWeights(1), alpha=1e300, samples=1)
    result = run_of(experiment)
    assert result.diverged_at is None
    assert not np.isfinite(flat(result.trained)).all()
    pair = Pair(result, run_of(replace(experiment, alpha=0.1)))
    assert (pair.before.step, pair.now.step) == (0, 1)
    assert pair.before.weights.tolist() == flat(pair.before.network).tolist() == result.first_weights.tolist()
    monkeypatch.setattr("engine.comparison.path.MOST_NUMBERS", 3 * 13)
    assert path_of(run_of(ONE)).steps.tolist() == [0, 30, 60, 90]
    result = run_of(catalogued("square-map", alpha=0.1))
    path = path_of(result)
    assert (result.diverged_at, path.steps[-1]) == (30, 29)
    assert (path.weights[-1] == flat(result.trained)).all()


# Planes without three points


def path(*rows: tuple[float, ...]) -> Path:
    return Path(np.arange(len(rows)), np.array(rows))


START = (1.0, 0.0, 0.0, 0.0)


def plane_through(a: Path, b: Path) -> Plane | None:
    network = network_of(AffinityLayer(1, 1, seed=1), AffinityLayer(1, 1, seed=2))
    return plane_of(a, b, network, (np.ones((1, 1)), np.ones((1, 1))))


def test_a_small_angle_takes_the_direction_of_leaving_and_below_five_degrees_ends_are_on_one_line() -> None:
    one = path(START, (2.0, 0.0, 3.0, 0.0), (5.0, 0.0, 0.0, 0.0))
    plane = known(plane_through(one, path(START, (2.0, 0.0, -1.0, 0.0), (7.0, 0.3, 0.0, 0.0))))
    assert (plane.a, plane.exact) == ((4.0, 0.0), False)
    assert plane.b[0] == pytest.approx(6.0)
    assert abs(plane.b[1]) < 0.3
    assert abs(plane.axes[1] @ (0.0, 0.0, 1.0, 0.0)) > 0.99
    beside = plane.distances(plane.path_b.weights[-1:])[0]
    assert beside > 0.2
    assert math.hypot(*plane.b, beside) == pytest.approx(math.hypot(6.0, 0.3))
    for degrees, exact in ((4.9, False), (5.1, True), (174.9, True), (175.1, False)):
        angle = math.radians(degrees)
        end = path(START, (1.0 + 3.0 * math.cos(angle), 3.0 * math.sin(angle), 0.0, 0.0))
        bent = path(START, (1.5, 0.0, 1.0, 0.0), (5.0, 0.0, 0.0, 0.0))
        assert known(plane_through(bent, end)).exact is exact, degrees


def test_runs_without_a_move_or_a_turn_leave_one_direction_or_no_plane() -> None:
    still, moved = path(START, START), path(START, (1.0, 1.0, 0.5, 0.0), (1.0, 2.0, 0.0, 0.0))
    before, now = known(plane_through(moved, still)), known(plane_through(still, moved))
    assert (before.a, before.b, before.exact) == ((2.0, 0.0), (0.0, 0.0), True)
    assert (now.a, now.b, now.exact) == ((0.0, 0.0), (2.0, 0.0), True)
    assert before.share == now.share == pytest.approx(1.0)
    assert abs(before.axes[1]) == pytest.approx([0.0, 0.0, 1.0, 0.0])
    back = known(plane_through(path(START, (1.0, 0.0, 0.0, 2.0), START), path(START, (3.0, 0.0, 0.0, 0.0))))
    assert (back.a, back.b) == ((0.0, 0.0), (2.0, 0.0))
    assert back.share == pytest.approx(1.0)
    plane = known(plane_through(path(START, (2.0, 0.0, 0.0, 0.0)), path(START, (4.0, 0.0, 0.0, 0.0))))
    assert (plane.a, plane.b, plane.share, plane.exact) == ((1.0, 0.0), (3.0, 0.0), 1.0, True)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2))
    plane = plane_between(ONE, replace(ONE))
    assert plane.a == plane.b
    assert plane.exact
    assert plane.heights(np.array([plane.a]))[0] == pytest.approx(own_mean(ONE, run_of(ONE).trained), rel=1e-12)
    for size in (0.0, 1e-200, 1e200):
        still, moved = path((0.0,) * 4), path((0.0,) * 4, (0.0, size, 0.0, 0.0))
        assert plane_through(moved, moved) is plane_through(still, moved) is plane_through(moved, still) is None
    assert plane_through(path((0.0,), (1.0,)), path((0.0,), (2.0,))) is None


# Heights


def test_any_list_of_points_has_its_heights_in_pieces_that_can_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    plane, points = plane_between(*TURNED["alpha"]), np.random.RandomState(0).uniform(-3.0, 5.0, (100, 2))
    whole = plane.heights(points)
    monkeypatch.setattr("engine.training.mean_losses.WORK_AT_ONCE", 1)
    done: list[int] = []
    assert (plane.heights(points, done.append) == whole).all()
    assert done == list(range(0, 100, kernel.SIDE_BY_SIDE))
    assert (plane.heights(points[::-1]) == whole[::-1]).all()
    assert plane.heights(np.empty((0, 2))).shape == (0,)

    def enough(points_done: int) -> None:
        if points_done:
            raise InterruptedError("enough")

    assert refusal(InterruptedError, plane.heights, points, enough) == "enough"


def test_heights_beyond_numbers_are_said_and_functions_of_ones_own_have_those_of_readable_layers() -> None:
    heights = plane_between(*TURNED["relu"]).heights(np.array([[1e200, 0.0], [0.0, 0.0]]))
    assert [math.isfinite(height) for height in heights] == [False, True]
    layers = (Affinity(2, 3, frozen=(0, 4, 8)), Map("tanh"), Affinity(3, 1, frozen=True))
    plane = plane_between(replace(ONE, layers=layers), replace(ONE, layers=layers, alpha=0.4))
    assert np.abs(plane.axes[:, [0, 4, 8, *range(9, 13)]]).max() == 0.0
    assert np.abs(plane.axes).max() > 0.1
    network, tanh = Network(), MapLayer(math.tanh, lambda x: 1.0 - math.tanh(x) ** 2)
    network.layers = [AffinityLayer(2, 3, seed=1), tanh, AffinityLayer(3, 1, seed=2)]
    assert not kernel.supports(network.layers)
    runs = [run(one, network) for one in TURNED["alpha"]]
    plane = known(Pair(runs[0], runs[1]).plane)
    heights = plane.heights(np.array([(0.0, 0.0), plane.a, plane.b]))
    networks = (network, runs[0].trained, runs[1].trained)
    assert heights.tolist() == pytest.approx([own_mean(ONE, each) for each in networks], rel=1e-12)


# Samples


def test_at_most_441_samples_are_evenly_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.sample_source.REMEMBERED_NUMBERS", 10)
    monkeypatch.setattr("engine.data.sample_source.BLOCK", 300)
    for samples, chosen in ((1, 1), (441, 441), (442, 441), (5000, 441)):
        experiment = replace(ONE, samples=samples)
        X, T = some_samples(experiment)
        every, targets = experiment.facts()
        assert len(X) == chosen
        places = [int(np.flatnonzero((every == x).all(axis=1))[0]) for x in X]
        assert (targets[places] == T).all()
        assert (places[0], places[-1]) == (0, samples - 1)
        assert max(np.diff(places), default=1) - min(np.diff(places), default=1) <= 1
