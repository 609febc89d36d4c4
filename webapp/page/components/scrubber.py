"""The scrubber: a slider along the curve's x axis, for the step that the views at the right show.

A script moves its thumb and its readout, sixty times a second while the run is played.
"""

from dash import html

from webapp.page.components.controls import icon_button


def scrubber() -> html.Div:
    """The track exactly under the plot, and one step back or on."""
    return html.Div(
        [
            html.Div(id="scrubber", className="track"),
            html.Div(
                [
                    icon_button("step-back", "prev", "One step back"),
                    html.Span(id="step-read", className="read"),
                    icon_button("step-on", "next", "One step on"),
                ],
                className="at",
            ),
        ],
        className="scrub",
    )
