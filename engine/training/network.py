"""A network: a cascade of layers that learns one sample at a time.

The loss of a sample is half the squared distance, e·e/2 with e = y − expected, taken before the step. The gradient e is
scaled by alpha and passed back from the last layer to the first (stochastic gradient descent, batch of one).
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine import kernel
from engine.base.numerics import FloatArray, sum_lanes
from engine.errors import NoFactsError, ShapeError
from engine.layers.layers import Layer

Sample = tuple[ArrayLike, ArrayLike]
BATCH = 256
"""How many vectors `respond` computes at once, so that wide layers stay within the cache."""


class Network:
    """A cascade of layers; `layers` is a plain list that may be reassigned or sliced, `alpha` the learning rate."""

    def __init__(self) -> None:
        self.layers: list[Any] = []
        self.alpha = 0.1

    def extend(self, layer: Layer | Callable[[ArrayLike], FloatArray]) -> None:
        """Adds a layer at the end."""
        self.layers.append(layer)

    def __call__(self, x: ArrayLike) -> FloatArray:
        """The response to one vector of shape (inputs,)."""
        with np.errstate(all="ignore"):
            return self._forward(x)

    def respond(self, X: FloatArray) -> FloatArray:
        """The responses to many vectors, (count, inputs) → (count, outputs)."""
        parts = _batches(X)
        for layer in self.layers:
            parts = _responses(layer, parts)
        return np.concatenate(parts)

    def responses(self, X: FloatArray) -> Iterator[FloatArray]:
        """The responses of each layer in turn to many vectors: (count, inputs) → (count, outputs of the layer)."""
        parts = _batches(X)
        for layer in self.layers:
            parts = _responses(layer, parts)
            yield np.concatenate(parts)

    def learn(self, facts: Iterable[Sample]) -> float:
        """Takes one step for each sample (x, expected) and returns the loss of the last one.

        A diverging run gives inf or nan, never an exception. NoFactsError when there are no samples.
        """
        losses = self.losses(facts)
        if not losses:
            raise NoFactsError("There was no fact to learn from. Give at least one pair (x, expected).")
        return losses[-1]

    def train(self, X: ArrayLike, T: ArrayLike, *, wait_for_kernel: bool = True) -> FloatArray:
        """Takes one step for each row: X of shape (n, inputs), T of shape (n, outputs) → losses of shape (n,).

        The compiled kernel does it, to the same bits, unless a layer is your own; the inputs that layers store at each
        call stay as they were. It waits for the kernel to be compiled; with wait_for_kernel=False the readable layers
        train until then.
        """
        losses = kernel.train(self.layers, X, T, float(self.alpha)) if wait_for_kernel or kernel.ready() else None
        if losses is None:
            rows: Any = zip(X, T, strict=True)  # type: ignore[arg-type]
            losses = np.array(self.losses(rows), dtype=np.float64)
        return losses

    def losses(self, facts: Iterable[Sample]) -> list[float]:
        """Takes one step for each sample and returns every loss, each taken before its step."""
        alpha = float(self.alpha)
        with np.errstate(all="ignore"):
            return [self._step(x, expected, alpha) for x, expected in facts]

    @property
    def inputs(self) -> int | None:
        """The number of inputs; None when no layer states it."""
        return next((layer.inputs for layer in self.layers if getattr(layer, "inputs", None)), None)

    def copy(self) -> "Network":
        """An independent network with the same parameters and the same alpha."""
        return copy.deepcopy(self)

    def _forward(self, x: ArrayLike) -> FloatArray:
        v = np.asarray(x, dtype=np.float64)
        for layer in self.layers:
            v = layer(v)
        return v

    def _step(self, x: ArrayLike, expected: ArrayLike, alpha: float) -> float:
        y = self._forward(x)
        target = np.asarray(expected, dtype=np.float64)
        if y.shape != target.shape:
            raise ShapeError(
                f"The network gives an array of shape {y.shape}, the fact expects {target.shape}. "
                "Let the last layer and the ideal give equally many numbers."
            )
        if y.ndim != 1 or not y.size:
            raise ShapeError(f"A fact is a pair of vectors; the network gives an array of shape {y.shape}.")
        e = y - target
        gradient = e * alpha
        for layer in reversed(self.layers):
            gradient = layer.backprop(gradient)
        return float(sum_lanes(e * e)) / 2.0


def _batches(X: FloatArray) -> list[FloatArray]:
    return [X[start : start + BATCH] for start in range(0, len(X), BATCH)]


def _responses(layer: Any, parts: list[FloatArray]) -> list[FloatArray]:
    """One batch after the other; a layer of your own need not respond to more than one vector at a time."""
    with np.errstate(all="ignore"):
        if isinstance(layer, Layer):
            return [layer.respond(part) for part in parts]
        return [np.array([layer(x) for x in part], dtype=np.float64) for part in parts]
