"""Which sample did it, and when the run was decided, as plain data for JSON."""

import time
from typing import Any

from engine.errors import ExperimentError, TimeIsUpError
from engine.experiments.run import OnProgress
from engine.outcomes.questions.when_decided import when_decided
from engine.outcomes.questions.which_sample import which_sample
from webapp.figures.encode import plain_fields
from webapp.files.export_run import ExportedRun, UnreadableLink
from webapp.jobs.job import current_job


def which_document(exported: ExportedRun, seconds: float) -> dict[str, Any]:
    """The runs without one row or distinct sample each, as plain data: as many as there are seconds of processor time
    for. UnreadableLink where none can be left out."""
    experiment, checkpoint = exported.link.experiment, exported.checkpoint
    try:
        found = which_sample(experiment, until(seconds), checkpoint=checkpoint, threads=1)
    except ExperimentError as error:
        raise UnreadableLink(str(error)) from None
    return {"which_sample": plain_fields(vars(found))}


def decided_document(exported: ExportedRun, seconds: float) -> dict[str, Any]:
    """The forks of the run, as plain data: as many as there are seconds of processor time for."""
    found = when_decided(exported.link.experiment, until(seconds), checkpoint=exported.checkpoint)
    return {"decided": plain_fields(vars(found))}


def until(seconds: float) -> OnProgress:
    """Asks for what is known after this many seconds of processor time; ends with the request before."""
    job, end = current_job(), time.thread_time() + seconds

    def on_progress(_done: int) -> None:
        job.check_cancelled()
        if time.thread_time() > end:
            raise TimeIsUpError

    return on_progress
