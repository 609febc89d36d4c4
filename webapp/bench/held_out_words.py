"""The clause about held-out samples, where the samples of a run come again and again."""

import math
from typing import NamedTuple

from engine.experiments.experiment import Experiment
from engine.experiments.run import Run
from engine.outcomes.memorisation import learned_by_heart


class HeldOutWords(NamedTuple):
    """The loss of the held-out samples, and the clause that the run has learned its samples by heart, if it has."""

    loss: float
    by_heart: str


def held_out_words(experiment: Experiment, run: Run) -> HeldOutWords | None:
    """The words about such a run; None where no samples are held out or come again, and where it diverges."""
    if run.held_out is None or run.sound_settled is None or experiment.distinct_count is None:
        return None
    if not math.isfinite(run.held_out.final):
        return None
    these = f"these {experiment.distinct_count:,}" if experiment.distinct_count > 1 else "this one sample"
    by_heart = f"learned {these} by heart" if learned_by_heart(experiment, run) else ""
    return HeldOutWords(run.held_out.final, by_heart)
