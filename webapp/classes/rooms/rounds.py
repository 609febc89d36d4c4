"""A round: the answers of one step by seat, and whether more are taken. This row alone decides which answer is late."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

Value = int | tuple[int, ...] | str
"""A position, a choice or 16 positions; in a hunt the link that was handed in."""
Counts = dict[int | tuple[int, ...], tuple[int, int]]
"""By value: the number of those who were sure, and of those who were not."""


@dataclass(frozen=True)
class Answer:
    """One seat's answer."""

    value: Value
    sure: bool


@dataclass(frozen=True)
class Round:
    """The answers by seat, of the phase whose number is n; it takes answers while it is open."""

    n: int
    open: bool
    answers: Mapping[int, Answer]

    def to_bytes(self) -> bytes:
        """The row's value."""
        answers = {str(seat): [answer.value, answer.sure] for seat, answer in self.answers.items()}
        return json.dumps({"n": self.n, "open": self.open, "answers": answers}, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, value: bytes | None) -> "Round":
        """The round of a row's value; one that was never opened where there is none."""
        if value is None:
            return cls(0, open=False, answers={})
        plain = json.loads(value)
        answers = {int(seat): Answer(_value_of(value), sure) for seat, (value, sure) in plain["answers"].items()}
        return cls(plain["n"], plain["open"], answers)

    def counts(self) -> Counts:
        """How many gave each value, sure and not sure; without the links of a hunt."""
        found: Counts = {}
        for answer in self.answers.values():
            if not isinstance(answer.value, str):
                sure, unsure = found.get(answer.value, (0, 0))
                found[answer.value] = (sure + answer.sure, unsure + (not answer.sure))
        return found

    def links(self) -> dict[int, str]:
        """The links that were handed in, by seat."""
        return {seat: answer.value for seat, answer in self.answers.items() if isinstance(answer.value, str)}


def opening(n: int) -> Callable[[bytes | None], tuple[bytes | None, None]]:
    """The change that opens a round for phase n with the answers that it has, unless a later phase has opened it."""

    def change(value: bytes | None) -> tuple[bytes | None, None]:
        found = Round.from_bytes(value)
        return (replace(found, n=n, open=True).to_bytes() if found.n < n else None), None

    return change


def closing(n: int) -> Callable[[bytes | None], tuple[bytes | None, None]]:
    """The change that closes the round of phase n, unless a later phase has opened it again."""

    def change(value: bytes | None) -> tuple[bytes | None, None]:
        found = Round.from_bytes(value)
        return (replace(found, open=False).to_bytes() if found.n == n and found.open else None), None

    return change


def answering(n: int, seat: int, answer: Answer) -> Callable[[bytes | None], tuple[bytes | None, bool]]:
    """The change that takes a seat's answer; its result is whether the round takes answers of phase n."""

    def change(value: bytes | None) -> tuple[bytes | None, bool]:
        found = Round.from_bytes(value)
        if not found.open or found.n != n:
            return None, False
        return replace(found, answers={**found.answers, seat: answer}).to_bytes(), True

    return change


def _value_of(plain: Any) -> Value:
    value: Value = tuple(plain) if isinstance(plain, list) else plain
    return value
