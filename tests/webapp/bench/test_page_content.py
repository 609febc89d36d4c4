"""What sessions have kept is read once while it is in use, and little of it is remembered."""

import pytest

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from webapp.bench import page_content
from webapp.bench.page_content import CATALOGUE_CONTENT, Remembered

EXPERIMENT = CATALOGUE[FIRST].experiment


def test_an_experiment_is_read_once_while_it_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_content, "REMEMBERED", 2)
    reads: list[str] = []

    def read(text: str) -> Experiment:
        reads.append(text)
        return EXPERIMENT

    remembered = Remembered(read)
    for text in ("a", "b", "a", "c", "a", "b"):
        assert remembered(text) is EXPERIMENT
    assert reads == ["a", "b", "c", "b"]


def test_large_texts_push_each_other_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_content, "REMEMBERED_CHARACTERS", 100)
    reads: list[str] = []

    def read(text: str) -> Experiment:
        reads.append(text)
        return EXPERIMENT

    remembered = Remembered(read)
    for text in ("a" * 60, "b" * 60, "b" * 60, "a" * 60, "c" * 101, "c" * 101):
        remembered(text)
    assert [text[0] for text in reads] == ["a", "b", "a", "c", "c"]


def test_the_page_reads_what_it_has_written() -> None:
    assert CATALOGUE_CONTENT.read_stored(EXPERIMENT.to_json()) == EXPERIMENT
