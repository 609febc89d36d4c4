"""One run: the kernel's interpreter, which trains a network's parameters sample after sample, as its table says.

Every sum has the order that the readable layers write down; −0 is where a sum starts, because −0 + x is x for every x.
`p` holds the parameters in the kernel's order, `w` the scratch numbers, and a place in either counts doubles. The
gradient of a stage is ∂loss/∂(M x + b): it is multiplied by the slopes of the map as soon as it is known.
"""

from typing import Any

from engine.kernel.native.activations import TANH, Vec, njit_call, njit_fast, njit_inline, tanh_and_slope
from engine.kernel.native.arguments import Array, Change, Changed, MapAll, MapOne, Pointer, Run
from engine.kernel.native.formulas import value_and_slope
from engine.kernel.native.losses import HALF_SQUARE
from engine.kernel.native.narrow_interpreter import learn_narrowly
from engine.kernel.native.vectors import (
    aligned_start_of,
    first_of,
    get,
    join,
    join_rows,
    lane,
    load,
    load_first,
    load_pair,
    negative_zeros,
    put,
    start_of,
    store,
)
from engine.kernel.program import (
    BIASES,
    COLUMNS,
    FIELDS,
    GRADIENT,
    INPUTS,
    LAST,
    MAP,
    NARROW,
    NONE,
    OUTPUTS,
    ROWS,
    SLOPE,
    X,
    Y,
)


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
) -> None:
    """Takes one step for each loss, and trains the parameters in `flat` in place.

    After every `every`-th step the flat parameters are copied into the next row of `snapshots`, while there is one.
    `frozen` holds places in `flat`: those numbers move with the others in a step, and are restored after it. `p` and
    `w` are zeros, used from the first aligned one on, so they are seven longer than what they hold.
    """
    parameters = aligned_start_of(p)
    run = (
        alpha, parameters, start_of(stages), stages[LAST], aligned_start_of(w), start_of(inputs), start_of(targets),
        start_of(losses),
    )  # fmt: skip
    in_stretches(places, flat, parameters, losses.size, every, snapshots, frozen, steps, run)


def respond_to_all(
    stages: Array, places: Array, flat: Array, p: Array, w: Array, inputs: Array, count: int, first: int, outputs: Array
) -> None:
    """Puts the outputs of `count` vectors into `outputs`: those of the stage whose row begins at `first`, vector after
    vector, then those of each stage behind it. `p` and `w` are as long as in `train`."""
    table, parameters, numbers = start_of(stages), aligned_start_of(p), aligned_start_of(w)
    for q in range(places.size):
        put(parameters, places[q], flat[q])
    for k in range(count):
        take_in(table, numbers, start_of(inputs), k)
        before = 0
        for s in range(0, stages[LAST] + FIELDS, FIELDS):
            respond(table, s, parameters, numbers, map_all_apart)
            if s >= first:
                width, y = get(table, s + OUTPUTS), get(table, s + Y)
                for i in range(width):
                    outputs[before * count + k * width + i] = get(numbers, y + i)
                before += width


@njit_inline
def in_stretches(
    places: Array,
    flat: Array,
    p: Pointer,
    n: int,
    every: int,
    snapshots: Array,
    frozen: Array,
    steps: Any,
    run: Any,
) -> None:
    """Learns n samples by steps(run, start, stop), with a stop wherever numbers are copied or restored."""
    count = places.size
    for q in range(count):
        put(p, places[q], flat[q])
    row, at_once = 0, every if frozen.size == 0 else 1
    for start in range(0, n, at_once):
        stop = min(start + at_once, n)
        steps(run, start, stop)
        for q in frozen:
            put(p, places[q], flat[q])
        if stop % every == 0 and (row + 1) * count <= snapshots.size:
            for q in range(count):
                snapshots[row * count + q] = get(p, places[q])
            row += 1
    for q in range(count):
        flat[q] = get(p, places[q])


@njit_inline
def steps(run: Run, start: int, stop: int) -> None:
    """The steps from `start` to before `stop`."""
    alpha, p, stages, last, w, inputs, targets, losses = run
    if is_a_pair(stages, last):
        steps_of_a_pair(stages, p, w, inputs, targets, alpha, losses, start, stop)
        return
    fill_slopes(stages, last, w)
    if get(stages, NARROW):
        steps_of_a_narrow_one(run, start, stop)
    else:
        steps_of_any(run, start, stop)


@njit_call
def steps_of_any(run: Run, start: int, stop: int) -> None:
    """The steps of any network."""
    alpha, p, stages, last, w, inputs, targets, losses = run
    for k in range(start, stop):
        take_in(stages, w, inputs, k)
        for s in range(0, last + FIELDS, FIELDS):
            respond(stages, s, p, w, map_all)
        put(losses, k, loss_and_gradient(stages, last, w, targets, alpha, k))
        for s in range(last, 0, -FIELDS):
            pass_back(stages, s, p, w, p, subtract)
        change_first(stages, w, p, subtract)


@njit_call
def steps_of_a_narrow_one(run: Run, start: int, stop: int) -> None:
    """The steps of a network whose layers are affine and at most eight numbers wide."""
    alpha, p, _, _, _, _, _, _ = run
    for k in range(start, stop):
        learn_narrowly(run, k, alpha, HALF_SQUARE, p, subtract)


@njit_fast
def is_a_pair(stages: Pointer, last: int) -> bool:
    """Whether the network is a single affine layer from two numbers to two."""
    return last == 0 and get(stages, INPUTS) == 2 and get(stages, OUTPUTS) == 2 and get(stages, ROWS) != NONE


@njit_fast
def take_in(stages: Pointer, w: Pointer, inputs: Pointer, k: int) -> None:
    """Copies the inputs of sample k to the first stage."""
    width = get(stages, INPUTS)
    for j in range(0, width, 8):
        store(w, j, load_first(inputs, k * width + j, min(8, width - j)))


@njit_fast
def fill_slopes(stages: Pointer, last: int, w: Pointer) -> None:
    """Gives a stage without a map slopes of 1, so that no step has to test for it."""
    for s in range(0, last + FIELDS, FIELDS):
        if get(stages, s + MAP) == NONE:
            for i in range(get(stages, s + OUTPUTS)):
                put(w, get(stages, s + SLOPE) + i, 1.0)


@njit_call
def steps_of_a_pair(
    stages: Pointer,
    p: Pointer,
    w: Pointer,
    inputs: Pointer,
    targets: Pointer,
    alpha: float,
    losses: Pointer,
    start: int,
    stop: int,
) -> None:
    """The steps of a single affine layer from two numbers to two, whose parameters stay in registers."""
    columns, biases = get(stages, COLUMNS), get(stages, BIASES)
    m0, m1, b = load_pair(p, columns), load_pair(p, columns + 8), load_pair(p, biases)
    for k in range(start, stop):
        x0, x1 = get(inputs, 2 * k), get(inputs, 2 * k + 1)
        y = (m0 * x0 + m1 * x1) + b
        loss, g = loss_and_gradient_of_a_pair(stages, w, y, load_pair(targets, 2 * k), alpha, value_and_slope)
        put(losses, k, loss)
        m0, m1, b = m0 - g * x0, m1 - g * x1, b - g
    store(p, columns, m0)
    store(p, columns + 8, m1)
    store(p, biases, b)


@njit_fast
def loss_and_gradient_of_a_pair(
    stages: Pointer, w: Pointer, y: Vec, t: Vec, scale: float, any_map: MapOne
) -> tuple[float, Vec]:
    """The loss of two outputs before their map, and its gradient."""
    opcode = get(stages, MAP)
    if opcode == NONE:
        e = y - t
        g = e * scale
    else:
        value, slope = tanh_and_slope(y) if opcode == TANH else any_map(stages, 0, w, 1, opcode, y, 2)
        e = value - t
        g = slope * (e * scale)
    squares = e * e
    return (lane(squares, 0) + lane(squares, 1)) / 2.0, g


@njit_fast
def respond(stages: Pointer, s: int, p: Pointer, w: Pointer, map_all: MapAll) -> None:
    """A stage's outputs and slopes from its inputs."""
    outputs, opcode = get(stages, s + OUTPUTS), get(stages, s + MAP)
    source, y, slope = get(stages, s + X), get(stages, s + Y), get(stages, s + SLOPE)
    if get(stages, s + ROWS) != NONE:
        for i in range(0, outputs, 8):
            store(w, y + i, affine_of_eight(stages, s, p, w, i))
        source = y
    # Loops of their own: the maps of several vectors then overlap.
    if opcode == TANH:
        for i in range(0, outputs, 8):
            v, d = tanh_and_slope(load(w, source + i))
            store(w, y + i, v)
            store(w, slope + i, d)
    elif opcode != NONE:
        map_all(stages, s, w, opcode, source, y, slope, outputs)


@njit_fast
def map_all(stages: Pointer, s: int, w: Pointer, opcode: int, source: int, y: int, slope: int, outputs: int) -> None:
    """Any map of a stage, from the numbers at `source`."""
    for i in range(0, outputs, 8):
        v, d = value_and_slope(stages, s, w, 1, opcode, load(w, source + i), min(8, outputs - i))
        store(w, y + i, v)
        store(w, slope + i, d)


@njit_call
def map_all_apart(
    stages: Pointer, s: int, w: Pointer, opcode: int, source: int, y: int, slope: int, outputs: int
) -> None:
    """`map_all` as a call, for programs of many loops that each would hold all maps."""
    map_all(stages, s, w, opcode, source, y, slope, outputs)


@njit_fast
def affine_of_eight(stages: Pointer, s: int, p: Pointer, w: Pointer, i: int) -> Vec:
    """M x + b in the eight rows from i on."""
    x, inputs, outputs = get(stages, s + X), get(stages, s + INPUTS), get(stages, s + OUTPUTS)
    height, whole = (outputs + 7) & -8, inputs & -8
    total = negative_zeros()
    if whole > 0:
        total = blocks_of_eight(p, get(stages, s + ROWS) + i * whole, w, x, whole)
    column = get(stages, s + COLUMNS) + i
    for j in range(whole, inputs):
        total = total + load(p, column) * get(w, x + j)
        column += height
    return total + load(p, get(stages, s + BIASES) + i)


@njit_fast
def blocks_of_eight(p: Pointer, q: int, w: Pointer, x: int, whole: int) -> Vec:
    """Eight rows of M times x, over the columns that make whole blocks of eight."""
    q1, q2, q3 = q + whole, q + 2 * whole, q + 3 * whole
    q4, q5, q6, q7 = q + 4 * whole, q + 5 * whole, q + 6 * whole, q + 7 * whole
    v = load(w, x)
    a0, a1, a2, a3 = load(p, q) * v, load(p, q1) * v, load(p, q2) * v, load(p, q3) * v
    a4, a5, a6, a7 = load(p, q4) * v, load(p, q5) * v, load(p, q6) * v, load(p, q7) * v
    for j in range(8, whole, 8):
        v = load(w, x + j)
        a0, a1 = a0 + load(p, q + j) * v, a1 + load(p, q1 + j) * v
        a2, a3 = a2 + load(p, q2 + j) * v, a3 + load(p, q3 + j) * v
        a4, a5 = a4 + load(p, q4 + j) * v, a5 + load(p, q5 + j) * v
        a6, a7 = a6 + load(p, q6 + j) * v, a7 + load(p, q7 + j) * v
    return join_rows(a0, a1, a2, a3, a4, a5, a6, a7)


@njit_fast
def loss_and_gradient(stages: Pointer, s: int, w: Pointer, targets: Pointer, alpha: float, k: int) -> float:
    """The loss of sample k; the last stage's gradient becomes slopes times error times alpha, 0 in the padding."""
    y, slope, gradient = get(stages, s + Y), get(stages, s + SLOPE), get(stages, s + GRADIENT)
    outputs = get(stages, s + OUTPUTS)
    whole, lanes = outputs & -8, negative_zeros()
    for i in range(0, whole, 8):
        e = load(w, y + i) - load(targets, k * outputs + i)
        lanes = lanes + e * e
        store(w, gradient + i, load(w, slope + i) * (e * alpha))
    total = join(lanes) if whole > 0 else -0.0
    rest = outputs - whole
    if rest > 0:
        e = first_of(load(w, y + whole) - load_first(targets, k * outputs + whole, rest), rest)
        squares = e * e
        for r in range(rest):
            total += lane(squares, r)
        store(w, gradient + whole, load(w, slope + whole) * (e * alpha))
    return total / 2.0


@njit_fast
def subtract(p: Pointer, q: int, gradient: Vec, _decays: int) -> None:
    """Subtracts the gradient of eight parameters from them."""
    store(p, q, load(p, q) - gradient)


@njit_fast
def pass_back(stages: Pointer, s: int, p: Pointer, w: Pointer, changed: Changed, change: Change) -> None:
    """Sets the gradient of the stage before from the gradient of this one, and changes what stands for M and b."""
    slope, to = get(stages, s - FIELDS + SLOPE), get(stages, s - FIELDS + GRADIENT)
    if get(stages, s + ROWS) == NONE:
        gradient = get(stages, s + GRADIENT)
        for i in range(0, get(stages, s + OUTPUTS), 8):
            store(w, to + i, load(w, slope + i) * load(w, gradient + i))
        return
    pass_back_columns(stages, s, p, w, slope, to)
    pass_back_rows(stages, s, p, w, slope, to, changed, change)
    change_columns(stages, s, w, changed, change)


@njit_fast
def change_first(stages: Pointer, w: Pointer, changed: Changed, change: Change) -> None:
    """Changes what stands for M and b of the first stage, whose ∂loss/∂input is not needed."""
    if get(stages, ROWS) != NONE:
        change_rows(stages, 0, w, changed, change)
        change_columns(stages, 0, w, changed, change)


@njit_fast
def pass_back_columns(stages: Pointer, s: int, p: Pointer, w: Pointer, slope: int, to: int) -> None:
    """Mᵀ times the gradient, row after row, times the slopes, for the columns left over from whole blocks."""
    gradient, inputs, outputs = get(stages, s + GRADIENT), get(stages, s + INPUTS), get(stages, s + OUTPUTS)
    height, column = (outputs + 7) & -8, get(stages, s + COLUMNS)
    for j in range(inputs & -8, inputs):
        total = -0.0
        for i in range(outputs):
            total += get(p, column + i) * get(w, gradient + i)
        put(w, to + j, get(w, slope + j) * total)
        column += height


@njit_fast
def pass_back_rows(
    stages: Pointer, s: int, p: Pointer, w: Pointer, slope: int, to: int, changed: Changed, change: Change
) -> None:
    """Mᵀ times the gradient, times the slopes, for the whole blocks; their own gradient is taken in the same loop."""
    x, gradient, outputs = get(stages, s + X), get(stages, s + GRADIENT), get(stages, s + OUTPUTS)
    rows, whole = get(stages, s + ROWS), get(stages, s + INPUTS) & -8
    j = 0
    while j + 32 <= whole:
        four_blocks_back(p, rows + j, whole, w, x + j, gradient, outputs, slope + j, to + j, changed, change)
        j += 32
    while j < whole:
        q, v, total = rows + j, load(w, x + j), negative_zeros()
        for i in range(outputs):
            total = row_back(p, q, get(w, gradient + i), v, total, changed, change)
            q += whole
        store(w, to + j, load(w, slope + j) * total)
        j += 8


@njit_fast
def four_blocks_back(
    p: Pointer,
    q: int,
    whole: int,
    w: Pointer,
    x: int,
    gradient: int,
    outputs: int,
    slope: int,
    to: int,
    changed: Changed,
    change: Change,
) -> None:
    """Four blocks of columns at once, so that their sums need not wait for each other."""
    v0, v1, v2, v3 = load(w, x), load(w, x + 8), load(w, x + 16), load(w, x + 24)
    t0 = t1 = t2 = t3 = negative_zeros()
    for i in range(outputs):
        g = get(w, gradient + i)
        t0 = row_back(p, q, g, v0, t0, changed, change)
        t1 = row_back(p, q + 8, g, v1, t1, changed, change)
        t2 = row_back(p, q + 16, g, v2, t2, changed, change)
        t3 = row_back(p, q + 24, g, v3, t3, changed, change)
        q += whole
    store(w, to, load(w, slope) * t0)
    store(w, to + 8, load(w, slope + 8) * t1)
    store(w, to + 16, load(w, slope + 16) * t2)
    store(w, to + 24, load(w, slope + 24) * t3)


@njit_fast
def row_back(p: Pointer, q: int, g: float, v: Vec, total: Vec, changed: Changed, change: Change) -> Vec:
    """The sum with a row's term, taken before the row's gradient changes anything."""
    total = total + load(p, q) * g
    change(changed, q, v * g, 1)
    return total


@njit_fast
def change_rows(stages: Pointer, s: int, w: Pointer, changed: Changed, change: Change) -> None:
    """Hands on the gradient times xᵀ for the whole blocks of M."""
    x, gradient, q = get(stages, s + X), get(stages, s + GRADIENT), get(stages, s + ROWS)
    whole = get(stages, s + INPUTS) & -8
    if whole > 0:
        for i in range(get(stages, s + OUTPUTS)):
            g = get(w, gradient + i)
            for j in range(0, whole, 8):
                change(changed, q, load(w, x + j) * g, 1)
                q += 8


@njit_fast
def change_columns(stages: Pointer, s: int, w: Pointer, changed: Changed, change: Change) -> None:
    """Hands on the gradient times xᵀ for the left-over columns of M, and the gradient for the biases."""
    x, gradient, inputs = get(stages, s + X), get(stages, s + GRADIENT), get(stages, s + INPUTS)
    columns, biases, outputs = get(stages, s + COLUMNS), get(stages, s + BIASES), get(stages, s + OUTPUTS)
    height = (outputs + 7) & -8
    for i in range(0, outputs, 8):
        g, column = load(w, gradient + i), columns + i
        change(changed, biases + i, g, 0)
        for j in range(inputs & -8, inputs):
            change(changed, column, g * get(w, x + j), 1)
            column += height
