"""Answers to questions that were asked a moment ago: a question that many pages ask alike is computed once."""

from collections.abc import Callable, Hashable
from typing import Any

from engine.base.byte_cache import ByteCache

MOST_BYTES = 8 * 1024 * 1024
"""The most bytes of all answers together, with those beside each."""
LARGEST_ANSWER = 256 * 1024
"""A longer answer is not kept: it would push out many."""
PER_ANSWER, PER_VALUE = 4096, 32
"""Bytes beside an answer, and of each value in it, a text's characters apart."""


class AnswerCache:
    """The latest answers, plain data each, within a number of bytes; safe to use from many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.values: ByteCache[Hashable, tuple[dict[str, Any], int]] = ByteCache(most_bytes, lambda _, kept: kept[1])

    def answer(self, question: Hashable, make: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bool]:
        """The answer, for reading only, and whether it was there; `question` is all that it depends on, or None where
        nothing is kept."""
        if question is None:
            return make(), False
        known = self.known(question)
        if known is not None:
            return known, True
        answer = make()
        self.keep(question, answer)
        return answer, False

    def keep(self, question: Hashable, answer: dict[str, Any]) -> None:
        """Keeps an answer that is not too long."""
        length = length_of(answer)
        if length <= LARGEST_ANSWER:
            self.values.put(question, (answer, PER_ANSWER + length))

    def known(self, question: Hashable) -> dict[str, Any] | None:
        """The answer, for reading only, if it is there."""
        kept = None if question is None else self.values.get(question)
        return kept and kept[0]


def length_of(value: object) -> int:
    """About how many bytes a plain value takes."""
    if isinstance(value, str):
        return PER_VALUE + len(value)
    if isinstance(value, dict):
        return sum(length_of(part) for part in (*value.keys(), *value.values()))
    return sum(map(length_of, value)) if isinstance(value, list | tuple) else PER_VALUE
