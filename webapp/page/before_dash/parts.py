"""The page in two parts: the document's HTML, and the layout that Dash mounts.

A component costs a visitor's browser its JSON, a React element and a node of the DOM, and nine out of ten of the page's
are plain HTML that no callback knows. So the page is written as one tree of components and served as two things: the
document holds all of its HTML, with a stand-in for each control, and Dash's layout holds the controls alone.
`assets/js/before_dash/` has the stand-ins used meanwhile, and puts each control in the place of its stand-in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from webapp.page.before_dash.stand_ins import element
from webapp.page.before_dash.table import row_of
from webapp.page.components.controls import data

PAGE = "page"
"""The id of the element of Dash's layout that takes the page's HTML."""


@dataclass(frozen=True)
class Parts:
    """The page as it is served."""

    markup: str
    """The HTML of the page, for the document."""
    layout: dmc.MantineProvider
    """The layout that Dash mounts: the place that takes that HTML, the controls, and the stores."""


def parted(page: dmc.MantineProvider) -> Parts:
    """The page in its two parts."""
    drawn = [part for part in page.children if not isinstance(part, dcc.Store)]
    stores = [part for part in page.children if isinstance(part, dcc.Store)]
    held = [html.Div(control, className="held", **data(holds=id_of(control))) for control in controls(drawn)]
    provider = {name: getattr(page, name) for name in page.to_plotly_json()["props"] if name != "children"}
    return Parts(markup(drawn), dmc.MantineProvider([html.Div(id=PAGE), *held, *stores], **provider))


def is_html(part: Component) -> bool:
    """Whether a component is an element of HTML and nothing more."""
    return type(part).__module__.startswith("dash.html")


def id_of(control: Component) -> str:
    """The id of a control, under which it finds its place."""
    return str(control.to_plotly_json()["props"]["id"])


def controls(part: Any) -> Iterator[Component]:
    """The components that need Dash, in the order of the page."""
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from controls(one)
    elif isinstance(part, Component):
        if is_html(part):
            yield from controls(getattr(part, "children", None))
        else:
            yield part


def markup(part: Any) -> str:
    """The HTML of components and texts, with a place for each control that needs Dash."""
    if part is None:
        return ""
    if isinstance(part, (list, tuple)):
        return "".join(map(markup, part))
    if not isinstance(part, Component):
        return escape(str(part), quote=False)
    # Dash's own order differs from process to process.
    properties = dict(sorted(part.to_plotly_json()["props"].items()))
    if not is_html(part):
        row = row_of(part)
        # Inert until scripts use it: no pointer, no key and no screen reader finds it.
        place = {"className": "held", "data-place": id_of(part), "data-way": row.way or None, "inert": True}
        return element("span", place, row.stand_in(properties))
    children = properties.pop("children", None)
    return element(type(part).__name__.lower(), properties, markup(children))
