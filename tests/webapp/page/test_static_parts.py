"""The page's HTML comes with the document, and Dash mounts the controls alone; together they are the page."""

from html.parser import HTMLParser
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from tests.webapp.page.test_layout import CONTENT, PAGE, parts, prop
from webapp.page.before_dash.parts import PAGE as PAGE_ID
from webapp.page.before_dash.parts import is_html, markup, parted
from webapp.page.before_dash.table import row_of
from webapp.page.components.controls import aria, data, slider
from webapp.page.components.stores import SLOTS
from webapp.page.layout import layout

SLIDER = slider("a-slider", "α", low=0, high=1, step=0.5, value=0)
SERVED = parted(layout(CONTENT))


class Elements(HTMLParser):
    """The elements of a document outside of its stand-ins, and its texts; every end tag must close the last element."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.places: list[str | None] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if "data-place" in attributes:
            self.places.append(attributes["data-place"])
            assert {"class", "data-place", "inert"} == attributes.keys() - {"data-way"}
        elif "place" not in self.open:
            self.found.append((tag, attributes))
        if tag != "input":
            self.open.append("place" if "data-place" in attributes else tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() in (tag, "place" if tag == "span" else tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


DOCUMENT = Elements(SERVED.markup)


def test_html_is_written_as_html_once_and_dash_mounts_nothing_but_controls() -> None:
    for component, document in [
        (html.Div(), "<div></div>"),
        (html.Dl([html.Dt("a"), html.Dd(["b", html.B("c"), 4])]), "<dl><dt>a</dt><dd>b<b>c</b>4</dd></dl>"),
        (html.P("x < y & z", id="p", className="hint"), '<p class="hint" id="p">x &lt; y &amp; z</p>'),
        (html.Button("×", title='say "no"', disabled=True), '<button disabled title="say &quot;no&quot;">×</button>'),
        (html.Span("a", tabIndex=0), '<span tabindex="0">a</span>'),
        (html.Div(tabIndex="-1", hidden=False, role=None), '<div tabindex="-1"></div>'),
        (html.Details(html.Summary("a"), open=True), "<details open><summary>a</summary></details>"),
        (html.Span(**aria(hidden="true")), '<span aria-hidden="true"></span>'),
        (html.Span(**data(says="")), '<span data-says=""></span>'),
        (html.Span(style={"left": "3.10%", "--t": "1"}), '<span style="left:3.10%;--t:1"></span>'),
        (html.Label("b", htmlFor="b"), '<label for="b">b</label>'),
    ]:
        assert markup(component) == document
    hostile = html.P("</p><script>alert(1)</script>", title='"><script>alert(1)</script>')
    (element,) = Elements(markup(hostile)).found
    assert element == ("p", {"title": '"><script>alert(1)</script>'})
    drawn = row_of(SLIDER).stand_in(SLIDER.to_plotly_json()["props"])
    assert markup(SLIDER) == f'<span class="held" data-place="a-slider" data-way="thumb" inert>{drawn}</span>'
    tags = [type(part).__name__.lower() for part in PAGE if is_html(part)]
    # A control's own parts, such as the icon in it, come with the control.
    inside = [type(part).__name__.lower() for part in PAGE if not is_html(part) for part in parts(inner(part))]
    assert (sorted([tag for tag, _ in DOCUMENT.found] + inside), DOCUMENT.open) == (sorted(tags), [])
    elements = {prop(part, "id") for part in PAGE if is_html(part)} - {None}
    others = {prop(part, "id") for part in PAGE if not is_html(part)}
    assert {attributes["id"] for _, attributes in DOCUMENT.found if "id" in attributes} == elements
    mounted = {prop(part, "id") for part in parts(SERVED.layout)} - {None}
    assert mounted == others | {PAGE_ID}
    place, *mounted = SERVED.layout.children
    assert prop(place, "id") == PAGE_ID
    holders = [part for part in mounted if not isinstance(part, dcc.Store)]
    found = [prop(part, "id") for part in mounted if isinstance(part, dcc.Store)]
    assert found == [store for part in zip(*SLOTS, strict=True) for store in part]
    assert all(prop(holder, "className") == "held" and not is_html(holder.children) for holder in holders)
    places = DOCUMENT.places
    holders = [part for part in parts(SERVED.layout) if prop(part, "className") == "held"]
    assert places == [prop(holder, "data-holds") for holder in holders]
    assert places == [prop(holder.children, "id") for holder in holders]
    assert len(set(places)) == len(places) > 30
    assert (prop(SERVED.layout, "id"), prop(SERVED.layout, "defaultColorScheme")) == ("mantine-provider", "auto")
    assert prop(SERVED.layout, "theme") == prop(layout(CONTENT), "theme")
    said = "".join(DOCUMENT.texts)
    for text in ("300 samples took the loss to 0.132.", CONTENT.proof, *CONTENT.readouts, "Gradient check passed"):
        assert text in said


def inner(control: Component) -> list[Any]:
    """The contents of a control that needs Dash; the page itself stands in none."""
    return [] if isinstance(control, dmc.MantineProvider) else [prop(control, name) for name in control._prop_names]
