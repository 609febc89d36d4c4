"""The stability limit of α comes from the sharpness of the loss at the checkpoint."""

from dataclasses import replace
from typing import Any

import pytest

from engine.checks.sharpness import max_sample_sharpness, mean_sharpness
from engine.rules.losses import LOSSES
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from webapp.analyses.stability import FIRST_SAMPLES, stability
from webapp.base.validation import Malformed


def test_the_limit_comes_from_300_samples_and_a_wide_network_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ["tanh-signs", "circle", "spiral", "three-facts"]:
        prepared = prepared_for(key, samples=2000)
        X, T = replace(prepared.experiment, samples=FIRST_SAMPLES).facts()
        found = stability(prepared, {"from": 0})
        assert found.pop("raises") is None or found["sharpest"] > 0.0
        assert found == {
            "sharpest": max_sample_sharpness(prepared.checkpoint, X, T), "next": None,
            "mean": mean_sharpness(prepared.checkpoint, X, T), "samples": FIRST_SAMPLES,
        }  # fmt: skip
    for loss in ["huber", "logistic"]:
        prepared, row = prepared_for("circle", samples=100).with_knobs(loss=loss), LOSSES[loss]
        found = stability(prepared, {"from": 0})
        assert found["sharpest"] == max_sample_sharpness(prepared.checkpoint, *prepared.experiment.facts(), row)
        assert found["mean"] == mean_sharpness(prepared.checkpoint, *prepared.experiment.facts(), row)
        assert found["mean"] != stability(prepared_for("circle", samples=100), {"from": 0})["mean"]
    prepared = prepared_for("circle", samples=300)
    monkeypatch.setattr("webapp.analyses.stability.SHARPNESS_BUDGET", 33 * 100)
    pieces = [stability(prepared, {"from": start}) for start in (0, 100, 200)]
    assert [piece["next"] for piece in pieces] == [100, 200, None]
    assert [piece["mean"] for piece in pieces] == [None] * 3
    whole = max_sample_sharpness(prepared.checkpoint, *prepared.experiment.facts())
    assert max(piece["sharpest"] for piece in pieces) == pytest.approx(whole, rel=1e-9)


def test_where_there_is_no_limit_there_is_none_and_what_no_honest_page_sends_is_malformed() -> None:
    assert stability(prepared_for("identity-layer"), {"from": 0}) == {
        "sharpest": None, "raises": None, "mean": None, "next": None, "samples": 100,
    }  # fmt: skip
    cases: list[Any] = [
        {"momentum": 0.5}, {"batch": 2}, {"optimizer": "adam"}, {"rate": "1/2"}, {"decay": 0.1}, {"loss": "absolute"},
    ]  # fmt: skip
    for rule in cases:
        found = stability(prepared_for("circle", samples=100).with_knobs(**rule), {"from": 0})
        assert (found["sharpest"], found["mean"], found["next"]) == (None, None, None)
    assert stability(prepared_for("tanh-signs"), {"from": 299})["next"] is None, "the last of 300 samples"
    for plain in [{"from": 300}, {"from": "0"}]:
        refuses(Malformed, stability, prepared_for("tanh-signs"), plain)


def test_a_step_is_said_to_raise_its_samples_loss_only_where_one_does() -> None:
    raised = 0
    for key in ("tanh-signs", "circle", "spiral", "affine-identity", "leaky-relu-ones", "sine"):
        prepared = prepared_for(key, samples=60)
        alpha, network = stability(prepared, {"from": 0})["raises"], prepared.checkpoint
        if alpha is None:
            continue
        X, T = prepared.experiment.facts()
        rises = []
        for x, t in zip(X, T, strict=True):
            one = network.copy()
            one.alpha = alpha
            [before] = one.losses([(x, t)])
            rises.append(float(((one(x) - t) ** 2).sum()) / 2.0 > before)
        assert any(rises), key
        raised += 1
    assert raised > 0
