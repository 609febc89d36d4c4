"""The curve shows every loss of a run where it is, and says what it cannot show."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import CATALOGUE, run
from engine.base.metrics import DIVERGED_PAST, first_divergence
from engine.base.numerics import FloatArray
from engine.base.smoothing import FILTERS, low_pass
from tests.webapp.decoding import decoded, steps_of
from webapp.base.theme import THEMES
from webapp.figures.encode import SCREEN_POINTS, THINNED_ABOVE, thinned
from webapp.figures.loss import (
    DOTS,
    LOWER,
    MARKS,
    ZERO_TICK,
    ZEROS,
    Curve,
    curve_of,
    ends_of,
    loss_figure,
    loss_range,
    nice_ticks,
)

LIGHT = THEMES["light"]
FALLING = 2.0 * 0.99 ** np.arange(300.0)


def curve(losses: FloatArray) -> Curve:
    return curve_of(losses, first_divergence(losses))


def figure(losses: FloatArray, shown: str = "both") -> dict[str, Any]:
    return loss_figure(curve(losses), shown, loss_range(curve(losses)), LIGHT)


def dots(drawn: dict[str, Any]) -> list[tuple[int, float]]:
    return [
        (int(step), float(loss))
        for one in drawn["data"]
        if one.get("name") == DOTS
        for step, loss in zip(steps_of(one), decoded(one["y"]), strict=True)
    ]


def trace(drawn: dict[str, Any], name: str) -> dict[str, Any]:
    """The only trace of that name; lines and the cross are called after what they are."""
    (found,) = [one for one in drawn["data"] if kind(one) == name]
    return dict(found)


def kind(one: dict[str, Any]) -> str:
    cross = one.get("marker", {}).get("symbol") == "x-thin"
    return "cross" if cross else str(one.get("name", one["mode"]))


def words(drawn: dict[str, Any]) -> list[str]:
    return [note["text"] for note in drawn["layout"]["annotations"] if note.get("name") != ZERO_TICK]


def places(drawn: dict[str, Any], name: str) -> FloatArray:
    return np.log10(decoded(trace(drawn, name)["y"]).astype(np.float64))


def test_every_loss_of_every_experiment_is_drawn_or_counted_and_of_a_long_run_a_screenful() -> None:
    for key in CATALOGUE:
        experiment = CATALOGUE[key].experiment
        losses = run(experiment, experiment.network()).losses
        drawn, floor, drawn_steps = figure(losses), 10.0 ** loss_range(curve(losses))[0], thinned(losses)
        assert len(losses) > THINNED_ABOVE or len(drawn_steps) == len(losses)
        above = drawn_steps[losses[drawn_steps] > floor]
        assert dots(drawn) == list(zip(above.tolist(), losses[above].astype(np.float32).tolist(), strict=True))
        zeros = int(np.count_nonzero(losses == 0.0))
        lower = int(np.count_nonzero(losses <= floor)) - zeros
        in_words = "every loss is 0" if zeros == len(losses) else f"{zeros:,} losses are 0"
        assert ([in_words] * bool(zeros) + [f"{lower:,} below the axis"] * bool(lower)) == words(drawn)


def test_a_filter_changes_what_is_drawn_and_a_long_run_costs_no_more_than_a_screenful() -> None:
    line = trace(figure(FALLING), "lines")
    steps, smooth = low_pass(FALLING)
    assert np.array_equal(steps_of(line), steps.astype(np.float32))
    assert np.array_equal(decoded(line["y"]), smooth.astype(np.float32))
    for shown, drawn_through, points in [("raw", False, True), ("low pass", True, False), ("both", True, True)]:
        drawn = figure(FALLING, shown)
        assert trace(drawn, "lines")["visible"] is drawn_through
        assert bool(dots(drawn)) is points
        assert drawn["layout"]["yaxis"] == figure(FALLING)["layout"]["yaxis"]
    opacity = {shown: trace(figure(FALLING, shown), DOTS)["marker"]["opacity"] for shown in ("raw", "both")}
    assert opacity["both"] < opacity["raw"]
    for theme in THEMES.values():
        drawn = loss_figure(curve(FALLING), "both", loss_range(curve(FALLING)), theme)
        assert trace(drawn, "lines")["line"] == {"width": 2.5, "color": theme.now}
        assert trace(drawn, DOTS)["marker"]["color"] == theme.now
    for shown in FILTERS:
        drawn = figure(np.random.RandomState(1).standard_exponential(100_000), shown)
        for one in drawn["data"]:
            assert len(steps_of(one)) <= 5_000
        assert len(dots(drawn)) <= SCREEN_POINTS
    layout = figure(FALLING)["layout"]
    assert layout["xaxis"]["fixedrange"]
    assert layout["yaxis"]["fixedrange"]
    assert layout["dragmode"] is False


TO_ZERO = np.append(10.0 ** -np.linspace(0.0, 31.0, 200), np.zeros(100))
"""A run that learns to the last bit, and then makes no mistake."""


def test_losses_of_zero_below_the_axis_or_far_from_one_are_on_the_chart_and_counted() -> None:
    losses = FALLING.copy()
    losses[[5, 6, 200]] = 1e-30, 1e-29, 1e-25
    drawn = figure(losses)
    assert words(drawn) == ["3 below the axis"]
    triangles = trace(drawn, LOWER)
    assert triangles["marker"]["symbol"] == "triangle-down"
    assert np.all((steps_of(triangles) >= 0) & (steps_of(triangles) <= 300))
    assert len(steps_of(triangles)) == 2
    assert [note["name"] for note in drawn["layout"]["annotations"]] == [LOWER]
    losses = FALLING.copy()
    losses[[5, 200]] = 0.0
    losses[100] = 1e-30
    drawn = figure(losses)
    assert words(drawn) == ["2 losses are 0", "1 below the axis"]
    assert steps_of(trace(drawn, ZEROS)) == pytest.approx([5.0, 200.0], abs=300 / MARKS)
    assert not decoded(trace(drawn, ZEROS)["y"]).any()
    low, _ = loss_range(curve(losses))
    ends = ends_of(curve(losses), loss_range(curve(losses)))
    assert drawn["layout"]["yaxis"]["range"][0] == ends.low < ends.zero < low < ends.below
    (name,) = [note for note in drawn["layout"]["annotations"] if note.get("name") == ZERO_TICK]
    assert (name["text"], name["y"], name["xref"]) == ("0", ends.zero, "paper")
    drawn = figure(FALLING)
    assert tuple(drawn["layout"]["yaxis"]["range"]) == loss_range(curve(FALLING))
    assert (drawn["layout"]["annotations"], words(figure(np.append(FALLING, 0.0)))) == ([], ["1 loss is 0"])
    assert len(steps_of(trace(figure(np.zeros(100_000)), ZEROS))) == MARKS
    for shown in FILTERS:
        losses = np.zeros(100)
        drawn = figure(losses, shown)
        assert (words(drawn), steps_of(trace(drawn, ZEROS)).tolist()) == (["every loss is 0"], list(range(100)))
        assert dots(drawn) == []
        low, high = drawn["layout"]["yaxis"]["range"]
        line = places(drawn, "lines")
        assert low < line.min() == line.max() < high
        assert trace(drawn, "lines")["visible"] is (shown != "raw")
        assert drawn["layout"]["yaxis"]["ticktext"] == ["0.01", "0.1", "1"]


def test_the_line_goes_along_the_lower_end_of_the_axis_and_the_low_pass_view_counts_what_it_shares() -> None:
    losses = FALLING.copy()
    losses[5] = 1e-30
    assert words(figure(losses, "low pass")) == []
    fallen = curve(10.0 ** -np.linspace(0, 60, 300))
    drawn = loss_figure(fallen, "low pass", loss_range(fallen), LIGHT)
    below = np.count_nonzero(fallen.losses <= 10.0 ** loss_range(fallen)[0])
    assert words(drawn) == [f"{below} below the axis"]
    line, ends = places(figure(TO_ZERO), "lines"), ends_of(curve(TO_ZERO), loss_range(curve(TO_ZERO)))
    assert line[-1] == pytest.approx(ends.zero, abs=1e-5)
    assert ends.low < line.min()
    narrow = loss_figure(curve(TO_ZERO), "both", (-5.0, 1.0), LIGHT)
    kept = ends_of(curve(TO_ZERO), (-5.0, 1.0))
    assert set(places(narrow, "lines").round(5)[150:]) == {round(kept.below, 5), round(kept.zero, 5)}
    low, high = loss_range(curve(TO_ZERO))
    assert low < -31.0 < high
    assert len(dots(figure(TO_ZERO))) == 200


def test_losses_far_from_one_and_one_sample_are_on_the_chart_whatever_the_filter() -> None:
    for shown, loss in itertools.product(FILTERS, [5e-324, 1e-300, 1e-45, 1e300]):
        drawn = figure(np.full(100, loss), shown)
        low, high = drawn["layout"]["yaxis"]["range"]
        assert math.isfinite(low)
        assert low < high <= 307.0
        line = places(drawn, "lines")
        assert np.all((low <= line) & (line <= high))
        if loss > 1e-307:
            assert line == pytest.approx(math.log10(loss), abs=1e-6)
            assert words(drawn) == []
            assert {y for _, y in dots(drawn)} == (set() if shown == "low pass" else {loss})
        else:
            assert words(drawn) == ["100 below the axis"]
    for shown in FILTERS:
        drawn = figure(np.array([0.25]), shown)
        assert dots(drawn) == [(0, 0.25)]
        assert trace(drawn, DOTS)["marker"]["size"] > trace(figure(FALLING), DOTS)["marker"]["size"]
        zero = trace(figure(np.array([0.0]), shown), ZEROS)
        assert (steps_of(zero).tolist(), zero["marker"]["size"]) == ([0.0], trace(drawn, DOTS)["marker"]["size"])


GROWING = np.concatenate([np.ones(30), 2.0 ** np.arange(40.0), [np.inf, np.nan, 3.0]])


def test_a_diverged_run_is_drawn_up_to_its_divergence_where_a_dotted_line_lies() -> None:
    at = first_divergence(GROWING)
    assert at == 50
    drawn = figure(GROWING)
    assert [step for step, _ in dots(drawn)] == list(range(at))
    assert words(drawn) == ["diverged at step 50", "22 later steps not drawn"]
    cross = trace(drawn, "cross")
    assert (cross["x"], cross["marker"]["line"]["color"]) == ([at], LIGHT.bad)
    assert max(steps_of(trace(drawn, "lines"))) < at
    drawn = figure(np.concatenate([np.zeros(20), GROWING]))
    assert words(drawn) == ["20 losses are 0", "diverged at step 70", "22 later steps not drawn"]
    assert len(steps_of(trace(drawn, ZEROS))) == 20
    assert words(figure(np.append(FALLING, np.inf))) == ["diverged at step 300"]
    low, high = loss_range(curve(GROWING))
    assert 10.0**low < 1.0 < DIVERGED_PAST <= 10.0**high
    drawn = figure(np.array([15.6, 2.4e3, 7.8e5, 4e8, np.inf]))
    assert [loss for _, loss in dots(drawn)] == pytest.approx([15.6, 2.4e3, 7.8e5])
    for first in [1.0, 0.001, 500.0]:
        losses = np.append(first * GROWING[:30], [2e9])
        (line,) = (shape for shape in figure(losses)["layout"]["shapes"] if shape["type"] == "line")
        under, over = (np.append(losses[:-1], [loss]) for loss in (line["y0"], line["y0"] * 1.001))
        assert (first_divergence(under), first_divergence(over)) == (None, 30)
        low, high = loss_range(curve(losses))
        assert 10.0**low < line["y0"] <= 10.0**high
    assert [shape["type"] for shape in figure(np.array([np.nan, 1.0]))["layout"]["shapes"]] == ["rect"]
    for at_once in [[np.nan], [np.inf, 1.0], [1.0, np.nan], [np.nan] * 50]:
        drawn = figure(np.array(at_once))
        assert any(text.startswith("diverged at step") for text in words(drawn))
        low, high = drawn["layout"]["yaxis"]["range"]
        assert low < high


@given(st.lists(st.floats(min_value=0.0, max_value=1e300), min_size=1, max_size=40))
def test_the_axis_is_thirds_of_a_decade_around_what_is_drawn(values: list[float]) -> None:
    drawn = curve(np.array(values))
    low, high = loss_range(drawn)
    top = float(np.max(drawn.before_divergence, initial=0.0))
    assert low < high <= 307.0
    assert math.isclose(3 * low, round(3 * low), abs_tol=1e-6)
    assert top <= 10.0**high * (1 + 1e-12)
    assert high - low <= 34.0


def test_the_axis_leaves_room_above_and_below_and_is_marked_at_round_numbers() -> None:
    low, high = loss_range(curve(FALLING))
    _, smooth = low_pass(FALLING)
    assert 10.0**low <= smooth.min() / 3.0 < 10.0 ** (low + 1 / 3)
    assert FALLING.max() < 10.0**high <= FALLING.max() * 1.5 * 10.0 ** (1 / 3)
    low, _ = loss_range(curve(np.full(100, 1.0)), compared_loss=1e-4)
    assert 10.0**low <= 1e-4
    for samples, ticks in [
        (1, [0, 1]), (2, [0, 1, 2]), (7, [0, 2, 4, 6]), (100, [0, 20, 40, 60, 80, 100]),
        (300, list(range(0, 301, 50))), (3000, list(range(0, 3001, 500))), (10_000, list(range(0, 10_001, 2000))),
    ]:  # fmt: skip
        assert nice_ticks(samples) == ticks
    axis = figure(10.0 ** np.linspace(0, 3.5, 300))["layout"]["yaxis"]
    assert axis["ticktext"][-1] == "1,000"
    axis = figure(10.0 ** -np.linspace(-2, 7, 300))["layout"]["yaxis"]
    assert dict(zip(axis["tickvals"], axis["ticktext"], strict=True)) == {
        100.0: "100", 1.0: "1", 0.01: "0.01", 1e-4: "10<sup>−4</sup>", 1e-6: "10<sup>−6</sup>"
    }  # fmt: skip


@given(st.integers(1, 1_000_000))
def test_there_are_two_to_seven_marks_for_any_number_of_samples(samples: int) -> None:
    ticks = nice_ticks(samples)
    assert 2 <= len(ticks) <= 7
    assert ticks[0] == 0
    assert ticks[-1] <= samples
