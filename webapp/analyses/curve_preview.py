"""A glimpse: another run's curve, seen while a hand rests on what would turn the knobs to it; nothing is turned."""

from dataclasses import replace
from typing import Any

from engine.data.inputs import LARGEST_SEED
from engine.experiments.experiment import DrawnWeights
from engine.experiments.run import run
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import Staged
from webapp.bench.budget import affordable
from webapp.figures.loss import curve_of
from webapp.responses.run import ghost_of


def glimpse(staged: Staged, asked: object) -> dict[str, Any]:
    """The low-pass line of the run under the knobs of the question; None in its place where it would take too long.

    `asked` is {"weight_seed": a seed, or null for the checkpoint as it is}.
    """
    seed = exactly(asked, {"weight_seed"})["weight_seed"]
    if seed is not None:
        staged = other_weights(staged, whole_upto(seed, LARGEST_SEED))
    if not affordable(staged.experiment, staged.checkpoint):
        return {"line": None}
    result = run(staged.experiment, staged.checkpoint)
    return {"line": ghost_of(curve_of(result.losses, result.diverged_at), result)}


def other_weights(staged: Staged, seed: int) -> Staged:
    """The same experiment from the checkpoint that another weight seed draws."""
    weights = staged.experiment.weights
    return staged.drawn(replace(weights, seed=seed) if isinstance(weights, DrawnWeights) else DrawnWeights(seed))
