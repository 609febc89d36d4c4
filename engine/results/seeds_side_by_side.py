"""Runs of one experiment from the first weights of several weight seeds, side by side, to a step and on from there."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.errors import ExperimentError
from engine.experiments.experiment import Experiment
from engine.experiments.layer_specs import DrawnWeights, network_of
from engine.outcomes.nudged_runs import flat_weights, train_nudged
from engine.rules.progress import Progress, progress_of
from engine.scoring import ACCURACY, answers_judged
from engine.training.network import Network

SEEDS = range(32)
"""The weight seeds by which a result is judged."""


def first_weights(experiment: Experiment, seeds: Sequence[int]) -> FloatArray:
    """The flat weights that each weight seed draws, by the experiment's own scheme, shape (seeds, numbers)."""
    drawn = experiment.weights
    scheme = drawn.scheme if isinstance(drawn, DrawnWeights) else "normal"
    return np.stack([flat_weights(network_of(experiment.layers, DrawnWeights(seed, scheme))) for seed in seeds])


def last_weights(experiment: Experiment, starts: FloatArray) -> FloatArray:
    """The flat weights after the run from each row of flat weights, shape (runs, numbers)."""
    return train_nudged(
        experiment, experiment.network(), starts.copy(), _alphas(experiment, starts), lambda done: None
    ).ends


def final_losses(experiment: Experiment, starts: FloatArray) -> FloatArray:
    """The final loss of the run from each row of flat weights, shape (runs,); nan where it diverges."""
    return train_nudged(
        experiment, experiment.network(), starts.copy(), _alphas(experiment, starts), lambda done: None
    ).final


def networks_with(experiment: Experiment, rows: FloatArray) -> list[Network]:
    """A network of the experiment's layers for each row of flat weights."""
    return [*map(experiment.network().with_weights, rows)]


def distinct_samples(experiment: Experiment, most: int = 1_000) -> Samples:
    """The samples that a run learns from, each once where it repeats them, else the first of them."""
    learned = experiment.learned
    return experiment.facts(min(most, experiment.samples)) if learned is None else learned[1]


def held_out_of(experiment: Experiment) -> Samples:
    """The held-out samples; ExperimentError where there are none."""
    if (samples := experiment.held_out_samples()) is None:
        raise ExperimentError("This is measured on held-out samples, and the experiment has none. Set held_out.")
    return samples


def share_right(experiment: Experiment, network: Network, samples: Samples) -> float:
    """The share of these samples that the network answers right; nan where the targets are numbers."""
    return answers_judged(experiment, network, samples, samples[1]).by(ACCURACY)


class Course:
    """Runs side by side from rows of flat weights; they stop after a number of samples, and go on from there."""

    def __init__(self, experiment: Experiment, starts: FloatArray) -> None:
        self._experiment, self._network = experiment, experiment.network()
        self.weights = starts.copy()
        self._facts, self._seen = experiment.facts(), 0
        self._alphas = _alphas(experiment, starts)
        self._progress: Progress | None = progress_of(
            experiment.rule, experiment.samples, *starts.shape, passed=experiment.passed
        )

    def go_to(self, seen: int) -> FloatArray:
        """The flat weights after that many samples, shape (runs, numbers), which may be nudged in place."""
        X, T = (array[self._seen : seen] for array in self._facts)
        if len(X):
            _, self.weights = kernel.train_rows(self._network.layers, self.weights, self._alphas, X, T, self._progress)
        self._seen = seen
        return self.weights


def with_steps(experiment: Experiment, steps: int) -> Experiment:
    """The experiment with only its first steps, a batch each."""
    return replace(experiment, samples=steps * experiment.batch)


def _alphas(experiment: Experiment, starts: FloatArray) -> FloatArray:
    return np.full(len(starts), experiment.alpha)
