"""One table of knobs: a row that is added is found in everything that the engine derives from the table."""

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from engine import Affinity, Experiment, Map, Table
from engine.errors import BenchError, ExperimentError
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.knobs import KNOBS, Structured, Text, naming_knobs, plain_knobs
from engine.experiments.link_codec import from_texts, to_texts
from engine.formula import VECTOR, formulas
from engine.sweeps.axes import AXES, axes_of
from engine.sweeps.sweep_result import stacked, sweep
from tests.engine.asserting import NOTHING, refusal, refuses
from tests.engine.more_knobs import LATER_VALUES, MORE_KNOBS, LaterExperiment
from tests.engine.nets import KINDS, catalogued, run_of
from tests.engine.strategies import SOME, experiments

OF_VERSION_0_1 = {"layers", "ideal", "weights", "inputs", "alpha", "samples", "seed", "filter"}
LATER = LaterExperiment((Affinity(2, 2), Map("tanh")), "swap")
EARLIER = Experiment((Affinity(2, 2), Map("tanh")), "swap")
REFUSED: dict[str, tuple[Any, ...]] = {
    "later_batch": (0, 257, 1.5, "8", True, None),
    "later_momentum": (-0.1, 1.0, float("nan"), 10**400, "0.5", True, None),
    "later_nesterov": (0, "yes", None), "later_optimizer": ("adamw", 1, ["adam"], None), "later_rate": (1, None, "k +"),
    "later_distinct": (0, 1_000_001, "all", 2.0, True),
}  # fmt: skip


# The table and the dataclass


@pytest.mark.parametrize("kind", [Experiment, LaterExperiment])
def test_every_field_but_the_network_is_a_row_with_the_fields_default(kind: type[Experiment]) -> None:
    parts = {part.name: part for part in fields(kind) if part.name not in ("layers", "weights")}
    assert set(parts) == set(kind.knobs)
    defaults = {name: part.default for name, part in parts.items() if name != "ideal"}
    assert defaults == {name: knob.default for name, knob in kind.knobs.items() if name != "ideal"}


def test_rows_are_filed_under_their_names_and_every_knob_takes_its_default_and_has_words() -> None:
    assert [knob.name for knob in KNOBS.values()] == list(KNOBS)
    assert {name for name, knob in KNOBS.items() if not knob.since_v0_2} == OF_VERSION_0_1 - {"layers", "weights"}
    names = [knob.link_name for knob in MORE_KNOBS.values()]
    taken = {"v", "layers", "weights", "scheme", "given", "packed", "experiment", "saved", "run", "lesson", "title"}
    assert len(set(names)) == len(names)
    assert not set(names) & (taken | {"prompt"} | {f"y{k}" for k in range(64)})
    for knob in MORE_KNOBS.values():
        assert all((knob.title, knob.label, knob.spoken))
        assert knob.check(knob.default) == knob.default
        assert knob.kind.refusal.endswith(".") or isinstance(knob.kind, Structured | Text)


# A row that is added


def test_a_row_that_is_added_is_a_field_of_experiments_and_json_and_older_json_means_its_default() -> None:
    turned = replace(LATER, **LATER_VALUES)
    assert {name: getattr(turned, name) for name in LATER_VALUES} == LATER_VALUES
    assert type(replace(LATER, later_momentum=0).later_momentum) is float
    said = [refusal(BenchError, replace, LATER, **{name: value}) for name, some in REFUSED.items() for value in some]
    assert all(sentence.strip() for sentence in said)
    assert NOTHING not in said
    assert {name: json.loads(turned.to_json())[name] for name in LATER_VALUES} == LATER_VALUES
    assert LaterExperiment.from_json(turned.to_json()) == turned
    assert LaterExperiment.from_json(EARLIER.to_json()) == LATER
    refuses(ExperimentError, Experiment.from_json, turned.to_json(), match="and nothing else")
    for name in sorted(OF_VERSION_0_1):
        plain = {key: value for key, value in json.loads(LATER.to_json()).items() if key != name}
        assert "and nothing else" in refusal(ExperimentError, LaterExperiment.from_plain, plain)


def test_a_link_says_an_added_knob_that_is_turned_and_nonsense_for_it_means_the_base() -> None:
    for name, value in LATER_VALUES.items():
        turned = replace(LATER, **{name: value})
        texts = to_texts(turned, LATER)
        assert set(texts) == {"alpha", "samples", "seed", "v", name}
        assert from_texts(texts, LATER) == (turned, [])
        assert from_texts(to_texts(LATER, turned), turned) == (LATER, [])
    texts = to_texts(EARLIER, EARLIER)
    assert set(to_texts(LATER, LATER)) == set(texts)
    assert from_texts(texts, LATER) == (LATER, [])
    for name in LATER_VALUES:
        read, (said,) = from_texts({"alpha": "0.3", name: "?"}, LATER)
        assert read == replace(LATER, alpha=0.3)
        assert said.startswith(f"The link says {name} '?'. ")


@SOME
@given(experiment=experiments(kind=LaterExperiment))
def test_whatever_added_knobs_are_turned_to_json_and_links_bring_it_back_to_the_bit(experiment: Experiment) -> None:
    assert repr(LaterExperiment.from_json(experiment.to_json())) == repr(experiment)
    if not isinstance(experiment.inputs, Table):
        read, refusals = from_texts(to_texts(experiment, LATER), LATER)
        assert (refusals, repr(read)) == ([], repr(experiment))


def test_added_knobs_are_among_the_values_that_requests_say_name_a_run_and_may_be_axes() -> None:
    turned = replace(LATER, **LATER_VALUES)
    assert turned.knob_values == EARLIER.knob_values | LATER_VALUES
    assert [knob.name for knob in plain_knobs(MORE_KNOBS)] == list(turned.knob_values)
    assert {knob.name for knob in naming_knobs(MORE_KNOBS)} == set(MORE_KNOBS) - {"filter"}
    *known, width = AXES
    later = ["later_batch", "later_momentum", "later_nesterov", "later_optimizer"]
    assert list(axes_of(MORE_KNOBS)) == [*known, *later, width]
    assert axes_of(MORE_KNOBS)["later_momentum"].title == "momentum"
    titles = [(name, axis.title) for name, axis in AXES.items()]
    assert titles[:4] == [
        ("alpha", "α"), ("seed", "data seed"), ("samples", "samples"), ("weight_seed", "weight seed")
    ]  # fmt: skip
    assert titles[-1] == ("width", "width")


def test_sweeps_have_an_axis_more_for_a_knob_and_knobs_at_rest_change_no_run_and_no_link() -> None:
    momenta = (0.0, 0.5, 0.9)
    parts = [sweep(replace(LATER, later_momentum=momentum, samples=20), alphas=[0.1, 0.2]) for momentum in momenta]
    whole = stacked("later_momentum", momenta, parts)
    assert list(whole.axes) == ["alpha", "later_momentum"]
    assert whole.settled.shape == (2, 3)
    for k, part in enumerate(parts):
        assert np.array_equal(whole.at(later_momentum=momenta[k]).settled, part.settled)
    assert whole.to_csv().startswith("alpha,later_momentum,settled,last")
    assert whole.figure()["layout"]["yaxis"]["title"]["text"] == "momentum"
    for key in KINDS:
        today = catalogued(key, samples=30)
        assert run_of(LaterExperiment.from_json(today.to_json())).fingerprint == run_of(today).fingerprint
    base = CATALOGUE[FIRST].experiment
    other = replace(base, inputs="corners", ideal="swap", filter="raw")
    assert list(to_texts(other, base)) == ["alpha", "samples", "seed", "inputs", "target", "filter", "v"]
    assert replace(LATER, later_rate=" 1 / (1 + v0/200) ").later_rate == formulas(("1 / (1 + v0/200)",), VECTOR)[0].text


# Runs and links stay as they are
