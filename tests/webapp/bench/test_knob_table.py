"""One table of knobs: a row that is added is found in everything that the page derives from the table."""

import json
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from dash import Dash

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.knobs import KNOBS, Knob
from engine.experiments.run import run
from engine.sweeps.axes import axes_of
from tests.engine.asserting import refuses
from tests.engine.more_knobs import BATCH, DISTINCT, LATER_VALUES, MOMENTUM, MORE_KNOBS, LaterExperiment
from tests.webapp.asking import SETTINGS, TAB, not_none, plain_knobs, plain_request, refusal
from tests.webapp.decoding import decoded
from webapp import callbacks
from webapp.analyses.landscape.axes import landscape_axes, read_axes
from webapp.analyses.landscape.download import NUMBERS, gathered_by_page
from webapp.analyses.landscape.evaluate import evaluate_landscape
from webapp.analyses.sensitivity import knob_rows, sensitivity
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun, RequestContext
from webapp.bench.knob_controls import control_inputs, control_value, knob_inputs, slider_of
from webapp.bench.knob_values import Refused, read_knob
from webapp.bench.narration import narrate, shown_value, turns
from webapp.bench.page_content import CATALOGUE_CONTENT, PageContent
from webapp.bench.requests import ViewOptions, read_run_request, read_side_request, read_summary
from webapp.bench.run_summary import RunSummary, run_fields
from webapp.links import codec
from webapp.page.axis_constants import axis_constants
from webapp.page.knob_constants import knob_constants
from webapp.responses.run import run_response
from webapp.sessions.sessions import Sessions

ADDED: dict[str, Knob] = {name: knob for name, knob in MORE_KNOBS.items() if name not in KNOBS}
SHOWN = {
    "later_batch": "16", "later_momentum": "0.9", "later_nesterov": "on", "later_optimizer": "Adam",
    "later_rate": "1/(1+v0/200)", "later_distinct": "30",
}  # fmt: skip
ROW = CATALOGUE[FIRST]
FIRST_EXPERIMENT = LaterExperiment.from_json(replace(ROW.experiment, samples=40).to_json())
ROWS = MappingProxyType({FIRST: replace(ROW, source=FIRST_EXPERIMENT)})
CONTENT = PageContent(ROWS, CATALOGUE_CONTENT.ideals, FIRST, LaterExperiment.from_plain, shared=True)
"""A page whose experiments have the added knobs."""


def knobs_of(**changes: Any) -> dict[str, Any]:
    return FIRST_EXPERIMENT.knob_values | changes


def response(**changes: Any) -> dict[str, Any]:
    """The response to a run under these knobs, after a run of the first experiment."""
    context = RequestContext(Sessions.from_settings(SETTINGS), "s" * 32, SETTINGS.max_samples, content=CONTENT)
    context.prepare(read_run_request(plain_request("choose", knobs=knobs_of()), CONTENT))
    before = answer(context.prepare(read_run_request(plain_request(knobs=knobs_of()), CONTENT)), None)
    request = read_run_request(plain_request(knobs=knobs_of(**changes), before=before["summary"]), CONTENT)
    return answer(context.prepare(request), request.before)


def answer(prepared: PreparedRun, before: RunSummary | None) -> dict[str, Any]:
    view = ViewOptions("light", None, maps=False)
    return run_response(FIRST, prepared, run(prepared.experiment, prepared.checkpoint), view, before, content=CONTENT)


def test_an_added_knob_is_part_of_a_request_and_of_what_names_a_run_also_for_the_scripts() -> None:
    for name, value in LATER_VALUES.items():
        assert read_run_request(plain_request(knobs=knobs_of(**{name: value})), CONTENT).knobs[name] == value
        question = {"serial": 1, "tab": TAB, "key": FIRST, "knobs": knobs_of(**{name: value}), "asked": {}}
        assert read_side_request(question, CONTENT).knobs[name] == value
        assert response(**{name: value})["experiment"] == knobs_of(**{name: value})
    rows = knob_constants(MORE_KNOBS)
    assert [row["name"] for row in rows] == list(MORE_KNOBS)
    assert (json.loads(json.dumps(rows)), rows[: len(KNOBS)]) == (rows, knob_constants())
    for row, knob in zip(rows, MORE_KNOBS.values(), strict=True):
        assert (row["label"], row["link"], row["namesRun"]) == (knob.label, knob.link_name, knob.names_run)
        assert row["controls"] == [list(control) for control in control_inputs(knob)]
    axes = {row["name"]: row for row in axis_constants(MORE_KNOBS)}
    assert list(axes) == list(axes_of(MORE_KNOBS))
    assert axes["later_momentum"]["title"] == "momentum"
    assert len(axes["later_momentum"]["values"]) == axes["later_momentum"]["cells"] == 32
    assert [axes["width"][name] for name in ("cells", "values", "unit")] == [None, None, "units"]
    assert run_fields()[:6] == ["title", "alpha", "samples", "seed", "ideal", "inputs"]
    assert run_fields()[-2:] == ["network", "checkpoint"]
    assert run_fields(MORE_KNOBS) == [*run_fields()[:-2], *ADDED, "network", "checkpoint"]
    summary = response(**LATER_VALUES)["summary"]
    assert {name: summary[name] for name in ADDED} == LATER_VALUES
    assert set(run_fields(MORE_KNOBS)) <= set(summary)
    named = [row["name"] for row in knob_constants(MORE_KNOBS) if row["namesRun"]]
    assert run_fields(MORE_KNOBS) == ["title", *named, "network", "checkpoint"]
    plain = response()["summary"]
    old = {name: value for name, value in plain.items() if name not in ADDED}
    assert read_summary(old, MORE_KNOBS) == read_summary(plain, MORE_KNOBS)
    assert read_summary(plain, MORE_KNOBS).plain() == plain
    request = read_run_request(plain_request(knobs=knobs_of(), before=old), CONTENT)
    assert request.before is not None
    assert {name: request.before.knobs[name] for name in ADDED} == {name: knob.default for name, knob in ADDED.items()}


HOSTILE: dict[str, tuple[Any, ...]] = {
    "later_batch": (None, True, [], {"position": 0.5}, float("nan"), 10**400, "x" * 65),
    "later_momentum": (None, True, [], {"position": 0.5}, float("inf"), "x" * 65),
    "later_nesterov": (None, 0, "on", []), "later_optimizer": (None, 1, "adamw", ["adam"]),
    "later_rate": (None, 1, ["1"], "x" * 1001), "later_distinct": (True, [], {}, float("nan"), "x" * 65),
}  # fmt: skip


def test_what_no_page_sends_for_an_added_knob_is_malformed_and_what_is_typed_read_or_refused() -> None:
    for name, values in HOSTILE.items():
        for value in values:
            with pytest.raises(Malformed) as malformed:
                read_run_request(plain_request(knobs=knobs_of(**{name: value})), CONTENT)
            assert str(malformed.value).endswith(".")
    for name in ADDED:
        knobs = {key: value for key, value in knobs_of().items() if key != name}
        refuses(Malformed, read_run_request, plain_request(knobs=knobs), CONTENT)
        refuses(Malformed, read_run_request, plain_request(knobs=plain_knobs() | {name: LATER_VALUES[name]}))
    for name in ["alpha", "ideal", "inputs"]:
        plain = {key: value for key, value in response()["summary"].items() if key != name}
        refuses(Malformed, read_summary, plain, MORE_KNOBS)
    for name, values in HOSTILE.items():
        for value in values:
            refuses(Malformed, read_summary, response()["summary"] | {name: value}, MORE_KNOBS)
    for name, typed, value in [
        ("later_batch", " 32 ", 32), ("later_batch", "1e2", 100), ("later_momentum", "0,9", 0.9),
        ("later_distinct", "1,000", 1000), ("later_distinct", "every sample new", None),
        ("later_distinct", None, None), ("later_rate", " 1/(1+v0) ", "1/(1+v0)"),
    ]:  # fmt: skip
        assert read_knob(ADDED[name], typed) == value
    for name, typed, sentence in [
        ("later_batch", "300", "A batch has 1 to 256 samples."),
        ("later_batch", "many", "A batch has 1 to 256 samples."),
        ("later_momentum", "1", "Momentum goes from 0.0 to 0.99."),
        ("later_distinct", "0", "From 1 to 1,000,000 distinct samples."),
    ]:
        assert refusal(read_knob, ADDED[name], typed) == Refused(name, sentence)
    assert "is not a name here" in refusal(read_knob, ADDED["later_rate"], "k + w1").sentence
    texts = {"layers": "~".join(["tanh"] * 9), "target": "swap", "later_batch": "16", "alpha": "0.3", "v": "1"}
    kept = codec._without_too_large_network(texts, MORE_KNOBS, [])
    assert kept == {"v": "1", "alpha": "0.3", "later_batch": "16"}


def test_the_sentence_says_which_added_knob_was_turned_and_of_two_none() -> None:
    for name, knob in ADDED.items():
        said, was = response(**{name: LATER_VALUES[name]})["said"], shown_value(knob, knob.default)
        turned = f"{turns(knob)} {knob.spoken} from {was} to {SHOWN[name]}"
        sentence = "".join(text for text, _ in said["sentence"])
        assert sentence == f"{turned} changed nothing: the run is the same to the last bit."
        assert said["label"] == f"{knob.label} → {SHOWN[name]}"
        assert said["change"] == f"{knob.label} {was} → {SHOWN[name]}"
        assert "Same starting weights and samples." in said["proof"]
    said = response(later_batch=16, later_momentum=0.9)["said"]
    assert said["change"] == ROW.title
    before, now = (read_summary(response(**turned)["summary"], MORE_KNOBS) for turned in ({}, {"later_batch": 16}))
    assert "batch" in narrate(before, now, knobs=MORE_KNOBS).label
    assert "batch" not in narrate(before, now).label


def test_added_knobs_have_components_that_show_what_they_are_turned_to(monkeypatch: pytest.MonkeyPatch) -> None:
    assert knob_inputs(MORE_KNOBS)[len(knob_inputs()) :] == [
        ("later_batch-slider", "value"), ("later_batch-field", "value"), ("later_momentum-slider", "value"),
        ("later_momentum-field", "value"), ("later_nesterov", "checked"), ("later_optimizer", "value"),
        ("later_rate-field", "value"), ("later_distinct-field", "value"),
    ]  # fmt: skip
    app = Dash("knobs")
    callbacks.register(app, Sessions.from_settings(SETTINGS), SETTINGS, CONTENT)
    turn = next(row for row in app._callback_list if (row["clientside_function"] or {}).get("function_name") == "turn")
    found = [(part["id"], part["property"]) for part in turn["inputs"]]
    assert found == [*knob_inputs(MORE_KNOBS), *callbacks.OTHER_INPUTS]
    assert knob_inputs()[:8] == [
        ("alpha-slider", "value"), ("alpha-field", "value"), ("samples-slider", "value"), ("samples-field", "value"),
        ("seed-field", "value"), ("target", "value"), ("inputs", "value"), ("filter", "value"),
    ]  # fmt: skip
    for knob, scale in ((BATCH, (1, 256, 1)), (MOMENTUM, (0.0, 0.99, 0.01))):
        slider = not_none(slider_of(knob))
        assert (slider.low, slider.high, slider.step) == scale
    assert slider_of(DISTINCT) is None
    controls = response(**LATER_VALUES)["controls"]
    assert {name: controls[name] for name in ADDED} == LATER_VALUES | {"later_momentum": "0.9"}
    assert control_value(DISTINCT, None) == "every sample new"


PREPARED = PreparedRun(FIRST_EXPERIMENT, FIRST_EXPERIMENT.network())


def test_an_added_knob_is_an_axis_of_the_landscape_and_a_row_of_the_sensitivity() -> None:
    axes = landscape_axes(MORE_KNOBS)
    assert list(axes) == [*landscape_axes(), "later_batch", "later_momentum", "later_nesterov", "later_optimizer"]
    assert axes["later_nesterov"].values(0) == (False, True)
    assert axes["later_optimizer"].values(0) == ("sgd", "rmsprop", "adam")
    assert (axes["later_momentum"].values(0)[0], axes["later_momentum"].values(0)[-1]) == (0.0, 0.99)
    for name in ("later_batch", "later_momentum"):
        assert [ADDED[name].check(value) for value in axes[name].values(0)] == list(axes[name].values(0))
    for x, y, by in [
        ("alpha", "later_momentum", "later_momentum"), ("later_optimizer", "later_batch", "later_batch"),
        ("seed", "later_nesterov", "seed"),
    ]:  # fmt: skip
        plan = {"x": x, "y": y, "from": [0, 0], "reaching": None, "scored": False}
        question = {"plan": plan, "by": by, "lines": [1, 0], "along": [1, 0]}
        settled = decoded(evaluate_landscape(PREPARED, question)["settled"]).reshape(2, 2)
        axes, along = landscape_axes(MORE_KNOBS), y if by == x else x
        for line, place in np.ndindex(2, 2):
            at = {by: axes[by].values(0)[1 - line], along: axes[along].values(0)[1 - place]}
            assert settled[line, place] == run(replace(FIRST_EXPERIMENT, **at), PREPARED.checkpoint).settled
    planned = read_axes(
        {"x": "later_nesterov", "y": "later_optimizer", "from": [0, 0], "reaching": None, "scored": False}, MORE_KNOBS
    )
    numbers = {name: np.zeros(6, dtype) for name, dtype in NUMBERS.items()}
    found = gathered_by_page(PREPARED, planned, numbers).to_csv()
    assert found.startswith("later_nesterov,later_optimizer,settled,last")
    titles = [title for title, _ in knob_rows(MORE_KNOBS)]
    assert titles[:3] == ["Learning rate α", "Samples", "Data seed"]
    assert titles[-9:] == [
        "Batch", "Momentum", "Nesterov", "Optimizer", "Weight seed", "Size of the starting weights",
        "Width of the hidden layer", "Inputs", "Without one input",
    ]  # fmt: skip
    turned = replace(PREPARED, experiment=replace(FIRST_EXPERIMENT, **LATER_VALUES))
    for title in ("Batch", "Momentum", "Nesterov", "Optimizer"):
        place = len(titles) - 1 - titles[::-1].index(title)  # the table's own rows of that title come before
        assert sensitivity(PREPARED, {"strip": place, "from": 0})["cells"] == []
        row = sensitivity(turned, {"strip": place, "from": 0})
        assert (row["title"], [cell["now"] for cell in row["cells"]].count(True)) == (title, 1)
        other = replace(turned.experiment, **row["cells"][-1]["turn"])
        assert row["cells"][-1]["settled"] == run(other, PREPARED.checkpoint).settled
