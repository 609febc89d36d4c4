"""A formula as a graph: every part of it once, however often it was written.

A node is an operation on nodes before it, a variable or a constant, and is known by its number. What has only constants
below it is a constant at once, in IEEE double.
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
    """A graph would have more nodes than it may."""


class Node(NamedTuple):
    """One part of a formula: an operation's name and the numbers of the nodes that it takes, or a leaf."""

    kind: str
    arguments: tuple[int, ...] = ()
    number: float = 0.0
    """A constant's number."""
    variable: int = 0
    """A variable's place among the variables."""


class Graph:
    """Interned nodes; a node's arguments always stand before it. TooManyNodesError beyond `most` of them."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.nodes: list[Node] = []
        self.powers: dict[int, tuple[int, int]] = {}
        """The products that are a node's whole power, with that node and the exponent."""
        self._numbers: dict[tuple[object, ...], int] = {}

    def constant(self, number: float) -> int:
        """The node of a number; −0 is not 0."""
        return self._interned((CONSTANT, struct.pack("<d", number)), Node(CONSTANT, number=number))

    def variable(self, place: int) -> int:
        """The node of a variable."""
        return self._interned((VARIABLE, place), Node(VARIABLE, variable=place))

    def number(self, node: int) -> float | None:
        """The number that a node is, None for what varies."""
        found = self.nodes[node]
        return found.number if found.kind == CONSTANT else None

    def apply(self, kind: str, *arguments: int) -> int:
        """The node of an operation on nodes: as it stands, or the constant that it makes."""
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
        """a over b; over a power of two it is a product, which is exact."""
        below = self.number(b)
        if below and math.isfinite(1.0 / below) and abs(math.frexp(below)[0]) == 0.5:
            return self.product(self.constant(1.0 / below), a)
        return self.apply("divide", a, b)

    def power(self, a: int, exponent: int) -> int:
        """a to a whole power: squares of squares, times a where a bit of the exponent asks for it."""
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

    def below(self, roots: Iterable[int]) -> list[int]:
        """The roots and every node that they are made of, each after its arguments."""
        seen, waiting = set[int](), list(roots)
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self.nodes[node].arguments
        return sorted(seen)

    def _interned(self, key: tuple[object, ...], node: Node) -> int:
        if key not in self._numbers:
            if len(self.nodes) >= self.most:
                raise TooManyNodesError
            self._numbers[key] = len(self.nodes)
            self.nodes.append(node)
        return self._numbers[key]
