"""Lottery tickets: a small part of a network learns as well alone, from the first weights that it had in the whole.

Frankle and Carbin 2019, "The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks". They prune single
weights; here whole hidden units are pruned, so that the ticket is a network of its own that can be drawn anew.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.experiments.experiment import Affinity, Experiment
from engine.experiments.layer_specs import weights_of
from engine.outcomes.nudged_runs import flat_weights
from engine.results.seeds_side_by_side import final_losses, first_weights, last_weights, networks_with


def largest_units(experiment: Experiment, row: FloatArray, keep: int) -> NDArray[np.int64]:
    """The `keep` largest hidden units, in their order, of a network with one hidden layer and these flat weights.

    A unit's size is the norm of its weights in and its bias, times that of its weights out.
    """
    into, bias, out, _ = _parts(experiment, row)
    sizes = np.sqrt((into**2).sum(axis=1) + bias**2) * np.sqrt((out**2).sum(axis=0))
    return np.sort(np.argsort(sizes, kind="stable")[-keep:])


def with_units(experiment: Experiment, units: Sequence[int]) -> Experiment:
    """The experiment with these hidden units alone, numbered from 0, at the first weights that they had in the whole.

    Other weights are drawn at the scale of the whole network.
    """
    small, row = _resized(experiment, len(units)), flat_weights(experiment.network())
    [network] = networks_with(small, _of_units(experiment, row, np.array(units))[None])
    return replace(small, weights=weights_of(network))


def ticket_losses(experiment: Experiment, seeds: Sequence[int], keep: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The final losses of the whole network, of its ticket, and of as many units drawn anew, shape (seeds,) each.

    The last is drawn with the weight seed after all of `seeds` and on, at the scale that the whole network's had.
    """
    starts, small = first_weights(experiment, seeds), _resized(experiment, keep)
    after = max(seeds) + 1
    anew = first_weights(small, range(after, after + len(seeds)))
    whole = final_losses(experiment, starts)
    return whole, final_losses(small, _tickets(experiment, starts, keep)), final_losses(small, anew)


def _tickets(experiment: Experiment, starts: FloatArray, keep: int) -> FloatArray:
    ends = zip(starts, last_weights(experiment, starts), strict=True)
    return np.stack([_of_units(experiment, start, largest_units(experiment, end, keep)) for start, end in ends])


def _of_units(experiment: Experiment, row: FloatArray, units: NDArray[np.int64]) -> FloatArray:
    into, bias, out, last_bias = _parts(experiment, row)
    return np.concatenate([into[units].ravel(), bias[units], out[:, units].ravel(), last_bias])


def _parts(experiment: Experiment, row: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """M and b of both dense layers, of a flat row."""
    layer, last = _dense(experiment)
    into, bias, out, last_bias = np.split(
        row, np.cumsum([layer.inputs * layer.outputs, layer.outputs, last.inputs * last.outputs])
    )
    return into.reshape(layer.outputs, -1), bias, out.reshape(last.outputs, -1), last_bias


def _resized(experiment: Experiment, keep: int) -> Experiment:
    layer, last = _dense(experiment)
    small = iter(
        [
            replace(layer, outputs=keep, first_shape=(layer.inputs, layer.outputs)),
            replace(last, inputs=keep, first_shape=(last.inputs, last.outputs)),
        ]
    )
    specs = (next(small) if isinstance(spec, Affinity) else spec for spec in experiment.layers)
    return replace(experiment, layers=tuple(specs))


def _dense(experiment: Experiment) -> tuple[Affinity, Affinity]:
    first, last = (spec for spec in experiment.layers if isinstance(spec, Affinity))
    return first, last
