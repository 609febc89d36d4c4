"""The header: the name, the experiment, and the actions on the whole page."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from webapp.page.components.controls import aria, data, icon, icon_button, select

THEME_NAME = "Light or dark"
WIDTH = "min(340px, 100vw - 10px)"
HELP_NAME = "Keys and words"


def header(
    experiments: Sequence[Mapping[str, Any]], experiment: str, hint: str, files: Mapping[str, str], *, shared: bool
) -> html.Header:
    """NNBench · experiment · story, undo, redo · link, export · theme, help.

    On a phone everything after undo and redo is in a menu. `files` are the names and titles of the exports; story and
    link are there where the bench is `shared`, so that links express it.
    """
    return html.Header(
        [
            html.Div("NNBench", className="mark"),
            html.Div(
                [
                    picker(experiments, experiment, hint),
                    *([first_visit("first-visit", "desk")] if shared else []),
                ],
                className="chosen",
            ),
            html.Div(
                [
                    *([story()] if shared else []),
                    icon_button("undo", "undo", "Undo", disabled=True),
                    icon_button("redo", "redo", "Redo", disabled=True),
                    html.Span(className="rule desk"),
                    *([share_link()] if shared else []),
                    export_menu(files),
                    html.Span(className="rule desk"),
                    icon_button("theme", "moon", THEME_NAME, extra="desk"),
                    icon_button("help", "help", HELP_NAME, extra="desk"),
                    phone_menu(shared=shared),
                ],
                className="acts",
                role="toolbar",
                **aria(label="The whole page"),
            ),
        ],
        className="head",
    )


def picker(experiments: Sequence[Mapping[str, Any]], experiment: str, hint: str) -> html.Div:
    """The name of the experiment, in a menu with the groups of the catalogue; its tooltip says what to look for."""
    return html.Div(
        [
            html.Span(group_of(experiments, experiment), id="experiment-group", className="from"),
            select(
                "experiment",
                experiments,
                experiment,
                width=WIDTH,
                indent=-35,
                **aria(label="Experiment"),
            ),
        ],
        id="picker",
        className="pick",
        **data(says=hint),
    )


def group_of(experiments: Sequence[Mapping[str, Any]], experiment: str) -> str:
    """The group of the experiment with that key, or an empty text."""
    holds = (row["group"] for row in experiments if any(i["value"] == experiment for i in row["items"]))
    return str(next(holds, ""))


def story() -> html.Button:
    """The button for the notebook's story, at the page where one left it."""
    return html.Button(
        [icon("book"), "Story"],
        id="story",
        type="button",
        className="button desk",
    )


def first_visit(id_: str, where: str) -> html.Div:
    """One line for a first-time visitor, seen on the first visit alone; `where` is the class "desk" or "phone"."""
    return html.Div(
        [
            html.Button("Start with the story", type="button", **data(begins="story")),
            html.Button(icon("close"), type="button", title="Close", **aria(label="Close"), **data(begins="nothing")),
        ],
        id=id_,
        className=f"first-visit {where}",
    )


def share_link() -> html.Button:
    """Share link; a script copies it."""
    return html.Button(
        [icon("link"), word("Share link")],
        id="share",
        type="button",
        className="button desk",
        **aria(label="Share link"),
    )


def export_menu(files: Mapping[str, str]) -> html.Button:
    """Export; a script opens its menu."""
    return html.Button(
        [icon("out"), word("Export"), icon("down")],
        id="export",
        type="button",
        className="button desk",
        **aria(haspopup="menu", label="Export"),
        **data(files=json.dumps(files)),
    )


def word(text: str) -> html.Span:
    """The text of a button that is left out where the header has no room for it."""
    return html.Span(text, className="word")


def phone_menu(*, shared: bool) -> html.Details:
    """The menu of the actions for which the header has no room on a phone."""
    lines = (
        ("share", "link", "Share link"),
        ("export", "out", "Export"),
        ("story", "book", "The notebook's story"),
    )
    return html.Details(
        [
            html.Summary(icon("more"), className="button square", **aria(label="Share, export, theme, help")),
            html.Div(
                [
                    *(phone_menu_button(f"{id_}-phone", *words) for id_, *words in lines if shared or id_ == "export"),
                    phone_menu_button("theme-phone", "moon", THEME_NAME),
                    phone_menu_button("help-phone", "help", HELP_NAME),
                ],
                className="menu",
            ),
        ],
        className="folded phone",
    )


def phone_menu_button(id_: str, image: str, name: str) -> html.Button:
    """One line of that menu."""
    return html.Button([icon(image), name], id=id_, type="button", className="button")
