"""The effect of a change: whether the ends of both runs' nudged starts are parted, or the change is within luck.

Each run and its twins are a sample of where such a run ends; a rank test (Wilcoxon 1945; Mann and Whitney 1947) says
whether two samples differ. Its size is told by the medians, since one run of either sample may lie anywhere in it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np

from engine.base.numerics import FloatArray
from engine.outcomes.twins import LUCK_ABOVE, MOST_TWINS, TWINS, Luck

LEVEL = 3e-3
"""Ends are parted where ranks as far apart have this probability or less if the change does nothing."""

EXACT_UP_TO = 24
"""The most ends of both runs whose probability is counted; that of more is the normal law's, corrected for ties."""

LUCK_FROM = 0.1
"""Ends are alike, and a change is luck, from this probability on; between the two it is untold."""

FEWEST_RANKED = 7
"""With fewer ends than this of a run, ranks may not reach LEVEL however far they are apart: such few are parted where
they lie far apart."""

Verdict = Literal["effect", "luck", "untold"]


@dataclass(frozen=True)
class Effect:
    """The verdict on a change, and the ends of nudged runs before and after it.

    - effect: the ends are parted: their ranks have a probability of at most LEVEL by the exact rank test. Of fewer than
      seven ends a side: no growth is above 10⁴, and the gap between both sides is wider than their ranges together.
    - luck: that probability is 0.1 or more; of fewer than seven, ends of one side lie among those of the other.
    - untold: neither.
    """

    verdict: Verdict
    probability: float
    """The two-sided probability of ranks so far apart if the change does nothing."""
    before: tuple[float, ...]
    now: tuple[float, ...]

    @property
    def medians(self) -> tuple[float, float]:
        """The median final loss before and now; inf where most diverge."""
        return median(self.before), median(self.now)

    def has_ratio_within(self, lowest: float, highest: float) -> bool:
        """Whether the median now is surely from `lowest` to `highest` times the one before, by the order statistics of
        both."""
        (low, high), (low_now, high_now) = (_median_bounds(ends) for ends in (self.before, self.now))
        return lowest * high <= low_now and high_now <= highest * low

    @property
    def varies(self) -> bool:
        """Whether the ends of a side are more than 5 % apart, so that one run does not stand for all."""
        return any(max(ends) > VARIES_FROM * min(ends) for ends in (self.before, self.now))


VARIES_FROM = 1.05

MEDIAN_LEVEL = 0.04
"""The probability with which a median may lie outside its bounds."""


def effect_of(before: Luck, now: Luck) -> Effect:
    """The verdict on the change from one run to another, by the ends of both and their twins."""
    probability = rank_probability(before.ends, now.ends)
    return Effect(_verdict(before, now, probability), probability, before.ends, now.ends)


def effect_of_one(before: Luck, end: float) -> Verdict:
    """The verdict on the change to a run of which one end alone is known."""
    return _verdict_of_few(before.ends, (end,), before.growth)


def effect_by_twins(
    twins_before: Callable[..., Luck], twins_now: Callable[..., Luck], *, few: int = TWINS, most: int = MOST_TWINS
) -> Effect:
    """The verdict on a change by `few` twins of each run, and by `most` where these would say more.

    Both functions give the luck of their run, with the twins of these `seeds`.
    """
    before, now = (twins(seeds=range(few)) for twins in (twins_before, twins_now))
    if most > few and wants_more(before, now):
        more = range(few, most)
        before, now = before.and_more(twins_before(seeds=more)), now.and_more(twins_now(seeds=more))
    return effect_of(before, now)


def _median_bounds(ends: Sequence[float]) -> tuple[float, float]:
    """Two of the ends between which the median of all such ends lies, with a probability of 1 − MEDIAN_LEVEL or more
    (David and Nagaraja 2003, Order Statistics, section 7.1)."""
    n, below, rank = len(ends), 0.5 ** len(ends), 0
    while 2.0 * below <= MEDIAN_LEVEL:
        rank += 1
        below += math.comb(n, rank) * 0.5**n
    ordered = sorted(ends)
    return ordered[max(0, rank - 1)], ordered[min(n - 1, n - rank)]


def wants_more(before: Luck, now: Luck) -> bool:
    """Whether more twins would say more: a nudge grows more than 10⁴ times, or the ends of both runs overlap."""
    if min(len(before.ends), len(now.ends)) > MOST_TWINS or len({*before.ends, *now.ends}) == 1:
        return False
    return max(before.growth, now.growth) > LUCK_ABOVE or _gap(before.ends, now.ends) <= 0.0


def rank_probability(a: Sequence[float], b: Sequence[float]) -> float:
    """The two-sided probability that ranks of two samples are at least so far apart if both come from one law."""
    both = np.array([*a, *b])
    values, place, count = np.unique(both, return_inverse=True, return_counts=True)
    doubled: FloatArray = (2.0 * np.cumsum(count) - count + 1.0).astype(np.float64)[place]
    centre = len(a) * (len(both) + 1)
    apart = abs(float(doubled[: len(a)].sum()) - centre)
    if len(values) == 1:
        return 1.0
    if len(both) <= EXACT_UP_TO:
        ways = _ways(doubled, len(a))
        return float(ways[np.abs(np.arange(len(ways)) - centre) >= apart].sum() / ways.sum())
    whole = float(len(both))
    ties = float((count.astype(np.float64) ** 3 - count).sum()) / (whole * (whole - 1.0))
    deviation = 2.0 * math.sqrt(len(a) * len(b) / 12.0 * (whole + 1.0 - ties))
    return math.erfc(max(0.0, apart - 1.0) / deviation / math.sqrt(2.0))


def _ways(doubled: FloatArray, some: int) -> FloatArray:
    """The number of choices of `some` of these doubled ranks that have each sum, from 0 on."""
    ways = np.zeros((some + 1, int(doubled.sum()) + 1))
    ways[0, 0] = 1.0
    for rank in doubled.astype(int).tolist():
        ways[1:, rank:] += ways[:-1, :-rank].copy()
    last: FloatArray = ways[some]
    return last


def _verdict(before: Luck, now: Luck, probability: float) -> Verdict:
    if probability <= LEVEL:
        return "effect"
    if min(len(before.ends), len(now.ends)) >= FEWEST_RANKED:
        return "luck" if probability >= LUCK_FROM else "untold"
    return _verdict_of_few(before.ends, now.ends, max(before.growth, now.growth))


def _verdict_of_few(before: Sequence[float], now: Sequence[float], growth: float) -> Verdict:
    """The verdict on too few ends for their ranks."""
    gap = _gap(before, now)
    if not gap > 0.0:
        return "luck"
    ranges = sum(max(ends) - min(ends) for ends in (before, now) if min(ends) < math.inf)
    return "effect" if growth <= LUCK_ABOVE and gap > ranges else "untold"


def _gap(a: Sequence[float], b: Sequence[float]) -> float:
    """The distance from the highest of one to the lowest of the other, whichever is above; at most 0 in an overlap."""
    return max(one for one in (min(b) - max(a), min(a) - max(b), -math.inf) if not math.isnan(one))
