"""Whatever is sent to the real app, by any method to any path, nothing is answered with a 5xx or a traceback.

A few hundred cases run always; `make soak` runs ten thousand of each kind. So it is by real connections, four side by
side with bodies up to the limit: each gets a whole answer, and only one that is told to come again a 503.
"""

import base64
import contextlib
import copy
import itertools
import json
import logging
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from benchmarks.load import Visitor
from engine import CATALOGUE, Affinity, DrawnWeights, Table
from engine.experiments.link_codec import to_texts
from engine.sweeps.zoom.window import PIXELS
from tests.webapp.asking import SETTINGS, envelope, plain_knobs, plain_request
from webapp import create_app
from webapp.analyses.routes import ANALYSES
from webapp.bench.changes import CHANGES
from webapp.bench.requests import ACTIONS
from webapp.files.exports import EXPORTS
from webapp.http.server import listener
from webapp.links.codec import encode_query

EASY = replace(
    SETTINGS, posts_per_session=10**6, posts_per_address=10**6, runs_per_session=10**6, links_per_minute=10**5,
    max_samples=2_000, sweeper=False,
)  # fmt: skip
SECONDS = 2.0
"""Of the processor; the largest honest answer takes a fifth."""
FEW, MANY = 40, 10_000
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
        [*ACTIONS, *CHANGES, *CATALOGUE, "M", "b", "affinity", "map", "tanh", "drawn", "given", "light", "__class__"]
    )
)

JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
TEXT = st.text(max_size=60) | st.sampled_from(["tanh(x)", "v0*v1", "[v0, v1]", "1/x^", "x; y\n1; 2", "1,2\n3"])
VALUES = (
    SCALARS
    | TEXT
    | st.lists(TEXT, max_size=3)
    | st.fixed_dictionaries({"text": TEXT, "shuffled": st.booleans()})
    | st.fixed_dictionaries({"inputs": TEXT, "ideal": st.none() | TEXT | st.lists(TEXT, max_size=3)})
)
"""Values that a change may bring, and some that it may not."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "NONSENSE")

PLAN = {"x": "alpha", "y": "seed", "from": [0, 3], "reaching": 0.1, "scored": False}
FEW_NUMBERS = "AAAAAAAA8D8="
SWEEP_METHODS = st.sampled_from(["GET", "HEAD", "DELETE"])
SWEEP_PATHS = st.builds(
    "/sweeps{}{}{}".format,
    st.sampled_from(["", "/" + "a" * 22, "/%00", "/..", "//"]),
    st.sampled_from(["", ".csv", ".npz", ".parquet", ".svg", "/runs/0", "/runs/-1", "/runs/" + "9" * 30]),
    st.sampled_from(
        ["", "?from=-1", "?as=map", "?as=part&part=1:2", "?at_most=nan", "?diverged=", "?from=" + "9" * 99]
    ),
)
KNOWN_LUCK = {"ends": [0.1] * 8 + [None], "growth": None}
HONEST: dict[str, Any] = {
    "address": {}, "curve_preview": {"weight_seed": 5},
    "landscape": {"plan": PLAN, "by": "seed", "lines": [0, 1], "along": [3, 4, 5]},
    "landscape_file": {"plan": PLAN, "kind": "csv"}
    | dict.fromkeys(("settled", "last", "diverged", "steps"), FEW_NUMBERS),
    "trajectory": {},
    "step": {"step": 3, "own": [0.5, -1.0], "axes": [0, 1], "unit": [1, 0], "large": True, "opened": 1, "held": True},
    "lr_range": {"from": 40}, "stability": {"from": 0},
    "luck": {"before": {"luck": KNOWN_LUCK, "experiment": None}},
    "more_luck": {
        "now": KNOWN_LUCK,
        "before": {
            "luck": KNOWN_LUCK, "experiment": json.loads(CATALOGUE["xor-hidden-layer"].experiment.to_json()),
        },
    },
    "twins": {}, "failure": {}, "floor": {"piece": None, "best": None},
    "surface": {"before": json.loads(CATALOGUE["xor-hidden-layer"].experiment.to_json())},
    "look": {}, "score_curve": {}, "when_decided": {"sure": False}, "which_sample": {"sure": False},
    "heights": {"before": json.loads(CATALOGUE["tanh-signs"].experiment.to_json()), "grid": "coarse", "from": 0},
    "seed_spread": {"seeds": [0, 1, 2**32 - 1]}, "percentile_band": {"first": 0},
    "sensitivity": {"strip": 3, "from": 0},
    "compare": {
        "experiment": json.loads(CATALOGUE["xor-hidden-layer"].experiment.to_json()), "axes": [1, 0],
        "through": [0.5, -1.0],
    },
    "zoom": {"x": ["alpha", 0.01, 1.0, True], "y": ["noise", 0.0, 0.5, False], "coarse": True, "first": 0},
    "zoom_border": {"ends": base64.b64encode(bytes(PIXELS * PIXELS)).decode()},
}  # fmt: skip
"""The side requests of an honest page, to be spoiled."""


@st.composite
def sweep_request(draw: st.DrawFn) -> Any:
    """An honest plan of a sweep, of which up to two parts were spoiled."""
    names = draw(st.lists(st.sampled_from([*SWEPT, "nonsense"]), max_size=5, unique=True))
    axes = {name: draw(st.sampled_from(SWEPT.get(name, ["1"])) | RANGES) for name in names}
    link = draw(st.just("samples=50") | query())
    body: Any = {"link": link, "axes": axes, "start": draw(st.booleans())}
    for _ in range(draw(st.integers(0, 2))):
        path = draw(st.sampled_from(list(places(body))))
        body = changed(body, path, draw(st.sampled_from(["replace", "replace", "drop", "add"])), draw(JSON | SMALL))
    return body


class Tracebacks(logging.Handler):
    """Keeps what was logged with a traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.seen.append(record.getMessage())


@pytest.fixture(autouse=True)
def _no_traceback_in_the_log() -> Iterator[None]:
    listening = Tracebacks()
    logging.getLogger().addHandler(listening)
    yield
    logging.getLogger().removeHandler(listening)
    assert listening.seen == []


@pytest.fixture(scope="module")
def app() -> Dash:
    return create_app(EASY)


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A visitor who has every experiment on the bench, in a tab named after it."""
    visitor: FlaskClient = app.server.test_client()
    visitor.get("/")
    for key in CATALOGUE:
        assert visitor.post(UPDATE, json=envelope(plain_request("choose", key, tab=key), 0)).status_code == 200
    return visitor


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a plain value."""
    yield path
    for name, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(part, (*path, name))


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """An honest request in which up to three parts were replaced, left out or added."""
    key = draw(st.sampled_from(list(CATALOGUE)))
    plain = plain_request(
        draw(st.sampled_from(ACTIONS)),
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
    value = copy.deepcopy(value)  # what is drawn twice must not have been changed meanwhile
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


@st.composite
def analysis_request(draw: st.DrawFn) -> tuple[str, Any]:
    """A side request and its body, of which up to two parts were spoiled."""
    key, name = draw(st.sampled_from(list(CATALOGUE))), draw(st.sampled_from([*ANALYSES, "address"]))
    samples = draw(st.integers(1, 2_000) | st.just(1_000_000))
    alpha = draw(st.sampled_from([0.1, 1e-300, 1e300]) | st.floats())
    knobs = plain_knobs(key, samples=samples, alpha=alpha, seed=draw(st.integers(0, 2**32)))
    asked = copy.deepcopy(HONEST.get(name, {}))
    body: Any = {"serial": draw(st.integers(0, 2**53)), "tab": key, "key": key, "knobs": knobs, "asked": asked}
    for _ in range(draw(st.integers(0, 2))):
        inside = [path for path in places(body) if path[:1] == ("asked",)] if draw(st.integers(0, 4)) else None
        path = draw(st.sampled_from(inside or list(places(body))))
        body = changed(body, path, draw(st.sampled_from(["replace", "replace", "drop", "add"])), draw(JSON | SMALL))
    return name, body


@st.composite
def query(draw: st.DrawFn) -> str:
    """The query of an honest link, of which up to three parts were spoiled."""
    key = draw(st.sampled_from(list(CATALOGUE)))
    # Knobs that not every α and number of samples fit are off.
    fitting = replace(CATALOGUE[key].experiment, distinct=None, decay=0.0)
    experiment = replace(fitting, samples=draw(st.integers(1, 2_000)), alpha=draw(ALPHAS))
    # A table is in no link: it comes with its own row only.
    other = key if isinstance(experiment.inputs, Table) else draw(st.sampled_from(list(CATALOGUE)))
    texts = {"experiment": key} | to_texts(experiment, CATALOGUE[other].experiment)
    for _ in range(draw(st.integers(0, 3))):
        texts[draw(st.sampled_from([*texts, "weights", "frozen", "saved", "lesson", "title", "run", "floor"]))] = draw(
            LINKED
        )
    return draw(
        st.sampled_from([encode_query(texts), encode_query(texts), quote(str(texts)), encode_query(texts) + "&%00=%ff"])
    )


@st.composite
def file(draw: st.DrawFn) -> bytes:
    """An honest file, of which up to three parts were spoiled, or a file of another kind."""
    key = draw(st.sampled_from(list(CATALOGUE)))
    experiment = json.loads(CATALOGUE[key].experiment.to_json())
    pairs = [{"M": [[0.5] * 2] * 2, "b": [0.0] * 2} for _ in experiment["layers"]]
    bare = {name: value for name, value in experiment.items() if name != "weights"}
    layers = [layer | (pairs[0] if layer["kind"] == "affinity" else {}) for layer in experiment["layers"]]
    begun = {"format": "nnbench experiment", "version": 1, "key": key, "experiment": experiment}
    weighed = {"format": "nnbench checkpoint", "version": 1, "key": key, "step": 0} | bare | {"layers": layers}
    body: Any = copy.deepcopy(draw(st.sampled_from([begun, weighed, experiment])))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(places(body))))
        body = changed(body, path, draw(st.sampled_from(["replace", "replace", "drop", "add"])), draw(JSON | SMALL))
    text = json.dumps(body).encode()
    return draw(st.sampled_from([text, text, text, b"\xef\xbb\xbf" + text, text[: len(text) // 2], b"\x80\x04" + text]))


RANGES = st.text("0123456789.:-e,log ", max_size=16) | st.sampled_from(["0:10000000", "1:0", "1:9:1e9", "nan:inf:3"])
SWEPT = {
    "alpha": ["0.01:1:9:log", "0.1,0.2", "1e-300:1e300:5:log"], "seed": ["0:3", "4294967295", "0:4294967295"],
    "weight_seed": ["0:2"], "samples": ["10,20", "1:1000000"], "momentum": ["0:0.9:3"], "width": ["1:4"],
    "optimizer": ["sgd,adam"],
}  # fmt: skip
"""Axes, and ranges of each that a sweep may have, or that are too long for it."""
SMALL: st.SearchStrategy[Any] = st.sampled_from(
    [0, 1, 2, -1, 100, 512, 2**31, 2**53, 0.5, None, True, "csv", "samples", [], {}, [0, 1], 1e300]
)
ALPHAS = st.floats(1e-12, 1e300) | st.just(0.1)
LINKED = TEXT | st.sampled_from(
    ["~", "1~AAAA", "1e999", "nan", "-1", "9" * 5000, "drawn:1", "javascript:alert(1)", "[v0,v1]"]
)


def timed(ask: Callable[[], TestResponse]) -> None:
    before = time.thread_time()
    check(ask())
    assert time.thread_time() - before < SECONDS


def check(answer: TestResponse) -> None:
    text = answer.get_data().decode(errors="replace")
    assert answer.status_code < 500, text
    assert "Traceback" not in text
    if answer.status_code >= 400 and answer.request.method == "POST":
        assert is_refusal(json.loads(text))


def is_refusal(answer: dict[str, Any]) -> bool:
    """Whether an answer says why there is none: a sentence, with an id where no page of ours sends such a request."""
    return set(answer) == {"error", "id"} or "refused" in answer


def hold(cases: int, ask: Callable[..., None], *drawn: st.SearchStrategy[Any]) -> None:
    settings(max_examples=cases, suppress_health_check=LONG, database=None)(given(*drawn)(ask))()


def everything_holds(app: Dash, client: FlaskClient, cases: int) -> None:
    """That many spoiled requests to callbacks, by any method to any path, of texts, analyses, links and files."""
    rules = sorted({rule.rule for rule in app.server.url_map.iter_rules()})
    tail = st.text(st.characters(codec="utf-8", exclude_characters="?#\r\n"), max_size=30)
    paths = st.sampled_from(rules) | st.builds(lambda rule, text: f"{rule}/{text}", st.sampled_from(rules), tail)
    plain = JSON | st.fixed_dictionaries({"text": TEXT | JSON})
    bodies = st.binary(max_size=200) | plain.map(lambda value: json.dumps(value).encode())
    kinds = st.sampled_from(["application/json", "text/plain", "multipart/form-data", ""])

    def posted(path: str, body: object) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body)
        return client.post(path, data=data, content_type="application/json")

    def open_link(query: str, where: str) -> None:
        if where == "link":
            timed(lambda: client.post("/link", json={"query": query}))
        elif where == "compare.json":
            timed(lambda: client.get(f"/{where}", query_string={"a": query, "b": "experiment=circle"}))
        else:
            timed(lambda: client.get(f"/{where}?{query}"))

    def take_route(method: str, path: str, body: bytes, kind: str, text: str, variables: str) -> None:
        path = "/" + path.lstrip("/").replace("<", "%3C").replace(">", "%3E")
        query = {"text": text, "variables": variables}
        check(client.open(path, method=method, data=body, content_type=kind, query_string=query))

    def preview(text: str, variables: str, body: object) -> None:
        check(client.get("/formula", query_string={"text": text, "variables": variables}))
        check(posted("/facts", body))

    hold(cases, lambda asked: timed(lambda: posted(f"/analysis/{asked[0]}", asked[1])), analysis_request())
    where = st.sampled_from(["link", "run.json", "compare.json", *[f"export/{name}" for name in EXPORTS]])
    hold(cases, open_link, query(), where)
    hold(cases, lambda data: timed(lambda: posted("/import", data)), file())
    hold(cases, lambda body: check(posted(UPDATE, body)), spoiled())
    hold(cases, take_route, st.sampled_from(METHODS), paths, bodies, kinds, TEXT, st.sampled_from(["x", "v", "", "q"]))
    hold(cases, lambda body: timed(lambda: posted("/sweeps", body)), sweep_request())
    hold(cases, lambda path, method: timed(lambda: client.open(path, method=method)), SWEEP_PATHS, SWEEP_METHODS)
    hold(cases, preview, TEXT, st.sampled_from(["x", "v", "w"]), JSON | st.fixed_dictionaries({"text": TEXT | JSON}))


LIMIT = 1024 * EASY.body_kb
SIDE_BY_SIDE = 4
SIZES = st.sampled_from([0] * 12 + [65_535, 65_537, 70_000, 2**18, 2**18 + 1, 2**20, LIMIT - 1, LIMIT, LIMIT + 1])
"""Bytes to which spaces make a body longer, as most bodies are short."""
UNREAD = "Request Entity Too Large."
"""The refusal of a body that is not even read."""


@st.composite
def posted_request(draw: st.DrawFn) -> tuple[str, bytes, int]:
    """A path, a body for it, and the bytes that it is to have at least."""
    kind = draw(st.integers(0, 4))
    if kind == 0:
        name, body = draw(analysis_request())
        path, data = f"/analysis/{name}", json.dumps(body).encode()
    elif kind == 1:
        path, data = "/import", draw(file())
    elif kind == 2:
        path, data = "/sweeps", json.dumps(draw(sweep_request())).encode()
    elif kind == 3:
        path, data = "/link", json.dumps({"query": draw(query())}).encode()
    else:
        path, data = UPDATE, json.dumps(draw(spoiled())).encode()
    return path, data, draw(SIZES)


def every_answer_is_whole(url: str, cases: int) -> None:
    """That many posts, four side by side."""

    def ask(visitor: Visitor, path: str, data: bytes, size: int = 0) -> tuple[int, str]:
        headers = {"Content-Type": "application/json", "Cookie": visitor.cookie}
        data = data.ljust(size)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # one that is too long is refused unread
            visitor.line.request("POST", path, data, headers)
        answer = visitor.line.getresponse()
        return answer.status, answer.read().decode()

    def hold_side_by_side(requests: list[tuple[str, bytes, int]]) -> None:
        for status, text in pool.map(ask, visitors, *zip(*requests, strict=True)):
            statuses[status] += 1
            assert status < 500 or status == HTTPStatus.SERVICE_UNAVAILABLE, text
            assert "Traceback" not in text
            if status >= HTTPStatus.BAD_REQUEST and not text.startswith(UNREAD):
                assert is_refusal(json.loads(text))

    visitors, statuses = [Visitor(url, f"tab-{number}") for number in range(SIDE_BY_SIDE)], Counter[int]()
    for visitor, key in itertools.product(visitors, CATALOGUE):
        chosen = envelope(plain_request("choose", key, tab=key), 0)
        assert ask(visitor, UPDATE, json.dumps(chosen).encode())[0] == HTTPStatus.OK
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        some = st.lists(posted_request(), min_size=SIDE_BY_SIDE, max_size=SIDE_BY_SIDE)
        hold(cases // SIDE_BY_SIDE, hold_side_by_side, some)
    for visitor in visitors:
        visitor.close()
    assert statuses[HTTPStatus.OK] > cases // 5
    assert statuses[HTTPStatus.REQUEST_ENTITY_TOO_LARGE]


@pytest.fixture(scope="module")
def url(app: Dash) -> Iterator[str]:
    """The app at a port of its own."""
    with closing(socket.create_server(("127.0.0.1", 0))) as line:
        loop = listener(line, app.server, EASY)
        thread = threading.Thread(target=loop.run)
        thread.start()
        yield f"http://127.0.0.1:{line.getsockname()[1]}/"
        loop.stop()
        thread.join()


def test_every_body_up_to_the_limit_has_a_whole_answer_beside_others(url: str) -> None:
    every_answer_is_whole(url, FEW)


@pytest.mark.soak
def test_every_body_of_ten_thousand_has_a_whole_answer_beside_others(url: str) -> None:
    every_answer_is_whole(url, MANY)


def test_every_side_request_is_known_and_a_map_that_would_fill_the_memory_refused(client: FlaskClient) -> None:
    assert set(HONEST) == {*ANALYSES, "address"}
    key = "tanh-signs"
    for name, asked in HONEST.items():
        body = {"serial": 1, "tab": key, "key": key, "knobs": plain_knobs(key), "asked": asked}
        reply = client.post(f"/analysis/{name}", json=body)
        # A file of a landscape takes the numbers of all its cells, and these are too few.
        assert reply.status_code == (400 if name == "landscape_file" else 200), name
    for width in [65, 256]:
        many = replace(CATALOGUE["tanh-signs"].experiment, layers=(Affinity(width, 2),), weights=DrawnWeights(1))
        plain = plain_request("open", experiment=json.loads(many.to_json()))
        reply = client.post(UPDATE, json=envelope(plain, 0)).get_json()["response"]["answer-0"]["data"]
        assert reply["refused"]["sentence"] == "The page takes networks of at most 8 layers, 64 wide."


def test_nothing_that_another_site_posts_is_answered_wherever_it_goes(app: Dash, client: FlaskClient) -> None:
    posted = [rule.rule for rule in app.server.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert {"/import", "/link", "/facts", "/analysis/<name>", "/analysis/address", UPDATE} <= set(posted)
    for rule in posted:
        path = rule.replace("<name>", "curve_preview").replace("<path:path>", "x")
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            assert client.post(path, json={}, headers=headers).status_code == 403, rule


def test_what_a_link_says_is_neither_a_header_nor_a_redirect_nor_markup(client: FlaskClient) -> None:
    for text in ['<script>alert(1)</script>"; filename="x.html', "a\r\nSet-Cookie: x=1", "//evil.example"]:
        names = ("experiment", "title", "prompt", "lesson", "ideal", "saved", "run", "text", "key", "compare", "a")
        for where in ("", "run.json", "compare.json", "formula", "limits", *[f"export/{name}" for name in EXPORTS]):
            for name in names:
                reply = client.get(f"/{where}?{name}={quote(text)}")
                assert reply.status_code in (200, 400)
                assert "evil" not in reply.headers.get("Location", "")
                assert reply.headers.get("Set-Cookie", "").count("x=1") == 0
                assert reply.headers["Cache-Control"].startswith(("private", "no-"))
                if reply.mimetype == "text/html":
                    markup = markup_of(reply.get_data(as_text=True))
                    assert "<" not in text or text not in markup
                    assert text not in "".join(re.findall("<[^>]*>", markup))  # a title is text between tags
                if where.startswith("export/") and reply.status_code == 200:
                    assert text not in reply.headers["Content-Disposition"]


def markup_of(document: str) -> str:
    """A document without its blocks of data, which are text in JSON, and end where the first of their tags does."""
    return re.sub(r'<script type="application/json" id="[a-z-]+">[^<]*</script>', "", document)


def test_no_request_link_file_or_text_is_a_5xx(client: FlaskClient, app: Dash) -> None:
    everything_holds(app, client, FEW)


@pytest.mark.soak
def test_no_request_link_file_or_text_of_ten_thousand_is_a_5xx(client: FlaskClient, app: Dash) -> None:
    everything_holds(app, client, MANY)
