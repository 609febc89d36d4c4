"""A formula's graph as it is computed: fewer operations for the same bits.

A choice by the sign of a number is one operation. A choice between multiples of one part is a multiple of that part,
chosen: `where(x > 0, x, 0.01*x)` is x times its own slope.
"""

from collections.abc import Sequence

from engine.formula.graph import CONSTANT, VARIABLE, Graph, Node


def lowered(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """A graph of these nodes and all that they depend on, and the places of these nodes in it."""
    other, places = Graph(most=2 * len(graph.nodes)), dict[int, int]()
    for node in graph.reachable(roots):
        places[node] = _copied(other, graph.nodes[node], places)
    return other, [places[root] for root in roots]


def _copied(graph: Graph, node: Node, places: dict[int, int]) -> int:
    if node.kind == CONSTANT:
        return graph.constant(node.number)
    if node.kind == VARIABLE:
        return graph.variable(node.variable)
    arguments = [places[argument] for argument in node.arguments]
    return _choice(graph, *arguments) if node.kind == "where" else graph.apply(node.kind, *arguments)


def _choice(graph: Graph, condition: int, a: int, b: int) -> int:
    """a where the condition is not 0, else b."""
    (times_a, of_a), (times_b, of_b) = _multiple(graph, a), _multiple(graph, b)
    if of_a == of_b and graph.number(of_a) is None:
        return graph.product(_choice(graph, condition, times_a, times_b), of_a)
    comparison = graph.nodes[condition]
    if comparison.kind == "less" and graph.number(comparison.arguments[0]) == 0.0:
        return graph.apply("where positive", comparison.arguments[1], a, b)
    return graph.apply("where", condition, a, b)


def _multiple(graph: Graph, node: int) -> tuple[int, int]:
    """The constant and the node whose product a node is; one and itself where it is none."""
    arguments = graph.nodes[node].arguments
    if graph.nodes[node].kind == "multiply" and graph.number(arguments[0]) is not None:
        return arguments[0], arguments[1]
    return graph.constant(1.0), node
