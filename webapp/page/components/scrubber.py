"""The scrubber: a slider along the curve's x axis, for the step that the views at the right show.

A script moves its thumb and its readout, sixty times a second while the run is played.
"""

from dash import html

from webapp.base import ids
from webapp.page.components.controls import icon_button


def scrubber() -> html.Div:
    """The track exactly under the plot, and one step back or on."""
    return html.Div(
        [
            html.Div(id=ids.SCRUBBER, className="track"),
            html.Div(
                [
                    icon_button(ids.STEP_BACK, "prev", "One step back"),
                    html.Span(id=ids.STEP_READ, className="read"),
                    icon_button(ids.STEP_ON, "next", "One step on"),
                ],
                className="at",
            ),
        ],
        className="scrub",
    )
