"""A trace shows one sample on its way through a network and back, and the step that follows; nothing is adjusted."""

from typing import Any

import numpy as np
import pytest

from engine import AffinityLayer, Network
from engine.base.numerics import FloatArray
from engine.checks.gradcheck import network_difference
from engine.kernel import flattened
from engine.training.trace import trace_of, update_of, values_of
from tests.engine.nets import flat, network_of, same_bits, some_frozen, training

X, T = np.array([0.3, -1.2, 0.5]), np.array([0.1, -0.4])


def net() -> Network:
    return training([5, "tanh", 2], 3, 1, 0.25, np.random.RandomState(4)).net


class Taught(AffinityLayer):
    def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
        raise NotImplementedError

    def backprop(self, output_delE: Any) -> FloatArray:
        lower, given = super().gradients(output_delE)
        self.M -= given["M"]
        return lower


def test_the_values_and_the_loss_are_those_of_learning_and_the_slopes_those_of_nudging() -> None:
    whole = net()
    passage = trace_of(whole, X, T)
    assert same_bits(passage.values[0], X)
    for layer, given, gave in zip(whole.layers, passage.values[:-1], passage.values[1:], strict=True):
        assert same_bits(layer(given), gave)
    assert all(map(same_bits, values_of(whole, X), passage.values))
    assert passage.loss == net().losses([(X, T)])[0]
    whole = net()
    passage, nudge = trace_of(whole, X, T), 1e-6
    for k in range(3):
        up, down = X.copy(), X.copy()
        up[k] += nudge
        down[k] -= nudge
        measured = (trace_of(whole, up, T).loss - trace_of(whole, down, T).loss) / (2 * nudge)
        assert passage.slopes[0][k] == pytest.approx(measured, rel=1e-6)
    assert network_difference(whole, X, T).agrees
    assert same_bits(passage.slopes[-1], passage.values[-1] - T)
    assert same_bits(passage.gradients[0]["b"], passage.slopes[1])
    assert same_bits(passage.gradients[0]["M"], np.outer(passage.slopes[1], X))


def test_the_update_is_the_step_that_learning_takes_and_frozen_numbers_stay() -> None:
    whole, learned = net(), net()
    learned.losses([(X, T)])
    gradients, update = trace_of(whole, X, T).gradients, update_of(whole, X, T)
    assert update.loss == trace_of(learned, X, T).loss
    for layer, before, slope, after in zip(learned.layers, update.before, gradients, update.after, strict=True):
        assert all(same_bits(after[name], array) for name, array in layer.parameters.items())
        for name in before:
            np.testing.assert_allclose(before[name] - 0.25 * slope[name], after[name], rtol=1e-14, atol=1e-15)
    given = some_frozen(training([5, "tanh", 2], 3, 1, 0.25, np.random.RandomState(4)), 3)
    held, update = given.net.layers[0], update_of(given.net, X, T)
    was, now = (flattened(list(arrays[0].values())) for arrays in (update.before, update.after))
    moved = was != now
    assert held.frozen
    assert not moved[list(held.frozen)].any()
    assert np.delete(moved, list(held.frozen)).all()


def test_a_passage_leaves_the_network_as_it_was_and_backprop_alone_states_no_gradients() -> None:
    whole = net()
    before = flat(whole)
    trace_of(whole, X, T)
    update_of(whole, X, T)
    values_of(whole, X)
    assert same_bits(flat(whole), before)
    assert not hasattr(whole.layers[0], "input")
    whole = net()
    whole.layers[0].M[...] = 1e308
    assert not np.isfinite(trace_of(whole, X * 1e9, T * np.inf).loss)
    assert not np.isfinite(update_of(whole, X, T * np.inf).loss)
    own, plain = network_of(Taught(3, 2, 1)), network_of(AffinityLayer(3, 2, 1))
    given = trace_of(own, X, T)
    assert same_bits(given.slopes[0], trace_of(plain, X, T).slopes[0])
    assert given.gradients == ({},)
    assert same_bits(own.layers[0].M, plain.layers[0].M)
