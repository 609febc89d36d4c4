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


def test_it_descends_rosenbrocks_valley_to_its_end() -> None:
    points = list(descent(valley, np.array([-1.2, 1.0]), 200))
    along = losses(valley, points)
    assert points[0].tolist() == [-1.2, 1.0]
    assert all(after < before for before, after in pairwise(along))
    assert points[-1] == pytest.approx([1.0, 1.0], abs=1e-9)


@pytest.mark.parametrize("slope", [1e-200, 1e-120])
def test_a_fall_that_no_slope_foretold_is_a_step_too(slope: float) -> None:
    def kink(point: FloatArray) -> Residuals:
        return Residuals(np.array([0.5 if point[0] else 1.0, slope]), lambda: np.array([[0.0], [1.0]]))

    assert losses(kink, list(descent(kink, np.zeros(1), 50)))[:2] == [0.5, 0.125]


@pytest.mark.parametrize("numbers", [3, 200])
def test_a_linear_fit_ends_at_the_least_squares(numbers: int) -> None:
    rng = np.random.RandomState(numbers)
    A, b = rng.randn(400, numbers), rng.randn(400)
    fit = lambda point: Residuals(A @ point - b, lambda: A)  # noqa: E731
    *_, last = descent(fit, np.zeros(numbers), 100)
    assert last == pytest.approx(np.linalg.lstsq(A, b)[0], abs=1e-5)


@pytest.mark.parametrize("evaluations", [1, 2, 7])
def test_the_residuals_are_computed_no_more_often_than_that(evaluations: int) -> None:
    calls: list[FloatArray] = []

    def counted(point: FloatArray) -> Residuals:
        calls.append(point)
        return valley(point)

    list(descent(counted, np.array([-1.2, 1.0]), evaluations))
    assert len(calls) == evaluations


def test_it_ends_where_nothing_is_finite_and_where_no_step_lowers_the_loss() -> None:
    start = np.array([1.0])
    wrong = np.array([np.nan])
    assert len(list(descent(lambda _: Residuals(wrong, lambda: wrong[:, None]), start, 50))) == 1
    assert len(list(descent(lambda p: Residuals(p, lambda: wrong[:, None]), start, 50))) == 1
    flat = lambda _: Residuals(start, lambda: np.zeros((1, 1)))  # noqa: E731
    assert len(list(descent(flat, start, 50))) == 1
    # The stated derivative has the wrong sign, so that no step is short enough.
    assert len(list(descent(lambda p: Residuals(p, lambda: -np.ones((1, 1))), start, 500))) == 1


def test_a_singular_fit_still_goes_on() -> None:
    A = np.array([[1.0, 1.0], [2.0, 2.0]])
    *_, last = descent(lambda p: Residuals(A @ p - 3.0, lambda: A), np.zeros(2), 100)
    assert last.sum() == pytest.approx(1.8)


def test_equal_starts_give_equal_steps_to_the_bit() -> None:
    once, again = (np.array(list(descent(valley, np.array([-1.2, 1.0]), 200))) for _ in range(2))
    assert once.tobytes() == again.tobytes()
