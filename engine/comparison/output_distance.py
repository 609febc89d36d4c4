"""The distance between the answers of two networks, over the inputs that their experiment draws."""

import math

import numpy as np

from engine.base.metrics import mean_losses
from engine.base.numerics import FloatArray, sum_lanes
from engine.base.random_stream import random_stream
from engine.comparison.mean_loss import some_samples
from engine.data.inputs import input_distribution_named
from engine.data.table import TABLE
from engine.experiments.experiment import Experiment
from engine.experiments.run import Training
from engine.training.network import Network

INPUTS = 1_000
"""The number of inputs at which answers are compared."""

STREAM = (0, 0, 11)
"""The inputs are drawn from RandomState([0, 0, 11]): samples come from one number, weights from two or three."""

SAME_ANSWERS = 0.01
"""Answers are the same where half their mean squared difference is at most this share of the mean final loss."""

SAME_SIZE = 1e-6
"""They are the same too where it is at most this share of their own spread: they differ by a thousandth of it."""


def inputs_of(training: Training) -> FloatArray:
    """At most 1,000 inputs, shape (k, width): drawn as the experiment draws its own, but from another stream.

    For a table its rows, evenly chosen of more than 1,000; and for inputs that only a program knows, those of samples.
    """
    if not isinstance(training, Experiment):
        return some_samples(training, INPUTS)[0]
    if isinstance(training.inputs, str):
        rng = random_stream(STREAM)
        return input_distribution_named(training.inputs).draw(rng, INPUTS, training.width)
    rows = np.array(training.inputs.inputs)
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), INPUTS)).round().astype(np.int64)]


def inputs_in_words(training: Training, X: FloatArray) -> str:
    """The number of different inputs, with their noun: 1,000 inputs, 4 corners, 10 rows."""
    name = training.inputs_name if isinstance(training, Experiment) else ""
    count, one = distinct_inputs(X), NOUNS.get(name, "input")
    return f"{count:,} {one}{'' if count == 1 else 's'}"


NOUNS = {"corners": "corner", TABLE: "row"}
"""The noun for one input, by the name of its distribution."""


def distinct_inputs(X: FloatArray) -> int:
    """The number of different inputs among all that two networks were asked about."""
    return len(np.unique(X, axis=0))


def answer_difference(a: Network, b: Network, X: FloatArray) -> tuple[float, float] | None:
    """Half the mean squared difference of two networks' answers to inputs of shape (k, width), and half their spread.

    Both in the unit of the loss. The spread is the mean squared distance of the answers from their own mean, of that
    network whose answers lie closer together. None where a number is not finite.
    """
    with np.errstate(all="ignore"):
        answers = [network.respond(X) for network in (a, b)]
        difference = _half_mean_square(answers[1] - answers[0])
        spread = min(_half_mean_square(each - each.mean(axis=0)) for each in answers)
    return (difference, spread) if math.isfinite(difference) and math.isfinite(spread) else None


def are_same(difference: float, spread: float, final: float) -> bool:
    """Whether answers are the same, from what `answer_difference` gives and the mean of both final losses.

    A share of the final loss says nothing where that is 0 or almost 0. Networks that both reach it answer alike as far
    as anybody can see, so a difference that is small beside the answers themselves counts as none.
    """
    return difference <= max(SAME_ANSWERS * final, SAME_SIZE * spread)


def _half_mean_square(rows: FloatArray) -> float:
    return float(mean_losses(sum_lanes(rows * rows) / 2.0))
