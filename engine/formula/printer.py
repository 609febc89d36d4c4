"""A node of a formula as text again, in the language it was typed in, cut short where it grows too long."""

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
"""The sign between two values, and how tightly it binds."""

_NEGATIVE, _POWER, _WHOLE = 4, 5, 6


def written(graph: Graph, root: int, variables: Sequence[str], longest: int = LONGEST) -> str:
    """The text of a node; where it is longer, its beginning and …"""
    text, pieces = "", list[str | tuple[int, int]]([(root, 0)])
    while pieces and len(text) <= longest:
        piece = pieces.pop()
        if isinstance(piece, str):
            text += piece
        else:
            pieces += reversed(_parts(graph, *piece, variables))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _parts(graph: Graph, node: int, least: int, variables: Sequence[str]) -> list[str | tuple[int, int]]:
    """What a node is written as: text, and nodes with how tightly they have to bind."""
    parts, binds = _bare(graph, node, variables)
    return ["(", *parts, ")"] if binds < least else parts


def _bare(graph: Graph, node: int, variables: Sequence[str]) -> tuple[list[str | tuple[int, int]], int]:
    made = graph.nodes[node]
    if made.kind == VARIABLE:
        return [variables[made.variable]], _WHOLE
    if made.kind == CONSTANT:
        text = repr(made.number).removesuffix(".0")
        return [text], _NEGATIVE if text[0] == "-" else _WHOLE
    if node in graph.powers:
        base, exponent = graph.powers[node]
        return [(base, _WHOLE), f"**{exponent}"], _POWER
    if made.kind == "negate":
        return ["-", (made.arguments[0], _NEGATIVE)], _NEGATIVE
    if made.kind in _INFIX:
        sign, binds = _INFIX[made.kind]
        a, b = made.arguments
        around = "" if binds > 2 else " "
        # What stands on the right binds tighter, and so does what stands left of ** or of a comparison.
        return [(a, binds + (binds in (1, _POWER))), f"{around}{sign}{around}", (b, binds + 1)], binds
    inside = [part for argument in made.arguments for part in (", ", (argument, 0))]
    return [f"{made.kind}(", *inside[1:], ")"], _WHOLE
