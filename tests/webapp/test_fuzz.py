"""Whatever is sent to the real app, by any method to any path, nothing is answered with a 5xx or a traceback.

A few hundred cases run always; `make soak` runs ten thousand of each kind.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from engine.catalogue import CATALOGUE
from engine.experiment import Affinity, DrawnWeights
from tests.webapp.asking import SETTINGS, envelope, plain_ask
from webapp import create_app
from webapp.asks import ACTS
from webapp.changes import CHANGES

EASY = replace(SETTINGS, posts_per_session=10**6, posts_per_address=10**6, max_samples=2_000)
FEW, MANY = 100, 10_000
UPDATE = "/_dash-update-component"
CELL = {"layer": 0, "name": "M", "row": 0, "column": 1, "text": "0.5"}
LONG = HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        [*ACTS, *CHANGES, *CATALOGUE, "M", "b", "affinity", "map", "tanh", "drawn", "given", "light", "__class__"]
    )
)


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists and objects of such values."""
    return st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5)


JSON = st.recursive(SCALARS, nested, max_leaves=12)
TEXT = st.text(max_size=60) | st.sampled_from(["tanh(x)", "v0*v1", "[v0, v1]", "1/x^", "x; y\n1; 2", "1,2\n3"])
VALUES = SCALARS | TEXT | st.lists(TEXT, max_size=3) | st.fixed_dictionaries({"text": TEXT, "shuffled": st.booleans()})
"""What a change may bring, and what it may not."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "NONSENSE")


@pytest.fixture(scope="module")
def app() -> Dash:
    return create_app(EASY)


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    visitor: FlaskClient = app.server.test_client()
    visitor.get("/")
    return visitor


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a plain value."""
    yield path
    parts: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, (*path, name))


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """An honest request in which up to three parts were replaced, left out or added."""
    key = draw(st.sampled_from(list(CATALOGUE)))
    plain = plain_ask(
        draw(st.sampled_from(ACTS)),
        key,
        experiment=json.loads(CATALOGUE[key].experiment.to_json()),
        cell=draw(st.none() | st.just(CELL)),
        change={"do": draw(st.sampled_from(list(CHANGES))), "at": draw(st.integers(0, 3)), "value": draw(VALUES)},
        serial=draw(st.integers(0, 2**53)),
    )
    body: Any = envelope(copy.deepcopy(plain), draw(st.integers(0, 2)))
    for _ in range(draw(st.integers(1, 3))):
        # Most of a request is its value; the envelope is spoiled too, but not nearly always.
        inside = [path for path in places(body) if len(path) > 3] if draw(st.integers(0, 4)) else list(places(body))
        path = draw(st.sampled_from(inside or [()]))
        body = changed(body, path, draw(st.sampled_from(["replace", "replace", "drop", "add"])), draw(JSON))
    return body


def changed(body: Any, path: tuple[Any, ...], how: str, value: object) -> Any:
    """The body with one part of it replaced, left out, or given a neighbour."""
    if not path:
        return value
    holder = body
    for name in path[:-1]:
        holder = holder[name]
    if how == "drop":
        del holder[path[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder[json.dumps(value)[:20]] = value
    else:
        holder[path[-1]] = value
    return body


def check(answer: TestResponse) -> None:
    """Is no 5xx, and shows nothing of the code."""
    text = answer.get_data().decode(errors="replace")
    assert answer.status_code < 500, text
    assert "Traceback" not in text
    if answer.status_code >= 400 and answer.request.method == "POST":
        assert set(json.loads(text)) == {"error", "id"}


def callbacks_hold(client: FlaskClient, cases: int) -> None:
    """That many spoiled requests to the callbacks."""

    @settings(max_examples=cases, deadline=None, suppress_health_check=LONG, database=None)
    @given(spoiled())
    def hold(body: object) -> None:
        check(client.post(UPDATE, data=json.dumps(body), content_type="application/json"))

    hold()


def routes_hold(app: Dash, client: FlaskClient, cases: int) -> None:
    """That many requests by any method to any path, with any body."""
    rules = sorted({rule.rule for rule in app.server.url_map.iter_rules()})
    tail = st.text(st.characters(codec="utf-8", exclude_characters="?#\r\n"), max_size=30)
    paths = st.sampled_from(rules) | st.builds(lambda rule, text: f"{rule}/{text}", st.sampled_from(rules), tail)
    plain = JSON | st.fixed_dictionaries({"text": TEXT | JSON})
    bodies = st.binary(max_size=200) | plain.map(lambda value: json.dumps(value).encode())
    kinds = st.sampled_from(["application/json", "text/plain", "multipart/form-data", ""])

    @settings(max_examples=cases, deadline=None, suppress_health_check=LONG, database=None)
    @given(st.sampled_from(METHODS), paths, bodies, kinds, TEXT, st.sampled_from(["x", "v", "", "q"]))
    def hold(method: str, path: str, body: bytes, kind: str, text: str, variables: str) -> None:
        path = "/" + path.lstrip("/").replace("<", "%3C").replace(">", "%3E")
        query = {"text": text, "variables": variables}
        check(client.open(path, method=method, data=body, content_type=kind, query_string=query))

    hold()


@pytest.mark.parametrize("width", [65, 256])
def test_a_network_whose_map_would_fill_the_memory_is_refused_in_words(client: FlaskClient, width: int) -> None:
    many = replace(CATALOGUE["tanh-signs"].experiment, layers=(Affinity(width, 2),), weights=DrawnWeights(1))
    plain = plain_ask("open", experiment=json.loads(many.to_json()))
    told = client.post(UPDATE, json=envelope(plain, 0)).get_json()["response"]["answer-0"]["data"]
    assert told["refused"]["sentence"] == "The page takes networks of at most 8 layers, 64 wide."


def previews_hold(client: FlaskClient, cases: int) -> None:
    """That many texts to what looks at a formula and at facts before they count."""

    @settings(max_examples=cases, deadline=None, suppress_health_check=LONG, database=None)
    @given(TEXT, st.sampled_from(["x", "v", "w"]), JSON | st.fixed_dictionaries({"text": TEXT | JSON}))
    def hold(text: str, variables: str, body: object) -> None:
        check(client.get("/formula", query_string={"text": text, "variables": variables}))
        check(client.post("/facts", data=json.dumps(body), content_type="application/json"))

    hold()


def test_no_request_to_a_callback_is_a_5xx(client: FlaskClient) -> None:
    callbacks_hold(client, FEW)


def test_no_request_to_a_route_is_a_5xx(app: Dash, client: FlaskClient) -> None:
    routes_hold(app, client, FEW)


def test_no_text_that_is_typed_or_pasted_is_a_5xx(client: FlaskClient) -> None:
    previews_hold(client, FEW)


@pytest.mark.soak
def test_no_text_of_ten_thousand_that_is_typed_or_pasted_is_a_5xx(client: FlaskClient) -> None:
    previews_hold(client, MANY)


@pytest.mark.soak
def test_no_request_of_ten_thousand_to_a_callback_is_a_5xx(client: FlaskClient) -> None:
    callbacks_hold(client, MANY)


@pytest.mark.soak
def test_no_request_of_ten_thousand_to_a_route_is_a_5xx(app: Dash, client: FlaskClient) -> None:
    routes_hold(app, client, MANY)
