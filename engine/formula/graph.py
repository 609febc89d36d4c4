"""A formula as a graph: every part of it once, however often it was written.

A node is an operation on nodes before it, a variable or a constant, and is referred to by its number. An operation on
constants is folded into a constant at once, in IEEE double.
"""

import math
import struct
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from engine.formula.operations import OPERATIONS

CONSTANT, VARIABLE = "constant", "variable"
LARGEST_WHOLE = 64
"""Whole exponents from −64 to 64 are repeated multiplication."""


class TooManyNodesError(Exception):
    """A graph would have more nodes than its limit."""


class Node(NamedTuple):
    """One part of a formula: an operation's name and the numbers of its argument nodes, or a leaf."""

    kind: str
    arguments: tuple[int, ...] = ()
    number: float = 0.0
    """A constant's value."""
    variable: int = 0
    """A variable's place among the variables."""


class Graph:
    """Interned nodes; a node's arguments always stand before it. TooManyNodesError beyond `most` of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.nodes: list[Node] = []
        self.powers: dict[int, tuple[int, int]] = {}
        """The products that are a whole power of a node, with that node and the exponent."""
        self._numbers: dict[tuple[object, ...], int] = {}

    def constant(self, number: float) -> int:
        """The node of a number; −0 is not 0."""
        return self._interned((CONSTANT, struct.pack("<d", number)), Node(CONSTANT, number=number))

    def variable(self, place: int) -> int:
        """The node of a variable."""
        return self._interned((VARIABLE, place), Node(VARIABLE, variable=place))

    def number(self, node: int) -> float | None:
        """The value of a constant node, else None."""
        found = self.nodes[node]
        return found.number if found.kind == CONSTANT else None

    def apply(self, kind: str, *arguments: int) -> int:
        """The node of an operation on nodes, folded where they are all constants."""
        numbers = [self.nodes[node].number for node in arguments if self.nodes[node].kind == CONSTANT]
        if len(numbers) == len(arguments):
            with np.errstate(all="ignore"):
                return self.constant(float(OPERATIONS[kind].value(*[np.full(1, number) for number in numbers])[0]))
        return self._interned((kind, *arguments), Node(kind, arguments))

    def product(self, a: int, b: int) -> int:
        """a times b, a constant first; one times b is b."""
        if self.number(b) is not None:
            a, b = b, a
        node = b if self.number(a) == 1.0 else self.apply("multiply", a, b)
        if a == b and self.number(a) is None:
            self.powers.setdefault(node, (a, 2))
        return node

    def quotient(self, a: int, b: int) -> int:
        """a over b; where b is a power of two, a product, which is exact."""
        reachable = self.number(b)
        if reachable and math.isfinite(1.0 / reachable) and abs(math.frexp(reachable)[0]) == 0.5:
            return self.product(self.constant(1.0 / reachable), a)
        return self.apply("divide", a, b)

    def power(self, a: int, exponent: int) -> int:
        """a to a whole power by repeated squaring, times a where the exponent's bit is 1."""
        if exponent in (0, 1):
            return a if exponent else self.constant(1.0)
        if exponent < 0:
            node = self.quotient(self.constant(1.0), self.power(a, -exponent))
        else:
            half = self.power(a, exponent // 2)
            node = self.product(half, half)
            if exponent % 2:
                node = self.product(node, a)
        if self.number(node) is None:
            self.powers[node] = (a, exponent)
        return node

    def reachable(self, roots: Iterable[int]) -> list[int]:
        """The roots and every node that they depend on, each after its arguments."""
        visited, pending = set[int](), list(roots)
        while pending:
            node = pending.pop()
            if node not in visited:
                visited.add(node)
                pending += self.nodes[node].arguments
        return sorted(visited)

    def _interned(self, key: tuple[object, ...], node: Node) -> int:
        if key not in self._numbers:
            if len(self.nodes) >= self.most:
                raise TooManyNodesError
            self._numbers[key] = len(self.nodes)
            self.nodes.append(node)
        return self._numbers[key]
