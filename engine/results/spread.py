"""The spread of weight seeds: much of it is that of the samples by which they are judged, little that of the networks.

Jordan 2024, "On the Variance of Neural Network Training with respect to Test Sets and Distributions".
"""

from collections.abc import Sequence

import numpy as np

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.results.seeds_side_by_side import first_weights, held_out_of, last_weights, networks_with, share_right


def shares_right(experiment: Experiment, counts: Sequence[int], seeds: Sequence[int]) -> FloatArray:
    """The share that is answered right of the first held-out samples, for each count of them, shape (counts, seeds).

    ExperimentError without held-out samples.
    """
    X, T = held_out_of(experiment)
    networks = networks_with(experiment, last_weights(experiment, first_weights(experiment, seeds)))
    return np.array(
        [[share_right(experiment, network, (X[:count], T[:count])) for network in networks] for count in counts]
    )
