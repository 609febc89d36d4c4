"""The gradient check agrees with what is right, catches what is wrong, names it, and says what it could not measure."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS, LEAK
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import (
    AGREES,
    AGREES_WITHIN,
    AT_KINK,
    DISAGREES,
    MOST_TRIED,
    POINTS,
    UNKNOWN,
    Check,
    Difference,
    check,
    layer_difference,
    network_difference,
)
from engine.experiments import edits
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, Map
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network
from tests.engine.asserting import known
from tests.engine.strategies import MANY, SOME, experiments, seeds

SMOOTH = [name for name, row in ACTIVATIONS.items() if not row.nondifferentiable_at]
X = np.array([[0.3, -0.7], [1.1, 0.4], [-0.2, 2.0]])


class UntransposedLayer(AffinityLayer):
    """The notebook's own mistake: M, where it must be M.T."""

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        _, gradients = super().gradients(output_delE)
        return self.M @ output_delE, gradients


class ForgetfulLayer(AffinityLayer):
    """Passes the right gradient back, and gives its biases half of theirs."""

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        lower, gradients = super().gradients(output_delE)
        return lower, gradients | {"b": output_delE / 2.0}


def cascade(*layers: Layer) -> Network:
    net = Network()
    net.layers = list(layers)
    return net


def check_of(experiment: Experiment, seed: int = 0) -> Check:
    return check(experiment.network(), experiment.points(POINTS), seed)


@pytest.mark.parametrize("inputs", [1, 2, 3, 8, 17])
@pytest.mark.parametrize("outputs", [1, 2, 9])
def test_an_affine_layers_gradients_are_what_can_be_measured(inputs: int, outputs: int) -> None:
    rng = np.random.RandomState(inputs)
    found = layer_difference(AffinityLayer(inputs, outputs, seed=1), rng.randn(inputs), rng.randn(outputs))
    assert found.size < 1e-8
    assert found.agrees


@pytest.mark.parametrize("layer", [IdentityLayer(), *map(MapLayer, ACTIVATIONS)], ids=repr)
def test_the_gradient_of_a_layer_without_parameters_is_what_can_be_measured(layer: Layer) -> None:
    found = layer_difference(layer, [-1.7, 0.3, 2.2], [0.5, -1.0, 2.0])
    assert found.size < 1e-8
    assert found.name == "input"


@SOME
@given(st.data())
def test_a_network_of_smooth_layers_agrees_everywhere(data: st.DataObject) -> None:
    widths = data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    seed = data.draw(st.integers(0, 10_000))
    net = Network()
    for place, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        layer = AffinityLayer(inputs, outputs, seed=[seed, place])
        layer.M /= inputs
        net.extend(layer)
        net.extend(MapLayer(data.draw(st.sampled_from(SMOOTH))))
    rng = np.random.RandomState(seed)
    found = network_difference(net, rng.randn(widths[0]), rng.randn(widths[-1]))
    assert found.agrees, found


def test_a_steep_network_is_not_taken_for_a_wrong_one() -> None:
    widths, functions = (3, 4, 2, 2), ("square/2", "square/2", "sin")
    net = Network()
    for place, name in enumerate(functions):
        net.extend(AffinityLayer(widths[place], widths[place + 1], seed=[0, place]))
        net.extend(MapLayer(name))
    rng = np.random.RandomState(0)
    assert network_difference(net, rng.randn(3), rng.randn(2)).agrees


def test_a_slope_of_2_001_for_2_0_is_caught() -> None:
    found = layer_difference(MapLayer(lambda x: 2.0 * x, lambda d: 2.001), [0.3, -0.7], [1.0, 1.0])
    assert not found.agrees
    assert (found.name, found.backprop) == ("input", 2.001)
    assert found.numeric == pytest.approx(2.0)


def test_a_slope_of_2_001_for_2_0_is_caught_inside_a_network() -> None:
    net = cascade(
        AffinityLayer(2, 2, seed=1), MapLayer(lambda x: 2.0 * x, lambda d: 2.001), AffinityLayer(2, 2, seed=2)
    )
    found = network_difference(net, [0.3, -0.7], [1.0, 2.0])
    assert not found.agrees
    assert (found.layer, found.name) == (1, "input")


def test_m_for_m_transposed_is_caught() -> None:
    layer = UntransposedLayer(2, 2, seed=1)
    found = layer_difference(layer, [0.3, -0.7], [1.0, 2.0])
    assert not found.agrees
    assert found.name == "input"
    assert found.numeric == pytest.approx((layer.M.T @ [1.0, 2.0])[found.index])
    assert found.backprop == pytest.approx((layer.M @ [1.0, 2.0])[found.index])


def test_of_several_layers_the_one_that_is_wrong_is_named_and_not_those_before_it() -> None:
    net = cascade(
        AffinityLayer(3, 2, seed=0), UntransposedLayer(2, 2, seed=1), MapLayer("tanh"), AffinityLayer(2, 1, seed=2)
    )
    found = network_difference(net, [0.3, -0.7, 1.1], [1.0])
    assert not found.agrees
    assert (found.layer, found.name) == (1, "input")


def test_a_wrong_gradient_of_a_parameter_is_caught_and_named() -> None:
    net = cascade(AffinityLayer(2, 3, seed=0), ForgetfulLayer(3, 2, seed=1))
    found = network_difference(net, [0.3, -0.7], [1.0, 1.0])
    assert not found.agrees
    assert (found.layer, found.name) == (1, "b")
    assert found.backprop == pytest.approx(found.numeric / 2.0)


def test_at_a_kink_the_check_disagrees_since_only_one_side_has_the_stated_slope() -> None:
    found = layer_difference(MapLayer("relu"), [0.0], [1.0])
    assert found.backprop == 0.0
    assert found.numeric == pytest.approx(0.5)


def test_the_check_leaves_the_network_and_the_sample_as_they_are() -> None:
    net = cascade(AffinityLayer(2, 2, seed=1), MapLayer("tanh"))
    x, expected = np.array([0.3, -0.7]), np.array([1.0, -1.0])
    net(x)
    before = [net.layers[0].M.copy(), net.layers[0].b.copy()]
    remembered = net.layers[0].input
    network_difference(net, x, expected)
    layer_difference(net.layers[0], x, expected)
    assert [array.tolist() for array in (net.layers[0].M, net.layers[0].b)] == [array.tolist() for array in before]
    assert net.layers[0].input is remembered
    assert (x.tolist(), expected.tolist()) == ([0.3, -0.7], [1.0, -1.0])


def test_one_step_moves_every_parameter_against_its_measured_gradient() -> None:
    net = cascade(AffinityLayer(2, 3, seed=1), MapLayer("tanh"), AffinityLayer(3, 1, seed=2))
    net.alpha = 1.0
    x, expected, nudge = np.array([0.3, -0.7]), np.array([0.5]), 1e-5
    for place in (0, 2):
        for name in ("M", "b"):
            for index in np.ndindex(net.layers[place].parameters[name].shape):
                losses = []
                for step in (nudge, -nudge):
                    moved = net.copy()
                    moved.layers[place].parameters[name][index] += step
                    losses.append(moved.learn([(x, expected)]))
                learned = net.copy()
                learned.learn([(x, expected)])
                moved_by = learned.layers[place].parameters[name][index] - net.layers[place].parameters[name][index]
                assert moved_by == pytest.approx(-(losses[0] - losses[1]) / (2 * nudge), abs=1e-8)


@pytest.mark.parametrize(
    ("backprop", "numeric", "size"),
    [(1.0, 1.0, 0.0), (0.0, 0.25, 0.25), (2.0, 4.0, 0.5), (math.nan, 1.0, math.inf), (1.0, math.inf, math.inf)],
)
def test_a_difference_is_relative_where_slopes_are_above_1(backprop: float, numeric: float, size: float) -> None:
    found = Difference(0, "input", (0,), backprop, numeric)
    assert found.size == size
    assert found.agrees == (size <= AGREES_WITHIN)


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_network_of_the_catalogue_agrees_as_a_whole_and_layer_by_layer(key: str) -> None:
    found = check_of(CATALOGUE[key].experiment)
    assert (found.state, found.faulty) == (AGREES, None)
    assert found.largest < 1e-8
    assert len(found.layers) == len(CATALOGUE[key].experiment.layers)


@MANY
@given(experiments(samples=10), seeds)
def test_what_is_right_is_never_called_wrong_whatever_its_numbers(experiment: Experiment, seed: int) -> None:
    right = edits.halve_slopes(edits.multiply_left(experiment, wrong=False), wrong=False)
    assert check_of(right, seed).faulty is None


@SOME
@given(seeds)
def test_m_for_m_transposed_is_found_whatever_is_tried(seed: int) -> None:
    left = edits.multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True)
    found = check_of(left, seed)
    assert found.state == DISAGREES
    faulty = known(found.faulty)
    assert (faulty.place, faulty.kind, faulty.number) == (2, "affinity", 2)
    assert (known(faulty.worst).layer, known(faulty.worst).name) == (2, "input")
    assert [part.state for part in found.layers] == [AGREES, AGREES, DISAGREES, AGREES, AGREES]
    assert found.network.state == DISAGREES


def test_half_a_slope_is_found_with_what_is_stated_and_what_is_measured() -> None:
    half = edits.halve_slopes(CATALOGUE["leaky-relu-ones"].experiment, wrong=True)
    faulty = known(check_of(half).faulty)
    assert (faulty.kind, faulty.number, faulty.state) == ("map", 1, DISAGREES)
    assert faulty.worst is not None
    assert faulty.worst.backprop / faulty.worst.numeric == pytest.approx(2.0, rel=1e-4)
    assert abs(faulty.worst.backprop) < 5 * LEAK


def test_of_several_wrong_layers_the_last_is_the_faulty() -> None:
    found = check(cascade(UntransposedLayer(2, 2, seed=1), MapLayer("tanh"), ForgetfulLayer(2, 2, seed=2)), X)
    assert found.faulty is found.layers[2]
    worst = known(found.layers[2].worst)
    assert (worst.layer, worst.name) == (2, "b")
    assert worst.backprop == pytest.approx(worst.numeric / 2.0)
    assert found.layers[0].state == DISAGREES


def test_a_slope_of_2_001_for_2_0_is_found() -> None:
    found = check(cascade(MapLayer(lambda x: 2.0 * x, lambda d: 2.001), AffinityLayer(2, 2, seed=1)), X)
    assert found.faulty is found.layers[0]
    assert found.largest > 10 * AGREES_WITHIN


def test_a_slope_that_is_nan_where_the_function_is_plain_is_wrong() -> None:
    faulty = known(check(cascade(MapLayer(lambda x: x, lambda d: np.nan)), X).faulty)
    assert np.isnan(known(faulty.worst).backprop)
    assert np.isfinite(known(faulty.worst).numeric)


def test_a_network_whose_loss_is_0_is_checked_all_the_same() -> None:
    found = check(cascade(AffinityLayer(2, 2, seed=1), UntransposedLayer(2, 2, seed=1)), X)
    assert found.state == DISAGREES


@pytest.mark.parametrize("x", [0.0, 1e-6, -5e-5])
def test_at_a_kink_nothing_is_held_against_a_relu(x: float) -> None:
    found = check(cascade(MapLayer("relu")), np.full((3, 2), x))
    assert (found.state, found.faulty) == (AT_KINK, None)
    part = found.layers[0]
    assert (part.state, part.measured, part.at_kinks, part.worst) == (AT_KINK, 0, 2, None)


def test_arguments_that_are_not_at_the_kink_are_checked() -> None:
    part = check(cascade(MapLayer("leaky relu")), np.array([[0.0, 0.5], [0.0, -1.0]])).layers[0]
    assert (part.state, part.measured, part.total, part.at_kinks) == (AGREES, 1, 2, 1)


def test_behind_a_kink_the_layers_after_it_are_checked() -> None:
    layers = (Affinity(2, 3), Map("relu"), Affinity(3, 2))
    found = check_of(Experiment(layers, "swap", DrawnWeights(1, "zero")))
    assert found.state == AT_KINK
    assert [part.state for part in found.layers] == [AGREES, AT_KINK, AGREES]
    assert (found.network.measured, found.network.at_kinks) == (8, 2 + 9)


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


def test_a_layer_that_does_not_state_its_gradients_is_not_checked_and_the_others_are() -> None:
    net = Network()
    net.layers = [AffinityLayer(2, 3, seed=1), Doubling(), IdentityLayer()]
    found = check(net, X)
    assert [(part.kind, part.state) for part in found.layers] == [
        ("affinity", AGREES), ("own layer", UNKNOWN), ("identity", AGREES)
    ]  # fmt: skip
    assert (found.network.state, found.state) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan, 1e308, -1e200, 1e300])
def test_numbers_beyond_measure_raise_nothing_and_accuse_nobody(number: float) -> None:
    net = cascade(AffinityLayer(2, 3, seed=1), MapLayer("tanh"), AffinityLayer(3, 1, seed=2))
    net.layers[0].M[1, 1] = number
    found = check(net, np.full((3, 2), 0.5))
    assert found.faulty is None
    assert check(net, np.array([[number, 1.0]])).faulty is None


def test_of_a_large_network_some_slopes_stand_for_all() -> None:
    layers = (Affinity(2, 64), *[Affinity(64, 64)] * 6, Affinity(64, 2))
    found = check_of(Experiment(layers, "swap", DrawnWeights(1, "he")))
    assert found.state == AGREES
    assert [part.measured for part in found.layers[1:-1]] == [2 * MOST_TRIED] * 6
    assert found.layers[1].total == 64 + 64 * 64 + 64
    assert found.network.measured == 2 + MOST_TRIED
    wrong = check_of(edits.multiply_left(Experiment(layers, "swap", DrawnWeights(1, "he")), wrong=True))
    assert wrong.faulty is wrong.layers[6]


def test_layers_of_a_kind_are_numbered_from_1() -> None:
    found = check_of(CATALOGUE["spiral"].experiment)
    assert [(part.kind, part.number) for part in found.layers] == [
        ("affinity", 1), ("map", 1), ("affinity", 2), ("map", 2), ("affinity", 3), ("map", 3)
    ]  # fmt: skip
    assert (found.network.kind, found.network.place) == ("network", None)


def test_the_check_leaves_the_network_as_it_is_and_gives_the_same_result_again() -> None:
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
