"""Every action goes back to the checkpoint that it should, and stores one only when it says so."""

import json
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from engine import Affinity, AffinityLayer, DrawnWeights, Experiment, GivenWeights, Map, compare
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import checkpoint_fingerprint, parameters, run
from engine.kernel import flattened
from tests.engine.asserting import refuses
from tests.webapp.asking import TAB, VIEW, context, not_none, plain_knobs, plain_request, refusal
from webapp.base.validation import Malformed
from webapp.bench.actions import TOO_LARGE_THERE, NoCheckpoint, PreparedRun, RequestContext, checked_for_page
from webapp.bench.changes import CHANGES
from webapp.bench.knob_values import Refused
from webapp.bench.requests import read_run_request
from webapp.bench.run_pairs import TOO_LONG
from webapp.responses.run import summary_of

ROW = CATALOGUE[FIRST]


def prepared(at: RequestContext, act: str = "turn", key: str = FIRST, **changes: Any) -> PreparedRun:
    return at.prepare(read_run_request(plain_request(act, key, **changes)))


def opened(key: str = FIRST) -> RequestContext:
    at = context()
    prepared(at, "choose", key)
    return at


def summary_of_turned(**changes: Any) -> dict[str, Any]:
    experiment = replace(ROW.experiment, **changes)
    checkpoint = experiment.network()
    return summary_of(ROW, experiment, checkpoint, run(experiment, checkpoint)).plain()


def kept_fingerprint(at: RequestContext) -> str:
    return checkpoint_fingerprint(not_none(at.sessions.stored_checkpoint(at.session, TAB)).network)


def cell(layer: int = 0, name: str = "M", row: int = 0, column: int = 0, text: str = "0.5") -> dict[str, Any]:
    return {"layer": layer, "name": name, "row": row, "column": column, "text": text}


def test_choosing_an_experiment_keeps_its_checkpoint_from_which_every_turned_knob_starts() -> None:
    for key in CATALOGUE:
        at = context()
        assert prepared(at, "choose", key).experiment == CATALOGUE[key].experiment
        assert kept_fingerprint(at) == checkpoint_fingerprint(CATALOGUE[key].experiment.network())
    assert prepared(context(), "choose", knobs=plain_knobs(filter="raw")).experiment.filter == "raw"
    for act in ("turn", "randomize", "keep", "edit"):
        refuses(NoCheckpoint, prepared, context(), act, cell=cell())
    refuses(NoCheckpoint, prepared, context(), "change", change=change("remove"))
    refuses(Malformed, prepared, opened(), "change")
    at = opened()
    first = prepared(at, knobs=plain_knobs(alpha="0.25", samples="50", seed=9))
    assert first.experiment == replace(ROW.experiment, alpha=0.25, samples=50, seed=9)
    assert first.weights is None
    run(first.experiment, first.checkpoint)
    assert checkpoint_fingerprint(prepared(at).checkpoint) == checkpoint_fingerprint(ROW.experiment.network())
    at, table = opened("three-facts"), CATALOGUE["three-facts"].experiment
    turned = prepared(at, key="three-facts", knobs=plain_knobs("three-facts", alpha="0.01", samples="7")).experiment
    assert turned == replace(table, alpha=0.01, samples=7)
    given = prepared(context(), "open", "three-facts", experiment=json.loads(table.to_json()))
    assert given.experiment == table
    at = context(max_samples=200)
    prepared(at, "choose", "affine-swap")
    refused = refusal(prepared, at, key="affine-swap", knobs=plain_knobs("affine-swap", samples=201))
    assert refused.sentence == "Samples are a whole number from 1 to 200."
    at, view = opened(), VIEW | {"step": 48}
    kept = prepared(at, "keep", knobs=plain_knobs(batch=16, samples=100), view=view)
    assert kept.words == ("Starting from the weights after 48 samples", "weights after 48 samples")
    kept = prepared(at, "keep", knobs=plain_knobs(batch=16, samples=100), view=view | {"step": 1})
    assert kept.words == ("Starting from the weights after 1 sample", "weights after 1 sample")


def test_a_knob_that_is_refused_leaves_the_checkpoint_as_it_was_and_names_its_field() -> None:
    for knob, typed, field in [
        ("alpha", "abc", "alpha"), ("alpha", 0, "alpha"), ("samples", "2,000,000", "samples"), ("seed", "−1", "seed"),
    ]:  # fmt: skip
        at = opened()
        before = kept_fingerprint(at)
        for act in ("turn", "randomize", "keep"):
            assert refusal(prepared, at, act, knobs=plain_knobs() | {knob: typed}).field == field
        assert kept_fingerprint(at) == before
    refused_values: list[Any] = [
        ({"batch": 101, "samples": 100}, "batch"), ({"decay": 1.0, "rate": "20"}, "decay"),
        ({"rate": "1/(k-50)"}, "rate"), ({"rate": "1/k"}, "rate"), ({"rate": "x"}, "rate"),
        ({"momentum": "1"}, "momentum"), ({"distinct": 400, "batch": 200, "samples": 100}, "distinct"),
    ]  # fmt: skip
    for changes, field in refused_values:
        at = opened()
        refused = refusal(prepared, at, knobs=plain_knobs(**changes))
        assert refused.field == field
        assert refused.sentence.endswith(".")


def test_knobs_that_do_not_suit_each_other_are_refused_under_the_one_that_was_turned() -> None:
    cases: list[Any] = [
        ({"decay": 0.5}, {"alpha": "4"}, "With decay 0.5, α is at most 2, and where α is 4, decay is at most 0.25: "),
        ({"alpha": 4.0}, {"decay": "0.5"}, "With decay 0.5, α is at most 2, and where α is 4, decay is at most 0.25: "),
        ({"decay": 1.0, "alpha": 0.05}, {"rate": "30"}, "With decay 1, α times the rate is at most 1, and where "),
        ({"decay": 0.3, "alpha": 0.05, "rate": "k"}, {"samples": "100"}, "With decay 0.3, α times the rate is at most"),
        ({"batch": 64, "samples": 100}, {"samples": "20"},
         "A batch has at most as many samples as the run, 20, not 64. Lower it, or "),
        ({"distinct": 50}, {"samples": "20"}, "Distinct samples go from 1 to 20, as many as there are samples, not 50"),
        ({"rate": "1-k/100", "samples": 50}, {"samples": "300"}, "The rate 1-k/100 is −0.01 at step 101. It must be "),
    ]  # fmt: skip
    for stood, turned, sentence in cases:
        at = opened()
        before = summary_of_turned(
            samples=stood.get("samples", 60), **{k: v for k, v in stood.items() if k != "samples"}
        )
        stands = plain_knobs(samples=60) | stood
        prepared(at, knobs=stands, before=before)
        refused = refusal(prepared, at, knobs=stands | turned, before=before)
        assert refused.field in turned
        assert refused.sentence.startswith(sentence)
    at, before = opened(), summary_of_turned(decay=0.5)
    refused = refusal(prepared, at, knobs=plain_knobs(decay=0.5, momentum="0.9", seed="7", alpha="4"), before=before)
    assert refused.field == "alpha"
    at, before = opened(), summary_of_turned(rate="1e10")
    refused = refusal(prepared, at, knobs=plain_knobs(rate="1e10", alpha="1e300"), before=before)
    assert refused == Refused("alpha", "α times the rate is no finite number. Lower one of them.")


def test_randomizing_draws_other_weights_by_their_scheme_each_time_and_keeps_everything_else() -> None:
    at = opened()
    given = prepared(at, "randomize", knobs=plain_knobs(alpha=0.2))
    assert isinstance(given.weights, DrawnWeights)
    assert given.experiment.alpha == 0.2
    assert kept_fingerprint(at) != checkpoint_fingerprint(ROW.experiment.network())
    assert kept_fingerprint(at) == checkpoint_fingerprint(replace(ROW.experiment, weights=given.weights).network())
    assert prepared(at, "randomize").weights != prepared(at, "randomize").weights
    at, he = context(), replace(ROW.experiment, weights=DrawnWeights(1, "he"))
    prepared(at, "open", experiment=json.loads(he.to_json()))
    weights = prepared(at, "randomize").experiment.weights
    assert isinstance(weights, DrawnWeights)
    assert weights.scheme == "he"


def test_trained_weights_become_the_checkpoint_and_a_long_keep_asks_whether_anybody_still_waits() -> None:
    at, trained = opened(), run(ROW.experiment, ROW.experiment.network()).trained
    assert isinstance(prepared(at, "keep").weights, GivenWeights)
    assert kept_fingerprint(at) == checkpoint_fingerprint(trained)
    assert checkpoint_fingerprint(prepared(at).checkpoint) == checkpoint_fingerprint(trained)

    class Gone(Exception):
        pass

    leave, at = Mock(side_effect=Gone), opened()
    refuses(Gone, prepared, replace(at, on_progress=leave), "keep")
    assert kept_fingerprint(at) == checkpoint_fingerprint(ROW.experiment.network())
    at = opened("affine-swap")
    prepared(at, "open", "affine-swap", experiment=plain_of(with_weight("affine-swap", 1e100)))
    before = kept_fingerprint(at)
    refused = refusal(prepared, at, "keep", "affine-swap", knobs=plain_knobs("affine-swap", alpha=1e300, samples=1))
    assert refused.field == "note"
    assert refused.sentence.endswith(".")
    assert kept_fingerprint(at) == before


def test_editing_sets_one_weight_of_the_checkpoint_and_no_other_or_refuses_what_is_none() -> None:
    for name, row, column in [("M", 0, 0), ("M", 1, 0), ("M", 0, 1), ("b", 1, 0)]:
        at, was = opened(), ROW.experiment.network().layers[0].parameters
        given = prepared(at, "edit", cell=cell(name=name, row=row, column=column, text="−0.5"))
        now = given.checkpoint.layers[0].parameters
        assert now[name][(row, column)[: now[name].ndim]] == -0.5
        assert sum(np.count_nonzero(now[part] != was[part]) for part in was) == 1
        assert kept_fingerprint(at) == checkpoint_fingerprint(given.checkpoint)
    at = opened("xor-hidden-layer")
    given = prepared(at, "edit", "xor-hidden-layer", cell=cell(layer=1, name="b"))
    assert [layer for layer in given.checkpoint.layers if isinstance(layer, AffinityLayer)][1].b[0] == 0.5
    for place in [
        None, cell(layer=1), cell(row=2), cell(column=2), cell(name="b", row=2), cell(text="abc"), cell(text="1e999"),
    ]:  # fmt: skip
        at = opened()
        before = kept_fingerprint(at)
        assert (refusal(prepared, at, "edit", cell=place).field, kept_fingerprint(at)) == ("edit", before)


def test_opening_an_experiment_starts_from_its_weights_and_two_tabs_keep_two_checkpoints() -> None:
    for key in CATALOGUE:
        at, row = opened(), CATALOGUE[key]
        trained = run(row.experiment, row.experiment.network()).trained
        given = prepared(at, "open", key, experiment=plain_of(row.experiment.with_weights_of(trained)))
        assert kept_fingerprint(at) == checkpoint_fingerprint(trained) == checkpoint_fingerprint(given.checkpoint)
    at = opened()
    prepared(at, "choose", "xor-one-layer", tab="tab-2")
    assert kept_fingerprint(at) == checkpoint_fingerprint(ROW.experiment.network())
    other = prepared(at, key="xor-one-layer", tab="tab-2", knobs=plain_knobs("xor-one-layer"))
    assert other.experiment.layers == CATALOGUE["xor-one-layer"].experiment.layers


def with_weight(key: str, value: float) -> Experiment:
    experiment = CATALOGUE[key].experiment
    net = experiment.network()
    net.layers[0].parameters["M"][0, 0] = value
    return experiment.with_weights_of(net)


def plain_of(experiment: Experiment) -> Any:
    return json.loads(experiment.to_json())


def test_what_is_no_experiment_or_larger_than_the_page_shows_is_refused_in_words() -> None:
    cases: list[Any] = [None, 1, [], {}, {"layers": []}, {"__class__": "os"}, "{}"]
    for plain in cases:
        at = opened()
        before = kept_fingerprint(at)
        assert refusal(prepared, at, "open", experiment=plain).sentence.endswith(".")
        assert kept_fingerprint(at) == before
    wide = Experiment((Affinity(2, 65), Affinity(65, 2)), "swap")
    for experiment in (wide, Experiment((Affinity(2, 2), *[Map("tanh")] * 8), "swap")):
        refused = refusal(checked_for_page, experiment)
        assert refused == Refused("note", "The page takes networks of at most 8 layers, 64 wide.")
    assert checked_for_page(ROW.experiment) is ROW.experiment
    at = opened()
    assert prepared(at, "turn", change=change("remove", 1)).experiment.layers == ROW.experiment.layers
    assert refusal(prepared, at, "open", change=change("remove", 1), experiment=None).field == "note"


def test_a_checkpoint_that_must_not_be_opened_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from webapp.sessions.sessions import CheckpointRefused, Sessions

    refuse, at = Mock(side_effect=CheckpointRefused("The seal is broken.")), opened()
    monkeypatch.setattr(Sessions, "stored_checkpoint", refuse)
    refuses(NoCheckpoint, prepared, at)


def change(do: str, at: int = 0, value: object = None) -> dict[str, Any]:
    return {"do": do, "at": at, "value": value}


VALUES: dict[str, Any] = {
    "insert": "map", "move": 1, "width": "2", "function": "relu", "freeze": True, "freeze one": 0, "left": True,
    "half": True, "target": "identity", "inputs": "corners", "table": {"text": "1 2 3 4\n5 6 7 8", "shuffled": False},
    "weight seed": "9", "scheme": "he", "hidden": 4,
    "points": {"points": [[0.1, 0.2, 1, -1], [0.3, 0.4, -1, 1]]}, "call": 2,
}  # fmt: skip
"""A value for every change that wants one."""


def test_every_change_keeps_the_network_that_it_made_and_weights_that_it_can() -> None:
    for do in CHANGES:
        key = "penguins" if do == "call" else FIRST
        at = opened(key)
        place = 1 if do == "function" else 0
        turned = plain_knobs(key, alpha=0.2, samples=50)
        given = prepared(at, "change", key, change=change(do, place, VALUES.get(do)), knobs=turned)
        assert (given.experiment.alpha, given.experiment.samples) == (0.2, 50)
        assert given.words is not None
        assert given.weights == given.experiment.weights
        assert kept_fingerprint(at) == checkpoint_fingerprint(given.checkpoint)
        assert checkpoint_fingerprint(given.experiment.network()) == checkpoint_fingerprint(given.checkpoint)
        again = prepared(at, key=key)
        assert again.experiment.layers == given.experiment.layers
        assert checkpoint_fingerprint(again.checkpoint) == checkpoint_fingerprint(given.checkpoint)
    given = prepared(opened(), "change", change=change("freeze", value=True))
    assert given.weights == ROW.experiment.weights
    at = opened()
    kept, given = prepared(at, "keep"), prepared(at, "change", change=change("function", 1, "relu"))
    assert given.weights == kept.weights
    assert checkpoint_fingerprint(given.checkpoint) == checkpoint_fingerprint(kept.checkpoint)
    at = opened("xor-hidden-layer")
    kept = prepared(at, "keep", "xor-hidden-layer")
    given = prepared(at, "change", "xor-hidden-layer", change=change("insert", 1, "affinity"))
    assert isinstance(given.weights, GivenWeights)
    assert isinstance(kept.weights, GivenWeights)
    first, _, last = given.weights.values
    assert (first, last) == kept.weights.values


FREEZE_NOTHING = change("freeze one", 0, 99)
TOO_WIDE: dict[str, Any] = {"text": "1 2 3\n" * 10_001, "shuffled": False}
REFUSED_CHANGES = [
    (change("remove", 9), "network"), (change("insert", 0, "layer"), "network"), (change("move", 0, 1.5), "network"),
    (change("width", 0, "65"), "network"), (change("width", 0, "abc"), "network"),
    (change("function", 1, "1/x("), "network"), (FREEZE_NOTHING, "edit"),
    (change("target", 0, ["v0 +", "v1"]), "target"), (change("target", 0, "no such target"), "target"),
    (change("target", 0, []), "target"), (change("inputs", 0, "table"), "inputs"),
    (change("points", 2, VALUES["points"]), "note"), (change("points", 0, {"points": [[1, 2, 3], [1]]}), "note"),
    (change("points", 0, "1 2"), "note"), (change("call", 0, 1), "note"),
    (change("table", 0, TOO_WIDE), "facts"), (change("table", 0, "1 2"), "facts"),
    (change("weight seed", 0, "4294967296"), "weights"), (change("scheme", 0, "lecun"), "weights"),
]  # fmt: skip


def test_a_change_that_cannot_be_is_refused_at_its_field_and_keeps_the_checkpoint() -> None:
    for wrong, field in REFUSED_CHANGES:
        at = opened()
        prepared(at, "change", change=change("insert", 1, "affinity"))
        prepared(at, "change", change=change("width", 0, "3"))
        before, experiment = kept_fingerprint(at), prepared(at).experiment
        refused = refusal(prepared, at, "change", change=wrong)
        assert refused.field == field
        assert refused.sentence[-1] in ".?…"
        assert (kept_fingerprint(at), prepared(at).experiment) == (before, experiment)
    assert {field for _, field in REFUSED_CHANGES} == {row.field for row in CHANGES.values()}
    at = opened()
    for _ in range(6):
        prepared(at, "change", change=change("insert", 1, "map"))
    refused = refusal(prepared, at, "change", change=change("insert", 1, "map"))
    assert refused == Refused("network", "The page takes networks of at most 8 layers, 64 wide.")


def point(before: Experiment, *at: float) -> dict[str, Any]:
    return {"before": json.loads(before.to_json()), "at": list(at)}


def test_points_of_the_surface_become_the_starting_weights_where_there_is_one() -> None:
    at, before = opened(), replace(ROW.experiment, alpha=0.02)
    plane = not_none(compare(before, ROW.experiment, twins=0).plane)
    given = prepared(at, "point", point=point(before, 1.25, -0.5))
    # On the page the second axis points the other way.
    (weights,) = plane.weights_at(np.array([[1.25, 0.5]]))
    assert flattened(parameters(given.checkpoint)).tolist() == weights.tolist()
    assert kept_fingerprint(at) == checkpoint_fingerprint(given.checkpoint)
    assert isinstance(given.weights, GivenWeights)
    assert given.experiment == ROW.experiment
    words = ("Starting from the weights at (1.25, −0.5) of the surface", "weights at (1.25, −0.5)")
    assert given.words == words
    before = replace(ROW.experiment, alpha=0.02)
    found = compare(before, ROW.experiment, twins=0)
    assert found.plane is not None
    for (x, y), trained in (
        (found.plane.a, run(before, before.network()).trained),
        (found.plane.b, run(ROW.experiment, ROW.experiment.network()).trained),
    ):
        given = prepared(opened(), "point", point=point(before, x, -y))
        assert checkpoint_fingerprint(given.checkpoint) == checkpoint_fingerprint(trained)
    at = opened()
    others = (
        (replace(ROW.experiment, weights=DrawnWeights(9)), "The runs start from other weights, so there is no plane."),
        (CATALOGUE["spiral"].experiment, "The networks have other layers, so there is no plane and no matching."),
        (replace(ROW.experiment, samples=1_000_000), TOO_LONG),
    )
    for before, sentence in others:
        refused = refusal(prepared, at, "point", point=point(before, 0.0, 0.0))
        assert (refused.field, refused.sentence) == ("note", sentence)
    refuses(Malformed, prepared, at, "point")
    assert kept_fingerprint(at) == checkpoint_fingerprint(ROW.experiment.network())
    for far in [1e7, 1e300]:
        at, before = opened(), replace(ROW.experiment, alpha=0.02)
        refused = refusal(prepared, at, "point", point=point(before, far, far))
        assert (refused.field, refused.sentence) == ("note", TOO_LARGE_THERE)
        assert kept_fingerprint(at) == checkpoint_fingerprint(ROW.experiment.network())
