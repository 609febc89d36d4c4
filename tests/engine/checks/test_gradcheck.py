"""The verdict on a network names what is wrong, accuses nothing that is right, and says what it could not measure."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from engine.activations import LEAK
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import AGREES, AT_KINK, DISAGREES, MOST_SLOPES, POINTS, UNKNOWN, Check, check
from engine.checks.gradients import AGREES_WITHIN
from engine.experiments import edits
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from engine.training.network import Network
from tests.engine.checks.test_gradients import ForgetfulLayer, UntransposedLayer, cascade
from tests.engine.strategies import MANY, SOME, experiments, seeds

X = np.array([[0.3, -0.7], [1.1, 0.4], [-0.2, 2.0]])


def check_of(experiment: Experiment, seed: int = 0) -> Check:
    return check(experiment.network(), experiment.points(POINTS), seed)


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_network_of_the_catalogue_agrees_as_a_whole_and_layer_by_layer(key: str) -> None:
    found = check_of(CATALOGUE[key].experiment)
    assert (found.state, found.culprit) == (AGREES, None)
    assert found.largest < 1e-8
    assert len(found.layers) == len(CATALOGUE[key].experiment.layers)


@MANY
@given(experiments(samples=10), seeds)
def test_what_is_right_is_never_called_wrong_whatever_its_numbers(experiment: Experiment, seed: int) -> None:
    right = edits.halve_slopes(edits.multiply_left(experiment, wrong=False), wrong=False)
    assert check_of(right, seed).culprit is None


@SOME
@given(seeds)
def test_m_for_m_transposed_is_found_whatever_is_tried(seed: int) -> None:
    left = edits.multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True)
    found = check_of(left, seed)
    assert found.state == DISAGREES
    culprit = found.culprit
    assert culprit is not None
    assert (culprit.place, culprit.kind, culprit.number) == (2, "affinity", 2)
    assert culprit.worst is not None
    assert (culprit.worst.layer, culprit.worst.name) == (2, "input")
    assert [verdict.state for verdict in found.layers] == [AGREES, AGREES, DISAGREES, AGREES, AGREES]
    assert found.network.state == DISAGREES


def test_half_a_slope_is_found_with_what_is_stated_and_what_is_measured() -> None:
    half = edits.halve_slopes(CATALOGUE["leaky-relu-ones"].experiment, wrong=True)
    culprit = check_of(half).culprit
    assert culprit is not None
    assert (culprit.kind, culprit.number, culprit.state) == ("map", 1, DISAGREES)
    assert culprit.worst is not None
    assert culprit.worst.backprop / culprit.worst.numeric == pytest.approx(2.0, rel=1e-4)
    assert abs(culprit.worst.backprop) < 5 * LEAK


def test_of_several_wrong_layers_the_last_is_the_culprit() -> None:
    found = check(cascade(UntransposedLayer(2, 2, seed=1), MapLayer("tanh"), ForgetfulLayer(2, 2, seed=2)), X)
    assert found.culprit is found.layers[2]
    worst = found.layers[2].worst
    assert worst is not None
    assert (worst.layer, worst.name) == (2, "b")
    assert worst.backprop == pytest.approx(worst.numeric / 2.0)
    assert found.layers[0].state == DISAGREES


def test_a_slope_of_2_001_for_2_0_is_found() -> None:
    found = check(cascade(MapLayer(lambda x: 2.0 * x, lambda d: 2.001), AffinityLayer(2, 2, seed=1)), X)
    assert found.culprit is found.layers[0]
    assert found.largest > 10 * AGREES_WITHIN


def test_a_slope_that_is_nan_where_the_function_is_plain_is_wrong() -> None:
    culprit = check(cascade(MapLayer(lambda x: x, lambda d: np.nan)), X).culprit
    assert culprit is not None
    assert culprit.worst is not None
    assert np.isnan(culprit.worst.backprop)
    assert np.isfinite(culprit.worst.numeric)


def test_a_network_whose_loss_is_0_is_checked_all_the_same() -> None:
    found = check(cascade(AffinityLayer(2, 2, seed=1), UntransposedLayer(2, 2, seed=1)), X)
    assert found.state == DISAGREES


@pytest.mark.parametrize("x", [0.0, 1e-6, -5e-5])
def test_at_a_kink_nothing_is_held_against_a_relu(x: float) -> None:
    found = check(cascade(MapLayer("relu")), np.full((3, 2), x))
    assert (found.state, found.culprit) == (AT_KINK, None)
    verdict = found.layers[0]
    assert (verdict.state, verdict.checked, verdict.at_kinks, verdict.worst) == (AT_KINK, 0, 2, None)


def test_arguments_that_are_not_at_the_kink_are_checked() -> None:
    verdict = check(cascade(MapLayer("leaky relu")), np.array([[0.0, 0.5], [0.0, -1.0]])).layers[0]
    assert (verdict.state, verdict.checked, verdict.slopes, verdict.at_kinks) == (AGREES, 1, 2, 1)


def test_behind_a_kink_the_layers_after_it_are_checked() -> None:
    layers = (Affinity(2, 3), Map("relu"), Affinity(3, 2))
    found = check_of(Experiment(layers, "swap", DrawnWeights(1, "zero")))
    assert found.state == AT_KINK
    assert [verdict.state for verdict in found.layers] == [AGREES, AT_KINK, AGREES]
    assert (found.network.checked, found.network.at_kinks) == (8, 2 + 9)


def test_a_kink_in_a_function_of_ones_own_is_not_held_against_it() -> None:
    relu = MapLayer(lambda x: max(x, 0.0), lambda d: float(d > 0))
    assert check(cascade(relu), np.zeros((3, 2))).state == UNKNOWN
    assert check(cascade(relu), X).state == AGREES


class Doubling:
    """A layer of one's own that has the two ports and no more."""

    def __call__(self, x: Any) -> FloatArray:
        return 2.0 * np.asarray(x)

    def backprop(self, output_delE: Any) -> FloatArray:
        return 2.0 * np.asarray(output_delE)


def test_a_layer_that_does_not_tell_its_gradients_is_not_judged_and_the_others_are() -> None:
    net = Network()
    net.layers = [AffinityLayer(2, 3, seed=1), Doubling(), IdentityLayer()]
    found = check(net, X)
    assert [(verdict.kind, verdict.state) for verdict in found.layers] == [
        ("affinity", AGREES), ("own layer", UNKNOWN), ("identity", AGREES)
    ]  # fmt: skip
    assert (found.network.state, found.state) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan, 1e308, -1e200, 1e300])
def test_numbers_beyond_measure_raise_nothing_and_accuse_nobody(number: float) -> None:
    net = cascade(AffinityLayer(2, 3, seed=1), MapLayer("tanh"), AffinityLayer(3, 1, seed=2))
    net.layers[0].M[1, 1] = number
    found = check(net, np.full((3, 2), 0.5))
    assert found.culprit is None
    assert check(net, np.array([[number, 1.0]])).culprit is None


def test_of_a_large_network_some_slopes_stand_for_all() -> None:
    layers = (Affinity(2, 64), *[Affinity(64, 64)] * 6, Affinity(64, 2))
    found = check_of(Experiment(layers, "swap", DrawnWeights(1, "he")))
    assert found.state == AGREES
    assert [verdict.checked for verdict in found.layers[1:-1]] == [2 * MOST_SLOPES] * 6
    assert found.layers[1].slopes == 64 + 64 * 64 + 64
    assert found.network.checked == 2 + MOST_SLOPES
    wrong = check_of(edits.multiply_left(Experiment(layers, "swap", DrawnWeights(1, "he")), wrong=True))
    assert wrong.culprit is wrong.layers[6]


def test_layers_of_a_kind_are_numbered_from_1() -> None:
    found = check_of(CATALOGUE["spiral"].experiment)
    assert [(verdict.kind, verdict.number) for verdict in found.layers] == [
        ("affinity", 1), ("map", 1), ("affinity", 2), ("map", 2), ("affinity", 3), ("map", 3)
    ]  # fmt: skip
    assert (found.network.kind, found.network.place) == ("network", None)


def test_the_check_leaves_the_network_as_it_is_and_says_the_same_again() -> None:
    experiment = CATALOGUE["xor-hidden-layer"].experiment
    net, points = experiment.network(), experiment.points(POINTS)
    before = [array.copy() for layer in net.layers for array in layer.parameters.values()]
    assert check(net, points, 5) == check(net, points, 5)
    after = [array for layer in net.layers for array in layer.parameters.values()]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert not hasattr(net.layers[0], "input")


def test_frozen_numbers_are_checked_like_any_other() -> None:
    experiment = edits.freeze(CATALOGUE["xor-hidden-layer"].experiment, 0)
    assert check_of(experiment) == check_of(CATALOGUE["xor-hidden-layer"].experiment)


def test_a_network_without_layers_or_points_has_nothing_to_measure() -> None:
    assert check(Network(), X).state == UNKNOWN
    assert check(cascade(AffinityLayer(2, 2)), np.empty((0, 2))).state == UNKNOWN
