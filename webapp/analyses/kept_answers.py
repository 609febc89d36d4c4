"""Answers to side questions that are kept for everybody, each under all that it depends on."""

import hashlib
import json
from collections.abc import Hashable, Mapping
from typing import Any

from webapp.bench.actions import PreparedRun
from webapp.jobs.answer_cache import AnswerCache

NOT_KEPT = {"landscape_file", "trajectory", "step"}
"""A file takes no run and is as large as its question; a recording is remembered itself, and says how far it has come
until it is whole."""

AT_OPENING: Mapping[str, object] = {"luck": {"before": None}, "failure": {}}
"""What every page asks as soon as it has opened a link."""


def question_of(name: str, prepared: PreparedRun, asked: object) -> Hashable:
    """All that an answer depends on; None where it is not kept."""
    if name in NOT_KEPT or prepared.identity is None:
        return None
    words = json.dumps(asked, sort_keys=True).encode()
    return name, prepared.identity, hashlib.sha256(words).digest()


def without_runs(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer to somebody for whom it took no runs."""
    return answer | {"runs": 0} if "runs" in answer else answer


def known_at_opening(prepared: PreparedRun, answers: AnswerCache) -> dict[str, Any]:
    """Those of `AT_OPENING` that somebody has asked before, each with what was asked: {"asked": …, "reply": …}."""
    known = {name: answers.known(question_of(name, prepared, asked)) for name, asked in AT_OPENING.items()}
    return {
        name: {"asked": AT_OPENING[name], "reply": without_runs(reply)}
        for name, reply in known.items()
        if reply is not None
    }
