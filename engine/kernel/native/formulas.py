"""Formulas on vectors: an interpreter of flat programs, so that no formula ever costs a compilation.

`engine.formula.operations` is the definition; this repeats each of its rows by the same operations. The registers of a
formula lie in a run's scratch numbers, where its constants have been stored.
"""

from engine.formula.operations import OPERATIONS
from engine.kernel.native import activations
from engine.kernel.native.activations import Vec, njit_call, njit_fast, opcodes_of
from engine.kernel.native.arguments import Pointer
from engine.kernel.native.vectors import (
    absolute,
    arctan_of_first,
    cos_of_first,
    cosh_of_first,
    floored,
    get,
    load_like,
    log1p_of_first,
    log_of_first,
    power_of_first,
    root,
    sin_of_first,
    sinh_of_first,
    store,
    stride_of,
    tan_of_first,
    where_at_most,
    where_equal,
    where_greater,
)
from engine.kernel.program import CODE, END, FORMULA, OPCODE, REGISTERS, SLOPE_IN, STEP, STEPS, TO, VALUE_IN, A, B, C

TWINS = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "negate",
    "less",
    "at most",
    "equal",
    "unequal",
    "where",
    "abs",
    "sign",
    "relu",
    "step",
    "floor",
    "max",
    "min",
    "sqrt",
    "exp",
    "expm1",
    "tanh",
    "sigmoid",
    "softplus",
    "log",
    "log1p",
    "sin",
    "cos",
    "tan",
    "arctan",
    "sinh",
    "cosh",
    "power",
    "where positive",
)
"""The operations that have a vector version here, in their order."""

(
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    NEGATE,
    LESS,
    AT_MOST,
    EQUAL,
    UNEQUAL,
    WHERE,
    ABS,
    SIGN,
    RELU,
    HEAVISIDE,
    FLOOR,
    MAX,
    MIN,
    SQRT,
    EXP,
    EXPM1,
    TANH,
    SIGMOID,
    SOFTPLUS,
    LOG,
    LOG1P,
    SIN,
    COS,
    TAN,
    ARCTAN,
    SINH,
    COSH,
    POWER,
    WHERE_POSITIVE,
) = opcodes_of(OPERATIONS, TWINS, "operation")


@njit_fast
def value_and_slope(
    stages: Pointer, s: int, w: Pointer, lanes: int, opcode: int, x: Vec, count: int
) -> tuple[Vec, Vec]:
    """f(x) and f′(x) of the first `count` numbers of a vector, for the map of stage s; `lanes` runs share `w`."""
    if opcode == FORMULA:
        return interpreted(stages, s, w, lanes, x, count)
    return activations.value_and_slope(opcode, x, count)


@njit_call
def value_and_slope_apart(
    stages: Pointer, s: int, w: Pointer, lanes: int, opcode: int, x: Vec, count: int
) -> tuple[Vec, Vec]:
    """`value_and_slope` as a call, for loops that shall not hold all maps."""
    return value_and_slope(stages, s, w, lanes, opcode, x, count)


@njit_fast
def interpreted(stages: Pointer, s: int, w: Pointer, lanes: int, x: Vec, count: int) -> tuple[Vec, Vec]:
    """Runs the program of a stage's formula, whose register 0 is x."""
    code = get(stages, s + CODE)
    registers, stride = get(stages, code + REGISTERS) * lanes, stride_of(x)
    last, at = x, 0
    for step in range(code + STEPS, get(stages, code + END), STEP):
        a = register(w, registers, stride, get(stages, step + A), x, last, at)
        b = register(w, registers, stride, get(stages, step + B), x, last, at)
        c = register(w, registers, stride, get(stages, step + C), x, last, at)
        at = get(stages, step + TO)
        last = result(get(stages, step + OPCODE), a, b, c, count)
        store(w, registers + at * stride, last)
    value = register(w, registers, stride, get(stages, code + VALUE_IN), x, last, at)
    return value, register(w, registers, stride, get(stages, code + SLOPE_IN), x, last, at)


@njit_fast
def register(w: Pointer, registers: int, stride: int, number: int, x: Vec, last: Vec, at: int) -> Vec:
    """The value of a register: neither x nor the last result, which was put into register `at`, comes from memory."""
    if number == at:
        return last
    if number == 0:
        return x
    return load_like(x, w, registers + number * stride)


@njit_fast
def result(opcode: int, a: Vec, b: Vec, c: Vec, count: int) -> Vec:  # noqa: C901, PLR0911, PLR0912
    """One operation on the vectors that it takes; LLVM turns this chain of equal tests into a jump through a table."""
    if opcode == ADD:
        return a + b
    if opcode == SUBTRACT:
        return a - b
    if opcode == MULTIPLY:
        return a * b
    if opcode == DIVIDE:
        return a / b
    if opcode == NEGATE:
        return -a
    if opcode == LESS:
        return where_greater(b, a, 1.0, 0.0)
    if opcode == AT_MOST:
        return where_at_most(a, b, 1.0, 0.0)
    if opcode == EQUAL:
        return where_equal(a, b, 1.0, 0.0)
    if opcode == UNEQUAL:
        return where_equal(a, b, 0.0, 1.0)
    if opcode == WHERE:
        return where_equal(a, 0.0, c, b)
    if opcode == WHERE_POSITIVE:
        return where_greater(a, 0.0, b, c)
    if opcode == ABS:
        return absolute(a)
    if opcode == SIGN:
        return sign(a)
    if opcode == RELU:
        return activations.relu(a)
    if opcode == HEAVISIDE:
        return where_greater(a, 0.0, 1.0, 0.0)
    if opcode == FLOOR:
        return floored(a)
    if opcode == MAX:
        return where_greater(a, b, a, where_at_most(a, b, b, a + b))
    if opcode == MIN:
        return where_greater(b, a, a, where_at_most(b, a, b, a + b))
    if opcode == SQRT:
        return root(a)
    if opcode == EXP:
        return activations.exp(a)
    if opcode == EXPM1:
        return activations.expm1(a)
    if opcode == TANH:
        return activations.tanh(a)
    if opcode == SIGMOID:
        return activations.sigmoid(a)
    if opcode == SOFTPLUS:
        return activations.softplus(a, count)
    return from_c_library(opcode, a, b, count)


@njit_fast
def sign(a: Vec) -> Vec:
    """−1, 0 or 1."""
    return where_greater(a, 0.0, 1.0, where_greater(0.0, a, -1.0, a + 0.0))


@njit_fast
def from_c_library(opcode: int, a: Vec, b: Vec, count: int) -> Vec:
    """Functions that the C library computes one number at a time."""
    if opcode == LOG:
        return log_of_first(a, count)
    if opcode == LOG1P:
        return log1p_of_first(a, count)
    if opcode == POWER:
        return power_of_first(a, b, count)
    if opcode == SINH:
        return sinh_of_first(a, count)
    if opcode == COSH:
        return cosh_of_first(a, count)
    return trigonometric(opcode, a, count)


@njit_fast
def trigonometric(opcode: int, a: Vec, count: int) -> Vec:
    """The trigonometric ones."""
    if opcode == SIN:
        return sin_of_first(a, count)
    if opcode == COS:
        return cos_of_first(a, count)
    if opcode == TAN:
        return tan_of_first(a, count)
    return arctan_of_first(a, count)
