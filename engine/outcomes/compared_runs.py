"""A run made again with another α, or without decay: does it learn where the run itself does not?

A cause that is named so rests on a comparison of two runs, each of which anybody can make again.
"""

from dataclasses import replace

import numpy as np

from engine.base.metrics import mean_losses
from engine.errors import BenchError
from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress, Run, Training, run
from engine.outcomes.nudged_runs import flat_weights, train_nudged
from engine.outcomes.outcome import FLAT_FROM
from engine.training.network import Network

OTHER_ALPHAS = (1 / 10, 1 / 3, 3.0, 10.0)
"""α is tried at these multiples, rounded to two digits: the α that is named, typed in, gives that very run."""

MUCH_LOWER = 0.75
"""Another run ends below this share of the run's own final loss."""


def better_alpha(
    training: Training, checkpoint: Network, settled: float, ceiling: float, on_progress: OnProgress
) -> tuple[float, float] | None:
    """The α, of some smaller and larger ones, at which the same run ends lowest, and its final loss there.

    None where no run learns: none ends below 95 % of the best constant answer's loss, `ceiling`, and below three
    quarters of `settled`, the run's own final loss.
    """
    tried = {float(f"{times * training.alpha:.1e}") for times in OTHER_ALPHAS}
    alphas = np.array(sorted(alpha for alpha in tried if alpha > 0.0 and _allows(training, alpha)))
    if not len(alphas):
        return None
    starts = np.tile(flat_weights(checkpoint), (len(alphas), 1))
    final = train_nudged(training, checkpoint, starts, alphas, on_progress).final
    if np.isnan(final).all():
        return None
    best = int(np.nanargmin(final))
    end = float(final[best])
    return (float(alphas[best]), end) if _learns(end, settled, ceiling) else None


def without_decay(
    training: Training, checkpoint: Network, made: Run, ceiling: float, on_progress: OnProgress
) -> float | None:
    """The final loss of the same run without decay; None where it does not learn, has no decay to be without, or
    answers held-out samples worse."""
    if not isinstance(training, Experiment) or not training.decay or made.settled is None:
        return None
    other = run(replace(training, decay=0.0), checkpoint, on_progress, held_out=False)
    end = other.sound_settled
    if end is None or not _learns(end, made.settled, ceiling):
        return None
    unseen = training.held_out_samples()
    if unseen is None:
        return end
    X, T = unseen
    decayed, free = (mean_losses(training.rule.loss_row.value(one.trained.respond(X), T)) for one in (made, other))
    return None if decayed < free else end


def _learns(end: float, settled: float, ceiling: float) -> bool:
    return end < FLAT_FROM * ceiling and end < MUCH_LOWER * settled


def _allows(training: Training, alpha: float) -> bool:
    try:
        training.rule.check(alpha, training.samples)
    except BenchError:
        return False
    return True
