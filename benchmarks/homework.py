"""Homework: 200 answers of 3,000 samples marked, of which 40 are forged in ten ways.

Honest ones turn α and the weight seed. The second row has momentum turned as well, so that no two of them learn side by
side on the same samples.
"""

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import print_heading
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.outcomes.run_ends import ends_of
from webapp.classes.lesson import Lesson, read_lesson
from webapp.files.export_run import own_link_runner
from webapp.homework.answer import query_of_run
from webapp.homework.handed_in import HandedIn
from webapp.homework.marking import Marking

ANSWERS, FORGED, SAMPLES = 200, 40, 3_000
KEY = "circle"
MOST_LOSS = 0.15
SECONDS = 60.0


@dataclass(frozen=True)
class Made:
    """An answer, and the way in which it is forged; empty for an honest one."""

    handed_in: HandedIn
    way: str = ""


def lesson(samples: int, most: float = MOST_LOSS) -> Lesson:
    """A lesson of two tasks on the same run, whose first asks for a final loss of at most so much."""
    task = {
        "ask": "task", "question": "The circle", "before": f"?experiment={KEY}&alpha=0.4&samples={samples}&v=1",
        "knobs": ["alpha", "weights", "momentum", "nesterov"], "goal": {"final_loss": most, "samples": samples},
    }  # fmt: skip
    steps = [task, task | {"question": "The circle, lower", "goal": {"final_loss": most / 2}}]
    return read_lesson({"nnbench": "lesson", "version": 1, "lang": "en", "title": "Circle", "steps": steps})


def text_of(lesson: Lesson, experiment: Experiment) -> str:
    """The text of Copy my answer for the first task."""
    code = ends_of([experiment])[0].fingerprint
    return f"nnbench {lesson.task_name(0)} run {code} http://127.0.0.1:8050/?{query_of_run(KEY, experiment)}"


Forger = Callable[[str, str, Lesson], str]
"""From a text, another one's text and the lesson, a forged text."""


def _other_code(text: str, other: str, _: Lesson) -> str:
    return text.replace(code_of(text), code_of(other))


def _edited_code(text: str, _other: str, _: Lesson) -> str:
    code = code_of(text)
    return text.replace(code, f"{code[:-1]}{(int(code[-1], 16) + 1) % 16:x}")


def code_of(text: str) -> str:
    """The code in an answer."""
    return text.split()[3]


def _replaced(old: str, new: str) -> Forger:
    return lambda text, other, lesson: re.sub(old, new, text)


FORGERS: dict[str, Forger] = {
    "another's code": _other_code,
    "an edited code": _edited_code,
    "another data seed": _replaced("&seed=3", "&seed=4"),
    "more samples": _replaced(r"&samples=(\d+)", r"&samples=\g<1>1"),
    "a huge run": _replaced(r"&samples=\d+", "&samples=1000000"),
    "edited weights": _replaced("&v=1", "&given=" + ",".join(["0.5"] * 33) + "&v=1"),
    "an edited α": _replaced(r"alpha=0\.", "alpha=0.1"),
    "another lesson": lambda text, other, lesson: text.replace(lesson.task_name(0)[:8], "0badc0de"),
    "a later version": _replaced("&v=1", "&v=2"),
    "another's run": lambda text, other, lesson: other.replace("&v=1", "&nesterov=on&v=1"),
}


def answers(of: Lesson, count: int, forged: int, *, momentum: bool) -> list[Made]:
    """Answers to the first task of such a lesson; the forged ones are spread among the others."""
    dice = random.Random(0)
    base = own_link_runner().read(of.steps[0].before).experiment
    honest = [
        base.replace_unchecked(
            alpha=round(10 ** dice.uniform(-2, -0.6), 6),
            weights=DrawnWeights(dice.randrange(1, 9)),
            momentum=round(dice.uniform(0.0, 0.5), 6) if momentum else 0.0,
        )
        for _ in range(count)
    ]
    texts = [text_of(of, one) for one in honest]
    ways = [*FORGERS] * (forged // len(FORGERS))
    places = sorted(dice.sample(range(count), len(ways)))
    made = [Made(HandedIn(f"student {at}", "1", text, f"row {at + 2}")) for at, text in enumerate(texts)]
    untouched = [at for at in range(count) if at not in places]
    for at, way in zip(places, ways, strict=True):
        text = FORGERS[way](texts[at], texts[untouched.pop()], of)
        made[at] = Made(HandedIn(f"student {at}", "1", text, f"row {at + 2}"), way)
    return made


def main() -> None:
    """Prints the table."""
    print_heading()
    print(f"| {ANSWERS} answers of {SAMPLES:,} samples | seconds | forged | found | honest, said to be otherwise |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, momentum in (("α and weight seed", False), ("α, weight seed and momentum", True)):
        of = lesson(SAMPLES)
        made = answers(of, ANSWERS, FORGED, momentum=momentum)
        start = time.perf_counter()
        marks = Marking(of, own_link_runner(), SECONDS).mark([one.handed_in for one in made])
        seconds = time.perf_counter() - start
        found = [bool(mark.said or mark.same_as) for mark in marks]
        forged = [bool(one.way) for one in made]
        print(
            f"| {name} | {seconds:.2f} | {sum(forged)} | {counted(found, forged)} "
            f"| {sum(bool(mark.said) for mark, way in zip(marks, forged, strict=True) if not way)} |"
        )
    print()


def counted(found: Sequence[bool], forged: Sequence[bool]) -> int:
    """How many of the forged ones are found."""
    return sum(a and b for a, b in zip(found, forged, strict=True))


if __name__ == "__main__":
    main()
