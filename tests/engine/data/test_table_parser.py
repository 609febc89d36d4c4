"""Pasted text becomes a table, or a sentence that says which row is wrong."""

from hypothesis import given
from hypothesis import strategies as st

from engine.data.table import Table
from engine.data.table_parser import MOST_CHARACTERS, parse_block, parse_table, read_table
from engine.errors import TableError
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
    "a header of other words": "height,weight,class\n1,2,0.5\n3.5,-4,6",
    "a header that names inputs only": "kind, v[0], v[1]\n0.5,1,2\n6,3.5,-4",
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
    assert parse_block("5\n6") == ([], [[5.0], [6.0]])
    assert parse_block("0,5\t−1\n2\t3") == ([], [[0.5, -1.0], [2.0, 3.0]])
    assert parse_block("y0;y1\n1;2") == (["y0", "y1"], [[1.0, 2.0]])
    assert len(read_table("x,y\n" + "1,2\n" * 10_000).inputs) == 10_000


REFUSED = {
    "": "There are no numbers here. Give a row for each sample, such as 0.5; 1; −1.",
    " ,;\n": "There are no numbers here. Give a row for each sample, such as 0.5; 1; −1.",
    "x,y": "There are names here and no numbers. Give at least one row of numbers.",
    "1,2\n3,4,5\n6,7": "Row 2 has 3 numbers, the others 2.", "1,2,3\n\n\n1\n1,2,3": "Row 4 has 1 number, the others 3.",
    "x,y\n1,2,3": "Row 2 has 3 numbers, the names are 2.", "1,2\nabc,3": "Row 2: “abc” is not a number.",
    "x0,1\n2,3": "Row 1: “x0” is not a number.", "1,2\n1,nan": "Row 2: “nan” is not a finite number.",
    "inf,-inf": "Row 1: “inf” is not a finite number.", "1e400,2": "Row 1: “1e400” is not a finite number.",
    "1,2,3\n1,,3": "Row 2: a number is missing between two separators.",
    "PK\x03\x04\0\0": "This is no text. Give rows of numbers as text, such as a CSV.",
    "1,2\n\ufffd": "This is no text. Give rows of numbers as text, such as a CSV.",
    "1,000 2,000": "Row 1: “000 2” is not a number.", "1,2,3 4": "Row 1: “3 4” is not a number.",
    '"1,000",2': "Row 1: “1,000” is not a number.", "1_000,2": "Row 1: “1_000” is not a number.",
    "0x10,2": "Row 1: “0x10” is not a number.",
    "5\n6": "There is no input here: a row needs at least one input and one output.",
    "y0,y1\n1,2": "There is no input here: a row needs at least one input and one output.",
    "1," * 40 + "1": "There are 41 columns; a table has at most 16 inputs and as many outputs.",
    "1," * 17 + "1": "A table has from 1 to 16 columns of inputs, not 17.",
    "1,2\n" * 10_001: "A table has from 1 to 10,000 rows.",
    "1,2\n" * 10_002: "There are 10,002 rows; a table has at most 10,000.",
    " " * (MOST_CHARACTERS + 1): "The text has 1,000,001 characters; at most 1,000,000 (1 MB) are read.",
    "1,2\n" + "1" * 140_000 + ",2": "Row 2 cannot be read: field larger than field limit (131072).",
}  # fmt: skip


def test_an_error_in_a_table_names_its_row_and_the_longest_row_is_refused() -> None:
    found = [(text[:40], refusal(TableError, read_table, text), sentence) for text, sentence in REFUSED.items()]
    assert [(text, said, sentence) for text, said, sentence in found if said != sentence] == []
    for text in (
        "1," * 499_999 + "1", '"' * 999_999, "1;" * 499_999 + "1", "\0" * 999_999, "1 " * 499_999 + "1", "," * 999_999,
    ):  # fmt: skip
        refuses(TableError, read_table, text)


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
@given(st.text(max_size=60) | st.lists(pieces, max_size=40).map("".join))
def test_any_text_is_a_table_or_a_table_error(text: str) -> None:
    said = ""
    try:
        table = read_table(text)
    except TableError as error:
        said = str(error)
    else:
        assert Table(table.inputs, table.targets) == table
    assert len(said) < 200
