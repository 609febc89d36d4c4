"""The scores of the run that is shown along its steps: the share of rows that are answered right, or R²."""

from typing import Any

import numpy as np

from engine.base.numerics import FloatArray
from engine.scoring.curve import score_curve
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable
from webapp.figures.encode import packed, typed
from webapp.jobs.job import current_job

TOO_LONG = "This run takes too long to be scored along its steps. Lower the samples first."
NO_R2 = "These rows have no R²: their targets do not differ, or numbers are too large for it."


def scores_along(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """Steps, scores, None for rows that have none, and the score of one answer for all; only `none`, a sentence, for a
    run that would take too long or has no scores at all. `plain` is {}."""
    exactly(plain, set())
    experiment, checkpoint, job = prepared.experiment, prepared.checkpoint, current_job()
    if not affordable(experiment, checkpoint):
        return {"none": TOO_LONG}
    found = score_curve(experiment, checkpoint, lambda _step: job.check_cancelled())
    learned, held_out = _written(found.learned), _written(found.held_out)
    if learned is None and held_out is None:
        return {"none": NO_R2}
    return {
        "runs": 1,
        "measure": found.measure,
        "steps": typed(found.steps, "i4"),
        "learned": learned,
        "held_out": held_out,
        "constant": found.constant,
    }


def _written(scores: FloatArray | None) -> dict[str, str] | None:
    return None if scores is None or not np.isfinite(scores).any() else packed(scores)
