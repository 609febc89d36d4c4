"""Of networks that no weights help: no weights that are drawn, fitted or trained go below the bound."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Identity, Map, run
from engine.activations import ACTIVATIONS
from engine.data.table import TABLE, Table
from engine.fitting.affine_fit import affine_fit
from engine.outcomes.floor_search import floor, mean_loss
from engine.outcomes.monotone import MOST_POINTS, is_rising, least_loss, linear_rank, structure
from tests.engine.asserting import known
from tests.engine.nets import KINDS

CORNERS = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
PRODUCT = CORNERS[:, :1] * CORNERS[:, 1:]
ENDINGS = ("tanh", "sigmoid", "relu", "leaky relu", "softplus", "elu", "double")


def test_a_structure_is_named_where_it_is_so() -> None:
    for specs, words in [
        ((Affinity(2, 1),), "One dense layer is a linear function"),
        ((Affinity(2, 2, frozen=True),), "One dense layer is a linear function"),
        ((Affinity(2, 1), Map("double")), "With one dense layer the network is a linear function"),
        ((Affinity(2, 4), Identity(), Affinity(4, 1)),
         "With no activation between its dense layers the network is a linear function"),
        ((Affinity(2, 1), Map("tanh")), "With one dense layer the output rises in one direction only"),
        ((Affinity(2, 2), Map("relu")), "With one dense layer each output rises in one direction only"),
        ((Affinity(2, 3), Affinity(3, 1), Map("tanh"), Map("elu")),
         "With no activation between its dense layers the output rises in one direction only"),
        ((Affinity(2, 1), Affinity(1, 2)), ""), ((Affinity(2, 1), Map("gaussian")), ""),
        ((Map("tanh"), Affinity(2, 1)), ""), ((Affinity(2, 4), Map("tanh"), Affinity(4, 1)), ""),
    ]:  # fmt: skip
        outputs = [spec.outputs for spec in specs if isinstance(spec, Affinity)][-1]
        assert structure(Experiment(specs, ("v0",) * outputs, DrawnWeights(1)).network().layers) == words
    layers = Experiment((Map("tanh"),), ("v0", "v1")).network().layers
    assert (structure(layers), is_rising(layers), linear_rank(layers)) == ("", False, None)


def test_the_least_loss_is_that_of_three_corners_of_xor_and_0_where_one_direction_tells_apart() -> None:
    """Of −1, 1, 1, −1 the last three share a third: (4 + 4 + 16) / 9 = 8 / 3, half of it over four corners."""
    assert least_loss(CORNERS, PRODUCT) == pytest.approx(1 / 3)
    assert least_loss(np.repeat(CORNERS, 7, axis=0), np.repeat(PRODUCT, 7, axis=0)) == pytest.approx(1 / 3)
    assert least_loss(CORNERS, CORNERS) == 0.0
    assert least_loss(CORNERS, np.maximum(CORNERS[:, :1], CORNERS[:, 1:])) == 0.0
    assert least_loss(np.zeros((4, 2)), PRODUCT) == pytest.approx(0.5)
    assert least_loss(np.zeros((4, 1)), PRODUCT) == pytest.approx(0.5)


@given(st.integers(0, 10_000), st.integers(2, 7), st.sampled_from(ENDINGS))
def test_no_fit_goes_below_the_bound(seed: int, rows: int, ending: str) -> None:
    rng = np.random.RandomState(seed)
    X, T = rng.randint(-2, 3, (rows, 2)).astype(float), np.round(rng.randn(rows, 2), 1)
    table = Table(tuple(map(tuple, X.tolist())), tuple(map(tuple, T.tolist())))
    experiment = Experiment((Affinity(2, 2), Map(ending)), TABLE, DrawnWeights(seed), table, samples=50)
    found, least = floor(experiment, starts=2), least_loss(X, T)
    assert least is not None
    assert least <= known(found.loss) * (1 + 1e-9) + 1e-12


@given(st.integers(0, 10_000), st.sampled_from([name for name, row in ACTIVATIONS.items() if row.rises]))
def test_no_drawn_weights_go_below_the_bound(seed: int, ending: str) -> None:
    xor = CATALOGUE["xor-one-layer"].experiment
    network = replace(xor, layers=(Affinity(2, 1), Map(ending)), weights=DrawnWeights(seed)).network()
    X, T = xor.facts()
    assert mean_loss(network, X, T) >= least_loss(X, T)  # type: ignore[operator]


@pytest.mark.parametrize("key", KINDS)
def test_of_experiments_of_the_catalogue_the_bound_lies_below_the_trained_network(key: str) -> None:
    """And below that of its own network without its last activation, whose least loss is known by least squares."""
    experiment = CATALOGUE[key].experiment
    ends = isinstance(experiment.layers[-1], Map)
    for layers in (experiment.layers, experiment.layers[:-1]) if ends else (experiment.layers,):
        if not any(isinstance(spec, Affinity) for spec in layers):
            continue
        shorter = replace(experiment, layers=layers)
        network, (X, T) = shorter.network(), shorter.facts()
        trained, rank = mean_loss(run(shorter, network).trained, X, T), linear_rank(network.layers)
        if rank is not None:
            assert known(affine_fit([(X, T)], rank)).floor <= trained + 1e-12
        if is_rising(network.layers):
            least = least_loss(X, T)
            assert least is None or least <= trained + 1e-12


def test_what_is_called_linear_is_fitted_and_of_too_many_points_nothing_is_said() -> None:
    circle, X = CATALOGUE["circle"].experiment, np.random.RandomState(2).randn(50, 2)
    for ending in (name for name, row in ACTIVATIONS.items() if row.affine):
        network = replace(circle, layers=(Affinity(2, 1), Map(ending), Identity())).network()
        assert linear_rank(network.layers) == 1
        assert known(affine_fit([(X, network.respond(X))], 1)).floor < 1e-25
    points = np.random.RandomState(1).randn(MOST_POINTS + 1, 2)
    assert least_loss(points, points[:, :1]) is None
    assert least_loss(points[1:], points[1:, :1]) == 0.0
    assert least_loss(np.eye(3), np.ones((3, 1))) is None
    assert least_loss(CORNERS, np.full((4, 1), np.nan)) is None
    # One input may have any number of points.
    x = np.linspace(-3.0, 3.0, 2_000)[:, None]
    assert least_loss(x, -np.tanh(x)) == 0.0
    assert known(least_loss(x, x * x)) > 0.5
