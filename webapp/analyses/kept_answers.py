"""Answers to side questions that are stored for everybody, each under all that it depends on."""

import hashlib
import json
from collections.abc import Hashable
from typing import Any

from webapp.bench.actions import PreparedRun
from webapp.jobs.answer_cache import AnswerCache, length_of

LARGEST_KNOWN = 24 * 1024
"""The most bytes of such answers, by `length_of`, in the response to an opened link; the earliest ones come first."""


def question_of(name: str, prepared: PreparedRun, asked: object) -> Hashable:
    """All that an answer depends on; None if that cannot be said."""
    if prepared.identity is None:
        return None
    words = json.dumps(asked, sort_keys=True).encode()
    return name, prepared.identity, hashlib.sha256(words).digest()


def without_runs(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer for a client for whom it took no runs."""
    return answer | {"runs": 0} if "runs" in answer else answer


def remember_for_others(
    name: str, prepared: PreparedRun, asked: Any, answer: dict[str, Any], answers: AnswerCache
) -> None:
    """Stores an answer for the response to others who open the same run, unless it is about another run too."""
    if prepared.identity is None or asked.get("before") is not None:
        return
    known = [*known_about(prepared, answers), {"name": name, "asked": asked, "reply": without_runs(answer)}]
    if length_of(known) <= LARGEST_KNOWN:
        answers.keep(_about(prepared), {"known": known})


def known_about(prepared: PreparedRun, answers: AnswerCache) -> list[dict[str, Any]]:
    """The questions that others have asked about the run: {"name": …, "asked": …, "reply": …} each."""
    about = answers.known(_about(prepared))
    return [] if about is None else about["known"]


def _about(prepared: PreparedRun) -> Hashable:
    return "known", prepared.identity
