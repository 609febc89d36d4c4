"""Losses: what counts as wrong about an output y when t is expected, as a table of values, slopes and bends.

Each takes arrays with the outputs along the last axis, for one sample or for many. Sums over outputs have the one
defined order of `sum_lanes`. The loss is the last component with two ports: its value goes forward, and its slope is
the first gradient that goes back.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.base.elementary import sigmoid, sign, softplus
from engine.base.numerics import FloatArray, exp, log, sum_lanes
from engine.errors import ExperimentError, UnknownNameError

HUBER_BEND = 1.0
"""δ: errors up to this size count by half their square, larger ones by their size (Huber 1964)."""

NEAR_ONE = 1e-9
"""How far the sum of a distribution may be from 1."""


@dataclass(frozen=True)
class Loss:
    """One loss as a function of outputs y and targets t, both of shape (…, outputs)."""

    name: str
    title: str
    value: Callable[[FloatArray, FloatArray], FloatArray]
    """The loss, shape (…)."""
    slope: Callable[[FloatArray, FloatArray], FloatArray]
    """∂loss/∂y, shape (…, outputs)."""
    bend: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    """∂²loss/∂y² times a direction of shape (…, outputs), of that shape."""
    takes: Callable[[FloatArray], bool] = lambda t: True
    """Whether these are targets that it is meant for."""
    wants: str = ""
    """The sentence for targets that it is not meant for."""

    def check(self, targets: FloatArray) -> None:
        """ExperimentError, in a sentence, unless it is meant for these targets, shape (n, outputs)."""
        if not self.takes(targets):
            raise ExperimentError(self.wants)


def loss_named(name: str) -> Loss:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return LOSSES[name]
    except (KeyError, TypeError):
        raise UnknownNameError("loss", name, LOSSES) from None


def _half_square(y: FloatArray, t: FloatArray) -> FloatArray:
    e = y - t
    return sum_lanes(e * e) / 2.0


def _huber(y: FloatArray, t: FloatArray) -> FloatArray:
    e = y - t
    size = np.abs(e)
    return sum_lanes(np.where(size <= HUBER_BEND, e * e / 2.0, size - HUBER_BEND / 2.0))


def _huber_slope(y: FloatArray, t: FloatArray) -> FloatArray:
    e = y - t
    return np.where(np.abs(e) <= HUBER_BEND, e, sign(e))


def _logistic(y: FloatArray, t: FloatArray) -> FloatArray:
    return sum_lanes(softplus(-(t * y)))


def _logistic_slope(y: FloatArray, t: FloatArray) -> FloatArray:
    return -(t * sigmoid(-(t * y)))


def _logistic_bend(y: FloatArray, t: FloatArray, u: FloatArray) -> FloatArray:
    share = sigmoid(t * y)
    return share * (1.0 - share) * (t * t) * u


def _greatest(y: FloatArray) -> FloatArray:
    """The greatest output, with its axis kept; what is no number is never greater."""
    greatest = y[..., :1]
    for k in range(1, y.shape[-1]):
        greatest = np.where(y[..., k : k + 1] > greatest, y[..., k : k + 1], greatest)
    return greatest


def _cross_entropy(y: FloatArray, t: FloatArray) -> FloatArray:
    greatest = _greatest(y)
    total = log(sum_lanes(exp(y - greatest)))
    return sum_lanes(t * ((greatest - y) + total[..., None]))


def softmax(y: FloatArray) -> FloatArray:
    """eʸ over its sum along the last axis: the outputs as probabilities, of the same shape."""
    powers = exp(y - _greatest(y))
    return powers / sum_lanes(powers)[..., None]


def _cross_entropy_bend(y: FloatArray, t: FloatArray, u: FloatArray) -> FloatArray:
    shares = softmax(y)
    return shares * (u - sum_lanes(shares * u)[..., None])


def _are_signs(t: FloatArray) -> bool:
    return bool((np.abs(t) == 1.0).all())


def _are_distributions(t: FloatArray) -> bool:
    return t.shape[-1] > 1 and bool((t >= 0.0).all() and (np.abs(t.sum(axis=-1) - 1.0) <= NEAR_ONE).all())


_ROWS = (
    Loss("half square", "Half square", _half_square, lambda y, t: y - t, lambda y, t, u: u),
    Loss(
        "absolute",
        "Absolute",
        lambda y, t: sum_lanes(np.abs(y - t)),
        lambda y, t: sign(y - t),
        lambda y, t, u: np.zeros_like(u),
    ),
    Loss("huber", "Huber", _huber, _huber_slope, lambda y, t, u: np.where(np.abs(y - t) <= HUBER_BEND, u, 0.0)),
    Loss(
        "logistic",
        "Logistic",
        _logistic,
        _logistic_slope,
        _logistic_bend,
        _are_signs,
        "The logistic loss needs targets of −1 and 1. Choose a target that has no others, or another loss.",
    ),
    Loss(
        "cross-entropy",
        "Cross-entropy",
        _cross_entropy,
        lambda y, t: softmax(y) - t,
        _cross_entropy_bend,
        _are_distributions,
        "Cross-entropy needs two outputs or more whose targets are 0 or above and add up to 1, "
        "such as [where(v0>0,1,0), where(v0>0,0,1)]. Choose such a target, or another loss.",
    ),
)

LOSSES: dict[str, Loss] = {row.name: row for row in _ROWS}
HALF_SQUARE = _ROWS[0]
