"""Losses are compared with numeric differences, with what the books say of them, and refuse targets in a sentence."""

import math

import numpy as np
import pytest

from engine.errors import ExperimentError, UnknownNameError
from engine.rules.losses import LOSSES, loss_named, softmax

STEP = 1e-6


def outputs_and_targets(name: str, seed: int, outputs: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Some outputs away from kinks, and targets that the loss is meant for."""
    rng = np.random.RandomState(seed)
    y = rng.randn(5, outputs) * 2.0
    if name == "cross-entropy":
        t = rng.rand(5, outputs)
        return y, t / t.sum(axis=1, keepdims=True)
    return y, np.where(rng.rand(5, outputs) < 0.5, -1.0, 1.0)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("seed", range(5))
def test_the_slope_is_the_numeric_difference_of_the_value(name: str, seed: int) -> None:
    loss = LOSSES[name]
    y, t = outputs_and_targets(name, seed)
    for k in range(y.shape[1]):
        side = np.zeros_like(y)
        side[:, k] = STEP
        numeric = (loss.value(y + side, t) - loss.value(y - side, t)) / (2 * STEP)
        assert loss.slope(y, t)[:, k] == pytest.approx(numeric, abs=1e-7)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("seed", range(5))
def test_the_bend_is_the_numeric_difference_of_the_slope(name: str, seed: int) -> None:
    loss = LOSSES[name]
    y, t = outputs_and_targets(name, seed)
    u = np.random.RandomState(seed + 100).randn(*y.shape)
    numeric = (loss.slope(y + STEP * u, t) - loss.slope(y - STEP * u, t)) / (2 * STEP)
    assert loss.bend(y, t, u) == pytest.approx(numeric, abs=1e-6)


def test_values_are_those_of_the_books() -> None:
    y, t = np.array([0.5, -3.0]), np.array([1.0, 1.0])
    assert float(LOSSES["half square"].value(y, t)) == (0.25 + 16.0) / 2
    assert float(LOSSES["absolute"].value(y, t)) == 4.5
    assert float(LOSSES["huber"].value(y, t)) == 0.125 + 3.5
    logistic = math.log(1 + math.exp(-0.5)) + math.log(1 + math.exp(3.0))
    assert float(LOSSES["logistic"].value(y, t)) == pytest.approx(logistic, rel=1e-14)
    shares = np.exp(y) / np.exp(y).sum()
    expected = -math.log(shares[1])
    assert float(LOSSES["cross-entropy"].value(y, np.array([0.0, 1.0]))) == pytest.approx(expected, rel=1e-14)


def test_great_outputs_have_finite_losses_where_the_loss_is_finite() -> None:
    y = np.array([800.0, -800.0])
    assert softmax(y).tolist() == [1.0, 0.0]
    assert float(LOSSES["cross-entropy"].value(y, np.array([0.0, 1.0]))) == 1600.0
    assert float(LOSSES["logistic"].value(y, np.array([-1.0, 1.0]))) == 1600.0


@pytest.mark.parametrize("name", LOSSES)
def test_many_samples_have_the_bits_of_one_at_a_time(name: str) -> None:
    loss = LOSSES[name]
    for outputs in (2, 7, 8, 9, 17):
        y, t = outputs_and_targets(name, outputs, outputs)
        assert loss.value(y, t).tolist() == [float(loss.value(row, goal)) for row, goal in zip(y, t, strict=True)]
        assert loss.slope(y, t).tolist() == [loss.slope(row, goal).tolist() for row, goal in zip(y, t, strict=True)]


@pytest.mark.parametrize(
    ("name", "targets", "word"),
    [
        ("logistic", [[1.0], [0.0]], "−1 and 1"),
        ("cross-entropy", [[1.0]], "two outputs or more"),
        ("cross-entropy", [[0.5, 0.6]], "add up to 1"),
        ("cross-entropy", [[1.5, -0.5]], "0 or above"),
    ],
)
def test_targets_that_it_is_not_meant_for_are_refused_in_a_sentence(
    name: str, targets: list[list[float]], word: str
) -> None:
    with pytest.raises(ExperimentError, match=word):
        LOSSES[name].check(np.array(targets))
    LOSSES["half square"].check(np.array(targets))


def test_an_unknown_loss_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownNameError, match="huber"):
        loss_named("squared")
