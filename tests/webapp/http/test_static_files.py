"""The page's files are served from a list, each kept once; every other spelling is a 404."""

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]  # it carries no types
import pytest
from dash import Dash
from dash import __version__ as dash_version
from dash.fingerprint import build_fingerprint, check_fingerprint
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from tests.webapp.asking import SETTINGS, together
from webapp import create_app
from webapp.http.connections.exchange import SHARED_OUTPUT
from webapp.http.static_files import ADDRESS, HOUR, YEAR
from webapp.page.index import BUILD

SUITES = "/_dash-component-suites"
GRAPH = f"{SUITES}/{build_fingerprint('dash/dcc/async-graph.js', dash_version, BUILD)}"


def named(client: FlaskClient) -> list[str]:
    return [found for found in ADDRESS.findall(client.get("/").get_data(as_text=True)) if found.startswith("/")]


def test_every_file_that_the_page_names_is_served_and_kept_as_long_as_its_address_allows(client: FlaskClient) -> None:
    addresses = named(client)
    assert len(addresses) > 15
    assert GRAPH in addresses
    assert all(check_fingerprint(address)[1] for address in addresses if address.startswith(SUITES))
    assert {client.get(address).status_code for address in addresses} == {200}
    folder = Path(__file__).parents[3] / "assets"
    for font in folder.rglob("*.woff2"):
        given = client.get(f"/assets/{font.relative_to(folder).as_posix()}")
        assert (given.status_code, given.get_data()) == (200, font.read_bytes())
    for path in [
        f"{SUITES}/plotly/package_data/plotly.v7_1_0m1.min.js", f"{SUITES}/plotly/package_data/plotly.min.js",
        f"{SUITES}/dash/dcc/async-mathjax.js", f"{SUITES}/dash/dcc/async-graph.js",
        f"{SUITES}/dash/dcc/async-graph.js.map", f"{SUITES}/dash/dash-renderer/build/dash_renderer.dev.js",
        f"{SUITES}/dash_mantine_components/async-LineChart.js", "/assets/js/./nnbench.js", "/assets/js/main.js",
        "/assets/css/order.txt", "/assets/fonts/../favicon.ico", "/assets/favicon.ico/", "/assets/FAVICON.ico",
    ]:  # fmt: skip
        assert client.get(path).status_code == 404
    plotly = next(address for address in named(client) if "plotly" in address)
    for path, seconds in ((plotly, YEAR), ("/assets/favicon.ico", HOUR), ("/assets/favicon.ico?m=1", YEAR)):
        assert client.get(path).headers["Cache-Control"] == f"public, max-age={seconds}"
    again = client.get(GRAPH, headers={"If-None-Match": client.get(GRAPH).headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def sent(app: Dash, path: str) -> tuple[object, bool]:
    """The very object that is sent, and whether it is said to be everybody's."""
    environ = EnvironBuilder(path, headers=[("Accept-Encoding", "br")]).get_environ()
    headers: dict[str, str] = {}

    def start_response(_status: str, given: list[tuple[str, str]], _error: object = None) -> Any:
        headers.update(given)

    parts = app.server.wsgi_app(environ, start_response)
    assert headers["Content-Encoding"] == "br"
    return next(iter(parts)), SHARED_OUTPUT in environ


def test_a_file_that_many_ask_for_at_once_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app, made, another = create_app(SETTINGS), [], threading.Barrier(2)
    compressed = brotli.compress

    def compress(data: bytes, **options: Any) -> bytes:
        made.append(len(data))
        with suppress(threading.BrokenBarrierError):
            another.wait(0.3)
        return bytes(compressed(data, **options))

    monkeypatch.setattr(brotli, "compress", compress)
    together(*[lambda: sent(app, GRAPH)] * 4)
    assert len(made) == 1


def test_a_file_is_the_same_bytes_for_everybody_whatever_query_it_is_asked_with(app: Dash) -> None:
    (first, shared), *others = [sent(app, f"{GRAPH}?{k}") for k in range(3)]
    assert shared
    assert all(content is first for content, _ in others)
