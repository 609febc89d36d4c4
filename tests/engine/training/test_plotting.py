"""The figure of `plot_learning` shows what a log axis can show, and counts the rest."""

import math

import numpy as np
import pytest

from engine import AffinityLayer, MapLayer, NNBench
from engine.training.plotting import losses_figure, sweep_figure
from tests.engine.nets import network_of


def test_the_losses_lie_on_a_log_axis_and_what_it_cannot_show_is_left_out_and_counted() -> None:
    figure = losses_figure(np.array([4.0, 2.0, 1.0]))
    assert (list(figure.data[0].x), list(figure.data[0].y)) == ([0, 1, 2], [4.0, 2.0, 1.0])
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.title.text == "3 losses; the largest is 4.00"
    for odd in (0.0, math.inf, math.nan):
        figure = losses_figure(np.array([4.0, odd, 1.0]))
        assert (list(figure.data[0].x), list(figure.data[0].y)) == ([0, 2], [4.0, 1.0])
        assert figure.layout.title.text == "3 losses, 1 of them 0, infinite or not a number; the largest is 4.00"
    net = network_of(AffinityLayer(2, 2, seed=1), MapLayer("square/2"), alpha=1e300)
    net.layers[0].M[:] = math.nan
    figure = NNBench(net).plot_learning(20)
    assert len(figure.data[0].x) == 0
    assert figure.layout.title.text == "20 losses at α 1 × 10³⁰⁰, 20 of them 0, infinite or not a number"
    assert '"log"' in figure.to_json()
    losses = np.append(np.full(40, 2.0), [1e12, 1e13])
    dots, line = losses_figure(losses, 0.1).data
    assert (dots.mode, line.mode, list(line.x)) == ("markers", "lines", list(range(40)))
    assert list(line.y) == pytest.approx([2.0] * 40)


def test_plotting_goes_on_from_the_current_net() -> None:
    net = network_of(AffinityLayer(2, 2, seed=1))
    bench, twin = NNBench(net), NNBench(net.copy())
    for _ in range(2):
        assert list(bench.plot_learning(10).data[0].y) == twin.learn(10)


def test_where_no_value_of_a_sweep_is_finite_infinite_ones_have_the_ends_of_the_scale() -> None:
    values = np.array([[-math.inf, math.inf, math.nan]])
    heat, _ = sweep_figure(np.arange(3), np.arange(1), values, np.zeros((1, 3), dtype=bool), ("x", "y", "z")).data
    assert heat.z[0, :2].tolist() == [0.0, 1.0]
    assert math.isnan(heat.z[0, 2])
