"""Seeds and α are tried by runs of their own: what the page is told of them is what turning there would give."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.base.smoothing import low_pass
from engine.checks.sharpness import sharpest, sharpness
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.edits import multiply_left
from engine.experiments.run import run
from tests.webapp.asking import prepared_for, settled
from tests.webapp.decoding import decoded
from webapp.analyses.lr_range import FIRST_SAMPLES, POSITIONS, lr_range, stability
from webapp.analyses.seed_spread import FAR_ABOVE, percentile_band, seed_spread, smooth_line
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun
from webapp.bench.knob_values import alpha_at

TRIED = ("tanh-signs", "square-map", "three-facts", "left-or-right", "xor-hidden-layer")


def whole_scent(prepared: PreparedRun) -> list[float | None]:
    found: list[float | None] = []
    after: int | None = 0
    while after is not None:
        piece = lr_range(prepared, {"from": after})
        assert piece["positions"] == list(POSITIONS[after : after + len(piece["positions"])])
        found += piece["settled"]
        after = piece["next"]
    return found


@pytest.mark.parametrize("key", TRIED)
def test_the_scent_at_each_position_is_the_settled_loss_of_a_run_there_to_the_bit(key: str) -> None:
    prepared = prepared_for(key, samples=120)
    alone = [settled(replace(prepared.experiment, alpha=alpha_at(p)), prepared) for p in POSITIONS]
    assert whole_scent(prepared) == alone


def test_the_scent_starts_from_the_checkpoint_that_was_kept_and_not_from_the_drawn_weights() -> None:
    prepared = prepared_for("tanh-signs")
    kept = replace(prepared, checkpoint=run(prepared.experiment, prepared.checkpoint).trained)
    alone = [settled(replace(kept.experiment, alpha=alpha_at(p)), kept) for p in POSITIONS]
    assert whole_scent(kept) == alone != whole_scent(prepared)


def test_an_expensive_scent_comes_in_pieces_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("tanh-signs")
    at_once = whole_scent(prepared)
    monkeypatch.setattr(budget, "BUDGET", 17 * budget.run_cost(prepared.experiment, prepared.checkpoint))
    assert len(lr_range(prepared, {"from": 0})["settled"]) == 17
    assert whole_scent(prepared) == at_once


def test_layers_that_only_python_knows_leave_the_same_scent_as_runs_of_their_own() -> None:
    experiment = multiply_left(replace(CATALOGUE["left-or-right"].experiment, samples=20), wrong=True)
    prepared = PreparedRun(experiment, experiment.network())
    assert whole_scent(prepared) == [settled(replace(experiment, alpha=alpha_at(p)), prepared) for p in POSITIONS]


def test_a_run_that_is_too_long_is_not_tried_ahead() -> None:
    prepared = prepared_for("spiral", samples=1_000_000)
    assert lr_range(prepared, {"from": 0}) == {"positions": [], "settled": [], "next": None}
    assert seed_spread(prepared, {"seeds": [0, 1]}) == {"settled": []}
    assert percentile_band(prepared, {"first": 0}) == {"steps": None}


@pytest.mark.parametrize("key", TRIED)
def test_every_seed_settles_as_a_run_of_its_own_to_the_bit(key: str) -> None:
    prepared = prepared_for(key)
    wanted = [3, 4, 2, 31, 4_294_967_295]
    told = seed_spread(prepared, {"seeds": wanted})["settled"]
    assert told == [settled(replace(prepared.experiment, seed=seed), prepared) for seed in wanted]


def test_expensive_seeds_come_in_pieces_the_first_ones_first(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("tanh-signs")
    monkeypatch.setattr(budget, "BUDGET", 5 * budget.run_cost(prepared.experiment, prepared.checkpoint))
    told = seed_spread(prepared, {"seeds": list(range(7, 20))})["settled"]
    assert told == [settled(replace(prepared.experiment, seed=seed), prepared) for seed in range(7, 12)]


@pytest.mark.parametrize("samples", [40, 1000, 9000])
def test_the_fan_is_the_percentiles_of_32_low_pass_curves(samples: int) -> None:
    prepared = prepared_for("tanh-signs", samples=samples)
    told = percentile_band(prepared, {"first": 32})
    curves = [
        low_pass(run(replace(prepared.experiment, seed=seed), prepared.checkpoint).losses) for seed in range(32, 64)
    ]
    steps, columns = decoded(told["steps"]), np.isin(curves[0][0].astype(np.float32), decoded(told["steps"]))
    assert len(steps) == np.count_nonzero(columns) == min(samples, 600)
    band = np.percentile([smooth[columns] for _, smooth in curves], (10, 50, 90), axis=0).astype(np.float32)
    assert np.array_equal([decoded(told[name]) for name in ("low", "middle", "high")], band)


@pytest.mark.parametrize("samples", [600, 9000])
def test_a_diverged_seed_counts_as_far_above_from_its_divergence_on(samples: int) -> None:
    prepared = prepared_for("square-map", samples=samples, alpha=0.12)
    result = run(prepared.experiment, prepared.checkpoint)
    assert result.diverged_at is not None
    steps, _ = low_pass(result.losses[: result.diverged_at])
    line = smooth_line(prepared, np.arange(samples, dtype=np.float64))
    assert np.array_equal(line == FAR_ABOVE, np.arange(samples) >= result.diverged_at)
    assert np.isfinite(line).all()
    assert len(steps) == result.diverged_at


@pytest.mark.parametrize("key", ["tanh-signs", "circle", "spiral", "three-facts"])
def test_the_overshoot_mark_comes_from_the_first_300_samples_at_the_checkpoint(key: str) -> None:
    prepared = prepared_for(key, samples=2000)
    X, T = replace(prepared.experiment, samples=FIRST_SAMPLES).facts()
    told = stability(prepared, {"from": 0})
    assert told == {
        "sharpest": sharpest(prepared.checkpoint, X, T),
        "mean": sharpness(prepared.checkpoint, X, T),
        "next": None,
    }


def test_a_wide_network_is_bent_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("circle", samples=300)
    monkeypatch.setattr("webapp.analyses.lr_range.BENT", 33 * 100)
    told = [stability(prepared, {"from": start}) for start in (0, 100, 200)]
    assert [piece["next"] for piece in told] == [100, 200, None]
    assert [piece["mean"] for piece in told] == [None] * 3
    whole = sharpest(prepared.checkpoint, *prepared.experiment.facts())
    assert max(piece["sharpest"] for piece in told) == pytest.approx(whole, rel=1e-9)


def test_what_learns_nothing_has_no_mark() -> None:
    assert stability(prepared_for("identity-layer"), {"from": 0}) == {"sharpest": None, "mean": None, "next": None}


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        (lr_range, None), (lr_range, {"from": 101}), (lr_range, {"from": -1}), (lr_range, {"from": True}),
        (lr_range, {}),
        (stability, {"from": 300}), (stability, {"from": "0"}),
        (seed_spread, {"seeds": 3}), (seed_spread, {"seeds": [2**32]}), (seed_spread, {"seeds": list(range(33))}),
        (seed_spread, {"seeds": ["1"]}),
        (percentile_band, {"first": 2**32 - 31}), (percentile_band, {"first": None}),
        (percentile_band, {"first": 0, "more": 1}),
    ],
)  # fmt: skip
def test_what_no_honest_page_asks_ahead_is_malformed(ask: Any, asked: object) -> None:
    with pytest.raises(Malformed):
        ask(prepared_for("tanh-signs"), asked)
