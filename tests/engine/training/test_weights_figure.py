"""The figure of `plot_weights`: exact numbers, names, one scale around zero, and buttons for start and difference."""

import math
from typing import Any

import numpy as np
import pytest

from engine import AffinityLayer, MapLayer, NNBench
from engine.errors import ShapeError
from engine.training.weights_figure import COLOURS, END, MOST_NAMED, weights_figure
from tests.engine.nets import network_of
from webapp.base.theme import THEMES


def bench_of(*layers: Any) -> NNBench:
    """A bench whose target is the sign of each input."""
    return NNBench(network_of(*layers), np.sign)


def maps_of(figure: Any) -> list[list[list[float]]]:
    """The numbers of every heat map."""
    return [heat_map.z.tolist() for heat_map in figure.data]


def test_every_number_is_there_to_the_last_bit_with_its_name() -> None:
    bench = bench_of(AffinityLayer(2, 3, seed=1), MapLayer("tanh"), AffinityLayer(3, 2, seed=2))
    figure = bench.plot_weights()
    first, second = bench.net.layers[0], bench.net.layers[2]
    assert maps_of(figure) == [
        first.M.tolist(), first.b[:, None].tolist(), second.M.tolist(), second.b[:, None].tolist(),
    ]  # fmt: skip
    assert figure.data[0].text[2][1] == f"Dense layer 1: M[2, 1] = {float(first.M[2, 1])!r}"
    assert figure.data[3].text[1][0] == f"Dense layer 2: b[1] = {float(second.b[1])!r}"
    assert figure.data[0].hovertemplate == "%{text}<extra></extra>"
    axes = figure.layout
    assert (axes.xaxis.ticktext, axes.yaxis.ticktext) == (("v₀", "v₁"), ("u₀", "u₁", "u₂"))
    assert (axes.xaxis3.ticktext, axes.yaxis3.ticktext, axes.xaxis4.ticktext) == (
        ("u₀", "u₁", "u₂"),
        ("y₀", "y₁"),
        ("bias",),
    )
    largest = max(np.abs(array).max() for layer in (first, second) for array in (layer.M, layer.b))
    assert (axes.coloraxis.cmin, axes.coloraxis.cmid, axes.coloraxis.cmax) == (-largest, 0.0, largest)
    assert {heat_map.coloraxis for heat_map in figure.data} == {"coloraxis"}
    assert not axes.updatemenus


def test_with_a_checkpoint_buttons_show_start_end_and_difference() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1))
    bench.checkpoint_net()
    start = bench.net.copy().layers[0]
    bench.learn(50)
    end, figure = bench.net.layers[0], bench.plot_weights()
    (menu,) = figure.layout.updatemenus
    assert menu.buttons[menu.active].label == END
    views = {button.label: button.args for button in menu.buttons}
    assert list(views) == ["Start", "End", "Difference"]
    assert np.array_equal(views["Start"][0]["z"][0], start.M)
    assert np.array_equal(views["Difference"][0]["z"][0], end.M - start.M)
    assert np.array_equal(views["End"][0]["z"][1], end.b[:, None])
    assert maps_of(figure)[0] == end.M.tolist()
    assert views["Start"][1] == views["End"][1] != views["Difference"][1]
    assert views["Difference"][0]["text"][0][0][1] == f"Dense layer 1: M[0, 1] = {float(end.M[0, 1] - start.M[0, 1])!r}"
    assert maps_of(bench.net.plot_weights(bench.net)) == maps_of(figure), "a network has the same figure"


def test_what_has_no_colour_is_named_and_what_has_no_room_for_names_has_none() -> None:
    layer = AffinityLayer(2, 1, seed=1)
    layer.M[:] = [[math.inf, 2.0]]
    figure = network_of(layer).plot_weights()
    assert np.isnan(figure.data[0].z[0][0])
    assert figure.data[0].text[0][0] == "Dense layer 1: M[0, 0] = inf"
    assert figure.layout.coloraxis.cmax == max(2.0, abs(layer.b[0]))
    wide = weights_figure([(np.zeros((2, MOST_NAMED + 1)), np.zeros(2))])
    assert (wide.layout.xaxis.ticktext, wide.layout.yaxis.ticktext) == ((), ("u₀", "u₁"))
    assert wide.layout.coloraxis.cmax == 1.0
    assert network_of(MapLayer("tanh")).plot_weights().layout.title.text == "This network has no weights."
    assert bench_of(MapLayer("tanh")).plot_weights().data == ()


def test_a_start_of_other_shapes_is_refused_in_words() -> None:
    bench = bench_of(AffinityLayer(2, 2, seed=1))
    bench.checkpoint_net()
    bench.net.extend(AffinityLayer(2, 1, seed=1))
    with pytest.raises(ShapeError, match="other shapes than those of this network"):
        bench.plot_weights()


def test_the_colours_are_those_of_the_page() -> None:
    light = THEMES["light"]
    assert (light.neg, light.zero, light.pos) == COLOURS
