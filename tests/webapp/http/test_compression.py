"""The document and what Dash waits for are compressed as well as the browser can read them; answers on a slow line."""

import gzip
import json

import brotli  # type: ignore[import-untyped]  # it carries no types
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS, envelope, fingerprint, plain_request
from webapp import create_app

OPENED = {"br": brotli.decompress, "gzip": gzip.decompress}


def test_what_travels_is_compressed_as_the_browser_takes_it(client: FlaskClient) -> None:
    for accepted, way in [
        ("br, gzip", "br"), ("gzip, br;q=0.5", "br"), ("gzip", "gzip"), ("*", "br"), ("br;q=0, gzip", "gzip"),
    ]:  # fmt: skip
        plain, answer = client.get("/").get_data(), client.get("/", headers={"Accept-Encoding": accepted})
        assert answer.headers["Content-Encoding"] == way
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.content_length == len(answer.get_data()) < len(plain) / 3
        assert OPENED[way](answer.get_data()) == plain
    for accepted in ["", "identity", "zstd"]:
        answer = client.get("/", headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in answer.headers
        assert answer.get_data().startswith(b"<!DOCTYPE html>")
    answer = client.get("/", headers={"Accept-Encoding": "br"})
    assert len(answer.get_data()) < 56_000
    addresses = ["/", "/?experiment=circle", "/", "/?experiment=circle"]
    first, circle, *again = [client.get(address).get_data() for address in addresses]
    assert first != circle
    assert again == [first, circle]
    answer = client.get("/nothing", headers={"Accept-Encoding": "br", "Accept": "text/html"})
    assert (answer.status_code, "Content-Encoding" in answer.headers) == (404, False)
    other = create_app(SETTINGS).server.test_client()
    documents = [
        brotli.decompress(other.get(address, headers={"Accept-Encoding": "br"}).data)
        for address in ("/?experiment=circle&alpha=0.3", "/", "/?experiment=circle&alpha=0.3")
    ]
    assert [b'<html lang="en" data-answered>' in document for document in documents] == [True, False, True]
    for path in ["/_dash-layout", "/_dash-dependencies"]:
        plain, answer = client.get(path).get_data(), client.get(path, headers={"Accept-Encoding": "br"})
        assert (answer.headers["Content-Encoding"], brotli.decompress(answer.get_data())) == ("br", plain)
    answer = client.post("/_dash-update-component", json=envelope(plain_request("choose")), headers=SLOW)
    assert answer.headers["Content-Encoding"] == "br"
    whole = brotli.decompress(answer.get_data())
    assert len(answer.get_data()) < 0.8 * len(whole)
    assert json.loads(whole)["response"]["answer-0"]["data"]["summary"]["fingerprint"] == fingerprint()
    body = envelope(plain_request("choose"))
    fast = client.post("/_dash-update-component", json=body, headers={"Accept-Encoding": "br"})
    small = client.get("/progress?tab=tab-1", headers=SLOW)
    assert [answer.status_code for answer in (fast, small)] == [200, 200]
    assert not any("Content-Encoding" in answer.headers for answer in (fast, small))


SLOW = {"Accept-Encoding": "br", "Save-Data": "on"}
