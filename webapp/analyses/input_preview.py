"""Previews of typed text: the graph of a formula and its derivative, the columns and rows of data, or the error.

Nothing is trained or stored.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from flask import Flask, request

from engine.activations import ACTIVATIONS, Activation
from engine.data.prepared_table import prepared_table
from engine.data.table import are_years
from engine.data.table_cells import parse_block
from engine.data.table_parser import (
    ANSWER,
    CLASSES,
    EMPTY,
    INPUT,
    LEFT_OUT,
    NUMBERS,
    TEXT,
    Column,
    ParsedTable,
    parse_table,
    read_columns,
)
from engine.errors import FormulaError, TableError
from engine.formula import VECTOR, Formula, plain_spelling
from webapp.base.format import column_number, cut_to, plural
from webapp.base.validation import Malformed
from webapp.bench.changes import as_typed_here, default_split
from webapp.bench.requests import read_names, read_roles
from webapp.jobs.large_work import turn_to_read
from webapp.responses.network_diagram import function_paths

MOST_LISTED = 5
"""The most columns and rows that are left out and named."""
LONGEST_SHOWN = 20
"""The most characters of a text that stands in a column, where it is named."""
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
    given = body if isinstance(body, dict) else {}
    text, block, roles = given.get("text"), given.get("block", False), read_roles(given.get("roles", {}))
    names = read_names(given)
    if not isinstance(text, str) or not isinstance(block, bool):
        raise Malformed("The rows come as text.")
    with turn_to_read(text):
        try:
            if block:
                return dict(zip(("names", "rows"), parse_block(text), strict=True))
            parsed = parse_table(text, roles, names=names.get("names"), classes=names.get("classes"))
        except TableError as error:
            return {"error": str(error)} | ({} if block else _columns_alone(text, roles, names.get("names")))
        rows = [[*x, *y] for x, y in zip(parsed.table.inputs, parsed.table.targets, strict=True)]
    ports = {"inputs": parsed.inputs, "outputs": parsed.targets, "guessed": parsed.guessed}
    return {"rows": rows, **ports, "says": left_out_words(parsed)} | columns_view(parsed)


def _columns_alone(text: str, roles: Mapping[int, str], names: Mapping[int, str] | None) -> dict[str, Any]:
    """The columns of a text of which no table can be made with these roles; nothing where it has none."""
    try:
        return {"columns": list(map(column_view, read_columns(text, roles, names)))}
    except TableError:
        return {}


def columns_view(parsed: ParsedTable) -> dict[str, Any]:
    """The columns with their roles, the words about rows that stay, and the split and the outputs of their use."""
    return {
        "columns": list(map(column_view, parsed.columns)),
        "plain": parsed.plain,
        "stay": rows_words(parsed),
        "split": [len(part) for part in prepared_table(parsed.table, **default_split(parsed.table)).rows],
        "classes": parsed.table.classes is not None,
    }


def column_view(column: Column) -> dict[str, Any]:
    """A column: its head, the words about what stands there, its role and those that it may have, its name on the page,
    and the texts of its classes where it is the answer."""
    return {
        "name": column.name,
        "says": values_words(column),
        "missing": column.missing,
        "role": column.role,
        "roles": [[role, title] for role, title in _roles_of(column)],
        "label": column.label,
        "classes": column.classes if column.role == CLASSES else (),
    }


def values_words(column: Column) -> str:
    """The words about what stands in a column: numbers, 32.1 to 59.6; text: Adelie, Chinstrap, Gentoo."""
    if column.kind == EMPTY or not column.values:
        return "empty"
    if column.kind == NUMBERS:
        ends = [float(value) for value in column.values]
        low, high = (column_number(end, 6, year=are_years(np.array(ends))) for end in ends)
        return f"numbers, {low} to {high}" if low != high else f"numbers, all {low}"
    return f"text: {_first_of([cut_to(str(value), LONGEST_SHOWN) for value in column.values])}"


def _roles_of(column: Column) -> Iterator[tuple[str, str]]:
    if column.kind == NUMBERS:
        yield INPUT, "Input"
        yield ANSWER, "Answer, a number"
    elif column.kind == TEXT:
        yield INPUT, f"Input, {plural(len(column.values), 'column')} of 0 and 1"
    if column.classes or column.role == CLASSES:
        count = len(column.classes or column.values)
        yield CLASSES, f"Answer, {count:,} class{'es' * (count != 1)}"
    yield LEFT_OUT, "Leave out"


def rows_words(parsed: ParsedTable) -> str:
    """The words about the rows that stay: 342 rows: 151 Adelie, 68 Chinstrap, 123 Gentoo."""
    table = parsed.table
    rows = plural(len(table.inputs), "row")
    if table.classes is None:
        return f"{rows}."
    counts = [round(sum(column)) for column in zip(*table.targets, strict=True)]
    return f"{rows}: {', '.join(f'{count:,} {text}' for count, text in zip(counts, table.classes, strict=True))}."


def left_out_words(parsed: ParsedTable) -> str:
    """The sentences about the columns and the rows that are left out; empty where all are used."""
    columns = [f"“{column.name}”" for column in parsed.columns if column.role == LEFT_OUT]
    rows = [f"{at:,}" for at in parsed.left_out]
    words = [f"Columns that are not used: {_first_of(columns)}."] if columns else []
    lines = f"Rows that lack a value are left out, by their lines: {_first_of(rows)}; the others are numbered anew."
    words += [lines] if rows else []
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
