"""The table of runs, and the sensitivity; scripts fill them in."""

from dash import html

from webapp.page.components.controls import aria, button, icon


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
                            button("clear-pins", "Clear pins", edged=True, hidden=True),
                            button(
                                "save-runs",
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
                html.Table(id="runs-table", className="runs"),
                className="sideways",
                tabIndex="0",
                role="group",
                **aria(label="Table of runs"),
            ),
            html.Div(
                [
                    html.H2("Sensitivity", className="title"),
                    html.P(
                        "Change one thing, keep all else: how does the loss respond? Every cell is a run.",
                        className="hint",
                    ),
                    button(
                        "sensitivity",
                        "Run the comparison",
                        edged=True,
                        **aria(expanded="false", controls="sensitivity-strips"),
                    ),
                ],
                className="part-head",
            ),
            html.Div(id="sensitivity-strips", className="strips", hidden=True),
        ],
        id="runs",
        className="runs-part",
        tabIndex="-1",
        **aria(label="Runs"),
    )
