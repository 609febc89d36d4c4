"""A link is drawn as a QR code, and what is no link is refused."""

import re

import pytest
import segno
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.http.kinds import Kind, kind_of
from webapp.links.qr_code import LONGEST, qr_path

LINK = "https://bench.example.org/?experiment=circle&alpha=0.1&samples=3000&seed=3&v=1&view=output"


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    found = create_app(SETTINGS).server.test_client()
    assert isinstance(found, FlaskClient)
    return found


@pytest.mark.parametrize("text", [LINK, "a", "x" * LONGEST])
def test_the_path_covers_the_dark_modules_and_no_others(text: str) -> None:
    code = qr_path(text)
    drawn = [[0] * code["size"] for _ in range(code["size"])]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", code["path"]):
        for k in range(int(length)):
            drawn[int(y)][int(x) + k] += 1
    assert drawn == [list(row) for row in segno.make(text, error="l", micro=False).matrix]


def test_the_longest_link_has_as_many_modules_as_a_camera_reads() -> None:
    assert qr_path("x" * LONGEST)["size"] == 69


def test_the_page_gets_the_code_of_a_link(client: FlaskClient) -> None:
    answer = client.post("/qr", json={"text": LINK})
    assert answer.get_json() == qr_path(LINK)


@pytest.mark.parametrize(
    "body",
    [[], {}, {"text": 5}, {"text": ""}, {"text": "é"}, {"text": "x" * (LONGEST + 1)}, {"text": "a", "b": 1}],
)
def test_what_is_no_link_is_a_400(client: FlaskClient, body: object) -> None:
    assert client.post("/qr", json=body).status_code == 400


def test_a_code_is_made_in_the_slot_for_reading() -> None:
    assert kind_of("POST", "/qr", 100) is Kind.READING
