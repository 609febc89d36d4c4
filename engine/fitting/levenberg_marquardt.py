"""Least squares by Levenberg and Marquardt's method, from the residuals and their Jacobian.

A step solves (JᵀJ + μ I) d = −Jᵀr (Levenberg 1944; Marquardt 1963): gradient descent where the damping μ is large, the
method of Gauss and Newton where it is small. μ follows how much of the predicted fall came true (Nielsen 1999). Equal
starts give equal steps, to the bit, while `one_thread_for_matrices` holds; those of MINPACK (Moré 1978), as SciPy 1.17
calls it, differ from call to call.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
import scipy

from engine.base.numerics import FloatArray

FIRST_DAMPING = 1e-3
"""μ at first, as a share of the largest number on the diagonal of JᵀJ."""

LARGEST_DAMPING = 1e100
"""No step is so short: where it would have to be, none lowers the loss."""

LEAST_FALL = 1e-9
"""The fit ends at a step that lowers the loss by a smaller share than this."""

ZERO_LOSS = 1e-30
"""A loss that is no more than rounding."""


class Residuals(Protocol):
    """Residuals at a point, and their derivatives there."""

    @property
    def values(self) -> FloatArray:
        """The residuals r, shape (n,); the loss is r·r/2."""
        ...

    def jacobian(self) -> FloatArray:
        """∂r/∂point, shape (n, numbers)."""
        ...


def descent(
    residuals_at: Callable[[FloatArray], Residuals], start: FloatArray, evaluations: int
) -> Iterator[FloatArray]:
    """The points of a fit, shape (numbers,) each, the start first: at each the loss is lower than at the one before.

    The residuals are computed at most `evaluations` times. No more points come once a step lowers the loss by less
    than a part in 10⁹, or none lowers it, or the loss or a derivative is not finite.
    """
    point, here = start, residuals_at(start)
    loss, left = _loss(here.values), evaluations - 1
    damping, growth = 0.0, 2.0
    yield point
    while point.size and left > 0 and ZERO_LOSS < loss < np.inf:
        J = here.jacobian()
        with np.errstate(all="ignore"):
            square, gradient = J.T @ J, J.T @ here.values
        if not np.isfinite(square).all():
            return
        diagonal = np.einsum("ii->i", square)
        undamped, damping = diagonal.copy(), damping or FIRST_DAMPING * float(diagonal.max())
        fall = 0.0
        while not fall > 0.0:
            if left == 0 or not 0.0 < damping < LARGEST_DAMPING:
                return
            diagonal[:] = undamped + damping
            step = _solution(square, -gradient)
            there = residuals_at(point + step)
            left -= 1
            fall = loss - _loss(there.values)
            if not fall > 0.0:
                damping, growth = damping * growth, 2.0 * growth
        predicted = float(step @ (damping * step - gradient)) / 2.0
        # A step over a kink may lower the loss by many times the fall that the slopes foretold.
        gain = fall / predicted if fall < predicted else 1.0
        damping *= max(1.0 / 3.0, 1.0 - (2.0 * gain - 1.0) ** 3)
        growth = 2.0
        point, here = point + step, there
        yield point
        if fall < LEAST_FALL * loss:
            return
        loss -= fall


def _loss(residuals: FloatArray) -> float:
    """Half the sum of their squares; inf where that is no number."""
    with np.errstate(all="ignore"):
        loss = float(residuals @ residuals) / 2.0
    return loss if np.isfinite(loss) else np.inf


def _solution(A: FloatArray, b: FloatArray) -> FloatArray:
    """x of A x = b for a positive definite A; nan where A is not positive definite to the digits there are."""
    try:
        x: FloatArray = scipy.linalg.cho_solve(scipy.linalg.cho_factor(A, check_finite=False), b, check_finite=False)
    except scipy.linalg.LinAlgError:
        return np.full_like(b, np.nan)
    return x
