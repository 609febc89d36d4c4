"""target: at the step of divergence the target is no finite number, or so large that an answer of 0 diverges too."""

import math
import re

import numpy as np

from engine.base.metrics import diverged
from engine.base.number_text import number_text
from engine.base.numerics import FloatArray
from engine.outcomes.failure.evidence import Cause, Evidence

MOST_INPUTS = 4
"""The most inputs that are named of a target that reads a whole vector."""


def no_finite_target(evidence: Evidence) -> Cause | None:
    step = evidence.steps
    X, T = evidence.sample(step)
    formulas = evidence.experiment.formulas
    first = evidence.made.losses[0]
    with np.errstate(all="ignore"):
        alone = evidence.loss.value(np.zeros((T.shape[1], 1)), T[0][:, None])
        beyond = diverged(alone, first) if step else ~np.isfinite(alone)
    for output, value in enumerate(T[0].tolist()):
        if math.isfinite(value) and not beyond[output]:
            continue
        formula = formulas[output] if output < len(formulas) else f"output {output}"
        where = f"at sample {step}: {formula}{_inputs_of(formula, X[0])}"
        if math.isfinite(value):
            sentence = f"The target is {number_text(value)} {where}. There, an answer of 0 would diverge too."
        else:
            sentence = f"The target is {'not a number' if math.isnan(value) else 'infinite'} {where}."
        return Cause("target", step, sentence)
    return None


def _inputs_of(formula: str, x: FloatArray) -> str:
    """The inputs that a formula reads, with their values."""
    if re.search(r"\bv\b", formula) and len(x) <= MOST_INPUTS:
        return f" with v = ({', '.join(number_text(float(value)) for value in x)})"
    read = sorted({int(number) for number in re.findall(r"\bv(\d+)\b", formula)} & set(range(len(x))))
    values = [f"v{number} = {number_text(float(x[number]))}" for number in read]
    return f" with {', '.join(values)}" if values else ""
