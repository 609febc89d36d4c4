"""Pasted text becomes a table, or a sentence that says which row is wrong."""

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.number_cells import read_cell, read_numbers
from engine.data.table import Table
from engine.data.table_cells import MOST_CHARACTERS, parse_block
from engine.data.table_parser import ROLES, parse_table, read_table
from engine.errors import BenchError, TableError
from tests.engine.asserting import refusal, refuses
from tests.engine.strategies import MANY, SOME, finite_float

PAIR = Table(((1.0, 2.0), (3.5, -4.0)), ((0.5,), (6.0,)))

READ = {
    "commas": "1,2,.5\n3.5,-4,6", "commas and blanks": "1, 2, 0.5\n3.5, -4, 6\n",
    "semicolons and decimal commas": "1;2;0,5\n3,5;-4;6", "tabs and decimal commas": "1\t2\t,5\n3,5\t-4\t6",
    "tabs and decimal points": "1\t2\t0.5\n3.5\t-4\t6", "blanks": "1 2  0.5\n 3.5 -4 6 ",
    "a true minus": "1,2,0.5\n3.5,−4,6", "powers of ten": "1;2;5e-1\n35e-1;-0,4e1;6E0",
    "windows": "1,2,0.5\r\n3.5,-4,6\r\n", "an old mac": "1,2,0.5\r3.5,-4,6\r",
    "a byte order mark": "\ufeff1,2,0.5\n3.5,-4,6", "blanks and decimal commas": "1 2 0,5\n3,5 -4 6",
    "blanks, a header and decimal commas": "a b y\n1,0 2,0 ,5\n3,5 −4 6",
    "quotes and decimal commas": '1,2,"0,5"\n"3,5","-4",6',
    "a header, semicolons, decimal commas and a true minus": "a;b;y\n1,0;2,0;0,5\n3,5;−4,0;6,0",
    "quotes": '"1","2","0.5"\n"3.5","-4","6"', "empty lines": "\n\n1,2,0.5\n,,\n  \n3.5,-4,6\n\n",
    "separators at the end": "1,2,0.5,\n3.5,-4,6,,\n", "one separator at one end": "1,2,0.5,\n3.5,-4,6",
    "a header": "x0,x1,y\n1,2,0.5\n3.5,-4,6", "a header in print": "v₀;v₁;y₀\n1;2;0,5\n3,5;-4;6",
    "a header with the output first": "Target, in_left, in_right\n0.5,1,2\n6,3.5,-4",
    "a header of signs and pictures": "📏 1,% fat,🐧\n1,2,0.5\n3.5,-4,6",
    "a header of other words": "height,weight,class\n1,2,0.5\n3.5,-4,6",
    "a header that names inputs only": "kind, v[0], v[1]\n0.5,1,2\n6,3.5,-4",
    "a spreadsheet's own first line": 'sep=;\r\n1;2;0,5\r\n3,5;-4;6', "bars": "1|2|0.5\n3.5|-4|6",
    "comments": "# made by hand; in May\n1,2,0.5\n#,,\n3.5,-4,6\n# end",
    "years as names": "what,2001,2002\n1,2,0.5\n3.5,-4,6", "a bare corner": ",2001,2002\n1,2,0.5\n3.5,-4,6",
    "titles above the header": "Table 1: made in 2020, by hand\nDraft\n\n,,\nx0,x1,y\n1,2,0.5\n3.5,-4,6",
    "a spreadsheet's title": "All that we have,,\nDraft,,\nx0,x1,y\n1,2,0.5\n3.5,-4,6",
    "signs of currencies and hundredths": "$1;2 %;0,50 €\n3,5;-£4;6%",
}  # fmt: skip


def test_a_table_is_read_as_people_write_it_and_a_block_is_numbers_and_the_names_above() -> None:
    assert [kind for kind, text in READ.items() if read_table(text) != PAIR] == []
    for header, inputs, targets, guessed in (
        ("", ("column 1", "column 2", "column 3"), ("column 4",), True),
        ("x0,x1,y0,y1\n", ("x0", "x1"), ("y0", "y1"), False),
        ("a,b,c,d\n", ("a", "b", "c"), ("d",), True),
        ("label,a,expected,b\n", ("a", "b"), ("label", "expected"), False),
        ("out 1,OUT_2,T,in\n", ("in",), ("out 1", "OUT_2", "T"), False),
        ("x,v1,inputs,feature_2\n", ("x", "v1", "inputs"), ("feature_2",), True),
        ("temperature,time,volume,income\n", ("temperature", "time", "volume"), ("income",), True),
    ):
        reading = parse_table(header + "1,2,3,4\n5,6,7,8")
        assert (reading.inputs, reading.targets, reading.guessed) == (inputs, targets, guessed)
    assert parse_table("Mozart,1756,1791\nBach,1685,1750").targets == ("Bach", "Mozart"), "years in all rows are data"
    assert parse_block("5\n6") == ([], [[5.0], [6.0]])
    assert parse_block("0,5\t−1\n2\t3") == ([], [[0.5, -1.0], [2.0, 3.0]])
    assert parse_block("y0;y1\n1;2") == (["y0", "y1"], [[1.0, 2.0]])
    assert len(read_table("x,y\n" + "1,2\n" * 10_000).inputs) == 10_000


LARGE = {
    "Germany": "1.234,5;-12.345;1.234.567;0,5", "Switzerland": "1'234.5\t-12’345\t1'234'567\t.5",
    "France": "1\u202f234,5;−12 345;1\u00a0234\u00a0567;0,5", "America": '"1,234.5","-12,345","1,234,567",0.5',
    "a spreadsheet": "$1,234.5\t-12,345\t1,234,567\t0.5", "a program": "1234.5,-12345,1.234567e6,5e-1",
}  # fmt: skip


@pytest.mark.parametrize("where", LARGE)
def test_thousands_are_told_from_decimals_by_what_other_numbers_of_the_text_show(where: str) -> None:
    assert read_table(LARGE[where]).inputs == ((1234.5, -12345.0, 1234567.0),)


def test_a_comma_that_may_be_either_groups_thousands_but_between_semicolons_and_a_point_never_does() -> None:
    for text, first in (
        ("1,234\t1", 1234), ('"1,234",1', 1234), ("1,234;1", 1.234), ("1.234;1", 1.234), ("1.234\t1", 1.234),
        ("1,234;2.5;3,5", 1.234), ("1,5;2.5;1", 1.5),
    ):  # fmt: skip
        assert read_table(text).inputs[0][0] == first, text


def test_texts_have_other_separators_lines_and_signs_that_are_not_seen_in_them() -> None:
    parsed = parse_table('note,a\u200f,kind\n"one; two",1,"کتاب\u200cها"\n"x\ty; z",2,"A\u200eda \n B"\n')
    assert parsed.table.names == (("a",), ("kind",))
    assert (parsed.table.classes, parsed.table.inputs) == (("Ada B", "کتاب\u200cها"), ((1.0,), (2.0,)))
    assert parsed.columns[0].values == ("one; two", "x y; z")


def test_what_a_spreadsheet_or_a_person_writes_where_nothing_is_known_is_missing() -> None:
    for sign in ("#N/A", "#NV", "#DIV/0!", "#ÜBERLAUF!", "<NA>", "n.a.", "--", "–", "—", "−", ".", "NaT"):
        assert parse_table(f"a,y\n1,2\n{sign},2\n3,4").left_out == (3,), sign
    for sign in ("#1", "..", "x"):
        refuses(TableError, parse_table, f"a,y\n1,2\n{sign},2\n3,4")


def test_a_column_that_numbers_the_rows_is_left_out_where_another_is_an_input() -> None:
    for text, inputs in (
        (",a,y\n0,5,6\n1,7,8", ("a",)), ("id,a,kind\n1,5,x\n2,7,y", ("a",)), ("ID,y\n1,5\n2,7", ("ID",)),
        ("id,a,y\n1,5,6\n3,7,8", ("id", "a")), ("1,5,6\n2,7,8", ("column 1", "column 2")),
        ("a,b,y\n1,5,6\n2,7,8", ("a", "b")),
    ):  # fmt: skip
        assert parse_table(text).inputs == inputs, text
    assert parse_table(",a,y\n0,5,6", {0: "input", 1: "input"}).inputs == ("column 1", "a")


CURE = "Correct it, or empty the cell to leave out its row."
REFUSED = {
    "": "There are no numbers here. Give a row for each sample, such as 0.5; 1; −1.",
    " ,;\n": "There are no numbers here. Give a row for each sample, such as 0.5; 1; −1.",
    "x,y": "There are names here and no numbers. Give at least one row of numbers.",
    "1,2\n3,4,5\n6,7": "Row 2 has 3 numbers, the others 2. Correct that row.",
    "1,2,3\n\n\n1\n1,2,3": "Row 4 has 1 number, the others 3. Correct that row.",
    "x,y\n1,2,3": "Row 2 has 3 numbers, the names are 2. Correct that row.",
    "1,2\nabc,3": f"Row 2: “abc” is not a number. {CURE}",
    "x0,1\n2,3": f"Row 1: “x0” is not a number. {CURE}",
    "inf,-inf": f"Row 1: “inf” is not a finite number. {CURE}",
    "1e400,2": f"Row 1: “1e400” is not a finite number. {CURE}",
    "PK\x03\x04\0\0": "This is no text. Give rows of numbers as text, such as a CSV.",
    "1,2\n\ufffd": "This is no text. Give rows of numbers as text, such as a CSV.",
    "1,000 2,000": f"Row 1: “000 2” is not a number. {CURE}", "1,2,3 4": f"Row 1: “3 4” is not a number. {CURE}",
    "1_000,2": f"Row 1: “1_000” is not a number. {CURE}", "1-2,2": f"Row 1: “1-2” is not a number. {CURE}",
    "0x10,2": f"Row 1: “0x10” is not a number. {CURE}",
    "5\n6": "There is no input here: a row needs at least one input and one output.",
    "y0,y1\n1,2": "There is no input here: a row needs at least one input and one output.",
    "1," * 200 + "1": "There are 201 columns; at most 200 are read. Leave out the others.",
    "1," * 71 + "1": "There are 71 inputs; a table has at most 64. Leave out some columns.",
    ",".join(f"y{k}" for k in range(17)) + ",x\n" + "1," * 17 + "1": "There are 17 outputs; a table has at most 16.",
    "a,b,y\n1,NA,3\n?,2,3\n-,2,3": "Every row lacks a value. Leave out a column: “a” lacks 2 of 3.",
    "a,city\n1,x\n2,x": "“city” has one text; classes are 2 to 10. Take another column as the answer, by the name "
    "“target”, or fewer texts.",
    "a,city\n" + "".join(f"{k},c{k}\n" for k in range(37)): "“city” has 37 different texts; classes are 2 to 10. "
    "Take another column as the answer, by the name “target”, or fewer texts.",
    "kind,age,size\nx,1,2\ny,three,4\nx,5,6": f"Row 3: “three” is not a number. {CURE}",
    "a,species\n1,x\n2," + "y" * 61:
        "“species” has a text of 61 characters; at most 60. Shorten it, or leave out the column.",
    "a,label,y\n1,b,2\n2,c,3": "“label” has classes, so it is the only answer. Leave out the others.",
    "species\na\nb": "There is no input here: a row needs at least one input and one output.",
    "a,b,species\n1,2\n3,4,x": "Row 2 has 2 numbers, the names are 3. Correct that row.",
    "bill length,mass\n1,2,3\n3,4,5": "Each row has 3 cells, the names are 2. Give each column one name.",
    "a,b\n1,2,x\n3,4": "Row 2 has 3 cells, the names are 2. Correct that row.",
    "1,2\n" * 10_001: "A table has from 1 to 10,000 rows.",
    "1,2\n" * 10_002: "There are 10,002 rows; a table has at most 10,000. Leave out the others.",
    " " * (MOST_CHARACTERS + 1):
        "The text has 1,000,001 characters; at most 1,000,000 (1 MB) are read. Leave out rows or columns.",
    'a,b,note\n1,2,x\n3,4,"y\n5,6,z':
        "Row 3 cannot be read: a quote begins a cell, and none ends it. Correct that line.",
    "1,2\n" + "1" * 140_000 + ",2": "Row 2 cannot be read: field larger than field limit (131072). Correct that line.",
}  # fmt: skip


def test_an_error_in_a_table_names_its_row_and_the_longest_row_is_refused() -> None:
    found = [(text[:40], refusal(TableError, read_table, text), sentence) for text, sentence in REFUSED.items()]
    assert [(text, said, sentence) for text, said, sentence in found if said != sentence] == []
    for text in (
        "1," * 499_999 + "1", '"' * 999_999, "1;" * 499_999 + "1", "\0" * 999_999, "1 " * 499_999 + "1", "," * 999_999,
    ):  # fmt: skip
        refuses(TableError, read_table, text)


PENGUINS = """species,island,bill_length_mm,body mass [kg],sex,empty
Gentoo,Biscoe,46.1,4.5,male,
Adelie,Dream,39.1,NA,female,
Gentoo,Biscoe,50,5,,
Adelie,Torgersen,?,3.5,female,
Adelie,Dream,36.5,3.25,female,
"""


def test_a_text_of_classes_keeps_heads_units_and_classes_and_leaves_out_rows_that_lack_a_number() -> None:
    parsed = parse_table(PENGUINS)
    names = (("bill length (mm)", "body mass (kg)"), ("species",))
    targets = ((0.0, 1.0), (0.0, 1.0), (1.0, 0.0))
    table = Table(((46.1, 4.5), (50, 5), (36.5, 3.25)), targets, names=names, classes=("Adelie", "Gentoo"))
    assert parsed.table == table
    assert (parsed.inputs, parsed.targets, parsed.guessed) == (names[0], ("Adelie", "Gentoo"), False)
    assert parsed.left_out == (3, 5)
    assert [(c.name, c.kind, c.role, c.values, c.missing) for c in parsed.columns] == [
        ("species", "text", "classes", ("Adelie", "Gentoo"), 0),
        ("island", "text", "left out", ("Biscoe", "Dream", "Torgersen"), 0),
        ("bill_length_mm", "numbers", "input", (36.5, 50.0), 1),
        ("body mass [kg]", "numbers", "input", (3.25, 5.0), 1),
        ("sex", "text", "left out", ("female", "male"), 1),
        ("empty", "empty", "left out", (), 5),
    ]


def test_a_class_is_called_as_it_is_typed_with_the_zeros_before_it_and_is_the_same_number_elsewhere() -> None:
    text = "id,size\n007,1\n010,2\n007,3\n7,4"
    assert parse_table(text, {0: "classes"}).targets == parse_table(text).columns[0].classes == ("007", "7", "010")
    assert parse_table(text, {0: "input", 1: "answer"}).table.inputs == ((7.0,), (10.0,), (7.0,), (7.0,))


def test_a_role_that_is_given_goes_before_names_and_a_text_as_input_has_a_column_for_each_of_its_texts() -> None:
    parsed = parse_table(PENGUINS, {0: "left out", 1: "input", 2: "left out", 3: "answer"})
    names = ("island: Biscoe", "island: Dream", "island: Torgersen")
    assert parsed.table.names == (names, ("body mass (kg)",))
    assert parsed.table.inputs == ((1, 0, 0), (1, 0, 0), (0, 0, 1), (0, 1, 0))
    assert (parsed.table.targets, parsed.left_out) == (((4.5,), (5.0,), (3.5,), (3.25,)), (3,))
    parsed = parse_table("a,b\n1,10\n2,9\n3,10", {1: "classes"})
    assert (parsed.table.classes, parsed.table.targets) == (("9", "10"), ((0, 1), (1, 0), (0, 1)))
    assert parsed.table.names == (("a",), ("b",))
    for roles, sentence in (
        ({0: "answers"}, "There is no role of a column called 'answers'. Known: input, answer, classes, left out."),
        ({6: "input"}, "The roles name column 7, and there are 6."),
        ({4: "classes", 3: "answer"}, "“sex” has classes, so it is the only answer. Leave out the others."),
        (dict.fromkeys(range(6), "left out"),
         "There is no answer here: a row needs at least one input and one output."),
        ({5: "input"}, "Every row lacks a value. Leave out a column: “empty” lacks 5 of 5."),
    ):  # fmt: skip
        assert refusal(BenchError, parse_table, PENGUINS, roles) == sentence


def test_columns_of_one_name_or_of_one_beginning_are_told_apart_by_a_number() -> None:
    long = "n" * 60
    heads = [column.name for column in parse_table(f"a,a,,{long}1,{long}2,a 2,y\n1,2,3,4,5,6,7").columns]
    assert heads == ["a", "a 2", "column 3", long, f"{'n' * 56} 2", "a 2 2", "y"]


def test_columns_and_classes_have_the_names_that_are_typed() -> None:
    text = "kind,bill_mm\na,1\nb,2\nc,3\n"
    parsed = parse_table(text, names={1: " bill  length (cm) ", 0: " "}, classes={"b": "Bee", "c": "Bee", "a": ""})
    assert (parsed.table.names, parsed.table.classes) == ((("bill length (cm)",), ("kind",)), ("Bee", "a"))
    assert parsed.table.targets == ((0.0, 1.0), (1.0, 0.0), (1.0, 0.0))
    assert [(column.name, column.label) for column in parsed.columns] == [
        ("kind", "kind"), ("bill_mm", "bill length (cm)")
    ]  # fmt: skip
    assert parse_table("1,2\n3,4", names={1: "price"}).table.names == (("column 1",), ("price",))
    assert parse_table("1,2\n3,4", names={}).table.names is None


def test_the_answer_is_said_by_its_name_or_is_the_only_text_of_few_values_and_else_the_last_column() -> None:
    for text, answer, guessed in (
        ("t,species,a\n1,x,5\n2,y,6", ("t",), False),
        ("Species,colour,a\nx,red,5\ny,blue,6", ("x", "y"), False),
        ("colour,a,name\nred,5,p\nblue,6,p", ("blue", "red"), False),
        ("colour,a,b\nred,5,0\nblue,6,NA\nblue,7,1", ("blue", "red"), False),
        ("a,colour,shape,b\n1,red,round,5\n2,blue,flat,6", ("b",), True),
        ("class,a\n1,2\n2,3", ("a",), True),
        ("class,a\n1,2\n2,", ("class",), False),
    ):
        parsed = parse_table(text)
        assert (parsed.targets, parsed.guessed) == (answer, guessed), text
    found = parse_table("5.1,3.5,setosa\n4.9,3,versicolor\n6,3,setosa").table
    assert found == Table(((5.1, 3.5), (4.9, 3), (6, 3)), ((1, 0), (0, 1), (1, 0)), classes=("setosa", "versicolor"))


def test_whole_numbers_of_few_values_may_be_classes_and_never_are_by_themselves() -> None:
    parsed = parse_table("a,y\n0.5,2\n1.5,10\n2.5,2")
    assert (parsed.table.classes, parsed.columns[1].role) == (None, "answer")
    assert [column.classes for column in parsed.columns] == [(), ("2", "10")]


@pytest.mark.parametrize(("head", "label"), {
    "bill_length_mm": "bill length (mm)", "body mass [kg]": "body mass (kg)", "speed (m/s)": "speed (m/s)",
    "time_s": "time (s)", "mm": "mm", "petal_width_cm": "petal width (cm)", "a_b_c": "a b c", "items": "items",
}.items())  # fmt: skip
def test_a_last_unit_stands_in_brackets(head: str, label: str) -> None:
    parsed = parse_table(f"{head},kind\n1,a\n2,b")
    assert (parsed.columns[0].label, parsed.inputs) == (label, (label,))


rows_of_numbers = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(finite_float, min_size=width, max_size=width), min_size=1)
)


@SOME
@given(rows_of_numbers, st.sampled_from([",", ";", "\t", " ", ", ", " ; "]), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_numbers_that_are_written_out_come_back_to_the_bit(rows: list[list[float]], between: str, end: str) -> None:
    table = read_table(end.join(between.join(map(repr, row)) for row in rows))
    assert [[*x, *t] for x, t in zip(table.inputs, table.targets, strict=True)] == rows


pieces = st.sampled_from(
    ["1", "-2.5", "3,5", ",", ";", "\t", " ", "\n", "\r\n", '"', "x", "y0", "nan", "1e999", "\0", "−"]
)


@MANY
@given(st.lists(st.text("0123.,-−e_ x", max_size=4) | st.sampled_from(["nan", "1e999", "9" * 61, "1_0"]), min_size=1))
def test_a_row_that_is_read_at_once_has_the_numbers_of_its_cells(row: list[str]) -> None:
    for marks in (".", ",", ",.", ".,"):
        assert read_numbers(row, marks) in (None, [read_cell(cell, marks) for cell in row])
    assert read_numbers(["1.5", "2"], ".") == [1.5, 2.0]


@given(st.text(max_size=60) | st.lists(pieces, max_size=40).map("".join))
def test_any_text_is_a_table_or_a_table_error(text: str) -> None:
    said = ""
    try:
        table = read_table(text)
    except TableError as error:
        said = str(error)
    else:
        assert Table(table.inputs, table.targets, names=table.names, classes=table.classes) == table
    assert len(said) < 200


HEADS = ["species", "class", "y", "x1", "age", "bill_length_mm", "", "nan", "1", "name (cm)", "label_2", "a" * 50, "τ"]
CELLS = [
    "1", "-2.5", "3,5", "1e400", "inf", "nan", "NA", "n/a", "", "?", "-", "−", "0x10", "1_0", "Adelie", "Gentoo",
    "x" * 70, '"a, b"', '"', "'", "\u0661", "2026-11-29", "<script>", "=1+1", "\x00", "\ufffd", "\u2028", "1.2", "y",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_a_hostile_csv_is_a_table_or_one_sentence_within_a_second_of_work(seed: int) -> None:
    rng = random.Random(seed)
    width, rows, between = rng.choice([1, 2, 3, 9, 70, 250]), rng.choice([1, 2, 5, 40]), rng.choice(",;\t ,")
    some = [rng.choice(CELLS) for _ in range(rng.choice([2, 4, 30]))]
    kinds = [rng.choice([["1", "2", "0.5"], ["1", "2", "NA"], ["Adelie", "Gentoo"], some]) for _ in range(width)]
    lines = [[rng.choice(kind) for kind in kinds] for _ in range(rows)]
    if rng.random() < 0.7:
        lines.insert(0, [rng.choice(HEADS) for _ in range(width)])
    if rng.random() < 0.3:
        lines[-1] = lines[-1][: rng.randrange(width + 1)]
    roles = {rng.randrange(width): rng.choice(ROLES) for _ in range(rng.choice([0, 0, 2]))}
    text = rng.choice(["\n", "\r\n", "\r"]).join(between.join(line) for line in lines * rng.choice([1, 1, 5]))
    start, said = time.process_time(), "A table."
    try:
        parsed = parse_table(text, roles)
    except BenchError as error:
        said = str(error)
    else:
        assert len(parsed.columns) <= width
        assert len(parsed.table.inputs) + len(parsed.left_out) <= text.count("\n") + text.count("\r") + 1
    assert time.process_time() - start < 1.0
    assert re.fullmatch(r"[A-Z“].{5,260}[.?…]", said), said
