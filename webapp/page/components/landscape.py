"""The landscape: a map of many runs over two knobs, with its measure, its progress, and its downloads.

A script requests the cells, draws them and handles the pointer; this is the markup that it fills.
"""

from collections.abc import Sequence

from dash import html

from engine.sweeps.axes import AXES
from webapp.page.components.controls import aria, button, data, field

ACROSS, UP = "alpha", "seed"
"""The axes at first."""

RIGHT = "right"
"""The measure that is offered where answers are scored, and called R² where they are numbers."""
MEASURES = (
    ("settled_potential", "Final loss"),
    (RIGHT, "Right"),
    ("last_potential", "Learning potential"),
    ("steps", "Samples to a loss"),
)
FILES = (("csv", "CSV"), ("npz", "NPZ"), ("png", "PNG"))
LOSS = "0.1"
"""The loss to which steps are counted at first."""

LARGER = "Sweeps of up to millions of runs over two to four knobs, which go on while you leave"

NOT_SEEN = "The page fills the map while it is in view, from the current run outwards."


def landscape_section() -> html.Section:
    """The title with its progress, the choices, the map, and a text about the cell at the pointer or the keyboard."""
    return html.Section(
        [
            heading(),
            html.P(NOT_SEEN, id="landscape-hint", className="hint"),
            choices(),
            html.Div(
                id="landscape-map",
                className="run-map land",
                tabIndex="0",
                role="application",
                **aria(label="Map of runs. Arrow keys go from cell to cell.", describedby="landscape-says"),
            ),
            html.Div(
                [
                    html.P(id="landscape-says", className="hint", **aria(live="polite")),
                    html.Ul([html.Li(text, className=name) for name, text in LEGEND], className="legend"),
                ],
                className="under-map",
            ),
        ],
        id="landscape",
        tabIndex="-1",
        className="landscape",
        **data(state="idle"),
        **aria(label="Landscape"),
    )


LEGEND = (
    ("rest", "still to run"),
    ("refused", "not allowed"),
    ("never", "never down to the loss"),
    ("diverged", "× diverged"),
    ("here", "now"),
)


def heading() -> html.Div:
    """The title, the number of runs made, the button that stops or resumes them, and the one for many more."""
    return html.Div(
        [
            html.H2("Landscape", className="title"),
            html.Span(
                [html.Span(html.I(), className="meter"), html.Span(id="landscape-progress")],
                className="filled",
            ),
            button("landscape-stop", "Cancel", edged=True, hidden=True),
            button("landscape-larger", "Larger…", edged=True, title=LARGER, **aria(haspopup="dialog")),
        ],
        className="sec",
    )


def choices() -> html.Div:
    """The knobs of the axes, the measure, and the downloads."""
    axes = [axis for axis in AXES.values() if axis.keeps_layers]
    knobs = [(axis.name, axis.title if axis.name == ACROSS else axis.title.capitalize()) for axis in axes]
    return html.Div(
        [
            choice("landscape-x", "Across", knobs, ACROSS),
            choice("landscape-y", "Up", knobs, UP),
            choice("landscape-measure", "Show", MEASURES, MEASURES[0][0]),
            html.Span(
                field("landscape-loss", "Loss", LOSS, keyboard="decimal", error="landscape-says", extra="loss"),
                hidden=True,
            ),
            html.Span(
                [html.Button(text, type="button", className="button", name=kind) for kind, text in FILES],
                id="landscape-files",
                className="files",
            ),
        ],
        className="choices",
    )


def choice(id_: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> html.Label:
    """One choice out of a few, in the browser's own menu. It begins with `chosen` also where a visitor comes back."""
    rows = [html.Option(text, value=value, selected="selected" if value == chosen else None) for value, text in options]
    return html.Label([label, html.Select(rows, id=id_, className="mini", autoComplete="off")])
