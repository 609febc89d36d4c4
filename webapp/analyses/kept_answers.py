"""Answers to side questions that are kept for everybody, each under all that it depends on."""

import hashlib
import json
from collections.abc import Hashable
from typing import Any

from webapp.bench.actions import PreparedRun
from webapp.jobs.answer_cache import AnswerCache, length_of

NOT_KEPT = {"landscape_file", "trajectory", "step"}
"""A file takes no run and is as large as its question; a recording is remembered itself, and says how far it has come
until it is whole."""

AT_REST = {"luck", "failure", "lr_range", "seed_spread"}
"""What a page asks of itself about a run that it shows."""

LARGEST_KNOWN = 24 * 1024
"""So many bytes of their answers, as `length_of` counts them, come with the response to an opened link: those that were
asked first."""


def question_of(name: str, prepared: PreparedRun, asked: object) -> Hashable:
    """All that an answer depends on; None where it is not kept."""
    if name in NOT_KEPT or prepared.identity is None:
        return None
    words = json.dumps(asked, sort_keys=True).encode()
    return name, prepared.identity, hashlib.sha256(words).digest()


def without_runs(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer to somebody for whom it took no runs."""
    return answer | {"runs": 0} if "runs" in answer else answer


def remember_for_others(
    name: str, prepared: PreparedRun, asked: Any, answer: dict[str, Any], answers: AnswerCache
) -> None:
    """Keeps an answer for the response to whoever opens the same run; not where it is about another run too."""
    if name not in AT_REST or prepared.identity is None or asked.get("before") is not None:
        return
    known = [*known_about(prepared, answers), {"name": name, "asked": asked, "reply": without_runs(answer)}]
    if length_of(known) <= LARGEST_KNOWN:
        answers.keep(_about(prepared), {"known": known})


def known_about(prepared: PreparedRun, answers: AnswerCache) -> list[dict[str, Any]]:
    """What others have asked about the run: {"name": …, "asked": …, "reply": …} each."""
    about = answers.known(_about(prepared))
    return [] if about is None else about["known"]


def _about(prepared: PreparedRun) -> Hashable:
    return "known", prepared.identity
