"""Walls between two runs that part at a step: by one weight, or by the order of their samples.

The wall is the rise of the mean loss on the straight line between both ends, as a share of the larger end loss
(`engine.comparison.barrier`). Runs that part late end in one basin: Altıntaş et al. 2025, "The Butterfly Effect: Neural
Network Training Trajectories Are Highly Sensitive to Initial Conditions"; Frankle, Dziugaite, Roy and Carbin 2020,
"Linear Mode Connectivity and the Lottery Ticket Hypothesis".
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.base.numerics import FloatArray
from engine.comparison.barrier import line_between
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment
from engine.outcomes.nudged_runs import NUDGE
from engine.results.seeds_side_by_side import Course, first_weights, last_weights, with_steps

POINTS = 441
"""Samples over which the walls are measured: one pass over a grid."""


def walls_after_nudge(experiment: Experiment, seeds: Sequence[int], step: int, nudge: float = NUDGE) -> FloatArray:
    """The wall between a run and the same run whose first weight is nudged at that step, for each weight seed.

    Both go on with the same samples and the same rate. Shape (seeds,); nan where an end has no loss.
    """
    starts = first_weights(experiment, seeds)
    course = Course(experiment, np.concatenate([starts, starts]))
    course.go_to(step * experiment.batch)[len(starts) :, 0] += nudge
    ends = course.go_to(experiment.samples)
    return _walls(experiment, ends[: len(starts)], ends[len(starts) :])


def walls_between_orders(experiment: Experiment, seeds: Sequence[int], step: int, other: int) -> FloatArray:
    """The wall between two runs from the weights after that step, of the experiment's data seed and of another.

    For each weight seed, shape (seeds,). On a grid both learn the same points, each pass in an order of its own.
    """
    starts = first_weights(experiment, seeds)
    if step:
        starts = last_weights(with_steps(experiment, step), starts)
    return _walls(experiment, *(last_weights(one, starts) for one in (experiment, replace(experiment, seed=other))))


def _walls(experiment: Experiment, rows: FloatArray, others: FloatArray) -> FloatArray:
    samples: Samples = experiment.facts(POINTS)
    network = experiment.network()
    walls = [line_between(network, a, b, samples, rule=experiment.rule).wall for a, b in zip(rows, others, strict=True)]
    return np.array([np.nan if wall is None else wall for wall in walls])
