"""The gradient check agrees with what is right, catches what is wrong, names it, and says what it could not measure."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, Affinity, AffinityLayer, DrawnWeights, Experiment, IdentityLayer, Map, MapLayer, Network
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
    PartCheck,
    check,
    layer_difference,
    network_difference,
)
from engine.experiments import edits
from tests.engine.asserting import known
from tests.engine.nets import Doubling, catalogued, flat, network_of
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


def check_of(experiment: Experiment, seed: int = 0) -> Check:
    return check(experiment.network(), experiment.points(POINTS), seed)


def worst_of(found: Check) -> tuple[PartCheck, Difference]:
    """The faulty layer, and its worst difference."""
    faulty = known(found.faulty)
    return faulty, known(faulty.worst)


def test_the_gradient_of_every_layer_is_what_can_be_measured_and_a_steep_network_is_not_wrong() -> None:
    for inputs, outputs in itertools.product((1, 2, 3, 8, 17), (1, 2, 9)):
        rng = np.random.RandomState(inputs)
        found = layer_difference(AffinityLayer(inputs, outputs, seed=1), rng.randn(inputs), rng.randn(outputs))
        assert found.size < 1e-8
        assert found.agrees
    for layer in (IdentityLayer(), *map(MapLayer, ACTIVATIONS)):
        found = layer_difference(layer, [-1.7, 0.3, 2.2], [0.5, -1.0, 2.0])
        assert found.size < 1e-8, layer
        assert found.name == "input"
    net, widths = Network(), (3, 4, 2, 2)
    for place, name in enumerate(("square/2", "square/2", "sin")):
        net.extend(AffinityLayer(widths[place], widths[place + 1], seed=[0, place]))
        net.extend(MapLayer(name))
    rng = np.random.RandomState(0)
    assert network_difference(net, rng.randn(3), rng.randn(2)).agrees


@SOME
@given(st.data())
def test_a_network_of_smooth_layers_agrees_everywhere(data: st.DataObject) -> None:
    widths = data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    seed, net = data.draw(st.integers(0, 10_000)), Network()
    for place, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        layer = AffinityLayer(inputs, outputs, seed=[seed, place])
        layer.M /= inputs
        net.extend(layer)
        net.extend(MapLayer(data.draw(st.sampled_from(SMOOTH))))
    rng = np.random.RandomState(seed)
    found = network_difference(net, rng.randn(widths[0]), rng.randn(widths[-1]))
    assert found.agrees, found


def off_by_a_little() -> MapLayer:
    """A function whose stated slope is 2.001, where it is 2."""
    return MapLayer(lambda x: 2.0 * x, lambda d: 2.001)


def test_a_slope_of_2_001_for_2_0_is_caught_and_a_difference_is_relative_above_1() -> None:
    found = layer_difference(off_by_a_little(), [0.3, -0.7], [1.0, 1.0])
    assert (found.agrees, found.name, found.backprop) == (False, "input", 2.001)
    assert found.numeric == pytest.approx(2.0)
    net = network_of(AffinityLayer(2, 2, seed=1), off_by_a_little(), AffinityLayer(2, 2, seed=2))
    found = network_difference(net, [0.3, -0.7], [1.0, 2.0])
    assert (found.agrees, found.layer, found.name) == (False, 1, "input")
    for backprop, numeric, size in (
        (1.0, 1.0, 0.0), (0.0, 0.25, 0.25), (2.0, 4.0, 0.5), (math.nan, 1.0, math.inf), (1.0, math.inf, math.inf),
    ):  # fmt: skip
        found = Difference(0, "input", (0,), backprop, numeric)
        assert (found.size, found.agrees) == (size, size <= AGREES_WITHIN)


def test_m_for_m_transposed_is_caught_and_of_several_layers_the_one_that_is_wrong_is_named() -> None:
    layer = UntransposedLayer(2, 2, seed=1)
    found = layer_difference(layer, [0.3, -0.7], [1.0, 2.0])
    assert (found.agrees, found.name) == (False, "input")
    assert found.numeric == pytest.approx((layer.M.T @ [1.0, 2.0])[found.index])
    assert found.backprop == pytest.approx((layer.M @ [1.0, 2.0])[found.index])
    net = network_of(AffinityLayer(3, 2, seed=0), layer, MapLayer("tanh"), AffinityLayer(2, 1, seed=2))
    found = network_difference(net, [0.3, -0.7, 1.1], [1.0])
    assert (found.agrees, found.layer, found.name) == (False, 1, "input")
    net = network_of(AffinityLayer(2, 3, seed=0), ForgetfulLayer(3, 2, seed=1))
    found = network_difference(net, [0.3, -0.7], [1.0, 1.0])
    assert (found.agrees, found.layer, found.name) == (False, 1, "b")
    assert found.backprop == pytest.approx(found.numeric / 2.0)


def test_the_check_leaves_the_network_and_the_sample_as_they_are_and_gives_the_same_result_again() -> None:
    net = network_of(AffinityLayer(2, 2, seed=1), MapLayer("tanh"))
    x, expected = np.array([0.3, -0.7]), np.array([1.0, -1.0])
    net(x)
    before, remembered = [array.tolist() for array in net.layers[0].parameters.values()], net.layers[0].input
    network_difference(net, x, expected)
    layer_difference(net.layers[0], x, expected)
    assert [array.tolist() for array in net.layers[0].parameters.values()] == before
    assert net.layers[0].input is remembered
    assert (x.tolist(), expected.tolist()) == ([0.3, -0.7], [1.0, -1.0])
    experiment = catalogued("xor-hidden-layer")
    net, points = experiment.network(), experiment.points(POINTS)
    weights = flat(net)
    assert check(net, points, 5) == check(net, points, 5)
    assert check(net, points[0].tolist()) == check(net, points[:1])
    assert np.array_equal(flat(net), weights)
    assert not hasattr(net.layers[0], "input")
    assert check_of(edits.freeze(experiment, 0)) == check_of(experiment), "frozen numbers are checked like any other"


def test_one_step_moves_every_parameter_against_its_measured_gradient() -> None:
    net = network_of(AffinityLayer(2, 3, seed=1), MapLayer("tanh"), AffinityLayer(3, 1, seed=2))
    net.alpha = 1.0
    facts, nudge, learned = [(np.array([0.3, -0.7]), np.array([0.5]))], 1e-5, net.copy()
    learned.learn(facts)
    for place, name in itertools.product((0, 2), ("M", "b")):
        before, after = (one.layers[place].parameters[name] for one in (net, learned))
        for index in np.ndindex(before.shape):
            losses = []
            for step in (nudge, -nudge):
                moved = net.copy()
                moved.layers[place].parameters[name][index] += step
                losses.append(moved.learn(facts))
            gradient = (losses[0] - losses[1]) / (2 * nudge)
            assert after[index] - before[index] == pytest.approx(-gradient, abs=1e-8)


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
    found = check_of(edits.multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True), seed)
    faulty, worst = worst_of(found)
    assert (faulty.place, faulty.kind, faulty.number) == (2, "affinity", 2)
    assert (worst.layer, worst.name) == (2, "input")
    assert [part.state for part in found.layers] == [AGREES, AGREES, DISAGREES, AGREES, AGREES]
    assert found.state == found.network.state == DISAGREES


def test_half_a_slope_is_found_and_of_several_wrong_layers_the_last_is_the_faulty() -> None:
    faulty, worst = worst_of(check_of(edits.halve_slopes(CATALOGUE["leaky-relu-ones"].experiment, wrong=True)))
    assert (faulty.kind, faulty.number, faulty.state) == ("map", 1, DISAGREES)
    assert worst.backprop / worst.numeric == pytest.approx(2.0, rel=1e-4)
    assert abs(worst.backprop) < 5 * LEAK
    found = check(network_of(UntransposedLayer(2, 2, seed=1), MapLayer("tanh"), ForgetfulLayer(2, 2, seed=2)), X)
    faulty, worst = worst_of(found)
    assert faulty is found.layers[2]
    assert worst.layer == 2
    assert worst.name == "b"
    assert worst.backprop == pytest.approx(worst.numeric / 2.0)
    assert found.layers[0].state == DISAGREES


def test_a_slope_that_is_a_little_wrong_is_found_and_what_cannot_be_measured_accuses_nobody() -> None:
    found = check(network_of(off_by_a_little(), AffinityLayer(2, 2, seed=1)), X)
    assert found.faulty is found.layers[0]
    assert found.largest > 10 * AGREES_WITHIN
    _, worst = worst_of(check(network_of(MapLayer(lambda x: x, lambda d: np.nan)), X))
    assert np.isnan(worst.backprop)
    assert np.isfinite(worst.numeric)
    assert check(network_of(AffinityLayer(2, 2, seed=1), UntransposedLayer(2, 2, seed=1)), X).state == DISAGREES
    found = check(network_of(AffinityLayer(2, 3, seed=1), Doubling(), IdentityLayer()), X)
    states = [("affinity", AGREES), ("own layer", UNKNOWN), ("identity", AGREES)]
    assert [(part.kind, part.state) for part in found.layers] == states
    assert (found.network.state, found.state) == (UNKNOWN, UNKNOWN)
    for number in (np.inf, -np.inf, np.nan, 1e308, -1e200, 1e300):
        net = network_of(AffinityLayer(2, 3, seed=1), MapLayer("tanh"), AffinityLayer(3, 1, seed=2))
        net.layers[0].M[1, 1] = number
        assert check(net, np.full((3, 2), 0.5)).faulty is None
        assert check(net, np.array([[number, 1.0]])).faulty is None


def test_at_a_kink_nothing_is_held_against_a_relu_and_other_arguments_and_layers_are_checked() -> None:
    difference = layer_difference(MapLayer("relu"), [0.0], [1.0])
    assert difference.backprop == 0.0
    assert difference.numeric == pytest.approx(0.5)
    for x in (0.0, 1e-6, -5e-5):
        found = check(network_of(MapLayer("relu")), np.full((3, 2), x))
        assert (found.state, found.faulty) == (AT_KINK, None)
        part = found.layers[0]
        assert (part.state, part.measured, part.at_kinks, part.worst) == (AT_KINK, 0, 2, None)
    part = check(network_of(MapLayer("leaky relu")), np.array([[0.0, 0.5], [0.0, -1.0]])).layers[0]
    assert (part.state, part.measured, part.total, part.at_kinks) == (AGREES, 1, 2, 1)
    layers = (Affinity(2, 3), Map("relu"), Affinity(3, 2))
    found = check_of(Experiment(layers, "swap", DrawnWeights(1, "zero")))
    assert (found.state, [part.state for part in found.layers]) == (AT_KINK, [AGREES, AT_KINK, AGREES])
    assert (found.network.measured, found.network.at_kinks) == (8, 2 + 9)
    relu = MapLayer(lambda x: max(x, 0.0), lambda d: float(d > 0))
    assert [check(network_of(relu), points).state for points in (np.zeros((3, 2)), X)] == [UNKNOWN, AGREES]


def test_of_a_large_network_some_slopes_stand_for_all_and_layers_of_a_kind_are_numbered_from_1() -> None:
    large = Experiment((Affinity(2, 64), *[Affinity(64, 64)] * 6, Affinity(64, 2)), "swap", DrawnWeights(1, "he"))
    found, wrong = check_of(large), check_of(edits.multiply_left(large, wrong=True))
    assert (found.state, [part.measured for part in found.layers[1:-1]]) == (AGREES, [2 * MOST_TRIED] * 6)
    assert (found.layers[1].total, found.network.measured) == (64 + 64 * 64 + 64, 2 + MOST_TRIED)
    assert wrong.faulty is wrong.layers[6]
    found = check_of(catalogued("spiral"))
    kinds = [(kind, number) for number in (1, 2, 3) for kind in ("affinity", "map")]
    assert [(part.kind, part.number) for part in found.layers] == kinds
    assert (found.network.kind, found.network.place) == ("network", None)
    assert check(Network(), X).state == UNKNOWN
    assert check(network_of(AffinityLayer(2, 2)), np.empty((0, 2))).state == UNKNOWN
