"""A look at the test rows of a table: the score of the run that is shown on rows that nothing has been shown of."""

from typing import Any

from engine.experiments.run import run
from engine.outcomes.scores import held_out_score, look_at_test
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun
from webapp.bench.held_out_words import score_words
from webapp.jobs.job import current_job


def look(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The score on the test rows in words; None where the experiment has no such rows. `plain` is {}."""
    exactly(plain, set())
    rows = prepared.experiment.rows
    if rows is None or not len(rows.test):
        return {"test": None, "held_out": None}
    job = current_job()
    made = run(prepared.experiment, prepared.checkpoint, lambda _step: job.check_cancelled(), held_out=False)
    held_out = held_out_score(prepared.experiment, made.trained)
    return {
        "runs": 1,
        "test": score_words(look_at_test(prepared.experiment, made.trained)),
        "held_out": None if held_out is None else score_words(held_out),
    }
