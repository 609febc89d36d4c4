"""A file is validated before anything is built from it: an export is imported to the bit, all else is refused."""

import io
import itertools
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import dill
import numpy as np
import pytest
from flask.testing import FlaskClient

from engine import Experiment, Table, run
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.webapp.asking import SETTINGS
from webapp.files.file_import import FileRefused, read_file
from webapp.files.format import CHECKPOINT, EXPERIMENT

ROWS = list(CATALOGUE)
PLAIN: dict[str, Any] = json.loads(CATALOGUE[FIRST].experiment.to_json())


def opened(data: bytes) -> Experiment:
    return read_file(data, SETTINGS.max_samples)[1]


def json_bytes(plain: object) -> bytes:
    return json.dumps(plain).encode()


def test_an_exported_experiment_and_its_weights_come_back_as_they_were(client: FlaskClient) -> None:
    for key in ROWS:
        file = client.get(f"/export/experiment?experiment={key}").data
        assert read_file(file, SETTINGS.max_samples) == (key, CATALOGUE[key].experiment)
        assert opened(CATALOGUE[key].experiment.to_json().encode()) == CATALOGUE[key].experiment
    for which, key in itertools.product(["checkpoint", "trained"], ROWS):
        experiment = CATALOGUE[key].experiment
        checkpoint = experiment.network()
        wanted = run(experiment, checkpoint).trained if which == "trained" else checkpoint
        file = client.get(f"/export/{which}?experiment={key}").data
        assert read_file(file, SETTINGS.max_samples) == (key, experiment.with_weights_of(wanted))
    assert client.post("/import", data=json_bytes(PLAIN)).get_json() == {"key": FIRST, "experiment": PLAIN}
    experiment = replace(
        CATALOGUE["three-facts"].experiment,
        inputs=Table(((1.0, 2.0), (0.0, -0.0)), ((5.0, 0.1), (1e300, 2.0)), shuffled=True),
    )
    assert repr(opened(experiment.to_json().encode())) == repr(experiment)
    assert opened(b"\xef\xbb\xbf" + json_bytes(PLAIN)) == CATALOGUE[FIRST].experiment


def test_a_run_is_opened_as_its_experiment_and_a_file_beyond_the_limit_is_a_413(client: FlaskClient) -> None:
    for link in ["experiment=xor-hidden-layer&seed=9", "experiment=square-map&alpha=0.1", "experiment=spiral&twins=1"]:
        file = client.get(f"/run.json?{link}&samples=200").data
        document = json.loads(file)
        wanted = {name: value for name, value in document["experiment"].items() if name != "key"}
        found = document["experiment"]["key"], Experiment.from_plain(wanted)
        assert read_file(file, SETTINGS.max_samples) == found
        del document["why"]  # as a version before wrote it
        assert read_file(json_bytes(document), SETTINGS.max_samples) == found
    assert client.post("/import", data=b" " * (SETTINGS.max_body + 1)).status_code == 413


RULE: dict[str, Any] = {
    "batch": 16, "momentum": 0.9, "nesterov": True, "optimizer": "adam", "decay": 0.01, "rate": "1/(1+k/200)",
}  # fmt: skip
RULE_LINK = f"experiment=circle&samples=90&{urlencode(RULE | {'nesterov': 'on'})}"


def test_a_file_of_a_run_by_a_rule_comes_back_with_its_rule_or_none(client: FlaskClient) -> None:
    for file in ["run.json", "export/experiment", "export/checkpoint", "export/trained"]:
        found = opened(client.get(f"/{file}?{RULE_LINK}").data)
        assert {name: getattr(found, name) for name in RULE} == RULE
        redrawn = replace(found, weights=CATALOGUE["circle"].experiment.weights)
        assert redrawn == replace(CATALOGUE["circle"].experiment, samples=90, **RULE)
    for file in ["run.json", "export/experiment", "export/checkpoint"]:
        document = json.loads(client.get(f"/{file}?experiment=circle").data)
        for name in RULE:
            del (document if "checkpoint" in file else document["experiment"])[name]
        found = opened(json_bytes(document))
        assert replace(found, weights=CATALOGUE["circle"].experiment.weights) == CATALOGUE["circle"].experiment


class Bomb:
    """An object that runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("opened",)


def written(write: Callable[[Any], object]) -> bytes:
    write(file := io.BytesIO())
    return file.getvalue()


def zip_bomb(file: Any) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("experiment.json", b" " * 30_000_000)


BOMBS: Any = np.array([Bomb()], dtype=object)


def checkpoint(**changes: Any) -> dict[str, Any]:
    layers = [{"kind": "affinity", "inputs": 2, "outputs": 2, "M": [[1, 0], [0, 1]], "b": [0, 0]}]
    rest = {name: PLAIN[name] for name in ("ideal", "inputs", "alpha", "samples", "seed", "filter")}
    return {"format": CHECKPOINT, "version": 1, "layers": layers} | rest | changes


def layer(**changes: Any) -> list[dict[str, Any]]:
    return [checkpoint()["layers"][0] | changes]


WIDE = [{"kind": "affinity", "inputs": a, "outputs": b} for a, b in ((2, 65), (65, 2))]
WIDE_TABLE = {"kind": "table", "inputs": [[0] * 65], "targets": [[0]], "shuffled": False}
REFUSED: dict[str, tuple[bytes, str]] = {
    "dill": (dill.dumps(CATALOGUE[FIRST].experiment.network()), "This is a pickle or a dill file."),
    "pickle": (pickle.dumps(Bomb(), protocol=5), "This is a pickle or a dill file."),
    "old pickle": (pickle.dumps(Bomb(), protocol=0), "The file is not JSON"),
    "npz with objects": (written(lambda file: np.savez(file, M=BOMBS)),
                         "This is a zip archive, as npz and xlsx files are."),
    "npy with objects": (written(lambda file: np.save(file, BOMBS)), "This is a NumPy file."),
    "zip bomb": (written(zip_bomb), "This is a zip archive"),
    "gzip": (b"\x1f\x8b\x08" + b"\x00" * 40, "This is a compressed file."),
    "picture": (b"\x89PNG\r\n", "This is a picture."), "nothing": (b"", "The file is not JSON"),
    "900 deep": (b"[" * 900 + b"]" * 900, "nested too deeply"),
    "100,000 deep": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "deep in a field": (json_bytes(PLAIN | {"inputs": json.loads("[" * 70 + "]" * 70)}), "nested too deeply"),
    "1e999": (json_bytes(PLAIN).replace(b'"alpha": 0.1', b'"alpha": 1e999'), "a number that is too large"),
    "many digits": (json_bytes(PLAIN).replace(b'"seed": 3', b'"seed": ' + b"9" * 5000), "a number that is too large"),
    "NaN": (json_bytes(PLAIN | {"alpha": float("nan")}), "NaN or Infinity"),
    "Infinity": (json_bytes(PLAIN | {"alpha": float("inf")}), "NaN or Infinity"),
    "half a character": (b'{"layers": "\\ud800"}', "The file is not JSON"),
    "latin 1": ('{"layers": "é"}'.encode("latin-1"), "The file is not JSON"),
    "a list": (b"[1, 2]", "The file holds no experiment."), "another object": (b'{"nodes": []}', "no experiment. Give"),
    "9,000 tensors": (json_bytes(checkpoint(layers=layer() * 9_000)), "The file has 9,000 layers"),
    "9 layers": (json_bytes(PLAIN | {"layers": [{"kind": "map", "function": "tanh"}] * 9}),
                 "at most 8 layers, 64 wide"),
    "too wide": (json_bytes(PLAIN | {"layers": WIDE}), "at most 8 layers, 64 wide"),
    "too many samples": (json_bytes(PLAIN | {"samples": 10**7}), "Samples are a whole number from 1 to 1,000,000."),
    "a batch beyond the samples": (
        json_bytes(PLAIN | {"batch": 256, "samples": 100}),
        "A batch has at most as many samples as the run, 100, not 256. Lower it, or take more samples. The file was",
    ),
    "another optimizer": (json_bytes(PLAIN | {"optimizer": "lion"}), "The optimizer is one of sgd, rmsprop, adam"),
    "a rate that is none": (json_bytes(PLAIN | {"rate": "open('x')"}), "A rate is a formula in k"),
    "a rate below 0": (json_bytes(PLAIN | {"rate": "1-k"}), "The rate 1-k is −1 at step 2."),
    "version 2": (json_bytes({"format": EXPERIMENT, "version": 2, "experiment": PLAIN}), "The file is of version 2"),
    "a run without layers": (json_bytes({"fingerprint": "0", "experiment": {"key": "spiral"}}), "and nothing else"),
    "a run of nothing": (json_bytes({"fingerprint": "0", "experiment": 3}), "no experiment. Give"),
    "empty experiment": (json_bytes({"format": EXPERIMENT, "version": 1}), "and holds none"),
    "unknown field": (json_bytes(PLAIN | {"__class__": "os.system"}), "and nothing else"),
    "own code": (json_bytes(PLAIN | {"ideal": ["__import__('os')"]}), "is no character of a formula"),
    "a function that is none": (json_bytes(checkpoint(layers=[{"kind": "map", "function": "exec"}])), "exec"),
    "weights of another shape": (json_bytes(checkpoint(layers=layer(M=[[1, 0]]))), "weights of another shape"),
    "weights that are text": (json_bytes(checkpoint(layers=layer(b=["1", "2"]))), "pairs of a matrix and its biases"),
    "no weights": (json_bytes(checkpoint(layers=layer(M=None))), "pairs of a matrix and its biases"),
    "layers that are none": (json_bytes(checkpoint(layers=[1])), "holds no layers"),
    "a table too wide": (json_bytes(PLAIN | {"ideal": "table", "inputs": WIDE_TABLE}), "a table has at most 64"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_ours_is_refused(name: str, client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    data, sentence = REFUSED[name]
    with pytest.raises(FileRefused) as refused:
        opened(data)
    assert sentence in str(refused.value)
    answer = client.post("/import", data=data)
    assert (answer.status_code, answer.get_json()) == (200, {"refused": str(refused.value)})
    assert len(str(refused.value)) < 400
    assert capsys.readouterr().out == ""
