"""A side request is about the stored run and changes nothing; what no honest page requests is a 400."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast
from unittest.mock import Mock

import numpy as np
import pytest
from dash import Dash
from flask.testing import FlaskClient

from engine import kernel, run
from engine.base.smoothing import low_pass
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.webapp.asking import analysis_request, plain_request, reply
from tests.webapp.decoding import decoded
from webapp.analyses.routes import ANALYSES, Analysis
from webapp.analyses.seed_spread import seed_spread
from webapp.bench import budget


@pytest.fixture
def client(app: Dash) -> Iterator[FlaskClient]:
    """A visitor who has the first experiment on the bench."""
    with app.server.test_client() as visitor:
        visitor.get("/")
        reply(visitor, plain_request("choose"))
        yield visitor


def test_a_curve_preview_is_the_low_pass_line_of_the_run_under_the_knobs_of_the_request(client: FlaskClient) -> None:
    plain = analysis_request({"weight_seed": None}, alpha=0.3, seed=9)
    line = client.post("/analysis/curve_preview", json=plain).get_json()["line"]
    experiment = replace(CATALOGUE[FIRST].experiment, alpha=0.3, seed=9)
    _, smooth = low_pass(run(experiment, experiment.network()).losses)
    assert np.array_equal(decoded(line["y"]), smooth.astype(np.float32))
    line = client.post("/analysis/curve_preview", json=analysis_request({"weight_seed": 5})).get_json()["line"]
    experiment = CATALOGUE[FIRST].experiment
    experiment = replace(experiment, weights=replace(experiment.weights, seed=5))  # type: ignore[arg-type]
    _, smooth = low_pass(run(experiment, experiment.network()).losses)
    assert np.array_equal(decoded(line["y"]), smooth.astype(np.float32))


def test_a_preview_too_long_or_too_early_has_no_line(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "BUDGET", 1)
    plain = analysis_request({"weight_seed": None})
    assert client.post("/analysis/curve_preview", json=plain).get_json() == {"line": None}
    monkeypatch.setattr(kernel, "ready", lambda *, by_rule=False: not by_rule)
    assert client.post("/analysis/curve_preview", json=plain).get_json() == {"line": None}
    by_rule = analysis_request({"weight_seed": None}, momentum=0.5)
    assert client.post("/analysis/curve_preview", json=by_rule).get_json() == {"later": 1}
    monkeypatch.setattr(kernel, "ready", lambda *, by_rule=False: False)
    assert client.post("/analysis/curve_preview", json=plain).get_json() == {"later": 1}


def test_what_no_honest_page_requests_is_refused(client: FlaskClient) -> None:
    reply = client.post("/analysis/curve_preview", json=analysis_request({"weight_seed": None}, samples=0)).get_json()
    assert reply == {"refused": "Samples are a whole number from 1 to 1,000,000."}
    another = analysis_request({"weight_seed": None}) | {"tab": "another"}
    assert client.post("/analysis/curve_preview", json=another).get_json() == {"lost": True}
    cases: list[Any] = [None, {}, [], {"weight_seed": "1"}, {"weight_seed": 2**32}, {"weight_seed": None, "x": 1}]
    for asked in cases:
        assert client.post("/analysis/curve_preview", json=analysis_request(asked)).status_code == 400
    for plain, name in itertools.product([[], {}, "x", {"serial": 1}], ANALYSES):
        assert client.post(f"/analysis/{name}", json=plain).status_code == 400
    assert client.post("/analysis/nothing", json=analysis_request({})).status_code == 404


def seats(app: Dash, count: int) -> list[FlaskClient]:
    """Visitors of one class, each with the first experiment on the bench."""
    found = [app.server.test_client() for _ in range(count)]
    for visitor in found:
        visitor.get("/")
        reply(visitor, plain_request("choose"))
    return found


def test_what_a_class_asks_alike_costs_the_second_no_runs(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Mock(side_effect=seed_spread)
    monkeypatch.setitem(cast("dict[str, Analysis]", ANALYSES), "seed_spread", Analysis(counted))
    plain = analysis_request({"seeds": [5, 6, 7]}, alpha=0.123)
    answers = [visitor.post("/analysis/seed_spread", json=plain).get_json() for visitor in seats(app, 3)]
    assert counted.call_count == 1
    assert answers[0] == answers[1] == answers[2]
    one, other = seats(app, 2)
    asked = analysis_request({"from": 0}, alpha=0.123)
    assert one.post("/analysis/lr_range", json=asked).get_json()["runs"] > 0
    assert other.post("/analysis/lr_range", json=asked).get_json()["runs"] == 0


def test_other_weights_are_another_question_and_recordings_end(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = seats(app, 2)
    plain = analysis_request({"seeds": [5, 6, 7]}, alpha=0.124)
    before = one.post("/analysis/seed_spread", json=plain).get_json()
    assert reply(other, plain_request("keep", serial=2))["summary"]
    assert other.post("/analysis/seed_spread", json=plain).get_json() != before
    assert one.post("/analysis/seed_spread", json=plain).get_json() == before
    (visitor,) = seats(app, 1)
    monkeypatch.setattr("webapp.analyses.trajectory.BUDGET", 20_000)
    plain = analysis_request({}, alpha=0.125)
    answers = [visitor.post("/analysis/trajectory", json=plain).get_json() for _ in range(40)]
    assert "done" in answers[0]
    assert answers[-1]["last"] == CATALOGUE[FIRST].experiment.samples
