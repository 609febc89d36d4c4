"""The middle column: the sentence about the last change, its proof, four numbers, and the curve."""

from collections.abc import Mapping
from typing import Any

from dash import html

from webapp.base import ids
from webapp.page.components.controls import Children, aria, button, graph, icon, segmented
from webapp.page.components.lesson import lesson, link_notice, prediction
from webapp.page.components.scrubber import scrubber

FILTERS = (("raw", "Raw"), ("low pass", "Smoothed"), ("both", "Both"))
READOUTS = (
    (ids.READ_ALPHA, "α"),
    (ids.READ_MAX, "Max loss"),
    (ids.READ_LAST, "Last loss"),
    (ids.READ_POTENTIAL, "Learning potential"),
)


def curve_column(
    sentence: Children,
    proof: str,
    hint: str,
    readouts: tuple[str, str, str, str],
    filter_name: str,
    figure: Mapping[str, Any],
) -> html.Section:
    """The sentence first, then the curve. `readouts` are the texts of READOUTS.

    The hint, what to look for, is shown here only where the header has no room for it.
    """
    return html.Section(
        [
            html.Div(
                [
                    lesson(),
                    prediction(),
                    link_notice(),
                    html.H1(sentence, id=ids.SENTENCE, **aria(live="polite")),
                    html.P(proof, id=ids.PROOF),
                    html.P(hint, id=ids.LOOK_FOR, className="hint"),
                ],
                className="find",
            ),
            html.Div(html.I(), id=ids.RETRAINING, className="progress", hidden=True),
            html.Div(
                [
                    html.Dl([readout(*row, text) for row, text in zip(READOUTS, readouts, strict=True)]),
                    html.Div(
                        [
                            button(ids.CANCEL, "Cancel", edged=True, hidden=True),
                            segmented(ids.FILTER, "Filter", FILTERS, filter_name),
                            button(ids.BAND, "32 seeds", edged=True, **aria(pressed="false")),
                            button(ids.PIN, [icon("pin"), "Pin"], edged=True, **aria(pressed="false")),
                        ],
                        className="tools",
                    ),
                ],
                className="reads",
            ),
            # The chart has a name; the names of earlier runs, which a script puts beside it, are buttons of their own.
            html.Div(
                [
                    html.Div(
                        graph(ids.LOSS, figure),
                        id=ids.PICTURE,
                        className="picture",
                        role="img",
                        **aria(label="Loss by step"),
                    ),
                    html.Span("loss", className="axis-name up", **aria(hidden="true")),
                    html.Span("samples", className="axis-name across", **aria(hidden="true")),
                ],
                className="plot",
            ),
            scrubber(),
        ],
        className="curve-col",
        **aria(label="Loss"),
    )


def readout(id_: str, name: str, text: str) -> html.Div:
    """One number under its name."""
    return html.Div([html.Dt(name), html.Dd(text, id=id_)])
