"""Whether a run has learned its samples by heart: it knows them, and does far worse on samples that it never saw."""

import math

import numpy as np

from engine.experiments.experiment import Experiment
from engine.experiments.run import Run
from engine.outcomes.outcome import constant_loss

PASSES = 2
"""The least number of times that each sample has come."""

FEWEST = 10
"""The loss of fewer held-out samples says too little."""

KNOWN_BELOW = 0.1
"""The loss is at most this share of the best constant answer's: the samples are known."""

APART = 2.0
"""The held-out loss is at least this multiple of the final one."""

ERRORS = 4.0
"""The two losses differ by more standard errors of the held-out one than this: no accident of the samples held out."""


def learned_by_heart(experiment: Experiment, run: Run) -> bool:
    """Whether the run has learned its few samples by heart.

    True where the run does not diverge and all of these hold: each of its samples came at least twice; at least ten
    samples are held out; the final loss is at most a tenth of the best constant answer's to these samples; the
    held-out loss after the last step is finite, above that tenth too, and at least twice the final one; and it is
    larger by more than four of its standard errors.
    """
    learned, held, samples, final = experiment.learned, run.held_out, experiment.held_out_samples(), run.sound_settled
    if learned is None or held is None or samples is None or final is None or not math.isfinite(held.final):
        return False
    _, (_, targets) = learned
    turns = experiment.samples if experiment.passed is None else int(np.count_nonzero(experiment.passed == 0))
    if len(samples[0]) < FEWEST or turns < PASSES * len(targets) or held.final < APART * final:
        return False
    X, T = samples
    with np.errstate(all="ignore"):
        loss = experiment.rule.loss_row
        spread = float(np.std(loss.value(run.trained.respond(X), T))) / math.sqrt(len(X))
        constant = constant_loss(loss, targets, targets)
    known = KNOWN_BELOW * constant
    return final <= known < held.final and held.final - final > ERRORS * spread
