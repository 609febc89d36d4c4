"""One visitor's numbers have a budget: larger ones are refused in words before they are drawn, learned or read."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest
from flask.testing import FlaskClient

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment
from engine.data.targets import resolve_target
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.engine.asserting import refuses
from tests.webapp.asking import SETTINGS, analysis_request, plain_knobs, plain_request, reply, stop_the_clock
from webapp import create_app
from webapp.analyses.routes import LARGEST_BODY
from webapp.base.validation import Malformed
from webapp.bench.budget import BUDGET, affordable, most_samples, run_cost
from webapp.files.file_import import FileRefused, read_file
from webapp.http.envelope import MOST_LISTS, strict_json

SLOW = "+".join(f"v{k % 2}**{k}.5" for k in range(1, 16))
"""A formula that takes a microsecond and more for each fact."""


def wide(inputs: int = 64, **changes: object) -> Experiment:
    first = CATALOGUE[FIRST].experiment
    layers, weights = (Affinity(inputs, 2),), DrawnWeights(1)
    return replace(first, layers=layers, ideal="signs", weights=weights, **changes)  # type: ignore[arg-type]


def slow(outputs: int = 16, **changes: object) -> Experiment:
    """An affine layer to many outputs, each of which is asked for by a slow formula."""
    return replace(wide(2), layers=(Affinity(2, outputs),), ideal=(SLOW,) * outputs, **changes)  # type: ignore[arg-type]


def test_more_facts_than_fit_are_refused_in_words_before_they_are_drawn(client: FlaskClient) -> None:
    client.get("/")
    for experiment in [wide(), slow(4)]:
        plain = json.loads(experiment.to_json())
        reply(client, plain_request("open", experiment=plain))
        before = time.thread_time()
        refused = reply(client, plain_request("turn", knobs=plain_knobs(samples=1_000_000)))["refused"]
        assert time.thread_time() - before < 0.2
        most = most_samples(experiment)
        assert refused == {
            "field": "samples",
            "sentence": f"Samples of {experiment.width} inputs with this target are drawn at most {most:,} times here, "
            "and 1,000,000 are asked for. Lower the samples first.",
        }
        many = json.dumps(plain | {"samples": 1_000_000}).encode()
        refuses(FileRefused, read_file, many, SETTINGS.max_samples, match="Lower the samples first")
    reply(client, plain_request("open", experiment=json.loads(wide().to_json())))
    body = analysis_request({}, samples=1_000_000)
    assert "Lower the samples first." in client.post("/analysis/trajectory", json=body).get_json()["refused"]


def test_what_is_too_large_is_not_read_and_a_run_costs_its_samples_and_formulas(client: FlaskClient) -> None:
    plain, many = wide(2, samples=1_000_000), wide(64, samples=250_000)
    assert affordable(plain, plain.network())
    assert not affordable(many, many.network())
    assert run_cost(slow(samples=1_000), slow().network()) > 10 * run_cost(wide(2, samples=1_000), wide(2).network())
    layers = (Affinity(64, 64),) * 7 + (Affinity(64, 2),)
    deep = replace(wide(), layers=layers, samples=1)
    assert BUDGET // run_cost(deep, deep.network()) < 512
    assert resolve_target("v0").work < resolve_target("sin(v0)").work < resolve_target(SLOW).work
    fewest = {key: most_samples(row.experiment) for key, row in CATALOGUE.items()}
    assert [key for key, most in fewest.items() if most < SETTINGS.max_samples] == ["digits"]
    rng = np.random.RandomState(0)
    for outputs, inputs in ((64, 64), (3, 13), (7, 256)):
        layer, X = AffinityLayer(inputs, outputs, seed=1), rng.randn(700, inputs)
        assert np.array_equal(layer.respond(X), np.stack([layer(x) for x in X]))
    before = time.thread_time()
    refuses(Malformed, strict_json, b"[" + b"[]," * 1_300_000 + b"1]", match="too many lists")
    assert time.thread_time() - before < 0.1
    assert len(strict_json(b"[" + b"[]," * (MOST_LISTS - 2) + b"1]")) == MOST_LISTS - 1
    body = b'{"asked": "' + b"a" * LARGEST_BODY + b'"}'
    assert client.post("/analysis/step", data=body, content_type="application/json").status_code == 413


def test_large_posts_and_pictures_of_formulas_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    settings = replace(SETTINGS, posts_per_session=10)
    with create_app(settings).server.test_client() as visitor:
        visitor.get("/")
        large = b"[" + b"1," * 700_000 + b"1]"
        codes = [visitor.post("/import", data=large).status_code for _ in range(3)]
    assert (codes[0], codes[-1]) == (200, 429)
    settings = replace(SETTINGS, posts_per_session=3)
    with create_app(settings).server.test_client() as visitor:
        visitor.get("/")
        statuses = {visitor.get("/formula?text=x*x").status_code for _ in range(12)}
    assert statuses == {200, 429}
