"""A random order of hidden units, with signs and sizes where these are free, is undone exactly."""

import itertools
from collections.abc import Callable
from unittest.mock import Mock

import numpy as np
import pytest

from engine import AffinityLayer, MapLayer, Network
from engine.base.numerics import FloatArray
from engine.comparison.matching import Matched, match, relative_distance
from engine.comparison.symmetry import symmetries_of
from engine.kernel import load_flat, parameters
from tests.engine.asserting import known, refuses
from tests.engine.nets import flat, network_of

FUNCTIONS = ("tanh", "sin", "relu", "leaky relu", "sigmoid", "gelu", "gaussian", "square/2", "", "x + tanh(x)")


def random_network(rng: np.random.RandomState, hidden: int | None = None) -> Network:
    """One to three hidden layers of 1 to 16 units, any functions between them."""
    hidden = int(rng.randint(1, 4)) if hidden is None else hidden
    widths, net = rng.randint(1, 17, hidden).tolist(), Network()
    for inputs, outputs in itertools.pairwise([int(rng.randint(1, 4)), *widths, int(rng.randint(1, 4))]):
        net.extend(AffinityLayer(inputs, outputs, seed=rng.randint(2**31)))
        if function := str(rng.choice(FUNCTIONS)):
            net.extend(MapLayer(function))
    return net


def dense(net: Network) -> list[AffinityLayer]:
    return [layer for layer in net.layers if isinstance(layer, AffinityLayer)]


def disguised(net: Network, rng: np.random.RandomState) -> Network:
    """The same function by other weights: every hidden layer in a random order, with random signs and sizes."""
    other = net.copy()
    symmetries = known(symmetries_of(other.layers))
    for (layer, following), symmetry in zip(itertools.pairwise(dense(other)), symmetries, strict=True):
        units = len(layer.b)
        order = rng.permutation(units)
        signs = np.array(symmetry.signs)[rng.randint(len(symmetry.signs), size=units)]
        sizes = np.exp(rng.randn(units)) if symmetry.scale else np.ones(units)
        layer.M = layer.M[order] * (signs[:, :1] * sizes[:, None])
        layer.b = layer.b[order] * signs[:, 0] * sizes
        following.M = following.M[:, order] * (signs[:, 1] / sizes)
    return other


def match_of(net: Network, a: FloatArray, b: FloatArray, *on_progress: Callable[[], None]) -> Matched:
    """The match of two rows of weights of one network."""
    return match([layer.M.shape for layer in dense(net)], known(symmetries_of(net.layers)), a, b, *on_progress)


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 200), marks=pytest.mark.soak)])
def test_a_random_order_is_undone_in_every_random_network(seeds: range) -> None:
    for seed in seeds:
        rng = np.random.RandomState([7, seed])
        net = random_network(rng)
        other = disguised(net, rng)
        found = match_of(net, flat(net), flat(other))
        assert found.distance <= 1e-12, seed
        assert relative_distance(flat(net), found.weights) == found.distance
        if seed < 20:  # a disguise computes what the network does: otherwise this would show nothing
            X = rng.randn(50, dense(net)[0].M.shape[1])
            assert np.allclose(net.respond(X), other.respond(X), rtol=1e-9, atol=1e-9)


def test_what_is_laid_over_another_network_computes_what_it_did() -> None:
    for seed in range(50):
        rng = np.random.RandomState([8, seed])
        net = random_network(rng)
        other = disguised(net, rng)
        load_flat(parameters(other.layers), flat(other) + 0.1 * rng.randn(flat(other).size))
        found, laid = match_of(net, flat(net), flat(other)), other.copy()
        load_flat(parameters(laid.layers), found.weights)
        X = rng.randn(50, dense(net)[0].M.shape[1])
        assert np.allclose(laid.respond(X), other.respond(X), rtol=1e-7, atol=1e-7)
        assert found.distance <= relative_distance(flat(net), flat(other))


def test_one_hidden_layer_has_the_best_of_all_orders_and_signs() -> None:
    """Exactly: by all 4! · 2⁴ of them."""
    for seed in range(10):
        rng = np.random.RandomState([9, seed])
        a, b = (
            network_of(AffinityLayer(2, 4, seed=one), MapLayer("tanh"), AffinityLayer(4, 1, seed=two))
            for one, two in (rng.randint(1000, size=2).tolist() for _ in range(2))
        )
        best = np.inf
        for places in itertools.permutations(range(4)):
            order = list(places)
            for signs in itertools.product((1.0, -1.0), repeat=4):
                M, bias = b.layers[0].M[order] * np.array(signs)[:, None], b.layers[0].b[order] * signs
                laid = np.concatenate([M.ravel(), bias, (b.layers[2].M[:, order] * signs).ravel(), b.layers[2].b])
                best = min(best, relative_distance(flat(a), laid))
        assert match_of(a, flat(a), flat(b)).distance == pytest.approx(best, rel=1e-12)


def changed(net: Network, order: list[int], factor: float) -> Network:
    """The network of one hidden layer, its units in this order and their incoming weights multiplied by `factor`."""
    other = net.copy()
    other.layers[0].M, other.layers[0].b = factor * net.layers[0].M[order], factor * net.layers[0].b[order]
    other.layers[2].M = net.layers[2].M[:, order] / factor
    return other


def test_a_sign_stays_where_the_function_is_neither_odd_nor_even_and_what_was_done_is_said() -> None:
    net = network_of(AffinityLayer(2, 3, seed=1), MapLayer("sigmoid"), AffinityLayer(3, 1, seed=2))
    found = match_of(net, flat(net), flat(changed(net, [0, 1, 2], -1.0)))
    assert found.distance > 0.5
    assert not found.turned
    net = network_of(AffinityLayer(2, 3, seed=1), MapLayer("relu"), AffinityLayer(3, 1, seed=2))
    same = match_of(net, flat(net), flat(net))
    assert (same.distance, same.order, same.moved, same.turned, same.scaled) == (0.0, None, False, False, False)
    moved, scaled = (match_of(net, flat(net), flat(changed(net, *how))) for how in (([1, 0, 2], 1.0), ([0, 1, 2], 3.0)))
    assert (moved.moved, moved.turned, moved.scaled) == (True, False, False)
    assert (scaled.moved, scaled.turned, scaled.scaled) == (False, False, True)


def test_any_size_of_numbers_is_matched_and_the_search_ends_where_its_caller_says() -> None:
    net = network_of(AffinityLayer(2, 5, seed=1), MapLayer("tanh"), AffinityLayer(5, 1, seed=2))
    other = flat(disguised(net, np.random.RandomState(1)))
    for largest in (1e-300, 1.0, 1e300):
        assert match_of(net, largest * flat(net), largest * other).distance <= 1e-12
    zeros, ones = np.zeros(3), np.ones(3)
    pairs = ((zeros, zeros), (zeros, ones), (ones, zeros))
    assert [relative_distance(*pair) for pair in pairs] == [0.0, np.inf, 1.0]
    enough, net = Mock(side_effect=InterruptedError), random_network(np.random.RandomState(3), hidden=3)
    refuses(InterruptedError, match_of, net, flat(net), flat(net) + 1.0, enough)
