"""Many trainings on the same samples: side by side where they are many, one after the other where they are few."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import first_divergence, settled_losses
from engine.base.numerics import FloatArray
from engine.data.turns import PASSED_OVER, Turns
from engine.errors import ShapeError
from engine.kernel.cache import KERNEL
from engine.kernel.program import IntArray, Program
from engine.kernel.train_one import (
    as_compiled,
    frozen_places,
    passed_turns,
    rule_numbers,
    run,
    samples_for,
    scratch,
    zeros,
    zeros_of_each,
)
from engine.rules.progress import Progress, progress_of
from engine.rules.rule import MOMENTS, PLAIN, TrainingRule

SIDE_BY_SIDE = 16
"""The number of runs that the kernel trains at once."""

FEWEST_SIDE_BY_SIDE = 4
"""Fewer runs than this are quicker one after the other."""

WIDE = 2_000
"""Networks of more numbers are quicker alone where each passes over turns of its own."""


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
    rule: TrainingRule = PLAIN,
    sets: IntArray | None = None,
    passed: Turns | None = None,
) -> RunResults:
    """Trains one run for each alpha on n > 0 samples, each with the bits of a `train` of its own, by the rule.

    X has shape (n, inputs) and T (n, outputs), and all runs learn the same samples. With `sets`, of shape (runs,), they
    hold sets of samples, shapes (sets, n, inputs) and (sets, n, outputs), and run i learns set sets[i]: first all runs
    of the first set, at least one of each. Of each set the turns in its row of `passed`, shape (sets, n), are passed
    over. Run i starts from the flat parameters in row start_rows[i] of `starts`; the
    layers say the shape and what is frozen. ShapeError where `train` returns None. Many threads may sweep at once.
    Waits for the compiler if it must.
    """
    if sets is None:
        X, T, sets = X[None], T[None], np.zeros(len(alphas), dtype=np.int64)
    program, inputs, targets = _samples(layers, X, T)
    frozen = frozen_places(layers)
    n, numbers = inputs.shape[1], len(program.places)
    if np.bincount(sets).max() < FEWEST_SIDE_BY_SIDE:
        own = [None] * len(alphas) if passed is None else passed[sets]
        progresses = [progress_of(rule, n, numbers, passed=turns) for turns in own]
        return _one_by_one(
            program, starts[start_rows], sets, alphas, inputs, targets, frozen, progresses, passed, keep_losses
        )
    parameters, progress = zeros(numbers * SIDE_BY_SIDE), progress_of(rule, n, 0, numbers, passed=passed)
    return _side_by_side(
        program,
        starts,
        start_rows,
        sets,
        alphas,
        inputs,
        targets,
        frozen,
        parameters,
        progress,
        keep_losses=keep_losses,
    )


def train_rows(
    layers: Sequence[Any],
    starts: FloatArray,
    alphas: FloatArray,
    X: FloatArray,
    T: FloatArray,
    progress: Progress | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Trains each row of flat parameters, shape (runs, numbers), at its alpha on the same n > 0 samples, or each on its
    own: then X has the shape (runs, n, inputs).

    Returns every loss, shape (runs, n), and the flat parameters after the last step, shape (runs, numbers): a longer
    run goes on from there. With `progress`, of shape (runs, numbers), by its rule, and it goes on. Bits, errors and
    threads are those of `sweep`.
    """
    alike = X.ndim == 2
    program, inputs, targets = _samples(layers, X[None] if alike else X, T[None] if alike else T)
    frozen, ends, n = frozen_places(layers), np.array(starts, dtype=np.float64), inputs.shape[1]
    losses = np.empty((len(alphas), n))
    side_by_side = alike and len(alphas) >= FEWEST_SIDE_BY_SIDE and not _go_alone(progress)
    if not side_by_side:
        for k, alpha in enumerate(alphas.tolist()):
            at = 0 if alike else k
            losses[k] = run(
                program,
                ends[k],
                inputs[at],
                targets[at],
                alpha,
                frozen=frozen,
                progress=progress and progress.of_runs(k),
            )
    for first in range(0, len(alphas) if side_by_side else 0, SIDE_BY_SIDE):
        block = slice(first, first + SIDE_BY_SIDE)
        rows = np.arange(len(alphas[block]))
        parameters = zeros(len(program.places) * SIDE_BY_SIDE)
        results = _side_by_side(
            program, ends[block], rows, np.zeros_like(rows), alphas[block], inputs, targets, frozen, parameters,
            _in_lanes(progress and progress.of_runs(block), n),
        )  # fmt: skip
        losses[block] = results.losses
        # Number q of run r lies at q · SIDE_BY_SIDE + r, and the numbers there after a block of runs are their last
        # step's.
        ends[block] = parameters.reshape(-1, SIDE_BY_SIDE).T[: len(rows)]
    if progress is not None:
        progress.seen += n
    return losses, ends


def _go_alone(progress: Progress | None) -> bool:
    """Whether runs pass over other turns than others, and either the size of a step depends on which, or the networks
    are so wide that they are quicker alone."""
    if progress is None or progress.passed is None or progress.passed.ndim == 1:
        return False
    wide = progress.gradient.shape[-1] > WIDE
    return wide or progress.rule.batch > 1 or progress.rule.optimizer_row.counts_moves


def _in_lanes(progress: Progress | None, n: int) -> Progress | None:
    """The progress with a bit for each run that passes over one of the next n turns, where only some do."""
    if progress is None or progress.passed is None or progress.passed.ndim == 1:
        return progress
    passed, part = np.zeros(progress.samples, dtype=np.int64), slice(progress.seen, progress.seen + n)
    runs, everyone = progress.passed[:, part].astype(np.uint8, copy=False), (1 << len(progress.passed)) - 1
    for first in range(0, len(runs), 8):
        # Every bit of a run that passes over is set.
        octet = np.bitwise_or.reduce([run & (1 << bit) for bit, run in enumerate(runs[first : first + 8])])
        passed[part] |= octet.astype(np.int64) << first
    passed[passed == everyone] = PASSED_OVER
    return replace(progress, passed=passed)


def losses_of_rows(
    layers: Sequence[Any], rows: FloatArray, X: FloatArray, T: FloatArray, rule: TrainingRule = PLAIN
) -> FloatArray:
    """The loss of each of n > 0 samples with each row of flat parameters, shape (rows, numbers): (rows, n).

    It is the rule's loss, and nothing is trained. The bits are those of the readable layers; errors and threads are
    those of `sweep`.
    """
    program, inputs, targets = _samples(layers, X[None], T[None])
    parameters, alphas = zeros(len(program.places) * SIDE_BY_SIDE), np.zeros(len(rows))
    each = np.arange(len(rows))
    no_place = np.empty(0, dtype=np.int64)
    progress = progress_of(TrainingRule(loss=rule.loss), inputs.shape[1], 0, len(program.places))
    return _side_by_side(
        program, rows, each, np.zeros_like(each), alphas, inputs, targets, no_place, parameters, progress, moving=False
    ).losses


def _samples(layers: Sequence[Any], X: FloatArray, T: FloatArray) -> tuple[Program, FloatArray, FloatArray]:
    """The program for these layers, and the sets of samples as contiguous arrays."""
    samples = samples_for(layers, X.reshape(-1, X.shape[-1]), T.reshape(-1, T.shape[-1]))
    if samples is None:
        raise ShapeError("These layers cannot be swept: each must be a named one, and fit the next one and the facts.")
    program, inputs, targets = samples
    return program, inputs.reshape(X.shape), targets.reshape(T.shape)


def _one_by_one(
    program: Program,
    starts: FloatArray,
    sets: IntArray,
    alphas: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    frozen: IntArray,
    progresses: Sequence[Progress | None],
    passed: Turns | None,
    keep_losses: bool,
) -> RunResults:
    n = inputs.shape[1]
    losses = np.stack(
        [
            run(program, start.copy(), inputs[at], targets[at], alpha, frozen=frozen, progress=progress)
            for start, at, alpha, progress in zip(starts, sets.tolist(), alphas.tolist(), progresses, strict=True)
        ]
    )
    diverged_at = [first_divergence(row) for row in losses]
    return RunResults(
        settled=settled_losses(losses, None if passed is None else passed[sets]),
        last=losses[:, -1].copy(),
        sound=np.array([n if step is None else step for step in diverged_at], dtype=np.int64),
        losses=losses if keep_losses else losses[:, :0],
    )


def _side_by_side(
    program: Program,
    starts: FloatArray,
    start_rows: NDArray[np.int64],
    sets: IntArray,
    alphas: FloatArray,
    inputs: FloatArray,
    targets: FloatArray,
    frozen: IntArray,
    parameters: FloatArray,
    progress: Progress | None,
    *,
    keep_losses: bool = True,
    moving: bool = True,
) -> RunResults:
    """`parameters` is where the kernel keeps those of the runs that it trains now; none moves unless `moving`.

    The arrays of `progress`, of shape (runs, numbers) on one set of samples, are written back; without runs, each
    starts from rest.
    """
    padded, n = _padded(sets), inputs.shape[1]
    settled, last, sound = np.empty(len(padded)), np.empty(len(padded)), np.empty(len(padded))
    losses = np.empty((len(padded), n if keep_losses else 0))
    remembering = 0 if progress is None else len(parameters) * (1 + MOMENTS)
    steps, frozen_values, memory = zeros_of_each(n * SIDE_BY_SIDE, len(frozen) * SIDE_BY_SIDE, remembering)
    arguments = (
        program.stages,
        as_compiled(starts).ravel(),
        start_rows[padded],
        sets[padded],
        alphas[padded],
        inputs.ravel(),
        targets.ravel(),
        settled,
        last,
        sound,
        losses.ravel(),
        parameters,
        scratch(program, SIDE_BY_SIDE, 1 if progress is None else 2),
        steps,
        frozen,
        frozen_values,
        int(moving),
    )
    if progress is None:
        KERNEL.functions().sweep(*arguments)
    else:
        runs = len(progress.gradient)
        remembered = _remembered(progress)[padded] if runs else np.empty(0)
        passed = passed_turns(progress)
        aside = np.empty(remembering if (passed > 0).any() else 0)
        state = (remembered.reshape(-1), memory, passed, aside)
        KERNEL.functions(by_rule=True).sweep(*arguments, *rule_numbers(progress), *state)
        if runs:
            progress.gradient[:], progress.moments[:] = remembered[:runs, 0], remembered[:runs, 1:]
    # Of one set the copies are the last ones; else they stand between runs.
    own = slice(len(sets)) if sets[-1] == 0 else np.diff(padded, prepend=-1) > 0
    return RunResults(settled[own], last[own], sound[own].astype(np.int64), losses[own])


def _padded(sets: IntArray) -> IntArray:
    """The runs in blocks on the same samples: the last block of each set is filled up with copies of its last run."""
    sizes = np.bincount(sets)
    if not (sizes % SIDE_BY_SIDE).any():
        return np.arange(len(sets))
    ends = np.cumsum(sizes)
    starts = ends - sizes
    filled = -(-(ends - starts) // SIDE_BY_SIDE) * SIDE_BY_SIDE
    bounds = zip(starts.tolist(), (starts + filled).tolist(), ends.tolist(), strict=True)
    return np.concatenate([np.minimum(np.arange(start, stop), end - 1) for start, stop, end in bounds])


def _remembered(progress: Progress) -> FloatArray:
    """The gradient and the moments of each run, shape (runs, 1 + MOMENTS, numbers)."""
    return np.concatenate([progress.gradient[:, None], progress.moments], axis=1)
