"""Rows of cells in pasted or dropped text: numbers, and the texts of all other cells.

Columns are separated by tabs, semicolons, bars, commas or blanks. A first row without any number but years is a header.
A line `sep=;` above it is passed over, and so are titles, and comments that begin with #. Rows are numbered by their
line in the text.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from engine.base.number_cells import Cell, decimal_marks, parse_number, read_cell, read_numbers
from engine.data.table import MOST_ROWS, is_printable
from engine.errors import TableError, shown

MOST_CHARACTERS = 1_000_000
MOST_COLUMNS = 200
"""The most columns that are read, those that are left out among them."""
SEPARATORS = ("\t", ";", "|", ",")
"""The one that most lines have separates the columns, the first of several; if none occurs, blanks do."""
SEPARATOR_LINE = re.compile(r'"?sep=.?"?', re.IGNORECASE)
"""A line that spreadsheets write above a header."""
COMMENT = "#"
YEARS = range(1500, 2101)
"""The numbers that may be names of columns."""
NO_TEXT = ("\0", "\ufffd")
"""Characters that show that the text was a spreadsheet's own file, a picture or an archive."""
BLANKS = " \t;|,"

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
    rows = _without_titles(_rows(text))
    header = _names(rows)
    if header:
        del rows[0]
    if not rows:
        raise TableError("There are names here and no numbers. Give at least one row of numbers.")
    widths = [len(cells) for _, cells in rows]
    width = len(header) or _commonest(widths)
    if len(rows) > 1 and {*widths} == {widths[0]} != {width}:
        count = f"{widths[0]} cell{'s' * (widths[0] != 1)}"
        raise TableError(f"Each row has {count}, the names are {width}. Give each column one name.")
    for at, cells in rows:
        if len(cells) != width:
            noun = "cell" if any(isinstance(cell, str) for cell in cells) else "number"
            others = "the names are" if header else "the others"
            raise TableError(
                f"Row {at} has {len(cells)} {noun}{'s' * (len(cells) != 1)}, {others} {width}. Correct that row."
            )
    return header, rows


def _without_titles(rows: list[NumberedRow]) -> list[NumberedRow]:
    """The rows from a header on, where each row above it has but a text, or fewer cells than most."""
    width = _commonest([len(cells) for _, cells in rows])
    whole = (k for k, (_, cells) in enumerate(rows) if len(cells) == width and any(cell != "" for cell in cells[1:]))
    begins = next(whole, 0)
    are_titles = _names(rows[begins:]) and all(isinstance(cells[0], str) for _, cells in rows[:begins])
    return rows[begins:] if are_titles else rows


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
    if lines and SEPARATOR_LINE.fullmatch(lines[0][1].strip(BLANKS)):
        del lines[0]
    if '"' not in plain:  # a cell in quotes may have many lines
        _check_count(lines)
    numbers, texts, separator = _split(lines)
    if not texts:
        raise TableError("There are no numbers here. Give a row for each sample, such as 0.5; 1; −1.")
    _check_count(texts)
    width = max((k for row in texts for k, cell in enumerate(row, start=1) if cell), default=1)
    if width > MOST_COLUMNS:
        raise TableError(f"There are {width:,} columns; at most {MOST_COLUMNS} are read. Leave out the others.")
    # Between semicolons spreadsheets write commas before decimals; elsewhere one that may be either groups thousands.
    marks = decimal_marks(texts) or (",." if separator == ";" else ".")
    rows = zip(numbers, texts, strict=True)
    return [(at, _read(row[:width], marks)) for at, row in rows]


def _check_count(rows: Sequence[object]) -> None:
    if len(rows) > MOST_ROWS + 1:
        raise TableError(f"There are {len(rows):,} rows; a table has at most {MOST_ROWS:,}. Leave out the others.")


def _split(lines: Sequence[tuple[int, str]]) -> tuple[list[int], list[list[str]], str]:
    """The line that each row ends at, its cells, and what separates them; comments are passed over."""
    counts = {separator: sum(separator in line for _, line in lines) for separator in SEPARATORS}
    separator = max(counts, key=lambda mark: counts[mark])
    if not counts[separator] or (separator == "," and _are_decimals(lines)):
        separator, rows = " ", [(at, line.split()) for at, line in lines]
    else:
        rows = _quoted(lines, separator)
    if any(row[0].startswith(COMMENT) for _, row in rows):
        width = _commonest([len(row) for _, row in rows])
        rows = [(at, row) for at, row in rows if not row[0].startswith(COMMENT) or (len(row) == width and any(row[1:]))]
    return [at for at, _ in rows], [row for _, row in rows], separator


def _quoted(lines: Sequence[tuple[int, str]], separator: str) -> list[tuple[int, list[str]]]:
    """The line that each row ends at, and its cells, of which one in quotes may have many lines."""
    rows: list[tuple[int, list[str]]] = []
    begins, problem = 0, "a quote begins a cell, and none ends it"
    # The empty line below is no row, but a part of the last one in an open quote.
    reader = csv.reader([*(f"{line}\n" for _, line in lines), "\n"], delimiter=separator, skipinitialspace=True)
    try:
        for row in reader:
            if not row:
                return rows
            if reader.line_num <= len(lines):
                rows.append((lines[reader.line_num - 1][0], [*map(str.strip, row)]))
                begins = reader.line_num
    except csv.Error as error:
        problem = str(error)
    raise TableError(f"Row {lines[begins][0]} cannot be read: {problem}. Correct that line.")


def _read(row: Sequence[str], marks: str) -> list[Cell]:
    return read_numbers(row, marks) or [_visible(read_cell(cell, marks)) for cell in row]


def _visible(cell: Cell) -> Cell:
    """A text with one blank for several, and without signs that cannot be seen."""
    if isinstance(cell, float) or (cell.isprintable() and "  " not in cell):
        return cell
    return "".join(filter(is_printable, " ".join(cell.split()))).strip()


def _are_decimals(lines: Sequence[tuple[int, str]]) -> bool:
    """Whether blanks separate the columns and every comma stands before decimals, as in `0,5 1,25`."""

    def rows() -> Iterator[list[str]]:
        return (line.split() for _, line in lines if "," in line)

    if any(len(row) < 2 or any(isinstance(read_cell(cell, ",."), str) for cell in row) for row in rows()):
        return False
    return "," in decimal_marks(rows())


def _names(rows: Sequence[NumberedRow]) -> list[str]:
    """The cells of a header, which are texts, one of them with a letter or a picture before any digit, or texts and
    years; empty if the first row has others."""
    (_, cells), *below = rows
    names = [cell for cell in cells if isinstance(cell, str)]
    if not names or any(parse_number(name) is not None for name in names):
        return []
    are_texts = len(names) == len(cells) and any(map(_is_name, names))
    are_years = _has_years(cells) and not any(_has_years(row) for _, row in below)
    return [cell if isinstance(cell, str) else f"{cell:.0f}" for cell in cells] if are_texts or are_years else []


def _is_name(text: str) -> bool:
    first = next((sign for sign in text if sign.isalnum() or unicodedata.category(sign) == "So"), "0")
    return not first.isnumeric() and not text.startswith("#")


def _has_years(cells: Sequence[Cell]) -> bool:
    """Whether all numbers of a row are years, two or more, each after the one before."""
    years = [cell for cell in cells if isinstance(cell, float)]
    are_years = all(year in YEARS for year in years)
    return len(years) > 1 and are_years and all(one < other for one, other in pairwise(years))


def no_number(cell: str, at: int) -> str:
    """The sentence for a cell of row `at` that is no finite number."""
    if not cell:
        return f"Row {at}: a number is missing between two separators."
    return f"Row {at}: “{shown(cell)[1:-1]}” is not a {'' if parse_number(cell) is None else 'finite '}number."


def _checked_numbers(cells: list[Cell], at: int) -> list[float]:
    """The row when all of it is numbers; TableError says what else stands there."""
    for cell in cells:
        if isinstance(cell, str):
            raise TableError(no_number(cell, at))
    return [cell for cell in cells if not isinstance(cell, str)]


def _commonest(widths: list[int]) -> int:
    """The width that most rows have; the first of several that are as common."""
    return Counter(widths).most_common(1)[0][0]
