"""Training rules against their formulas spelled out in plain Python, number by number."""

import math
from dataclasses import replace
from typing import Any

import pytest

from engine import Affinity, AffinityLayer, Experiment, Layer, Map
from engine.data.samples import Samples
from engine.errors import BenchError, ExperimentError, FormulaError, OutOfRangeError, UnknownNameError
from engine.experiments.run import rolled_back, run
from engine.rules.rule import PLAIN, TrainingRule
from engine.training.trajectory import record_trajectory
from tests.engine.asserting import refusal, refuses
from tests.engine.nets import flat, network_of, run_of

SMALL = Experiment((Affinity(2, 3), Map("tanh"), Affinity(3, 2)), "swap", alpha=0.05, samples=40)

RULES: list[dict[str, Any]] = [
    {"momentum": 0.9}, {"momentum": 0.5, "nesterov": True}, {"decay": 0.1}, {"rate": "1/(1+k/10)"}, {"batch": 7},
    {"optimizer": "rmsprop"}, {"optimizer": "adam"},
    {"optimizer": "adam", "momentum": 0.3, "batch": 4, "decay": 0.02, "rate": "where(k<5, 1, 0.1)"},
    {"optimizer": "rmsprop", "momentum": 0.9, "nesterov": True, "batch": 16},
]  # fmt: skip


def spelled_out(experiment: Experiment, samples: Samples) -> tuple[list[float], list[float]]:
    """The losses and the last weights of M x + b, tanh, M x + b, with the rules as they stand in books."""
    rule, alpha = experiment.rule, experiment.alpha
    numbers, biases = flat(experiment.network()).tolist(), [*range(6, 9), *range(15, 17)]
    velocity, square, mean = ([0.0] * 17 for _ in range(3))
    losses = []
    X, T = (part.tolist() for part in samples)
    for step, start in enumerate(range(0, len(X), rule.batch)):
        batch = list(zip(X, T, strict=True))[start : start + rule.batch]
        rate = {"1": 1.0, "1/(1+k/10)": 1 / (1 + step / 10), "where(k<5, 1, 0.1)": 1.0 if step < 5 else 0.1}[rule.rate]
        gradient = [0.0] * 17
        for x, t in batch:
            A, a, B, b = numbers[:6], numbers[6:9], numbers[9:15], numbers[15:]
            u = [math.tanh(A[2 * i] * x[0] + A[2 * i + 1] * x[1] + a[i]) for i in range(3)]
            y = [sum(B[3 * i + j] * u[j] for j in range(3)) + b[i] for i in range(2)]
            e = [y[i] - t[i] for i in range(2)]
            losses.append((e[0] ** 2 + e[1] ** 2) / 2)
            back = [(B[j] * e[0] + B[3 + j] * e[1]) * (1 - u[j] ** 2) for j in range(3)]
            sample = [back[i] * x[j] for i in range(3) for j in range(2)] + back
            sample += [e[i] * u[j] for i in range(2) for j in range(3)] + e
            gradient = [total + g / len(batch) for total, g in zip(gradient, sample, strict=True)]
        for q, g in enumerate(gradient):
            if rule.optimizer == "rmsprop":
                square[q] = 0.99 * square[q] + 0.01 * g * g
                move = alpha * rate * g / (math.sqrt(square[q]) + 1e-8)
            elif rule.optimizer == "adam":
                mean[q] = 0.9 * mean[q] + 0.1 * g
                square[q] = 0.999 * square[q] + 0.001 * g * g
                unbiased = mean[q] / (1 - 0.9 ** (step + 1)), square[q] / (1 - 0.999 ** (step + 1))
                move = alpha * rate * unbiased[0] / (math.sqrt(unbiased[1]) + 1e-8)
            else:
                move = alpha * rate * g
            velocity[q] = rule.momentum * velocity[q] + move
            if rule.momentum:
                move = move + rule.momentum * velocity[q] if rule.nesterov else velocity[q]
            kept = 1.0 if q in biases else 1.0 - alpha * rate * rule.decay
            numbers[q] = kept * numbers[q] - move
    return losses, numbers


@pytest.mark.parametrize("fields", RULES, ids=str)
def test_a_rule_is_its_formula_changes_the_run_and_starts_from_rest_at_each_rollback(fields: dict[str, Any]) -> None:
    experiment = replace(SMALL, **fields)
    losses, numbers = spelled_out(experiment, experiment.facts())
    made = run_of(experiment)
    assert made.losses == pytest.approx(losses, rel=1e-9)
    assert flat(made.trained) == pytest.approx(numbers, rel=1e-9, abs=1e-12)
    assert run_of(SMALL).fingerprint != made.fingerprint
    assert run(experiment, made.checkpoint()).fingerprint == made.fingerprint


def test_all_off_is_the_plain_rule_and_the_notebook_can_say_a_rule_for_one_call_of_learn() -> None:
    assert SMALL.rule == PLAIN
    assert rolled_back(SMALL.network(), SMALL).progress is None
    for experiment in (SMALL, replace(SMALL, momentum=0.9)):
        X, T = experiment.facts()
        recorded = record_trajectory(rolled_back(experiment.network(), experiment), X[:0], T[:0])
        assert recorded.parameters.tolist() == [flat(experiment.network()).tolist()]
        assert recorded.complete
    experiment = replace(SMALL, momentum=0.9, batch=4)
    net, made = experiment.network(), run_of(experiment)
    assert net.learn(zip(*experiment.facts(), strict=True), momentum=0.9, batch=4) == made.losses[-1]
    assert net.progress is None
    assert flat(net).tolist() == flat(made.trained).tolist()


@pytest.mark.parametrize("fields", RULES, ids=str)
def test_a_recorded_run_has_the_weights_of_every_step_to_the_bit_and_goes_on_from_there(fields: dict[str, Any]) -> None:
    experiment = replace(SMALL, **fields)
    (X, T), start = experiment.facts(), rolled_back(experiment.network(), experiment)
    whole = record_trajectory(start.copy(), X, T)
    sparse = record_trajectory(start.copy(), X, T, memory=8 * 17 * 5 * 7)
    assert whole.every < sparse.every
    for step in range(0, 41, 3):
        trained = start.copy()
        trained.train(X[:step], T[:step])
        one, other = (flat(recorded.network_at(step)) for recorded in (whole, sparse))
        assert one.tolist() == other.tolist() == flat(trained).tolist()
    made = run_of(experiment, step=17)
    assert made.at_step.copy().train(X[17:], T[17:]).tolist() == made.losses[17:].tolist()


def test_the_last_short_batch_divides_by_its_own_count_and_decay_pulls_free_matrices_alone() -> None:
    experiment = replace(SMALL, samples=9, batch=8)
    net = rolled_back(experiment.network(), experiment)
    X, T = experiment.facts()
    net.train(X[:8], T[:8])
    before, y = net.layers[2].b.copy(), net(X[8])
    net.train(X[8:], T[8:])
    assert net.layers[2].b == pytest.approx(before - 0.05 * (y - T[8]), rel=1e-12)
    experiment = Experiment(((Affinity(2, 2, frozen=(0,)),)), "swap", alpha=0.1, samples=1, decay=1.0)
    plain, start = replace(experiment, decay=0.0), experiment.network().layers[0]
    with_decay, without = (run_of(one).trained.layers[0] for one in (experiment, plain))
    pulled = (without.M - with_decay.M).ravel()
    assert (pulled[0], pulled[1:]) == (0.0, pytest.approx(0.1 * start.M.ravel()[1:], rel=1e-12))
    assert with_decay.b.tolist() == without.b.tolist()


@pytest.mark.parametrize("kind", [object, Layer])
def test_a_layer_of_ones_own_with_backprop_alone_learns_by_rate_but_not_in_batches(kind: type) -> None:
    class Own(kind):  # type: ignore[misc]
        def __init__(self) -> None:
            self.inner = AffinityLayer(2, 2, seed=1)
            self.backprop = self.inner.backprop

        def __call__(self, x: Any) -> Any:
            return self.inner(x)

    net, facts = network_of(Own()), [([1.0, 2.0], [2.0, 1.0])] * 3
    assert net.learn(facts, rate="0.5") > 0.0
    assert "states no gradients" in refusal(BenchError, net.learn, facts, batch=2)


REFUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"batch": 41}, OutOfRangeError, "at most as many samples as the run, 40"),
    ({"batch": 0}, OutOfRangeError, "from 1 to 256"), ({"momentum": 1.0}, OutOfRangeError, "from 0 to 0.99"),
    ({"decay": 0.3, "alpha": 4.0}, OutOfRangeError, "With decay 0.3, α is at most 3.33, and where α is 4, decay "),
    ({"decay": 0.5, "rate": "50"}, OutOfRangeError, "With decay 0.5, α times the rate is at most 2, and where "),
    ({"rate": "-1"}, ExperimentError, "must be a number that is 0 or above"),
    ({"rate": "1/(k-3)"}, ExperimentError, "at step 0"), ({"rate": "log(k)"}, ExperimentError, "step 0"),
    ({"rate": "x"}, FormulaError, "formula in k"), ({"optimizer": "lion"}, ExperimentError, "sgd, rmsprop, adam"),
    ({"nesterov": "yes"}, ExperimentError, "on or off"),
]  # fmt: skip


def test_what_cannot_be_is_refused_in_a_sentence_by_a_rule_of_the_package_too() -> None:
    found = [(refusal(error, replace, SMALL, **fields), sentence) for fields, error, sentence in REFUSED]
    assert [(said, sentence) for said, sentence in found if sentence not in said] == []
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"batch": 0}, OutOfRangeError), ({"momentum": 1}, OutOfRangeError), ({"decay": -0.1}, OutOfRangeError),
        ({"optimizer": "lion"}, UnknownNameError), ({"loss": "squared"}, UnknownNameError),
        ({"rate": "x"}, FormulaError),
    ]  # fmt: skip
    for fields, error in wrong:
        refuses(error, TrainingRule, **fields)
