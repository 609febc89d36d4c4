"""luck: with most of 16 other data seeds the same run ends at less than half its final loss, and so does learn."""

from engine.experiments.experiment import Experiment
from engine.outcomes.failure.evidence import FAILED_FROM, MOST_SEEDS, OTHER_SEEDS, Cause, Evidence


def by_data_seed(evidence: Evidence) -> Cause | None:
    ends = evidence.ends_elsewhere(evidence.experiment.alpha)
    if ends is None or not isinstance(evidence.experiment, Experiment):
        return None
    lower = int((ends < FAILED_FROM * evidence.made.settled).sum())
    if lower < MOST_SEEDS:
        return None
    with_others = f"with {lower} of {OTHER_SEEDS} other data seeds the same run ends at less than half of this loss"
    return Cause("luck", None, f"This run fails by luck of its samples: {with_others}.")
