"""A trajectory has the numbers of the engine's run at every step, within a million bytes, and any step exactly."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import brotli  # type: ignore[import-untyped]  # it carries no types
import numpy as np
import pytest

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, Map, MapLayer, Network, Table
from engine.base.byte_cache import Caches
from engine.base.numerics import FloatArray
from engine.bench import NNBench, bench_for
from engine.data.inputs import SAMPLES_LIMIT
from engine.data.table import MOST_NUMBERS, MOST_ROWS
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import parameters, run
from tests.engine.asserting import refuses
from tests.webapp.asking import not_none, together
from tests.webapp.decoding import decoded
from webapp.analyses.trajectory import MOST_BYTES, RECORDINGS, REMEMBERED_BYTES, step_detail, trajectory
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun
from webapp.figures.encode import LARGEST_FLOAT32, three_digits
from webapp.local.own_bench import local_bench, local_content
from webapp.responses.input_domain import InputDomain

TANH = CATALOGUE[FIRST].experiment
DIVERGING = Experiment((Affinity(2, 2), Map("square/2")), "squared difference", DrawnWeights(2), alpha=0.5)
STEP = {"step": None, "own": None, "axes": [0, 1], "unit": None, "large": False, "opened": None}

CACHES = Caches()


def prepared(experiment: Experiment = TANH) -> PreparedRun:
    return PreparedRun(experiment, experiment.network(), caches=CACHES)


def learned(experiment: Experiment, step: int) -> FloatArray:
    """The weights of a bench of that experiment that has learned `step` samples."""
    bench = bench_for(experiment)
    bench.learn(step) if step else None
    return np.concatenate([array.ravel() for array in parameters(bench.net)])


def own() -> PreparedRun:
    """A bench with a Python function, which no link can express."""
    network = Network()
    network.extend(AffinityLayer(2, 2, 1))
    network.extend(MapLayer(np.tanh, lambda d: 1 - np.tanh(d) ** 2))
    row = next(iter(local_content(local_bench(NNBench(network, lambda v: [v[0], v[1]])), 60).rows.values()))
    return PreparedRun(row.experiment, row.experiment.network())


def test_a_long_run_is_thinned_evenly_to_a_million_bytes_and_a_short_one_has_every_step() -> None:
    response = trajectory(prepared(), {})
    losses, weights = decoded(response["losses"]), decoded(response["weights"]).reshape(-1, response["width"])
    assert (response["every"], response["last"], response["width"]) == (1, 300, 6)
    assert len(losses) == len(weights) == 301
    np.testing.assert_array_equal(losses[:300], run(TANH, TANH.network()).losses.astype("f4"))
    for step in (0, 1, 189, 300):
        np.testing.assert_array_equal(weights[step], learned(TANH, step).astype("f4"))
    assert response["scale"] == pytest.approx(float(np.abs(weights).max()), rel=1e-6)
    for layers in [(Affinity(2, 2), Map("tanh")), (Affinity(2, 64), Map("tanh"), Affinity(64, 2))]:
        experiment = replace(TANH, layers=layers, samples=100_000, alpha=0.002)
        response = whole(partial(trajectory, prepared(experiment), {}))
        losses, weights = decoded(response["losses"]), decoded(response["weights"]).reshape(-1, response["width"])
        assert losses.nbytes + weights.nbytes <= MOST_BYTES
        assert losses.nbytes + weights.nbytes > MOST_BYTES / 3
        assert response["every"] > 1
        assert len(losses) == len(weights) == 1 + 100_000 // response["every"]
        place = len(losses) // 20
        kept = learned(experiment, response["every"] * place)
        np.testing.assert_array_equal(weights[place], kept.astype("f4"))


def whole(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The response once the recording is finished; it is requested as the page does."""
    before = -1
    while "done" in (response := ask()):
        assert response["done"] > before
        before = response["done"]
    return response


def test_a_run_that_takes_long_is_recorded_in_pieces_for_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = replace(TANH, samples=1_000, seed=77)
    monkeypatch.setattr("webapp.analyses.trajectory.BUDGET", 40_000)
    first = trajectory(prepared(experiment), {})
    assert set(first) == {"done"}
    assert 0 < first["done"] < 1_000
    response = whole(lambda: step_detail(prepared(experiment), STEP | {"step": 901}))
    np.testing.assert_array_equal(decoded(response["weights"]), learned(experiment, 901))
    experiment = replace(TANH, samples=1_000, seed=78)
    monkeypatch.setattr("webapp.analyses.trajectory.BUDGET", 4_000)
    given: list[FloatArray] = []

    def ask() -> None:
        given.append(decoded(whole(lambda: step_detail(prepared(experiment), STEP))["weights"]))

    together(*[ask] * 4)
    assert len(given) == 4
    assert all(np.array_equal(weights, learned(experiment, 1_000)) for weights in given)


def test_the_longest_run_of_the_largest_table_is_recorded_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(((0.5,) * 16,) * MOST_ROWS, ((0.1,) * 16,) * MOST_ROWS)
    assert table.numbers == MOST_NUMBERS
    experiment = Experiment((Affinity(16, 16),), "table", DrawnWeights(1), inputs=table, samples=MOST_ROWS)
    monkeypatch.setattr("webapp.analyses.trajectory.BUDGET", 2_000_000)
    bench = PreparedRun(experiment, experiment.network(), caches=Caches())
    assert whole(partial(trajectory, bench, {}))["last"] == MOST_ROWS
    longer = 8 * (SAMPLES_LIMIT - experiment.samples)
    assert bench.caches.of(RECORDINGS).taken + longer < REMEMBERED_BYTES


def test_recordings_of_ends_are_whole_and_a_step_is_exactly_what_the_bench_has_learned() -> None:
    at = not_none(run(DIVERGING, DIVERGING.network()).diverged_at)
    response = trajectory(prepared(DIVERGING), {})
    assert (response["last"], len(decoded(response["losses"]))) == (at - 1, at)
    end = step_detail(prepared(DIVERGING), STEP)
    assert (end["place"]["step"], end["place"]["last"]) == (at - 1, at - 1)
    np.testing.assert_array_equal(decoded(end["weights"]), learned(DIVERGING, at - 1))
    bench = own()
    response = trajectory(bench, {})
    weights = decoded(response["weights"]).reshape(-1, 6)
    assert len(weights) == 61
    net, (X, T) = bench.experiment.network(), bench.experiment.facts()
    net.alpha = bench.experiment.alpha
    net.train(X[:20], T[:20])
    exact = decoded(step_detail(bench, STEP | {"step": 20})["weights"])
    np.testing.assert_array_equal(exact, np.concatenate([array.ravel() for array in parameters(net)]))
    np.testing.assert_array_equal(weights[20], exact.astype("f4"))
    experiment = CATALOGUE["map-plus-one"].experiment
    response = trajectory(prepared(experiment), {})
    assert (response["width"], len(decoded(response["losses"]))) == (0, experiment.samples + 1)
    for asked in [
        None, {}, STEP | {"more": 1}, STEP | {"step": -1}, STEP | {"step": 1.5}, STEP | {"step": 10**9},
        STEP | {"own": 3}, STEP | {"own": [math.inf]}, STEP | {"own": ["0"]}, STEP | {"own": [0.0] * 257},
        STEP | {"axes": [0, 0]}, STEP | {"unit": [1]}, STEP | {"unit": [0, -1]}, STEP | {"unit": "u0"},
        STEP | {"large": 1}, STEP | {"large": None}, STEP | {"opened": -1}, STEP | {"opened": [1]},
    ]:  # fmt: skip
        refuses(Malformed, step_detail, prepared(), asked)
    refuses(Malformed, trajectory, prepared(), {"step": 3})
    for step in [0, 1, 189, 299, 300]:
        response = step_detail(prepared(), STEP | {"step": step})
        np.testing.assert_array_equal(decoded(response["weights"]), learned(TANH, step))
        losses = run(TANH, TANH.network()).losses
        assert response["place"]["loss"] == (losses[step] if step < 300 else None)
        assert response["place"]["sample"] == min(step, 299)
    assert step_detail(prepared(), STEP | {"step": 4_000}) == step_detail(prepared(), STEP)
    before = {"step": 189, "own": None, "axes": [0, 1]}
    assert step_detail(prepared(), before) == step_detail(prepared(), STEP | {"step": 189})
    response = step_detail(prepared(), STEP | {"step": 189, "unit": [1, 1]})["response"]
    learner = bench_for(TANH)
    learner.learn(189)
    grid = InputDomain(TANH).target_map.window.grid
    unit, expected = response["unit"], learner.net.respond(grid)[:, 1]
    np.testing.assert_array_equal(decoded(unit["values"]), expected.astype("f4"))
    assert [(layer["layer"], layer["count"]) for layer in response["units"]] == [(1, 2)]
    assert unit["scale"] == response["units"][0]["scale"] == np.abs(learner.net.respond(grid)).max()


def test_over_a_slow_line_weights_have_three_digits_compress_and_stay_what_they_are() -> None:
    exact, rounded = trajectory(prepared(), {}), trajectory(prepared(), {"rounded": True})
    assert {**rounded, "weights": None} == {**exact, "weights": None}
    wanted, found = decoded(exact["weights"]), decoded(rounded["weights"])
    assert np.all(np.abs(found - wanted) <= np.abs(wanted) / 4096)
    sizes = [len(brotli.compress(json.dumps(one["weights"]).encode(), quality=6)) for one in (exact, rounded)]
    assert sizes[1] < 0.75 * sizes[0]
    numbers = np.array([np.nan, np.inf, -np.inf, 0.0, 3.4028235e38, 1e300])
    clipped = np.clip(numbers, -LARGEST_FLOAT32, LARGEST_FLOAT32).astype("f4")
    assert np.array_equal(three_digits(numbers), clipped, equal_nan=True)
