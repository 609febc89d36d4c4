"""Questions about the run that is shown which many other runs answer: when it was decided."""

import math
import time
from typing import Any

import numpy as np

from engine.errors import TimeIsUpError
from engine.experiments.run import OnProgress
from engine.outcomes.questions.when_decided import OTHER_DATA, PLACES, TWINS, when_decided
from webapp.base.validation import exactly, yes_or_no
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import BUDGET, run_cost
from webapp.figures.encode import finite_or_none
from webapp.jobs.job import current_job

SOON = 2.0
"""Seconds of a core that an answer may take without being asked for twice."""

MOST_SECONDS = 20.0
"""Seconds of a core after which an answer is of what is known by then."""

COST_A_SECOND = 10.0 * BUDGET
FORKED_SHARE = 0.55
"""The share of a run that a fork of it makes, on average over the places."""


def decided(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """When the run was decided, `decided`; or only the `seconds` that this takes, where they are more than two and it
    is not `sure`. `plain` is {"sure": whether any number of seconds will do}."""
    is_sure = yes_or_no(exactly(plain, {"sure"})["sure"])
    experiment, checkpoint = prepared.experiment, prepared.checkpoint
    runs = math.ceil((TWINS + OTHER_DATA) * (PLACES + 1) * FORKED_SHARE)
    seconds = runs * run_cost(experiment, checkpoint) / COST_A_SECOND
    if seconds > SOON and not is_sure:
        return {"seconds": math.ceil(min(seconds, MOST_SECONDS))}
    found = when_decided(experiment, until(MOST_SECONDS), checkpoint=checkpoint)
    return {"runs": runs, "decided": plain_result(found)}


def until(seconds: float) -> OnProgress:
    """Asks for what is known after this many seconds of processor time; ends with the request before."""
    job, end = current_job(), time.thread_time() + seconds

    def on_progress(_done: int) -> None:
        job.check_cancelled()
        if time.thread_time() > end:
            raise TimeIsUpError

    return on_progress


def plain_result(found: object) -> dict[str, Any]:
    """An answer by the names of its fields, as plain data; null for a number that is not finite."""
    return {name: _plain(value) for name, value in vars(found).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist() if value.dtype == bool else finite_or_none(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
