"""A request posted to the server is answered by the engine's run, and nothing a stranger posts harms the bench."""

import inspect
import itertools
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest
from dash import Dash
from dash.development.base_component import Component
from flask.testing import FlaskClient

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import run
from tests.webapp.asking import SETTINGS, VIEW, fingerprint, plain_change, plain_knobs, plain_request, post, reply
from webapp import callbacks, create_app
from webapp.bench.knob_controls import knob_inputs
from webapp.callbacks import NO_COOKIE, OTHER_INPUTS, Responder
from webapp.jobs.answer_cache import AnswerCache
from webapp.jobs.cancellation import LatestRequests
from webapp.page.components.stores import SLOTS
from webapp.responses.run import run_response
from webapp.sessions.sessions import Sessions
from webapp.store import StoreError


@pytest.fixture(scope="module")
def app() -> Dash:
    """One that takes as many requests a second as a fast machine sends."""
    return create_app(replace(SETTINGS, posts_per_session=10**6, posts_per_address=10**6))


def opened(app: Dash) -> FlaskClient:
    visitor: FlaskClient = app.server.test_client()
    assert visitor.get("/").status_code == 200
    return visitor


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return opened(app)


def test_callbacks_are_plain_functions_even_where_asgiref_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asgiref", ModuleType("asgiref"))
    views = create_app(SETTINGS).server.view_functions.values()
    assert not any(inspect.iscoroutinefunction(view) for view in views)


def test_every_experiment_is_answered_with_the_engines_run_in_every_slot(app: Dash) -> None:
    for key in CATALOGUE:
        assert reply(opened(app), plain_request("choose", key))["summary"]["fingerprint"] == fingerprint(key)
    for slot in range(len(SLOTS)):
        visitor = opened(app)
        assert reply(visitor, plain_request("turn"), slot) == {"serial": 1, "act": "turn", "lost": True}
        reply(visitor, plain_request("choose"))
        assert reply(visitor, plain_request(serial=2), slot) == reply(visitor, plain_request(serial=2))
    for serial, act in enumerate(("choose", "turn", "randomize", "keep"), start=7):
        answer = reply(visitor, plain_request(act, serial=serial))
        assert (answer["serial"], answer["act"]) == (serial, act)


def test_a_turned_knob_is_answered_with_the_engines_run_or_refused_and_turns_back_to_the_bit(app: Dash) -> None:
    cases: list[Any] = [
        ("alpha", "0.3", {"alpha": 0.3}), ("alpha", {"position": 1}, {"alpha": 0.5}),
        ("samples", "50", {"samples": 50}), ("samples", 777, {"samples": 777}), ("seed", 9, {"seed": 9}),
    ]  # fmt: skip
    for knob, value, changes in cases:
        visitor = opened(app)
        first = reply(visitor, plain_request("choose"))
        answer = reply(visitor, plain_request(serial=2, knobs=plain_knobs() | {knob: value}))
        assert answer["summary"]["fingerprint"] == fingerprint(**changes)
    reply(visitor, plain_request(serial=3, knobs=plain_knobs(alpha=3.0, samples=900)))
    back = reply(visitor, plain_request(serial=4))
    for part in ("summary", "loss", "weights", "response"):
        assert back[part] == first[part]
    answer = reply(visitor, plain_request(serial=5, knobs=plain_knobs(samples="2,000,000")))
    assert answer["refused"] == {"field": "samples", "sentence": "Samples are a whole number from 1 to 1,000,000."}
    assert "loss" not in answer
    assert reply(visitor, plain_request(serial=6))["summary"]["fingerprint"] == fingerprint()


def test_a_page_without_a_cookie_is_told_and_logged_once(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    plain = plain_request("open", experiment=json.loads(CATALOGUE[FIRST].experiment.to_json()))
    without = client.application.test_client(use_cookies=False)
    answers = [reply(without, plain) for _ in range(2)]
    assert answers == [{"serial": 1, "act": "open", "note": NO_COOKIE}] * 2
    assert caplog.text.count("let Cookie and Set-Cookie pass") == 1
    reply(client, plain)
    assert "loss" in reply(client, plain), "the cookie came"


def test_a_lost_bench_goes_on_and_releases_train_nothing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/")
    first = CATALOGUE[FIRST].experiment
    kept = first.with_weights_of(run(first, first.network()).trained)
    plain = json.loads(kept.to_json())
    answer = reply(client, plain_request("open", experiment=plain, knobs=plain_knobs(alpha=0.2)))
    again = replace(kept, alpha=0.2)
    assert answer["summary"]["fingerprint"] == run(again, again.network()).fingerprint
    reply(client, plain_request("choose"))
    moved = plain_knobs(alpha=0.2)
    held = reply(client, plain_request(knobs=moved, view=VIEW | {"limits": [-9.0, 9.0]}))
    monkeypatch.setattr("webapp.bench.run_cache.run", None)
    released = reply(client, plain_request(knobs=moved))
    assert released["summary"] == held["summary"]
    assert held["limits"] == [-9.0, 9.0] != released["limits"]


def test_visitors_apps_and_many_tabs_at_once_each_get_their_own_answer(app: Dash) -> None:
    one, other = app.server.test_client(), app.server.test_client()
    reply(one, plain_request("choose"))
    reply(other, plain_request("choose", "xor-one-layer"))
    assert reply(one, plain_request(serial=2))["summary"]["fingerprint"] == fingerprint()
    turned = plain_request(key="xor-one-layer", serial=2, knobs=plain_knobs("xor-one-layer"))
    assert reply(other, turned)["summary"]["fingerprint"] == fingerprint("xor-one-layer")
    first = app.server.test_client().get("/").get_data(as_text=True)
    other = create_app(SETTINGS).server.test_client()
    again = other.get("/")
    assert again.get_data(as_text=True).count("<html lang=") == first.count("<html lang=") == 1
    assert again.get_data(as_text=True).count("mantine-color-scheme-value") == first.count("mantine-color-scheme-value")
    assert reply(other, plain_request("choose"))["summary"]["fingerprint"] == fingerprint()

    def visit(seed: int) -> tuple[str, str]:
        visitor = app.server.test_client()
        reply(visitor, plain_request("choose"))
        answer = reply(visitor, plain_request(serial=2, knobs=plain_knobs(seed=seed)))
        return answer["summary"]["fingerprint"], fingerprint(seed=seed)

    with ThreadPoolExecutor(4) as pool:
        for given, wanted in pool.map(visit, range(12)):
            assert given == wanted


NOT_JSON = (b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"output": NaN}', b'{"output": 1e999}', b"null", b"[]", b'"x"')


def refused(response: Any, status: int = 400) -> None:
    """Is refused with one sentence and an id, and without a traceback."""
    text = response.get_data(as_text=True)
    assert response.status_code == status, text
    assert "Traceback" not in text
    assert "File " not in text
    assert set(json.loads(text)) == {"error", "id"}


def test_what_is_no_request_is_a_400_in_one_sentence_and_harms_no_bench(client: FlaskClient) -> None:
    for data in NOT_JSON:
        refused(client.post("/_dash-update-component", data=data, content_type="application/json"))
    cases: list[Any] = [None, 1, "x", [], {}, {"layers": [{"kind": "affinity"}]}, {"ideal": "os.system"}]
    for experiment in cases:
        answer = reply(client, plain_request("open", experiment=experiment))
        assert answer["refused"]["sentence"].endswith(".")
    for tab in ("", "../../etc", "a b", "é"):
        refused(post(client, plain_request("choose", tab=tab)))
    refused(client.post("/_dash-update-component", json={"output": "x.data", "outputs": [], "inputs": []}))
    refused(post(client, "x" * (SETTINGS.max_body + 1)), 413)
    reply(client, plain_request("choose"))
    for plain in hostile_requests():
        refused(post(client, plain))
    assert reply(client, plain_request(serial=2))["summary"]["fingerprint"] == fingerprint()


WRONG: tuple[Any, ...] = (None, True, "x" * 200, [], {})
"""Values that occur nowhere in a request, but for these."""
RIGHT = {
    (("cell",), "null"), (("knobs", "distinct"), "null"), (("knobs", "nesterov"), "true"),
    (("knobs", "rate"), json.dumps("x" * 200)), (("knobs", "without"), json.dumps("x" * 200)),
    (("change",), "null"), (("before",), "null"), (("point",), "null"),
    (("view", "limits"), "null"), (("view", "maps"), "true"), (("view", "step"), "null"), (("view", "own"), "null"),
    (("view", "own"), "[]"), (("view", "unit"), "null"), (("view", "large"), "true"), (("view", "held"), "true"),
    (("view", "opened"), "null"), (("view", "answers"), "null"), (("change", "value"), "null"),
    (("view", "through"), "null"), (("view", "through"), "[]"),
    (("change", "value"), "true"),
    (("change", "value"), json.dumps("x" * 200)), (("change", "value"), "[]"),
}  # fmt: skip


def hostile_requests() -> Iterator[object]:
    yield from (None, True, 1, 1.5, "turn", [], {}, [plain_request()])
    whole = plain_change("freeze", value=True, cell={"layer": 0, "name": "M", "row": 0, "column": 0, "text": "1"})
    deep = [(name, part) for name in ("knobs", "cell", "change", "view") for part in whole[name]]
    for path in [*((name,) for name in whole if name != "experiment"), *deep]:
        for value in WRONG:
            if (path, json.dumps(value)) not in RIGHT:
                yield changed(whole, path, value)


def changed(plain: dict[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    first, *rest = path
    return plain | {first: changed(plain[first], tuple(rest), value) if rest else value}


def ask_in_a_request(app: Dash, sessions: Sessions, latest: LatestRequests, **changes: Any) -> dict[str, Any]:
    with app.server.test_request_context("/"):
        return Responder(sessions, SETTINGS, latest=latest).respond(plain_request(**changes))


def test_a_failing_store_is_a_sentence_and_overtaken_work_dropped(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {f"{name}.side_effect": StoreError("the disk is gone") for name in ("get", "put", "drop", "join")}
    answer = ask_in_a_request(app, Sessions(SETTINGS, Mock(**gone)), LatestRequests(), act="choose")
    assert set(answer) == {"serial", "act", "note"}
    assert answer["note"].endswith(".")
    assert "disk" not in answer["note"]
    latest, sessions = LatestRequests(clock=itertools.count().__next__), Sessions.from_settings(SETTINGS)
    monkeypatch.setattr(sessions, "session_id", lambda: "s" * 32)
    assert "loss" in ask_in_a_request(app, sessions, latest, act="choose", serial=9)
    assert ask_in_a_request(app, sessions, latest, serial=8) == {"serial": 8, "act": "turn", "dropped": True}
    assert "loss" in ask_in_a_request(app, sessions, latest, serial=10)


def named(node: Any) -> Iterator[str]:
    if isinstance(node, Component):
        own = getattr(node, "id", None)
        yield from [own] if isinstance(own, str) else []
        yield from named(getattr(node, "children", None))
        for part in ("leftSection", "rightSection", "label"):
            yield from named(getattr(node, part, None))
    elif isinstance(node, list | tuple):
        yield from itertools.chain.from_iterable(map(named, node))


def test_every_callback_reads_and_writes_what_dash_mounts_once(app: Dash) -> None:
    mounted = set(named(app.layout))
    used = {name for name, _ in (*knob_inputs(), *OTHER_INPUTS)} | {name for slot in SLOTS for name in slot}
    assert used <= mounted
    flat = [name for slot in SLOTS for name in slot]
    assert len(set(flat)) == len(flat) == 12


def test_a_link_that_a_class_opens_is_trained_and_drawn_once(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Mock(side_effect=run_response)
    monkeypatch.setattr(callbacks, "run_response", counted)
    experiment, answers = json.loads(CATALOGUE["circle"].experiment.to_json()), AnswerCache()

    def open_link(**changes: Any) -> dict[str, Any]:
        request = plain_request("open", "circle", experiment=experiment, **changes)
        with app.server.test_request_context("/", headers={"Cookie": "a=b"}):
            sessions = Sessions.from_settings(SETTINGS)
            return Responder(sessions, SETTINGS, answers=answers).respond(request)

    first, second = open_link(serial=1), open_link(serial=2)
    assert (second, [call.args[0] for call in counted.call_args_list]) == (first | {"serial": 2}, ["circle"])
    knobs = plain_knobs("circle", seed=99)
    assert open_link(knobs=knobs)["summary"]["fingerprint"] != first["summary"]["fingerprint"]
    dark = open_link(view=VIEW | {"theme": "dark"})
    assert dark["summary"] == first["summary"]
    assert dark["loss"] != first["loss"]
    open_link(before=first["summary"])
    open_link(before=first["summary"])
    assert counted.call_count == 5
