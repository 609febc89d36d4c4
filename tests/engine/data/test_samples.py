"""Noise, distinct samples and held-out samples: each from a stream of its own, and none of them turns anything else."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, Table, run, sweep
from engine.base.numerics import FloatArray
from engine.bench import NNBench, bench_for
from engine.data import sample_source
from engine.data.inputs import INPUT_DISTRIBUTIONS, draw_inputs, epoch_order, input_distribution_named
from engine.data.samples import HELD_OUT_STREAM, NOISE_STREAM, stream, unit_noise
from engine.errors import NoFactsError, OutOfRangeError
from engine.experiments import link_codec
from engine.outcomes.floor_search import floor_samples
from tests.engine.asserting import known, refusal, refuses
from tests.engine.nets import catalogued, network_of, run_of
from tests.engine.strategies import bits, experiments

CIRCLE = catalogued("circle", samples=200)
BLURRED, FEW = replace(CIRCLE, noise=0.5), replace(CIRCLE, distinct=30)
BY_HEART = replace(CIRCLE, samples=10_000, seed=5, alpha=0.05, distinct=30, noise=0.5, held_out=300)
"""Learned by heart: the 30 samples are known in the end, and the circle is not."""
ROWS = Table(tuple((float(k), -float(k)) for k in range(10)), tuple((k / 10.0,) for k in range(10)))
TABLED = Experiment((Affinity(2, 1),), "table", DrawnWeights(1), ROWS, samples=60, alpha=0.01)


def clean(experiment: Experiment, n: int) -> Any:
    return draw_inputs(experiment.inputs_name, experiment.seed, n, experiment.width)


def each_bits(parts: Iterable[FloatArray] | None) -> list[bytes]:
    return [bits(part) for part in known(parts)]


# Noise


def test_the_network_sees_x_plus_noise_sample_by_sample_and_learns_the_target_of_x() -> None:
    X, T = BLURRED.facts()
    z, x = np.random.RandomState([3, 0, 1]).randn(200, 2), clean(CIRCLE, 200)
    assert (bits(X), bits(T)) == (bits(x + 0.5 * z), bits(CIRCLE.facts()[1]))
    assert bits(BLURRED.points(200)) == bits(X)
    X, T = replace(TABLED, noise=0.1).facts()
    plain, targets = TABLED.facts()
    assert (bits(X), bits(T)) == (bits(plain + 0.1 * stream(3, NOISE_STREAM).randn(60, 2)), bits(targets))
    assert bits(X[0]) != bits(X[10])


@pytest.mark.parametrize("name", INPUT_DISTRIBUTIONS)
def test_fewer_samples_are_the_first_of_more(name: str) -> None:
    turned: list[dict[str, Any]] = [{"noise": 0.3}, {"distinct": 7}, {"noise": 0.3, "distinct": 7}]
    for changes in turned:
        more = replace(CIRCLE, inputs=name, **changes)
        fewer, (X, T) = replace(more, samples=43), more.facts()
        assert each_bits(fewer.facts()) == each_bits(more.facts(43)) == [bits(X[:43]), bits(T[:43])]
        assert bits(fewer.points(43)) == bits(more.points(200)[:43])
    assert bits(unit_noise(3, 43, 2)) == bits(unit_noise(3, 200, 2)[:43])


def test_turning_the_noise_draws_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    sample_source._remembered.clear()
    drawn: list[int] = []

    def counted(seed: int, n: int, width: int, number: int) -> Any:
        drawn.append(n)
        return unit_noise(seed, n, width, number)

    monkeypatch.setattr("engine.data.samples.unit_noise", counted)
    for noise in (0.1, 0.2, 0.3):
        replace(BLURRED, noise=noise).facts()
    assert drawn == [200]


# Distinct samples


def test_few_distinct_samples_come_again_and_again_and_are_the_first_that_are_learned() -> None:
    X, T = FEW.facts()
    order = epoch_order(np.random.RandomState(3), 200, 30, shuffled=True)
    new_X, new_T = CIRCLE.facts()
    assert [bits(X), bits(T)] == [bits(new_X[:30][order]), bits(new_T[:30][order])]
    assert sorted(map(tuple, X[:30])) == sorted(map(tuple, X[30:60])) == sorted(map(tuple, new_X[:30]))
    assert bits(X[:30]) != bits(X[30:60])
    # A distinct sample has the same noise on every pass.
    blurred, targets = replace(FEW, noise=0.5).facts()
    assert bits(blurred) == bits((clean(CIRCLE, 30) + 0.5 * unit_noise(3, 30, 2))[order])
    assert (bits(targets), len(set(map(tuple, blurred)))) == (bits(T), 30)
    for held_out, rows in ((0, {0.0, 1.0, 2.0, 3.0}), (5, {0.0, 2.0, 4.0, 6.0})):
        assert set(replace(TABLED, distinct=4, held_out=held_out).facts()[0][:, 0]) == rows


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets every run draw its samples in blocks, as only long runs do."""
    sample_source._remembered.clear()
    monkeypatch.setattr(sample_source, "BLOCK", 16)
    monkeypatch.setattr(sample_source, "REMEMBERED_NUMBERS", 0)
    yield
    sample_source._remembered.clear()


@pytest.mark.parametrize("name", [*INPUT_DISTRIBUTIONS, "table"])
@pytest.mark.parametrize("distinct", [None, 1, 7])
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_samples_in_blocks_have_the_bits_of_one_draw(
    name: str, distinct: int | None, noise: float, request: pytest.FixtureRequest
) -> None:
    one = TABLED if name == "table" else replace(CIRCLE, inputs=name, samples=1000)
    one = replace(one, distinct=distinct, noise=noise, held_out=3)
    at_once, whole = each_bits(one.facts()), run_of(one)
    request.getfixturevalue("small_blocks")
    assert len(list(one.fact_blocks())) > 1
    assert each_bits(one.facts()) == at_once
    again = run_of(one)
    assert (again.fingerprint, bits(again.losses)) == (whole.fingerprint, bits(whole.losses))
    assert bits(known(again.held_out).losses) == bits(known(whole.held_out).losses)


def check_seeds(one: Experiment, seeds: list[int], *, remember: bool = True) -> None:
    """Compares the samples of many seeds with those of each."""
    X, T = one.facts_of_seeds(seeds, remember=remember)
    for k, seed in enumerate(seeds):
        assert [bits(X[k]), bits(T[k])] == each_bits(one.with_seed(seed).facts())


@pytest.mark.parametrize("one", [CIRCLE, BLURRED, FEW, TABLED, replace(CIRCLE, ideal="v0 * sin(v1)")])
def test_samples_of_many_seeds_are_those_of_each(one: Experiment) -> None:
    for remember in (True, False):
        sample_source._remembered.clear()
        one.with_seed(8).facts()  # of the three, one seed's are known
        check_seeds(one, [5, 8, 3], remember=remember)


def test_samples_of_many_seeds_are_remembered_where_that_is_wanted() -> None:
    memory = sample_source._remembered
    memory.clear()
    CIRCLE.facts_of_seeds([5, 8], remember=False)
    assert memory.taken == 0
    CIRCLE.facts_of_seeds([5, 8])
    assert memory.taken == 2 * (sample_source.PER_SAMPLES + 200 * 3 * 8)
    assert "Seeds are whole numbers" in refusal(OutOfRangeError, CIRCLE.facts_of_seeds, [1, -1])


@given(experiments())
@settings(max_examples=4)
def test_samples_of_two_seeds_are_those_of_each_in_any_experiment(one: Experiment) -> None:
    for _ in range(2):
        check_seeds(one, [one.seed, 77])


# Held-out samples


def test_held_out_samples_come_from_streams_of_their_own_and_of_a_table_are_every_kth_row() -> None:
    X, T = known(replace(BLURRED, held_out=50).held_out_samples())
    x = input_distribution_named("uniform").draw(stream(3, HELD_OUT_STREAM), 50, 2)
    assert bits(X) == bits(x + 0.5 * np.random.RandomState([3, 0, 3]).randn(50, 2))
    assert bits(T) == bits(CIRCLE.target(x.T).T)
    assert not set(map(tuple, clean(CIRCLE, 200))) & set(map(tuple, x))
    assert replace(CIRCLE, held_out=0).held_out_samples() is None
    for held_out, rows in ((1, [9]), (2, [4, 9]), (3, [2, 5, 8]), (4, [1, 3, 5, 7, 9])):
        held = replace(TABLED, held_out=held_out)
        assert known(held.held_out_samples())[0][:, 0].tolist() == rows
        X, T = held.facts()
        learned = [row for row in range(10) if row not in rows]
        assert X[:, 0].tolist() == [float(learned[k % len(learned)]) for k in range(60)]
        assert (bits(T[:, 0]), bits(held.points(7))) == (bits(X[:, 0] / 10.0), bits(X[:7]))


@pytest.mark.parametrize("name", INPUT_DISTRIBUTIONS)
def test_held_out_samples_change_nothing_of_the_run_nor_depend_on_alpha_or_the_number_of_samples(name: str) -> None:
    plain = replace(CIRCLE, inputs=name)
    held = replace(plain, held_out=40)
    assert run_of(held).fingerprint == run_of(plain).fingerprint
    changed: list[dict[str, Any]] = [{"alpha": 0.3}, {"samples": 50}, {"distinct": 3}]
    for changes in changed:
        assert each_bits(replace(held, **changes).held_out_samples()) == each_bits(held.held_out_samples())


# Refusals


REFUSED: list[tuple[Experiment, dict[str, Any], str]] = [
    *((CIRCLE, {"noise": noise}, "Noise is a number from 0 to 2.") for noise in (-0.1, 2.1, float("nan"))),
    (CIRCLE, {"distinct": 0}, "Distinct samples are a whole number from 1 to 1,000,000, or all."),
    (CIRCLE, {"distinct": 201},
     ("Distinct samples go from 1 to 200, as many as there are samples, not 201. "
      "Lower them, or take more samples.")),
    *((CIRCLE, {"held_out": n}, "Held-out samples are a whole number from 0 to 2,000.") for n in (2001, -1)),
    (TABLED, {"distinct": 11}, "Distinct samples go from 1 to 10, as many as the table has rows, not 11."),
    (TABLED, {"distinct": 6, "held_out": 5},
     ("Distinct samples go from 1 to 5, as many as the table has learned rows, not 6. "
      "Lower them, or hold out fewer.")),
    (TABLED, {"held_out": 6}, "The table has 10 rows, so at most 5 of them can be held out, not 6."),
    (replace(TABLED, inputs=Table(((0.0, 1.0),), ((1.0,),))), {"held_out": 1},
     "The table has 1 row, so none can be held out."),
]  # fmt: skip


def test_what_is_out_of_range_is_refused_and_a_bench_without_held_out_samples_has_no_loss_of_them() -> None:
    found = [(refusal(OutOfRangeError, replace, one, **changes), sentence) for one, changes, sentence in REFUSED]
    assert [(said, sentence) for said, sentence in found if said != sentence] == []
    net = network_of(AffinityLayer(2, 2, seed=1))
    assert "There are no held-out samples" in refusal(NoFactsError, NNBench(net).held_out_loss)
    refuses(OutOfRangeError, NNBench, net, noise=3.0)


# Runs, links, sweeps, the bench


def test_a_link_says_the_knobs_that_are_on_and_without_them_is_the_same() -> None:
    knobs = {"noise", "distinct", "held_out"}
    for key in ("tanh-signs", "three-facts"):
        experiment = catalogued(key)
        assert (experiment.noise, experiment.distinct, experiment.held_out) == (0.0, None, 0)
        found = Experiment(**{name: value for name, value in vars(experiment).items() if name not in knobs})
        assert found == experiment
        assert not knobs & set(link_codec.to_texts(experiment, experiment))
        assert run_of(experiment).held_out is None
    texts = link_codec.to_texts(BY_HEART, CIRCLE)
    assert {"noise": "0.5", "distinct": "30", "held_out": "300"}.items() <= texts.items()
    assert link_codec.from_texts(texts, CIRCLE) == (BY_HEART, [])
    back = link_codec.to_texts(replace(FEW, distinct=None), FEW)
    assert link_codec.from_texts(back, FEW)[0].distinct is None
    # With more distinct samples than samples it is refused, and nothing else happens.
    for link in ({"distinct": "500", "samples": "100"}, {"distinct": "500", "layers": "2:1:2"}):
        experiment, refusals = link_codec.from_texts(link, CIRCLE)
        assert experiment == CIRCLE
        assert refusals


@pytest.mark.parametrize(
    "experiment", [BLURRED, FEW, replace(FEW, noise=0.5, held_out=20), replace(TABLED, held_out=3)]
)
def test_a_sweep_has_the_bits_of_runs_of_their_own(experiment: Experiment) -> None:
    alphas, seeds, counts = (0.01, 0.1), (3, 4, 5), (35, 60)
    found = sweep(experiment, alphas=alphas, seeds=seeds, samples=counts).settled
    for place in np.ndindex(found.shape):
        one = replace(experiment, alpha=alphas[place[0]], seed=seeds[place[1]], samples=counts[place[2]])
        assert bits(found[place]) == bits(run_of(one).settled)


def test_a_sweep_goes_below_the_number_of_distinct_samples_and_a_floor_is_read_on_others() -> None:
    whole = run(replace(FEW, samples=30), FEW.network()).losses
    assert bits(sweep(FEW, samples=[10, 20]).last) == bits(whole[[9, 19]])
    X, _ = floor_samples(replace(FEW, noise=0.5))
    assert len(X) == 4_000
    assert {*map(tuple, X)}.isdisjoint(map(tuple, replace(FEW, noise=0.5).facts(30)[0]))
    X, _ = floor_samples(replace(TABLED, held_out=5))
    assert X[:, 0].tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]
    plain, noisy = floor_samples(CIRCLE), floor_samples(BLURRED)
    assert bits(plain[1]) == bits(noisy[1])
    assert 0.4 < float(np.std(noisy[0] - plain[0])) < 0.6


@pytest.mark.parametrize("experiment", [replace(BY_HEART, samples=100), replace(TABLED, distinct=3, held_out=4)])
def test_a_bench_of_an_experiment_has_its_samples(experiment: Experiment) -> None:
    bench, result = bench_for(experiment), run_of(experiment)
    samples = zip(*bench.training_data_gen(experiment.samples), strict=True)
    assert each_bits(map(np.array, samples)) == each_bits(experiment.facts())
    assert bits(bench.learn(experiment.samples)) == bits(result.losses)
    assert bits(bench.held_out_loss()) == bits(known(result.held_out).final)
