"""The errors of a network as a function of its free weights, and their derivatives, held against the layers."""

import numpy as np
import pytest

from engine import Affinity, DrawnWeights, Experiment, Identity, Map, kernel
from engine.base.numerics import FloatArray
from engine.experiments.layer_specs import LayerSpec
from engine.fitting.jacobian import WeightSpace
from tests.engine.nets import flat

NETWORKS: dict[str, tuple[LayerSpec, ...]] = {
    "dense": (Affinity(2, 3), Affinity(3, 2)),
    "tanh": (Affinity(2, 4), Map("tanh"), Affinity(4, 2), Map("tanh")),
    "frozen": (Affinity(2, 4, frozen=(0, 3, 9)), Map("sin"), Affinity(4, 2, frozen=True), Map("sigmoid")),
    "formula": (Map("x + 0.1*x*x"), Affinity(2, 3), Identity(), Map("exp(-x*x) + x"), Affinity(3, 2)),
    "bugs": (Affinity(2, 2, left_multiplied=True), Map("leaky relu, half slope"), Affinity(2, 2)),
}


def samples() -> tuple[FloatArray, FloatArray]:
    rng = np.random.RandomState(1)
    return rng.randn(40, 2), rng.randn(40, 2)


def space_of(name: str) -> tuple[Experiment, WeightSpace]:
    experiment = Experiment(NETWORKS[name], "swap", DrawnWeights(3))
    return experiment, WeightSpace(experiment.network().layers)


@pytest.mark.parametrize("name", NETWORKS)
def test_half_the_square_of_the_errors_is_the_mean_loss_and_every_derivative_is_measured(name: str) -> None:
    experiment, space = space_of(name)
    (X, T), h = samples(), 1e-6
    errors, e = space.errors(space.start, X, T), experiment.network().respond(X) - T
    assert errors.values == pytest.approx(e.ravel() / np.sqrt(40), abs=1e-13)
    assert errors.loss == pytest.approx(float((e * e).sum()) / 80, rel=1e-13)
    J = errors.jacobian()
    assert J.shape == (80, space.start.size)
    for k in range(space.start.size):
        move = h * (np.arange(space.start.size) == k)
        up, down = (space.errors(space.start + way * move, X, T).values for way in (1, -1))
        assert J[:, k] == pytest.approx((up - down) / (2 * h), abs=1e-8), k


def test_frozen_weights_keep_their_values_and_the_layers_are_not_touched() -> None:
    network = space_of("frozen")[0].network()
    space, frozen = WeightSpace(network.layers), kernel.frozen_places(network.layers)
    before, moved = flat(network), space.weights(space.start + 1.0)
    assert space.start.size == before.size - len(frozen)
    assert np.array_equal(moved[frozen], before[frozen])
    assert np.array_equal(np.delete(moved, frozen), np.delete(before, frozen) + 1.0)
    space.errors(space.start + 1.0, *samples()).jacobian()
    assert np.array_equal(flat(network), before)
