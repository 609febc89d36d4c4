"""Scores along the run that is shown start from its own checkpoint; a run that would take too long has none."""

import numpy as np

from engine import Table, score_curve
from engine.experiments.catalogue import CATALOGUE
from engine.experiments.edits import set_table
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for
from webapp.analyses.outcomes.score_curve import NO_R2, TOO_LONG, scores_along
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun
from webapp.figures.encode import decoded


def test_scores_along_a_run_are_those_of_the_engine_from_the_checkpoint() -> None:
    penguins = prepared_for("penguins", samples=200)
    found, wanted = scores_along(penguins, {}), score_curve(penguins.experiment, penguins.checkpoint)
    assert (found["runs"], found["measure"], found["constant"]) == (1, "accuracy", wanted.constant)
    assert decoded(found["steps"]).tolist() == wanted.steps.tolist()
    assert np.array_equal(decoded(found["learned"]), wanted.learned.astype("f4"))
    assert scores_along(penguins.with_knobs(held_out=0), {})["held_out"] is None
    assert scores_along(prepared_for("digits", samples=200_000), {}) == {"none": TOO_LONG}
    alike = Table(tuple((k / 8.0, 0.5) for k in range(8)), ((0.25,),) * 8)
    flat = set_table(CATALOGUE["circle"].experiment, alike)
    assert scores_along(PreparedRun(flat, flat.network()), {}) == {"none": NO_R2}
    refuses(Malformed, scores_along, penguins, {"step": 1})
