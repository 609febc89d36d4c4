"""The probe shows one vector through the network, its gradient back, and the update of the weights."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from engine import Affinity, DrawnWeights, Experiment, Identity, Map, run
from engine.data.table import TABLE, Table
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.rules.losses import LOSSES, softmax
from engine.training.trace import trace_of, update_of
from tests.engine.asserting import known
from tests.webapp.decoding import decoded
from webapp.analyses.trajectory import step_detail as step_of
from webapp.base.format import knob_number, number
from webapp.bench.actions import PreparedRun
from webapp.responses.input_domain import InputDomain
from webapp.responses.probe import LEFT_OUT, NO_TARGET, NOTHING_LEARNS, change_text

TANH = CATALOGUE[FIRST].experiment
CARS = CATALOGUE["cars"].experiment
DEEP = CATALOGUE["xor-hidden-layer"].experiment


def detail(experiment: Experiment = TANH, step: int | None = 189, own: list[float] | None = None) -> dict[str, Any]:
    asked = {"step": step, "own": own, "axes": [0, 1]}
    return step_of(PreparedRun(experiment, experiment.network()), asked)


def columns(probe: dict[str, Any]) -> list[tuple[str, str]]:
    return [(column["head"], column["says"]) for column in probe["columns"]]


def test_a_table_that_is_scaled_is_read_back_in_its_own_numbers() -> None:
    table = known(CARS.table)
    scaled, row = (numbers[0][341] for numbers in (table.arrays, table.table.arrays))
    seen = detail(CARS, None, scaled.tolist())
    inputs, outputs = (np.array(scale) for scale in seen["response"]["scales"])
    assert np.allclose(inputs[0] + inputs[1] * scaled, row)
    (said,) = outputs[0] + outputs[1] * decoded(seen["probe"]["columns"][-1]["values"])
    answer = f"miles per gallon {knob_number(said)} mpg"
    assert seen["probe"]["says"] == f"The answer is {answer}. {NO_TARGET}"
    assert "".join(text for text, _ in seen["response"]["says"]) == f"Own input: {answer}, no target is known there"
    of_sample = detail(CARS, None)
    said = "".join(text for text, _ in of_sample["response"]["says"])
    assert re.search(r" mpg after its step, target [\d.]+ mpg$", said)
    assert [columns(found["probe"])[0][1] for found in (of_sample, seen)] == ["v, scaled", "v, before it is scaled"]
    assert [InputDomain(CATALOGUE[key].experiment).output_name for key in ("cars", "penguins", FIRST)] == [
        "scaled output", "probability", "output",
    ]  # fmt: skip
    unnamed = replace(CARS, inputs=Table(table.table.inputs, table.table.targets))
    assert detail(unnamed, None)["response"]["scales"][0] is None, "its maps have the numbers that the network takes"
    assert detail(unnamed, None, scaled.tolist())["probe"]["says"] == NO_TARGET, "y₀ is what the network gives"


def test_the_columns_are_the_networks_cards_and_an_own_input_is_probed_at_the_cursor() -> None:
    assert columns(detail()["probe"]) == [("Input", "v"), ("Dense layer", "u = Mv + b"), ("Activation", "y = tanh u")]
    assert [head for head, _ in columns(detail(DEEP)["probe"])] == [
        "Input", "Dense layer 1", "Activation 1", "Dense layer 2", "Activation 2",
    ]  # fmt: skip
    mixed = replace(TANH, layers=(Affinity(2, 2), Map("x*x/2"), Identity()))
    assert [says for _, says in columns(detail(mixed)["probe"])] == ["v", "u = Mv + b", "w = f(u)", "y = w"]
    deep = replace(TANH, layers=(Affinity(2, 2), Map("tanh")) * 6)
    says = [says for _, says in columns(detail(deep)["probe"])]
    assert (says[:3], says[-2:]) == (["v", "u₁ = Mv + b", "u₂ = tanh u₁"], ["u₁₁ = Mu₁₀ + b", "y = tanh u₁₁"])
    for key in CATALOGUE:
        experiment = CATALOGUE[key].experiment.replace_unchecked(samples=40)
        for step in (0, 7, None):
            softmax = experiment.loss == "cross-entropy"
            assert len(detail(experiment, step)["probe"]["columns"]) == 1 + len(experiment.layers) + softmax
    seen = detail(own=[0.5, -0.25])
    probe = seen["probe"]
    assert (probe["sample"], probe["step"]) == (None, 189)
    np.testing.assert_array_equal(decoded(probe["columns"][0]["values"]), [0.5, -0.25])
    np.testing.assert_array_equal(decoded(probe["target"]), TANH.target(np.array([0.5, -0.25])))
    assert seen["response"]["says"][0][0] == "Own input at (0.50, −0.25): output "
    assert probe["says"].startswith("A step here would move ")
    assert (detail(step=None, own=[0.5, -0.25])["probe"]["step"], detail(own=[0.5])) == (300, detail())
    facts = Table(((0.0, 0.0), (1.0, 1.0)), ((0.0, 1.0), (1.0, 0.0)))
    seen = detail(replace(TANH, inputs=facts, ideal=TABLE), own=[0.5, 0.5])
    assert seen["probe"]["target"] is None
    assert all(column["slopes"] is None for column in seen["probe"]["columns"])
    assert seen["response"]["says"][-1] == [", no target is known there", ""]


def test_the_sample_of_a_step_goes_through_its_network_and_the_sentence_says_what_moved() -> None:
    probe, (X, T) = detail()["probe"], TANH.facts()
    network = run(TANH, TANH.network(), step=189).at_step
    passage, update = trace_of(network, X[189], T[189]), update_of(network, X[189], T[189])
    assert (probe["sample"], probe["step"]) == (189, 189)
    for column, value, slope in zip(probe["columns"], passage.values, passage.slopes, strict=True):
        np.testing.assert_array_equal(decoded(column["values"]), value)
        np.testing.assert_array_equal(decoded(column["slopes"]), slope)
    np.testing.assert_array_equal(decoded(probe["target"]), T[189])
    part = probe["update"][0]
    for name, arrays in (("before", update.before), ("slopes", passage.gradients), ("after", update.after)):
        flat = np.concatenate([arrays[0]["M"].ravel(), arrays[0]["b"]])
        np.testing.assert_array_equal(decoded(part[name]), flat)
    np.testing.assert_array_equal(
        decoded(detail()["probe"]["update"][0]["after"]), decoded(detail(step=190)["probe"]["update"][0]["before"])
    )
    end, before = detail(step=None), detail(step=299)
    assert (end["place"]["step"], end["probe"]) == (300, before["probe"])
    np.testing.assert_array_equal(decoded(end["probe"]["update"][0]["after"]), decoded(end["weights"]))
    probe = detail()["probe"]
    part = probe["update"][0]
    moved = np.abs(decoded(part["after"]) - decoded(part["before"]))
    names = ["weight v₀ to u₀", "weight v₁ to u₀", "weight v₀ to u₁", "weight v₁ to u₁", "bias of u₀", "bias of u₁"]
    assert probe["says"].startswith(f"It moves the {names[int(np.argmax(moved))]} most, ")
    assert f" from {probe['loss']} to " in probe["says"]
    assert " in dense layer " in detail(DEEP)["probe"]["says"]
    tiny = detail(replace(TANH, alpha=1e-5), step=0)["probe"]
    was, becomes = re.findall(r"from ([\d.]+) to ([\d.]+)\.$", tiny["says"])[0]
    assert float(becomes) < float(was)
    assert f"{float(was):.3g}" == f"{float(becomes):.3g}"
    lost = detail(replace(TANH, alpha=1e-16), step=0)["probe"]
    assert lost["says"].endswith(f" The loss of this sample stays at {lost['loss']}.")
    assert (change_text(-1.37, -1.26), change_text(-0.1497, -0.1503)) == ("−1.37 → −1.26", "−0.1497 → −0.1503")
    assert change_text(0.5, np.nextafter(0.5, 1)) == "0.5000000000000000 → 0.5000000000000001"
    assert change_text(0.5, 0.5) == "0.50 → 0.50"


NEITHER = "every gradient is 0, or its weight is frozen"
TINY_ALPHA = replace(TANH, alpha=1e-300)


def test_what_moves_nothing_says_why_as_its_gradients_show() -> None:
    for experiment, reason, gradients in [
        (TINY_ALPHA, "α times each gradient is too small to change its weight", True),
        (
            replace(TINY_ALPHA, layers=(Affinity(2, 2, frozen=(0,)), Map("tanh"))),
            "α times each gradient is too small to change its weight, or the weight is frozen", True,
        ),
        (replace(TANH, layers=(Affinity(2, 2), Map("floor(x)"))), "every gradient is 0", False),
        (replace(DEEP, layers=(Affinity(2, 2), Map("floor(x)"), Affinity(2, 1, frozen=True))), NEITHER, True),
    ]:  # fmt: skip
        probe = detail(experiment, step=3)["probe"]
        assert any(decoded(part["slopes"]).any() for part in probe["update"]) == gradients
        assert probe["says"] == f"It moves nothing: {reason}."
        here = detail(experiment, step=3, own=[0.5, 0.5])["probe"]
        assert here["says"] == f"A step here would move nothing: {reason}."
    probe = detail(CATALOGUE["map-plus-one"].experiment, step=3)["probe"]
    assert (probe["update"], probe["says"]) == ([], NOTHING_LEARNS)
    probe = detail(replace(TANH, layers=(Affinity(2, 2, frozen=True), Map("tanh"))), step=3)["probe"]
    assert probe["says"] == "It moves nothing: every weight is frozen."
    assert probe["update"][0]["frozen"] == list(range(6))
    assert "equation" not in detail()["probe"]["update"][0]
    assert detail(replace(TANH, rate="0"))["probe"]["says"] == "It moves nothing: the rate is 0 at this step."


def numbers_in(equation: list[Any]) -> tuple[list[str], dict[str, Any]]:
    texts = [token if isinstance(token, str) else token["words"] for token in equation]
    return texts, {token["words"]: decoded(token["values"]) for token in equation if not isinstance(token, str)}


def test_an_update_shows_an_equation_that_holds_and_within_a_batch_its_sum() -> None:
    cases: list[Any] = [
        ({"rate": "1/2"}, ["weights before", "−", "0.1 × 0.5 ×", "gradient × input", "=", "weights after"]),
        (
            {"momentum": 0.9},
            [
                *("weights before", "−", "v", "=", "weights after", "where"),
                *("v = 0.9 ×", "v before", "+", "0.1 ×", "gradient × input"),
            ],
        ),
        ({"optimizer": "adam"}, ["weights before", "−", "0.1 ×", "m̂", "÷ (10⁻⁸ + √", "v̂", ")", "=", "weights after"]),
        (
            {"optimizer": "rmsprop"},
            ["weights before", "−", "0.1 ×", "gradient × input", "÷ (10⁻⁸ +", "√s", ")", "=", "weights after"],
        ),
        ({"batch": 16}, ["weights before", "−", "0.1 × mean gradient", "=", "weights after"]),
    ]
    for rule, texts in cases:
        [part] = detail(replace(TANH, samples=100, **rule), 47)["probe"]["update"]
        said, shown = numbers_in(part["equation"])
        assert said == texts
        gradient, before = shown.get("gradient × input", np.empty(0)), shown["weights before"]
        steps: dict[Any, Callable[[Any, Any], Any]] = {
            "1/2": lambda shown, gradient: 0.05 * gradient, 0.9: lambda shown, gradient: shown["v"],
            "adam": lambda shown, gradient: 0.1 * shown["m̂"] / (np.sqrt(shown["v̂"]) + 1e-8),
            "rmsprop": lambda shown, gradient: 0.1 * gradient / (shown["√s"] + 1e-8),
            16: lambda shown, gradient: shown["0.1 × mean gradient"],
        }  # fmt: skip
        step = steps[next(iter(rule.values()))](shown, gradient)
        np.testing.assert_allclose(before - step, shown["weights after"], rtol=1e-12)
        if "momentum" in rule:
            np.testing.assert_allclose(shown["v"], 0.9 * shown["v before"] + 0.1 * gradient, rtol=1e-12)
    for batch, sample, last in ((16, 33, 47), (2, 32, 33)):
        probe = detail(replace(TANH, samples=100, batch=batch), sample)["probe"]
        assert probe["says"].startswith(f"It adds its gradient to those of its batch of {batch}; ")
        assert probe["says"].endswith(f"the step comes after sample {last}.")
        said, shown = numbers_in(probe["update"][0]["equation"])
        assert said == ["sum before", f"+ 0.1 ÷ {batch} ×", "gradient × input", "=", "sum after"]
        added = shown["sum before"] + 0.1 / batch * shown["gradient × input"]
        np.testing.assert_allclose(added, shown["sum after"], rtol=1e-12)
    own = detail(replace(TANH, samples=100, batch=16), 33, [0.5, 0.5])["probe"]
    found = (own["update"], own["says"])
    assert found == ([], "A step follows each batch of 16 samples, and an input of your own is in none.")


def test_a_sample_that_is_left_out_shows_no_step_and_is_not_counted_in_its_batch() -> None:
    few = replace(TANH, samples=100, distinct=5, without=(1,))
    for out in (few, replace(few, momentum=0.9), replace(few, batch=5)):
        probe = detail(out, 21)["probe"]
        assert (probe["update"], probe["says"]) == ([], LEFT_OUT)
    own = detail(few, 21, [0.5, -0.25])["probe"]
    assert own["says"].startswith("A step here would move the ")
    said, shown = numbers_in(own["update"][0]["equation"])
    after = shown["weights before"] - 0.1 * shown["gradient × input"]
    np.testing.assert_allclose(after, shown["weights after"], rtol=1e-12)
    said, shown = numbers_in(detail(replace(few, batch=5), 22)["probe"]["update"][0]["equation"])
    assert said == ["sum before", "+ 0.1 ÷ 4 ×", "gradient × input", "=", "sum after"]
    added = shown["sum before"] + 0.1 / 4 * shown["gradient × input"]
    np.testing.assert_allclose(added, shown["sum after"], rtol=1e-12)


CLASSES = Experiment(
    (Affinity(2, 4), Map("tanh"), Affinity(4, 2)), ("where(v0>0,1,0)", "where(v0>0,0,1)"), DrawnWeights(1),
    samples=50, loss="cross-entropy",
)  # fmt: skip


def test_other_losses_are_said_with_their_gradients_and_cross_entropy_with_probabilities() -> None:
    for loss, sign, begins in [
        ("absolute", "−", "The loss is the sum of |y − t|: "),
        ("huber", "−", "The loss is the sum of ½(y − t)² where |y − t| is at most 1, and |y − t| − ½ elsewhere: "),
        ("logistic", "×", "The loss is the sum of ln(1 + exp(−t·y)): "),
    ]:
        probe = detail(replace(TANH, samples=50, loss=loss), 20)["probe"]
        y, t, row = decoded(probe["columns"][-1]["values"]), decoded(probe["target"]), LOSSES[loss]
        assert probe["sign"] == sign
        assert probe["says"].startswith(f"{begins}{number(float(row.value(y, t)))}. Its gradient at y is ")
        assert ", ".join(map(knob_number, row.slope(y, t).tolist())) in probe["says"]
        np.testing.assert_array_equal(decoded(probe["columns"][-1]["slopes"]), row.slope(y, t))
    probe = detail()["probe"]
    assert probe["sign"] == "−"
    assert "The loss is" not in probe["says"]
    probe = detail(CLASSES, 20)["probe"]
    *_, output, shares = probe["columns"]
    assert (shares["head"], shares["says"], shares["slopes"]) == ("Probability", "p = softmax(y)", None)
    p = decoded(shares["values"])
    np.testing.assert_allclose(p, softmax(decoded(output["values"])))
    np.testing.assert_allclose(p - decoded(probe["target"]), decoded(output["slopes"]))
    assert "Its gradient at y is p − t: " in probe["says"]
    response = detail(CLASSES, 20)["response"]
    outputs = decoded(response["output"]).reshape(2, -1)
    np.testing.assert_allclose(outputs.sum(axis=0), 1.0, rtol=1e-6)
    assert outputs.min() >= 0.0
    assert "".join(text for text, _ in response["says"]).startswith("Sample 20 at (")
    assert ": probability " in "".join(text for text, _ in response["says"])
    assert response["signs"] == np.sign(CLASSES.facts(21)[1] - 0.5).tolist()
    usual = detail(replace(CLASSES, loss="half square"), 20)["response"]
    assert ": output " in "".join(text for text, _ in usual["says"])
