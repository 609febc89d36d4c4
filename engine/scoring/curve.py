"""Scores along a run: the share of samples answered right, or R², after some of its steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.base.metrics import first_divergence
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Experiment
from engine.experiments.run import RunSamples, rolled_back
from engine.scoring import ACCURACY, R2, Judged, all_targets, answers_judged, judged, learned_samples
from engine.scoring.answers import constant_answer
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

    def scored() -> list[Judged]:
        return [answers_judged(experiment, trained, one, targets) for one in sets]

    steps, losses, rows = [0], np.empty(experiment.samples), [scored()]
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
        rows.append(scored())
    answers = np.tile(constant_answer(learned[1], targets), (len(learned[1]), 1))
    constant = judged(experiment, answers, learned[1], targets)
    measure = R2 if constant.right is None else ACCURACY
    seen, *unseen = (np.array([row[k].by(measure) for row in rows]) for k in range(len(sets)))
    return ScoreCurve(measure, np.array(steps), seen, unseen[0] if unseen else None, constant.by(measure))
