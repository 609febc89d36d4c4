"""The percentile band: the losses between which the low-pass curves of 32 data seeds lie, at each step."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.base.smoothing import low_pass
from engine.data.inputs import LARGEST_SEED
from engine.experiments.run import run
from webapp.analyses.seed_spread import SEEDS
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable, most_affordable_samples
from webapp.figures.encode import packed

PERCENTILES = (10, 50, 90)
"""The lower edge of the band, its middle, and its upper edge."""

COLUMNS = 600
"""The most steps at which the band is drawn."""

FAR_ABOVE = 1e300
"""The loss of a diverged run in the band, from its divergence on."""


def percentile_band(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The band of 32 seeds' low-pass curves: steps, 10th percentile, median and 90th percentile at each.

    `plain` is {"first": the lowest of the seeds}. If 32 runs would take too long at once, no steps, and the number of
    samples that the runs may have.
    """
    first = whole_upto(exactly(plain, {"first"})["first"], LARGEST_SEED - SEEDS + 1)
    if not affordable(prepared.experiment, prepared.checkpoint, SEEDS):
        return {"steps": None, "most": most_affordable_samples(prepared.experiment, prepared.checkpoint, SEEDS)}
    steps, columns = drawn_steps(prepared.experiment.samples)
    lines = [smooth_line(prepared.replace_unchecked(seed=seed), steps)[columns] for seed in range(first, first + SEEDS)]
    low, middle, high = np.percentile(lines, PERCENTILES, axis=0)
    return {"steps": packed(steps[columns]), "low": packed(low), "middle": packed(middle), "high": packed(high)}


def drawn_steps(samples: int) -> tuple[FloatArray, NDArray[np.int64]]:
    """The steps of a low-pass curve of this many samples, and those of them at which the band is drawn, evenly."""
    steps, _ = low_pass(np.zeros(samples))
    return steps, np.unique(np.linspace(0, len(steps) - 1, COLUMNS).round().astype(np.int64))


def smooth_line(prepared: PreparedRun, steps: FloatArray) -> FloatArray:
    """The low-pass curve of a run at these steps; far above everything from the step at which it diverged."""
    result = run(prepared.experiment, prepared.checkpoint, held_out=False)
    return smooth_at(result.losses, result.diverged_at, steps)


def smooth_at(losses: FloatArray, diverged_at: int | None, steps: FloatArray) -> FloatArray:
    """The low-pass curve of these losses at these steps; far above everything from `diverged_at` on."""
    losses = losses[:diverged_at]
    own_steps, smooth = low_pass(losses)
    line = np.full(len(steps), FAR_ABOVE)
    within = steps < len(losses)
    # A curve that ends early has steps of its own; each step takes the one that is nearest before it.
    line[within] = smooth[np.searchsorted(own_steps, steps[within], side="right") - 1]
    return line
