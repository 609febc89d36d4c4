"""The learning-rate range test (Smith 2017): the final loss at each position of α's slider.

The curve belongs to the checkpoint and the samples, not to the α that the page shows. Each final loss is a run of its
own.
"""

from typing import Any

from webapp.analyses.quick_runs import settled_at
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import runs_per_request
from webapp.bench.knob_values import alpha_at

POSITIONS = tuple(k / 100 for k in range(101))
"""The positions of the slider at which α is tried."""


def lr_range(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The final losses from a position on, None where the run diverges, and the next position, None at the end.

    `plain` is {"from": the number of a position}. No losses at all where runs at every α would take too long.
    """
    start = whole_upto(exactly(plain, {"from"})["from"], len(POSITIONS) - 1)
    piece = runs_per_request(prepared.experiment, prepared.checkpoint)
    positions = POSITIONS[start : start + piece]
    after = start + len(positions)
    return {
        "positions": list(positions),
        "settled": settled_at([alpha_at(position) for position in positions], prepared),
        "next": after if positions and after < len(POSITIONS) else None,
    }
