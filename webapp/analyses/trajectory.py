"""The trajectory of a run: losses and weights at every step, with which the page's cursor moves without the server.

It is sent when a knob is released, as float32 within a million bytes: a longer run sends only every k-th step and says
so. The exact weights of a step, its response maps and its probe are requests of their own, made where the cursor rests.
A long run is recorded in pieces, with a response for each.
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.byte_cache import CacheRow
from engine.base.metrics import first_divergence
from engine.experiments.experiment import Experiment
from engine.experiments.run import rolled_back
from engine.kernel import flattened, parameters
from engine.layers.layers import AffinityLayer
from engine.training.network import Network, affine_weights
from engine.training.trajectory import Trajectory
from webapp.base.validation import exactly, yes_or_no
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import BUDGET, READABLE_SLOWDOWN
from webapp.bench.requests import (
    LATER_OPTIONS,
    MapOptions,
    Own,
    read_map_options,
    read_own,
    read_step,
    with_later_options,
)
from webapp.figures.encode import packed, three_digits
from webapp.figures.weights import largest_of, weight_numbers
from webapp.jobs.large_work import turn_for
from webapp.responses.input_domain import InputDomain
from webapp.responses.probe import probe_at
from webapp.responses.rows.answers import answers_of_view
from webapp.responses.step_view import cursor_position, response_at_step, sample_at, step_view_at

MOST_BYTES = 1_000_000
"""The most bytes of a trajectory that are sent to the browser."""
MOST_RECORDED_BYTES = 16 * 2**20
"""The most bytes that the weights of one recorded run take on the server."""
NO_SAMPLES = np.empty((0, 0))
REMEMBERED_BYTES = 45 * 2**20
"""The most bytes of the recorded runs that are remembered: many short ones, or one of a million samples and the largest
table at least; one that is too large would begin anew at each request, and never end."""


@dataclass(frozen=True)
class RecordedRun:
    """A run that is being recorded: its experiment, the parameters of its checkpoint, and the steps recorded so far."""

    experiment: Experiment
    checkpoint: bytes
    network: Network = field(compare=False, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)
    replies: dict[bool, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)
    """The response, rounded or not: a class that opens one link asks for the same."""

    @property
    def bytes_held(self) -> dict[object, int]:
        """The bytes of its experiment's table."""
        return self.experiment.bytes_held

    @functools.cached_property
    def recording(self) -> Trajectory:
        """The recording, which begins at the first call of `extended`."""
        return Trajectory(rolled_back(self.network, self.experiment), *self.experiment.facts(), MOST_RECORDED_BYTES)

    @contextmanager
    def extended(self) -> Iterator[Trajectory]:
        """The recording after another tenth of a second of training; one that is not remembered is finished at once.

        Its samples are there while it is used, and drawn anew each time: of a long run they would take more memory
        than all the rest.
        """
        slower = 1 if kernel.supports(self.network.layers) else READABLE_SLOWDOWN
        steps = BUDGET // (kernel.work(self.network.layers, self.experiment.width) * slower)
        numbers = self.experiment.samples * (self.experiment.width + self.experiment.outputs)
        with turn_for(8 * numbers), self.lock:
            recording = self.recording
            if self.experiment.repeatable:
                recording.X, recording.T = self.experiment.facts()
            try:
                if not recording.complete:
                    recording.advance(steps if self.experiment.repeatable else self.experiment.samples)
                yield recording
            finally:
                if self.experiment.repeatable:
                    recording.X = recording.T = NO_SAMPLES


def trajectory(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """Losses and weights at steps 0, every, 2 · every, …, and the greatest |weight| of them and of the checkpoint.

    `plain` is {}, or {"rounded": true} over a slow line: then weights have three digits, which compress. While the
    recording is not finished, the number of its steps: the page asks again.
    """
    body = exactly({"rounded": False, **plain} if isinstance(plain, dict) else plain, {"rounded"})
    rounded = yes_or_no(body["rounded"])
    recorded = _recorded_run(prepared)
    if rounded not in recorded.replies:
        with recorded.extended() as recording:
            if not recording.complete:
                return {"done": recording.done}
            recorded.replies[rounded] = _trajectory(prepared, recording, rounded)
    return recorded.replies[rounded]


def _trajectory(prepared: PreparedRun, recording: Trajectory, rounded: bool) -> dict[str, Any]:
    affine = affine_indices(prepared.checkpoint)
    last = last_step(recording)
    stride = recording.every * -(-(last // recording.every + 1) * 4 * (affine.size + 1) // MOST_BYTES)
    rows = recording.parameters[: last // recording.every + 1 : stride // recording.every][:, affine]
    losses = np.append(recording.losses, np.nan)[: last + 1 : stride]
    finite = np.abs(rows[np.isfinite(rows)])
    return {
        "every": stride,
        "last": last,
        "width": int(affine.size),
        "scale": max(largest_of(affine_weights(prepared.checkpoint)), float(np.max(finite, initial=0.0))),
        "losses": packed(losses),
        "weights": packed(three_digits(rows.ravel()) if rounded else rows.ravel()),
    }


def step_detail(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """One step of the run, exactly: its weights, its response maps and its probe.

    `plain` is {"step": a step, or null for the end, "own": an input that the user typed, or null, "axes": which two of
    many inputs the maps are drawn over, "unit": [layer, index] of the unit that is shown like an output, or null,
    "large": whether the maps are large, "opened": the layer whose small maps are all wanted, or null,
    "held": whether a knob is held, "answers": null, or what is wanted of the answers to the rows of a table, "through":
    null, or the rows that the plane of the maps goes through}.
    """
    body = exactly(with_later_options(plain), {"step", "own", "axes", *LATER_OPTIONS})
    step, own, options = read_step(body["step"]), read_own(body["own"]), read_map_options(body)
    with _recorded_run(prepared).extended() as recording:
        return _step_of(prepared, recording, step, own, options) if recording.complete else {"done": recording.done}


def _step_of(
    prepared: PreparedRun, recording: Trajectory, step: int | None, own: Own | None, options: MapOptions
) -> dict[str, Any]:
    last = last_step(recording)
    sample = min(last, sample_at(step, len(recording.losses)))
    networks = _networks(prepared, recording, (last if step is None else min(step, last), sample))
    samples = (recording.X, recording.T)
    losses, row = recording.losses, options.row
    view = step_view_at(prepared.experiment, step, last, losses, networks, own, samples, row=row)
    return {
        "place": cursor_position(view),
        "weights": weight_numbers(affine_weights(view.network)),
        "response": response_at_step(view, InputDomain(prepared.experiment, prepared.caches), options),
        "probe": probe_at(view),
    } | answers_of_view(view, options)


def last_step(recording: Trajectory) -> int:
    """The last step that is shown: the number of samples, or the step before a divergence."""
    diverged_at = first_divergence(recording.losses)
    return len(recording.losses) if diverged_at is None else max(0, diverged_at - 1)


def affine_indices(network: Network) -> NDArray[np.int64]:
    """The indices of the dense layers' numbers in the flat parameters."""
    affine = [isinstance(layer, AffinityLayer) for layer in network.layers]
    sizes = [sum(array.size for array in layer.parameters.values()) for layer in network.layers]
    return np.flatnonzero(np.repeat(affine, sizes))


def _recorded_run(prepared: PreparedRun) -> RecordedRun:
    """The recorded run; one that is not repeatable is recorded anew each time."""
    experiment, network = prepared.experiment, prepared.checkpoint
    numbers = flattened(parameters(network.layers)).tobytes()
    recorded = RecordedRun(experiment, numbers, network)
    return prepared.caches.of(RECORDINGS).first_put(recorded, recorded) if experiment.repeatable else recorded


def _size_of(key: RecordedRun, recorded: RecordedRun) -> int:
    """The bytes of its losses, its weights, two networks, and its responses in base64 for both kinds of line."""
    samples, weights = key.experiment.samples, len(key.checkpoint)
    sent = min(MOST_BYTES, weights // 2 * (samples + 1))
    return 8 * samples + min(MOST_RECORDED_BYTES, weights * (samples + 1)) + 2 * weights + 2 * sent * 4 // 3


RECORDINGS = CacheRow(REMEMBERED_BYTES, _size_of)


def _networks(prepared: PreparedRun, recording: Trajectory, steps: tuple[int, int]) -> tuple[Network, Network]:
    """The networks at two steps. Users' own layers may hold more than parameters: they are trained from the start."""
    if prepared.experiment.repeatable:
        at, before = (recording.network_at(step) for step in steps)
        return at, before
    at, before = (_retrained(prepared, recording, step) for step in steps)
    return at, before


def _retrained(prepared: PreparedRun, recording: Trajectory, step: int) -> Network:
    network = rolled_back(prepared.checkpoint, prepared.experiment)
    network.train(recording.X[:step], recording.T[:step])
    return network
