"""The document of a link holds what the link leads to, within what it may cost; else it is the first experiment's."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import CATALOGUE, run
from tests.webapp.asking import SETTINGS
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.links.codec import LONGEST
from webapp.links.lessons import CHAPTERS
from webapp.links.short_links import ShortLinks
from webapp.page.components.lesson import ASKED_NEXT, COMPARING
from webapp.page.index import ATTRIBUTES, BLOCK, PAGE, index, with_page
from webapp.page.initial_page import FIGURE_SPACE, FIRST_ID
from webapp.page.opened_page import LINK_ID, OpenedPage, OpenedPages

FIRST = OpenedPage("the first page", "its block")


def pages(rate: float = 1_000.0) -> OpenedPages:
    return OpenedPages(FIRST, CATALOGUE_CONTENT, ShortLinks(SETTINGS), 1_000_000, rate)


def shown(page: OpenedPage) -> str:
    """The tags of the page that are not hidden."""
    return " ".join(tag for tag in re.findall("<[^>]*>", page.markup) if " hidden" not in tag)


def text_of(page: OpenedPage, name: str) -> str:
    """The text of the element with that id."""
    (text,) = re.findall(rf' id="{name}"[^>]*>(.*?)</(?:h1|h2|p|dd|span)>', page.markup, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", text))


def block_of(page: OpenedPage, name: str) -> Any:
    (text,) = re.findall(rf'id="{name}">(.*?)</script>', page.block)
    return json.loads(text)


def test_the_page_of_a_link_says_what_its_run_gave(client: FlaskClient) -> None:
    for key in ("circle", "penguins"):  # one by α alone, one by a rule
        run(CATALOGUE[key].experiment, CATALOGUE[key].experiment.network(), wait_for_kernel=True)
    rows = {f"experiment={key}": (key, row.experiment) for key, row in CATALOGUE.items()}
    story = {f"lesson={key}&embed=1": (chapter.row, chapter.experiment) for key, chapter in CHAPTERS.items()}
    found = {query: pages().of(query) for query in rows | story}
    for query, (key, experiment) in (rows | story).items():
        page = found[query]
        assert page.attributes.startswith(" data-answered")
        assert "data-later" not in page.attributes
        block = block_of(page, FIRST_ID)
        assert (block["key"], block["experiment"]) == (key, json.loads(experiment.to_json()))
        assert re.search(r"\d", text_of(page, "sentence"))
        assert f'value="{block["controls"]["alpha"]}"' in page.markup
        assert block_of(page, LINK_ID) == client.post("/link", json={"query": query}).json
    for key, chapter in CHAPTERS.items():
        page = found[f"lesson={key}&embed=1"]
        assert page.attributes == f' data-answered data-lesson="page" data-view="{chapter.view}"'
        assert (text_of(page, "lesson-title"), text_of(page, "lesson-prompt")) == (chapter.title, chapter.prompt)
        assert text_of(page, "lesson-question") == chapter.question
        assert ('id="lesson-elsewhere"' in shown(page), 'id="lesson-plan"' in shown(page)) == (
            bool(chapter.task), bool(chapter.plan),
        )  # fmt: skip
        assert chapter.answer not in unescape(page.markup)
    assert 'id="knob-training" open' in found["lesson=decay&embed=1"].markup
    assert [key for key in CATALOGUE if 'class="say failed"' in found[f"experiment={key}"].markup] == [
        "xor-one-layer", "identity-layer", "map-plus-one", "spiral", "circle-decay",
    ], "a cause has its room before it is looked for"  # fmt: skip
    asking = [key for key, chapter in CHAPTERS.items() if chapter.task]
    assert not any('class="say failed"' in found[f"lesson={key}&embed=1"].markup for key in asking)
    asks, plain = pages().of("experiment=circle&title=Look&prompt=Why%3F"), pages().of("experiment=circle&title=Look")
    assert text_of(asks, "prediction-words") == ASKED_NEXT
    assert ['id="prediction"' in shown(page) for page in (asks, plain)] == [True, False]
    nothing, fast = pages().of("experiment=nothing"), pages().of(f"experiment=circle&alpha=fast&run={'0' * 40}")
    assert text_of(nothing, "link-notice-text") == block_of(nothing, LINK_ID)["said"]
    assert text_of(fast, "link-notice-text") == f"{COMPARING} {block_of(fast, LINK_ID)['said']}"
    assert 'id="link-notice"' not in shown(pages().of(f"lesson=tanh&run={'0' * 40}"))


def test_no_control_of_the_document_has_a_value_that_a_browser_restores() -> None:
    document = pages().of("experiment=circle").markup
    restored = [
        tag for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", document) if "autocomplete=" not in tag
    ]
    assert restored == []


def test_a_run_that_takes_long_has_its_room_in_the_document_and_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    few = "experiment=digits&samples=90000&batch=128", "experiment=circle&samples=900000&distinct=90&without=60"
    for query in (*few, "experiment=spiral&samples=900000", "lesson=left&samples=9000"):
        page = pages().of(query)
        assert page.attributes.startswith(" data-answered data-later")
        assert block_of(page, FIRST_ID)["experiment"] == block_of(page, LINK_ID)["experiment"]
        for name in ("sentence", "proof", "read-last", "read-run", "response-says"):
            assert re.fullmatch(rf"[^\d]*{FIGURE_SPACE}[^\d]*", text_of(page, name)), name
        assert not any(mark in page.markup for mark in ("first-line", 'class="weight '))
    made, query = pages(), "experiment=circle"
    for ready in (False, True):
        monkeypatch.setattr("webapp.page.opened_page.is_ready", lambda _, ready=ready: ready)
        assert ("data-later" in made.of(query).attributes) != ready


def test_beyond_what_pages_may_cost_the_document_is_the_first_experiments(client: FlaskClient) -> None:
    for query in ["", "experiment=circle&saved=0123456789abcdef", "experiment=circle&" + "a" * LONGEST]:
        assert pages().of(query) is FIRST
    assert OpenedPages(FIRST, CATALOGUE_CONTENT, None, 100_000).of("experiment=circle") is FIRST
    made = pages()
    assert made.of("experiment=circle") is made.of("experiment=circle")
    assert made.of("experiment=nothing") is made.of("experiment=nothing")
    made = pages(rate=1.0)
    given = [made.of(f"experiment=circle&alpha=0.{k}") for k in range(1, 10)]
    assert given[0] is not FIRST
    assert given[-1] is FIRST
    assert made.of("experiment=circle&alpha=0.1") is given[0]
    document = with_page(f"{ATTRIBUTES} {PAGE} {BLOCK}", f"{BLOCK} {ATTRIBUTES}", PAGE, " data-answered")
    assert document == f" data-answered {BLOCK} {ATTRIBUTES} {PAGE}"
    assert all(index("/").count(place) == 1 for place in (ATTRIBUTES, PAGE, BLOCK))
    circle, first = client.get("/?experiment=circle").text, client.get("/").text
    assert ('<html lang="en" data-answered' in circle, "data-answered>" in first) == (True, False)
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
