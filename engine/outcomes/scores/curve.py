"""Scores along a run: the share of samples answered right, or R², after some of its steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import first_divergence
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment
from engine.experiments.run import RunSamples, rolled_back
from engine.outcomes.scores import Judged, all_targets, judged, learned_samples
from engine.outcomes.scores.answers import constant_answer
from engine.training.network import Network

MOST_STEPS = 50
"""Scores are taken at no more steps than these, and before the first one."""


@dataclass(frozen=True, eq=False)
class ScoreCurve:
    """The scores of one run after some of its steps, on what it learns from and on held-out samples."""

    measure: str
    """`accuracy`, the share of samples that are answered right, or `r2`."""
    steps: NDArray[np.int64]
    """The numbers of samples learned: 0, every ⌈n/50⌉-th, and the last before a divergence."""
    learned: FloatArray
    """nan where the measure is None."""
    held_out: FloatArray | None
    """None where no samples are held out."""
    constant: float
    """The score of the best answer that is the same for all that it learns from; 0 in R²."""


def score_curve(
    experiment: Experiment, network: Network | None = None, on_progress: Callable[[int], None] = lambda done: None
) -> ScoreCurve:
    """The scores of the experiment's run, from its first weights or those of a network, as `scores` takes them.

    `on_progress` is called with the number of steps done before each piece, and whatever it raises ends it.
    """
    trained = rolled_back(experiment.network() if network is None else network, experiment)
    learned, held_out = learned_samples(experiment), experiment.held_out_samples()
    targets = all_targets(experiment, learned, held_out)
    sets = [learned] if held_out is None else [learned, held_out]
    steps, losses, rows = [0], np.empty(experiment.samples), [[_of(experiment, trained, one, targets) for one in sets]]
    samples, every = RunSamples(experiment), -(-experiment.samples // MOST_STEPS)
    while steps[-1] < experiment.samples:
        on_progress(steps[-1])
        start, stop = steps[-1], min(experiment.samples, steps[-1] + every)
        while start < stop:
            X, T = samples.next(stop - start)
            losses[start : start + len(X)] = trained.train(X, T)
            start += len(X)
        if first_divergence(losses[:stop]) is not None:
            break
        steps.append(stop)
        rows.append([_of(experiment, trained, one, targets) for one in sets])
    seen, *unseen = (np.array([_number(row[k]) for row in rows]) for k in range(len(sets)))
    answers = np.tile(constant_answer(learned[1], targets), (len(learned[1]), 1))
    constant = judged(experiment, answers, learned[1], targets)
    measure = "r2" if constant.right is None else "accuracy"
    return ScoreCurve(measure, np.array(steps), seen, unseen[0] if unseen else None, _number(constant))


def _of(experiment: Experiment, network: Network, samples: Samples, targets: FloatArray) -> Judged:
    X, T = samples
    with np.errstate(all="ignore"):
        return judged(experiment, network.respond(X), T, targets)


def _number(score: Judged) -> float:
    value = score.r2 if score.right is None else score.accuracy
    return np.nan if value is None else value
