"""The low pass is the notebook's Gaussian for short runs, and stays cheap and in place for long ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from engine.base.smoothing import FILTERS, MOST_BINS, low_pass
from tests.engine.strategies import SOME, bits


def test_the_low_pass_is_the_notebooks_gaussian_whose_width_grows_with_the_run_and_a_level_stays_level() -> None:
    for n, width in ((1, 3), (2, 3), (10, 3), (100, 3), (180, 3), (181, 181 / 60), (600, 10), (4000, 4000 / 60)):
        losses = np.random.RandomState(3).rand(n) ** 2
        before = bits(losses)
        steps, smoothed = low_pass(losses)
        assert steps.tolist() == list(range(n))
        assert bits(smoothed) == bits(ndimage.gaussian_filter(losses, width)), n
        assert bits(losses) == before, "the losses are left as they are"
    for n in (1, 50, 500, 5000):
        assert low_pass(np.full(n, 0.25))[1] == pytest.approx(np.full(min(n, MOST_BINS), 0.25))
    assert [part.tolist() for part in low_pass(np.empty(0))] == [[], []]


def test_above_4000_losses_there_are_4000_equal_bins_with_the_curve_of_single_losses() -> None:
    for n in (4001, 10_000, 123_457, 1_000_000):
        steps, smoothed = low_pass(np.linspace(0.0, 1.0, n))
        assert len(steps) == len(smoothed) == MOST_BINS
        assert np.ptp(np.diff(steps)) <= 1.0
        middle = slice(MOST_BINS // 4, -MOST_BINS // 4)
        assert smoothed[middle] == pytest.approx(steps[middle] / (n - 1), abs=0.5 / n)
    losses = np.exp(-np.arange(8000) / 2000.0)
    steps, smoothed = low_pass(losses)
    whole = ndimage.gaussian_filter1d(losses, 8000 / 60)
    assert smoothed == pytest.approx(np.interp(steps, np.arange(8000), whole), rel=1e-3)


@SOME
@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=300))
def test_a_smoothed_curve_stays_within_its_losses(losses: list[float]) -> None:
    _, smoothed = low_pass(np.array(losses))
    assert min(losses) * (1 - 1e-9) - 1e-9 <= smoothed.min()
    assert smoothed.max() <= max(losses) * (1 + 1e-9) + 1e-9


def test_there_are_three_ways_to_look_at_a_run() -> None:
    assert FILTERS == {"raw": "Raw", "low pass": "Smoothed", "both": "Both"}
