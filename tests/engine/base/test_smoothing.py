"""The low pass is the notebook's Gaussian for short runs, and stays cheap and in place for long ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from engine.base.smoothing import FILTERS, MOST_BINS, low_pass
from tests.engine.strategies import SOME, bits


def losses_of(n: int) -> np.ndarray:
    return np.random.RandomState(3).rand(n) ** 2


@pytest.mark.parametrize("n", [1, 2, 10, 100, 180])
def test_up_to_180_samples_it_is_the_notebooks_gaussian(n: int) -> None:
    losses = losses_of(n)
    steps, smoothed = low_pass(losses)
    assert steps.tolist() == list(range(n))
    assert bits(smoothed) == bits(ndimage.gaussian_filter(losses, 3))


@pytest.mark.parametrize("n", [181, 600, 4000])
def test_beyond_180_samples_its_width_grows_with_the_run(n: int) -> None:
    losses = losses_of(n)
    assert bits(low_pass(losses)[1]) == bits(ndimage.gaussian_filter(losses, n / 60))


@pytest.mark.parametrize("n", [4001, 10_000, 123_457, 1_000_000])
def test_above_4000_losses_there_are_4000_equal_bins(n: int) -> None:
    losses = np.linspace(0.0, 1.0, n)
    steps, smoothed = low_pass(losses)
    assert len(steps) == len(smoothed) == MOST_BINS
    assert np.ptp(np.diff(steps)) <= 1.0
    middle = slice(MOST_BINS // 4, -MOST_BINS // 4)
    assert smoothed[middle] == pytest.approx(steps[middle] / (n - 1), abs=0.5 / n)


def test_bins_and_single_losses_draw_the_same_curve() -> None:
    losses = np.exp(-np.arange(8000) / 2000.0)
    steps, smoothed = low_pass(losses)
    whole = ndimage.gaussian_filter1d(losses, 8000 / 60)
    assert smoothed == pytest.approx(np.interp(steps, np.arange(8000), whole), rel=1e-3)


@pytest.mark.parametrize("n", [1, 50, 500, 5000])
def test_a_level_run_stays_level_up_to_its_edges(n: int) -> None:
    assert low_pass(np.full(n, 0.25))[1] == pytest.approx(np.full(min(n, MOST_BINS), 0.25))


@SOME
@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=300))
def test_a_smoothed_curve_stays_within_its_losses(losses: list[float]) -> None:
    _, smoothed = low_pass(np.array(losses))
    assert min(losses) * (1 - 1e-9) - 1e-9 <= smoothed.min()
    assert smoothed.max() <= max(losses) * (1 + 1e-9) + 1e-9


def test_no_losses_give_no_curve() -> None:
    assert [part.tolist() for part in low_pass(np.empty(0))] == [[], []]


def test_the_losses_are_left_as_they_are() -> None:
    losses = losses_of(500)
    before = bits(losses)
    low_pass(losses)
    assert bits(losses) == before


def test_there_are_three_ways_to_look_at_a_run() -> None:
    assert FILTERS == {"raw": "Raw", "low pass": "Smoothed", "both": "Both"}
