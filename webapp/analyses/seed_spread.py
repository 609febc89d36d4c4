"""The spread over data seeds: the final losses of other seeds, all else being equal.

The page requests the 32 seeds around its own, in the order in which it wants them. Each seed is a run of its own.
"""

from typing import Any

from engine.data.inputs import LARGEST_SEED
from webapp.analyses.quick_runs import settled_with
from webapp.base.validation import exactly, listed, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import runs_per_request

SEEDS = 32
"""The most seeds of one request, and the number of seeds in the percentile band."""


def seed_spread(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The final losses of the first of these seeds, as many as one request may cost; None for a run that diverged, and
    for the seeds in `none`, which hold out every row but those that are left out, so that there is no run.

    `plain` is {"seeds": up to 32 seeds}. No losses at all if this many runs would take too long.
    """
    seeds = [whole_upto(seed, LARGEST_SEED) for seed in listed(exactly(plain, {"seeds"})["seeds"], SEEDS)]
    seeds = seeds[: runs_per_request(prepared.experiment, prepared.checkpoint)]
    none, losses = prepared.experiment.seeds_without_rows(seeds), settled_with(seeds, prepared)
    if not none:
        return {"settled": losses}
    return {"settled": [None if seed in none else loss for seed, loss in zip(seeds, losses, strict=True)], "none": none}
