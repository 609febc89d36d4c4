"""How sharply the loss bends at the checkpoint, and an α at which a first step raises the loss of its own sample.

λ, the sharpness, is the largest eigenvalue of the Hessian of the loss, for the sharpest sample and for the mean of all
samples. A step overshoots along its direction above α = 2/λ; whether one does there is tried.
"""

import math
from typing import Any

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.checks.sharpness import max_sample_sharpness, mean_sharpness
from engine.rules.rule import TrainingRule
from engine.training.network import Network
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun

JUST_ABOVE = 1.1
"""α is tried at this multiple of 2/λ."""

FIRST_SAMPLES = 300
"""The number of samples among which the sharpest is looked for."""

SHARPNESS_BUDGET = 250_000
"""The work on the sharpness in one request: samples times parameters."""


def stability(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """λ of the sharpest sample from a sample on, the next sample, λ of the mean loss of all samples, and their number;
    `raises` is an α a little above 2/λ, where a first step with it raises the loss of its own sample, else None.

    `plain` is {"from": the number of a sample}. None where nothing can be learned, and where a step is not α times a
    sample's gradient and nothing else, or the slope of the loss has jumps, which 2/λ says nothing of; the mean is in
    the first response, and only where one request is enough.
    """
    samples = min(FIRST_SAMPLES, prepared.experiment.samples)
    start = whole_upto(exactly(plain, {"from"})["from"], samples - 1)
    loss = prepared.experiment.rule.loss_row
    if not loss.smooth or prepared.experiment.rule != TrainingRule(loss=loss.name):
        return {"sharpest": None, "raises": None, "mean": None, "next": None, "samples": samples}
    X, T = prepared.experiment.facts(samples)
    size = sum(array.size for array in kernel.parameters(prepared.checkpoint.layers))
    stop = min(samples, start + max(1, SHARPNESS_BUDGET // max(1, size)))
    all_samples = (start, stop) == (0, samples)
    sharpest = max_sample_sharpness(prepared.checkpoint, X[start:stop], T[start:stop], loss)
    return {
        "sharpest": sharpest,
        "raises": _raising(prepared.checkpoint, X[start:stop], T[start:stop], sharpest, prepared.experiment.rule),
        "mean": mean_sharpness(prepared.checkpoint, X, T, loss) if all_samples else None,
        "next": stop if stop < samples else None,
        "samples": samples,
    }


def _raising(
    checkpoint: Network, X: FloatArray, T: FloatArray, sharpest: float | None, rule: TrainingRule
) -> float | None:
    """α just above 2/λ, where a step from the checkpoint with it raises the loss of the sample that it learns."""
    alpha = JUST_ABOVE * 2.0 / sharpest if sharpest is not None and sharpest > 0.0 else math.inf
    if alpha == math.inf:
        return None
    for x, t in zip(X, T, strict=True):
        network = checkpoint.copy()
        network.alpha = alpha
        network.begin(rule, 1)
        [before] = network.train(x[None], t[None])
        with np.errstate(all="ignore"):
            if rule.loss_row.value(network.respond(x[None]), t[None])[0] > before:
                return alpha
    return None
