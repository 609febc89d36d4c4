"""The runs without one row each as lists and in words, without the page."""

from typing import Any

import pytest

from engine import CATALOGUE, which_sample
from tests.scripts.node import Scripts, scripts
from webapp.figures.encode import plain_fields

page = scripts("output/which_order.js")
SORTED = "return nnbench.inOrder(nnbench.leftOutOf(arguments[0]), arguments[1]).map(({ row }) => row)"


def reply(*rows: dict[str, Any]) -> dict[str, Any]:
    """The answer of the server about these rows; the first is the most usual."""
    usual = {"turns": 5, "effect": 0.1, "own": 0.2, "own_without": 0.3, "luck": False, "diverges_at": None,
             "doubles": None, "answers": None}  # fmt: skip
    every = [{**usual, "rows": k + 1, "targets": "1", **row} for k, row in enumerate(rows)]
    return {name: [row[name] for row in every] for name in every[0]} | {"inputs": None}


def test_what_did_most_comes_first_and_luck_last_and_ties_go_by_row(page: Scripts) -> None:
    found = reply(
        {"effect": 0.1, "own_without": 0.3},
        {"effect": -0.4, "own_without": 0.3},
        {"effect": 0.9, "luck": True, "own_without": 2.0},
        {"effect": None, "own_without": None, "diverges_at": 812},
        {"effect": -0.1, "own_without": 0.1},
    )
    assert page.execute_script(SORTED, found, "did") == [4, 2, 1, 5, 3]
    assert page.execute_script(SORTED, found, "missed") == [4, 3, 1, 2, 5]


def test_the_area_of_a_dot_is_that_of_its_effect(page: Scripts) -> None:
    found = reply({"effect": 0.4}, {"effect": -0.1}, {"effect": 0.0}, {"effect": None, "diverges_at": 3})
    large, quarter, least, diverged = page.execute_script(
        "return nnbench.radiiOf(nnbench.leftOutOf(arguments[0]))", found
    )
    assert large / quarter == pytest.approx(2.0)
    assert 0.0 < least == diverged < quarter
    same = page.execute_script("return nnbench.radiiOf(nnbench.leftOutOf(arguments[0]))", reply({"effect": 0.0}))
    assert same == [least]


def test_an_effect_has_its_sign_and_what_has_no_effect_says_why(page: Scripts) -> None:
    found = reply(
        {"effect": 0.081},
        {"effect": -0.013, "luck": True},
        {"effect": None, "diverges_at": 1812},
        {"effect": 0.0, "turns": 0, "luck": True, "doubles": 1812},
    )
    notes = "nnbench.notesOf(one, 'step', 'row').join(' ')"
    script = f"return nnbench.leftOutOf(arguments[0]).map((one) => [nnbench.effectText(one), {notes}])"
    assert page.execute_script(script, found) == [
        ["+0.0810", ""],
        ["−0.0130", "What it did is not told apart from luck."],
        ["diverges", "Without it the run diverges at step 1,812."],
        ["0", "It has no turn in this run. It has a double: row 1,812."],
    ]
    counts = page.execute_script("return nnbench.countsOf(nnbench.leftOutOf(arguments[0]))", found)
    assert counts == {"worse": 2, "better": 0, "luck": 2}


def test_a_sentence_of_the_engine_is_parted_before_its_runs(page: Scripts) -> None:
    experiment = CATALOGUE["circle-by-heart"].experiment.with_seed(5)
    found = plain_fields(vars(which_sample(experiment)))
    headline, runs = page.call("partsOf", found["sentence"])
    assert f"{headline} {runs}" == found["sentence"]
    assert runs.startswith("30 runs, each without one point")
    assert page.call("partsOf", "This run diverges at step 1,030: there is no end to compare.")[1] == ""
    most = "Row 1,554 did most: without it the held-out loss would be 0.156, not 0.128."
    assert page.call("partsOf", f"{most} 9 of 1,077 runs so far.") == [most, "9 of 1,077 runs so far."]


def test_one_more_number_is_left_out_in_order(page: Scripts) -> None:
    for value, row, text in (("none", 15, "15"), ("3,14", 9, "3,9,14"), ("20", 100, "20,100")):
        assert page.call("withoutToo", value, row) == text


def test_the_effects_are_counted_in_words(page: Scripts) -> None:
    found = reply({}, {"effect": -0.1}, {"luck": True})
    words = "The loss is greater without each of 1, smaller without each of 1; 1 is luck."
    assert page.execute_script("return nnbench.effectCountWords(nnbench.leftOutOf(arguments[0]))", found) == words
