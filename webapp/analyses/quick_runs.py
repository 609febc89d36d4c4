"""Runs of which only the final loss is needed, for the analyses."""

import math

from engine.experiments.run import run
from engine.outcomes.other_seeds import final_losses
from webapp.bench.actions import PreparedRun


def settled_of(prepared: PreparedRun) -> float | None:
    """The final loss of one run; None when it diverged."""
    return run(prepared.experiment, prepared.checkpoint, held_out=False).sound_settled


def settled_at(alphas: list[float], prepared: PreparedRun) -> list[float | None]:
    """The final loss at each α, in one sweep where the kernel supports the layers; None for a run that diverged."""
    if not alphas:
        return []
    losses = final_losses(prepared.experiment, prepared.checkpoint, alphas, [prepared.experiment.seed])[:, 0]
    return [loss if loss < math.inf else None for loss in losses.tolist()]
