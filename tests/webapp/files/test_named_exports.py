"""Names of a table's columns and classes stand in files and in sentences, in place of letters and numbers."""

import csv
import io
import re
import sys
from dataclasses import replace

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Table, run, scores
from engine.experiments.port_names import port_names
from engine.training.network import affine_weights
from tests.webapp.asking import fingerprint
from tests.webapp.files.numpy_torch import numpy_torch
from webapp.analyses.sensitivity import sensitivity
from webapp.base.format import as_cell
from webapp.base.theme import THEMES
from webapp.bench.actions import PreparedRun, weight_name
from webapp.bench.requests import WeightEdit
from webapp.figures.weights import weight_names, weights_figure
from webapp.files import tables
from webapp.files.export_run import ExportedRun, UnreadableLink
from webapp.files.pytorch.script import torch_script
from webapp.files.scripts import script
from webapp.files.table_rows import rows_csv
from webapp.links.codec import Link
from webapp.responses.units import formula_of, weights_out

PENGUINS, SIGNS = (CATALOGUE[key].experiment for key in ("penguins", "tanh-signs"))


def exported(key: str) -> ExportedRun:
    experiment = CATALOGUE[key].experiment
    checkpoint = experiment.network()
    return ExportedRun(Link(key, experiment, (), None, {}), checkpoint, run(experiment, checkpoint))


def test_weights_have_names_in_csv_json_and_pytorch() -> None:
    made = exported("penguins")
    head = next(csv.reader(io.StringIO(tables.weights_csv(made).decode())))
    assert head[:6] == ["step", "M1[0;bill length]", "M1[0;bill depth]", "M1[0;flipper length]", "M1[0;body mass]",
                        "M1[1;bill length]"]  # fmt: skip
    assert head[-4:] == ["M2[Gentoo;7]", "b2[Adelie]", "b2[Chinstrap]", "b2[Gentoo]"]
    names = tables.run_document(made)["names"]
    assert names["inputs"] == ("bill length", "bill depth", "flipper length", "body mass")
    assert names["outputs"] == ("Adelie", "Chinstrap", "Gentoo")
    assert "# X[:, 0] is bill length.\n" in torch_script(made)
    assert "# T[:, 2] is Gentoo.\n" in torch_script(made)


def test_without_names_files_are_as_ever() -> None:
    made = exported("tanh-signs")
    assert tables.weight_names(made.checkpoint, port_names(SIGNS)) == tables.weight_names(made.checkpoint)
    assert "names" not in tables.run_document(made)
    assert "# X[" not in torch_script(made)
    assert made.run.fingerprint == fingerprint("tanh-signs")


def test_the_figure_and_its_heads_have_names_and_equal_ones_are_told_apart() -> None:
    layers, names = affine_weights(PENGUINS.network()), port_names(PENGUINS)
    figure = weights_figure(layers, 1.0, THEMES["light"], names)
    assert figure["data"][0]["x"] == list(names.inputs)
    assert figure["data"][2]["y"] == list(names.outputs)
    assert figure["layout"]["xaxis"]["type"] == "category"
    heads = {name["text"].replace("\u00ad", ""): name for name in weight_names(layers, names)}
    assert heads["bill length"]["width"] > 0
    assert "width" not in heads["Adelie"]
    twice = Table(((1.0, 2.0),), ((1.0,),), names=(("a", "a"), ("b",)))
    experiment = Experiment((Affinity(2, 1),), "table", DrawnWeights(1), twice, samples=1)
    figure = weights_figure(affine_weights(experiment.network()), 1.0, THEMES["light"], port_names(experiment))
    assert len(set(figure["data"][0]["x"])) == 2
    assert figure["data"][0]["y"] == ["b"]


def test_sentences_about_weights_and_units_have_names() -> None:
    names, layers = port_names(PENGUINS), PENGUINS.network().layers
    assert weight_name(WeightEdit(0, "M", 2, 3, ""), 2, names) == "u₂←body mass of dense layer 1"
    assert weight_name(WeightEdit(1, "b", 0, 0, ""), 2, names) == "bias Adelie of dense layer 2"
    assert "bill length" in formula_of(layers, 1, 0, names)
    assert [row["to"] for row in weights_out(layers, 1, 0, names)] == ["Adelie", "Chinstrap", "Gentoo"]
    few = replace(PENGUINS, samples=20)
    prepared = PreparedRun(few, few.network(), None)
    strips = sensitivity(prepared, {"strip": 0, "from": 0})["strips"]
    dense = [sensitivity(prepared, {"strip": strip, "from": 0}) for strip in range(strips)]
    said = {cell["says"] for strip in dense if strip["title"].startswith("Dense") for cell in strip["cells"] if cell}
    assert "without the weight from bill length to u₀" in said
    assert "without the weight from u₀ to Adelie" in said


def test_answers_to_the_rows_are_those_that_scores_count_and_test_rows_stay_closed() -> None:
    made = exported("penguins")
    rows = list(csv.DictReader(io.StringIO(rows_csv(made).decode())))
    counted = scores(PENGUINS, made.run.trained)
    assert counted.held_out is not None
    for name, score in (("learned", counted.learned), ("held out", counted.held_out)):
        part = [row for row in rows if row["set"] == name]
        assert (len(part), sum(row["answer"] == row["said"] for row in part)) == (score.rows, score.right)
        assert np.mean([float(row["loss"]) for row in part]) == pytest.approx(score.loss, rel=1e-12)
    shares = np.array([[float(row[kind]) for kind in ("Adelie", "Chinstrap", "Gentoo")] for row in rows])
    assert shares.sum(axis=1) == pytest.approx(1.0)
    assert PENGUINS.rows is not None
    assert not {int(row["row"]) - 1 for row in rows} & set(PENGUINS.rows.test)
    without = replace(made, link=replace(made.link, experiment=replace(PENGUINS, without=(6, 14))))
    sets = {row["row"]: row["set"] for row in csv.DictReader(io.StringIO(rows_csv(without).decode()))}
    assert [row for row, part in sets.items() if part == "left out"] == ["6", "14"]
    cars = list(csv.DictReader(io.StringIO(rows_csv(exported("cars")).decode())))
    missed = [abs(float(row["answer miles per gallon"]) - float(row["said miles per gallon"])) for row in cars[-78:]]
    assert np.mean(missed) == pytest.approx(1.9, abs=0.05)
    with pytest.raises(UnreadableLink, match="there are no rows"):
        rows_csv(exported("tanh-signs"))


@pytest.mark.parametrize(("key", "python", "torch"), [
    ("penguins", "Held-out rows right: 67 of 68.", "It answers 67 of 68 held-out rows right; in NNBench 67."),
    ("cars", "Held-out rows: the mean error is 1.85.", "R² of held-out rows is 0.895"),
])  # fmt: skip
def test_scripts_print_the_score_of_held_out_rows(
    key: str, python: str, torch: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = exported(key)
    exec(compile(script(made), "script", "exec"), {})
    assert python in capsys.readouterr().out
    monkeypatch.setitem(sys.modules, "torch", numpy_torch())
    exec(compile(torch_script(made), "torch script", "exec"), {})
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(torch)
    if key == "cars":
        in_torch, here = re.findall(r"-?\d+\.\d+", said)
        assert in_torch == here.rstrip(".")


def test_a_name_that_a_spreadsheet_takes_for_a_formula_is_a_text() -> None:
    texts = {"=1+1": "'=1+1", "@a": "'@a", "-1": "-1", "+2.5": "+2.5", "-x": "'-x", "a=b": "a=b", "\tx": "'\tx"}
    assert {text: as_cell(text) for text in texts} == texts
