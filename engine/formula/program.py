"""A formula as a flat program: steps over a few registers, which hold arrays here and vectors in the kernel.

The first registers hold the variables, the next ones the constants; the rest are reused as soon as their value is not
needed any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.formula.graph import CONSTANT, VARIABLE, Graph
from engine.formula.lowering import lowered
from engine.formula.operations import OPCODES, OPERATIONS

BLOCK = 4096
"""The number of values that go through a program at once, so that its registers stay within the cache."""

_VALUES = tuple(row.value for row in OPERATIONS.values())
_WORK = tuple(row.work for row in OPERATIONS.values())


@dataclass(frozen=True)
class Step:
    """Stores the result of an operation on registers in register `to`."""

    opcode: int
    to: int
    arguments: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """Steps that compute some results from some variables."""

    variables: tuple[int, ...]
    """The places of the variables in the first registers."""
    constants: tuple[float, ...]
    steps: tuple[Step, ...]
    registers: int
    results: tuple[int, ...]
    """The registers of the results."""

    @property
    def work(self) -> int:
        """About how many nanoseconds eight numbers take in the kernel."""
        return sum(_WORK[step.opcode] for step in self.steps)

    def run(self, rows: Sequence[FloatArray], size: int) -> FloatArray:
        """The results for one row of `size` numbers for each variable, shape (results, size)."""
        results = np.empty((len(self.results), size))
        registers: list[Any] = [*rows, *self.constants, *[None] * (self.registers - len(rows) - len(self.constants))]
        with np.errstate(all="ignore"):
            for start in range(0, size, BLOCK):
                block = slice(start, start + BLOCK)
                registers[: len(rows)] = [row[block] for row in rows]
                for step in self.steps:
                    registers[step.to] = _VALUES[step.opcode](*[registers[k] for k in step.arguments])
                for k, register in enumerate(self.results):
                    results[k, block] = registers[register]
        return results


def program_of(graph: Graph, roots: Sequence[int], variables: Sequence[int]) -> Program:
    """The program that computes these nodes from these variables."""
    graph, roots = lowered(graph, roots)
    order = graph.reachable(roots)
    constants = [node for node in order if graph.nodes[node].kind == CONSTANT]
    places = {node: variables.index(graph.nodes[node].variable) for node in order if _is_variable(graph, node)}
    places |= {node: len(variables) + k for k, node in enumerate(constants)}
    computed = [node for node in order if node not in places]
    temporary = set(computed) - set(roots)
    last = {argument: node for node in computed for argument in graph.nodes[node].arguments}
    free: list[int] = []
    registers, steps = len(variables) + len(constants), []
    for node in computed:
        operation = graph.nodes[node]
        sources = tuple(places[argument] for argument in operation.arguments)
        free += [places[argument] for argument in {*operation.arguments} & temporary if last[argument] == node]
        if not free:
            free, registers = [registers], registers + 1
        places[node] = free.pop()
        steps.append(Step(OPCODES[operation.kind], places[node], sources))
    numbers = tuple(graph.nodes[node].number for node in constants)
    return Program(tuple(variables), numbers, tuple(steps), registers, tuple(places[root] for root in roots))


def _is_variable(graph: Graph, node: int) -> bool:
    return graph.nodes[node].kind == VARIABLE
