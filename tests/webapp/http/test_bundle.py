"""The page's own styles and scripts travel as two files, which browsers keep."""

import re
from pathlib import Path

import pytest

from tests.engine.asserting import refuses
from tests.webapp.asking import SETTINGS
from webapp.app import ASSETS, create_app, own_files
from webapp.http import bundle
from webapp.settings import Settings


def addresses(settings: Settings = SETTINGS) -> tuple[str, list[str]]:
    page = create_app(settings).server.test_client().get("/").get_data(as_text=True)
    return page, re.findall(r'(?:href|src)="([^"]*assets/[^"]*)"', page)


def styled(folder: Path, order: str, **sheets: str) -> Path:
    """A folder of assets with these style sheets, and the list of their order."""
    (folder / "css").mkdir()
    for name, text in sheets.items():
        (folder / "css" / f"{name}.css").write_text(text)
    (folder / "css" / "order.txt").write_text(order)
    return folder


def test_style_sheets_are_joined_whole_in_the_order_of_their_list_and_hold_their_icons(tmp_path: Path) -> None:
    styled(tmp_path, "b.css\na.css\n", a="a {}\n/* → */", b="b {}\n")
    assert bundle.styles(tmp_path).content == "b {}\n\na {}\n/* → */"
    linked = tmp_path / "linked"
    linked.mkdir()
    sheet = bundle.styles(styled(linked, "limits.css a.css", a="a {}", limits="\nth {}"))
    assert (sheet.content, sheet.element("/")) == ("a {}\nth {}", "<style>a{}</style>")
    icons = tmp_path / "icons"
    icons.mkdir()
    styled(icons, "a.css", a=".a { mask: url(../icons/a-b.svg) center; }\n")
    (icons / "icons").mkdir()
    (icons / "icons" / "a-b.svg").write_text('<svg fill="#000"/>\n')
    held = bundle.styles(icons).content
    assert held == '.a { mask: url("data:image/svg+xml,%3Csvg fill=%22%23000%22/%3E") center; }\n'


@pytest.mark.parametrize("order", ["a.css", "a.css b.css c.css", "a.css b.css b.css"])
def test_a_style_sheet_that_is_not_listed_or_missing_is_refused(tmp_path: Path, order: str) -> None:
    styled(tmp_path, order, a="a {}", b="b {}")
    refuses(ValueError, bundle.styles, tmp_path, match=r"order\.txt and the style sheets beside it differ: [bc]\.css\.")


def test_a_bundle_is_compressed_and_kept_for_a_year_and_another_content_has_another_address(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    script = tmp_path / "js" / "main.js"
    script.write_text("first();")
    before = bundle.scripts(tmp_path).address
    assert bundle.scripts(tmp_path).address == before
    script.write_text("first(1);")
    assert bundle.scripts(tmp_path).address != before
    client = create_app(SETTINGS).server.test_client()
    for made in own_files():
        answer = client.get(f"/{made.address}", headers={"Accept-Encoding": "br"})
        assert answer.headers["Content-Encoding"] == "br"
        assert (answer.headers["Cache-Control"], answer.mimetype) == ("public, max-age=31536000", made.mimetype)
        assert client.get(f"/{made.address}").get_data(as_text=True) == made.content


def test_the_page_has_its_style_asks_for_one_script_and_plotly_waits_in_a_template() -> None:
    page, found = addresses()
    own = [address for address in found if re.search(r"\.(css|js)\b", address)]
    # The script is requested ahead, before it is named where it runs.
    assert (own, page.count("<style>")) == ([f"/{bundle.scripts(ASSETS).address}"] * 2, 1)
    assert own_files()[0].element("/") in page
    assert page.count("package_data/plotly") == 1
    assert "package_data/plotly" in page[page.index('<template id="plotly">') : page.index("</template>")]
    early = [address.removeprefix("/assets/") for address in found if address.endswith(".woff2")]
    assert len(early) == 3
    assert all(f"url(../{font})" in own_files()[0].content for font in early)
    settings = Settings(store="memory", secret_key="k" * 32, url_prefix="/bench")
    _, found = addresses(settings)
    assert found
    assert all(address.startswith("/bench/assets/") for address in found)


def test_a_style_sheet_in_the_page_has_no_comments_holds_its_icons_and_finds_what_it_names(tmp_path: Path) -> None:
    assert "../icons/" not in bundle.styles(ASSETS).content
    assert bundle.styles(ASSETS).content.count("data:image/svg+xml,") >= len(list((ASSETS / "icons").iterdir()))
    text = '/* a\n b */\n.a,\n.c {\n  src: url(../fonts/a.woff2);\n}\n\n.b::after {\n  content: "a, b; {\u00b7 }";\n}\n'
    styled(tmp_path, "a.css", a=text)
    element = bundle.styles(tmp_path).element("/class/")
    plain = '.a,.c{src:url(/class/assets/fonts/a.woff2)}.b::after{content:"a, b; {\u00b7 }"}'
    assert element == f"<style>\n{plain}</style>"
