"""A window's pixels are runs of their own to the bit, however deep; what cannot be shown is refused in words."""

from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, BenchError, Experiment, run
from engine.sweeps.axes import with_values
from engine.sweeps.zoom.border import border_of, box_dimension, dimension_words
from engine.sweeps.zoom.window import ALONE, DIVERGED, PIXELS, Window, WindowAxis, window_of

SQUARE = CATALOGUE["square-map"].experiment.replace_unchecked(samples=200)
ALPHA, MOMENTUM = WindowAxis("alpha", 0.01, 1.0, by_factor=True), WindowAxis("momentum", 0.0, 0.99)


def window(x: WindowAxis, y: WindowAxis, experiment: Experiment = SQUARE) -> Window:
    return window_of(experiment, experiment.network(), x, y)


def around(axis: WindowAxis, value: float, width: float) -> WindowAxis:
    return WindowAxis(axis.name, value - width / 2, value + width / 2, axis.by_factor)


def a_place_on_the_border(found: Window) -> tuple[float, float]:
    """The values of x and y at a pixel that has the border beside it, in the middle of the picture."""
    numbers = found.lines(PIXELS, range(PIXELS))
    rows, columns = np.nonzero(border_of(numbers))
    k = int(np.argmin(np.hypot(rows - PIXELS / 2, columns - PIXELS / 2)))
    return float(found.x.values(PIXELS)[columns[k]]), float(found.y.values(PIXELS)[rows[k]])


def alone(experiment: Experiment, knobs: dict[str, Any]) -> float:
    one = with_values(experiment, knobs)
    result = run(one, one.network())
    return result.settled if result.diverged_at is None else DIVERGED - result.diverged_at


def test_a_hundred_pixels_ten_decades_deep_are_single_runs_to_the_bit_on_both_sides_of_the_border() -> None:
    alpha, momentum = a_place_on_the_border(window(ALPHA, MOMENTUM))
    deep = window(around(ALPHA, alpha, 1e-11), around(MOMENTUM, momentum, 1e-10))
    assert deep.pixels == PIXELS
    rows, columns = np.random.RandomState(1).randint(PIXELS, size=(2, 100))
    numbers = deep.lines(PIXELS, range(PIXELS))
    xs, ys = deep.x.values(PIXELS), deep.y.values(PIXELS)
    found = numbers[rows, columns]
    expected = [
        alone(SQUARE, {"alpha": float(xs[k]), "momentum": float(ys[row])}) for k, row in zip(columns, rows, strict=True)
    ]
    assert found.tobytes() == np.array(expected).tobytes()


@pytest.mark.parametrize(
    ("x", "y"), [("momentum", "alpha"), ("noise", "alpha"), ("alpha", "decay"), ("noise", "momentum")]
)
def test_lines_over_any_two_number_knobs_are_single_runs_also_where_one_is_refused(x: str, y: str) -> None:
    axes = {"alpha": WindowAxis("alpha", 0.01, 40.0, by_factor=True)}
    axes |= {name: WindowAxis(name, 0.0, 0.9) for name in ("momentum", "noise", "decay")}
    found = window(axes[x], axes[y])
    assert found.pixels == (PIXELS if "alpha" in (x, y) else ALONE)
    count = 16
    along, across = found.along.values(count), found.across.values(count)
    for number in (3, 15):
        line = found.lines(count, [number])[0]
        for k in range(count):
            try:
                single = alone(SQUARE, {found.across.name: float(across[number]), found.along.name: float(along[k])})
            except BenchError:
                single = np.nan
            assert line[k].tobytes() == np.float64(single).tobytes()


def test_windows_that_cannot_be_shown_are_refused_in_a_sentence() -> None:
    refused = [
        (lambda: WindowAxis("samples", 1, 100), "samples is none"),
        (lambda: WindowAxis("optimizer", 0, 1), "optimizer is none"),
        (lambda: WindowAxis("colour", 0, 1), "axis of a sweep"),
        (lambda: WindowAxis("alpha", 0.1, 0.1), "no width"),
        (lambda: WindowAxis("alpha", 0.2, 0.1), "no width"),
        (lambda: WindowAxis("alpha", 0.1, float("inf")), "at most 1e300"),
        (lambda: WindowAxis("momentum", 0.1, float("nan")), "Momentum is a number"),
        (lambda: WindowAxis("momentum", 0.0, 0.5, by_factor=True), "above 0"),
        (lambda: window(ALPHA, ALPHA), "the same one"),
        (lambda: window(around(ALPHA, 0.1, 1e-16), MOMENTUM), "Doubles end here: fewer than 16"),
        (
            lambda: window(ALPHA, MOMENTUM, CATALOGUE["spiral"].experiment.replace_unchecked(samples=1_000_000)),
            "takes too long",
        ),
    ]
    for make, words in refused:
        with pytest.raises(BenchError, match=words):
            make()


def test_a_window_is_coarser_where_doubles_end_or_runs_are_long_and_as_wide_as_its_knobs() -> None:
    coarse = window(around(ALPHA, 0.1, 1e-15), MOMENTUM)
    assert coarse.pixels in (32, 64)
    assert coarse.ends_of_doubles
    longer = window(ALPHA, MOMENTUM, SQUARE.replace_unchecked(samples=20_000))
    assert 16 <= longer.pixels < PIXELS
    assert not longer.ends_of_doubles
    whole = window(WindowAxis("alpha", 5e-324, 1e300, by_factor=True), MOMENTUM)
    assert whole.pixels == PIXELS
    numbers = whole.lines(32, [31])
    assert (numbers[0] < 0).any()
    everywhere = window(WindowAxis("alpha", 1e3, 1e9, by_factor=True), MOMENTUM)
    assert (everywhere.lines(16, range(16)) < 0).all()


def test_a_straight_border_has_dimension_one_a_filled_one_two_and_a_mixture_none() -> None:
    row, column = np.mgrid[:PIXELS, :PIXELS]
    line = np.where(row > column * 0.37 + 60, 1.0, DIVERGED)
    found = box_dimension(border_of(line))
    assert found is not None
    assert found.is_good
    assert abs(found.value - 1.0) < 2 * found.error < 0.1
    assert "below the 1.17" in dimension_words(found)
    noise = np.where(np.random.RandomState(0).rand(PIXELS, PIXELS) > 0.5, 1.0, DIVERGED)
    filled = box_dimension(border_of(noise))
    assert filled is not None
    assert filled.value > 1.9
    dust = np.full((PIXELS, PIXELS), 1.0)
    dust.ravel()[np.random.RandomState(0).choice(dust.size, 300, replace=False)] = DIVERGED
    scattered = box_dimension(border_of(dust))
    assert scattered is not None
    assert not scattered.is_good
    assert dimension_words(scattered).startswith("The border has no one dimension here")
    missing = np.where(row > 100, np.nan, 1.0)
    assert box_dimension(border_of(missing)) is None
    assert "too short" in dimension_words(None)
