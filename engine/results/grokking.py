"""Grokking: held-out samples are answered long after the learned ones are.

Power, Burda, Edwards, Babuschkin and Misra 2022, "Grokking: Generalization Beyond Overfitting on Small Algorithmic
Datasets".
"""

from collections.abc import Sequence

import numpy as np

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.results.seeds_side_by_side import (
    Course,
    distinct_samples,
    first_weights,
    held_out_of,
    networks_with,
    share_right,
)

RIGHT = 0.99
"""The share of samples from which on they count as answered."""
PLACES = 4
"""Places at which runs are looked at, of one doubling of the step."""


def steps_to_answers(experiment: Experiment, seeds: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """The samples until 99 % of the learned ones, and of the held-out ones, are answered right, shape (seeds,) each.

    inf where they never are. They are looked at after 100 samples, and each time after 2^(1/4) times as many.
    ExperimentError without held-out samples.
    """
    course, held_out = Course(experiment, first_weights(experiment, seeds)), held_out_of(experiment)
    steps = np.full((2, len(seeds)), np.inf)
    for seen in _places(experiment.samples):
        networks = networks_with(experiment, course.go_to(seen))
        for row, samples in zip(steps, (distinct_samples(experiment), held_out), strict=True):
            shares = np.array([share_right(experiment, network, samples) for network in networks])
            row[(shares >= RIGHT) & np.isinf(row)] = seen
    return steps[0], steps[1]


def _places(samples: int) -> list[int]:
    count = int(np.log2(samples / 100) * PLACES)
    return [*dict.fromkeys(int(100 * 2 ** (k / PLACES)) for k in range(count + 1)), samples]
