"""Every cell of the sensitivity is a run of its own, with one thing changed."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, DrawnWeights, Experiment, GivenWeights, run
from engine.experiments.edits import freeze, multiply_left, set_width
from tests.engine.asserting import refuses
from tests.webapp.asking import prepared_for, settled
from webapp.analyses import sensitivity as room
from webapp.analyses.sensitivity import MOST_WEIGHTS, knob_rows, sensitivity
from webapp.base.validation import Malformed
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import run_cost

ROWS = knob_rows()


def strip_of(prepared: PreparedRun, at: int) -> dict[str, Any]:
    """A strip whole, however many questions it takes."""
    whole = sensitivity(prepared, {"strip": at, "from": 0})
    while len(whole["cells"]) < whole["count"]:
        whole["cells"] += sensitivity(prepared, {"strip": at, "from": len(whole["cells"])})["cells"]
    return whole


def titled(prepared: PreparedRun, title: str) -> dict[str, Any]:
    strip = strip_of(prepared, [title for title, _ in ROWS].index(title))
    assert strip["title"] == title
    return strip


def test_a_cell_is_the_run_that_it_turns_to_of_knobs_weights_and_inputs() -> None:
    for key in ["tanh-signs", "square-map"]:
        for title in ["Learning rate α", "Samples", "Data seed"]:
            prepared = prepared_for(key)
            cells = titled(prepared, title)["cells"]
            found = [cell["settled"] for cell in cells]
            assert found == [settled(replace(prepared.experiment, **cell["turn"]), prepared) for cell in cells]
            assert [cell["now"] for cell in cells].count(True) == 1
    cases: list[Any] = [
        ("Distinct", {"distinct": 8}), ("Noise σ", {"noise": 0.25}), ("Batch", {"batch": 3}),
        ("Momentum μ", {"momentum": 0.25}), ("Decay λ", {"decay": 0.02}), ("Optimizer", {"optimizer": "adam"}),
        ("Nesterov", {"nesterov": True}),
    ]  # fmt: skip
    for title, changes in cases:
        off = prepared_for("tanh-signs")
        assert bool(titled(off, title)["cells"]) == (title in ("Batch", "Optimizer"))
        on = off.with_knobs(samples=40, **changes)
        cells = titled(on, title)["cells"]
        found = [cell["settled"] for cell in cells]
        assert found == [settled(replace(on.experiment, **cell["turn"]), on) for cell in cells]
        assert [cell["now"] for cell in cells].count(True) == 1
    prepared = prepared_for("tanh-signs")
    # Steps of α's slider end before its left end, where they would come beside what its mapping divides by.
    cells = titled(prepared_for("tanh-signs").with_knobs(alpha=0.003), "Learning rate α")["cells"]
    assert [cell["now"] for cell in cells] == [*[False] * 5, True, *[False] * 10]
    for cell in titled(prepared, "Weight seed")["cells"] + titled(prepared, "Size of the starting weights")["cells"]:
        do, value = cell["turn"]["change"]
        drawn = {"weight seed": {"seed": int(value)} if value.isdigit() else {}, "scheme": {"scheme": value}}[do]
        experiment = replace(prepared.experiment, weights=replace(prepared.experiment.weights, **drawn))
        assert cell["settled"] == settled(experiment, PreparedRun(experiment, experiment.network()))
    cells = titled(prepared_for("tanh-signs"), "Inputs")["cells"]
    assert [cell["says"] for cell in cells if cell["now"]] == ["Normal inputs"]
    assert {"change": ["inputs", "uniform"]} in [cell["turn"] for cell in cells]
    prepared = prepared_for("tanh-signs").with_knobs(samples=20, batch=4)
    assert [cell["turn"]["batch"] for cell in titled(prepared, "Batch")["cells"]] == [1, 2, 4, 8, 16]
    assert min(cell["turn"]["samples"] for cell in titled(prepared, "Samples")["cells"]) >= 4
    assert "Loss" not in [title for title, _ in knob_rows()]
    for asked in [
        None, {}, {"strip": 0}, {"strip": -1, "from": 0}, {"strip": 0, "from": "1"}, {"strip": 101, "from": 0},
    ]:  # fmt: skip
        refuses(Malformed, sensitivity, prepared_for("tanh-signs"), asked)


def test_inputs_and_widths_are_rows_and_cells_have_the_loss_of_held_out_samples() -> None:
    prepared = prepared_for("penguins").with_knobs(samples=200)
    named = titled(prepared, "Without one input")["cells"]
    assert [cell["says"] for cell in named] == [
        "without bill length", "without bill depth", "without flipper length", "without body mass"
    ]  # fmt: skip
    experiment = freeze(prepared.experiment, 0, range(1, 32, 4))
    M = np.array(experiment.network().layers[0].M)
    M[:, 1] = 0.0
    blind = experiment.network()
    blind.layers[0].M = M
    alone = run(experiment, blind)
    assert alone.held_out is not None
    assert (named[1]["settled"], named[1]["held_out"]) == (alone.settled, alone.held_out.final)
    widths = titled(prepared, "Width of the hidden layer")["cells"]
    assert [cell["now"] for cell in widths] == [cell["says"] == "width 8" for cell in widths]
    narrow = set_width(prepared.experiment, 0, 3)
    assert widths[2]["settled"] == settled(narrow, PreparedRun(narrow, narrow.network()))
    assert all(cell["turn"] is None for cell in named + widths)
    now = run(prepared.experiment, prepared.checkpoint)
    assert now.held_out is not None
    assert {cell["held_out"] for cell in widths if cell["now"]} == {now.held_out.final}
    assert titled(prepared_for("tanh-signs"), "Width of the hidden layer")["cells"] == []
    square = multiply_left(CATALOGUE["left-or-right"].experiment, wrong=True)
    [alone] = titled(PreparedRun(square, square.network()), "Width of the hidden layer")["cells"]
    assert (alone["says"], alone["now"]) == ("width 4", True)
    drawn = titled(prepared_for("tanh-signs"), "Without one input")["cells"]
    assert [(cell["says"], cell["held_out"]) for cell in drawn] == [("without v₀", None), ("without v₁", None)]


def taken_out(experiment: Experiment, at: int, place: int) -> Experiment:
    """The experiment with that weight of affinity `at` given as 0, and frozen."""
    M, b = (array.copy() for array in experiment.network().layers[at].parameters.values())
    (M if place < M.size else b).flat[place if place < M.size else place - M.size] = 0.0
    given = GivenWeights(((tuple(map(tuple, M.tolist())), tuple(b.tolist())),))
    return replace(freeze(experiment, at, [place]), weights=given)


def test_a_weight_is_taken_out_by_freezing_it_at_0_and_trained_weights_have_no_seed() -> None:
    prepared = prepared_for("tanh-signs")
    cells = strip_of(prepared, len(ROWS))["cells"]
    assert cells[1]["says"] == "without the weight from v₁ to u₀"
    assert cells[5]["says"] == "without the bias of u₁"
    for place, cell in enumerate(cells):
        experiment = taken_out(prepared.experiment, 0, place)
        assert cell["settled"] == settled(experiment, PreparedRun(experiment, experiment.network()))
    prepared = prepared_for("xor-hidden-layer")
    asked = [strip_of(prepared, at) for at in range(len(ROWS), len(ROWS) + 3)]
    assert [(strip["title"], strip["count"]) for strip in asked] == [
        ("Dense layer 1 without one", 12), ("Dense layer 2 without one", 5), ("", 0)
    ]  # fmt: skip
    assert {strip["strips"] for strip in asked} == {len(ROWS) + 2}
    experiment = set_width(replace(CATALOGUE["spiral"].experiment, samples=5), 0, 64)
    strip = sensitivity(PreparedRun(experiment, experiment.network()), {"strip": len(ROWS) + 1, "from": 0})
    assert (strip["count"], strip["title"]) == (MOST_WEIGHTS, "Dense layer 2 without one, the first 512 of 1,040")
    prepared = prepared_for("tanh-signs")
    kept = replace(prepared, checkpoint=run(prepared.experiment, prepared.checkpoint).trained)
    cells = titled(kept, "Weight seed")["cells"]
    assert not any(cell["now"] for cell in cells)
    drawn = replace(kept.experiment, weights=DrawnWeights(0))
    assert cells[0]["settled"] == settled(drawn, PreparedRun(drawn, drawn.network()))
    prepared = prepared_for("identity-layer")
    counts = [strip_of(prepared, at)["count"] for at in range(len(ROWS))]
    titles = [title for title, _ in ROWS]
    assert [counts[titles.index(title)] for title in ("Weight seed", "Size of the starting weights")] == [0, 0]
    assert sensitivity(prepared, {"strip": 0, "from": 0})["strips"] == len(ROWS)


def test_expensive_strips_come_in_pieces_and_what_costs_too_much_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepared_for("tanh-signs")
    prepared = replace(prepared, experiment=replace(prepared.experiment, samples=10_000))
    monkeypatch.setattr(room, "BUDGET", 3 * run_cost(prepared.experiment, prepared.checkpoint))
    assert len(sensitivity(prepared, {"strip": 2, "from": 0})["cells"]) == 3
    samples = titled(prepared, "Samples")["cells"]
    assert samples[-1] is None
    assert samples[0]["settled"] is not None
