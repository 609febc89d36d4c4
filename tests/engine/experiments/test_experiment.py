"""An experiment is plain data: to JSON and back without loss, and nothing hostile gets past its door."""

import dataclasses
import itertools
import json
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, AffinityLayer, Table
from engine.activations import ACTIVATIONS
from engine.base.numerics import FloatArray
from engine.bench import bench_for
from engine.data import sample_source
from engine.data.inputs import INPUT_DISTRIBUTIONS, draw_inputs, input_blocks
from engine.data.prepared_table import prepared_table
from engine.data.sample_source import REMEMBERED_BYTES, REMEMBERED_NUMBERS
from engine.data.targets import TARGETS
from engine.errors import BenchError, ExperimentError, FormulaError, OutOfRangeError, UnknownNameError
from engine.experiments.experiment import MOST_LAYERS, Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map
from engine.experiments.knobs import KNOBS, SAMPLES, Whole
from engine.experiments.layer_specs import weights_of
from engine.experiments.run import parameters, run
from engine.layers.faulty_layers import LeftMultiplied, MistakenMap
from engine.layers.initializers import INITIALIZERS
from tests.engine.asserting import NOTHING, refusal
from tests.engine.nets import KINDS, run_of
from tests.engine.strategies import MANY, SOME, any_float, bits, experiments, given_weights, seeds

PLAIN = Experiment((Affinity(2, 2), Map("tanh")), "swap", DrawnWeights(1))
TABLED = Table(((0.0, 1.0), (2.0, 3.0)), ((1.0,), (-1.0,)))
DRAWN = re.compile('"drawn", "seed": 1, "scheme": "normal"')
GIVEN = GivenWeights(((((1.0, 2.0), (3.0, 4.0)), (5.0, 6.0)),))


def weights_bits(experiment: Experiment) -> bytes:
    """The given weights to the bit, which `==` does not see for −0."""
    if isinstance(experiment.weights, DrawnWeights):
        return b""
    return b"".join(bits([*sum(M, ()), *b]) for M, b in experiment.weights.values)


def fact_bits(experiment: Experiment) -> list[bytes]:
    return [bits(part) for part in experiment.facts()]


@MANY
@given(experiments())
def test_json_gives_an_equal_experiment_back_with_every_bit(experiment: Experiment) -> None:
    back = Experiment.from_json(experiment.to_json())
    assert (back, hash(back), bits(back.alpha)) == (experiment, hash(experiment), bits(experiment.alpha))
    assert (weights_bits(back), back.to_json()) == (weights_bits(experiment), experiment.to_json())
    assert type(back.alpha) is float


def test_odd_weights_come_back_to_the_bit_and_json_is_one_line_that_names_every_field() -> None:
    for number in (-0.0, 5e-324, -2.5e-310, 0.1, 1 / 3, 1.7976931348623157e308, -1e22):
        odd = dataclasses.replace(PLAIN, weights=GivenWeights(((((number, 0.0), (0.0, number)), (number, -number)),)))
        assert weights_bits(Experiment.from_json(odd.to_json())) == weights_bits(odd)
    assert type(dataclasses.replace(PLAIN, alpha=1).alpha) is float
    text = dataclasses.replace(PLAIN, weights=GIVEN).to_json()
    assert "\n" not in text
    dense = {"kind": "affinity", "inputs": 2, "outputs": 2, "frozen": False, "left_multiplied": False}
    assert json.loads(text) == {
        "layers": [dense, {"kind": "map", "function": "tanh"}], "ideal": "swap",
        "weights": {"kind": "given", "values": [[[[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]]]},
        "inputs": "normal", "alpha": 0.1, "samples": 100, "seed": 3, "filter": "both",
    } | {name: row.default for name, row in KNOBS.items() if row.since_v0_2 and not row.written_when_on}  # fmt: skip


# Networks and facts


@pytest.mark.parametrize("layer", [
    ((np.array([1.0, 2.0]), np.array([3.0, 4.0])), (5.0, 6.0)), ([np.array([1, 2]), [3, 4]], [5, 6]),
    (((np.float64(1), 2.0), (3.0, 4.0)), (5.0, 6.0)), ([[1.0, 2.0], [3.0, 4.0]], np.array([5, 6])),
])  # fmt: skip
def test_weights_given_in_any_form_are_those_of_tuples(layer: Any) -> None:
    forms: tuple[Any, ...] = ((layer,), [layer])
    for values in forms:
        experiment = dataclasses.replace(PLAIN, weights=GivenWeights(values))
        assert experiment == dataclasses.replace(PLAIN, weights=GIVEN)
        assert (hash(experiment.weights), repr(experiment.weights)) == (hash(GIVEN), repr(GIVEN))


@pytest.mark.parametrize("values", [
    3, ((((1.0, 2.0), (3.0, 4.0)),),), ((1, 2), (3, 4)), ((np.array([["a", "b"]]), np.zeros(1)),),
    ((np.zeros(2), np.zeros(2)),),
])  # fmt: skip
def test_given_weights_that_are_no_pairs_are_refused_in_a_sentence(values: Any) -> None:
    assert refusal(ExperimentError, GivenWeights, values) == (
        "Given weights are a pair for each dense layer: M, a list of rows of numbers, and b, a list of numbers."
    )


def test_numpys_numbers_and_arrays_make_the_experiment_that_pythons_make() -> None:
    two: Any = np.int64(2)
    yes: Any = np.True_
    M: Any = np.array([[1, 2], [3, 4]])
    given_layer: Any = (M, np.array([5, 6], dtype=np.float32))
    by_numpy: Any = {
        "layers": (Affinity(two, two, frozen=yes), Map("tanh")), "weights": GivenWeights((given_layer,)),
        "alpha": np.float32(0.25), "samples": np.int64(300), "seed": two, "distinct": np.int16(30),
        "noise": np.int64(1), "held_out": np.uint8(9), "batch": two, "nesterov": yes, "momentum": np.float16(0.5),
        "without": np.array([3, 14]),
    }  # fmt: skip
    by_python: Any = by_numpy | {
        "layers": (Affinity(2, 2, frozen=True), Map("tanh")), "weights": GIVEN, "alpha": 0.25, "samples": 300,
        "seed": 2, "distinct": 30, "noise": 1, "held_out": 9, "batch": 2, "nesterov": True, "momentum": 0.5,
        "without": (3, 14),
    }  # fmt: skip
    one, other = (dataclasses.replace(PLAIN, **parts) for parts in (by_numpy, by_python))
    assert (one, repr(one), one.to_json()) == (other, repr(other), other.to_json())


def test_layer_i_draws_m_then_b_and_drawn_weights_never_repeat_the_facts() -> None:
    layers = (Affinity(2, 3), Map("tanh"), Affinity(3, 2))
    for scheme, initializer in INITIALIZERS.items():
        network = Experiment(layers, "swap", DrawnWeights(5, scheme)).network()
        for place in (0, 2):
            rng, layer = np.random.RandomState([5, place]), network.layers[place]
            M, b = initializer.weights(rng.randn(*layer.M.shape), rng.randn(*layer.b.shape))
            assert (bits(layer.M), bits(layer.b)) == (bits(M), bits(b)), scheme
    for seed in (0, 3, 7):
        experiment = Experiment((Affinity(2, 2),), "swap", DrawnWeights(seed), seed=seed)
        assert not np.isin(experiment.network().layers[0].M, experiment.facts()[0]).any()
    network = dataclasses.replace(PLAIN, weights=GIVEN).network()
    assert (network.layers[0].M.tolist(), network.layers[0].b.tolist()) == ([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0])
    assert network.alpha == PLAIN.alpha
    first, second = PLAIN.network(), PLAIN.network()
    first.layers[0].M[:] = 0.0
    assert second.layers[0].M.any()
    with pytest.raises(dataclasses.FrozenInstanceError):
        PLAIN.alpha = 0.2  # type: ignore[misc]


@pytest.mark.parametrize("ideal", ["[v1, v0]", " [v[1],v[0] ] ", ["v1", "v0"], ("v1", "v0")])
def test_a_target_of_formulas_is_a_tuple_of_their_texts_however_it_was_told(ideal: Any) -> None:
    experiment = dataclasses.replace(PLAIN, ideal=ideal)
    assert experiment.ideal in (("v1", "v0"), ("v[1]", "v[0]"))
    assert Experiment.from_plain(json.loads(experiment.to_json())) == experiment
    assert Experiment.from_plain(json.loads(PLAIN.to_json()) | {"ideal": ideal}) == experiment
    assert run_of(experiment).fingerprint == run_of(PLAIN).fingerprint


def test_a_formula_in_an_experiment_is_its_text_and_a_target_of_formulas_reads_up_to_its_highest_variable() -> None:
    target = Experiment((Affinity(5, 2),), "[v3, 1]").target
    assert (target.title, target.formulas, target.inputs, target.outputs) == ("Own formula", ("v3", "1"), 4, 2)
    experiment = dataclasses.replace(PLAIN, layers=(Affinity(2, 2), Map("x*x/2")))
    assert '{"kind": "map", "function": "x*x/2"}' in experiment.to_json()
    named = dataclasses.replace(PLAIN, layers=(Affinity(2, 2), Map("square/2")))
    assert run_of(experiment).fingerprint == run_of(named).fingerprint


@SOME
@given(st.data(), seeds)
def test_the_weights_of_a_network_can_be_kept_as_plain_numbers(data: st.DataObject, seed: int) -> None:
    experiment = data.draw(experiments(samples=20))
    network = experiment.network()
    kept = experiment.with_weights_of(network)
    assert kept == dataclasses.replace(experiment, weights=weights_of(network))
    assert [bits(array) for array in parameters(kept.network())] == [bits(array) for array in parameters(network)]
    assert run_of(kept).fingerprint == run(experiment, network).fingerprint


def bench_bits(experiment: Experiment, n: int) -> list[bytes]:
    """Inputs and targets of the first n samples of a bench of the experiment."""
    return [bits(np.array(part)) for part in zip(*bench_for(experiment).training_data_gen(n), strict=True)]


def test_the_facts_are_those_of_the_bench_and_remembered_ones_are_not_spoiled_or_mistaken() -> None:
    X, T = PLAIN.facts()
    assert X.shape == T.shape == (100, 2)
    assert bench_bits(PLAIN, 100) == [bits(X), bits(T)] == [bits(PLAIN.points(100)), bits(T)]
    assert (PLAIN.reach, PLAIN.inputs_name) == (3.0, "normal")
    experiment = Experiment((Affinity(2, 1),), "table", DrawnWeights(1), TABLED, samples=5)
    X, T = experiment.facts()
    assert X.tolist() == [[0.0, 1.0], [2.0, 3.0], [0.0, 1.0], [2.0, 3.0], [0.0, 1.0]]
    assert (T.ravel().tolist(), bits(experiment.points(3))) == ([1.0, -1.0, 1.0, -1.0, 1.0], bits(X[:3]))
    assert (experiment.width, experiment.outputs, experiment.reach, experiment.inputs_name) == (2, 1, 3.0, "table")
    assert not experiment.target.everywhere
    assert bench_bits(experiment, 5) == [bits(X), bits(T)]
    kept, (X, T) = fact_bits(PLAIN), PLAIN.facts()
    X[:], T[:] = np.nan, 7.0
    assert fact_bits(PLAIN) == kept
    assert not any(np.shares_memory(one, other) for one in (X, T) for other in PLAIN.facts())
    assert dataclasses.replace(PLAIN, alpha=0.3).facts()[0].flags.writeable
    others: list[dict[str, Any]] = [{"seed": 4}, {"samples": 99}, {"inputs": "corners"}, {"ideal": "signs"}]
    for other in others:
        changed = dataclasses.replace(PLAIN, **other)
        X, T = changed.facts()
        assert [bits(X), bits(T)] != fact_bits(PLAIN)
        assert bits(T) == bits(np.array([changed.target(x) for x in X]))


@pytest.mark.parametrize("key", KINDS)
def test_facts_that_are_remembered_equal_what_is_drawn_anew(key: str) -> None:
    experiment = dataclasses.replace(CATALOGUE[key].experiment, noise=0.0, distinct=None)
    wanted = (
        prepared_table(experiment.inputs).facts(experiment.seed, experiment.samples)[0]
        if isinstance(experiment.inputs, Table)
        else draw_inputs(experiment.inputs, experiment.seed, experiment.samples, experiment.width)
    )
    expected = [bits(wanted), bits(np.array([experiment.target(x) for x in wanted]))]
    assert fact_bits(experiment) == fact_bits(experiment) == expected


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many samples were drawn, drawing by drawing, with nothing remembered yet."""
    drawn: list[int] = []

    def counted(kind: str, seed: int, n: int, width: int) -> FloatArray:
        drawn.append(n)
        return draw_inputs(kind, seed, n, width)

    def counted_blocks(kind: str, seed: int, n: int, width: int, size: int) -> Iterator[FloatArray]:
        drawn.append(n)
        yield from input_blocks(kind, seed, n, width, size)

    monkeypatch.setattr(sample_source, "draw_inputs", counted)
    monkeypatch.setattr(sample_source, "input_blocks", counted_blocks)
    sample_source._remembered.clear()
    return drawn


def test_a_turned_alpha_draws_no_facts_anew_and_facts_too_large_are_not_remembered(drawings: list[int]) -> None:
    for alpha in (0.1, 0.2, 0.3):
        dataclasses.replace(PLAIN, alpha=alpha).facts()
    assert drawings == [PLAIN.samples]
    each = PLAIN.width + PLAIN.outputs
    most = dataclasses.replace(PLAIN, samples=REMEMBERED_NUMBERS // each)
    more = dataclasses.replace(PLAIN, samples=REMEMBERED_NUMBERS // each + 1)
    for experiment in (most, most, more, more):
        experiment.facts()
    assert drawings[1:] == [most.samples, more.samples, more.samples]
    assert bits(more.facts()[0]) == bits(more.facts()[0])


def test_few_sets_of_facts_are_remembered_and_the_oldest_goes_first(drawings: list[int]) -> None:
    large = dataclasses.replace(PLAIN, samples=REMEMBERED_NUMBERS // (PLAIN.width + PLAIN.outputs))
    sets = REMEMBERED_BYTES // (8 * REMEMBERED_NUMBERS)
    for seed in range(sets + 1):
        dataclasses.replace(large, seed=seed).facts()
    dataclasses.replace(large, seed=sets).facts()
    assert len(drawings) == sets + 1
    dataclasses.replace(large, seed=0).facts()
    assert len(drawings) == sets + 2


LARGER_TABLE = Table(tuple((k, -k) for k in map(float, range(5))), tuple((k,) for k in map(float, range(5))))
IN_BLOCKS = [
    *(dataclasses.replace(PLAIN, inputs=name, samples=1000, seed=5) for name in INPUT_DISTRIBUTIONS),
    Experiment((Affinity(1, 1),), ("v0 / 3",), DrawnWeights(1), "grid", samples=100),
    Experiment((Affinity(9, 1),), ("v0 - v8",), DrawnWeights(1), "grid", samples=100),
    *(
        Experiment((Affinity(2, 1),), "table", DrawnWeights(1), dataclasses.replace(LARGER_TABLE, shuffled=shuffled))
        for shuffled in (False, True)
    ),
]


@pytest.mark.parametrize("experiment", IN_BLOCKS, ids=lambda experiment: f"{experiment.inputs_name} {experiment.width}")
def test_samples_in_blocks_have_the_bits_of_one_draw(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    # Every run draws its samples in blocks of seven or a few more, as only long runs do.
    monkeypatch.setattr(sample_source, "BLOCK", 7)
    monkeypatch.setattr(sample_source, "REMEMBERED_NUMBERS", 0)
    if isinstance(experiment.inputs, Table):
        X, T = prepared_table(experiment.inputs).facts(experiment.seed, experiment.samples)
    else:
        X = draw_inputs(experiment.inputs, experiment.seed, experiment.samples, experiment.width)
        T = np.ascontiguousarray(experiment.target(X.T).T)
    blocks = list(experiment.fact_blocks())
    assert len(blocks) > 1
    for parts in (experiment.facts(), map(np.concatenate, zip(*blocks, strict=True))):
        assert [bits(part) for part in parts] == [bits(X), bits(T)]
    for end, most in ((1, 5), (6, 7), (7, 7), (8, 3), (experiment.samples - 1, 5), (experiment.samples, 7)):
        start = max(0, end - most)
        assert [bits(part) for part in experiment.facts_before(end, most)] == [bits(X[start:end]), bits(T[start:end])]


def test_a_network_is_as_wide_as_its_first_dense_layer_and_has_what_its_experiment_freezes() -> None:
    for layers, ideal, widths in (
        ((), "swap", (2, 2)), ((Identity(),), "swap", (2, 2)),
        ((Map("tanh"), Affinity(5, 3), Affinity(3, 1)), "xor", (5, 1)), ((Affinity(1, 1),), "sine", (1, 1)),
    ):  # fmt: skip
        experiment = Experiment(layers, ideal)
        assert (experiment.width, experiment.outputs) == widths
        assert tuple(part.shape[1] for part in experiment.facts()) == widths
    assert Experiment((Identity(),), "table", inputs=Table(((1, 2, 3),), ((4, 5, 6),))).width == 3
    cases: list[tuple[Any, tuple[int, ...]]] = [
        (False, ()), (True, tuple(range(6))), ((0, 5), (0, 5)), ([], ()), ([1, 2], (1, 2)),
    ]  # fmt: skip
    for frozen, places in cases:
        experiment = dataclasses.replace(PLAIN, layers=(Affinity(2, 2, frozen), Map("tanh")))
        assert experiment.network().layers[0].frozen == places
        trained = run_of(experiment).trained
        before, after = (np.concatenate([array.ravel() for array in parameters(net)])
                         for net in (experiment.network(), trained))  # fmt: skip
        assert np.flatnonzero(before == after).tolist() == list(places)
    lists: Any = [[], [1, 2]]
    assert [Affinity(2, 2, frozen).frozen for frozen in lists] == [False, (1, 2)]
    half = Map("leaky relu, half slope")
    experiment = Experiment((Affinity(2, 2, left_multiplied=True), half), "swap")
    faulty = experiment.network().layers
    assert [type(layer) for layer in faulty] == [LeftMultiplied, MistakenMap]
    assert (faulty[1].name, Experiment.from_json(experiment.to_json())) == (half.function, experiment)


# Schemes, frozen numbers, tables and mistakes


# Refusals, in words


def changed(**fields: Any) -> Callable[[], Experiment]:
    return lambda: dataclasses.replace(PLAIN, **fields)


REFUSED: list[tuple[Callable[[], object], type[BenchError], str]] = [
    *((changed(alpha=alpha), OutOfRangeError, "α must be a number above 0, at most 1e300.")
      for alpha in (0, -0.1, math.nan, 1e301, 10**400, True)),
    *((changed(samples=samples), OutOfRangeError, "Samples are a whole number from 1 to 1,000,000.")
      for samples in (0, 1_000_001, "ten", 0.5)),
    (changed(seed=-1), OutOfRangeError, "Seeds are whole numbers from 0 to 4,294,967,295, not -1."),
    (lambda: DrawnWeights(2**32), OutOfRangeError, "Seeds are whole numbers from 0 to 4,294,967,295, not 4294967296."),
    (changed(filter="green"), ExperimentError, "The filter is one of raw, low pass, both, not 'green'."),
    (changed(filter=["raw"]), ExperimentError, "The filter is one of raw, low pass, both, not ['raw']."),
    (changed(inputs="poisson"), UnknownNameError,
     "There is no way to draw inputs called 'poisson'. Known: normal, uniform, corners, grid."),
    (changed(layers=(Affinity(2, 3), Affinity(2, 2))), ExperimentError,
     "A dense layer takes 2 numbers, the layer before it gives 3."),
    (changed(layers=(Affinity(1, 2),)), ExperimentError, "Swap reads 2 numbers, the network takes 1."),
    (changed(layers=(Affinity(2, 3),)), ExperimentError,
     "The last layer gives 3 numbers, the target has 2. Set its outputs to 2, or add a formula for y₂."),
    (changed(layers=(Affinity(2, 1),)), ExperimentError,
     "The last layer gives 1 number, the target has 2. Set its outputs to 2."),
    (changed(ideal="table", inputs=TABLED, layers=(Affinity(3, 1),)), ExperimentError,
     "Table reads 2 numbers, the network takes 3."),
    (changed(ideal="table", inputs=TABLED), ExperimentError,
     "The last layer gives 2 numbers, the target has 1. Set its outputs to 1."),
    (changed(inputs=TABLED), ExperimentError, "A table is its own target: the ideal is then 'table', not 'swap'."),
    (changed(ideal="table"), ExperimentError,
     "The target is a table, and the inputs are not. Give the table as inputs."),
    (lambda: Experiment.from_plain(json.loads(PLAIN.to_json()) | {"inputs": {"kind": "no"}}), ExperimentError,
     "The table has a kind, one of table."),
    *((changed(layers=(Affinity(2, 2, frozen),)), ExperimentError,  # type: ignore[arg-type]
       "What is frozen in a dense layer 2→2 is true, false, or places from 0 to 5, each once and in order.")
      for frozen in ((0, 6), (1, 0), "all")),
    (changed(layers=(Affinity(2, 3, left_multiplied=True), Affinity(3, 2))), ExperimentError,
     "M for Mᵀ fits a square layer only, not 2→3."),
    (lambda: DrawnWeights(1, "orthogonal"), UnknownNameError,
     "There is no way to draw weights called 'orthogonal'. Known: normal, xavier, he, zero."),
    (changed(ideal="[v0, v2]"), ExperimentError, "Own formula reads 3 numbers, the network takes 2."),
    (changed(ideal=["v0"]), ExperimentError,
     "The last layer gives 2 numbers, the target has 1. Set its outputs to 1, or add a formula for y₁."),
    (changed(ideal=("v0", "w1")), FormulaError,
     "w1 is not a name here. Use v0, v1, numbers, + − * / ** and sign, abs, exp, …"),
    (changed(ideal="swop"), FormulaError,
     ("swop is not a name here. Use v0, v1, numbers, + − * / ** and sign, abs, exp, … "
      f"Or name a target: {', '.join(TARGETS)}.")),
    (changed(ideal=("v0", 1)), FormulaError, "A formula is text, not 1."),
    (changed(layers=(Affinity(2, 2), Map("tahn"))), FormulaError,
     ("tahn is not a name here. Use x, numbers, + − * / ** and sign, abs, exp, … "
      f"Or name a function: {', '.join(ACTIVATIONS)}.")),
    (changed(layers=(Affinity(2, 257), Affinity(257, 2))), OutOfRangeError,
     "A layer takes and gives from 1 to 256 numbers, not 257."),
    (changed(layers=(Identity(),) * (MOST_LAYERS + 1)), ExperimentError, "A network has at most 64 layers, not 65."),
    (changed(weights=GivenWeights(())), ExperimentError,
     "The weights are for another number of dense layers, 0, than the network has, 1."),
    (changed(weights=3), ExperimentError, "Weights are DrawnWeights or GivenWeights, not 3."),
    *((changed(weights=GivenWeights((pair,))), ExperimentError, "A dense layer 2→2 was given weights of another shape.")
      for pair in ((((1.0,), (2.0,)), (3.0, 4.0)), (((1.0, 2.0), (2.0, 1.0)), (3.0,)))),
    (changed(weights=GivenWeights(((((1.0, math.nan), (2.0, 1.0)), (3.0, 4.0)),))), ExperimentError,
     "Weights are finite numbers."),
    (lambda: Experiment.from_json("alpha=1"), ExperimentError, "That is not an experiment: it is not JSON."),
    (lambda: Experiment.from_json("[]"), ExperimentError,
     f"The experiment is described by {', '.join(Experiment.__dataclass_fields__)}, and nothing else."),
    (lambda: Experiment.from_json(PLAIN.to_json().replace("[", "{").replace("]", "}")), ExperimentError,
     "That is not an experiment: it is not JSON."),
    (lambda: Experiment.from_json(PLAIN.to_json().replace("affinity", "pooling")), ExperimentError,
     "The layer has a kind, one of affinity, map, identity."),
    (lambda: Experiment.from_json(PLAIN.to_json().replace("tanh\"", "tanh\", \"x\": 1")), ExperimentError,
     "The layer is described by function, and nothing else."),
    (lambda: Experiment.from_plain(json.loads(PLAIN.to_json()) | {"layers": "ab"}), ExperimentError,
     "The layers of an experiment are a list."),
    (lambda: Experiment.from_json(DRAWN.sub('"given", "values": "ab"', PLAIN.to_json())), ExperimentError,
     "Given weights are a list of pairs of a matrix and its biases."),
]  # fmt: skip


def test_an_experiment_says_what_it_does_not_take_and_the_same_key_twice_counts_once() -> None:
    assert [(sentence, said) for make, kind, sentence in REFUSED if (said := refusal(kind, make)) != sentence] == []
    assert isinstance(SAMPLES.kind, Whole)
    lower = SAMPLES.kind.up_to(10_000)
    assert lower.check(10_000) == 10_000
    assert refusal(OutOfRangeError, lower.check, 10_001) == "Samples are a whole number from 1 to 10,000."
    text = PLAIN.to_json()
    assert judged(text.replace('"seed": 3', '"seed": 3, "seed": 4')) == dataclasses.replace(PLAIN, seed=4)


# Hostile JSON


def judged(text: str) -> Experiment | None:
    """The experiment, or None when it was refused as it should be; whatever else is raised fails the test."""
    refused = refusal(BenchError, Experiment.from_json, text)
    assert len(refused) < 300, "an error does not repeat all that a stranger sent"
    if refused != NOTHING:
        return None
    experiment = Experiment.from_json(text)
    assert Experiment.from_json(experiment.to_json()) == experiment
    experiment.network()
    return experiment


hostile_leaves: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | any_float | st.text(max_size=5)
    | st.sampled_from([10**400, -(10**400), 2**53 + 1, 2**32, 1.0, 2.0, "1", "nan", "tanh", "\ud800", "x" * 10_000])
)  # fmt: skip
hostile = st.recursive(
    hostile_leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.just("kind"), inner, max_size=3)
    ),
    max_leaves=8,
)


def paths(plain: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in decoded JSON something stands, the whole included."""
    inside = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    return [here, *(path for key, value in inside for path in paths(value, (*here, key)))]


def with_change(plain: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    if not path:
        return change(plain)
    copied = dict(plain) if isinstance(plain, dict) else list(plain)
    copied[path[0]] = with_change(copied[path[0]], path[1:], change)
    return copied


@MANY
@given(st.data())
def test_whatever_stands_anywhere_in_it_json_is_an_experiment_or_a_bench_error(data: st.DataObject) -> None:
    plain = json.loads(data.draw(experiments()).to_json())
    path, value = data.draw(st.sampled_from(paths(plain))), data.draw(hostile)
    judged(json.dumps(with_change(plain, path, lambda old: value)))


LATER_PARTS = ("draw", "first_shape", "frozen", "left_multiplied", "scheme")
LATER = (*LATER_PARTS, *(knob.name for knob in KNOBS.values() if knob.since_v0_2))
"""Fields that older JSON does not have."""


@MANY
@given(experiments())
def test_json_from_before_a_field_existed_is_read_with_its_default(experiment: Experiment) -> None:
    plain = json.loads(experiment.to_json())
    for row, name in itertools.product((*plain["layers"], plain["weights"]), LATER_PARTS):
        row.pop(name, None)
    older = Experiment.from_plain(plain)
    assert all(not spec.frozen and not spec.left_multiplied for spec in older.layers if isinstance(spec, Affinity))
    assert getattr(older.weights, "scheme", "normal") == "normal"


@MANY
@given(st.data())
def test_a_missing_or_an_extra_key_is_refused_anywhere(data: st.DataObject) -> None:
    plain = json.loads(data.draw(experiments()).to_json())
    path = data.draw(st.sampled_from([path for path in paths(plain) if isinstance(at(plain, path), dict)]))
    key = data.draw(st.sampled_from([name for name in at(plain, path) if name not in LATER]))
    without = with_change(plain, path, lambda old: {name: value for name, value in old.items() if name != key})
    assert judged(json.dumps(without)) is None
    assert judged(json.dumps(with_change(plain, path, lambda old: old | {"extra": 1}))) is None


def at(plain: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        plain = plain[key]
    return plain


@MANY
@given(hostile.map(json.dumps) | st.text(max_size=200))
def test_json_of_anything_else_and_text_that_is_no_json_is_refused(text: str) -> None:
    assert judged(text) is None


TOKENS = ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "true", "null", '"3"', "[]", "{}", "1e400", "9" * 400,
          "9" * 5000]  # fmt: skip


@pytest.mark.parametrize(
    "field", ['"alpha": 0.1', '"samples": 100', '"seed": 3', '"inputs": 2', '"seed": 1', "[1.0", "5.0"]
)
def test_a_number_that_is_none_is_refused_wherever_it_stands(field: str) -> None:
    drawn = PLAIN.to_json()
    text = drawn if field in drawn else dataclasses.replace(PLAIN, weights=GIVEN).to_json()
    name, _, old = field.rpartition(" ")
    assert text.count(field) >= 1
    for token in TOKENS:
        hostile_field = f"{name} {token}" if name else old.replace(old.lstrip("["), token)
        assert judged(text.replace(field, hostile_field)) is None, token[:12]


@pytest.mark.parametrize("place", ["", *(f'"{name}": ' for name in (
    "alpha", "filter", "seed", "inputs", "ideal", "function", "outputs", "values",
))])  # fmt: skip
def test_deep_nesting_is_refused_at_any_depth_and_place(place: str) -> None:
    text = PLAIN.to_json()
    if place == '"values": ':
        text = DRAWN.sub('"given", "values": []', text)
    for depth in [10, 100, 300, 500, *range(700, 1000, 10), 3000, 100_000]:
        nested = "[" * depth + "]" * depth
        assert judged(re.sub(f"(?<={place})[^,}}]+", nested, text, count=1) if place else nested) is None, depth


@SOME
@given(st.data())
def test_given_weights_of_any_finite_numbers_are_taken(data: st.DataObject) -> None:
    weights = data.draw(given_weights(PLAIN.layers, st.floats(allow_nan=False, allow_infinity=False)))
    layer = dataclasses.replace(PLAIN, weights=weights).network().layers[0]
    assert isinstance(layer, AffinityLayer)
    assert bits(layer.M) == bits(np.array(weights.values[0][0]))
