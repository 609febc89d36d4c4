"""The language of formulas: a tree of what was typed becomes a graph, or a sentence that says why not.

An exact table says which parts of Python's grammar are known; nothing is ever run. As in Python, `and` and `or`
give one of their sides, and `not` gives 1 or 0.
"""

import ast
import math
from collections.abc import Callable, Sequence
from typing import Any

from engine.errors import FormulaError, shown
from engine.formula.graph import LARGEST_WHOLE, Graph, TooManyNodesError
from engine.formula.operations import OPERATIONS
from engine.formula.syntax import DEEPEST

MOST_NODES = 96
PREFIXES = ("np", "math")
"""Modules whose name may stand before a function or a constant; it means nothing."""

CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS = (*[row.name for row in OPERATIONS.values() if row.typed], "clip")
FOLDED = ("max", "min")
"""Functions that take two values or more."""


def read(tree: ast.expr, start: int, variables: Sequence[str]) -> tuple[Graph, int]:
    """A tree as a graph and its root; FormulaError where it is more than the language has."""
    reader = _Reader(start, variables)
    root = reader.read(tree, 1)
    return reader.graph, root


class _Reader:
    """Reads one tree into one graph."""

    def __init__(self, start: int, variables: Sequence[str]) -> None:
        self.start = start
        self.places = {name: place for place, name in enumerate(variables)}
        self.graph = Graph(MOST_NODES)

    def read(self, tree: ast.expr, depth: int) -> int:
        """The node of a part of the tree."""
        kind = _KINDS.get(type(tree))
        if kind is None:
            raise self.unknown(tree, f"{_WORDS.get(type(tree), 'This')} has no meaning here.")
        if depth > DEEPEST:
            raise self.refused(tree, f"A formula is at most {DEEPEST} parts deep. Write it flatter.")
        try:
            node = kind(self, tree, lambda part: self.read(part, depth + 1))
        except TooManyNodesError:
            raise self.refused(tree, f"A formula has at most {MOST_NODES} parts. Write it shorter.") from None
        number = self.graph.number(node)
        if number is not None and not math.isfinite(number):
            raise self.refused(tree, "This has no finite value. Write smaller numbers.")
        return node

    def refused(self, tree: Any, what: str) -> FormulaError:
        """What is wrong, and where."""
        return FormulaError(what, self.start + tree.col_offset)

    def unknown(self, tree: Any, what: str) -> FormulaError:
        """The same, and what is allowed."""
        names = ", ".join(list(self.places)[:2])
        return self.refused(tree, f"{what} Use {names}, numbers, + − * / ** and sign, abs, exp, …")


Read = Callable[[ast.expr], int]


def _constant(reader: _Reader, tree: ast.Constant, read: Read) -> int:
    if type(tree.value) not in (int, float):
        raise reader.unknown(tree, f"{tree.value!r} has no meaning here.")
    return reader.graph.constant(float(tree.value))  # type: ignore[arg-type]


def _name(reader: _Reader, tree: ast.Name, read: Read) -> int:
    return _named(reader, tree, tree.id)


def _named(reader: _Reader, tree: ast.expr, name: str) -> int:
    if name in reader.places:
        return reader.graph.variable(reader.places[name])
    if name in CONSTANTS:
        return reader.graph.constant(CONSTANTS[name])
    if name in FUNCTIONS:
        raise reader.refused(tree, f"{name} is a function. Write {name}(…).")
    raise reader.unknown(tree, f"{_short(name)} is not a name here.")


def _attribute(reader: _Reader, tree: ast.Attribute, read: Read) -> int:
    if isinstance(tree.value, ast.Name) and tree.value.id in PREFIXES and tree.attr not in reader.places:
        return _named(reader, tree, tree.attr)
    raise reader.unknown(tree, "A dot between names has no meaning here.")


def _element(reader: _Reader, tree: ast.Subscript, read: Read) -> int:
    place = tree.slice.value if isinstance(tree.slice, ast.Constant) else None
    if not isinstance(tree.value, ast.Name) or tree.value.id != "v" or type(place) is not int:
        raise reader.unknown(tree, "Brackets like these have no meaning here, but in v[0], v[1], ….")
    if f"v{place}" not in reader.places:
        raise reader.unknown(tree, f"v[{place}] is not a name here.")
    return reader.graph.variable(reader.places[f"v{place}"])


def _signed(reader: _Reader, tree: ast.UnaryOp, read: Read) -> int:
    graph, value = reader.graph, read(tree.operand)
    match tree.op:
        case ast.USub():
            return graph.apply("negate", value)
        case ast.UAdd():
            return value
        case ast.Not():
            return graph.apply("equal", value, graph.constant(0.0))
    raise reader.unknown(tree, "~ has no meaning here.")


def _combined(reader: _Reader, tree: ast.BinOp, read: Read) -> int:
    graph, a, b = reader.graph, read(tree.left), read(tree.right)
    match tree.op:
        case ast.Add():
            return graph.apply("add", a, b)
        case ast.Sub():
            return graph.apply("subtract", a, b)
        case ast.Mult():
            return graph.product(a, b)
        case ast.Div():
            return graph.quotient(a, b)
        case ast.Pow():
            exponent = graph.number(b)
            if exponent is not None and exponent.is_integer() and abs(exponent) <= LARGEST_WHOLE:
                return graph.power(a, int(exponent))
            return graph.apply("power", a, b)
    raise reader.unknown(tree, "That operator has no meaning here.")


_COMPARISONS: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Lt: ("less", False),
    ast.Gt: ("less", True),
    ast.LtE: ("at most", False),
    ast.GtE: ("at most", True),
    ast.Eq: ("equal", False),
    ast.NotEq: ("unequal", False),
}
"""The operation of each comparison, and whether its sides change places."""


def _compared(reader: _Reader, tree: ast.Compare, read: Read) -> int:
    values, graph = [read(part) for part in (tree.left, *tree.comparators)], reader.graph
    truths = []
    for k, operator in enumerate(tree.ops):
        if type(operator) not in _COMPARISONS:
            raise reader.unknown(tree, "That comparison has no meaning here.")
        kind, turned = _COMPARISONS[type(operator)]
        a, b = values[k : k + 2]
        truths.append(graph.apply(kind, *((b, a) if turned else (a, b))))
    return _both(graph, truths)


def _both(graph: Graph, values: list[int]) -> int:
    node = values[-1]
    for value in reversed(values[:-1]):
        node = graph.apply("where", value, node, value)
    return node


def _joined(reader: _Reader, tree: ast.BoolOp, read: Read) -> int:
    values, graph = [read(part) for part in tree.values], reader.graph
    if isinstance(tree.op, ast.And):
        return _both(graph, values)
    node = values[-1]
    for value in reversed(values[:-1]):
        node = graph.apply("where", value, value, node)
    return node


def _chosen(reader: _Reader, tree: ast.IfExp, read: Read) -> int:
    return reader.graph.apply("where", read(tree.test), read(tree.body), read(tree.orelse))


def _called(reader: _Reader, tree: ast.Call, read: Read) -> int:
    name, graph = _function(reader, tree), reader.graph
    if tree.keywords or any(isinstance(part, ast.Starred) for part in tree.args):
        raise reader.refused(tree, f"{name} takes plain values, one after the other.")
    values = [read(part) for part in tree.args]
    asked = 3 if name == "clip" else OPERATIONS[name].arity
    if len(values) != asked and not (name in FOLDED and len(values) > asked):
        more = " or more" if name in FOLDED else ""
        plural = "" if asked == 1 else "s"
        raise reader.refused(tree, f"{name} takes {asked} value{plural}{more}, and was given {len(values)}.")
    if name == "clip":
        return graph.apply("min", graph.apply("max", values[0], values[1]), values[2])
    node = graph.apply(name, *values[:asked])
    for value in values[asked:]:
        node = graph.apply(name, node, value)
    return node


def _function(reader: _Reader, tree: ast.Call) -> str:
    called, name = tree.func, ""
    if isinstance(called, ast.Name):
        name = called.id
    elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in PREFIXES:
        name = called.attr
    if name in FUNCTIONS:
        return name
    if name in reader.places or name in CONSTANTS:
        raise reader.refused(tree, f"{name} is a number, not a function. Write {name}*(…).")
    known = f"Known: {', '.join(FUNCTIONS)}."
    raise reader.refused(
        tree, f"{_short(name)} is not a function. {known}" if name else f"This is no function. {known}"
    )


def _short(name: str) -> str:
    return name if len(name) <= 20 else shown(name)


_KINDS: dict[type[ast.expr], Callable[[_Reader, Any, Read], int]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _element,
    ast.UnaryOp: _signed,
    ast.BinOp: _combined,
    ast.Compare: _compared,
    ast.BoolOp: _joined,
    ast.IfExp: _chosen,
    ast.Call: _called,
}
"""Every part of Python's grammar that is known, and how it is read."""

_WORDS: dict[type[ast.expr], str] = {
    ast.List: "A list of formulas inside a formula",
    ast.Tuple: "A comma outside a function's brackets",
    ast.Starred: "A star before a value",
    ast.ListComp: "for",
    ast.GeneratorExp: "for",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Await: "await",
}
