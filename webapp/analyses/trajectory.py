"""The history of a run: what moves the page's cursor without the server, and what is asked for where it rests.

Losses and weights travel once a knob is let go, as float32 within a million bytes: where a run has more, only every
k-th step travels, and the answer says so. The exact weights of any step, its maps and its probe are asked for by
themselves. A long run is recorded in pieces, an answer for each.
"""

import functools
import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.metrics import first_divergence
from engine.experiments.experiment import Experiment
from engine.kernel import flattened, parameters
from engine.layers.layers import AffinityLayer
from engine.training.network import Network
from engine.training.trajectory import Trajectory
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import BUDGET
from webapp.bench.requests import read_axes, read_own, read_step
from webapp.figures.encode import typed
from webapp.figures.weights import largest_of, weight_numbers
from webapp.responses.input_domain import InputDomain
from webapp.responses.probe import probe_at
from webapp.responses.static_view import affine_weights
from webapp.responses.step_view import place_of, response_at, sample_at, step_view_at

MOST_BYTES = 1_000_000
"""What a history may weigh on its way to the browser."""
KEPT_BYTES = 16 * 2**20
"""What the weights of one recording may take on the server."""
RECORDINGS = 4
"""So many recordings are remembered; a short run is soon recorded again."""


@dataclass(frozen=True)
class Taped:
    """A run being recorded: its experiment, the numbers of its checkpoint, and the recording as far as it is."""

    experiment: Experiment
    checkpoint: bytes
    network: Network = field(compare=False, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @functools.cached_property
    def recording(self) -> Trajectory:
        """Not begun yet, when it is first asked for."""
        return Trajectory(_at_start(self.experiment, self.network), *self.experiment.facts(), KEPT_BYTES)

    def further(self) -> Trajectory:
        """The recording, some tenth of a second further, or whole; what is not remembered is whole at once."""
        steps = BUDGET // kernel.work(self.network.layers, self.experiment.width)
        with self.lock:
            if not self.recording.complete:
                self.recording.advance(steps if self.experiment.repeatable else self.experiment.samples)
            return self.recording


def history(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """Losses and weights at steps 0, every, 2 · every, …, and the greatest |weight| of them and of the checkpoint.

    `asked` is {}. Where the recording is not whole yet, how far it is: the page asks again.
    """
    exactly(asked, set())
    recording = _taped(prepared).further()
    if not recording.complete:
        return {"done": recording.done}
    affine = affine_places(prepared.checkpoint)
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
        "losses": typed(losses),
        "weights": typed(rows.ravel()),
    }


def step(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """One step of the run, exactly: its weights, its maps and its probe.

    `asked` is {"step": a step, or null for the end, "own": an input of the visitor's own, or null, "axes": which two
    of many inputs the maps are drawn over}.
    """
    body = exactly(asked, {"step", "own", "axes"})
    wanted, own, axes = read_step(body["step"]), read_own(body["own"]), read_axes(body["axes"])
    recording = _taped(prepared).further()
    if not recording.complete:
        return {"done": recording.done}
    last = last_step(recording)
    sample = min(last, sample_at(wanted, len(recording.losses)))
    networks = _networks(prepared, recording, (last if wanted is None else min(wanted, last), sample))
    facts = (recording.X, recording.T)
    cursor = step_view_at(prepared.experiment, wanted, last, recording.losses, facts, networks, own)
    return {
        "place": place_of(cursor),
        "weights": weight_numbers(affine_weights(cursor.network)),
        "response": response_at(cursor, InputDomain(prepared.experiment), axes),
        "probe": probe_at(cursor),
    }


def last_step(recording: Trajectory) -> int:
    """The last step that is shown: all samples, or the one before a divergence."""
    diverged_at = first_divergence(recording.losses)
    return len(recording.losses) if diverged_at is None else max(0, diverged_at - 1)


def affine_places(network: Network) -> NDArray[np.int64]:
    """Where the numbers of affine layers stand in a row of all parameters."""
    affine = [isinstance(layer, AffinityLayer) for layer in network.layers]
    sizes = [sum(array.size for array in layer.parameters.values()) for layer in network.layers]
    return np.flatnonzero(np.repeat(affine, sizes))


def _taped(prepared: PreparedRun) -> Taped:
    """The run's tape; what answers differently each time it is asked is taped anew."""
    experiment, network = prepared.experiment, prepared.checkpoint
    numbers = flattened(parameters(network.layers)).tobytes()
    taped = Taped(experiment, numbers, network)
    return _remembered(taped) if experiment.repeatable else taped


@functools.lru_cache(maxsize=RECORDINGS)
def _remembered(taped: Taped) -> Taped:
    return taped


def _networks(prepared: PreparedRun, recording: Trajectory, steps: tuple[int, int]) -> tuple[Network, Network]:
    """The networks at two steps. Layers of somebody's own may hold more than parameters: they learn from the start."""
    if prepared.experiment.repeatable:
        at, before = (recording.network_at(step) for step in steps)
        return at, before
    at, before = (_learned(prepared, recording, step) for step in steps)
    return at, before


def _learned(prepared: PreparedRun, recording: Trajectory, step: int) -> Network:
    network = _at_start(prepared.experiment, prepared.checkpoint)
    network.train(recording.X[:step], recording.T[:step])
    return network


def _at_start(experiment: Experiment, checkpoint: Network) -> Network:
    network = checkpoint.copy()
    network.alpha = experiment.alpha
    return network
