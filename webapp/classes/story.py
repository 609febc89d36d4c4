"""Pages of the notebook's story as steps of a lesson: what each asks, and the run that it turns to.

The texts of a page are its own; a phone has no bench, so that what to set and where to look is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.link_codec import to_texts
from webapp.classes.lesson import CHOICE, CURVE, LOSS, MOST_STEPS, Choice, Lesson, LessonRefused, Step
from webapp.links.codec import encode_query
from webapp.links.lessons import CHAPTERS, Chapter

TITLE = "The notebook’s story"
END = "Where does the final loss end?"
SAME = (
    Choice("It stays the same", "same"),
    Choice("Lower", "lower"),
    Choice("Higher", "higher"),
    Choice("It diverges", "diverges"),
)


def _turn(text: str, ask: str = LOSS, question: str = END, **knobs: Any) -> dict[str, Any]:
    return {"ask": ask, "question": question, "text": text, "after": knobs}


def _choice(question: str, *texts: str, right: int, text: str = "") -> dict[str, Any]:
    choices = tuple(Choice(words, right=at == right) for at, words in enumerate(texts))
    return {"ask": CHOICE, "question": question, "text": text, "choices": choices, "after": None}


STEPS: Mapping[str, Mapping[str, Any]] = {
    "tanh": _turn("Now α is turned from 0.1 to 0.4.", alpha=0.4),
    "xor": _choice("Is there an α at which all four corners have the right sign?", "Yes, a larger one",
        "Yes, a smaller one", "No, at no α", right=2),
    "hidden": _turn("Now the first weights are drawn from weight seed 7.", weights=DrawnWeights(7)),
    "numbers": _turn("The final loss is 0.000720 at α 0.03. Now α is turned to 0.2.", alpha=0.2),
    "identity": _turn("100 samples leave a final loss of 9.31 × 10⁻⁹. Now the run has the first 20 alone.", samples=20),
    "swap": _choice("Do other starting weights end elsewhere?", "They end at the same weights",
        "They end at other weights, with about the same final loss",
        "They end at other weights, some with a far higher loss", right=0),
    "by-hand": _choice("Where does a weight end that starts at 2, not at 1?", "At 2: its gradient is 0, too",
        "Between 1 and 2", "At 1.00 again", "It diverges", right=2),
    "double": _turn("Now α is turned from 0.1 to 0.2.", alpha=0.2),
    "stuck": _turn("Now α is turned to 0.02.", alpha=0.02),
    "alpha": _choice("At α 0.02 the run diverges with 2 of 32 data seeds. With how many at α 0.1?", "With 2 as well",
        "With about half of them", "With all 32", right=2),
    "taken-off": _turn("Now α is turned from 0.1 to 0.5.", alpha=0.5),
    "wheels": _turn("Now α is turned from 0.1 to 0.5.", CHOICE, alpha=0.5) | {"choices": SAME},
    "map": _turn("Now α is turned from 0.1 to 0.5.", CHOICE, alpha=0.5) | {"choices": SAME},
    "leak": _choice("The input of unit u₁ is below 0 for all 100 samples. Which weights can a ReLU not move?",
        "None: it moves all of them", "Those of u₁, but for its bias", "Those of u₁, and its bias",
        "Those of both units", right=2),
    "rate": _turn("Now each step from 2,250 on has a tenth of α. All else stays.", CURVE, "Draw the loss",
        rate="where(k<2250,1,0.1)"),
    "batch": _turn("Now a batch has 16 samples, so that 2,000 samples are 125 moves; α stays 0.1.", batch=16),
    "by-heart": _turn("Now 30 samples come again and again, in place of 10,000 new ones.", distinct=30),
    "decay": _turn("Now decay λ is 0.02.", decay=0.02),
    "left": _turn("Now it passes back Mᵀ times the gradient.", layers=CATALOGUE["left-or-right"].experiment.layers),
    "answer": _choice("By what is the gradient multiplied, as a column?", "By M, from the left", "By Mᵀ, from the left",
        "By M, from the right", "By Mᵀ, from the right", right=1),
    "solution": _choice("Now the first weights are drawn from weight seed 10. Does it find the same solution?",
        "About the same loss, and the same weights in another order", "About the same loss, with other weights",
        "Another loss", right=1),
    "widths": _choice("Which number of hidden units learns XOR from most weight seeds, at its best α?", "1", "3", "8",
        "16", right=1),
}  # fmt: skip
"""The question of each page, its kind, a sentence after the page’s first paragraph, and the knobs that are turned."""


def story_lesson(keys: Sequence[str]) -> Lesson:
    """The lesson of these pages, in their order; LessonRefused for one that asks nothing, and for too many."""
    if not 1 <= len(keys) <= MOST_STEPS:
        raise LessonRefused(f"A lesson has 1 to {MOST_STEPS} steps.")
    for key in keys:
        if key not in STEPS:
            raise LessonRefused(f"No page of the story that asks a question has this name: {key[:40]}.")
    title = CHAPTERS[keys[0]].title if len(keys) == 1 else TITLE
    return Lesson(title, "en", tuple(_step(CHAPTERS[key]) for key in keys))


def _step(chapter: Chapter) -> Step:
    row = STEPS[chapter.key]
    turned, first = row["after"], chapter.prompt.partition("\n")[0]
    answers_another = row["question"] != chapter.question
    return Step(
        row["ask"],
        row["question"],
        f"{first} {row['text']}".strip(),
        _link(chapter.row, chapter.experiment),
        "" if turned is None else _link(chapter.row, replace(chapter.experiment, **turned)),
        choices=row.get("choices", ()),
        answer=f"{chapter.question} {chapter.answer}" if answers_another else chapter.answer,
    )


def _link(row: str, experiment: Experiment) -> str:
    return f"?{encode_query({'experiment': row} | to_texts(experiment, CATALOGUE[row].experiment))}"
