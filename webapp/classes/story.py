"""Pages of the notebook's story as steps of a lesson: what each asks, and the run that it turns to.

The texts of a page are its own; a phone has no bench, so that what to set and where to look is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.link_codec import to_texts
from webapp.classes.lesson import MOST_STEPS, Choice, Lesson, LessonRefused, Step
from webapp.links.codec import encode_query
from webapp.links.lessons import CHAPTERS, STORY, Chapter

TITLE, PAPERS = "The notebook’s story", "Results from papers"
"""The titles of the two courses; the second is a part of the story."""
END = "Where does the final loss end?"
SAME = (
    Choice("It stays the same", "same"),
    Choice("Lower", "lower"),
    Choice("Higher", "higher"),
    Choice("It diverges", "diverges"),
)


def _turn(text: str, ask: str = "loss", question: str = END, **knobs: Any) -> dict[str, Any]:
    return {"ask": ask, "question": question, "text": text, "after": knobs}


def _choice(question: str, *texts: str, right: int, text: str = "") -> dict[str, Any]:
    choices = tuple(Choice(words, right=at == right) for at, words in enumerate(texts))
    return {"ask": "choice", "question": question, "text": text, "choices": choices, "after": None}


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
    "wheels": _turn("Now α is turned from 0.1 to 0.5.", "choice", alpha=0.5) | {"choices": SAME},
    "map": _turn("Now α is turned from 0.1 to 0.5.", "choice", alpha=0.5) | {"choices": SAME},
    "leak": _choice("The input of unit u₁ is below 0 for all 100 samples. Which weights can a ReLU not move?",
        "None: it moves all of them", "Those of u₁, but for its bias", "Those of u₁, and its bias",
        "Those of both units", right=2),
    "rate": _turn("Now each step from 2,250 on has a tenth of α, and all else stays.", "curve", "Draw the loss",
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
    "edge": _choice("Does the sharpness get there in 3,000 steps?", "Yes, as it gets to 5 at α 0.4",
        "No, it stays where it began", "No, but it gets about halfway", "It ends far above 20", right=2,
        text="At α 0.4, 2/α is 5, and the sharpness ends at 5.00, from 3.79. Now α is 0.1, so that 2/α is 20."),
    "butterfly": _choice("Is there a wall between both ends?", "No: both end at the same weights",
        "No: they end at other weights, without a wall", "Yes, one higher than both losses", right=2),
    "connected": _choice("Which pair has a wall between its ends?", "Neither of them",
        "The pair that parts at the start", "The pair that parts at step 2,000", "Both of them", right=1,
        text="One pair of runs parts at the start, another at step 2,000 of 4,410."),
    "ticket": _turn("Now four units are drawn anew, with weight seed 33.", weights=DrawnWeights(33, "xavier")),
    "descent": _choice("Which width has the lowest held-out loss?", "10 units", "30 units", "64 units", right=2,
        text="With 30 units the held-out loss is 2.64."),
    "grokking": _choice("Are 99 % of the held-out samples right within 64,000 steps?", "Yes, and sooner",
        "Yes, but later", "No", right=2, text="Now decay λ is 0, not 0.003."),
    "border": _turn("Now α is turned to 0.0416, and after that to 0.0417 and 0.0418.",
        question="Where does the final loss end at α 0.0416?", alpha=0.0416),
    "spread": _choice("The shares of 32 weight seeds have a spread. How much of it is left?", "About all of it",
        "Less than half of it", "It is larger than before", right=1, text="Now 2,000 samples are held out, not 100."),
}  # fmt: skip
"""The question of each page, its kind, a sentence after the page’s first paragraph, and the knobs that are turned."""


def story_lesson(keys: Sequence[str]) -> Lesson:
    """The lesson of these pages, in their order; LessonRefused for one that asks nothing, and for too many."""
    if not 1 <= len(keys) <= MOST_STEPS:
        raise LessonRefused(f"A lesson has 1 to {MOST_STEPS} steps.")
    for key in keys:
        if key not in STEPS:
            raise LessonRefused(f"No page of the story that asks a question has this name: {key[:40]}.")
    courses = {course_of(key) for key in keys}
    title = CHAPTERS[keys[0]].title if len(keys) == 1 else courses.pop() if len(courses) == 1 else TITLE
    return Lesson(title, "en", tuple(_step(CHAPTERS[key]) for key in keys))


def course_of(key: str) -> str:
    """The title of the course that a page belongs to."""
    return PAPERS if CHAPTERS[key] in STORY[PAPERS] else TITLE


def _step(chapter: Chapter) -> Step:
    row = STEPS[chapter.key]
    turned, first = row["after"], chapter.prompt.partition("\n")[0]
    answer = chapter.answer if row["question"] == chapter.question else f"{chapter.question} {chapter.answer}"
    return Step(
        row["ask"],
        row["question"],
        f"{first} {row['text']}".strip(),
        _link(chapter.row, chapter.experiment),
        "" if turned is None else _link(chapter.row, replace(chapter.experiment, **turned)),
        choices=row.get("choices", ()),
        answer=f"{answer} {chapter.source and f'({chapter.source}.)'}".strip(),
    )


def _link(row: str, experiment: Experiment) -> str:
    return f"?{encode_query({'experiment': row} | to_texts(experiment, CATALOGUE[row].experiment))}"
