"""Exports repeat the run to the last bit, for people and for programs."""

import ast
import contextlib
import csv
import io
import itertools
import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict, astuple, replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from urllib.parse import urlencode

import numpy as np
import pytest
from flask.testing import FlaskClient

from engine import CATALOGUE, TABLES, Affinity, DrawnWeights, Experiment, floor, luck, why
from engine.activations import ACTIVATIONS
from engine.base.metrics import hashes_along
from engine.base.numerics import FloatArray
from engine.data.inputs import INPUT_DISTRIBUTIONS
from engine.data.targets import TARGETS
from engine.experiments.edits import set_table
from engine.experiments.layer_specs import network_of
from engine.experiments.run import parameters, rolled_back, run
from engine.formula.operations import OPERATIONS
from engine.kernel import flattened
from engine.kernel.cache import Kernel
from engine.layers.faulty_layers import FAULTY_ACTIVATIONS
from engine.outcomes import failure, floor_search
from engine.outcomes.outcome import outcomes_at
from tests.engine.asserting import refuses
from tests.engine.strategies import bits
from tests.webapp.asking import SETTINGS, said_elsewhere
from webapp import create_app
from webapp.bench import budget
from webapp.files import export_run, exports, scripts, tables
from webapp.files.export_run import ExportedRun
from webapp.files.exports import EXPORTS
from webapp.files.pytorch.tables import FAULTY_FUNCTIONS, OPERATIONS_IN_TORCH, TARGETS_IN_TORCH
from webapp.files.pytorch.tables import FUNCTIONS as IN_TORCH
from webapp.jobs.job import RunTooLong
from webapp.links.codec import Link, query_of, read_link
from webapp.links.short_links import Maker, ShortLinks

ROOT = Path(__file__).parents[3]
LINKS = (
    "experiment=tanh-signs&alpha=0.252&seed=4",
    "experiment=tanh-signs&target=own&y0=(v0-v1)**2&y1=where(v0>0,+v1,+0)&layers=2:2:frozen:0~tanh(x)%2B0.1*x&alpha=0.05",
    "experiment=three-facts",
    "experiment=spiral&samples=200&given=" + ",".join(["0.25"] * 337),
    "lesson=left", "experiment=square-map&alpha=0.1", "experiment=identity-layer&inputs=grid",
    "experiment=circle&samples=150&noise=0.5&distinct=30&held_out=20",
    "experiment=three-facts&samples=40&noise=0.1&held_out=1",
    "experiment=circle&samples=150&noise=0.5&inputs=grid&held_out=20",
    "experiment=circle&samples=70&batch=16&momentum=0.9&nesterov=on&decay=0.1&rate=1/(1%2Bk/20)&loss=huber",
    "experiment=tanh-signs&alpha=0.02&samples=120&optimizer=adam",
    "experiment=three-facts&samples=40&alpha=0.01&batch=3&optimizer=rmsprop&held_out=1",
    "experiment=square-map&alpha=0.15&batch=4&momentum=0.5", "experiment=circle&samples=70&loss=logistic&held_out=20",
    "experiment=tanh-signs&samples=90&target=own&y0=where(v0>0,1,0)&y1=where(v0>0,0,1)&loss=cross-entropy&batch=3",
)  # fmt: skip
"""A named target, formulas of one's own, a table, given weights, the notebook's mistake, a divergence, no weights.

And noise, few distinct samples, and held-out ones, of a table too; rules of training, one of which diverges; losses.
"""

FAILED = (
    "experiment=square-map&alpha=0.1", "experiment=affine-swap&target=own&y0=v0*v1&y1=v0*v1",
    "experiment=tanh-signs&alpha=1e-30", "experiment=affine-swap&target=own&y0=log(v0)&y1=v1",
)  # fmt: skip
"""Links of runs that fail for a cause."""
WHY_FIELDS = ("reason", "step", "sentence")


@cache
def engines(link: str) -> tuple[Experiment, Any]:
    experiment = read_link(link, ShortLinks(SETTINGS), SETTINGS.max_samples).experiment
    return experiment, run(experiment, experiment.network())


def exported(client: FlaskClient, name: str, link: str) -> str:
    answer = client.get(f"/export/{name}?{link}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def code_of(notebook: str) -> str:
    plain = json.loads(notebook)
    assert (plain["nbformat"], plain["nbformat_minor"]) == (4, 5)
    return "\n".join("".join(cell["source"]) for cell in plain["cells"] if cell["cell_type"] == "code")


ONE_BY_ONE = """
import contextlib, io, json, sys
printed = []
for source in json.load(sys.stdin):
    console = io.StringIO()
    with contextlib.redirect_stdout(console):
        exec(compile(source, "export", "exec"), {"__name__": "__main__"})
    printed.append(console.getvalue())
assert not {"webapp", "dash", "plotly", "flask"} & set(sys.modules)
json.dump(printed, sys.stdout)
"""


def test_scores_and_the_score_on_test_rows_come_where_they_are_wanted(client: FlaskClient) -> None:
    document = client.get("/run.json?experiment=penguins&scores=1&look=1").get_json()
    learned, held_out, test = document["scores"]["learned"], document["scores"]["held_out"], document["test"]
    assert [(part["right"], part["rows"]) for part in (learned, held_out, test)] == [(204, 206), (67, 68), (68, 68)]
    assert held_out["confusion"] == [[27, 0, 0], [1, 14, 0], [0, 0, 26]]
    assert (test["accuracy"], test["r2"]) == (1.0, None)
    plain = client.get("/run.json?experiment=penguins").get_json()
    assert not {"scores", "test"} & set(plain)
    for query, sentence in (
        ("experiment=circle&look=1", "This experiment has no test rows."),
        ("experiment=circle&scores=2", "A score is computed for scores=1, and not for '2'. Write 1, or leave it out."),
    ):
        refused = client.get(f"/run.json?{query}")
        assert refused.status_code == 400
        assert sentence in refused.get_data(as_text=True)


def test_which_sample_did_it_and_when_it_was_decided_come_where_they_are_wanted(client: FlaskClient) -> None:
    link = "experiment=circle&distinct=12&samples=200"
    document = client.get(f"/run.json?{link}&which=1&decided=1").get_json()
    which, decided = document["which_sample"], document["decided"]
    assert (which["rows"], which["of"]) == (list(range(1, 13)), 12)
    assert {"effect", "own", "own_without", "spread", "own_spread", "luck", "stands_out", "sentence"} <= set(which)
    assert (decided["places"][0], decided["is_whole"]) == (0, True)
    assert len(decided["moved"]) == len(decided["places"])
    assert decided["sentence"].endswith(".")
    assert not {"which_sample", "decided"} & set(client.get(f"/run.json?{link}").get_json())
    left_out = client.get(f"/run.json?{link}&without=3,5&which=1").get_json()
    assert left_out["experiment"]["without"] == [3, 5]
    assert left_out["which_sample"]["rows"] == [1, 2, 4, *range(6, 13)]
    for query, sentence in (
        ("experiment=circle&which=1", "Every sample is new: none can be left out."),
        ("experiment=circle&decided=2", "Each fork is computed for decided=1, and not for"),
        ("experiment=circle&without=3", "Every sample is new: none can be left out."),
    ):
        refused = client.get(f"/run.json?{query}")
        assert refused.status_code == 400
        assert sentence in refused.get_data(as_text=True)


def test_script_and_notebook_need_only_the_engine_and_print_the_runs_fingerprint(client: FlaskClient) -> None:
    scripts = [exported(client, "script", link) for link in LINKS]
    notebooks = [code_of(exported(client, "notebook", link)) for link in LINKS]
    printed = json.loads(said_elsewhere(ONE_BY_ONE, scripts + notebooks))
    for at, link in enumerate(LINKS):
        fingerprint = engines(link)[1].fingerprint
        assert printed[at].splitlines()[-1] == fingerprint
        assert fingerprint in printed[len(LINKS) + at].splitlines()


@pytest.mark.parametrize("name", [None, "iris"])
def test_a_table_of_classes_is_written_with_its_words_and_one_that_has_a_name_by_its_name(name: str | None) -> None:
    table = replace(TABLES["iris"].table(), name=name)
    experiment = set_table(replace(CATALOGUE["circle"].experiment, samples=20), table)
    exported = ExportedRun(
        Link("circle", experiment, (), None, {}), experiment.network(), run(experiment, experiment.network())
    )
    text = scripts.script(exported)
    assert text.startswith('"""Own data: a run of NNBench')
    assert json.loads(scripts.notebook(exported))["cells"][0]["source"][:2] == ["# Own data\n", "\n"]
    assert str(EXPORTS["torch"].make(exported)).startswith('"""Own data: run ')
    saved = exports.attachment(EXPORTS["script"], exported, None).headers["Content-Disposition"]
    assert saved == f"attachment; filename=own-data-{exported.run.fingerprint}.py"
    assert ("TABLES['iris'].table()" in text) == (name is not None)
    defined: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(text, "script", "exec"), defined)
    assert defined["experiment"] == experiment
    assert printed.getvalue().splitlines()[-1] == exported.run.fingerprint


def test_a_script_says_only_what_is_not_as_usual_and_is_the_experiment_that_came_as_json(client: FlaskClient) -> None:
    experiment = Experiment.from_json(CATALOGUE["circle"].experiment.to_json())
    query = query_of("circle", experiment, ShortLinks(SETTINGS), Maker("", ""))
    defined: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(exported(client, "script", query), "script", "exec"), defined)
    assert defined["experiment"] == experiment
    names = ("batch", "momentum", "nesterov", "optimizer", "decay", "rate", "loss")
    usual = exported(client, "script", "experiment=tanh-signs")
    assert not re.findall(rf"^    ({'|'.join(names)})=", usual, re.MULTILINE)
    turned = exported(client, "script", f"{LINKS[10]}&optimizer=adam")
    assert re.findall(rf"^    ({'|'.join(names)})=", turned, re.MULTILINE) == list(names)
    assert exported(client, "script", "experiment=tanh-signs&batch=1&momentum=0&rate=1&decay=0.0") == usual


def test_run_json_agrees_with_the_engine_to_the_last_bit_and_what_is_not_finite_is_named(client: FlaskClient) -> None:
    for link in LINKS:
        experiment, result = engines(link)
        answer = client.get(f"/run.json?{link}")
        document = answer.get_json()
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        assert (document["fingerprint"], document["along"]) == (result.fingerprint, hashes_along(result.losses))
        assert document["diverged_at"] == result.diverged_at
        assert document["steps"] == math.ceil(experiment.samples / experiment.batch)
        assert Experiment.from_plain({k: v for k, v in document["experiment"].items() if k != "key"}) == experiment
        finite = np.isfinite(result.losses)
        assert [loss for loss in document["losses"] if loss is not None] == result.losses[finite].tolist()
        lost = sorted(step for steps in document["not_finite"]["losses"].values() for step in steps)
        assert (
            lost
            == [step for step, loss in enumerate(document["losses"]) if loss is None]
            == np.flatnonzero(~finite).tolist()
        )
        trained = [array for pair in document["weights"]["trained"] for array in (pair["M"], pair["b"])]
        assert all(np.array_equal(a, b) for a, b in zip(trained, parameters(result.trained), strict=True))
    document = client.get("/run.json?experiment=square-map&alpha=0.1").get_json()
    assert (document["diverged_at"], document["weights"]["trained_at"]) == (30, 29)
    assert document["settled"] is document["potential"] is None
    assert (document["not_finite"]["potential"], document["not_finite"]["settled"]) == ("-inf", "nan")
    assert client.get("/run.json?experiment=identity-by-hand").get_json()["not_finite"]["potential"] == "inf"
    link = "experiment=circle&samples=450&distinct=30&held_out=20"
    _, result = engines(link)
    document = client.get(f"/run.json?{link}").get_json()
    held_out = {name: getattr(result.held_out, name).tolist() for name in ("steps", "losses")}
    assert document["held_out"] == held_out
    assert "held_out" not in client.get("/run.json?experiment=circle&samples=450").get_json()
    lost = client.get("/run.json?experiment=square-map&alpha=0.5&held_out=20").get_json()
    assert lost["held_out"]["losses"][-1] is None


def test_a_program_gets_what_it_requested_or_a_sentence(client: FlaskClient) -> None:
    for address in ("/run.json?alpha=fast", "/export/script?alpha=fast"):
        answer = client.get(address)
        assert answer.status_code == 400
        assert answer.get_json()["error"].startswith("The link says alpha 'fast'.")
    refused = client.get("/run.json?experiment=nothing").get_json()["error"]
    assert refused == "There is no experiment called 'nothing'."
    for twins in ["abc", "0", "1000", "65", "-1", "8.0", "", "٨", "9" * 5000]:
        answer = client.get("/run.json", query_string={"twins": twins})
        assert answer.status_code == 400
        sentence = answer.get_json()["error"]
        assert re.fullmatch(r"The number of twins is a whole number from 1 to 64, not '.*'\.", sentence)
        assert len(sentence) < 150
    for value in ["2", "0", "", "yes", "1.0", "01", "١", "9" * 5000]:
        answer = client.get("/run.json", query_string={"floor": value})
        assert answer.status_code == 400
        sentence = answer.get_json()["error"]
        assert re.fullmatch(
            r"The floor is computed for floor=1, and not for '.*'\. Write 1, or leave it out\.", sentence
        )
        assert len(sentence) < 150
    assert (client.get("/export/nothing").status_code, client.post("/export/script").status_code) == (404, 405)


def test_run_json_says_of_twins_and_of_a_failure_what_the_engine_says(client: FlaskClient) -> None:
    for link in [*LINKS[:3], LINKS[5], LINKS[6], "experiment=spiral&samples=2000"]:
        experiment, _ = engines(link)
        twins, document = luck(experiment), client.get(f"/run.json?{link}&twins=8").get_json()
        assert document.pop("twins") == {
            "growth": twins.growth if math.isfinite(twins.growth) else None, "lowest": twins.lowest,
            "highest": twins.highest, "verdict": twins.verdict,
        }  # fmt: skip
        [found] = outcomes_at(experiment, [experiment.alpha])
        assert (document.pop("verdict"), document) == (found.word, client.get(f"/run.json?{link}").get_json())
    text = client.get("/run.json").get_data(as_text=True)
    assert list(json.loads(text))[-2:] == ["steps", "why"]
    assert client.get("/run.json?twins=1").get_data(as_text=True).startswith(text.rstrip("\n}"))
    for link in [*LINKS, *FAILED]:
        experiment, _ = engines(link)
        cause, text = why(experiment), client.get(f"/run.json?{link}").get_data(as_text=True)
        document = json.loads(text)
        assert (cause is not None) or link not in FAILED
        assert document.pop("why") == (None if cause is None else dict(zip(WHY_FIELDS, astuple(cause), strict=True)))
        said = "null" if cause is None else json.dumps(asdict(cause), ensure_ascii=False)
        assert text == f'{json.dumps(document, ensure_ascii=False)[:-1]}, "why": {said}}}\n'


def test_until_the_kernel_is_compiled_runs_and_files_are_made_and_questions_are_told_to_come_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = "experiment=circle&samples=60&alpha=40"
    whole = client.get(f"/run.json?{query}").get_json()

    def waits(*_: Any, **__: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(Kernel, "at_hand", lambda self, by_rule=False: False)
    monkeypatch.setattr(Kernel, "ready", lambda self, by_rule=False: False)
    monkeypatch.setattr(Kernel, "functions", waits)
    assert client.get(f"/run.json?{query}").get_json() == whole | {"why": None, "later": ["why"]}
    assert whole["why"]
    for name in EXPORTS.keys() - {"rows"}:  # that is of a table
        assert client.get(f"/export/{name}?{query}").status_code == 200, name
    for asked in ("twins=8", "floor=1", "which=1", "decided=1", "compare=experiment%3Dcircle"):
        answer = client.get(f"/run.json?{query}&{asked}")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2"), asked
        assert "is not compiled yet" in answer.text


def test_the_run_is_made_once_for_run_json_and_its_floor(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure, "run", Mock(side_effect=AssertionError("The run is there already.")))
    assert client.get(f"/run.json?{FAILED[0]}").get_json()["why"]["reason"] == "alpha"
    monkeypatch.delattr(floor_search, "run")
    assert client.get("/run.json?experiment=xor-one-layer&floor=1").get_json()["floor"]["loss"] > 0.4


def test_causes_twins_and_the_floor_end_in_time(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = RunTooLong("This run needs more than 2 seconds.")
    check_cancelled = Mock(side_effect=ended)
    monkeypatch.setattr(tables, "current_job", Mock(return_value=Mock(check_cancelled=check_cancelled)))
    answer = client.get(f"/run.json?{FAILED[1]}")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "This run needs more than 2 seconds.")
    assert check_cancelled.call_count == 1
    monkeypatch.setattr(tables, "luck", Mock(side_effect=ended))
    answer = client.get("/run.json?twins=8")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "This run needs more than 2 seconds.")
    later = Mock(side_effect=[None] * 39 + [ended])
    monkeypatch.setattr(tables, "current_job", Mock(return_value=Mock(check_cancelled=later)))
    answer = client.get("/run.json?experiment=tanh-signs&floor=1")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "This run needs more than 2 seconds.")
    assert later.call_count == 40


def test_run_json_with_floor_says_what_the_engine_says_and_names_a_shape_that_cannot(client: FlaskClient) -> None:
    for link in [
        "experiment=xor-one-layer", "experiment=affine-swap", "experiment=three-facts", "experiment=identity-layer",
        "experiment=square-map&alpha=0.1", "experiment=affine-swap&target=own&y0=log(v0)&y1=v1",
        "experiment=leaky-relu-ones&samples=30",
    ]:  # fmt: skip
        experiment, made = engines(link)
        found, document = floor(experiment), client.get(f"/run.json?{link}&floor=1").get_json()
        names = ("loss", "ceiling", "exact", "learned", "sentence", "details", "confidence")
        assert document.pop("floor") == {name: getattr(found, name) for name in names}
        cause = why(experiment, made=made, floor=found)
        assert document.pop("why") == (None if cause is None else dict(zip(WHY_FIELDS, astuple(cause), strict=True)))
        plain = client.get(f"/run.json?{link}").get_json()
        assert (cause is None) or cause.reason == "shape" or plain["why"] is not None
        assert document == {name: value for name, value in plain.items() if name != "why"}
    xor = "/run.json?experiment=xor-one-layer&layers=2:1~tanh(x)-sin(x)/1e9"
    assert client.get(xor).get_json()["why"] is None
    assert client.get(f"{xor}&floor=1").get_json()["why"]["reason"] == "shape"
    both = client.get("/run.json?experiment=affine-swap&floor=1&twins=2").get_json()
    assert list(both)[-4:] == ["why", "twins", "verdict", "floor"]
    text = client.get("/run.json?experiment=affine-swap").get_data(as_text=True)
    assert "floor" not in text
    assert client.get("/run.json?experiment=affine-swap&floor=1").get_data(as_text=True).startswith(text.rstrip("\n}"))


def test_a_run_beyond_a_limit_is_refused_and_a_long_one_has_no_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    client = create_app(replace(SETTINGS, max_samples=1000)).server.test_client()
    assert client.get("/run.json?samples=1001").status_code == 400
    assert client.get("/run.json?samples=1000").status_code == 200
    client = create_app(replace(SETTINGS, posts_per_session=1)).server.test_client()
    client.get("/")
    statuses = [client.get("/run.json?samples=1").status_code for _ in range(4)]
    assert statuses[:2] == [200, 200]
    assert 429 in statuses
    document = create_app(replace(SETTINGS, run_seconds=60)).server.test_client().get(f"/run.json?{FAILED[0]}")
    assert document.get_json()["why"] is not None
    monkeypatch.setattr(budget, "BUDGET", 1)
    assert create_app(SETTINGS).server.test_client().get(f"/run.json?{FAILED[0]}").get_json()["why"] is None


def test_a_notebook_turns_alpha_to_fitting_values_and_is_named_after_its_run(client: FlaskClient) -> None:
    answer = client.get("/export/notebook?experiment=tanh-signs")
    assert answer.headers["Content-Disposition"] == "attachment; filename=tanh-signs-a5671021.ipynb"
    assert len({file.ending for file in EXPORTS.values()}) == len(EXPORTS)
    claim = CATALOGUE["tanh-signs"].look_for
    assert claim in exported(client, "notebook", "experiment=tanh-signs")
    assert claim not in exported(client, "notebook", "experiment=tanh-signs&alpha=0.6"), "said of another run"
    for link in ["experiment=tanh-signs&alpha=0.6&decay=1", "experiment=tanh-signs&alpha=1e300"]:
        source = code_of(exported(client, "notebook", f"{link}&samples=20"))
        assert "experiment.alpha * 2" not in source
        console = io.StringIO()
        with contextlib.redirect_stdout(console):
            exec(compile(source, "notebook", "exec"), {})
        assert len(re.findall("^alpha ", console.getvalue(), re.MULTILINE)) == 3


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_the_tables_hold_every_loss_and_weight_to_the_last_bit_named_by_layer_and_place(client: FlaskClient) -> None:
    for link in LINKS:
        experiment, result = engines(link)
        names, *losses = rows(exported(client, "losses", link))
        assert names == ["step", "loss"]
        assert [int(step) for step, _ in losses] == list(range(experiment.samples))
        assert np.array_equal([float(loss) for _, loss in losses], result.losses, equal_nan=True)
        names, *weights = rows(exported(client, "weights", link))
        if len(names) == 1:
            assert weights == []
            continue
        samples = experiment.samples if result.diverged_at is None else result.diverged_at - 1
        wanted = np.array(list(itertools.islice(weights_by_the_layers(experiment), samples + 1)))
        found = np.array([[float(number) for number in row] for row in weights])
        assert bits(found) == bits(np.c_[np.arange(samples + 1.0), wanted])
        moved = np.flatnonzero((np.diff(wanted, axis=0) != 0).any(axis=1)) + 1
        assert all(sample % experiment.batch == 0 or sample == experiment.samples for sample in moved)
    names = tables.weight_names(network_of((Affinity(2, 1), Affinity(1, 2)), DrawnWeights(1)))
    assert names == ["M1[0;0]", "M1[0;1]", "b1[0]", "M2[0;0]", "M2[1;0]", "b2[0]", "b2[1]"]
    default = read_link("", ShortLinks(SETTINGS), SETTINGS.max_samples)
    result = run(default.experiment, default.experiment.network())
    result.trained.layers[0].parameters["M"][0, 0] = np.inf
    ran = export_run.ExportedRun(default, default.experiment.network(), result)
    refuses(export_run.UnreadableLink, exports.trained_json, ran, match="A weight is no finite number")
    assert json.loads(exports.checkpoint_json(ran))["step"] == 0


def weights_by_the_layers(experiment: Experiment) -> Iterator[FloatArray]:
    """The flat weights before each sample and after the last, by the readable layers, one sample at a time."""
    network = rolled_back(experiment.network(), experiment)
    yield flattened(parameters(network))
    for sample in zip(*experiment.facts(), strict=True):
        network.losses([sample])
        yield flattened(parameters(network))


def test_a_long_table_has_every_kth_step_by_a_rule_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_NUMBERS", 300)
    _, *weights = rows(exported(client, "weights", "experiment=tanh-signs"))
    steps = [int(row[0]) for row in weights]
    assert steps[:3] == [0, 7, 14]
    assert 6 * len(steps) <= 300
    _, *every = rows(exported(client, "weights", "experiment=tanh-signs&optimizer=adam&alpha=0.02"))
    assert [int(row[0]) for row in every][:3] == [0, 7, 14]
    monkeypatch.undo()
    _, *weights = rows(exported(client, "weights", "experiment=tanh-signs&optimizer=adam&alpha=0.02"))
    assert every == [*weights[::7], weights[-1]]


# PyTorch: it is no dependency, so its script is parsed here, and compared with the engine's tables.


def test_a_pytorch_script_is_a_whole_program_with_the_rows_and_samples_of_the_engine(client: FlaskClient) -> None:
    assert (set(IN_TORCH), set(FAULTY_FUNCTIONS)) == (set(ACTIVATIONS), set(FAULTY_ACTIVATIONS))
    assert set(OPERATIONS_IN_TORCH) == set(OPERATIONS)
    found = {name: len(texts) for name, texts in TARGETS_IN_TORCH.items()}
    assert found == {n: row.outputs for n, row in TARGETS.items()}
    for link in TORCH_LINKS:
        tree = ast.parse(exported(client, "torch", link))
        imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert imported == ["numpy", "torch"]
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        made = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        made |= {argument.arg for node in ast.walk(tree) if isinstance(node, ast.arguments) for argument in node.args}
        read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert read - made <= {"np", "torch", "print", "sum", "max", "zip", "len", "staticmethod"} | LOOPS
        assert {"network", "losses", "final_loss", "parameters"} <= made
    for link in ["experiment=circle", "experiment=xor-one-layer", "experiment=three-facts"]:
        for changes in ["", "&noise=0.5", "&distinct=2", "&noise=0.5&distinct=2", "&noise=0.3&held_out=1"]:
            query = f"{link}&samples=60{changes}"
            experiment, result = engines(query)
            code, _, rest = exported(client, "torch", query).partition("\nM0 = ")
            names: dict[str, Any] = {"torch": NUMPY_FOR_TORCH}
            assert samples_of(code, names) == tuple(map(bits, experiment.facts()))
            held = experiment.held_out_samples()
            if held is not None:
                drawn = (
                    rest.partition("# The held-out samples")[2].partition("\n")[2].partition("with torch.no_grad")[0]
                )
                assert samples_of(drawn, names) == tuple(map(bits, held))
                assert f"in NNBench it is {result.held_out.final:.9g}." in rest


LOOPS = {"enumerate", "range", "list", "min", "float"}
"""Further names that scripts with batches or a rate need."""

TORCH_LINKS = (
    *LINKS,
    *(
        f"experiment=tanh-signs&target={name}&layers=2:{row.outputs}"
        for name, row in TARGETS.items()
        if row.inputs == 2
    ),
    *(f"experiment=tanh-signs&{urlencode({'inputs': name})}" for name in INPUT_DISTRIBUTIONS),
    *(f"experiment=affine-identity&{urlencode({'layers': f'2:3~{name}~3:2'})}&alpha=0.01" for name in ACTIVATIONS),
    "experiment=sine",
)

NUMPY_FOR_TORCH = SimpleNamespace(
    tensor=np.array, stack=lambda rows, dim: np.stack(rows, axis=dim), where=np.where, float64=np.float64,
    set_default_dtype=lambda dtype: None,
)  # fmt: skip
"""As much of PyTorch as the samples of a script need."""


def samples_of(code: str, names: dict[str, Any]) -> tuple[bytes, bytes]:
    exec(compile(code.replace("import torch\n", ""), "samples", "exec"), names)
    return bits(names["X"]), bits(names["T"])


def test_exported_programs_use_the_words_of_the_field_and_name_what_is_wrong_or_frozen(client: FlaskClient) -> None:
    for link, name in itertools.product(LINKS, ["script", "notebook", "torch"]):
        program = exported(client, name, link)
        said = re.sub(r"leaky relu, half slope|result\.settled|turned\.settled|experiment=[^ ]*", "", program)
        assert not re.findall(r"\b(?:dice|slopes?|facts?|settled)\b|_slope", said)
        if name == "torch":
            assert f"in NNBench it is {engines(link)[1].settled:.9g}." in program
    faulty = exported(client, "torch", "experiment=left-or-right&layers=2:2~leaky+relu,+half+slope")
    assert "The derivative that is stated for it, which is not the true one." in faulty
    own = exported(client, "torch", "experiment=tanh-signs&layers=2:2~tanh(x)%2B0.1*x")
    assert '"""Its derivative."""' in own
    assert "not the true one" not in own
    script = exported(client, "torch", "experiment=tanh-signs&layers=2:2:frozen:0:5~tanh")
    assert "free[M0] = torch.tensor([0.0, 1.0, 1.0, 1.0]).reshape(M0.shape)" in script
    assert "free[b0] = torch.tensor([1.0, 0.0])" in script
    whole = exported(client, "torch", "experiment=tanh-signs&layers=2:2:frozen~tanh")
    assert len(re.findall("requires_grad=False", whole)) == 2
