"""The losses on vectors, by the operations of the readable rows in order; `engine.rules.losses` is the definition."""

import math

from engine.kernel.native.activations import Vec, exp, njit_call, njit_fast, opcodes_of, sigmoid, softplus
from engine.kernel.native.arguments import Pointer
from engine.kernel.native.formulas import sign
from engine.kernel.native.vectors import (
    absolute,
    broadcast,
    first_of,
    get,
    join,
    lane,
    load,
    load_first,
    load_sixteen,
    log_of_first,
    negative_zeros,
    sixteen_negative_zeros,
    store,
    where_at_most,
    where_greater,
)
from engine.kernel.program import GRADIENT, OUTPUTS, SLOPE, Y
from engine.rules.losses import HUBER_BEND, LOSSES

RUNS = 16

TWINS = ("half square", "absolute", "huber", "logistic", "cross-entropy")
"""The rows that have a vector version here, in their order."""

HALF_SQUARE, ABSOLUTE, HUBER, LOGISTIC, CROSS_ENTROPY = opcodes_of(LOSSES, TWINS, "loss")


@njit_fast
def term_and_slope(loss: int, y: Vec, t: Vec, count: int) -> tuple[Vec, Vec]:
    """The term that each of the first `count` outputs adds to the loss, and the term's slope."""
    e = y - t
    if loss == LOGISTIC:
        return logistic(y, t, count)
    size, side = absolute(e), sign(e)
    if loss == ABSOLUTE:
        return size, side
    near = where_at_most(size, HUBER_BEND, e * e / 2.0, size - HUBER_BEND / 2.0)
    return near, where_at_most(size, HUBER_BEND, e, side)


@njit_call
def logistic(y: Vec, t: Vec, count: int) -> tuple[Vec, Vec]:
    """Term and slope of the logistic loss, kept out of the loops that the others are fast in."""
    z = -(t * y)
    return softplus(z, count), -(t * sigmoid(z))


@njit_call
def other_loss_and_gradient(
    stages: Pointer, s: int, w: Pointer, targets: Pointer, scale: float, k: int, loss: int
) -> float:
    """The loss of sample k, but half the square; the last stage's gradient becomes slopes times its slope times scale.

    It is 0 in the padding. The interpreters take half the square themselves.
    """
    if loss == CROSS_ENTROPY:
        return cross_entropy(stages, s, w, targets, scale, k)
    y, slope, gradient = get(stages, s + Y), get(stages, s + SLOPE), get(stages, s + GRADIENT)
    outputs = get(stages, s + OUTPUTS)
    whole, lanes = outputs & -8, negative_zeros()
    for i in range(0, whole, 8):
        term, side = term_and_slope(loss, load(w, y + i), load(targets, k * outputs + i), 8)
        lanes = lanes + term
        store(w, gradient + i, load(w, slope + i) * (side * scale))
    total = join(lanes) if whole > 0 else -0.0
    rest = outputs - whole
    if rest > 0:
        t = load_first(targets, k * outputs + whole, rest)
        term, side = term_and_slope(loss, load(w, y + whole), t, rest)
        for r in range(rest):
            total += lane(term, r)
        store(w, gradient + whole, load(w, slope + whole) * (first_of(side, rest) * scale))
    return total


@njit_fast
def cross_entropy(stages: Pointer, s: int, w: Pointer, targets: Pointer, scale: float, k: int) -> float:
    """The loss of sample k where outputs depend on each other; the powers stand in the gradient's place first."""
    y, slope, gradient = get(stages, s + Y), get(stages, s + SLOPE), get(stages, s + GRADIENT)
    outputs = get(stages, s + OUTPUTS)
    greatest = get(w, y)
    for i in range(1, outputs):
        greatest = max(greatest, get(w, y + i))
    whole, lanes = outputs & -8, negative_zeros()
    for i in range(0, outputs, 8):
        power = exp(load(w, y + i) - greatest)
        store(w, gradient + i, power)
        if i < whole:
            lanes = lanes + power
    powers = join(lanes) if whole > 0 else -0.0
    for i in range(whole, outputs):
        powers += get(w, gradient + i)
    log_of_powers = math.log(powers)
    lanes, total = negative_zeros(), -0.0
    for i in range(0, outputs, 8):
        count = min(8, outputs - i)
        t = load_first(targets, k * outputs + i, count)
        term = t * ((greatest - load(w, y + i)) + log_of_powers)
        side = first_of(load(w, gradient + i) / powers - t, count)
        store(w, gradient + i, load(w, slope + i) * (side * scale))
        if i < whole:
            lanes = lanes + term
        else:
            total = join(lanes) if whole > 0 else -0.0
            for r in range(count):
                total += lane(term, r)
    return total if whole < outputs else join(lanes)


@njit_fast
def other_losses_and_gradients(
    stages: Pointer, s: int, w: Pointer, targets: Pointer, t: int, scales: Vec, loss: int
) -> Vec:
    """The losses of one sample in sixteen runs, but half the square; sets the last stage's gradient."""
    y, gradient, outputs = get(stages, s + Y) * RUNS, get(stages, s + GRADIENT) * RUNS, get(stages, s + OUTPUTS)
    if loss == CROSS_ENTROPY:
        return cross_entropies(w, y, gradient, outputs, targets, t, scales)
    for i in range(outputs):
        at = i * RUNS
        output = load_sixteen(w, y + at)
        term, _ = term_and_slope(loss, output, broadcast(output, get(targets, t + i)), RUNS)
        store(w, gradient + at, term)
    total = sum_of_rows(w, gradient, outputs)
    for i in range(outputs):
        at = i * RUNS
        output = load_sixteen(w, y + at)
        _, side = term_and_slope(loss, output, broadcast(output, get(targets, t + i)), RUNS)
        store(w, gradient + at, side * scales)
    return total


@njit_call
def cross_entropies(w: Pointer, y: int, gradient: int, outputs: int, targets: Pointer, t: int, scales: Vec) -> Vec:
    """The losses of one sample in sixteen runs, where outputs depend on each other."""
    greatest = load_sixteen(w, y)
    for i in range(1, outputs):
        output = load_sixteen(w, y + i * RUNS)
        greatest = where_greater(output, greatest, output, greatest)
    for i in range(outputs):
        store(w, gradient + i * RUNS, exp(load_sixteen(w, y + i * RUNS) - greatest))
    powers = sum_of_rows(w, gradient, outputs)
    log_of_powers = log_of_first(powers, RUNS)
    for i in range(outputs):
        at = i * RUNS
        side = load_sixteen(w, gradient + at) / powers - get(targets, t + i)
        term = ((greatest - load_sixteen(w, y + at)) + log_of_powers) * get(targets, t + i)
        store(w, y + at, side)
        store(w, gradient + at, term)
    total = sum_of_rows(w, gradient, outputs)
    for i in range(outputs):
        store(w, gradient + i * RUNS, load_sixteen(w, y + i * RUNS) * scales)
    return total


@njit_fast
def sum_of_rows(w: Pointer, at: int, count: int) -> Vec:
    """The sum of `count` vectors of sixteen, in each lane in the order of `sum_lanes`."""
    whole, total = count & -8, sixteen_negative_zeros()
    if whole > 0:
        s0, s1 = every_eighth(w, at, 0, whole), every_eighth(w, at, 1, whole)
        s2, s3 = every_eighth(w, at, 2, whole), every_eighth(w, at, 3, whole)
        s4, s5 = every_eighth(w, at, 4, whole), every_eighth(w, at, 5, whole)
        s6, s7 = every_eighth(w, at, 6, whole), every_eighth(w, at, 7, whole)
        total = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
    for k in range(whole, count):
        total = total + load_sixteen(w, at + k * RUNS)
    return total


@njit_fast
def every_eighth(w: Pointer, at: int, k: int, whole: int) -> Vec:
    """The sum of vectors k, k + 8, k + 16, … from a place on."""
    total = sixteen_negative_zeros()
    for row in range(k, whole, 8):
        total = total + load_sixteen(w, at + row * RUNS)
    return total
