"""The comparison of a pinned run with the current one; scripts fill it in."""

from dash import html

from webapp.page.components.controls import aria, button, data, icon
from webapp.page.stage.stage import ShownRun

COMPARISON = "compare"
"""The view of the stage that is there while a comparison is open."""


def comparison_tools(_: ShownRun) -> tuple[html.Button, ...]:
    """Swap and Close."""
    return (
        button(
            "compare-swap",
            "Swap",
            edged=True,
            title="Restores the pinned run and compares it with this one, which is pinned",
        ),
        button("compare-close", [icon("close"), "Close"], edged=True, title="Close the comparison (Escape)"),
    )


def comparison_sentence() -> html.Div:
    """The sentence of a comparison, in place of the one about the last change."""
    return html.Div(
        [
            html.H1(id="compare-sentence"),
            html.P(id="compare-steps"),
        ],
        className="of-comparison",
        **data(of=COMPARISON),
    )


def comparison_panel(_: ShownRun) -> html.Div:
    """The output maps of a comparison; the loss curves stand under them, and beside those the list of differences."""
    return html.Div(
        [
            html.Div(id="compare-maps", className="maps", role="img"),
            html.Div(id="compare-list", className="compare-list"),
        ],
        id="compare",
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
                    html.Div(id="compare-choices", className="choices", role="group", **aria(label="Weights shown")),
                ],
                className="bar",
            ),
            html.Div(id="compare-order", className="compare-order", hidden=True),
            html.Div(html.Div(id="compare-cells", className="compare-cells"), className="compare-plot"),
            html.Div(id="compare-key", className="key"),
        ],
        className="compare-weights",
        **data(of=COMPARISON),
    )
