"""The document and what Dash waits for are compressed as well as the browser can read them; answers on a slow line."""

import gzip
import json

import brotli  # type: ignore[import-untyped]  # it carries no types
import pytest
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS, envelope, fingerprint, plain_request
from webapp import create_app

OPENED = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    found: FlaskClient = create_app(SETTINGS).server.test_client()
    return found


@pytest.mark.parametrize(
    ("accepted", "way"),
    [("br, gzip", "br"), ("gzip, br;q=0.5", "br"), ("gzip", "gzip"), ("*", "br"), ("br;q=0, gzip", "gzip")],
)
def test_the_document_travels_in_the_best_way_that_the_browser_takes(
    client: FlaskClient, accepted: str, way: str
) -> None:
    plain = client.get("/").get_data()
    answer = client.get("/", headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == way
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.content_length == len(answer.get_data()) < len(plain) / 3
    assert OPENED[way](answer.get_data()) == plain


def test_documents_of_two_addresses_are_kept_apart(client: FlaskClient) -> None:
    addresses = ["/", "/?experiment=circle", "/", "/?experiment=circle"]
    first, circle, *again = [client.get(address).get_data() for address in addresses]
    assert first != circle
    assert again == [first, circle]


@pytest.mark.parametrize("accepted", ["", "identity", "zstd"])
def test_who_takes_none_of_them_gets_it_as_it_is(client: FlaskClient, accepted: str) -> None:
    answer = client.get("/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.get_data().startswith(b"<!DOCTYPE html>")


def test_a_refused_page_is_not_taken_for_the_document(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept-Encoding": "br", "Accept": "text/html"})
    assert (answer.status_code, "Content-Encoding" in answer.headers) == (404, False)


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies"])
def test_what_dash_waits_for_is_compressed(client: FlaskClient, path: str) -> None:
    plain = client.get(path).get_data()
    answer = client.get(path, headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.get_data()) == plain


SLOW = {"Accept-Encoding": "br", "Save-Data": "on"}


def test_a_large_answer_is_compressed_for_whoever_says_that_the_line_is_slow(client: FlaskClient) -> None:
    answer = client.post("/_dash-update-component", json=envelope(plain_request("choose")), headers=SLOW)
    assert answer.headers["Content-Encoding"] == "br"
    whole = brotli.decompress(answer.get_data())
    assert len(answer.get_data()) < 0.8 * len(whole)
    assert json.loads(whole)["response"]["answer-0"]["data"]["summary"]["fingerprint"] == fingerprint()


def test_a_small_answer_and_one_on_a_fast_line_go_as_they_are(client: FlaskClient) -> None:
    body = envelope(plain_request("choose"))
    fast = client.post("/_dash-update-component", json=body, headers={"Accept-Encoding": "br"})
    small = client.get("/progress?tab=tab-1", headers=SLOW)
    assert [answer.status_code for answer in (fast, small)] == [200, 200]
    assert not any("Content-Encoding" in answer.headers for answer in (fast, small))


def test_a_first_visit_on_a_slow_line_waits_for_fifty_kilobytes_and_no_more(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "br"})
    assert len(answer.get_data()) < 50_000


def test_the_first_document_that_is_asked_for_is_no_other_pages_document() -> None:
    client = create_app(SETTINGS).server.test_client()
    documents = [
        brotli.decompress(client.get(address, headers={"Accept-Encoding": "br"}).data)
        for address in ("/?experiment=circle&alpha=0.3", "/", "/?experiment=circle&alpha=0.3")
    ]
    assert [b"data-answered" in document for document in documents] == [True, False, True]
