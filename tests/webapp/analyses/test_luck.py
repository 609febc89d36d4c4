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
from engine.outcomes.twins import TWINS, known_luck, luck, twin_losses
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.outcomes.luck import (
    OTHER_PROCESSOR,
    change_luck,
    effect_words,
    more_luck,
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


def asked_again(now: Experiment, before: Experiment, reply: dict[str, Any]) -> dict[str, Any]:
    known = {"luck": reply["before"], "experiment": json.loads(before.to_json())}
    return more_luck(PreparedRun(now, now.network()), {"now": reply["now"], "before": known})


def plain(experiment: Experiment) -> dict[str, Any]:
    return {"luck": None, "experiment": json.loads(experiment.to_json())}


def known(luck: object) -> dict[str, Any]:
    return {"luck": luck, "experiment": None}


def test_nothing_is_called_luck_before_more_twins_are_asked_and_what_they_say_is_said_then() -> None:
    for now_run in (WILD_TOO, replace(WILD, alpha=0.0505)):
        first = asked(now_run, plain(WILD))
        effect = effect_of(*(luck(one) for one in (WILD, now_run)))
        assert (first["more"], first["runs"]) == (True, 2 * (TWINS + 1))
        assert first["verdict"] == ("effect" if effect.verdict == "effect" else "untold")
        before, now = (luck(one, seeds=range(64)) for one in (WILD, now_run))
        assert now.growth > 1e4
        reply = asked_again(now_run, WILD, first)
        effect = effect_of(before, now)
        assert (reply["verdict"], reply["more"], reply["runs"]) == (effect.verdict, False, 2 * (1 + 64 - TWINS))
        assert (reply["rest"], reply["proof"]) == (effect_words(effect), nudged_words(effect))
        assert reply["elsewhere"] == OTHER_PROCESSOR
        widths = [max(one.ends) - min(one.ends) for one in (before, now)]
        assert reply["of_before"] is (widths[0] > widths[1])
        assert asked_again(now_run, WILD, reply) == reply | {"runs": 0}
    calm = prepared_for("tanh-signs").experiment
    reply = asked(replace(calm, alpha=0.01), plain(calm))
    assert (reply["verdict"], reply["rest"], reply["proof"], reply["elsewhere"]) == ("effect", None, "", "")
    assert (reply["more"], reply["runs"]) == (False, 2 * (TWINS + 1))
    reply = asked(WILD)
    assert (reply["before"], reply["verdict"], reply["more"]) == (None, None, False)


def test_the_luck_of_a_run_is_found_once_and_then_the_run_before_is_not_sent() -> None:
    calm = prepared_for("tanh-signs").experiment
    other = replace(calm, alpha=0.2)
    whole = asked(other, plain(calm))
    assert whole["before"] == json.loads(json.dumps(plain_luck(luck(calm))))
    assert asked(other, known(whole["before"])) == whole | {"runs": TWINS + 1}
    first = asked(WILD_TOO, plain(WILD))
    assert asked(WILD_TOO, known(first["before"])) == first | {"runs": TWINS + 1}
    again = asked_again(WILD_TOO, WILD, first)
    assert asked(WILD_TOO, known(again["before"]))["more"]


def test_no_more_twins_are_promised_than_there_is_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    cost = budget.run_cost(WILD, WILD.network())
    monkeypatch.setattr(budget, "BUDGET", 12 * cost)
    first = asked(WILD_TOO, plain(WILD))
    assert (first["more"], first["verdict"]) == (False, effect_of(luck(WILD), luck(WILD_TOO)).verdict)
    monkeypatch.setattr(budget, "BUDGET", 20 * cost)
    first = asked(WILD_TOO, plain(WILD))
    assert first["more"]
    assert len(asked_again(WILD_TOO, WILD, first)["now"]["ends"]) == 1 + 16


LOW, HIGH, INF = (0.1,) * 9, (0.4,) * 9, math.inf
WIDE = tuple(0.34 + k / 100 for k in range(9))
SPREAD = tuple(0.2 + k / 10 for k in range(9))
CLOSE, CLOSER = tuple(0.40 + k / 1000 for k in range(9)), tuple(0.41 + k / 1000 for k in range(9))
UNEQUAL = (*(0.1,) * 30, *(0.3,) * 35), (0.3001,) * 65


@pytest.mark.parametrize(
    ("before", "now", "rest", "proof"),
    [
        (LOW, HIGH, None, ""),
        (LOW, WIDE, "raised the median final loss from 0.100 to 0.380 (3.8×).", "before, from 0.340 to 0.420 now."),
        (WIDE, LOW, "lowered the median final loss from 0.380 to 0.100 (3.8×).", "before, at 0.100 now."),
        (LOW, SPREAD, "raised the median final loss from 0.100 to 0.600.", "before, from 0.200 to 1.00 now."),
        (UNEQUAL[0], UNEQUAL[1], "left the median final loss of nudged runs at 0.300.", "before, at 0.300 now."),
        (CLOSE, CLOSER, None, ""),
        ((*CLOSE[:8], 0.5), (*CLOSER[:8], 0.5), "changed the median final loss of nudged runs by less than 5 %.",
         "before, from 0.410 to 0.500 now."),
        ((*LOW[:8], INF), (0.2, *(INF,) * 8), "made 8 of 9 nudged runs diverge, before 1 of 9.", "to divergence now."),
        ((0.2, *(INF,) * 8), LOW, "left 0 of 9 nudged runs diverging, before 8 of 9.", "before, at 0.100 now."),
        (WIDE, WIDE, None, "Nudged by a millionth, 9 runs end from 0.340 to 0.420 before, from 0.340 to 0.420 now."),
        ((0.1, 0.2, 0.1, 0.1), (0.21, 0.3, 0.3, 0.3), None,
         "Too few to tell: nudged, 4 runs end from 0.100 to 0.200 before, from 0.210 to 0.300 now."),
    ],
)  # fmt: skip
def test_the_size_of_an_effect_is_told_by_medians_where_nudged_runs_vary(
    before: tuple[float, ...], now: tuple[float, ...], rest: str | None, proof: str
) -> None:
    effect = effect_of(known_luck(before, 1.0), known_luck(now, 1.0))
    words = effect_words(effect)
    assert (words and "".join(text for text, _ in words).strip()) == rest
    assert nudged_words(effect).endswith(proof)
    assert bool(nudged_words(effect)) == bool(proof)
    assert len(nudged_words(effect)) <= 96


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
    torn = known_luck((0.1, math.inf), math.inf)
    assert plain_luck(torn) == {"ends": [0.1, None], "growth": None}
    assert asked(WILD, known(GOOD))["verdict"] in ("effect", "luck", "untold")
    for torn_luck in [
        3, {}, GOOD | {"ends": [0.1] * 3}, GOOD | {"ends": [0.1] * 66}, GOOD | {"growth": "0.1"}, GOOD | {"x": 1},
    ]:  # fmt: skip
        refuses(Malformed, asked, WILD, known(torn_luck))
        refuses(Malformed, asked_again, WILD, WILD_TOO, {"before": GOOD, "now": torn_luck})
    for before in [3, {}, {"experiment": {}}]:
        refuses(Malformed, asked, WILD, before)
    refuses(BenchError, asked, WILD, {"experiment": {"layers": 3}, "luck": None})
    refuses(BenchError, asked, WILD, {"experiment": None, "luck": None})
