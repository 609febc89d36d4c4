"""The middle column: the sentence about the last change with its proof, and a stage with a view of the run at one step.

The stage shows the loss curve, the output of the network or the surface of two runs, over one scrubber; the other
views stand smaller in the right column. The styles place them by the attribute `data-view` of the document.
"""

from collections.abc import Mapping
from typing import Any

from dash import html

from webapp.base import ids
from webapp.page.components.controls import Children, aria, button, data, graph, icon, icon_button, segmented
from webapp.page.components.lesson import lesson, link_notice
from webapp.page.components.run_table import (
    comparison_sentence,
    comparison_tab,
    comparison_tools,
    comparison_view,
)
from webapp.page.components.scrubber import scrubber

VIEWS = (("loss", "Loss"), ("output", "Output"), ("surface", "Surface"))
"""The views of the stage, by the names that links say."""

FILTERS = (("raw", "Raw"), ("low pass", "Smoothed"), ("both", "Both"))
READOUTS = (
    (ids.READ_MAX, "Max loss"),
    (ids.READ_LAST, "Last loss"),
    (ids.READ_POTENTIAL, "Learning potential"),
    (ids.READ_HELD_OUT, "Held-out loss"),
    (ids.READ_RUN, "Run"),
)


def curve_column(
    sentence: Children,
    proof: str,
    readouts: tuple[str, str, str, str, str],
    filter_name: str,
    figure: Mapping[str, Any],
    outputs: int,
) -> html.Section:
    """The sentence first, then the stage. `readouts` are the texts of READOUTS; one that is empty is not shown.

    `outputs` is the number of the target's outputs, for which there is room before a script draws them.
    """
    return html.Section(
        [
            lesson(),
            html.Div(
                [
                    link_notice(),
                    html.Div(
                        [
                            icon_button(ids.PLAY, "play", "Play", extra="play"),
                            html.Div(
                                [
                                    html.H1(sentence, id=ids.SENTENCE),
                                    html.P(proof, id=ids.PROOF),
                                    html.P(id=ids.WHY, hidden=True),
                                    # Text that goes on where the proof ends; a button would begin a line.
                                    html.Span(id=ids.ELSEWHERE, role="button", tabIndex=0, hidden=True),
                                ],
                                className="of-change",
                            ),
                            comparison_sentence(),
                            html.Div(html.I(), id=ids.RETRAINING, className="progress", hidden=True),
                        ],
                        className="say",
                    ),
                ],
                className="find",
            ),
            html.Div([view_tabs(), tools(filter_name)], className="stage-bar"),
            loss_view(figure),
            html.Div(
                id=ids.OUTPUT,
                className="output",
                role="tabpanel",
                **aria(labelledby="view-output"),
                **data(outputs=str(outputs)),
            ),
            html.Div(
                id=ids.SURFACE,
                className="surface",
                role="tabpanel",
                **aria(labelledby="view-surface"),
            ),
            comparison_view(),
            scrubber(),
            html.Dl(
                [readout(*row, text) for row, text in zip(READOUTS, readouts, strict=True)],
                className="imprint",
            ),
        ],
        className="curve-col",
        **aria(label="Run"),
    )


def view_tabs() -> html.Div:
    """A tab for each view, and one for a comparison; a script marks the one that is shown."""
    tabs = [
        html.Button(
            text,
            id=f"view-{name}",
            type="button",
            className="tab",
            role="tab",
            **aria(selected="false", controls=panel),
            **data(view=name),
        )
        for (name, text), panel in zip(VIEWS, (ids.LOSS_VIEW, ids.OUTPUT, ids.SURFACE), strict=True)
    ]
    return html.Div([*tabs, comparison_tab()], className="views", role="tablist", **aria(label="Views of the run"))


def tools(filter_name: str) -> html.Div:
    """The tools of the view that is shown: of the loss its filter, the band and the twins; of the surface the floor; of
    every view, Pin; of a comparison, Swap and Close."""
    return html.Div(
        [
            button(ids.CANCEL, "Cancel", edged=True, hidden=True),
            html.Span(
                [
                    segmented(ids.FILTER, "Filter", FILTERS, filter_name),
                    button(ids.BAND, "32 seeds", edged=True, **aria(pressed="false")),
                    button(ids.TWINS, "Twins", edged=True, **aria(pressed="false")),
                ],
                className="of-loss",
            ),
            html.Span(
                button(ids.FLOOR, "Floor and ceiling", edged=True, **aria(pressed="false")), className="of-surface"
            ),
            button(ids.PIN, [icon("pin"), "Pin"], edged=True, **aria(pressed="false")),
            comparison_tools(),
        ],
        className="tools",
    )


def loss_view(figure: Mapping[str, Any]) -> html.Div:
    """The curve with the names of its axes, and a heading for where it stands small."""
    return html.Div(
        [
            small_heading("loss", "Loss", html.Span(id=ids.READ_FINAL)),
            # The chart has a name; the names of earlier runs, which a script puts beside it, are buttons of their own.
            html.Div(
                [
                    html.Div(
                        graph(ids.LOSS, figure),
                        id=ids.PICTURE,
                        className="picture needs-plotly",
                        role="img",
                        **aria(label="Loss by step"),
                    ),
                    html.Span("loss", className="axis-name up", **aria(hidden="true")),
                    html.Span("samples", className="axis-name across", **aria(hidden="true")),
                ],
                className="plot",
            ),
        ],
        id=ids.LOSS_VIEW,
        className="loss-view",
        role="tabpanel",
        **aria(labelledby="view-loss"),
    )


def small_heading(view: str, title: str, beside: Children = "") -> html.Div:
    """The heading of a view that is not on the stage: a button that puts it there."""
    return html.Div(
        [
            html.Button([title, icon("enlarge")], type="button", className="button enlarge", **data(view=view)),
            html.Span(beside, className="hint"),
        ],
        className="bar small-head",
    )


def embed_line() -> html.Footer:
    """The line under a bench in somebody else's page: the name of the run, and a link to the whole bench."""
    return html.Footer(
        [
            html.Span(id=ids.EMBED_WORDS),
            html.A("Open in NNBench ↗", id=ids.EMBED_OPEN, target="_blank", rel="noopener"),
            html.Span(id=ids.EMBED_NOTICE, role="status"),
        ],
        className="embed-line",
    )


def readout(id_: str, name: str, text: str) -> html.Div:
    """One number under its name."""
    return html.Div([html.Dt(name), html.Dd(text, id=id_)], hidden=not text)
