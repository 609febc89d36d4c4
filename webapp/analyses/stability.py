"""The largest stable α: one step of plain gradient descent does not overshoot where α is below 2/λ.

λ, the sharpness, is the largest eigenvalue of the Hessian of the loss at the checkpoint, for the sharpest
sample and for the mean of all samples.
"""

from typing import Any

from engine import kernel
from engine.checks.sharpness import max_sample_sharpness, mean_sharpness
from engine.rules.rule import TrainingRule
from webapp.base.validation import exactly, whole_upto
from webapp.bench.actions import PreparedRun

FIRST_SAMPLES = 300
"""The number of samples among which the sharpest is looked for."""

SHARPNESS_BUDGET = 250_000
"""The work on the sharpness in one request: samples times parameters."""


def stability(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """λ of the sharpest sample from a sample on, the next sample, λ of the mean loss of all samples, and their number.

    `plain` is {"from": the number of a sample}. None where nothing can be learned, and where a step is not α times a
    sample's gradient and nothing else, or the slope of the loss has jumps, which 2/λ says nothing of; the mean is in
    the first response, and only where one request is enough.
    """
    samples = min(FIRST_SAMPLES, prepared.experiment.samples)
    start = whole_upto(exactly(plain, {"from"})["from"], samples - 1)
    loss = prepared.experiment.rule.loss_row
    if not loss.smooth or prepared.experiment.rule != TrainingRule(loss=loss.name):
        return {"sharpest": None, "mean": None, "next": None, "samples": samples}
    X, T = prepared.experiment.facts(samples)
    size = sum(array.size for array in kernel.parameters(prepared.checkpoint.layers))
    stop = min(samples, start + max(1, SHARPNESS_BUDGET // max(1, size)))
    all_samples = (start, stop) == (0, samples)
    return {
        "sharpest": max_sample_sharpness(prepared.checkpoint, X[start:stop], T[start:stop], loss),
        "mean": mean_sharpness(prepared.checkpoint, X, T, loss) if all_samples else None,
        "next": stop if stop < samples else None,
        "samples": samples,
    }
