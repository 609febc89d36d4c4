"""The probe: one vector through every layer, its gradient back, and the update of the weights. A script draws it."""

from dash import html

from webapp.page.components.controls import aria


def probe_section() -> html.Section:
    """The section of the probe, without columns and update yet."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Probe", className="title"),
                    html.Div(id="probe-what", className="segmented", role="radiogroup", **aria(label="What is probed")),
                ],
                className="bar",
            ),
            html.P(
                "One vector goes through every layer, and its gradient comes back. Click an output map to probe "
                "that point.",
                className="hint",
            ),
            # A long network scrolls sideways, so the keyboard must reach it.
            html.Div(
                id="probe-flow", className="flow", tabIndex="0", role="group", **aria(label="Forward and backward")
            ),
            html.Div(
                [
                    html.Div(
                        [html.H3("This update", className="title"), html.Span(id="probe-layer")],
                        className="bar",
                    ),
                    html.P(id="probe-says", className="hint"),
                    html.Div(
                        id="probe-update", className="update", tabIndex="0", role="group", **aria(label="This update")
                    ),
                ],
                className="sub",
            ),
        ],
        id="at-probe",
        tabIndex="-1",
        className="probe",
        **aria(label="Probe"),
    )
