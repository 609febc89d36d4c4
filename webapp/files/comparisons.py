"""The differences between two runs as plain data: the engine's comparison with the limits of a request."""

from typing import Any

from engine.comparison.comparison import compare
from webapp.analyses.outcomes.luck import COUNTS
from webapp.bench.budget import is_within
from webapp.figures.encode import plain_fields
from webapp.files.export_run import ExportedRun
from webapp.jobs.job import current_job

RUNS = 3
"""The cost of a comparison beside twins, in runs of each: the run, its path, and the measures."""


def comparison_document(before: ExportedRun, now: ExportedRun, seconds: float) -> dict[str, Any]:
    """`engine.compare` of both runs as plain data, within `seconds` of processor time; numbers that are not finite are
    null.

    `luck` is null where even three twins of each would take longer.
    """
    job = current_job()
    found = compare(before.run, now.run, lambda _done: job.check_cancelled(), twins=_twins_within(seconds, before, now))
    plane = found.plane
    return {
        "plane": None if plane is None else {"a": list(plane.a), "b": list(plane.b), "share": plane.share},
        **plain_fields({name: getattr(found, name) for name in ("wall", "answers", "weights")}),
        "luck": found.luck,
        "sentence": found.sentence,
    }


def _twins_within(seconds: float, *runs: ExportedRun) -> int:
    """The number of twins of each run that there is time for: eight, three, or none."""
    each = seconds / len(runs)
    fits = (
        count
        for count in COUNTS
        if all(is_within(each, one.link.experiment, one.checkpoint, RUNS + count) for one in runs)
    )
    return next(fits, 0)
