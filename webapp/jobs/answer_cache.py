"""Answers to questions that were asked a moment ago: a question that many pages ask alike is computed once, and those
who ask it while it is computed wait for that one answer."""

import threading
from collections.abc import Callable, Hashable
from typing import Any

from engine.base.byte_cache import ByteCache
from webapp.jobs.job import current_job

MOST_BYTES = 8 * 1024 * 1024
"""The most bytes of all answers together, with those beside each."""
LARGEST_ANSWER = 256 * 1024
"""A longer answer is not kept: it would push out many."""
LOOK_SECONDS = 0.02
"""Seconds after which whoever waits for an answer looks whether its own client still does."""
PER_ANSWER, PER_VALUE = 4096, 32
"""Bytes beside an answer, and of each value in it, a text's characters apart."""


class AnswerCache:
    """The latest answers, plain data each, within a number of bytes; safe to use from many threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.values: ByteCache[Hashable, tuple[dict[str, Any], int]] = ByteCache(most_bytes, lambda _, kept: kept[1])
        self._lock = threading.Lock()
        self._computed: dict[Hashable, threading.Event] = {}
        """The questions that are computed now, each with the event that is set at its end."""

    def answer(self, question: Hashable, make: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bool]:
        """The answer, for reading only, and whether it was there; `question` is all that it depends on, or None where
        nothing is kept. If the computation that it waited for gave no answer, or a long one, it makes its own."""
        if question is None:
            return make(), False
        ended, is_own = self._begun(question)
        if not is_own:
            while not ended.wait(LOOK_SECONDS):
                current_job().check_cancelled()
        known = self.known(question)
        try:
            if known is not None:
                return known, True
            answer = make()
            self.keep(question, answer)
            return answer, False
        finally:
            if is_own:
                del self._computed[question]
                ended.set()

    def _begun(self, question: Hashable) -> tuple[threading.Event, bool]:
        """The event of the question's computation, and whether it is this caller's."""
        with self._lock:
            ended = self._computed.get(question)
            if ended is not None:
                return ended, False
            self._computed[question] = ended = threading.Event()
            return ended, True

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
