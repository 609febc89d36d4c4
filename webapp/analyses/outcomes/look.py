"""A look at the test rows of a table: the score of the run that is shown on rows that nothing has been shown of."""

from typing import Any

from engine.experiments.run import run
from engine.scoring import held_out_score, look_at_test
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable
from webapp.bench.held_out_words import spoken_score
from webapp.jobs.job import current_job

TOO_LONG = "This run takes too long to be made again for a look. Lower the samples first."


def look(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The score on the test rows in words; None where the experiment has no such rows. `plain` is {}.

    Only `none`, a sentence, where the run would take too long.
    """
    exactly(plain, set())
    experiment, checkpoint, job = prepared.experiment, prepared.checkpoint, current_job()
    if experiment.rows is None or not len(experiment.rows.test):
        return {"test": None, "held_out": None}
    if not affordable(experiment, checkpoint):
        return {"none": TOO_LONG}
    made = run(experiment, checkpoint, lambda _step: job.check_cancelled(), held_out=False)
    held_out = held_out_score(experiment, made.trained)
    return {
        "runs": 1,
        "test": spoken_score(look_at_test(experiment, made.trained)),
        "held_out": None if held_out is None else spoken_score(held_out),
    }
