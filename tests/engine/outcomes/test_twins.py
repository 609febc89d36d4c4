"""Twins have the bits of runs of their own, and the verdict says whether they end alike."""

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import CATALOGUE, AffinityLayer, MapLayer, Network, kernel
from engine.base.metrics import first_divergence, settled_loss
from engine.base.numerics import FloatArray
from engine.data.table import TABLE, Table
from engine.data.turns import Turns
from engine.errors import OutOfRangeError
from engine.experiments.experiment import Affinity, DrawnWeights, Experiment, GivenWeights, Identity, Map
from engine.experiments.run import rolled_back
from engine.kernel import train_one
from engine.outcomes import nudged_runs
from engine.outcomes.nudged_runs import NUDGE, flat_weights, growths, nudged_weights
from engine.outcomes.twins import MOST_TWINS, Luck, luck, twin_losses, verdict_of
from tests.engine.asserting import known, refusal
from tests.engine.nets import catalogued, network_of, run_of, same_bits
from tests.engine.strategies import FEW, MANY, experiments, tame_float

SMALL = Experiment((Affinity(2, 3), Map("tanh"), Affinity(3, 2)), "swap", DrawnWeights(1), samples=40)


def final_or_none(losses: FloatArray, passed: Turns | None) -> float | None:
    """The final loss of a run's losses, by what defines it."""
    settled = settled_loss(losses, passed)
    return None if first_divergence(losses) is not None or not math.isfinite(settled) else settled


def by_hand(experiment: Experiment, network: Network, seeds: range) -> tuple[list[FloatArray], list[FloatArray]]:
    """Losses and last weights of the run and its twins, each trained on the readable layers alone."""
    X, T = experiment.facts()
    losses, ends = [], []
    for weights in (flat_weights(network), *nudged_weights(network, seeds)):
        twin = rolled_back(network, experiment)
        kernel.load_flat(kernel.parameters(twin.layers), weights)
        losses.append(np.array(twin.losses(zip(X, T, strict=True))))
        ends.append(flat_weights(twin))
    return losses, ends


def check(experiment: Experiment, network: Network, seeds: range = range(4)) -> Luck:
    """Compares everything that is said of the twins with twins by hand."""
    losses, ends = by_hand(experiment, network, seeds)
    found = luck(experiment, network, seeds=seeds)
    assert (found.final, *found.finals) == tuple(final_or_none(run, experiment.passed) for run in losses)
    starts = nudged_weights(network, seeds)
    assert found.growths == growths(starts, np.array(ends[1:]), flat_weights(network), ends[0])
    fan = twin_losses(experiment, network, seeds=seeds)
    assert all(same_bits(row, twin) for row, twin in zip(fan, losses[1:], strict=True))
    return found


@FEW
@given(experiments(samples=60, numbers=tame_float))
def test_twins_have_the_bits_of_runs_of_their_own(experiment: Experiment) -> None:
    check(experiment, experiment.network())


def test_any_number_of_twins_has_these_bits_and_a_run_that_does_not_move_is_no_luck() -> None:
    for twins in (1, 2, 3, 15, 16, 17):
        assert check(SMALL, SMALL.network(), range(twins)).twins == twins
    tanh, layer = MapLayer(math.tanh, lambda x: 1 - math.tanh(x) ** 2), AffinityLayer(2, 2, seed=1)
    own = network_of(AffinityLayer(2, 3, seed=1), tanh, AffinityLayer(3, 2, seed=2))
    assert not kernel.supports(own.layers)
    assert check(SMALL, own).verdict == "stable"
    twice = network_of(layer, MapLayer("tanh"), layer)
    starts = nudged_weights(twice, range(2))
    assert same_bits(starts[:, :6], starts[:, 6:])
    check(replace(SMALL, alpha=0.01), twice)
    before, now = luck(catalogued("square-map")), luck(catalogued("square-map", weights=DrawnWeights(1, "zero")))
    assert (before.moved, now.moved, now.ends) == (True, False, (now.final,) * 9)
    assert known(now.final) > 1e10 * known(now.highest)
    assert now.verdict == "stable"


@pytest.mark.parametrize("network", [None, "readable"])
def test_a_run_in_pieces_is_the_same_run(network: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = replace(SMALL, samples=37)
    if network:
        monkeypatch.setattr(kernel, "supports", lambda layers: False)
        monkeypatch.setattr(nudged_runs, "steps_at_once", lambda *_, **__: 1000)
    whole, fan = luck(experiment), twin_losses(experiment)
    for steps in (1, 3, 7, 36):
        monkeypatch.setattr(nudged_runs, "NUMBERS_AT_ONCE", 9 * steps)
        monkeypatch.setattr(nudged_runs, "steps_at_once", lambda *_, steps=steps, **__: steps)
        done: list[int] = []
        assert luck(experiment, on_progress=done.append) == whole
        assert sorted(set(done)) == list(range(0, 37, steps))
        assert same_bits(twin_losses(experiment), fan)


def test_a_piece_of_a_diverging_run_is_measured_by_the_first_loss_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = catalogued("square-map", alpha=0.1)
    whole = luck(experiment)
    monkeypatch.setattr(nudged_runs, "NUMBERS_AT_ONCE", 9)
    assert luck(experiment) == whole
    assert (whole.verdict, whole.final, whole.diverged, whole.lowest, whole.highest) == (
        "diverges", None, 8, None, None,
    )  # fmt: skip


def test_the_runs_end_where_their_caller_ends_them_and_without_a_nudge_nothing_grows() -> None:
    def stop(done: int) -> None:
        raise InterruptedError(done)

    network = SMALL.network()
    before = flat_weights(network)
    assert refusal(InterruptedError, luck, SMALL, network, on_progress=stop) == "0"
    luck(SMALL, network)
    assert same_bits(flat_weights(network), before)
    for layers in ((Identity(),), (Map("plus one"),), (Affinity(2, 2, frozen=True), Map("tanh"))):
        found = luck(Experiment(layers, "swap"))
        assert (found.growth, len(set(found.ends)), found.verdict) == (0.0, 1, "stable")
    huge = GivenWeights(((((1e300, 1e300), (1e300, 1e300)), (1e300, 1e300)),))
    assert luck(Experiment((Affinity(2, 2),), "swap", huge, alpha=1e-300, samples=1)).growth == 0.0


@MANY
@given(st.sets(st.integers(0, 8)), st.integers(0, 200))
def test_a_frozen_number_is_not_nudged_and_the_others_are_as_without_it(frozen: set[int], seed: int) -> None:
    def start(places: tuple[int, ...]) -> FloatArray:
        network = replace(SMALL, layers=(Affinity(2, 3, places or False), *SMALL.layers[1:])).network()
        assert same_bits(flat_weights(network), flat_weights(SMALL.network()))
        first: FloatArray = nudged_weights(network, [seed])[0]
        return first

    some, none = start(tuple(sorted(frozen))), start(())
    held = np.isin(np.arange(len(some)), list(frozen))
    assert same_bits(some[held], flat_weights(SMALL.network())[held])
    assert same_bits(some[~held], none[~held])


def test_a_nudge_is_a_millionth_and_kernel_rows_keep_frozen_numbers() -> None:
    network = Experiment((Affinity(40, 50),), ("v0",) * 50).network()
    nudges = (nudged_weights(network, range(8)) - flat_weights(network)) / NUDGE
    assert np.abs(nudges).max() < 6
    assert nudges.std(axis=1) == pytest.approx(np.ones(8), abs=0.05)
    streams = [*range(8), *product(range(4), range(8)), *product((0, 1), (0, 7), (0, 7))]
    others = np.array([np.random.RandomState(stream).randn(nudges.shape[1]) for stream in streams])
    correlations = np.corrcoef(np.vstack([nudges, others]))
    assert np.abs(correlations[:8] - np.eye(len(correlations))[:8]).max() < 0.1
    network = replace(SMALL, layers=(Affinity(2, 3, (0, 4)), *SMALL.layers[1:])).network()
    X, T = SMALL.facts()
    starts = np.stack([flat_weights(network)] * 5)
    given_starts = starts.copy()
    _, ends = kernel.train_rows(network.layers, starts, np.full(5, 0.1), X, T)
    assert same_bits(starts, given_starts)
    frozen = train_one.frozen_places(network.layers)
    assert same_bits(ends[:, frozen], starts[:, frozen])


def test_of_the_catalogue_only_the_spiral_is_luck_with_1_to_64_twins() -> None:
    found = {key: luck(row.experiment) for key, row in CATALOGUE.items()}
    assert [key for key, one in found.items() if one.verdict in ("luck", "diverges")] == ["spiral"]
    assert (found["tanh-signs"].verdict, found["circle"].verdict) == ("stable", "sensitive")
    for key in ("tanh-signs", "circle", "spiral"):
        lowest, highest = known(found[key].lowest), known(found[key].highest)
        assert min(found[key].ends) <= lowest <= highest <= max(found[key].ends)
        assert (found[key].twins, found[key].diverged) == (8, 0)
    assert engine.luck(catalogued("circle")) == found["circle"]
    for twins in (0, MOST_TWINS + 1):
        assert f"with 1 to 64 twins, not {twins}." in refusal(OutOfRangeError, luck, SMALL, seeds=range(twins))
    first, more = luck(catalogued("circle"), seeds=range(5)), luck(catalogued("circle"), seeds=range(5, 8))
    assert first.and_more(more) == found["circle"]


def test_one_sample_zero_loss_a_table_and_many_blocks_of_samples_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    assert luck(replace(SMALL, samples=1)).verdict == "stable"
    at_zero = luck(catalogued("identity-by-hand"))
    assert (at_zero.final, at_zero.verdict) == (0.0, "stable")
    table = Table(inputs=((0.0, 1.0), (2.0, 3.0)), targets=((1.0, 0.0), (3.0, 2.0)))
    assert luck(replace(SMALL, inputs=table, ideal=TABLE)).verdict == "stable"
    monkeypatch.setattr("engine.data.sample_source.REMEMBERED_NUMBERS", 100)
    monkeypatch.setattr("engine.data.sample_source.BLOCK", 128)
    experiment = replace(SMALL, samples=1000)
    assert luck(experiment).final == run_of(experiment).sound_settled


def test_the_verdict_is_the_first_rule_that_holds() -> None:
    verdicts: dict[tuple[float, float | None, tuple[float | None, ...]], str] = {
        (1.0, 1.0, (1.0, 1.0)): "stable", (99.0, 1e-30, (1e-28, 1e-32)): "stable",
        (100.0, 1.0, (0.96, 1.0)): "sensitive", (1e4, 1.0, (0.92, 1.0)): "sensitive",
        (1e5, 1.0, (0.94, 1.0)): "sensitive", (1e5, 1.0, (1.0, 1.1)): "sensitive", (1e5, 1.0, (1.0, 1.2)): "luck",
        (100.0, 1.0, (0.89, 1.0)): "luck", (100.0, 0.89, (1.0, 1.0)): "luck", (math.inf, 0.0, (0.0, 0.0)): "sensitive",
        (1.0, 1.0, (None, 1.0)): "luck", (math.inf, 1.0, (None, None, 1.0)): "luck",
        (1.0, None, (1.0, 1.0)): "diverges", (math.inf, None, (None, None)): "diverges",
    }  # fmt: skip
    assert {given: verdict_of(*given) for given in verdicts} == verdicts
    assert verdict_of(1e9, 1.0, (0.1, 2.0), moved=False) == "stable"
