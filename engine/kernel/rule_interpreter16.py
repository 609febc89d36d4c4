"""Sixteen runs side by side by a training rule; see `interpreter16` for the plain ones."""

from typing import Any

from engine.kernel.activations import Vec, compiled
from engine.kernel.interpreter16 import (
    LANES,
    Change,
    Changed,
    change_first,
    pass_back,
    respond,
    settled_losses,
    sound_steps,
)
from engine.kernel.losses import losses_and_gradients
from engine.kernel.program import FIELDS, FLAT, INPUTS, LAST, NONE, OUTPUTS, ROWS
from engine.kernel.updates import (
    BATCH,
    DECAY,
    LOSS,
    MEAN,
    MOMENTUM,
    NESTEROV,
    OPTIMIZER,
    PACE,
    RATE,
    ROOT,
    SAMPLES,
    SCALES_ITSELF,
    SEEN,
    Moving,
    add,
    move,
)
from engine.kernel.vectors import broadcast, get, load_sixteen, sixteen_negative_zeros, start_of, store

Array = Any
Start = Any
"""Where an array of numbers begins."""


def sweep(
    stages: Array,
    starts: Array,
    start_rows: Array,
    alphas: Array,
    inputs: Array,
    targets: Array,
    settled: Array,
    last: Array,
    sound: Array,
    losses: Array,
    p: Array,
    w: Array,
    steps: Array,
    frozen: Array,
    frozen_values: Array,
    moving: int,
    options: Array,
    factors: Array,
    paces: Array,
    remembered: Array,
    memory: Array,
) -> None:
    """Trains runs on the same samples, sixteen at a time, as `interpreter16.sweep` does.

    `options`, `factors` and `paces` say the rule and how far it has come. `remembered` holds for each run the batch's
    gradient and the moments, flat, or is empty where the runs start from rest; `memory` is where those of a block are.
    """
    n, last_stage, count, block = steps.size // LANES, stages[LAST], p.size // LANES, start_of(steps)
    each = memory.size // LANES
    for first in range(0, alphas.size, LANES):
        for q in range(count):
            for r in range(LANES):
                p[q * LANES + r] = starts[start_rows[first + r] * count + q]
        take_up(remembered, first * each, memory)
        for q in range(frozen.size):
            store(start_of(frozen_values), q * LANES, load_sixteen(start_of(p), frozen[q] * LANES))
        train_block(
            start_of(stages), last_stage, start_of(p), start_of(w), start_of(inputs), start_of(targets),
            load_sixteen(start_of(alphas), first), block, n, start_of(frozen), start_of(frozen_values), frozen.size,
            moving, start_of(options), start_of(factors), start_of(paces), start_of(memory), count * LANES,
        )  # fmt: skip
        store(start_of(settled), first, settled_losses(block, n))
        store(start_of(last), first, load_sixteen(block, (n - 1) * LANES))
        store(start_of(sound), first, sound_steps(block, n))
        put_down(remembered, first * each, memory)
        if losses.size > 0:
            for k in range(n):
                for r in range(LANES):
                    losses[(first + r) * n + k] = steps[k * LANES + r]


@compiled
def take_up(remembered: Array, start: int, memory: Array) -> None:
    """Copies what the rule remembers of sixteen runs into their lanes; without any they start from rest."""
    each = memory.size // LANES
    for q in range(each):
        for r in range(LANES):
            memory[q * LANES + r] = remembered[start + r * each + q] if remembered.size > 0 else 0.0


@compiled
def put_down(remembered: Array, start: int, memory: Array) -> None:
    """Copies it back."""
    each = memory.size // LANES
    for q in range(each if remembered.size > 0 else 0):
        for r in range(LANES):
            remembered[start + r * each + q] = memory[q * LANES + r]


@compiled
def train_block(
    stages: Start,
    last: int,
    p: Start,
    w: Start,
    inputs: Start,
    targets: Start,
    alphas: Vec,
    losses: Start,
    n: int,
    frozen: Start,
    frozen_values: Start,
    frozen_count: int,
    moving: int,
    options: Start,
    factors: Start,
    paces: Start,
    memory: Start,
    size: int,
) -> None:
    """Learns the n samples in all runs of a block; with moving = 0 it takes the losses alone."""
    width, outputs = get(stages, INPUTS), get(stages, last + OUTPUTS)
    batch, loss, samples = get(options, BATCH), get(options, LOSS), get(options, SAMPLES)
    optimizer, momentum, nesterov = get(options, OPTIMIZER), get(factors, MOMENTUM), get(options, NESTEROV)
    step, before = get(options, SEEN) // batch, get(options, SEEN) % batch
    for k in range(n):
        in_batch = min(batch, samples - step * batch)
        at = step * PACE
        pace = alphas * get(paces, at + RATE)
        scale = (broadcast(alphas, 1.0) if get(options, SCALES_ITSELF) else pace) / float(in_batch)
        for j in range(width):
            store(w, j * LANES, broadcast(alphas, get(inputs, k * width + j)))
        for s in range(0, last + FIELDS, FIELDS):
            respond(stages, s, p, w)
        store(losses, k * LANES, losses_and_gradients(stages, last, w, targets, k * outputs, scale, loss))
        if moving:
            step_of_all = (
                p, memory, size, optimizer, momentum, nesterov,
                pace, get(paces, at + MEAN), get(paces, at + ROOT), 1.0 - pace * get(factors, DECAY),
            )  # fmt: skip
            learn(stages, last, p, w, memory, size, batch, before, in_batch, step_of_all)
        before += 1
        if before == in_batch:
            step, before = step + 1, 0
            for q in range(frozen_count):
                store(p, get(frozen, q) * LANES, load_sixteen(frozen_values, q * LANES))


@compiled
def learn(
    stages: Start,
    last: int,
    p: Start,
    w: Start,
    sums: Start,
    size: int,
    batch: int,
    before: int,
    in_batch: int,
    moving: Moving,
) -> None:
    """Moves the parameters; in a batch, adds the gradients to those of `before` samples, and moves after the last."""
    if batch == 1:
        go_back(stages, last, p, w, moving, move)
        return
    if before == 0:
        for q in range(0, size, LANES):
            store(sums, q, sixteen_negative_zeros())
    go_back(stages, last, p, w, sums, add)
    if before + 1 == in_batch:
        move_all(stages, last, sums, moving)


@compiled
def go_back(stages: Start, last: int, p: Start, w: Start, changed: Changed, change: Change) -> None:
    """Passes the gradients of the last stage back through all."""
    for s in range(last, 0, -FIELDS):
        pass_back(stages, s, p, w, changed, change)
    change_first(stages, w, changed, change)


@compiled
def move_all(stages: Start, last: int, sums: Start, moving: Moving) -> None:
    """The move after a batch."""
    for s in range(0, last + FIELDS, FIELDS):
        if get(stages, s + ROWS) != NONE:
            start, outputs = get(stages, s + FLAT), get(stages, s + OUTPUTS)
            biases = start + get(stages, s + INPUTS) * outputs
            for q in range(start * LANES, biases * LANES, LANES):
                move(moving, q, load_sixteen(sums, q), 1)
            for q in range(biases * LANES, (biases + outputs) * LANES, LANES):
                move(moving, q, load_sixteen(sums, q), 0)
