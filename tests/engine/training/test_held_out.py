"""Held-out losses are those of the network as it stands after a step, and taking them changes no step."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Map, kernel
from engine.base.metrics import mean_losses
from engine.base.numerics import FloatArray
from engine.experiments.run import rolled_back, run
from engine.training.held_out import MOST_STEPS, HeldOut, held_out_steps
from tests.engine.asserting import known
from tests.engine.nets import run_of
from tests.engine.strategies import FEW, SOME, bits, experiments, tame_float

CIRCLE = replace(CATALOGUE["circle"].experiment, samples=450, held_out=20, noise=0.2)
DIVERGING = Experiment((Affinity(2, 2), Map("square/2")), "squared difference", DrawnWeights(2), alpha=0.5, held_out=20)


def held_out_of(experiment: Experiment) -> HeldOut:
    return known(run_of(experiment).held_out)


def by_hand(experiment: Experiment) -> FloatArray:
    network, held = rolled_back(experiment.network(), experiment), known(experiment.held_out_samples())
    steps, losses = set(held_out_steps(experiment.samples).tolist()), []
    for step, fact in enumerate(zip(*experiment.facts(), strict=True), start=1):
        network.losses([fact])
        if step in steps:
            with np.errstate(all="ignore"):
                each = [network.loss(x, t) for x, t in zip(*held, strict=True)]
            losses.append(float(mean_losses(np.array(each))))
    return np.array(losses)


@SOME
@given(st.integers(1, 2_000_000))
def test_at_most_200_evenly_spaced_steps_end_with_the_last(n: int) -> None:
    steps, every = held_out_steps(n), -(-n // MOST_STEPS)
    assert len(steps) <= MOST_STEPS
    assert (steps[-1], steps[:-1].tolist()) == (n, list(range(every, n, every)))


@pytest.mark.parametrize("experiment", [CIRCLE, DIVERGING, replace(CIRCLE, samples=1), replace(CIRCLE, distinct=7)])
def test_held_out_losses_are_the_mean_losses_of_the_readable_layers(experiment: Experiment) -> None:
    assert bits(held_out_of(experiment).losses) == bits(by_hand(experiment))


@FEW
@given(experiments(samples=30, numbers=tame_float))
def test_every_network_has_the_held_out_losses_of_its_readable_layers(experiment: Experiment) -> None:
    if experiment.held_out:
        assert bits(held_out_of(experiment).losses) == bits(by_hand(experiment))


def test_the_kernel_and_the_readable_layers_give_the_same_held_out_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = [held_out_of(one) for one in (CIRCLE, DIVERGING)]
    monkeypatch.setattr(kernel, "ready", lambda *, by_rule=False: False)
    for experiment, found in zip((CIRCLE, DIVERGING), compiled, strict=True):
        assert bits(known(run_of(experiment, wait_for_kernel=False).held_out).losses) == bits(found.losses)


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 100, 450])
def test_where_a_run_is_cut_changes_no_held_out_loss(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_of(CIRCLE)
    monkeypatch.setattr(sys.modules[run.__module__], "steps_at_once", lambda *_, **__: chunk)
    for step in (None, 0, 1, 100, 449):
        cut = run_of(CIRCLE, step=step)
        assert cut.fingerprint == whole.fingerprint
        assert bits(known(cut.held_out).losses) == bits(known(whole.held_out).losses)


def test_held_out_losses_of_a_diverging_run_are_no_numbers_and_their_computation_can_be_ended() -> None:
    result = run_of(DIVERGING)
    held_out = known(result.held_out)
    assert result.diverged_at is not None
    assert not np.isfinite(held_out.losses[-1])
    assert held_out.steps[-1] == 100
    layers = (Affinity(2, 2), Map("leaky relu, half slope"))
    found = held_out_of(Experiment(layers, "swap", DrawnWeights(1), samples=200, held_out=10))
    assert found.final == pytest.approx(float(found.losses[-1]))
    assert len(found.losses) == MOST_STEPS
    asked, plain = list[int](), list[int]()
    run_of(CIRCLE, asked.append)
    run(replace(CIRCLE, held_out=0), CIRCLE.network(), plain.append)
    assert asked[0] == plain[0] == 0
    assert len(asked) > len(plain)


def test_who_has_no_use_for_held_out_losses_gets_the_same_run_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, without = run_of(CIRCLE), run_of(CIRCLE, held_out=False)
    assert without.held_out is None
    assert without.fingerprint == whole.fingerprint
    # Few weights are in memory at a time.
    monkeypatch.setattr("engine.training.held_out.MOST_NUMBERS", 100)
    assert bits(held_out_of(CIRCLE).losses) == bits(known(whole.held_out).losses)
