"""The page is whole: every id once, every control named, every colour readable, and nothing from elsewhere."""

import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component
from flask.testing import FlaskClient

from engine.experiments.knobs import plain_knobs
from tests.webapp.base.test_theme import contrast, tokens
from webapp.base.theme import THEMES as CHARTS
from webapp.base.theme import _lab, weight_ramp
from webapp.bench.knob_controls import control_value
from webapp.bench.knob_values import samples_position
from webapp.page.components.controls import colour_key
from webapp.page.components.knobs import TABS
from webapp.page.components.step_views import first_weights
from webapp.page.fonts import font_faces
from webapp.page.glossary import GLOSSARY
from webapp.page.index import META_TAGS, PREVIEW, PREVIEW_SIZE, index, meta_tags, with_page
from webapp.page.layout import InitialPage, layout

ASSETS = Path(__file__).parents[3] / "assets"
STYLES = ASSETS / "css"
SHEETS = sorted(STYLES.glob("*.css"))

BLOCKS = [
    {"name": name, "rows": 1, "columns": wide, "box": [left, 0.0, wide / 4, 0.5], "numbers": True, "buttons": True}
    for name, wide, left in (("M", 2, 0.0), ("b", 1, 0.75))
]
URL = r"url\(([^)]*)\)"
NAMES = [{"text": "v₀", "left": 0.25, "top": 0.0, "side": "over"}]
CONTENT = InitialPage(
    experiment_json="{}",
    experiments=[
        {"group": "From the notebook", "items": [{"value": "tanh-signs", "label": "tanh learns signs"}]},
        {"group": "Classics", "items": [{"value": "circle", "label": "Circle"}]},
    ],
    experiment="circle",
    hint="The sharper the edges become.",
    static_view={
        "name": "0123456789ab", "badge": {"state": "agrees"},
        "strip": {"chip": {"cells": [-1.0, 0.5], "digits": "a567 1021"}},
        "target": {"formulas": ["sign(v0)", "sign(v0 - v1)"]},
        "response": {"rows": 2, "inputs": 2},
    },
    badge="Gradient check passed",
    controls={knob.name: control_value(knob, knob.default) for knob in plain_knobs()}
    | {"alpha": "0.252", "position": 0.5, "samples": 2000, "seed": 4, "ideal": "signs", "inputs": "normal"},
    targets=[{"value": "signs", "label": "Signs"}],
    input_choices=[{"value": "normal", "label": "Normal"}],
    initial_weights={"seed": 1, "scheme": "normal", "says": "seed 1, Normal"},
    sentence=["300 samples took the loss to ", html.B("0.132", className="now"), "."],
    proof="Run f009 4f17.",
    readouts=("3.95", "0.00201", "6.21", "", "204 of 206", "67 of 68", "f009 4f17"),
    loss={"data": [], "layout": {}},
    weights_view="trained",
    weights=first_weights({"cells": BLOCKS, "names": NAMES}, [0.5, -2.0, 0.0], 2.0),
    weights_key=colour_key("−3.6", "3.6"),
    response_key=colour_key("−1", "1"),
    response_text="Sample 299.",
    files={"script": "Python script"},
)  # fmt: skip

NAMED_BY = {
    html.A: ("aria-label", "children"), html.Button: ("aria-label", "children"),
    html.Summary: ("aria-label", "children"), html.Dialog: ("aria-label", "aria-labelledby"),
    html.Nav: ("aria-label",), html.Section: ("aria-label",), dmc.Checkbox: ("label",),
    dmc.SegmentedControl: ("aria-label",), dmc.Select: ("aria-label", "label"), dmc.Slider: ("thumbLabel",),
    dmc.Switch: ("label",), dmc.TextInput: ("aria-label", "label"),
}  # fmt: skip
"""The properties from which a screen reader takes each component's name."""

SAID_IN = ("children", "label", "title", "aria-label", "thumbLabel")
"""Where a component has words of its own."""


def prop(part: Component, name: str) -> Any:
    return getattr(part, name, None)


def parts(of: Any) -> Iterator[Component]:
    """Every component, also those that are given as something else than children."""
    if isinstance(of, Component):
        yield of
        for name in of._prop_names:
            yield from parts(prop(of, name))
    elif isinstance(of, (list, tuple)):
        for one in of:
            yield from parts(one)


PAGE = list(parts(layout(CONTENT)))
NAMED = [part for part in PAGE if type(part) in NAMED_BY]


def ids_on_the_page() -> list[Any]:
    return [prop(part, "id") for part in PAGE if prop(part, "id")]


def declarations(pattern: str) -> list[tuple[str, str]]:
    """(sheet, what the pattern finds there) for all style sheets."""
    return [(sheet.name, found) for sheet in SHEETS for found in re.findall(pattern, sheet.read_text("utf-8"))]


def test_every_id_control_and_landmark_is_on_the_page_once_and_first_values_where_they_belong() -> None:
    found = ids_on_the_page()
    assert len(found) == len(set(found))
    selectors = " ".join(term.selector for term in GLOSSARY)
    assert set(re.findall(r"#([\w-]+)", selectors)) <= set(found)
    for part in NAMED:
        assert any(spoken(prop(part, name)) for name in NAMED_BY[type(part)])
    assert {type(part) for part in NAMED} == set(NAMED_BY)
    controls = {type(part) for part in PAGE if "value" in part._prop_names or "n_clicks" in part._prop_names}
    mere_html = {kind for kind in controls if kind.__module__.startswith("dash.html")}
    assert controls - mere_html <= set(NAMED_BY)
    said = said_on_the_page()
    assert {"Own data", "Use this data", "Rows of own data"} <= set(said)
    assert [text for text in said if re.search(r"\bfacts?\b", text, re.IGNORECASE)] == []
    own = {prop(part, "id") for part in parts(layout(replace(CONTENT, shared=False)))}
    gone = {"share", "story", "share-phone", "story-phone"}
    gone |= {"first-visit", "first-visit-phone"}
    gone |= {"share-dialog", "share-heading", "share-body"}
    assert set(ids_on_the_page()) - own == gone
    for name, what, value in [
        ("experiment-group", "children", "Classics"), ("alpha-slider", "value", 0.5),
        ("samples-field", "value", "2,000"), ("samples-slider", "value", samples_position(2000)),
        ("read-potential", "children", "6.21"), ("retraining", "hidden", True), ("cancel", "hidden", True),
        ("note", "hidden", True), ("badge", "children", "Gradient check passed"),
        ("weights-field", "value", "1"), ("weights-said", "children", "seed 1, Normal"),
    ]:  # fmt: skip
        (part,) = [part for part in PAGE if prop(part, "id") == name]
        assert prop(part, what) == value


def said_on_the_page() -> list[str]:
    found = [prop(part, name) for part in PAGE for name in SAID_IN]
    texts = [text for one in found for text in (one if isinstance(one, list) else [one])]
    return [text for text in texts if isinstance(text, str)]


def spoken(content: Any) -> str:
    if isinstance(content, (list, tuple)):
        return "".join(map(spoken, content))
    return spoken(prop(content, "children")) if isinstance(content, Component) else content or ""


def test_the_page_has_one_h1_its_language_and_links_to_what_is_there() -> None:
    headings = [part for part in PAGE if isinstance(part, html.H1)]
    # The comparison's takes the place of the run's while it is open.
    assert [prop(heading, "id") for heading in headings] == ["sentence", "compare-sentence"]
    assert [prop(heading, "aria-live") for heading in headings] == [None, None]
    assert [prop(part, "role") for part in PAGE if prop(part, "id") == "announced"] == ["status"]
    elsewhere = ("embed-open", "lesson-class")
    anchors = [part for part in PAGE if isinstance(part, html.A) and prop(part, "id") not in elsewhere]
    links = [prop(part, "href").removeprefix("#") for part in anchors]
    referring = ("aria-labelledby", "aria-describedby")
    links += [prop(part, name) for part in PAGE for name in referring if prop(part, name)]
    inputs = [prop(part, "attributes")["input"] for part in PAGE if isinstance(part, dmc.TextInput)]
    links += [attributes["aria-describedby"] for attributes in inputs]
    assert {block for block, _ in TABS} < set(links) <= set(ids_on_the_page())
    frame = index("/")
    assert ("html", {"lang": "en"}) in Tags(with_page(frame, "", "", "")).found
    assert ("html", {"lang": "en", "data-answered": None}) in Tags(with_page(frame, "", "", " data-answered")).found
    assert frame.index("mantineColorScheme") < frame.index("{%css%}")
    assert {tag["name"] for tag in META_TAGS} == {"viewport", "color-scheme"}


def test_styles_fetch_nothing_from_elsewhere_and_text_and_lines_contrast() -> None:
    urls = [url for _, url in declarations(URL)] + re.findall(URL, font_faces())
    assert [url for url in urls if not (STYLES / url).is_file()] == []
    assert declarations(r"@import|https?:|//") == []
    used = {(STYLES / url).resolve() for url in urls}
    kept = {path.resolve() for kind in ("fonts/*.woff2", "icons/*.svg") for path in ASSETS.glob(kind)}
    assert used == kept
    read = {name for _, name in declarations(r"var\((--[\w-]+)\)")}
    own = {name for _, name in declarations(r"(--[\w-]+):")}
    by_components = {name for part in PAGE for name in (prop(part, "style") or {})}
    scripts = [script.read_text("utf-8") for script in (ASSETS / "js").rglob("*.js")]
    by_scripts = {name for script in scripts for name in re.findall(r'"(--[\w-]+)"', script)}
    assert read - own - by_components - by_scripts == set()
    for front, back, least in RULES:
        for colours in map(tokens, CHARTS):
            assert contrast(colours[front], colours[back]) >= least
    for chart in CHARTS.values():
        (cut,) = {float(cut) for _, cut in declarations(r"clamp\(0, \((0\.\d+) - l\)")}
        for _, colour in weight_ramp(chart):
            ink = "#ffffff" if _lab(colour)[0] < cut else "#000000"
            assert contrast(ink, colour) >= 4.5, colour


READABLE = [
    (front, back, 4.5)
    for front in ("ink", "ink-2", "ink-3", "now", "bad", "warn")
    for back in ("paper", "raised", "sunken")
]
SEEN = [(line, "paper", 3.0) for line in ("ghost-1", "ghost-2", "ghost-3", "edge", "now")]
RULES = [*READABLE, *SEEN, ("edge", "raised", 3.0), ("ink-2", "bad-soft", 4.5), ("bad", "bad-soft", 4.5)]


class Tags(HTMLParser):
    """The start tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_link_preview_has_a_title_a_description_and_an_image_as_large_as_it_says(client: FlaskClient) -> None:
    for public_url, prefix, start in [
        ("", "/", "/"), ("", "/class/", "/class/"),
        ("https://bench.example.org/class", "/class/", "https://bench.example.org/class/"),
    ]:  # fmt: skip
        said = {tag.get("name", tag.get("property")): tag["content"] for tag in meta_tags(public_url, prefix)}
        assert said["og:image"] == f"{start}assets/{PREVIEW}"
        assert 40 < len(said["description"]) < 160
        assert (said["og:description"], said["twitter:card"]) == (said["description"], "summary_large_image")
    picture = (ASSETS / PREVIEW).read_bytes()
    assert struct.unpack(">II", picture[16:24]) == PREVIEW_SIZE
    assert len(picture) < 150_000
    with client.get(f"/assets/{PREVIEW}") as given:
        assert given.mimetype == "image/png"
    assert f'content="/assets/{PREVIEW}"' in client.get("/").get_data(as_text=True)


def test_the_document_fetches_from_its_own_server_and_lets_plotly_be_cached(client: FlaskClient) -> None:
    for prefix in ["/", "/class/nnbench/"]:
        scripts, *type_, layout_, dependencies = fetched(prefix)
        assert scripts == f"{prefix}assets/js/nnbench.js"
        assert plotly_of(prefix).startswith(f"{prefix}_dash-component-suites/plotly/")
        assert all(font.startswith(f"{prefix}assets/fonts/") for font in type_)
        assert [layout_, dependencies] == [f"{prefix}_dash-layout", f"{prefix}_dash-dependencies"]
    scripts, *type_, layout_, dependencies = fetched()
    plotly = plotly_of()
    assert client.get(scripts).mimetype == "text/javascript"
    given = client.get(plotly)
    assert (given.status_code, given.mimetype) == (200, "text/javascript")
    assert "max-age=31536000" in given.headers["Cache-Control"]
    assert (client.get("/").get_data(as_text=True).count(plotly), len(type_)) == (1, 3)
    for font in type_:
        with client.get(font) as file:
            assert file.mimetype == "font/woff2"
    assert {client.get(path).mimetype for path in (layout_, dependencies)} == {"application/json"}


def test_the_first_paint_waits_for_what_stands_above_the_end_of_the_first_screen(client: FlaskClient) -> None:
    document = client.get("/").get_data(as_text=True)
    (named,) = [str(found["href"])[1:] for _, found in Tags(document).found if found.get("blocking") == "render"]
    assert document.index('id="loss-picture"') < document.index(f'id="{named}"') < document.index("<template")


def fetched(prefix: str = "/") -> list[str]:
    document = index(prefix, scripts=f"{prefix}assets/js/nnbench.js")
    return [str(found["href"]) for _, found in Tags(document).found if not str(found.get("href", "#")).startswith("#")]


def plotly_of(prefix: str = "/") -> str:
    (found,) = re.findall('<template id="plotly"><script src="(.*?)"></script></template>', index(prefix))
    return str(found)
