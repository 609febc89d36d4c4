"""The files that a run can be taken along as, a row each, and the routes that give them.

GET /run.json and GET /export/<name> take the query of a link. A query that is no experiment is a 400 with a sentence:
a program must not get another run than it asked for.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NamedTuple

import numpy as np
from flask import Flask, Response
from werkzeug.exceptions import NotFound

from engine.experiments.experiment import Affinity, Experiment
from engine.experiments.layer_specs import weights_of
from engine.experiments.run import parameters
from engine.training.network import Network
from webapp.files.export_run import ExportedRun, LinkRunner, UnreadableLink
from webapp.files.file_import import CHECKPOINT, EXPERIMENT, VERSION
from webapp.files.scripts import notebook, script
from webapp.files.tables import losses_csv, run_document, trained_at, weights_csv
from webapp.files.torch_script import torch_script
from webapp.links.short_links import ShortLinks
from webapp.settings import Settings

CSV, JSON, PYTHON, NOTEBOOK = "text/csv", "application/json", "text/x-python", "application/x-ipynb+json"


class File(NamedTuple):
    """One row of the Export menu: what it is called there, how the file's name ends, its kind, and what makes it."""

    title: str
    ending: str
    kind: str
    make: Callable[[ExportedRun], str]


def experiment_json(ran: ExportedRun) -> str:
    """The experiment as a file that the page opens again."""
    link = ran.link
    return _json({"format": EXPERIMENT, "version": VERSION, "key": link.key, "experiment": _plain(link.experiment)})


def checkpoint_json(ran: ExportedRun) -> str:
    """The weights that the run starts from, layer by layer."""
    return _weights(ran, ran.checkpoint, 0)


def trained_json(ran: ExportedRun) -> str:
    """The weights that the run ends with, or those of the step before it diverged."""
    return _weights(ran, ran.run.trained, trained_at(ran))


def _weights(ran: ExportedRun, network: Network, step: int) -> str:
    if not all(np.isfinite(array).all() for array in parameters(network)):
        raise UnreadableLink(
            "These weights have grown out of the numbers, and JSON has no word for that. Lower α first."
        )
    experiment = _plain(ran.link.experiment)
    affine = iter(weights_of(network).values)
    layers = []
    for spec, plain in zip(ran.link.experiment.layers, experiment["layers"], strict=True):
        layers.append(plain | (dict(zip("Mb", next(affine), strict=True)) if isinstance(spec, Affinity) else {}))
    bench = {name: value for name, value in experiment.items() if name not in ("layers", "weights")}
    told = {"format": CHECKPOINT, "version": VERSION, "key": ran.link.key, "step": step}
    return _json(told | {"run": ran.run.fingerprint, "layers": layers} | bench)


def _plain(experiment: Experiment) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(experiment.to_json())
    return decoded


def _json(plain: dict[str, Any]) -> str:
    # Piece by piece, for all at once would keep every other thread waiting while a million numbers are written.
    return "".join(json.JSONEncoder(ensure_ascii=False, allow_nan=False).iterencode(plain)) + "\n"


FILES: dict[str, File] = {
    "script": File("Python script", ".py", PYTHON, script),
    "notebook": File("Jupyter notebook", ".ipynb", NOTEBOOK, notebook),
    "torch": File("PyTorch script", "-torch.py", PYTHON, torch_script),
    "experiment": File("Experiment, JSON", ".json", JSON, experiment_json),
    "checkpoint": File("Checkpoint weights, JSON", "-checkpoint.json", JSON, checkpoint_json),
    "trained": File("Trained weights, JSON", "-trained.json", JSON, trained_json),
    "losses": File("Data: losses per step, CSV", "-losses.csv", CSV, losses_csv),
    "weights": File("Data: weights per step, CSV", "-weights.csv", CSV, weights_csv),
}


def install(server: Flask, settings: Settings, saved: ShortLinks) -> None:
    """Answers GET /run.json and GET /export/<name>, both with a link's query."""
    runner = LinkRunner(settings, saved)

    def run_json() -> Response:
        return answered(lambda: runner.ran(lambda ran: Response(_json(run_document(ran)), mimetype=JSON)))

    def export(name: str) -> Response:
        if name not in FILES:
            raise NotFound
        return answered(lambda: runner.ran(lambda ran: attachment(FILES[name], ran)))

    server.add_url_rule("/run.json", view_func=run_json)
    server.add_url_rule("/export/<name>", view_func=export)


def answered(make: Callable[[], Response]) -> Response:
    """The file, or a 400 with the sentence about what could not be read."""
    try:
        return make()
    except UnreadableLink as error:
        return Response(_json({"error": str(error)}), HTTPStatus.BAD_REQUEST, mimetype=JSON)


def attachment(file: File, ran: ExportedRun) -> Response:
    """The file as a download, named after the experiment and its run."""
    name = f"{ran.link.key}-{ran.run.fingerprint}{file.ending}"
    response = Response(file.make(ran), mimetype=file.kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
