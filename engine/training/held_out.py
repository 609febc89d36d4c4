"""Held-out losses: how well a network does, while it learns, on samples that it never learns from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.rules.rule import PLAIN
from engine.training.mean_losses import mean_losses_of
from engine.training.network import Network
from engine.training.trajectory import train_and_store

MOST_STEPS = 200
"""Held-out losses are taken at no more steps than these."""

MOST_NUMBERS = 1_000_000
"""Weights that are in memory at a time, beside those of one step."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The mean loss of the held-out samples at some steps of a run."""

    steps: NDArray[np.int64]
    """Counted in samples, evenly spaced, at most 200 unless fewer are wanted; the last is the last of the run."""
    losses: FloatArray
    """The loss with the weights after each of these numbers of samples; inf or nan where the run has diverged."""

    @property
    def final(self) -> float:
        """The loss after the last update."""
        return float(self.losses[-1])


def held_out_steps(steps: int, most: int = MOST_STEPS) -> NDArray[np.int64]:
    """The numbers of samples after which held-out losses of a run are taken: every ⌈steps/most⌉-th, and the last."""
    every = -(-steps // most)
    return np.append(np.arange(every, steps, every, dtype=np.int64), steps)


class HeldOutRecorder:
    """Trains a network piece after piece, and takes the held-out losses on the way; the bits are those of a run without
    them."""

    def __init__(self, samples: Samples, steps: int, most: int = MOST_STEPS) -> None:
        self._samples = samples
        places = held_out_steps(steps, most)
        self._every, self._last = int(places[0]), steps
        self._done, self._taken = 0, 0
        self._result = HeldOut(places, np.empty(len(places)))

    @property
    def result(self) -> HeldOut:
        """The losses, once all steps are done."""
        return self._result

    def steps_at_once(self, network: Network, most: int) -> int:
        """The number of steps, at most `most`, that suits the next piece."""
        to_next = self._every - self._done % self._every
        # A layer of one's own may hold more than its parameters say: it is looked at where it stands.
        if to_next < self._every or most < self._every or not kernel.supports(network.layers):
            return min(most, to_next)
        return min(most // self._every, max(1, MOST_NUMBERS // max(1, _numbers_of(network)))) * self._every

    def train(
        self,
        network: Network,
        X: FloatArray,
        T: FloatArray,
        on_progress: Callable[[int], None],
        *,
        wait_for_kernel: bool,
    ) -> FloatArray:
        """The losses of these steps, which go on from the last ones; the network may be another one with its weights.

        `on_progress` is called before each piece of the work on held-out samples.
        """
        first = min(len(X), -self._done % self._every)
        stored = np.empty(((len(X) - first) // self._every, _numbers_of(network)))
        losses = np.empty(len(X))
        rows: list[FloatArray] = []
        if first:
            losses[:first] = network.train(X[:first], T[:first], wait_for_kernel=wait_for_kernel)
            rows += self._row_at(self._done + first, network)
        if first < len(X):
            losses[first:] = train_and_store(
                network, X[first:], T[first:], stored, self._every, wait_for_kernel=wait_for_kernel
            )
            rows += list(stored)
            rows += self._row_at(self._done + len(X), network) if (self._done + len(X)) % self._every else []
        self._done += len(X)
        if rows:
            rule = PLAIN if network.progress is None else network.progress.rule
            means = mean_losses_of(
                network, np.stack(rows), self._samples, on_progress, rule=rule, wait_for_kernel=wait_for_kernel
            )
            self._result.losses[self._taken : self._taken + len(rows)] = means
            self._taken += len(rows)
        return losses

    def _row_at(self, step: int, network: Network) -> list[FloatArray]:
        """The flat weights, if a loss is taken after this step."""
        if step % self._every and step != self._last:
            return []
        return [kernel.flattened(kernel.parameters(network.layers))]


def _numbers_of(network: Network) -> int:
    return sum(array.size for array in kernel.parameters(network.layers))
