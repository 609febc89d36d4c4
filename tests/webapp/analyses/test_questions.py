"""Questions that many runs answer: asked for at once where they are soon answered, and else with their seconds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine import Affinity, Table, when_decided, which_sample
from engine.base.number_text import number_text
from engine.data.turns import ALL_NEW
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from webapp.analyses.outcomes.questions import MOST_SECONDS, decided, which
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun


def whole(analysis: Callable[[PreparedRun, object], dict[str, Any]], prepared: PreparedRun) -> dict[str, Any]:
    """The last answer of a page that asks until there is no more, with the runs of all."""
    runs, answer = 0, analysis(prepared, {"sure": True})
    while answer.pop("more", False):
        runs += answer["runs"]
        answer = analysis(prepared, {"sure": True})
    return answer | {"runs": runs + answer.get("runs", 0)}


def test_a_run_is_forked_at_once_where_that_is_soon_done_and_else_when_one_is_sure() -> None:
    signs = prepared_for("tanh-signs")
    found, wanted = whole(decided, signs), when_decided(signs.experiment, checkpoint=signs.checkpoint)
    assert found["decided"]["sentence"] == wanted.sentence
    assert found["decided"]["places"] == wanted.places
    assert found["runs"] == 1 + 16
    wild = prepared_for("circle-by-heart", alpha=0.2, samples=1_000)
    assert whole(decided, wild)["runs"] > 800
    long = prepared_for("circle", samples=100_000)
    answer = decided(long, {"sure": False})
    assert set(answer) == {"seconds", "of"}
    assert answer["of"] > 800
    assert 2 < answer["seconds"] <= MOST_SECONDS
    for wrong in ({}, {"sure": 1}, {"sure": True, "a": 1}):
        refuses(Malformed, decided, signs, wrong)


def test_each_sample_is_left_out_and_comes_with_its_place_and_its_target() -> None:
    points = prepared_for("circle-by-heart", samples=2_000)
    found, wanted = whole(which, points)["which"], which_sample(points.experiment)
    samples = points.experiment.sample_source.learned_samples
    assert samples is not None
    assert (found["rows"], found["did_most"]) == (wanted.rows, wanted.did_most)
    assert found["effect"] == wanted.effect.tolist()
    assert found["inputs"] == samples[0].tolist()
    assert found["targets"] == ["1" if target > 0 else "−1" for (target,) in samples[1].tolist()]
    left_out = whole(which, points.with_knobs(without=(2, 30)))["which"]
    assert left_out["inputs"] == [row for k, row in enumerate(samples[0].tolist()) if k not in {1, 29}]


def test_rows_of_a_table_have_their_class_or_their_number_before_it_was_scaled() -> None:
    penguins, cars = prepared_for("penguins", samples=200), prepared_for("cars", samples=200)
    asked = whole(which, penguins)
    assert (asked["runs"], asked["which"]["inputs"]) == (206 + 17, None)
    names = ("Adelie", "Chinstrap", "Gentoo")
    assert set(asked["which"]["targets"]) == set(names)
    found = which_sample(penguins.experiment)
    assert found.answer_without is not None
    others = zip(asked["which"]["answers"], asked["which"]["targets"], found.answer_without, strict=True)
    assert all(names[said] == target if answer is None else answer == said for answer, target, said in others)
    assert any(answer is not None for answer in asked["which"]["answers"])
    table = cars.experiment.table
    assert table is not None
    given = whole(which, cars)["which"]["targets"]
    assert given == [number_text(table.table.targets[row][0]) for row in table.rows.learned]
    targets = tuple((1900.0 + k, 898_765.25 + 1e6 * k) for k in range(8))
    own = Table(tuple((float(k),) for k in range(8)), targets, names=(("a",), ("built", "price")))
    experiment = replace(cars.experiment, inputs=own, layers=(Affinity(1, 2),), held_out=0, test=0, samples=20)
    given = whole(which, PreparedRun(experiment, experiment.network(), None))["which"]["targets"]
    assert given[:3] == ["1900, 899,000", "1901, 1,900,000", "1902, 2,900,000"]


def test_no_sample_is_left_out_where_all_are_new_and_many_runs_are_asked_for_first() -> None:
    assert which(prepared_for("circle"), {"sure": False}) == {"none": ALL_NEW}
    assert which(prepared_for("circle").with_knobs(distinct=1), {"sure": True})["none"].startswith("There is one")
    long = prepared_for("digits")
    assert which(long, {"sure": False}) == {"seconds": 7, "of": 1077 + 16}
    for wrong in ({}, {"sure": 1}, {"sure": True, "a": 1}):
        refuses(Malformed, which, long, wrong)


def test_a_long_question_is_answered_in_pieces_and_what_is_known_stays() -> None:
    long = prepared_for("circle-by-heart", distinct=100, samples=500_000)
    known: list[int] = []
    while len(known) < 3:
        answer = which(long, {"sure": True})
        known.append(len(answer["which"]["rows"]))
        assert answer["more"]
    assert known == sorted(known)
    assert 0 < known[0] < known[-1] < 100
    assert f"{known[-1]} of 100 runs so far" in answer["which"]["sentence"]
