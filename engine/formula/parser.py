"""The language of formulas: turns a syntax tree into a graph, or says in a sentence why it cannot.

A table lists the parts of Python's grammar that are allowed; nothing is ever run. As in Python, `and` and `or`
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
"""Modules whose name may stand before a function or a constant, and is ignored."""

CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS = (*[row.name for row in OPERATIONS.values() if row.callable_by_name], "clip")
VARIADIC = ("max", "min")
"""Functions of two values or more."""


def graph_of(tree: ast.expr, start: int, variables: Sequence[str]) -> tuple[Graph, int]:
    """The graph of a syntax tree, and its root; FormulaError for a part that the language does not have."""
    parser = _Parser(start, variables)
    root = parser.parse(tree, 1)
    return parser.graph, root


class _Parser:
    """Parses one syntax tree into one graph."""

    def __init__(self, start: int, variables: Sequence[str]) -> None:
        self.start = start
        self.places = {name: place for place, name in enumerate(variables)}
        self.graph = Graph(MOST_NODES)

    def parse(self, tree: ast.expr, depth: int) -> int:
        """The node of a part of the tree."""
        build = _NODES.get(type(tree))
        if build is None:
            raise self.error_with_hint(tree, f"{_DESCRIPTIONS.get(type(tree), 'This')} has no meaning here.")
        if depth > DEEPEST:
            raise self.error(tree, f"A formula is at most {DEEPEST} parts deep. Write it flatter.")
        try:
            node = build(self, tree, lambda part: self.parse(part, depth + 1))
        except TooManyNodesError:
            raise self.error(tree, f"A formula has at most {MOST_NODES} parts. Write it shorter.") from None
        number = self.graph.number(node)
        if number is not None and not math.isfinite(number):
            raise self.error(tree, "This has no finite value.")
        return node

    def error(self, tree: Any, what: str) -> FormulaError:
        """The error at this part of the tree."""
        return FormulaError(what, self.start + tree.col_offset)

    def error_with_hint(self, tree: Any, what: str) -> FormulaError:
        """The error at this part of the tree, with a sentence about what is allowed."""
        names = ", ".join(list(self.places)[:2])
        return self.error(tree, f"{what} Use {names}, numbers, + − * / ** and sign, abs, exp, …")


Parse = Callable[[ast.expr], int]


def _constant(parser: _Parser, tree: ast.Constant, parse: Parse) -> int:
    if type(tree.value) not in (int, float):
        raise parser.error_with_hint(tree, f"{tree.value!r} has no meaning here.")
    return parser.graph.constant(float(tree.value))  # type: ignore[arg-type]


def _name(parser: _Parser, tree: ast.Name, parse: Parse) -> int:
    return _node_of_name(parser, tree, tree.id)


def _node_of_name(parser: _Parser, tree: ast.expr, name: str) -> int:
    if name in parser.places:
        return parser.graph.variable(parser.places[name])
    if name in CONSTANTS:
        return parser.graph.constant(CONSTANTS[name])
    if name in FUNCTIONS:
        raise parser.error(tree, f"{name} is a function. Write {name}(…).")
    raise parser.error_with_hint(tree, f"{_short(name)} is not a name here.")


def _attribute(parser: _Parser, tree: ast.Attribute, parse: Parse) -> int:
    if isinstance(tree.value, ast.Name) and tree.value.id in PREFIXES and tree.attr not in parser.places:
        return _node_of_name(parser, tree, tree.attr)
    raise parser.error_with_hint(tree, "A dot between names has no meaning here.")


def _element(parser: _Parser, tree: ast.Subscript, parse: Parse) -> int:
    place = tree.slice.value if isinstance(tree.slice, ast.Constant) else None
    if not isinstance(tree.value, ast.Name) or tree.value.id != "v" or type(place) is not int:
        raise parser.error_with_hint(tree, "Square brackets have a meaning only in v[0], v[1], ….")
    if f"v{place}" not in parser.places:
        raise parser.error_with_hint(tree, f"v[{place}] is not a name here.")
    return parser.graph.variable(parser.places[f"v{place}"])


def _unary(parser: _Parser, tree: ast.UnaryOp, parse: Parse) -> int:
    graph, value = parser.graph, parse(tree.operand)
    match tree.op:
        case ast.USub():
            return graph.apply("negate", value)
        case ast.UAdd():
            return value
        case ast.Not():
            return graph.apply("equal", value, graph.constant(0.0))
    raise parser.error_with_hint(tree, "~ has no meaning here.")


def _binary(parser: _Parser, tree: ast.BinOp, parse: Parse) -> int:
    graph, a, b = parser.graph, parse(tree.left), parse(tree.right)
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
    raise parser.error_with_hint(tree, "That operator has no meaning here.")


_COMPARISONS: dict[type[ast.cmpop], tuple[str, bool]] = {
    ast.Lt: ("less", False),
    ast.Gt: ("less", True),
    ast.LtE: ("at most", False),
    ast.GtE: ("at most", True),
    ast.Eq: ("equal", False),
    ast.NotEq: ("unequal", False),
}
"""The operation of each comparison, and whether its sides change places."""


def _comparison(parser: _Parser, tree: ast.Compare, parse: Parse) -> int:
    values, graph = [parse(part) for part in (tree.left, *tree.comparators)], parser.graph
    truths = []
    for k, operator in enumerate(tree.ops):
        if type(operator) not in _COMPARISONS:
            raise parser.error_with_hint(tree, "That comparison has no meaning here.")
        kind, swapped = _COMPARISONS[type(operator)]
        a, b = values[k : k + 2]
        truths.append(graph.apply(kind, *((b, a) if swapped else (a, b))))
    return _all_of(graph, truths)


def _all_of(graph: Graph, values: list[int]) -> int:
    node = values[-1]
    for value in reversed(values[:-1]):
        node = graph.apply("where", value, node, value)
    return node


def _boolean(parser: _Parser, tree: ast.BoolOp, parse: Parse) -> int:
    values, graph = [parse(part) for part in tree.values], parser.graph
    if isinstance(tree.op, ast.And):
        return _all_of(graph, values)
    node = values[-1]
    for value in reversed(values[:-1]):
        node = graph.apply("where", value, value, node)
    return node


def _conditional(parser: _Parser, tree: ast.IfExp, parse: Parse) -> int:
    return parser.graph.apply("where", parse(tree.test), parse(tree.body), parse(tree.orelse))


def _call(parser: _Parser, tree: ast.Call, parse: Parse) -> int:
    name, graph = _function(parser, tree), parser.graph
    if tree.keywords or any(isinstance(part, ast.Starred) for part in tree.args):
        raise parser.error(tree, f"{name} takes plain values, one after the other.")
    values = [parse(part) for part in tree.args]
    arity = 3 if name == "clip" else OPERATIONS[name].arity
    if len(values) != arity and not (name in VARIADIC and len(values) > arity):
        more = " or more" if name in VARIADIC else ""
        plural = "" if arity == 1 else "s"
        raise parser.error(tree, f"{name} takes {arity} value{plural}{more}, and was given {len(values)}.")
    if name == "clip":
        return graph.apply("min", graph.apply("max", values[0], values[1]), values[2])
    node = graph.apply(name, *values[:arity])
    for value in values[arity:]:
        node = graph.apply(name, node, value)
    return node


def _function(parser: _Parser, tree: ast.Call) -> str:
    function, name = tree.func, ""
    if isinstance(function, ast.Name):
        name = function.id
    elif isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id in PREFIXES:
        name = function.attr
    if name in FUNCTIONS:
        return name
    if name in parser.places or name in CONSTANTS:
        raise parser.error(tree, f"{name} is a number, not a function. Write {name}*(…).")
    known = f"Known: {', '.join(FUNCTIONS)}."
    raise parser.error(tree, f"{_short(name)} is not a function. {known}" if name else f"This is no function. {known}")


def _short(name: str) -> str:
    return name if len(name) <= 20 else shown(name)


_NODES: dict[type[ast.expr], Callable[[_Parser, Any, Parse], int]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _element,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Compare: _comparison,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Call: _call,
}
"""The parts of Python's grammar that are allowed, and the function that builds the node of each."""

_DESCRIPTIONS: dict[type[ast.expr], str] = {
    ast.List: "A list of formulas inside a formula",
    ast.Tuple: "A comma outside a function's brackets",
    ast.Starred: "A star before a value",
    ast.ListComp: "for",
    ast.GeneratorExp: "for",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Await: "await",
}
