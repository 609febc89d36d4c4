"""The table that the kernel interprets: a row for each stage of a network, with the places of its numbers in memory.

A stage is an affine layer, a map layer, or an affine layer with the map layer after it. A matrix lies as it is summed:
whole blocks of eight columns row after row, then the columns that are left over, each by itself. Every stretch begins
at a multiple of eight and is filled up with zeros to one, so that vectors of eight need no end cases.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.activations import ACTIVATIONS, FormulaActivation, resolve_activation
from engine.base.numerics import LANES, FloatArray
from engine.formula.program import Program as FormulaProgram
from engine.layers.layers import AffinityLayer, IdentityLayer, MapLayer

Matrix = tuple[int, int]
"""The numbers of inputs and outputs of an affine layer."""

Shape = tuple[Matrix | str, ...]
"""A network as the kernel sees it: a matrix for an affine layer, its name or formula for a map layer."""

IntArray = NDArray[np.int64]

NONE = -1
"""The opcode of a stage without a map, and the place of a matrix that is not there."""

INPUTS, OUTPUTS, MAP, FLAT, ROWS, COLUMNS, BIASES, X, Y, SLOPE, GRADIENT, CODE, LAST, NARROW, FIELDS = range(15)
"""A stage's row: its sizes; its map's opcode; where its parameters begin in a flat row of them, and where its blocks,
left-over columns and biases begin in the kernel's order; where its inputs, outputs, slopes and gradient lie; where the
code of its formula is; where the last stage's row is, and 1 where all stages are affine and at most LANES wide."""

END, REGISTERS, VALUE_IN, SLOPE_IN, STEPS = range(5)
"""A formula's code: where it ends, where its registers lie, which of them end with value and slope; its steps."""

OPCODE, TO, A, B, C, STEP = range(6)
"""A step: its opcode, the register of its result, and those of its arguments (0 where it has fewer than three)."""

PROGRAMS = 32
"""The number of cached programs; eight layers 256 wide take four megabytes."""

OPCODES = {name: code for code, name in enumerate(ACTIVATIONS)}

FORMULA = len(ACTIVATIONS)
"""The opcode of any formula."""


@dataclass(frozen=True)
class Program:
    """A network's shape, ready to run; it holds no parameters and serves many threads at once."""

    stages: IntArray
    """FIELDS numbers for each stage, one stage after the other, and then the code of their formulas."""
    places: IntArray
    """The place of each of the flat parameters in the kernel's order."""
    inputs: int
    outputs: int
    padded: int
    """The length of the parameters in the kernel's order, zeros included."""
    scratch: int
    """The number of scratch numbers that a run needs beside its parameters."""
    constants: FloatArray
    """The constants of the formulas."""
    register_starts: IntArray
    """The start of the registers of each constant's formula."""
    registers: IntArray
    """The register that holds each constant."""


def shape_of(layers: Sequence[Any]) -> Shape | None:
    """The layers as the kernel sees them; None when it cannot train them.

    It cannot train functions and layer classes of your own, nor for a layer that stands in two places, because such a
    layer remembers its latest input only.
    """
    parts: list[Matrix | str] = []
    seen: set[int] = set()
    for layer in layers:
        kind = type(layer)
        if kind is IdentityLayer:
            continue
        part = layer.M.shape[::-1] if kind is AffinityLayer else layer.name if kind is MapLayer else None
        if part is None or id(layer) in seen:
            return None
        seen.add(id(layer))
        parts.append(part)
    return tuple(parts)


@lru_cache(maxsize=PROGRAMS)
def program_of(shape: Shape, width: int, *, by_layer: bool = False) -> Program | None:
    """The program for vectors of that width, `by_layer` with a stage for each part of the shape; None when one layer
    does not fit the next."""
    rows: list[list[int]] = []
    places: list[IntArray] = [np.empty(0, np.int64)]
    formulas = _Formulas()
    outputs, x, y, padded = width, 0, _padded(width), 0
    stages = list(_layers(shape) if by_layer else _stages(shape or ("identity",)))
    narrow = all(matrix is not None and max(matrix) <= LANES for matrix, _ in stages)
    for matrix, function in stages:
        if matrix and matrix[0] != outputs:
            return None
        inputs, outputs = outputs, matrix[1] if matrix else outputs
        flat, size = sum(map(len, places)), _padded(outputs)
        starts = (NONE, NONE, NONE)
        if matrix:
            starts, matrix_places, padded = _layout(matrix, padded)
            places.append(matrix_places)
        opcode = NONE if function is None else OPCODES.get(function, FORMULA)
        code, free = NONE, y + 3 * size
        if function is not None and opcode == FORMULA:
            code, free = formulas.add(function, len(stages) * FIELDS, free)
        last = (len(stages) - 1) * FIELDS
        rows.append([inputs, outputs, opcode, flat, *starts, x, y, y + size, y + 2 * size, code, last, narrow])
        x, y = y, free
    table = np.array([number for row in [*rows, formulas.code] for number in row], dtype=np.int64)
    return Program(table, np.concatenate(places), width, outputs, padded, y, *formulas.constants())


class _Formulas:
    """The code of a network's formulas, one after the other, and the places of their constants."""

    def __init__(self) -> None:
        self.code: list[int] = []
        self._constants: list[tuple[int, int, float]] = []

    def add(self, text: str, before: int, registers: int) -> tuple[int, int]:
        """Appends a formula's code; returns where it begins, and where the scratch numbers behind its registers begin.

        `before` numbers precede all code; the formula's registers begin at `registers`.
        """
        program = _program_of_formula(text)
        start = before + len(self.code)
        steps = [[step.opcode, step.to, *step.arguments, 0, 0][:STEP] for step in program.steps]
        self.code += [start + STEPS + STEP * len(steps), registers, *program.results]
        self.code += [number for step in steps for number in step]
        first = len(program.variables)
        self._constants += [(registers, first + k, number) for k, number in enumerate(program.constants)]
        return start, registers + program.registers * LANES

    def constants(self) -> tuple[FloatArray, IntArray, IntArray]:
        """Every constant, where the registers of its formula begin, and which of them holds it."""
        starts, registers, numbers = zip(*self._constants, strict=True) if self._constants else ((), (), ())
        return np.array(numbers, dtype=np.float64), np.array(starts, np.int64), np.array(registers, np.int64)


def _program_of_formula(text: str) -> FormulaProgram:
    function = resolve_activation(text)
    if not isinstance(function, FormulaActivation):
        raise TypeError(text)
    return function.formula.program


def _layers(shape: Shape) -> Iterator[tuple[Matrix | None, str | None]]:
    """Affine layers and maps, each for itself."""
    for part in shape:
        yield (None, part) if isinstance(part, str) else (part, None)


def _stages(shape: Shape) -> Iterator[tuple[Matrix | None, str | None]]:
    """Affine layers with the map after each, and the maps that stand alone."""
    pending: Matrix | None = None
    for part in shape:
        if isinstance(part, str):
            yield pending, part
            pending = None
            continue
        if pending:
            yield pending, None
        pending = part
    if pending:
        yield pending, None


def _layout(matrix: Matrix, start: int) -> tuple[tuple[int, int, int], IntArray, int]:
    """The starts of the blocks, the left-over columns and the biases, the place of each parameter, and the end."""
    inputs, outputs = matrix
    whole, height = inputs - inputs % LANES, _padded(outputs)
    columns = start + height * whole
    biases = columns + height * (inputs - whole)
    i, j = np.arange(outputs)[:, None], np.arange(inputs)
    M = np.where(j < whole, start + i * whole + j, columns + (j - whole) * height + i)
    places = np.concatenate([M.ravel(), biases + np.arange(outputs)])
    return (start, columns, biases), places, biases + height


def _padded(count: int) -> int:
    return -(-count // LANES) * LANES
