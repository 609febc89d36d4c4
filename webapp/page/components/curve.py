"""The middle column: the sentence about the last change with its proof, and the stage over one scrubber."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from webapp.page.components.controls import Children, aria, button, icon_button
from webapp.page.components.lesson import hunt
from webapp.page.components.scrubber import scrubber
from webapp.page.stage.comparison import comparison_sentence
from webapp.page.stage.stage import ShownRun, View, panels, stage_bar

READOUTS = (
    ("read-max", "Max loss"),
    ("read-last", "Last loss"),
    ("read-potential", "Learning potential"),
    ("read-held-out", "Held-out loss"),
    ("read-score", "Right"),
    ("read-held-score", "held out"),
    ("read-run", "Run"),
)


def curve_column(
    of_link: tuple[Component, Component],
    sentence: Children,
    proof: str,
    readouts: tuple[str, ...],
    views: Sequence[View],
    run: ShownRun,
) -> html.Section:
    """The sentence first, then the stage. `of_link` are the lesson and the notice of a link, `readouts` the texts of
    READOUTS; one that is empty is not shown."""
    lesson, notice = of_link
    return html.Section(
        [
            lesson,
            html.Div(
                [
                    hunt(),
                    notice,
                    button("present-leave", "Leave (Esc)", edged=True),
                    html.Div(
                        [
                            html.Div(
                                [
                                    icon_button("play", "play", "Play", extra="play"),
                                    button("predict", "Predict", **aria(pressed="false")),
                                ],
                                className="starts",
                            ),
                            html.Div(
                                [
                                    html.H1(sentence, id="sentence"),
                                    html.P(proof, id="proof"),
                                    html.P(id="why", hidden=True),
                                    # Text that goes on where the proof ends; a button would begin a line.
                                    html.Span(id="elsewhere", role="button", tabIndex=0, hidden=True),
                                ],
                                className="of-change",
                            ),
                            comparison_sentence(),
                            html.Div(html.I(), id="retraining", className="progress", hidden=True),
                        ],
                        className="say failed" if run.failed else "say",
                    ),
                ],
                className="find",
            ),
            stage_bar(views, run),
            *panels(views, run),
            html.P(
                [button("play-again", "Play again"), ", or turn α"],
                id="invitation",
                hidden=True,
            ),
            scrubber(),
            html.Dl(
                [readout(*row, text) for row, text in zip(READOUTS, readouts, strict=True)],
                className="imprint of-table" if run.answers else "imprint",
            ),
        ],
        className="curve-col",
        **aria(label="Run"),
    )


def embed_line() -> html.Footer:
    """The line under a bench in somebody else's page: the name of the run, and a link to the whole bench."""
    return html.Footer(
        [
            html.Span(id="embed-words"),
            html.A("Open in NNBench ↗", id="embed-open", target="_blank", rel="noopener"),
            html.Span(id="embed-notice", role="status"),
        ],
        className="embed-line",
    )


def readout(id_: str, name: str, text: str) -> html.Div:
    """One number under its name."""
    return html.Div([html.Dt(name), html.Dd(text, id=id_)], className=f"of-{id_}", hidden=not text)
