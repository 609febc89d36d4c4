"""The static view does not depend on the knobs: it is sent once, and its name depends on all that it does."""

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from dash._utils import to_json

from engine import TABLES, Affinity, AffinityLayer, DrawnWeights, Experiment, MapLayer, Network, NNBench, Table, run
from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.targets import TARGETS
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.training.network import affine_weights
from tests.webapp.decoding import decoded, weights_of
from webapp.base.theme import THEMES, map_ramp, weight_ramp
from webapp.bench.actions import PreparedRun
from webapp.bench.changes import OWN_FORMULAS
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import ViewOptions
from webapp.figures.response_maps import GRID, Window
from webapp.local.own_bench import local_bench, local_content
from webapp.page.constants import page_constants
from webapp.responses.gradcheck_badge import gradcheck_badge
from webapp.responses.input_domain import InputDomain
from webapp.responses.network_diagram import network_diagram
from webapp.responses.run import run_response
from webapp.responses.static_view import (
    StaticView,
    closed_words,
    initial_weights,
    input_choices,
    static_view,
    target_choices,
    target_formulas,
)

EXPERIMENT = CATALOGUE[FIRST].experiment
WHOLE = {
    "name", "group", "edited", "hint", "badge", "ideals", "inputs", "target", "strip", "no_preview", "drawn",
    "weights", "response",
}  # fmt: skip
MAPPED = [key for key, row in CATALOGUE.items() if row.experiment.width == 2 and row.experiment.target.everywhere]


def view_of(experiment: Experiment = EXPERIMENT, key: str = FIRST) -> StaticView:
    return StaticView(CATALOGUE[key], experiment, experiment.network())


def answer(
    has: str = "",
    experiment: Experiment = EXPERIMENT,
    key: str = FIRST,
    content: PageContent = CATALOGUE_CONTENT,
    checkpoint: Network | None = None,
) -> dict[str, Any]:
    start, view = checkpoint or experiment.network(), ViewOptions("light", None, maps=True, frame=has)
    given = run_response(key, PreparedRun(experiment, start, None), run(experiment, start), view, content=content)
    arrived: dict[str, Any] = json.loads(to_json(given))
    return arrived


def test_a_static_view_comes_whole_or_by_a_name_that_equal_ones_share_and_no_others() -> None:
    assert set(answer()["frame"]) == WHOLE
    name = answer()["frame"]["name"]
    assert answer(name)["frame"] == {"name": name}
    for other in ["0123456789ab", "<script>", "é" * 64]:
        assert set(answer(other)["frame"]) == WHOLE
    cases: list[Any] = [{"alpha": 0.3}, {"alpha": 1e300}, {"samples": 50}, {"seed": 9}, {"filter": "raw"}]
    for turned in cases:
        name = answer()["frame"]["name"]
        assert answer(name, replace(EXPERIMENT, **turned))["frame"] == {"name": name}
    for key in CATALOGUE:
        experiment = CATALOGUE[key].experiment
        one, two = view_of(experiment, key), view_of(experiment, key)
        assert one.name == two.name
        assert to_json(static_view(one, CATALOGUE_CONTENT)) == to_json(static_view(two, CATALOGUE_CONTENT))
    assert len({view_of(row.experiment, row.key).name for row in CATALOGUE.values()}) == len(CATALOGUE)
    for other_view in OTHERS.values():
        assert other_view().name != view_of().name
    network = EXPERIMENT.network()
    network.layers[0].parameters["M"][0, 1] = np.nextafter(network.layers[0].M[0, 1], np.inf)
    assert set(answer(answer()["frame"]["name"], checkpoint=network)["frame"]) == WHOLE
    for changed in [
        replace(CATALOGUE["three-facts"].experiment, inputs=Table(((0, 1), (2, 3)), ((1, 0), (3, 2)))),
        replace(CATALOGUE["three-facts"].experiment, layers=(Affinity(2, 2, frozen=(1,)),)),
    ]:
        listed = CATALOGUE["three-facts"].experiment
        assert view_of(changed, "three-facts").name != view_of(listed, "three-facts").name


def test_views_with_the_same_name_are_equal_whatever_is_turned() -> None:
    three = replace(EXPERIMENT, layers=(Affinity(3, 1),), ideal=("3 * v0",))
    unscaled = replace(CATALOGUE["cars"].experiment, scaling="none")
    listed = [(key, CATALOGUE[key].experiment) for key in ("three-facts", "cars", "xor-hidden-layer")]
    for key, experiment in (*listed, ("cars", unscaled), (FIRST, three)):
        seen: dict[str, str] = {}
        for turned in [{}, *TURNS, *(({"test": 1}, {"test": 0}) if experiment.table else ())]:
            view = view_of(replace(experiment, **turned), key)
            text = to_json(static_view(view, CATALOGUE_CONTENT))
            assert seen.setdefault(view.name, text) == text, (key, turned)


TURNS: list[dict[str, Any]] = [
    {"samples": 2}, {"samples": 50}, {"seed": 9}, {"distinct": 1}, {"noise": 0.3}, {"held_out": 1}, {"loss": "huber"},
    {"weights": DrawnWeights(1, "zero")}, {"weights": DrawnWeights(2, "zero")},
]  # fmt: skip

OTHERS: dict[str, Callable[[], StaticView]] = {
    "target": lambda: view_of(replace(EXPERIMENT, ideal="swap")),
    "inputs": lambda: view_of(replace(EXPERIMENT, inputs="corners")),
    "checkpoint": lambda: view_of(replace(EXPERIMENT, weights=DrawnWeights(9))),
    "experiment": lambda: view_of(key="affine-swap"),
    "layers": lambda: view_of(replace(EXPERIMENT, layers=EXPERIMENT.layers[:1])),
}  # fmt: skip


def test_a_local_bench_never_has_the_same_static_view_twice_and_its_target_is_evaluated_anew() -> None:
    net = Network()
    net.extend(AffinityLayer(2, 2, seed=1))
    content = local_content(local_bench(NNBench(net, lambda v: [v[1], v[0]])), 50)
    experiment = content.rows[content.first].experiment
    seen: list[str] = []
    for _ in range(5):
        frame = answer(seen[-1] if seen else "", experiment, content.first, content)["frame"]
        assert set(frame) == WHOLE
        seen.append(frame["name"])
    assert len(set(seen)) == len(seen)
    wanted, net = [1.0], Network()
    net.extend(AffinityLayer(2, 1, seed=1))
    net.extend(MapLayer("tanh"))
    own = local_content(local_bench(NNBench(net, lambda _: [wanted[0]])), 50)
    experiment = own.rows[own.first].experiment
    for value in (1.0, 0.5):
        wanted[0] = value
        target = answer("", experiment, own.first, own)["frame"]["response"]["target"]
        assert np.all(decoded(target) == value)


def test_what_the_browser_combines_from_a_static_view_and_a_response_is_there() -> None:
    for key, row in CATALOGUE.items():
        experiment, start = row.experiment, row.experiment.network()
        given, trained = answer("", experiment, key), run(experiment, start).trained
        if key in MAPPED:
            response = given["frame"]["response"]
            targets = decoded(response["target"]).reshape(response["rows"], -1)
            points = Window(response["reach"], 2).grid
            assert (response["rows"], response["inputs"]) == (experiment.outputs, 2)
            expected = np.array([experiment.target(point) for point in points])
            assert np.abs(targets - expected.T).max() <= 1e-5 * response["scale"]
            outputs = decoded(given["response"]["output"]).reshape(response["rows"], -1)
            assert outputs == pytest.approx(trained.respond(points).T, rel=1e-4, abs=1e-5)
        frame = given["frame"]["weights"]
        ends = [(decoded(frame["checkpoint"]), start), (weights_of(given["weights"]), trained)]
        for numbers, network in ends:
            flat = numbers
            assert flat.dtype == np.float64
            arrays = [array for pair in affine_weights(network) for array in pair]
            assert len(arrays) == len(frame["cells"])
            for array, cell in zip(arrays, frame["cells"], strict=True):
                block, flat = flat[: array.size], flat[array.size :]
                assert block.tobytes() == array.tobytes()
                assert (array.shape[0], array.size // array.shape[0]) == (cell["rows"], cell["columns"])
            assert flat.size == 0
        scale = given["weights"]["layout"]["coloraxis"]["cmax"]
        assert all(np.abs(numbers).max(initial=0.0) <= scale for numbers, _ in ends)
    experiment = CATALOGUE["sine"].experiment
    given = answer("", experiment, "sine")
    response = given["frame"]["response"]
    assert (response["rows"], response["inputs"]) == (1, 1)
    x = Window(response["reach"], 1).axis
    assert decoded(response["target"]) == pytest.approx(np.sin(np.pi * x), abs=1e-6)
    own = run(experiment, experiment.network()).trained.respond(x[:, None])[:, 0]
    assert decoded(given["response"]["output"]) == pytest.approx(own, abs=1e-5)
    assert given["response"]["highest"] >= max(np.abs(own).max(), 1.0)


def test_a_static_view_has_the_texts_badge_and_network_of_its_experiment() -> None:
    for key in CATALOGUE:
        row = CATALOGUE[key]
        frame = answer("", row.experiment, key)["frame"]
        assert (frame["group"], frame["hint"]) == (row.group, f"As it is listed: {row.look_for}")
        assert frame["target"]["formulas"] == list(row.experiment.target.formulas)
    row = CATALOGUE["left-or-right"]
    frame, network = answer("", row.experiment, row.key)["frame"], row.experiment.network()
    assert frame["badge"] == gradcheck_badge(network, InputDomain(row.experiment).samples[0])
    assert frame["strip"] == json.loads(to_json(network_diagram(row.experiment, network, offer_faults=True)))
    first = answer()["frame"]["response"]
    assert first == answer("", replace(EXPERIMENT, seed=77, samples=5))["frame"]["response"]
    for scale, ramp in [("mapRamps", map_ramp), ("weightRamps", weight_ramp)]:
        colours = {name: [colour for _, colour in ramp(theme)] for name, theme in THEMES.items()}
        assert page_constants()[scale] == colours
        for theme in THEMES.values():
            assert [share for share, _ in ramp(theme)] == [k / 20 for k in range(21)]


def test_layers_that_are_too_wide_to_be_opened_say_so() -> None:
    for widths, sentence in [
        ((2, 2), ""),
        ((2, 64, 64, 1), ""),
        ((2, 65), "The dense layer takes or gives more than 64 numbers: its weights are shown as a picture only."),
        ((65, 3, 1), "Dense layer 1 takes or gives more than 64 numbers: its weights are shown as a picture only."),
        ((2, 3, 65, 1),
         "Dense layers 2 and 3 take or give more than 64 numbers: their weights are shown as a picture only."),
        ((100, 100, 100, 1),
         "Dense layers 1, 2 and 3 take or give more than 64 numbers: their weights are shown as a picture only."),
    ]:  # fmt: skip
        network = Network()
        for k, (inputs, outputs) in enumerate(pairwise(widths)):
            network.extend(AffinityLayer(inputs, outputs, seed=k))
        assert closed_words(affine_weights(network)) == sentence


def test_initial_weights_have_a_seed_as_long_as_drawn_and_what_can_be_chosen_is_offered() -> None:
    drawn = replace(EXPERIMENT, weights=DrawnWeights(7, "he"))
    kept = {"seed": None, "scheme": "", "says": "given weights, of no one seed"}
    assert initial_weights(drawn, drawn.network()) == {"seed": 7, "scheme": "he", "says": "seed 7, He"}
    assert initial_weights(drawn, EXPERIMENT.network()) == kept
    given = drawn.with_weights_of(drawn.network())
    assert initial_weights(given, given.network()) == kept
    plain = CATALOGUE["identity-layer"].experiment
    for nothing in (plain, plain.with_weights_of(plain.network())):
        assert initial_weights(nothing, nothing.network())["says"] == "no weights"
    editable = {key: target_formulas(row.experiment)["editable"] for key, row in CATALOGUE.items()}
    assert [key for key, can in editable.items() if not can] == ["three-facts", "spiral", "two-moons", *TABLES]
    assert all(target_formulas(row.experiment)["most"] == 16 for row in CATALOGUE.values())
    assert [row["value"] for row in target_choices(EXPERIMENT, CATALOGUE_CONTENT)] == [*TARGETS, OWN_FORMULAS]
    assert [row["value"] for row in input_choices(EXPERIMENT)] == list(INPUT_DISTRIBUTIONS)
    listed = CATALOGUE["three-facts"].experiment
    assert [row["value"] for row in target_choices(listed, CATALOGUE_CONTENT)] == ["table", *TARGETS, OWN_FORMULAS]
    assert [row["value"] for row in input_choices(listed)] == ["table", *INPUT_DISTRIBUTIONS]
    cases: list[Any] = [
        ({}, "From the notebook"), ({"alpha": 0.2, "seed": 5, "samples": 100}, "From the notebook"),
        ({"ideal": "swap"}, "From the notebook, edited"), ({"inputs": "uniform"}, "From the notebook, edited"),
        ({"layers": (Affinity(2, 2),)}, "From the notebook, edited"),
    ]  # fmt: skip
    for changes, group in cases:
        row = CATALOGUE["tanh-signs"]
        assert answer("", replace(row.experiment, **changes), row.key)["frame"]["group"] == group


def test_more_than_two_inputs_are_a_plane_and_a_table_reaches_a_little_past_its_rows() -> None:
    rows = Table(((0, 1), (2, -5)), ((1, 0), (3, 2)))
    listed = view_of(replace(CATALOGUE["three-facts"].experiment, inputs=rows), "three-facts").input_domain
    assert not listed.plane
    assert listed.reach == pytest.approx(1.1 * 5)
    assert listed.target_map.scale == 3.0
    assert np.isnan(listed.target_map.target).all()
    assert listed.target_map.target.shape == (GRID * GRID, 2)
    wide, last = view_of(WIDE).input_domain, np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert wide.plane
    assert wide.target_map.scale == 3.0
    assert wide.window((4, 1), last) == Window(wide.reach, 5, (4, 1), (1.0, 2.0, 3.0, 4.0, 5.0))
    assert wide.window((5, 1), last).axes == (0, 1)
    two = view_of().input_domain
    assert two.window((1, 0), last[:2]) is two.target_map.window
    response = answer("", WIDE)["frame"]["response"]
    assert (response["inputs"], response["rows"], response["scale"]) == (5, 2, 3.0)
    assert response["target"] is None, "it is sent with each run"


WIDE = Experiment((Affinity(5, 2),), ("v0 + v4", "3"), inputs="corners")
