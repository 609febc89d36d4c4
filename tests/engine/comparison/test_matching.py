"""A random order of hidden units, with signs and sizes where these are free, is undone exactly."""

import itertools

import numpy as np
import pytest

from engine.base.numerics import FloatArray
from engine.comparison.matching import match, relative_distance
from engine.comparison.symmetry import Symmetry, symmetries_of
from engine.kernel import flattened, load_flat, parameters
from engine.layers.layers import AffinityLayer, MapLayer
from engine.training.network import Network

NETS = 200
FUNCTIONS = ("tanh", "sin", "relu", "leaky relu", "sigmoid", "gelu", "gaussian", "square/2", "", "x + tanh(x)")


def random_network(rng: np.random.RandomState, hidden: int | None = None) -> Network:
    """One to three hidden layers of 1 to 16 units, any functions between them."""
    hidden = int(rng.randint(1, 4)) if hidden is None else hidden
    widths = rng.randint(1, 17, hidden).tolist()
    net = Network()
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
    symmetries = symmetries_of(other.layers)
    assert symmetries is not None
    for (layer, following), symmetry in zip(itertools.pairwise(dense(other)), symmetries, strict=True):
        units = len(layer.b)
        order = rng.permutation(units)
        signs = np.array(symmetry.signs)[rng.randint(len(symmetry.signs), size=units)]
        sizes = np.exp(rng.randn(units)) if symmetry.scale else np.ones(units)
        layer.M = layer.M[order] * (signs[:, :1] * sizes[:, None])
        layer.b = layer.b[order] * signs[:, 0] * sizes
        following.M = following.M[:, order] * (signs[:, 1] / sizes)
    return other


def flat(net: Network) -> FloatArray:
    return flattened(parameters(net.layers))


def shapes_of(net: Network) -> list[tuple[int, int]]:
    return [layer.M.shape for layer in dense(net)]


def symmetries(net: Network) -> list[Symmetry]:
    found = symmetries_of(net.layers)
    assert found is not None
    return found


def test_a_random_order_is_undone_in_every_random_network() -> None:
    for seed in range(NETS):
        rng = np.random.RandomState([7, seed])
        net = random_network(rng)
        other = disguised(net, rng)
        found = match(shapes_of(net), symmetries(net), flat(net), flat(other))
        assert found.distance <= 1e-12, seed
        assert relative_distance(flat(net), found.weights) == found.distance


def test_a_disguise_computes_what_the_network_does() -> None:
    """Otherwise the test above would show nothing."""
    for seed in range(20):
        rng = np.random.RandomState([7, seed])
        net = random_network(rng)
        X = rng.randn(50, dense(net)[0].M.shape[1])
        other = disguised(net, rng)
        assert np.allclose(net.respond(X), other.respond(X), rtol=1e-9, atol=1e-9)


def test_what_is_laid_over_another_network_computes_what_it_did() -> None:
    for seed in range(50):
        rng = np.random.RandomState([8, seed])
        net = random_network(rng)
        other = disguised(net, rng)
        load_flat(parameters(other.layers), flat(other) + 0.1 * rng.randn(flat(other).size))
        found = match(shapes_of(net), symmetries(net), flat(net), flat(other))
        laid = other.copy()
        load_flat(parameters(laid.layers), found.weights)
        X = rng.randn(50, dense(net)[0].M.shape[1])
        assert np.allclose(laid.respond(X), other.respond(X), rtol=1e-7, atol=1e-7)
        assert found.distance <= relative_distance(flat(net), flat(other))


def test_one_hidden_layer_has_the_best_of_all_orders_and_signs() -> None:
    """Exactly: by all 4! · 2⁴ of them."""
    for seed in range(10):
        rng = np.random.RandomState([9, seed])
        a, b = Network(), Network()
        for net in (a, b):
            seeds = rng.randint(1000, size=2).tolist()
            net.layers = [AffinityLayer(2, 4, seed=seeds[0]), MapLayer("tanh"), AffinityLayer(4, 1, seed=seeds[1])]
        best = np.inf
        for order in itertools.permutations(range(4)):
            for signs in itertools.product((1.0, -1.0), repeat=4):
                M, bias = b.layers[0].M[list(order)] * np.array(signs)[:, None], b.layers[0].b[list(order)] * signs
                laid = np.concatenate([M.ravel(), bias, (b.layers[2].M[:, list(order)] * signs).ravel(), b.layers[2].b])
                best = min(best, relative_distance(flat(a), laid))
        found = match(shapes_of(a), symmetries(a), flat(a), flat(b))
        assert found.distance == pytest.approx(best, rel=1e-12)


def test_a_sign_stays_where_the_function_is_neither_odd_nor_even() -> None:
    net = Network()
    net.layers = [AffinityLayer(2, 3, seed=1), MapLayer("sigmoid"), AffinityLayer(3, 1, seed=2)]
    other = net.copy()
    other.layers[0].M, other.layers[0].b, other.layers[2].M = -net.layers[0].M, -net.layers[0].b, -net.layers[2].M
    found = match(shapes_of(net), symmetries(net), flat(net), flat(other))
    assert found.distance > 0.5
    assert not found.turned


def test_what_was_done_is_said() -> None:
    net = Network()
    net.layers = [AffinityLayer(2, 3, seed=1), MapLayer("relu"), AffinityLayer(3, 1, seed=2)]
    same = match(shapes_of(net), symmetries(net), flat(net), flat(net))
    assert (same.distance, same.order, same.moved, same.turned, same.scaled) == (0.0, None, False, False, False)
    other = net.copy()
    other.layers[0].M, other.layers[0].b = net.layers[0].M[[1, 0, 2]], net.layers[0].b[[1, 0, 2]]
    other.layers[2].M = net.layers[2].M[:, [1, 0, 2]]
    found = match(shapes_of(net), symmetries(net), flat(net), flat(other))
    assert (found.moved, found.turned, found.scaled) == (True, False, False)
    other = net.copy()
    other.layers[0].M, other.layers[0].b, other.layers[2].M = (
        3.0 * net.layers[0].M,
        3.0 * net.layers[0].b,
        net.layers[2].M / 3.0,
    )
    found = match(shapes_of(net), symmetries(net), flat(net), flat(other))
    assert (found.moved, found.turned, found.scaled) == (False, False, True)


@pytest.mark.parametrize("largest", [1e-300, 1.0, 1e300])
def test_any_size_of_numbers_is_matched(largest: float) -> None:
    rng = np.random.RandomState(1)
    net = random_network(rng, hidden=1)
    net.layers = [AffinityLayer(2, 5, seed=1), MapLayer("tanh"), AffinityLayer(5, 1, seed=2)]
    other = disguised(net, rng)
    found = match(shapes_of(net), symmetries(net), largest * flat(net), largest * flat(other))
    assert found.distance <= 1e-12


def test_zeros_are_as_far_from_other_weights_as_can_be() -> None:
    assert relative_distance(np.zeros(3), np.zeros(3)) == 0.0
    assert relative_distance(np.zeros(3), np.ones(3)) == np.inf
    assert relative_distance(np.ones(3), np.zeros(3)) == 1.0


def test_the_search_ends_where_its_caller_says() -> None:
    class Enough(Exception):
        pass

    def enough() -> None:
        raise Enough

    rng = np.random.RandomState(3)
    net = random_network(rng, hidden=3)
    with pytest.raises(Enough):
        match(shapes_of(net), symmetries(net), flat(net), flat(net) + 1.0, enough)
