"""The loss of an experiment: refused for targets that it is not meant for, and what measures a run measures by it."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import engine
from engine import Affinity, DrawnWeights, Experiment, Map, Network, floor, why
from engine.comparison.pair import Pair
from engine.data import sample_source
from engine.data.table import TABLE, Table
from engine.errors import ExperimentError
from engine.experiments.link_codec import from_texts, to_texts
from engine.outcomes.memorisation import learned_by_heart
from engine.outcomes.step_counts import count_steps
from engine.rules.losses import LOSSES
from tests.engine.asserting import NOTHING, known, refusal
from tests.engine.nets import catalogued, run_of

CIRCLE, SIGNS = catalogued("circle", samples=200), catalogued("tanh-signs")
CLASSES = Experiment(
    (Affinity(2, 4), Map("tanh"), Affinity(4, 2)), ("where(v0>0,1,0)", "where(v0>0,0,1)"), DrawnWeights(1),
    samples=200, loss="cross-entropy",
)  # fmt: skip
RARE = "where(v0>2,0.5,where(v0>0,1,-1))"
"""−1 or 1, but for one normal input in 44."""


def rare(samples: int, seed: int, **knobs: Any) -> Experiment:
    return Experiment((Affinity(2, 1),), (RARE,), DrawnWeights(1), samples=samples, seed=seed, **knobs)


def suits(experiment: Experiment) -> bool:
    """Whether the logistic loss is taken."""
    return refusal(ExperimentError, replace, experiment, loss="logistic") == NOTHING


def seed_of(samples: int, other: dict[str, Any]) -> int:
    """A seed whose first `samples` samples suit the logistic loss, but not once the `other` knobs are turned."""
    return next(
        s for s in range(99) if suits(rare(samples, s)) and not suits(rare(**{"samples": samples} | other, seed=s))
    )


def test_the_loss_is_half_the_square_unless_another_is_said_and_every_sample_is_looked_at() -> None:
    assert (CIRCLE.loss, CIRCLE.rule.plain) == ("half square", True)
    assert replace(CIRCLE, loss="huber").rule.loss == "huber"
    said = refusal(ExperimentError, replace, CIRCLE, loss="hinge")
    assert "half square, absolute, huber, logistic, cross-entropy, not 'hinge'" in said
    said = refusal(ExperimentError, replace, SIGNS, ideal=("v0", "v1"), loss="logistic")
    assert "The logistic loss needs targets of −1 and 1" in said
    runs = [rare(40, seed) for seed in range(12)]
    fits = [bool((np.abs(one.facts()[1]) == 1.0).all()) for one in runs]
    assert ([suits(one) for one in runs], {*fits}) == (fits, {True, False})


def test_rows_of_a_table_held_out_samples_and_distinct_ones_are_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for last, fits in ((0.5, False), (1.0, True)):
        table = Table(inputs=((0.0,), (1.0,), (2.0,)), targets=((1.0,), (-1.0,), (last,)))
        assert suits(Experiment((Affinity(1, 1),), TABLE, DrawnWeights(1), table, samples=2)) is fits
    assert replace(CLASSES, alpha=0.2).loss == "cross-entropy"
    for other in (CIRCLE, SIGNS):
        assert "Cross-entropy needs two outputs or more" in refusal(ExperimentError, replace, other, loss=CLASSES.loss)
    assert replace(CLASSES, ideal=("0.25", "0.75")).target.outputs == 2
    held_out = known(rare(40, seed_of(40, {"held_out": 200}), held_out=200).held_out_samples())
    assert not (np.abs(held_out[1]) == 1.0).all()
    longer = seed_of(20, {"samples": 200})
    assert suits(rare(200, longer, distinct=20))
    # As many samples are looked at as can be drawn in no time.
    monkeypatch.setattr(sample_source, "MOST_CHECKED_WORK", 20 * 300)
    assert suits(rare(201, longer))


def test_one_of_many_runs_keeps_its_loss_and_json_and_links_say_it() -> None:
    one = replace(rare(40, next(seed for seed in range(12) if suits(rare(40, seed)))), loss="logistic")
    assert [one.replace_unchecked(seed=seed).loss for seed in range(12)] == ["logistic"] * 12
    swept = engine.sweep(one, seeds=range(12))
    for seed in range(12):
        other = one.replace_unchecked(seed=seed)
        assert float(swept.settled[seed]) == run_of(other).settled
    assert Experiment.from_json(CLASSES.to_json()) == CLASSES
    old = json.loads(CIRCLE.to_json())
    assert (old.pop("loss"), Experiment.from_plain(old)) == ("half square", CIRCLE)
    texts = to_texts(replace(CIRCLE, loss="logistic"), CIRCLE)
    assert texts["loss"] == "logistic"
    assert "loss" not in to_texts(CIRCLE, CIRCLE)
    assert from_texts(texts, CIRCLE) == (replace(CIRCLE, loss="logistic"), [])
    kept, (warning,) = from_texts({"loss": "hinge"}, CIRCLE)
    assert kept == CIRCLE
    assert warning.startswith("The link says loss 'hinge'.")


def test_a_bench_refuses_targets_that_its_loss_is_not_meant_for() -> None:
    net = Network()
    net.layers = list(CIRCLE.network().layers)
    assert len(engine.NNBench(net, CIRCLE.target, "uniform", loss="logistic").learn(5)) == 5
    with pytest.raises(ExperimentError, match="The logistic loss needs"):
        engine.NNBench(net, lambda v: [v[0]], "uniform", loss="logistic").learn(5)


@pytest.mark.parametrize("loss", ["absolute", "huber", "logistic"])
def test_the_losses_of_a_run_are_those_of_its_row(loss: str) -> None:
    experiment, row = replace(CIRCLE, loss=loss, held_out=50), LOSSES[loss]
    made, (X, T) = run_of(experiment), experiment.facts(1)
    assert made.losses[0] == row.value(experiment.network().respond(X), T)[0]
    X, T = known(experiment.held_out_samples())
    assert known(made.held_out).final == pytest.approx(float(row.value(made.trained.respond(X), T).mean()))


@pytest.mark.parametrize("experiment", [*(replace(CIRCLE, loss=loss) for loss in ("absolute", "logistic")), CLASSES])
def test_a_step_made_its_sample_worse_by_the_loss_of_the_run(experiment: Experiment) -> None:
    steps, network, worse = 60, experiment.network(), []
    network.begin(experiment.rule, experiment.samples)
    network.alpha = experiment.alpha
    for k, (x, t) in enumerate(zip(*experiment.facts(steps), strict=True)):
        [before] = network.losses([(x, t)])
        worse += [k] * (network.loss(x, t) > before)
    assert count_steps(experiment, experiment.network(), steps).worse_steps.tolist() == worse


@pytest.mark.parametrize("loss", ["absolute", "huber", "logistic"])
def test_there_is_no_floor_of_another_loss_and_no_shape_is_blamed_by_one(loss: str) -> None:
    affine = Experiment((Affinity(2, 1),), "xor", DrawnWeights(1), samples=300, loss=loss)
    found, cause = floor(affine), why(affine)
    assert (found.loss, found.learned) == (None, None)
    assert found.sentence == "There is no floor: it is searched for where the loss is half the squared error."
    assert cause is None or cause.reason != "shape"
    assert known(why(replace(affine, loss="half square"))).reason == "shape"


def always_1(experiment: Experiment) -> Experiment:
    """The experiment from the weights of a network whose answer is 1 for every input."""
    network = experiment.network()
    network.layers[0].M, network.layers[0].b = np.zeros((1, 2)), np.ones(1)
    return experiment.with_weights_of(network)


def test_a_network_that_cannot_learn_by_its_loss_is_not_said_to_have_no_gradient() -> None:
    layers, ideal = (Affinity(2, 1),), ("where(v0>9,-1,1)",)
    exact = always_1(replace(CIRCLE, layers=layers, ideal=ideal, loss="logistic", alpha=1e-30))
    cause = why(exact)
    assert cause is None or "every gradient is 0" not in cause.sentence
    squared = why(replace(exact, loss="half square", samples=50))
    assert squared is None or squared.reason == "nothing"


def test_losses_of_exactly_0_are_losses_and_a_run_diverges_past_a_million_times_its_first_whatever_the_loss() -> None:
    experiment = always_1(replace(CIRCLE, layers=(Affinity(2, 1),), ideal=("1",), loss="absolute"))
    made = run_of(experiment)
    assert (made.settled, made.largest, made.potential, made.diverged_at) == (0.0, 0.0, math.inf, None)
    assert why(experiment) is None
    experiment = catalogued("square-map", alpha=2.0, loss="absolute")
    assert run_of(experiment).diverged_at is not None
    assert known(why(experiment)).reason in ("alpha", "target")


def test_few_samples_are_learned_by_heart_by_the_loss_of_the_run() -> None:
    few = Experiment(
        (Affinity(2, 24), Map("tanh"), Affinity(24, 1)), ("where(sin(9*v0)*sin(9*v1)>0,1,-1)",), DrawnWeights(1),
        alpha=0.2, samples=6000, distinct=12, held_out=200, loss="logistic",
    )  # fmt: skip
    made = run_of(few)
    assert known(made.held_out).final > 2 * made.settled
    assert learned_by_heart(few, made)


def test_two_kinds_of_loss_have_no_luck_in_common_and_one_of_them_measures_both() -> None:
    before, now = (run_of(one) for one in (CIRCLE, replace(CIRCLE, loss="huber")))
    pair = Pair(before, now)
    assert (pair.same_loss, pair.luck) == (False, None)
    said = "both networks are measured here by that of this run, huber."
    assert said in engine.compare(before, now).sentence
    X, T = pair.samples
    mean = float(LOSSES["huber"].value(before.trained.respond(X), T).mean())
    assert known(pair.line).losses[0] == pytest.approx(mean)
    assert "measured here by" not in engine.compare(before, before).sentence
