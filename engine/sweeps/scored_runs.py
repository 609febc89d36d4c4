"""Runs on the samples of one data seed, side by side where the kernel can, and scored after some of their steps."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.experiments.run import rolled_back
from engine.rules.progress import progress_of
from engine.scoring import scores_by
from engine.training.network import Network


def scored_runs(
    experiment: Experiment,
    network: Network,
    starts: FloatArray,
    alphas: Sequence[float],
    lengths: Sequence[int],
    measure: str,
) -> tuple[FloatArray, FloatArray]:
    """A run from each row of flat weights at its α: every loss, shape (runs, samples), and the scores with the weights
    after each of the lengths, shape (runs, lengths, 2), as `scores_by` has them; nan where a run is never so short.

    The losses have the bits of runs of their own. The network says the layers and is never touched.
    """
    too_short = [length for length in lengths if length < max(experiment.distinct or 1, experiment.batch)]
    losses, scores = [], dict.fromkeys(too_short, np.full((len(starts), 2), np.nan))
    wanted = [length for length in lengths if length not in scores]
    # A run steps at its end even where a batch is not full, and a longer one does not.
    broken = [length for length in wanted if length % experiment.batch and length < experiment.samples]
    stops = sorted({*wanted, experiment.samples} - {*broken})
    trained = _trained_to(experiment, network, starts, alphas, stops)
    for stop, (piece, networks) in zip(stops, trained, strict=True):
        losses.append(piece)
        if stop in wanted:
            scores[stop] = scores_by(experiment.replace_unchecked(samples=stop), networks, measure)
    for length in broken:
        shorter = experiment.replace_unchecked(samples=length)
        scores[length] = scored_runs(shorter, network, starts, alphas, (length,), measure)[1][:, 0]
    return np.concatenate(losses, axis=1), np.stack([scores[length] for length in lengths], axis=1)


def _trained_to(
    experiment: Experiment, network: Network, starts: FloatArray, alphas: Sequence[float], stops: Sequence[int]
) -> Iterator[tuple[FloatArray, Iterable[Network]]]:
    """Trains the runs to each of these steps in turn: the losses since the one before, and the networks there."""
    X, T = (samples[0] for samples in experiment.facts_of_seeds([experiment.seed]))
    parts = [slice(*pair) for pair in pairwise([0, *stops])]

    if not kernel.supports(network.layers):
        turned = [experiment.replace_unchecked(alpha=alpha) for alpha in alphas]
        networks = [rolled_back(network.with_weights(start), one) for start, one in zip(starts, turned, strict=True)]
        for part in parts:
            yield np.stack([one.train(X[part], T[part]) for one in networks]), networks
        return
    progress, ends = progress_of(experiment.rule, len(X), *starts.shape, passed=experiment.passed), starts
    for part in parts:
        losses, ends = kernel.train_rows(network.layers, ends, np.array(alphas), X[part], T[part], progress)
        yield losses, map(network.with_weights, ends)
