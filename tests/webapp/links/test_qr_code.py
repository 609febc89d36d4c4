"""A link is drawn as a QR code, and what is no link is refused."""

import re

import segno
from flask.testing import FlaskClient

from webapp.http.kinds import Kind, kind_of
from webapp.links.qr_code import LONGEST, qr_path

LINK = "https://bench.example.org/?experiment=circle&alpha=0.1&samples=3000&seed=3&v=1&view=output"


def test_the_path_covers_the_dark_modules_and_what_is_no_link_is_a_400(client: FlaskClient) -> None:
    for text in [LINK, "a", "x" * LONGEST]:
        code = qr_path(text)
        drawn = [[0] * code["size"] for _ in range(code["size"])]
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", code["path"]):
            for k in range(int(length)):
                drawn[int(y)][int(x) + k] += 1
        assert drawn == [list(row) for row in segno.make(text, error="l", micro=False).matrix]
    assert qr_path("x" * LONGEST)["size"] == 69
    assert client.post("/qr", json={"text": LINK}).get_json() == qr_path(LINK)
    for body in [
        [], {}, {"text": 5}, {"text": ""}, {"text": "é"}, {"text": "x" * (LONGEST + 1)}, {"text": "a", "b": 1},
    ]:  # fmt: skip
        assert client.post("/qr", json=body).status_code == 400
    assert kind_of("POST", "/qr", 100) is Kind.READING
