"""A lesson: questions about runs, each a step, as a file of plain text.

This module reads its form. Whether its links run and its choices fit, `truth` says.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from engine.errors import shown
from webapp.base.validation import Malformed
from webapp.links.codec import LONGEST as LONGEST_LINK
from webapp.links.lessons import LONGEST_PROMPT, LONGEST_TITLE, plain_text

FORMAT, VERSION = "lesson", 1
LANGUAGES = ("en", "de")
MOST_STEPS, MOST_CHOICES, MOST_KNOBS = 24, 5, 12
LARGEST = 16 * 1024
"""The most bytes of a lesson's file."""
LONGEST_QUESTION, LONGEST_CHOICE = 200, 120
LEAST_TIMES, MOST_TIMES = 1.05, 1e6
LINKS, CLASS = "links", "class"
"""The data seed of a step: that of its links, or one that each class draws."""
LOSS, CHOICE, CURVE, ALPHA, HUNT = KINDS = ("loss", "choice", "curve", "alpha", "hunt")
WHEN = ("lower", "same", "higher", "diverges")
PRINTED = re.compile(r"[!-~]+")


class LessonRefused(Malformed):
    """A lesson that cannot be given; the message is a sentence for its author."""


@dataclass(frozen=True)
class Choice:
    """One answer to choose: either the engine decides whether it holds, or the author says that it is right."""

    text: str
    when: str | None = None
    """The change of the final loss for which it holds; None where the author says which is right."""
    by: float = 1.0
    """The least factor of that change."""
    stands_for: str = ""
    """The belief that whoever chooses it may have."""
    right: bool = False

    def to_plain(self) -> dict[str, Any]:
        """The choice as in a file."""
        plain: dict[str, Any] = {"text": self.text} | ({"when": self.when} if self.when else {})
        plain |= ({"by": self.by} if self.by != 1.0 else {}) | ({"right": True} if self.right else {})
        return plain | ({"stands_for": self.stands_for} if self.stands_for else {})


@dataclass(frozen=True)
class Step:
    """One question: its kind, its texts, and the links of the run before and of the run to predict."""

    ask: str
    question: str
    prompt: str
    before: str
    after: str = ""
    """Empty where nothing is turned: for the best α, a hunt, and a choice of which the author says what is right."""
    seed: str = LINKS
    choices: tuple[Choice, ...] = ()
    knobs: tuple[str, ...] = ()
    """The knobs that a hunt allows, by their names in links."""
    answer: str = ""
    """The author's own words, for after the run is shown."""

    @property
    def is_judged(self) -> bool:
        """Whether the author says which choice is right, and not the engine."""
        return any(choice.right for choice in self.choices)

    def to_plain(self) -> dict[str, Any]:
        """The step as in a file."""
        texts = {
            name: getattr(self, name) for name in ("ask", "question", "prompt", "seed", "before", "after", "answer")
        }
        plain: dict[str, Any] = {name: text for name, text in texts.items() if text}
        plain |= {"choices": [choice.to_plain() for choice in self.choices]} if self.choices else {}
        return plain | ({"knobs": list(self.knobs)} if self.knobs else {})


@dataclass(frozen=True)
class Lesson:
    """A title, a language, and steps."""

    title: str
    lang: str
    steps: tuple[Step, ...]

    def to_plain(self) -> dict[str, Any]:
        """The lesson as in a file."""
        header = {"nnbench": FORMAT, "version": VERSION, "lang": self.lang, "title": self.title}
        return header | {"steps": [step.to_plain() for step in self.steps]}

    def to_bytes(self) -> bytes:
        """The lesson's file, the same bytes for equal lessons."""
        return json.dumps(self.to_plain(), ensure_ascii=False, separators=(",", ":")).encode()

    @property
    def digest(self) -> bytes:
        """SHA-256 of its file."""
        return hashlib.sha256(self.to_bytes()).digest()


def read_lesson(plain: object) -> Lesson:
    """The lesson of a file; LessonRefused with a sentence for the first thing in it that is none of a lesson."""
    file = _object(plain, "A lesson", {"nnbench", "version", "lang", "title", "steps"})
    if file["nnbench"] != FORMAT:
        raise LessonRefused("This file is no lesson: its “nnbench” is not “lesson”.")
    if file["version"] != VERSION or isinstance(file["version"], bool):
        raise LessonRefused(f"This lesson is of another version; this bench reads version {VERSION}.")
    if file["lang"] not in LANGUAGES:
        raise LessonRefused(f"The language of a lesson is one of {', '.join(LANGUAGES)}.")
    title = _text(file["title"], "The lesson’s title", LONGEST_TITLE)
    steps = _list(file["steps"], "A lesson", "steps", MOST_STEPS)
    lesson = Lesson(title, file["lang"], tuple(_step(step, f"Step {at}") for at, step in enumerate(steps, 1)))
    if len(lesson.to_bytes()) > LARGEST:
        raise LessonRefused(f"A lesson has at most {LARGEST // 1024} kB; this one has more. Shorten its texts.")
    return lesson


def _step(plain: object, where: str) -> Step:
    optional = {"prompt", "seed", "after", "choices", "knobs", "answer"}
    step = _object(plain, where, {"ask", "question", "before"}, optional)
    ask = step["ask"]
    if ask not in KINDS:
        raise LessonRefused(f"{where} asks for none of {', '.join(KINDS)}.")
    seed = step.get("seed", LINKS)
    if seed not in (LINKS, CLASS):
        raise LessonRefused(f"The seed of {where.lower()} is “{LINKS}” or “{CLASS}”.")
    choices = _choices(step.get("choices"), where) if ask == CHOICE else ()
    is_judged = any(choice.right for choice in choices)
    takes_after = ask in (LOSS, CURVE, CHOICE)
    _only(step, where, ask, {"after": takes_after, "choices": ask == CHOICE, "knobs": ask == HUNT})
    after = ""
    if takes_after and not (is_judged and "after" not in step):
        after = _link(step.get("after"), f"The run to predict of {where.lower()}")
    return Step(
        ask,
        _text(step["question"], f"The question of {where.lower()}", LONGEST_QUESTION),
        _text(step.get("prompt", ""), f"The prompt of {where.lower()}", LONGEST_PROMPT, least=0),
        _link(step["before"], f"The run before of {where.lower()}"),
        after,
        seed,
        choices,
        _knobs(step.get("knobs"), where) if ask == HUNT else (),
        _text(step.get("answer", ""), f"The answer of {where.lower()}", LONGEST_PROMPT, least=0),
    )


def _only(step: Mapping[str, Any], where: str, ask: str, takes: Mapping[str, bool]) -> None:
    for name, taken in takes.items():
        if name in step and not taken:
            raise LessonRefused(f"{where} has “{name}”, which a step that asks “{ask}” has not.")


def _choices(plain: object, where: str) -> tuple[Choice, ...]:
    listed = _list(plain, where, "choices", MOST_CHOICES, least=2)
    choices = tuple(_choice(choice, f"Choice {at} of {where.lower()}") for at, choice in enumerate(listed, 1))
    right = sum(choice.right for choice in choices)
    if right > 1:
        raise LessonRefused(f"{where} says of more than one choice that it is right.")
    if right and any(choice.when for choice in choices):
        raise LessonRefused(f"{where} says which choice is right, so none of its choices has “when”.")
    if not right and not all(choice.when for choice in choices):
        raise LessonRefused(f"Each choice of {where.lower()} needs “when”, or one of them “right”.")
    return choices


def _choice(plain: object, where: str) -> Choice:
    choice = _object(plain, where, {"text"}, {"when", "by", "stands_for", "right"})
    when, by, right = choice.get("when"), choice.get("by", 1.0), choice.get("right", False)
    if when is not None and when not in WHEN:
        raise LessonRefused(f"{where} holds “when” none of {', '.join(WHEN)}.")
    if not isinstance(right, bool):
        raise LessonRefused(f"{where} is “right” with true or false.")
    if isinstance(by, bool) or not isinstance(by, int | float) or not (by == 1.0 or LEAST_TIMES <= by <= MOST_TIMES):
        raise LessonRefused(f"{where} has “by”, a number of times from {LEAST_TIMES} to {MOST_TIMES:,.0f}.")
    if by != 1.0 and when not in ("lower", "higher"):
        raise LessonRefused(f"{where} has “by”, which only “lower” and “higher” have.")
    return Choice(
        _text(choice["text"], f"The text of {where.lower()}", LONGEST_CHOICE),
        when,
        float(by),
        _text(choice.get("stands_for", ""), f"What {where.lower()} stands for", LONGEST_CHOICE, least=0),
        right,
    )


def _knobs(plain: object, where: str) -> tuple[str, ...]:
    names = _list(plain, where, "knobs", MOST_KNOBS)
    if not all(isinstance(name, str) and PRINTED.fullmatch(name) for name in names) or len(set(names)) < len(names):
        raise LessonRefused(f"{where} names its knobs as in links, each once.")
    return tuple(names)


def _link(plain: object, what: str) -> str:
    if not isinstance(plain, str) or not PRINTED.fullmatch(plain) or len(plain) > LONGEST_LINK:
        raise LessonRefused(f"{what} is a link of the bench from its “?” on, of at most {LONGEST_LINK:,} characters.")
    return plain


def _text(plain: object, what: str, most: int, least: int = 1) -> str:
    text = plain_text(plain, len(plain)) if isinstance(plain, str) else None
    if text is None or not least <= len(text) <= most:
        raise LessonRefused(f"{what} is a text of {'1 to' if least else 'at most'} {most:,} characters.")
    return text


def _list(plain: object, where: str, name: str, most: int, least: int = 1) -> list[Any]:
    if not isinstance(plain, list) or not least <= len(plain) <= most:
        raise LessonRefused(f"{where} has {least} to {most} {name}.")
    return plain


def _object(plain: object, where: str, needs: Set[str], may: Set[str] = frozenset()) -> Mapping[str, Any]:
    if not isinstance(plain, dict):
        raise LessonRefused(f"{where} is an object with {', '.join(sorted(needs))}.")
    for name in sorted(needs - plain.keys()):
        raise LessonRefused(f"{where} has no “{name}”.")
    for name in plain.keys() - needs - may:
        raise LessonRefused(f"{where} has {shown(str(name))}, which is none of its names.")
    return plain
