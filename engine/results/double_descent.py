"""Double descent: the held-out loss over the width rises to a peak where the samples just fit, and falls again.

Belkin, Hsu, Ma and Mandal 2019, "Reconciling modern machine-learning practice and the classical bias-variance
trade-off". Their random features are a first layer that is frozen.
"""

from collections.abc import Sequence

import numpy as np

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.results.seeds_side_by_side import first_weights, held_out_of, last_weights
from engine.sweeps.axes import WIDTH, with_values
from engine.training.mean_losses import mean_losses_of


def held_out_by_width(experiment: Experiment, widths: Sequence[int], seeds: Sequence[int]) -> FloatArray:
    """The held-out loss after the run of each width and weight seed, shape (widths, seeds).

    The width is that of the hidden layer; ExperimentError without held-out samples.
    """
    losses = []
    for width in widths:
        one = with_values(experiment, {WIDTH: width})
        ends = last_weights(one, first_weights(one, seeds))
        losses.append(mean_losses_of(one.network(), ends, held_out_of(one), rule=one.rule))
    return np.stack(losses)
