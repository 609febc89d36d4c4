"""The floor of the shown run's network, in pieces: a fit each, which the page requests one after the other.

A fit takes up to a second, and gives way to all other work: the page requests it only when somebody wants to know.
"""

import json
import math
from typing import Any

from engine.experiments.run import Run, run
from engine.outcomes.failure import why
from engine.outcomes.floor import Floor
from engine.outcomes.floor_search import FloorSearch
from webapp.base.validation import Malformed, exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable
from webapp.jobs.job import current_job

RUNS = 10
"""The cost of a fit, in runs."""

TOO_LONG = "What this network can reach is not searched for: its runs take too long."
SHOWN = (
    "loss", "ceiling", "exact", "learned", "measured_on", "final_samples", "sentence", "details", "below", "confidence"
)  # fmt: skip


def floor_piece(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """One step of the search for the floor; every step is the same again for the same run.

    `plain` is {"piece", "best"}. With neither, the number of `pieces`, and the floor if there are none to wait for.
    With a piece, the `loss` of its fit, None where it is not finite. With the best piece, the `floor` of the whole
    search: its losses, sentences, and the `weights` that reach it as an experiment has them; and the `cause`, if by
    this floor the run failed for the network's shape. Only `none`, in words, where it would take too long.
    """
    body = exactly(plain, {"piece", "best"})
    if not affordable(prepared.experiment, prepared.checkpoint, RUNS):
        return {"none": TOO_LONG}
    job = current_job()
    made = run(prepared.experiment, prepared.checkpoint, lambda _step: job.check_cancelled(), held_out=False)
    search = FloorSearch(prepared.experiment, prepared.checkpoint, made=made)
    piece, best = (_number(body[name], search.pieces) for name in ("piece", "best"))
    if piece is not None:
        loss = search.candidate(piece, lambda _fit: job.check_cancelled()).loss
        return {"runs": RUNS, "loss": loss if math.isfinite(loss) else None}
    if best is not None:
        found = search.floor([search.candidate(best, lambda _fit: job.check_cancelled())])
        return {"runs": RUNS, "floor": plain_floor(found), "cause": _cause(prepared, made, found)}
    if search.pieces:
        return {"runs": 1, "pieces": search.pieces, "floor": None, "cause": None}
    found = search.floor()
    return {"runs": 1, "pieces": 0, "floor": plain_floor(found), "cause": _cause(prepared, made, found)}


def _cause(prepared: PreparedRun, made: Run, found: Floor) -> dict[str, Any] | None:
    """The cause "shape" of the run's failure, where the floor says so and no other cause holds first."""
    job = current_job()
    cause = why(
        prepared.experiment, prepared.checkpoint, lambda _: job.check_cancelled(), made=made, floor=found, nudged=0
    )
    if cause is None or cause.reason != "shape":
        return None
    return vars(cause) | {"remedies": [], "worse": None}


def _number(value: object, pieces: int) -> int | None:
    if value is None:
        return None
    number = whole_upto(value, 2**16)
    if number >= pieces:
        raise Malformed("The search for the floor has no such piece.")
    return number


def plain_floor(found: Floor) -> dict[str, Any]:
    """A floor as JSON, with the weights that reach it where these can be loaded."""
    witness = None if found.witness is None or not found.free else json.loads(found.witness.to_json())["weights"]
    return {name: getattr(found, name) for name in SHOWN} | {"weights": witness}
