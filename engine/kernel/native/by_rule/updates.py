"""The training rules on vectors: gradients become moves; `engine.rules` is the definition, operation by operation."""

from typing import Any, NamedTuple

from engine.kernel.native.activations import Vec, njit_fast, opcodes_of
from engine.kernel.native.arguments import Change, Changed, MoveBegin, MoveFinish, MoveGoOn, Pointer
from engine.kernel.native.interpreter16 import as_it_is, nothing_more
from engine.kernel.native.vectors import get, load_like, quick_root, store
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

Rule = Any
"""The starts of a rule's whole numbers, factors, paces and state; the length of each part of the state; and the starts
of the turns that are passed over, a number each, and of what is put back after a turn that some of sixteen runs pass
over."""
Fraction = Any
"""Numerators and denominators, of one run or in vectors."""
Moving = Any
"""The arguments of a move: where the parameters and the rule's state begin (the batch's gradients, and from `size`
numbers on velocities, mean squares and mean gradients), the rule's numbers, the pace, and the factor that decay
multiplies a matrix by."""

TWINS = ("sgd", "rmsprop", "adam")
"""The rows that have a vector version here, in their order."""

SGD, RMSPROP, ADAM = opcodes_of(OPTIMIZERS, TWINS, "optimizer")

BATCH, SEEN, SAMPLES, LOSS, OPTIMIZER, NESTEROV, SCALES_ITSELF, PASSES = range(8)
"""The whole numbers of a rule: see `rule_numbers`."""
MOMENTUM, DECAY = range(2)
"""Its factors."""
RATE, MEAN, ROOT, PACE = range(4)
"""The numbers of each step's pace, and how many there are."""


@njit_fast
def pace_at(rule: Rule, alpha: Any, step: int) -> Any:
    """Alpha times the rate at a step, of one run or in vectors."""
    _, _, paces, _, _, _, _ = rule
    return alpha * get(paces, step * PACE + RATE)


@njit_fast
def moving_at(rule: Rule, alpha: Any, p: Pointer, step: int) -> Moving:
    """The arguments of a step's move, beside a gradient."""
    options, factors, paces, memory, size, _, _ = rule
    pace = pace_at(rule, alpha, step)
    return (
        p, memory, size, get(factors, MOMENTUM), get(options, NESTEROV), pace, get(paces, step * PACE + MEAN),
        get(paces, step * PACE + ROOT), 1.0 - pace * get(factors, DECAY),
    )  # fmt: skip


@njit_fast
def add(sums: Pointer, q: int, gradient: Vec, _decays: int) -> None:
    """Adds a gradient to those of the samples before it in the batch."""
    store(sums, q, load_like(gradient, sums, q) + gradient)


@njit_fast
def begin_adam(moving: Moving, q: int, gradient: Vec) -> Fraction:
    """Adam's state of the parameters from q on, as many as the gradient has, with this gradient."""
    _, memory, size, _, _, pace, mean, _, _ = moving
    squares, means = q + 2 * size, q + 3 * size
    s = load_like(gradient, memory, squares) * SQUARE_MEMORY + gradient * gradient * SQUARE_FORGETS
    m = load_like(gradient, memory, means) * MEAN_MEMORY + gradient * MEAN_FORGETS
    store(memory, squares, s)
    store(memory, means, m)
    return m * (pace * mean), s


@njit_fast
def begin_rmsprop(moving: Moving, q: int, gradient: Vec) -> Fraction:
    """RMSProp's state of these parameters, with this gradient."""
    _, memory, size, _, _, pace, _, _, _ = moving
    squares = q + 2 * size
    s = load_like(gradient, memory, squares) * MEMORY + gradient * gradient * FORGETS
    store(memory, squares, s)
    return gradient * pace, s


@njit_fast
def adams_fraction(moving: Moving, begun: Fraction) -> Fraction:
    """The fraction by which Adam moves them."""
    _, _, _, _, _, _, _, square_root, _ = moving
    numerator, square = begun
    return numerator, quick_root(square) * square_root + EPSILON


@njit_fast
def rmsprops_fraction(_moving: Moving, begun: Fraction) -> Fraction:
    """The fraction by which RMSProp moves them."""
    numerator, square = begun
    return numerator, quick_root(square) + EPSILON


@njit_fast
def move_by_fraction(moving: Moving, q: int, fraction: Fraction, decays: int) -> None:
    """Moves them by the fraction."""
    numerator, denominator = fraction
    decay_and_subtract(moving, q, numerator / denominator, decays)


@njit_fast
def subtract_fraction(moving: Moving, q: int, fraction: Fraction, _decays: int) -> None:
    """Subtracts the fraction where nothing decays, without a product by 1."""
    p, _, _, _, _, _, _, _, _ = moving
    numerator, denominator = fraction
    store(p, q, load_like(numerator, p, q) - numerator / denominator)


@njit_fast
def move_on_by_fraction(moving: Moving, q: int, fraction: Fraction, decays: int) -> None:
    """Moves them by the fraction, with momentum."""
    numerator, denominator = fraction
    move_on(moving, q, numerator / denominator, decays)


@njit_fast
def move_on(moving: Moving, q: int, step: Vec, decays: int) -> None:
    """Moves them by a step with momentum; the velocity that is subtracted becomes the new state."""
    _, memory, size, momentum, nesterov, _, _, _, _ = moving
    v = load_like(step, memory, q + size) * momentum + step
    store(memory, q + size, v)
    decay_and_subtract(moving, q, step + v * momentum if nesterov else v, decays)


@njit_fast
def decay_and_subtract(moving: Moving, q: int, step: Vec, decays: int) -> None:
    """Moves them by the step alone, after decay has multiplied a matrix."""
    p, _, _, _, _, _, _, _, kept = moving
    before = load_like(step, p, q)
    store(p, q, before * kept - step if decays else before - step)


class Move(NamedTuple):
    """A kind of move in its three parts."""

    begin: MoveBegin
    go_on: MoveGoOn
    finish: MoveFinish

    def whole(self) -> Change:
        """The parts, one after the other."""
        begin, go_on, finish = self

        @njit_fast
        def change(changed: Changed, q: int, gradient: Vec, decays: int) -> None:
            finish(changed, q, go_on(changed, begin(changed, q, gradient)), decays)

        return change


@njit_fast
def leave(_changed: Changed, _q: int, _gradient: Vec, _decays: int) -> None:
    """Moves nothing."""


NO_MOVE = Move(as_it_is, nothing_more, leave)
INTO_A_BATCH = Move(as_it_is, nothing_more, add)
MOVES = (
    Move(as_it_is, nothing_more, decay_and_subtract),
    Move(begin_rmsprop, rmsprops_fraction, move_by_fraction),
    Move(begin_adam, adams_fraction, move_by_fraction),
)
"""Of each optimizer."""
ADAM_WITHOUT_DECAY = Move(begin_adam, adams_fraction, subtract_fraction)
"""Of the one that has most to do at each parameter, as most use it."""
MOVES_WITH_MOMENTUM = (
    Move(as_it_is, nothing_more, move_on),
    Move(begin_rmsprop, rmsprops_fraction, move_on_by_fraction),
    Move(begin_adam, adams_fraction, move_on_by_fraction),
)
