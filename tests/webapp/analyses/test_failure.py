"""A run that failed has a cause in words, and every remedy that is offered ends lower."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, get_args

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Map, luck, run, why
from engine.checks.gradcheck import POINTS, check
from engine.experiments.edits import freeze, halve_slopes, multiply_left
from engine.outcomes.effect import effect_of
from engine.outcomes.failure.evidence import Reason
from engine.outcomes.failure.words import layer_name
from engine.outcomes.step_counts import count_steps
from tests.engine.asserting import refuses
from tests.webapp.asking import not_none, prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.outcomes.failure import JUDGED_RUNS, MUCH_LOWER, REMEDIES, RUNS, failure
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import RUNS_OF_A_CAUSE
from webapp.bench.changes import apply_change, numbered_layer
from webapp.responses import gradcheck_badge
from webapp.responses.probe import layer_names


def catalogued(key: str, **changes: Any) -> Experiment:
    return replace(CATALOGUE[key].experiment, **changes)


FAILURES: Mapping[str, Experiment] = {
    "alpha": catalogued("square-map", alpha=0.05), "target": catalogued("tanh-signs", ideal=("log(v0)", "v1")),
    "nothing": catalogued("identity-layer"), "frozen": freeze(catalogued("tanh-signs"), 0),
    "gradient": multiply_left(catalogued("left-or-right"), wrong=True),
    "both bugs": halve_slopes(multiply_left(catalogued("left-or-right"), wrong=True), wrong=True),
    "half leak": halve_slopes(catalogued("left-or-right", alpha=1.0, samples=300), wrong=True),
    "flat activation": Experiment((Affinity(2, 2), Map("floor(x)")), "signs", DrawnWeights(1), samples=300),
    "huge alpha": catalogued("tanh-signs", alpha=1000.0), "saturated": catalogued("circle", samples=200),
    "silent": Experiment((Affinity(2, 2), Map("relu"), Affinity(2, 1)), "circle", DrawnWeights(5), samples=300),
}  # fmt: skip
"""An experiment for each cause, and some more."""
SHORT = catalogued("circle", samples=150)
"""Four times as many samples are still too few."""


def prepared_from(experiment: Experiment) -> PreparedRun:
    return PreparedRun(experiment, experiment.network())


def cause_of(experiment: Experiment) -> dict[str, Any]:
    return dict(not_none(failure(prepared_from(experiment), {})["cause"]))


@cache
def known_cause(name: str) -> dict[str, Any]:
    return cause_of(FAILURES[name])


def after_remedy(experiment: Experiment, remedy: Mapping[str, Any]) -> Experiment:
    if remedy["turn"]:
        return replace(experiment, **remedy["turn"])
    after, _ = apply_change(experiment, *remedy["change"])
    return after


def test_a_run_has_a_cause_with_its_steps_at_their_losses_and_remedies_that_end_lower() -> None:
    for name in FAILURES:
        experiment = FAILURES[name]
        cause, named = known_cause(name), not_none(why(experiment))
        assert (cause["reason"], cause["step"], cause["sentence"]) == (named.reason, named.step, named.sentence)
        end = run(experiment, experiment.network()).sound_settled
        for remedy in cause["remedies"]:
            remedied = after_remedy(experiment, remedy)
            after = run(remedied, remedied.network()).sound_settled
            assert after is not None, remedy["text"]
            assert end is None or after < MUCH_LOWER * end, remedy["text"]
            left = why(remedied)
            assert left is None or left.reason != named.reason, remedy["text"]
    experiment = FAILURES["alpha"]
    worse, made = known_cause("alpha")["worse"], run(experiment, experiment.network())
    assert made.diverged_at is not None
    counts = count_steps(experiment, experiment.network(), made.diverged_at)
    steps = decoded(worse["steps"])
    assert steps.tolist() == counts.worse_steps.tolist()
    assert decoded(worse["losses"]).tolist() == made.losses[steps].astype(np.float32).tolist()
    assert known_cause("saturated")["worse"] is None
    cause = cause_of(catalogued("xor-one-layer", layers=(Affinity(2, 1), Map("tanh(x) + sin(x)/1e9")), alpha=100.0))
    assert cause["sentence"].startswith("α is too large: training raised the mean loss on all 500 samples from ")
    assert (cause["step"], cause["worse"]) == (None, None)


def test_a_remedy_says_what_it_does_and_keeps_weights_that_were_set_by_hand() -> None:
    for name, texts in [
        ("alpha", ["Try α 0.025"]), ("target", []), ("nothing", ["Add a dense layer"]),
        ("frozen", ["Unfreeze the dense layer"]), ("gradient", ["Mᵀ in place of M"]), ("both bugs", []),
        ("flat activation", []), ("huge alpha", ["Try α 0.18"]),
    ]:  # fmt: skip
        assert [remedy["text"] for remedy in known_cause(name)["remedies"]] == texts
    cause = cause_of(catalogued("affine-swap", decay=1.0, alpha=0.5, samples=300))
    assert (cause["reason"], cause["worse"]) == ("decay", None)
    assert [remedy["turn"] for remedy in cause["remedies"]] == [{"decay": 0.0}]
    cause = cause_of(catalogued("xor-hidden-layer", weights=DrawnWeights(1, "zero")))
    assert cause["reason"] == "alike"
    assert [remedy["text"] for remedy in cause["remedies"]] == ["Normal weights", "He weights"]
    signs = CATALOGUE["tanh-signs"].experiment
    cause = cause_of(replace(signs, layers=(Affinity(2, 2), Map("sigmoid")), alpha=0.01))
    assert cause["sentence"].startswith("α is too small: with α 0.1 ")
    assert [remedy["turn"]["alpha"] > 0.01 for remedy in cause["remedies"]] == [True]
    assert [remedy["text"] for remedy in cause_of(SHORT)["remedies"]] == ["Try 2,400 samples"]
    given = catalogued("xor-one-layer")
    given = given.with_weights_of(given.network())
    [remedy] = cause_of(given)["remedies"]
    assert after_remedy(given, remedy).network().layers[0].M.tolist() == (
        after_remedy(given, remedy).network().layers[0].M.tolist()
    )
    drawn = FAILURES["alpha"]
    checkpoint = drawn.network()
    checkpoint.layers[0].M[0, 0] = 1.5
    by_hand = drawn.with_weights_of(checkpoint)
    assert cause_of(by_hand)["remedies"] == failure(PreparedRun(drawn, checkpoint), {})["cause"]["remedies"]


def test_after_another_alpha_it_is_not_alpha_that_is_at_fault() -> None:
    experiment = catalogued("doubling-map", alpha=1e6, samples=20, seed=2)
    cause = cause_of(experiment)
    assert cause["reason"] == "alpha"
    for remedy in cause["remedies"]:
        left = failure(prepared_from(after_remedy(experiment, remedy)), {})["cause"]
        assert left is None or left["reason"] != "alpha"


def test_what_a_shape_lacks_is_said_and_what_cannot_give_the_targets_is_taken_off() -> None:
    for experiment, says, button in [
        (catalogued("xor-one-layer"), "With 3 hidden units and tanh in front some weights have less than 0.001.", True),
        (catalogued("xor-one-layer", alpha=0.01),
         "With 4 hidden units and tanh in front some weights have less than 0.001.", False),
        (catalogued("xor-one-layer", layers=(Affinity(2, 4), Affinity(4, 1))),
         "With tanh after dense layer 1 some weights have less than 0.001.", True),
        (catalogued("circle", layers=(Affinity(2, 1), Map("tanh"))),
         "With 8 hidden units and tanh in front some weights have less than 0.00396.", True),
    ]:  # fmt: skip
        cause = cause_of(experiment)
        assert cause["reason"] == "shape"
        assert cause["sentence"].startswith(("With one dense layer ", "With no activation between its dense layers "))
        assert cause["sentence"].endswith(says)
        assert bool(cause["remedies"]) == button
    two = prepared_for("xor-one-layer").with_knobs()
    two = replace(two, experiment=replace(two.experiment, layers=(Affinity(2, 4), Affinity(4, 1))))
    two = replace(two, checkpoint=two.experiment.network())
    shape = not_none(why(two.experiment, two.checkpoint))
    assert [remedy.text for remedy in REMEDIES["shape"](two, shape)] == ["Add tanh after dense layer 1"]
    cause = cause_of(catalogued("square-map", ideal="identity"))
    assert cause["sentence"].startswith(
        "The activation (square/2) gives no number below 0, and some targets lie there: "
    )
    assert cause["sentence"].endswith("Without square/2 some weights have less than 0.001.")
    assert [remedy["text"] for remedy in cause["remedies"]] == ["Remove square/2"]
    absolute = Experiment((Affinity(2, 1),), ("abs(v0)",), DrawnWeights(1), alpha=0.003, samples=20, seed=1)
    cause = cause_of(absolute)  # with tanh after it, a rising function is left, and best weights that are no better
    assert cause["sentence"].endswith(" With 3 hidden units and tanh in front some weights have less than 0.00386.")
    for remedy in cause["remedies"]:
        left = failure(prepared_from(after_remedy(absolute, remedy)), {})["cause"]
        assert left is None or left["reason"] != "shape"
    cause = cause_of(catalogued("xor-one-layer", layers=(Affinity(2, 1), Map("sigmoid"))))
    assert "some weights" not in cause["sentence"]
    wild = catalogued("spiral", alpha=0.3)
    xavier, _ = apply_change(wild, "scheme", 0, "xavier")
    assert luck(xavier).final < MUCH_LOWER * luck(wild).final  # type: ignore[operator]
    assert effect_of(luck(wild), luck(xavier)).verdict == "luck"
    assert "Xavier weights" not in [remedy["text"] for remedy in cause_of(wild)["remedies"]]


def test_where_luck_decides_what_is_offered_learns_by_more_than_luck() -> None:
    prepared = prepared_for("spiral")
    cause = failure(prepared, {})["cause"]
    assert cause["reason"] == "luck"
    assert cause["remedies"]
    before = luck(prepared.experiment, prepared.checkpoint)
    for remedy in cause["remedies"]:
        after = replace(prepared.experiment, **remedy["turn"])
        assert why(after, nudged=0) is None
        assert effect_of(before, luck(after)).verdict == "effect"
    unlucky = catalogued("spiral", seed=6, samples=300)
    cause = cause_of(unlucky)
    assert cause["reason"] == "luck"
    for remedy in cause["remedies"]:
        left = failure(prepared_from(after_remedy(unlucky, remedy)), {})["cause"]
        assert left is None or left["reason"] != "luck"


def test_a_run_that_learned_has_no_cause_and_no_weights_are_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ["tanh-signs", "circle", "three-facts", "affine-swap"]:
        assert failure(prepared_for(key), {})["cause"] is None
    monkeypatch.setattr("webapp.analyses.outcomes.failure.floor", None)
    assert failure(prepared_for("tanh-signs"), {})["cause"] is None


def test_a_run_that_is_too_long_is_not_gone_over_nor_a_remedy_offered_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("square-map", alpha=0.05)
    monkeypatch.setattr(budget, "BUDGET", budget.run_cost(prepared.experiment, prepared.checkpoint))
    assert failure(prepared, {}) == {"cause": None}
    longest = replace(SHORT, samples=2_400)
    network = longest.network()
    monkeypatch.setattr(budget, "BUDGET", JUDGED_RUNS * budget.run_cost(longest, network))
    assert cause_of(SHORT)["remedies"] != []
    monkeypatch.setattr(budget, "BUDGET", JUDGED_RUNS * budget.run_cost(longest, network) - 1)
    assert cause_of(SHORT)["remedies"] == []


def test_every_reason_has_a_row_of_remedies_and_trials_count_as_runs() -> None:
    assert set(REMEDIES) == set(get_args(Reason))

    def runs(name: str) -> int:
        return int(failure(PreparedRun(FAILURES[name], FAILURES[name].network()), {})["runs"])

    assert runs("target") == RUNS
    assert runs("alpha") >= RUNS + RUNS_OF_A_CAUSE
    refuses(Malformed, failure, prepared_for("tanh-signs"), {"x": 1})


def test_a_layer_has_one_name_in_the_cause_the_badge_and_on_its_card() -> None:
    for key in ["left-or-right", "xor-hidden-layer"]:
        experiment = catalogued(key)
        card_names = [numbered_layer(experiment, at) for at in range(len(experiment.layers))]
        network = experiment.network()
        engine_names = [layer_name(network, at).partition(" (")[0] for at in range(len(network.layers))]
        parts = check(network, experiment.points(POINTS)).layers
        badge_names = [gradcheck_badge._layer(part, parts) for part in parts]
        probed = [name.lower() for name in layer_names(network.layers)]
        assert engine_names == card_names == badge_names
        assert [name.removeprefix("the ") for name in card_names] == probed
