"""The network as a line of cards between Input and Output, and the checkpoint as a chip.

A weight's colour is the paper's at 0 and grows towards its sign's colour; a cell carries only how far, t in
−1 … 1, and the style sheet mixes the colour, so a change of theme redraws nothing here.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from dash import html
from dash.development.base_component import Component

from webapp import ids
from webapp.components.controls import Children, aria, button
from webapp.words import subscript

MOST_LINES = 8
"""A wire shows so many numbers as hairlines; more of them are written as a figure."""

MOST_CELLS = 16
"""A picture has at most so many rows and columns, a chip so many cells; what is more is thinned evenly."""

T = TypeVar("T")


def strip(line: Sequence[Component], hint: str, chip_children: Children) -> html.Section:
    """The network strip: what it is, the network itself, and the checkpoint it starts from."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Network", className="title"),
                    html.P(hint, id=ids.NETWORK_HINT, className="hint"),
                ],
                className="about",
            ),
            # It scrolls sideways when it is long, so the keyboard must reach it.
            html.Ol(line, id=ids.NETWORK, className="chain", tabIndex="0", **aria(label="Layers")),
            html.Div(
                [
                    html.Div(
                        [
                            html.H2("Checkpoint", className="title"),
                            html.Span(chip_children, id=ids.CHIP, className="chip"),
                        ],
                        className="row",
                    ),
                    html.Div(
                        [button(ids.RANDOMIZE, "Randomize"), button(ids.KEEP, "Keep trained weights")],
                        className="acts",
                    ),
                ],
                className="keep",
            ),
        ],
        className="strip",
        **aria(label="Network"),
    )


def network_line(cards: Sequence[Component], widths: Sequence[int]) -> list[Component]:
    """Input, the cards and Output, with a wire between each two.

    widths are how many numbers the wires carry, in order, one more than there are cards: the first is the
    network's inputs, the last its outputs.
    """
    line: list[Component] = [port("Input", "v", widths[0])]
    for wide, card in zip(widths, cards, strict=False):
        line += [wire(wide), card]
    return [*line, wire(widths[-1]), port("Output", "y", widths[-1])]


def port(name: str, letter: str, width: int) -> html.Li:
    """One end of the network, with the names of its numbers: v₀ v₁, or v₀ … v₁₅ when there are many."""
    names = [subscript(letter, i) for i in range(width)]
    said = " ".join(names) if width <= 3 else f"{names[0]} … {names[-1]}"
    return html.Li([html.B(name), html.Span(said, className="label")], className="port")


def wire(width: int) -> html.Li:
    """One hairline for each number that travels, or one hairline and their count."""
    lines = width if width <= MOST_LINES else 1
    count = [] if width <= MOST_LINES else [html.Span(str(width))]
    return html.Li(count, className="wire", style={"--n": lines}, **aria(hidden="true"))


def affinity_card(title: str, inputs: int, outputs: int, cells: Sequence[Sequence[float]]) -> html.Li:
    """An affinity: its shape, and its weights as colours.

    cells has one row an output: its weights, then its bias, each in −1 … 1.
    """
    what = html.Span(f"{inputs} → {outputs}", className="what")
    return card(title, what, weight_picture(cells, f"The {(inputs + 1) * outputs} checkpoint numbers of {title}"))


def map_card(name: str, path: str, slope_path: str) -> html.Li:
    """A map: its function's name, and a place where a script draws the function solid and its slope dotted.

    The paths are SVG in a box from −26 −19 to 26 19.
    """
    paths: dict[str, Any] = {"data-path": path, "data-slope": slope_path}
    picture = html.Span(
        className="curve",
        role="img",
        **aria(label=f"{name} and its slope"),
        **paths,
    )
    return card("Map", html.Span(name, className="what"), picture)


def card(kind: str, what: Component, picture: Component) -> html.Li:
    """One layer: what kind it is, what it does, and a picture of it."""
    words = html.Div([html.Span(kind, className="kind"), what])
    return html.Li([words, picture], className="layer")


def weight_picture(cells: Sequence[Sequence[float]], name: str) -> html.Span:
    """The weights of one layer as coloured cells, the bias apart; nothing where there are no cells."""
    rows = thinned(cells)
    drawn = [part for row in rows for part in (*map(cell, thinned(row[:-1])), html.Span(), cell(row[-1]))]
    columns = len(drawn) // len(rows) - 2 if rows else 0
    shape = {"--rows": len(rows), "--columns": columns}
    return html.Span(drawn, className="weight-picture", role="img", style=shape, **aria(label=name))


def cell(t: float) -> html.I:
    """One number as a colour."""
    return html.I(className="tint", style={"--t": round(t, 3)})


def chip(cells: Sequence[float], fingerprint: str) -> list[Component]:
    """What stands in the checkpoint's chip: its numbers as colours, then its digits."""
    return [
        html.Span([cell(t) for t in thinned(cells)], className="cells", **aria(hidden="true")),
        html.Span(fingerprint),
    ]


def thinned(items: Sequence[T]) -> Sequence[T]:
    """At most MOST_CELLS of the items, evenly, with the first and the last among them."""
    if len(items) <= MOST_CELLS:
        return items
    return [items[i * (len(items) - 1) // (MOST_CELLS - 1)] for i in range(MOST_CELLS)]
