"""A lesson and its truths without an engine: a test says them, and sees what was asked of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from werkzeug.exceptions import NotFound

from webapp.base.validation import Malformed, whole_upto
from webapp.classes.kinds.scores import Round
from webapp.classes.lesson import Lesson, read_lesson
from webapp.classes.rooms.rounds import Value
from webapp.classes.truth import Truths

LOSS = {"ask": "loss", "question": "Where does the final loss end?", "prompt": "α from 0.1 to 0.4.",
        "before": "?experiment=circle&alpha=0.1&v=1", "after": "?experiment=circle&alpha=0.4&v=1"}  # fmt: skip
PLAIN = {
    "nnbench": "lesson", "version": 1, "lang": "en", "title": "What does α do?",
    "steps": [LOSS, LOSS | {"ask": "curve"}, {
        "ask": "hunt", "question": "The lowest final loss", "before": "?experiment=spiral&v=1", "knobs": ["alpha"],
    }],
}  # fmt: skip
LESSON = read_lesson(PLAIN)
LARGEST = 1000
COLUMNS = 16


class StandIn(Truths):
    """Truths that are numbers of the step; `made` is how many are ready, and `judges` whether a board is."""

    def __init__(self, number: int = 7) -> None:
        self.number = number
        self.made = 3
        self.judges = True
        self.begun: list[bytes] = []
        self.judged: list[str] = []
        self.boards: list[list[str]] = []

    def find(self, name: str) -> Lesson:
        if name != "story.rate":
            raise NotFound
        return LESSON

    def secret(self, lesson: Lesson, draw: Callable[[], bytes] | None = None) -> bytes:
        return bytes(16)

    def value(self, lesson: Lesson, step: int, secret: bytes, plain: object) -> Value:
        match lesson.steps[step].ask:
            case "hunt":
                if not isinstance(plain, dict):
                    raise Malformed("A hunt takes a link.")
                return str(plain["link"])
            case "curve":
                if not isinstance(plain, list) or len(plain) != COLUMNS:
                    raise Malformed("A curve has 16 positions.")
                return tuple(whole_upto(one, LARGEST) for one in plain)
        return whole_upto(plain, LARGEST)

    def question(self, lesson: Lesson, step: int, secret: bytes) -> dict[str, Any]:
        asked = lesson.steps[step]
        return {"kind": asked.ask, "question": asked.question, "prompt": asked.prompt}

    def shown(self, lesson: Lesson, step: int, secret: bytes, rounds: Sequence[Round]) -> dict[str, Any]:
        return {
            "truth": self.number,
            "rounds": [{str(value): counts for value, counts in one.items()} for one in rounds],
        }

    def own(
        self, lesson: Lesson, step: int, secret: bytes, values: Sequence[Any], rounds: Sequence[Round]
    ) -> dict[str, Any]:
        return {"values": values}

    def share_within(self, lesson: Lesson, step: int, secret: bytes, votes: Round) -> float:
        return sum(map(sum, (votes.get(self.number, (0, 0)),))) / max(1, sum(map(sum, votes.values())))

    def begin(self, lesson: Lesson, secret: bytes) -> None:
        self.begun.append(secret)

    def ready(self, lesson: Lesson, secret: bytes) -> int:
        return self.made

    def is_ready(self, lesson: Lesson, step: int, secret: bytes) -> bool:
        return step < self.made

    def judge(self, lesson: Lesson, step: int, secret: bytes, link: str) -> None:
        assert lesson.steps[step].is_hunt
        self.judged.append(link)

    def begin_board(self, lesson: Lesson, step: int, secret: bytes, links: Collection[str]) -> None:
        self.boards.append([*links])

    def board(self, lesson: Lesson, step: int, secret: bytes, entries: Mapping[int, str]) -> dict[str, Any] | None:
        return {"entries": [[seat, link] for seat, link in sorted(entries.items())]} if self.judges else None
