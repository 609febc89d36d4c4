"""The stability limit of α comes from the sharpness of the loss at the checkpoint."""

from dataclasses import replace
from typing import Any

import pytest

from engine.checks.sharpness import sharpest, sharpness
from engine.rules.losses import LOSSES
from tests.webapp.asking import prepared_for
from webapp.analyses.stability import FIRST_SAMPLES, stability
from webapp.base.validation import Malformed


@pytest.mark.parametrize("key", ["tanh-signs", "circle", "spiral", "three-facts"])
def test_the_stability_limit_comes_from_the_first_300_samples_at_the_checkpoint(key: str) -> None:
    prepared = prepared_for(key, samples=2000)
    X, T = replace(prepared.experiment, samples=FIRST_SAMPLES).facts()
    assert stability(prepared, {"from": 0}) == {
        "sharpest": sharpest(prepared.checkpoint, X, T),
        "mean": sharpness(prepared.checkpoint, X, T),
        "next": None,
        "samples": FIRST_SAMPLES,
    }


def test_the_sharpness_of_a_wide_network_comes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("circle", samples=300)
    monkeypatch.setattr("webapp.analyses.stability.SHARPNESS_BUDGET", 33 * 100)
    pieces = [stability(prepared, {"from": start}) for start in (0, 100, 200)]
    assert [piece["next"] for piece in pieces] == [100, 200, None]
    assert [piece["mean"] for piece in pieces] == [None] * 3
    whole = sharpest(prepared.checkpoint, *prepared.experiment.facts())
    assert max(piece["sharpest"] for piece in pieces) == pytest.approx(whole, rel=1e-9)


def test_a_network_that_cannot_learn_has_no_limit() -> None:
    assert stability(prepared_for("identity-layer"), {"from": 0}) == {
        "sharpest": None,
        "mean": None,
        "next": None,
        "samples": 100,
    }


@pytest.mark.parametrize("loss", ["huber", "logistic"])
def test_another_loss_with_a_slope_without_jumps_has_a_limit_of_its_own(loss: str) -> None:
    prepared = prepared_for("circle", samples=100).with_knobs(loss=loss)
    row = LOSSES[loss]
    found = stability(prepared, {"from": 0})
    assert found["sharpest"] == sharpest(prepared.checkpoint, *prepared.experiment.facts(), row)
    assert found["mean"] == sharpness(prepared.checkpoint, *prepared.experiment.facts(), row)
    assert found["mean"] != stability(prepared_for("circle", samples=100), {"from": 0})["mean"]


@pytest.mark.parametrize("plain", [{"from": 300}, {"from": "0"}])
def test_what_no_honest_page_sends_is_malformed(plain: object) -> None:
    with pytest.raises(Malformed):
        stability(prepared_for("tanh-signs"), plain)


@pytest.mark.parametrize(
    "rule",
    [{"momentum": 0.5}, {"batch": 2}, {"optimizer": "adam"}, {"rate": "1/2"}, {"decay": 0.1}, {"loss": "absolute"}],
)
def test_where_a_step_is_more_than_alpha_times_a_gradient_or_that_jumps_there_is_no_limit(rule: dict[str, Any]) -> None:
    prepared = prepared_for("circle", samples=100).with_knobs(**rule)
    found = stability(prepared, {"from": 0})
    assert (found["sharpest"], found["mean"], found["next"]) == (None, None, None)
