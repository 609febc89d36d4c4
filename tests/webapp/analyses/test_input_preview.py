"""Typed text has a preview: a formula its graph, data its rows, and either its error."""

import json
import re
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import resolve_activation
from engine.data.table import MOST_ROWS
from engine.data.table_parser import read_table
from engine.experiments.experiment import Experiment, Map
from engine.formula import Formula, plain_spelling
from engine.formula.syntax import LONGEST
from tests.engine.asserting import refuses
from tests.engine.formula.test_refused import ATTACKS
from webapp.analyses.input_preview import formula_preview, table_preview
from webapp.base.validation import Malformed
from webapp.responses.network_diagram import function_paths

CURE = "Correct it, or empty the cell to leave out its row."


def test_a_formula_has_the_picture_that_its_card_will_have_and_an_error_its_position() -> None:
    for text in ["x*x/2", "tanh(x)", "where(x > 0, x, 0.1*x)", "2", "sqrt(x)"]:
        seen = formula_preview(text, "x")
        assert (seen["path"], seen["slope"]) == function_paths(resolve_activation(text))
        assert seen["slopeText"] == Formula(text).slope_text
    for text, flat in [("x", False), ("floor(x)", True), ("3", True), ("x + floor(x)", False)]:
        assert formula_preview(text, "x")["flat"] is flat
        assert Experiment((Map(text),), "swap").network().layers[0].function.slope_is_zero is flat
    seen = formula_preview("1e308*x*1e10", "x")
    assert re.fullmatch(r"[ML\d. -]*", seen["path"] + seen["slope"])
    assert (formula_preview("v0*v1 + v7", "v"), formula_preview("x", "v")["position"]) == ({}, 0)
    assert formula_preview("v0", "x")["position"] == 0
    seen = formula_preview("x+" * 10**6, "x")
    assert seen["position"] == LONGEST
    assert len(seen["error"]) < 200
    for text in ATTACKS[::40]:  # the parser is tried with all of them
        means_something = plain_spelling(text)[0] != text  # a power or a sign, spelled as people do
        for variables in ("x", "v"):
            seen = formula_preview(text, variables)
            if "error" in seen or (variables == "x" and not means_something):
                assert set(seen) == {"error", "position"}
                assert 0 <= seen["position"] <= len(text)
                assert len(seen["error"]) < 300


@given(st.text(max_size=60), st.text(max_size=3))
def test_whatever_is_typed_it_is_a_picture_or_an_error(text: str, variables: str) -> None:
    seen = formula_preview(text, variables)
    assert set(seen) in ({"error", "position"}, {"path", "slope", "slopeText", "flat"}, {"path", "slope"}, set())
    json.dumps(seen, allow_nan=False)


def test_pasted_facts_are_the_rows_of_their_table_and_text_that_is_none_has_an_error() -> None:
    text = "x0; x1; y\n0,5; 1; −1\n2; 3; 4"
    seen, table = table_preview({"text": text}), read_table(text)
    assert seen["rows"] == [[*x, *y] for x, y in zip(table.inputs, table.targets, strict=True)]
    assert (seen["inputs"], seen["outputs"], seen["guessed"]) == (("x0", "x1"), ("y",), False)
    seen = table_preview({"text": "1 2 3\n4 5 6"})
    assert (seen["inputs"], seen["outputs"], seen["guessed"]) == (("column 1", "column 2"), ("column 3",), True)
    assert table_preview({"text": "5\n6", "block": True}) == {"names": [], "rows": [[5.0], [6.0]]}
    assert table_preview({"text": "a;y\n0,5;−6", "block": True}) == {"names": ["a", "y"], "rows": [[0.5, -6.0]]}
    assert table_preview({"text": "a b\n1 many", "block": True}) == {"error": "Row 2: “many” is not a number."}
    for text, columns, says in [
        ("", 0, "There are no numbers here. Give a row for each sample, such as 0.5; 1; −1."),
        ("1 2\n3", 0, "Row 2 has 1 number, the others 2. Correct that row."),
        ("1 2\n3 four", 2, f"Row 2: “four” is not a number. {CURE}"),
        ("1 2\n3 inf", 2, f"Row 2: “inf” is not a finite number. {CURE}"),
        ("1\n2", 1, "There is no input here: a row needs at least one input and one output."),
        ("1 2\n" * (MOST_ROWS + 2), 0, "There are 10,002 rows; a table has at most 10,000. Leave out the others."),
        (" ".join(["1"] * 72), 72, "There are 71 inputs; a table has at most 64. Leave out some columns."),
    ]:
        seen = table_preview({"text": text})
        assert (seen["error"], len(seen.get("columns", ()))) == (says, columns)
    cases: list[Any] = [
        None, 1, "1 2", [], {}, {"text": "1 2", "block": 1}, {"text": None}, {"text": 1}, {"text": ["1 2"]},
        {"Text": ""},
    ]  # fmt: skip
    for body in cases:
        refuses(Malformed, table_preview, body, match="come as text")


def test_a_text_of_classes_has_a_column_of_0_and_1_for_each_and_says_what_is_left_out() -> None:
    seen = table_preview({"text": "species,island,bill_mm\nGentoo,a,46\nAdelie,b,39\nGentoo,c,NA\n"})
    assert (seen["rows"], seen["inputs"]) == ([[46.0, 0.0, 1.0], [39.0, 1.0, 0.0]], ("bill (mm)",))
    assert (seen["outputs"], seen["guessed"]) == (("Adelie", "Gentoo"), False)
    left_out = "Rows that lack a value are left out, by their lines:"
    assert seen["says"] == f"Columns that are not used: “island”. {left_out} 4; the others are numbered anew."
    seen = table_preview({"text": "a,b,c,d,e,f,x,y\nk,k,k,k,k,k,1,2\nk,k,k,k,k,k,1,3\n" + "k,k,k,k,k,k,?,3\n" * 6})
    columns = "Columns that are not used: “a”, “b”, “c”, “d”, “e” and 1 more."
    assert seen["says"] == f"{columns} {left_out} 4, 5, 6, 7, 8 and 1 more; the others are numbered anew."
    assert table_preview({"text": "1 2\n3 4"})["says"] == ""
    seen = table_preview({"text": "built;people;weight;price\n1995;8467975;1500;1,25\n2020;−12000;2500,5;1e15"})
    assert [column["says"] for column in seen["columns"]] == [
        "numbers, 1995 to 2020", "numbers, −12,000 to 8,467,975", "numbers, 1,500 to 2,500.5",
        "numbers, 1.25 to 1 × 10¹⁵",
    ]  # fmt: skip


ROWS_AND_COLUMNS = {
    "rows", "inputs", "outputs", "guessed", "says", "columns", "plain", "stay", "split", "classes",
}  # fmt: skip


@given(st.text(max_size=80) | st.text('0123456789.,;\t\n -−exy"', max_size=80))
def test_whatever_is_pasted_it_is_rows_or_one_sentence(text: str) -> None:
    seen = table_preview({"text": text})
    assert set(seen) in (ROWS_AND_COLUMNS, {"error"}, {"error", "columns"})
    json.dumps(seen, allow_nan=False)
    if "rows" in seen:
        assert {len(row) for row in seen["rows"]} == {len(seen["inputs"]) + len(seen["outputs"])}


def test_formulas_and_facts_are_asked_for_over_the_wire(client: FlaskClient) -> None:
    seen: Any = client.get("/formula", query_string={"text": "x*x", "variables": "x"}).get_json()
    assert (seen, client.get("/formula").get_json()) == (formula_preview("x*x", "x"), formula_preview("", "x"))
    seen = client.post("/facts", json={"text": "1 2\n3 4"}).get_json()
    assert seen["rows"] == [[1.0, 2.0], [3.0, 4.0]]
    for body in [b"", b"{", b"null", b'{"text": 1}', b"[" * 10_000]:
        answer = client.post("/facts", data=body, content_type="application/json")
        assert (answer.status_code, set(answer.get_json())) == (400, {"error", "id"})


HOSTILE_FILES = {
    "a byte-order mark": "\ufeffa;y\n1;2\n", "NUL": "a,b\n1,\0\n", "replacement characters": "a,b\n\ufffd,2\n",
    "1,000 columns": ",".join(["1"] * 1_000), "a million lines": "1\n" * 499_999, "too long": "1 2\n" * 300_000,
    "an open quote": '"a,b\n1,2\n3,4', "mixed separators": "a;b,c\td\n1,2;3\t4", "formulas": "=1+1,y\n@SUM(A1),2\n",
    "dates": "day,y\n2026-11-29,1\n2026-11-30,2\n", "one class": "x,species\n1,a\n2,a\n",
    "a class of one row": "x,species\n1,a\n2,a\n3,b\n", "a constant column": "c,x,y\n1,2,3\n1,3,4\n",
    "doubled heads": "a,a,y\n1,2,3\n4,5,6\n", "no rows": "a,b\n", "nothing": " \n\t\n", "a script": "<script>,y\n1,2\n",
    "every row lacks a number": "a,b,y\n1,,2\n,1,2\n", "ragged": "1,2,3\n4,5\n", "endless numbers": "1" * 400 + ",2\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE_FILES)
def test_a_hostile_file_gets_a_table_or_a_sentence_over_the_wire_in_a_second(client: FlaskClient, kind: str) -> None:
    start = time.process_time()
    answer = client.post("/facts", json={"text": HOSTILE_FILES[kind]})
    assert time.process_time() - start < 1.0
    seen = answer.get_json()
    assert answer.status_code == 200, seen
    assert set(seen) in (ROWS_AND_COLUMNS, {"error"}, {"error", "columns"})
    assert "rows" in seen or seen["error"][-1] in ".?"


BIRDS = "kind,bill_length_mm,ring\n" + "".join(f"{'ab'[k % 2]},{k}.5,r{k}\n" for k in range(20)) + "a,NA,r\n"


def test_columns_are_told_with_the_roles_they_may_have_and_other_roles_give_another_table() -> None:
    seen = table_preview({"text": BIRDS})
    assert [(column["name"], column["role"], column["missing"]) for column in seen["columns"]] == [
        ("kind", "classes", 0), ("bill_length_mm", "input", 1), ("ring", "left out", 0),
    ]  # fmt: skip
    assert [column["says"] for column in seen["columns"]][:2] == ["text: a, b", "numbers, 0.5 to 19.5"]
    long = table_preview({"text": "note,x,y\nlong enough to be cut,1,2\nas long as it may be,3,4\n"})
    assert long["columns"][0]["says"] == "text: as long as it may be, long enough to be c…"
    assert seen["columns"][1]["label"] == "bill length (mm)"
    assert (seen["stay"], seen["split"], seen["classes"], seen["plain"]) == (
        "20 rows: 10 a, 10 b.", [12, 4, 4], True, False,
    )  # fmt: skip
    roles = {"0": "input", "1": "answer", "2": "left out"}
    other = table_preview({"text": BIRDS, "roles": roles})
    assert (other["inputs"], other["outputs"], other["stay"]) == (
        ("kind: a", "kind: b"),
        ("bill_length_mm",),
        "20 rows.",
    )
    wrong = table_preview({"text": BIRDS, "roles": {"0": "left out", "1": "left out", "2": "classes"}})
    assert "“ring” has 21 different texts" in wrong["error"] or "There is no input here" in wrong["error"]
    assert [column["role"] for column in wrong["columns"]] == ["left out", "left out", "classes"]
    alike = table_preview({"text": "a,k\n1,yes\n2,yes"})["columns"][1]
    assert [title for _, title in alike["roles"]] == ["Input, 1 column of 0 and 1", "Answer, 1 class", "Leave out"]
    assert table_preview({"text": "x0 y\n1 2\n3 4"})["plain"]
    assert not table_preview({"text": "age height\n1 2\n3 4"})["plain"]
    malformed: list[Any] = [[], {"a": "input"}, {"0": "king"}, {"-1": "input"}, {0: "input"}]
    for given_roles in malformed:
        refuses(Malformed, table_preview, {"text": BIRDS, "roles": given_roles})
    named = table_preview({"text": BIRDS, "names": {"1": "bill (cm)"}, "classes": {"a": "Auk"}})
    assert (named["inputs"], named["outputs"]) == (("bill (cm)",), ("Auk", "b"))
    assert [column["classes"] for column in named["columns"]] == [("a", "b"), (), ()]
    nameless: list[Any] = [{"names": []}, {"names": {"a": "b"}}, {"names": {"0": 1}}, {"classes": {"a": "b" * 61}}]
    for wrong_names in nameless:
        refuses(Malformed, table_preview, {"text": BIRDS} | wrong_names)
