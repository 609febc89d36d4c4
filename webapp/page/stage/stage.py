"""The stage: the views of the run at one step, their tabs and their tools.

Two attributes of the document place a view: `data-view` names the one on the stage, and `data-small` those that stand
small in the right column meanwhile. An element with `data-of` is seen only while a view that it names is on the stage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from webapp.page.components.controls import aria, button, data, icon


@dataclass(frozen=True)
class ShownRun:
    """The parts of the first run that the stage shows."""

    loss: Mapping[str, Any]
    """The figure of the curve."""
    filter: str
    outputs: int
    """The number of the target's outputs, for which there is room before a script draws them."""
    answers: Mapping[str, bool] | None = None
    """Of a table: whether its answers are `classes`, and whether they are what is shown `first`."""
    failed: bool = False


@dataclass(frozen=True)
class View:
    """A view of the stage. The script that draws it exports a `view` of this name, and stands in `stage/views.js`."""

    name: str
    """Its name in links and in the document's attributes."""
    title: str
    says: str
    """Its tooltip."""
    panel_id: str
    panel: Callable[[ShownRun], Component] | None
    """The part of the page that it fills; None for a part of the right column, which comes on the stage."""
    tools: Callable[[ShownRun], Sequence[Component]] = lambda _: ()
    """Its own buttons in the bar of the stage."""
    small: tuple[str, ...] = ()
    """The names of the views that stand small beside it."""
    lasting: bool = True
    """Whether it has a tab at any time, a link may say it, and the browser remembers it."""
    framed: bool = False
    """Whether a frame of another page has room for it."""
    part: str = ""
    """The part of the page that it is, by its name in links that hide it."""
    large_maps: bool = False
    """Whether the server sends the maps in their full size while it is on the stage."""

    @property
    def tab_id(self) -> str:
        """The id of its tab, which names the panel."""
        return f"view-{self.name}"

    def tab(self) -> html.Button:
        """The tab, which a script marks as the chosen one."""
        return html.Button(
            self.title,
            id=self.tab_id,
            type="button",
            className="tab",
            role="tab",
            hidden=not self.lasting,
            **aria(selected="false", controls=self.panel_id),
            **data(view=self.name),
        )


def of_view(name: str, *children: Component) -> html.Span:
    """Parts that are seen while this view is on the stage."""
    return html.Span(list(children), className="own-tools", **data(of=name))


def stage_bar(views: Sequence[View], run: ShownRun) -> html.Div:
    """The tabs, and the tools: first those of the view that is shown, then Ask and Pin."""
    tabs = html.Div([view.tab() for view in views], className="views", role="tablist", **aria(label="Views of the run"))
    own = [of_view(view.name, *given) for view in views if (given := view.tools(run))]
    ask = button("ask", ["Ask", icon("down")], edged=True, **aria(pressed="false"))
    pin = button("pin", [icon("pin"), "Pin"], edged=True, **aria(pressed="false"))
    cancel = button("cancel", "Cancel", edged=True, hidden=True)
    tools = html.Div([cancel, *own, ask, pin], className="tools")
    return html.Div([tabs, tools], className="stage-bar with-forms" if run.answers else "stage-bar")


def panels(views: Sequence[View], run: ShownRun) -> list[Component]:
    """The panel of each view that has one of its own."""
    return [view.panel(run) for view in views if view.panel]


def enlarge(view: str, title: str) -> html.Button:
    """The heading of a view that is not on the stage, which puts it there."""
    return html.Button([title, icon("enlarge")], type="button", className="button enlarge", **data(view=view))
