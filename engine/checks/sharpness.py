"""The sharpness of the loss at a network's parameters, and the step size from which a step overshoots.

Along a direction in which the loss of a sample bends with λ, one step of gradient descent multiplies a small offset by
1 − αλ: from α = 2/λ on the step lands further off than it began. λ is the largest eigenvalue of the Hessian, found by
Lanczos' method (1950) from products of Hessian and vector, which take two passes through the layers (Pearlmutter 1994).
The second derivative of a map is the difference of its slopes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.base.numerics import FloatArray
from engine.base.random_stream import random_stream
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.rules.losses import HALF_SQUARE, Loss
from engine.training.network import Network

MOVE = 1e-5
"""The distance at which slopes are compared, relative to x where it is above 1."""

LANCZOS_STEPS = 16
"""16 products of Hessian and vector give λ to more digits than are shown; a few parameters need fewer."""

NUMBERS_AT_ONCE = 250_000
"""Numbers, samples times parameters, that go through the layers at once."""

Product = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class _LayerState:
    """A layer at these samples: an affine layer with its inputs, or a map with its slopes and how they change."""

    layer: Layer
    inputs: FloatArray
    gradient: FloatArray
    """∂loss/∂output, shape (samples, outputs)."""
    slope: FloatArray
    curvature: FloatArray


def max_sample_sharpness(network: Network, X: FloatArray, T: FloatArray, loss: Loss = HALF_SQUARE) -> float | None:
    """The largest eigenvalue of the Hessian of any one sample's loss, by the parameters that training moves.

    X of shape (n, inputs), T of shape (n, outputs); nothing is adjusted. None when nothing moves, when a layer is not
    affine, a map or the identity, or where the loss is no number. A map counts with the slope that it states.
    """
    trainable = _trainable(network)
    if trainable is None:
        return None
    rows = max(1, NUMBERS_AT_ONCE // trainable.size)
    eigenvalues = [
        _largest(
            _product(network, X[start : start + rows], T[start : start + rows], loss),
            len(X[start : start + rows]),
            trainable,
        )
        for start in range(0, len(X), rows)
    ]
    return _greatest(np.concatenate(eigenvalues))


def mean_sharpness(network: Network, X: FloatArray, T: FloatArray, loss: Loss = HALF_SQUARE) -> float | None:
    """The largest eigenvalue of the Hessian of the mean loss of all samples; None as for `max_sample_sharpness`."""
    trainable = _trainable(network)
    if trainable is None:
        return None
    each = _product(network, X, T, loss)

    def mean(v: FloatArray) -> FloatArray:
        products = each(np.broadcast_to(v, (len(X), trainable.size)))
        averaged: FloatArray = products.mean(axis=0, keepdims=True)
        return averaged

    return _greatest(_largest(mean, 1, trainable))


def _greatest(values: FloatArray) -> float | None:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size and finite.size == values.size else None


def _trainable(network: Network) -> FloatArray | None:
    """1 for each flat parameter that training moves, and 0 for a frozen one."""
    if not all(isinstance(layer, (AffinityLayer, MapLayer, IdentityLayer)) for layer in network.layers):
        return None
    moves = [
        np.broadcast_to(layer.moves(name), parameter.shape).ravel()
        for layer in network.layers
        for name, parameter in layer.parameters.items()
    ]
    trainable = np.concatenate([np.empty(0, dtype=bool), *moves]).astype(np.float64)
    return trainable if trainable.any() else None


def _largest(product: Product, count: int, trainable: FloatArray) -> FloatArray:
    """The largest eigenvalues of `count` symmetric matrices that are known only by their products with vectors.

    Without reorthogonalising: rounding then repeats eigenvalues, and the largest stays what it is (Paige 1971).
    """
    vector = random_stream(0).randn(count, trainable.size) * trainable
    vector /= np.linalg.norm(vector, axis=1, keepdims=True)
    before, beta = np.zeros_like(vector), np.zeros((count, 1))
    steps = min(LANCZOS_STEPS, int(trainable.sum()))
    tridiagonal = np.zeros((count, steps, steps))
    for k in range(steps):
        with np.errstate(all="ignore"):
            ahead = product(vector) * trainable - beta * before
            alpha = (ahead * vector).sum(axis=1, keepdims=True)
            ahead -= alpha * vector
            beta = np.linalg.norm(ahead, axis=1, keepdims=True)
            before, vector = vector, np.where(beta > 0.0, ahead / beta, 0.0)
        tridiagonal[:, k, k] = alpha[:, 0]
        if k + 1 < steps:
            tridiagonal[:, k, k + 1] = tridiagonal[:, k + 1, k] = beta[:, 0]
    sound = np.isfinite(tridiagonal).all(axis=(1, 2))
    largest = np.full(count, np.nan)
    largest[sound] = np.linalg.eigvalsh(tridiagonal[sound])[:, -1]
    return largest


def _product(network: Network, X: FloatArray, T: FloatArray, loss: Loss) -> Product:
    """Hessian times vector for each sample: rows of flat parameters in, rows of flat parameters out."""
    with np.errstate(all="ignore"):
        states, outputs = _states(network, X, T, loss)

    def product(vectors: FloatArray) -> FloatArray:
        tangent, directions = np.zeros_like(X), _directions(states, vectors)
        changes = []
        for state, direction in zip(states, directions, strict=True):
            changes.append(tangent)
            tangent = _forward_tangent(state, direction, tangent)
        tangent = loss.bend(outputs, T, tangent)
        products: list[FloatArray] = []
        for state, direction, change in zip(reversed(states), reversed(directions), reversed(changes), strict=True):
            products = [*_gradient_tangents(state, tangent, change), *products]
            tangent = _backward_tangent(state, direction, tangent, change)
        return np.concatenate(products, axis=1)

    return product


def _states(network: Network, X: FloatArray, T: FloatArray, loss: Loss) -> tuple[list[_LayerState], FloatArray]:
    """The layers at these samples, from the first on, and the network's outputs."""
    inputs = [X]
    for layer in network.layers:
        inputs.append(layer.respond(inputs[-1]))
    gradient, states = loss.slope(inputs[-1], T), []
    for layer, x in zip(reversed(network.layers), reversed(inputs[:-1]), strict=True):
        slope, curvature = _slope_and_curvature(layer, x) if isinstance(layer, MapLayer) else (np.ones(1), np.zeros(1))
        states.append(_LayerState(layer, x, gradient, slope, curvature))
        gradient = gradient @ layer.M if isinstance(layer, AffinityLayer) else gradient * slope
    return states[::-1], inputs[-1]


def _slope_and_curvature(layer: MapLayer, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Slope and second derivative; next to a kink, that of the side on which no kink is met."""
    slope = layer.function.slope
    here, step = slope(x), MOVE * np.maximum(1.0, np.abs(x))
    above, below = (slope(x + step) - here) / step, (here - slope(x - step)) / step
    return here, np.where(np.abs(above) < np.abs(below), above, below)


def _directions(states: Sequence[_LayerState], vectors: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """The rows of flat parameters as M and b of each layer; empty ones where a layer has no parameters."""
    directions, start = [], 0
    for state in states:
        m, n = state.layer.M.shape if isinstance(state.layer, AffinityLayer) else (0, 0)
        M = vectors[:, start : start + m * n].reshape(len(vectors), m, n)
        directions.append((M, vectors[:, start + m * n : start + m * n + m]))
        start += m * n + m
    return directions


def _forward_tangent(state: _LayerState, direction: tuple[FloatArray, FloatArray], tangent: FloatArray) -> FloatArray:
    """The change of a layer's outputs as the parameters go along the vectors and its inputs change by `tangent`."""
    if not isinstance(state.layer, AffinityLayer):
        return state.slope * tangent
    M, b = direction
    moved: FloatArray = np.einsum("smn,sn->sm", M, state.inputs) + b + tangent @ state.layer.M.T
    return moved


def _backward_tangent(
    state: _LayerState, direction: tuple[FloatArray, FloatArray], tangent: FloatArray, change: FloatArray
) -> FloatArray:
    """The change of ∂loss/∂input, where ∂loss/∂output changes by `tangent` and the inputs by `change`."""
    if not isinstance(state.layer, AffinityLayer):
        return state.slope * tangent + state.curvature * change * state.gradient
    moved: FloatArray = tangent @ state.layer.M + np.einsum("sm,smn->sn", state.gradient, direction[0])
    return moved


def _gradient_tangents(state: _LayerState, tangent: FloatArray, change: FloatArray) -> list[FloatArray]:
    """The change of ∂loss/∂M and ∂loss/∂b, flat."""
    if not isinstance(state.layer, AffinityLayer):
        return []
    M = tangent[:, :, None] * state.inputs[:, None, :] + state.gradient[:, :, None] * change[:, None, :]
    return [M.reshape(len(M), -1), tangent]
