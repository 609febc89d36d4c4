"""Losses are compared with numeric differences, with what the books say of them, and refuse targets in a sentence."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ExperimentError, UnknownNameError
from engine.rules.losses import LOSSES, Loss, loss_named, softmax
from tests.engine.asserting import refusal
from tests.engine.strategies import FEW

STEP = 1e-6


def outputs_and_targets(name: str, seed: int, outputs: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Some outputs away from kinks, and targets that the loss is meant for."""
    rng = np.random.RandomState(seed)
    y = rng.randn(5, outputs) * 2.0
    if name == "cross-entropy":
        t = rng.rand(5, outputs)
        return y, t / t.sum(axis=1, keepdims=True)
    return y, np.where(rng.rand(5, outputs) < 0.5, -1.0, 1.0)


def targets_for(name: str, rng: np.random.RandomState, shape: tuple[int, int]) -> np.ndarray:
    """Targets that the loss is meant for, some of them extreme."""
    if name == "cross-entropy":
        t = rng.rand(*shape) * (rng.rand(*shape) < 0.7)
        t[:, 0] += 0.1
        shares: np.ndarray = t / t.sum(axis=1, keepdims=True)
        return shares
    t = np.where(rng.rand(*shape) < 0.6, -1.0, 1.0)
    return t if name == "logistic" else rng.standard_cauchy(shape)


@pytest.mark.parametrize("name", LOSSES)
def test_slope_and_bend_are_the_numeric_differences_of_value_and_slope(name: str) -> None:
    loss = LOSSES[name]
    for seed in range(5):
        y, t = outputs_and_targets(name, seed)
        for k in range(y.shape[1]):
            side = STEP * np.eye(y.shape[1])[k]
            numeric = (loss.value(y + side, t) - loss.value(y - side, t)) / (2 * STEP)
            assert loss.slope(y, t)[:, k] == pytest.approx(numeric, abs=1e-7)
        u = np.random.RandomState(seed + 100).randn(*y.shape)
        numeric = (loss.slope(y + STEP * u, t) - loss.slope(y - STEP * u, t)) / (2 * STEP)
        assert loss.bend(y, t, u) == pytest.approx(numeric, abs=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_a_row_says_whether_its_loss_is_of_a_product_and_whether_it_is_a_square_of_small_errors(name: str) -> None:
    loss, (y, t) = LOSSES[name], outputs_and_targets(name, 0)
    assert loss.of_product == np.allclose(loss.value(2.0 * y, t / 2.0), loss.value(y, t))
    error, half = (loss.value(t + size, t) for size in (STEP, STEP / 2.0))
    assert loss.quadratic == np.allclose(error, 4.0 * half, rtol=1e-3, atol=0.0)


def value(name: str, y: np.ndarray, t: list[float]) -> float:
    return float(LOSSES[name].value(y, np.array(t)))


def test_values_and_best_constants_are_those_of_the_books_at_infinity_too() -> None:
    y, t = np.array([0.5, -3.0]), [1.0, 1.0]
    assert [value(name, y, t) for name in ("half square", "absolute", "huber")] == [(0.25 + 16.0) / 2, 4.5, 0.125 + 3.5]
    logistic = math.log(1 + math.exp(-0.5)) + math.log(1 + math.exp(3.0))
    assert value("logistic", y, t) == pytest.approx(logistic, rel=1e-14)
    expected = -math.log((np.exp(y) / np.exp(y).sum())[1])
    assert value("cross-entropy", y, [0.0, 1.0]) == pytest.approx(expected, rel=1e-14)
    y = np.array([800.0, -800.0])
    assert softmax(y).tolist() == [1.0, 0.0]
    assert value("cross-entropy", y, [0.0, 1.0]) == value("logistic", y, [-1.0, 1.0]) == 1600.0
    T = np.array([[0.0, 1.0], [1.0, 1.0], [8.0, 1.0]])
    assert LOSSES["half square"].constant(T).tolist() == [3.0, 1.0]
    assert LOSSES["absolute"].constant(T).tolist() == [1.0, 1.0]
    # 0.5 and −0.5 with a slope of 1 from the far one on.
    assert LOSSES["huber"].constant(T).tolist() == [1.0, 1.0]
    signs = np.array([[1.0], [1.0], [1.0], [-1.0]])
    assert LOSSES["logistic"].constant(signs) == pytest.approx([math.log(3.0)])
    shares = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    assert softmax(LOSSES["cross-entropy"].constant(shares)) == pytest.approx([0.75, 0.25])
    with np.errstate(all="ignore"):
        for name, T in (("logistic", np.ones((4, 2))), ("cross-entropy", np.tile([1.0, 0.0], (4, 1)))):
            assert mean(LOSSES[name], LOSSES[name].constant(T), T) == 0.0
        T = np.array([[1.0, 0.0], [np.nan, 1.0], [1.0, 0.0]])
        assert [name for name, loss in LOSSES.items() if not math.isnan(float(loss.constant(T)[0]))] == []


@pytest.mark.parametrize("name", LOSSES)
def test_many_samples_have_the_bits_of_one_at_a_time(name: str) -> None:
    loss = LOSSES[name]
    for outputs in (2, 7, 8, 9, 17):
        y, t = outputs_and_targets(name, outputs, outputs)
        assert loss.value(y, t).tolist() == [float(loss.value(row, goal)) for row, goal in zip(y, t, strict=True)]
        assert loss.slope(y, t).tolist() == [loss.slope(row, goal).tolist() for row, goal in zip(y, t, strict=True)]


def test_targets_that_it_is_not_meant_for_are_refused_in_a_sentence() -> None:
    for name, targets, words in (
        ("logistic", [[1.0], [0.0]], "−1 and 1"), ("cross-entropy", [[1.0]], "two outputs or more"),
        ("cross-entropy", [[0.5, 0.6]], "add up to 1"), ("cross-entropy", [[1.5, -0.5]], "0 or above"),
        ("cross-entropy", [[9e307, 9e307]], "add up to 1"),
    ):  # fmt: skip
        assert words in refusal(ExperimentError, LOSSES[name].check, np.array(targets))
        LOSSES["half square"].check(np.array(targets))
    assert "huber" in refusal(UnknownNameError, loss_named, "squared")


def mean(loss: Loss, answer: np.ndarray, T: np.ndarray) -> float:
    return float(loss.value(np.broadcast_to(answer, T.shape), T).mean())


@pytest.mark.parametrize("name", LOSSES)
@FEW
@given(seed=st.integers(0, 10_000), count=st.integers(1, 40), outputs=st.integers(2, 4), spread=st.floats(0.1, 30.0))
def test_none_near_the_best_constant_is_better(name: str, seed: int, count: int, outputs: int, spread: float) -> None:
    loss, rng = LOSSES[name], np.random.RandomState(seed)
    T = targets_for(name, rng, (count, outputs)) * (spread if not loss.refusal else 1.0)
    with np.errstate(all="ignore"):
        best = loss.constant(T)
        least = mean(loss, best, T)
        # Where the best constant lies at infinity, large answers come as near as one likes.
        finite = np.clip(best, -30.0 * spread, 30.0 * spread)
        for size in (1e-4, 0.01, 1.0):
            losses = [mean(loss, other, T) for other in finite + size * rng.randn(50, outputs)]
            assert min(losses) >= least * (1.0 - 1e-12) - 1e-15
    assert best.shape == (outputs,)


@pytest.mark.parametrize("name", LOSSES)
def test_a_numeric_search_finds_the_best_constant(name: str) -> None:
    loss, y, T = LOSSES[name], np.zeros(3), targets_for(name, np.random.RandomState(7), (101, 3))
    for k in range(2_000):
        y = y - loss.slope(np.broadcast_to(y, T.shape), T).mean(axis=0) / (1.0 + k / 100)
    assert mean(loss, loss.constant(T), T) == pytest.approx(mean(loss, y, T), rel=1e-4)
