"""A network is a cascade of layers, and learning takes the loss before each step."""

import itertools
import math
from typing import Any

import dill
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import AffinityLayer, IdentityLayer, Layer, MapLayer, NNBench
from engine.base.numerics import tanh
from engine.errors import BenchError, NoFactsError, ShapeError
from engine.training.network import BATCH, Network
from tests.engine.asserting import refusal
from tests.engine.base.test_numerics import from_left_to_right, spelled_out
from tests.engine.nets import Doubling, network_of
from tests.engine.strategies import SOME, bits


def tower(*widths: int, seed: int = 0, alpha: float = 0.1) -> Network:
    """Affine layers of those widths, each followed by a tanh."""
    net = network_of(alpha=alpha)
    for place, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        net.extend(AffinityLayer(inputs, outputs, seed=[seed, place]))
        net.extend(MapLayer("tanh"))
    return net


def facts_for(net: Network, n: int, outputs: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.RandomState(seed)
    return rng.randn(n, net.inputs or 2), rng.randn(n, outputs)


class PlainTower:
    """The same network in plain Python: lists of floats, each sum spelled out, nothing of the engine but tanh."""

    def __init__(self, net: Network) -> None:
        self.alpha = net.alpha
        self.affine = [(layer.M.tolist(), layer.b.tolist()) for layer in net.layers if isinstance(layer, AffinityLayer)]

    def step(self, x: list[float], expected: list[float]) -> float:
        seen: list[tuple[list[float], list[float]]] = []
        for M, b in self.affine:
            rows = [spelled_out([m * v for m, v in zip(row, x, strict=True)]) for row in M]
            y = tanh(np.array([total + offset for total, offset in zip(rows, b, strict=True)])).tolist()
            seen.append((x, y))
            x = y
        e = [a - t for a, t in zip(x, expected, strict=True)]
        gradient = [v * self.alpha for v in e]
        for (M, b), (x, y) in zip(reversed(self.affine), reversed(seen), strict=True):
            upper = [((1.0 + v) * (1.0 - v)) * g for v, g in zip(y, gradient, strict=True)]
            gradient = [
                from_left_to_right([row[j] * g for row, g in zip(M, upper, strict=True)]) for j in range(len(x))
            ]
            for i, g in enumerate(upper):
                M[i] = [m - g * v for m, v in zip(M[i], x, strict=True)]
                b[i] -= g
        return spelled_out([v * v for v in e]) / 2.0


@SOME
@given(
    st.lists(st.integers(1, 20), min_size=2, max_size=4),
    st.integers(0, 1000),
    st.sampled_from([1e-61, 0.01, 0.5, 30.0, 1e160, 1e300]),
)
def test_learning_equals_its_spelling_in_plain_python_to_the_bit(widths: list[int], seed: int, alpha: float) -> None:
    net = tower(*widths, seed=seed, alpha=alpha)
    plain = PlainTower(net)
    X, T = facts_for(net, 12, widths[-1], seed)
    expected = [plain.step(x, t) for x, t in zip(X.tolist(), T.tolist(), strict=True)]
    assert bits(net.losses(zip(X, T, strict=True))) == bits(expected)
    for layer, (M, b) in zip(net.layers[::2], plain.affine, strict=True):
        assert (bits(layer.M), bits(layer.b)) == (bits([m for row in M for m in row]), bits(b))


def test_the_loss_is_half_the_squared_distance_before_the_step_which_alpha_scales() -> None:
    net = Network()
    net.extend(IdentityLayer())
    assert net.learn([([3.0, 4.0], [0.0, 0.0])]) == 12.5
    learner, x, t = tower(2, 1), [0.5, -0.5], [1.0]
    before = (learner(x)[0] - 1.0) ** 2 / 2
    assert learner.learn([(x, t)]) == pytest.approx(before)
    assert (learner(x)[0] - 1.0) ** 2 / 2 < before
    moved = []
    for alpha in (0.1, 0.2):
        net = tower(2, 2, alpha=alpha)
        before = net.layers[0].b.copy()
        net.learn([([1.0, 1.0], [0.0, 0.0])])
        moved.append(net.layers[0].b - before)
    assert moved[1] == pytest.approx(2 * moved[0])


def test_training_on_arrays_is_learning_sample_by_sample_and_facts_may_be_any_iterable() -> None:
    net = tower(3, 5, 2)
    X, T = facts_for(net, 50, 2)
    by_fact, last, losses = net.copy(), net.copy().learn(zip(X, T, strict=True)), net.train(X, T)
    assert bits(losses) == bits(by_fact.losses(zip(X, T, strict=True)))
    assert losses[-1] == last, "learn returns the loss of the last sample"
    assert all(bits(one.M) == bits(other.M) for one, other in zip(net.layers[::2], by_fact.layers[::2], strict=True))
    assert math.isfinite(tower(2, 2).learn(iter([([1, 2], (3, 4)), ([5, 6], (7, 8))])))
    said = "There was no fact to learn from. Give at least one pair (x, expected)."
    assert refusal(NoFactsError, tower(2, 2).learn, []) == said


def test_a_network_takes_what_its_first_dense_layer_takes_and_the_ideal_gives_as_many_as_the_last() -> None:
    net = Network()
    assert (net.layers, net.alpha, net([1, 2]).tolist()) == ([], 0.1, [1.0, 2.0])
    for layers, inputs in (
        ([], None), ([IdentityLayer()], None), ([MapLayer("tanh"), AffinityLayer(3, 2)], 3), ([AffinityLayer(5, 1)], 5),
    ):  # fmt: skip
        assert network_of(*layers).inputs == inputs
    net = tower(2, 3)
    before = bits(net.layers[0].M)
    assert refusal(ShapeError, net.learn, [([1.0, 2.0], [1.0, 2.0])]) == (
        "The network gives an array of shape (3,), the fact expects (2,). "
        "Let the last layer and the ideal give equally many numbers."
    )
    assert bits(net.layers[0].M) == before, "a refused sample moves no weight"
    for fact in ((1.0, 2.0), ([[1.0, 2.0]], [[1.0, 2.0]]), ([], [])):
        assert "vector" in refusal(ShapeError, network_of(MapLayer("tanh")).learn, [fact])


def test_targets_of_one_output_may_be_numbers() -> None:
    X, y = np.random.RandomState(3).randn(20, 2), [-1.0, 1.0] * 10
    targets = ([[number] for number in y], y, np.array(y), np.array(y) > 0)
    found = [tower(2, 1).train(X, T).tolist() for T in targets]
    assert tower(2, 1).losses(zip(X, y, strict=True)) == found[0]
    assert found[0] == found[1] == found[2] != found[3]
    assert found[3] == tower(2, 1).train(X, [[float(number > 0)] for number in y]).tolist()


def test_a_diverging_run_gives_inf_and_nan_and_no_exception() -> None:
    net = network_of(AffinityLayer(2, 2, seed=1), MapLayer("square/2"), alpha=1e200)
    X, T = facts_for(net, 8, 2)
    losses = net.losses(zip(X, T, strict=True))
    assert len(losses) == 8
    assert math.isfinite(losses[0])
    assert math.inf in losses
    assert all(np.isnan(part).all() for part in (losses[-1], net(X[0]), net.respond(X)))


def test_many_responses_at_once_are_each_the_response_alone_layer_by_layer() -> None:
    net = tower(3, 5, 2)
    for count in (1, 2, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 7):
        X = np.random.RandomState(1).randn(count, 3)
        together = net.respond(X.tolist())
        assert together.shape == (count, 2)
        assert bits(together) == bits(np.array([net(x) for x in X]))
    net = tower(2, 5, 3, seed=4)
    expected = X = np.random.RandomState(3).randn(700, 2)
    answers = list(net.responses(X))
    assert len(answers) == 4
    for layer, answer in zip(net.layers, answers, strict=True):
        expected = layer.respond(expected)
        assert bits(answer) == bits(expected)
    assert bits(answers[-1]) == bits(net.respond(X))


def test_a_copy_shares_no_number_and_dill_keeps_slices_shared_layers_and_own_functions() -> None:
    net = tower(2, 2, alpha=0.3)
    twin, before = net.copy(), bits(net.layers[0].M)
    twin.learn([([1.0, 1.0], [0.0, 0.0])])
    twin.alpha = 0.4
    assert (bits(net.layers[0].M), net.alpha) == (before, 0.3)
    net = tower(2, 2)
    net.layers = net.layers[:1]
    net.extend(MapLayer("relu"))
    assert [repr(layer) for layer in net.layers] == ["AffinityLayer 2→2", "MapLayer relu"]
    assert net([1.0, 1.0]).min() >= 0.0
    shared, factor, x = AffinityLayer(2, 2, seed=1), 3.0, [0.3, -0.7]
    first = network_of(shared, MapLayer("tanh"), MapLayer(lambda x: factor * x, lambda d: factor))
    second = network_of(*first.layers[:1], alpha=0.25)
    one, two = dill.loads(dill.dumps((first, second)))
    assert one.layers[0] is two.layers[0]
    assert (two.alpha, bits(one(x))) == (0.25, bits(first(x)))
    before = second(x).tolist()
    one.learn([(x, [0.0, 0.0])])
    first.learn([(x, [0.0, 0.0])])
    assert bits(two.layers[0].M) == bits(shared.M)
    assert second(x).tolist() != before, "one layer in two networks learns for both"


def test_a_layer_of_ones_own_learns_in_a_network_or_is_refused_in_a_sentence() -> None:
    class Scale(Layer):
        def __init__(self) -> None:
            self.factor = 1.0

        def __call__(self, x: object) -> np.ndarray:
            self.x = np.asarray(x)
            return self.factor * self.x

        def backprop(self, output_delE: object) -> np.ndarray:
            upper = np.asarray(output_delE)
            lower = self.factor * upper
            self.factor -= float(upper @ self.x)
            return lower

    net = Network()
    net.extend(Scale())
    X = np.random.RandomState(3).randn(200, 2)
    assert net.train(X, 5.0 * X)[-1] < 1e-12
    assert net.layers[0].factor == pytest.approx(5.0)
    cases: list[tuple[Any, str]] = [
        (NoWayBack(), "NoWayBack has no backprop(gradient). Give it one that returns the gradient of its input."),
        (np.tanh, "tanh has no backprop(gradient). Give it one that returns the gradient of its input."),
        (3, "3 is no layer: a layer is called with a vector, and has a backprop(gradient)."),
        (Words(), "The network gives 'hello', and not a vector of numbers."),
        (MapLayer(lambda x: None, lambda x: 1.0), "Your function gives None for 1. Let it give a number."),
        (MapLayer(lambda x: x, lambda x: [1, 2]), "Your function gives [1, 2] for 1. Let it give a number."),
    ]
    for layer, sentence in cases:
        net = Network()
        net.extend(layer)
        assert refusal(BenchError, net.learn, [([1.0, 1.0], [0.0, 0.0])]) == sentence
    said = refusal(BenchError, Network().extend, MapLayer)
    assert said == "MapLayer is a class. Give one of its layers, as MapLayer(…) makes it."
    said = refusal(ShapeError, NNBench(tower(2, 2), lambda v: "x").learn, 3)
    assert said == "The ideal gives 'x', and not a vector of numbers."


class NoWayBack:
    def __call__(self, x: Any) -> Any:
        return 2.0 * np.asarray(x)


class Words(Doubling):
    def __call__(self, x: Any) -> Any:
        return "hello"
