"""Imports a file that somebody drops on the page or chooses; it is validated before anything is built from it.

It is JSON in one of the two formats, or a run as /run.json says it, or it is refused with a sentence, and the page does
not change. Files that can contain code are never opened: no pickle, no dill, no archive.
"""

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, request

from engine.errors import BenchError, shown
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from engine.experiments.knobs import SAMPLES
from webapp.base.validation import Malformed
from webapp.bench.actions import checked_for_page
from webapp.bench.knob_values import Refused, read_knob
from webapp.files.format import CHECKPOINT, EXPERIMENT, VERSION
from webapp.http.envelope import strict_json
from webapp.jobs.large_work import turn_to_read
from webapp.settings import Settings

HEADER_FIELDS = ("format", "version", "key")
"""The fields of every file that are not its content."""
EXTRA_FIELDS = (*HEADER_FIELDS, "step", "run")
"""The fields of a checkpoint's file that its experiment does not need."""
MOST_LAYERS_READ = 256
"""Files with more layers are refused unread."""

OTHER_FORMATS = (
    (b"\x80", "This is a pickle or a dill file. None is opened here, for opening one can run what it says."),
    (b"PK\x03\x04", "This is a zip archive, as npz and xlsx files are. None is opened here."),
    (b"PK\x05\x06", "This is an empty zip archive. None is opened here."),
    (b"\x93NUMPY", "This is a NumPy file. It is not opened here, for it may hold objects."),
    (b"\x1f\x8b", "This is a compressed file. None is opened here."),
    (b"\x89PNG", "This is a picture."),
    (b"%PDF", "This is a PDF."),
)
"""The first bytes of files of other formats, and the sentence about each."""
NO_EXPERIMENT = "The file holds no experiment"
CURE = "Give the JSON of an experiment or of a checkpoint, as Export makes them, or a table as a CSV."


class FileRefused(Exception):
    """A file that cannot be imported; the message is a sentence for the visitor."""


def install(server: Flask, settings: Settings) -> None:
    """Serves POST /import, whose body is the file; the response has the experiment, or the reason of the refusal."""

    def imported() -> dict[str, Any]:
        data = request.get_data()
        with turn_to_read(data):
            try:
                key, experiment = read_file(data, settings.max_samples)
            except FileRefused as refused:
                return {"refused": str(refused)}
            return {"key": key, "experiment": json.loads(experiment.to_json())}

    server.add_url_rule("/import", view_func=imported, methods=["POST"])


def read_file(data: bytes, max_samples: int) -> tuple[str, Experiment]:
    """The key of the catalogue entry in the file, and the experiment; FileRefused with the reason otherwise."""
    plain = _plain(data)
    key = (plain["experiment"] if _is_run(plain) else plain).get("key", FIRST)
    try:
        experiment = Experiment.from_plain(_fields(plain))
        read_knob(SAMPLES, experiment.samples, max_samples)
        return key if isinstance(key, str) and key in CATALOGUE else FIRST, checked_for_page(experiment)
    except (BenchError, Refused) as error:
        why = error.sentence if isinstance(error, Refused) else str(error)
        raise FileRefused(f"{why} The file was not opened.") from None


def _plain(data: bytes) -> Mapping[str, Any]:
    """The JSON object in the file, with finite numbers and valid characters only, not too deep."""
    for beginning, sentence in OTHER_FORMATS:
        if data.startswith(beginning):
            raise FileRefused(f"{sentence} {CURE}")
    try:
        plain = strict_json(data.removeprefix(b"\xef\xbb\xbf"))
    except Malformed as error:
        raise FileRefused(f"{str(error).replace('The request', 'The file')} {CURE}") from None
    if not isinstance(plain, dict):
        raise FileRefused(f"{NO_EXPERIMENT}. {CURE}")
    return plain


def _is_run(plain: Mapping[str, Any]) -> bool:
    """Whether it is a run from /run.json, of which the experiment is opened and nothing else is read."""
    return "format" not in plain and "fingerprint" in plain and isinstance(plain.get("experiment"), dict)


def _fields(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an experiment, from either format, or from the output of `Experiment.to_json`."""
    kind = plain.get("format")
    if kind is None and "layers" in plain:
        return _bounded(dict(plain))
    if _is_run(plain):
        return _bounded({name: value for name, value in plain["experiment"].items() if name != "key"})
    if not isinstance(kind, str) or kind not in _READERS:
        why = f": its format is {shown(kind)}" if "format" in plain else ""
        raise FileRefused(f"{NO_EXPERIMENT}{why}. {CURE}")
    if plain.get("version") != VERSION:
        raise FileRefused(
            f"The file is of version {shown(plain.get('version'))}, and this bench reads version {VERSION}. "
            "Was it made by a newer one?"
        )
    return _bounded(_READERS[kind](plain))


def _of_experiment(plain: Mapping[str, Any]) -> dict[str, Any]:
    content = plain.get("experiment")
    if not isinstance(content, dict) or not set(plain) <= {*HEADER_FIELDS, "experiment"}:
        raise FileRefused(f"The file says that it is an experiment, and holds none. {CURE}")
    return dict(content)


def _of_checkpoint(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an experiment, with the layers' weights moved to `weights`."""
    fields = {name: value for name, value in plain.items() if name not in EXTRA_FIELDS}
    layers = fields.get("layers")
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise FileRefused(f"The file says that it is a checkpoint, and holds no layers. {CURE}")
    pairs = [[layer.get("M"), layer.get("b")] for layer in layers if layer.get("kind") == "affinity"]
    without_weights = [{name: value for name, value in layer.items() if name not in ("M", "b")} for layer in layers]
    return fields | {"layers": without_weights, "weights": {"kind": "given", "values": pairs}}


def _bounded(fields: dict[str, Any]) -> dict[str, Any]:
    layers = fields.get("layers")
    if isinstance(layers, list) and len(layers) > MOST_LAYERS_READ:
        raise FileRefused(f"The file has {len(layers):,} layers, and the page takes networks of at most 8. {CURE}")
    return fields


_READERS = {EXPERIMENT: _of_experiment, CHECKPOINT: _of_checkpoint}
