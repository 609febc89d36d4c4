"""λ is the largest eigenvalue of a Hessian that is measured number by number, and steps past 2/λ land further off."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, IdentityLayer, Layer, Map, MapLayer, Network
from engine.base.numerics import FloatArray
from engine.checks import sharpness as module
from engine.checks.sharpness import max_sample_sharpness, mean_sharpness
from engine.kernel import load_flat, parameters
from engine.rules.losses import HALF_SQUARE, LOSSES, Loss
from tests.engine.asserting import known
from tests.engine.nets import catalogued, flat, network_of

NUDGE = 1e-4


def loss_of(network: Network, X: FloatArray, T: FloatArray, row: Loss = HALF_SQUARE) -> Callable[[FloatArray], float]:
    """The mean loss of the samples as a function of all parameters in one row."""
    moved = network.copy()

    def loss(flat: FloatArray) -> float:
        load_flat(parameters(moved.layers), flat)
        return float(row.value(moved.respond(X), T).mean())

    return loss


def exact_hessian(network: Network, X: FloatArray, T: FloatArray, row: Loss = HALF_SQUARE) -> FloatArray:
    """The Hessian of the mean loss by second differences, every pair of parameters nudged once."""
    loss, at = loss_of(network, X, T, row), flat(network)
    count = len(at)
    H, nudges = np.empty((count, count)), NUDGE * np.eye(count)
    for i, j in itertools.combinations_with_replacement(range(count), 2):
        u, v = nudges[i], nudges[j]
        change = loss(at + u + v) - loss(at + u - v) - loss(at - u + v) + loss(at - u - v)
        H[i, j] = H[j, i] = change / (4 * NUDGE**2)
    return H


def largest(matrix: FloatArray) -> float:
    return float(np.linalg.eigvalsh(matrix)[-1])


def built(*layers: Affinity | Map, ideal: str = "signs", samples: int = 6, weights: int = 1) -> Experiment:
    return Experiment(layers, ideal, DrawnWeights(weights), samples=samples)


NETS = (
    built(Affinity(2, 2)),
    built(Affinity(2, 2), Map("tanh")),
    built(Affinity(2, 3), Map("sigmoid"), Affinity(3, 2), weights=2),
    built(Affinity(2, 2), Map("gelu"), Affinity(2, 2), Map("x*x/2 + sin(x)"), weights=3),
    built(Affinity(2, 2), Map("leaky relu"), Affinity(2, 2), weights=4),
    built(Map("square/2"), Affinity(2, 2), ideal="squared difference"),
)


def check_sharpness(network: Network, X: FloatArray, T: FloatArray, row: Loss = HALF_SQUARE) -> None:
    """Compares the sharpest sample and the mean loss with the Hessians measured one by one."""
    measured = max(largest(exact_hessian(network, x[None], t[None], row)) for x, t in zip(X, T, strict=True))
    assert max_sample_sharpness(network, X, T, row) == pytest.approx(measured, rel=1e-4)
    assert mean_sharpness(network, X, T, row) == pytest.approx(largest(exact_hessian(network, X, T, row)), rel=1e-4)


@pytest.mark.parametrize("experiment", NETS, ids=repr)
def test_samples_and_their_mean_loss_are_as_sharp_as_their_hessians_measured(experiment: Experiment) -> None:
    check_sharpness(experiment.network(), *experiment.facts())


@pytest.mark.parametrize("name", ["huber", "logistic", "cross-entropy"])
@pytest.mark.parametrize("experiment", NETS[1:4:2], ids=repr)
def test_another_loss_is_as_sharp_as_its_own_hessian_measured(experiment: Experiment, name: str) -> None:
    X, T = experiment.facts()
    if name == "cross-entropy":
        first = np.where(T[:, 0] > 0.0, 1.0, 0.0)
        T = np.column_stack([first, 1.0 - first])
    check_sharpness(experiment.network(), X, T, LOSSES[name])


def test_a_few_products_find_the_largest_of_many_eigenvalues_in_batches_too(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = catalogued("circle", samples=4)
    network, (X, T) = experiment.network(), experiment.facts()
    measured = max(largest(exact_hessian(network, x[None], t[None])) for x, t in zip(X, T, strict=True))
    assert max_sample_sharpness(network, X, T) == pytest.approx(measured, rel=1e-4)
    network, (X, T) = NETS[2].network(), NETS[2].facts()
    before, whole = flat(network), max_sample_sharpness(network, X, T)
    monkeypatch.setattr(module, "NUMBERS_AT_ONCE", 5 * 17)
    assert max_sample_sharpness(network, X, T) == pytest.approx(whole, rel=1e-12)
    assert np.array_equal(flat(network), before)


def test_a_step_of_2_over_lambda_overshoots_what_one_affine_output_learns() -> None:
    x, t = np.array([0.4, -1.1, 0.7]), np.array([0.3])
    for times, further in ((0.98, False), (1.02, True)):
        network = network_of(AffinityLayer(3, 1, seed=1))
        network.alpha = times * 2 / known(max_sample_sharpness(network, x[None], t[None]))
        first, second = network.losses([(x, t), (x, t)])
        assert (second > first) is further


@pytest.mark.parametrize("experiment", NETS[1:4], ids=repr)
def test_past_2_over_lambda_a_step_takes_two_near_networks_apart(experiment: Experiment) -> None:
    network, (X, T) = experiment.network(), experiment.facts()
    lambdas = [max_sample_sharpness(network, x[None], t[None]) or 0.0 for x, t in zip(X, T, strict=True)]
    k, start = int(np.argmax(lambdas)), flat(network)
    offset = 1e-5 * np.linalg.eigh(exact_hessian(network, X[k : k + 1], T[k : k + 1]))[1][:, -1]
    for times, further in ((0.98, False), (1.02, True)):
        ends = []
        for weights in (start, start + offset):
            net = network.copy()
            load_flat(parameters(net.layers), weights)
            net.alpha = times * 2 / lambdas[k]
            net.learn([(X[k], T[k])])
            ends.append(flat(net))
        assert bool(np.linalg.norm(ends[1] - ends[0]) > np.linalg.norm(offset)) is further


def test_frozen_numbers_and_kinks_do_not_count_and_what_cannot_learn_has_no_sharpness() -> None:
    network = NETS[1].network()
    X, T = NETS[1].facts()
    network.layers[0].freeze({0, 1, 2, 3})
    free = [largest(exact_hessian(network, x[None], t[None])[4:, 4:]) for x, t in zip(X, T, strict=True)]
    assert max_sample_sharpness(network, X, T) == pytest.approx(max(free), rel=1e-4)
    network = network_of(AffinityLayer(1, 1), MapLayer("relu"), AffinityLayer(1, 1))
    network.layers[0].M, network.layers[0].b = [[1.0]], [1e-7]
    network.layers[2].M, network.layers[2].b = [[1.0]], [0.0]
    assert (max_sample_sharpness(network, np.zeros((1, 1)), np.ones((1, 1))) or 0.0) < 10.0
    frozen, own, infinite = (NETS[0].network() for _ in range(3))
    frozen.layers[0].freeze()
    own.extend(Layer())
    infinite.layers[0].b = [np.inf, 0.0]
    X, T = np.ones((2, 2)), np.zeros((2, 2))
    networks = (network_of(IdentityLayer()), frozen, own, infinite)
    assert [max_sample_sharpness(network, X, T) for network in networks] == [None] * 4
    assert mean_sharpness(frozen, X, T) is None
