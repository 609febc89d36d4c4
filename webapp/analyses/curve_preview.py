"""Curve of another run, shown while the pointer hovers over a control that would select it. Changes no state."""

from dataclasses import replace
from typing import Any

from engine.data.inputs import LARGEST_SEED
from engine.experiments.experiment import DrawnWeights
from engine.experiments.run import run
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import affordable
from webapp.figures.loss import curve_of
from webapp.responses.run import low_pass_line


def curve_preview(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The low-pass line of the run under the knobs of the request; None where the run would take too long.

    `plain` is {"weight_seed": a seed, or null for the checkpoint as it is}.
    """
    seed = exactly(plain, {"weight_seed"})["weight_seed"]
    if seed is not None:
        prepared = with_weight_seed(prepared, whole_upto(seed, LARGEST_SEED))
    if not affordable(prepared.experiment, prepared.checkpoint):
        return {"line": None}
    result = run(prepared.experiment, prepared.checkpoint, held_out=False)
    return {"line": low_pass_line(curve_of(result.losses, result.diverged_at))}


def with_weight_seed(prepared: PreparedRun, seed: int) -> PreparedRun:
    """The experiment from the checkpoint that another weight seed draws."""
    weights = prepared.experiment.weights
    return prepared.with_weights(
        replace(weights, seed=seed) if isinstance(weights, DrawnWeights) else DrawnWeights(seed)
    )
