"""A change is an effect where the ends of both runs' nudged starts are parted by their ranks."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from engine import compare
from engine.outcomes.effect import LEVEL, MEDIAN_LEVEL, Effect, effect_by_twins, effect_of, rank_probability, wants_more
from engine.outcomes.twins import Luck, known_luck, luck, luck_from
from tests.engine.nets import catalogued
from tests.engine.strategies import MANY


def nudged(ends: Sequence[float], growth: float = 1.0) -> Luck:
    """A run with these ends of its own and its twins."""
    return known_luck(ends, growth)


def counted(a: Sequence[float], b: Sequence[float]) -> float:
    """The probability by its definition: the share of all choices whose ranks are as far apart."""
    both = [*a, *b]
    ranks = [sum(other < one for other in both) + (sum(other == one for other in both) + 1) / 2 for one in both]
    centre = len(a) * (len(both) + 1) / 2
    apart = abs(sum(ranks[: len(a)]) - centre)
    choices = [abs(sum(choice) - centre) >= apart - 1e-9 for choice in combinations(ranks, len(a))]
    return sum(choices) / len(choices)


losses = st.sampled_from([0.0, 0.1, 0.2, 0.3, math.inf])


@MANY
@given(st.lists(losses, min_size=1, max_size=5), st.lists(losses, min_size=1, max_size=5))
def test_the_probability_is_the_share_of_all_choices_also_where_ends_are_equal(a: list[float], b: list[float]) -> None:
    assert rank_probability(a, b) == pytest.approx(counted(a, b))


def test_the_probability_of_many_is_that_of_scipy() -> None:
    rng = np.random.RandomState(4)
    for shift in (0.0, 0.3, 1.0):
        a, b = rng.randn(65).round(1), (rng.randn(65) + shift).round(1)
        expected = mannwhitneyu(a, b, method="asymptotic").pvalue
        assert rank_probability(a.tolist(), b.tolist()) == pytest.approx(expected)
    few = rng.randn(9).tolist(), (rng.randn(9) + 1.0).tolist()
    assert rank_probability(*few) == pytest.approx(mannwhitneyu(*few, method="exact").pvalue)


LOW, HIGH = tuple(0.1 + k / 1000 for k in range(9)), tuple(0.2 + k / 1000 for k in range(9))
MIXED = (*LOW[:4], *HIGH[4:])


@pytest.mark.parametrize(("before", "now", "verdict"), [
    (nudged(LOW), nudged(HIGH), "effect"),
    (nudged(LOW, 1e9), nudged(HIGH, 1e9), "effect"),
    (nudged(MIXED), nudged(HIGH), "luck"),
    (nudged(LOW), nudged([one + 0.003 for one in LOW]), "untold"),
    (nudged(LOW), nudged((math.inf,) * 9), "effect"),
    (nudged((0.1, *(math.inf,) * 8)), nudged((math.inf,) * 9), "luck"),
    (nudged(LOW[:4]), nudged(HIGH[:4]), "effect"),
    (nudged(LOW[:4], 1e5), nudged(HIGH[:4]), "untold"),
    (nudged((0.1, 0.2, 0.1, 0.1)), nudged((0.21, 0.3, 0.3, 0.3)), "untold"),
    (nudged(MIXED[2:6]), nudged(HIGH[:4]), "luck"),
])  # fmt: skip
def test_the_verdict_is_by_ranks_and_of_few_ends_by_their_gap(before: Luck, now: Luck, verdict: str) -> None:
    found = effect_of(before, now)
    assert found.verdict == effect_of(now, before).verdict == verdict
    assert (found.probability <= LEVEL) == (len(before.ends) == 9 and verdict == "effect")
    assert found.medians == (np.median(before.ends), np.median(now.ends))


def test_more_twins_are_wanted_where_ends_overlap_or_a_nudge_grows_far_and_not_twice() -> None:
    assert not wants_more(nudged(LOW), nudged(HIGH))
    assert wants_more(nudged(LOW, 2e4), nudged(HIGH))
    assert wants_more(nudged(MIXED), nudged(HIGH))
    assert not wants_more(nudged((0.5,) * 9, 1e9), nudged((0.5,) * 9))
    assert not wants_more(nudged(MIXED * 8, 1e9), nudged(HIGH * 8))


def by_twins(key: str, times: float, few: int = 8, most: int = 64) -> Effect:
    """The verdict on α of an experiment, times this."""
    one = catalogued(key)
    both = one, replace(one, alpha=one.alpha * times)
    before, now = (partial(luck_from, each, each.network()) for each in both)
    return effect_by_twins(before, now, few=few, most=most)


def test_a_stable_run_is_judged_by_eight_twins_and_the_spiral_by_64() -> None:
    assert (by_twins("tanh-signs", 1.2).verdict, len(by_twins("tanh-signs", 1.2).now)) == ("effect", 9)
    found = by_twins("spiral", 1.02, most=16)
    assert (found.verdict, len(found.before), len(found.now)) == ("luck", 17, 17)
    assert found.varies
    assert found.now == luck(catalogued("spiral", alpha=0.05 * 1.02), seeds=range(16)).ends
    one = catalogued("tanh-signs")
    assert compare(one, replace(one, alpha=0.12)).luck is False
    assert compare(one, replace(one, alpha=0.12), twins=0).luck is None


@pytest.mark.parametrize("runs", [9, 17, 65])
def test_medians_lie_outside_their_bounds_no_more_often_than_is_said(runs: int) -> None:
    rng = np.random.RandomState(0)
    effects = [Effect("effect", 0.0, (1.0,) * runs, tuple(rng.lognormal(size=runs))) for _ in range(1_000)]
    above = sum(effect.has_ratio_within(math.nextafter(1.0, 2.0), math.inf) for effect in effects)
    below = sum(effect.has_ratio_within(0.0, math.nextafter(1.0, 0.0)) for effect in effects)
    assert 0 < above + below <= 1_000 * MEDIAN_LEVEL + 3 * math.sqrt(1_000 * MEDIAN_LEVEL)
