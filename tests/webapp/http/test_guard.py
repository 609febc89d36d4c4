"""Requests that no honest page sends are refused in words, and the page's parts stay as we made them."""

import io
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
import pytest
from dash import ALL, MATCH, Dash, Input, Output, State, ctx, dcc, hooks, html
from dash.testing.composite import DashComposite
from flask import request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from webapp.base.validation import Malformed
from webapp.http.envelope import DEEPEST
from webapp.http.guard import OTHER_VERSION, inline_hashes, install
from webapp.sessions.sessions import BadTab
from webapp.settings import Settings

PLAIN = Settings(secret_key="s" * 32, body_kb=64)
POST = "/_dash-update-component"
BUG = "a bug of ours"


def small_app(settings: Settings = PLAIN) -> Dash:
    """An app with one callback of every kind that Dash has and no file of ours, behind the guard."""
    app = Dash(
        "small", assets_ignore=".*", requests_pathname_prefix=settings.prefix, routes_pathname_prefix="/",
        health_endpoint="healthz",
    )  # fmt: skip
    row = [html.Button(str(i), id={"kind": "weight", "index": i}) for i in range(3)]
    shown = [html.Div(id={"kind": "shown", "index": i}) for i in range(3)]
    parts = [
        dmc.Slider(id="alpha", min=0, max=1, step=0.1, value=0.5, updatemode="drag"),
        dmc.NumberInput(id="samples", value=100), dcc.Store(id="memory", data={"n": 1}),
        dcc.Graph(id="curve", figure={"data": [{"y": [1, 2, 3]}], "layout": {"title": {"text": "loss"}}}),
        *(html.Div(id=name) for name in ("text", "browser-text", "many", "tail")),
    ]  # fmt: skip
    app.layout = dmc.MantineProvider([*parts, *row, *shown])

    @app.callback(
        Output("text", "children"), Input("alpha", "value"), State("samples", "value"), State("memory", "data")
    )
    def one(alpha: Any, samples: Any, memory: Any) -> str:
        if alpha == "hostile":
            raise Malformed("Alpha must be a number.")
        if alpha == "tab":
            raise BadTab("The request names no tab of this page.")
        if alpha == BUG:
            raise RuntimeError(BUG)
        return f"alpha {alpha}, {samples} samples"

    @app.callback(
        Output("curve", "figure"), Output("memory", "data"), Input("samples", "value"), prevent_initial_call=True
    )
    def two(samples: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"data": [{"y": [samples, 1, 2]}], "layout": {"yaxis": {"type": "log"}}}, {"n": samples}

    @app.callback(Output("many", "children"), Input({"kind": "weight", "index": ALL}, "n_clicks"))
    def all_of_them(clicks: list[int | None]) -> str:
        return f"{sum(click for click in clicks if isinstance(click, int))} clicks, last {ctx.triggered_id}"

    @app.callback(
        Output({"kind": "shown", "index": MATCH}, "children"),
        Input({"kind": "weight", "index": MATCH}, "n_clicks"),
        prevent_initial_call=True,
    )
    def each(clicks: Any) -> str:
        return f"{clicks}"

    @app.callback(Output("text", "title", allow_duplicate=True), Input("many", "children"), prevent_initial_call=True)
    def duplicate(text: Any) -> str:
        return str(text)

    @app.callback(Input("tail", "n_clicks"), prevent_initial_call=True)
    def nothing(clicks: Any) -> None:
        return None

    app.clientside_callback(
        "function (value) { return 'in the browser: ' + value; }",
        Output("browser-text", "children"),
        Input("alpha", "value"),
    )
    install(app.server, settings, app, "<!DOCTYPE html>{} {} {}".format)
    return app


@pytest.fixture(scope="module")
def app() -> Dash:
    return small_app()


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return client_of(app)


def client_of(app: Dash) -> FlaskClient:
    found = app.server.test_client()
    assert isinstance(found, FlaskClient)
    return found


def honest() -> dict[str, Any]:
    """The request that the page sends when the slider moves."""
    state = [("samples", "value", 100), ("memory", "data", {"n": 1})]
    return {
        "output": "text.children", "outputs": {"id": "text", "property": "children"},
        "inputs": [{"id": "alpha", "property": "value", "value": 0.3}], "changedPropIds": ["alpha.value"],
        "parsedChangedPropsIds": ["alpha.value"],
        "state": [{"id": name, "property": part, "value": value} for name, part, value in state],
    }  # fmt: skip


def weights(count: int = 3) -> list[dict[str, Any]]:
    return [{"id": {"index": i, "kind": "weight"}, "property": "n_clicks", "value": i} for i in range(count)]


HONEST: dict[str, dict[str, Any]] = {
    "one output": honest(),
    "several outputs": {
        "output": "..curve.figure...memory.data..", "changedPropIds": ["samples.value"],
        "outputs": [{"id": "curve", "property": "figure"}, {"id": "memory", "property": "data"}],
        "inputs": [{"id": "samples", "property": "value", "value": 5}],
    },
    "a list for ALL": {
        "output": "many.children", "outputs": {"id": "many", "property": "children"}, "inputs": [weights()],
        "changedPropIds": ['{"index":1,"kind":"weight"}.n_clicks'],
    },
    "nothing for ALL": {
        "output": "many.children", "outputs": {"id": "many", "property": "children"}, "inputs": [[]],
        "changedPropIds": [],
    },
    "one of MATCH": {
        "output": '{"index":["MATCH"],"kind":"shown"}.children',
        "outputs": {"id": {"index": 2, "kind": "shown"}, "property": "children"}, "inputs": weights()[2:],
        "changedPropIds": ['{"index":2,"kind":"weight"}.n_clicks'],
    },
    "a value that is not set": {**honest(), "inputs": [{"id": "alpha", "property": "value"}]},
}  # fmt: skip


def posted(client: FlaskClient, body: object, **headers: str) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(POST, data=data, content_type="application/json", headers=headers)


def harmed(harm: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    body = deepcopy(honest())
    harm(body)
    return body


HARMS: dict[str, object] = {
    "a list": [honest()], "null": None, "an empty object": {},
    "an unknown key": harmed(lambda body: body.update(extra=1)), "no output": harmed(lambda body: body.pop("output")),
    "an unknown output": harmed(lambda body: body.update(output="text.style")),
    "an output of another type": harmed(lambda body: body.update(output=["text.children"])),
    "an output of the browser": harmed(lambda body: body.update(output="browser-text.children")),
    "another callback's outputs": harmed(lambda body: body.update(outputs={"id": "many", "property": "children"})),
    "no outputs": harmed(lambda body: body.pop("outputs")),
    "a list of outputs": harmed(lambda body: body.update(outputs=[body["outputs"]])),
    "a number as outputs": harmed(lambda body: body.update(outputs=5)),
    "too few inputs": harmed(lambda body: body["inputs"].pop()),
    "too many inputs": harmed(lambda body: body["inputs"].append(body["inputs"][0])),
    "no inputs": harmed(lambda body: body.pop("inputs")),
    "inputs of another type": harmed(lambda body: body.update(inputs="alpha")),
    "an input of another type": harmed(lambda body: body.update(inputs=["alpha.value"])),
    "a list where one belongs": harmed(lambda body: body.update(inputs=[body["inputs"]])),
    "another id": harmed(lambda body: body["inputs"][0].update(id="beta")),
    "an id of another type": harmed(lambda body: body["inputs"][0].update(id={"a": 1})),
    "no id": harmed(lambda body: body["inputs"][0].pop("id")),
    "another property": harmed(lambda body: body["inputs"][0].update(property="max")),
    "no property": harmed(lambda body: body["inputs"][0].pop("property")),
    "a property of another type": harmed(lambda body: body["inputs"][0].update(property=["value"])),
    "an input with an unknown key": harmed(lambda body: body["inputs"][0].update(extra=1)),
    "states in another order": harmed(lambda body: body["state"].reverse()),
    "too few states": harmed(lambda body: body["state"].pop()),
    "states of another type": harmed(lambda body: body.update(state={"0": 1})),
    "null states": harmed(lambda body: body.update(state=None)),
    "a foreign trigger": harmed(lambda body: body.update(changedPropIds=["beta.value"])),
    "a trigger that is no text": harmed(lambda body: body.update(changedPropIds=[{"a": 1}])),
    "triggers of another type": harmed(lambda body: body.update(changedPropIds="alpha.value")),
    "a broken trigger": harmed(lambda body: body.update(changedPropIds=["{"])),
    "one where ALL wants a list": {**HONEST["a list for ALL"], "inputs": weights(1)},
    "text as an item of ALL": {**HONEST["a list for ALL"], "inputs": [["weight"]]},
    **{
        f"an item of ALL with the id {id_}":
        {**HONEST["a list for ALL"], "inputs": [[{"id": id_, "property": "n_clicks"}]]}
        for id_ in ({"a": 1}, {"index": 1, "kind": "other"}, {"index": {"a": 1}, "kind": "weight"})
    },
}  # fmt: skip

TEXT = json.dumps(honest())
RAW: tuple[bytes, ...] = (
    b"", b'{"output": "text.children"', b"output=text.children", TEXT.replace("0.3", '"é"').encode("latin-1"),
    TEXT.encode("utf-16"), b"[" * 20_000 + b"]" * 20_000, b"[" * 20_000,
    *(TEXT.replace("0.3", value).encode() for value in (
        "NaN", "-Infinity", "1e999", "9" * 400, "9" * 10_000, '"\\ud800"', "[" * 900 + "]" * 900,
        '{"a":' * 900 + "1" + "}" * 900,
    )),
)  # fmt: skip


def said(answer: TestResponse) -> dict[str, str]:
    return dict(json.loads(answer.text))


def check_refusal(answer: TestResponse, status: int, caplog: pytest.LogCaptureFixture) -> None:
    """A JSON sentence with an id, the same id in one line of the log, and no traceback in either."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    reply = said(answer)
    assert set(reply) == {"error", "id"}
    assert reply["error"].endswith(".")
    assert reply["id"] in caplog.text
    assert len(caplog.text.strip().splitlines()) == 1
    assert "Traceback" not in answer.text + caplog.text
    caplog.clear()


def test_what_the_page_sends_is_answered_and_not_kept_by_caches(client: FlaskClient) -> None:
    for body in HONEST.values():
        answer = posted(client, body)
        assert answer.status_code == 200, answer.text
    assert posted(client, honest()).headers["Cache-Control"] == "private, no-cache"
    for levels, status in [(DEEPEST - 4, 200), (DEEPEST + 1, 400)]:
        deep = json.dumps(honest()).replace("0.3", "[" * levels + "]" * levels)
        assert posted(client, deep.encode()).status_code == status
    answer = client.get("/?alpha=0.1", headers={"Sec-Fetch-Site": "cross-site", "Referer": "http://evil.example"})
    assert answer.status_code == 200
    assert "_dash-config" in answer.text


def test_what_no_page_sends_is_refused_in_a_sentence(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for sent in (*HARMS.values(), *RAW):
        check_refusal(posted(client, sent), 400, caplog)
    check_refusal(client.post(POST, data={"output": "text.children"}), 415, caplog)
    answer = posted(client, harmed(lambda body: body["inputs"][0].update(value="hostile")))
    check_refusal(answer, 400, caplog)
    assert said(answer)["error"] == f"{OTHER_VERSION} Alpha must be a number."
    check_refusal(posted(client, harmed(lambda body: body["inputs"][0].update(value="tab"))), 400, caplog)
    body = honest()
    body["inputs"][0]["value"] = "x" * 65 * 1024
    check_refusal(posted(client, body), 413, caplog)
    answer = client.post(
        POST,
        input_stream=io.BytesIO(b"[" + b"1," * 100_000 + b"1]"),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code in (400, 413)
    markup = "<script>alert(1)</script>\nforged line"
    for body in (
        harmed(lambda body: body.update(output=markup)), harmed(lambda body: body.update({markup: 1})),
        harmed(lambda body: body["inputs"][0].update(id=markup)),
    ):  # fmt: skip
        assert "script" not in posted(client, body).text
    client.get("/a%0Aforged line")
    assert "script" not in caplog.text
    assert "\nforged" not in caplog.text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(data=st.data())
def test_no_envelope_at_all_gives_a_5xx(app: Dash, data: st.DataObject) -> None:
    body = deepcopy(data.draw(st.sampled_from(list(HONEST.values()))))
    for _ in range(data.draw(st.integers(1, 3))):
        spot = body
        while isinstance(spot, dict | list) and spot:
            key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
            if not isinstance(spot[key], dict | list) or data.draw(st.booleans()):
                spot[key] = data.draw(json_values)
                break
            spot = spot[key]
    answer = posted(app.server.test_client(), body)
    assert answer.status_code in (200, 204, 400), answer.text


def test_a_post_of_another_site_is_a_403_and_a_bug_500(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    for headers, status in [
        ({}, 200), ({"Origin": "http://localhost"}, 200), ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "https://localhost"}, 200),  # a proxy that ends TLS and keeps the host
        ({"Origin": "http://evil.example"}, 403), ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://evil.example/localhost"}, 403), ({"Origin": "http://localhost:8050"}, 403),
        ({"Origin": "null"}, 403), ({"Origin": ""}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://sister.localhost"}, 403),
    ]:  # fmt: skip
        answer = posted(client, honest(), **headers)
        if status == 403:
            check_refusal(answer, 403, caplog)
        assert answer.status_code == status
    answer = posted(client, harmed(lambda body: body["inputs"][0].update(value=BUG)))
    assert answer.status_code == 500
    assert said(answer)["id"] in caplog.text
    assert BUG in caplog.text
    assert BUG not in answer.text
    assert "Traceback" not in answer.text
    for accept, kind in [(BROWSER, "text/html"), ("*/*", "text/plain"), ("image/*", "text/plain")]:
        answer = client.get("/nothing", headers={"Accept": accept})
        assert (answer.status_code, answer.mimetype) == (404, kind)
        assert "There is nothing here." in answer.text
        if kind == "text/html":
            assert answer.text.startswith("<!DOCTYPE html>404 ")
            assert answer.text.split()[-1] in caplog.text


def test_only_what_is_there_is_answered_with_the_usual_headers(client: FlaskClient) -> None:
    for path, status in [
        ("/", 200), ("/healthz", 200), ("/_dash-layout", 200), ("/_dash-dependencies", 200), ("/nothing", 404),
        (POST, 404), ("/index.html", 404), ("/.env", 404), ("/wp-admin/setup.php", 404),
        ("/%2e%2e/%2e%2e/etc/passwd", 404), ("/assets/nothing.css", 404), ("/assets/../webapp/settings.py", 404),
        ("/assets/%2e%2e/webapp/settings.py", 404), ("/_dash-component-suites/os/path.py", 404),
        ("/_dash-component-suites/dash/nothing.js", 404), ("/_dash-component-suites/dash/../dash.py", 404),
        ("/_dash-component-suites/dash/dash.v4_4_1m1.py", 404), ("/_favicon.ico", 200), ("/%ff%fe", 404),
        ("/" + "a" * 5000, 404),
    ]:  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == status
        if status == 404:
            assert answer.text.startswith("There is nothing here.")
            assert answer.content_type == "text/plain; charset=utf-8"
    for method, path, status in [
        ("PUT", POST, 405), ("DELETE", "/", 405), ("POST", "/", 405), ("POST", "/nothing", 405), ("HEAD", "/", 200),
    ]:  # fmt: skip
        answer = client.open(path, method=method)
        assert (answer.status_code, "Allow" in answer.headers) == (status, status == 405)
    for path in ["/", "/healthz", "/nothing", "/_dash-layout"]:
        answer = client.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert (answer.headers["Referrer-Policy"], answer.headers["X-Frame-Options"]) == ("same-origin", "DENY")
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert directives(answer)["frame-ancestors"] == ["'none'"]
        assert directives(answer)["default-src"] == ["'none'"]


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def directives(answer: TestResponse) -> dict[str, list[str]]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: sources.split() for name, _, sources in (part.partition(" ") for part in parts)}


def test_the_origins_of_frame_ancestors_may_frame_the_page_and_may_not_post_to_it() -> None:
    for path in ["/", "/healthz", "/nothing"]:
        allowed = ("https://school.example.org", "http://localhost:8080")
        answer = client_of(small_app(replace(PLAIN, frame_ancestors=allowed))).get(path)
        assert directives(answer)["frame-ancestors"] == list(allowed)
        assert directives(answer)["default-src"] == ["'none'"]
        assert "X-Frame-Options" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    client = client_of(small_app(replace(PLAIN, frame_ancestors=("https://school.example.org",))))
    assert posted(client, honest(), Origin="https://school.example.org").status_code == 403
    assert posted(client, honest(), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_scripts_are_ours_or_have_a_hash(app: Dash, client: FlaskClient, colour_scheme: None) -> None:
    sources = directives(client.get("/"))["script-src"]
    hashes = [source for source in sources if source.startswith("'sha256-")]
    assert set(sources) - set(hashes) == {"'self'"}
    assert set(app.csp_hashes()) <= set(hashes)
    page = client_of(small_app()).get("/?x=<script>alert(1)</script>")
    hashes = directives(page)["script-src"]
    assert "mantine-color-scheme" in page.text
    assert set(inline_hashes(page.text)) <= set(hashes)
    assert not set(inline_hashes("<script>alert(1)</script>")) & set(hashes)


@pytest.fixture
def colour_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mantine's script that sets the colours before the page is drawn, for this test only."""
    monkeypatch.setitem(hooks._ns, "index", [])
    dmc.pre_render_color_scheme()


@pytest.fixture
def violations(dash_duo: DashComposite) -> Callable[[], list[str]]:
    """The violations of the page's policy since the page was opened."""
    listen = """
        window.violations = [];
        document.addEventListener('securitypolicyviolation', e => window.violations.push(
            e.violatedDirective + ' ' + e.blockedURI));
    """
    dash_duo.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": listen})
    return lambda: list(dash_duo.driver.execute_script("return window.violations"))


def test_a_page_with_mantine_and_plotly_works_under_the_policy_which_stops_a_script_not_ours(
    colour_scheme: None, dash_duo: DashComposite, violations: Callable[[], list[str]]
) -> None:
    dash_duo.start_server(small_app())
    dash_duo.wait_for_text_to_equal("#text", "alpha 0.5, 100 samples")
    dash_duo.wait_for_text_to_equal("#browser-text", "in the browser: 0.5")
    dash_duo.find_element("[role=slider]").send_keys("\ue014")
    dash_duo.wait_for_text_to_equal("#text", "alpha 0.6, 100 samples")
    dash_duo.find_element("#samples").send_keys("0\t")
    dash_duo.wait_for_text_to_equal("#text", "alpha 0.6, 100 samples")
    for button in dash_duo.find_elements("button[id*=weight]"):
        button.click()
    dash_duo.wait_for_text_to_equal("#many", "3 clicks, last {'index': 2, 'kind': 'weight'}")
    dash_duo.wait_for_element("#curve .main-svg")
    dash_duo.driver.execute_script("document.querySelector('#tail').click()")
    assert violations() == []
    dash_duo.driver.execute_script("""
        const script = document.createElement('script');
        script.textContent = 'window.owned = true';
        document.body.append(script);
        fetch('http://127.0.0.1:9/').catch(() => 0);
    """)
    assert dash_duo.driver.execute_script("return window.owned") is None
    dash_duo.wait_for_element("body")
    assert {line.split()[0] for line in violations()} == {"script-src-elem", "connect-src"}
    assert dash_duo.get_logs()


PREFIXED = Settings(secret_key="s" * 32, url_prefix="/a/bench")


def test_under_a_sub_path_or_behind_a_proxy_the_public_url_counts() -> None:
    for path, status in [("/", 200), ("/healthz", 200), ("/_dash-layout", 200), ("/nothing", 404)]:
        for left_on in ["/a/bench", ""]:
            answer = client_of(small_app(PREFIXED)).get(left_on + path)
            assert answer.status_code == status
            if path == "/":
                assert '"/a/bench/' in answer.text
    client = client_of(small_app(PREFIXED))
    assert (client.get("/a/bench").status_code, client.get("/a/benchmark").status_code) == (200, 404)
    assert client.post("/a/bench" + POST, json=honest()).status_code == 200
    client = client_of(small_app(Settings(secret_key="s" * 32, public_url="https://bench.example.org")))
    assert posted(client, honest(), Origin="https://bench.example.org").status_code == 200
    assert posted(client, honest(), Origin="http://bench.example.org").status_code == 403
    assert posted(client, honest(), Origin="https://example.org").status_code == 403
    for hops, seen in [
        (0, "127.0.0.1 http localhost"), (1, "10.0.0.2 https bench.example.org"), (2, "10.0.0.1 http localhost"),
    ]:  # fmt: skip
        app = small_app(Settings(secret_key="s" * 32, trusted_proxies=hops))
        app.server.add_url_rule("/seen", view_func=lambda: f"{request.remote_addr} {request.scheme} {request.host}")
        forwarded = {
            "X-Forwarded-For": "6.6.6.6, 10.0.0.1, 10.0.0.2", "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "bench.example.org", "X-Forwarded-Prefix": "/evil",
        }  # fmt: skip
        assert app.server.test_client().get("/seen", headers=forwarded).text == seen
