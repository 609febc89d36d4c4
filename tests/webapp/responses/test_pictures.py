"""Rows of a table as pictures: those that are listed, and those that a hidden unit answers most to."""

import numpy as np
import pytest

from engine import CATALOGUE, Network, run
from tests.engine.asserting import known
from tests.webapp.decoding import decoded
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.bench.requests import AnswerOptions, MapOptions
from webapp.responses.input_domain import InputDomain
from webapp.responses.rows.answers import answers_at
from webapp.responses.rows.pictures import MOST_ROWS, pictures_of, rows_of_unit
from webapp.responses.static_view import StaticView, static_view
from webapp.responses.step_view import response_at_step, step_view_at

PENGUINS, DIGITS = (CATALOGUE[key].experiment for key in ("penguins", "digits"))


@pytest.fixture(scope="module")
def trained() -> Network:
    return run(DIGITS, DIGITS.network()).trained


def test_a_picture_has_the_ink_of_the_table() -> None:
    found = pictures_of(DIGITS, [70, 3, 70])["pictures"]
    assert found["rows"] == [3, 70]
    pixels = decoded(found["pixels"]).reshape(2, 64)
    numbers = known(DIGITS.table).table.arrays[0]
    assert pixels.tolist() == np.round(255 * numbers[[2, 69]] / 16).tolist()


def test_only_rows_that_are_listed_and_are_pictures_are_sent(trained: Network) -> None:
    table = known(DIGITS.table)
    x = table.learned[0][0]
    found = answers_at(DIGITS, trained, x, AnswerOptions("held-out", (8, 5), None, None, 0))
    assert found is not None
    cell = found["cell"]
    listed = {row for row, _ in cell["rows"] + cell["unsure"]} | {found["row"]["number"]}
    assert set(found["pictures"]["rows"]) == listed
    assert len(decoded(found["pictures"]["pixels"])) == 64 * len(listed)
    closed = answers_at(DIGITS, trained, x, AnswerOptions("held-out", None, None, None, 0))
    assert closed is not None
    assert closed["pictures"]["rows"] == [closed["row"]["number"]]
    others = answers_at(
        PENGUINS,
        PENGUINS.network(),
        known(PENGUINS.table).learned[0][0],
        AnswerOptions("learned", (0, 0), None, None, 0),
    )
    assert others is not None
    assert "pictures" not in others
    assert pictures_of(DIGITS, []) == {}


@pytest.mark.parametrize("unit", [(1, 6), (2, 4)])
def test_a_unit_has_the_learned_rows_that_it_answers_most_to(unit: tuple[int, int], trained: Network) -> None:
    X = known(DIGITS.table).learned[0]
    values = list(trained.responses(X))[unit[0]][:, unit[1]]
    wanted = known(DIGITS.table).rows.learned[np.argsort(-values, kind="stable")[:MOST_ROWS]] + 1
    found = rows_of_unit(DIGITS, trained, unit)["most"]
    assert found["rows"] == wanted.tolist()
    assert sorted(found["rows"]) == found["pictures"]["rows"]
    view = step_view_at(DIGITS, None, 5, np.zeros(5), (trained, trained))
    response = response_at_step(view, InputDomain(DIGITS), MapOptions(unit=(1, 6)))
    assert response["unit"]["most"] == rows_of_unit(DIGITS, trained, (1, 6))["most"]


def test_units_of_other_tables_and_units_that_are_none_have_no_rows() -> None:
    for experiment, unit in ((PENGUINS, (1, 0)), (DIGITS, (1, 99)), (DIGITS, (9, 0)), (DIGITS, None)):
        assert rows_of_unit(experiment, experiment.network(), unit) == {}


def test_a_page_knows_the_shape_of_pictures() -> None:
    for key, shape in (("digits", {"rows": 8, "columns": 8, "cells": tuple(range(64))}), ("penguins", None)):
        experiment = CATALOGUE[key].experiment
        view = StaticView(CATALOGUE_CONTENT.rows[key], experiment, experiment.network())
        assert static_view(view, CATALOGUE_CONTENT).get("picture") == shape
