"""No answer that reads or sets the session is kept by a cache that several people share."""

import re
from collections.abc import Iterator
from itertools import count, product

import pytest
from dash import Dash
from werkzeug.test import TestResponse

from webapp.sessions.cookie import HEADER, Cookie

TRUTH = "/lesson/story.stuck.rate.wheels/1.json"
PARTS = {"number": "1", "cell": "0", "kind": "csv", "filename": "favicon.ico"}
METHODS = ("GET", "HEAD", "POST", "DELETE")


def addresses(app: Dash) -> Iterator[str]:
    """One of every route, and some that are answered in full."""
    yield from (TRUTH, "/nowhere")
    for rule in app.server.url_map.iter_rules():
        yield re.sub(r"<(?:\w+:)?(\w+)>", lambda part: PARTS.get(part[1], "some"), rule.rule)


def is_for_one_browser(response: TestResponse) -> bool:
    control = response.cache_control
    return bool(control.private or control.no_store) and not control.public and control.s_maxage is None


def test_no_answer_that_reads_or_sets_the_session_is_kept_by_a_shared_cache(
    app: Dash, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, visitors, shared, asked = [], count(), [], 0
    session_id = Cookie.session_id

    def read(cookie: Cookie) -> str:
        reads.append(cookie)
        return session_id(cookie)

    monkeypatch.setattr(Cookie, "session_id", read)
    for address, method, has_cookie in product(addresses(app), METHODS, (False, True)):
        client, k = app.server.test_client(), next(visitors)
        if has_cookie:
            client.get("/")
        reads.clear()
        body: dict[str, str] | None = {} if method == "POST" else None
        response = client.open(
            address, method=method, json=body, environ_base={"REMOTE_ADDR": f"10.0.{k >> 8}.{k & 255}"}
        )
        if reads or "Set-Cookie" in response.headers or HEADER in response.headers:
            asked += 1
            if not is_for_one_browser(response):
                shared.append((method, address, has_cookie, response.headers["Cache-Control"]))
    assert shared == []
    assert asked > 50


def test_a_browser_keeps_the_truth_of_a_lesson_for_itself_for_an_hour(app: Dash) -> None:
    response = app.server.test_client().get(TRUTH)
    assert response.status_code == 200
    assert (response.cache_control.private, response.cache_control.max_age) == (True, 3600)
