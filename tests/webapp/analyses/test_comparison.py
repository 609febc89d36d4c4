"""A pinned run is trained once more, and seen where the page draws the run that it shows."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import Affinity, AffinityLayer, BenchError, DrawnWeights, Experiment, Map, MapLayer, Network, NNBench
from engine.base.numerics import FloatArray
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import parameters, run
from engine.rules.losses import softmax
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from tests.webapp.decoding import decoded
from webapp.analyses.comparison import TOO_LONG, comparison
from webapp.base.validation import Malformed
from webapp.bench import budget
from webapp.bench.actions import PreparedRun, read_pinned
from webapp.bench.knob_values import Refused
from webapp.figures.response_maps import Window
from webapp.local.own_bench import local_bench, local_content
from webapp.responses.input_domain import InputDomain

TANH = CATALOGUE[FIRST].experiment
THREE = Experiment((Affinity(3, 1), Map("tanh")), ("v0*v1 + v2",), DrawnWeights(1), samples=50)
DIVERGING = Experiment((Affinity(2, 2), Map("square/2")), "squared difference", DrawnWeights(2), alpha=0.5)


def compared(other: Experiment, shown: Experiment = TANH, **more: Any) -> dict[str, Any]:
    asked = {"experiment": json.loads(other.to_json()), "axes": [0, 1], "through": None} | more
    return comparison(PreparedRun(shown, shown.network()), asked)


def trained(experiment: Experiment) -> Network:
    return run(experiment, experiment.network()).trained


def outputs(response: dict[str, Any]) -> FloatArray:
    return decoded(response["map"]["output"])


def test_the_other_run_is_trained_and_drawn_on_the_grid_of_the_shown_one() -> None:
    other = replace(TANH, alpha=0.3, seed=7, inputs="uniform")
    response, network, grid = compared(other), trained(other), InputDomain(TANH).target_map.window.grid
    assert np.array_equal(outputs(response), network.respond(grid).T.ravel().astype("f4"))
    assert np.array_equal(decoded(response["weights"]), np.concatenate([a.ravel() for a in parameters(network)]))
    assert [response[name] for name in ("inputs", "outputs", "shapes", "runs")] == [2, 2, [[2, 2]], 1]
    assert response["fingerprint"] == run(other, other.network()).fingerprint
    other = replace(THREE, alpha=0.01)
    response = compared(other, THREE, axes=[2, 0], through=[0.5, 0.25, -1.0])
    window = Window(InputDomain(THREE).reach, 3, (2, 0), (0.5, 0.25, -1.0))
    assert np.array_equal(outputs(response), trained(other).respond(window.grid).T.ravel().astype("f4"))
    classes = ("where(v0>0,1,0)", "where(v0>0,0,1)")
    usual = replace(TANH, ideal=classes, layers=(Affinity(2, 2),), samples=80)
    shares, grid = replace(usual, loss="cross-entropy"), InputDomain(usual).target_map.window.grid
    in_shares = outputs(compared(usual, shares)).reshape(2, -1)
    np.testing.assert_allclose(in_shares, softmax(trained(usual).respond(grid)).T, rtol=1e-5)
    assert np.array_equal(outputs(compared(shares, usual)), trained(shares).respond(grid).T.ravel().astype("f4"))


def test_a_run_of_another_shape_has_weights_and_the_map_that_fits_and_one_that_diverges_is_seen_before_that() -> None:
    response = compared(THREE)
    assert response["map"] is None
    assert [response["inputs"], response["outputs"], response["shapes"]] == [3, 1, [[1, 3]]]
    other = CATALOGUE["xor-hidden-layer"].experiment
    response, grid = compared(other), InputDomain(TANH).target_map.window.grid
    assert np.array_equal(outputs(response), trained(other).respond(grid).ravel().astype("f4"))
    assert response["shapes"] == [[4, 2], [1, 4]]
    response = compared(DIVERGING)
    assert run(DIVERGING, DIVERGING.network()).diverged_at is not None
    weights = decoded(response["weights"])
    assert np.isfinite(weights).all()
    assert np.array_equal(weights, np.concatenate([a.ravel() for a in parameters(trained(DIVERGING))]))


def test_what_is_no_question_or_too_expensive_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    refuses(Refused, compared, Experiment((Affinity(2, 65), Affinity(65, 1)), "xor"))
    cases: list[Any] = [None, [], {}, {"layers": 1}, "tanh"]
    for experiment in cases:
        with pytest.raises(BenchError):
            comparison(prepared_for(FIRST), {"experiment": experiment, "axes": [0, 1], "through": None})
    changes: list[Any] = [{"axes": [0, 0]}, {"through": "x"}, {"more": 1}]
    for change in changes:
        refuses(Malformed, compared, TANH, **change)
    network = Network()
    network.extend(AffinityLayer(2, 2, 1))
    network.extend(MapLayer(np.tanh, lambda d: 1 - np.tanh(d) ** 2))
    content = local_content(local_bench(NNBench(network, lambda v: [v[0], v[1]])), 60)
    experiment = next(iter(content.rows.values())).experiment
    pinned = replace(experiment, alpha=0.4, samples=20)
    asked = {"experiment": json.loads(pinned.to_json()), "axes": [0, 1], "through": None}
    response = comparison(PreparedRun(experiment, experiment.network(), content=content), asked)
    assert response["fingerprint"] == run(pinned, pinned.network()).fingerprint
    assert read_pinned(asked["experiment"], content).alpha == 0.4
    price = budget.run_cost(TANH, TANH.network())
    monkeypatch.setattr(budget, "BUDGET", price - 1)
    assert compared(TANH) == {"none": TOO_LONG}
    monkeypatch.setattr(budget, "BUDGET", price)
    assert "none" not in compared(TANH)
