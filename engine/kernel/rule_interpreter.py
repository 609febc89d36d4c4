"""One run by a training rule: batches, other losses, and steps that remember; see `interpreter` for the plain one."""

from typing import Any

from engine.kernel.activations import compiled
from engine.kernel.interpreter import Change, Changed, change_first, fill_slopes, pass_back, respond, subtract
from engine.kernel.losses import loss_and_gradient
from engine.kernel.program import BIASES, COLUMNS, FIELDS, INPUTS, LAST, NONE, OUTPUTS, ROWS
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
    SGD,
    Moving,
    add,
    decay_and_subtract,
    move,
    move_on,
)
from engine.kernel.vectors import get, load, load_first, negative_zeros, start_of, store

Array = Any
Start = Any
"""Where an array of numbers begins."""


def train(
    stages: Array,
    places: Array,
    flat: Array,
    p: Array,
    w: Array,
    inputs: Array,
    targets: Array,
    alpha: float,
    losses: Array,
    every: int,
    snapshots: Array,
    frozen: Array,
    options: Array,
    factors: Array,
    paces: Array,
    gradient: Array,
    moments: Array,
    memory: Array,
) -> None:
    """Learns a sample for each loss, and trains the parameters in `flat` in place, as `interpreter.train` does.

    `options`, `factors` and `paces` say the rule and how far it has come; `gradient` and `moments`, flat, what it
    remembers, and `memory` is where the kernel keeps these in its own order.
    """
    count, last, size = places.size, stages[LAST], p.size
    batch, samples = options[BATCH], options[SAMPLES]
    for q in range(count):
        p[places[q]] = flat[q]
    take_up(places, gradient, moments, memory, size)
    s, parameters, scratch, sums = start_of(stages), start_of(p), start_of(w), start_of(memory)
    x, t, loss = start_of(inputs), start_of(targets), options[LOSS]
    fill_slopes(s, last, scratch)
    row, step, before = 0, options[SEEN] // batch, options[SEEN] % batch
    for k in range(losses.size):
        in_batch = min(batch, samples - step * batch)
        pace = alpha * paces[step * PACE + RATE]
        scale = (1.0 if options[SCALES_ITSELF] else pace) / in_batch
        moving = (
            parameters, sums, size, options[OPTIMIZER], factors[MOMENTUM], options[NESTEROV],
            pace, paces[step * PACE + MEAN], paces[step * PACE + ROOT], 1.0 - pace * factors[DECAY],
        )  # fmt: skip
        losses[k] = loss_of(s, last, parameters, scratch, x, t, k, scale, loss)
        learn(s, last, parameters, scratch, sums, size, batch, before, in_batch, moving)
        before += 1
        if before == in_batch:
            step, before = step + 1, 0
            for q in frozen:
                p[places[q]] = flat[q]
        if (k + 1) % every == 0 and (row + 1) * count <= snapshots.size:
            for q in range(count):
                snapshots[row * count + q] = p[places[q]]
            row += 1
    for q in range(count):
        flat[q] = p[places[q]]
    put_down(places, gradient, moments, memory, size)


@compiled
def take_up(places: Array, gradient: Array, moments: Array, memory: Array, size: int) -> None:
    """Copies what the rule remembers into the kernel's order."""
    count = places.size
    for q in range(count):
        memory[places[q]] = gradient[q]
        for r in range(moments.size // count):
            memory[(r + 1) * size + places[q]] = moments[r * count + q]


@compiled
def put_down(places: Array, gradient: Array, moments: Array, memory: Array, size: int) -> None:
    """Copies what the rule remembers back into the flat order."""
    count = places.size
    for q in range(count):
        gradient[q] = memory[places[q]]
        for r in range(moments.size // count):
            moments[r * count + q] = memory[(r + 1) * size + places[q]]


@compiled
def loss_of(
    stages: Start, last: int, p: Start, w: Start, inputs: Start, targets: Start, k: int, scale: float, loss: int
) -> float:
    """The loss of sample k; sets the gradient of the last stage."""
    width = get(stages, INPUTS)
    for j in range(0, width, 8):
        store(w, j, load_first(inputs, k * width + j, min(8, width - j)))
    for s in range(0, last + FIELDS, FIELDS):
        respond(stages, s, p, w)
    return loss_and_gradient(stages, last, w, targets, scale, k, loss)


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
    """Moves the parameters; in a batch, adds the gradients to those of `before` samples, and moves after the last.

    Steps that are simple have copies of the way back of their own: with all branches of a move in it, it takes twice as
    long.
    """
    if batch == 1:
        _, _, _, optimizer, momentum, _, _, _, _, kept = moving
        if optimizer != SGD:
            go_back(stages, last, p, w, moving, move)
        elif momentum != 0.0:
            go_back(stages, last, p, w, moving, move_on)
        elif kept == 1.0:
            go_back(stages, last, p, w, p, subtract)
        else:
            go_back(stages, last, p, w, (p, kept), decay_and_subtract)
        return
    if before == 0:
        for q in range(0, size, 8):
            store(sums, q, negative_zeros())
    go_back(stages, last, p, w, sums, add)
    if before + 1 == in_batch:
        move_all(stages, last, sums, moving)


@compiled
def go_back(stages: Start, last: int, p: Start, w: Start, changed: Changed, change: Change) -> None:
    """Passes the gradient of the last stage back through all."""
    for s in range(last, 0, -FIELDS):
        pass_back(stages, s, p, w, changed, change)
    change_first(stages, w, changed, change)


@compiled
def move_all(stages: Start, last: int, sums: Start, moving: Moving) -> None:
    """The move after a batch."""
    for s in range(0, last + FIELDS, FIELDS):
        if get(stages, s + ROWS) != NONE:
            rows, columns, biases = get(stages, s + ROWS), get(stages, s + COLUMNS), get(stages, s + BIASES)
            outputs = get(stages, s + OUTPUTS)
            for q in range(rows, rows + outputs * (get(stages, s + INPUTS) & -8), 8):
                move(moving, q, load(sums, q), 1)
            for q in range(columns, biases, 8):
                move(moving, q, load(sums, q), 1)
            for q in range(biases, biases + outputs, 8):
                move(moving, q, load(sums, q), 0)
