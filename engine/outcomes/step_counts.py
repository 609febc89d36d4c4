"""Counts over the steps of a run: how many raised the loss of the very sample that they learned from, and when units
answered last.

One more pass over the run, with the weights of every step and the bits of the readable layers. Of a run with very many
weights and steps, pieces that lie evenly over it are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.numerics import FloatArray, sum_lanes
from engine.experiments.run import OnProgress, RunSamples, Training, rolled_back, steps_at_once
from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from engine.layers.layers import AffinityLayer, Flags, IdentityLayer, MapLayer
from engine.training.network import Network
from engine.training.trajectory import train_and_store

NUMBERS_AT_ONCE = 500_000
"""Weights of all steps that are in memory at a time."""

MOST_NUMBERS = 200_000_000
"""Weights of all steps that are counted: about a second."""

PIECES = 4
"""The fewest pieces in which some steps of a run are counted."""

KNOWN_LAYERS = (AffinityLayer, IdentityLayer, LeftMultiplied, MapLayer, MistakenMap)
"""Layers whose response is known from their parameters; one of your own may have more than it states."""


@dataclass(frozen=True)
class StepCounts:
    """Counts over the first steps of a run."""

    steps: int
    """The number of steps that were counted."""
    worse_steps: NDArray[np.int64]
    """Those of them that left the sample that they learned with a larger loss than before, ascending."""
    moved: bool
    """Whether any weight that a layer states had another value after any of the steps than at the start of the run."""
    last_answers: tuple[FloatArray, ...]
    """For each layer, the last step at which each of its units answered its sample with another number than 0; −1 for a
    unit that never did."""

    @property
    def worse(self) -> int:
        """The number of steps that raised the loss of the very sample that they learned from."""
        return len(self.worse_steps)

    @property
    def first_worse(self) -> int | None:
        """The first of those; None where there is none."""
        return int(self.worse_steps[0]) if self.worse else None


def count_steps(
    experiment: Training,
    checkpoint: Network,
    steps: int,
    on_progress: OnProgress = lambda done: None,
    *,
    most: int | None = None,
) -> StepCounts:
    """Counts over the first steps of the run from this checkpoint, which is never touched.

    All steps are counted, unless there are more than `most` weights in all, or MOST_NUMBERS. `on_progress` is called
    with the number of steps done before each piece; whatever it raises ends the pass.
    """
    network = rolled_back(checkpoint, experiment)
    known = all(type(layer) in KNOWN_LAYERS for layer in network.layers)
    samples, done, counted = RunSamples(experiment), 0, 0
    worse_steps: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
    start, moved = kernel.flattened(kernel.parameters(network.layers)), False
    last_answers: list[FloatArray] = []
    size = max(1, start.size)
    most = MOST_NUMBERS if most is None else most
    apart = -(-steps * size // most)
    together = max(1, min(NUMBERS_AT_ONCE, most // PIECES) // size)
    while done < steps:
        on_progress(done)
        quick = steps_at_once(network, experiment.width, wait_for_kernel=True)
        X, T = samples.next(min(steps - done, quick, together))
        piece = _count_stages(network, X, T) if known else _count_step_by_step(network, X, T)
        moved = moved or not np.array_equal(np.broadcast_to(start, piece.weights.shape), piece.weights)
        worse_steps.append(done + np.flatnonzero(piece.worse))
        last_answers = last_answers or [np.full(each.shape[1], -1.0) for each in piece.answers]
        for last, each in zip(last_answers, piece.answers, strict=True):
            steps_of = np.where(each != 0.0, done + np.arange(len(each))[:, None], -1)
            np.maximum(last, steps_of.max(axis=0), out=last)
        done, counted = done + len(X), counted + len(X)
        skipped = min(steps, done + (apart - 1) * len(X))
        while done < skipped:
            on_progress(done)
            X, T = samples.next(min(skipped - done, quick))
            network.train(X, T)
            done += len(X)
    return StepCounts(counted, np.concatenate(worse_steps), moved, tuple(last_answers))


@dataclass(frozen=True)
class _Piece:
    """Some steps: the flat weights around them, (steps + 1, numbers); whether each raised its sample's loss, (steps,);
    and the responses of each layer before each step, (steps, outputs) for each layer."""

    weights: FloatArray
    worse: Flags
    answers: list[FloatArray]


def _count_stages(network: Network, X: FloatArray, T: FloatArray) -> _Piece:
    """The steps on the rows of X and T, layer by layer for all of them at once."""
    start = kernel.flattened(kernel.parameters(network.layers))
    weights = np.empty((len(X) + 1, start.size))
    weights[0] = start
    losses = train_and_store(network, X, T, weights[1:], every=1)
    with np.errstate(all="ignore"):
        worse = network.loss_row.value(_responses(network.layers, weights[1:], X)[-1], T) > losses
    return _Piece(weights, worse, _responses(network.layers, weights[:-1], X))


def _responses(layers: Sequence[Any], weights: FloatArray, X: FloatArray) -> list[FloatArray]:
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
    if not isinstance(layer, AffinityLayer):
        answers: FloatArray = layer.respond(X)
        return answers
    with np.errstate(all="ignore"):
        M = weights[:, : layer.M.size].reshape(-1, *layer.M.shape)
        return sum_lanes(M * X[:, None, :]) + weights[:, layer.M.size :]


def _count_step_by_step(network: Network, X: FloatArray, T: FloatArray) -> _Piece:
    """Counts some steps one after the other: a layer of one's own may have weights that it does not state."""
    weights = [kernel.flattened(kernel.parameters(network.layers))]
    answers: list[list[FloatArray]] = [[] for _ in network.layers]
    worse = []
    with np.errstate(all="ignore"):
        for x, t in zip(X, T, strict=True):
            v = x
            for layer, given in zip(network.layers, answers, strict=True):
                v = np.array(layer(v), dtype=np.float64)
                given.append(v)
            [before] = network.losses([(x, t)])
            worse.append(network.loss(x, t) > before)
            weights.append(kernel.flattened(kernel.parameters(network.layers)))
    return _Piece(np.array(weights), np.array(worse), [np.array(given) for given in answers])
