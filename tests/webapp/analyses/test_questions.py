"""Questions that many runs answer: asked for at once where they are soon answered, and else with their seconds."""

from engine.outcomes.questions.when_decided import when_decided
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from webapp.analyses.outcomes.questions import MOST_SECONDS, decided
from webapp.base.validation import Malformed


def test_a_run_is_forked_at_once_where_that_is_soon_done_and_else_when_one_is_sure() -> None:
    signs = prepared_for("tanh-signs")
    found, wanted = decided(signs, {"sure": False}), when_decided(signs.experiment, checkpoint=signs.checkpoint)
    assert found["decided"]["sentence"] == wanted.sentence
    assert found["decided"]["places"] == wanted.places
    assert found["runs"] > 800
    long = prepared_for("circle", samples=100_000)
    answer = decided(long, {"sure": False})
    assert set(answer) == {"seconds"}
    assert 2 < answer["seconds"] <= MOST_SECONDS
    for wrong in ({}, {"sure": 1}, {"sure": True, "a": 1}):
        refuses(Malformed, decided, signs, wrong)
