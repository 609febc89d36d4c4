"""Runs of one experiment side by side, from first weights that differ by a millionth, and the distance of their ends.

The runs share their samples. Each has the bits of a run of its own: the kernel trains sixteen at a time where it can
train the layers, else the readable layers train one after the other. A long run works in pieces, so it takes no more
memory than a short one, and its caller can end it between them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.metrics import diverged, mean_of_learned, settling_window
from engine.base.numerics import FloatArray
from engine.base.random_stream import passing_stream
from engine.data.turns import Turns
from engine.experiments.run import OnProgress, RunSamples, Training, steps_at_once
from engine.rules.progress import progress_of
from engine.training.network import Network

NUDGE = 1e-6
"""The standard deviation of a nudge of one weight."""

STREAM = (0, 0, 7)
"""Twin k draws its nudges from RandomState([0, 0, 7, k]): samples come from one number, weights from two or three."""

NUMBERS_AT_ONCE = 2_000_000
"""Losses, runs times steps, that are in memory at a time."""

WORK_AT_ONCE = 20_000_000
"""Work of all runs, as `kernel.work` counts it, in one piece: some ten milliseconds."""


@dataclass(frozen=True)
class NudgedRuns:
    """The results of some runs, a row each."""

    ends: FloatArray
    """Flat weights after the last step, shape (runs, numbers)."""
    losses: FloatArray
    """Every loss, shape (runs, n); (runs, 0) unless they were to be kept."""
    sound: NDArray[np.int64]
    """Steps before the first that diverged, shape (runs,); all of them for a run that never did."""
    last: "_LastLosses"

    @property
    def final(self) -> FloatArray:
        """Final losses (the settled loss, a mean over the last steps), shape (runs,); nan where a run diverged."""
        return self.last.means


def flat_weights(network: Network) -> FloatArray:
    """The weights of a network in one row."""
    return kernel.flattened(kernel.parameters(network.layers))


def nudged_weights(network: Network, seeds: Sequence[int]) -> FloatArray:
    """The network's flat weights with NUDGE · randn added, a row for each seed, shape (seeds, numbers).

    A frozen number stays what it is, and the others get the same nudge as without it.
    """
    return with_nudges(network, nudges_of(flat_weights(network).size, seeds))


def nudges_of(count: int, seeds: Sequence[int]) -> FloatArray:
    """NUDGE · randn for as many weights, a row for each seed."""
    return np.stack([NUDGE * passing_stream([*STREAM, seed]).randn(count) for seed in seeds])


def with_nudges(network: Network, nudges: FloatArray) -> FloatArray:
    """The network's flat weights with each row of nudges added."""
    weights = flat_weights(network)
    frozen = np.isin(np.arange(len(weights)), kernel.frozen_places(network.layers))
    rows: FloatArray = np.where(frozen, weights, weights + nudges)
    if len({id(layer) for layer in network.layers}) < len(network.layers):
        # A layer that stands in two places has one set of weights: the row says what the network really holds.
        copy = network.copy()
        for row in rows:
            kernel.load_flat(kernel.parameters(copy.layers), row)
            row[:] = flat_weights(copy)
    return rows


def growths(starts: FloatArray, ends: FloatArray, start: FloatArray, end: FloatArray) -> tuple[float, ...]:
    """‖difference of the weights at the end‖ / ‖at the start‖ for each row of twins, against the run itself.

    0 where no weight was nudged, inf where weights at the end are no numbers.
    """
    with np.errstate(all="ignore"):
        before, after = (np.linalg.norm(rows - row, axis=1) for rows, row in ((starts, start), (ends, end)))
        ratios = np.where(before > 0.0, after / before, 0.0)
    return tuple(np.where(np.isnan(ratios), np.inf, ratios).tolist())


def train_nudged(
    experiment: Training,
    network: Network,
    starts: FloatArray,
    alphas: FloatArray,
    on_progress: OnProgress,
    *,
    keep_losses: bool = False,
    passed: Turns | None = None,
) -> NudgedRuns:
    """Trains a run from each row of flat weights, shape (runs, numbers), at its alpha, on the experiment's samples.

    They pass over the experiment's turns, or each over those of its row of `passed`, shape (runs, n).

    `network` says the layers and what is frozen; it is never touched. `on_progress` is called with the number of steps
    done before each piece, and whatever it raises ends the runs. Waits for the compiler if it must.
    """
    n, runs = experiment.samples, len(alphas)
    passed = experiment.passed if passed is None else passed
    make = _KernelRuns if kernel.supports(network.layers) else _LayerRuns
    trainer = make(experiment, network, starts, alphas, passed)
    samples, final = RunSamples(experiment), _LastLosses(runs, n, passed)
    losses = np.empty((runs, n if keep_losses else 0))
    most = trainer.steps_at_once(experiment.width)
    while final.done < n:
        on_progress(final.done)
        start = final.done
        piece = trainer.learn(*samples.next(min(n - start, most)), partial(on_progress, start))
        final.add(piece)
        if keep_losses:
            losses[:, start : final.done] = piece
    return NudgedRuns(trainer.weights, losses, final.sound, final)


class _LastLosses:
    """The last losses of some runs of n steps, from pieces of their losses."""

    def __init__(self, runs: int, n: int, passed: Turns | None) -> None:
        self.done, self._n = 0, n
        self._tail = np.empty((runs, settling_window(n)))
        self._tail_from = n - settling_window(n)
        self._passed = None if passed is None else passed[..., self._tail_from :]
        self._first = np.empty((runs, 1))
        self.sound = np.full(runs, n)

    def add(self, losses: FloatArray) -> None:
        """The losses of the next steps, shape (runs, steps)."""
        if self.done == 0:
            self._first = losses[:, :1].copy()
        beyond = diverged(losses, self._first)
        steps = np.where(beyond.any(axis=1), self.done + beyond.argmax(axis=1), self._n)
        np.minimum(self.sound, steps, out=self.sound)
        at = self.done - self._tail_from
        self.done += losses.shape[1]
        self._tail[:, max(0, at) : max(0, at + losses.shape[1])] = losses[:, max(0, -at) :]

    @property
    def means(self) -> FloatArray:
        """The final loss of each run, shape (runs,); nan where it diverged or is too large for a mean."""
        means = mean_of_learned(self._tail, self._passed)
        return np.where((self.sound < self._n) | ~np.isfinite(means), np.nan, means)


class _KernelRuns:
    """Runs that the kernel trains side by side."""

    def __init__(
        self, experiment: Training, network: Network, starts: FloatArray, alphas: FloatArray, passed: Turns | None
    ) -> None:
        self._layers, self.weights, self._alphas = network.layers, starts, alphas
        self._progress = progress_of(experiment.rule, experiment.samples, *starts.shape, passed=passed)

    def steps_at_once(self, width: int) -> int:
        """The number of steps that suits one call of `learn`."""
        runs = len(self._alphas)
        return max(1, min(NUMBERS_AT_ONCE // runs, WORK_AT_ONCE // (runs * kernel.work(self._layers, width))))

    def learn(self, X: FloatArray, T: FloatArray, _go_on: Callable[[], None]) -> FloatArray:
        """Learns these samples in every run; returns the losses, shape (runs, steps)."""
        losses, self.weights = kernel.train_rows(self._layers, self.weights, self._alphas, X, T, self._progress)
        return losses


class _LayerRuns:
    """Runs on the readable layers, one after the other, for layers and functions of one's own."""

    def __init__(
        self, experiment: Training, network: Network, starts: FloatArray, alphas: FloatArray, passed: Turns | None
    ) -> None:
        self._networks = [network.copy() for _ in starts]
        for k, (copy, weights, alpha) in enumerate(zip(self._networks, starts, alphas.tolist(), strict=True)):
            kernel.load_flat(kernel.parameters(copy.layers), weights)
            copy.alpha = alpha
            own = passed if passed is None or passed.ndim == 1 else passed[k]
            copy.begin(experiment.rule, experiment.samples, own)

    @property
    def weights(self) -> FloatArray:
        """The flat weights of every run as they are now, shape (runs, numbers)."""
        return np.stack([flat_weights(network) for network in self._networks])

    def steps_at_once(self, width: int) -> int:
        """The number of steps that suits one call of `learn`."""
        return steps_at_once(self._networks[0], width, wait_for_kernel=True)

    def learn(self, X: FloatArray, T: FloatArray, check_cancelled: Callable[[], None]) -> FloatArray:
        """Learns these samples in every run; returns the losses, shape (runs, steps).

        Calls `check_cancelled` before each run.
        """
        losses = np.empty((len(self._networks), len(X)))
        for row, network in zip(losses, self._networks, strict=True):
            check_cancelled()
            row[:] = network.train(X, T)
        return losses
