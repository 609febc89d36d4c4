"""The right column: the weights, and the response maps.

The weights are a Plotly heatmap. Over it scripts put buttons with their numbers, and where cells are too many for that
one grid that pointer and arrow keys go over. Where it is chosen they write a table in its place. Another script
draws the maps on a canvas.
"""

from typing import Any

from dash import html
from dash.development.base_component import Component

from webapp.base import ids
from webapp.page.components.controls import Children, aria, data, graph, icon, segmented

HIDDEN, CLEAR = {"visible": False}, "rgba(0,0,0,0)"
NOT_YET: dict[str, Any] = {
    "data": [],
    "layout": {"xaxis": HIDDEN, "yaxis": HIDDEN, "paper_bgcolor": CLEAR, "plot_bgcolor": CLEAR},
}
"""The empty figure of a graph until the first response is drawn."""

FORMS = (("heatmap", "Heat map"), ("table", "Table"))


def step_column(*parts: Component) -> html.Section:
    """The column that shows the network at one step of the run."""
    return html.Section(list(parts), className="step-col", **aria(label="At this step"))


def weights_views(samples: int) -> tuple[tuple[str, str], ...]:
    """Which weights can be shown; a script names the step at which they are, at first the last one."""
    return (("checkpoint", "Start"), ("trained", f"Step {samples:,}"), ("difference", "Difference"))


def weights_part(view: str, key: Children, samples: int) -> html.Div:
    """The weights of every dense layer: elements for the numbers over their colours, for the grid and for the table."""
    return html.Div(
        [
            html.Div(
                [
                    html.H2("Weights", className="title"),
                    segmented(ids.WEIGHTS_VIEW, "Weights shown", weights_views(samples), view),
                ],
                className="bar",
            ),
            html.Div(
                [
                    html.Div(
                        graph(ids.WEIGHTS, NOT_YET),
                        className="heatmap",
                        role="img",
                        **aria(label="The weights as colours"),
                    ),
                    html.Div(
                        id=ids.WEIGHT_GRID,
                        className="weight-grid",
                        tabIndex="0",
                        role="application",
                        hidden=True,
                        **aria(label="Weights. Arrow keys go from cell to cell, Enter edits one."),
                    ),
                    html.Div(id=ids.WEIGHT_CELLS, className="weight-cells"),
                    html.Div(id=ids.ROW_MARKS, className="row-marks", **aria(hidden="true")),
                    html.Div(id=ids.MATRIX_NAMES, className="matrix-names"),
                ],
                id=ids.WEIGHTS_PLOT,
                className="weights-plot",
            ),
            html.Div(
                [
                    html.Div(
                        id=ids.WEIGHT_TABLE,
                        className="weight-table",
                        role="group",
                        **aria(label="Weights. Arrow keys go from number to number, Enter edits one."),
                    ),
                    html.Div(id=ids.WEIGHT_READOUT, className="weight-readout", hidden=True, **aria(hidden="true")),
                ],
                className="weight-rows",
            ),
            html.Div(
                [
                    html.Div(key, id=ids.WEIGHTS_KEY, className="key"),
                    segmented(ids.WEIGHTS_FORM, "Form of the weights", FORMS, "heatmap"),
                ],
                className="weights-foot",
            ),
        ],
        id=ids.AT_WEIGHTS,
        tabIndex="-1",
        className="weights-part",
    )


def response_part(key: Children, text: Children) -> html.Div:
    """Target, output and error over the inputs, with a sentence about one point."""
    return html.Div(
        [
            html.Div(
                [
                    html.Button(
                        ["Output", icon("enlarge")], type="button", className="button enlarge", **data(view="output")
                    ),
                    html.Span(key, id=ids.RESPONSE_KEY, className="key soft"),
                ],
                className="bar",
            ),
            html.Div(
                id=ids.RESPONSE,
                className="maps",
                role="img",
                **aria(label="Target, output and error over the inputs, as colours", describedby=ids.RESPONSE_SAYS),
            ),
            html.Div(id=ids.RESPONSE_AXES, className="axes", hidden=True),
            html.P(text, id=ids.RESPONSE_SAYS, className="hint"),
        ],
        id=ids.AT_RESPONSE,
        tabIndex="-1",
        className="response-part",
    )
