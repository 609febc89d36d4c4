"""The tables that come with the package are the bytes, the rows and the words that their sources have."""

import gzip
import hashlib
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from engine.data.named_tables import TABLES, table_named
from engine.data.table import NAMED_ROWS
from engine.errors import UnknownNameError
from engine.experiments.experiment import Experiment
from engine.experiments.json_codec import inputs_from_plain, plain_inputs
from tests.engine.asserting import refusal

SHAPES = {
    "penguins": (342, 4, 3, [151, 68, 123]), "iris": (150, 4, 3, [50, 50, 50]), "wine": (178, 13, 3, [59, 71, 48]),
    "cars": (392, 6, 1, None), "digits": (1797, 64, 10, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
}  # fmt: skip
"""Rows, inputs, outputs, and the rows of each class."""
FILES = resources.files("engine.data") / "tables"
NOTICE = (Path(__file__).parents[3] / "NOTICE").read_text("utf-8")


def test_each_table_has_a_file_and_each_file_is_a_table_of_few_bytes() -> None:
    files = {file.name: file.read_bytes() for file in FILES.iterdir()}
    assert set(files) == {f"{name}.csv.gz" for name in TABLES}
    assert list(TABLES) == list(NAMED_ROWS) == list(SHAPES)
    assert sum(map(len, files.values())) <= 100_000
    assert {content[4:8] for content in files.values()} == {bytes(4)}, "no time stands in a file"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_text_of_its_digest_and_has_its_rows_names_and_classes(name: str) -> None:
    row = TABLES[name]
    assert hashlib.sha256(gzip.decompress((FILES / f"{name}.csv.gz").read_bytes())).hexdigest() == row.sha256
    table, (rows, inputs, outputs, counts) = row.table(), SHAPES[name]
    assert (len(table.inputs), table.width, len(table.targets[0])) == (rows, inputs, outputs)
    assert (table.name, table.shuffled, table is row.table()) == (name, True, True)
    assert table.names
    assert table.names[0] == tuple(row.text().split("\n", 1)[0].split(",")[1 : inputs + 1])
    if counts is None:
        assert (table.classes, table.names[1], table.targets[0]) == (None, ("miles per gallon (mpg)",), (18.0,))
    else:
        assert (
            table.classes
            == tuple(
                sorted(
                    {line.split(",")[0] for line in row.text().split()[1:] if "," in line[:-1]}
                    & set(table.classes or ())
                )
            )
            or name == "digits"
        )
        assert [int(total) for total in table.arrays[1].sum(axis=0)] == counts


@pytest.mark.parametrize("name", TABLES)
def test_the_notice_has_the_source_the_licence_and_the_credit_of_each_table(name: str) -> None:
    row = TABLES[name]
    assert f"\n{row.title}: " in NOTICE
    assert all(words in NOTICE for words in (f"{name}.csv.gz", row.source, row.licence, row.credit))


@pytest.mark.parametrize("shuffled", [True, False])
def test_json_has_the_name_alone_and_leads_back_to_the_same_rows(shuffled: bool) -> None:
    table = TABLES["iris"].table(shuffled=shuffled)
    plain = plain_inputs(table)
    assert plain == {"kind": "table", "name": "iris"} | ({} if shuffled else {"shuffled": False})
    assert inputs_from_plain(plain) == table
    assert repr(table) == f"TABLES['iris'].table({'' if shuffled else 'shuffled=False'})"
    assert eval(repr(table), {"TABLES": TABLES}) == table
    unnamed = replace(table, name=None)
    assert unnamed != table
    assert unnamed.digest != table.digest
    assert inputs_from_plain(plain_inputs(unnamed)) == unnamed


def test_other_words_beside_a_name_are_refused() -> None:
    sentence = "A table that has a name is described by its kind, table, name and shuffled alone."
    for plain in (
        {"kind": "table", "name": "iris", "inputs": []},
        {"kind": "table", "name": "iris", "shuffled": 1},
        {"kind": "drawn", "name": "iris"},
    ):
        assert refusal(ValueError, inputs_from_plain, plain) == sentence
    for name in ("moon", None, ["iris"]):
        said = refusal(UnknownNameError, inputs_from_plain, {"kind": "table", "name": name})
        assert said == f"There is no table called {name!r}. Known: {', '.join(TABLES)}."
    assert table_named("wine") is TABLES["wine"]


def test_an_experiment_on_a_named_table_is_the_same_after_json_and_its_text_is_short() -> None:
    from engine.experiments.catalogue import CATALOGUE
    from engine.experiments.edits import set_table

    experiment = set_table(CATALOGUE["tanh-signs"].experiment, TABLES["digits"].table())
    text = experiment.to_json()
    assert Experiment.from_json(text) == experiment
    assert len(text) < 1_000
    assert len(repr(experiment)) < 1_000
