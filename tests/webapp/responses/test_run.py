"""A response has everything that the page shows of a run, with the engine's numbers."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from dash._utils import to_json
from hypothesis import given
from hypothesis import strategies as st

from engine import Affinity, DrawnWeights, Experiment, GivenWeights, Map, Table
from engine.activations import ACTIVATIONS
from engine.base.smoothing import low_pass
from engine.bench import bench_for
from engine.data.targets import TARGETS
from engine.data.turns import PASSED_OVER
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.edits import set_table
from engine.experiments.run import checkpoint_fingerprint, parameters, run
from engine.kernel import flattened
from tests.webapp.asking import not_none
from tests.webapp.decoding import decoded, steps_of, weights_of
from webapp.base.format import grouped, number, two_decimals
from webapp.bench.actions import PreparedRun
from webapp.bench.changes import OWN_FORMULAS
from webapp.bench.knob_values import alpha_at
from webapp.bench.narration import Origin
from webapp.bench.page_content import CATALOGUE_CONTENT
from webapp.bench.requests import ViewOptions, read_summary
from webapp.bench.run_summary import RunSummary
from webapp.figures.response_maps import BORDER_GRID, LAST_SAMPLES, Window, samples_drawn
from webapp.page.initial_page import grouped_experiments, initial_page
from webapp.responses.run import network_name, row_counts, run_response
from webapp.responses.static_view import NO_WEIGHTS, StaticView

VIEW = ViewOptions("light", None, maps=True)


def answer(
    experiment: Experiment = CATALOGUE[FIRST].experiment,
    key: str = FIRST,
    view: ViewOptions = VIEW,
    before: RunSummary | None = None,
    act: str = "choose",
) -> dict[str, Any]:
    checkpoint = experiment.network()
    weights = None if act == "turn" else experiment.weights
    given = run_response(
        key, PreparedRun(experiment, checkpoint, weights), run(experiment, checkpoint), view, before, Origin(act)
    )
    arrived: dict[str, Any] = json.loads(to_json(given), parse_constant=refuse)
    return arrived


def refuse(text: str) -> None:
    raise AssertionError(f"{text} is no JSON")


def sentence(given: dict[str, Any]) -> str:
    return "".join(text for text, _ in given["said"]["sentence"])


def test_a_response_has_the_engines_numbers_to_the_last_bit() -> None:
    for key, row in CATALOGUE.items():
        experiment = row.experiment
        given, done, bench = answer(experiment, key), run(experiment, experiment.network()), bench_for(experiment)
        losses, said = bench.learn(experiment.samples), given["said"]
        bench.rollback_net()
        potential = bench.learning_potential(experiment.samples)
        assert (said["max"], said["last"]) == (number(max(losses)), number(losses[-1]))
        assert said["potential"] == two_decimals(potential)
        exact = {"max": max(losses), "last": losses[-1], "potential": potential}
        assert said["exact"] == {name: value if math.isfinite(value) else None for name, value in exact.items()}
        summary = read_summary(given["summary"])
        assert (summary.title, summary.fingerprint) == (row.title, done.fingerprint)
        assert (summary.settled, summary.first) == (done.settled, done.losses[0])
        assert summary.checkpoint == checkpoint_fingerprint(experiment.network())
        assert (summary.knobs["inputs"], summary.network) == (experiment.inputs_name, network_name(experiment))
        for name in ("alpha", "samples", "seed", "ideal"):
            assert summary.knobs[name] == getattr(experiment, name)
        assert Experiment.from_plain(given["experiment"]) == experiment
        wanted = flattened(parameters(done.trained))
        assert weights_of(given["weights"]).tobytes() == np.array(wanted, dtype="<f8").tobytes()
        static = StaticView(row, experiment, experiment.network())
        window = static.input_domain.window((0, 1), experiment.facts()[0][-1])
        output = static.input_domain.shown(done.trained.respond(window.grid))
        assert np.array_equal(decoded(given["response"]["output"]), output.T.ravel().astype(np.float32))
        border = given["frame"]["response"]["border"]
        assert (border is not None) is (experiment.width == 2 and experiment.target.everywhere)
        if border:
            assert len(decoded(border)) == experiment.outputs * math.ceil(BORDER_GRID**2 / 8)


def test_weights_are_sent_once_to_the_bit_and_maps_marks_and_axes_as_they_are_due() -> None:
    experiment = CATALOGUE[FIRST].experiment
    assert answer(act="turn")["experiment"] == experiment.knob_values
    assert answer()["experiment"]["weights"] == {"kind": "drawn", "seed": 1, "scheme": "normal"}
    kept = experiment.with_weights_of(run(experiment, experiment.network()).trained)
    assert isinstance(kept.weights, GivenWeights)
    assert Experiment.from_plain(answer(kept)["experiment"]).weights == kept.weights
    for key in ["tanh-signs", "xor-hidden-layer", "spiral"]:
        given = answer(CATALOGUE[key].experiment, key)
        before, after = decoded(given["frame"]["weights"]["checkpoint"]), weights_of(given["weights"])
        assert given["weights"]["layout"]["coloraxis"]["cmax"] == max(np.abs(before).max(), np.abs(after).max())
    given = answer(CATALOGUE["map-plus-one"].experiment, "map-plus-one")
    weights = given["frame"]["weights"]
    assert weights["none"] == NO_WEIGHTS
    assert weights["names"] == weights["cells"] == []
    assert decoded(weights["checkpoint"]).size == weights_of(given["weights"]).size == 0
    assert answer()["frame"]["weights"]["none"] == ""
    assert answer(view=ViewOptions("light", None, maps=False))["response"] is None
    given = answer(view=ViewOptions("light", (-9.0, 4.0), maps=False))
    assert given["limits"] == given["loss"]["layout"]["yaxis"]["range"] == [-9.0, 4.0]
    given = answer()
    low, high = given["limits"]
    assert answer(view=ViewOptions("light", (low, high), maps=False))["loss"]["layout"]["yaxis"]["range"] == [low, high]
    earlier = replace(read_summary(answer()["summary"]), title="Doubling map", settled=2e-11)
    assert answer(before=earlier)["limits"] == answer()["limits"]
    given = answer(replace(CATALOGUE["square-map"].experiment, alpha=3.0), "square-map")
    at = given["summary"]["diverged_at"]
    assert 0 < at < LAST_SAMPLES, Window
    assert len(given["response"]["marks"]) == at
    assert len(answer()["response"]["marks"]) == LAST_SAMPLES, Window
    for key in [FIRST, "circle", "three-facts"]:
        experiment = CATALOGUE[key].experiment
        _, T = experiment.facts()
        for large, count in ((False, LAST_SAMPLES), (True, samples_drawn(experiment.samples, large=True))):
            given = answer(experiment, key, replace(VIEW, large=large))["response"]
            assert (len(given["marks"]), given["signs"]) == (count, np.sign(T[-count:]).tolist())
    given = answer(CATALOGUE["sine"].experiment, "sine")["response"]
    assert given["marks"] == given["signs"] == []
    rows = ((0.0,), (1.0,), (3.0,)), ((1.0,), (-1.0,), (0.5,))
    given = answer(replace(set_table(CATALOGUE["sine"].experiment, Table(*rows)), held_out=1), "sine")["response"]
    marks = sorted(given["marks"] + given["held"])
    assert marks == [[0.5, 1.0], [0.6515, -1.0], [0.9545, 0.5]], "a share of the way across, and the target"


def test_the_controls_and_the_summary_name_the_experiment_and_its_network() -> None:
    experiment = replace(CATALOGUE[FIRST].experiment, alpha=alpha_at(0.3), samples=3000, seed=7, inputs="corners")
    controls = answer(experiment)["controls"]
    assert (controls["position"], controls["alpha"]) == (0.3, f"{alpha_at(0.3):.3g}")
    assert (controls["samples"], controls["seed"], controls["inputs"]) == (3000, 7, "corners")
    assert (controls["ideal"], controls["filter"]) == (experiment.ideal, experiment.filter)
    assert answer(replace(CATALOGUE[FIRST].experiment, alpha=3.0))["controls"]["position"] == 1.0
    for key in ("tanh-signs", "xor-one-layer", "sine"):
        choices = [choice["value"] for choice in answer(CATALOGUE[key].experiment, key)["frame"]["ideals"]]
        assert choices == [*TARGETS, OWN_FORMULAS]
    first, table = CATALOGUE[FIRST].experiment, CATALOGUE["three-facts"].experiment
    assert isinstance(table.inputs, Table)
    others = [
        replace(first, layers=first.layers[:1]), replace(first, layers=(Affinity(2, 2, frozen=True), Map("tanh"))),
        table, replace(table, inputs=replace(table.inputs, shuffled=True)),
    ]  # fmt: skip
    assert len({network_name(experiment) for experiment in (first, *others)}) == 5
    assert network_name(first) == network_name(replace(first, alpha=0.3, seed=9, weights=DrawnWeights(9)))
    given = answer(replace(CATALOGUE[FIRST].experiment, ideal=("v0 + v1", "v0 - v1")))
    assert (given["controls"]["ideal"], given["summary"]["ideal"]) == (OWN_FORMULAS, "v0 + v1, v0 - v1")
    assert given["frame"]["target"] == {"formulas": ["v0 + v1", "v0 - v1"], "editable": True, "most": 16}


def test_what_a_table_or_a_larger_space_shows_is_json_too() -> None:
    given = answer(CATALOGUE["three-facts"].experiment, "three-facts")
    assert (given["controls"]["ideal"], given["controls"]["inputs"]) == ("table", "table")
    assert given["frame"]["ideals"][0] == {"value": "table", "label": "Table"}
    assert given["frame"]["inputs"][0] == {"value": "table", "label": "Table"}
    assert given["frame"]["response"]["target"] is given["response"]["target"] is None
    assert np.isfinite(decoded(given["response"]["output"])).all()
    assert [text for text, _ in given["response"]["says"]][-1] == "(5, 4)"
    experiment = CATALOGUE["three-facts"].experiment
    (X, T), trained = experiment.facts(), run(experiment, experiment.network()).trained
    facts = answer(experiment, "three-facts")["response"]["facts"]
    assert facts["wanted"][-1] == [1.0, 0.8], "the last row asks 5 and 4, painted up to 5"
    missed = (trained.respond(X) - T)[-LAST_SAMPLES:] / 5.0
    assert np.array(facts["missed"]) == pytest.approx(np.clip(missed, -1.0, 1.0), abs=6e-4)
    assert answer()["response"]["facts"] is None
    formulas = ("v0 + 2*v2",)
    experiment = Experiment((Affinity(3, 1),), formulas, inputs="uniform")
    plane = answer(experiment, view=ViewOptions("light", None, maps=True, axes=(2, 0)))["response"]
    grid = Window(1.0, 3, (2, 0), tuple(experiment.facts()[0][-1].tolist())).grid
    assert plane["axes"] == [2, 0]
    assert decoded(plane["target"]) == pytest.approx(grid[:, 0] + 2 * grid[:, 2], abs=1e-6)
    trained = run(experiment, experiment.network()).trained
    assert decoded(plane["output"]) == pytest.approx(trained.respond(grid)[:, 0], abs=1e-6)
    experiment = Experiment((Affinity(3, 1),), ("v0",))
    assert answer(experiment, view=ViewOptions("light", None, maps=True, axes=(7, 2)))["response"]["axes"] == [0, 1]


@pytest.mark.parametrize(("knobs", "learned"), [
    ({}, 206), ({"without": (2, 7, 13)}, 203), ({"distinct": 50}, 50), ({"distinct": 50, "without": (2,)}, 49),
    ({"samples": 100}, 100), ({"samples": 100, "without": (2, 7, 13)}, 98),
])  # fmt: skip
def test_of_the_rows_of_a_table_those_are_learned_that_come_and_are_not_left_out(
    knobs: dict[str, Any], learned: int
) -> None:
    experiment = replace(CATALOGUE["penguins"].experiment, **knobs)
    assert row_counts(experiment) == {"rows": [206, 68, 68, learned]}
    moved = not_none(experiment.turns)[experiment.passed != PASSED_OVER if experiment.without else slice(None)]
    assert len(np.unique(moved)) == learned


def test_the_chart_the_last_sample_and_a_divergence_are_said_in_words() -> None:
    said = answer()["said"]
    assert said["aria"] == "Loss over 300 steps: it starts at 2.38 and its final loss is 0.106."
    experiment = CATALOGUE[FIRST].experiment
    X, T = experiment.facts()
    out = run(experiment, experiment.network()).trained.respond(X[-1:])[0]
    says = "".join(text for text, _ in answer()["response"]["says"])
    at, output = (", ".join(two_decimals(v) for v in vector) for vector in (X[-1], out))
    assert T[-1].tolist() == [1.0, 1.0]
    assert says == f"Sample 299 at ({at}): output ({output}) after its step, target (1, 1)"
    given = answer(replace(CATALOGUE["square-map"].experiment, alpha=3.0), "square-map")
    said, at = given["said"], given["summary"]["diverged_at"]
    assert given["summary"]["settled"] is None
    assert (said["max"], said["last"], said["potential"]) == ("∞", "not a number", "−∞")
    assert said["exact"] == {"max": None, "last": None, "potential": None}
    assert f"diverges at step {at}" in said["aria"]
    assert f"diverges at step {at}" in sentence(given)
    assert f"stop at step {max(0, at - 1)}" in said["proof"]
    late = replace(CATALOGUE["square-map"].experiment, alpha=1e-4, samples=3000, rate="exp(k/150)")
    assert "diverges at step 1,133" in answer(late, "square-map")["said"]["aria"]
    assert given["ghost"]["settled"] is None


def test_a_change_is_compared_with_the_run_before_and_a_ghost_is_its_line() -> None:
    before = read_summary(answer()["summary"])
    given = answer(replace(CATALOGUE[FIRST].experiment, alpha=0.3), before=before, act="turn")
    assert sentence(given).startswith("Turning α from 0.1 to 0.3 ")
    assert given["limits"][0] <= math.log10(before.settled or 1.0)
    other = replace(CATALOGUE[FIRST].experiment, weights=DrawnWeights(9))
    assert sentence(answer(other, before=before, act="randomize")).startswith("New weights ")
    given = answer()["summary"]
    assert read_summary(given).plain() == given
    given = answer()
    assert given["ghost"].keys() == {"end", "settled", "samples"}, "the line is that of the figure"
    assert given["ghost"]["end"] == pytest.approx(float(decoded(line_of(given)["y"])[-1]), rel=1e-6)
    assert given["ghost"]["samples"] == 300
    given = answer(view=replace(VIEW, limits=(-1.0, 1.0)))
    own, drawn = decoded(given["ghost"]["y"]), decoded(line_of(given)["y"])
    assert own.min() < 0.1 < drawn.min()
    assert own[own > 0.11].tolist() == drawn[own > 0.11].tolist()
    assert steps_of(given["ghost"]).tolist() == steps_of(line_of(given)).tolist()
    assert "x" not in line_of(answer())
    long = answer(replace(CATALOGUE[FIRST].experiment, samples=8_000))
    assert steps_of(line_of(long)).tolist() == pytest.approx(low_pass(np.ones(8_000))[0].tolist())


def line_of(given: dict[str, Any]) -> dict[str, Any]:
    line: dict[str, Any] = next(trace for trace in given["loss"]["data"] if trace["mode"] == "lines")
    return line


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Small networks with hostile numbers."""
    widths = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    layers: list[Any] = []
    for inputs, outputs in zip([2, *widths], [*widths, 1], strict=True):
        layers += [Affinity(inputs, outputs), Map(draw(st.sampled_from(sorted(ACTIVATIONS))))]
    experiment = Experiment(
        tuple(layers), "xor", alpha=draw(st.floats(min_value=5e-324, max_value=1e300)),
        samples=draw(st.integers(1, 40)), seed=draw(st.integers(0, 2**32 - 1)),
        filter=draw(st.sampled_from(["raw", "low pass", "both"])),
    )  # fmt: skip
    network = experiment.network()
    network.layers[0].parameters["M"][0, 0] = draw(st.floats(allow_nan=False, allow_infinity=False))
    return experiment.with_weights_of(network)


@given(experiments(), st.booleans())
def test_the_response_to_any_run_is_valid_json_and_has_its_charts(experiment: Experiment, dark: bool) -> None:
    given = answer(experiment, "xor-one-layer", ViewOptions("dark" if dark else "light", None, maps=True))
    assert sentence(given).endswith(".")
    assert all(map(math.isfinite, given["limits"]))
    again = answer(experiment, "xor-one-layer", VIEW, read_summary(given["summary"]), "turn")
    assert sentence(again) == sentence(answer(experiment, "xor-one-layer", VIEW, act="turn"))


def test_the_initial_page_is_the_first_experiment_already_run_with_the_texts_of_its_response() -> None:
    opening = CATALOGUE_CONTENT.first
    first, given = initial_page(), answer(CATALOGUE[opening].experiment, opening)
    assert first.experiment == opening
    assert Experiment.from_json(first.experiment_json) == CATALOGUE[opening].experiment
    readouts = tuple(given["said"][name] for name in ("max", "last", "potential"))
    assert first.readouts == (*readouts, "", "", "", grouped(given["summary"]["fingerprint"]))
    assert (json.loads(to_json(first.loss)), first.proof) == (given["loss"], given["said"]["proof"])
    assert (first.hint, first.targets) == (given["frame"]["hint"], given["frame"]["ideals"])
    ends = (
        (first.weights_key, given["weights"]["layout"]["coloraxis"]["cmax"], 2),
        (first.response_key, given["frame"]["response"]["scale"], 1),
    )
    for key, scale, digits in ends:
        said = [text for text in json.loads(to_json(key)) if text["type"] == "Span"]
        assert [text["props"]["children"] for text in said] == [number(-scale, digits), number(scale, digits)]
    pieces = json.loads(to_json(first.response_text))
    texts = [piece if isinstance(piece, str) else piece["props"]["children"] for piece in pieces]
    assert texts == [text for text, _ in given["response"]["says"]]
    groups = grouped_experiments()
    assert [item["value"] for group in groups for item in group["items"]] == list(CATALOGUE)
    assert [group["group"] for group in groups] == list(dict.fromkeys(row.group for row in CATALOGUE.values()))


FEW = replace(CATALOGUE["circle"].experiment, samples=10_000, seed=5, alpha=0.05, distinct=30, noise=0.5, held_out=300)


def held_out_line(given: dict[str, Any]) -> dict[str, Any] | None:
    return next((trace for trace in given["loss"]["data"] if trace.get("name") == "held-out"), None)


def test_the_held_out_loss_is_a_dashed_line_and_said_where_that_matters() -> None:
    given = answer()
    assert "held" not in given
    assert "held" not in given["response"]
    assert held_out_line(given) is None
    given, result = answer(FEW, "circle"), run(FEW, FEW.network())
    assert result.held_out is not None
    line = not_none(held_out_line(given))
    assert line["line"]["dash"]
    assert steps_of(line).tolist() == result.held_out.steps.tolist()
    assert decoded(line["y"]) == pytest.approx(result.held_out.losses, rel=1e-6)
    assert given["held"] == {"final": number(result.held_out.final), "loss": result.held_out.final, "says": ""}
    assert len(given["response"]["held"]) == LAST_SAMPLES
    assert given["limits"][0] < math.log10(result.held_out.final) < given["limits"][1]
    new = answer(replace(FEW, distinct=None), "circle")
    assert held_out_line(new) is None
    assert new["held"]["loss"] is None
    assert new["held"]["says"].startswith("Every sample is new, so the curve itself is a held-out loss")
    one = replace(CATALOGUE["square-map"].experiment, alpha=0.5, distinct=10, held_out=20)
    given = answer(one, "square-map")
    assert given["held"]["loss"] is None
    line = not_none(held_out_line(given))
    assert all(step <= given["summary"]["diverged_at"] for step in steps_of(line).tolist())
    for experiment, says in [
        (replace(CATALOGUE["xor-hidden-layer"].experiment, held_out=20), "Such inputs are few"),
        (replace(CATALOGUE["three-facts"].experiment, held_out=1), "Of every 3 rows the last one is held out: 1 of 3."),
    ]:
        given = answer(experiment, "three-facts")
        assert given["held"]["says"].startswith(says)
        assert held_out_line(given) is not None
    given = answer(FEW, "circle", before=read_summary(new["summary"]), act="turn")
    held = given["held"]["final"]
    assert sentence(given) == (
        f"Turning distinct samples from all to 30: learned 0.00528, held-out {held}. It has learned these 30 by heart."
    )
    assert sentence(answer(FEW, "circle")).endswith(f" Held-out {held}: it has learned these 30 by heart.")
    assert (new["summary"]["held_out_loss"], given["summary"]["held_out_loss"]) == (None, given["held"]["loss"])
    decayed = answer(replace(FEW, decay=0.02), "circle", before=read_summary(given["summary"]), act="turn")
    assert sentence(decayed).endswith(f" Held-out {held} → {decayed['held']['final']}.")
    early = replace(FEW, samples=1000)
    turned = answer(early, "circle", before=read_summary(answer(replace(early, noise=0.2), "circle")["summary"]))
    assert sentence(turned).startswith("Turning the noise from 0.2 to 0.5: learned ")
    assert "by heart" not in sentence(turned)
    assert "and samples, other noise" in turned["said"]["proof"]
