"""The learning-rate range test (Smith 2017): the final loss at each position of α's slider, and what came of the run.

The curve belongs to the checkpoint and the samples, not to the α that the page shows. Each final loss is a run of its
own, and each outcome takes three more, its twins.
"""

from collections.abc import Sequence
from typing import Any

from engine.outcomes.outcome import OUTCOME_TWINS, outcomes_at
from webapp.analyses.quick_runs import settled_at
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import runs_per_request
from webapp.bench.knob_values import alpha_at
from webapp.jobs.job import current_job

RUNS_EACH = 1 + OUTCOME_TWINS
"""Runs for one outcome: the run itself and its twins."""

POSITIONS = tuple(k / 100 for k in range(101))
"""The positions of the slider at which α is tried."""


def lr_range(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The final losses from a position on, None where the run diverges, and the next position, None at the end.

    `plain` is {"from": the number of a position}. Beside each loss its outcome: learns, luck, diverges or flat, or None
    where twins would take too long. No losses at all where runs at every α would; `count` is how many there are.
    """
    start = whole_upto(exactly(plain, {"from"})["from"], len(POSITIONS) - 1)
    runs = runs_per_request(prepared.experiment, prepared.checkpoint)
    piece = runs // RUNS_EACH or runs
    positions = POSITIONS[start : start + piece]
    after = start + len(positions)
    settled, outcomes = _ends_at([alpha_at(position) for position in positions], prepared, runs >= RUNS_EACH)
    return {
        "runs": len(positions) * (RUNS_EACH if runs >= RUNS_EACH else 1),
        "positions": list(positions),
        "settled": settled,
        "outcomes": outcomes,
        "count": len(POSITIONS),
        "next": after if positions and after < len(POSITIONS) else None,
    }


def _ends_at(
    alphas: list[float], prepared: PreparedRun, judged: bool
) -> tuple[Sequence[float | None], Sequence[str | None]]:
    """The final loss at each α, and what came of the run."""
    if not judged:
        return settled_at(alphas, prepared), [None] * len(alphas)
    job = current_job()
    outcomes = outcomes_at(prepared.experiment, alphas, prepared.checkpoint, lambda _: job.go_on())
    return [outcome.final for outcome in outcomes], [outcome.word for outcome in outcomes]
