"""A run that was made a moment ago is not trained again, and is the same run to the bit."""

from dataclasses import replace
from functools import partial

import pytest

from engine import Affinity, Experiment, Network, Run, Table, run
from engine.base.byte_cache import Caches
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.layer_specs import weights_of
from engine.training.held_out import MOST_STEPS
from tests.webapp.asking import prepared_for
from webapp.analyses.outcomes.questions import QUESTIONS, decided
from webapp.analyses.trajectory import RECORDINGS, trajectory
from webapp.bench.actions import PreparedRun, ignore_progress
from webapp.bench.run_cache import FEW_STEPS, RunCache, RunKey, size_of
from webapp.bench.run_pairs import PAIRS, run_pair

EXPERIMENT = CATALOGUE[FIRST].experiment
LAST = EXPERIMENT.samples


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Experiment]:
    """The experiments whose runs have been trained, in order."""
    experiments: list[Experiment] = []

    def counted(experiment: Experiment, checkpoint: Network, *args: object, **kwargs: object) -> Run:
        experiments.append(experiment)
        return run(experiment, checkpoint, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("webapp.bench.run_cache.run", counted)
    return experiments


def cached(cache: RunCache, experiment: Experiment, step: int = LAST) -> Run:
    return cache.run(experiment, experiment.network(), ignore_progress, step)


def test_the_same_run_is_trained_once(trained: list[Experiment]) -> None:
    cache = RunCache()
    first, second = cached(cache, EXPERIMENT), cached(cache, EXPERIMENT)
    assert trained == [EXPERIMENT]
    assert first is second
    assert first.fingerprint == run(EXPERIMENT, EXPERIMENT.network()).fingerprint


@pytest.mark.parametrize("change", [{"alpha": 0.2}, {"samples": 299}, {"seed": 4}, {"ideal": "swap"}])
def test_another_knob_is_another_run(trained: list[Experiment], change: dict[str, object]) -> None:
    cache = RunCache()
    other = replace(EXPERIMENT, **change)  # type: ignore[arg-type]
    assert cached(cache, EXPERIMENT).fingerprint != cached(cache, other).fingerprint
    assert trained == [EXPERIMENT, other]


def test_another_checkpoint_or_step_is_another_run(trained: list[Experiment]) -> None:
    cache, prepared = RunCache(), prepared_for(FIRST)
    through = partial(cache.run, prepared.experiment, on_progress=ignore_progress)
    trained_network = through(prepared.checkpoint, step=LAST).trained
    assert through(trained_network, step=LAST) is not through(prepared.checkpoint, step=LAST)
    assert (through(prepared.checkpoint, step=7).step, len(trained)) == (7, 3)


def test_while_a_knob_is_held_many_held_out_samples_are_looked_at_after_fewer_steps(trained: list[Experiment]) -> None:
    cache, digits = RunCache(), CATALOGUE["digits"].experiment
    held, whole = (
        cache.run(digits, digits.network(), ignore_progress, digits.samples, held=held) for held in (True, False)
    )
    assert held.held_out is not None
    assert whole.held_out is not None
    assert (len(held.held_out.losses), len(whole.held_out.losses)) == (FEW_STEPS, MOST_STEPS)
    assert held.held_out.losses.tolist() == whole.held_out.losses[3::4].tolist()
    assert (held.fingerprint, held.held_out.final) == (whole.fingerprint, whole.held_out.final)
    small = CATALOGUE["penguins"].experiment
    first, second = (cache.run(small, small.network(), ignore_progress, LAST, held=held) for held in (True, False))
    assert first is second
    assert len(trained) == 3


def test_the_oldest_runs_make_room(trained: list[Experiment]) -> None:
    cache = RunCache(2 * size_of(RunKey(EXPERIMENT, "", LAST), run(EXPERIMENT, EXPERIMENT.network())))
    for seed in (3, 4, 3, 5, 3, 4):
        cached(cache, replace(EXPERIMENT, seed=seed))
    assert [experiment.seed for experiment in trained] == [3, 4, 5, 4]


def test_runs_of_rules_count_with_what_they_remember_and_large_ones_are_still_made() -> None:
    cache = RunCache(1)
    assert cached(cache, EXPERIMENT).fingerprint == cached(cache, EXPERIMENT).fingerprint
    by_rule = replace(EXPERIMENT, momentum=0.9)
    sizes = [size_of(RunKey(one, "", LAST), run(one, one.network())) for one in (EXPERIMENT, by_rule)]
    numbers = sum(array.size for array in EXPERIMENT.network().layers[0].parameters.values())
    assert sizes[1] - sizes[0] >= 8 * (4 * numbers + 3 * EXPERIMENT.samples)


def test_all_that_is_remembered_of_a_table_or_of_given_weights_counts_with_them() -> None:
    table = Table(tuple((row / 7.0, 1.0) for row in range(400)), ((1.0,),) * 400)
    of_table = Experiment((Affinity(2, 1),), "table", inputs=table)
    xor = CATALOGUE["xor-hidden-layer"].experiment
    given = replace(xor, weights=weights_of(xor.network()))
    for experiment in (of_table, given):
        cache, caches, network = RunCache(), Caches(), experiment.network()
        prepared = PreparedRun(experiment, network, caches=caches)
        cached(cache, experiment)
        decided(prepared, {"sure": True})
        trajectory(prepared, {})
        run_pair(experiment, replace(experiment, alpha=0.01), network, caches)
        questions, recordings, pairs = caches.of(QUESTIONS), caches.of(RECORDINGS), caches.of(PAIRS)
        taken = [one.taken for one in (cache.values, questions, recordings, pairs)]
        assert min(taken) > sum(experiment.bytes_held.values()) > 0
    assert sum(of_table.bytes_held.values()) > 1200 * 48
