"""Layers have two ports, check what comes in at both, and keep their numbers as float64."""

import copy
import itertools
import math
from collections.abc import Callable

import dill
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray
from engine.errors import BenchError, OutOfRangeError, ShapeError
from engine.layers.layers import WIDEST, AffinityLayer, IdentityLayer, Layer, MapLayer
from tests.engine.asserting import refusal, refuses
from tests.engine.base.test_numerics import from_left_to_right, spelled_out
from tests.engine.strategies import SOME, bits

widths = st.integers(1, 40)


def affine(M: ArrayLike, b: ArrayLike) -> AffinityLayer:
    outputs, inputs = np.shape(M)
    layer = AffinityLayer(inputs, outputs)
    layer.M, layer.b = np.asarray(M), np.asarray(b)
    return layer


def numbers(layer: AffinityLayer) -> FloatArray:
    return np.concatenate([layer.M.ravel(), layer.b])


def test_an_identity_layer_gives_what_it_takes_and_an_affine_one_sends_back_the_transposed_gradient() -> None:
    layer = IdentityLayer()
    assert (layer([3, 5]).tolist(), layer.backprop([1, 2]).tolist()) == ([3.0, 5.0], [1.0, 2.0])
    assert layer.parameters == {}
    dense = affine([[1, 2], [3, 4], [5, 6]], [0.5, 0, -1])
    assert dense([10, 1]).tolist() == [12.5, 34.0, 55.0]
    assert dense.backprop([1, 10, 100]).tolist() == [531.0, 642.0]
    assert dense.M.tolist() == [[-9.0, 1.0], [-97.0, -6.0], [-995.0, -94.0]]
    assert dense.b.tolist() == [-0.5, -10.0, -101.0]


@SOME
@given(widths, widths, st.integers(0, 1000))
def test_an_affine_layer_of_any_shape_sums_in_the_documented_order(inputs: int, outputs: int, seed: int) -> None:
    layer, rng = AffinityLayer(inputs, outputs, seed=seed), np.random.RandomState(seed + 1)
    x, upper = rng.randn(inputs), rng.randn(outputs)
    M, b = layer.M.tolist(), layer.b.tolist()
    rows = [spelled_out([m * v for m, v in zip(row, x.tolist(), strict=True)]) for row in M]
    assert bits(layer(x)) == bits([total + offset for total, offset in zip(rows, b, strict=True)])
    columns = [[row[j] * g for row, g in zip(M, upper.tolist(), strict=True)] for j in range(inputs)]
    assert bits(layer.backprop(upper)) == bits([from_left_to_right(column) for column in columns])
    assert bits(layer.M) == bits(
        [m - g * v for row, g in zip(M, upper, strict=True) for m, v in zip(row, x, strict=True)]
    )
    assert bits(layer.b) == bits([offset - g for offset, g in zip(b, upper, strict=True)])


@SOME
@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_frozen_numbers_stay_and_the_gradient_is_passed_on(inputs: int, outputs: int, data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, outputs * inputs + outputs - 1)))
    free, held = AffinityLayer(inputs, outputs, seed=1), AffinityLayer(inputs, outputs, seed=1)
    held.freeze(places)
    assert held.frozen == tuple(sorted(places))
    before = numbers(held)
    for layer in (free, held):
        layer(np.full(inputs, 0.5))
    assert bits(free.backprop(np.full(outputs, 2.0))) == bits(held.backprop(np.full(outputs, 2.0)))
    assert bits(numbers(held)) == bits(np.where(np.isin(np.arange(before.size), [*places]), before, numbers(free)))


def test_a_frozen_number_stays_whatever_its_gradient_and_survives_dill_and_copies() -> None:
    for nothing_said in (math.nan, math.inf):
        layer = affine([[1, -0.0]], [3])
        layer.freeze([1, 2])
        layer([nothing_said, nothing_said])
        layer.backprop([nothing_said])
        assert bits([layer.M[0, 1], layer.b[0]]) == bits([-0.0, 3.0])
        assert not math.isfinite(layer.M[0, 0])
    layer = AffinityLayer(2, 3)
    layer.freeze()
    assert layer.frozen == tuple(range(9))
    layer.freeze(places=False)
    assert not layer.frozen
    layer.freeze(np.array([4, 1, 4]))
    assert layer.frozen == (1, 4)
    assert all(type(place) is int for place in layer.frozen)
    for place in (-1, 9, 10**30):
        said = f"AffinityLayer 2→3 has 9 numbers to freeze, counted from 0; there is no {place}."
        assert refusal(OutOfRangeError, AffinityLayer(2, 3).freeze, [1, place]) == said
    for places, found in (("M", "'M'"), (3, "3"), ([1, 0.5], "[1, 0.5]")):
        said = f"Numbers to freeze are named by their places, as in [0, 3], not by {found}."
        assert refusal(OutOfRangeError, AffinityLayer(2, 3).freeze, places) == said
    layer = AffinityLayer(2, 3, seed=1)
    assert "frozen" not in layer.__getstate__(), "as layers were stored before numbers could be frozen"
    assert dill.loads(dill.dumps(layer)).frozen == ()
    layer.freeze([0, 8])
    for twin in (dill.loads(dill.dumps(layer)), copy.copy(layer), copy.deepcopy(layer)):
        assert twin.frozen == (0, 8)
    layer.randomize(2)
    assert bits(layer.M) == bits(AffinityLayer(2, 3, seed=2).M)


def test_every_port_of_a_layer_has_its_width_by_which_it_is_shown() -> None:
    for inputs, outputs in (*itertools.product((1, 2, 7, 8, 9, 40), repeat=2), (WIDEST, WIDEST)):
        layer = AffinityLayer(inputs, outputs)
        assert (layer.inputs, layer.outputs) == (inputs, outputs)
        assert (layer.M.shape, layer.b.shape) == ((outputs, inputs), (outputs,))
        assert layer(np.zeros(inputs)).shape == (outputs,)
        assert layer.backprop(np.zeros(outputs)).shape == (inputs,)
    for name, width in itertools.product(ACTIVATIONS, (1, 7, 8, 40)):
        activation = MapLayer(name)
        assert activation(np.ones(width)).shape == activation.backprop(np.ones(width)).shape == (width,)
        assert activation.parameters == {}
    square = MapLayer("square/2")
    assert square([2, -3]).tolist() == [2.0, 4.5]
    assert square.backprop([10, 10]).tolist() == [20.0, -30.0], "the slope times the gradient"
    layers = (AffinityLayer(2, 3), MapLayer("tanh"), MapLayer(np.tanh, np.cos))
    assert list(map(repr, layers)) == ["AffinityLayer 2→3", "MapLayer tanh", "MapLayer own function"]


@pytest.mark.parametrize("layer", [IdentityLayer(), AffinityLayer(3, 2, seed=1), *map(MapLayer, ACTIVATIONS)], ids=repr)
def test_many_vectors_at_once_have_the_outputs_of_each_alone(layer: Layer) -> None:
    for shape in ((5,), (2, 4), (300,)):
        x = np.random.RandomState(0).randn(*shape, 3)
        together = layer.respond(x)
        assert all(bits(together[at]) == bits(layer(x[at])) for at in np.ndindex(*shape))


def test_a_layer_of_ones_own_needs_two_methods_and_the_bare_layer_is_only_a_pattern() -> None:
    class Reverse(Layer):
        def __call__(self, x: ArrayLike) -> FloatArray:
            return np.asarray(x)[::-1]

        def backprop(self, output_delE: ArrayLike) -> FloatArray:
            return np.asarray(output_delE)[::-1]

    assert Reverse().respond(np.arange(6.0).reshape(3, 2)).tolist() == [[1.0, 0.0], [3.0, 2.0], [5.0, 4.0]]
    for use in (Layer(), Layer().backprop):
        refuses(NotImplementedError, use, [1.0])


def test_the_gradients_are_given_without_adjusting_anything_and_backprop_subtracts_exactly_these() -> None:
    layer = AffinityLayer(2, 2, seed=1)
    layer([1.0, 2.0])
    before = copy.deepcopy(layer.parameters)
    lower, gradients = layer.gradients(np.array([1.0, -1.0]))
    assert lower.tolist() == (layer.M.T @ [1.0, -1.0]).tolist()
    assert (gradients["M"].tolist(), gradients["b"].tolist()) == ([[1.0, 2.0], [-1.0, -2.0]], [1.0, -1.0])
    assert all((layer.parameters[name] == before[name]).all() for name in before)
    after = {name: array - gradients[name] for name, array in before.items()}
    assert bits(layer.backprop([1.0, -1.0])) == bits(lower)
    assert all(bits(array) == bits(after[name]) for name, array in layer.parameters.items())


def test_parameters_are_live_and_named_and_the_same_seed_draws_the_same() -> None:
    layer, rng = AffinityLayer(2, 2, seed=7), np.random.RandomState(7)
    assert list(layer.parameters) == ["M", "b"]
    assert (bits(layer.M), bits(layer.b)) == (bits(rng.randn(2, 2)), bits(rng.randn(2)))
    layer.parameters["M"][0, 0] = 42.0
    assert layer.M[0, 0] == 42.0
    M, b, given_M = layer.M, layer.b, np.array([[1, 0], [0, 1]])
    layer.M, layer.b = given_M, [5, 6]
    assert layer.M is M
    assert layer.b is b
    assert not np.shares_memory(layer.M, given_M)
    assert (M.tolist(), b.tolist()) == ([[1.0, 0.0], [0.0, 1.0]], [5.0, 6.0])
    layer([1.0, 1.0])
    layer.backprop([0.5, 0.0])
    assert (given_M.tolist(), M[0].tolist()) == ([[1, 0], [0, 1]], [0.5, -0.5])
    before = np.random.get_state()  # noqa: NPY002
    first, expected = AffinityLayer(2, 2, seed=3), bits(AffinityLayer(2, 2, seed=3).M)
    assert bits(first.M) == expected
    for seed in (4, 3, None):
        first.randomize(seed=seed)
        assert (bits(first.M) == expected) is (seed == 3)
    assert bits(AffinityLayer(2, 2).M) != bits(AffinityLayer(2, 2).M)
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))


SENTENCES: list[tuple[Callable[[], object], type[BenchError], str]] = [
    (lambda: AffinityLayer(2, 3)([1, 2, 3, 4]), ShapeError,
     "AffinityLayer 2→3 was given 4 numbers; it takes 2. Does what comes before it end in 2?"),
    (lambda: AffinityLayer(2, 3)([1]), ShapeError,
     "AffinityLayer 2→3 was given 1 number; it takes 2. Does what comes before it end in 2?"),
    (lambda: AffinityLayer(2, 3)([[1, 2]]), ShapeError,
     "AffinityLayer 2→3 was given an array of shape (1, 2); it takes 2. Many vectors at once go to respond(X)."),
    (lambda: AffinityLayer(2, 3).respond(np.ones((5, 3))), ShapeError,
     "AffinityLayer 2→3 was given an array of shape (5, 3); its rows have 2 numbers."),
    (lambda: (layer := AffinityLayer(2, 3), layer([1, 2]), layer.backprop([1, 2])), ShapeError,
     "AffinityLayer 2→3 was passed back 2 numbers; it gives 3."),
    (lambda: (layer := MapLayer("sin"), layer([1, 2]), layer.backprop([1])), ShapeError,
     "MapLayer sin took 2 numbers; it was passed back 1 number."),
    (lambda: setattr(AffinityLayer(2, 3), "M", [[1, 2]]), ShapeError,
     "M of AffinityLayer 2→3 has the shape (3, 2); it was given (1, 2)."),
    (lambda: setattr(AffinityLayer(2, 3), "b", [1, 2]), ShapeError,
     "b of AffinityLayer 2→3 has the shape (3,); it was given (2,)."),
    (lambda: AffinityLayer(0, 2), OutOfRangeError, "A dense layer takes from 1 to 256 numbers, not 0."),
    (lambda: AffinityLayer(2, 257), OutOfRangeError, "A dense layer gives from 1 to 256 numbers, not 257."),
    (lambda: AffinityLayer("two", 2), OutOfRangeError, "A dense layer takes from 1 to 256 numbers, not 'two'."),  # type: ignore[arg-type]
    (lambda: MapLayer(np.tanh), BenchError,
     "MapLayer takes the name of a function, a formula, or a function and its derivative."),
]  # fmt: skip


def test_an_error_says_what_was_expected_and_what_to_do_and_changes_nothing() -> None:
    found = [(refusal(kind, use), sentence) for use, kind, sentence in SENTENCES]
    assert [(said, sentence) for said, sentence in found if said != sentence] == []
    for inputs, outputs in itertools.product((1, 2, 8, 40), repeat=2):
        layer = AffinityLayer(inputs, outputs, seed=1)
        before = bits(numbers(layer))
        for width in {0, 1, inputs - 1, inputs + 1, 60} - {inputs}:
            refuses(ShapeError, layer, np.zeros(width))
        layer(np.zeros(inputs))
        for width in {0, 1, outputs - 1, outputs + 1, 60} - {outputs}:
            refuses(ShapeError, layer.backprop, np.zeros(width))
        with pytest.raises(ShapeError):
            layer.M = np.zeros((outputs + 1, inputs))
        assert bits(numbers(layer)) == before


def test_dill_keeps_functions_and_neither_the_input_nor_the_output_of_a_layer() -> None:
    named = MapLayer("tanh")
    assert named.name == named.__getstate__() == "tanh"
    assert dill.loads(dill.dumps(named)).function is ACTIVATIONS["tanh"]
    factor = 3.0
    own = MapLayer(lambda x: x * factor, lambda d: factor)
    assert own.name is None
    layer: MapLayer = dill.loads(dill.dumps(own))
    assert (layer([1.0, 2.0]).tolist(), layer.backprop([1.0, 1.0]).tolist()) == ([3.0, 6.0], [3.0, 3.0])
    dense = AffinityLayer(2, 2, seed=1)
    before, y = dill.dumps(dense), dense([1, 2])
    assert dense.input.tolist() == [1.0, 2.0]
    assert dense.output is y
    assert dill.dumps(dense) == before
    assert not hasattr(dill.loads(before), "input")
