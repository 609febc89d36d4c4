"""Sixteen runs side by side: each number of a network becomes a vector with one lane for each run.

The runs of a block share their samples and differ in alpha and in their first parameters. Within a lane the operations
and their order are those of a single run, so the bits are too. Parameters lie in the flat order, sixteen times each; a
stage's gradient is ∂loss/∂output.
"""

import sys

from engine.base.metrics import DIVERGED_PAST
from engine.kernel.native.activations import TANH, Vec, njit_call, njit_fast, tanh_and_slope, value_and_slope
from engine.kernel.native.arguments import Array, Changed, MapAll, MoveBegin, MoveFinish, MoveGoOn, Pointer
from engine.kernel.native.formulas import interpreted
from engine.kernel.native.interpreter import is_a_pair
from engine.kernel.native.losses import sum_of_rows
from engine.kernel.native.vectors import (
    beyond,
    broadcast,
    get,
    load_sixteen,
    load_thirty_two,
    sixteen_negative_zeros,
    start_of,
    store,
    where_at_most,
    where_greater,
)
from engine.kernel.program import FIELDS, FLAT, FORMULA, GRADIENT, INPUTS, LAST, MAP, NONE, OUTPUTS, ROWS, SLOPE, X, Y

LANES = 16
LARGEST = sys.float_info.max


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
) -> None:
    """Trains runs, sixteen on the same samples at a time.

    Run i has alphas[i], starts from row start_rows[i] of `starts` and learns the samples of set sets[i], whose number
    is the same for each sixteen from a multiple of sixteen on, as many as there are.
    `steps` holds the losses of one block, as long as a run times sixteen. Writes each run's settled loss, last loss and
    number of sound steps, and its losses unless `losses` is empty. `frozen` holds flat places: after each step those
    numbers are restored from `frozen_values`, a copy of the block's start. With moving = 0 no parameter moves, and no
    gradient is passed back: the losses are those of the first parameters.
    """
    n, last_stage, count, block = steps.size // LANES, stages[LAST], p.size // LANES, start_of(steps)
    for first in range(0, alphas.size, LANES):
        for q in range(count):
            for r in range(LANES):
                p[q * LANES + r] = starts[start_rows[first + r] * count + q]
        for q in range(frozen.size):
            store(start_of(frozen_values), q * LANES, load_sixteen(start_of(p), frozen[q] * LANES))
        eta = load_sixteen(start_of(alphas), first)
        x = beyond(start_of(inputs), sets[first] * n * stages[INPUTS])
        t = beyond(start_of(targets), sets[first] * n * stages[last_stage + OUTPUTS])
        if moving and frozen.size == 0 and is_a_plain_pair(start_of(stages), last_stage):
            train_block_of_pairs(start_of(stages), start_of(p), x, t, eta, block, n)
        else:
            train_block(
                start_of(stages), last_stage, start_of(p), start_of(w), x, t, eta, block, n,
                start_of(frozen), start_of(frozen_values), frozen.size, moving,
            )  # fmt: skip
        store(start_of(settled), first, settled_losses(block, n))
        store(start_of(last), first, load_sixteen(block, (n - 1) * LANES))
        store(start_of(sound), first, sound_steps(block, n))
        if losses.size > 0:
            for k in range(n):
                for r in range(LANES):
                    losses[(first + r) * n + k] = steps[k * LANES + r]


@njit_fast
def train_block(
    stages: Pointer,
    last: int,
    p: Pointer,
    w: Pointer,
    inputs: Pointer,
    targets: Pointer,
    alphas: Vec,
    losses: Pointer,
    n: int,
    frozen: Pointer,
    frozen_values: Pointer,
    frozen_count: int,
    moving: int,
) -> None:
    """Takes one step of all runs of a block for each of the n samples; restores the frozen numbers after each.

    With moving = 0 it takes the losses alone.
    """
    x = t = 0
    width, outputs = get(stages, INPUTS), get(stages, last + OUTPUTS)
    for k in range(0, n * LANES, LANES):
        for j in range(width):
            store(w, j * LANES, broadcast(alphas, get(inputs, x + j)))
        for s in range(0, last + FIELDS, FIELDS):
            respond(stages, s, p, w, map_all)
        store(losses, k, loss_and_gradient(stages, last, w, targets, t, alphas))
        if moving:
            for s in range(last, 0, -FIELDS):
                pass_back(stages, s, p, w, p, as_it_is, nothing_more, subtract)
            change_alone(stages, 0, w, p, as_it_is, nothing_more, subtract)
            for q in range(frozen_count):
                store(p, get(frozen, q) * LANES, load_sixteen(frozen_values, q * LANES))
        x, t = x + width, t + outputs


@njit_fast
def is_a_plain_pair(stages: Pointer, last: int) -> bool:
    """Whether the network is a single affine layer from two numbers to two, and at most tanh behind it."""
    return is_a_pair(stages, last) and (get(stages, MAP) == NONE or get(stages, MAP) == TANH)


@njit_fast
def train_block_of_pairs(
    stages: Pointer, p: Pointer, inputs: Pointer, targets: Pointer, alphas: Vec, losses: Pointer, n: int
) -> None:
    """The steps of a single affine layer from two numbers to two, whose parameters stay in registers."""
    m00, m01 = load_sixteen(p, 0), load_sixteen(p, LANES)
    m10, m11 = load_sixteen(p, 2 * LANES), load_sixteen(p, 3 * LANES)
    b0, b1 = load_sixteen(p, 4 * LANES), load_sixteen(p, 5 * LANES)
    for k in range(n):
        x0, x1 = get(inputs, 2 * k), get(inputs, 2 * k + 1)
        e0, g0 = error_and_gradient(stages, (m00 * x0 + m01 * x1) + b0, get(targets, 2 * k), alphas)
        e1, g1 = error_and_gradient(stages, (m10 * x0 + m11 * x1) + b1, get(targets, 2 * k + 1), alphas)
        store(losses, k * LANES, (e0 * e0 + e1 * e1) / 2.0)
        m00, m01, b0 = m00 - g0 * x0, m01 - g0 * x1, b0 - g0
        m10, m11, b1 = m10 - g1 * x0, m11 - g1 * x1, b1 - g1
    store(p, 0, m00)
    store(p, LANES, m01)
    store(p, 2 * LANES, m10)
    store(p, 3 * LANES, m11)
    store(p, 4 * LANES, b0)
    store(p, 5 * LANES, b1)


@njit_fast
def error_and_gradient(stages: Pointer, z: Vec, target: float, scale: Vec) -> tuple[Vec, Vec]:
    """The error of an output, and ∂loss/∂z times the scale, z being the affine layer's output."""
    if get(stages, MAP) == NONE:
        e = z - target
        return e, e * scale
    y, slope = tanh_and_slope(z)
    e = y - target
    return e, slope * (e * scale)


@njit_fast
def respond(stages: Pointer, s: int, p: Pointer, w: Pointer, map_all: MapAll) -> None:
    """A stage's outputs and slopes from its inputs."""
    inputs, outputs, opcode = get(stages, s + INPUTS), get(stages, s + OUTPUTS), get(stages, s + MAP)
    x, y, slope = get(stages, s + X) * LANES, get(stages, s + Y) * LANES, get(stages, s + SLOPE) * LANES
    source = x
    if get(stages, s + ROWS) != NONE:
        m, source = get(stages, s + FLAT) * LANES, y
        b = m + inputs * outputs * LANES
        if inputs == 8:
            affine_of_eight(p, m, b, w, x, y, outputs)
        else:
            for i in range(0, outputs * LANES, LANES):
                store(w, y + i, products(p, m + i * inputs, w, x, inputs) + load_sixteen(p, b + i))
    if opcode == TANH:
        for i in range(0, outputs * LANES, LANES):
            v, d = tanh_and_slope(load_sixteen(w, source + i))
            store(w, y + i, v)
            store(w, slope + i, d)
    elif opcode != NONE:
        map_all(stages, s, w, opcode, source, y, slope, outputs)


@njit_fast
def map_all(stages: Pointer, s: int, w: Pointer, opcode: int, source: int, y: int, slope: int, outputs: int) -> None:
    """Any map of a stage, from the numbers at `source`; a formula's steps are read once for two rows."""
    if opcode == FORMULA:
        for i in range(0, outputs * LANES, 2 * LANES):
            count = min(2 * LANES, outputs * LANES - i)
            v, d = interpreted(stages, s, w, LANES, load_thirty_two(w, source + i), count)
            store(w, y + i, v)
            store(w, slope + i, d)
        return
    for i in range(0, outputs * LANES, LANES):
        v, d = value_and_slope(opcode, load_sixteen(w, source + i), LANES)
        store(w, y + i, v)
        store(w, slope + i, d)


@njit_call
def map_all_apart(
    stages: Pointer, s: int, w: Pointer, opcode: int, source: int, y: int, slope: int, outputs: int
) -> None:
    """`map_all` as a call, for programs of many loops that each would hold all maps."""
    map_all(stages, s, w, opcode, source, y, slope, outputs)


@njit_fast
def affine_of_eight(p: Pointer, m: int, b: int, w: Pointer, x: int, y: int, outputs: int) -> None:
    """M x + b of eight inputs, which stay in registers; the sums have the order of `products`."""
    x0, x1, x2, x3 = four(w, x)
    x4, x5, x6, x7 = four(w, x + 4 * LANES)
    for i in range(0, outputs * LANES, LANES):
        m0, m1, m2, m3 = four(p, m + 8 * i)
        m4, m5, m6, m7 = four(p, m + 8 * i + 4 * LANES)
        total = ((m0 * x0 + m1 * x1) + (m2 * x2 + m3 * x3)) + ((m4 * x4 + m5 * x5) + (m6 * x6 + m7 * x7))
        store(w, y + i, total + load_sixteen(p, b + i))


@njit_fast
def four(a: Pointer, q: int) -> tuple[Vec, Vec, Vec, Vec]:
    """Four numbers of sixteen runs, from a place on."""
    return (
        load_sixteen(a, q), load_sixteen(a, q + LANES), load_sixteen(a, q + 2 * LANES), load_sixteen(a, q + 3 * LANES),
    )  # fmt: skip


@njit_fast
def products(a: Pointer, q: int, b: Pointer, x: int, count: int) -> Vec:
    """The sum of a times b over `count` numbers, in each lane in the order of `sum_lanes`."""
    first = count & -8
    if first > 0:
        total = whole_products(a, q, b, x, first)
    else:
        total, first = product(a, q, b, x, 0), 1
    for k in range(first, count):
        total = total + product(a, q, b, x, k)
    return total


@njit_fast
def whole_products(a: Pointer, q: int, b: Pointer, x: int, whole: int) -> Vec:
    """The sum of a times b over whole blocks of eight: eight partial sums, joined in pairs."""
    t0, t1, t2, t3 = product(a, q, b, x, 0), product(a, q, b, x, 1), product(a, q, b, x, 2), product(a, q, b, x, 3)
    t4, t5, t6, t7 = product(a, q, b, x, 4), product(a, q, b, x, 5), product(a, q, b, x, 6), product(a, q, b, x, 7)
    for _ in range(8, whole, 8):
        q, x = q + 8 * LANES, x + 8 * LANES
        t0, t1 = t0 + product(a, q, b, x, 0), t1 + product(a, q, b, x, 1)
        t2, t3 = t2 + product(a, q, b, x, 2), t3 + product(a, q, b, x, 3)
        t4, t5 = t4 + product(a, q, b, x, 4), t5 + product(a, q, b, x, 5)
        t6, t7 = t6 + product(a, q, b, x, 6), t7 + product(a, q, b, x, 7)
    return ((t0 + t1) + (t2 + t3)) + ((t4 + t5) + (t6 + t7))


@njit_fast
def product(a: Pointer, q: int, b: Pointer, x: int, k: int) -> Vec:
    """Number k of a times number k of b."""
    return load_sixteen(a, q + k * LANES) * load_sixteen(b, x + k * LANES)


@njit_fast
def loss_and_gradient(stages: Pointer, s: int, w: Pointer, targets: Pointer, t: int, alphas: Vec) -> Vec:
    """The losses of one sample; sets the last stage's ∂loss/∂output to the error times alpha."""
    y, gradient, outputs = get(stages, s + Y) * LANES, get(stages, s + GRADIENT) * LANES, get(stages, s + OUTPUTS)
    for i in range(outputs):
        store(w, gradient + i * LANES, load_sixteen(w, y + i * LANES) - get(targets, t + i))
    loss = products(w, gradient, w, gradient, outputs) / 2.0
    for i in range(gradient, gradient + outputs * LANES, LANES):
        store(w, i, load_sixteen(w, i) * alphas)
    return loss


@njit_fast
def gradient_before_map(stages: Pointer, s: int, w: Pointer, i: int) -> Vec:
    """∂loss/∂output of a stage's affine layer, or ∂loss/∂input of its map, in row i (counted in doubles)."""
    g = load_sixteen(w, get(stages, s + GRADIENT) * LANES + i)
    if get(stages, s + MAP) != NONE:
        g = load_sixteen(w, get(stages, s + SLOPE) * LANES + i) * g
    return g


@njit_fast
def as_it_is(_changed: Changed, _q: int, gradient: Vec) -> Vec:
    """The first part of a change that has one part only: the gradient itself."""
    return gradient


@njit_fast
def nothing_more(_changed: Changed, begun: Vec) -> Vec:
    """The second part of such a change: nothing to do."""
    return begun


@njit_fast
def subtract(p: Pointer, q: int, gradient: Vec, _decays: int) -> None:
    """Subtracts the gradient of one parameter in sixteen runs from it."""
    store(p, q, load_sixteen(p, q) - gradient)


@njit_fast
def pass_back(
    stages: Pointer,
    s: int,
    p: Pointer,
    w: Pointer,
    changed: Changed,
    begin: MoveBegin,
    go_on: MoveGoOn,
    finish: MoveFinish,
) -> None:
    """Sets ∂loss/∂output of the stage before to this one's ∂loss/∂input, and changes what stands for M and b.

    This stage's gradient becomes that before its map. Sums of four columns of M at once stay in registers.
    """
    to = get(stages, s - FIELDS + GRADIENT) * LANES
    if get(stages, s + ROWS) == NONE:
        for i in range(0, get(stages, s + OUTPUTS) * LANES, LANES):
            store(w, to + i, gradient_before_map(stages, s, w, i))
        return
    outputs, x, gradient = get(stages, s + OUTPUTS), get(stages, s + X) * LANES, get(stages, s + GRADIENT) * LANES
    width, q = get(stages, s + INPUTS) * LANES, get(stages, s + FLAT) * LANES
    b = q + width * outputs
    for i in range(0, outputs * LANES, LANES):
        g = gradient_before_map(stages, s, w, i)
        store(w, gradient + i, g)
        finish(changed, b + i, go_on(changed, begin(changed, b + i, g)), 0)
    j = 0
    while j + 4 * LANES <= width:
        t0 = t1 = t2 = t3 = sixteen_negative_zeros()
        at = q + j
        for i in range(gradient, gradient + outputs * LANES, LANES):
            g = load_sixteen(w, i)
            m0, m1, m2, m3 = four(p, at)
            t0, t1, t2, t3 = t0 + m0 * g, t1 + m1 * g, t2 + m2 * g, t3 + m3 * g
            change_four(w, x + j, g, changed, at, begin, go_on, finish)
            at += width
        store(w, to + j, t0)
        store(w, to + j + LANES, t1)
        store(w, to + j + 2 * LANES, t2)
        store(w, to + j + 3 * LANES, t3)
        j += 4 * LANES
    while j < width:
        total, at = sixteen_negative_zeros(), q + j
        for i in range(gradient, gradient + outputs * LANES, LANES):
            g = load_sixteen(w, i)
            total = total + load_sixteen(p, at) * g
            change_one(w, x + j, g, changed, at, begin, go_on, finish)
            at += width
        store(w, to + j, total)
        j += LANES


@njit_fast
def change_alone(
    stages: Pointer,
    s: int,
    w: Pointer,
    changed: Changed,
    begin: MoveBegin,
    go_on: MoveGoOn,
    finish: MoveFinish,
) -> None:
    """Changes what stands for M and b of a stage whose ∂loss/∂input is not needed, or set already."""
    if get(stages, s + ROWS) == NONE:
        return
    outputs, x = get(stages, s + OUTPUTS), get(stages, s + X) * LANES
    width, q = get(stages, s + INPUTS) * LANES, get(stages, s + FLAT) * LANES
    b = q + width * outputs
    for i in range(0, outputs * LANES, LANES):
        g = gradient_before_map(stages, s, w, i)
        finish(changed, b + i, go_on(changed, begin(changed, b + i, g)), 0)
        j = 0
        while j + 4 * LANES <= width:
            change_four(w, x + j, g, changed, q + j, begin, go_on, finish)
            j += 4 * LANES
        while j < width:
            change_one(w, x + j, g, changed, q + j, begin, go_on, finish)
            j += LANES
        q += width


@njit_fast
def change_one(
    w: Pointer, x: int, g: Vec, changed: Changed, q: int, begin: MoveBegin, go_on: MoveGoOn, finish: MoveFinish
) -> None:
    """Changes what stands for one number of M, whose input is at x and whose row has the gradient g."""
    finish(changed, q, go_on(changed, begin(changed, q, load_sixteen(w, x) * g)), 1)


@njit_fast
def change_four(
    w: Pointer, x: int, g: Vec, changed: Changed, q: int, begin: MoveBegin, go_on: MoveGoOn, finish: MoveFinish
) -> None:
    """`change_one` for four: one change begins, the one before it goes on and the one before that is finished."""
    x0, x1, x2, x3 = four(w, x)
    begun0 = begin(changed, q, x0 * g)
    begun1 = begin(changed, q + LANES, x1 * g)
    gone_on0 = go_on(changed, begun0)
    begun2 = begin(changed, q + 2 * LANES, x2 * g)
    gone_on1 = go_on(changed, begun1)
    finish(changed, q, gone_on0, 1)
    begun3 = begin(changed, q + 3 * LANES, x3 * g)
    gone_on2 = go_on(changed, begun2)
    finish(changed, q + LANES, gone_on1, 1)
    gone_on3 = go_on(changed, begun3)
    finish(changed, q + 2 * LANES, gone_on2, 1)
    finish(changed, q + 3 * LANES, gone_on3, 1)


@njit_fast
def settled_losses(losses: Pointer, n: int) -> Vec:
    """The mean of the last max(1, n//10) losses, in the order in which a single run sums them."""
    tail = max(1, n // 10)
    return sum_of_rows(losses, (n - tail) * LANES, tail) / float(tail)


@njit_fast
def sound_steps(losses: Pointer, n: int) -> Vec:
    """The number of steps before each run diverged, n if it never did; `first_divergence` is the definition."""
    first = load_sixteen(losses, 0)
    limit = where_greater(first, 1.0, first, 1.0) * DIVERGED_PAST
    limit = where_greater(limit, LARGEST, LARGEST, limit)
    alive, sound = broadcast(first, 1.0), broadcast(first, 0.0)
    for k in range(0, n * LANES, LANES):
        alive = where_at_most(load_sixteen(losses, k), limit, alive, 0.0)
        sound = sound + alive
    return sound
