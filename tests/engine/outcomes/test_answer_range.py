"""Targets outside the last activation's range cost at least `loss_outside`, whatever the weights are."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Identity, Map
from engine.activations import ACTIVATIONS
from engine.outcomes.answer_range import ANY_NUMBER, answer_range, loss_outside
from engine.outcomes.floor_search import mean_loss

CIRCLE = CATALOGUE["circle"].experiment


def test_the_range_of_a_network_is_that_of_its_last_activation_and_only_targets_beyond_count() -> None:
    ranges: dict[tuple[Affinity | Map | Identity, ...], tuple[int, float, float] | None] = {
        (Affinity(2, 1), Map("relu")): (1, 0.0, math.inf), (Affinity(2, 1), Map("tanh"), Identity()): (1, -1.0, 1.0),
        (Affinity(2, 1), Map("leaky relu")): None, (Affinity(2, 2), Map("tanh"), Affinity(2, 1)): None,
        (Affinity(2, 1), Map("1*tanh(x)")): (1, -1.0, 1.0), (Affinity(2, 1),): None,
    }  # fmt: skip
    networks = {layers: Experiment(layers, ("v0*v1",), DrawnWeights(1)).network() for layers in ranges}
    assert {layers: answer_range(network.layers) for layers, network in networks.items()} == ranges
    T = np.array([[-2.0, 0.5], [3.0, 1.0]])
    assert loss_outside(T, 0.0, 1.0) == (4.0 + 4.0) / 4.0
    assert (loss_outside(T, -math.inf, 1.0), loss_outside(T, -2.0, 3.0)) == (4.0 / 4.0, 0.0)


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if row.range != ANY_NUMBER])
def test_no_drawn_weights_go_below_it(name: str) -> None:
    wide = replace(CIRCLE, layers=(Affinity(2, 8), Map("tanh"), Affinity(8, 1), Map(name)), ideal=("3*v0 - 1",))
    X, T = wide.facts()
    least = loss_outside(T, *ACTIVATIONS[name].range)
    assert least > 0.0
    for seed in range(20):
        assert mean_loss(replace(wide, weights=DrawnWeights(seed)).network(), X, T) >= least
