"""The words about held-out samples: their loss where samples come again and again, and the score of a table's rows."""

import math
from typing import NamedTuple

from engine.experiments.experiment import Experiment
from engine.experiments.run import Run
from engine.outcomes.memorisation import learned_by_heart
from engine.scoring import Judged, held_out_score
from engine.scoring.answers import RowAnswers
from webapp.base.format import COLUMN_POWERS_FROM, number


class HeldOutWords(NamedTuple):
    """The loss of the held-out samples, the clause that the run has learned its samples by heart, if it has, and the
    score of rows of a table."""

    loss: float
    by_heart: str
    score: Judged | None = None


def held_out_words(
    experiment: Experiment, run: Run, answered: tuple[RowAnswers, RowAnswers | None] | None = None
) -> HeldOutWords | None:
    """The words about such a run, whose rows may be `answered` already; None where no samples are held out or come
    again, and where it diverges."""
    if run.held_out is None or run.sound_settled is None or experiment.distinct_count is None:
        return None
    if not math.isfinite(run.held_out.final):
        return None
    these = f"these {experiment.distinct_count:,}" if experiment.distinct_count > 1 else "this one sample"
    by_heart = f"learned {these} by heart" if learned_by_heart(experiment, run) else ""
    score: Judged | None = answered[1].judged if answered and answered[1] else None
    if score is None and experiment.table is not None:
        score = held_out_score(experiment, run.trained)
    return HeldOutWords(run.held_out.final, by_heart, score)


def score_of(score: Judged) -> float | None:
    """The one number of a score: the rows that are answered right, or the mean error where it is one."""
    if score.right is not None:
        return score.right
    return score.mean_error if score.mean_error is not None and math.isfinite(score.mean_error) else None


def spoken_score(score: Judged) -> str:
    """A score in a few words: 67 of 68 right, mean error 1.9 mpg."""
    if score.right is not None:
        return f"{score.right:,} of {score.rows:,} right"
    return f"mean error {error_text(score.mean_error or 0.0, score.unit)}"


def error_text(error: float, unit: str | None) -> str:
    """A mean error with its unit: 1.9 mpg."""
    return f"{number(error, 2, COLUMN_POWERS_FROM)} {unit or ''}".rstrip()
