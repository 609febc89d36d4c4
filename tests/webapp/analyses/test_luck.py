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
from engine.outcomes.twins import TWINS, Luck, luck, twin_losses, within_luck
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.outcomes.luck import OTHER_PROCESSOR, PLAIN_LUCK, change_luck, luck_words, plain_luck, twin_curves
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


def plain(experiment: Experiment) -> dict[str, Any]:
    return {"experiment": json.loads(experiment.to_json())}


def test_a_change_within_the_luck_of_both_runs_is_said_to_be_luck_and_one_beyond_it_an_effect() -> None:
    before, now = luck(WILD), luck(WILD_TOO)
    assert now.growth > 1e4
    assert within_luck(before, now)
    reply = asked(WILD_TOO, plain(WILD))
    assert reply["within"] is True
    assert reply["proof"].startswith(("This run and its eight twins", "The run before and its eight twins"))
    assert (reply["elsewhere"], reply["runs"]) == (OTHER_PROCESSOR, 2 * (TWINS + 1))
    assert reply["of_before"] is (before.spread > now.spread)
    assert asked(WILD, plain(WILD_TOO))["of_before"] is (now.spread > before.spread)
    calm = prepared_for("tanh-signs").experiment
    reply = asked(replace(calm, alpha=0.01), plain(calm))
    assert (reply["within"], reply["proof"], reply["elsewhere"]) == (False, "", "")
    reply = asked(WILD)
    assert (reply["before"], reply["within"]) == (None, False)


def test_luck_is_named_by_the_twins_that_lie_further_apart_and_found_once() -> None:
    whole = asked(WILD_TOO, plain(WILD))
    assert asked(WILD_TOO, whole["before"]) == whole | {"before": None, "runs": TWINS + 1}
    assert (whole["before"], set(whole["now"])) == (json.loads(json.dumps(plain_luck(luck(WILD)))), PLAIN_LUCK)
    before = replace(CATALOGUE["affine-identity"].experiment, samples=3000, alpha=0.1)
    now = replace(before, alpha=0.2)
    one, other = luck(before), luck(now)
    assert other.final == 0.0 < one.lowest  # type: ignore[operator]
    reply = asked(now, plain(before))
    assert reply["within"]
    apart = float(reply["proof"].partition(" end up to ")[2].removesuffix(" apart.").replace(" × 10⁻³⁹", "e-39"))
    assert abs(one.final - other.final) <= 1.01 * apart  # type: ignore[operator]
    torn, level = (*known().finals[:7], None), (0.35,) * 8
    for these, those, words in [
        (known(), known(finals=level), "This run and its eight twins, end up to 0.100 apart."),
        (known(finals=(0.35,) * 3), known(), "The run before and its eight twins, end up to 0.100 apart."),
        (known(finals=(0.3, 0.4, 0.4)), known(finals=level), "This run and its three twins, end up to 0.100 apart."),
        (known(finals=torn), known(), "Of this run and its eight twins, 1 diverges."),
        (known(), known(final=None, finals=torn), "Of the run before and its eight twins, 2 diverge."),
    ]:
        nudged = "twins, which start from weights nudged by a millionth,"
        assert luck_words(these, those) == words.replace("twins,", nudged)


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
    assert change_luck(prepared, {"before": None})["now"]["twins"] == 3
    assert twin_curves(prepared, {})["twins"] == 3
    monkeypatch.setattr(budget, "BUDGET", 3 * cost)
    assert change_luck(prepared, {"before": None}) == {"none": "Runs this long are not judged."}
    assert twin_curves(prepared, {}) == {"steps": None}


def known(**changes: Any) -> Luck:
    """The luck of a run whose twins end between 0.3 and 0.4."""
    numbers = (0.3, 0.35, 0.31, 0.32, 0.33, 0.34, 0.36, 0.4)
    return replace(Luck(10.0, 0.3, 0.4, "luck", 0.35, numbers, (10.0,) * 8), **changes)


GOOD = {"final": 0.1, "spread": None, "lowest": 0.1, "highest": 0.2, "twins": 8, "diverged": 0}


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
    torn = known(finals=(*known().finals[:7], None))
    assert math.isinf(torn.spread)
    assert plain_luck(torn)["spread"] is None
    for before in [3, {}, GOOD | {"twins": 4}, GOOD | {"diverged": 9}, GOOD | {"final": "0.1"}, GOOD | {"x": 1}]:
        refuses(Malformed, asked, WILD, before)
    refuses(BenchError, asked, WILD, {"experiment": {"layers": 3}})
