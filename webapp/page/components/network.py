"""The network: the layers in a line, the gradient check at its end, and the weights that every run starts from.

A script draws the layers from the static view; this is the markup for them, and the chip of the starting weights as the
script draws it too.
"""

from collections.abc import Mapping
from typing import Any

from dash import html

from webapp.page.components.controls import Children, aria, button, data, error, icon_button


def chain_arrow(way: str, image: str, name: str) -> html.Button:
    """Scrolls the line of layers where it goes on beyond that end, as arrow keys do; a script shows it there."""
    return icon_button(f"chain-{way}", image, name, extra="scroll-chain", hidden=True, tabIndex="-1")


def chip_of(weights: Mapping[str, Any]) -> list[html.Span]:
    """Starting weights as a few colours and the digits of their fingerprint."""
    tints = [html.I(className="tint", style={"--t": share}) for share in weights["cells"]]
    return [html.Span(tints, className="cells", **aria(hidden="true")), html.Span(weights["digits"])]


def network_section(badge: Children, state: str, weights: Mapping[str, Any]) -> html.Section:
    """The section of the network, without layers yet, with the sentence of the gradient check and its result."""
    chip = html.Span(chip_of(weights), id="chip", className="chip")
    return html.Section(
        [
            html.Div(
                [
                    chain_arrow("back", "prev", "Earlier layers"),
                    # It scrolls sideways when it is long, so the keyboard must reach it; Enter goes to its controls.
                    html.Ol(id="network", className="chain", tabIndex="0", **aria(label="Layers, opened with Enter")),
                    chain_arrow("on", "next", "Later layers"),
                    html.Div(
                        [
                            html.P(badge, id="badge", className="badge", **data(state=state)),
                            error("network-error"),
                        ],
                        className="about",
                    ),
                ],
                className="line",
            ),
            html.Div(
                [
                    html.Div(
                        [html.H2("Starting weights", className="title"), chip],
                        className="row",
                    ),
                    html.Div(
                        [
                            button("randomize", "Randomize"),
                            button("keep", "Start from these weights"),
                            button("checkpoints", "History", **aria(haspopup="dialog")),
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
