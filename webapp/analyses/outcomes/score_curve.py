"""The scores of the run that is shown along its steps: the share of rows that are answered right, or R²."""

from typing import Any

from engine.scoring.curve import score_curve
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable
from webapp.figures.encode import packed, typed
from webapp.jobs.job import current_job

TOO_LONG = "This run takes too long to be scored along its steps. Lower the samples first."


def scores_along(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """Steps and scores, and that of one answer for all. `plain` is {}; only `none`, a sentence, for a run that would
    take too long."""
    exactly(plain, set())
    experiment, checkpoint, job = prepared.experiment, prepared.checkpoint, current_job()
    if not affordable(experiment, checkpoint):
        return {"none": TOO_LONG}
    found = score_curve(experiment, checkpoint, lambda _step: job.check_cancelled())
    return {
        "runs": 1,
        "measure": found.measure,
        "steps": typed(found.steps, "i4"),
        "learned": packed(found.learned),
        "held_out": None if found.held_out is None else packed(found.held_out),
        "constant": found.constant,
    }
