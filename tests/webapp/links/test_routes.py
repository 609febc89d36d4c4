"""The routes write and read links; what no honest page requests is a 400, and no link stops the page."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import Experiment, run
from engine.experiments.catalogue import CATALOGUE, FIRST
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


def test_a_link_brings_its_run_and_its_lesson_and_what_no_page_requests_is_refused(client: FlaskClient) -> None:
    assert address(client).get_json() == {"lost": True}
    reply(client, plain_request("choose"))
    answer = address(client, alpha=0.252, seed=4).get_json()
    assert answer == {"query": "experiment=tanh-signs&alpha=0.252&samples=300&seed=4&v=1"}
    reply(client, plain_request("keep"))
    query = address(client).get_json()["query"]
    answer = client.post("/link", json={"query": f"?{query}"}).get_json()
    assert [answer["key"], answer["said"], answer["run"], answer["lesson"]] == [FIRST, "", None, None]
    experiment = CATALOGUE[FIRST].experiment
    wanted = experiment.with_weights_of(run(experiment, experiment.network()).trained)
    assert Experiment.from_plain(answer["experiment"]) == wanted
    assert "α must be a number" in address(client, alpha="fast").get_json()["refused"]
    answer = client.post("/link", json={"query": f"?lesson=stuck&run={'ab' * 20}"}).get_json()
    assert answer["run"] == {"fingerprint": "abababab", "along": "ab" * 16}
    assert (answer["lesson"]["title"], answer["experiment"]["alpha"]) == (CHAPTERS["stuck"].title, 0.1)
    for body in [{}, {"query": 3}, {"query": "x" * 70_000}, {"query": "", "more": 1}, []]:
        assert client.post("/link", json=body).status_code == 400
    reply(client, plain_request("choose"))
    assert address(client, asked={"more": 1}).status_code == 400


def test_a_short_link_leads_to_its_query_and_what_no_link_holds_is_refused(client: FlaskClient) -> None:
    query = "experiment=circle&alpha=0.21&title=Homework+%3C1%3E&prompt=Why%3F%0ASet+%CE%B1.&only=alpha"
    made = client.post("/shorten", json={"query": query}).get_json()
    assert made == client.post("/shorten", json={"query": query}).get_json()
    assert (len(made["name"]), made["days"]) == (16, SETTINGS.link_days)
    led = client.get(f"/l/{made['name']}")
    assert (led.status_code, led.headers["Location"]) == (302, f"/?{query}")
    for name in ("A" * 16, "x", "%00", "..%2Flink", made["name"][:-1]):
        assert client.get(f"/l/{name}").status_code == 404
    for body in [
        {}, [], {"query": 5}, {"query": ""}, {"query": "a b"}, {"query": "α"}, {"query": "a\nSet-Cookie: b"},
        {"query": "x" * 4_001}, {"query": "a", "more": 1},
    ]:  # fmt: skip
        assert client.post("/shorten", json=body).status_code == 400


def test_a_short_link_begins_with_the_path_that_the_bench_is_served_under() -> None:
    client = create_app(replace(SETTINGS, url_prefix="/bench")).server.test_client()
    name = client.post("/shorten", json={"query": "seed=5"}).get_json()["name"]
    assert client.get(f"/l/{name}").headers["Location"] == "/bench/?seed=5"


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
    assert (statuses[:2], statuses[-1]) == ([200, 200], 429)
