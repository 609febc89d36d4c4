"""The pages of a room: whole without another host, small enough for a phone, and true about where phones can come."""

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.webapp.asking import SETTINGS
from tests.webapp.classes.test_routes import Bench
from webapp.classes import place

LARGEST = 150_000
"""The bytes of a page with its type, as they travel."""


def state_of(markup: str) -> dict[str, Any]:
    found = re.search(r'<script[^>]*id="state"[^>]*>(.*?)</script>', markup, re.DOTALL)
    assert found is not None
    state: dict[str, Any] = json.loads(found[1])
    return state


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def test_each_page_is_small_and_asks_no_other_host(bench: Bench) -> None:
    room = bench.open()
    for path in ("/class", f"/wall/{room.code}", "/j", f"/j/{room.code}", "/lesson/story.numbers"):
        page = bench.teacher.get(path)
        assert page.status_code == 200
        named = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text)
        assert not re.findall(r'(?:src|href)="(?!/)[a-z]+:', page.text)
        files = [bench.teacher.get(name).data for name in named]
        sizes = [min(len(data), len(gzip.compress(data))) for data in (page.data, *files)]
        assert sum(sizes) <= LARGEST, path
        assert room.key not in page.text


def test_the_wall_of_any_code_is_a_page_whose_script_says_what_is_the_matter(bench: Bench) -> None:
    assert state_of(bench.teacher.get("/wall/XXXXXX").text)["code"] == "XXXXXX"
    assert "<script>alert" not in bench.teacher.get("/wall/<script>alert(1)<").text


@pytest.mark.parametrize(
    ("given", "address", "listens", "instead"),
    [
        ({"host": "127.0.0.1"}, "localhost:8050", False, ""),
        ({"host": "0.0.0.0"}, "localhost:8050", True, "http://192.168.1.20:8050"),
        ({"host": "::"}, "[::1]", True, "http://192.168.1.20"),
        ({"host": "0.0.0.0"}, "192.168.1.20:8050", True, ""),
        ({"host": "127.0.0.1"}, "bench.example.org", True, ""),
        ({"host": "127.0.0.1", "public_url": "https://bench.example.org/nn"}, "127.0.0.1", True,
         "https://bench.example.org"),
        ({"host": "127.0.0.1", "public_url": "http://localhost:8050"}, "localhost:8050", False, ""),
    ],
)  # fmt: skip
def test_phones_are_told_where_they_can_come(
    given: dict[str, str], address: str, listens: bool, instead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "own_address", lambda: "192.168.1.20")
    bench = Bench(replace(SETTINGS, **given))  # type: ignore[arg-type]
    for path in ("/class", "/wall/XXXXXX", "/lesson"):
        state = state_of(bench.teacher.get(path, Host=address).text)
        assert (state["listens"], state["instead"]) == (listens, instead)


def test_an_address_within_wsl_is_no_place_for_phones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "own_address", lambda: "172.24.3.1")
    bench = Bench(replace(SETTINGS, host="0.0.0.0", class_rooms=8))
    kernels = {"Linux version 5.15.153.1-microsoft-standard-WSL2": True, "Linux version 6.12.9": False}
    for kernel, within in kernels.items():
        (tmp_path / "version").write_text(kernel)
        monkeypatch.setattr(place, "KERNEL", tmp_path / "version")
        for address in ("localhost:8050", "172.24.3.1:8050"):
            state = state_of(bench.teacher.get("/class", Host=address).text)
            led = "" if within or address[0] != "l" else "http://172.24.3.1:8050"
            assert (state["within"], state["instead"]) == (within, led)
    monkeypatch.setattr(place, "KERNEL", tmp_path / "none")
    assert not place.is_within("172.24.3.1")
    assert not place.is_within("192.168.1.20")


def test_the_address_of_a_container_or_of_no_network_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "CONTAINER_FILES", ())
    assert re.fullmatch(r"[0-9.]*", place.own_address())
    monkeypatch.setattr(place, "ELSEWHERE", "256.0.0.1")  # no address, so that there is no route to it
    assert place.own_address() == ""
    monkeypatch.setattr(place, "CONTAINER_FILES", (tmp_path,))
    assert place.own_address() == ""


def test_the_control_speaks_the_browsers_language_where_it_has_it(bench: Bench) -> None:
    for wanted, lang in [("de-CH, de;q=0.9", "de"), ("fr", "en"), ("en", "en")]:
        assert f'<html lang="{lang}">' in bench.teacher.get("/class", Accept_Language=wanted).text


def test_the_control_has_the_words_of_a_wall_in_each_language(bench: Bench) -> None:
    found = state_of(bench.teacher.get("/class", Accept_Language="de").text)["wall_words"]
    assert {lang: words["talk_now"] for lang, words in found.items()} == {"en": "Talk.", "de": "Redet."}
