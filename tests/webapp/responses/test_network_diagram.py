"""The diagram shows the network that runs, and the checkpoint that it starts from."""

import re
from dataclasses import replace
from typing import Any

import numpy as np

from engine import CATALOGUE, Affinity, AffinityLayer, DrawnWeights, Experiment, Map, MapLayer, Network, NNBench
from engine.activations import ACTIVATIONS, Activation, activation_named
from engine.experiments.run import checkpoint_fingerprint, parameters
from engine.layers.faulty_layers import HALF_SLOPE, LEAKY_RELU
from webapp.base.format import grouped
from webapp.local.own_bench import local_bench, local_content
from webapp.responses.network_diagram import (
    MOST_CELLS,
    THUMBNAIL_HEIGHT,
    THUMBNAIL_WIDTH,
    function_paths,
    network_diagram,
    thinned,
)

MISTAKES = CATALOGUE["left-or-right"]


def diagram(experiment: Experiment, *, offer_faults: bool = False) -> dict[str, Any]:
    return network_diagram(experiment, experiment.network(), offer_faults=offer_faults)


def card(experiment: Experiment, at: int = 0, *, offer_faults: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = diagram(experiment, offer_faults=offer_faults)["layers"][at]
    return found


def test_every_layer_is_a_card_that_says_what_is_flat_frozen_and_starting() -> None:
    for key in CATALOGUE:
        experiment = CATALOGUE[key].experiment
        drawn = diagram(experiment)
        assert len(drawn["layers"]) == len(experiment.layers)
        widths = [experiment.width]
        for words, spec in zip(drawn["layers"], experiment.layers, strict=True):
            widths.append(spec.outputs if isinstance(spec, Affinity) else widths[-1])
            if isinstance(spec, Affinity):
                assert (words["kind"], words["inputs"], words["outputs"]) == ("affinity", spec.inputs, spec.outputs)
            elif isinstance(spec, Map):
                assert (words["kind"], words["name"], words["own"]) == ("map", spec.function, False)
            else:
                assert words["kind"] == "identity"
        assert drawn["widths"] == widths
        chip, network = drawn["chip"], experiment.network()
        assert chip["digits"] == grouped(checkpoint_fingerprint(network))
        assert len(chip["cells"]) == min(MOST_CELLS, sum(array.size for array in parameters(network)))
    assert diagram(MISTAKES.experiment)["functions"] == list(ACTIVATIONS)
    own = card(Experiment((Map("x*x/2"),), "swap"))
    assert (own["name"], own["own"], own["flat"]) == ("x*x/2", True, False)
    for formula, flat in [("floor(x)", True), ("1", True), ("x", False), ("x + floor(x)", False)]:
        assert card(Experiment((Map(formula),), "swap"))["flat"] is flat
    cases: list[Any] = [
        (False, "", []), (True, "all", [0, 1, 2, 3, 4, 5]), ((1, 4), "some", [1, 4]),
        (tuple(range(6)), "all", [*range(6)]),
    ]  # fmt: skip
    for frozen, says, places in cases:
        experiment = Experiment((Affinity(2, 2, frozen=frozen),), "swap")
        assert (card(experiment)["frozen"], card(experiment)["places"]) == (says, places)
    chip = diagram(CATALOGUE["identity-layer"].experiment)["chip"]
    assert chip["cells"] == []
    assert chip["digits"]


def test_pictures_of_weights_and_functions_are_true_to_scale() -> None:
    experiment = CATALOGUE["tanh-signs"].experiment
    layer = experiment.network().layers[0]
    M, b = layer.parameters["M"], layer.parameters["b"]
    scale = max(np.abs(M).max(), np.abs(b).max())
    wanted = [[round(float(v) / scale, 3) for v in (*row, offset)] for row, offset in zip(M, b, strict=True)]
    assert card(experiment)["cells"] == wanted
    experiment = CATALOGUE["xor-hidden-layer"].experiment
    shares = [abs(v) for layer in diagram(experiment)["layers"] for row in layer.get("cells", []) for v in row]
    assert (max(shares), shares.count(1.0)) == (1.0, 1)
    zero = replace(CATALOGUE["tanh-signs"].experiment, weights=DrawnWeights(1, "zero"))
    assert {v for row in card(zero)["cells"] for v in row} == {0.0}
    wide = Experiment((Affinity(40, 64), Affinity(64, 1)), ("v0",))
    layer, cells = wide.network().layers[0], card(wide)["cells"]
    assert (len(cells), {len(row) for row in cells}) == (MOST_CELLS, {MOST_CELLS + 1})
    largest = max(float(np.abs(array).max()) for array in parameters(wide.network()))
    for row, at in ((cells[0], 0), (cells[-1], -1)):
        assert (row[0], row[-2]) == (round(layer.M[at, 0] / largest, 3), round(layer.M[at, -1] / largest, 3))
        assert row[-1] == round(layer.b[at] / largest, 3)
    for count in [0, 1, MOST_CELLS, MOST_CELLS + 1, 100]:
        few = thinned(list(range(count)))
        assert (len(few), few) == (min(count, MOST_CELLS), sorted(set(few)))
        if count:
            assert (few[0], few[-1]) == (0, count - 1)
    for name in ACTIVATIONS:
        drawn = function_paths(activation_named(name))
        paths = [np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path), dtype=float) for path in drawn]
        x = np.linspace(-3, 3, 49)
        unit = (THUMBNAIL_HEIGHT / 2 - 2) / max(
            1.0, np.abs([activation_named(name).value(x), activation_named(name).slope(x)]).max()
        )
        for points, y in zip(paths, (activation_named(name).value(x), activation_named(name).slope(x)), strict=True):
            assert np.allclose(points[:, 1], -unit * y, atol=0.06)
            assert np.abs(points[:, 0]).max() <= THUMBNAIL_WIDTH / 2
            assert np.abs(points[:, 1]).max() <= THUMBNAIL_HEIGHT / 2
    path, slope = function_paths(Activation("root", np.sqrt, lambda x: 1.0 / x))
    assert path.count("M") == 1
    assert path.startswith("M0.0 ")
    assert slope.count("M") == 2, "1/x has no number at 0"
    assert "nan" not in path + slope
    assert "inf" not in path + slope
    assert function_paths(Activation("nothing", lambda x: x * np.nan, lambda x: x * np.inf * 0)) == ("", "")


def test_switches_are_on_when_a_layer_is_faulty_and_a_local_bench_has_none_to_edit() -> None:
    with_switches = [layer["switch"] for layer in diagram(MISTAKES.experiment, offer_faults=True)["layers"]]
    assert [switch and switch["do"] for switch in with_switches].count("left") >= 1
    assert not any(layer.get("switch") for layer in diagram(MISTAKES.experiment)["layers"])
    for on in [False, True]:
        function = HALF_SLOPE.name if on else LEAKY_RELU
        layers = (Affinity(2, 2, left_multiplied=on), Map(function), Affinity(2, 3), Map("tanh"), Affinity(3, 2))
        drawn = diagram(Experiment(layers, "swap"), offer_faults=True)["layers"]
        left, half = {"do": "left", "on": on}, {"do": "half", "on": on}
        assert [layer["switch"] for layer in drawn] == [left, half, None, None, None]
        assert not drawn[1]["own"]
        assert drawn[1]["name"] == ("leaky relu with half leak" if on else "leaky relu")
    net = Network()
    net.extend(AffinityLayer(2, 3, seed=1))
    net.extend(MapLayer(lambda x: 2 * x, lambda _: 2.0))
    content = local_content(local_bench(NNBench(net, lambda _: [0.0, 0.0, 0.0])), 50)
    drawn = diagram(content.rows[content.first].experiment)
    assert not drawn["editable"]
    assert [layer["kind"] for layer in drawn["layers"]] == ["affinity", "map"]
    assert (drawn["layers"][0]["frozen"], drawn["layers"][1]["name"]) == ("", "your function")
    assert drawn["widths"] == [2, 3, 3]
