"""A glimpse: another run's curve, seen while a hand rests on what would turn the knobs to it; nothing is turned."""

from dataclasses import replace
from typing import Any

from engine.data.inputs import LARGEST_SEED
from engine.experiments.experiment import DrawnWeights
from engine.experiments.run import run
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable
from webapp.figures.loss import curve_of
from webapp.responses.run import ghost_of


def curve_preview(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """The low-pass line of the run under the knobs of the question; None in its place where it would take too long.

    `asked` is {"weight_seed": a seed, or null for the checkpoint as it is}.
    """
    seed = exactly(asked, {"weight_seed"})["weight_seed"]
    if seed is not None:
        prepared = other_weights(prepared, whole_upto(seed, LARGEST_SEED))
    if not affordable(prepared.experiment, prepared.checkpoint):
        return {"line": None}
    result = run(prepared.experiment, prepared.checkpoint)
    return {"line": ghost_of(curve_of(result.losses, result.diverged_at), result)}


def other_weights(prepared: PreparedRun, seed: int) -> PreparedRun:
    """The same experiment from the checkpoint that another weight seed draws."""
    weights = prepared.experiment.weights
    return prepared.with_weights(
        replace(weights, seed=seed) if isinstance(weights, DrawnWeights) else DrawnWeights(seed)
    )
