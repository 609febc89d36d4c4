"""Scores: which predictions are within the luck of a run, and how far off the others are.

A run that diverges ends at ∞. Whatever is counted here is a function of the truth, as plain data, and of a value.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from webapp.classes.lesson import ALPHA, CHOICE, CURVE, Choice
from webapp.classes.values import COLUMNS, PER_DECADE, Value, below, diverges, loss_at, position_of

Round = Mapping[Value, tuple[int, int]]
"""How many said each value, sure and not sure."""

BEYOND = 3
"""The seeds at either end that the band leaves out."""
ALIKE = 1.05
"""Final losses are about the same where their ratio is less than this."""
FEWEST_EXACT, TIMES_BESIDE = 5, 4


@dataclass(frozen=True)
class Band:
    """Where ends of a run lie by luck: from `low` to `high`, the highest that is finite, and at ∞ where it `diverges`.

    Both are ∞ where each end is.
    """

    low: float
    high: float
    diverges: bool


def band_of(truth: float, seeds: Sequence[float], twins: Sequence[float]) -> Band:
    """The 4th lowest to the 4th highest of the seeds, widened to the run and its twins, and to a position either side.

    It is widened to these positions where it is narrower than the two of them.
    """
    inner = sorted(seeds)[BEYOND : len(seeds) - BEYOND]
    ends = [*inner, truth, *twins]
    finite = [end for end in ends if end < math.inf]
    if not finite:
        return Band(math.inf, math.inf, diverges=True)
    low, high, step = min(finite), max(finite), loss_at(1)
    middle = truth if truth < math.inf else math.sqrt(low * high)
    if high < low * step**2:
        low, high = min(low, middle / step), max(high, middle * step)
    return Band(low, high, diverges=len(finite) < len(ends))


def cell(position: int, axis: list[int]) -> tuple[float, float]:
    """The losses that a position stands for; ∞ alone for a run that diverges."""
    if position == diverges(axis):
        return math.inf, math.inf
    low = 0.0 if position == below(axis) else loss_at(position - 0.5)
    # A finite loss above the axis has no other position than the highest.
    return low, loss_at(position + 0.5) if position < axis[1] else math.nextafter(math.inf, 0.0)


def within_band(position: int, axis: list[int], band: Band) -> bool:
    """Whether the losses that a position stands for reach into the band."""
    if position == diverges(axis):
        return band.diverges
    low, high = cell(position, axis)
    return low <= band.high < math.inf and band.low <= high


def is_within(truth: Mapping[str, Any], value: Value) -> bool:
    """Whether a prediction is within luck; of a choice, whether it is the one that holds."""
    match truth["kind"]:
        case kind if kind == CHOICE:
            return bool(value == truth["truth"])
        case kind if kind == ALPHA:
            return alpha_ratio(truth, value) <= float(truth["limit"])
        case kind if kind == CURVE:
            return distance(truth, value) <= float(truth["limit"])
        case _:
            return within_band(cast(int, value), truth["axis"], band_in(truth))


def band_in(truth: Mapping[str, Any]) -> Band:
    """The band of a truth."""
    low, high = (math.inf if end is None else end for end in (truth["band"][0], truth["high"]))
    return Band(low, high, truth["band"][1] is None)


def alpha_ratio(truth: Mapping[str, Any], value: Value) -> float:
    """The final loss at this α over the lowest of all; 1 for the lowest, ∞ where the run diverges."""
    finals: list[float] = [_end(loss) for loss in truth["finals"]]
    loss, best = finals[cast(int, value)], min(finals)
    if loss == best:
        return 1.0
    return loss / best if best > 0.0 else math.inf


def distance(truth: Mapping[str, Any], value: Value) -> float:
    """How far a prediction lies from the truth, in decades; ∞ where one of the two diverges and the other does not.

    Of a curve, the mean over its columns, each kept to the axis; of an α, that of its final loss from the lowest.
    """
    if isinstance(value, tuple):
        return curve_distance(value, truth["means"], truth["axis"])
    if truth["kind"] == ALPHA:
        return math.log10(alpha_ratio(truth, value))
    end, axis = _end(truth["truth"]), truth["axis"]
    if cell(value, axis)[0] <= end <= cell(value, axis)[1]:
        return 0.0
    return math.inf if value == diverges(axis) or end in (0.0, math.inf) else abs(value - position_of(end)) / PER_DECADE


def curve_distance(columns: Sequence[float], others: Sequence[float], axis: list[int]) -> float:
    """The mean distance of two curves in decades, each column of both kept to the axis and a position beyond."""
    low, high = below(axis), diverges(axis)
    kept = [[min(max(column, low), high) for column in curve] for curve in (columns, others)]
    apart: float = sum(abs(a - b) for a, b in zip(*kept, strict=True))
    return apart / COLUMNS / PER_DECADE


def fits(choice: Choice, before: float, after: float) -> bool:
    """Whether the change of the final loss is as the choice says; ∞ stands for a run that diverges."""
    if choice.when == "diverges" or after == math.inf:
        return choice.when == "diverges" and after == math.inf
    low, high = sorted((before, after))
    same = high < ALIKE * low or low == high
    if choice.when == "same" or same:
        return choice.when == "same" and same
    lower = after < before
    return choice.when == ("lower" if lower else "higher") and high >= choice.by * low


def group_of(kind: str, value: Value, before: float, axis: list[int], alpha: int) -> str:
    """How the predicted end stands to the run before: lower, same, higher, or diverges; of an α, to the run's own."""
    if kind == ALPHA:
        return "same" if value == alpha else "lower" if cast(int, value) < alpha else "higher"
    end = value[-1] if isinstance(value, tuple) else value
    if end == diverges(axis):
        return "diverges"
    low, high = cell(end, axis)
    return "same" if low <= before <= high else "lower" if high < before else "higher"


def counted(votes: Round, belongs: Callable[[Value], bool]) -> tuple[int, int]:
    """How many said a value for which `belongs` holds, sure and not sure."""
    some = [counts for value, counts in votes.items() if belongs(value)]
    return sum(sure for sure, _ in some), sum(unsure for _, unsure in some)


def people(votes: Round) -> int:
    """How many predicted."""
    return sum(map(sum, votes.values()))


def looked_up(truth: Mapping[str, Any], votes: Round) -> int:
    """How many named the very position of the truth, where they are so many more than beside it that it looks looked
    up; else 0."""
    end = _end(truth["truth"])
    if not 0.0 < end < math.inf:
        return 0
    at, (low, high) = round(position_of(end)), truth["axis"]
    if not low <= at <= high:
        return 0  # whoever says that it is below, or that it diverges, names no number
    beside = sum(sum(votes.get(at + step, (0, 0))) for step in (-2, -1, 1, 2))
    exact = sum(votes.get(at, (0, 0)))
    # More than four times the mean of four positions is more than their sum.
    return exact if exact >= FEWEST_EXACT and 4 * exact > TIMES_BESIDE * beside else 0


def closer_than(truth: Mapping[str, Any], value: Value, votes: Round) -> int | None:
    """How many predictions lie farther off than this one; None where its distance is no number."""
    own = math.inf if truth["kind"] == CHOICE or truth["truth"] is None else distance(truth, value)
    if own == math.inf:
        return None
    return sum(counted(votes, lambda other: distance(truth, other) > own))


def _end(loss: float | None) -> float:
    return math.inf if loss is None else loss
