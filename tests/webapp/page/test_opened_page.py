"""The document of a link holds what the link leads to, within what it may cost; else it is the first experiment's."""

import json
import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from engine.experiments.catalogue import CATALOGUE
from tests.webapp.asking import SETTINGS
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.links.codec import LONGEST
from webapp.links.lessons import CHAPTERS
from webapp.links.short_links import ShortLinks
from webapp.page.index import ANSWERED, BLOCK, PAGE, index, with_page
from webapp.page.initial_page import FIRST_ID
from webapp.page.opened_page import LINK_ID, OpenedPage, OpenedPages

FIRST = OpenedPage("the first page", "its block", answers=False)


def pages(rate: float = 1_000.0) -> OpenedPages:
    return OpenedPages(FIRST, CATALOGUE_CONTENT, ShortLinks(SETTINGS), 100_000, rate)


def block_of(page: OpenedPage, name: str) -> Any:
    (text,) = re.findall(rf'id="{name}">(.*?)</script>', page.block)
    return json.loads(text)


def test_the_page_of_a_link_says_what_its_run_gave_and_of_nonsense_where_it_leads(client: FlaskClient) -> None:
    for key in [key for key in CATALOGUE if key != CATALOGUE_CONTENT.first]:
        page = pages().of(f"experiment={key}")
        assert page.answers == (key != "digits"), "its run takes long"
        if not page.answers:
            continue
        block = block_of(page, FIRST_ID)
        assert (block["key"], block["experiment"]) == (key, json.loads(CATALOGUE[key].experiment.to_json()))
        (sentence,) = re.findall(r'<h1 id="sentence"[^>]*>(.*?)</h1>', page.markup)
        assert re.sub(r"<[^>]*>", "", unescape(sentence)).strip()
        assert f'value="{block["controls"]["alpha"]}"' in page.markup
    for query in ["", "experiment=circle&saved=0123456789abcdef", "experiment=circle&" + "a" * LONGEST]:
        assert pages().of(query) is FIRST
    assert OpenedPages(FIRST, CATALOGUE_CONTENT, None, 100_000).of("experiment=circle") is FIRST
    made = pages()
    assert made.of("experiment=circle") is made.of("experiment=circle")
    assert made.of("experiment=nothing") is made.of("experiment=nothing")
    made = pages(rate=1.0)
    given = [made.of(f"experiment=circle&alpha=0.{k}") for k in range(1, 10)]
    assert given[0].answers
    assert given[-1] is FIRST
    assert made.of("experiment=circle&alpha=0.1") is given[0]
    document = with_page(f"{ANSWERED} {PAGE} {BLOCK}", f"{BLOCK} {ANSWERED}", PAGE, answers=True)
    assert document == f" data-answered {BLOCK} {ANSWERED} {PAGE}"
    assert all(index("/").count(place) == 1 for place in (ANSWERED, PAGE, BLOCK))
    circle, first = client.get("/?experiment=circle").text, client.get("/").text
    assert ('<html lang="en" data-answered>' in circle, "data-answered>" in first) == (True, False)
    assert '"key":"circle"' in circle
    assert circle != first
    assert "data-answered>" not in client.get("/").text
    lost = client.get("/", query_string={"experiment": "tanh-signs", "layers": "2:2~log(x)"}).text
    assert "data-answered>" in lost
    assert "diverges at step 0" in lost
    assert 'class="first-line"' in lost
    assert 'd="M"' not in lost
    for hostile in ({"target": "</script><b>"}, {"title": "</script><b>"}, {"prompt": "</script><b>"}):
        text = client.get("/", query_string={"experiment": "circle"} | hostile).text
        assert '<b>"' not in text
        assert "</script><b>" not in text
    for query in [
        "experiment=nothing", "experiment=circle&alpha=fast", *(f"lesson={name}" for name in CHAPTERS),
        "experiment=circle&title=Look&prompt=Why%3F", "experiment=circle&samples=100000",
    ]:  # fmt: skip
        page = pages().of(query)
        assert (page.markup, page.answers) == (FIRST.markup, False)
        assert page.block.startswith(FIRST.block)
        assert block_of(page, LINK_ID) == client.post("/link", json={"query": query}).json
