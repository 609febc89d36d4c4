"""The network strip: what the gradient check says, the layers on a line, and the checkpoint they start from.

The line and the chip are drawn by a script, from the frame; here is their place.
"""

from dash import html

from webapp.base import ids
from webapp.page.components.controls import Children, aria, button, error


def strip(badge: Children) -> html.Section:
    """The network strip, its line still empty."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Network", className="title"),
                    html.P(badge, id=ids.BADGE, className="badge", role="status"),
                    error(ids.NETWORK_ERROR),
                ],
                className="about",
            ),
            # It scrolls sideways when it is long, so the keyboard must reach it.
            html.Ol(id=ids.NETWORK, className="chain", tabIndex="0", **aria(label="Layers")),
            html.Div(
                [
                    html.Div(
                        [html.H2("Checkpoint", className="title"), html.Span(id=ids.CHIP, className="chip")],
                        className="row",
                    ),
                    html.Div(
                        [
                            button(ids.RANDOMIZE, "Randomize"),
                            button(ids.KEEP, "Keep trained weights"),
                            button(ids.CHECKPOINTS, "History", **aria(haspopup="dialog")),
                        ],
                        className="acts",
                    ),
                ],
                className="keep",
            ),
        ],
        className="strip",
        **aria(label="Network"),
    )
