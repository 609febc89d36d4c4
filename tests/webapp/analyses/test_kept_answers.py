"""Analyses that a page requests by itself come with the response to an opened link, once a page has requested them."""

import json
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from engine.experiments.catalogue import CATALOGUE
from tests.webapp.asking import SETTINGS, analysis_request, plain_knobs, plain_request, reply
from webapp import create_app
from webapp.analyses.kept_answers import LARGEST_KNOWN, without_runs
from webapp.http.rate_limit import RETRY_AFTER
from webapp.jobs.answer_cache import length_of


@pytest.fixture
def app() -> Dash:
    return create_app(SETTINGS)


def opened(client: FlaskClient, key: str, **changes: Any) -> dict[str, Any]:
    client.get("/")
    experiment = json.loads(CATALOGUE[key].experiment.to_json())
    return reply(client, plain_request("open", key, experiment=experiment, **changes))


def replied(client: FlaskClient, key: str, name: str, question: object) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(f"/analysis/{name}", json=analysis_request(question, key)).get_json()
    assert answer != {"later": RETRY_AFTER}
    return answer


QUESTIONS = [("luck", {"before": None}), ("failure", {}), ("lr_range", {"from": 0}), ("seed_spread", {"seeds": [4, 1]})]


def test_what_the_first_one_has_asked_comes_with_the_next_ones_response(app: Dash) -> None:
    for key in ["circle", "xor-one-layer"]:
        first, second = app.server.test_client(), app.server.test_client()
        assert opened(first, key)["known"] == []
        replies = [replied(first, key, name, question) for name, question in QUESTIONS]
        expected = [
            {"name": name, "asked": question, "reply": without_runs(reply)}
            for (name, question), reply in zip(QUESTIONS, replies, strict=True)
        ]
        assert [one.get("runs", 1) > 0 for one in replies] == [True] * len(QUESTIONS)
        assert opened(second, key)["known"] == expected
        for name, question in QUESTIONS:
            replied(second, key, name, question)
        assert opened(second, key, serial=9)["known"] == expected


def test_what_is_about_another_run_too_or_too_large_stays_with_whoever_asked(app: Dash) -> None:
    first, second = app.server.test_client(), app.server.test_client()
    before = {"experiment": json.loads(CATALOGUE["circle"].experiment.to_json()), "luck": None}
    opened(first, "circle")
    replied(first, "circle", "luck", {"before": before})
    replied(first, "circle", "percentile_band", {"first": 0})
    assert opened(second, "circle")["known"] == []
    seeds = 200
    for seed in range(seeds):
        replied(first, "circle", "seed_spread", {"seeds": [seed]})
    known = opened(second, "circle")["known"]
    assert len(known) < seeds
    assert [one["asked"]["seeds"] for one in known] == [[seed] for seed in range(len(known))]
    assert length_of(known) <= LARGEST_KNOWN
    first, second = app.server.test_client(), app.server.test_client()
    opened(first, "circle")
    replied(first, "circle", *QUESTIONS[0])
    assert opened(second, "circle", knobs=plain_knobs("circle", seed=99))["known"] == []
    assert "known" not in reply(second, plain_request("turn", "circle", serial=2, knobs=plain_knobs("circle")))
