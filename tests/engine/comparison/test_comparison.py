"""Each word is what its number says, and the sentence is true in every state."""

import math
from dataclasses import replace
from unittest.mock import Mock

import numpy as np
import pytest

import engine
from engine import AffinityLayer, Comparison, IdentityLayer, Layer, MapLayer, Run, compare, kernel, luck, run
from engine.base.numerics import FloatArray
from engine.comparison import pair as pairs
from engine.comparison.barrier import POINTS, line_between
from engine.comparison.layer_shape import shape_of
from engine.comparison.output_distance import INPUTS, are_same, inputs_in_words, inputs_of
from engine.comparison.pair import Pair
from engine.data.table import TABLE, Table
from engine.errors import OutOfRangeError
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map
from engine.experiments.layer_specs import LayerSpec, weights_of
from engine.layers.faulty_layers import LeftMultiplied
from engine.outcomes.effect import effect_of
from tests.engine.asserting import known, refuses
from tests.engine.nets import catalogued, flat, network_of, run_of

NET = (Affinity(2, 4), Map("tanh"), Affinity(4, 1))
ONE = Experiment(NET, "xor", DrawnWeights(1), samples=120)
NO_CHANGE = "Same answers, same weights, no wall between them."
DIVERGING = catalogued("square-map", alpha=0.1)


def reordered(run_: Run) -> Run:
    """The same run with its hidden units in another order and one sign turned, as if it had come out so."""
    trained = run_.trained.copy()
    first, last, signs = trained.layers[0], trained.layers[2], np.array([1.0, -1.0, 1.0, 1.0])
    first.M, first.b = first.M[[2, 0, 3, 1]] * signs[:, None], first.b[[2, 0, 3, 1]] * signs
    last.M = last.M[:, [2, 0, 3, 1]] * signs
    return replace(run_, trained=trained)


# Sentences


def test_the_public_face_has_these_attributes_and_takes_a_run_as_it_is() -> None:
    other = replace(ONE, alpha=0.3)
    found, by_run = engine.compare(ONE, other), compare(run_of(ONE), run_of(other))
    assert isinstance(found, Comparison)
    plane = known(found.plane)
    assert (len(plane.a), len(plane.b)) == (2, 2)
    assert 0.0 < plane.share <= 1.0
    assert (repr(found), found.no_plane) == (f"Comparison: {found.sentence}", "")
    assert found.luck is (effect_of(luck(ONE), luck(other)).verdict == "luck")
    for name in ("wall", "answers", "weights", "luck", "sentence", "step_a", "step_b"):
        assert getattr(by_run, name) == getattr(found, name)


def test_nothing_that_changed_is_said_as_nothing_and_networks_without_weights_say_so() -> None:
    found = compare(ONE, replace(ONE, filter="raw"))
    assert found.sentence == NO_CHANGE
    assert (found.wall, found.answers, found.weights, found.luck) == (0.0, 0.0, 0.0, False)
    hardly = compare(ONE, replace(ONE, alpha=ONE.alpha * 1.001))
    assert hardly.sentence == "Same answers at 1,000 inputs, almost the same weights, no wall between them."
    assert 0.0 < known(hardly.weights) < 0.02
    identity = catalogued("identity-layer")
    found = compare(identity, catalogued("map-plus-one"))
    assert found.sentence.startswith("Other answers. The networks have other layers, ")
    same = compare(identity, replace(identity, seed=9))
    assert same.sentence == "Same answers. The networks have no weights, so there is no plane."
    assert same.weights is None
    still = replace(ONE, layers=(Affinity(2, 4, frozen=True), NET[1], Affinity(4, 1, frozen=True)))
    found = compare(still, replace(still, alpha=0.3))
    assert found.sentence == f"{NO_CHANGE} Neither run moves a weight, so there is no plane."


def test_the_same_network_in_another_order_is_found_and_can_be_taken_over() -> None:
    one = run_of(ONE)
    found, X = compare(one, reordered(one)), ONE.facts()[0]
    assert found.sentence.startswith("Same answers at 1,000 inputs, same weights up to order and sign, ")
    assert found.weights == pytest.approx(0.0, abs=1e-12)
    laid = known(found.matched_network())
    assert flat(laid) == pytest.approx(flat(one.trained), abs=1e-12)
    again = replace(ONE, weights=weights_of(laid)).network()
    assert again.respond(X) == pytest.approx(one.trained.respond(X), abs=1e-9)
    # Sizes of ReLU units are free too.
    one = run_of(replace(ONE, layers=(NET[0], Map("relu"), NET[2])))
    trained = one.trained.copy()
    first, last = trained.layers[0], trained.layers[2]
    first.M, first.b, last.M = 4.0 * first.M, 4.0 * first.b, last.M / 4.0
    found = compare(one, replace(one, trained=trained), twins=0)
    assert found.sentence.startswith("Same answers at 1,000 inputs, same weights up to size, ")


def test_another_start_has_no_plane_and_the_line_goes_to_the_matched_network() -> None:
    other = replace(ONE, weights=DrawnWeights(2))
    found, one, two = compare(ONE, other), run_of(ONE).trained, run_of(other).trained
    assert (found.plane, found.no_plane) == (None, "The runs start from other weights, so there is no plane.")
    assert found.sentence.endswith(
        f" {found.no_plane} The line between them goes to the best order of units that was found."
    )
    walls = [line_between(two, flat(one), end, other.facts()).wall for end in (known(found.matched).weights, flat(two))]
    assert found.wall == walls[0] != walls[1]


def test_a_run_that_diverges_or_ends_beyond_the_numbers_is_compared_at_its_last_sound_step() -> None:
    sound = replace(DIVERGING, alpha=0.02)
    found = compare(DIVERGING, sound)
    said = "The run before diverges at step 30: it is compared after 29 steps."
    assert said in found.sentence
    assert (found.step_a, found.step_b, known(found.plane).path_a.steps[-1]) == (29, sound.samples, 29)
    assert "This run diverges at step 30: it is compared after 29 steps." in compare(sound, DIVERGING).sentence
    assert compare(DIVERGING, DIVERGING).sentence == f"{NO_CHANGE} {said} {said.replace('The run before', 'This run')}"
    experiment = Experiment((Affinity(1, 1),), ("1e10*v0",), DrawnWeights(1), alpha=1e300, samples=1)
    found = compare(experiment, replace(experiment, alpha=0.1))
    assert "The run before ends in weights that are not finite: it is compared after 0 steps." in found.sentence
    assert known(found.plane).a == (0.0, 0.0)


def test_networks_of_other_layers_widths_or_weights_beyond_numbers_are_compared_by_what_is_left() -> None:
    shapes: list[tuple[tuple[LayerSpec, ...], bool]] = [
        ((Affinity(2, 5), Map("tanh"), Affinity(5, 1)), False), ((Affinity(2, 4), Map("sin"), Affinity(4, 1)), False),
        ((*NET, Map("tanh")), False), ((Affinity(2, 4), Identity(), Map("tanh"), Affinity(4, 1)), True),
        ((Affinity(2, 4, frozen=(0, 1)), Map("tanh"), Affinity(4, 1)), True),
    ]  # fmt: skip
    other = "answers. The networks have other layers, so there is no plane and no matching."
    for layers, same in shapes:
        found = compare(ONE, replace(ONE, layers=layers), twins=0)
        assert found.answers is not None
        assert (found.weights is not None) is same
        if not same:
            assert (found.plane, found.wall, found.matched) == (None, None, None)
            assert found.sentence in (f"Same {other}", f"Other {other}")
    found = compare(ONE, Experiment((Affinity(3, 1),), ("v0",), samples=20))
    assert (found.answers, found.same_answers) == (None, None)
    assert found.sentence.startswith("The networks take 2 and 3 numbers, so their answers cannot be compared. ")
    many = Experiment((Affinity(2, 2),), "swap", samples=20)
    assert "The networks give 1 and 2 numbers" in compare(ONE, many).sentence
    network = ONE.network()
    network.layers[0].M[0, 0] = math.nan
    found = compare(run(ONE, network), run(replace(ONE, alpha=0.3), network))
    assert (found.plane, found.weights, found.wall, found.answers) == (None, None, None, None)
    assert "An answer is not finite, so the answers cannot be compared." in found.sentence
    assert "The starting weights are not finite, so there is no plane and no matching." in found.sentence


def test_a_frozen_number_stays_the_same_on_both_sides() -> None:
    layers = (Affinity(2, 4, frozen=True), Map("tanh"), Affinity(4, 1, frozen=(0,)))
    runs = [run_of(replace(ONE, layers=layers, alpha=alpha)) for alpha in (0.1, 0.3)]
    found, ends = compare(runs[0], runs[1], twins=0), [flat(one.trained) for one in runs]
    assert found.plane is not None
    assert (ends[0][:13] == ends[1][:13]).all()
    assert found.weights == pytest.approx(np.linalg.norm(ends[0] - ends[1]) / np.linalg.norm(ends[0]))


def test_one_sample_is_enough_and_a_target_that_is_no_number_has_no_wall() -> None:
    found = compare(replace(ONE, samples=1), replace(ONE, samples=1, alpha=0.2))
    assert known(found.plane).exact
    assert found.wall is not None
    lost = replace(ONE, ideal=("log(v0)",))
    found = compare(lost, replace(lost, alpha=0.2))
    assert found.wall is None
    assert "The loss at an end is not finite, so there is no wall to measure." in found.sentence


def test_functions_of_ones_own_are_compared_and_classes_of_ones_own_are_not() -> None:
    class Own(Layer):
        """Adds nothing, but who knows."""

        def __call__(self, x: object) -> FloatArray:
            return np.asarray(x, dtype=np.float64)

        def gradients(self, output_delE: FloatArray) -> tuple[FloatArray, dict[str, FloatArray]]:
            return output_delE, {}

    tanh = MapLayer(math.tanh, lambda x: 1.0 - math.tanh(x) ** 2)
    network = network_of(AffinityLayer(2, 4, seed=1), tanh, AffinityLayer(4, 1, seed=2))
    found = compare(run(ONE, network), run(replace(ONE, alpha=0.3), network))
    assert None not in (found.plane, found.luck, found.matched)
    network.layers[1] = Own()
    found = compare(run(ONE, network), run(replace(ONE, alpha=0.3), network))
    assert (found.plane, found.weights, found.luck) == (None, None, None)
    assert found.sentence.endswith(
        "A layer of your own may depend on more than its weights, so there is no plane and no matching."
    )


def test_the_change_is_called_luck_where_twins_move_as_far() -> None:
    spiral = catalogued("spiral")
    other = replace(spiral, alpha=0.051)
    found, without = compare(spiral, other), compare(spiral, other, twins=0)
    assert found.luck
    assert found.sentence.endswith(" The change of the final loss is within luck.")
    assert without.luck is None
    assert "luck" not in without.sentence
    refuses(OutOfRangeError, compare, ONE, ONE, twins=65, match="1 to 64 twins, not 65")


def test_whatever_the_progress_raises_ends_the_comparison() -> None:
    class Enough(Exception):
        pass

    calls: list[int] = []
    compare(ONE, replace(ONE, alpha=0.3), calls.append)
    for last in range(0, len(calls), 5):
        left = iter(range(last))

        def tick(_done: int, left: object = left) -> None:
            if next(left, None) is None:  # type: ignore[call-overload]
                raise Enough

        refuses(Enough, compare, ONE, replace(ONE, alpha=0.3), tick)


# Walls


def test_the_wall_is_the_highest_rise_over_the_chord_or_infinite_and_without_an_end_there_is_none() -> None:
    # A network y = v (w x): between v = w = 1 and v = w = −1 all is 0, and the loss of x = 1 with target 1 is 1/2.
    network = network_of(AffinityLayer(1, 1, seed=1), AffinityLayer(1, 1, seed=2))
    end = np.array([1.0, 0.0, 1.0, 0.0])
    samples = (np.ones((3, 1)), np.full((3, 1), 1.5))
    assert line_between(network, end, -end, samples).wall == pytest.approx((1.125 - 0.125) / 0.125)
    assert line_between(network, end, end, samples).wall == pytest.approx(0.0, abs=1e-12)
    assert (line_between(network, end, 1.1 * end, samples).wall, POINTS) == (0.0, 41)
    # Between two ends without loss a share says nothing.
    samples = (np.ones((3, 1)), np.ones((3, 1)))
    assert line_between(network, end, -end, samples).wall == math.inf
    assert line_between(network, end, end, samples).wall == 0.0
    assert line_between(network, end, end * (1.0 + 1e-12), samples).wall == 0.0
    straight, samples = network_of(AffinityLayer(1, 1, seed=1)), (np.full((3, 1), 1e200), np.zeros((3, 1)))
    high, low = np.array([1.0, 0.0]), np.array([0.0, 0.0])
    assert line_between(straight, high, low, samples).wall is None
    assert line_between(straight, low, low, samples).wall == 0.0
    peak = MapLayer("where(abs(x) < 0.9, 1e200, 0)")
    network = network_of(AffinityLayer(1, 1, seed=1), peak, AffinityLayer(1, 1, seed=1))
    ends = np.array([1.0, 0.0, 1.0, 1.0]), np.array([-1.0, 0.0, 1.0, 1.0])
    assert line_between(network, *ends, (np.ones((3, 1)), np.zeros((3, 1)))).wall == math.inf


def test_the_wall_on_some_of_the_samples_has_its_error() -> None:
    one = catalogued("circle", samples=30_000)
    for times, said in ((1.01, "no wall above 0."), (6.0, "a wall of 0.")):
        other = replace(one, alpha=one.alpha * times)
        pair = Pair(run_of(one), run_of(other), twins=0)
        line = known(pair.line)
        start, end = (flat(each.trained) for each in (pair.a, pair.b))
        every = line_between(pair.b.trained, start, end, other.facts())
        assert (every.error, line.error > 0.0) == (0.0, True)
        assert abs(known(every.wall) - known(line.wall)) <= line.error
        sentence = compare(pair.a, pair.b, twins=0).sentence
        assert said in sentence
        assert "between them on 10,000 of its samples." in sentence
        assert ("±" in sentence) == (times > 2.0)


# Answers


def test_answers_are_compared_at_a_thousand_inputs_drawn_as_the_runs_own_or_rows_of_its_table() -> None:
    other = replace(ONE, alpha=0.3)
    one, two, X = run_of(ONE), run_of(other), inputs_of(other)
    assert X.shape == (INPUTS, 2)
    assert not (X[:, None] == other.facts()[0]).all(axis=2).any()
    assert (inputs_of(replace(other, seed=8)) == X).all()
    mean = float(np.square(two.trained.respond(X) - one.trained.respond(X)).sum(axis=1).mean() / 2.0)
    assert compare(one, two, twins=0).answers == pytest.approx(mean, rel=1e-12)
    assert np.abs(inputs_of(replace(ONE, inputs="uniform"))).max() <= 1.0
    assert set(inputs_of(replace(ONE, inputs="corners")).ravel()) == {-1.0, 1.0}
    rows = tuple((float(k), 0.0) for k in range(1500))
    table = replace(ONE, ideal=TABLE, inputs=Table(rows, ((1.0,),) * 1500))
    assert len(np.unique(inputs_of(table), axis=0)) == INPUTS
    small = replace(table, inputs=Table(rows[:3], ((1.0,),) * 3))
    assert inputs_of(small).tolist() == [list(row) for row in rows[:3]]


def test_same_answers_are_within_one_per_cent_and_said_to_be_so_where_they_were_compared() -> None:
    assert are_same(0.01, spread=0.0, final=1.0)
    assert not are_same(0.0101, spread=0.0, final=1.0)
    assert are_same(1e-7, spread=0.5, final=0.0)
    assert not are_same(1e-6, spread=0.5, final=0.0)
    assert are_same(0.0, spread=0.0, final=0.0)
    affine, exact = catalogued("affine-swap", samples=2000), catalogued("identity-by-hand")
    found = compare(affine, replace(affine, weights=DrawnWeights(5)))
    assert found.sentence.startswith("Same answers at 1,000 inputs, ")
    assert run_of(exact).settled == 0.0
    assert compare(exact, replace(exact, alpha=0.2)).same_answers
    xor = catalogued("xor-hidden-layer")
    found = compare(xor, replace(xor, weights=DrawnWeights(10)), twins=0)
    assert found.sentence.startswith("Same answers at 4 corners, other weights, a wall of ")
    table = Table(((0.0, 0.0), (1.0, 0.0), (1.0, 0.0)), ((1.0,), (0.0,), (0.0,)))
    for inputs, words in (("normal", "1,000 inputs"), ("grid", "441 inputs"), (table, "2 rows")):
        drawn = replace(xor, inputs=inputs, ideal=TABLE if inputs is table else xor.ideal)
        assert inputs_in_words(drawn, inputs_of(drawn)) == words


# Networks of one function, with one layer twice, or with one start


def test_networks_are_one_function_of_their_weights_or_are_not_and_a_layer_twice_has_no_matching() -> None:
    def shape(*layers: object) -> object:
        return shape_of(layers)

    dense = AffinityLayer(2, 2, seed=1)
    assert shape(dense, IdentityLayer()) == shape(LeftMultiplied(2, 2, seed=2))
    assert shape(dense, MapLayer("tanh")) != shape(dense, MapLayer("sin"))
    assert shape(dense) != shape(AffinityLayer(2, 1, seed=1))
    assert shape(MapLayer(math.sin, math.cos)) == shape(MapLayer(math.sin, math.cos))
    assert shape(MapLayer(math.sin, math.cos)) != shape(MapLayer(math.sinh, math.cosh))
    assert shape(object()) is None
    network = ONE.network()
    assert flat(network.with_weights(np.arange(17.0))).tolist() == list(range(17))
    assert flat(network).tolist() != list(range(17))
    given = replace(ONE, weights=weights_of(network))
    assert isinstance(given.weights, GivenWeights)
    assert compare(ONE, replace(given, alpha=0.3)).plane is not None
    layer = AffinityLayer(2, 2, seed=1)
    network = network_of(layer, MapLayer("tanh"), layer)
    swap = Experiment((Affinity(2, 2), Map("tanh"), Affinity(2, 2)), "swap", alpha=0.05, samples=50)
    found = compare(run(swap, network), run(replace(swap, alpha=0.1), network))
    assert None not in (found.plane, found.weights)
    assert (found.matched, found.matched_network()) == (None, None)


def test_the_bug_on_the_way_back_has_the_heights_of_the_correct_network(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Experiment((Affinity(2, 2, left_multiplied=True), Map("tanh"), Affinity(2, 2)), "swap", samples=50)
    right = replace(wrong, layers=(Affinity(2, 2), *wrong.layers[1:]))
    found = compare(right, wrong)
    assert kernel.supports(known(found.plane).network.layers)
    monkeypatch.setattr(kernel, "supports", lambda layers: False)
    assert compare(right, wrong).wall == found.wall


def test_nothing_is_measured_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = Pair(run_of(ONE), run_of(replace(ONE, alpha=0.3)))
    first = pair.plane, pair.wall, pair.luck, pair.matched
    again = Mock(side_effect=AssertionError("That is known."))
    for name in ("path_of", "line_between", "luck_from", "match", "plane_of"):
        monkeypatch.setattr(pairs, name, again)
    assert (pair.plane, pair.wall, pair.luck, pair.matched) == first
