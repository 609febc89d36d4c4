"""The header: whose page it is, which experiment is on the bench, and the acts that concern all of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html

from webapp import ids
from webapp.components.controls import aria, icon, icon_button, select

THEME_NAME = "Light or dark"
HELP_NAME = "Help and keys"


def header(experiments: Sequence[Mapping[str, Any]], experiment: str) -> html.Header:
    """NNBench · experiment · undo, redo · theme, help; the last two fold into a menu on a telephone."""
    return html.Header(
        [
            html.Div("NNBench", className="mark"),
            picker(experiments, experiment),
            html.Div(
                [
                    icon_button(ids.UNDO, "undo", "Undo", disabled=True),
                    icon_button(ids.REDO, "redo", "Redo", disabled=True),
                    html.Span(className="rule desk"),
                    icon_button(ids.THEME, "moon", THEME_NAME, extra="desk"),
                    icon_button(ids.HELP, "help", HELP_NAME, extra="desk"),
                    html.Div(folded(), className="phone"),
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
            select(ids.EXPERIMENT, experiments, experiment, width=300, **aria(label="Experiment")),
        ],
        className="pick",
    )


def group_of(experiments: Sequence[Mapping[str, Any]], experiment: str) -> str:
    """The group that holds the experiment with that key, or nothing."""
    holds = (row["group"] for row in experiments if any(i["value"] == experiment for i in row["items"]))
    return str(next(holds, ""))


def folded() -> dmc.Menu:
    """The menu that holds on a telephone what the header has no room for."""
    opener = html.Button(
        icon("more"),
        type="button",
        className="button square",
        **aria(label="Theme, help", haspopup="menu"),
    )
    return dmc.Menu(
        [
            # The wrapper that Mantine puts around the button would claim to be the one that opens the menu.
            dmc.MenuTarget(opener, boxWrapperProps={"aria-haspopup": None, "aria-expanded": None}),
            dmc.MenuDropdown(
                [
                    dmc.MenuItem(THEME_NAME, id=ids.THEME_PHONE, leftSection=icon("moon")),
                    dmc.MenuItem(HELP_NAME, id=ids.HELP_PHONE, leftSection=icon("help")),
                ]
            ),
        ],
        unstyled=True,
        position="bottom-end",
        offset=4,
        keepMounted=True,
        zIndex=200,
    )
