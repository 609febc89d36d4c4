"""Sixteen runs side by side by a training rule; see `interpreter16` for the plain ones."""

from engine.kernel.native.activations import TANH, Vec, njit_call, njit_fast, njit_inline, tanh_and_slope
from engine.kernel.native.arguments import Array, Change, Changed, Pointer, Run
from engine.kernel.native.by_rule.loops import Learn, steps_by_rule
from engine.kernel.native.by_rule.updates import (
    BATCH,
    LOSS,
    MOMENTUM,
    OPTIMIZER,
    PACE,
    PASSES,
    SAMPLES,
    SGD,
    Move,
    Moving,
    Rule,
    add,
)
from engine.kernel.native.interpreter16 import (
    LANES,
    as_it_is,
    change_alone,
    gradient_before_map,
    is_a_plain_pair,
    loss_and_gradient,
    map_all_apart,
    nothing_more,
    pass_back,
    respond,
    settled_losses,
    sound_steps,
)
from engine.kernel.native.losses import HALF_SQUARE, other_losses_and_gradients, sum_of_rows
from engine.kernel.native.vectors import (
    beyond,
    broadcast,
    get,
    load_sixteen,
    put,
    sixteen_negative_zeros,
    start_of,
    store,
)
from engine.kernel.program import FIELDS, FLAT, GRADIENT, INPUTS, LAST, MAP, NONE, OUTPUTS, ROWS, X


def sweep(
    stages: Array,
    starts: Array,
    start_rows: Array,
    sets: Array,
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
    passed: Array,
    aside: Array,
) -> None:
    """Trains runs, sixteen on the same samples at a time, as `interpreter16.sweep` does.

    `options`, `factors` and `paces` hold the rule and its progress. `remembered` holds for each run the batch's
    gradient and the moments, flat, or is empty where the runs start from rest; `memory` is where those of a block are,
    and `w` holds scratch numbers of two samples. Where the rule passes over turns, `passed` and `paces` have a part for
    each set. Of a turn that only some of sixteen runs pass over, `aside` takes their state; settled losses count it.
    """
    n, count, block, parameters = steps.size // LANES, p.size // LANES, start_of(steps), start_of(p)
    each, second = memory.size // LANES, beyond(start_of(w), w.size // 2)
    passes, turns = options[PASSES], options[SAMPLES] * options[PASSES]
    moves = -(-turns // options[BATCH])
    for first in range(0, alphas.size, LANES):
        for q in range(count):
            for r in range(LANES):
                p[q * LANES + r] = starts[start_rows[first + r] * count + q]
        take_up(remembered, first * each, memory)
        run = (
            load_sixteen(start_of(alphas), first), parameters, start_of(stages), stages[LAST], start_of(w), second,
            beyond(start_of(inputs), sets[first] * n * stages[INPUTS]),
            beyond(start_of(targets), sets[first] * n * stages[stages[LAST] + OUTPUTS]), block,
        )  # fmt: skip
        rule = (
            start_of(options), start_of(factors), beyond(start_of(paces), sets[first] * moves * PACE), start_of(memory),
            p.size, beyond(start_of(passed), sets[first] * turns), start_of(aside),
        )  # fmt: skip
        for q in range(frozen.size):
            store(start_of(frozen_values), q * LANES, load_sixteen(parameters, frozen[q] * LANES))
        train_block(run, rule, n, frozen, frozen_values, moving)
        store(start_of(last), first, load_sixteen(block, (n - 1) * LANES))
        store(start_of(sound), first, sound_steps(block, n))
        put_down(remembered, first * each, memory)
        if losses.size > 0:
            for k in range(n):
                for r in range(LANES):
                    losses[(first + r) * n + k] = steps[k * LANES + r]
        if passes:
            store(start_of(settled), first, settled_losses_of_learned(block, n, rule))
        else:
            store(start_of(settled), first, settled_losses(block, n))


@njit_fast
def settled_losses_of_learned(losses: Pointer, n: int, rule: Rule) -> Vec:
    """The mean of those of the last max(1, n//10) losses whose turns are not passed over, or of all if all are.

    The losses there are moved together.
    """
    _, _, _, _, _, passed, _ = rule
    tail = max(1, n // 10)
    start = end = n - tail
    for k in range(start, n):
        if get(passed, k) == 0:
            store(losses, end * LANES, load_sixteen(losses, k * LANES))
            end += 1
    count = end - start if end > start else tail
    return sum_of_rows(losses, start * LANES, count) / float(count)


@njit_fast
def set_aside(run: Run, rule: Rule, runs: int) -> None:
    """Copies parameters and moments of these runs aside."""
    to, parts = 0, parts_of_state(rule)
    for r in range(LANES):
        if runs >> r & 1:
            for part in range(parts):
                state, q, size = part_of_state(run, rule, part)
                for place in range(q + r, q + size, LANES):
                    put(rule[6], to, get(state, place))
                    to += 1


@njit_fast
def put_back(run: Run, rule: Rule, runs: int) -> None:
    """Copies them back."""
    at, parts = 0, parts_of_state(rule)
    for r in range(LANES):
        if runs >> r & 1:
            for part in range(parts):
                state, q, size = part_of_state(run, rule, part)
                for place in range(q + r, q + size, LANES):
                    put(state, place, get(rule[6], at))
                    at += 1


@njit_inline
def parts_of_state(rule: Rule) -> int:
    """The parameters alone, or the three moments too."""
    return 4 if get(rule[1], MOMENTUM) != 0.0 or get(rule[0], OPTIMIZER) != SGD else 1


@njit_inline
def part_of_state(run: Run, rule: Rule, part: int) -> tuple[Pointer, int, int]:
    """Where a part of the state of sixteen runs lies, and its length."""
    _, _, _, memory, size, _, _ = rule
    return (run[1], 0, size) if part == 0 else (memory, part * size, size)


@njit_fast
def take_up(remembered: Array, start: int, memory: Array) -> None:
    """Copies the rule's state of sixteen runs into their lanes; without any, they start from rest."""
    each = memory.size // LANES
    for q in range(each):
        for r in range(LANES):
            memory[q * LANES + r] = remembered[start + r * each + q] if remembered.size > 0 else 0.0


@njit_fast
def put_down(remembered: Array, start: int, memory: Array) -> None:
    """Copies it back."""
    each = memory.size // LANES
    for q in range(each if remembered.size > 0 else 0):
        for r in range(LANES):
            remembered[start + r * each + q] = memory[q * LANES + r]


@njit_inline
def train_block(run: Run, rule: Rule, n: int, frozen: Array, frozen_values: Array, moving: int) -> None:
    """Learns n samples in a block of runs, and restores the frozen numbers; with moving = 0 it takes losses alone."""
    at_once = n if frozen.size == 0 else 1
    for start in range(0, n, at_once):
        if moving:
            steps_of(run, rule, start, start + at_once)
        else:
            losses_alone(run, rule, start, start + at_once)
        for q in range(frozen.size):
            store(run[1], frozen[q] * LANES, load_sixteen(start_of(frozen_values), q * LANES))


@njit_fast
def take_losses(run: Run, w: Pointer, k: int, scale: Vec, loss: int) -> None:
    """Takes the losses of sample k; sets the gradient of the last stage."""
    alphas, p, stages, last, _, _, inputs, targets, losses = run
    width, t = get(stages, INPUTS), k * get(stages, last + OUTPUTS)
    for j in range(width):
        store(w, j * LANES, broadcast(alphas, get(inputs, k * width + j)))
    for s in range(0, last + FIELDS, FIELDS):
        respond(stages, s, p, w, map_all_apart)
    if loss == HALF_SQUARE:
        store(losses, k * LANES, loss_and_gradient(stages, last, w, targets, t, scale))
    else:
        store(losses, k * LANES, other_losses_and_gradients(stages, last, w, targets, t, scale, loss))


@njit_inline
def learn_a_pair(run: Run, k: int, scale: Vec, changed: Changed, change: Change) -> None:
    """Learns sample k with a single affine layer from two numbers to two, and at most tanh behind it."""
    _, _, _, _, _, _, inputs, _, _ = run
    x0, x1 = get(inputs, 2 * k), get(inputs, 2 * k + 1)
    g0, g1 = gradients_of_a_pair(run, k, scale)
    change(changed, 0, g0 * x0, 1)
    change(changed, LANES, g0 * x1, 1)
    change(changed, 2 * LANES, g1 * x0, 1)
    change(changed, 3 * LANES, g1 * x1, 1)
    change(changed, 4 * LANES, g0, 0)
    change(changed, 5 * LANES, g1, 0)


@njit_fast
def gradients_of_a_pair(run: Run, k: int, scale: Vec) -> tuple[Vec, Vec]:
    """Takes the losses of sample k; ∂loss/∂z of both, z being the affine layer's output."""
    _, p, stages, _, _, _, inputs, targets, losses = run
    x0, x1 = get(inputs, 2 * k), get(inputs, 2 * k + 1)
    z0 = (load_sixteen(p, 0) * x0 + load_sixteen(p, LANES) * x1) + load_sixteen(p, 4 * LANES)
    z1 = (load_sixteen(p, 2 * LANES) * x0 + load_sixteen(p, 3 * LANES) * x1) + load_sixteen(p, 5 * LANES)
    if get(stages, MAP) == TANH:
        y0, d0 = tanh_and_slope(z0)
        y1, d1 = tanh_and_slope(z1)
    else:
        y0, y1 = z0, z1
        d0 = d1 = broadcast(z0, 1.0)
    e0, e1 = y0 - get(targets, 2 * k), y1 - get(targets, 2 * k + 1)
    store(losses, k * LANES, (e0 * e0 + e1 * e1) / 2.0)
    return d0 * (e0 * scale), d1 * (e1 * scale)


@njit_call
def losses_alone(run: Run, rule: Rule, start: int, stop: int) -> None:
    """The losses, without any move."""
    options, _, _, _, _, _, _ = rule
    for k in range(start, stop):
        take_losses(run, run[4], k, run[0], get(options, LOSS))


@njit_inline
def learn_all(run: Run, start: int, stop: int, scale: Vec, loss: int, sums: Pointer) -> None:
    """Takes the losses of these samples, and adds up their gradients: of two at a time.

    Parameters and sums of sixteen runs are more than the first cache holds.
    """
    _, _, stages, last, w, second, _, _, _ = run
    if is_a_plain_pair(stages, last) and loss == HALF_SQUARE:
        for k in range(start, stop):
            learn_a_pair(run, k, scale, sums, add)
        return
    for k in range(start, stop, 2):
        both = k + 1 < stop
        for r in range(1 + both):
            pass_all_back(run, second if r else w, k + r, scale, loss)
        for s in range(0, last + FIELDS, FIELDS):
            if both:
                add_two(stages, s, w, second, sums)
            else:
                change_alone(stages, s, w, sums, as_it_is, nothing_more, add)


@njit_inline
def pass_all_back(run: Run, w: Pointer, k: int, scale: Vec, loss: int) -> None:
    """Takes the losses of sample k, and sets the gradients of all stages."""
    _, p, stages, last, _, _, _, _, _ = run
    take_losses(run, w, k, scale, loss)
    for s in range(last, 0, -FIELDS):
        pass_back_alone(stages, s, p, w)


@njit_fast
def pass_back_alone(stages: Pointer, s: int, p: Pointer, w: Pointer) -> None:
    """Sets ∂loss/∂output of the stage before to this one's ∂loss/∂input: four rows of M at a time."""
    inputs, outputs, to = get(stages, s + INPUTS), get(stages, s + OUTPUTS), get(stages, s - FIELDS + GRADIENT) * LANES
    if get(stages, s + ROWS) == NONE:
        for i in range(0, outputs * LANES, LANES):
            store(w, to + i, gradient_before_map(stages, s, w, i))
        return
    width, q = inputs * LANES, get(stages, s + FLAT) * LANES
    for j in range(to, to + width, LANES):
        store(w, j, sixteen_negative_zeros())
    i, fours = 0, (outputs & -4) * LANES
    while i < fours:
        g0, g1 = gradient_before_map(stages, s, w, i), gradient_before_map(stages, s, w, i + LANES)
        g2, g3 = gradient_before_map(stages, s, w, i + 2 * LANES), gradient_before_map(stages, s, w, i + 3 * LANES)
        for j in range(to, to + width, LANES):
            total = load_sixteen(w, j) + load_sixteen(p, q) * g0
            total = total + load_sixteen(p, q + width) * g1
            total = total + load_sixteen(p, q + 2 * width) * g2
            store(w, j, total + load_sixteen(p, q + 3 * width) * g3)
            q += LANES
        q, i = q + 3 * width, i + 4 * LANES
    for r in range(i, outputs * LANES, LANES):
        g = gradient_before_map(stages, s, w, r)
        for j in range(to, to + width, LANES):
            store(w, j, load_sixteen(w, j) + load_sixteen(p, q) * g)
            q += LANES


@njit_fast
def add_two(stages: Pointer, s: int, w: Pointer, second: Pointer, sums: Pointer) -> None:
    """Adds to a stage's sums the gradients of two samples, one after the other."""
    if get(stages, s + ROWS) == NONE:
        return
    inputs, outputs, x = get(stages, s + INPUTS), get(stages, s + OUTPUTS), get(stages, s + X) * LANES
    q = get(stages, s + FLAT) * LANES
    b = q + inputs * outputs * LANES
    for i in range(0, outputs * LANES, LANES):
        g, h = gradient_before_map(stages, s, w, i), gradient_before_map(stages, s, second, i)
        store(sums, b + i, (load_sixteen(sums, b + i) + g) + h)
        for j in range(x, x + inputs * LANES, LANES):
            store(sums, q, (load_sixteen(sums, q) + g * load_sixteen(w, j)) + h * load_sixteen(second, j))
            q += LANES


@njit_inline
def move_all(run: Run, sums: Pointer, moving: Moving, move: Change) -> None:
    """Moves all parameters by the sums of their gradients."""
    _, _, stages, last, _, _, _, _, _ = run
    for s in range(0, last + FIELDS, FIELDS):
        if get(stages, s + ROWS) != NONE:
            start, outputs = get(stages, s + FLAT), get(stages, s + OUTPUTS)
            biases = start + get(stages, s + INPUTS) * outputs
            for q in range(start * LANES, biases * LANES, LANES):
                move(moving, q, load_sixteen(sums, q), 1)
            for q in range(biases * LANES, (biases + outputs) * LANES, LANES):
                move(moving, q, load_sixteen(sums, q), 0)


def learn_with(move: Move) -> Learn:
    """The function that takes the losses of sample k, and hands its gradients to the move."""
    begin, go_on, finish = move
    change = move.whole()

    @njit_inline
    def learn(run: Run, k: int, scale: Vec, loss: int, changed: Changed) -> None:
        _, p, stages, last, w, _, _, _, _ = run
        if is_a_plain_pair(stages, last) and loss == HALF_SQUARE:
            learn_a_pair(run, k, scale, changed, change)
            return
        take_losses(run, w, k, scale, loss)
        for s in range(last, 0, -FIELDS):
            pass_back(stages, s, p, w, changed, begin, go_on, finish)
        change_alone(stages, 0, w, changed, begin, go_on, finish)

    return learn


steps_of = steps_by_rule(learn_with, learn_all, move_all, losses_alone, set_aside, put_back)
