"""The routes write and read links; what no honest page requests is a 400, and no link stops the page."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from tests.webapp.asking import SETTINGS, analysis_request, plain_knobs, plain_request, reply
from webapp import create_app
from webapp.http.rate_limit import Rate
from webapp.links.lessons import CHAPTERS


@pytest.fixture(scope="module")
def page() -> Any:
    return create_app(replace(SETTINGS, links_per_minute=60)).server


@pytest.fixture
def client(page: Any) -> Iterator[FlaskClient]:
    with page.test_client() as visitor:
        visitor.get("/")
        yield visitor


def address(client: FlaskClient, key: str = FIRST, asked: object = None, **knobs: Any) -> Any:
    return client.post("/analysis/address", json=analysis_request(asked or {}, key, **knobs))


def test_the_link_of_a_turned_knob_has_its_value(client: FlaskClient) -> None:
    reply(client, plain_request("choose"))
    answer = address(client, alpha=0.252, seed=4).get_json()
    assert answer == {"query": "experiment=tanh-signs&alpha=0.252&samples=300&seed=4&v=1"}


def test_the_link_of_trained_weights_leads_to_them(client: FlaskClient) -> None:
    reply(client, plain_request("choose"))
    reply(client, plain_request("keep"))
    query = address(client).get_json()["query"]
    answer = client.post("/link", json={"query": f"?{query}"}).get_json()
    assert [answer["key"], answer["said"], answer["run"], answer["lesson"]] == [FIRST, "", None, None]
    experiment = CATALOGUE[FIRST].experiment
    wanted = experiment.with_weights_of(run(experiment, experiment.network()).trained)
    assert Experiment.from_plain(answer["experiment"]) == wanted


def test_a_tab_without_a_checkpoint_has_a_lost_bench(client: FlaskClient) -> None:
    assert address(client).get_json() == {"lost": True}


def test_a_refused_knob_has_a_sentence_and_no_link(client: FlaskClient) -> None:
    reply(client, plain_request("choose"))
    assert "α must be a number" in address(client, alpha="fast").get_json()["refused"]


def test_too_many_short_links_are_a_429(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.links.short_links.Rate", partial(Rate, clock=lambda: 0.0))
    client = create_app(replace(SETTINGS, links_per_minute=60)).server.test_client()
    client.get("/")
    reply(client, plain_request("choose", "spiral"))
    statuses = []
    for _ in range(4):
        reply(client, plain_request("randomize", "spiral"))
        reply(client, plain_request("keep", "spiral", knobs=plain_knobs("spiral", samples=5)))
        statuses.append(address(client, "spiral", samples=5).status_code)
    assert statuses[:2] == [200, 200]
    assert statuses[-1] == 429


@pytest.mark.parametrize("body", [{}, {"query": 3}, {"query": "x" * 70_000}, {"query": "", "more": 1}, []])
def test_what_no_page_requests_is_a_400(body: object, client: FlaskClient) -> None:
    assert client.post("/link", json=body).status_code == 400


def test_a_request_for_the_address_has_no_parameters(client: FlaskClient) -> None:
    reply(client, plain_request("choose"))
    assert address(client, asked={"more": 1}).status_code == 400


def test_a_link_brings_its_run_and_its_lesson(client: FlaskClient) -> None:
    answer = client.post("/link", json={"query": f"?lesson=stuck&run={'ab' * 20}"}).get_json()
    assert answer["run"] == {"fingerprint": "abababab", "along": "ab" * 16}
    assert answer["lesson"]["title"] == CHAPTERS["stuck"].title
    assert answer["experiment"]["alpha"] == 0.1


def test_a_foreign_site_follows_no_link_here(client: FlaskClient) -> None:
    for path in ("/link", "/import", "/analysis/address"):
        assert client.post(path, json={}, headers={"Origin": "https://elsewhere.example"}).status_code == 403
