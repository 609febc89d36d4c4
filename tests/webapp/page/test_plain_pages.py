"""Pages beside the bench have its look and a way back to it, also under a sub-path and where no script runs."""

import re
from dataclasses import replace

from flask.testing import FlaskClient

from tests.webapp.asking import SETTINGS
from tests.webapp.base.test_theme import contrast
from webapp import create_app
from webapp.app import ASSETS, own_files
from webapp.base.theme import THEMES
from webapp.http.guard import inline_hashes
from webapp.page.plain_pages import NO_SCRIPT, PlainPages

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PLAIN_CSS = (ASSETS / "css" / "plain.css").read_text("utf-8")


def client_of(prefix: str) -> FlaskClient:
    found: FlaskClient = create_app(replace(SETTINGS, url_prefix=prefix)).server.test_client()
    return found


def test_pages_beside_the_bench_lead_back_and_where_no_script_runs_say_so() -> None:
    clients = {prefix: client_of(prefix) for prefix in ("", "/class/bench")}
    for path, status in [("/limits", 200), ("/nothing", 404), ("/export/nothing", 404)]:
        for prefix, client in clients.items():
            answer = client.get(path, headers=BROWSER)
            assert (answer.status_code, answer.mimetype) == (status, "text/html")
            assert f'<a class="mark" href="{prefix}/">NNBench</a>' in answer.text
            (styles,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
            assert client.get(styles).text == own_files()[0].content
            for address in re.findall(r'<link [^>]*href="([^"]+)"', answer.text):
                assert address.startswith(f"{prefix}/")
                assert client.get(address).status_code == 200, address
    for path in ["/limits", "/nothing"]:
        answer = clients[""].get(path, headers=BROWSER)
        (allowed,) = inline_hashes(answer.text)
        assert allowed in answer.headers["Content-Security-Policy"]
    client = client_of("")
    assert "Set-Cookie" not in client.get("/nothing", headers=BROWSER).headers
    assert "Set-Cookie" in client.get("/", headers=BROWSER).headers
    page = PlainPages("/", "/styles.css").refusal(400, "<b>no</b> & no.", "<i>")
    assert "&lt;b&gt;no&lt;/b&gt; &amp; no." in page
    assert ("<b>" in page, "<i>" in page) == (False, False)
    assert "<title>Bad Request · NNBench</title>" in page
    for prefix, client in clients.items():
        page = client.get("/").text
        (inside,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
        assert all(sentence in inside for sentence in NO_SCRIPT)
        assert f'<a href="{prefix}/">Open the bench again</a>' in inside
    (rules,) = re.findall(r"@media \(scripting: none\) and [^{]*\{\s*:root \{([^}]*)\}", PLAIN_CSS)
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", rules))
    dark = THEMES["dark"]
    assert colours == {name: getattr(dark, name.replace("-", "_")) for name in colours}
    assert (set(re.findall(r"var\(--(paper|line|ink[-\d]*)\)", PLAIN_CSS)) | {"paper"}) <= set(colours)
    assert contrast(colours["ink-3"], colours["paper"]) >= 4.5
