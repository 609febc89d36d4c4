"""Runs of which only the final loss is needed, for the analyses."""

import math
from collections.abc import Sequence

from engine.experiments.run import run
from engine.outcomes.other_seeds import final_losses
from webapp.bench.actions import PreparedRun


def settled_of(prepared: PreparedRun) -> float | None:
    """The final loss of one run; None when it diverged."""
    return run(prepared.experiment, prepared.checkpoint, held_out=False).sound_settled


def end_losses(prepared: PreparedRun) -> tuple[float | None, float | None]:
    """The final loss of one run, and the loss of held-out samples after it; None when it diverged, or where there are
    no such samples."""
    found = run(prepared.experiment, prepared.checkpoint, held_out_steps=1)
    if found.sound_settled is None or found.held_out is None or not math.isfinite(found.held_out.final):
        return found.sound_settled, None
    return found.sound_settled, found.held_out.final


def settled_at(alphas: Sequence[float], prepared: PreparedRun) -> list[float | None]:
    """The final loss at each α; None for a run that diverged."""
    return _settled(prepared, alphas, [prepared.experiment.seed])


def settled_with(seeds: Sequence[int], prepared: PreparedRun) -> list[float | None]:
    """The final loss with each data seed; None for a run that diverged."""
    return _settled(prepared, [prepared.experiment.alpha], seeds)


def _settled(prepared: PreparedRun, alphas: Sequence[float], seeds: Sequence[int]) -> list[float | None]:
    if not alphas or not seeds:
        return []
    losses = final_losses(prepared.experiment, prepared.checkpoint, alphas, seeds)
    return [loss if loss < math.inf else None for loss in losses.ravel().tolist()]
