"""Which sample did it, and when the run was decided, as plain data for JSON."""

import math
import time
from typing import Any

import numpy as np

from engine.errors import ExperimentError, TimeIsUpError
from engine.experiments.run import OnProgress
from engine.outcomes.questions.when_decided import when_decided
from engine.outcomes.questions.which_sample import which_sample
from webapp.files.export_run import ExportedRun, UnreadableLink
from webapp.files.tables import finite_or_none
from webapp.jobs.job import current_job


def which_document(exported: ExportedRun, seconds: float) -> dict[str, Any]:
    """The runs without one row or distinct sample each, as plain data: as many as there are seconds of processor time
    for. UnreadableLink where none can be left out."""
    experiment, checkpoint = exported.link.experiment, exported.checkpoint
    try:
        found = which_sample(experiment, _until(seconds), checkpoint=checkpoint, threads=1)
    except ExperimentError as error:
        raise UnreadableLink(str(error)) from None
    return {"which_sample": {name: _plain(value) for name, value in vars(found).items()}}


def decided_document(exported: ExportedRun, seconds: float) -> dict[str, Any]:
    """The forks of the run, as plain data: as many as there are seconds of processor time for."""
    found = when_decided(exported.link.experiment, _until(seconds), checkpoint=exported.checkpoint)
    return {"decided": {name: _plain(value) for name, value in vars(found).items()}}


def _until(seconds: float) -> OnProgress:
    """Asks for what is known after this many seconds of processor time; ends with the request before."""
    job, end = current_job(), time.thread_time() + seconds

    def on_progress(_done: int) -> None:
        job.check_cancelled()
        if time.thread_time() > end:
            raise TimeIsUpError

    return on_progress


def _plain(value: Any) -> Any:
    """A value of a result as plain data; null for a number that is not finite."""
    if isinstance(value, np.ndarray):
        return value.tolist() if value.dtype == bool else finite_or_none(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value
