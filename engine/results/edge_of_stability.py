"""The edge of stability: gradient descent on all samples bends towards λ = 2/α and stays there.

Cohen, Kaur, Li, Kolter and Talwalkar 2021, "Gradient Descent on Neural Networks Typically Occurs at the Edge of
Stability". λ is the largest eigenvalue of the Hessian of the mean loss; above 2/α a step overshoots along it.
"""

import math
from collections.abc import Sequence

import numpy as np

from engine.base.numerics import FloatArray
from engine.checks.sharpness import mean_sharpness
from engine.experiments.experiment import Experiment
from engine.results.seeds_side_by_side import Course, distinct_samples, first_weights, networks_with


def sharpness_by_edge(experiment: Experiment, seeds: Sequence[int], step: int | None = None) -> FloatArray:
    """λα/2 after a step, or the last, for each weight seed, shape (seeds,): 1 is the edge.

    nan where the loss of a network is no number. The batch should have all distinct samples.
    """
    seen = experiment.samples if step is None else step * experiment.batch
    rows = Course(experiment, first_weights(experiment, seeds)).go_to(seen)
    X, T = distinct_samples(experiment)
    found = [mean_sharpness(net, X, T, experiment.rule.loss_row) for net in networks_with(experiment, rows)]
    return np.array([math.nan if one is None else one for one in found]) * experiment.alpha / 2.0
