"""Questions that many runs answer: asked for at once where they are soon answered, and else with their seconds."""

from engine import which_sample
from engine.base.number_text import number_text
from engine.data.turns import ALL_NEW
from engine.outcomes.questions.when_decided import when_decided
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from webapp.analyses.outcomes.questions import MOST_SECONDS, decided, which
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


def test_each_sample_is_left_out_and_comes_with_its_place_and_its_target() -> None:
    points = prepared_for("circle-by-heart", samples=2_000)
    found, wanted = which(points, {"sure": False})["which"], which_sample(points.experiment)
    samples = points.experiment.sample_source.learned_samples
    assert samples is not None
    assert (found["rows"], found["did_most"]) == (wanted.rows, wanted.did_most)
    assert found["effect"] == wanted.effect.tolist()
    assert found["inputs"] == samples[0].tolist()
    assert found["targets"] == ["1" if target > 0 else "−1" for (target,) in samples[1].tolist()]
    left_out = which(points.with_knobs(without=(2, 30)), {"sure": False})["which"]
    assert left_out["inputs"] == [row for k, row in enumerate(samples[0].tolist()) if k not in {1, 29}]


def test_rows_of_a_table_have_their_class_or_their_number_before_it_was_scaled() -> None:
    penguins, cars = prepared_for("penguins", samples=200), prepared_for("cars", samples=200)
    asked = which(penguins, {"sure": False})
    assert (asked["runs"], asked["which"]["inputs"]) == (206 + 16, None)
    assert set(asked["which"]["targets"]) == {"Adelie", "Chinstrap", "Gentoo"}
    table = cars.experiment.table
    assert table is not None
    assert which(cars, {"sure": False})["which"]["targets"] == [
        number_text(table.table.targets[row][0]) for row in table.rows.learned
    ]


def test_no_sample_is_left_out_where_all_are_new_and_many_runs_are_asked_for_first() -> None:
    assert which(prepared_for("circle"), {"sure": False}) == {"none": ALL_NEW}
    assert which(prepared_for("circle").with_knobs(distinct=1), {"sure": True})["none"].startswith("There is one")
    long = prepared_for("digits")
    assert which(long, {"sure": False}) == {"seconds": 7}
    for wrong in ({}, {"sure": 1}, {"sure": True, "a": 1}):
        refuses(Malformed, which, long, wrong)
