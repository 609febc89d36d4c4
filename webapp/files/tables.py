"""A run in numbers: as one JSON object, and as tables of comma-separated values.

JSON has no word for nan and infinity: they are null there, and `not_finite` names each by its step.
"""

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from engine.base.metrics import hashes_along
from engine.base.numerics import FloatArray
from engine.experiments.experiment import Affinity
from engine.experiments.link_codec import VERSION
from engine.layers.layers import AffinityLayer
from engine.training.network import Network
from engine.training.trajectory import record_trajectory
from webapp.files.export_run import ExportedRun

MOST_NUMBERS = 1_000_000
"""Numbers in a table of weights; a longer run is told at every k-th step, as the first column says."""
NOT_FINITE: dict[str, Callable[[Any], Any]] = {"nan": np.isnan, "inf": np.isposinf, "-inf": np.isneginf}


def run_document(ran: ExportedRun) -> dict[str, Any]:
    """The run as plain data, every number finite or null."""
    result = ran.run
    steps = len(result.losses)
    single = {name: getattr(result, name) for name in ("settled", "last", "largest", "potential", "settled_potential")}
    return {
        "version": VERSION,
        "experiment": {"key": ran.link.key} | json.loads(ran.link.experiment.to_json()),
        "fingerprint": result.fingerprint,
        "along": hashes_along(result.losses),
        "diverged_at": result.diverged_at,
        **{name: value if math.isfinite(value) else None for name, value in single.items()},
        "losses": nulled(result.losses),
        "weights": {
            "checkpoint": plain_weights(ran.checkpoint),
            "trained": plain_weights(result.trained),
            "trained_at": trained_at(ran),
        },
        "not_finite": {name: word(value) for name, value in single.items() if not math.isfinite(value)}
        | {"losses": {name: np.flatnonzero(test(result.losses)).tolist() for name, test in NOT_FINITE.items()}},
        "steps": steps,
    }


def trained_at(ran: ExportedRun) -> int:
    """The step whose weights the run is left with: the last, or the one before it diverged."""
    diverged = ran.run.diverged_at
    return len(ran.run.losses) if diverged is None else max(0, diverged - 1)


def plain_weights(network: Network) -> list[dict[str, Any]]:
    """M and b of every affine layer, as plain finite numbers or null."""
    affine = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
    return [{"M": [nulled(row) for row in layer.M], "b": nulled(layer.b)} for layer in affine]


def nulled(numbers: FloatArray) -> list[float | None]:
    """The numbers as a list, None for what is not finite."""
    plain: list[float | None] = numbers.tolist()
    for k in np.flatnonzero(~np.isfinite(numbers)):
        plain[k] = None
    return plain


def word(value: float) -> str:
    """nan, inf or -inf."""
    return next(name for name, test in NOT_FINITE.items() if test(value))


def losses_csv(ran: ExportedRun) -> str:
    """One row for each step: its number, and the loss of its sample before the update."""
    return table(("step", "loss"), ((step, loss) for step, loss in enumerate(ran.run.losses.tolist())))


def weights_csv(ran: ExportedRun) -> str:
    """One row for each step, or each k-th: its number, and every weight before the update; the last row is after it.

    A run that diverged is told up to the step before.
    """
    experiment = ran.link.experiment
    names = weight_names(experiment.layers)
    steps = trained_at(ran)
    every = max(1, -(-(steps + 1) * len(names) // MOST_NUMBERS))
    X, T = (facts[:steps] for facts in experiment.facts())
    network = ran.checkpoint.copy()
    network.alpha = experiment.alpha
    recording = record_trajectory(network, X, T, memory=8 * len(names) * (steps // every + 2)) if names else None
    flat = np.empty((0, 0)) if recording is None else recording.parameters
    kept = 1 if recording is None else recording.every
    rows = ([row * kept, *numbers] for row, numbers in enumerate(flat.tolist()))
    return table(("step", *names), rows)


def weight_names(layers: Iterable[object]) -> list[str]:
    """M1[0;0], …, b1[0], … for the first affine layer, in the order of the flat parameters."""
    names: list[str] = []
    for number, spec in enumerate((spec for spec in layers if isinstance(spec, Affinity)), start=1):
        names += [f"M{number}[{i};{j}]" for i in range(spec.outputs) for j in range(spec.inputs)]
        names += [f"b{number}[{i}]" for i in range(spec.outputs)]
    return names


def table(names: Sequence[str], rows: Iterable[Sequence[Any]] | Iterator[Any]) -> str:
    """Comma-separated values under their names, floats with all their digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()
