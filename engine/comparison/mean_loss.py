"""The mean loss of some samples with any weights: the height of a loss surface, and nothing is trained."""

import numpy as np

from engine import kernel
from engine.base.metrics import mean_losses
from engine.base.numerics import FloatArray, sum_lanes
from engine.experiments.run import OnProgress, Samples, Training, watched_blocks
from engine.training.network import Network

MOST_SAMPLES = 441
"""A mean loss is that of at most so many samples of a run."""

WORK_AT_ONCE = 20_000_000
"""Work of one piece, as `kernel.work` counts it: some ten milliseconds."""


def some_samples(training: Training, most: int = MOST_SAMPLES, on_progress: OnProgress = lambda done: None) -> Samples:
    """At most so many samples of a run, evenly chosen, the first and the last among them: X and T, a row each."""
    wanted = np.unique(np.linspace(0, training.samples - 1, min(most, training.samples)).round().astype(np.int64))
    parts, start = [], 0
    for X, T in watched_blocks(training, on_progress):
        here = wanted[(wanted >= start) & (wanted < start + len(X))] - start
        parts.append((X[here], T[here]))
        start += len(X)
    inputs, targets = (np.concatenate(part) for part in zip(*parts, strict=True))
    return inputs, targets


def mean_losses_of(
    network: Network, rows: FloatArray, samples: Samples, on_progress: OnProgress = lambda done: None
) -> FloatArray:
    """The mean loss of the samples with each row of flat weights, shape (rows, numbers) → (rows,).

    The losses have the bits of the network's own, and their mean is the engine's, `mean_losses`; inf or nan where the
    numbers are too large. The network says the layers and is never touched. `on_progress` is called with the number of
    rows done before each piece, and whatever it raises ends it. Waits for the compiler if it must.
    """
    X, T = samples
    compiled = kernel.supports(network.layers)
    each = len(X) * kernel.work(network.layers, X.shape[1])
    together = max(kernel.SIDE_BY_SIDE, WORK_AT_ONCE // each) if compiled else 1
    means = np.empty(len(rows))
    copy = network.copy()
    for start in range(0, len(rows), together):
        on_progress(start)
        piece = rows[start : start + together]
        losses = kernel.losses_of_rows(network.layers, piece, X, T) if compiled else _readable(copy, piece[0], X, T)
        means[start : start + together] = mean_losses(losses)
    return means


def _readable(network: Network, weights: FloatArray, X: FloatArray, T: FloatArray) -> FloatArray:
    """The losses with these flat weights, by the readable layers: for functions of one's own, and the bugs."""
    kernel.load_flat(kernel.parameters(network.layers), weights)
    with np.errstate(all="ignore"):
        errors = network.respond(X) - T
        losses: FloatArray = sum_lanes(errors * errors)[None] / 2.0
    return losses
