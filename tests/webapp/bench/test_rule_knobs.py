"""Whatever decides how a network learns is a knob, and no part of the bench leaves one out.

Each test walks the fields of `TrainingRule`, so a new field fails wherever it has been forgotten.
"""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Experiment
from engine.experiments.knobs import FOLDS, KNOBS, Choice, Knob, Number, Switch, Text, Whole
from engine.experiments.run import rolled_back, run
from engine.rules.losses import LOSSES
from engine.rules.optimizers import OPTIMIZERS
from engine.rules.rule import TrainingRule
from engine.training.trace import trace_of
from tests.scripts.node import Scripts, scripts
from webapp.analyses.sensitivity import knob_rows
from webapp.files.pytorch.rule import training_code
from webapp.responses.probe import FORMULAS, loss_words
from webapp.responses.update_rule import STEPS, rule_at

RULE = [field.name for field in fields(TrainingRule)]
USUAL = replace(CATALOGUE["tanh-signs"].experiment, samples=40)
page = scripts("core/knobs.js")


def other_value(knob: Knob) -> Any:
    """A value of the knob that is not its default."""
    match knob.kind:
        case Number(high=high):
            return high / 2
        case Whole(low=low):
            return low + 3
        case Switch():
            return not knob.default
        case Choice(options=options):
            return list(options)[1]
        case Text():
            return {"rate": "1/(1+k)"}[knob.name]
    raise TypeError(knob.name)


def with_and_without(name: str) -> tuple[Experiment, Experiment]:
    """An experiment with another value of this knob, and one without; a second knob is on in both, since what a plain
    run leaves out differs from any rule's."""
    second = KNOBS[name].needs or ("momentum" if name == "batch" else "batch")
    without = replace(USUAL, **{second: other_value(KNOBS[second])})
    return replace(without, **{name: other_value(KNOBS[name])}), without


def update_words(experiment: Experiment) -> list[Any]:
    """The words about the loss of the last sample, and the equation of its update."""
    network = rolled_back(experiment.network(), experiment)
    X, T = (part[: experiment.samples] for part in next(experiment.fact_blocks()))
    network.train(X[:-1], T[:-1])
    trace, rule = trace_of(network, X[-1], T[-1]), rule_at(network, X[-1], T[-1])
    flat = np.concatenate([array.ravel() for array in trace.gradients[0].values()])
    tokens = [] if rule is None else rule.equation(network.layers[0], 0, (flat, flat, flat))
    words = [token if isinstance(token, str) else token["words"] for token in tokens]
    return [loss_words(network, trace, T[-1]), *words]


@pytest.mark.parametrize("name", RULE)
def test_each_field_of_the_rule_is_a_knob_that_changes_the_run_to_the_same_bits_in_the_kernel(name: str) -> None:
    turned, without = with_and_without(name)
    assert getattr(turned.rule, name) == getattr(turned, name) != getattr(without.rule, name)
    compiled, readable = (run(turned, turned.network(), wait_for_kernel=wait) for wait in (True, False))
    assert compiled.fingerprint == readable.fingerprint != run(without, without.network()).fingerprint


@pytest.mark.parametrize("name", RULE)
def test_each_field_of_the_rule_is_in_the_update_and_in_the_script_for_pytorch(name: str) -> None:
    turned, without = with_and_without(name)
    assert update_words(turned) != update_words(without)
    assert training_code(turned.rule, masked=False) != training_code(without.rule, masked=False)
    assert set(STEPS) == set(OPTIMIZERS)
    assert set(FORMULAS) == set(LOSSES) - {KNOBS["loss"].default}


@pytest.mark.parametrize("name", RULE)
def test_each_field_of_the_rule_has_words_in_the_fold_and_a_row_of_the_sensitivity(name: str, page: Scripts) -> None:
    knob, (turned, without) = KNOBS[name], with_and_without(name)
    assert knob in FOLDS["training"]
    before, words = (page.call("foldWords", "training", of.knob_values) for of in (without, turned))
    assert len(words) == len(before) + 1
    assert (knob.title in [title for title, _ in knob_rows()]) == bool(knob.axis)


def test_a_fold_names_the_knobs_that_are_on_in_the_order_of_its_rows(page: Scripts) -> None:
    found = page.call("foldWords", "training", USUAL.knob_values)
    assert found == page.call("foldWords", "data", USUAL.knob_values) == []
    turned = {
        "momentum": 0.9, "nesterov": True, "rate": "1/(1+k)", "decay": 0.01, "batch": 16, "optimizer": "rmsprop",
        "loss": "huber", "distinct": 1_000, "noise": 0.25, "held_out": 1_500,
    }  # fmt: skip
    assert page.call("foldWords", "training", turned) == [
        "momentum 0.9", "Nesterov", "rate 1/(1+k)", "decay 0.01", "batch 16", "RMSProp", "huber loss",
    ]  # fmt: skip
    assert page.call("foldWords", "data", turned) == ["1,000 distinct", "noise 0.25", "1,500 held out"]
    assert page.call("foldWords", "training", turned | {"momentum": 0.0})[0] == "rate 1/(1+k)"
    folded = {knob.name for rows in FOLDS.values() for knob in rows}
    assert set(KNOBS) - folded == {"alpha", "samples", "seed", "ideal", "inputs", "filter"}
