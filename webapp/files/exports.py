"""The files that a run can be exported as, a row each, and the routes that serve them.

GET /run.json and GET /export/<name> take the query of a link. The JSON of a run says why it failed, if it did; with
`twins=8` it says too how far the run is luck, by eight twins, with `floor=1` the least loss that its network can
reach, and with `compare=` and the quoted query of the run before the differences of the two. GET /compare.json has
these alone. A query that is not an experiment is a 400 with a sentence: a program must not get another run than it
requested.
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np
from flask import Flask, Response, request
from werkzeug.exceptions import NotFound, ServiceUnavailable

from engine.errors import shown
from engine.experiments.experiment import Affinity, Experiment
from engine.experiments.layer_specs import weights_of
from engine.experiments.run import parameters
from engine.outcomes.twins import MOST_TWINS
from engine.training.network import Network
from webapp.files.comparisons import comparison_document
from webapp.files.export_run import ExportedRun, LinkRunner, UnreadableLink
from webapp.files.format import CHECKPOINT, EXPERIMENT, VERSION
from webapp.files.pytorch.script import torch_script
from webapp.files.questions import decided_document, which_document
from webapp.files.scripts import notebook, script
from webapp.files.table_rows import rows_csv
from webapp.files.tables import (
    floor_document,
    floor_of,
    kernel_at_hand,
    losses_csv,
    run_document,
    scores_document,
    test_document,
    to_bytes,
    twins_document,
    weights_csv,
    why_document,
)
from webapp.http.connections.exchange import sent
from webapp.jobs.job import current_job
from webapp.links.short_links import ShortLinks
from webapp.settings import Settings

PIECES = 5_000
"""The numbers that are written between two checks whether the client still waits: a few milliseconds."""
NO_PAIR = "A comparison takes two links: a, the run before, and b, the run now. Give both, percent-encoded."
COMPILING = (
    "The kernel of the bench is not compiled yet, and it answers questions about a run. Try again in a moment; the "
    "run alone is there at once."
)
RETRY_AFTER = 2
CSV, JSON, PYTHON, NOTEBOOK = "text/csv", "application/json", "text/x-python", "application/x-ipynb+json"


class ExportKind(NamedTuple):
    """One row of the Export menu: its title, the ending of the file's name, its MIME type, and its function."""

    title: str
    ending: str
    mimetype: str
    make: Callable[[ExportedRun], str | bytes]


def experiment_json(exported: ExportedRun) -> bytes:
    """The experiment as a file that the page can import."""
    link = exported.link
    return _json_bytes(
        {"format": EXPERIMENT, "version": VERSION, "key": link.key, "experiment": _experiment_json(link.experiment)}
    )


def checkpoint_json(exported: ExportedRun) -> bytes:
    """The weights at the start of the run, layer by layer."""
    return _weights(exported, exported.checkpoint, 0)


def trained_json(exported: ExportedRun) -> bytes:
    """The weights at the end of the run, or at the step before it diverged."""
    return _weights(exported, exported.run.trained, exported.run.trained_at)


def _weights(exported: ExportedRun, network: Network, step: int) -> bytes:
    if not all(np.isfinite(array).all() for array in parameters(network)):
        raise UnreadableLink("A weight is no finite number, and JSON can hold only finite ones. Lower α first.")
    experiment = _experiment_json(exported.link.experiment)
    affine = iter(weights_of(network).values)
    layers = []
    for spec, plain in zip(exported.link.experiment.layers, experiment["layers"], strict=True):
        layers.append(plain | (dict(zip("Mb", next(affine), strict=True)) if isinstance(spec, Affinity) else {}))
    bench = {name: value for name, value in experiment.items() if name not in ("layers", "weights")}
    header = {"format": CHECKPOINT, "version": VERSION, "key": exported.link.key, "step": step}
    return _json_bytes(header | {"run": exported.run.fingerprint, "layers": layers} | bench)


def _experiment_json(experiment: Experiment) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(experiment.to_json())
    return decoded


def _json_bytes(plain: dict[str, Any]) -> bytes:
    # Piece by piece, for all at once would keep every other thread waiting while a million numbers are written.
    job = current_job()

    def write(text: TextIO) -> None:
        for count, piece in enumerate(json.JSONEncoder(ensure_ascii=False, allow_nan=False).iterencode(plain)):
            if count % PIECES == 0:
                job.check_cancelled()
            text.write(piece)
        text.write("\n")

    return to_bytes(write)


EXPORTS: dict[str, ExportKind] = {
    "script": ExportKind("Python script", ".py", PYTHON, script),
    "notebook": ExportKind("Jupyter notebook", ".ipynb", NOTEBOOK, notebook),
    "torch": ExportKind("PyTorch script", "-torch.py", PYTHON, torch_script),
    "experiment": ExportKind("Experiment, JSON", ".json", JSON, experiment_json),
    "checkpoint": ExportKind("Starting weights, JSON", "-checkpoint.json", JSON, checkpoint_json),
    "trained": ExportKind("Trained weights, JSON", "-trained.json", JSON, trained_json),
    "losses": ExportKind("Data: losses per sample, CSV", "-losses.csv", CSV, losses_csv),
    "rows": ExportKind("Data: answers to the rows, CSV", "-rows.csv", CSV, rows_csv),
    "weights": ExportKind("Data: weights per sample, CSV", "-weights.csv", CSV, weights_csv),
}

OF_ANY_BENCH = ("checkpoint", "trained", "losses", "weights")
"""The exports that need no source of a network's functions."""


def install(server: Flask, settings: Settings, short_links: ShortLinks) -> None:
    """Serves GET /run.json and GET /export/<name>, both with a link's query, and GET /compare.json with two."""
    runner, folder = LinkRunner(settings, short_links), settings.files_dir

    def run_json() -> Response:
        return file_or_refusal(lambda: sent(run_file(runner, request.args), JSON, folder))

    def compare_json() -> Response:
        links = request.args.get("a"), request.args.get("b")
        return file_or_refusal(lambda: sent(comparison_file(runner, *links), JSON, folder))

    def export(name: str) -> Response:
        if name not in EXPORTS:
            raise NotFound
        return file_or_refusal(lambda: runner.run_link(lambda exported: attachment(EXPORTS[name], exported, folder)))

    server.add_url_rule("/run.json", view_func=run_json)
    server.add_url_rule("/compare.json", view_func=compare_json)
    server.add_url_rule("/export/<name>", view_func=export)


def run_file(runner: LinkRunner, wanted: Mapping[str, str]) -> bytes:
    """The run of the request's link as JSON, with the luck that its twins show, its floor, and its differences from the
    run before, its scores and that on the test rows, the runs without a row each and its forks, as far as these are
    wanted: `twins`, `floor`, `scores`, `look`, `which`, `decided`, and `compare`, the query of the run before."""
    count = _number_of_twins(wanted["twins"]) if "twins" in wanted else 0
    on = {name for name in SWITCHES if name in wanted and _is_one(name, wanted[name])}
    if count or on & QUESTIONS or "compare" in wanted:
        wait_for_kernel()
    seconds = runner.seconds / SHARES

    def document(exported: ExportedRun, before: ExportedRun | None = None) -> bytes:
        floor = floor_of(exported) if "floor" in on else None
        return _json_bytes(
            run_document(exported)
            | why_document(exported, runner.seconds, floor)
            | (twins_document(exported, count) if count else {})
            | (floor_document(floor) if floor else {})
            | (scores_document(exported) if "scores" in on else {})
            | (test_document(exported) if "look" in on else {})
            | (which_document(exported, seconds) if "which" in on else {})
            | (decided_document(exported, seconds) if "decided" in on else {})
            | ({"compare": comparison_document(before, exported, runner.seconds)} if before else {})
        )

    if "compare" not in wanted:
        return runner.run_link(document)
    return runner.run_with({"compare": wanted["compare"]}, lambda before, now: document(now, before))


def comparison_file(runner: LinkRunner, a: str | None, b: str | None) -> bytes:
    """The differences between the runs of two queries, as JSON; a is the run before."""
    if a is None or b is None:
        raise UnreadableLink(NO_PAIR)
    wait_for_kernel()
    queries, seconds = {"a": a, "b": b}, runner.seconds
    return runner.run_pair(queries, lambda before, now: _json_bytes(comparison_document(before, now, seconds)))


SWITCHES = {
    "floor": "The floor",
    "scores": "A score",
    "look": "The score on test rows",
    "which": "Each run without a row",
    "decided": "Each fork",
}
"""The parts of a document that are wanted with 1, and the subject of a sentence about them."""

QUESTIONS = {"floor", "which", "decided"}
"""Those that need many runs."""

SHARES = 3
"""The run, the runs without a row each, and the forks have a share each of the processor time of a run."""


def wait_for_kernel() -> None:
    """503 in a sentence until the kernel is compiled."""
    if not kernel_at_hand():
        raise ServiceUnavailable(COMPILING, retry_after=RETRY_AFTER)


def _is_one(name: str, text: str) -> bool:
    if text != "1":
        raise UnreadableLink(
            f"{SWITCHES[name]} is computed for {name}=1, and not for {shown(text)}. Write 1, or leave it out."
        )
    return True


def _number_of_twins(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_TWINS):
        raise UnreadableLink(f"The number of twins is a whole number from 1 to {MOST_TWINS}, not {shown(text)}.")
    return int(text)


def file_or_refusal(make: Callable[[], Response]) -> Response:
    """The file, or a 400 with the sentence about what could not be read."""
    try:
        return make()
    except UnreadableLink as error:
        return Response(_json_bytes({"error": str(error)}), HTTPStatus.BAD_REQUEST, mimetype=JSON)


def attachment(file: ExportKind, exported: ExportedRun, folder: Path | None) -> Response:
    """The file as a download, named after the experiment and its run."""
    name = f"{'own-data' if exported.has_own_data else exported.link.key}-{exported.run.fingerprint}{file.ending}"
    response = sent(file.make(exported), file.mimetype, folder)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
