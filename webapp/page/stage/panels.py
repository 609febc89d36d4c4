"""The panels of the lasting views, and their tools; scripts draw in them."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from webapp.page.components.controls import aria, button, data, graph, segmented
from webapp.page.stage.stage import ShownRun, enlarge

OUTPUT_FORMS = (("answers", "Answers"), ("map", "Map"), ("lines", "Lines"))
"""Of more than two inputs a script makes the map a plane."""
MOST_SPOKEN = 6
"""The most classes whose names stand in full beside a matrix."""
FILTERS = (("raw", "Raw"), ("low pass", "Smoothed"), ("both", "Both"))


def loss_tools(run: ShownRun) -> tuple[Component, ...]:
    """The filter, the band and the twins."""
    return (
        segmented("filter", "Filter", FILTERS, run.filter),
        button("band", "32 seeds", edged=True, **aria(pressed="false")),
        button("twins", "Twins", edged=True, **aria(pressed="false")),
    )


def loss_panel(run: ShownRun) -> html.Div:
    """The curve with the names of its axes, and a heading for where it stands small."""
    return html.Div(
        [
            html.Div(
                [enlarge("loss", "Loss"), small_filter(run.filter), html.Span(id="read-final", className="hint")],
                className="bar small-head",
            ),
            # The chart has a name; the names of earlier runs, which a script puts beside it, are buttons of their own.
            html.Div(
                [
                    html.Div(
                        graph("loss", run.loss),
                        id="loss-picture",
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
        id="loss-view",
        className="loss-view output-follows",
        role="tabpanel",
        **aria(labelledby="view-loss"),
        **data(outputs=str(run.outputs)),
    )


def small_filter(chosen: str) -> html.Div:
    """The filter once more, for where its control is not in sight."""
    buttons = [
        html.Button(text, type="button", **aria(pressed=str(name == chosen).lower()), **data(filter=name))
        for name, text in FILTERS
    ]
    return html.Div(buttons, className="choices small-filter", role="group", **aria(label="Filter of the curve"))


def output_panel(run: ShownRun) -> html.Div:
    """The output of the network, which a script draws."""
    return html.Div(
        id="output",
        className="output",
        role="tabpanel",
        **aria(labelledby="view-output"),
        **data(of="output", outputs=str(run.outputs)),
        **room_of(run),
    )


def room_of(run: ShownRun) -> dict[str, Any]:
    """The properties by which answers that come first have their room before a script draws them."""
    if not run.answers or not run.answers["first"]:
        return {}
    rows = "matrix" if run.answers["classes"] else "scatter"
    long = {"--heads": "28px", "--names": "28px"} if run.outputs > MOST_SPOKEN else {}
    return {"style": {"--classes": run.outputs} | long, **data(rows=rows)}


def output_tools(run: ShownRun) -> tuple[Component, ...]:
    """The forms of the output of a table, and the tool that places points; a script shows either where it is of use."""
    buttons = [
        html.Button(text, type="button", **aria(pressed="false"), **data(form=name)) for name, text in OUTPUT_FORMS
    ]
    return (
        html.Div(
            buttons,
            id="output-form",
            className="choices",
            role="group",
            hidden=not run.answers,
            **aria(label="Form of the output"),
        ),
        html.Div(id="point-tool", className="point-tool", hidden=True),
    )


def surface_panel(_: ShownRun) -> html.Div:
    """The surface of two runs, which a script draws."""
    return html.Div(
        id="surface",
        className="surface",
        role="tabpanel",
        **aria(labelledby="view-surface"),
        **data(of="surface"),
    )


def surface_tools(_: ShownRun) -> tuple[Component, ...]:
    """The floor."""
    return (button("floor", "Floor and ceiling", edged=True, **aria(pressed="false")),)
