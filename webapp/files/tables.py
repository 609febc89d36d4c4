"""The numbers of a run, as one JSON object and as CSV tables.

JSON has no nan and no infinity: they are null, and `not_finite` lists the steps of each.
"""

import csv
import io
import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.metrics import hashes_along
from engine.base.numerics import FloatArray
from engine.errors import ExperimentError
from engine.experiments.link_codec import VERSION
from engine.experiments.port_names import PortNames, port_names
from engine.experiments.run import parameters, rolled_back
from engine.layers.layers import AffinityLayer
from engine.outcomes.failure import why
from engine.outcomes.floor import Floor
from engine.outcomes.floor_search import floor
from engine.outcomes.outcome import outcome_of_run
from engine.outcomes.twins import luck
from engine.scoring import Score, look_at_test, scores
from engine.training.held_out import HeldOut
from engine.training.network import Network
from engine.training.trajectory import train_and_store
from webapp.bench.budget import RUNS_OF_A_CAUSE, is_within
from webapp.figures.encode import finite_or_none, plain_fields
from webapp.files.export_run import ExportedRun, UnreadableLink
from webapp.jobs.job import current_job

MOST_NUMBERS = 1_000_000
"""The most numbers in a table of weights; a longer run has every k-th step, as the first column says."""
ROWS = 5_000
"""Rows of a table that are written between two checks whether anybody still waits for it."""
NOT_FINITE: dict[str, Callable[[Any], Any]] = {"nan": np.isnan, "inf": np.isposinf, "-inf": np.isneginf}


class NumberList(list[float | None]):
    """The numbers of an array as a list for JSON, made one piece after another: at once they would take much memory.

    Not finite ones are None.
    """

    def __init__(self, array: FloatArray | NDArray[np.int64]) -> None:
        super().__init__()
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[float | None]:
        return in_pieces(self._array, finite_or_none)


def run_document(exported: ExportedRun) -> dict[str, Any]:
    """The run as plain data, every number finite or null.

    Places in it are counted in samples; `steps` is the number of times that the weights moved, once a batch.
    """
    result = exported.run
    single = {name: getattr(result, name) for name in ("settled", "last", "largest", "potential", "settled_potential")}
    return (
        {
            "version": VERSION,
            "experiment": {"key": exported.link.key} | json.loads(exported.link.experiment.to_json()),
            "fingerprint": result.fingerprint,
            "along": hashes_along(result.losses),
            "diverged_at": result.diverged_at,
            **plain_fields(single),
            "losses": NumberList(result.losses),
            "weights": {
                "checkpoint": plain_weights(exported.checkpoint),
                "trained": plain_weights(result.trained),
                "trained_at": exported.run.trained_at,
            },
            "not_finite": {name: not_finite_name(value) for name, value in single.items() if not math.isfinite(value)}
            | {"losses": {name: NumberList(np.flatnonzero(test(result.losses))) for name, test in NOT_FINITE.items()}},
            "steps": exported.link.experiment.rule.steps(len(result.losses)),
        }
        | ({} if result.held_out is None else {"held_out": _held_out(result.held_out)})
        | named_ports(exported)
    )


def named_ports(exported: ExportedRun) -> dict[str, Any]:
    """The names of the columns and rows of the weights, where a table has given them."""
    names = port_names(exported.link.experiment)
    return {"names": {"inputs": names.inputs, "outputs": names.outputs}} if names.given else {}


def _held_out(held_out: HeldOut) -> dict[str, Any]:
    """The mean loss of the held-out samples after these numbers of samples; null where it is no finite number."""
    return {"steps": held_out.steps.tolist(), "losses": finite_or_none(held_out.losses)}


def why_document(exported: ExportedRun, seconds: float, floor: Floor | None = None) -> dict[str, Any]:
    """Why the run failed, as plain data; with a floor, where it is known.

    None for a run that learned, for one whose failure has no cause that is known, and where it would take more than
    `seconds` of processor time to find the cause. Until the kernel is compiled it is not looked for, and `later` says
    so.
    """
    experiment, checkpoint, job = exported.link.experiment, exported.checkpoint, current_job()
    if not kernel_at_hand():
        return {"why": None, "later": ["why"]}
    if not is_within(seconds, experiment, checkpoint, RUNS_OF_A_CAUSE):
        return {"why": None}
    cause = why(experiment, checkpoint, lambda _done: job.check_cancelled(), made=exported.run, floor=floor)
    return {"why": None if cause is None else asdict(cause)}


def kernel_at_hand() -> bool:
    """Whether no question about a run waits for the compiler; their many runs are for compiled code alone."""
    return kernel.at_hand() and kernel.at_hand(by_rule=True)


def twins_document(exported: ExportedRun, twins: int) -> dict[str, Any]:
    """The ends of the run's twins, and its outcome, as plain data; a growth that is not finite is null."""
    experiment, job = exported.link.experiment, current_job()
    found = luck(experiment, exported.checkpoint, lambda _done: job.check_cancelled(), seeds=range(twins))
    return {
        "twins": {
            "growth": found.growth if math.isfinite(found.growth) else None,
            "lowest": found.lowest,
            "highest": found.highest,
            "verdict": found.verdict,
        },
        "verdict": outcome_of_run(experiment, exported.checkpoint, exported.run, found).word,
    }


def floor_of(exported: ExportedRun) -> Floor:
    """The floor of the run's network."""
    job = current_job()
    return floor(exported.link.experiment, exported.checkpoint, lambda _done: job.check_cancelled(), made=exported.run)


def floor_document(found: Floor) -> dict[str, Any]:
    """A floor as plain data: null for unknown values, and sentences that say why."""
    names = ("loss", "ceiling", "exact", "learned", "sentence", "details", "confidence")
    return {"floor": {name: getattr(found, name) for name in names}}


def scores_document(exported: ExportedRun) -> dict[str, Any]:
    """The scores of what the network has learned from and of held-out samples, as plain data; null for none."""
    found = scores(exported.link.experiment, exported.run.trained)
    return {"scores": {"learned": plain_score(found.learned), "held_out": plain_score(found.held_out)}}


def test_document(exported: ExportedRun) -> dict[str, Any]:
    """The score of the network on the test rows; UnreadableLink where there are none."""
    try:
        return {"test": plain_score(look_at_test(exported.link.experiment, exported.run.trained))}
    except ExperimentError as error:
        raise UnreadableLink(str(error)) from None


def plain_score(score: Score | None) -> dict[str, Any] | None:
    """A score by the names of its fields, with its accuracy; null for a number that is not finite."""
    return None if score is None else plain_fields(asdict(score) | {"accuracy": score.accuracy})


def plain_weights(network: Network) -> list[dict[str, Any]]:
    """M and b of every dense layer, as plain finite numbers or null."""
    affine = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
    return [{"M": [finite_or_none(row) for row in layer.M], "b": finite_or_none(layer.b)} for layer in affine]


def not_finite_name(value: float) -> str:
    """nan, inf or -inf."""
    return next(name for name, test in NOT_FINITE.items() if test(value))


def losses_csv(exported: ExportedRun) -> bytes:
    """One row for each sample: its number, and its loss before it is learned."""
    return csv_table(("step", "loss"), enumerate(in_pieces(exported.run.losses)))


def weights_csv(exported: ExportedRun) -> bytes:
    """One row for each sample, or each k-th: its number, and every weight before it is learned; a last row for the end.

    Within a batch the weights stay. A run that diverged ends at the sample before.
    """
    names = weight_names(exported.checkpoint, port_names(exported.link.experiment))
    stored, every = _weights_along(exported, len(names)) if names else (np.empty((0, 0)), 1)
    rows = ([row * every, *numbers] for row, numbers in enumerate(in_pieces(stored)))
    end = exported.run.trained_at
    last = [[end, *kernel.flattened(parameters(exported.run.trained)).tolist()]] if end % every else []
    return csv_table(("step", *names), itertools.chain(rows, last))


def _weights_along(exported: ExportedRun, numbers: int) -> tuple[FloatArray, int]:
    """The flat weights after every k-th sample, shape (rows, numbers), at most MOST_NUMBERS in all, and k."""
    experiment, samples = exported.link.experiment, exported.run.trained_at
    at_most = max(1, -(-(samples + 1) * numbers // MOST_NUMBERS))
    every = max(1, -(-samples // (samples // at_most + 1)))
    X, T = (rows[:samples] for rows in experiment.facts())
    network = rolled_back(exported.checkpoint, experiment)
    stored = np.empty((1 + samples // every, numbers))
    stored[0] = kernel.flattened(parameters(network))
    train_and_store(network, X, T, stored[1:], every, wait_for_kernel=kernel.at_hand())
    return stored, every


def in_pieces(
    array: FloatArray | NDArray[np.int64], plain: Callable[[Any], list[Any]] = np.ndarray.tolist
) -> Iterator[Any]:
    """The rows of an array as plain numbers, a few thousand at a time; between two pieces other work comes first."""
    job = current_job()
    for start in range(0, len(array), ROWS):
        job.check_cancelled()
        yield from plain(array[start : start + ROWS])


def weight_names(network: Network, ports: PortNames | None = None) -> list[str]:
    """M1[0;0], …, b1[0], … for the first layer that has parameters, in the order of the flat ones.

    Where a table has given names, inputs and outputs have these: M1[0;bill length], M2[Adelie;0], b2[Adelie].
    """
    layers = [(layer, arrays) for layer in network.layers if (arrays := kernel.stated_parameters(layer))]
    dense = [number for number, (layer, _) in enumerate(layers) if isinstance(layer, AffinityLayer)]
    # Rows of M and b are outputs of the last dense layer, columns of M inputs of the first.
    named = {(dense[-1], 0): ports.outputs, (dense[0], 1): ports.inputs} if dense and ports and ports.given else {}

    def words(number: int, place: tuple[int, ...]) -> Iterator[str]:
        for side, at in enumerate(place):
            yield named[number, side][at] if (number, side) in named else str(at)

    return [
        f"{name}{number + 1}[{';'.join(words(number, place))}]"
        for number, (_, arrays) in enumerate(layers)
        for name, array in arrays.items()
        for place in np.ndindex(array.shape)
    ]


def csv_table(names: Sequence[str], rows: Iterable[Sequence[Any]] | Iterator[Any]) -> bytes:
    """A CSV file with a header, floats with all their digits."""

    def write(text: TextIO) -> None:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)

    return to_bytes(write)


def to_bytes(write: Callable[[TextIO], None]) -> bytes:
    """The text that `write` writes, as UTF-8, without a second copy of it."""
    data = io.BytesIO()
    with io.TextIOWrapper(data, "utf-8", newline="") as text:
        write(text)
        text.flush()
        return data.getvalue()
