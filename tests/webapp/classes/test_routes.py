"""A class by HTTP: whoever sends what, it is counted once or refused in a sentence, and nobody learns votes early."""

import html
import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webapp.asking import SETTINGS, not_none
from tests.webapp.classes.stand_in import LARGEST, StandIn
from tests.webapp.operations.test_metrics import numbers
from webapp.app import assemble
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.classes.language import LANGUAGES, Refusal, filled, words_of
from webapp.classes.lesson import LessonRefused, read_lesson
from webapp.classes.rooms import state
from webapp.classes.rooms.rooms import CODE_LENGTH, GIVING_WAY_SECONDS, LETTERS, MOST_PER_ADDRESS
from webapp.classes.rooms.routes import ROOM_AGAIN, Views
from webapp.classes.story import STEPS, story_lesson
from webapp.classes.truth import Truths
from webapp.http.rate_limit import LARGE
from webapp.links.short_links import ShortLinks
from webapp.operations.operations import Operations
from webapp.operations.prometheus import PrometheusMetrics
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.store import Key, StoreError
from webapp.store.memory import MemoryStore

KEY = "X-Class-Key"


class Bench:
    """A bench with a stand-in for its truths, and its visitors."""

    def __init__(self, given_settings: Settings = SETTINGS, truths: Any = None) -> None:
        self.truths = truths or StandIn()
        self.metrics = PrometheusMetrics()
        sessions = Sessions.from_settings(given_settings)
        self.server: Flask = assemble(
            given_settings, sessions, CATALOGUE_CONTENT, operations=Operations(self.metrics), truths=self.truths
        ).server
        self.teacher = Visitor(self)

    def open(self, people: int = 200) -> "Class":
        reply = self.teacher.post("/class", {"lesson": "story.rate", "people": people})
        assert reply.status_code == 201
        return Class(self, reply.json["code"], reply.json["key"])


class Visitor:
    """A browser with cookies."""

    def __init__(self, bench: Bench) -> None:
        self.client: FlaskClient = bench.server.test_client()
        self.client.get("/limits", headers={"Accept": "text/html"})

    def cookies(self) -> list[Any]:
        return list((self.client._cookies or {}).values())

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.client.post(
            path, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()}
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})


class Class:
    """One class on a bench."""

    def __init__(self, bench: Bench, code: str, key: str) -> None:
        self.bench, self.code, self.key, self.path = bench, code, key, f"/class/{code}"

    def state(self, key: str = "") -> Any:
        return self.bench.teacher.get(self.path, **({"X_Class_Key": key} if key else {})).json

    def go(self, to: str, **more: int) -> Any:
        n = more.pop("n", None) or self.state()["n"]
        return self.bench.teacher.post(f"{self.path}/go", {"n": n, "to": to, **more}, X_Class_Key=self.key)

    def join(self) -> "Phone":
        return Phone(self)


class Phone(Visitor):
    """A student's phone, with a seat."""

    def __init__(self, room: Class) -> None:
        super().__init__(room.bench)
        self.room = room
        self.seat = self.sit().json["seat"]

    def sit(self) -> Any:
        return self.post(f"{self.room.path}/seat", {})

    def answer(self, value: object, n: int | None = None, sure: object = True) -> Any:
        n = self.room.state()["n"] if n is None else n
        return self.post(f"{self.room.path}/answer", {"n": n, "value": value, "sure": sure})


@pytest.fixture(autouse=True)
def always_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """States are looked up for each request, so that no test waits."""
    monkeypatch.setattr(state, "LIFETIME", 0.0)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


@pytest.fixture
def room(bench: Bench) -> Iterator[Class]:
    found = bench.open()
    yield found
    views_of(found).wrong._buckets.clear()  # all tests have the same address
    found.go("end")


def sentence(reply: Any, status: int) -> str:
    """The sentence of a refusal."""
    assert reply.status_code == status, reply.text
    said: str = reply.json["error"]
    assert said[0].isupper()
    assert said.endswith(".")
    return said


def test_a_class_goes_from_the_lobby_through_both_rounds_to_what_happened(room: Class) -> None:
    phones = [room.join() for _ in range(3)]
    assert [phone.seat for phone in phones] == [1, 2, 3]
    lobby = room.state()
    assert (lobby["phase"], lobby["step"], lobby["of"], lobby["in"], "ask" in lobby) == ("lobby", 0, 3, 3, False)
    assert room.go("first").json["ask"]["kind"] == "loss"
    assert room.go("talk").json["teacher"]["within"] is None  # no share of nobody
    room.go("back")
    assert phones[0].answer(5).json == {"n": 4, "kept": True}
    phones[0].answer(6, sure=False)
    phones[1].answer(7)
    first = room.state()
    assert (first["got"], "shown" in first) == (2, False)
    talking = room.go("talk").json
    assert (talking["teacher"]["within"], talking["teacher"]["ready"]) == (0.5, 3)
    assert room.state()["got"] == 2
    assert "closed" in sentence(phones[2].answer(9, n=4), 409)
    room.go("second")
    phones[0].answer(7)
    shown = room.go("reveal").json["shown"]
    assert shown == {"truth": 7, "rounds": [{"6": [0, 1], "7": [1, 0]}, {"7": [1, 0]}]}
    assert phones[0].sit().json == {
        "seat": 1, "mine": {"1.1": [6, False], "1.2": [7, True]}, "own": {"1": {"values": [6, 7]}},
    }  # fmt: skip
    sums = room.bench.teacher.get(f"{room.path}/sums.csv", X_Class_Key=room.key)
    assert sums.text == "step,round,answer,sure,count\n1,1,6,False,1\n1,1,7,True,1\n1,2,7,True,1\n"
    assert room.go("next").json["step"] == 2
    assert phones[0].answer(list(range(16))).json["kept"]
    assert phones[1].sit().json == {"seat": 2, "mine": {}, "own": {}}


def test_a_hunt_judges_what_is_handed_in_as_it_comes_and_shows_a_board(room: Class) -> None:
    phone = room.join()
    room.go("step", step=3)
    assert phone.answer({"link": "?alpha=0.1"}).json["kept"]
    assert phone.answer({"link": "?alpha=0.2"}).json["kept"]
    assert room.bench.truths.judged == ["?alpha=0.1", "?alpha=0.2"]
    room.bench.truths.judges = False
    assert "shown" not in room.go("reveal").json, "its runs are made beside the requests"
    room.bench.truths.judges = True
    assert room.state()["shown"] == {"entries": [[1, "?alpha=0.2"]]}
    assert room.bench.truths.boards == [["?alpha=0.2"]], "it is begun once"


def test_a_truth_that_is_not_made_yet_is_not_shown_and_blocks_nothing(room: Class) -> None:
    room.go("first")
    room.bench.truths.made = 0
    assert "shown" not in room.go("reveal").json
    room.bench.truths.made = 3
    assert room.state()["shown"]["truth"] == 7


def test_the_seat_is_that_of_the_cookie_whatever_a_request_says(room: Class) -> None:
    first, second = room.join(), room.join()
    room.go("first")
    assert first.sit().json["seat"] == 1
    assert "exactly" in sentence(second.post(f"{room.path}/answer", {"n": 2, "value": 1, "sure": True, "seat": 1}), 400)
    forged = Visitor(room.bench)
    forged.client.set_cookie("nnbench-00000000", "forged")
    assert "no seat" in sentence(forged.post(f"{room.path}/answer", {"n": 2, "value": 1, "sure": True}), 403)
    bare = room.bench.server.test_client().post(f"{room.path}/seat", json={})
    assert "a program gets one from GET /j." in sentence(bare, 403)
    assert room.state()["in"] == 2
    assert room.state()["got"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"n": 2, "value": LARGEST + 1, "sure": True}, {"n": 2, "value": 1.5, "sure": True},
        {"n": 2, "value": True, "sure": True}, {"n": 2, "value": "1", "sure": True}, {"n": 2, "value": 1, "sure": 1},
        {"n": -1, "value": 1, "sure": True}, {"n": 2.0, "value": 1, "sure": True}, {"n": 2, "value": 1}, [], 7,
        {"n": 2, "value": [1] * 16, "sure": True}, {"n": 2, "value": {"link": "?"}, "sure": True},
        {"n": 10**30, "value": 1, "sure": True},
    ],
)  # fmt: skip
def test_a_malformed_answer_is_a_sentence_and_counts_nowhere(room: Class, body: object) -> None:
    phone = room.join()
    room.go("first")
    sentence(phone.post(f"{room.path}/answer", body), 400)
    assert room.state()["got"] == 0


def test_what_comes_from_another_site_is_refused(room: Class) -> None:
    phone = room.join()
    room.go("first")
    body = {"n": 2, "value": 1, "sure": True}
    sentence(phone.post(f"{room.path}/answer", body, Origin="https://evil.example"), 403)
    assert room.state()["got"] == 0


def test_an_early_a_late_and_a_double_answer_count_once_or_nowhere(room: Class) -> None:
    phone = room.join()
    sentence(phone.answer(1), 409)
    room.go("first")
    assert sentence(phone.answer(1, n=3), 409)
    for _ in range(2):
        assert phone.answer(4).json["kept"]
    room.go("talk")
    assert phone.answer(5, n=2).json == {
        "error": "The round was closed before this arrived: it is not counted.", "n": 3,
    }  # fmt: skip
    room.go("back")
    assert room.state()["got"] == 1
    assert phone.answer(6, n=4).json["kept"]
    assert phone.sit().json["mine"] == {"1.1": [6, True]}


def test_two_controls_never_advance_twice_and_only_the_key_leads(room: Class) -> None:
    room.go("first")
    assert room.go("talk", n=2).status_code == 200
    moved = room.go("talk", n=2)
    assert (moved.status_code, moved.json["n"]) == (409, 3)
    wrong = room.bench.teacher.post(f"{room.path}/go", {"n": 3, "to": "reveal"}, X_Class_Key="x" * 22)
    assert "does not open" in sentence(wrong, 403)
    assert "does not open" in sentence(room.bench.teacher.post(f"{room.path}/go", {"n": 3, "to": "reveal"}), 403)
    sentence(room.go("everything", n=3), 400)
    sentence(room.go("step", n=3, step=25), 400)
    sentence(room.go("step", n=3, step=4), 409)
    assert room.state()["phase"] == "talk"


def test_a_class_that_has_ended_or_never_was_is_not_found(bench: Bench) -> None:
    room = bench.open()
    phone = room.join()
    assert room.go("end").json == {"ended": True}
    for code in (room.code, "XXXXXX", "xxxxxx", "AEIOUY", "1", "all", "..", "%2e%2e"):
        reply = phone.get(f"/class/{code}")
        assert reply.status_code in (404, 405), code
    assert "no class" in sentence(phone.get(room.path), 404)
    assert "no class" in sentence(phone.answer(1, n=2), 404)


@pytest.mark.parametrize(
    "body",
    [{"lesson": "story.rate", "people": 0}, {"lesson": "story.rate", "people": 251}, {"lesson": 7, "people": 5},
     {"lesson": "story.rate"}, {"lesson": "story.rate", "people": 5.5}, []],
)  # fmt: skip
def test_a_class_is_opened_for_some_people_and_a_lesson(bench: Bench, body: object) -> None:
    sentence(bench.teacher.post("/class", body), 400)


def test_too_many_questions_are_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StandIn, "find", lambda _, name: story_lesson(name.removeprefix("story.").split(".")))
    reply = bench.teacher.post("/class", {"lesson": f"story.{'.'.join(STEPS)}", "people": 5})
    assert sentence(reply, 400) == "A class asks at most 24 questions. Tick fewer."


def test_a_lesson_that_is_not_there_opens_no_class(bench: Bench) -> None:
    sentence(bench.teacher.post("/class", {"lesson": "story.nothing", "people": 5}), 404)


def test_wrong_codes_meet_their_limit_while_the_class_goes_on(room: Class) -> None:
    phone, joined = Visitor(room.bench), room.join()
    tag = phone.get(room.path).headers["ETag"]
    room.go("first")
    replies = [phone.get(f"/class/{'B' * CODE_LENGTH}").status_code for _ in range(70)]
    assert (set(replies[:40]), replies[-1]) == ({404}, 429)
    assert "too many wrong codes" in sentence_of_page(phone.get(room.path), 429)
    assert phone.get(room.path, If_None_Match=tag).status_code == 200
    assert "too many wrong codes" in sentence(phone.post(f"{room.path}/seat", {}), 429)
    assert joined.post(f"{room.path}/answer", {"n": 2, "value": 1, "sure": True}).json["kept"]
    assert room.go("talk", n=2).status_code == 200


def sentence_of_page(reply: Any, status: int) -> str:
    assert reply.status_code == status
    return str(reply.text)


def views_of(room: Class) -> Views:
    closure = room.bench.server.view_functions["class_state"].__closure__ or ()
    views: Views = next(cell.cell_contents.__self__ for cell in closure if callable(cell.cell_contents))
    return views


def test_a_seat_answers_twice_a_second_and_a_burst_is_refused(room: Class) -> None:
    phone = room.join()
    room.go("first")
    replies = [phone.answer(1, n=2).status_code for _ in range(9)]
    assert (replies[0], replies[-1]) == (200, 429)
    assert room.state()["got"] == 1


@pytest.mark.parametrize(("name", "part"), [("own", "find"), ("story.rate", "secret")])
def test_a_lesson_that_cannot_be_asked_says_why(name: str, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    why = Refusal("none_holds", step=1)

    def refuse(*_: Any) -> None:
        raise LessonRefused(why)

    monkeypatch.setattr(StandIn, part, refuse)
    for lang in LANGUAGES:
        reply = Visitor(Bench()).post("/class", {"lesson": name, "people": 5}, Accept_Language=lang)
        assert sentence(reply, 400) == words_of(lang)["refused"]["lesson_refused"].format(why=why.said(lang))


def test_a_run_that_a_hunt_does_not_take_is_refused_in_the_language_of_the_class() -> None:
    hunt = {"ask": "hunt", "question": "?", "before": "?experiment=xor-hidden-layer&v=1", "knobs": ["alpha"]}
    lesson = read_lesson({"nnbench": "lesson", "version": 1, "lang": "de", "title": "?", "steps": [hunt]})
    bench = Bench(truths=Truths(SETTINGS, ShortLinks(SETTINGS), {"story.rate": lesson}))
    room = bench.open()
    phone = room.join()
    room.go("first")
    said = {}
    for lang in LANGUAGES:
        body = {"n": 2, "value": {"link": f"{hunt['before']}&seed=9"}, "sure": True}
        said[lang] = sentence(phone.post(f"{room.path}/answer", body, Accept_Language=lang), 400)
    assert said == {
        "en": "This hunt leaves the data seed as it was. Set it back.",
        "de": "Diese Jagd lässt „data seed“, wie es war. Stell es zurück.",
    }


def test_a_store_that_is_away_is_a_503_in_a_sentence(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = room.join()
    room.go("first")

    def away(*_: object) -> None:
        raise StoreError("Away.")

    monkeypatch.setattr(MemoryStore, "put", away)
    assert "Your answer waits here." in sentence(phone.answer(1, n=2), 503)
    opening = room.bench.teacher.post("/class", {"lesson": "story.rate", "people": 5})
    for reply in (opening, room.go("talk"), Visitor(room.bench).post(f"{room.path}/seat", {})):
        assert sentence(reply, 503) == "The server cannot use its store, where classes are. Try again in a moment."
    monkeypatch.undo()
    assert phone.answer(1, n=2).json["kept"]


def test_a_class_for_which_there_is_no_room_is_told_when_the_first_gives_way() -> None:
    bench = Bench()
    for _ in range(MOST_PER_ADDRESS):
        bench.open().join()
    reply = bench.teacher.post("/class", {"lesson": "story.rate", "people": 5})
    assert "8 classes" in sentence(reply, 503)
    assert 0 < reply.json["until"] - time.time() <= GIVING_WAY_SECONDS + 1
    assert (reply.json["ends"], reply.headers["Retry-After"]) == (False, f"{ROOM_AGAIN}")


def test_what_a_class_is_refused_is_said_in_the_language_of_its_page() -> None:
    bench = Bench()
    room = bench.open(people=1)
    phone, other = room.join(), Visitor(bench)
    room.go("first")
    seat, answer, missing = f"{room.path}/seat", f"{room.path}/answer", f"/class/{'B' * CODE_LENGTH}"
    early, go = {"n": 1, "value": 1, "sure": True}, {"n": 1, "to": "talk"}
    for lang in LANGUAGES:
        refused = words_of(lang)["refused"]
        spoken = {"Accept_Language": lang}
        for name, reply in (
            ("no_cookies", bench.server.test_client().post(seat, json={}, headers={"Accept-Language": lang})),
            ("no_class", other.post(f"{missing}/seat", {}, **spoken)),
            ("no_seat", other.post(answer, {"n": 2, "value": 1, "sure": True}, **spoken)),
            ("round_closed", phone.post(answer, early, **spoken)),
            ("moved", other.post(f"{room.path}/go", go, X_Class_Key=room.key, **spoken)),
            ("other_phase", other.post(f"{room.path}/go", go | {"n": 2, "to": "next"}, X_Class_Key=room.key, **spoken)),
            ("wrong_key", other.post(f"{room.path}/go", go, X_Class_Key="k", **spoken)),
            ("no_lesson", other.post("/class", {"lesson": "story.nothing", "people": 5}, **spoken)),
            ("no_people", other.post("/class", {"lesson": "story.rate", "people": 0}, **spoken)),
        ):
            assert sentence(reply, reply.status_code) == refused[name]
            assert reply.headers["Content-Language"] == lang
            assert "Accept-Language" in reply.headers["Vary"]
        Visitor(bench).post(seat, {})
        full = Visitor(bench).post(seat, {}, **spoken)
        assert sentence(full, 403) == filled(refused["seats_taken"], {"seats": 2, "n": 1})
        page = other.get(f"/j/{'B' * CODE_LENGTH}", **spoken)
        assert page.status_code == 404
        assert "Accept-Language" in page.headers["Vary"]
        assert refused["no_class"] in html.unescape(page.text)
        assert f'<html lang="{lang}">' in page.text
        assert words_of(lang)["student"]["join"] in other.get("/j", **spoken).text


def test_a_class_counts_by_seat_and_room_and_all_else_by_its_address() -> None:
    bench = Bench(replace(SETTINGS, posts_per_address=4))
    room = bench.open(people=5)
    phones = [room.join() for _ in range(5)]
    bench.server.test_client()
    run = {"query": "?experiment=circle&v=1"}
    assert {phone.post("/link", run, X_Class=room.code).status_code for phone in phones * 3} == {200}
    others = [phone.post("/link", run) for phone in phones * 12]
    assert "POSTS_PER_ADDRESS" in next(reply.text for reply in others if reply.status_code == 429)
    stranger = Visitor(bench)
    assert 429 in [stranger.post("/link", run, X_Class=room.code).status_code for _ in range(60)]


def test_a_large_post_of_a_seat_counts_for_its_browser_as_any_other_does() -> None:
    bench = Bench(replace(SETTINGS, posts_per_session=10))
    room = bench.open(people=5)
    phone, large = room.join(), {"query": "?" + "x" * 3 * LARGE}
    assert [phone.post("/link", large, X_Class=room.code).status_code for _ in range(8)][-1] == 429


def test_without_class_rooms_there_are_no_classes() -> None:
    bench = Bench(replace(SETTINGS, class_rooms=0))
    assert bench.teacher.post("/class", {"lesson": "story.rate", "people": 5}).status_code == 405


def transcript(bench: Bench, values: list[int], log: pytest.LogCaptureFixture) -> list[Any]:
    """All that anybody without the key gets of a class with these votes until its run is shown, and all that is logged
    and counted; without what each class has of its own: its code, the time of its end, and tickets."""
    log.clear()
    before = numbers(bench.metrics)
    room = bench.open()
    phones = [room.join() for _ in values]
    own = re.compile(rf'{room.code}|"ends":[0-9]+|"id":"[0-9a-f]+"|\b[0-9a-f]{{8}}\b')
    found: list[Any] = []

    def look() -> None:
        paths = ("", "/sums.csv", "/nothing")
        for reply in (*(phones[0].get(room.path + path) for path in paths), bench.teacher.get(f"/wall/{room.code}")):
            heads = [(name, text) for name, text in reply.headers if name not in ("Set-Cookie", "Date", "ETag")]
            found.append((reply.status_code, own.sub("", reply.text), heads))

    for phase in ("first", "talk", "second"):
        assert room.go(phase).status_code == 200
        look()
        if phase != "talk":
            for phone, value in zip(phones, values, strict=True):
                found.append(phone.answer(value).text)
                look()
    found.append([own.sub("", record.getMessage()) for record in log.records])
    counted = {name: number - before.get(name, 0) for name, number in numbers(bench.metrics).items()}
    found.append({name: number for name, number in counted.items() if re.match("nnbench_(?!.*seconds_sum)", name)})
    room.go("reveal")
    assert len(room.state()["shown"]["rounds"][1]) == len(set(values))
    room.go("end")
    return found


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(values=st.lists(st.integers(0, LARGEST), min_size=3, max_size=3))
def test_nothing_without_the_key_depends_on_what_was_answered_before_the_run_is_shown(
    bench: Bench, caplog: pytest.LogCaptureFixture, values: list[int]
) -> None:
    caplog.set_level(logging.INFO)
    views_of(Class(bench, "", "")).wrong._buckets.clear()
    assert transcript(bench, values, caplog) == transcript(bench, [7, 7, 7], caplog)


def test_etags_are_equal_for_rooms_that_differ_in_votes_alone() -> None:
    bench = Bench()
    room = bench.open()
    phone = room.join()
    room.go("first")
    phone.answer(1)
    before = phone.get(room.path)
    assert phone.answer(999).json["kept"]
    after = phone.get(room.path)
    assert (before.data, before.headers["ETag"]) == (after.data, after.headers["ETag"])


def test_the_key_is_stored_as_a_hash_and_nothing_names_a_session(room: Class) -> None:
    phone = room.join()
    room.go("first")
    phone.answer(1)
    store = views_of(room).rooms._store
    rows = [not_none(store.get(Key(room.code, tab))).value for tab in ("room", "seats", "1.1")]
    sessions = [cookie.value.split(".")[0].encode() for cookie in phone.cookies()]
    assert len(sessions) == 1
    assert not [row for row in rows for secret in (room.key.encode(), *sessions) if secret in row]
    assert json.loads(rows[2]) == {"n": 2, "open": True, "answers": {"1": [1, True]}}


def test_codes_have_no_vowels_and_states_are_small(room: Class) -> None:
    assert set(room.code) <= set(LETTERS)
    assert not set("AEIOUY") & set(LETTERS)
    assert len(json.dumps(room.state())) < 4096
