"""A session's stored experiment is read once while it is in use, and the remembered texts are bounded in length."""

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from webapp.bench.page_content import CATALOGUE_CONTENT, LEAST_CHARACTERS, Remembered

EXPERIMENT = CATALOGUE[FIRST].experiment


def test_an_experiment_is_read_once_while_it_is_remembered_and_large_texts_push_each_other_out() -> None:
    reads: list[str] = []

    def read(text: str) -> Experiment:
        reads.append(text)
        return EXPERIMENT

    remembered = Remembered(read, 2 * LEAST_CHARACTERS)
    for text in ("a", "b", "a", "c", "a", "b"):
        assert remembered(text) is EXPERIMENT
    assert (reads, CATALOGUE_CONTENT.read_stored(EXPERIMENT.to_json())) == (["a", "b", "c", "b"], EXPERIMENT)
    reads.clear()
    remembered = Remembered(read, 5 * LEAST_CHARACTERS)
    large, larger = 3 * LEAST_CHARACTERS, 5 * LEAST_CHARACTERS + 1
    for text in ("a" * large, "b" * large, "b" * large, "a" * large, "c" * larger, "c" * larger):
        remembered(text)
    assert [text[0] for text in reads] == ["a", "b", "a", "c", "c"]
