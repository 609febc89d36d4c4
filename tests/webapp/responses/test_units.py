"""The maps of hidden units are the numbers of the engine's own layers, and a unit's formula gives the same numbers."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np

from engine import CATALOGUE, AffinityLayer, IdentityLayer, Layer, MapLayer, Network, NNBench, run
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map
from engine.layers.faulty_layers import MistakenMap
from tests.webapp.asking import prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.trajectory import step_detail
from webapp.bench.actions import PreparedRun
from webapp.bench.requests import ViewOptions
from webapp.figures.encode import MIDDLE_PLACE, NO_PLACE, places_of
from webapp.figures.response_maps import COARSE_GRID, COARSE_LINE_POINTS, GRID, LARGE_GRID, LINE_POINTS, Window
from webapp.local.own_bench import local_bench, local_content
from webapp.responses.run import run_response
from webapp.responses.units import MOST_WEIGHTS_OUT, formula_of, respond_with_units, weights_out

VIEW = ViewOptions("light", None, maps=True)
DIVERGING = replace(CATALOGUE["square-map"].experiment, alpha=3.0)
WIDE = Experiment(
    (Affinity(2, 64), Map("tanh"), Affinity(64, 64), Map("tanh"), Affinity(64, 1)),
    "circle",
    inputs="uniform",
    samples=9,
)
THREE = Experiment((Affinity(3, 5), Map("sigmoid"), Affinity(5, 1)), ("v0 * v2",), inputs="uniform", samples=50)


def trained(experiment: Experiment) -> Network:
    return run(experiment, experiment.network()).trained


def whole(experiment: Experiment, key: str = "circle", **options: Any) -> dict[str, Any]:
    """The whole response to a run of that experiment, as JSON."""
    checkpoint = experiment.network()
    prepared = PreparedRun(experiment, checkpoint)
    given = run_response(key, prepared, run(experiment, checkpoint), replace(VIEW, **options))
    arrived: dict[str, Any] = json.loads(json.dumps(given, allow_nan=False))
    return arrived


def maps(experiment: Experiment, **options: Any) -> dict[str, Any]:
    given: dict[str, Any] = whole(experiment, **options)["response"]
    return given


def through(network: Network, X: FloatArray) -> list[FloatArray]:
    """The answers of each layer to every vector, one layer after the other."""
    answers = []
    with np.errstate(all="ignore"):
        for layer in network.layers:
            X = layer.respond(X)
            answers.append(X)
    return answers


def coarse_points(reach: float = 1.0) -> FloatArray:
    across, up = np.meshgrid(*[np.linspace(-reach, reach, COARSE_GRID)] * 2)
    return np.column_stack([across.ravel(), up.ravel()])


def assert_coded(given: dict[str, Any], expected: FloatArray) -> None:
    """The bytes are those of the first units' numbers there; a rounding of the grid may move one to its neighbour."""
    places = places_of(expected[:, : given["shown"]], given["scale"]).T.ravel()
    apart = np.abs(decoded(given["values"]).astype(int) - places)
    assert apart.max() <= 1
    assert np.mean(apart > 0) < 0.01


def test_the_small_maps_are_what_the_layers_answer_at_24_by_24_points_on_the_scale_of_all() -> None:
    for key in ["tanh-signs", "xor-hidden-layer", "circle", "spiral", "left-or-right", "square-map"]:
        experiment = CATALOGUE[key].experiment
        answers = through(trained(experiment), coarse_points(experiment.reach))
        places = [at for at, spec in enumerate(experiment.layers) if isinstance(spec, Map)]
        units = maps(experiment)["units"]
        assert [given["layer"] for given in units] == places
        for given in units:
            expected = answers[given["layer"]]
            most = 4 if len(experiment.layers) >= 5 else 8
            assert (given["count"], given["shown"]) == (expected.shape[1], min(most, expected.shape[1]))
            assert given["values"]["dtype"] == "u1"
            assert_coded(given, expected)
    experiment = CATALOGUE["spiral"].experiment
    hidden = through(trained(experiment), Window(experiment.reach, 2).grid)[1]
    assert maps(experiment)["units"][0]["scale"] == np.abs(hidden).max()
    for key, most in [("tanh-signs", 2_000), ("xor-hidden-layer", 4_500), ("circle", 7_500), ("spiral", 12_000)]:
        assert len(json.dumps(maps(CATALOGUE[key].experiment)["units"])) < most
    assert [(given["count"], given["shown"]) for given in maps(WIDE)["units"]] == [(64, 4), (64, 4)]
    assert whole(WIDE, maps=False, unit=(1, 3), large=True)["response"] is None


def test_one_input_gives_small_curves_more_the_plane_and_right_signs_a_share() -> None:
    experiment, x = CATALOGUE["sine"].experiment, np.linspace(-1.0, 1.0, COARSE_LINE_POINTS)[:, None]
    (given,) = maps(experiment, unit=(1, 5))["units"]
    assert (given["layer"], given["count"], given["shown"]) == (1, 8, 8)
    assert decoded(given["values"]).size == 8 * COARSE_LINE_POINTS
    assert_coded(given, through(trained(experiment), x)[1])
    response = maps(THREE, axes=(2, 0), unit=(1, 4))
    window = Window(1.0, 3, (2, 0), tuple(THREE.facts()[0][-1].tolist()))
    hidden, (given,) = through(trained(THREE), window.grid)[1], response["units"]
    assert (given["count"], given["shown"]) == (5, 5)
    assert_coded(given, hidden[window.coarse])
    assert np.array_equal(decoded(response["unit"]["values"]), hidden[:, 4].astype("f4"))
    experiment = CATALOGUE["tanh-signs"].experiment
    grid = Window(experiment.reach, 2).grid
    signs = np.sign(trained(experiment).respond(grid)) == experiment.target(grid.T).T
    share = maps(experiment)["share"]
    assert (share, len(share)) == (signs.mean(axis=0).tolist(), 2)
    assert 0.8 < min(share) <= 1.0
    for key in ["sine", "square-map", "three-facts", "affine-swap"]:
        assert maps(CATALOGUE[key].experiment)["share"] is None


def test_networks_without_layers_have_no_units_and_those_that_are_silent_are_said_to_be() -> None:
    for key in ("affine-swap", "identity-layer"):
        response = maps(CATALOGUE[key].experiment, unit=(0, 0))
        assert (response["units"], response["unit"]) == ([], None)
    layers = (Affinity(2, 3, frozen=True), Map("tanh"), Affinity(3, 1))
    experiment = Experiment(layers, "circle", DrawnWeights(4), inputs="uniform", samples=80)
    given, start = maps(experiment, unit=(1, 2)), experiment.network()
    assert given["unit"]["formula"] == formula_of(start.layers, 1, 2)
    assert_coded(given["units"][0], through(start, coarse_points())[1])
    window = Window(1.0, 2)
    outputs, units, unit = respond_with_units(Network(), window, (0, 0))
    assert np.array_equal(outputs, window.grid)
    assert (units, unit) == ([], None)
    experiment = Experiment((Identity(), Map("tanh")), "swap", samples=5)
    assert [given["layer"] for given in maps(experiment)["units"]] == [1]
    prepared = prepared_for("left-or-right")
    window = Window(prepared.experiment.reach, 2)
    outputs, _, _ = respond_with_units(prepared.checkpoint, window)
    assert np.array_equal(outputs, prepared.checkpoint.respond(window.grid))
    experiment = Experiment(
        (Affinity(2, 2), Map("1/x"), Affinity(2, 1)), "circle",
        GivenWeights(((((0.0, 0.0), (1.0, 0.0)), (0.0, 0.0)), (((0.0, 0.0),), (0.0,)))), inputs="uniform", samples=5,
    )  # fmt: skip
    response = maps(experiment, unit=(1, 0))
    (given,) = response["units"]
    assert (set(decoded(given["values"])[: COARSE_GRID**2]), given["silent"]) == ({NO_PLACE}, [])
    assert np.isnan(decoded(response["unit"]["values"])).all()
    assert (response["unit"]["silent"], response["unit"]["scale"]) == (False, given["scale"])
    assert math.isfinite(given["scale"])
    for experiment in [DIVERGING, replace(CATALOGUE["circle"].experiment, alpha=1e300, samples=90)]:
        response = maps(experiment, unit=(1, 0))
        assert response["units"][0]["layer"] == response["unit"]["layer"] == 1
        assert math.isfinite(response["units"][0]["scale"])
    for place in [None, (0, 0), (1, 8), (2, 0), (4, 0), (1000, 1000)]:
        assert maps(CATALOGUE["circle"].experiment, unit=place)["unit"] is None
    weights = GivenWeights(((((1.0, 0.0), (0.1, 0.1)), (0.0, -5.0)), (((1.0, 1.0),), (0.0,))))
    experiment = Experiment((Affinity(2, 2), Map("relu"), Affinity(2, 1)), "circle", weights, "uniform", samples=20)
    response = maps(experiment, unit=(1, 1))
    assert response["units"][0]["silent"] == [1]
    assert set(decoded(response["units"][0]["values"])[COARSE_GRID**2 :]) == {MIDDLE_PLACE}
    assert response["unit"]["silent"]
    assert not maps(experiment, unit=(1, 0))["unit"]["silent"]
    weights = GivenWeights(((((0.1, 0.1),), (-5.0,)), (((1.0,),), (0.0,))))
    experiment = Experiment((Affinity(2, 1), Map("relu"), Affinity(1, 1)), "circle", weights, "uniform", samples=20)
    (given,) = maps(experiment)["units"]
    assert (given["scale"], set(decoded(given["values"]))) == (0.0, {MIDDLE_PLACE})


def test_units_of_layers_that_are_opened_or_large_have_their_answers_on_the_grid() -> None:
    for large in [False, True]:
        for key, unit in [("circle", (1, 3)), ("circle", (3, 0)), ("spiral", (3, 15)), ("sine", (1, 7))]:
            experiment = CATALOGUE[key].experiment
            response = maps(experiment, unit=unit, large=large)
            given, (layer, index) = response["unit"], unit
            grid = Window(experiment.reach, experiment.width, large=large).grid
            answers = through(trained(experiment), grid)
            assert (given["layer"], given["index"], given["silent"]) == (layer, index, False)
            assert np.array_equal(decoded(given["values"]), answers[layer][:, index].astype("f4"))
            assert np.array_equal(decoded(response["output"]), answers[-1].T.ravel().astype("f4"))
            scale = next(part["scale"] for part in response["units"] if part["layer"] == layer)
            assert given["scale"] == scale == np.abs(answers[layer]).max()
    experiment = CATALOGUE["spiral"].experiment
    few, all_ = maps(experiment)["units"], maps(experiment, opened=3)["units"]
    assert ([part["shown"] for part in few], [part["shown"] for part in all_]) == ([4, 4, 1], [4, 16, 1])
    assert [part["count"] for part in all_] == [16, 16, 1]
    assert decoded(all_[1]["values"]).size == 16 * COARSE_GRID**2
    assert np.array_equal(decoded(all_[1]["values"])[: 4 * COARSE_GRID**2], decoded(few[1]["values"]))


def layers_of(*layers: Any) -> list[Any]:
    return list(layers)


def dense(M: list[list[float]], b: list[float]) -> AffinityLayer:
    layer = AffinityLayer(len(M[0]), len(M))
    layer.M, layer.b = M, b
    return layer


FIRST = dense([[2.41, 0.07], [-0.5, -1.0]], [0.14, 0.0])


def test_the_formula_of_a_unit_and_the_weights_out_of_it_are_those_of_its_dense_layers() -> None:
    for name, formula in [
        ("tanh", "tanh(2.41 v₀ + 0.07 v₁ + 0.14)"), ("leaky relu", "leaky relu(2.41 v₀ + 0.07 v₁ + 0.14)"),
        ("identity", "2.41 v₀ + 0.07 v₁ + 0.14"), ("square/2", "(2.41 v₀ + 0.07 v₁ + 0.14)²/2"),
        ("double", "2 (2.41 v₀ + 0.07 v₁ + 0.14)"), ("plus one", "(2.41 v₀ + 0.07 v₁ + 0.14) + 1"),
        ("x*x/3", "x*x/3 with x = 2.41 v₀ + 0.07 v₁ + 0.14"),
    ]:  # fmt: skip
        assert formula_of(layers_of(FIRST, MapLayer(name)), 1, 0) == formula
    tanh = MapLayer("tanh")
    assert formula_of(layers_of(FIRST, tanh), 1, 1) == "tanh(−0.50 v₀ − 1.00 v₁)"
    assert formula_of(layers_of(dense([[0.0, 0.0]], [0.0]), tanh), 1, 0) == "tanh(0)"
    assert formula_of(layers_of(dense([[0.0, 0.0]], [-2.0]), tanh), 1, 0) == "tanh(−2.00)"
    assert formula_of(layers_of(dense([[-0.001, 2.0]], [-0.001]), tanh), 1, 0) == "tanh(0.00 v₀ + 2.00 v₁ + 0.00)"
    many = dense([[0.1, -5.0, 3.0, 0.2, 4.0]], [-0.5])
    layers = layers_of(FIRST, MapLayer("tanh"), many, MapLayer("relu"))
    assert formula_of(layers, 3, 0) == "relu(−5.00 u₁ + 3.00 u₂ + 4.00 u₄ − 0.50 + …)"
    four = dense([[1.0, -5.0, 0.0, 2.0]], [-9.0])
    assert formula_of([*layers[:2], four, MapLayer("relu")], 3, 0) == "relu(1.00 u₀ − 5.00 u₁ + 2.00 u₃ − 9.00)"
    tanh, plus = MapLayer("tanh"), MapLayer("plus one")
    assert formula_of([plus], 0, 1) == "v₁ + 1"
    assert formula_of([IdentityLayer(), MapLayer("square/2")], 1, 1) == "v₁²/2"
    assert formula_of([FIRST, tanh, MapLayer("double")], 2, 1) == "2 u₁"
    assert formula_of([IdentityLayer(), FIRST, IdentityLayer(), tanh], 3, 1) == "tanh(−0.50 v₀ − 1.00 v₁)"
    own = MapLayer(np.tanh, lambda x: 1 - np.tanh(x) ** 2)
    assert formula_of([FIRST, own], 1, 1) == "f(−0.50 v₀ − 1.00 v₁)"
    assert formula_of([FIRST, MistakenMap()], 1, 1) == "f(−0.50 v₀ − 1.00 v₁)"
    broken = dense([[math.nan, math.inf]], [-math.inf])
    assert formula_of([broken, MapLayer("tanh")], 1, 0) == "tanh(not a number v₀ + ∞ v₁ − ∞)"
    second, third = dense([[1.0, 2.0], [3.0, 4.0], [5.0, math.nan]], [0.0] * 3), dense([[7.0, 8.0, 9.0]], [0.0])
    layers = layers_of(FIRST, tanh, second, tanh, IdentityLayer(), third, tanh)
    assert weights_out(layers, 1, 0) == [
        {"to": "u₀", "weight": 1.0}, {"to": "u₁", "weight": 3.0}, {"to": "u₂", "weight": 5.0},
    ]  # fmt: skip
    assert [row["weight"] for row in weights_out(layers, 1, 1)] == [2.0, 4.0, None]
    assert (weights_out(layers, 3, 2), weights_out(layers, 6, 0)) == ([{"to": "y₀", "weight": 9.0}], [])
    layers = layers_of(FIRST, MapLayer("tanh"), MapLayer("double"), dense([[1.0, 2.0]], [0.0]))
    assert (weights_out(layers, 1, 0), weights_out(layers, 2, 0)) == ([], [{"to": "y₀", "weight": 1.0}])
    layers = layers_of(FIRST, MapLayer("tanh"), AffinityLayer(2, 100, 1))
    out = weights_out(layers, 1, 1)
    assert [row["weight"] for row in out] == layers[2].M[:MOST_WEIGHTS_OUT, 1].tolist()


def test_a_large_map_has_more_points_and_brings_its_target_unless_it_would_take_long() -> None:
    experiment = CATALOGUE["circle"].experiment
    window, response = Window(1.0, 2, large=True), maps(experiment, large=True)
    assert decoded(response["output"]).size == LARGE_GRID**2 > GRID**2
    target = experiment.target(window.grid.T).T
    assert np.array_equal(decoded(response["target"]), target[:, 0].astype("f4"))
    assert response["share"] == [np.mean(np.sign(trained(experiment).respond(window.grid)) == target)]
    assert maps(experiment)["target"] is None
    (usual, _), (large, _) = (maps(experiment, large=on)["units"] for on in (False, True))
    assert np.abs(decoded(usual["values"]).astype(int) - decoded(large["values"]).astype(int)).max() <= 1
    response = maps(THREE, large=True)
    assert decoded(response["output"]).size == decoded(response["target"]).size == LARGE_GRID**2
    for experiment in [WIDE, CATALOGUE["sine"].experiment]:
        response = maps(experiment, large=True)
        assert decoded(response["output"]).size == (GRID**2 if experiment.width == 2 else LINE_POINTS)
        assert response["target"] is None


class Shares(Layer):
    """A layer of one's own."""

    def __call__(self, x: Any) -> FloatArray:
        shares: FloatArray = np.exp(x) / np.exp(x).sum()
        self.y = shares
        return shares

    def backprop(self, output_delE: Any) -> FloatArray:
        moved: FloatArray = self.y * (output_delE - (output_delE * self.y).sum())
        return moved


def test_a_layer_of_ones_own_on_a_local_bench_has_units() -> None:
    network = Network()
    network.extend(AffinityLayer(2, 3, 1))
    network.extend(Shares())
    network.extend(AffinityLayer(3, 2, 2))
    row = next(iter(local_content(local_bench(NNBench(network, lambda v: [v[0], v[1]])), 60).rows.values()))
    prepared = PreparedRun(row.experiment, row.experiment.network())
    asked = {"step": 60, "own": None, "axes": [0, 1], "unit": [1, 2], "large": True, "opened": None}
    response = step_detail(prepared, asked)["response"]
    at, (X, T) = row.experiment.network(), row.experiment.facts()
    at.alpha = row.experiment.alpha
    at.train(X, T)
    grid = Window(row.experiment.reach, 2).grid
    expected = np.array([at.layers[1](at.layers[0](x)) for x in grid])
    assert np.array_equal(decoded(response["unit"]["values"]), expected[:, 2].astype("f4"))
    assert response["unit"]["formula"] == "Shares(u)₂"
    assert [row["to"] for row in response["unit"]["out"]] == ["y₀", "y₁"]
    assert (response["units"][0]["layer"], response["units"][0]["shown"]) == (1, 3)
