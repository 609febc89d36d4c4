"""What a training rule makes of gradients, on vectors; `engine.rules` is the definition, operation by operation."""

from typing import Any

from engine.kernel.activations import Vec, compiled, opcodes_of
from engine.kernel.vectors import load_like, root, store
from engine.rules.optimizers import (
    EPSILON,
    FORGETS,
    MEAN_FORGETS,
    MEAN_MEMORY,
    MEMORY,
    OPTIMIZERS,
    SQUARE_FORGETS,
    SQUARE_MEMORY,
)

Start = Any
"""Where an array of numbers begins."""
Moving = Any
"""What a move needs: where the parameters and what is remembered begin (the batch's gradients, and from `size` numbers
on velocities, mean squares and mean gradients), the rule's numbers, the pace, and what decay leaves of a matrix."""

TWINS = ("sgd", "rmsprop", "adam")
"""The rows that have a vector version here, in their order."""

SGD, RMSPROP, ADAM = opcodes_of(OPTIMIZERS, TWINS, "optimizer")

BATCH, SEEN, SAMPLES, LOSS, OPTIMIZER, NESTEROV, SCALES_ITSELF = range(7)
"""The whole numbers of a rule: see `rule_numbers`."""
MOMENTUM, DECAY = range(2)
"""Its factors."""
RATE, MEAN, ROOT, PACE = range(4)
"""The numbers of each step's pace, and how many there are."""


@compiled
def add(sums: Start, q: int, gradient: Vec, _decays: int) -> None:
    """What becomes of a gradient in a batch: it is added to those of the samples before it."""
    store(sums, q, load_like(gradient, sums, q) + gradient)


@compiled
def move(moving: Moving, q: int, gradient: Vec, decays: int) -> None:
    """One step of as many parameters as the gradient has, from q on, by the rule."""
    p, memory, size, optimizer, momentum, nesterov, pace, mean, square_root, kept = moving
    step = gradient
    if optimizer != SGD:
        squares, means = q + 2 * size, q + 3 * size
        if optimizer == ADAM:
            s = load_like(step, memory, squares) * SQUARE_MEMORY + step * step * SQUARE_FORGETS
            m = load_like(step, memory, means) * MEAN_MEMORY + step * MEAN_FORGETS
            store(memory, means, m)
            step = m * (pace * mean) / (root(s) * square_root + EPSILON)
        else:
            s = load_like(step, memory, squares) * MEMORY + step * step * FORGETS
            step = step * pace / (root(s) + EPSILON)
        store(memory, squares, s)
    if momentum != 0.0:
        step = with_momentum(memory, q + size, step, momentum, nesterov)
    subtract_step(p, q, step, kept, decays)


@compiled
def move_on(moving: Moving, q: int, gradient: Vec, decays: int) -> None:
    """The same where the gradient is the step, and momentum is on."""
    p, memory, size, _, momentum, nesterov, _, _, _, kept = moving
    subtract_step(p, q, with_momentum(memory, q + size, gradient, momentum, nesterov), kept, decays)


@compiled
def decay_and_subtract(kept_of: tuple[Start, float], q: int, gradient: Vec, decays: int) -> None:
    """The same where the gradient is the step; `kept_of` is the parameters, and what decay leaves of a matrix."""
    p, kept = kept_of
    subtract_step(p, q, gradient, kept, decays)


@compiled
def with_momentum(memory: Start, velocities: int, step: Vec, momentum: float, nesterov: int) -> Vec:
    """What is subtracted in place of a step, whose velocity is remembered at that place."""
    v = load_like(step, memory, velocities) * momentum + step
    store(memory, velocities, v)
    return step + v * momentum if nesterov else v


@compiled
def subtract_step(p: Start, q: int, step: Vec, kept: float, decays: int) -> None:
    """Subtracts a step from parameters, of which decay leaves so much where they are of a matrix."""
    before = load_like(step, p, q)
    store(p, q, before * kept - step if decays else before - step)
