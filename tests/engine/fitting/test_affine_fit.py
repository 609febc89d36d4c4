"""The best affine function of a bounded rank, held against least squares and against descent."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize

from engine.base.numerics import FloatArray
from engine.fitting import affine_fit as module
from engine.fitting.affine_fit import affine_fit, affine_rank
from engine.layers.faulty_layers import LeftMultiplied
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer
from tests.engine.asserting import known


def samples(seed: int, n: int = 200, width: int = 4, outputs: int = 3) -> tuple[FloatArray, FloatArray]:
    """Inputs far from 0 and of different sizes, and targets that depend on them and on noise."""
    rng = np.random.RandomState(seed)
    X = rng.randn(n, width) * 10.0 ** rng.uniform(-3, 3, width) + 100.0
    return X, np.sin(X @ rng.randn(width, outputs) / 100.0) + 0.3 * rng.randn(n, outputs) + 5.0


def least_squares(X: FloatArray, T: FloatArray) -> float:
    """The mean loss of the best affine function."""
    x, t = X - X.mean(axis=0), T - T.mean(axis=0)
    x /= np.maximum(np.abs(x).max(axis=0), 1e-300)
    e = x @ np.linalg.lstsq(x, t)[0] - t
    return float((e * e).sum()) / (2 * len(X))


def test_of_full_rank_it_is_least_squares_also_in_blocks_and_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(5):
        X, T = samples(seed)
        fit = known(affine_fit([(X, T)], 3))
        assert fit.floor == pytest.approx(least_squares(X, T), rel=1e-9)
        assert fit.constant == pytest.approx(float(((T - T.mean(axis=0)) ** 2).sum()) / (2 * len(X)), rel=1e-9)
        assert float(np.square(fit.respond(X) - T).sum()) / (2 * len(X)) == pytest.approx(fit.floor, rel=1e-6)
    X, T = samples(1)
    whole = known(affine_fit([(X, T)], 2))
    monkeypatch.setattr(module, "ROWS", 7)
    parts = known(affine_fit([(X[:50], T[:50]), (X[50:], T[50:])], 2))
    assert parts.floor == pytest.approx(whole.floor, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rank", [1, 2])
def test_of_lower_rank_no_descent_finds_a_better_one(seed: int, rank: int) -> None:
    X, T = samples(seed, 60)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    fit = known(affine_fit([(X, T)], rank))
    assert np.linalg.matrix_rank(fit.slopes, tol=1e-9) == rank

    def loss(flat: FloatArray) -> float:
        first, second, b = flat[: 4 * rank].reshape(4, rank), flat[4 * rank : -3].reshape(rank, 3), flat[-3:]
        e = X @ first @ second + b - T
        return float((e * e).sum()) / (2 * len(X))

    found = [minimize(loss, np.random.RandomState(start).randn(7 * rank + 3)).fun for start in range(4)]
    assert min(found) == pytest.approx(fit.floor, rel=1e-5)
    assert min(found) >= fit.floor * (1 - 1e-9)


def test_inputs_that_depend_on_each_other_add_nothing_few_samples_are_met_and_too_large_ones_not() -> None:
    X, T = samples(2)
    X = np.round((X - X.mean(axis=0)) / X.std(axis=0), 2)
    more = np.hstack([X, X[:, :1] * 3.0 - X[:, 1:2], np.full((len(X), 1), 7.0)])
    assert known(affine_fit([(more, T)], 3)).floor == pytest.approx(least_squares(X, T), rel=1e-6)
    for n in (1, 3):
        assert known(affine_fit([samples(3, n)], 3)).floor == pytest.approx(0.0, abs=1e-20)
    for wrong in (np.nan, np.inf, 1e200):
        X, T = samples(4)
        T[5, 1] = wrong
        assert affine_fit([(X, T)], 3) is None


def test_the_rank_is_the_narrowest_free_width_and_dense_layers_with_its_weights_are_the_fit() -> None:
    wide, narrow, frozen = AffinityLayer(5, 4, seed=1), AffinityLayer(4, 3, seed=1), AffinityLayer(2, 2, seed=1)
    frozen.freeze([3])
    assert affine_rank([wide, IdentityLayer(), narrow]) == 3
    assert affine_rank([LeftMultiplied(2, 2, seed=1)]) == 2
    none = ([IdentityLayer()], [wide, MapLayer("tanh"), narrow], [AffinityLayer(2, 2), frozen], [wide, np.negative])
    assert [affine_rank(layers) for layers in none] == [None] * 4
    X, T = samples(7)
    for widths in ((4, 3), (4, 6, 3), (4, 2, 5, 3), (4, 1, 3)):
        shapes, fit, y = list(pairwise(widths)), known(affine_fit([(X, T)], min(widths))), X
        arrays = fit.weights(shapes)
        for (inputs, outputs), M, b in zip(shapes, arrays[::2], arrays[1::2], strict=True):
            assert (M.shape, b.shape) == ((outputs, inputs), (outputs,))
            y = y @ M.T + b
        assert y == pytest.approx(fit.respond(X), rel=1e-9)
