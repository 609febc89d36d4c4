"""The right column: the weights, and the response maps.

The weights are heat maps on a canvas. Over it scripts put buttons with their numbers, and where cells are too many for
that one grid that pointer and arrow keys go over. Where it is chosen they write a table in its place. The response maps
are on canvases too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from webapp.base.format import two_decimals
from webapp.page.components.controls import Children, aria, segmented
from webapp.page.stage.stage import enlarge

FORMS = (("heatmap", "Heat map"), ("table", "Table"))


def step_column(*parts: Component) -> html.Section:
    """The column that shows the network at one step of the run."""
    return html.Section(list(parts), className="step-col", **aria(label="At this step"))


def weights_views(samples: int) -> tuple[tuple[str, str], ...]:
    """The choices of the weights that are shown; a script names their step, at first the last one."""
    return (("checkpoint", "Start"), ("trained", f"Step {samples:,}"), ("difference", "Difference"))


@dataclass(frozen=True)
class FirstWeights:
    """The weights of the first run where the page's scripts will draw them."""

    cells: Sequence[Component]
    """Each weight on its colour."""
    names: Sequence[Component]
    """The names of their rows and columns."""
    rows: int
    """The number of rows of weights."""


def first_weights(drawn: Mapping[str, Any], numbers: Sequence[float] | None, scale: float) -> FirstWeights:
    """The weights of a static view, which has their cells and names; `numbers` are the weights, block after block, or
    None without them."""
    start = 0
    elements: list[Component] = []
    for block in drawn["cells"]:
        count = block["rows"] * block["columns"]
        if block["numbers"] and numbers is not None:
            elements += first_block_of(block, numbers[start : start + count], scale)
        start += count
    rows = sum(block["rows"] for block in drawn["cells"] if block["name"] == "M")
    return FirstWeights(elements, [name_of(**name) for name in drawn["names"]], rows)


def name_of(text: str, left: float, top: float, side: str, width: float | None = None) -> html.Span:
    """The name of a row or a column, at a point in shares of the drawing area; a long one is broken at a `width`."""
    wide = {} if width is None else {"width": f"{100 * width:.4g}%"}
    place = {"left": f"{100 * left:.4g}%", "top": f"{100 * top:.4g}%"}
    return html.Span(text, className=f"name-{side}", style=place | wide)


def first_block_of(block: Mapping[str, Any], numbers: Sequence[float], scale: float) -> Iterator[Component]:
    """The cells of one of these blocks, row by row."""
    left, top, width, height = block["box"]
    wide, high = width / block["columns"], height / block["rows"]
    for at, weight in enumerate(numbers):
        row, column = divmod(at, block["columns"])
        text = two_decimals(weight)
        place = {"left": left + column * wide, "top": top + row * high, "width": wide, "height": high}
        shares = {"--w": f"{wide:.4g}", "--h": f"{high:.4g}", "--long": len(text), "--t": f"{weight / scale:.2f}"}
        style = {name: f"{100 * share:.4g}%" for name, share in place.items()} | shares
        # Where a number becomes a button, its path has room below it.
        classes = "weight tint-text first" + (" with-path" if block["buttons"] else "")
        yield html.Span(html.Span(text, className="value"), className=classes, style=style)


def weights_part(view: str, key: Children, samples: int, first: FirstWeights) -> html.Div:
    """The weights of every dense layer: elements for the numbers over their colours, for the grid and for the table."""
    return html.Div(
        [
            html.Div(
                [
                    enlarge("weights", "Weights"),
                    segmented("weights-view", "Weights shown", weights_views(samples), view),
                ],
                className="bar",
            ),
            html.Div(
                [
                    html.Div(
                        list(first.names),
                        id="weight-names",
                        className="weight-names",
                        role="img",
                        **aria(label="The weights as colours"),
                    ),
                    html.Div(
                        id="weight-grid",
                        className="weight-grid",
                        tabIndex="0",
                        role="application",
                        hidden=True,
                        **aria(label="Weights. Arrow keys go from cell to cell, Enter edits one."),
                    ),
                    html.Div(list(first.cells), id="weight-cells", className="weight-cells"),
                    html.Div(id="row-marks", className="row-marks", **aria(hidden="true")),
                    html.Div(id="matrix-names", className="matrix-names"),
                    html.Div(id="weights-graph", className="weights-graph", **aria(hidden="true")),
                ],
                id="weights-plot",
                className="weights-plot",
                style={"--weight-rows": first.rows},
            ),
            html.Div(
                [
                    html.Div(
                        id="weight-table",
                        className="weight-table",
                        role="group",
                        **aria(label="Weights. Arrow keys go from number to number, Enter edits one."),
                    ),
                    html.Div(id="weight-readout", className="weight-readout", hidden=True, **aria(hidden="true")),
                ],
                className="weight-rows",
            ),
            html.Div(
                [
                    html.Div(key, id="weights-key", className="key"),
                    segmented("weights-form", "Form of the weights", FORMS, "heatmap"),
                ],
                className="weights-foot",
            ),
        ],
        id="at-weights",
        tabIndex="-1",
        className="weights-part",
        role="tabpanel",
        **aria(labelledby="view-weights"),
    )


def response_part(key: Children, text: Children, rows: int) -> html.Div:
    """Rows of a target, an output and an error over the inputs, with a sentence about one point."""
    return html.Div(
        [
            html.Div(
                [
                    enlarge("output", "Output"),
                    html.Span(key, id="response-key", className="key soft"),
                ],
                className="bar",
            ),
            html.Div(
                id="response",
                className="maps",
                role="img",
                style={"--rows": rows},
                **aria(label="Target, output and error over the inputs, as colours", describedby="response-says"),
            ),
            html.Div(id="response-axes", className="axes", hidden=True),
            html.P(text, id="response-says", className="hint"),
        ],
        id="at-response",
        tabIndex="-1",
        className="response-part",
    )
