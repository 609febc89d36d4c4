"""Some samples of a run, whose mean loss with any weights is the height of a loss surface."""

import numpy as np

from engine.data.samples import Samples
from engine.experiments.run import OnProgress, Training, watched_blocks

MOST_SAMPLES = 441
"""The most samples of a run that a mean loss is taken over."""


def some_samples(training: Training, most: int = MOST_SAMPLES, on_progress: OnProgress = lambda done: None) -> Samples:
    """At most `most` samples of a run, evenly chosen, the first and the last among them: X and T, a row each."""
    wanted = np.unique(np.linspace(0, training.samples - 1, min(most, training.samples)).round().astype(np.int64))
    parts, start = [], 0
    for X, T in watched_blocks(training, on_progress):
        here = wanted[(wanted >= start) & (wanted < start + len(X))] - start
        parts.append((X[here], T[here]))
        start += len(X)
    inputs, targets = (np.concatenate(part) for part in zip(*parts, strict=True))
    return inputs, targets
