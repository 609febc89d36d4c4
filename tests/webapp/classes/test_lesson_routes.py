"""Lessons by HTTP: kept, refused in a sentence, taken alone; and the way into a class."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webapp.classes.test_lesson import FILE, PLAIN, changed, places

STUCK = "/lesson/story.stuck.rate.wheels"


def test_a_lesson_is_kept_with_the_truth_about_each_step(client: FlaskClient) -> None:
    answer = client.post("/lesson", json=FILE).get_json()
    assert answer["refused"] == []
    loss, choice, hunt, alpha = answer["steps"]
    assert loss["shown"]["result"] == "It rose from 0.183 to 1.02."
    assert loss["advice"] == [
        {"good": True, "text": "They differ in α alone: 0.1 → 0.4."},
        {"good": True, "text": "The answer is no luck: 32 of 32 data seeds agree."},
        {"good": True, "text": "It can be told apart: 7 of 83 answers are within luck."},
    ]
    assert choice["shown"]["truth"] == 1
    assert choice["advice"][0] == {"good": True, "text": "They differ in weight seed alone: 1 → 7."}
    assert hunt.keys() == {"ask", "advice"}
    assert alpha["shown"]["result"].startswith("The lowest final loss is ")
    name = answer["name"]
    assert client.post("/lesson", json=FILE).get_json()["name"] == name
    file = client.get(f"/lesson/{name}.json").get_json()
    assert client.post("/lesson", json=file).get_json()["name"] == name
    assert client.get(f"/lesson/{name}/3.json").status_code == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(way=st.sampled_from(places(FILE)), value=PLAIN)
def test_a_hostile_file_gets_an_answer(client: FlaskClient, way: tuple[Any, ...], value: Any) -> None:
    body = json.dumps(changed(way, value), default=str)
    response = client.post("/lesson", data=body, content_type="application/json")
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        answer = response.get_json()
        assert bool(answer["name"]) != bool(answer["refused"])


def block(document: str, name: str) -> Any:
    """A block of JSON in a page."""
    found = re.search(f'<script type="application/json" id="{name}">(.*?)</script>', document)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("link", ["circle", "http://127.0.0.1:8050/circle"])
def test_a_link_that_names_no_experiment_is_no_run(client: FlaskClient, link: str) -> None:
    file = FILE | {"steps": [FILE["steps"][0] | {"before": link}]}
    refused = ["Step 1: A link of the bench names an experiment and its knobs, as ?experiment=circle&alpha=0.1 does."]
    assert client.post("/lesson", json=file).get_json() == {"name": None, "steps": [], "refused": refused}


def test_the_page_of_a_lesson_knows_nothing_of_the_runs_to_predict(client: FlaskClient) -> None:
    document = client.get(STUCK).get_data(as_text=True)
    state = block(document, "state")
    assert [ask["kind"] for ask in state["asks"]] == ["loss", "curve", "choice"]
    for hidden in ("0.000895", "alpha=0.02", "where(k", "truth", "right"):
        assert hidden not in json.dumps(state)
    assert len(document) < 12_000


def test_a_prediction_alone_is_told_how_near_it_came(client: FlaskClient) -> None:
    told = client.get(f"{STUCK}/1.json?mine=-61").get_json()
    assert told["own"]["words"] == "You said 0.000891: within luck."
    drawn = ",".join(["-20"] * 16)
    assert client.get(f"{STUCK}/2.json?mine={drawn}").get_json()["own"]["words"].startswith("Your curve: off by")
    assert client.get(f"{STUCK}/3.json?mine=0").get_json()["own"]["words"] == "You said “It stays the same”: right."
    assert "own" not in client.get(f"{STUCK}/1.json").get_json()


@pytest.mark.parametrize("mine", ["", "x", "1e3", "99999", "9" * 400, "1,2", "1;2", "²"])
def test_other_predictions_are_refused(client: FlaskClient, mine: str) -> None:
    response = client.get(f"{STUCK}/1.json", query_string={"mine": mine})
    assert response.status_code == 400
    assert re.search(r"\. \(\w{8}\)\s*$", response.get_data(as_text=True))


@pytest.mark.parametrize("path", [
    "/lesson/nothing", "/lesson/story.", "/lesson/story.which", "/lesson/story.stuck/0.json",
    "/lesson/story.stuck/2.json", "/lesson/story.stuck/x.json", "/lesson/nothing.json", "/lesson/nothing/1.json",
])  # fmt: skip
def test_other_addresses_are_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_editor_opens_a_lesson_that_is_there(client: FlaskClient) -> None:
    state = block(client.get("/lesson?of=story.stuck").get_data(as_text=True), "state")
    assert state["lesson"] == client.get("/lesson/story.stuck.json").get_json()
    assert block(client.get("/lesson").get_data(as_text=True), "state")["lesson"] is None
    assert client.get("/lesson?of=nothing").status_code == 404


def test_the_way_into_a_class_asks_for_its_letters_and_says_where_there_is_none(client: FlaskClient) -> None:
    assert block(client.get("/j").get_data(as_text=True), "state") == {"refused": "", "hours": 24}
    response = client.get("/j/BCDFGH")
    assert response.status_code == 404
    assert block(response.get_data(as_text=True), "state")["refused"].startswith("There is no class with this code.")
