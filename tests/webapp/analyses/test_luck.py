"""A change is compared with what a nudge of the first weights does; the twins' curves are drawn on request."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, BenchError, Experiment
from engine.base.metrics import first_divergence
from engine.experiments.edits import multiply_left
from engine.outcomes.effect import effect_of
from engine.outcomes.twins import TWINS, luck, twin_losses
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.outcomes.luck import (
    OTHER_PROCESSOR,
    KnownLuck,
    change_luck,
    effect_words,
    nudged_words,
    plain_luck,
    twin_curves,
)
from webapp.analyses.percentile_band import drawn_steps, smooth_at
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun

WILD = CATALOGUE["spiral"].experiment
"""A run whose last digits decide how it ends."""
WRONG = multiply_left(replace(CATALOGUE["left-or-right"].experiment, samples=2_000), wrong=True)
WILD_TOO = replace(WILD, alpha=0.06)


def asked(now: Experiment, before: object = None) -> dict[str, Any]:
    return change_luck(PreparedRun(now, now.network()), {"before": before})


def plain(experiment: Experiment, known: object = None) -> dict[str, Any]:
    return {"experiment": json.loads(experiment.to_json()), "luck": known}


def test_a_change_within_the_luck_of_both_runs_is_said_to_be_luck_and_one_beyond_it_an_effect() -> None:
    before, now = (luck(one, seeds=range(64)) for one in (WILD, WILD_TOO))
    assert now.growth > 1e4
    reply = asked(WILD_TOO, plain(WILD))
    effect = effect_of(before, now)
    assert (reply["verdict"], reply["runs"]) == (effect.verdict, 2 * (9 + 57))
    assert (reply["rest"], reply["proof"]) == (effect_words(effect), nudged_words(effect))
    assert reply["elsewhere"] == OTHER_PROCESSOR
    widths = [max(one.ends) - min(one.ends) for one in (before, now)]
    assert reply["of_before"] is (widths[0] > widths[1])
    calm = prepared_for("tanh-signs").experiment
    reply = asked(replace(calm, alpha=0.01), plain(calm))
    assert (reply["verdict"], reply["rest"], reply["proof"], reply["elsewhere"]) == ("effect", None, "", "")
    assert reply["runs"] == 2 * (TWINS + 1)
    reply = asked(WILD)
    assert (reply["before"], reply["verdict"]) == (None, None)


def test_the_luck_of_a_run_is_found_once() -> None:
    calm = prepared_for("tanh-signs").experiment
    other = replace(calm, alpha=0.2)
    whole = asked(other, plain(calm))
    assert whole["before"] == json.loads(json.dumps(plain_luck(luck(calm))))
    assert asked(other, plain(calm, whole["before"])) == whole | {"runs": TWINS + 1}
    first, known = asked(WILD_TOO, plain(WILD)), asked(WILD_TOO, plain(WILD, plain_luck(luck(WILD))))
    assert (first["runs"], known["runs"]) == (2 * (9 + 57), 9 + 57 + 57)
    assert first["before"]["ends"] == known["before"]["ends"]
    again = asked(WILD_TOO, plain(WILD, first["before"]))
    assert again == first | {"runs": 9 + 57}


LOW, HIGH, INF = (0.1,) * 9, (0.4,) * 9, math.inf
WIDE = tuple(0.3 + k / 50 for k in range(9))


@pytest.mark.parametrize(
    ("before", "now", "rest", "proof"),
    [
        (LOW, HIGH, None, ""),
        (LOW, WIDE, "raised the median final loss from 0.100 to 0.380 (3.8×).", "before, from 0.300 to 0.460 now."),
        (WIDE, LOW, "lowered the median final loss from 0.380 to 0.100 (3.8×).", "before, at 0.100 now."),
        ((*LOW[:8], INF), (0.2, *(INF,) * 8), "made 8 of 9 nudged runs diverge, before 1 of 9.", "to divergence now."),
        ((0.2, *(INF,) * 8), LOW, "left 0 of 9 nudged runs diverging, before 8 of 9.", "before, at 0.100 now."),
        (WIDE, WIDE, None, "9 runs each end from 0.300 to 0.460 before, from 0.300 to 0.460 now."),
        ((0.1, 0.2, 0.1, 0.1), (0.21, 0.3, 0.3, 0.3), None, "now. They are too few to tell."),
    ],
)  # fmt: skip
def test_the_size_of_an_effect_is_told_by_medians_where_nudged_runs_vary(
    before: tuple[float, ...], now: tuple[float, ...], rest: str | None, proof: str
) -> None:
    effect = effect_of(KnownLuck(before, 1.0), KnownLuck(now, 1.0))
    words = effect_words(effect)
    assert (words and "".join(text for text, _ in words).strip()) == rest
    assert nudged_words(effect).endswith(proof)
    assert bool(nudged_words(effect)) == bool(proof)
    assert len(nudged_words(effect)) <= 120


def test_a_run_too_long_for_eight_twins_has_three_and_a_longer_one_none(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("tanh-signs", samples=5)
    before = plain(replace(prepared.experiment, samples=1_000_000))
    said = {"none": "Runs as long as the one before are not judged."}
    assert change_luck(prepared, {"before": before}) == said
    longer = prepared_for("tanh-signs", samples=1_000_000)
    assert change_luck(longer, {"before": before}) == {"none": "Runs this long are not judged."}
    wrong = PreparedRun(WRONG, WRONG.network())
    assert change_luck(wrong, {"before": None}) == {"none": "These runs are not judged: wrong gradients train slowly."}
    prepared = prepared_for("tanh-signs")
    cost = budget.run_cost(prepared.experiment, prepared.checkpoint)
    monkeypatch.setattr(budget, "BUDGET", 5 * cost)
    assert len(change_luck(prepared, {"before": None})["now"]["ends"]) == 1 + 3
    assert twin_curves(prepared, {})["twins"] == 3
    monkeypatch.setattr(budget, "BUDGET", 3 * cost)
    assert change_luck(prepared, {"before": None}) == {"none": "Runs this long are not judged."}
    assert twin_curves(prepared, {}) == {"steps": None}


GOOD = {"ends": [0.1, 0.2, None, 0.1], "growth": None}


def test_the_curves_are_the_low_pass_lines_of_the_twins_and_a_run_before_that_is_none_is_refused() -> None:
    reply = twin_curves(PreparedRun(WILD, WILD.network()), {})
    steps, columns = drawn_steps(WILD.samples)
    lines = np.stack([smooth_at(row, first_divergence(row), steps) for row in twin_losses(WILD)])
    assert decoded(reply["steps"]).tolist() == steps[columns].tolist()
    assert decoded(reply["curves"]).reshape(TWINS, -1) == pytest.approx(lines[:, columns])
    apart = lines.max(axis=0) > 1.1 * lines.min(axis=0)
    assert apart.any()
    assert reply["apart"] == steps[apart.argmax()]
    assert twin_curves(prepared_for("tanh-signs"), {})["apart"] is None
    torn = KnownLuck((0.1, math.inf), math.inf)
    assert plain_luck(torn) == {"ends": [0.1, None], "growth": None}
    assert asked(WILD, plain(WILD_TOO, GOOD))["verdict"] in ("effect", "luck", "untold")
    for known in [
        3,
        {},
        GOOD | {"ends": [0.1] * 3},
        GOOD | {"ends": [0.1] * 66},
        GOOD | {"growth": "0.1"},
        GOOD | {"x": 1},
    ]:
        refuses(Malformed, asked, WILD, plain(WILD_TOO, known))
    for before in [3, {}, {"experiment": {}}]:
        refuses(Malformed, asked, WILD, before)
    refuses(BenchError, asked, WILD, {"experiment": {"layers": 3}, "luck": None})
