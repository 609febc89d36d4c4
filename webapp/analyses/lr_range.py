"""The learning-rate range test (Smith 2017): the final loss at each position of α's slider, and the run's outcome.

The curve belongs to the checkpoint and the samples, not to the α that the page shows. Each α has as many digits as the
page writes, so that an α that the page names, typed in, gives the run that was measured. Each final loss is a run of
its own, and each outcome takes three more, its twins.
"""

from collections.abc import Sequence
from typing import Any

from engine.outcomes.outcome import FLAT_FROM, OUTCOME_TWINS, best_constant_loss, outcomes_at
from webapp.analyses.quick_runs import settled_at
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import runs_per_request
from webapp.bench.knob_values import alpha_at, position_of
from webapp.jobs.job import current_job

RUNS_EACH = 1 + OUTCOME_TWINS
"""Runs for one outcome: the run itself and its twins."""

FEWEST_JUDGED = 4
"""Outcomes are measured if a request has time for this many positions: the whole then takes no more than about 5 s."""

ALPHAS = tuple(float(f"{alpha_at(k / 100):.2e}") for k in range(101))
"""The values of α: all along the slider, rounded to the three digits in which the page writes an α."""

POSITIONS = tuple(map(position_of, ALPHAS))
"""Positions of these values on the slider."""


def lr_range(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The final losses from a position on, None where the run diverges, and the next position, None at the end.

    `plain` is {"from": the number of a position}. Beside each loss its outcome: learns, luck, diverges, grows or flat;
    where twins would take too long, diverges or None. No losses at all where runs at every α would; `count` is the
    number of positions, up to the largest α that the rest of the experiment allows. `toBeat` is the loss that a flat
    run does not end below: that of one constant answer, or the one at the start where such an answer is right, or
    either where some end below the first and not below the start; None where that is not asked.
    """
    start = whole_upto(exactly(plain, {"from"})["from"], len(ALPHAS) - 1)
    count = sum(prepared.experiment.allows(alpha, prepared.experiment.samples) for alpha in ALPHAS)
    runs = runs_per_request(prepared.experiment, prepared.checkpoint)
    runs_each = RUNS_EACH if runs >= RUNS_EACH * FEWEST_JUDGED else 1
    stop = min(start + runs // runs_each, count)
    settled, outcomes = _ends_at(list(ALPHAS[start:stop]), prepared, runs_each > 1)
    return {
        "runs": (stop - start) * runs_each,
        "positions": list(POSITIONS[start:stop]),
        "settled": settled,
        "outcomes": outcomes,
        "toBeat": _to_beat(prepared, settled, outcomes) if "flat" in outcomes else None,
        "count": count,
        "next": stop if start < stop < count else None,
    }


def _to_beat(prepared: PreparedRun, settled: Sequence[float | None], outcomes: Sequence[str | None]) -> str:
    job = current_job()
    constant = best_constant_loss(prepared.experiment, lambda _: job.check_cancelled())
    if constant == 0.0:
        return "start"
    flat = [loss for loss, outcome in zip(settled, outcomes, strict=True) if outcome == "flat" and loss is not None]
    return "constant" if all(loss >= FLAT_FROM * constant for loss in flat) else "either"


def _ends_at(
    alphas: list[float], prepared: PreparedRun, judged: bool
) -> tuple[Sequence[float | None], Sequence[str | None]]:
    """The final loss at each α, and the outcome of the run."""
    if not judged:
        settled = settled_at(alphas, prepared)
        return settled, ["diverges" if loss is None else None for loss in settled]
    job = current_job()
    outcomes = outcomes_at(prepared.experiment, alphas, prepared.checkpoint, lambda _: job.check_cancelled())
    return [outcome.final for outcome in outcomes], [outcome.word for outcome in outcomes]
