"""The table of runs, a comparison of one of them with the current run, and the sensitivity; scripts fill them in."""

from dash import html

from webapp.base import ids
from webapp.page.components.controls import aria, button, data, icon

COMPARISON = "compare"
"""The view of the stage that is there while a comparison is open."""


def runs_section() -> html.Section:
    """The current run above the pinned ones, and below, on request, the effect of each knob and each weight."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Runs", className="title"),
                    html.P(
                        "Bold knobs differ from the current run. Of the runs with its loss, target and inputs, "
                        "the lowest final loss is underlined.",
                        className="hint",
                    ),
                    html.Span(
                        [
                            button(ids.CLEAR_PINS, "Clear pins", edged=True, hidden=True),
                            button(
                                ids.SAVE_RUNS,
                                [icon("out"), "CSV"],
                                edged=True,
                                title="Save the table as comma-separated values, with every knob",
                            ),
                        ],
                        className="part-acts",
                    ),
                ],
                className="part-head",
            ),
            # Wider than a narrow screen, so that it scrolls by itself, by keyboard too.
            html.Div(
                html.Table(id=ids.RUNS_TABLE, className="runs"),
                className="sideways",
                tabIndex="0",
                role="group",
                **aria(label="Table of runs"),
            ),
            html.Div(
                [
                    html.H2("Sensitivity", className="title"),
                    html.P(
                        "Change one thing, keep all else: how does the final loss respond? Every cell is a run.",
                        className="hint",
                    ),
                    button(
                        ids.SENSITIVITY,
                        "Run the comparison",
                        edged=True,
                        **aria(expanded="false", controls=ids.SENSITIVITY_STRIPS),
                    ),
                ],
                className="part-head",
            ),
            html.Div(id=ids.SENSITIVITY_STRIPS, className="strips", hidden=True),
        ],
        id=ids.RUNS,
        className="runs-part",
        tabIndex="-1",
        **aria(label="Runs"),
    )


def comparison_tab() -> html.Button:
    """The tab of a comparison, hidden until one is open."""
    return html.Button(
        "Compare",
        id=f"view-{COMPARISON}",
        type="button",
        className="tab",
        role="tab",
        hidden=True,
        **aria(selected="false", controls=ids.COMPARE),
        **data(view=COMPARISON),
    )


def comparison_tools() -> html.Span:
    """The tools of a comparison: Swap and Close."""
    return html.Span(
        [
            button(
                ids.COMPARE_SWAP,
                "Swap",
                edged=True,
                title="Restores the pinned run and compares it with this one, which is pinned",
            ),
            button(ids.COMPARE_CLOSE, [icon("close"), "Close"], edged=True, title="Close the comparison (Escape)"),
        ],
        className="of-comparison",
    )


def comparison_sentence() -> html.Div:
    """The sentence of a comparison, in place of the one about the last change."""
    return html.Div(
        [
            html.H1(id=ids.COMPARE_SENTENCE),
            html.P(id=ids.COMPARE_STEPS),
        ],
        className="of-comparison",
    )


def comparison_view() -> html.Div:
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
    )
