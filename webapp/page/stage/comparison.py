"""The comparison of a pinned run with the current one; scripts fill it in."""

from dash import html

from webapp.base import ids
from webapp.page.components.controls import aria, button, data, icon
from webapp.page.stage.stage import ShownRun

COMPARISON = "compare"
"""The view of the stage that is there while a comparison is open."""


def comparison_tools(_: ShownRun) -> tuple[html.Button, ...]:
    """Swap and Close."""
    return (
        button(
            ids.COMPARE_SWAP,
            "Swap",
            edged=True,
            title="Restores the pinned run and compares it with this one, which is pinned",
        ),
        button(ids.COMPARE_CLOSE, [icon("close"), "Close"], edged=True, title="Close the comparison (Escape)"),
    )


def comparison_sentence() -> html.Div:
    """The sentence of a comparison, in place of the one about the last change."""
    return html.Div(
        [
            html.H1(id=ids.COMPARE_SENTENCE),
            html.P(id=ids.COMPARE_STEPS),
        ],
        className="of-comparison",
        **data(of=COMPARISON),
    )


def comparison_panel(_: ShownRun) -> html.Div:
    """The output maps of a comparison; the loss curves stand under them, and beside those the list of differences."""
    return html.Div(
        [
            html.Div(id=ids.COMPARE_MAPS, className="maps", role="img"),
            html.Div(id=ids.COMPARE_LIST, className="compare-list"),
        ],
        id=ids.COMPARE,
        className="compare",
        role="tabpanel",
        **aria(labelledby=f"view-{COMPARISON}"),
        **data(of=COMPARISON),
    )


def compared_weights() -> html.Div:
    """The weights of the current run, of the pinned one, or their difference."""
    return html.Div(
        [
            html.Div(
                [
                    html.H2("Weights", className="title"),
                    html.Div(id=ids.COMPARE_CHOICES, className="choices", role="group", **aria(label="Weights shown")),
                ],
                className="bar",
            ),
            html.Div(id=ids.COMPARE_ORDER, className="compare-order", hidden=True),
            html.Div(html.Div(id=ids.COMPARE_CELLS, className="compare-cells"), className="compare-plot"),
            html.Div(id=ids.COMPARE_KEY, className="key"),
        ],
        className="compare-weights",
        **data(of=COMPARISON),
    )
