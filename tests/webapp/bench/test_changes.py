"""Every change of the table is done by the engine's edits and said in words; what cannot be is refused at its field."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Affinity, BenchError, DrawnWeights, Experiment, GivenWeights, Identity, Map, Table
from engine.activations import ACTIVATIONS
from engine.data.targets import TARGETS
from engine.errors import TableError
from engine.experiments import edits
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.layer_specs import weights_of
from engine.experiments.run import checkpoint_fingerprint
from engine.layers.faulty_layers import HALF_SLOPE, LEAKY_RELU
from engine.layers.initializers import INITIALIZERS
from tests.webapp.asking import refusal
from webapp.bench.changes import (
    CHANGES,
    OWN_FORMULAS,
    ChangeWords,
    apply_change,
    frozen_places,
    layer_name,
    scheme_of,
    with_own_target,
)
from webapp.bench.knob_values import Refused
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.bench.run_summary import ideal_text

OF_FIVE = Affinity(5, 2, draw=2, first_shape=(3, 2))
DRAWN = Experiment((Affinity(2, 3), Map("tanh"), Affinity(3, 2), Map(LEAKY_RELU)), "swap", DrawnWeights(1))
GIVEN = DRAWN.with_weights_of(DRAWN.network())
SQUARE = Experiment((Affinity(2, 2), Map("tanh")), "swap", DrawnWeights(1))
LISTED = CATALOGUE["three-facts"].experiment
ON, OFF = True, False
FIELDS = {"note", "network", "edit", "target", "inputs", "facts", "weights"}


@dataclass(frozen=True)
class Case:
    """One honest change: what it is asked of, what comes out, and what is said."""

    do: str
    at: int
    value: Any
    after: Callable[[Experiment], bool]
    begins: str
    label: str
    before: Experiment = DRAWN


def rows_of(experiment: Experiment) -> Table:
    assert isinstance(experiment.inputs, Table)
    return experiment.inputs


def has_layers(*layers: Any) -> Callable[[Experiment], bool]:
    return lambda experiment: experiment.layers == layers


FIRST_AFFINITY, TANH, LAST, LEAKY = DRAWN.layers
NARROWER = Affinity(2, 2, first_shape=(2, 3))
WIDER = (Affinity(2, 5, first_shape=(2, 3)), TANH, Affinity(5, 2, first_shape=(3, 2)), LEAKY)
MOVED_FIRST, MOVED_LAST = Affinity(2, 3, draw=0), Affinity(3, 2, draw=2)
"""The affine layers where others came or went before them: they draw as they did."""

PLACED = edits.set_table(SQUARE, Table(((0.1, 0.2), (0.3, -0.4)), ((1.0,), (-1.0,))))
CALLED = edits.set_table(
    SQUARE,
    Table(((0.1, 0.2), (0.3, -0.4)), ((1.0, 0.0), (0.0, 1.0)), names=(("x", "y"), ("kind",)), classes=("a", "b")),
)

CASES = (
    Case("insert", 2, "affinity", has_layers(FIRST_AFFINITY, TANH, Affinity(3, 3, draw=3), MOVED_LAST, LEAKY),
         "Adding a dense layer", "dense layer added"),
    Case("insert", 0, "map", has_layers(Map("tanh"), MOVED_FIRST, TANH, MOVED_LAST, LEAKY),
         "Adding an activation", "activation added"),
    Case("insert", 4, "identity", has_layers(*DRAWN.layers, Identity()),
         "Adding an identity layer", "identity layer added"),
    Case("hidden", 2, 5,
         has_layers(FIRST_AFFINITY, TANH, Affinity(3, 5, draw=3), TANH, OF_FIVE, LEAKY),
         "Adding 5 hidden units", "5 hidden units added"),
    Case("remove", 1, None, has_layers(FIRST_AFFINITY, MOVED_LAST, LEAKY), "Removing tanh", "tanh removed"),
    Case("remove", 2, None, has_layers(NARROWER, TANH, LEAKY), "Removing dense layer 2", "dense layer 2 removed"),
    Case("move", 1, 1, has_layers(FIRST_AFFINITY, MOVED_LAST, TANH, LEAKY), "Moving tanh", "tanh moved"),
    Case("move", 3, -2, has_layers(FIRST_AFFINITY, LEAKY, TANH, MOVED_LAST), "Moving leaky relu", "leaky relu moved"),
    Case("width", 0, " 5 ", has_layers(*WIDER), "Changing dense layer 1 from 3 to 5 outputs", "3 → 5 outputs"),
    Case("width", 0, 1, lambda e: e.layers[0] == Affinity(2, 1, first_shape=(2, 3)),
         "Changing dense layer 1 from 3 to 1 output", "3 → 1 output"),
    Case("remove", 1, None, has_layers(Affinity(2, 2)), "Removing an identity layer", "identity removed",
         replace(SQUARE, layers=(Affinity(2, 2), Identity()))),
    Case("function", 1, "relu", has_layers(FIRST_AFFINITY, Map("relu"), LAST, LEAKY),
         "Changing tanh to relu", "tanh → relu"),
    Case("function", 1, "x*x/2", has_layers(FIRST_AFFINITY, Map("x*x/2"), LAST, LEAKY),
         "Changing tanh to x*x/2", "tanh → x*x/2"),
    Case("freeze", 0, ON, has_layers(Affinity(2, 3, frozen=True), TANH, LAST, LEAKY),
         "Freezing dense layer 1", "dense layer 1 frozen"),
    Case("freeze", 0, OFF, has_layers(*SQUARE.layers), "Unfreezing the dense layer", "dense layer free",
         edits.freeze(SQUARE, 0)),
    Case("freeze one", 0, 4, has_layers(Affinity(2, 3, frozen=(4,)), TANH, LAST, LEAKY),
         "Freezing one weight", "weight frozen"),
    Case("freeze one", 0, 1, has_layers(Affinity(2, 2, frozen=(0, 2, 3, 4, 5)), Map("tanh")),
         "Unfreezing one weight", "weight free", edits.freeze(SQUARE, 0)),
    Case("redraw", 2, None, lambda e: isinstance(e.weights, GivenWeights),
         "New weights in dense layer 2", "new weights"),
    Case("left", 0, ON, has_layers(Affinity(2, 2, left_multiplied=True), Map("tanh")),
         "Passing back M, not Mᵀ,", "M for Mᵀ", SQUARE),
    Case("left", 0, OFF, has_layers(*SQUARE.layers), "Passing back Mᵀ", "Mᵀ again",
         edits.multiply_left(SQUARE, wrong=True)),
    Case("half", 3, ON, has_layers(FIRST_AFFINITY, TANH, LAST, Map(HALF_SLOPE.name)),
         "Halving the leak, but not its derivative,", "half leak"),
    Case("half", 3, OFF, has_layers(*DRAWN.layers), "Restoring the whole leak", "whole leak",
         edits.halve_slopes(DRAWN, wrong=True)),
    Case("target", 0, "xor", lambda e: (e.ideal, e.outputs) == ("xor", 1),
         "Changing the target from Swap to XOR, and the network from 2 to 1 output,", "target → XOR"),
    Case("target", 0, ["v0×v₁", "v0² − 1"], lambda e: (e.ideal, e.width) == (("v0*v1", "v0**2 - 1"), 2),
         "Changing the target from Swap to v0*v1, v0**2 - 1", "target → v0*v1, v0**2 - 1"),
    Case("target", 0, OWN_FORMULAS, lambda e: e.ideal == ("v1", "v0"),
         "Changing the target from Swap to v1, v0", "target → v1, v0"),
    Case("target", 0, "signs", lambda e: (e.ideal, e.inputs) == ("signs", "normal"),
         "Changing the target from the table to Signs and the inputs to Normal", "target → Signs", LISTED),
    Case("inputs", 0, "corners", lambda e: e.inputs == "corners",
         "Changing the inputs from Normal to Corners", "inputs → Corners"),
    Case("table", 0, {"text": "x, y\n1, 2\n3, 4", "shuffled": True},
         lambda e: e.inputs == Table(((1,), (3,)), ((2,), (4,)), shuffled=True) and (e.width, e.outputs) == (1, 1),
         "Changing the samples to a table of 2 rows, and the network from 2 to 1 input and from 2 to 1 output,",
         "table of 2 rows"),
    Case("inputs", 0, {"inputs": "uniform", "ideal": "xor"},
         lambda e: (e.inputs, e.ideal, e.width, e.outputs) == ("uniform", "xor", 2, 1),
         "Changing the inputs from the table to Uniform and the target to XOR, and the network from 2 to 1 output,",
         "inputs → Uniform, target → XOR", LISTED),
    Case("inputs", 0, {"inputs": "corners", "ideal": ["v0 - v1"]},
         lambda e: (e.inputs, e.ideal, e.outputs) == ("corners", ("v0 - v1",), 1),
         "Changing the inputs from the table to Corners and the target to v0 - v1, and the network from 2 to 1 output,",
         "inputs → Corners, target → v0 - v1", LISTED),
    Case("inputs", 0, {"inputs": "grid", "ideal": None},
         lambda e: (e.inputs, e.ideal, e.layers) == ("grid", ("v0", "v1"), LISTED.layers),
         "Changing the inputs from the table to Grid and the target to v0, v1", "inputs → Grid, target → v0, v1",
         LISTED),
    Case("inputs", 0, {"inputs": "corners", "ideal": None}, lambda e: (e.inputs, e.ideal) == ("corners", "swap"),
         "Changing the inputs from Normal to Corners", "inputs → Corners"),
    Case("points", 0, {"points": [(0.1, 0.2, 1.0, 0.0), (0.3, -0.4, 0.0, 1.0)]},
         lambda e: e.inputs == Table(((0.1, 0.2), (0.3, -0.4)), ((1.0, 0.0), (0.0, 1.0)), shuffled=True),
         "Changing the samples to 2 points", "2 points"),
    Case("points", 2, {"points": [(0.1, 0.2, 1.0), (0.3, -0.4, -1.0), (0.5, 0.0, -1.0)]},
         lambda e: len(rows_of(e).inputs) == 3 and not rows_of(e).shuffled,
         "Adding a point, −1 at (0.5, 0)", "point added", PLACED),
    Case("points", 1, {"points": [(0.1, 0.2, 1.0), (0.3, 0.44, -1.0)]},
         lambda e: rows_of(e).inputs == ((0.1, 0.2), (0.3, 0.44)), "Moving point 2 to (0.3, 0.44)", "point moved",
         PLACED),
    Case("points", 1, {"points": [(0.1, 0.2, 1.0), (0.3, -0.4, 1.0)]}, lambda e: rows_of(e).targets[1] == (1.0,),
         "Changing point 2 at (0.3, −0.4) to 1", "point → 1", PLACED),
    Case("points", 1, {"points": [(0.1, 0.2, 1.0)]}, lambda e: rows_of(e).inputs == ((0.1, 0.2),),
         "Removing point 2", "point removed", PLACED),
    Case("points", 0, {"points": [(0.2, 0.2, 0.0, 1.0), (0.3, -0.4, 0.0, 1.0)]},
         lambda e: (rows_of(e).classes, rows_of(e).names) == (("a", "b"), (("x", "y"), ("kind",))),
         "Changing point 1 at (0.2, 0.2) to b", "point → b",
         CALLED),
    Case("call", 1, 0, lambda e: rows_of(e).targets == ((1.0, 0.0), (1.0, 0.0)), "Changing row 2 from b to a",
         "row 2 → a", CALLED),
    Case("weight seed", 0, " 1,234 ", lambda e: e.weights == DrawnWeights(1234),
         "Changing the weight seed from 1 to 1234", "weight seed → 1234"),
    Case("scheme", 0, "he", lambda e: e.weights == DrawnWeights(1, "he"), "He starting weights", "weights → He"),
)  # fmt: skip


def test_every_row_of_the_table_is_tried_and_leaves_the_knobs_and_weights_that_it_can() -> None:
    assert {case.do for case in CASES} == set(CHANGES)
    assert {row.field for row in CHANGES.values()} == FIELDS
    for case in CASES:
        after, said = apply_change(case.before, case.do, case.at, case.value)
        assert case.after(after)
        assert (said, Experiment.from_json(after.to_json())) == ((case.begins, case.label), after)
        before = case.before.with_weights_of(case.before.network())
        after, _ = apply_change(before, case.do, case.at, case.value)
        for knob in ("alpha", "samples", "seed", "filter"):
            assert getattr(after, knob) == getattr(before, knob)
        if case.do in ("function", "freeze", "freeze one", "left", "half") or (case.do, case.before) == (
            "inputs",
            DRAWN,
        ):
            assert after.weights == before.weights
        if case.do == "redraw":
            assert checkpoint_fingerprint(after.network()) != checkpoint_fingerprint(before.network())


def test_layers_are_frozen_drawn_anew_and_named_and_all_functions_targets_and_schemes_chosen() -> None:
    after, _ = apply_change(GIVEN, "redraw", 2, None)
    old, new = weights_of(GIVEN.network()).values, weights_of(after.network()).values
    assert (old[0] == new[0], old[1] == new[1]) == (True, False)
    after, _ = apply_change(replace(DRAWN, weights=DrawnWeights(1, "zero")), "redraw", 0, None)
    assert {number for layer in after.network().layers[:1] for number in layer.parameters["M"].ravel()} == {0.0}
    once, _ = apply_change(GIVEN, "freeze one", 2, 7)
    twice, _ = apply_change(once, "freeze one", 2, 7)
    assert frozen_places(once.layers[2]) == {7}  # type: ignore[arg-type]
    assert twice == GIVEN
    experiment = SQUARE
    for place in range(6):
        experiment, _ = apply_change(experiment, "freeze one", 0, place)
    assert experiment.layers[0] == Affinity(2, 2, frozen=True)
    assert [layer_name(DRAWN, at) for at in range(4)] == ["dense layer 1", "tanh", "dense layer 2", "leaky relu"]
    assert layer_name(SQUARE, 0) == "dense layer"
    assert (layer_name(CATALOGUE["identity-layer"].experiment, 0), ideal_text(DRAWN)) == ("identity", "swap")
    assert ideal_text(replace(DRAWN, ideal=("v0", "1"))) == "v0, 1"
    for name in ACTIVATIONS:
        assert apply_change(SQUARE, "function", 1, name)[0].layers[1] == Map(name)
    for name in CATALOGUE_CONTENT.ideals:
        for row in CATALOGUE.values():
            if any(isinstance(spec, Affinity) for spec in row.experiment.layers):
                assert apply_change(row.experiment, "target", 0, name)[0].ideal == name
    for name in INITIALIZERS:
        after, (begins, _) = apply_change(DRAWN, "scheme", 0, name)
        assert after.weights == DrawnWeights(1, name)
        assert begins == f"{INITIALIZERS[name].title} starting weights"
    he = replace(DRAWN, weights=DrawnWeights(1, "he"))
    assert apply_change(he, "weight seed", 0, "5")[0].weights == DrawnWeights(5, "he")
    assert apply_change(GIVEN, "weight seed", 0, "5")[0].weights == DrawnWeights(5)
    assert apply_change(GIVEN, "scheme", 0, "he")[0].weights == DrawnWeights(0, "he")
    assert scheme_of(GIVEN) == "normal"
    spiral, _ = apply_change(CATALOGUE["spiral"].experiment, "target", 0, OWN_FORMULAS)
    assert spiral.ideal == ("0",)
    signs, _ = apply_change(CATALOGUE[FIRST].experiment, "target", 0, OWN_FORMULAS)
    assert signs.ideal == TARGETS["signs"].formulas
    listed, _ = apply_change(LISTED, "target", 0, OWN_FORMULAS)
    assert (listed.ideal, listed.inputs) == (("0", "0"), "normal")


GONE = "That weight is not there any more. Close this, and choose another."


def test_what_cannot_be_is_refused_in_a_sentence() -> None:
    for do, at, value, sentence in (
        ("insert", 9, "map", "A layer goes in at one of 5 places, and there is no place 10."),
        ("insert", 0, "convolution", "A layer is one of affinity, map, identity."),
        ("remove", 4, None, "There is no layer 5: the network has 4."),
        ("move", 0, -1, "There is no layer 0: the network has 4."),
        ("move", 0, "left", "A layer moves by whole places, such as −1 to the left."),
        ("move", 0, 10**300, "A layer moves by whole places, such as −1 to the left."),
        ("width", 0, "many", "The outputs of a dense layer are a whole number from 1 to 64."),
        ("width", 2, "3",
         "The last layer gives 3 numbers, the target has 2. Set its outputs to 2, or add a formula for y₂."),
        ("width", 1, "3", "Layer 2 is no dense layer: it has no weights, and gives as many numbers as it takes."),
        ("function", 0, "relu", "Layer 1 is no activation, so it has no function to choose."),
        ("freeze", 1, True, "Layer 2 is no dense layer: it has no weights, and gives as many numbers as it takes."),
        ("freeze one", 0, 9, GONE), ("freeze one", 0, -1, GONE), ("freeze one", 1, 0, GONE), ("freeze one", 7, 0, GONE),
        ("freeze one", 0, True, GONE),
        ("redraw", 3, None, "Layer 4 is no dense layer: it has no weights, and gives as many numbers as it takes."),
        ("table", 0, "1 2", "A table is given as text."),
        ("weight seed", 0, "-1", "Seeds are whole numbers from 0 to 4,294,967,295."),
    ):  # fmt: skip
        with pytest.raises((Refused, BenchError)) as refused:
            apply_change(DRAWN, do, at, value)
        error: Any = refused.value
        assert (error.sentence if isinstance(error, Refused) else str(error)) == sentence
        assert not isinstance(error, Refused) or error.field == CHANGES[do].field
    for typed in ["65", "2.5", "256", "0"]:
        width_refused = refusal(apply_change, DRAWN, "width", 0, typed)
        assert width_refused == Refused("network", "The outputs of a dense layer are a whole number from 1 to 64.")


def test_tables_are_told_from_others_and_inputs_drawn_again_after_any() -> None:
    for rows in [Table(((1.0,), (2.0,)), ((3.0,), (4.0,))), Table(((1.0,) * 7,), ((2.0,) * 5,))]:
        for key in CATALOGUE:
            # Two rows hold out none of 300.
            before = replace(CATALOGUE[key].experiment, distinct=None, held_out=0)
            if not any(isinstance(spec, Affinity) for spec in before.layers):
                continue
            listed = edits.set_table(before, rows)
            for ideal in (None, before.ideal if isinstance(before.ideal, str) and before.ideal in TARGETS else None):
                after, _ = apply_change(listed, "inputs", 0, {"inputs": "uniform", "ideal": ideal})
                assert after.inputs == "uniform"
                assert ideal is None or after.ideal == ideal
    first, _ = apply_change(LISTED, "table", 0, {"text": "1, 2\n3, 4", "shuffled": False})
    _, other = apply_change(first, "table", 0, {"text": "1, 2\n3, 5", "shuffled": False})
    assert other == ("Changing the table to another of 2 rows", "table of 2 rows")
    _, shuffled = apply_change(first, "table", 0, {"text": "1, 2\n3, 4", "shuffled": True})
    assert shuffled == ("Taking the rows of the table in another order each pass", "rows in another order each pass")
    assert apply_change(LISTED, "inputs", 0, {"inputs": "table", "ideal": None})[0] == LISTED
    drawn = {"inputs": "uniform", "ideal": None}
    assert with_own_target(drawn, DRAWN) == {"inputs": "uniform", "ideal": "swap"}
    for value in ({"inputs": "uniform", "ideal": "xor"}, {"text": "1 2", "shuffled": True}, "corners", None):
        assert with_own_target(value, DRAWN) == value
    assert with_own_target(drawn, LISTED) == drawn, "a table is no target to go back to"


def test_columns_with_roles_bring_names_classes_scaling_a_split_and_the_loss_of_classes() -> None:
    text = "kind,size (mm),year\n" + "".join(f"{'ab'[k % 2]},{k},{2000 + k}\n" for k in range(20))
    value = {"text": text, "shuffled": True, "roles": {0: "classes", 1: "input", 2: "left out"}}
    after, words = apply_change(CATALOGUE["circle"].experiment, "table", 0, value)
    table = after.inputs
    assert isinstance(table, Table)
    assert (table.names, table.classes, table.shuffled) == ((("size (mm)",), ("kind",)), ("a", "b"), True)
    assert (after.scaling, after.split, after.held_out, after.test) == ("standard", "seed", 4, 4)
    assert (after.loss, after.layers[-1]) == ("cross-entropy", Affinity(8, 2, first_shape=(8, 1)))
    assert words == ("Changing the samples to a table of 20 rows", "table of 20 rows")
    named, _ = apply_change(DRAWN, "table", 0, value | {"names": {1: "length"}, "classes": {"a": "Auk"}})
    assert isinstance(named.inputs, Table)
    assert (named.inputs.names[0] if named.inputs.names else None) == ("length",)
    assert "Auk" in (named.inputs.classes or ())
    edited = {"text": "v0;y0;y1\n5;0;1\n7;1;0", "shuffled": False}
    assert rows_of(apply_change(after, "table", 0, edited)[0]).classes is None
    kept, _ = apply_change(after, "table", 0, edited | {"keeps": True})
    assert kept.inputs == Table(((5,), (7,)), ((0, 1), (1, 0)), names=table.names, classes=table.classes)
    assert rows_of(apply_change(CATALOGUE["circle"].experiment, "table", 0, edited | {"keeps": True})[0]).names is None
    wrong = edited | {"text": "v0;y0;y1\n5;1;1", "keeps": True}
    with pytest.raises(TableError, match="of 2 classes one has the target 1"):
        apply_change(after, "table", 0, wrong)
    value["roles"] = {0: "left out", 1: "input", 2: "answer"}
    numbers, words = apply_change(after, "table", 0, value)
    assert (numbers.loss, numbers.outputs, words[0]) == ("half square", 1, "Changing the table to another of 20 rows")
    few, _ = apply_change(DRAWN, "table", 0, {"text": "a,b\n1,2\n3,5", "shuffled": True, "roles": {}})
    assert (few.held_out, few.test) == (0, 0)


TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        *CHANGES, *ACTIVATIONS, *TARGETS, *INITIALIZERS, OWN_FORMULAS, "map", "affinity", "v0*v1", "x*x", "2", "64",
        "-1", "1,2;3",
    ]
)  # fmt: skip
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-3, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.lists(TEXTS, max_size=3)
    | st.fixed_dictionaries({"text": TEXTS, "shuffled": st.booleans()})
    | st.fixed_dictionaries({"points": st.lists(st.tuples(*[st.integers(-2, 2)] * 4), min_size=1, max_size=4)})
    | st.fixed_dictionaries({"inputs": TEXTS, "ideal": st.none() | TEXTS | st.lists(TEXTS, max_size=3)})
)
ANY = st.sampled_from([DRAWN, GIVEN, SQUARE, LISTED, *(row.experiment for row in CATALOGUE.values())])


def outcome(
    experiment: Experiment, do: str, at: int, value: Any
) -> tuple[Experiment, ChangeWords] | Refused | BenchError:
    try:
        return apply_change(experiment, do, at, value)
    except (Refused, BenchError) as refused:
        return refused


@settings(max_examples=120)
@given(ANY, st.sampled_from(list(CHANGES)), st.integers(0, 8), VALUES)
def test_a_change_is_valid_and_said_or_refused_at_a_field(experiment: Experiment, do: str, at: int, value: Any) -> None:
    done = outcome(experiment, do, at, value)
    if isinstance(done, Refused):
        assert (done.field, done.sentence[-1]) == (CHANGES[do].field, ".")
        return
    if isinstance(done, BenchError):
        assert 0 < len(str(done)) < 500
        return
    after, said = done
    assert (Experiment.from_plain(json.loads(after.to_json())), len(said)) == (after, 2)
    assert all(said)
