"""gradient: backprop disagrees with the numeric gradient."""

from engine import kernel
from engine.base.number_text import number_text
from engine.checks.gradcheck import DISAGREES, POINTS, check
from engine.data.sample_source import rows_before
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.outcomes.failure.words import layer_name


def wrong_gradient(evidence: Evidence) -> Cause | None:
    if kernel.supports(evidence.checkpoint.layers):
        return None  # every layer and function that the kernel has is held against numeric gradients by the tests
    X, _ = rows_before(evidence.blocks(), POINTS, POINTS)
    faulty = check(evidence.checkpoint, X).faulty
    if faulty is None or faulty.state != DISAGREES or faulty.worst is None:
        return None
    where = "the whole network" if faulty.place is None else layer_name(evidence.checkpoint, faulty.place)
    backprop, numeric = number_text(faulty.worst.backprop), number_text(faulty.worst.numeric)
    return Cause(
        "gradient", None, f"The gradient is wrong in {where}: {backprop} by backprop, {numeric} by differences."
    )
