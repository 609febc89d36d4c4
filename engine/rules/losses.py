"""Losses: the error of an output y when t is expected, as a table of values, slopes and bends.

Each takes arrays with the outputs along the last axis, for one sample or for many. Sums over outputs have the one
defined order of `sum_lanes`. The loss is the last component with two ports: its value goes forward, and its slope is
the first gradient that goes back. A row knows its best constant answer too, which every run is measured by.
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
"""The largest difference from 1 of a distribution's sum."""

HALVINGS = 200
"""Halvings of the interval that the best constant of the Huber loss lies in, unless no number is left inside before."""

SMALLEST = 5e-324
"""An output of probability 0 counts as this number in the logarithm, too small for any other output's probability."""


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
    constant: Callable[[FloatArray], FloatArray]
    """The one answer of shape (outputs,) with the least mean loss for targets of shape (n, outputs).

    nan where a target is no number; ±inf where the loss falls towards its least value without reaching it.
    """
    accepts_targets: Callable[[FloatArray], bool] = lambda t: True
    """Whether these are targets that it is meant for."""
    refusal: str = ""
    """The sentence for targets that it is not meant for."""
    smooth: bool = True
    """Whether the slope has no jumps, so that small enough steps follow the bend."""
    reads_probabilities: bool = False
    """Whether it reads the outputs as probabilities, by their softmax."""
    of_product: bool = False
    """Whether it is of the product of output and target, and not of their difference."""
    quadratic: bool = False
    """Whether it is the square of an error that is small."""

    def check(self, targets: FloatArray) -> None:
        """ExperimentError, in a sentence, unless it is meant for these targets, shape (n, outputs)."""
        if not self.accepts_targets(targets):
            raise ExperimentError(self.refusal)


def loss_named(name: str) -> Loss:
    """The row of that name; UnknownNameError lists the names there are."""
    try:
        return LOSSES[name]
    except (KeyError, TypeError):
        raise UnknownNameError("loss", name, LOSSES) from None


def _half_square(y: FloatArray, t: FloatArray) -> FloatArray:
    e = y - t
    return sum_lanes(e * e) / 2.0


def _mean(t: FloatArray) -> FloatArray:
    """The mean, by differences from the first target: exact where all targets are the same."""
    mean: FloatArray = t[0] + (t - t[0]).sum(axis=0) / len(t)
    return mean


def _median(t: FloatArray) -> FloatArray:
    ordered = np.sort(t, axis=0)  # nan comes last
    middle: FloatArray = (ordered[(len(t) - 1) // 2] + ordered[len(t) // 2]) / 2.0
    return np.where(np.isnan(ordered[-1]), np.nan, middle)


def _huber_constant(t: FloatArray) -> FloatArray:
    """The place where the sum of slopes, which never falls as y grows, changes its sign."""
    low, high = t.min(axis=0), t.max(axis=0)
    for _ in range(HALVINGS):
        middle = low / 2.0 + high / 2.0
        if ((middle <= low) | (middle >= high)).all():
            break
        above = _huber_slope(middle, t).sum(axis=0) > 0.0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    constant: FloatArray = low / 2.0 + high / 2.0
    return constant


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


def _logistic_constant(t: FloatArray) -> FloatArray:
    """The log odds of the target 1."""
    share = (t.mean(axis=0) + 1.0) / 2.0
    odds: FloatArray = np.log(share) - np.log(1.0 - share)
    return odds


def _logistic_bend(y: FloatArray, t: FloatArray, u: FloatArray) -> FloatArray:
    share = sigmoid(t * y)
    return share * (1.0 - share) * (t * t) * u


def _greatest(y: FloatArray) -> FloatArray:
    """The greatest output, with its axis kept; nan is never greater."""
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


def _cross_entropy_constant(t: FloatArray) -> FloatArray:
    """The logarithm of the mean distribution, whose softmax that distribution is."""
    shares: FloatArray = np.log(np.maximum(t.mean(axis=0), SMALLEST))
    return shares


def _cross_entropy_bend(y: FloatArray, t: FloatArray, u: FloatArray) -> FloatArray:
    shares = softmax(y)
    return shares * (u - sum_lanes(shares * u)[..., None])


def _are_signs(t: FloatArray) -> bool:
    return bool((np.abs(t) == 1.0).all())


def _are_distributions(t: FloatArray) -> bool:
    with np.errstate(over="ignore"):
        return t.shape[-1] > 1 and bool((t >= 0.0).all() and (np.abs(t.sum(axis=-1) - 1.0) <= NEAR_ONE).all())


_ROWS = (
    Loss("half square", "Half square", _half_square, lambda y, t: y - t, lambda y, t, u: u, _mean, quadratic=True),
    Loss(
        "absolute",
        "Absolute",
        lambda y, t: sum_lanes(np.abs(y - t)),
        lambda y, t: sign(y - t),
        lambda y, t, u: np.zeros_like(u),
        _median,
        smooth=False,
    ),
    Loss(
        "huber",
        "Huber",
        _huber,
        _huber_slope,
        lambda y, t, u: np.where(np.abs(y - t) <= HUBER_BEND, u, 0.0),
        _huber_constant,
        quadratic=True,
    ),
    Loss(
        "logistic",
        "Logistic",
        _logistic,
        _logistic_slope,
        _logistic_bend,
        _logistic_constant,
        _are_signs,
        "The logistic loss needs targets of −1 and 1. Choose a target that has no others, or another loss.",
        of_product=True,
    ),
    Loss(
        "cross-entropy",
        "Cross-entropy",
        _cross_entropy,
        lambda y, t: softmax(y) - t,
        _cross_entropy_bend,
        _cross_entropy_constant,
        _are_distributions,
        "Cross-entropy needs two outputs or more whose targets are 0 or above and add up to 1, "
        "such as [where(v0>0,1,0), where(v0>0,0,1)]. Choose such a target, or another loss.",
        reads_probabilities=True,
    ),
)

LOSSES: dict[str, Loss] = {row.name: row for row in _ROWS}
HALF_SQUARE = _ROWS[0]
