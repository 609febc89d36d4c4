"""What is typed, before it counts: a formula's picture and its slope, the rows in pasted text, or what is wrong.

Nothing is learned or kept.
"""

from typing import Any

from flask import Flask, request

from engine.activations import ACTIVATIONS, Activation
from engine.data.table_parser import parse_table
from engine.errors import FormulaError, TableError
from engine.formula import VECTOR, Formula
from webapp.base.validation import Malformed
from webapp.responses.network_diagram import function_picture

LONGEST = 1_000
"""More characters are not even read; a formula has far fewer."""


def install(server: Flask) -> None:
    """Answers GET /formula?text=…&variables=x or v, and POST /facts with {"text": …}."""

    def formula() -> dict[str, Any]:
        return formula_preview(request.args.get("text", ""), request.args.get("variables", "x"))

    def facts() -> dict[str, Any]:
        return facts_preview(request.get_json())

    server.add_url_rule("/formula", view_func=formula)
    server.add_url_rule("/facts", view_func=facts, methods=["POST"])


def facts_preview(body: object) -> dict[str, Any]:
    """The rows in the text, the names of their columns, and whether it was guessed which of them are expected."""
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str):
        raise Malformed("The facts come as text.")
    try:
        read = parse_table(text)
    except TableError as error:
        return {"error": str(error)}
    rows = [[*x, *y] for x, y in zip(read.table.inputs, read.table.targets, strict=True)]
    return {"rows": rows, "inputs": read.inputs, "outputs": read.targets, "guessed": read.guessed}


def formula_preview(text: str, variables: str) -> dict[str, Any]:
    """For one variable the SVG paths of value and slope, the slope as text, and whether it is 0 everywhere.

    A function's name may stand for a formula of one variable, and has the paths alone.
    """
    try:
        if variables == "v":
            Formula(text[:LONGEST], VECTOR)
            return {}
        if text.strip() in ACTIVATIONS:
            return dict(zip(("path", "slope"), function_picture(ACTIVATIONS[text.strip()]), strict=True))
        formula = Formula(text[:LONGEST])
    except FormulaError as error:
        return {"error": str(error), "position": error.position}
    path, slope = function_picture(Activation("formula", formula, formula.slope))
    return {"path": path, "slope": slope, "slopeText": formula.slope_text, "flat": formula.slope_is_zero}
