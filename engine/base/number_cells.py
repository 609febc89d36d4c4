"""Numbers in the cells of a text, as people write them: 1,234.5 and 1.234,5, 1 234 and 1'234, 45 % and 3,50 €.

A comma between thousands and one before decimals may look alike, and so may points: all numbers of a text are read as
those that can be read in one way.
"""

import math
import re
from collections.abc import Iterable, Sequence

Cell = float | str
"""A finite number, or the text of any other cell."""


class Code(float):
    """A number with zeros before it, such as 007, and its text: it may be a label."""

    text: str

    def __new__(cls, text: str) -> "Code":
        number = super().__new__(cls, text)
        number.text = text
        return number


CODE = re.compile(r"0\d+")
LONGEST_NUMBER = 60
OTHER = {",": ".", ".": ","}
WRITTEN = {
    mark: re.compile(
        r"(?=.*\d)([+-]?)[$€£¥]?\s?"
        rf"(\d*|[1-9]\d{{0,2}}(?:[{other} \u00a0\u202f'’]\d{{3}})+)(?:[{mark}](\d+(?:e[+-]?\d+)?))?"
        r"\s?[$€£¥%]?",
        re.IGNORECASE,
    )
    for mark, other in OTHER.items()
}
"""A number by the mark before its decimals: its sign, its whole part, perhaps with marks between thousands, and its
decimals. The sign of a currency or of hundredths beside it is passed over."""


def parse_number(cell: str) -> float | None:
    """The number in a cell as programs write it, finite or not; None when there is none."""
    if "_" in cell or len(cell) > LONGEST_NUMBER:
        return None
    try:
        return float(cell.replace("−", "-") if "−" in cell else cell)
    except ValueError:
        return None


def decimal_marks(rows: Iterable[Iterable[str]]) -> str:
    """The marks, "," and ".", that stand before decimals in some number of which nothing else can be said."""
    cells = {cell for row in rows for cell in row if "," in cell or "." in cell}

    def is_shown(mark: str, other: str) -> bool:
        hints = (cell for cell in cells if mark in cell or cell.count(other) > 1)
        return any(_written(cell, mark) is not None and _written(cell, other) is None for cell in hints)

    return "".join(mark for mark, other in OTHER.items() if is_shown(mark, other))


def read_cell(cell: str, marks: str) -> Cell:
    """The finite number in the cell, or its text; `marks` are those that may stand before decimals."""
    if CODE.fullmatch(cell) and len(cell) <= LONGEST_NUMBER:
        return Code(cell)
    # Where a comma alone does so, a point may be one between thousands.
    is_plain = "," not in cell and (marks != "," or "." not in cell)
    value = parse_number(cell) if is_plain else None
    for mark in marks:
        value = _written(cell, mark) if value is None else value
    if value is None and not is_plain:
        value = parse_number(cell)
    return cell if value is None or not math.isfinite(value) else value


def read_numbers(row: Sequence[str], marks: str) -> list[Cell] | None:
    """The numbers of a row as `read_cell` reads each, at once; None where a cell is none that a program writes."""
    text = "".join(row)
    if any(cell[:1] == "0" and CODE.fullmatch(cell) for cell in row):
        return None
    if "_" in text or (marks == "," and "." in text) or max(map(len, row), default=0) > LONGEST_NUMBER:
        return None
    try:
        numbers: list[Cell] = [*map(float, row)]
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None  # type: ignore[arg-type]


def _written(cell: str, mark: str) -> float | None:
    """The number in the cell with this mark before its decimals; None where it is none."""
    if cell[:1].isalpha() or len(cell) > LONGEST_NUMBER:
        return None
    found = WRITTEN[mark].fullmatch(cell.replace("−", "-"))
    if not found:
        return None
    sign, whole, decimals = found.groups()
    return float(f"{sign}{''.join(filter(str.isdigit, whole)) or '0'}.{decimals or '0'}")
