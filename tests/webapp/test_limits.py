"""Every limit is on /limits with its value in force, and neither the secret nor where the server stands."""

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.limits import NO_LIMITS, TITLE, groups_of, of_memory
from webapp.page.limits_table import Group, Limit, body, shown
from webapp.settings import Settings, all_settings

ODD = replace(SETTINGS, host="127.8.9.1", port=8123, queue=77, posts_per_session=41, session_days=7)
PLACES = ("127.8.9.1", "8123", "/a-sub-path-of-ours")
ACCEPTS: tuple[dict[str, str], ...] = ({}, {"Accept": "application/json"})


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_of(ODD)


def client_of(settings: Settings) -> FlaskClient:
    """A client of a server with these settings."""
    found: FlaskClient = create_app(settings).server.test_client()
    return found


def limits_as_json(client: FlaskClient) -> list[dict[str, Any]]:
    """The limits that a program gets."""
    answer = client.get("/limits", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json"
    found: list[dict[str, Any]] = answer.get_json()
    return found


def limits_of(settings: Settings) -> dict[str, Limit]:
    """Every limit by its name."""
    return {limit.name: limit for group in groups_of(settings) for limit in group.limits}


def page_of(client: FlaskClient) -> str:
    """The page that a browser gets, without its references."""
    return html.unescape(client.get("/limits", headers={"Accept": "text/html"}).get_data(as_text=True))


def test_every_setting_is_a_limit_or_is_named_as_none() -> None:
    names = [row.name for row in all_settings()]
    listed = [name for name in limits_of(ODD) if name.isupper()]
    assert sorted([*listed, *NO_LIMITS]) == sorted(names)


def test_every_limit_is_on_the_page_with_its_title_its_value_and_its_sentence(client: FlaskClient) -> None:
    page = page_of(client)
    for limit in limits_of(ODD).values():
        row = next(row for row in page.split("<tr>") if f"<b>{limit.title}</b> <span>{limit.sentence}" in row)
        assert f"<td>{shown(limit)}</td>" in row
        assert ('class="setting"' in row) == limit.name.isupper()


def test_each_group_has_a_heading_a_sentence_and_a_table(client: FlaskClient) -> None:
    page = page_of(client)
    found = re.findall(r"<section>\n<h2>(.+)</h2>\n<div>\n<p>(.+)</p>\n<table>", page)
    assert found == [(group.title, group.sentence) for group in groups_of(ODD)]
    assert [title for title, _ in found] == [
        "What a network may be",
        "What a run may be",
        "What a sweep may be",
        "What the server keeps, and for how long",
        "How many requests",
        "Memory",
    ]
    assert page.count('<th scope="row">') == len(limits_of(ODD))
    assert (f"<title>{TITLE} · NNBench</title>" in page, '<html lang="en">' in page) == (True, True)


def test_a_program_gets_the_same_limits(client: FlaskClient) -> None:
    expected = [limit._asdict() for limit in limits_of(ODD).values()]
    names = ("name", "value", "sentence")
    assert limits_as_json(client) == [{name: limit[name] for name in names} for limit in expected]


def test_the_values_are_those_in_force(client: FlaskClient) -> None:
    values = {row["name"]: row["value"] for row in limits_as_json(client)}
    assert (values["QUEUE"], values["POSTS_PER_SESSION"], values["SESSION_DAYS"]) == ("77", "41", "7")
    assert (values["layers"], values["width"], values["alpha"]) == ("8", "64", "above 0, at most 10³⁰⁰")
    assert "<td>7\N{NO-BREAK SPACE}days</td>" in page_of(client)


@pytest.mark.parametrize(("trainings", "at_a_time"), [(0, SETTINGS.side_by_side), (5, 5)])
def test_the_runs_side_by_side_are_those_that_the_server_makes(trainings: int, at_a_time: int) -> None:
    assert limits_of(replace(ODD, trainings=trainings))["TRAININGS"].value == f"{at_a_time}"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("1000000", "", "1,000,000"),
        ("90", "days", "90_days"),
        ("10,000 rows, 16 inputs", "", "10,000_rows, 16_inputs"),
        ("0 to 4,294", "", "0 to 4,294"),
        ("300 and 600 ms", "a second", "300 and 600_ms a second"),
    ],
)
def test_a_value_has_commas_and_stays_on_one_line_with_its_unit(value: str, unit: str, text: str) -> None:
    assert shown(Limit("x", "X", value, "It is x.", unit)) == text.replace("_", "\N{NO-BREAK SPACE}")


def test_the_memory_that_requests_take_is_the_sum_of_its_parts() -> None:
    *parts, together = megabytes_of(ODD)
    assert together == sum(parts)
    assert len(parts) == 11
    assert megabytes_of(replace(ODD, max_samples=ODD.max_samples // 2))[-1] < together


def test_where_the_store_is_elsewhere_rows_are_remembered_here_and_counted() -> None:
    elsewhere = replace(ODD, store="valkey://name:password@store.example.org:6379")
    assert len(megabytes_of(elsewhere)) == len(megabytes_of(ODD)) + 1
    assert megabytes_of(elsewhere)[-1] == megabytes_of(ODD)[-1] + 16


def megabytes_of(settings: Settings) -> list[int]:
    """The numbers of the last group."""
    return [int(limit.value.removesuffix(" MB")) for limit in of_memory(settings).limits]


def test_neither_the_secret_nor_a_place_of_the_server_is_shown(tmp_path: Path) -> None:
    placed = replace(ODD, data_dir=tmp_path, store="sqlite", url_prefix="/a-sub-path-of-ours")
    client = client_of(placed)
    for headers in ACCEPTS:
        answer = client.get("/limits", headers=headers).get_data(as_text=True)
        # The page names its own styles and its way back below the sub-path, and the sub-path nowhere else.
        text = re.sub(r'href="[^"]*"', "", answer)
        assert [place for place in (placed.secret_key, str(tmp_path), *PLACES, *NO_LIMITS) if place in text] == []


def test_the_address_of_the_store_is_not_shown() -> None:
    elsewhere = replace(ODD, store="valkey://name:password@store.example.org:6379")
    assert limits_of(elsewhere)["STORE"].value == "valkey"
    assert not [limit for limit in limits_of(elsewhere).values() if {"password", "store.example"} & set(limit)]


def test_where_nothing_is_stored_no_limit_of_the_store_is_listed() -> None:
    everywhere, alone = groups_of(ODD), groups_of(ODD, stores=False)
    missing = [group.title for group in everywhere if group not in alone]
    assert missing == ["What a sweep may be", "What the server keeps, and for how long"]


def test_the_page_is_guarded_like_every_other(client: FlaskClient) -> None:
    answer = client.get("/limits")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "style=" not in answer.text
    assert client.post("/limits").status_code == 405


def test_markup_in_a_limit_is_text() -> None:
    text = body("<h>", "<i>", [Group("<g>", "<s>", [Limit("<N", "<t>", "<v>", "<w>", "<u>")])])
    for letter in "higstvwu":
        assert f"<{letter}>" not in text
        assert f"&lt;{letter}&gt;" in text
