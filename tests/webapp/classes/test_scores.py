"""Scores equal those of a slow, plain scorer, ∞ included."""

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webapp.base.validation import Malformed
from webapp.classes.kinds import alpha, choice, curve, loss, scores
from webapp.classes.kinds.scores import Band, band_of
from webapp.classes.kinds.table import PREDICTIONS
from webapp.classes.lesson import HUNT, KINDS, TASK, Choice
from webapp.classes.reveal.sentences import closer_than
from webapp.classes.values import alpha_at, axis_of, loss_at, position_of

LOSSES = st.floats(1e-9, 1e9) | st.just(math.inf) | st.just(0.0)
SEEDS = st.lists(LOSSES, min_size=32, max_size=32)
TWINS = st.lists(LOSSES, min_size=8, max_size=8)
AXIS = [-60, 20]
ASK = {"kind": "loss", "axis": AXIS}


def test_each_kind_of_a_lesson_is_predicted_or_a_hunt_or_a_task() -> None:
    assert {*PREDICTIONS, HUNT, TASK} == {*KINDS}
    modules = {path.stem for path in Path(loss.__file__).parent.glob("*.py") if "KIND = " in path.read_text("utf-8")}
    assert modules == {*PREDICTIONS}


def plain_band(truth: float, seeds: list[float], twins: list[float]) -> list[float]:
    """All ends that make the band: the seeds without the three at either end, the run and its twins."""
    rest = list(seeds)
    for _ in range(3):
        rest.remove(min(rest))
        rest.remove(max(rest))
    return [*rest, truth, *twins]


def plainly_within(position: int, truth: float, seeds: list[float], twins: list[float]) -> bool:
    """Whether a position is within luck, by trying many losses of its cell."""
    ends = plain_band(truth, seeds, twins)
    if position == AXIS[1] + 1:
        return math.inf in ends
    finite = [end for end in ends if end != math.inf]
    if not finite:
        return False
    low, high = min(finite), max(finite)
    if high < low * 10 ** (2 / 20):
        middle = truth if truth != math.inf else (low * high) ** 0.5
        low, high = min(low, middle / 10 ** (1 / 20)), max(high, middle * 10 ** (1 / 20))
    upper = 1e300 if position == AXIS[1] else 10 ** ((position + 0.5) / 20)
    lower = 0.0 if position == AXIS[0] - 1 else 10 ** ((position - 0.5) / 20)
    return max(low, lower) <= min(high, upper)


def truth_of(truth: float, band: Band) -> dict[str, Any]:
    def plain(loss: float) -> float | None:
        return loss if loss < math.inf else None

    ends = [plain(band.low), None if band.diverges else band.high]
    return {
        "kind": "loss", "axis": AXIS, "truth": plain(truth), "before": 0.183, "band": ends, "high": plain(band.high),
    }  # fmt: skip


@given(truth=LOSSES, seeds=SEEDS, twins=TWINS, position=st.integers(-61, 21))
def test_within_luck_is_as_scored_plainly(truth: float, seeds: list[float], twins: list[float], position: int) -> None:
    told = truth_of(truth, band_of(truth, seeds, twins))
    assert loss.KIND.is_within(told, position) == plainly_within(position, truth, seeds, twins)


@given(truth=LOSSES, seeds=SEEDS, twins=TWINS)
def test_whoever_names_the_truth_is_within_luck(truth: float, seeds: list[float], twins: list[float]) -> None:
    at = 21 if truth == math.inf else max(-61, min(20, round(position_of(truth)) if truth else -61))
    assert loss.KIND.is_within(truth_of(truth, band_of(truth, seeds, twins)), at)


def test_a_narrow_band_is_a_position_to_either_side_and_a_wide_one_is_what_it_is() -> None:
    band = band_of(1.0, [1.0] * 32, [1.0] * 8)
    assert (band.low, band.high, band.diverges) == (1 / loss_at(1), loss_at(1), False)
    found = band_of(1.02, [0.1] * 3 + [0.476] * 4 + [0.9] * 22 + [5.0] * 3, [1.02] * 8)
    assert found == Band(0.476, 1.02, diverges=False)
    assert band_of(math.inf, [math.inf] * 32, [math.inf] * 8) == Band(math.inf, math.inf, diverges=True)


def test_a_number_beyond_the_highest_finite_end_is_not_within_luck_where_the_band_reaches_infinity() -> None:
    told = truth_of(1.0, band_of(1.0, [1.0] * 16 + [math.inf] * 16, [1.0] * 8))
    assert [loss.KIND.is_within(told, at) for at in (0, 1, 3, 20, 21)] == [True, True, False, False, True]


@given(votes=st.dictionaries(st.integers(-61, 21), st.tuples(st.integers(0, 5), st.integers(0, 5))), truth=LOSSES)
def test_a_rank_counts_whoever_is_farther(votes: dict[Any, tuple[int, int]], truth: float) -> None:
    told = truth_of(truth, band_of(truth, [truth] * 32, [truth] * 8))

    def plainly(at: int) -> float:
        if at == 21 or truth in (0.0, math.inf):
            return math.inf if (at == 21) != (truth == math.inf) or (truth == 0.0 and at > -61) else 0.0
        low = 0.0 if at == -61 else 10 ** ((at - 0.5) / 20)
        high = 1e300 if at == 20 else 10 ** ((at + 0.5) / 20)
        return 0.0 if low <= truth <= high else abs(math.log10(10 ** (at / 20) / truth))

    for at in (-61, -20, 0, 20, 21):
        closer = closer_than(loss.KIND, told, at, votes)
        if truth == math.inf or plainly(at) == math.inf:
            assert closer == 0
        else:
            assume(all(abs(plainly(other) - plainly(at)) > 1e-9 or plainly(other) == plainly(at) for other in votes))
            assert closer == sum(sum(count) for other, count in votes.items() if plainly(other) > plainly(at) + 1e-9)


@given(st.lists(st.integers(-61, 21), min_size=16, max_size=16), st.lists(st.floats(-90, 40), min_size=16, max_size=16))
def test_a_curve_is_as_far_as_the_mean_of_its_columns(drawn: list[int], means: list[float]) -> None:
    kept = [min(21.0, max(-61.0, mean)) for mean in means]
    expected = sum(abs(a - b) / 20 for a, b in zip(drawn, kept, strict=True)) / 16
    assert curve.distance_of(drawn, means, AXIS) == pytest.approx(expected)


@pytest.mark.parametrize(("when", "by", "before", "after", "holds"), [
    ("same", 1, 1.0, 1.04, True), ("same", 1, 1.0, 1.06, False), ("same", 1, 0.0, 0.0, True),
    ("lower", 1, 1.0, 0.5, True), ("lower", 10, 1.0, 0.5, False), ("lower", 10, 1.0, 0.1, True),
    ("lower", 1, 1.0, 0.97, False), ("lower", 10, math.inf, 1e9, True), ("lower", 2, 1.0, 0.0, True),
    ("higher", 10, 0.1, 2.0, True), ("higher", 1, 0.0, 1e-9, True), ("higher", 1, 1.0, math.inf, False),
    ("diverges", 1, 1.0, math.inf, True), ("diverges", 1, math.inf, math.inf, True),
    ("same", 1, math.inf, math.inf, False),
    ("diverges", 1, math.inf, 1.0, False),
])  # fmt: skip
def test_a_choice_holds_by_how_the_loss_changed(when: str, by: float, before: float, after: float, holds: bool) -> None:
    assert scores.fits(Choice("…", when, by), before, after) == holds


@given(before=LOSSES, after=LOSSES)
def test_exactly_one_of_the_four_plain_choices_holds(before: float, after: float) -> None:
    held = [when for when in ("lower", "same", "higher", "diverges") if scores.fits(Choice("…", when), before, after)]
    assert len(held) == 1


def test_many_at_the_very_truth_look_looked_up() -> None:
    told = truth_of(1.0, band_of(1.0, [1.0] * 32, [1.0] * 8))
    assert scores.looked_up(told, {0: (3, 2), 1: (1, 0)}) == 5
    assert scores.looked_up(told, {0: (4, 0)}) == 0
    assert scores.looked_up(told, {0: (8, 0), 1: (4, 0), -2: (4, 0)}) == 0
    assert scores.looked_up(told | {"truth": None}, {21: (9, 0)}) == 0
    for beyond, at in ((10.0**1.05, 21), (10.0**-3.05, -61)):
        assert scores.looked_up(told | {"truth": beyond}, {at: (9, 0)}) == 0, "neither names a number"


def test_groups_of_opinions_stand_to_the_run_before() -> None:
    told = {"before": 0.183, "axis": AXIS, "own": 40}
    groups = [loss.KIND.group(told, at) for at in (-61, -20, -15, -14, 0, 21)]
    assert groups == ["lower", "lower", "same", "higher", "higher", "diverges"]
    drawn = [curve.KIND.group(told, (0,) * 15 + (end,)) for end in (-40, 21)]
    assert drawn == ["lower", "drew_diverges"]
    assert [alpha.KIND.group(told, at) for at in (39, 40, 41)] == ["alpha_lower", "alpha_same", "alpha_higher"]
    assert loss.KIND.group(told | {"before": None}, 0) == "lower"


@pytest.mark.parametrize(("before", "constant", "axis"), [
    (0.183, 0.93, [-60, 20]), (math.inf, 5.156, [-80, 40]), (1e-9, 1.0, [-140, 20]), (0.0, 1.0, [-80, 20]),
    (math.inf, math.inf, [-60, 20]),
    (math.inf, 0.0, [-60, 20]), (0.1, math.inf, [-60, 0]), (5e-324, 1e308, [6020, 6180]),
])  # fmt: skip
def test_the_axis_is_of_whole_decades_around_the_run_before(before: float, constant: float, axis: list[int]) -> None:
    assert axis_of(before, constant) == axis


@given(LOSSES, LOSSES)
def test_an_axis_has_three_to_eight_decades(before: float, constant: float) -> None:
    low, high = axis_of(before, constant)
    assert low % 20 == high % 20 == 0
    assert 60 <= high - low <= 160


@pytest.mark.parametrize(("ask", "plain"), [
    (ASK, 22), (ASK, -62), (ASK, True), (ASK, 1.0), (ASK, "1"), (ASK, None), (ASK, [1]), (ASK, 10**400),
    ({"kind": "choice", "choices": ["a", "b"]}, 2), ({"kind": "choice", "choices": ["a", "b"]}, -1),
    ({"kind": "alpha"}, 61), (ASK | {"kind": "curve"}, 1), (ASK | {"kind": "curve"}, [0] * 15),
    (ASK | {"kind": "curve"}, [0] * 15 + [99]),
])  # fmt: skip
def test_other_values_are_malformed(ask: dict[str, Any], plain: Any) -> None:
    with pytest.raises(Malformed):
        PREDICTIONS[ask["kind"]].read(ask, plain)


def test_values_of_each_kind_are_read() -> None:
    assert loss.KIND.read(ASK, -61) == -61
    assert curve.KIND.read(ASK, [0] * 16) == (0,) * 16
    assert choice.KIND.read({"choices": ["a", "b"]}, 1) == 1
    assert [alpha_at(at) for at in (0, 20, 29, 60)] == [0.001, 0.01, 0.0282, 1.0]
