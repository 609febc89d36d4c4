"""Elementary functions on whole arrays that activations and formulas share: sigmoid, ReLU, sign, step and softplus."""

import numpy as np

from engine.base.numerics import FloatArray, exp, log1p


def sigmoid(x: FloatArray) -> FloatArray:
    """1/(1+e⁻ˣ)."""
    return 1.0 / (1.0 + exp(-x))


def relu(x: FloatArray) -> FloatArray:
    """x, and 0 below 0."""
    return np.where(x < 0.0, 0.0, x)


def sign(x: FloatArray) -> FloatArray:
    """−1 below 0, 1 above, 0 at 0; nan for nan."""
    return np.where(x > 0.0, 1.0, np.where(x < 0.0, -1.0, x + 0.0))


def step(x: FloatArray) -> FloatArray:
    """1 above 0, else 0."""
    return np.where(x > 0.0, 1.0, 0.0)


def softplus(x: FloatArray) -> FloatArray:
    """ln(1+eˣ), as max(x, 0) + ln(1+e⁻|x|)."""
    return relu(x) + log1p(exp(-np.abs(x)))
