"""A lesson: questions about runs, each a step, as a file of plain text.

This module reads its form. Whether its links run and its choices fit, `truth` says.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from engine.errors import shown
from engine.experiments.knobs import is_number
from engine.outcomes.run_ends import OTHERS
from webapp.base.validation import Malformed
from webapp.classes.language import LANGUAGES
from webapp.links.codec import LONGEST as LONGEST_LINK
from webapp.links.codec import query_in
from webapp.links.lessons import LONGEST_PROMPT, LONGEST_TITLE, plain_text

FORMAT, VERSION = "lesson", 1
MOST_STEPS, MOST_CHOICES, MOST_KNOBS = 24, 5, 12
LARGEST = 16 * 1024
"""The most bytes of a lesson's file."""
LONGEST_QUESTION, LONGEST_CHOICE = 200, 120
LEAST_TIMES, MOST_TIMES = 1.05, 1e6
MOST_DECADES, HIGHEST_DECADE = 8, 12
"""An axis has eight decades at most, within 10⁻¹² and 10¹²."""
LINKS, CLASS = "links", "class"
"""The data seed of a step: that of its links, or one that each class draws."""
HUNT, TASK = "hunt", "task"
KINDS: Mapping[str, Sequence[str]] = {
    "loss": ("after", "axis"),
    "choice": ("after", "choices"),
    "curve": ("after", "axis"),
    "alpha": (),
    HUNT: ("knobs",),
    TASK: ("knobs", "goal", "stands_for"),
}
"""The kinds of steps, with the names that not every step has in a file; `kinds` has a row for each but a hunt and a
task."""
PREDICTED_TASK = ("after", "choices", "reasons")
"""The names of a task without a goal, which is a prediction."""
WHEN = ("lower", "same", "higher", "diverges")
PRINTED = re.compile(r"[!-~]+")
LEARNS_IN = re.compile(rf"([1-9]\d?) of {OTHERS}")


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
class Goal:
    """The end that the run of a task is to have; what is None is not asked for."""

    final_loss: float | None = None
    """The highest final loss."""
    held_out: float | None = None
    """The highest loss of held-out samples after the last step."""
    accuracy: float | None = None
    """The least share of samples that are answered right: of held-out ones, or else of learned ones."""
    samples: int | None = None
    """The most samples."""
    learns_in: int | None = None
    """The least number of 32 other data seeds that get there too."""

    def to_plain(self) -> dict[str, Any]:
        """The goal as in a file."""
        names = ("final_loss", "held_out", "accuracy", "samples")
        plain = {name: value for name in names if (value := getattr(self, name)) is not None}
        return plain if self.learns_in is None else plain | {"learns in": f"{self.learns_in} of {OTHERS}"}


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
    """The knobs that a hunt or a task allows, by their names in links."""
    answer: str = ""
    """The author's own words, for after the run is shown."""
    goal: Goal | None = None
    """The goal of a task that is no prediction."""
    reasons: tuple[Choice, ...] = ()
    """The reasons to choose from, of a task that is a prediction; one is right."""
    stands_for: str = ""
    """The belief that whoever does not reach the goal may have."""
    axis: tuple[int, int] | None = None
    """The powers of ten at the ends of the answer's axis; None where the run before gives them."""

    @property
    def is_hunt(self) -> bool:
        """Whether runs are handed in, in one round, and a board shows them."""
        return self.ask == HUNT

    @property
    def is_judged(self) -> bool:
        """Whether the author says which choice is right, and not the engine."""
        return any(choice.right for choice in self.choices)

    def to_plain(self) -> dict[str, Any]:
        """The step as in a file."""
        texts = {
            name: getattr(self, name)
            for name in ("ask", "question", "prompt", "seed", "before", "after", "answer", "stands_for")
        }
        plain: dict[str, Any] = {name: text for name, text in texts.items() if text}
        for name in ("choices", "reasons"):
            plain |= {name: [choice.to_plain() for choice in some]} if (some := getattr(self, name)) else {}
        plain |= {"knobs": list(self.knobs)} if self.knobs else {}
        plain |= {"axis": [float(f"1e{power}") for power in self.axis]} if self.axis else {}
        return plain | ({"goal": self.goal.to_plain()} if self.goal else {})


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
    def tasks(self) -> list[int]:
        """The numbers of its tasks, from 0."""
        return [at for at, step in enumerate(self.steps) if step.ask == TASK]

    def task_name(self, step: int) -> str:
        """The name of a task: eight hex digits of what it asks, in any words, and the number of its step from 1."""
        asked = self.steps[step]
        goal = asked.goal and asked.goal.to_plain()
        counts = len(asked.choices), len(asked.reasons)
        plain = json.dumps([asked.before, asked.after, asked.knobs, goal, counts])
        return f"{hashlib.sha256(plain.encode()).hexdigest()[:8]}.{step + 1}"

    @property
    def digest(self) -> bytes:
        """SHA-256 of its file."""
        return hashlib.sha256(self.to_bytes()).digest()


def read_lesson(plain: object, largest: float = LARGEST) -> Lesson:
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
    if len(lesson.to_bytes()) > largest:
        raise LessonRefused(f"A lesson has at most {LARGEST // 1024} kB; this one has more. Shorten its texts.")
    return lesson


def _step(plain: object, where: str) -> Step:
    optional = {"prompt", "seed", "after", "choices", "knobs", "answer", "goal", "reasons", "stands_for", "axis"}
    step = _object(plain, where, {"ask", "question", "before"}, optional)
    ask = step["ask"]
    if not isinstance(ask, str) or ask not in KINDS:
        raise LessonRefused(f"{where} asks for none of {', '.join(KINDS)}.")
    seed = step.get("seed", LINKS)
    if seed not in (LINKS, CLASS):
        raise LessonRefused(f"The seed of {where.lower()} is “{LINKS}” or “{CLASS}”.")
    names = PREDICTED_TASK if ask == TASK and "goal" not in step else KINDS[ask]
    for name in ("after", "choices", "knobs", "axis", "goal", "reasons", "stands_for"):
        if name in step and name not in names:
            raise LessonRefused(f"{where} has “{name}”, which a step that asks “{ask}” has not.")
    if ask == TASK and seed == CLASS:
        raise LessonRefused(f"{where} is a task, whose seed is that of its links: everybody is marked alike.")
    choices = _choices(step.get("choices"), where) if "choices" in names else ()
    is_judged = any(choice.right for choice in choices)
    after = ""
    if "after" in names and not (is_judged and "after" not in step):
        after = _link(step.get("after"), f"The run to predict of {where.lower()}")
    return Step(
        ask,
        _text(step["question"], f"The question of {where.lower()}", LONGEST_QUESTION),
        _text(step.get("prompt", ""), f"The prompt of {where.lower()}", LONGEST_PROMPT, least=0),
        _link(step["before"], f"The run before of {where.lower()}"),
        after,
        seed,
        choices,
        _knobs(step.get("knobs"), where) if "knobs" in names else (),
        _text(step.get("answer", ""), f"The answer of {where.lower()}", LONGEST_PROMPT, least=0),
        _goal(step["goal"], f"The goal of {where.lower()}") if "goal" in names else None,
        _reasons(step["reasons"], where) if "reasons" in step else (),
        _text(step.get("stands_for", ""), f"What {where.lower()} stands for", LONGEST_QUESTION, least=0),
        _axis(step["axis"], where) if "axis" in step else None,
    )


def _axis(plain: object, where: str) -> tuple[int, int]:
    powers = {float(f"1e{power}"): power for power in range(-HIGHEST_DECADE, HIGHEST_DECADE + 1)}
    match [powers.get(end) if is_number(end) else None for end in plain] if isinstance(plain, list) else None:
        case [int(low), int(high)] if 1 <= high - low <= MOST_DECADES:
            return low, high
    raise LessonRefused(
        f"The axis of {where.lower()} goes from one power of ten to another, at most {MOST_DECADES} decades higher."
    )


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


def _reasons(plain: object, where: str) -> tuple[Choice, ...]:
    listed = _list(plain, where, "reasons", MOST_CHOICES, least=2)
    reasons = tuple(_choice(reason, f"Reason {at} of {where.lower()}") for at, reason in enumerate(listed, 1))
    if sum(reason.right for reason in reasons) != 1 or any(reason.when for reason in reasons):
        raise LessonRefused(f"{where} says of one of its reasons that it is right, and of none “when”.")
    return reasons


def _goal(plain: object, where: str) -> Goal:
    goal = _object(plain, where, set(), {"final_loss", "held_out", "accuracy", "samples", "learns in"})
    for name in ("final_loss", "held_out", "accuracy", "samples"):
        if name in goal and (not is_number(goal[name]) or not goal[name] > 0):
            raise LessonRefused(f"{where} has “{name}”, a number above 0.")
    samples, learns_in = goal.get("samples"), goal.get("learns in")
    if goal.get("accuracy", 1) > 1:
        raise LessonRefused(f"{where} has an “accuracy”, a share of at most 1.")
    if samples is not None and not isinstance(samples, int):
        raise LessonRefused(f"{where} has “samples”, a whole number.")
    match = LEARNS_IN.fullmatch(learns_in) if isinstance(learns_in, str) else None
    if learns_in is not None and (match is None or int(match[1]) > OTHERS):
        raise LessonRefused(f"{where} has “learns in”, such as “28 of {OTHERS}”.")
    if not goal.keys() - {"samples"}:
        raise LessonRefused(f"{where} has a “final_loss”, “held_out”, “accuracy” or “learns in”.")
    final_loss, held_out, accuracy = (
        float(goal[name]) if name in goal else None for name in ("final_loss", "held_out", "accuracy")
    )
    return Goal(final_loss, held_out, accuracy, samples, None if match is None else int(match[1]))


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
    text = plain.strip() if isinstance(plain, str) else ""
    query = query_in(text)
    link = text if len(text) <= len(query) + 1 else f"?{query}"
    if not PRINTED.fullmatch(link) or len(link) > LONGEST_LINK:
        raise LessonRefused(f"{what} is a link of the bench from its “?” on, of at most {LONGEST_LINK:,} characters.")
    return link


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
        raise LessonRefused(f"{where} is an object with {', '.join(sorted(needs or may))}.")
    for name in sorted(needs - plain.keys()):
        raise LessonRefused(f"{where} has no “{name}”.")
    for name in plain.keys() - needs - may:
        raise LessonRefused(f"{where} has {shown(str(name))}, which is none of its names.")
    return plain
