"""A lesson in the place of the right column, with its question and the story's contents; the notice about a link."""

from dash import html

from webapp.links.lessons import CHAPTERS, MINUTES
from webapp.page.components.controls import aria, button, data, icon, icon_button

GUESSES = (("higher", "Higher"), ("same", "The same within 5 %"), ("lower", "Lower"), ("diverges", "Diverges"))
ABOUT_THE_STORY = (
    "The author of the notebook built a network that did not learn. Each page has a question and an "
    "answer, and sets the bench; closing the story puts back what was on it."
)
NOT_IN_THE_FRAME = "What this page speaks of and the frame does not show is behind Open in NNBench."
HOW_TO_SET = "What to change is outlined. Press Enter after the value."


def lesson() -> html.Div:
    """A lesson or the story's contents, under a bar that leads on; a script fills them in."""
    return html.Div(
        [
            html.Div(
                [
                    html.Span(id="lesson-kind", className="title"),
                    html.Span(id="lesson-place", className="hint"),
                    html.Div(
                        [
                            button("lesson-contents", "Contents", **aria(expanded="false", controls="lesson-list")),
                            icon_button("lesson-back", "prev", "The page before"),
                            button("lesson-next", ["Next", icon("next")], edged=True),
                            icon_button("lesson-close", "close", "Dismiss this text"),
                        ],
                        className="acts",
                    ),
                ],
                className="bar",
            ),
            page(),
            contents(),
        ],
        id="lesson",
        className="lesson",
        hidden=True,
        role="group",
        **aria(label="Lesson"),
    )


def page() -> html.Div:
    """A title, a text, the task, and under a hairline the question to predict, with the answer behind a button."""
    return html.Div(
        [
            # The focus comes here from page to page.
            html.H2(id="lesson-title", tabIndex="-1"),
            html.P(id="lesson-prompt", className="prompt"),
            html.P(id="lesson-task"),
            html.P(HOW_TO_SET, id="lesson-how", className="hint"),
            button("lesson-plan", "Open this plan", edged=True, hidden=True),
            html.P(NOT_IN_THE_FRAME, id="lesson-elsewhere", className="hint", hidden=True),
            html.Div(
                [
                    html.P([html.B("Predict first. "), html.Span(id="lesson-question")]),
                    prediction(),
                    button("lesson-show", "Show the answer", edged=True),
                    # It takes the place of the button that shows it, and so it takes the focus too.
                    html.P(id="lesson-answer", className="answer", tabIndex="-1", hidden=True),
                ],
                className="ask",
            ),
        ],
        id="lesson-page",
        className="lesson-page",
        # It scrolls when the text is long, so the keyboard must reach it.
        tabIndex="0",
    )


def contents() -> html.Div:
    """The questions of the story as a list that opens its pages; a script fills it in and ticks those that are done."""
    return html.Div(
        [
            html.P(ABOUT_THE_STORY, className="hint"),
            html.Ol(id="lesson-pages"),
            html.Div(
                [
                    html.Span(f"{len(CHAPTERS)} pages, about {MINUTES} minutes", className="hint"),
                    html.A(
                        "With a class ↗",
                        id="lesson-class",
                        className="button edged",
                        href="class",
                        target="_blank",
                        hidden=True,
                    ),
                    button("lesson-begin", "Begin", edged=True),
                ],
                className="lesson-foot",
            ),
        ],
        id="lesson-list",
        className="contents",
        hidden=True,
    )


def prediction() -> html.Div:
    """The question about the next run, whose result waits for an answer; a script shows it where a lesson asks, or the
    switch beside Play is on."""
    guesses = [button(f"guess-{guess}", text, edged=True, **data(guess=guess)) for guess, text in GUESSES]
    return html.Div(
        [
            html.P(id="prediction-words", role="status"),
            html.P(id="prediction-tally", className="hint", hidden=True),
            html.Div(
                [
                    *guesses,
                    button("prediction-show", "Show the result", **aria(label="Show the result without a prediction")),
                ],
                id="prediction-guesses",
                className="acts",
                role="group",
                hidden=True,
                **aria(label="Your prediction"),
            ),
        ],
        id="prediction",
        className="prediction",
        hidden=True,
    )


def hunt() -> html.Div:
    """The line of a class's hunt, which hands in the run that is shown; a script fills it in where the address names a
    class."""
    return html.Div(id="hunt", className="hunt", hidden=True)


def link_notice() -> html.Div:
    """One line about the link that was opened or copied."""
    return html.Div(
        [
            icon("tick"),
            html.Span(id="link-notice-text", role="status"),
            icon_button("link-notice-close", "close", "Close"),
        ],
        id="link-notice",
        className="link-notice",
        hidden=True,
    )
