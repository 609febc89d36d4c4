"""Every limit is on /limits with its value in force, and neither the secret nor where the server stands."""

import ast
import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.test_architecture import called, holders, imports, modules_of
from tests.webapp.asking import NO_LIMITS, SETTINGS
from webapp import create_app
from webapp.limits import TITLE, groups_of, memory_limits
from webapp.page.limits_table import Group, Limit, body, shown
from webapp.settings import Settings, all_settings

ODD = replace(SETTINGS, host="127.8.9.1", port=8123, queue=77, posts_per_session=41, session_days=7)
PLACES = ("127.8.9.1", "8123", "/a-sub-path-of-ours")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return client_of(ODD)


def client_of(settings: Settings) -> FlaskClient:
    found: FlaskClient = create_app(settings).server.test_client()
    return found


def limits_as_json(client: FlaskClient) -> list[dict[str, Any]]:
    answer = client.get("/limits", headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json"
    found: list[dict[str, Any]] = answer.get_json()
    return found


def limits_of(settings: Settings) -> dict[str, Limit]:
    return {limit.name: limit for group in groups_of(settings) for limit in group.limits}


def page_of(client: FlaskClient) -> str:
    return html.unescape(client.get("/limits", headers={"Accept": "text/html"}).get_data(as_text=True))


def test_every_setting_is_a_limit_on_the_page_and_for_programs_with_its_value(client: FlaskClient) -> None:
    names = [row.name for row in all_settings()]
    assert sorted([*[name for name in limits_of(ODD) if name.isupper()], *NO_LIMITS]) == sorted(names)
    page = page_of(client)
    for limit in limits_of(ODD).values():
        row = next(row for row in page.split("<tr>") if f"<b>{limit.title}</b> <span>{limit.sentence}" in row)
        assert f"<td>{shown(limit)}</td>" in row
        assert ('class="setting"' in row) == limit.name.isupper()
    found = re.findall(r"<section>\n<h2>(.+)</h2>\n<div>\n<p>(.+)</p>\n<table>", page)
    assert found == [(group.title, group.sentence) for group in groups_of(ODD)]
    assert [title for title, _ in found] == [
        "What a network may be", "What a run may be", "What a sweep may be", "What a class may be",
        "What the server keeps, and for how long", "How many requests", "Memory",
    ]  # fmt: skip
    assert page.count('<th scope="row">') == len(limits_of(ODD))
    assert (f"<title>{TITLE} · NNBench</title>" in page, '<html lang="en">' in page) == (True, True)
    expected = [limit._asdict() for limit in limits_of(ODD).values()]
    fields = ("name", "value", "unit", "sentence")
    assert limits_as_json(client) == [{name: limit[name] for name in fields} for limit in expected]
    values = {row["name"]: row["value"] for row in limits_as_json(client)}
    assert {row["name"] for row in limits_as_json(client) if row["unit"] == "%"} == {"STORE_SHARE", "SWEEP_SHARE"}
    assert (values["QUEUE"], values["POSTS_PER_SESSION"], values["SESSION_DAYS"]) == ("77", "41", "7")
    assert (values["layers"], values["width"], values["alpha"]) == ("8", "64", "above 0, at most 10³⁰⁰")
    assert "<td>7\N{NO-BREAK SPACE}days</td>" in page_of(client)
    for trainings, at_a_time in [(0, SETTINGS.side_by_side), (5, 5)]:
        assert limits_of(replace(ODD, trainings=trainings))["TRAININGS"].value == f"{at_a_time}"


def test_values_stay_on_one_line_and_memory_is_the_sum_of_its_parts(client: FlaskClient, tmp_path: Path) -> None:
    for value, unit, text in [
        ("1000000", "", "1,000,000"), ("90", "days", "90_days"),
        ("10,000 rows, 16 inputs", "", "10,000_rows, 16_inputs"), ("0 to 4,294", "", "0 to 4,294"),
        ("300 and 600 ms", "a second", "300 and 600_ms a second"),
    ]:  # fmt: skip
        assert shown(Limit("x", "X", value, "It is x.", unit)) == text.replace("_", "\N{NO-BREAK SPACE}")
    text = body("<h>", "<i>", [Group("<g>", "<s>", [Limit("<N", "<t>", "<v>", "<w>", "<u>")])])
    for letter in "higstvwu":
        assert f"<{letter}>" not in text
        assert f"&lt;{letter}&gt;" in text
    answer = client.get("/limits")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "style=" not in answer.text
    assert client.post("/limits").status_code == 405
    *parts, together = megabytes_of(ODD)
    assert (together, len(parts)) == (sum(parts), 18)
    assert megabytes_of(replace(ODD, max_samples=ODD.max_samples // 2))[-1] < together
    elsewhere = replace(ODD, store="valkey://name:password@store.example.org:6379")
    assert len(megabytes_of(elsewhere)) == len(megabytes_of(ODD)) + 1
    assert megabytes_of(elsewhere)[-1] == megabytes_of(ODD)[-1] + 16
    everywhere, alone = groups_of(ODD), groups_of(ODD, stores=False)
    missing = [group.title for group in everywhere if group not in alone]
    assert missing == ["What a sweep may be", "What a class may be", "What the server keeps, and for how long"]
    placed = replace(ODD, data_dir=tmp_path, store="sqlite", url_prefix="/a-sub-path-of-ours")
    below = client_of(placed)
    for headers in ({}, {"Accept": "application/json"}):
        markup = below.get("/limits", headers=headers).get_data(as_text=True)
        # The page names its own styles and its way back below the sub-path, and the sub-path nowhere else.
        text = re.sub(r'href="[^"]*"', "", markup)
        assert [place for place in (placed.secret_key, str(tmp_path), *PLACES, *NO_LIMITS) if place in text] == []
    assert limits_of(elsewhere)["STORE"].value == "valkey"
    assert not [limit for limit in limits_of(elsewhere).values() if {"password", "store.example"} & set(limit)]


ELSEWHERE = {"engine.base.byte_cache", "webapp.app"}
"""The module of caches itself, and one whose bytes stand in `webapp.page.opened_page`."""
SMALL = {"webapp.bench.run_summary"}
"""Half a megabyte of names."""


def test_the_bytes_of_every_cache_are_on_the_page() -> None:
    modules = modules_of("engine") | modules_of("webapp")
    makers = {name for name, tree in modules.items() if called(ast.walk(tree)) & {"ByteCache", "CacheRow"}}
    assert makers - holders(imports(ast.walk(modules["webapp.limits"])), modules) == ELSEWHERE | SMALL


def megabytes_of(settings: Settings) -> list[int]:
    return [int(limit.value.removesuffix(" MB")) for limit in memory_limits(settings).limits]
