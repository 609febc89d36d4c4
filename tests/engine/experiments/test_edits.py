"""An edit gives a valid experiment that keeps the weights it can, or a sentence that says what to do."""

import contextlib
import dataclasses
import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, Affinity, AffinityLayer, DrawnWeights, Experiment, GivenWeights, Identity, Map, Table
from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray
from engine.data.targets import TARGETS
from engine.errors import BenchError, ExperimentError, OutOfRangeError
from engine.experiments import edits
from engine.experiments.link_codec import from_texts, to_texts
from engine.layers.faulty_layers import HALF_SLOPE
from engine.layers.initializers import INITIALIZERS
from tests.engine.asserting import refusal, refuses
from tests.engine.strategies import MANY, experiments, seeds, tables

DRAWN = Experiment((Affinity(2, 8), Map("tanh"), Affinity(8, 8), Map("tanh"), Affinity(8, 2)), "swap", DrawnWeights(1))
GIVEN = DRAWN.with_weights_of(DRAWN.network())
TABLE = Table(((1, 2, 3),), ((4,),))


def shapes(experiment: Experiment) -> list[tuple[int, int]]:
    return [(spec.inputs, spec.outputs) for spec in experiment.layers if isinstance(spec, Affinity)]


def pairs(experiment: Experiment) -> list[Any]:
    assert isinstance(experiment.weights, GivenWeights)
    return list(experiment.weights.values)


def test_an_inserted_removed_or_moved_layer_leaves_the_weights_of_others_and_takes_its_own() -> None:
    assert shapes(edits.insert_layer(GIVEN, 1, Affinity(99, 8))) == [(2, 8), (8, 8), (8, 8), (8, 2)]
    wider = edits.insert_layer(GIVEN, 2, Affinity(1, 5))
    assert shapes(wider) == [(2, 8), (8, 5), (5, 8), (8, 2)]
    assert [pairs(wider)[k] == pairs(GIVEN)[place] for k, place in ((0, 0), (3, 2))] == [True, True]
    widths = {0: 2, 1: 8, 2: 8, 4: 8, 5: 2}
    assert {at: edits.width_at(DRAWN, at) for at in widths} == widths
    assert {edits.insert_layer(DRAWN, at, Affinity(width, width)).outputs for at, width in widths.items()} == {2}
    for spec in (Map("relu"), Identity()):
        edited = edits.insert_layer(GIVEN, 3, spec)
        assert edited.layers == (*GIVEN.layers[:3], spec, *GIVEN.layers[3:])
        assert edited.weights == GIVEN.weights
    layers = (GIVEN.layers[0], Map("sin"), *GIVEN.layers[2:])
    assert edits.set_function(GIVEN, 1, "sin") == dataclasses.replace(GIVEN, layers=layers)
    assert edits.remove_layer(GIVEN, 1).weights == GIVEN.weights
    first, middle, last = (edits.remove_layer(GIVEN, at) for at in (0, 2, 4))
    assert shapes(first) == shapes(middle) == shapes(last) == [(2, 8), (8, 2)]
    assert pairs(middle) == [pairs(GIVEN)[0], pairs(GIVEN)[2]]
    assert (pairs(first)[1], pairs(last)[0]) == (pairs(GIVEN)[2], pairs(GIVEN)[0])
    square = edits.insert_layer(GIVEN, 3, Affinity(8, 8), seed=5)
    assert pairs(edits.move_layer(square, 2, 3)) == [pairs(square)[k] for k in (0, 2, 1, 3)]
    maps = edits.move_layer(GIVEN, 1, 0)
    assert maps.layers == (Map("tanh"), Affinity(2, 8), *GIVEN.layers[2:])
    assert (maps.weights, edits.move_layer(GIVEN, 3, 3)) == (GIVEN.weights, GIVEN)
    for width in (3, 11):
        edited, kept = edits.set_width(GIVEN, 0, width, seed=7), min(width, 8)
        assert shapes(edited) == [(2, width), (width, 8), (8, 2)]
        assert keeps_what_it_still_has(edited, GIVEN, width)
        drawn = dataclasses.replace(edited, weights=DrawnWeights(7))
        for rows, columns, now, fresh in zip((kept, 8), (2, kept), arrays(edited), arrays(drawn), strict=False):
            assert np.array_equal(now[0][rows:], fresh[0][rows:])
            assert np.array_equal(now[0][:, columns:], fresh[0][:, columns:])
            assert np.array_equal(now[1][rows:], fresh[1][rows:])
        assert pairs(edited)[2] == pairs(GIVEN)[2]
    assert edits.set_width(GIVEN, 0, 8) == GIVEN
    assert edits.set_width(GIVEN, 0, 11) == edits.set_width(GIVEN, 0, 11, seed=0) != edited


def keeps_what_it_still_has(edited: Experiment, before: Experiment, width: int) -> bool:
    """Whether the first two layers, whose wire has this width now, start with the weights that they had."""
    kept = min(width, 8)
    return all(
        np.array_equal(now[0][:rows, :columns], old[0][:rows, :columns])
        and np.array_equal(now[1][:rows], old[1][:rows])
        for rows, columns, now, old in zip((kept, 8), (2, kept), arrays(edited), arrays(before), strict=False)
    )


def arrays(experiment: Experiment) -> list[tuple[FloatArray, FloatArray]]:
    return [(layer.M, layer.b) for layer in experiment.network().layers if isinstance(layer, AffinityLayer)]


def starts_alike(experiment: Experiment, other: Experiment) -> list[int]:
    """The numbers of the first experiment's affine layers that start with the same weights in the other."""
    there = [(M.tolist(), b.tolist()) for M, b in arrays(other)]
    return [k for k, (M, b) in enumerate(arrays(experiment)) if (M.tolist(), b.tolist()) in there]


def test_a_drawn_layer_keeps_its_weights_when_another_comes_or_goes_and_no_two_draw_the_same() -> None:
    for at in range(6):
        for spec in (Identity(), Map("sin"), Affinity(1, edits.width_at(DRAWN, at))):
            longer = edits.insert_layer(DRAWN, at, spec)
            assert starts_alike(DRAWN, longer) == [0, 1, 2]
            assert len({str(pair) for pair in arrays(longer)}) == len(arrays(longer)), "each layer has its own weights"
            assert edits.remove_layer(longer, at) == DRAWN
    longer = edits.insert_layer(DRAWN, 2, Affinity(8, 8))
    moved = edits.move_layer(longer, 2, 4)
    assert (starts_alike(longer, moved), edits.move_layer(moved, 4, 2)) == ([0, 1, 2, 3], longer)
    assert [starts_alike(DRAWN, edits.remove_layer(DRAWN, at)) for at in (1, 2)] == [[0, 1, 2], [0, 2]]
    assert starts_alike(DRAWN, edits.set_width(DRAWN, 0, 3)) == [2]
    assert starts_alike(DRAWN, edits.set_function(DRAWN, 1, "relu")) == [0, 1, 2]
    twice, negative = (Affinity(2, 2), Affinity(2, 2, draw=0)), (Affinity(2, 2, draw=-1),)
    assert "Two layers have the same draw number" in refusal(ExperimentError, Experiment, twice, "swap")
    assert "0 to 4,294,967,295" in refusal(OutOfRangeError, Experiment, negative, "swap")


def test_another_shape_keeps_the_weights_that_it_still_has_however_much_is_added() -> None:
    for scheme, width in itertools.product(INITIALIZERS, (3, 11)):
        before = dataclasses.replace(DRAWN, weights=DrawnWeights(5, scheme))
        edited = edits.set_width(before, 0, width)
        assert edited.weights == before.weights
        assert keeps_what_it_still_has(edited, before, width)
        assert arrays(edited)[2][0].tolist() == arrays(before)[2][0].tolist()
    # A layer that gets its first shape back is the first one.
    for widths in ((11, 8), (3, 8), (11, 3, 8), (64, 2, 8)):
        assert functools.reduce(lambda edited, width: edits.set_width(edited, 0, width), widths, DRAWN) == DRAWN
    (few, many) = (arrays(edits.set_width(DRAWN, 0, width)) for width in (9, 30))
    assert np.array_equal(many[0][0][:9], few[0][0])
    assert np.array_equal(many[0][1][:9], few[0][1])
    assert np.array_equal(many[1][0][:, :9], few[1][0])
    M, b = many[0]
    assert len(np.unique([*M.ravel(), *b])) == M.size + b.size, "every weight is drawn by itself"


def test_a_resized_layer_travels_in_links_and_files_and_its_frozen_weights_stay_frozen() -> None:
    edited = edits.set_width(edits.insert_layer(DRAWN, 2, Affinity(8, 8)), 0, 11)
    assert Experiment.from_json(edited.to_json()) == edited
    assert from_texts(to_texts(edited, DRAWN), DRAWN) == (edited, [])
    shapes: list[Any] = [(2,), (2, 0), (2, 8.0), "28", (2, True)]
    for shape in shapes:
        refuses(BenchError, Experiment, (Affinity(2, 2, first_shape=shape),), "swap")
    frozen = edits.freeze(edits.freeze(DRAWN, 0, [3, 1, 1, 17]), 2)
    assert frozen_in(frozen) == [(1, 3, 17), True, False]
    for width, places in ((9, (1, 3, 19)), (1, (1,)), (8, (1, 3, 17))):
        assert frozen_in(edits.set_width(frozen, 0, width)) == [places, True, False]
    all_places: list[Any] = [True, False, (), range(24)]
    found = [frozen_in(edits.freeze(edits.freeze(DRAWN, 0, [1]), 0, places))[0] for places in all_places]
    assert [one is True for one in found] == [True, False, False, True]
    assert [one is False for one in found] == [False, True, True, False]


def frozen_in(experiment: Experiment) -> list[Any]:
    return [spec.frozen for spec in experiment.layers if isinstance(spec, Affinity)]


@pytest.mark.parametrize("experiment", [DRAWN, GIVEN], ids=["drawn", "given"])
def test_one_layer_is_drawn_anew_and_the_others_start_where_they_did(experiment: Experiment) -> None:
    edited, rng = edits.randomize_layer(experiment, 2, 9, "he"), np.random.RandomState([9, 2])
    assert np.array(pairs(edited)[1][0]).tolist() == (rng.randn(8, 8) * 0.5).tolist()
    assert [pairs(edited)[k] == pairs(GIVEN)[k] for k in range(3)] == [True, False, True]


def test_another_target_or_table_fits_both_ends_and_an_edit_that_does_not_says_what_to_do() -> None:
    assert shapes(edits.set_target(GIVEN, "xor"))[-1] == (8, 1)
    learned = edits.set_table(GIVEN, TABLE)
    assert (shapes(learned)[0], shapes(learned)[-1], learned.ideal) == ((3, 8), (8, 1), "table")
    assert pairs(learned)[1] == pairs(GIVEN)[1]
    back = edits.set_target(learned, "swap")
    assert (back.inputs, back.outputs, back.width) == ("normal", 2, 3)
    assert shapes(edits.set_target(CATALOGUE["sine"].experiment, "swap")) == [(2, 8), (8, 2)]
    right = CATALOGUE["left-or-right"].experiment
    left, half = edits.multiply_left(right, wrong=True), edits.halve_slopes(right, wrong=True)
    assert [spec.left_multiplied for spec in left.layers[::2] if isinstance(spec, Affinity)] == [False, True, False]
    assert half.layers.count(Map(HALF_SLOPE.name)) == 2
    assert edits.multiply_left(left, wrong=False) == edits.halve_slopes(half, wrong=False) == right
    found = [(refusal(ExperimentError, edit), sentence) for edit, sentence in REFUSED]
    assert [(said, sentence) for said, sentence in found if said != sentence] == []


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: edits.set_width(DRAWN, 4, 3),
     "The last layer gives 3 numbers, the target has 2. Set its outputs to 2, or add a formula for y₂."),
    (lambda: edits.insert_layer(DRAWN, 5, Affinity(2, 1)),
     "The last layer gives 1 number, the target has 2. Set its outputs to 2."),
    (lambda: edits.move_layer(DRAWN, 4, 0),
     "The last layer gives 8 numbers, the target has 2. Set its outputs to 2, or add a formula for y₂."),
    (lambda: edits.remove_layer(Experiment((Affinity(2, 1),), "xor"), 0),
     "Without a dense layer the network gives 2 numbers, the target has 1. Add a dense layer that gives 1."),
    *((edit, "Layer 2 is no dense layer: it has no weights, and gives as many numbers as it takes.")
      for edit in (lambda: edits.set_width(DRAWN, 1, 3), lambda: edits.freeze(DRAWN, 1),
                   lambda: edits.randomize_layer(DRAWN, 1, 3))),
    (lambda: edits.set_function(DRAWN, 0, "tanh"), "Layer 1 is no activation, so it has no function to choose."),
    (lambda: edits.remove_layer(DRAWN, 5), "There is no layer 6: the network has 5."),
    (lambda: edits.insert_layer(DRAWN, 6, Identity()), "A layer goes in at one of 6 places, and there is no place 7."),
    (lambda: edits.set_width(edits.multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True), 0, 3),
     "M for Mᵀ fits a square layer only, not 3→4."),
]  # fmt: skip

places, specs = st.integers(-1, 8), st.builds(Affinity, st.just(1), st.integers(0, 9)) | st.just(Identity())
any_edit: st.SearchStrategy[Callable[[Experiment], Experiment]] = st.one_of(
    st.builds(lambda at, spec: lambda e: edits.insert_layer(e, at, spec), places, specs | st.just(Map("tanh"))),
    st.builds(lambda at: lambda e: edits.remove_layer(e, at), places),
    st.builds(lambda at, to: lambda e: edits.move_layer(e, at, to), places, places),
    st.builds(lambda at, m: lambda e: edits.set_width(e, at, m), places, st.integers(0, 9)),
    st.builds(lambda at, f: lambda e: edits.set_function(e, at, f), places, st.sampled_from([*ACTIVATIONS])),
    st.builds(lambda at, s: lambda e: edits.freeze(e, at, s), places, st.booleans() | st.sets(st.integers(0, 9))),
    st.builds(
        lambda at, k, s: lambda e: edits.randomize_layer(e, at, k, s), places, seeds, st.sampled_from([*INITIALIZERS])
    ),
    st.builds(lambda name: lambda e: edits.set_target(e, name), st.sampled_from([*TARGETS])),
    st.builds(lambda table: lambda e: edits.set_table(e, table), tables()),
    st.builds(lambda on: lambda e: edits.multiply_left(e, on), st.booleans()),
    st.builds(lambda on: lambda e: edits.halve_slopes(e, on), st.booleans()),
)


@MANY
@given(experiments(samples=20), st.lists(any_edit, max_size=6))
def test_any_edits_are_valid_or_refused(experiment: Experiment, some: list[Callable[[Experiment], Experiment]]) -> None:
    for edit in some:
        before = experiment
        try:
            experiment = edit(before)
        except BenchError:
            continue
        assert Experiment.from_json(experiment.to_json()) == experiment
        assert (experiment.alpha, experiment.samples, experiment.seed) == (before.alpha, before.samples, before.seed)
        assert experiment.network()(np.zeros(experiment.width)).shape == (experiment.outputs,)


@MANY
@given(experiments(samples=20), places, st.integers(0, 9))
def test_a_layer_that_keeps_its_shape_keeps_its_weights_also_moved(experiment: Experiment, at: int, other: int) -> None:
    given = experiment.with_weights_of(experiment.network())
    with contextlib.suppress(BenchError):
        edited = edits.set_width(given, at, other)
        for old, new, before, after in zip(pairs(given), pairs(edited), shapes(given), shapes(edited), strict=True):
            assert before != after or old == new
    with contextlib.suppress(BenchError):
        moved = edits.move_layer(experiment, at, other - 1)
        kinds = [sorted(type(spec).__name__ for spec in one.layers) for one in (experiment, moved)]
        assert kinds[0] == kinds[1]


def test_another_table_lowers_what_its_rows_do_not_allow_and_drawn_inputs_put_off_what_is_of_tables() -> None:
    penguins = dataclasses.replace(CATALOGUE["penguins"].experiment, distinct=200)
    few = edits.set_table(penguins, Table(((1.0, 2.0),) * 7, ((3.0,),) * 7))
    assert (few.test, few.held_out, few.distinct, few.loss) == (2, 2, 3, "half square")
    assert (few.scaling, few.split) == (penguins.scaling, penguins.split)
    other = CATALOGUE["iris"].experiment.inputs
    assert isinstance(other, Table)
    iris = edits.set_table(penguins, other)
    assert (iris.test, iris.held_out, iris.distinct, iris.loss) == (50, 50, 50, "cross-entropy")
    drawn = edits.set_target(penguins, "circle")
    assert (drawn.scaling, drawn.split, drawn.test, drawn.loss) == ("none", "every", 0, "half square")
