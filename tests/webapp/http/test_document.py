"""The document is compressed as well as the browser can read it, and nothing else by the same rule."""

import gzip

import brotli  # type: ignore[import-untyped]  # it carries no types
import pytest
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS
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


def test_a_first_visit_on_a_slow_line_waits_for_fifty_kilobytes_and_no_more(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "br"})
    assert len(answer.get_data()) < 50_000
