"""A session's stored experiment is read once while it is in use, and the remembered ones are bounded in bytes."""

import json
from dataclasses import replace

from engine import Affinity, Table
from engine.data.table import MOST_ROWS
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from webapp.bench.page_content import CATALOGUE_CONTENT, PER_EXPERIMENT, Remembered

EXPERIMENT = CATALOGUE[FIRST].experiment


def test_an_experiment_is_read_once_while_it_is_remembered_and_large_texts_push_each_other_out() -> None:
    reads: list[str] = []

    def read(text: str) -> Experiment:
        reads.append(text)
        return EXPERIMENT

    remembered = Remembered(read, 2 * PER_EXPERIMENT + 2)
    for text in ("a", "b", "a", "c", "a", "b"):
        assert remembered(text) is EXPERIMENT
    assert (reads, CATALOGUE_CONTENT.read_stored(EXPERIMENT.to_json())) == (["a", "b", "c", "b"], EXPERIMENT)
    reads.clear()
    remembered = Remembered(read, 5 * PER_EXPERIMENT)
    large, larger = 2 * PER_EXPERIMENT, 4 * PER_EXPERIMENT + 1
    for text in ("a" * large, "b" * large, "b" * large, "a" * large, "c" * larger, "c" * larger):
        remembered(text)
    assert [text[0] for text in reads] == ["a", "b", "a", "c", "c"]


def test_a_table_of_short_numbers_counts_as_it_is_read_and_one_of_the_largest_is_remembered() -> None:
    def of_rows(first: float, rows: int, width: int) -> str:
        table = Table(((first,) * width,) * rows, ((1.0,),) * rows)
        return Experiment((Affinity(width, 1),), "table", inputs=table).to_json()

    def read(text: str) -> Experiment:
        return Experiment.from_plain(json.loads(text))

    short, other, largest = of_rows(0.0, 9_999, 1), of_rows(1.0, 9_999, 1), of_rows(1 / 3, MOST_ROWS, 31)
    remembered = Remembered(read, 3_000_000)
    assert len(short) + len(other) < 300_000
    assert remembered(short) is remembered(short)
    remembered(other)
    before = remembered(short)
    remembered(other)
    assert before is not remembered(short)
    remembered = Remembered(read)
    assert remembered(largest) is remembered(largest)


def test_tabs_with_a_table_that_comes_with_the_bench_count_without_its_rows_which_they_share() -> None:
    def read(text: str) -> Experiment:
        return Experiment.from_plain(json.loads(text))

    remembered, digits = Remembered(read), CATALOGUE["digits"].experiment
    tabs = [replace(digits, alpha=alpha / 1000).to_json() for alpha in range(1, 31)]
    first = [remembered(text) for text in tabs]
    assert all(remembered(text) is one for text, one in zip(tabs, first, strict=True))
    assert {id(one.inputs) for one in first} == {id(digits.inputs)}
