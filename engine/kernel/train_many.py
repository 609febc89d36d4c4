"""Many trainings on the same samples: side by side where they are many, one after the other where they are few."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import first_divergence, settled_loss
from engine.base.numerics import FloatArray
from engine.errors import ShapeError
from engine.kernel.cache import KERNEL
from engine.kernel.program import IntArray, Program
from engine.kernel.train_one import frozen_places, run, samples_for, scratch, zeros

SIDE_BY_SIDE = 16
"""How many runs the kernel trains at once."""

FEWEST_SIDE_BY_SIDE = 4
"""Fewer runs than this are quicker one after the other."""


@dataclass(frozen=True)
class RunResults:
    """The results of each run of a sweep, in the order of its alphas."""

    settled: FloatArray
    """Settled losses, shape (runs,)."""
    last: FloatArray
    """Last losses, shape (runs,)."""
    sound: NDArray[np.int64]
    """Steps before the first that diverged, shape (runs,); all of them for a run that never did."""
    losses: FloatArray
    """Every loss, shape (runs, n); (runs, 0) unless `keep_losses`."""


def sweep(
    layers: Sequence[Any],
    starts: FloatArray,
    start_rows: NDArray[np.int64],
    alphas: FloatArray,
    X: FloatArray,
    T: FloatArray,
    keep_losses: bool,
) -> RunResults:
    """Trains one run for each alpha on the same n > 0 samples, each with the bits of a `train` of its own.

    Run i starts from the flat parameters in row start_rows[i] of `starts`; the layers say the shape and what is frozen.
    ShapeError where `train` returns None. Many threads may sweep at once. Waits for the compiler if it must.
    """
    program, inputs, targets = _samples(layers, X, T)
    frozen = frozen_places(layers)
    if len(alphas) < FEWEST_SIDE_BY_SIDE:
        return _one_by_one(program, starts[start_rows], alphas, inputs, targets, frozen, keep_losses)
    parameters = zeros(len(program.places) * SIDE_BY_SIDE)
    return _side_by_side(
        program, starts, start_rows, alphas, inputs, targets, frozen, parameters, keep_losses=keep_losses
    )


def train_rows(
    layers: Sequence[Any], starts: FloatArray, alphas: FloatArray, X: FloatArray, T: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Trains each row of flat parameters, shape (runs, numbers), at its alpha on the same n > 0 samples.

    Returns every loss, shape (runs, n), and the flat parameters after the last step, shape (runs, numbers): a longer
    run goes on from there. Bits, errors and threads are those of `sweep`.
    """
    program, inputs, targets = _samples(layers, X, T)
    frozen, ends = frozen_places(layers), np.array(starts, dtype=np.float64)
    losses = np.empty((len(alphas), len(inputs)))
    if len(alphas) < FEWEST_SIDE_BY_SIDE:
        for k, alpha in enumerate(alphas.tolist()):
            losses[k] = run(program, ends[k], inputs, targets, alpha, frozen=frozen)
        return losses, ends
    for first in range(0, len(alphas), SIDE_BY_SIDE):
        block = slice(first, first + SIDE_BY_SIDE)
        rows = np.arange(len(alphas[block]))
        parameters = zeros(len(program.places) * SIDE_BY_SIDE)
        results = _side_by_side(program, ends[block], rows, alphas[block], inputs, targets, frozen, parameters)
        losses[block] = results.losses
        # Number q of run r lies at q · SIDE_BY_SIDE + r, and what is there after a block of runs is their last step's.
        ends[block] = parameters.reshape(-1, SIDE_BY_SIDE).T[: len(rows)]
    return losses, ends


def losses_of_rows(layers: Sequence[Any], rows: FloatArray, X: FloatArray, T: FloatArray) -> FloatArray:
    """The loss of each of n > 0 samples with each row of flat parameters, shape (rows, numbers): (rows, n).

    Nothing is trained. The bits are those of the readable layers; errors and threads are those of `sweep`.
    """
    program, inputs, targets = _samples(layers, X, T)
    parameters, alphas = zeros(len(program.places) * SIDE_BY_SIDE), np.zeros(len(rows))
    each = np.arange(len(rows))
    no_place = np.empty(0, dtype=np.int64)
    return _side_by_side(program, rows, each, alphas, inputs, targets, no_place, parameters, moving=False).losses


def _samples(layers: Sequence[Any], X: FloatArray, T: FloatArray) -> tuple[Program, FloatArray, FloatArray]:
    samples = samples_for(layers, X, T)
    if samples is None:
        raise ShapeError("These layers cannot be swept: each must be a named one, and fit the next one and the facts.")
    return samples


def _one_by_one(
    program: Program,
    starts: FloatArray,
    alphas: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    frozen: IntArray,
    keep_losses: bool,
) -> RunResults:
    n = len(inputs)
    losses = np.stack(
        [
            run(program, start.copy(), inputs, targets, alpha, frozen=frozen)
            for start, alpha in zip(starts, alphas.tolist(), strict=True)
        ]
    )
    diverged_at = [first_divergence(row) for row in losses]
    return RunResults(
        settled=np.array([settled_loss(row) for row in losses]),
        last=losses[:, -1].copy(),
        sound=np.array([n if step is None else step for step in diverged_at], dtype=np.int64),
        losses=losses if keep_losses else losses[:, :0],
    )


def _side_by_side(
    program: Program,
    starts: FloatArray,
    start_rows: NDArray[np.int64],
    alphas: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    frozen: IntArray,
    parameters: FloatArray,
    *,
    keep_losses: bool = True,
    moving: bool = True,
) -> RunResults:
    """`parameters` is where the kernel keeps those of the runs that it trains now; none moves unless `moving`."""
    runs, n = len(alphas), len(inputs)
    blocks = -(-runs // SIDE_BY_SIDE) * SIDE_BY_SIDE
    # The last block is padded with copies of the last run.
    padded = np.minimum(np.arange(blocks), runs - 1)
    settled, last, sound = np.empty(blocks), np.empty(blocks), np.empty(blocks)
    losses = np.empty((blocks, n if keep_losses else 0))
    KERNEL.functions().sweep(
        program.stages,
        np.ascontiguousarray(starts).ravel(),
        start_rows[padded],
        alphas[padded],
        inputs.ravel(),
        targets.ravel(),
        settled,
        last,
        sound,
        losses.ravel(),
        parameters,
        scratch(program, SIDE_BY_SIDE),
        zeros(n * SIDE_BY_SIDE),
        frozen,
        zeros(len(frozen) * SIDE_BY_SIDE),
        int(moving),
    )
    return RunResults(settled[:runs], last[:runs], sound[:runs].astype(np.int64), losses[:runs])
