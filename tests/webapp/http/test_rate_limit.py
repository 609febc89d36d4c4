"""A flood is refused with the name of the limit it met; a class and a dragged slider never are."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS, ManualClock, plain_request, reply, stop_the_clock
from webapp import create_app
from webapp.base.addresses import network_of
from webapp.http.rate_limit import MOST_BUCKETS, RETRY_AFTER, Rate
from webapp.settings import Settings

TIGHT = replace(SETTINGS, posts_per_session=2, posts_per_address=5)
EMPTY: dict[str, Any] = {}


def taken(rate: Rate, key: str, most: int = 1000) -> int:
    return next((count for count in range(most) if not rate.allows(key)), most)


def test_two_seconds_worth_pass_at_once_and_a_dragged_slider_is_never_refused(clock: ManualClock) -> None:
    rate = Rate(100, clock)
    assert taken(rate, "a") == 200
    clock.now += 0.0101
    assert taken(rate, "a") == 1
    clock.now += 1.001
    assert taken(rate, "a") == 100
    clock.now += 3600
    assert taken(rate, "a") == 200
    rate = Rate(1, clock)
    assert taken(rate, "a") == taken(rate, "b") == 2
    rate = Rate(1, clock)
    for k in range(MOST_BUCKETS + 50):
        rate.allows(str(k))
    assert (len(rate._buckets), next(iter(rate._buckets))) == (MOST_BUCKETS, "50")
    rate = Rate(Settings().posts_per_session, clock)
    for _ in range(60 * 3600):
        clock.now += 1 / 60
        assert rate.allows("session")
    rate = Rate(Settings().posts_per_address, clock)
    for _ in range(120):
        clock.now += 1.0
        assert all(rate.allows("school") for _ in range(2 * 200))


def test_an_address_of_version_6_counts_with_all_its_network_behind_a_trusted_proxy_alone() -> None:
    for address, network in [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::/64"), ("2001:db8::ffff:1", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"), ("::ffff:192.0.2.7", "::ffff:192.0.2.7"), ("unix", ""),
    ]:  # fmt: skip
        assert network_of(address) == network
    make = visitors(replace(TIGHT, trusted_proxies=1))
    for k in range(20):
        assert statuses(make(), 1, headers={"X-Forwarded-For": f"192.0.2.{k}"}) == [400]
    make = visitors(TIGHT)
    seen = [statuses(make(), 1, headers={"X-Forwarded-For": f"192.0.2.{k}"}) for k in range(14)]
    assert seen[-1] == [429]


@pytest.fixture(autouse=True)
def clock_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, no bucket of a server refills."""
    stop_the_clock(monkeypatch)


def visitors(settings: Settings) -> Callable[[], FlaskClient]:
    """Makes visitors of one server, each with a session of its own."""
    server = create_app(settings).server

    def make() -> FlaskClient:
        visitor: FlaskClient = server.test_client()
        assert visitor.get("/").status_code == 200
        return visitor

    return make


def statuses(visitor: FlaskClient, count: int, **sent: Any) -> list[int]:
    """The statuses of the answers to `count` posts; such posts deserve a 400."""
    return [visitor.post("/_dash-update-component", json=EMPTY, **sent).status_code for _ in range(count)]


def test_a_flood_is_told_which_limit_it_met_and_looking_at_the_page_is_never_counted() -> None:
    visitor = visitors(TIGHT)()
    assert 429 not in statuses(visitor, 4)
    answer = visitor.post("/_dash-update-component", json=EMPTY)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(RETRY_AFTER))
    reply = json.loads(answer.get_data())
    assert set(reply) == {"error", "id"}
    assert "2 requests a second, the most that POSTS_PER_SESSION allows. The page tries again" in reply["error"]
    for path in ("/run.json", "/sweeps", "/lesson"):
        assert "POSTS_PER_SESSION allows. Try again" in visitor.get(path).text
    make = visitors(TIGHT)
    given = [visitor.post("/_dash-update-component", json=EMPTY) for visitor in [make() for _ in range(14)]]
    assert [answer.status_code for answer in given[:10]] == [400] * 10
    assert "POSTS_PER_ADDRESS" in json.loads(given[-1].get_data())["error"]
    assert {visitor.get(path).status_code for path in ("/", "/healthz") for _ in range(20)} == {200}


def test_a_browser_that_is_refused_takes_nothing_of_its_address_s() -> None:
    make = visitors(replace(TIGHT, posts_per_session=1))
    assert statuses(make(), 50)[-1] == 429
    assert [statuses(make(), 1) for _ in range(8)] == [[400]] * 8


def test_reading_is_counted_by_its_time_and_a_knob_is_turned_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.http.rate_limit.READING_PER_SESSION", 10)
    visitor, table = visitors(SETTINGS)(), "\n".join("1;2;3" for _ in range(9_000))
    assert visitor.post("/facts", json={"text": table}).status_code == 200
    for path in ("/facts", "/link", "/import"):
        answer = visitor.post(path, json={"text": "1;2"})
        assert answer.status_code == 429
        assert "at most 10 ms a second" in json.loads(answer.get_data())["error"]
    assert visitor.get("/formula?text=x").status_code == 429
    assert reply(visitor, plain_request("choose"))["serial"] == 1


def test_a_bucket_says_when_it_holds_enough_or_is_full(clock: ManualClock) -> None:
    rate = Rate(100, clock)
    assert rate.seconds_until("a", 150) == 0.0
    assert rate.allows("a")
    rate.charge("a", 249)
    assert [rate.seconds_until("a", cost) for cost in (50, 10_000)] == [1.0, 2.5]
    clock.now += 0.75
    assert rate.seconds_until("a", 50) == 0.25
