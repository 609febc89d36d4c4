"""Formulas on vectors: an interpreter of flat programs, so that no formula ever costs a compilation.

`engine.formula.operations` is the definition; this repeats each of its rows by the same operations. The registers of a
formula lie in a run's scratch numbers, where its constants have been stored.
"""

from typing import Any

from engine.formula.operations import OPERATIONS
from engine.kernel.native import activations
from engine.kernel.native.activations import Vec, compiled, opcodes_of
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

Start = Any
"""Where an array of numbers begins."""

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
) = opcodes_of(OPERATIONS, TWINS, "operation")


@compiled
def value_and_slope(stages: Start, s: int, w: Start, lanes: int, opcode: int, x: Vec, count: int) -> tuple[Vec, Vec]:
    """f(x) and f′(x) of the first `count` numbers of a vector, for the map of stage s; `lanes` runs share `w`."""
    if opcode == FORMULA:
        return interpreted(stages, s, w, lanes, x, count)
    return activations.value_and_slope(opcode, x, count)


@compiled
def interpreted(stages: Start, s: int, w: Start, lanes: int, x: Vec, count: int) -> tuple[Vec, Vec]:
    """Runs the program of a stage's formula, with x in register 0."""
    code = get(stages, s + CODE)
    registers, stride = get(stages, code + REGISTERS) * lanes, stride_of(x)
    store(w, registers, x)
    for step in range(code + STEPS, get(stages, code + END), STEP):
        a = load_like(x, w, registers + get(stages, step + A) * stride)
        b = load_like(x, w, registers + get(stages, step + B) * stride)
        c = load_like(x, w, registers + get(stages, step + C) * stride)
        store(w, registers + get(stages, step + TO) * stride, result(get(stages, step + OPCODE), a, b, c, count))
    value = load_like(x, w, registers + get(stages, code + VALUE_IN) * stride)
    return value, load_like(x, w, registers + get(stages, code + SLOPE_IN) * stride)


@compiled
def result(opcode: int, a: Vec, b: Vec, c: Vec, count: int) -> Vec:
    """One operation on as many vectors as it takes."""
    if opcode <= NEGATE:
        return arithmetic(opcode, a, b)
    if opcode <= WHERE:
        return comparison(opcode, a, b, c)
    if opcode <= SQRT:
        return piecewise(opcode, a, b)
    if opcode <= SOFTPLUS:
        return exponential(opcode, a, count)
    return from_c_library(opcode, a, b, count)


@compiled
def arithmetic(opcode: int, a: Vec, b: Vec) -> Vec:
    """Operations of the processor."""
    if opcode == ADD:
        return a + b
    if opcode == SUBTRACT:
        return a - b
    if opcode == MULTIPLY:
        return a * b
    if opcode == DIVIDE:
        return a / b
    return -a


@compiled
def comparison(opcode: int, a: Vec, b: Vec, c: Vec) -> Vec:
    """1 or 0, and the choice by it."""
    if opcode == LESS:
        return where_greater(b, a, 1.0, 0.0)
    if opcode == AT_MOST:
        return where_at_most(a, b, 1.0, 0.0)
    if opcode == EQUAL:
        return where_equal(a, b, 1.0, 0.0)
    if opcode == UNEQUAL:
        return where_equal(a, b, 0.0, 1.0)
    return where_equal(a, 0.0, c, b)


@compiled
def piecewise(opcode: int, a: Vec, b: Vec) -> Vec:
    """Piecewise linear functions, and the square root."""
    if opcode == MAX:
        return where_greater(a, b, a, where_at_most(a, b, b, a + b))
    if opcode == MIN:
        return where_greater(b, a, a, where_at_most(b, a, b, a + b))
    if opcode == SQRT:
        return root(a)
    if opcode == FLOOR:
        return floored(a)
    return bent_at_0(opcode, a)


@compiled
def bent_at_0(opcode: int, a: Vec) -> Vec:
    """Functions that bend or jump at 0."""
    if opcode == ABS:
        return absolute(a)
    if opcode == RELU:
        return activations.relu(a)
    if opcode == SIGN:
        return where_greater(a, 0.0, 1.0, where_greater(0.0, a, -1.0, a + 0.0))
    return where_greater(a, 0.0, 1.0, 0.0)


@compiled
def exponential(opcode: int, a: Vec, count: int) -> Vec:
    """Functions of eˣ."""
    if opcode == EXP:
        return activations.exp(a)
    if opcode == EXPM1:
        return activations.expm1(a)
    if opcode == TANH:
        return activations.tanh(a)
    if opcode == SIGMOID:
        return activations.sigmoid(a)
    return activations.softplus(a, count)


@compiled
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


@compiled
def trigonometric(opcode: int, a: Vec, count: int) -> Vec:
    """The trigonometric ones."""
    if opcode == SIN:
        return sin_of_first(a, count)
    if opcode == COS:
        return cos_of_first(a, count)
    if opcode == TAN:
        return tan_of_first(a, count)
    return arctan_of_first(a, count)
