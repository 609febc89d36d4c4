"""Files of a run on a bench of the user's own: losses and weights, which need no source of its functions.

No link can say what such a file is of, so the page asks for it as it asks for an analysis.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from engine.experiments.run import run
from engine.layers.layers import AffinityLayer, MapLayer
from engine.training.network import Network
from webapp.base.validation import exactly, one_of
from webapp.bench.actions import PreparedRun
from webapp.figures.encode import finite_or_none
from webapp.files.export_run import ExportedRun
from webapp.files.exports import EXPORTS
from webapp.files.format import VERSION
from webapp.files.tables import losses_csv, weights_csv
from webapp.jobs.job import current_job
from webapp.links.codec import Link
from webapp.local.own_bench import LOCAL_NAME

WEIGHTS = "nnbench weights"
"""The format that such a file states: no page opens it, for it has no target."""


def starting_weights(exported: ExportedRun) -> bytes:
    """The weights that the run starts from."""
    return weights_json(exported, exported.checkpoint, 0)


def trained_weights(exported: ExportedRun) -> bytes:
    """The weights at its end, or at the step before it diverged."""
    return weights_json(exported, exported.run.trained, exported.run.trained_at)


OWN_EXPORTS: Mapping[str, Callable[[ExportedRun], bytes]] = {
    "checkpoint": starting_weights,
    "trained": trained_weights,
    "losses": losses_csv,
    "weights": weights_csv,
}
"""The functions that make the files of OF_ANY_BENCH; titles, endings and MIME types are those of EXPORTS."""


def weights_json(exported: ExportedRun, network: Network, step: int) -> bytes:
    """The layers with M and b where they are dense, numbers that are not finite as null; and the knobs."""
    plain = {
        "format": WEIGHTS,
        "version": VERSION,
        "step": step,
        "run": exported.run.fingerprint,
        "layers": list(map(plain_layer, network.layers)),
        **exported.link.experiment.knob_values,
    }
    return json.dumps(plain, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def plain_layer(layer: Any) -> dict[str, Any]:
    """A layer as plain data; of a function or a layer of the user's own only that it is one."""
    if isinstance(layer, AffinityLayer):
        return {"kind": "affinity", "M": [finite_or_none(row) for row in layer.M], "b": finite_or_none(layer.b)}
    if isinstance(layer, MapLayer):
        return {"kind": "map", "function": layer.name}
    return {"kind": type(layer).__name__}


def export(prepared: PreparedRun, asked: object) -> dict[str, str]:
    """A file of the run in base64, its name and its MIME type. `asked` is {"name": a row of OWN_EXPORTS}."""
    name = one_of(exactly(asked, {"name"})["name"], OWN_EXPORTS)
    experiment, job = prepared.experiment, current_job()
    made = run(experiment, prepared.checkpoint, lambda _done: job.check_cancelled())
    exported = ExportedRun(Link(LOCAL_NAME, experiment, (), None, {}), prepared.checkpoint, made)
    return {
        "name": f"{LOCAL_NAME}-{made.fingerprint}{EXPORTS[name].ending}",
        "type": EXPORTS[name].mimetype,
        "file": base64.b64encode(OWN_EXPORTS[name](exported)).decode("ascii"),
    }
