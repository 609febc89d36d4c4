"""One run of a narrow network, whose layers are affine and have at most eight inputs and outputs each.

The vector of a layer's outputs, and that of a gradient, then stay in a register on their way to the next layer. Sums
have the order that `interpreter` gives them.
"""

from engine.kernel.native.activations import TANH, Vec, njit_fast, tanh_and_slope
from engine.kernel.native.arguments import Change, Changed, Pointer, Run
from engine.kernel.native.formulas import value_and_slope_apart
from engine.kernel.native.losses import HALF_SQUARE, other_loss_and_gradient
from engine.kernel.native.vectors import (
    first_of,
    get,
    join,
    join_rows,
    lane,
    load,
    load_first,
    put,
    store,
)
from engine.kernel.program import BIASES, COLUMNS, FIELDS, GRADIENT, INPUTS, MAP, NONE, OUTPUTS, ROWS, SLOPE, X, Y


@njit_fast
def learn_narrowly(run: Run, k: int, scale: float, loss: int, changed: Changed, change: Change) -> None:
    """Takes the loss of sample k, and hands its gradients times `scale` to `change`."""
    _, p, stages, last, w, inputs, targets, losses = run
    width = get(stages, INPUTS)
    x = k * width
    v, d = respond(stages, 0, p, w, inputs, x, load_first(inputs, x, width))
    for s in range(FIELDS, last + FIELDS, FIELDS):
        store(w, get(stages, s + X), v)
        v, d = respond(stages, s, p, w, w, get(stages, s + X), v)
    if loss == HALF_SQUARE:
        value, g = loss_and_gradient(get(stages, last + OUTPUTS), v, d, targets, scale, k)
    else:
        store(w, get(stages, last + Y), v)
        value = other_loss_and_gradient(stages, last, w, targets, scale, k, loss)
        g = load(w, get(stages, last + GRADIENT))
    put(losses, k, value)
    for s in range(last, 0, -FIELDS):
        g = pass_back(stages, s, p, w, g, changed, change)
    change_first(stages, w, inputs, x, g, changed, change)


@njit_fast
def respond(stages: Pointer, s: int, p: Pointer, w: Pointer, source: Pointer, x: int, v: Vec) -> tuple[Vec, Vec]:
    """A stage's outputs and slopes from its inputs, which are the lanes of v and stand in `source` from x on."""
    inputs, opcode = get(stages, s + INPUTS), get(stages, s + MAP)
    if inputs == 8:
        q = get(stages, s + ROWS)
        total = join_rows(
            load(p, q) * v, load(p, q + 8) * v, load(p, q + 16) * v, load(p, q + 24) * v,
            load(p, q + 32) * v, load(p, q + 40) * v, load(p, q + 48) * v, load(p, q + 56) * v,
        )  # fmt: skip
    else:
        column = get(stages, s + COLUMNS)
        total = load(p, column) * get(source, x)
        for j in range(1, inputs):
            total = total + load(p, column + 8 * j) * get(source, x + j)
    y = total + load(p, get(stages, s + BIASES))
    if opcode == TANH:
        y, d = tanh_and_slope(y)
    elif opcode == NONE:
        return y, load(w, get(stages, s + SLOPE))
    else:
        y, d = value_and_slope_apart(stages, s, w, 1, opcode, y, get(stages, s + OUTPUTS))
    store(w, get(stages, s + SLOPE), d)
    return y, d


@njit_fast
def loss_and_gradient(outputs: int, y: Vec, slope: Vec, targets: Pointer, alpha: float, k: int) -> tuple[float, Vec]:
    """Half the squared error of sample k, and slopes times error times alpha, 0 in the padding."""
    e = first_of(y - load_first(targets, k * outputs, outputs), outputs)
    squares = e * e
    if outputs == 8:
        total = join(squares)
    else:
        total = lane(squares, 0)
        for r in range(1, outputs):
            total += lane(squares, r)
    return total / 2.0, slope * (e * alpha)


@njit_fast
def pass_back(stages: Pointer, s: int, p: Pointer, w: Pointer, g: Vec, changed: Changed, change: Change) -> Vec:
    """The gradient of the stage before from the gradient g of this one; changes what stands for M and b."""
    inputs, outputs, x = get(stages, s + INPUTS), get(stages, s + OUTPUTS), get(stages, s + X)
    gradient, slope = get(stages, s + GRADIENT), get(stages, s - FIELDS + SLOPE)
    store(w, gradient, g)
    if inputs == 8:
        v, q, one = load(w, x), get(stages, s + ROWS), lane(g, 0)
        total = load(p, q) * one
        change(changed, q, v * one, 1)
        for i in range(1, outputs):
            q += 8
            one = get(w, gradient + i)
            total = total + load(p, q) * one
            change(changed, q, v * one, 1)
        before = load(w, slope) * total
    else:
        to, column = get(stages, s - FIELDS + GRADIENT), get(stages, s + COLUMNS)
        for j in range(inputs):
            one = get(p, column) * lane(g, 0)
            for i in range(1, outputs):
                one += get(p, column + i) * get(w, gradient + i)
            put(w, to + j, get(w, slope + j) * one)
            change(changed, column, g * get(w, x + j), 1)
            column += 8
        before = load(w, to)
    change(changed, get(stages, s + BIASES), g, 0)
    return before


@njit_fast
def change_first(
    stages: Pointer, w: Pointer, inputs: Pointer, x: int, g: Vec, changed: Changed, change: Change
) -> None:
    """Changes what stands for M and b of the first stage, whose inputs stand in `inputs` from x on."""
    width = get(stages, INPUTS)
    if width == 8:
        gradient, v, q = get(stages, GRADIENT), load(inputs, x), get(stages, ROWS)
        store(w, gradient, g)
        for i in range(get(stages, OUTPUTS)):
            change(changed, q, v * get(w, gradient + i), 1)
            q += 8
    else:
        column = get(stages, COLUMNS)
        for j in range(width):
            change(changed, column + 8 * j, g * get(inputs, x + j), 1)
    change(changed, get(stages, BIASES), g, 0)
