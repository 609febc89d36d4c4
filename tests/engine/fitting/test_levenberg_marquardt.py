"""Levenberg and Marquardt's method goes downhill, ends at the least squares, and takes the same steps at each call."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from engine.base.numerics import FloatArray
from engine.fitting.levenberg_marquardt import descent


class Residuals:
    """Values, and a Jacobian that is computed when it is needed."""

    def __init__(self, values: FloatArray, jacobian: Callable[[], FloatArray]) -> None:
        self.values, self.jacobian = values, jacobian


def valley(point: FloatArray) -> Residuals:
    """Rosenbrock's curved valley, whose only minimum is 0 at (1, 1)."""
    x, y = point
    return Residuals(np.array([10.0 * (y - x * x), 1.0 - x]), lambda: np.array([[-20.0 * x, 10.0], [-1.0, 0.0]]))


def losses(fit: Callable[[FloatArray], Residuals], points: list[FloatArray]) -> list[float]:
    return [float(r @ r) / 2.0 for r in (fit(point).values for point in points)]


def test_it_descends_rosenbrocks_valley_and_a_fall_that_no_slope_foretold_is_a_step_too() -> None:
    points = list(descent(valley, np.array([-1.2, 1.0]), 200))
    along = losses(valley, points)
    assert points[0].tolist() == [-1.2, 1.0]
    assert all(after < before for before, after in pairwise(along))
    assert points[-1] == pytest.approx([1.0, 1.0], abs=1e-9)
    for slope in (1e-200, 1e-120):

        def kink(point: FloatArray, slope: float = slope) -> Residuals:
            return Residuals(np.array([0.5 if point[0] else 1.0, slope]), lambda: np.array([[0.0], [1.0]]))

        assert losses(kink, list(descent(kink, np.zeros(1), 50)))[:2] == [0.5, 0.125]


@pytest.mark.parametrize("numbers", [3, 200])
def test_a_linear_fit_ends_at_the_least_squares(numbers: int) -> None:
    rng = np.random.RandomState(numbers)
    A, b = rng.randn(400, numbers), rng.randn(400)
    *_, last = descent(lambda point: Residuals(A @ point - b, lambda: A), np.zeros(numbers), 100)
    assert last == pytest.approx(np.linalg.lstsq(A, b)[0], abs=1e-5)


def test_the_residuals_are_computed_no_more_often_than_that() -> None:
    for evaluations in (1, 2, 7):
        calls: list[FloatArray] = []

        def counted(point: FloatArray, calls: list[FloatArray] = calls) -> Residuals:
            calls.append(point)
            return valley(point)

        list(descent(counted, np.array([-1.2, 1.0]), evaluations))
        assert len(calls) == evaluations


def test_it_ends_where_no_step_lowers_the_loss_and_goes_on_where_a_fit_is_singular() -> None:
    start, wrong = np.array([1.0]), np.array([np.nan])
    for evaluations, fit in (
        (50, lambda _: Residuals(wrong, lambda: wrong[:, None])),
        (50, lambda p: Residuals(p, lambda: wrong[:, None])),
        (50, lambda _: Residuals(start, lambda: np.zeros((1, 1)))),
        # The stated derivative has the wrong sign, so that no step is short enough.
        (500, lambda p: Residuals(p, lambda: -np.ones((1, 1)))),
    ):
        assert len(list(descent(fit, start, evaluations))) == 1
    A = np.array([[1.0, 1.0], [2.0, 2.0]])
    *_, last = descent(lambda p: Residuals(A @ p - 3.0, lambda: A), np.zeros(2), 100)
    assert last.sum() == pytest.approx(1.8)
    once, again = (np.array(list(descent(valley, np.array([-1.2, 1.0]), 200))) for _ in range(2))
    assert once.tobytes() == again.tobytes()
