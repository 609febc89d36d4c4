"""Pages beside the bench have its look and a way back to it, also under a sub-path and where no script runs."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS
from tests.webapp.base.test_theme import contrast
from webapp import create_app
from webapp.app import ASSETS
from webapp.base.theme import THEMES
from webapp.http import bundle
from webapp.http.guard import inline_hashes
from webapp.page.plain_pages import NO_SCRIPT, PlainPages

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PLAIN_CSS = (ASSETS / "css" / "plain.css").read_text("utf-8")


def client_of(prefix: str) -> FlaskClient:
    """A client of a server under that sub-path."""
    found: FlaskClient = create_app(replace(SETTINGS, url_prefix=prefix)).server.test_client()
    return found


@pytest.mark.parametrize("prefix", ["", "/class/bench"])
@pytest.mark.parametrize(("path", "status"), [("/limits", 200), ("/nothing", 404), ("/export/nothing", 404)])
def test_a_page_beside_the_bench_has_its_styles_and_leads_back(prefix: str, path: str, status: int) -> None:
    client = client_of(prefix)
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert f'<a class="mark" href="{prefix}/">NNBench</a>' in answer.text
    (styles,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
    assert client.get(styles).text == bundle.styles(ASSETS).content
    for address in re.findall(r'<link [^>]*href="([^"]+)"', answer.text):
        assert address.startswith(f"{prefix}/")
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("path", ["/limits", "/nothing"])
def test_the_script_that_chooses_the_theme_is_one_that_the_policy_allows(path: str) -> None:
    answer = client_of("").get(path, headers=BROWSER)
    (allowed,) = inline_hashes(answer.text)
    assert allowed in answer.headers["Content-Security-Policy"]


def test_a_refused_page_sets_no_cookie_and_a_page_does() -> None:
    client = client_of("")
    assert "Set-Cookie" not in client.get("/nothing", headers=BROWSER).headers
    assert "Set-Cookie" in client.get("/", headers=BROWSER).headers


def test_a_refusal_is_text_and_no_markup() -> None:
    page = PlainPages("/", "/styles.css").refusal(400, "<b>no</b> & no.", "<i>")
    assert "&lt;b&gt;no&lt;/b&gt; &amp; no." in page
    assert ("<b>" in page, "<i>" in page) == (False, False)
    assert "<title>Bad Request · NNBench</title>" in page


@pytest.mark.parametrize("prefix", ["", "/class/bench"])
def test_where_no_script_runs_the_bench_says_so_and_leads_back(prefix: str) -> None:
    page = client_of(prefix).get("/").text
    (inside,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert all(sentence in inside for sentence in NO_SCRIPT)
    assert f'<a href="{prefix}/">Open the bench again</a>' in inside


def test_where_no_script_runs_the_dark_colours_are_those_of_the_dark_theme() -> None:
    (rules,) = re.findall(r"@media \(scripting: none\) and [^{]*\{\s*:root \{([^}]*)\}", PLAIN_CSS)
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", rules))
    dark = THEMES["dark"]
    assert colours == {name: getattr(dark, name.replace("-", "_")) for name in colours}
    used = set(re.findall(r"var\(--(paper|line|ink[-\d]*)\)", PLAIN_CSS)) | {"paper"}
    assert used <= set(colours)
    assert contrast(colours["ink-3"], colours["paper"]) >= 4.5
