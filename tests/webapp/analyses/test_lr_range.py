"""The learning-rate range shows at every α the final loss that a run at that α has."""

from dataclasses import replace

import pytest

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.edits import multiply_left
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from engine.outcomes.outcome import OUTCOME_TWINS, best_constant_loss, outcome_of
from engine.outcomes.twins import luck
from tests.webapp.asking import prepared_for, settled
from webapp.analyses.lr_range import POSITIONS, RUNS_EACH, lr_range
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun
from webapp.bench.knob_values import alpha_at

EXPERIMENTS = ("tanh-signs", "square-map", "three-facts", "left-or-right", "xor-hidden-layer")


def outcome_at(experiment: Experiment) -> str:
    """What came of this one run, by three twins of its own."""
    found = luck(experiment, seeds=range(OUTCOME_TWINS))
    return outcome_of(found, best_constant_loss(experiment)).word


def whole_curve(prepared: PreparedRun) -> list[float | None]:
    found: list[float | None] = []
    after: int | None = 0
    while after is not None:
        piece = lr_range(prepared, {"from": after})
        assert piece["positions"] == list(POSITIONS[after : after + len(piece["positions"])])
        found += piece["settled"]
        after = piece["next"]
    return found


@pytest.mark.parametrize("key", EXPERIMENTS)
def test_the_loss_at_each_position_of_the_slider_is_that_of_a_run_at_that_alpha_to_the_bit(key: str) -> None:
    prepared = prepared_for(key, samples=120)
    alone = [settled(replace(prepared.experiment, alpha=alpha_at(p)), prepared) for p in POSITIONS]
    assert whole_curve(prepared) == alone


def test_the_runs_start_from_the_stored_checkpoint_and_not_from_the_initial_weights() -> None:
    prepared = prepared_for("tanh-signs")
    trained = replace(prepared, checkpoint=run(prepared.experiment, prepared.checkpoint).trained)
    alone = [settled(replace(trained.experiment, alpha=alpha_at(p)), trained) for p in POSITIONS]
    assert whole_curve(trained) == alone != whole_curve(prepared)


def test_an_expensive_range_comes_in_pieces_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("tanh-signs")
    at_once = whole_curve(prepared)
    monkeypatch.setattr(budget, "BUDGET", 17 * budget.run_cost(prepared.experiment, prepared.checkpoint))
    assert len(lr_range(prepared, {"from": 0})["settled"]) == 17 // RUNS_EACH
    assert whole_curve(prepared) == at_once


def test_where_twins_would_take_too_long_the_losses_come_without_outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("tanh-signs")
    at_once = whole_curve(prepared)
    monkeypatch.setattr(budget, "BUDGET", 3 * budget.run_cost(prepared.experiment, prepared.checkpoint))
    piece = lr_range(prepared, {"from": 0})
    assert (piece["settled"], piece["outcomes"], piece["runs"]) == (at_once[:3], [None] * 3, 3)


@pytest.mark.parametrize("key", ["tanh-signs", "square-map", "xor-one-layer"])
def test_beside_each_loss_stands_what_came_of_the_run(key: str) -> None:
    prepared = prepared_for(key, samples=120)
    reply = lr_range(prepared, {"from": 0})
    ends = [outcome_at(replace(prepared.experiment, alpha=alpha_at(p))) for p in reply["positions"]]
    assert reply["outcomes"] == ends
    assert reply["runs"] == RUNS_EACH * len(ends)
    assert reply["count"] == len(POSITIONS)


def test_layers_that_the_kernel_does_not_know_give_the_losses_of_their_runs() -> None:
    experiment = multiply_left(replace(CATALOGUE["left-or-right"].experiment, samples=20), wrong=True)
    prepared = PreparedRun(experiment, experiment.network())
    assert whole_curve(prepared) == [settled(replace(experiment, alpha=alpha_at(p)), prepared) for p in POSITIONS]


def test_a_run_that_is_too_long_has_no_range() -> None:
    prepared = prepared_for("spiral", samples=1_000_000)
    assert lr_range(prepared, {"from": 0}) == {
        "runs": 0,
        "positions": [],
        "settled": [],
        "outcomes": [],
        "count": len(POSITIONS),
        "next": None,
    }


@pytest.mark.parametrize("plain", [None, {"from": 101}, {"from": -1}, {"from": True}, {}])
def test_what_no_honest_page_sends_is_malformed(plain: object) -> None:
    with pytest.raises(Malformed):
        lr_range(prepared_for("tanh-signs"), plain)
