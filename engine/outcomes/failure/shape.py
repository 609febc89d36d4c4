"""shape: no weights of such a network bring its loss far down, as one of four rules shows.

- It is an affine function of its inputs, and the best one of its rank has at least 90 % of the trained network's loss
  and of the best constant answer's.
- Its outputs rise in one direction only, and no such function has less than half of the best constant answer's loss.
- Targets outside the range of its last activation have 40 % of both losses.
- The floor that is given is at least 90 % of both losses.
"""

import math
from collections.abc import Callable

import numpy as np

from engine.base.number_text import loss_text, number_text, rounded_down
from engine.base.numerics import FloatArray, sum_lanes
from engine.fitting.affine_fit import affine_fit
from engine.outcomes.answer_range import answer_range, loss_outside
from engine.outcomes.failure.evidence import FAILED_FROM, Cause, Evidence
from engine.outcomes.failure.words import capitalized, layer_name
from engine.outcomes.monotone import is_rising, least_loss, linear_rank, structure
from engine.outcomes.outcome import constant_loss
from engine.rules.losses import HALF_SQUARE
from engine.training.network import Network

OUT_OF_RANGE = "gives no number"
"""The words of a sentence about an activation that cannot give the targets."""

BOUND = ", and perhaps none so low"
"""The words behind a bound that may be lower than what any weights reach."""

BEST_SHARE = 0.9
"""The shape of the network is at fault where the best of this shape has this share, or more, of the lower of the
trained network's loss and the best constant answer's: on all samples, and on the last, which the final loss is of."""

MOST_OUTSIDE = 0.4
"""The targets that an activation cannot give are at fault where they alone have this share, or more, of the loss of the
best constant answer and of the trained network."""


def low_rank(evidence: Evidence) -> Cause | None:
    layers = evidence.checkpoint.layers
    rank = linear_rank(layers) if evidence.loss is HALF_SQUARE else None
    best = None if rank is None else affine_fit(evidence.blocks(), rank)
    if best is None:
        return None
    samples, final = evidence.learned, evidence.made.settled
    trained = _mean_loss(_composed(evidence.made.trained, evidence.experiment.width), samples, evidence)
    latest = _mean_loss(best.respond, evidence.latest, evidence)
    # The final loss is that of the last samples, so the best of this shape is held against it on these samples too.
    if not (
        best.floor >= BEST_SHARE * min(trained, best.constant) and latest >= BEST_SHARE * min(final, evidence.ceiling)
    ):
        return None
    return _no_better(evidence, best.floor, trained, f"these {samples:,} samples")


def one_direction(evidence: Evidence) -> Cause | None:
    X, T = evidence.samples
    if evidence.loss is not HALF_SQUARE or not is_rising(evidence.checkpoint.layers):
        return None
    least = least_loss(X, T)
    if least is None or not least >= FAILED_FROM * constant_loss(evidence.loss, T, T):
        return None
    return _no_better(evidence, least, evidence.end_loss, evidence.all_samples, BOUND)


def out_of_range(evidence: Evidence) -> Cause | None:
    found, (_, T) = answer_range(evidence.checkpoint.layers), evidence.samples
    if found is None or evidence.loss is not HALF_SQUARE:
        return None
    place, low, high = found
    with np.errstate(all="ignore"):
        least = loss_outside(T, low, high)
    if not least >= MOST_OUTSIDE * constant_loss(evidence.loss, T, T) or not least >= MOST_OUTSIDE * evidence.end_loss:
        return None
    ends = [f"below {number_text(low)}"] * (low > -math.inf) + [f"above {number_text(high)}"] * (high < math.inf)
    name = capitalized(layer_name(evidence.checkpoint, place))
    gives = f"{name} {OUT_OF_RANGE} {' or '.join(ends)}, and some targets lie there"
    return Cause("shape", None, f"{gives}: {_no_weights(least, evidence.end_loss, evidence.all_samples, BOUND)}.")


def high_floor(evidence: Evidence) -> Cause | None:
    floor = evidence.floor
    if floor is None or floor.loss is None or floor.witness is None or floor.trained is None or floor.ceiling is None:
        return None
    if not floor.loss >= BEST_SHARE * min(floor.trained, floor.ceiling):
        return None
    latest = _mean_loss(floor.witness.network().respond, evidence.latest, evidence)
    if not latest >= BEST_SHARE * min(evidence.made.settled, evidence.ceiling):
        return None
    why_not, on, end = structure(evidence.checkpoint.layers), floor.measured_on, loss_text(floor.trained)
    least = loss_text(rounded_down(floor.loss))
    if why_not and not floor.exact:
        below = f"no weights were found that bring the mean loss on {on} below {least}"
        return Cause("shape", None, f"{why_not}: {below}; now it is {end}.")
    has = "has a mean loss" if floor.exact else "was found with a mean loss"
    return Cause(
        "shape", None, f"No network of this shape {has} below {least} on {on}; the trained one has {end} there."
    )


def _no_weights(least: float, trained: float, samples: str, beyond: str = "") -> str:
    bound, ends = loss_text(rounded_down(least)), loss_text(trained)
    return f"no weights bring the mean loss on {samples} below {bound}{beyond}; now it is {ends}"


def _no_better(evidence: Evidence, least: float, trained: float, samples: str, beyond: str = "") -> Cause:
    """The sentence that no network of this shape has a lower loss, and why, where the shape alone says so."""
    why_not, bound, ends = structure(evidence.checkpoint.layers), loss_text(rounded_down(least)), loss_text(trained)
    if why_not:
        return Cause("shape", None, f"{why_not}: {_no_weights(least, trained, samples, beyond)}.")
    has = f"has a mean loss below {bound}{beyond} on {samples}"
    return Cause("shape", None, f"No network of this shape {has}; the trained one has {ends} there.")


def _composed(network: Network, width: int) -> Callable[[FloatArray], FloatArray]:
    """The responses of a network that is an affine function, by one matrix."""
    with np.errstate(all="ignore"):
        [offset] = network.respond(np.zeros((1, width)))
        slopes = network.respond(np.eye(width)) - offset
    return lambda X: offset + X @ slopes


def _mean_loss(respond: Callable[[FloatArray], FloatArray], last: int, evidence: Evidence) -> float:
    """The mean loss of these responses to the last samples."""
    total, start = 0.0, evidence.learned - last
    with np.errstate(all="ignore"):
        for X, T in evidence.blocks():
            latest = slice(max(0, start), None)
            e = respond(X[latest]) - T[latest]
            total += float((sum_lanes(e * e) / 2.0).sum())
            start -= len(X)
    return total / last
