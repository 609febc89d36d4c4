"""What luck the data seed is: the settled loss of other seeds under the same knobs, and the band their curves lie in.

A page asks about the 32 seeds around the one it stands at, in the order in which it wants them; every one is a run of
its own.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.base.smoothing import low_pass
from engine.data.inputs import LARGEST_SEED
from engine.experiments.run import run
from webapp.analyses.quick_runs import settled_of
from webapp.base.validation import exactly, listed, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable, runs_per_request
from webapp.figures.encode import typed

SEEDS = 32
BAND = (10, 50, 90)
"""The percentiles of the fan: its lower edge, its middle, its upper edge."""

COLUMNS = 600
"""At how many steps, at most, the fan is drawn."""

FAR_ABOVE = 1e300
"""What a diverged run counts as in the band, from its divergence on."""


def seed_spread(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """The settled losses of the first of these seeds, as many as one question may cost; None for one that diverged.

    `asked` is {"seeds": up to 32 seeds}. None at all where so many runs would go on for too long.
    """
    wanted = [whole_upto(seed, LARGEST_SEED) for seed in listed(exactly(asked, {"seeds"})["seeds"], SEEDS)]
    piece = runs_per_request(prepared.experiment, prepared.checkpoint)
    return {"settled": [settled_of(prepared.with_knobs(seed=seed)) for seed in wanted[:piece]]}


def percentile_band(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """The band of 32 seeds' low-pass curves: steps, 10th percentile, median and 90th percentile at each.

    `asked` is {"first": the lowest of the seeds}. No steps where so many runs would take too long at once.
    """
    first = whole_upto(exactly(asked, {"first"})["first"], LARGEST_SEED - SEEDS + 1)
    if not affordable(prepared.experiment, prepared.checkpoint, SEEDS):
        return {"steps": None}
    steps, columns = drawn_steps(prepared.experiment.samples)
    lines = [smooth_line(prepared.with_knobs(seed=seed), steps)[columns] for seed in range(first, first + SEEDS)]
    low, middle, high = np.percentile(lines, BAND, axis=0)
    return {"steps": typed(steps[columns]), "low": typed(low), "middle": typed(middle), "high": typed(high)}


def drawn_steps(samples: int) -> tuple[FloatArray, NDArray[np.int64]]:
    """The steps of a low-pass curve of so many samples, and which of them the fan is drawn at, evenly."""
    steps, _ = low_pass(np.zeros(samples))
    return steps, np.unique(np.linspace(0, len(steps) - 1, COLUMNS).round().astype(np.int64))


def smooth_line(prepared: PreparedRun, steps: FloatArray) -> FloatArray:
    """The low-pass curve of a run at these steps; far above everything from the step at which it diverged."""
    result = run(prepared.experiment, prepared.checkpoint)
    drawn = result.losses[: result.diverged_at]
    own, smooth = low_pass(drawn)
    line = np.full(len(steps), FAR_ABOVE)
    within = steps < len(drawn)
    # A curve that ends early has steps of its own; each step takes the one that is nearest before it.
    line[within] = smooth[np.searchsorted(own, steps[within], side="right") - 1]
    return line
