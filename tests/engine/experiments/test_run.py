"""A run is a pure function of its experiment and its checkpoint."""

import dataclasses
import math
import sys
from typing import Any
from unittest.mock import Mock

import dill
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, Map
from engine.base.metrics import fingerprint, first_divergence, potential, settled_loss
from engine.bench import bench_for
from engine.data import sample_source
from engine.errors import OutOfRangeError
from engine.experiments.run import Run, RunSamples, checkpoint_fingerprint, parameters, rolled_back, run
from tests.engine.asserting import known, refuses
from tests.engine.nets import catalogued, run_of
from tests.engine.strategies import FEW, bits, experiments, tame_float

TANH = catalogued("tanh-signs")
DIVERGING = Experiment((Affinity(2, 2), Map("square/2")), "squared difference", DrawnWeights(2), alpha=0.5)


def all_bits(result: Run) -> list[object]:
    """Everything a run gives, so that two runs can be held against each other."""
    numbers = [result.settled, result.last, result.largest, result.potential, result.settled_potential]
    arrays = [result.losses, *parameters(result.trained)]
    return [bits(numbers), *map(bits, arrays), result.diverged_at, result.fingerprint, result.trained.alpha]


def bits_of(experiment: Experiment, **named: Any) -> list[object]:
    return all_bits(run_of(experiment, **named))


@FEW
@given(experiments(samples=40, numbers=tame_float))
def test_a_run_gives_the_same_bits_twice_and_leaves_its_checkpoint_alone(experiment: Experiment) -> None:
    checkpoint = experiment.network()
    before, first = dill.dumps(checkpoint), run(experiment, checkpoint)
    assert (dill.dumps(checkpoint), all_bits(run(experiment, checkpoint))) == (before, all_bits(first))
    assert all_bits(run_of(experiment)) == all_bits(first)


@FEW
@given(experiments(samples=40, numbers=tame_float))
def test_a_run_gives_what_the_readable_layers_give(experiment: Experiment) -> None:
    network = rolled_back(experiment.network(), experiment)
    losses, result = network.losses(zip(*experiment.facts(), strict=True)), run_of(experiment)
    assert bits(result.losses) == bits(losses)
    assert result.fingerprint == fingerprint([np.array(losses), *parameters(network)])


@pytest.mark.parametrize("experiment", [TANH, DIVERGING])
def test_how_a_run_is_cut_into_chunks_changes_nothing(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, samples = bits_of(experiment), experiment.samples
    for chunk in (1, 7, 99, 300):
        monkeypatch.setattr(sys.modules[run.__module__], "steps_at_once", lambda *_, chunk=chunk, **__: chunk)
        asked: list[int] = []
        assert bits_of(experiment, on_progress=asked.append) == whole
        assert asked[: samples // chunk] == list(range(0, samples, chunk))[: samples // chunk]


@pytest.mark.parametrize("experiment", [TANH, DIVERGING])
def test_how_its_samples_are_drawn_changes_nothing(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [bits_of(experiment, step=step) for step in (None, 100)]
    monkeypatch.setattr(sample_source, "BLOCK", 64)
    monkeypatch.setattr(sample_source, "REMEMBERED_NUMBERS", 0)
    assert len(list(experiment.fact_blocks())) > 1
    assert [bits_of(experiment, step=step) for step in (None, 100)] == whole


def test_whether_one_waits_for_the_kernel_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = bits_of(TANH)
    monkeypatch.setattr("engine.kernel.ready", lambda *, by_rule=False: False)
    assert bits_of(TANH, wait_for_kernel=False) == compiled


def test_a_run_that_is_called_off_leaves_nothing_behind_and_each_starts_from_its_checkpoint() -> None:
    call_off, checkpoint = Mock(side_effect=InterruptedError), TANH.network()
    before = dill.dumps(checkpoint)
    refuses(InterruptedError, run, TANH, checkpoint, call_off)
    assert dill.dumps(checkpoint) == before
    other, checkpoint = dataclasses.replace(TANH, weights=DrawnWeights(99)), TANH.network()
    assert all_bits(run(TANH, other.network())) == bits_of(other) != bits_of(TANH)
    checkpoint.alpha = 1e-9
    assert (all_bits(run(TANH, checkpoint)), checkpoint.alpha) == (bits_of(TANH), 1e-9)


def test_a_run_is_the_benchs_learn_after_a_rollback_and_names_the_step_at_which_it_diverges() -> None:
    bench = bench_for(TANH)
    bench.learn(10)
    bench.rollback_net()
    assert bits(bench.learn(TANH.samples)) == bits(run_of(TANH).losses)
    result = run_of(TANH)
    assert (len(result.losses), result.diverged_at) == (TANH.samples, None)
    assert (result.last, result.largest) == (result.losses[-1], max(result.losses))
    assert result.settled == settled_loss(result.losses)
    assert (result.potential, result.settled_potential) == (-math.log(result.last), -math.log(result.settled))
    assert result.fingerprint == fingerprint([result.losses, *parameters(result.trained)])
    result, network = run_of(DIVERGING), DIVERGING.network()
    step = known(first_divergence(result.losses))
    assert result.diverged_at == step
    assert result.potential == result.settled_potential == -math.inf
    network.losses(zip(*(part[: step - 1] for part in DIVERGING.facts()), strict=True))
    assert [bits(array) for array in parameters(result.trained)] == [bits(array) for array in parameters(network)]
    assert all(np.isfinite(array).all() for array in parameters(result.trained))
    for alpha in (1e300, 1e100):
        at_once = dataclasses.replace(DIVERGING, alpha=alpha)
        result = run_of(at_once)
        assert result.diverged_at == 1
        assert checkpoint_fingerprint(result.trained) == checkpoint_fingerprint(at_once.network())


@FEW
@given(experiments(samples=30), st.sampled_from([1e-61, 0.5, 1e300]))
def test_whatever_the_weights_a_run_ends_without_an_exception_or_nan(experiment: Experiment, alpha: float) -> None:
    result = run(dataclasses.replace(experiment, alpha=alpha, decay=0.0), experiment.network())
    assert not math.isnan(result.potential)
    assert not math.isnan(result.settled_potential)
    assert (result.potential, len(result.fingerprint)) == (potential(result.last, result.diverged_at), 8)


def test_parameters_come_in_layer_order_m_before_b_and_a_checkpoint_has_their_fingerprint() -> None:
    network = catalogued("xor-hidden-layer").network()
    first, second = (layer for layer in network.layers if isinstance(layer, AffinityLayer))
    expected = [first.M, first.b, second.M, second.b]
    assert all(array is wanted for array, wanted in zip(parameters(network), expected, strict=True))
    before = checkpoint_fingerprint(network)
    assert before == fingerprint(expected)
    first.b[0] += 1.0
    assert checkpoint_fingerprint(network) != before


@pytest.mark.parametrize("ready", [True, False])
def test_a_run_asks_more_often_when_its_formulas_are_slow(ready: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.kernel.ready", lambda *, by_rule=False: ready)
    monkeypatch.setattr(sys.modules[run.__module__], "COMPILED_CHUNK", 10_000)
    monkeypatch.setattr(sys.modules[run.__module__], "READABLE_SECONDS", 0.01)

    def questions(function: str) -> list[int]:
        experiment = dataclasses.replace(TANH, layers=(Affinity(2, 2), Map(function)), samples=200)
        asked: list[int] = []
        run_of(experiment, asked.append, wait_for_kernel=False)
        return asked

    assert questions("tanh")[:3] == ([0, 94, 188] if ready else [0, 100])
    assert questions("x")[:3] == questions("tanh")[:3]
    assert len(questions("x**x**x**1.5")) > 10 * len(questions("tanh"))


@pytest.mark.parametrize("experiment", [TANH, DIVERGING])
def test_the_network_at_a_step_of_a_run_is_the_one_that_has_learned_so_many_facts(experiment: Experiment) -> None:
    plain, (X, T) = run_of(experiment), experiment.facts()
    last = 300 if plain.diverged_at is None else plain.diverged_at - 1
    for step in (0, 1, 5, 250, 300, 10_000, None):
        seen, so_far = run_of(experiment, step=step), experiment.network()
        assert all_bits(seen) == all_bits(plain)
        assert seen.step == (last if step is None else min(step, last))
        so_far.train(X[: seen.step], T[: seen.step])
        assert [*map(bits, parameters(seen.at_step))] == [*map(bits, parameters(so_far))]
    refuses(OutOfRangeError, run_of, experiment, match="A step is a whole number from 0, not -5", step=-5)


@pytest.mark.parametrize("block", [8, 1_000])
def test_samples_are_taken_once_more_from_the_first_on(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_source, "BLOCK", block)
    experiment = catalogued("tanh-signs", samples=20)
    taken = RunSamples(experiment)
    first = taken.next(5)
    taken.next(20)
    for X, T in (taken.again().next(5), taken.again().next(5)):
        assert bits(X) == bits(first[0])
        assert bits(T) == bits(first[1])
