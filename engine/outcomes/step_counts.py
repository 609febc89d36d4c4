"""Counts over the steps of a run: how many made the very sample that they learned worse, and when units answered last.

One more pass over the run, with the weights of every step and the bits of the readable layers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray, sum_lanes
from engine.experiments.experiment import Experiment
from engine.experiments.run import RunSamples, steps_at_once
from engine.layers.layers import AffinityLayer, Layer
from engine.training.network import Network
from engine.training.trajectory import record_trajectory

NUMBERS_AT_ONCE = 500_000
"""Weights of all steps that are in memory at a time."""


@dataclass(frozen=True)
class StepCounts:
    """What was counted over the first `steps` steps of a run."""

    steps: int
    worse: int
    """How many steps left the sample that they learned with a larger loss than before."""
    first_worse: int | None
    """The first of them."""
    moved: bool
    """Whether any weight had another value at the end of any of the steps than at the start of the run."""
    last_answers: tuple[FloatArray, ...]
    """For each layer, the last step at which each of its units answered its sample with another number than 0; −1 for a
    unit that never did."""


def count_steps(
    experiment: Experiment, checkpoint: Network, steps: int, on_progress: Callable[[int], None] = lambda done: None
) -> StepCounts:
    """Counts over the first steps of the run from this checkpoint, which is never touched.

    `on_progress` is called with the number of steps done before each piece; whatever it raises ends the pass.
    """
    network = checkpoint.copy()
    network.alpha = experiment.alpha
    samples, worse, first_worse, done = RunSamples(experiment), 0, None, 0
    start, moved = kernel.flattened(kernel.parameters(network.layers)), False
    last_answers: list[FloatArray] = []
    size = max(1, start.size)
    while done < steps:
        on_progress(done)
        quick = steps_at_once(network, experiment.width, wait_for_kernel=True)
        X, T = samples.next(min(steps - done, quick, max(1, NUMBERS_AT_ONCE // size)))
        recorded = record_trajectory(network, X, T, memory=8 * size * (len(X) + 1))
        moved = moved or not np.array_equal(np.broadcast_to(start, recorded.parameters.shape), recorded.parameters)
        answers = responses(network.layers, recorded.parameters[:-1], X)
        with np.errstate(all="ignore"):
            e = responses(network.layers, recorded.parameters[1:], X)[-1] - T
            found = np.flatnonzero(sum_lanes(e * e) / 2.0 > recorded.losses)
        if first_worse is None and found.size:
            first_worse = done + int(found[0])
        worse += found.size
        last_answers = last_answers or [np.full(each.shape[1], -1.0) for each in answers]
        for last, each in zip(last_answers, answers, strict=True):
            steps_of = np.where(each != 0.0, done + np.arange(len(each))[:, None], -1)
            np.maximum(last, steps_of.max(axis=0), out=last)
        done += len(X)
    return StepCounts(done, worse, first_worse, moved, tuple(last_answers))


def responses(layers: Sequence[Any], weights: FloatArray, X: FloatArray) -> list[FloatArray]:
    """The responses of each layer to row k of X with the flat weights in row k: (count, outputs) for each layer.

    Without a layer, X alone.
    """
    found, start = [], 0
    for layer in layers:
        size = sum(array.size for array in layer.parameters.values())
        X = _response(layer, weights[:, start : start + size], X)
        found.append(X)
        start += size
    return found or [X]


def _response(layer: Any, weights: FloatArray, X: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        if isinstance(layer, AffinityLayer):
            M = weights[:, : layer.M.size].reshape(-1, *layer.M.shape)
            return sum_lanes(M * X[:, None, :]) + weights[:, layer.M.size :]
        if isinstance(layer, Layer) and not weights.size:
            return layer.respond(X)
        kept, answers = kernel.flattened(kernel.parameters([layer])), []
        for row, x in zip(weights, X, strict=True):
            kernel.load_flat(kernel.parameters([layer]), row)
            answers.append(layer(x))
        kernel.load_flat(kernel.parameters([layer]), kept)
    return np.array(answers, dtype=np.float64)
