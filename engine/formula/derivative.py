"""The derivative of a formula, built on its own graph: a rule for each operation, and the chain rule from node to node.

At kinks: abs′(0) = 0, relu′(0) = 0; comparisons, sign, floor and step have slope 0; a tie of max or min takes the mean
of both; where takes the slope of the branch taken. A part that does not depend on the variable has slope 0 whatever
stands beside it, and constant factors are merged. Rules are textbook; the tests measure every one.
"""

from collections.abc import Callable

from engine.formula.graph import CONSTANT, VARIABLE, Graph, Node


class Slopes:
    """Derivatives of the nodes of a graph by its only variable, as nodes of the same graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.zero, self.one = graph.constant(0.0), graph.constant(1.0)
        self._found: dict[int, int] = {}

    def of(self, root: int) -> int:
        """The node that is the slope of a node."""
        for node in self.graph.reachable([root]):
            if node not in self._found:
                self._found[node] = self._by_rule(node)
        return self._found[root]

    def _by_rule(self, node: int) -> int:
        operation = self.graph.nodes[node]
        if operation.kind in (CONSTANT, VARIABLE):
            return self.one if operation.kind == VARIABLE else self.zero
        if node in self.graph.powers:
            base, exponent = self.graph.powers[node]
            return self.product(self.of_power(base, exponent), self.of(base))
        if all(self._found[argument] == self.zero for argument in operation.arguments):
            return self.zero
        if operation.kind in FACTORS:
            return self.product(
                FACTORS[operation.kind](self, node, operation.arguments[0]), self._found[operation.arguments[0]]
            )
        return RULES[operation.kind](self, node, operation, [self._found[argument] for argument in operation.arguments])

    def of_power(self, base: int, exponent: int) -> int:
        """n·aⁿ⁻¹."""
        return self.product(self.graph.constant(float(exponent)), self.graph.power(base, exponent - 1))

    def sum(self, a: int, b: int) -> int:
        """a + b."""
        if self.zero in (a, b):
            return a if b == self.zero else b
        return self.graph.apply("add", a, b)

    def difference(self, a: int, b: int) -> int:
        """a − b."""
        if a == b:
            return self.zero
        if b == self.zero:
            return a
        return self.negative(b) if a == self.zero else self.graph.apply("subtract", a, b)

    def negative(self, a: int) -> int:
        """−a."""
        return self.product(self.graph.constant(-1.0), a)

    def product(self, a: int, b: int) -> int:
        """a·b; a constant goes to the front and is merged with the constant there."""
        if self.zero in (a, b):
            return self.zero
        if self.graph.number(b) is not None:
            a, b = b, a
        inner = self.graph.nodes[b]
        if self.graph.number(a) is not None and inner.kind == "multiply" and self.graph.number(inner.arguments[0]):
            return self.graph.product(self.graph.product(a, inner.arguments[0]), inner.arguments[1])
        if self.graph.number(a) == -1.0:
            return self.graph.apply("negate", b)
        return self.graph.product(a, b)

    def quotient(self, a: int, b: int) -> int:
        """a/b."""
        return self.zero if a == self.zero else self.graph.quotient(a, b)

    def chosen(self, condition: int, a: int, b: int) -> int:
        """a where the condition is not 0, else b."""
        return a if a == b else self.graph.apply("where", condition, a, b)

    def call(self, kind: str, *arguments: int) -> int:
        """An operation as it stands."""
        return self.graph.apply(kind, *arguments)

    def is_flat(self, node: int) -> bool:
        """Whether the slope of a node is 0 everywhere."""
        return self.of(node) == self.zero


Factor = Callable[[Slopes, int, int], int]
Rule = Callable[[Slopes, int, Node, list[int]], int]


def _of_cosine(s: Slopes, y: int, x: int) -> int:
    return s.negative(s.call("sin", x))


def _of_root(s: Slopes, y: int, x: int) -> int:
    # |y|, so that the slope is +inf at −0 as well.
    return s.quotient(s.graph.constant(0.5), s.call("abs", y))


FACTORS: dict[str, Factor] = {
    "abs": lambda s, y, x: s.call("sign", x),
    "relu": lambda s, y, x: s.call("step", x),
    "sign": lambda s, y, x: s.zero,
    "step": lambda s, y, x: s.zero,
    "floor": lambda s, y, x: s.zero,
    "sqrt": _of_root,
    "exp": lambda s, y, x: y,
    "expm1": lambda s, y, x: s.call("exp", x),
    "tanh": lambda s, y, x: s.product(s.call("add", s.one, y), s.call("subtract", s.one, y)),
    "sigmoid": lambda s, y, x: s.product(y, s.call("subtract", s.one, y)),
    "softplus": lambda s, y, x: s.call("sigmoid", x),
    "log": lambda s, y, x: s.quotient(s.one, x),
    "log1p": lambda s, y, x: s.quotient(s.one, s.call("add", s.one, x)),
    "sin": lambda s, y, x: s.call("cos", x),
    "cos": _of_cosine,
    "tan": lambda s, y, x: s.call("add", s.one, s.graph.power(y, 2)),
    "arctan": lambda s, y, x: s.quotient(s.one, s.call("add", s.one, s.graph.power(x, 2))),
    "sinh": lambda s, y, x: s.call("cosh", x),
    "cosh": lambda s, y, x: s.call("sinh", x),
    "negate": lambda s, y, x: s.graph.constant(-1.0),
}
"""f′(x) of each function of one number, from x and y = f(x)."""


def _of_product(s: Slopes, y: int, operation: Node, slopes: list[int]) -> int:
    (a, b), (da, db) = operation.arguments, slopes
    return s.sum(s.product(da, b), s.product(a, db))


def _of_quotient(s: Slopes, y: int, operation: Node, slopes: list[int]) -> int:
    return s.quotient(s.difference(slopes[0], s.product(y, slopes[1])), operation.arguments[1])


def _of_power(s: Slopes, y: int, operation: Node, slopes: list[int]) -> int:
    """b·aᵇ⁻¹·a′ + aᵇ·ln a·b′; the second is 0 where aᵇ is, as its limit for a → 0 is."""
    (a, b), (da, db) = operation.arguments, slopes
    of_base = s.zero
    if da != s.zero:
        lower = s.call("power", a, s.call("subtract", b, s.one))
        of_base = s.product(s.product(b, lower), da)
    of_exponent = s.zero
    if db != s.zero:
        of_exponent = s.chosen(y, s.product(s.product(s.call("log", a), y), db), s.zero)
    return s.sum(of_base, of_exponent)


def _of_where(s: Slopes, y: int, operation: Node, slopes: list[int]) -> int:
    return s.chosen(operation.arguments[0], slopes[1], slopes[2])


def _of_larger(s: Slopes, y: int, operation: Node, slopes: list[int]) -> int:
    (a, b), (da, db) = operation.arguments, slopes
    return _of_winner(s, s.call("less", b, a), s.call("less", a, b), da, db)


def _of_smaller(s: Slopes, y: int, operation: Node, slopes: list[int]) -> int:
    (a, b), (da, db) = operation.arguments, slopes
    return _of_winner(s, s.call("less", a, b), s.call("less", b, a), da, db)


def _of_winner(s: Slopes, first: int, second: int, da: int, db: int) -> int:
    mean = s.product(s.graph.constant(0.5), s.sum(da, db))
    return s.chosen(first, da, s.chosen(second, db, mean))


def _of_comparison(s: Slopes, y: int, operation: Node, slopes: list[int]) -> int:
    return s.zero


RULES: dict[str, Rule] = {
    "add": lambda s, y, operation, slopes: s.sum(*slopes),
    "subtract": lambda s, y, operation, slopes: s.difference(*slopes),
    "multiply": _of_product,
    "divide": _of_quotient,
    "power": _of_power,
    "where": _of_where,
    "max": _of_larger,
    "min": _of_smaller,
    "less": _of_comparison,
    "at most": _of_comparison,
    "equal": _of_comparison,
    "unequal": _of_comparison,
}
"""The slope of each other operation, from its value, its node and its arguments' slopes."""


def kink_conditions(slopes: Slopes, root: int) -> list[int]:
    """Nodes that are 1 where an argument in the formula is at a kink, and 0 elsewhere."""
    graph = slopes.graph
    zero = slopes.zero
    conditions = []
    for node in graph.reachable([root]):
        operation = graph.nodes[node]
        if all(slopes.is_flat(argument) for argument in operation.arguments):
            continue
        if operation.kind in ("abs", "sign", "relu", "step", "where"):
            if not slopes.is_flat(operation.arguments[0]):
                conditions.append(graph.apply("equal", operation.arguments[0], zero))
        elif operation.kind == "floor":
            conditions.append(graph.apply("equal", operation.arguments[0], node))
        elif (
            operation.kind in ("max", "min", "less", "at most", "equal", "unequal") and len({*operation.arguments}) > 1
        ):
            conditions.append(graph.apply("equal", *operation.arguments))
    return conditions
