"""Previews of typed text: the graph of a formula and its derivative, the rows of pasted data, or the error.

Nothing is trained or stored.
"""

from typing import Any

from flask import Flask, request

from engine.activations import ACTIVATIONS, Activation
from engine.data.table_cells import parse_block
from engine.data.table_parser import LEFT_OUT, ParsedTable, parse_table
from engine.errors import FormulaError, TableError
from engine.formula import VECTOR, Formula, plain_spelling
from webapp.base.validation import Malformed
from webapp.bench.changes import as_typed_here
from webapp.jobs.large_work import turn_to_read
from webapp.responses.network_diagram import function_paths

MOST_LISTED = 5
"""The most columns and rows that are left out and named."""
LONGEST = 1_000
"""Longer texts are cut before they are parsed; a formula has far fewer characters."""


def install(server: Flask) -> None:
    """Serves GET /formula?text=…&variables=x or v, and POST /facts with {"text": …}, perhaps with {"block": true}."""

    def formula() -> dict[str, Any]:
        return formula_preview(request.args.get("text", ""), request.args.get("variables", "x"))

    def facts() -> dict[str, Any]:
        return table_preview(request.get_json())

    server.add_url_rule("/formula", view_func=formula)
    server.add_url_rule("/facts", view_func=facts, methods=["POST"])


def table_preview(body: object) -> dict[str, Any]:
    """The rows in the text, the names of their columns, whether the split into inputs and targets was guessed, and what
    of the text is left out. Classes are a column of 0 and 1 each.

    For a block, which goes into a table that is there, only the rows and the names above them, if there are any.
    """
    text, block = (body.get("text"), body.get("block", False)) if isinstance(body, dict) else (None, False)
    if not isinstance(text, str) or not isinstance(block, bool):
        raise Malformed("The rows come as text.")
    with turn_to_read(text):
        try:
            if block:
                return dict(zip(("names", "rows"), parse_block(text), strict=True))
            parsed = parse_table(text)
        except TableError as error:
            return {"error": str(error)}
        rows = [[*x, *y] for x, y in zip(parsed.table.inputs, parsed.table.targets, strict=True)]
    names = {"inputs": parsed.inputs, "outputs": parsed.targets, "guessed": parsed.guessed}
    return {"rows": rows, **names, "says": left_out_words(parsed)}


def left_out_words(parsed: ParsedTable) -> str:
    """The sentences about the columns and the rows that are left out; empty where all are used."""
    columns = [f"“{column.name}”" for column in parsed.columns if column.role == LEFT_OUT]
    rows = [f"{at:,}" for at in parsed.left_out]
    words = [f"Columns that are not used: {_first_of(columns)}."] if columns else []
    words += [f"Rows that lack a number are left out: {_first_of(rows)}."] if rows else []
    return " ".join(words)


def _first_of(texts: list[str]) -> str:
    more = len(texts) - MOST_LISTED
    return ", ".join(texts[:MOST_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def formula_preview(text: str, variables: str) -> dict[str, Any]:
    """For one variable the SVG paths of value and slope, the slope as text, and whether it is 0 everywhere.

    For the name of an activation, the paths only; for a formula in v, nothing unless it has an error.
    """
    spelled, places = plain_spelling(text[:LONGEST])
    try:
        if variables == "v":
            Formula(spelled, VECTOR)
            return {}
        if text.strip() in ACTIVATIONS:
            return dict(zip(("path", "slope"), function_paths(ACTIVATIONS[text.strip()]), strict=True))
        formula = Formula(spelled)
    except FormulaError as error:
        return {"error": as_typed_here(str(error)), "position": places[min(error.position, len(spelled))]}
    path, slope = function_paths(Activation("formula", formula, formula.slope))
    return {"path": path, "slope": slope, "slopeText": formula.slope_text, "flat": formula.slope_is_zero}
