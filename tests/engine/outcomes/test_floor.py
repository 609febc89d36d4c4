"""A floor is what its witness reaches, to the bit; its sentence is true in every state."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import engine
from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, Floor, GivenWeights, Map, MapLayer, Network
from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray
from engine.data.table import TABLE, Table
from engine.errors import OutOfRangeError
from engine.fitting.jacobian import WeightSpace
from engine.fitting.levenberg_marquardt import descent
from engine.outcomes import floor_search
from engine.outcomes.floor_search import STARTS, Candidate, FloorSearch, floor, floor_samples
from engine.outcomes.nudged_runs import flat_weights
from tests.engine.asserting import known, refusal, refuses
from tests.engine.nets import Doubling, catalogued, network_of, run_of


def mean_loss(network: Network, X: FloatArray, T: FloatArray) -> float:
    errors = (network(x) - t for x, t in zip(X, T, strict=True))
    return math.fsum(float(error @ error) / 2 for error in errors) / len(X)


SHAPES = {
    "tanh": catalogued("tanh-signs", samples=50), "xor": catalogued("xor-one-layer"),
    "dense": catalogued("affine-swap"), "table": catalogued("three-facts"), "no weights": catalogued("identity-layer"),
    "frozen": catalogued("tanh-signs", layers=(Affinity(2, 2, frozen=(0, 4)), Map("tanh"))),
    "diverges": catalogued("square-map", alpha=0.1),
    "formula": Experiment((Affinity(2, 2), Map("tanh(x) + 0.1*x*x"), Affinity(2, 1)), "circle", samples=50),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_the_witness_has_the_loss_of_the_floor_to_the_bit(name: str) -> None:
    experiment = SHAPES[name]
    found, samples = floor(experiment, starts=2), floor_samples(experiment)
    witness, loss = known(found.witness), known(found.loss)
    assert floor_search.mean_loss(witness.network(), *samples) == loss
    assert mean_loss(witness.network(), *samples) == pytest.approx(loss, rel=1e-12, abs=1e-40)
    assert replace(witness, weights=experiment.weights) == experiment
    assert isinstance(witness.weights, GivenWeights)
    if found.trained is not None:
        assert floor_search.mean_loss(run_of(experiment).trained, *samples) == found.trained >= loss
    assert name not in ("tanh", "dense") or floor(experiment, starts=2) == found


def test_the_samples_are_those_of_no_run_and_do_not_depend_on_the_seed() -> None:
    X, _ = floor_samples(SHAPES["tanh"])
    other, _ = floor_samples(replace(SHAPES["tanh"], seed=9))
    assert X.shape == (4000, 2)
    assert np.array_equal(X, other)
    assert not np.isin(X, SHAPES["tanh"].points(50)).any()
    fitted, chosen = (floor_search._samples(SHAPES["tanh"], k, 500)[0] for k in (0, 1))
    assert not np.isin(X, [fitted, chosen]).any()
    assert not np.isin(fitted, chosen).any()


def least_squares(columns: FloatArray, T: FloatArray) -> float:
    """The least mean loss of an affine function of these columns."""
    ones = np.hstack([columns, np.ones((len(columns), 1))])
    return float(np.square(ones @ np.linalg.lstsq(ones, T)[0] - T).sum()) / (2 * len(columns))


@pytest.mark.parametrize(
    "layers", [(Affinity(2, 2),), (Affinity(2, 5), Affinity(5, 2)), (Affinity(2, 2, left_multiplied=True),)]
)
def test_the_floor_of_dense_layers_is_least_squares(layers: tuple[Affinity, ...]) -> None:
    experiment = Experiment(layers, ("v0*v1 + v0", "sin(v0)"), alpha=0.01)
    found = floor(experiment)
    assert (found.exact, found.confidence) == (True, "")
    assert found.loss == pytest.approx(least_squares(*floor_samples(experiment)), rel=1e-12)


def test_dense_layers_are_exact_and_one_cannot_learn_xor_but_four_hidden_units_can() -> None:
    one, four = (
        floor(catalogued("xor-one-layer", layers=(Affinity(2, 1),))),
        floor(catalogued("xor-hidden-layer"), starts=6),
    )
    assert known(one.loss) > 0.49
    assert (one.exact, one.learned) == (True, None)
    better = "No network of this shape does much better than one answer for all samples"
    assert one.sentence == f"{better}: 0.500 against 0.500."
    assert known(four.loss) < 1e-12
    assert four.sentence == "Learned at most 99.1 % of what this shape can."
    found = floor(Experiment((Affinity(2, 3), Affinity(3, 1), Affinity(1, 2)), "swap", DrawnWeights(5), alpha=0.01))
    assert found.exact
    # One of the two directions is lost, each of which is half of the best constant's loss.
    assert 0.45 < known(found.loss) / known(found.ceiling) <= 0.5
    experiment = catalogued("affine-swap", layers=(Affinity(2, 2, frozen=(0,)),))
    X, T = floor_samples(experiment)
    M, _ = experiment.network().layers[0].parameters.values()
    found = floor(experiment, starts=2)
    assert not found.exact
    assert found.loss == pytest.approx(least_squares(X[:, 1:], T[:, 0] - M[0, 0] * X[:, 0]), rel=0.02)
    assert known(found.witness).network().layers[0].M[0, 0] == M[0, 0]


def test_the_share_is_of_the_way_from_the_ceiling_to_the_floor() -> None:
    experiment = catalogued("circle", layers=(Affinity(2, 3), Map("tanh"), Affinity(3, 1), Map("tanh")))
    found = floor(experiment, starts=4)
    loss, ceiling, trained, learned = map(known, (found.loss, found.ceiling, found.trained, found.learned))
    _, T = floor_samples(experiment)
    assert ceiling == pytest.approx(float(((T - T.mean(axis=0)) ** 2).mean()) / 2, rel=1e-12)
    assert learned == pytest.approx((ceiling - trained) / (ceiling - loss))
    assert 0.1 < learned < 1.0
    assert found.sentence == f"Learned at most {math.ceil(100 * learned)} % of what this shape can."
    assert found.confidence == (
        "With 95 % confidence: any better valley is one that fewer than about 53 % of starts find."
    )
    assert "fewer than about 17 % of starts" in a_floor(starts=STARTS, exact=False).confidence
    assert pytest.approx(0.05, rel=1e-3) == (1 - 0.1707) ** STARTS


def test_a_fit_that_learns_its_samples_by_heart_is_taken_before_it_does() -> None:
    experiment = catalogued("tanh-signs")
    search = FloorSearch(experiment, starts=1)
    X, T = floor_samples(experiment)
    space = WeightSpace(search._start(0).layers)
    fit = lambda point: space.errors(point, *search._fitted)  # noqa: E731
    *_, last = descent(fit, space.start, floor_search.EVALUATIONS)
    candidate = search.candidate(0)
    fitted = map(experiment.network().with_weights, (space.weights(last), candidate.weights))
    by_heart, chosen = (floor_search.mean_loss(network, X, T) for network in fitted)
    assert chosen < by_heart


def test_pieces_make_the_floor_in_any_order_from_starts_drawn_as_the_experiment_draws() -> None:
    experiment = SHAPES["xor"]
    search = FloorSearch(experiment, starts=4)
    assert search.pieces == 5
    candidates = [search.candidate(piece) for piece in (3, 1, 4, 0, 2)]
    assert [one.piece for one in candidates] == [3, 1, 4, 0, 2]
    whole = floor(experiment, starts=4)
    assert search.floor(sorted(candidates, key=lambda one: one.piece)) == whole
    best = min(candidates, key=lambda one: (one.loss, one.piece))
    again = FloorSearch(experiment, starts=4)
    assert again.floor([again.candidate(best.piece)]) == whole
    assert FloorSearch(SHAPES["dense"]).pieces == FloorSearch(SHAPES["no weights"]).pieces == 0
    layers = (Affinity(2, 3, frozen=(0, 7)), Map("tanh"), Affinity(3, 1))
    for weights, scheme in (
        (DrawnWeights(5, "he"), "he"), (DrawnWeights(5, "zero"), "normal"), (DrawnWeights(5), "normal"),
    ):  # fmt: skip
        experiment = Experiment(layers, "xor", weights, "corners", samples=30)
        search, first = FloorSearch(experiment, starts=2), flat_weights(experiment.network())
        for seed in range(2):
            drawn = flat_weights(replace(experiment, weights=DrawnWeights(seed, scheme)).network())
            drawn[[0, 7]] = first[[0, 7]]
            assert np.array_equal(flat_weights(search._start(seed)), drawn)
        end = run_of(experiment).trained
        assert np.array_equal(flat_weights(search._start(2)), flat_weights(end))


def test_progress_may_end_the_search_and_a_run_that_is_known_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    floor(SHAPES["xor"], None, pieces.append, starts=2)
    assert (pieces, set(pieces)) == (sorted(pieces), {0, 1, 2})

    class Enough(Exception):
        pass

    def once_fits_begin(after: int) -> Callable[[int], None]:
        calls: list[int] = []

        def on_progress(piece: int) -> None:
            calls.append(piece)
            if len(calls) > after:
                raise Enough

        return on_progress

    for after in (0, 5, len(pieces) - 1):
        refuses(Enough, floor, SHAPES["xor"], None, once_fits_begin(after), starts=2)
    experiment = SHAPES["xor"]
    made, whole = run_of(experiment), floor(experiment, starts=1)
    monkeypatch.delattr(floor_search, "run")
    assert floor(experiment, made=made, starts=1) == whole


# Bad input


def test_a_diverging_run_has_a_floor_and_where_there_is_none_a_sentence_says_why() -> None:
    diverges, ones = floor(SHAPES["diverges"], starts=2), floor(catalogued("leaky-relu-ones"), starts=2)
    assert (diverges.learned, diverges.trained, diverges.final) == (None, None, None)
    assert diverges.sentence.startswith("The run diverges; a network of this shape reaches ")
    assert (ones.ceiling, ones.learned) == (0.0, None)
    assert ones.sentence == "One answer for all samples has loss 0 here; a network of this shape reaches 0."
    for layers in ((Affinity(2, 2, frozen=True), Map("tanh")), (Map("tanh"),)):
        found = floor(catalogued("tanh-signs", layers=layers))
        assert (found.exact, found.loss, found.learned) == (True, found.trained, None)
        assert found.sentence.startswith("No weight of this network can change, so training leaves its loss at ")
    found = floor(catalogued("identity-by-hand"))
    assert (found.loss, found.exact, found.learned) == (0.0, True, 1.0)
    assert found.sentence == "Learned nearly all of what this shape can."
    wide = (Affinity(2, 64), Map("relu"), Affinity(64, 64), Map("relu"), Affinity(64, 2))
    cases: list[tuple[dict[str, Any], str]] = [
        ({"ideal": ("log(v0)", "v1")}, "the target is not a finite number for all inputs."),
        ({"ideal": ("1e300*v0", "v1")}, "the target is so large that its loss is not a finite number."),
        ({"layers": wide},
         "this network has 8,964 free weights times outputs, and it takes too long to fit more than 600."),
        ({"layers": (Affinity(2, 2), Map("log(-x*x)"))}, "no network of this shape was found to have a finite loss."),
    ]  # fmt: skip
    for changes, sentence in cases:
        found = floor(catalogued("tanh-signs", **changes), starts=2)
        assert (found.loss, found.witness, found.learned, found.exact) == (None, None, None, False)
        assert (found.sentence, found.details, found.confidence) == (f"There is no floor: {sentence}", "", "")


def test_one_sample_and_tables_of_one_row_have_a_floor_and_a_large_table_is_read_on_all_of_its_rows() -> None:
    assert floor(catalogued("tanh-signs", samples=1), starts=2).learned == 0.0
    table = Table(((1.0, 2.0),), ((3.0,),))
    found = floor(Experiment((Affinity(2, 2), Map("tanh"), Affinity(2, 1)), TABLE, inputs=table), starts=2)
    assert (found.samples, found.ceiling) == (1, 0.0)
    assert known(found.loss) < 1e-20
    X = np.random.RandomState(0).randn(700, 2)
    table = Table(tuple(map(tuple, X.tolist())), tuple((math.sin(x + y),) for x, y in X.tolist()))
    experiment = Experiment((Affinity(2, 1), Map("sin")), TABLE, DrawnWeights(5), table)
    found = floor(experiment, starts=3)
    assert found.samples == 700
    assert np.array_equal(np.sort(floor_samples(experiment)[0], axis=0), np.sort(X, axis=0))
    assert known(found.loss) < 1e-12


def test_dead_relus_do_not_stop_the_fits_and_wide_layers_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = (Affinity(2, 2), Map("relu"), Affinity(2, 1))
    found = floor(Experiment(layers, "circle", DrawnWeights(5), samples=300), starts=6)
    assert found.learned == 0.0
    assert known(found.loss) < 0.9 * known(found.ceiling)
    monkeypatch.setattr(floor_search, "EVALUATIONS", 3)
    wide = Experiment((Affinity(2, 64), Map("relu"), Affinity(64, 1)), "xor", DrawnWeights(1), alpha=0.001)
    assert floor(wide, starts=1).loss is not None
    found = floor(Experiment((Affinity(64, 64),), tuple(f"v{63 - k}" for k in range(64)), alpha=0.001))
    assert found.exact
    assert known(found.loss) < 1e-20


def test_functions_of_ones_own_are_fitted_and_a_number_of_starts_that_is_none_is_refused() -> None:
    dense, tanh = AffinityLayer(2, 2, seed=1), ACTIVATIONS["tanh"]
    experiment = catalogued("tanh-signs", samples=20)
    own = network_of(dense, MapLayer(lambda x: tanh.value(np.array(x)), lambda x: tanh.slope(np.array(x))))
    rows = [tuple(map(tuple, part[:10].tolist())) for part in (experiment.points(10), experiment.facts()[1])]
    tabled = replace(experiment, ideal=TABLE, inputs=Table(rows[0], rows[1]))
    assert floor(tabled, own, starts=1).loss == floor(tabled, network_of(dense, MapLayer("tanh")), starts=1).loss
    found = floor(experiment, network_of(dense, Doubling()))
    assert found.sentence == "There is no floor: layer 2 is of your own kind, Doubling, and cannot be fitted."
    twice = floor(experiment, network_of(dense, MapLayer("tanh"), dense))
    assert twice.sentence == "There is no floor: one dense layer stands in two places, and cannot be fitted."
    for starts in (0, 65):
        assert f"from 1 to 64 starts, not {starts}" in refusal(OutOfRangeError, floor, SHAPES["xor"], starts=starts)
    found = FloorSearch(SHAPES["xor"], starts=1).floor([Candidate(0, math.inf, np.full(3, np.nan))])
    assert known(found.loss) == found.trained


# Sentences


def a_floor(**changes: Any) -> Floor:
    """A floor of 0.1 under a ceiling of 0.5, and a run that ends at 0.3."""
    plain: dict[str, Any] = {
        "loss": 0.1, "ceiling": 0.5, "exact": True, "witness": None, "trained": 0.3, "final": 0.31,
        "final_samples": 300, "samples": 4000, "rows": False, "starts": 0,
    }  # fmt: skip
    return Floor(**plain | changes)


STATES: list[tuple[dict[str, Any], float | None, str]] = [
    ({}, 0.5, "Learned 50 % of what this shape can."),
    ({"exact": False}, 0.5, "Learned at most 50 % of what this shape can."),
    ({"trained": 0.2999, "exact": False}, 0.50025, "Learned at most 51 % of what this shape can."),
    ({"trained": 0.102}, 0.995, "Learned 99.5 % of what this shape can."),
    ({"trained": 0.102, "exact": False}, 0.995, "Learned at most 99.5 % of what this shape can."),
    ({"trained": 0.1}, 1.0, "Learned nearly all of what this shape can."),
    ({"trained": 0.1, "exact": False}, 1.0, "Learned nearly all of what this shape was found to reach."),
    ({"trained": 0.0999}, 1.0, "Learned nearly all of what this shape can."),
    ({"trained": 0.7}, 0.0, "Learned 0 % of what this shape can: one answer for all samples does at least as well."),
    ({"final": None, "trained": None}, None, "The run diverges; a network of this shape reaches 0.100."),
    ({"trained": None}, None,
     "The trained network has no finite loss on 4,000 other samples; a network of this shape reaches 0.100."),
    ({"loss": 0.4987, "exact": False}, None,
     "No network of this shape was found to do much better than one answer for all samples: 0.499 against 0.500."),
    ({"loss": 0.6, "exact": False}, None,
     "No network of this shape was found to do as well as one answer for all samples: 0.600 against 0.500."),
]  # fmt: skip


def test_the_sentence_is_true_in_every_state_and_a_final_loss_below_the_floor_is_explained() -> None:
    for changes, learned, sentence in STATES:
        found = a_floor(**changes)
        assert found.learned == (None if learned is None else pytest.approx(learned))
        assert found.sentence == sentence
        assert sentence in repr(found)
    assert a_floor(loss=0.10004, final=0.31).details == (
        "Mean losses on 4,000 other samples: one answer for all has 0.500, the trained network 0.300, the best of its "
        "shape 0.101."
    )
    assert a_floor().below == ""
    lower = a_floor(final=0.09)
    assert lower.below == (
        "The final loss of this run, 0.0900, lies below this floor, since it is measured on other samples: the last "
        "300 that the run learned."
    )
    assert lower.details.endswith(f"the best of its shape 0.100. {lower.below}")


def test_of_a_table_nothing_is_said_to_be_measured_on_other_samples() -> None:
    table = a_floor(final=0.09, samples=50, rows=True)
    details = a_floor().details.replace("4,000 other samples", "the 50 rows of the table")
    assert table.details == f"{details} {table.below}"
    assert table.below == (
        "The final loss of this run, 0.0900, lies below this floor, since it is measured otherwise: on the last 300 "
        "that the run learned, each before its step."
    )
    assert a_floor(samples=1, rows=True).measured_on == "the only row of the table"
    assert floor(catalogued("three-facts"), starts=1).rows
    assert not floor(catalogued("affine-swap"), starts=1).rows
    assert engine.floor is floor
    assert engine.Floor is Floor


def test_the_floor_of_a_run_with_few_samples_is_read_on_samples_that_it_never_learned() -> None:
    by_heart = catalogued("circle-by-heart", samples=1_000)
    X, _ = floor_samples(by_heart)
    assert len(X) == 4_000
    learned = {row.tobytes() for row in by_heart.facts()[0]}
    assert not learned & {row.tobytes() for row in X}
    found = floor(by_heart, starts=1)
    assert (found.measured_on, known(found.loss) <= known(found.ceiling)) == ("4,000 other samples", True)


def test_where_no_fit_can_move_there_is_no_floor() -> None:
    stepped = catalogued("tanh-signs", layers=(Affinity(2, 2), Map("step(x)")))
    said = "There is no floor: every derivative by a weight is 0, so no fit can move one."
    assert (floor(stepped).loss, floor(stepped).sentence) == (None, said)


def test_a_frozen_last_layer_leaves_nothing_of_one_answer_for_all_to_fit() -> None:
    weights = GivenWeights(((((1.0,),), (0.0,)), (((0.01,),), (50.0,))))
    layers = (Affinity(1, 1), Map("tanh"), Affinity(1, 1, frozen=True))
    found = floor(Experiment(layers, ("v0",), weights, samples=20))
    assert known(found.loss) > known(found.ceiling)
