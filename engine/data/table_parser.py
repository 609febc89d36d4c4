"""A table of pasted or dropped text: what stands in each column, which column is the answer, which rows are left out.

Where nobody says it, names and texts say which column is the answer, and numbers are inputs.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from engine.base.number_cells import Cell, Code
from engine.data.table import LONGEST_TEXT, MOST_CLASSES, MOST_INPUTS, Table, TableRow, one_hot, ordered
from engine.data.table_cells import NumberedRow, no_number, parse_cells
from engine.errors import TableError, UnknownNameError

INPUT, ANSWER, CLASSES, LEFT_OUT = ROLES = ("input", "answer", "classes", "left out")
"""The roles of a column. A text as input is a 0/1 column for each of its texts; of `classes` numbers are texts too."""
NUMBERS, TEXT, EMPTY = "numbers", "text", "empty"
"""The kinds of a column."""
MISSING = {"", "na", "n/a", "n.a.", "nan", "<na>", "nat", "null", "none", "?", "-", "--", "–", "—", "−", "."}
"""The cells, in small letters, in which nothing stands."""
SHEET_ERROR = re.compile(r"#[a-zäöü/]+0?[!?]?", re.IGNORECASE)
"""A spreadsheet's error in place of a number, such as #N/A and #DIV/0!."""
INPUT_NAME = re.compile(r"(x|v|in|inputs?|features?)([ _]?\d+|_\w+)?", re.IGNORECASE)
OUTPUT_NAME = re.compile(r"(y|t|out|outputs?|targets?|expected|labels?)([ _]?\d+|_\w+)?", re.IGNORECASE)
CLASS_NAME = re.compile(r"species|class|label|category|diagnosis|digit", re.IGNORECASE)
ROW_NUMBER_NAME = re.compile(r"(row|id|index|nr\.?|no\.?|#|unnamed: 0)?", re.IGNORECASE)
UNIT = re.compile(r"(.+?)(?:_(mm|cm|g|kg|s)| ?\[([^][]+)\]| ?\(([^()]+)\))")
PLAIN_NAME = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "[](){}")


@dataclass(frozen=True)
class Column:
    """A column of a text: its head, what stands in it, and what it is taken as."""

    name: str
    kind: str
    """`numbers`, `text` or `empty`. A column of which at least half is numbers is one of numbers."""
    role: str
    values: tuple[str, ...] | tuple[float, float] | tuple[()]
    """The different texts in order, or the least and the greatest number."""
    missing: int
    """The number of cells in which nothing stands."""
    classes: tuple[str, ...] = ()
    """The texts of its classes, where it has 2 to 10 different texts or whole numbers; else none."""
    typed: str = ""
    """The name that somebody has given it instead of its head."""

    @property
    def label(self) -> str:
        """The name as it is read, its unit in brackets: `bill length (mm)` for `bill_length_mm`."""
        if self.typed:
            return " ".join(self.typed.split())
        found = UNIT.fullmatch(self.name.strip())
        words, *units = found.groups() if found else (self.name,)
        unit = next(filter(None, units), "")
        return " ".join(f"{words.replace('_', ' ')}{f' ({unit})' if unit else ''}".split())


@dataclass(frozen=True)
class ParsedTable:
    """A table, and how its columns were interpreted, which the page shows."""

    table: Table
    inputs: tuple[str, ...]
    """The names of the input columns; `column 1` where there was no header."""
    targets: tuple[str, ...]
    """The names of the outputs: of classes, their texts."""
    guessed: bool
    """Whether neither a name nor a column of text said which columns are targets, so that the last one is."""
    columns: tuple[Column, ...]
    """All columns of the text, in their order."""
    left_out: tuple[int, ...]
    """The lines of the rows that are left out, since a value that is used is missing there."""
    plain: bool = False
    """Whether all is numbers under no name, or under names of inputs and outputs such as v0 and y0."""


def read_table(text: str) -> Table:
    """The table in the text; TableError says which row is wrong and what is allowed."""
    return parse_table(text).table


def parse_table(
    text: str,
    roles: Mapping[int, str] | None = None,
    *,
    names: Mapping[int, str] | None = None,
    classes: Mapping[str, str] | None = None,
) -> ParsedTable:
    """The table in the text, and how its columns were interpreted; TableError says what is wrong and what to do.

    `roles` has those of some columns, counted from 0; the others are given theirs. The table has the names of a header,
    but for a text that is all numbers, none of them missing, without roles. `names` has other names of some columns,
    and `classes` other texts of some classes: those that are given one text are one class.
    """
    header, rows = parse_cells(text)
    cells = [[row[k] for _, row in rows] for k in range(len(rows[0][1]))]
    columns, guessed, plain = _read_columns(header, cells, roles or {}, names or {})
    _check_answers(columns)
    _check_texts(columns, cells, rows, named=bool(header or roles))
    kept, left_out = _kept_rows(columns, rows)
    if not kept:
        raise TableError(_nothing_left(columns, len(rows)))
    inputs, input_names = _inputs(columns, kept)
    targets, texts = _targets(columns, kept, classes or {})
    answers = [column for column in columns if column.role in {ANSWER, CLASSES}]
    if plain:
        table, shown_names = Table(inputs, targets), [column.name for column in columns if column.role == INPUT]
    else:
        shown_names = input_names
        labels = (tuple(input_names), tuple(column.label for column in answers))
        table = Table(inputs, targets, names=labels if header or names else None, classes=texts)
    target_names = texts or tuple(column.name for column in answers)
    heads = [name.translate(PLAIN_NAME).strip() for name in header]
    plain = plain and all(INPUT_NAME.fullmatch(head) or OUTPUT_NAME.fullmatch(head) for head in heads)
    return ParsedTable(table, tuple(shown_names), target_names, guessed, tuple(columns), left_out, plain)


def read_columns(
    text: str, roles: Mapping[int, str] | None = None, names: Mapping[int, str] | None = None
) -> tuple[Column, ...]:
    """The columns of the text with their roles, whether or not a table can be made of them; TableError where there are
    none."""
    header, rows = parse_cells(text)
    cells = [[row[k] for _, row in rows] for k in range(len(rows[0][1]))]
    return tuple(_read_columns(header, cells, roles or {}, names or {})[0])


def _read_columns(
    header: Sequence[str], cells: Sequence[Sequence[Cell]], roles: Mapping[int, str], names: Mapping[int, str]
) -> tuple[list[Column], bool, bool]:
    """The columns with their names and roles; whether the answer was guessed; and whether they are plain: all used
    numbers, none missing, and nothing given."""
    heads = _heads(header or [""] * len(cells))
    chosen = _checked_roles(roles, len(heads))
    columns = [_column(*headed, chosen.get(k, "")) for k, headed in enumerate(zip(heads, cells, strict=True))]
    columns = [replace(column, typed=names.get(k, "").strip()) for k, column in enumerate(columns)]
    plain = not chosen and not names and all(column.kind == NUMBERS and not column.missing for column in columns)
    numbered = {k for k, name in enumerate(header) if ROW_NUMBER_NAME.fullmatch(name) and _counts_rows(cells[k])}
    columns, guessed = _with_roles(columns, numbered, plain=plain)
    return columns, guessed, plain and not any(column.role == LEFT_OUT for column in columns)


def _heads(header: Sequence[str]) -> list[str]:
    """The heads cut to their length, each another one: `a` and `a 2` for two columns of one name."""
    heads: list[str] = []
    for k, name in enumerate(header, start=1):
        head = name[:LONGEST_TEXT] or f"column {k}"
        alike = 1
        while head in heads:
            alike += 1
            head = f"{name[: LONGEST_TEXT - 4]} {alike}"
        heads.append(head)
    return heads


def _counts_rows(cells: Sequence[Cell]) -> bool:
    """Whether the cells are the numbers of their rows, from 0 or from 1."""
    return cells[0] in {0, 1} and all(cell == k for k, cell in enumerate(cells, start=int(cells[0])))


def _checked_roles(roles: Mapping[int, str], count: int) -> Mapping[int, str]:
    for column, role in roles.items():
        if role not in ROLES:
            raise UnknownNameError("role of a column", role, ROLES)
        if column not in range(count):
            raise TableError(f"The roles name column {column + 1}, and there are {count}.")
    return roles


def _is_missing(cell: Cell) -> bool:
    return isinstance(cell, str) and (cell.lower() in MISSING or SHEET_ERROR.fullmatch(cell) is not None)


def _column(name: str, cells: Sequence[Cell], role: str) -> Column:
    """The column of these cells, with the role that it was given."""
    numbers = [cell for cell in cells if not isinstance(cell, str)]
    there = cells if len(numbers) == len(cells) else [cell for cell in cells if not _is_missing(cell)]
    missing = len(cells) - len(there)
    if not there:
        return Column(name, EMPTY, role, (), missing)
    if role != CLASSES and 2 * len(numbers) >= len(there):
        different = set(numbers)
        is_whole = 2 <= len(different) <= MOST_CLASSES and all(number.is_integer() for number in different)
        classes = ordered(map(_as_text, numbers)) if is_whole else ()
        return Column(name, NUMBERS, role, (min(numbers), max(numbers)) if numbers else (), missing, classes)
    texts = ordered(map(_as_text, there))
    return Column(name, TEXT, role, texts, missing, texts if 2 <= len(texts) <= MOST_CLASSES else ())


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Code):
        return cell.text
    return cell if isinstance(cell, str) else repr(cell).removesuffix(".0")


def _with_roles(columns: Sequence[Column], numbered: Set[int], *, plain: bool) -> tuple[list[Column], bool]:
    """The columns, each with a role, and whether the answer was guessed. Where others are inputs, those that number the
    rows are left out."""
    guessed = False
    answers = [k for k, column in enumerate(columns) if column.role in {ANSWER, CLASSES}]
    if not answers:
        answers, guessed = _answers(columns, plain=plain)
    inputs = {k for k, column in enumerate(columns) if k not in answers and column.kind == NUMBERS}
    inputs = inputs - numbered or inputs

    def role(k: int, column: Column) -> str:
        if k in answers:
            return CLASSES if column.kind == TEXT else column.role or ANSWER
        return column.role or (INPUT if k in inputs else LEFT_OUT)

    return [replace(column, role=role(k, column)) for k, column in enumerate(columns)], guessed


def _answers(columns: Sequence[Column], *, plain: bool) -> tuple[list[int], bool]:
    """The columns that are the answer where nobody says which, and whether that was guessed."""
    free = [k for k, column in enumerate(columns) if not column.role and column.kind != EMPTY]
    heads = {k: columns[k].name.translate(PLAIN_NAME).strip() for k in free}
    if named := [k for k in free if OUTPUT_NAME.fullmatch(heads[k])]:
        return named, False
    if not plain:
        if named := [k for k in free if CLASS_NAME.fullmatch(heads[k])]:
            return named[:1], False
        texts = [k for k in free if columns[k].kind == TEXT and columns[k].classes]
        if len(texts) == 1:
            return texts, False
    unnamed = [k for k in free if not INPUT_NAME.fullmatch(heads[k])]
    return (unnamed or free)[-1:], True


def _check_answers(columns: Sequence[Column]) -> None:
    """TableError unless there is an answer, and classes are the only one."""
    answers = [column for column in columns if column.role in {ANSWER, CLASSES}]
    if not answers:
        raise TableError("There is no answer here: a row needs at least one input and one output.")
    classes = next((column for column in answers if column.role == CLASSES), None)
    if classes and len(answers) > 1:
        raise TableError(f"“{classes.name}” has classes, so it is the only answer. Leave out the others.")


def _check_texts(
    columns: Sequence[Column], cells: Sequence[Sequence[Cell]], rows: Sequence[NumberedRow], *, named: bool
) -> None:
    """TableError for texts that are no numbers and no classes, and for answers with too few or too many texts.

    Without a header nobody could say which column of text was left out, so none is.
    """
    wrong = []
    for column, texts in zip(columns, cells, strict=True):
        is_read = column.kind == NUMBERS and column.role != LEFT_OUT
        if is_read or (column.kind == TEXT and not named and not column.classes and column.role != INPUT):
            found = ((at, cell) for (at, _), cell in zip(rows, texts, strict=True) if isinstance(cell, str))
            wrong += [one for one in found if not _is_missing(one[1])][:1] if str in set(map(type, texts)) else []
        elif column.kind == TEXT and column.role in {INPUT, CLASSES}:
            _check_length(column)
    if wrong:
        at, cell = min(wrong, key=lambda found: found[0])
        raise TableError(f"{no_number(cell, at)} Correct it, or empty the cell to leave out its row.")


def _check_length(column: Column) -> None:
    longest = max(column.values, key=lambda text: len(str(text)))
    if len(str(longest)) > LONGEST_TEXT:
        raise TableError(
            f"“{column.name}” has a text of {len(str(longest)):,} characters; at most {LONGEST_TEXT}. "
            "Shorten it, or leave out the column."
        )


def _kept_rows(columns: Sequence[Column], rows: Sequence[NumberedRow]) -> tuple[list[list[Cell]], tuple[int, ...]]:
    """The rows in which every cell that is used is there, and the lines of the others."""
    used = [k for k, column in enumerate(columns) if column.role != LEFT_OUT and column.missing]
    kept, left_out = [], []
    for at, cells in rows:
        if any(_is_missing(cells[k]) for k in used):
            left_out.append(at)
        else:
            kept.append(cells)
    return kept, tuple(left_out)


def _nothing_left(columns: Iterable[Column], rows: int) -> str:
    worst = max((column for column in columns if column.role != LEFT_OUT), key=lambda column: column.missing)
    lacks = f"“{worst.name}” lacks {worst.missing:,} of {rows:,}"
    return f"Every row lacks a value. Leave out a column: {lacks}."


def _inputs(columns: Sequence[Column], kept: Sequence[Sequence[Cell]]) -> tuple[tuple[TableRow, ...], list[str]]:
    """The inputs of each row, and their names: a column of numbers as it is, of text a 0/1 column for each text."""
    parts: list[list[float]] = []
    names: list[str] = []
    if not any(column.role == INPUT for column in columns):
        raise TableError("There is no input here: a row needs at least one input and one output.")
    for k, column in enumerate(columns):
        if column.role != INPUT:
            continue
        cells = [cells[k] for cells in kept]
        if column.kind == NUMBERS:
            parts.append(list(map(float, cells)))
            names.append(column.label)
            continue
        if len(names) + len(column.values) > MOST_INPUTS:
            raise TableError(_too_many_inputs(columns))
        for text in column.values:
            parts.append([float(_as_text(cell) == text) for cell in cells])
            names.append(f"{column.label}: {text}"[:LONGEST_TEXT])
    if len(parts) > MOST_INPUTS:
        raise TableError(_too_many_inputs(columns))
    return tuple(zip(*parts, strict=True)), names


def _too_many_inputs(columns: Iterable[Column]) -> str:
    widths = (1 if column.kind == NUMBERS else len(column.values) for column in columns if column.role == INPUT)
    return f"There are {sum(widths):,} inputs; a table has at most {MOST_INPUTS}. Leave out some columns."


def _targets(
    columns: Sequence[Column], kept: Sequence[Sequence[Cell]], renamed: Mapping[str, str]
) -> tuple[tuple[TableRow, ...], tuple[str, ...] | None]:
    """The targets of each row, and the classes that they stand for."""
    answers = [(k, column) for k, column in enumerate(columns) if column.role in {ANSWER, CLASSES}]
    at, answer = answers[0]
    if answer.role == ANSWER:
        return tuple(tuple(float(cells[k]) for k, _ in answers) for cells in kept), None
    new = {text: " ".join(name.split()) or text for text, name in renamed.items()}
    texts = [new.get(text, text) for text in (_as_text(cells[at]) for cells in kept)]
    count = len(set(texts))
    if not 2 <= count <= MOST_CLASSES:
        different = f"{count:,} different texts" if count > 1 else "one text"
        cure = "Take another column as the answer, by the name “target”, or fewer texts."
        raise TableError(f"“{answer.name}” has {different}; classes are 2 to {MOST_CLASSES}. {cure}")
    classes, targets = one_hot(texts)
    return targets, classes
