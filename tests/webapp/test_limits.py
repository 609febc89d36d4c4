"""Every setting and every limit is on /limits with its current value, without the secret."""

import html
import re
from dataclasses import fields, replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.limits import FIXED_LIMITS, limits, memory_limit, value_text
from webapp.settings import Settings, all_settings

ODD = replace(SETTINGS, port=8123, queue=77, open_browser=False, posts_per_session=41, url_prefix="/a<b")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    found: FlaskClient = create_app(replace(ODD, url_prefix="")).server.test_client()
    return found


def limits_as_json(client: FlaskClient) -> list[dict[str, Any]]:
    """The limits that a program gets."""
    answer = client.get("/limits", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json"
    found: list[dict[str, Any]] = answer.get_json()
    return found


def test_every_row_is_there_with_its_sentence(client: FlaskClient) -> None:
    answer = client.get("/limits")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    text = html.unescape(answer.get_data(as_text=True))
    for name, sentence in [(row.name, row.sentence) for row in all_settings()] + [
        (name, sentence) for name, _, sentence in FIXED_LIMITS
    ]:
        assert f"<td>{name}</td>" in text
        assert f"<td>{sentence}</td>" in text


def test_a_program_gets_the_same_rows(client: FlaskClient) -> None:
    names = [row.name for row in all_settings()] + [name for name, _, _ in FIXED_LIMITS]
    assert [row["name"] for row in limits_as_json(client)] == [*names, "memory"]


def test_the_values_are_those_in_force(client: FlaskClient) -> None:
    values = {row["name"]: row["value"] for row in limits_as_json(client)}
    assert (values["PORT"], values["QUEUE"], values["OPEN_BROWSER"]) == ("8123", "77", "no")
    assert (values["POSTS_PER_SESSION"], values["PUBLIC_URL"], values["layers"]) == ("41", "—", "8")


def test_every_value_is_one_that_the_settings_hold() -> None:
    for row, field in zip(limits(ODD), fields(Settings), strict=False):
        assert row.value in (value_text(getattr(ODD, field.name)), "given, and not shown")


def test_the_memory_that_requests_take_is_the_sum_of_its_parts() -> None:
    limit = memory_limit(ODD)
    parts = [int(number) for number in re.findall(r"(\d+) MB", limit.sentence)]
    assert limit.value == f"{sum(parts)} MB"
    assert len(parts) == 6
    more = memory_limit(replace(ODD, max_samples=2 * ODD.max_samples))
    assert int(more.value.removesuffix(" MB")) > sum(parts)


def test_the_secret_is_not_shown(client: FlaskClient) -> None:
    assert {row["name"]: row["value"] for row in limits_as_json(client)}["SECRET_KEY"] == "given, and not shown"
    for headers in ({}, {"Accept": "application/json"}):
        assert SETTINGS.secret_key not in client.get("/limits", headers=headers).get_data(as_text=True)


def test_the_page_is_guarded_like_every_other(client: FlaskClient) -> None:
    answer = client.get("/limits")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert client.post("/limits").status_code == 405


def test_markup_in_a_value_is_text() -> None:
    from webapp.limits import page

    assert "<td>/a&lt;b</td>" in page(limits(ODD))
