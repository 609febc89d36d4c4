"""The notebook's two mistakes are what the notebook did, and the gradient check finds them."""

import copy

import dill
import numpy as np
import pytest

from engine import AffinityLayer, MapLayer, kernel
from engine.activations import ACTIVATIONS, LEAK
from engine.checks.gradcheck import layer_difference
from engine.errors import ShapeError
from engine.layers.faulty_layers import FAULTY_ACTIVATIONS, HALF_SLOPE, LeftMultiplied, MistakenMap
from tests.engine.asserting import refusal
from tests.engine.nets import network_of
from tests.engine.strategies import bits

X = np.linspace(-3.0, 3.0, 41)


def test_left_multiplied_passes_m_back_and_the_half_slope_is_the_notebooks_function() -> None:
    wrong, right = LeftMultiplied(3, 3, seed=1), AffinityLayer(3, 3, seed=1)
    x, upper = np.array([0.3, -0.7, 1.1]), np.array([1.0, 2.0, -0.5])
    assert bits(wrong(x)) == bits(right(x))
    (lower, moved), (_, expected) = wrong.gradients(upper), right.gradients(upper)
    assert lower == pytest.approx(wrong.M @ upper, rel=1e-15)
    assert (bits(moved["M"]), bits(moved["b"])) == (bits(expected["M"]), bits(expected["b"]))
    said = "M in place of Mᵀ fits a square layer only, and this one goes from 2 to 3 n"
    assert refusal(ShapeError, LeftMultiplied, 2, 3).startswith(said)
    notebook = MapLayer(
        lambda x: (x * (1 + LEAK / 2) + abs(x) * (1 - LEAK / 2)) / 2, lambda d: [LEAK, 1][1 if d > 0 else 0]
    )
    mistaken = MistakenMap()
    assert bits(mistaken(X)) == bits(notebook(X))
    assert bits(mistaken.gradients(np.ones(41))[0]) == bits(notebook.gradients(np.ones(41))[0])
    below = X < 0
    assert mistaken(X)[below] == pytest.approx(ACTIVATIONS["leaky relu"].value(X)[below] / 2)


def test_the_check_finds_both_mistakes_which_stand_in_no_table_of_functions() -> None:
    left = layer_difference(LeftMultiplied(2, 2, seed=1), [0.3, -0.7], [1.0, 2.0])
    half = layer_difference(MistakenMap(), [-0.3, 0.7], [1.0, 2.0])
    assert (left.agrees, left.name) == (False, "input")
    assert (half.agrees, half.index, half.backprop) == (False, (0,), LEAK)
    assert half.numeric == pytest.approx(LEAK / 2, rel=1e-4)
    assert not set(FAULTY_ACTIVATIONS) & set(ACTIVATIONS)
    assert dict(FAULTY_ACTIVATIONS) == {HALF_SLOPE.name: HALF_SLOPE}


@pytest.mark.parametrize("layer", [LeftMultiplied(2, 2, seed=1), MistakenMap()], ids=repr)
def test_a_mistaken_layer_is_trained_by_the_readable_layers_and_survives_dill_and_copies(layer: object) -> None:
    net = network_of(AffinityLayer(2, 2, seed=3), layer)
    facts = np.ones((5, 2)), np.zeros((5, 2))
    assert kernel.train(net.copy().layers, *facts, 0.1) is None
    losses = bits(net.copy().train(*facts))
    for twin in (dill.loads(dill.dumps(net)), copy.deepcopy(net)):
        assert type(twin.layers[1]) is type(layer)
        assert bits(twin.train(*facts)) == losses
