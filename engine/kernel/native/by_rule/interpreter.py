"""One run by a training rule: batches, other losses, and steps that remember; see `interpreter` for the plain one."""

from engine.base.numerics import LANES
from engine.kernel.native.activations import njit_call, njit_fast, njit_inline
from engine.kernel.native.arguments import Array, Change, Changed, Pointer, Run
from engine.kernel.native.by_rule.loops import Learn, steps_by_rule
from engine.kernel.native.by_rule.updates import INTO_A_BATCH, LOSS, NO_MOVE, Move, Moving, Rule
from engine.kernel.native.formulas import value_and_slope_apart
from engine.kernel.native.interpreter import (
    change_first,
    fill_slopes,
    in_stretches,
    is_a_pair,
    loss_and_gradient,
    loss_and_gradient_of_a_pair,
    map_all_apart,
    pass_back,
    respond,
    take_in,
)
from engine.kernel.native.losses import HALF_SQUARE, other_loss_and_gradient
from engine.kernel.native.narrow_interpreter import learn_narrowly
from engine.kernel.native.vectors import aligned_start_of, get, load, load_pair, put, start_of
from engine.kernel.program import BIASES, COLUMNS, FIELDS, INPUTS, LAST, NARROW, NONE, OUTPUTS, ROWS


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
    passed: Array,
) -> None:
    """Learns a sample for each loss, and trains the parameters in `flat` in place, as `interpreter.train` does.

    `options`, `factors` and `paces` hold the rule and its progress; `gradient` and `moments`, flat, hold its state,
    and `memory` is for that state in the kernel's own order, seven numbers longer than it is. Turns whose number in
    `passed` is not 0 are passed over.
    """
    parameters, kept, size = aligned_start_of(p), aligned_start_of(memory), p.size - LANES
    take_up(places, gradient, moments, kept, size)
    run = (
        alpha, parameters, start_of(stages), stages[LAST], aligned_start_of(w), start_of(inputs), start_of(targets),
        start_of(losses),
    )  # fmt: skip
    rule = (start_of(options), start_of(factors), start_of(paces), kept, size, start_of(passed), kept)
    fill_slopes(start_of(stages), stages[LAST], aligned_start_of(w))
    in_stretches(places, flat, parameters, losses.size, every, snapshots, frozen, steps, (run, rule))
    put_down(places, gradient, moments, kept, size)


@njit_fast
def take_up(places: Array, gradient: Array, moments: Array, memory: Pointer, size: int) -> None:
    """Copies the rule's state into the kernel's order."""
    count = places.size
    for q in range(count):
        put(memory, places[q], gradient[q])
        for r in range(moments.size // count):
            put(memory, (r + 1) * size + places[q], moments[r * count + q])


@njit_fast
def put_down(places: Array, gradient: Array, moments: Array, memory: Pointer, size: int) -> None:
    """Copies the rule's state back into the flat order."""
    count = places.size
    for q in range(count):
        gradient[q] = get(memory, places[q])
        for r in range(moments.size // count):
            moments[r * count + q] = get(memory, (r + 1) * size + places[q])


@njit_inline
def learn(run: Run, k: int, scale: float, loss: int, changed: Changed, change: Change) -> None:
    """Takes the loss of sample k, and hands its gradients to `change`."""
    _, p, stages, last, w, inputs, targets, losses = run
    if is_a_pair(stages, last) and loss == HALF_SQUARE:
        learn_a_pair(run, k, scale, changed, change)
        return
    if get(stages, NARROW):
        learn_narrowly(run, k, scale, loss, changed, change)
        return
    take_in(stages, w, inputs, k)
    for s in range(0, last + FIELDS, FIELDS):
        respond(stages, s, p, w, map_all_apart)
    if loss == HALF_SQUARE:
        put(losses, k, loss_and_gradient(stages, last, w, targets, scale, k))
    else:
        put(losses, k, other_loss_and_gradient(stages, last, w, targets, scale, k, loss))
    for s in range(last, 0, -FIELDS):
        pass_back(stages, s, p, w, changed, change)
    change_first(stages, w, changed, change)


@njit_fast
def learn_a_pair(run: Run, k: int, scale: float, changed: Changed, change: Change) -> None:
    """Learns sample k with a single affine layer from two numbers to two, by half the squared error."""
    _, p, stages, _, w, inputs, targets, losses = run
    columns, biases, x0, x1 = get(stages, COLUMNS), get(stages, BIASES), get(inputs, 2 * k), get(inputs, 2 * k + 1)
    y = (load_pair(p, columns) * x0 + load_pair(p, columns + 8) * x1) + load_pair(p, biases)
    loss, g = loss_and_gradient_of_a_pair(stages, w, y, load_pair(targets, 2 * k), scale, value_and_slope_apart)
    put(losses, k, loss)
    change(changed, columns, g * x0, 1)
    change(changed, columns + 8, g * x1, 1)
    change(changed, biases, g, 0)


@njit_inline
def move_all(run: Run, sums: Pointer, moving: Moving, move: Change) -> None:
    """Moves all parameters by the sums of their gradients."""
    _, _, stages, last, _, _, _, _ = run
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


def learn_with(move: Move) -> Learn:
    """The function that hands gradients to all parts of the move at once."""
    change = move.whole()

    @njit_inline
    def learn_by(run: Run, k: int, scale: float, loss: int, changed: Changed) -> None:
        learn(run, k, scale, loss, changed, change)

    return learn_by


learn_into_a_batch = learn_with(INTO_A_BATCH)
take_loss = learn_with(NO_MOVE)


@njit_call
def losses_alone(run: Run, rule: Rule, start: int, stop: int) -> None:
    """The losses of these samples, from which nothing is learned."""
    alpha, p = run[0], run[1]
    for k in range(start, stop):
        take_loss(run, k, alpha, get(rule[0], LOSS), p)


@njit_inline
def learn_all(run: Run, start: int, stop: int, scale: float, loss: int, sums: Pointer) -> None:
    """Takes the losses of these samples, and adds up their gradients."""
    for k in range(start, stop):
        learn_into_a_batch(run, k, scale, loss, sums)


@njit_fast
def leave_aside(_run: Run, _rule: Rule, _runs: int) -> None:
    """Copies nothing: one run passes over a turn or learns it."""


steps_of = steps_by_rule(learn_with, learn_all, move_all, losses_alone, leave_aside, leave_aside)


@njit_inline
def steps(run_and_rule: tuple[Run, Rule], start: int, stop: int) -> None:
    """The steps from `start` to before `stop`."""
    run, rule = run_and_rule
    steps_of(run, rule, start, stop)
