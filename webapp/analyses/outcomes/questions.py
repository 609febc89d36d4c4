"""Questions about the run that is shown which many other runs answer: which sample did it, and when it was decided."""

import math
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.number_text import number_text
from engine.data.turns import ALL_NEW, learned_numbers
from engine.errors import ExperimentError, TimeIsUpError
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.experiments.run import OnProgress
from engine.outcomes.questions.when_decided import OTHER_DATA, PLACES, TWINS, when_decided
from engine.outcomes.questions.which_sample import TWINS as TWINS_WITHOUT
from engine.outcomes.questions.which_sample import which_sample
from engine.outcomes.questions.which_words import kind_of
from webapp.base.validation import exactly, yes_or_no
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import run_cost, work_in
from webapp.figures.encode import finite_or_none, plain_fields
from webapp.jobs.job import current_job

SOON = 2.0
"""Seconds of a core that an answer may take without being asked for twice."""

MOST_SECONDS = 20.0
"""Seconds of a core after which an answer is of what is known by then."""

FORKED_SHARE = 0.55
"""The share of a run that a fork of it makes, on average over the places."""


def decided(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """When the run was decided, `decided`; or only the `seconds` that this takes, where they are more than two and it
    is not `sure`. `plain` is {"sure": whether any number of seconds will do}."""
    runs = math.ceil((TWINS + OTHER_DATA) * (PLACES + 1) * FORKED_SHARE)
    if seconds := _seconds_to_ask_for(prepared, runs, plain):
        return {"seconds": seconds}
    found = when_decided(prepared.experiment, until(MOST_SECONDS), checkpoint=prepared.checkpoint)
    return {"runs": runs, "decided": plain_fields(vars(found))}


def which(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The runs without one row or distinct sample each, `which`, with the samples themselves; or only the `seconds`, as
    above; or why none can be left out, `none`. `plain` is that of `decided`."""
    experiment = prepared.experiment
    numbers = learned_numbers(experiment.table or experiment.inputs_name, experiment.distinct)
    runs = TWINS_WITHOUT + (0 if numbers is None else len(numbers))
    seconds = _seconds_to_ask_for(prepared, runs, plain)
    if numbers is None:
        return {"none": ALL_NEW}
    if seconds:
        return {"seconds": seconds}
    try:
        found = which_sample(experiment, until(MOST_SECONDS), checkpoint=prepared.checkpoint, threads=1)
    except ExperimentError as error:
        return {"none": str(error)}
    places = np.flatnonzero(np.isin(numbers, found.rows))
    return {"runs": runs, "which": plain_fields(vars(found)) | _samples(experiment, places)}


def _samples(experiment: Experiment, places: NDArray[np.int64]) -> dict[str, Any]:
    """The learned samples at these places: their inputs where these are two, and their targets in words."""
    X, T = experiment.sample_source.learned_samples or experiment.facts()
    if kind_of(experiment) == "class":
        targets = [port_names(experiment).outputs[answer] for answer in T[places].argmax(axis=1).tolist()]
    else:
        numbers = T if experiment.table is None else experiment.table.table.arrays[1][experiment.table.rows.learned]
        targets = [", ".join(map(number_text, row)) for row in numbers[places].tolist()]
    return {"inputs": finite_or_none(X[places]) if experiment.width == 2 else None, "targets": targets}


def _seconds_to_ask_for(prepared: PreparedRun, runs: int, plain: object) -> int:
    """About how many seconds these runs take, where one is to be asked before; else 0."""
    is_sure = yes_or_no(exactly(plain, {"sure"})["sure"])
    seconds = runs * run_cost(prepared.experiment, prepared.checkpoint) / work_in(1.0)
    return 0 if is_sure or seconds <= SOON else math.ceil(min(seconds, MOST_SECONDS))


def until(seconds: float) -> OnProgress:
    """Asks for what is known after this many seconds of processor time; ends with the request before."""
    job, end = current_job(), time.thread_time() + seconds

    def on_progress(_done: int) -> None:
        job.check_cancelled()
        if time.thread_time() > end:
            raise TimeIsUpError

    return on_progress
