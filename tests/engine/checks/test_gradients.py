"""The numeric gradient check agrees with what is right, and catches what is wrong."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray
from engine.checks.gradients import AGREES_WITHIN, Difference, layer_difference, network_difference
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.training.network import Network
from tests.engine.strategies import SOME

SMOOTH = [name for name, row in ACTIVATIONS.items() if not row.nondifferentiable_at]


class UntransposedLayer(AffinityLayer):
    """The notebook's own mistake: M, where it must be M.T."""

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        _, gradients = super().gradients(output_delE)
        return self.M @ output_delE, gradients


class ForgetfulLayer(AffinityLayer):
    """Passes the right gradient back, and gives its offsets half of theirs."""

    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        lower, gradients = super().gradients(output_delE)
        return lower, gradients | {"b": output_delE / 2.0}


def cascade(*layers: Layer) -> Network:
    net = Network()
    net.layers = list(layers)
    return net


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


def test_the_check_leaves_the_network_and_the_fact_as_they_are() -> None:
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
