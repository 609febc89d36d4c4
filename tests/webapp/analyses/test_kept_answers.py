"""What every page asks at its opening comes with the response, once somebody has asked it."""

import json
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from engine.experiments.catalogue import CATALOGUE
from tests.webapp.asking import SETTINGS, analysis_request, plain_knobs, plain_request, reply
from webapp import create_app
from webapp.analyses.kept_answers import AT_OPENING
from webapp.http.rate_limit import RETRY_AFTER


@pytest.fixture
def app() -> Dash:
    return create_app(SETTINGS)


def opened(client: FlaskClient, key: str, **changes: Any) -> dict[str, Any]:
    client.get("/")
    experiment = json.loads(CATALOGUE[key].experiment.to_json())
    return reply(client, plain_request("open", key, experiment=experiment, **changes))


def asked(client: FlaskClient, name: str, key: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(f"/analysis/{name}", json=analysis_request(AT_OPENING[name], key)).get_json()
    assert answer != {"later": RETRY_AFTER}
    return answer


@pytest.mark.parametrize("key", ["circle", "xor-one-layer"])
def test_what_the_first_one_has_asked_comes_with_the_next_ones_response(app: Dash, key: str) -> None:
    first, second = app.server.test_client(), app.server.test_client()
    assert opened(first, key)["known"] == {}
    replies = {name: asked(first, name, key) for name in AT_OPENING}
    assert all(one["runs"] > 0 for one in replies.values())
    assert opened(second, key)["known"] == {
        name: {"asked": AT_OPENING[name], "reply": replies[name] | {"runs": 0}} for name in AT_OPENING
    }


def test_of_another_run_and_with_another_response_than_an_opening_nothing_comes(app: Dash) -> None:
    first, second = app.server.test_client(), app.server.test_client()
    opened(first, "circle")
    asked(first, "luck", "circle")
    assert opened(second, "circle", knobs=plain_knobs("circle", seed=99))["known"] == {}
    assert "known" not in reply(second, plain_request("turn", "circle", serial=2, knobs=plain_knobs("circle")))
