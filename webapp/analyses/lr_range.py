"""Where α leads before it is turned: the settled loss at each position of its slider, and the α where steps overshoot.

Both belong to the checkpoint and the samples, not to the α that the page stands at. Each settled loss is a run of its
own; each mark is 2/λ of what the loss does at the checkpoint.
"""

from dataclasses import replace
from typing import Any

from engine import kernel
from engine.checks.sharpness import sharpest, sharpness
from webapp.analyses.quick_runs import settled_at
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import runs_per_request
from webapp.bench.knob_values import alpha_at

POSITIONS = tuple(k / 100 for k in range(101))
"""Where on the slider α is tried."""

FIRST_SAMPLES = 300
"""The sharpest sample is looked for among so many."""

BENT = 250_000
"""So many numbers, samples times parameters, are bent for one question."""


def lr_range(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """The settled losses from a position on, None where the run diverges, and which position is next, None at the end.

    `asked` is {"from": the number of a position}. No losses at all where trying every α would go on for too long.
    """
    start = whole_upto(exactly(asked, {"from"})["from"], len(POSITIONS) - 1)
    piece = runs_per_request(prepared.experiment, prepared.checkpoint)
    positions = POSITIONS[start : start + piece]
    after = start + len(positions)
    return {
        "positions": list(positions),
        "settled": settled_at([alpha_at(position) for position in positions], prepared),
        "next": after if positions and after < len(POSITIONS) else None,
    }


def stability(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """λ of the sharpest sample from a sample on, which sample is next, and λ of the mean loss of them all.

    `asked` is {"from": the number of a sample}. None where nothing can be learned; the mean comes with the first
    question, and only where one question is enough.
    """
    samples = min(FIRST_SAMPLES, prepared.experiment.samples)
    start = whole_upto(exactly(asked, {"from"})["from"], samples - 1)
    X, T = replace(prepared.experiment, samples=samples).facts()
    size = sum(array.size for array in kernel.parameters(prepared.checkpoint.layers))
    stop = min(samples, start + max(1, BENT // max(1, size)))
    whole = (start, stop) == (0, samples)
    return {
        "sharpest": sharpest(prepared.checkpoint, X[start:stop], T[start:stop]),
        "mean": sharpness(prepared.checkpoint, X, T) if whole else None,
        "next": stop if stop < samples else None,
    }
