"""The strip shows the network that runs, and the checkpoint that it starts from."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from dash.development.base_component import Component

from engine.catalogue import CATALOGUE
from engine.experiment import Affinity, Experiment, Identity, Map
from engine.functions import FUNCTIONS, function_named
from engine.run import checkpoint_fingerprint
from webapp.strip import PICTURE_CELLS, PICTURE_HEIGHT, PICTURE_WIDTH, function_picture, strip_of
from webapp.words import grouped


def parts(node: Any) -> Iterator[Component]:
    """Every component in it, itself first."""
    if isinstance(node, Component):
        yield node
        yield from parts(getattr(node, "children", None))
    elif isinstance(node, list | tuple):
        for child in node:
            yield from parts(child)


def text(node: Any) -> str:
    """What can be read in it."""
    if isinstance(node, Component):
        return text(getattr(node, "children", None))
    if isinstance(node, list | tuple):
        return " ".join(filter(None, map(text, node)))
    return "" if node is None else str(node)


def cards(strip: dict[str, Any]) -> list[Component]:
    return [part for part in strip["line"] if getattr(part, "className", "") == "layer"]


def tints(node: Any) -> list[dict[str, Any]]:
    """The styles of the coloured cells in it."""
    return [getattr(part, "style", {}) for part in parts(node) if getattr(part, "className", "") == "tint"]


def strip(experiment: Experiment) -> dict[str, Any]:
    return strip_of(experiment, experiment.network())


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_layer_is_a_card_and_every_wire_carries_its_width(key: str) -> None:
    experiment = CATALOGUE[key].experiment
    drawn = strip(experiment)
    kinds = {Affinity: "Affinity", Map: "Map", Identity: "Identity"}
    said = [text(card) for card in cards(drawn)]
    assert len(said) == len(experiment.layers)
    for words, spec in zip(said, experiment.layers, strict=True):
        assert words.startswith(kinds[type(spec)])
        if isinstance(spec, Affinity):
            assert f"{spec.inputs} → {spec.outputs}" in words
        elif isinstance(spec, Map):
            assert spec.function in words
    wires = [part for part in drawn["line"] if getattr(part, "className", "") == "wire"]
    assert len(wires) == len(experiment.layers) + 1


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_chip_names_the_checkpoint(key: str) -> None:
    experiment = CATALOGUE[key].experiment
    assert text(strip(experiment)["chip"]).endswith(grouped(checkpoint_fingerprint(experiment.network())))


def test_a_picture_has_a_cell_for_each_weight_in_the_colour_of_its_share() -> None:
    experiment = CATALOGUE["tanh-signs"].experiment
    layer = experiment.network().layers[0]
    M, b = layer.parameters["M"], layer.parameters["b"]
    scale = max(np.abs(M).max(), np.abs(b).max())
    cells = tints(cards(strip(experiment))[0])
    shares = [cell["--t"] for cell in cells]
    assert shares == [round(float(v) / scale, 3) for row, offset in zip(M, b, strict=True) for v in (*row, offset)]


def test_a_layer_too_large_for_a_picture_has_none() -> None:
    large = Experiment((Affinity(2, PICTURE_CELLS), Affinity(PICTURE_CELLS, 2)), "swap")
    for card in cards(strip(large)):
        assert tints(card) == []


def test_a_network_without_layers_to_learn_has_a_chip_all_the_same() -> None:
    assert text(strip(CATALOGUE["identity-layer"].experiment)["chip"])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_and_its_slope_are_drawn_true_to_scale_and_inside_their_box(name: str) -> None:
    drawn = function_picture(function_named(name))
    paths = [np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float) for path in drawn]
    x = np.linspace(-3, 3, 49)
    unit = (PICTURE_HEIGHT / 2 - 2) / max(
        1.0, np.abs([function_named(name).value(x), function_named(name).slope(x)]).max()
    )
    for points, y in zip(paths, (function_named(name).value(x), function_named(name).slope(x)), strict=True):
        assert np.allclose(points[:, 1], -unit * y, atol=0.06)
        assert np.abs(points[:, 0]).max() <= PICTURE_WIDTH / 2
        assert np.abs(points[:, 1]).max() <= PICTURE_HEIGHT / 2
