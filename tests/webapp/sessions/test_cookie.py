"""The cookie identifies a visitor, and nobody can forge it."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.http import parse_cookie

from tests.webapp.asking import ManualClock
from webapp.sessions.cookie import HEADER, Cookie
from webapp.sessions.sessions import Sessions
from webapp.settings import Settings
from webapp.store import Limits
from webapp.store.memory import MemoryStore

ROOMY = Limits(age=1e9, rows=1000, total=10**9)
PLAIN = Settings(secret_key="s" * 32)
HTTPS = Settings(secret_key="s" * 32, public_url="https://bench.example.org")
FRAMED = replace(HTTPS, frame_ancestors=("https://school.example.org",))
FRAMED_HTTP = replace(PLAIN, frame_ancestors=("http://school.example.org",))
IN_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
FROM_FRAME = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin"}
BY_HTTPS = "https://bench.example.org"
DAY = 24 * 3600.0


def client_of(settings: Settings = PLAIN, clock: ManualClock | None = None) -> FlaskClient:
    """A client of a small server: / is a page, /id answers the session's id, /asset has nothing to do with it."""
    server, sessions = Flask(__name__), Sessions(settings, MemoryStore(ROOMY), clock or ManualClock())
    sessions.attach(server)
    server.add_url_rule("/", view_func=lambda: Response("<p>page", mimetype="text/html"), endpoint="page")
    server.add_url_rule("/id", view_func=lambda: Response(sessions.session_id(), mimetype="text/plain"), endpoint="id")
    server.add_url_rule("/asset", view_func=lambda: Response("x", mimetype="text/css"), endpoint="asset")
    return server.test_client()


def cookie_of(response: object) -> str:
    return str(response.headers.get("Set-Cookie", ""))  # type: ignore[attr-defined]


def test_a_session_is_kept_by_a_signed_cookie_out_of_reach_of_scripts_and_other_sites() -> None:
    client = client_of()
    assert "nnbench-" in cookie_of(client.get("/"))
    one, two = client.get("/id"), client.get("/id")
    assert (one.text, len(one.text)) == (two.text, 32)
    assert cookie_of(one) == cookie_of(two) == cookie_of(client.get("/")) == ""
    client = client_of()
    first = client.get("/id")
    assert "nnbench-" in cookie_of(first)
    assert client.get("/id").text == first.text
    assert client_of().get("/id").text != first.text
    assert cookie_of(client_of().get("/asset")) == ""
    answer = client_of().get("/id")
    ((name, value),) = [pair for pair in parse_cookie(cookie_of(answer)).items() if "nnbench" in pair[0]]
    session_id, *signature = value.rsplit(".", 2)
    assert (session_id, len(signature)) == (answer.text, 2)
    assert name.startswith("nnbench-")
    attributes = cookie_of(client_of().get("/")).split("; ")[1:]
    assert set(attributes) >= {"HttpOnly", "Path=/", "SameSite=Lax", f"Max-Age={30 * 86_400}"}
    assert "Secure" not in attributes
    cookie = cookie_of(client_of(HTTPS).get("/", base_url="https://bench.example.org"))
    assert cookie.startswith("__Host-nnbench-")
    assert {"Secure", "Path=/", "HttpOnly"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    names = {cookie_of(client_of(Settings(secret_key=letter * 32)).get("/")).partition("=")[0] for letter in "ab"}
    assert len(names) == 2


HARMS: dict[str, Callable[[str], str]] = {
    "nothing": lambda _: "", "a letter": lambda _: "x", "its end missing": lambda value: value[:-1],
    "another first letter": lambda value: ("B" if value[0] == "A" else "A") + value[1:],
    "one letter more": lambda value: value + "x", "no dots": lambda value: value.replace(".", ""),
    "nine times": lambda value: value * 9, "not ASCII": lambda _: "é", "dots alone": lambda _: ".." * 50,
}  # fmt: skip


def test_a_harmed_cookie_or_header_is_a_new_session_and_no_error() -> None:
    for harm in HARMS.values():
        value = harm(next(iter(parse_cookie(cookie_of(client_of().get("/"))).values())))
        client = client_of()
        name, _, _ = cookie_of(client.get("/")).partition("=")
        old = client.get("/id").text
        client.set_cookie(name, value)
        answer = client.get("/id")
        assert (answer.status_code, len(answer.text)) == (200, 32)
        assert answer.text != old
        assert name in cookie_of(answer)
    for harm in HARMS.values():
        client = client_of(FRAMED_HTTP)
        held = client.get("/id", headers={HEADER: ""}).headers[HEADER]
        old, answer = held.split(".")[0], client.get("/id", headers={HEADER: harm(held)})
        assert answer.status_code == 200
        assert answer.text != old
        assert answer.headers[HEADER] != held


def test_the_cookie_is_renewed_after_half_its_age_and_ends_with_no_clock_set_back() -> None:
    manual_clock = ManualClock()
    client = client_of(clock=manual_clock)
    first = client.get("/id").text
    manual_clock.now += 14 * DAY
    assert cookie_of(client.get("/id")) == ""
    manual_clock.now += 2 * DAY
    renewed = client.get("/id")
    assert renewed.text == first
    assert "nnbench-" in cookie_of(renewed)
    manual_clock.now += 29 * DAY
    assert client.get("/id").text == first
    manual_clock.now += 31 * DAY
    assert client.get("/id").text != first
    manual_clock = ManualClock()
    client = client_of(clock=manual_clock)
    first = client.get("/id").text
    manual_clock.now -= 300
    again = client.get("/id")
    assert (again.text, cookie_of(again)) == (first, "")
    manual_clock.now -= DAY
    assert client.get("/id").text != first


def test_a_page_in_a_frame_of_another_site_alone_gets_a_partitioned_cookie_by_https() -> None:
    client = client_of(FRAMED)
    cookie = cookie_of(client.get("/", base_url=BY_HTTPS, headers=IN_FRAME))
    assert cookie.startswith("__Host-nnbench-framed-")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"} <= set(cookie.split("; "))
    first, second = (client.get("/id", base_url=BY_HTTPS, headers=FROM_FRAME | {HEADER: ""}) for _ in range(2))
    assert cookie.partition("=")[2].startswith(first.text)
    assert first.text == second.text
    assert cookie_of(first) == first.headers.get(HEADER, "") == ""
    for settings, headers in [
        (HTTPS, IN_FRAME), (FRAMED, {}), (FRAMED, IN_FRAME | {"Sec-Fetch-Site": "same-site"}),
        (FRAMED, IN_FRAME | {"Sec-Fetch-Dest": "document"}), (FRAMED_HTTP, IN_FRAME),
    ]:  # fmt: skip
        cookie = cookie_of(client_of(settings).get("/", base_url=BY_HTTPS, headers=headers))
        assert "framed" not in cookie
        assert "SameSite=Lax" in cookie
        assert "Partitioned" not in cookie
    manual_clock = ManualClock()
    client = client_of(FRAMED, manual_clock)
    client.get("/", base_url=BY_HTTPS, headers=IN_FRAME)
    manual_clock.now += 16 * DAY
    renewed = cookie_of(client.get("/id", base_url=BY_HTTPS, headers=FROM_FRAME | {HEADER: ""}))
    assert renewed.startswith("__Host-nnbench-framed-")
    assert "Partitioned" in renewed


def test_outside_frames_the_cookie_comes_first_and_the_owner_is_found_in_it_or_in_the_header() -> None:
    client = client_of(FRAMED)
    client.get("/", base_url=BY_HTTPS, headers=IN_FRAME)
    framed, other = client.get("/id", base_url=BY_HTTPS).text, client_of(FRAMED)
    name, _, value = cookie_of(other.get("/", base_url=BY_HTTPS)).partition(";")[0].partition("=")
    client.set_cookie(name, value, domain="bench.example.org", secure=True)
    assert client.get("/id", base_url=BY_HTTPS).text == value.split(".")[0] != framed
    clock = ManualClock()
    held = client_of(FRAMED_HTTP, clock).get("/id", headers={HEADER: ""}).headers[HEADER]
    name = cookie_of(client_of(FRAMED_HTTP, clock).get("/")).partition("=")[0]
    cookie = Cookie(FRAMED_HTTP, clock)
    assert cookie.owner(f"{name}={held}") == cookie.owner("", held) == held.split(".")[0]
    assert cookie.owner("") == cookie.owner("", "nonsense") == Cookie(PLAIN, clock).owner("", held) == ""


def test_a_framed_page_without_cookies_holds_its_session_in_a_header() -> None:
    for settings in [FRAMED, FRAMED_HTTP]:
        client = client_of(settings)
        first = client.get("/id", headers={HEADER: ""})
        assert cookie_of(first) == ""
        held = first.headers[HEADER]
        again = client.get("/id", headers={HEADER: held})
        assert again.text == first.text == held.split(".")[0]
        assert (cookie_of(again), again.headers.get(HEADER, "")) == ("", "")
        assert client.get("/id", headers={HEADER: ""}).text != first.text
    held = client_of(FRAMED_HTTP).get("/id", headers={HEADER: ""}).headers[HEADER]
    answer = client_of(PLAIN).get("/id", headers={HEADER: held})
    assert answer.text != held.split(".")[0]
    assert HEADER not in answer.headers
    assert "SameSite=Lax" in cookie_of(answer)
