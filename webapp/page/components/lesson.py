"""A lesson in the place of the right column, with its question and the story's contents; the notice about a link.

The document has the lesson of its address; scripts write any other in the same elements.
"""

from collections.abc import Mapping
from typing import Any

from dash import html

from webapp.links.lessons import CHAPTERS, MINUTES, NOT_A_CHAPTER
from webapp.page.components.controls import aria, button, data, icon, icon_button, marked

GUESSES = (("higher", "Higher"), ("same", "The same within 5 %"), ("lower", "Lower"), ("diverges", "Diverges"))
ABOUT_THE_STORY = (
    "The author of the notebook built a network that did not learn. Each page has a question and an "
    "answer, and sets the bench; closing the story puts back what was on it."
)
NOT_IN_THE_FRAME = "What this page speaks of and the frame does not show is behind Open in NNBench."
HOW_TO_SET = "What to change is outlined. Press Enter after the value."
ASKED_NEXT = "Change something, and predict the final loss before the page shows it."
COMPARING = "Comparing this run with the one that the link names."

Lesson = Mapping[str, Any]
"""A lesson in the form of `webapp.links.lessons.lesson_of`."""


def lesson(shown: Lesson | None, *, framed: bool) -> html.Div:
    """A lesson or the story's contents, under a bar that leads on; `framed` in somebody else's page."""
    given = shown or NOT_A_CHAPTER
    key = given["key"]
    return html.Div(
        [
            html.Div(
                [
                    html.Span("Story" if key else "Lesson", id="lesson-kind", className="title"),
                    html.Span(given["place"], id="lesson-place", className="hint"),
                    html.Div(
                        [
                            button(
                                "lesson-contents",
                                "Contents",
                                hidden=not key,
                                **aria(expanded="false", controls="lesson-list"),
                            ),
                            icon_button(
                                "lesson-back", "prev", "The page before", hidden=not key, disabled=given["back"] is None
                            ),
                            button(
                                "lesson-next",
                                ["Next", icon("next")],
                                edged=True,
                                hidden=not key,
                                disabled=given["next"] is None,
                            ),
                            icon_button("lesson-close", "close", "Dismiss this text"),
                        ],
                        className="acts",
                    ),
                ],
                className="bar",
            ),
            page(given, framed=framed),
            contents(),
        ],
        id="lesson",
        className="lesson leaves-pictures",
        hidden=shown is None,
        role="group",
        **aria(label="Lesson"),
    )


def page(given: Lesson, *, framed: bool) -> html.Div:
    """A title, a text, the task, and under a hairline the question to predict, with the answer behind a button."""
    task = given["task"]
    is_typed = given["back"] is None and any(mark == "type" for _, mark in task)
    # A text that a link brought asks about the next run in the words of its own prompt; a chapter, by its question.
    asks = ASKED_NEXT if given["asks"] and not given["key"] else ""
    classes = ["ask", *["asks"] * bool(asks or given["question"]), *["with-answer"] * bool(given["answer"])]
    return html.Div(
        [
            # The focus comes here from page to page.
            html.H2(given["title"], id="lesson-title", tabIndex="-1", hidden=not given["title"]),
            html.P(given["prompt"], id="lesson-prompt", className="prompt"),
            html.P(marked(task), id="lesson-task", hidden=not task),
            html.P(HOW_TO_SET, id="lesson-how", className="hint", hidden=not is_typed),
            button("lesson-plan", "Open this plan", edged=True, hidden=not given["plan"]),
            html.P(NOT_IN_THE_FRAME, id="lesson-elsewhere", className="hint", hidden=not (framed and task)),
            html.Div(
                [
                    html.P(
                        [html.B("Predict first. "), html.Span(given["question"], id="lesson-question")],
                        hidden=not given["question"],
                    ),
                    prediction(asks),
                    button("lesson-show", "Show the answer", edged=True, hidden=not given["answer"]),
                    # It takes the place of the button that shows it, and so it takes the focus too.
                    html.P(id="lesson-answer", className="answer", tabIndex="-1", hidden=True),
                ],
                className=" ".join(classes),
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


def prediction(asks: str) -> html.Div:
    """The question about the next run, whose result waits for an answer, with its first words where a lesson asks at
    once; a script shows it elsewhere, as while the switch beside Play is on."""
    guesses = [button(f"guess-{guess}", text, edged=True, **data(guess=guess)) for guess, text in GUESSES]
    return html.Div(
        [
            html.P(asks, id="prediction-words", role="status"),
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
        hidden=not asks,
    )


def hunt() -> html.Div:
    """The line of a class's hunt, which hands in the run that is shown; a script fills it in where the address names a
    class."""
    return html.Div(id="hunt", className="hunt", hidden=True)


def link_notice(text: str, *, good: bool) -> html.Div:
    """One line about the link that was opened or copied, `good` where nothing is amiss; without a text there is
    none."""
    return html.Div(
        [
            icon("tick"),
            html.Span(text, id="link-notice-text", role="status"),
            icon_button("link-notice-close", "close", "Close"),
        ],
        id="link-notice",
        className="link-notice",
        hidden=not text,
        **data(good=str(good).lower()),
    )
