"""The text of a node, in the language of formulas, truncated where it grows too long."""

from collections.abc import Sequence

from engine.formula.graph import CONSTANT, VARIABLE, Graph

LONGEST = 240

_INFIX = {
    "equal": ("==", 1),
    "unequal": ("!=", 1),
    "less": ("<", 1),
    "at most": ("<=", 1),
    "add": ("+", 2),
    "subtract": ("-", 2),
    "multiply": ("*", 3),
    "divide": ("/", 3),
    "power": ("**", 5),
}
"""The operator between two values, and its precedence."""

_NEGATIVE, _POWER, _WHOLE = 4, 5, 6


def text_of(graph: Graph, root: int, variables: Sequence[str], longest: int = LONGEST) -> str:
    """The text of a node; a longer one is cut and ends in …"""
    text, pieces = "", list[str | tuple[int, int]]([(root, 0)])
    while pieces and len(text) <= longest:
        piece = pieces.pop()
        if isinstance(piece, str):
            text += piece
        else:
            pieces += reversed(_parts(graph, *piece, variables))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _parts(graph: Graph, node: int, least: int, variables: Sequence[str]) -> list[str | tuple[int, int]]:
    """The pieces of a node's text: strings, and nodes with the least precedence that needs no brackets."""
    parts, binds = _unbracketed(graph, node, variables)
    return ["(", *parts, ")"] if binds < least else parts


def _unbracketed(graph: Graph, node: int, variables: Sequence[str]) -> tuple[list[str | tuple[int, int]], int]:
    operation = graph.nodes[node]
    if operation.kind == VARIABLE:
        return [variables[operation.variable]], _WHOLE
    if operation.kind == CONSTANT:
        text = repr(operation.number).removesuffix(".0")
        return [text], _NEGATIVE if text[0] == "-" else _WHOLE
    if node in graph.powers:
        base, exponent = graph.powers[node]
        return [(base, _WHOLE), f"**{exponent}"], _POWER
    if operation.kind == "negate":
        return ["-", (operation.arguments[0], _NEGATIVE)], _NEGATIVE
    if operation.kind in _INFIX:
        sign, binds = _INFIX[operation.kind]
        a, b = operation.arguments
        around = "" if binds > 2 else " "
        # The right side binds tighter, and so does the left side of ** and of a comparison.
        return [(a, binds + (binds in (1, _POWER))), f"{around}{sign}{around}", (b, binds + 1)], binds
    inside = [part for argument in operation.arguments for part in (", ", (argument, 0))]
    return [f"{operation.kind}(", *inside[1:], ")"], _WHOLE
