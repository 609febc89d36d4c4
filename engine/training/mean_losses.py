"""The mean loss of some samples with any weights, and nothing is trained."""

from collections.abc import Callable

import numpy as np

from engine import kernel
from engine.base.metrics import mean_losses
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.rules.losses import Loss
from engine.rules.rule import PLAIN, TrainingRule
from engine.training.network import Network

WORK_AT_ONCE = 20_000_000
"""Work of one piece, as `kernel.work` counts it: some ten milliseconds."""


def mean_losses_of(
    network: Network,
    rows: FloatArray,
    samples: Samples,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    rule: TrainingRule = PLAIN,
    wait_for_kernel: bool = True,
) -> FloatArray:
    """The mean loss of the samples with each row of flat weights, shape (rows, numbers) → (rows,).

    The losses have the bits of the network's own, and their mean is the engine's, `mean_losses`; inf or nan where the
    numbers are too large. The network says the layers and is never touched. `on_progress` is called with the number of
    rows done before each piece, and whatever it raises ends it. It waits for the kernel to be compiled; with
    wait_for_kernel=False the readable layers compute the losses until then.
    """
    X, T = samples
    compiled = (wait_for_kernel or kernel.ready(by_rule=not rule.plain)) and kernel.supports(network.layers)
    each = len(X) * kernel.work(network.layers, X.shape[1])
    together = max(kernel.SIDE_BY_SIDE, WORK_AT_ONCE // each) if compiled else 1
    means = np.empty(len(rows))
    copy = network.copy()
    for start in range(0, len(rows), together):
        on_progress(start)
        piece = rows[start : start + together]
        if compiled:
            losses = kernel.losses_of_rows(network.layers, piece, X, T, rule)
        else:
            losses = losses_with(copy, piece[0], X, T, rule.loss_row)
        means[start : start + together] = mean_losses(losses)
    return means


def losses_of(network: Network, rows: FloatArray, samples: Samples, rule: TrainingRule) -> FloatArray:
    """The loss of each of the samples with each row of flat weights: (rows, n)."""
    X, T = samples
    if kernel.supports(network.layers):
        return kernel.losses_of_rows(network.layers, rows, X, T, rule)
    copy = network.copy()
    return np.concatenate([losses_with(copy, row, X, T, rule.loss_row) for row in rows])


def losses_with(network: Network, weights: FloatArray, X: FloatArray, T: FloatArray, loss: Loss) -> FloatArray:
    """The losses with these flat weights, which the network then holds, by the readable layers: shape (1, n)."""
    kernel.load_flat(kernel.parameters(network.layers), weights)
    with np.errstate(all="ignore"):
        return loss.value(network.respond(X), T)[None]
