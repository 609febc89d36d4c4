"""Above the sentence: the text of a lesson until it is dismissed, what it asks, and the notice about a link."""

from dash import html

from webapp.base import ids
from webapp.page.components.controls import aria, button, data, icon, icon_button

GUESSES = (("higher", "Higher"), ("same", "About the same"), ("lower", "Lower"), ("diverges", "Diverges"))


def lesson() -> html.Div:
    """A title, a text, its answer behind a button, and buttons for the chapters around it; a script fills them in."""
    return html.Div(
        [
            html.Div(
                [
                    html.H2(id=ids.LESSON_TITLE, className="title"),
                    html.Span(id=ids.LESSON_PLACE, className="hint"),
                    html.Div(
                        [
                            button(ids.LESSON_BACK, "Back"),
                            button(ids.LESSON_NEXT, "Next", edged=True),
                            icon_button(ids.LESSON_CLOSE, "close", "Dismiss this text"),
                        ],
                        className="acts",
                    ),
                ],
                className="bar",
            ),
            # It scrolls when somebody's text is long, so the keyboard must reach it.
            html.P(id=ids.LESSON_PROMPT, className="prompt", tabIndex="0"),
            button(ids.LESSON_SHOW, "Show", edged=True, hidden=True, **aria(label="Show the answer")),
            # It takes the place of the button that shows it, and so it takes the focus too.
            html.P(id=ids.LESSON_ANSWER, className="answer", tabIndex="-1", hidden=True),
        ],
        id=ids.LESSON,
        className="lesson",
        hidden=True,
        role="group",
        **aria(label="Lesson"),
    )


def prediction() -> html.Div:
    """The question about the next run, whose result waits for an answer; a script shows it where a lesson asks."""
    guesses = [button(f"guess-{guess}", text, edged=True, **data(guess=guess)) for guess, text in GUESSES]
    return html.Div(
        [
            html.P(id=ids.PREDICTION_WORDS, role="status"),
            html.Div(
                [*guesses, button(ids.PREDICTION_SHOW, "Show", **aria(label="Show the result without a prediction"))],
                id=ids.PREDICTION_GUESSES,
                className="acts",
                role="group",
                hidden=True,
                **aria(label="Your prediction"),
            ),
        ],
        id=ids.PREDICTION,
        className="prediction",
        hidden=True,
    )


def link_notice() -> html.Div:
    """One line about the link that was opened or copied."""
    return html.Div(
        [
            icon("tick"),
            html.Span(id=ids.LINK_NOTICE_TEXT, role="status"),
            icon_button(ids.LINK_NOTICE_CLOSE, "close", "Close"),
        ],
        id=ids.LINK_NOTICE,
        className="link-notice",
        hidden=True,
    )
