"""Rows of cells in pasted or dropped text: numbers, and the texts of all other cells.

Columns are separated by tabs, semicolons, commas or blanks. A decimal comma is read as a point where it can be nothing
else: where tabs, semicolons or blanks separate the columns, and between quotes. A first row without any number is a
header. Rows are numbered by their line in the text.
"""

import csv
import math
import re
from collections.abc import Iterator

from engine.data.table import MOST_ROWS
from engine.errors import TableError, shown

MOST_CHARACTERS = 1_000_000
MOST_COLUMNS = 200
"""The most columns that are read, those that are left out among them."""
LONGEST_NUMBER = 60
SEPARATORS = ("\t", ";", ",")
"""Separators, in the order in which they are tried; if none of them occurs, blanks separate the columns."""
NO_TEXT = ("\0", "\ufffd")
"""Characters that show that the text was a spreadsheet's own file, a picture or an archive."""
BLANKS = " \t;,"
DECIMAL_COMMA = re.compile(r"([+-]?\d*),(\d+(?:e[+-]?\d+)?)", re.IGNORECASE)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
"""Between commas such a cell may be a number with decimals, or one of thousands."""

Cell = float | str
"""A finite number, or the text of any other cell."""
NumberedRow = tuple[int, list[Cell]]
"""The line of a row, and its cells."""


def parse_block(text: str) -> tuple[list[str], list[list[float]]]:
    """The names above the numbers in the text, empty without a header, and its rows, all of one width.

    TableError says which row is wrong and what is allowed.
    """
    header, rows = parse_cells(text)
    return header, [_checked_numbers(cells, at) for at, cells in rows]


def parse_cells(text: str) -> tuple[list[str], list[NumberedRow]]:
    """The header of the text, empty where it has none, and the rows below it, all of one width.

    TableError says which row is wrong and what is allowed.
    """
    rows = _rows(text)
    header = _names(rows[0][1])
    if header:
        del rows[0]
    if not rows:
        raise TableError("There are names here and no numbers. Give at least one row of numbers.")
    width = len(header) or _commonest([len(cells) for _, cells in rows])
    for at, cells in rows:
        if len(cells) != width:
            noun = "cell" if any(isinstance(cell, str) for cell in cells) else "number"
            others = "the names are" if header else "the others"
            raise TableError(
                f"Row {at} has {len(cells)} {noun}{'s' * (len(cells) != 1)}, {others} {width}. Correct that row."
            )
    return header, rows


def _rows(text: str) -> list[NumberedRow]:
    """The rows with their lines, without empty rows and the empty columns behind the last number."""
    if len(text) > MOST_CHARACTERS:
        raise TableError(
            f"The text has {len(text):,} characters; at most {MOST_CHARACTERS:,} (1 MB) are read. "
            "Leave out rows or columns."
        )
    if any(mark in text for mark in NO_TEXT):
        raise TableError("This is no text. Give rows of numbers as text, such as a CSV.")
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [(at, line) for at, line in enumerate(plain.split("\n"), start=1) if line.strip(BLANKS).strip()]
    if not lines:
        raise TableError("There are no numbers here. Give a row for each sample, such as 0.5; 1; −1.")
    if len(lines) > MOST_ROWS + 1:
        raise TableError(f"There are {len(lines):,} rows; a table has at most {MOST_ROWS:,}. Leave out the others.")
    rows = list(_split(lines))
    width = max((k for _, cells in rows for k, cell in enumerate(cells, start=1) if cell != ""), default=1)
    if width > MOST_COLUMNS:
        raise TableError(f"There are {width:,} columns; at most {MOST_COLUMNS} are read. Leave out the others.")
    for _, cells in rows:
        del cells[width:]
    return rows


def _split(lines: list[tuple[int, str]]) -> Iterator[NumberedRow]:
    """Each row with the line it ends at."""
    separator = next((s for s in SEPARATORS if any(s in line.strip(BLANKS) for _, line in lines)), None)
    if separator is None or (separator == "," and _are_decimals(lines)):
        yield from ((at, [_read(cell) for cell in line.split()]) for at, line in lines)
        return
    reader = csv.reader([line for _, line in lines], delimiter=separator, skipinitialspace=True)
    try:
        for row in reader:
            yield lines[reader.line_num - 1][0], [_read(cell.strip(), thousands=separator == ",") for cell in row]
    except csv.Error as error:
        raise TableError(f"Row {lines[reader.line_num - 1][0]} cannot be read: {error}. Correct that line.") from None


def _are_decimals(lines: list[tuple[int, str]]) -> bool:
    """Whether blanks separate the columns and every comma stands before decimals, as in `0,5 1,25`."""
    found = False
    for row in (line.split() for _, line in lines if "," in line):
        if len(row) < 2 or any(_number(_with_decimal_point(cell)) is None for cell in row):
            return False
        found = found or any("," in cell and not THOUSANDS.fullmatch(cell) for cell in row)
    return found


def _with_decimal_point(cell: str) -> str:
    """The cell with a point for its decimal comma."""
    if "," not in cell:
        return cell
    found = DECIMAL_COMMA.fullmatch(cell.replace("−", "-")) if len(cell) <= LONGEST_NUMBER else None
    return f"{found[1]}.{found[2]}" if found else cell


def _number(cell: str) -> float | None:
    """The number in a cell, finite or not; None when there is none."""
    if "_" in cell or len(cell) > LONGEST_NUMBER:
        return None
    try:
        return float(cell.replace("−", "-") if "−" in cell else cell)
    except ValueError:
        return None


def _read(cell: str, *, thousands: bool = False) -> Cell:
    """The number in the cell, or its text with a decimal point; with `thousands` 1,000 is a text and no decimals."""
    # The number in place of its text at once: a large table has hundreds of thousands, and a text takes twice as much.
    value = _number(cell)
    if value is None and "," in cell and not (thousands and THOUSANDS.fullmatch(cell)):
        cell = _with_decimal_point(cell)
        value = _number(cell)
    return cell if value is None or not math.isfinite(value) else value


def _names(cells: list[Cell]) -> list[str]:
    """The cells of a header; empty if the row has numbers, or nothing that begins with a letter."""
    names = [cell for cell in cells if isinstance(cell, str)]
    is_header = all(_number(name) is None for name in names) and any(name[:1].isalpha() for name in names)
    return names if is_header and len(names) == len(cells) else []


def no_number(cell: str, at: int) -> str:
    """The sentence for a cell of row `at` that is no finite number."""
    if not cell:
        return f"Row {at}: a number is missing between two separators."
    return f"Row {at}: “{shown(cell)[1:-1]}” is not a {'' if _number(cell) is None else 'finite '}number."


def _checked_numbers(cells: list[Cell], at: int) -> list[float]:
    """The row when all of it is numbers; TableError says what else stands there."""
    for cell in cells:
        if isinstance(cell, str):
            raise TableError(no_number(cell, at))
    return [cell for cell in cells if not isinstance(cell, str)]


def _commonest(widths: list[int]) -> int:
    """The width that most rows have; the first of several that are as common."""
    return max(dict.fromkeys(widths), key=widths.count)
