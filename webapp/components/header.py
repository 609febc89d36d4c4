"""The header: whose page it is, which experiment is on the bench, and the acts that concern all of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from webapp import ids
from webapp.components.controls import aria, icon, icon_button, select

THEME_NAME = "Light or dark"
HELP_NAME = "Help and keys"


def header(experiments: Sequence[Mapping[str, Any]], experiment: str, hint: str) -> html.Header:
    """NNBench · experiment, what to look for · undo, redo · theme, help; on a telephone the last two are a menu."""
    return html.Header(
        [
            html.Div("NNBench", className="mark"),
            html.Div(
                [picker(experiments, experiment), html.P(hint, id=ids.NETWORK_HINT, className="hint")],
                className="chosen",
            ),
            html.Div(
                [
                    icon_button(ids.UNDO, "undo", "Undo", disabled=True),
                    icon_button(ids.REDO, "redo", "Redo", disabled=True),
                    html.Span(className="rule desk"),
                    icon_button(ids.THEME, "moon", THEME_NAME, extra="desk"),
                    icon_button(ids.HELP, "help", HELP_NAME, extra="desk"),
                    folded(),
                ],
                className="acts",
            ),
        ],
        className="head",
    )


def picker(experiments: Sequence[Mapping[str, Any]], experiment: str) -> html.Div:
    """The name of the experiment, in a menu grouped as the catalogue is."""
    return html.Div(
        [
            html.Span(group_of(experiments, experiment), id=ids.EXPERIMENT_GROUP, className="from"),
            select(ids.EXPERIMENT, experiments, experiment, width=300, indent=-35, **aria(label="Experiment")),
        ],
        className="pick",
    )


def group_of(experiments: Sequence[Mapping[str, Any]], experiment: str) -> str:
    """The group that holds the experiment with that key, or nothing."""
    holds = (row["group"] for row in experiments if any(i["value"] == experiment for i in row["items"]))
    return str(next(holds, ""))


def folded() -> html.Details:
    """The menu that holds on a telephone what the header has no room for."""
    return html.Details(
        [
            html.Summary(icon("more"), className="button square", **aria(label="Theme, help")),
            html.Div(
                [
                    folded_button(ids.THEME_PHONE, "moon", THEME_NAME),
                    folded_button(ids.HELP_PHONE, "help", HELP_NAME),
                ],
                className="menu",
            ),
        ],
        className="folded phone",
    )


def folded_button(id_: str, picture: str, name: str) -> html.Button:
    """One line of the folded menu."""
    return html.Button([icon(picture), name], id=id_, type="button", className="button")
