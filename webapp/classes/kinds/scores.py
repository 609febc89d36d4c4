"""Scores: which predictions are within the luck of a run, and how many.

A run that diverges ends at ∞. Whatever is counted here is a function of the truth, as plain data, and of a value.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.classes.lesson import Choice
from webapp.classes.values import Value, below, diverges, loss_at, position_of

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


def within_band(truth: Mapping[str, Any], position: int) -> bool:
    """Whether the losses that a position stands for reach into the band of a truth."""
    if position == diverges(truth["axis"]):
        return truth["band"][1] is None
    low, high = cell(position, truth["axis"])
    return low <= end_of(truth["high"]) < math.inf and end_of(truth["band"][0]) <= high


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


def beside_before(truth: Mapping[str, Any], position: int) -> str:
    """How a position stands to the run before: lower, same, higher, or diverges."""
    if position == diverges(truth["axis"]):
        return "diverges"
    (low, high), before = cell(position, truth["axis"]), end_of(truth["before"])
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
    end = end_of(truth["truth"])
    if not 0.0 < end < math.inf:
        return 0
    at, (low, high) = round(position_of(end)), truth["axis"]
    if not low <= at <= high:
        return 0  # whoever says that it is below, or that it diverges, names no number
    beside = sum(sum(votes.get(at + step, (0, 0))) for step in (-2, -1, 1, 2))
    exact = sum(votes.get(at, (0, 0)))
    # More than four times the mean of four positions is more than their sum.
    return exact if exact >= FEWEST_EXACT and 4 * exact > TIMES_BESIDE * beside else 0


def or_none(loss: float) -> float | None:
    """A final loss as plain data: None where the run diverges."""
    return loss if math.isfinite(loss) else None


def end_of(loss: float | None) -> float:
    """A final loss; ∞ for None, which stands for a run that diverges."""
    return math.inf if loss is None else loss
