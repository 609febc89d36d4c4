"""A look at the test rows says the score of the run that is shown, and none of a run that would take too long."""

from dataclasses import replace

from engine.experiments.experiment import DrawnWeights
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from webapp.analyses.outcomes.look import TOO_LONG, look
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun


def test_a_look_scores_the_shown_run_from_its_own_checkpoint() -> None:
    penguins = prepared_for("penguins")
    assert look(penguins, {}) == {"runs": 1, "test": "68 of 68 right", "held_out": "67 of 68 right"}
    cars = look(prepared_for("cars"), {})
    assert (cars["test"], cars["held_out"]) == ("mean error 2.3 mpg", "mean error 1.9 mpg")
    other = replace(penguins.experiment, weights=DrawnWeights(9), alpha=1e-9)
    untrained = PreparedRun(penguins.experiment, other.network()).with_knobs(alpha=1e-9)
    assert look(untrained, {})["test"] == look(PreparedRun(other, other.network()), {})["test"] != "68 of 68 right"
    assert look(penguins.with_knobs(held_out=0), {})["held_out"] is None


def test_without_test_rows_there_is_no_score_and_a_long_run_is_not_made_again() -> None:
    for prepared in (prepared_for("circle"), prepared_for("penguins", test=0)):
        assert look(prepared, {}) == {"test": None, "held_out": None}
    assert look(prepared_for("digits", samples=200_000), {}) == {"none": TOO_LONG}
    refuses(Malformed, look, prepared_for("penguins"), {"now": True})
