"""The learning-rate range shows at every α the final loss that a run at that α has."""

from dataclasses import replace

import pytest

from engine import CATALOGUE, Experiment, luck, run
from engine.experiments.edits import multiply_left
from engine.experiments.knobs import ALPHA
from engine.outcomes.outcome import OUTCOME_TWINS, best_constant_loss, outcome_of_run
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for, settled
from webapp.analyses.lr_range import ALPHAS, FEWEST_JUDGED, POSITIONS, RUNS_EACH, lr_range
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun
from webapp.bench.knob_values import alpha_at, read_knob
from webapp.bench.narration import shown_value


def outcome_at(experiment: Experiment) -> str:
    found, start = luck(experiment, seeds=range(OUTCOME_TWINS)), experiment.network()
    return outcome_of_run(experiment, start, run(experiment, start), found).word


def whole_curve(prepared: PreparedRun) -> list[float | None]:
    found: list[float | None] = []
    after: int | None = 0
    while after is not None:
        piece = lr_range(prepared, {"from": after})
        assert piece["positions"] == list(POSITIONS[after : after + len(piece["positions"])])
        found += piece["settled"]
        after = piece["next"]
    return found


def test_the_loss_at_each_position_is_that_of_a_run_at_that_alpha_as_whoever_types_it_has() -> None:
    for key in ("tanh-signs", "square-map", "three-facts", "left-or-right", "xor-hidden-layer"):
        prepared = prepared_for(key, samples=120)
        alone = [settled(replace(prepared.experiment, alpha=alpha), prepared) for alpha in ALPHAS]
        assert whole_curve(prepared) == alone
    prepared = prepared_for("tanh-signs")
    trained = replace(prepared, checkpoint=run(prepared.experiment, prepared.checkpoint).trained)
    alone = [settled(replace(trained.experiment, alpha=alpha), trained) for alpha in ALPHAS]
    assert whole_curve(trained) == alone != whole_curve(prepared)
    experiment = multiply_left(replace(CATALOGUE["left-or-right"].experiment, samples=20), wrong=True)
    prepared = PreparedRun(experiment, experiment.network())
    assert whole_curve(prepared) == [settled(replace(experiment, alpha=alpha), prepared) for alpha in ALPHAS]
    for position in [position for position in POSITIONS if alpha_at(position) > 1e-4]:
        assert read_knob(ALPHA, shown_value(ALPHA, alpha_at(position))) == ALPHAS[POSITIONS.index(position)]
    prepared = prepared_for("tanh-signs", samples=120, alpha=0.01, rate="5", decay=1.0)
    allowed = [alpha for alpha in ALPHAS if 5.0 * alpha <= 1.0]
    assert 0 < len(allowed) < len(ALPHAS)
    assert lr_range(prepared, {"from": 0})["count"] == len(allowed)
    assert len(whole_curve(prepared)) == len(allowed)


@pytest.mark.soak
def test_a_bug_on_purpose_takes_few_requests_and_a_run_that_is_too_long_has_no_range() -> None:
    wrong = multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True)
    prepared, requests, after = PreparedRun(wrong, wrong.network()), 0, 0
    while after is not None:
        after, requests = lr_range(prepared, {"from": after})["next"], requests + 1
    assert requests <= len(ALPHAS) / FEWEST_JUDGED + 1
    prepared = prepared_for("spiral", samples=1_000_000)
    assert lr_range(prepared, {"from": 0}) == {
        "runs": 0, "positions": [], "settled": [], "outcomes": [], "toBeat": None, "count": len(POSITIONS),
        "next": None,
    }  # fmt: skip
    for plain in [None, {"from": 101}, {"from": -1}, {"from": True}, {}]:
        refuses(Malformed, lr_range, prepared_for("tanh-signs"), plain)


def test_beside_each_loss_stands_what_came_of_it_and_pieces_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ["tanh-signs", "square-map", "xor-one-layer"]:
        prepared = prepared_for(key, samples=120)
        reply = lr_range(prepared, {"from": 0})
        ends = [outcome_at(replace(prepared.experiment, alpha=alpha)) for alpha in ALPHAS]
        assert (reply["outcomes"], reply["runs"]) == (ends, RUNS_EACH * len(ends))
        assert reply["count"] == len(POSITIONS)
    for key, to_beat in [("tanh-signs", "constant"), ("leaky-relu-ones", "start"), ("sine", None)]:
        experiment = CATALOGUE[key].experiment
        piece = lr_range(prepared_for(key), {"from": 0 if to_beat else 60})
        assert ("flat" in piece["outcomes"], piece["toBeat"]) == (to_beat is not None, to_beat)
        assert to_beat is None or (best_constant_loss(experiment) == 0.0) == (to_beat == "start")
    prepared = prepared_for("tanh-signs")
    at_once, runs = whole_curve(prepared), RUNS_EACH * FEWEST_JUDGED + 1
    monkeypatch.setattr(budget, "BUDGET", runs * budget.run_cost(prepared.experiment, prepared.checkpoint))
    assert (len(lr_range(prepared, {"from": 0})["settled"]), whole_curve(prepared)) == (FEWEST_JUDGED, at_once)
    prepared = prepared_for("square-map")
    at_once, runs = whole_curve(prepared), RUNS_EACH * FEWEST_JUDGED - 1
    monkeypatch.setattr(budget, "BUDGET", runs * budget.run_cost(prepared.experiment, prepared.checkpoint))
    piece = lr_range(prepared, {"from": 15})
    assert (piece["settled"], piece["runs"]) == (at_once[15 : 15 + runs], runs)
    assert piece["outcomes"] == ["diverges" if loss is None else None for loss in piece["settled"]]
    assert {"diverges", None} == set(piece["outcomes"])
