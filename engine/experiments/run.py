"""A run: a pure function of an experiment and its checkpoint, the same to the bit whenever it is called.

The checkpoint is never touched. A long run works in chunks, and its caller can end it between them.
"""

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine import kernel
from engine.base.metrics import fingerprint, first_divergence, potential, settled_loss
from engine.base.notebook_html import paragraph, sparkline
from engine.base.number_text import loss_text
from engine.base.numerics import FloatArray
from engine.base.smoothing import low_pass
from engine.data.samples import Samples
from engine.data.turns import Turns
from engine.errors import OutOfRangeError
from engine.rules.rule import TrainingRule
from engine.training.held_out import MOST_STEPS, HeldOut, HeldOutRecorder
from engine.training.network import Network

READABLE_SECONDS = 0.005
"""Seconds of the readable layers between two calls of `on_progress`."""

COMPILED_CHUNK = 10_000_000
"""Steps between two calls of `on_progress` on the kernel, in parameters moved: some ten milliseconds."""


OnProgress = Callable[[int], None]


class Training(Protocol):
    """The inputs of a run besides its first weights: samples in their order, and α. Every `Experiment` is one."""

    @property
    def samples(self) -> int:
        """The number of samples that are learned, each in a step; at least 1."""
        ...

    @property
    def alpha(self) -> float: ...

    @property
    def rule(self) -> TrainingRule:
        """The rule by which they are learned, beside α."""
        ...

    @property
    def passed(self) -> Turns | None:
        """The turns at which a loss is taken and nothing learned; None for none."""
        ...

    @property
    def width(self) -> int:
        """The number of inputs."""
        ...

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        ...

    @property
    def formulas(self) -> tuple[str, ...]:
        """The target as it is read, a text for each output."""
        ...

    def fact_blocks(self) -> Iterator[Samples]:
        """The samples in successive blocks, for reading only; the same at every call."""
        ...

    def held_out_samples(self) -> Samples | None:
        """Samples that are never learned from, for reading only; None where there are none."""
        ...


@dataclass(frozen=True, repr=False)
class Run:
    """The results of one run; `trained` is the network after it, or at the step before it diverged.

    `at_step` is the network after `step` updates: the step that was wanted, or the last, where it is `trained`. The
    run was made from `experiment` and `first_weights`, the checkpoint's weights in one flat row.
    """

    losses: FloatArray
    settled: float
    last: float
    largest: float
    potential: float
    settled_potential: float
    diverged_at: int | None
    fingerprint: str
    trained: Network
    step: int
    at_step: Network
    experiment: Training
    first_weights: FloatArray
    held_out: HeldOut | None = None
    """The losses of the held-out samples along the run; None where there are none."""

    def __repr__(self) -> str:
        first, count = loss_text(float(self.losses[0])), len(self.losses)
        if self.diverged_at is not None:
            return f"Run {self.fingerprint}: {count:,} losses, from {first}; it diverges at step {self.diverged_at:,}"
        end = f"final loss {loss_text(self.settled)}"
        held_out = "" if self.held_out is None else f", held-out {loss_text(self.held_out.final)}"
        return f"Run {self.fingerprint}: {count:,} losses, from {first}; {end}{held_out}"

    def _repr_html_(self) -> str:
        """The outcome of the run, and its smoothed losses as a small curve."""
        sound = self.losses if self.diverged_at is None else self.losses[: self.diverged_at]
        return paragraph(repr(self)) + sparkline(low_pass(sound)[1])

    @property
    def sound_settled(self) -> float | None:
        """The settled loss; None for a run that diverged, or whose losses are too large for a mean."""
        return self.settled if self.diverged_at is None and math.isfinite(self.settled) else None

    @property
    def trained_at(self) -> int:
        """The step of `trained`: the last, or the one before the run diverged."""
        return len(self.losses) if self.diverged_at is None else max(0, self.diverged_at - 1)

    def checkpoint(self) -> Network:
        """A network with the weights that the run started from, ready to learn as it did."""
        network = rolled_back(self.trained, self.experiment)
        kernel.load_flat(parameters(network), self.first_weights)
        return network


def run(
    experiment: Training,
    checkpoint: Network,
    on_progress: OnProgress = lambda done: None,
    *,
    wait_for_kernel: bool | None = None,
    step: int | None = None,
    held_out: bool = True,
    held_out_steps: int = MOST_STEPS,
) -> Run:
    """Rolls back to the checkpoint and learns the experiment's samples.

    `on_progress` is called with the number of steps done before each chunk; whatever it raises ends the run and leaves
    nothing behind. The readable layers train until the kernel is compiled, with the same bits, unless the run is long
    enough to gain from a wait; wait_for_kernel says which of the two for every run.
    The run has the network at `step` too; past the end, or None, stands for the last step. With held_out=False it takes
    no held-out losses, for callers that have no use for them, or at no more than `held_out_steps` steps; all else is
    the same.
    """
    if step is not None and step < 0:
        raise OutOfRangeError(f"A step is a whole number from 0, not {step}.")
    first = rolled_back(checkpoint, experiment)
    passed = experiment.passed
    if wait_for_kernel is None:
        by_rule = first.progress is not None
        wait_for_kernel = kernel.gains(checkpoint.layers, experiment.width, experiment.samples, by_rule=by_rule)
    losses = np.empty(experiment.samples)
    unseen = experiment.held_out_samples() if held_out else None
    recorder = None if unseen is None else HeldOutRecorder(unseen, len(losses), held_out_steps)

    def train(network: Network, samples: RunSamples, start: int, stop: int) -> Network:
        while start < stop:
            on_progress(start)
            most = min(stop - start, steps_at_once(network, experiment.width, wait_for_kernel=wait_for_kernel))
            X, T = samples.next(most if recorder is None else recorder.steps_at_once(network, most))
            losses[start : start + len(X)] = learn(network, X, T, start)
            start += len(X)
        return network

    def learn(network: Network, X: FloatArray, T: FloatArray, start: int) -> FloatArray:
        if recorder is None:
            return network.train(X, T, wait_for_kernel=wait_for_kernel)
        return recorder.train(network, X, T, lambda _rows: on_progress(start), wait_for_kernel=wait_for_kernel)

    last = len(losses)
    wanted = last if step is None else min(step, last)
    samples = RunSamples(experiment)
    at_step = train(first, samples, 0, wanted)
    network = at_step if wanted == last else train(at_step.copy(), samples, wanted, last)
    diverged_at = first_divergence(losses)
    name = fingerprint([losses, *parameters(network)])
    taken = None if recorder is None else recorder.result
    recorder = None
    if diverged_at is not None:
        last = max(0, diverged_at - 1)
        network = train(rolled_back(checkpoint, experiment), samples.again(), 0, last)
    settled = settled_loss(losses, passed)
    with np.errstate(all="ignore"):
        largest = float(np.max(losses))
    return Run(
        losses=losses,
        settled=settled,
        last=float(losses[-1]),
        largest=largest,
        potential=potential(float(losses[-1]), diverged_at),
        settled_potential=potential(settled, diverged_at),
        diverged_at=diverged_at,
        fingerprint=name,
        trained=network,
        step=min(wanted, last),
        at_step=at_step if wanted < last else network,
        experiment=experiment,
        first_weights=kernel.flattened(parameters(checkpoint)),
        held_out=taken,
    )


def parameters(network: Network) -> list[FloatArray]:
    """The live parameter arrays of a network, in layer order: M, then b."""
    return kernel.parameters(network.layers)


def checkpoint_fingerprint(network: Network) -> str:
    """Eight hex digits that name the parameters a run starts from."""
    return fingerprint(parameters(network))


def checkpoint_digest(network: Network) -> str:
    """SHA-256 over the very bits of the parameters, in hex digits: the key of answers stored for everybody.

    Unlike a fingerprint it tells 0.0 from −0.0, as a run may.
    """
    return hashlib.sha256(b"".join(array.tobytes() for array in parameters(network))).hexdigest()


def rolled_back(checkpoint: Network, experiment: Training) -> Network:
    """A network of its own with these weights, ready to learn the experiment's samples by its rule, from rest."""
    network = checkpoint.copy()
    network.alpha = experiment.alpha
    network.begin(experiment.rule, experiment.samples, experiment.passed)
    return network


def watched_blocks(experiment: Training, on_progress: OnProgress) -> Iterator[Samples]:
    """The blocks of the samples; `on_progress` is called before each with the number of samples before it."""
    done = 0
    on_progress(done)
    for X, T in experiment.fact_blocks():
        yield X, T
        done += len(X)
        on_progress(done)


def learned_blocks(experiment: Training, on_progress: OnProgress) -> Iterator[Samples]:
    """These blocks without the samples whose turns are passed over, unless all are."""
    passed, start = experiment.passed, 0
    for X, T in watched_blocks(experiment, on_progress):
        stop = start + len(X)
        if passed is None or passed.all():
            yield X, T
        elif (learned := passed[start:stop] == 0).any():
            yield X[learned], T[learned]
        start = stop


class RunSamples:
    """The samples of a run, taken in their order, some at a time."""

    def __init__(self, experiment: Training) -> None:
        self._experiment = experiment
        self._blocks = experiment.fact_blocks()
        self._block = next(self._blocks)
        self._taken = 0

    def again(self) -> "RunSamples":
        """The samples once more, from the first on; drawn anew only where they are too many to be held."""
        if len(self._block[0]) < self._experiment.samples:
            return RunSamples(self._experiment)
        self._taken = 0
        return self

    def next(self, most: int) -> Samples:
        """The next samples: as many, or fewer where a block of them ends; at least one, as long as there are some."""
        if self._taken == len(self._block[0]):
            self._block, self._taken = next(self._blocks), 0
        chunk = slice(self._taken, self._taken + most)
        X, T = self._block[0][chunk], self._block[1][chunk]
        self._taken += len(X)
        return X, T


def steps_at_once(network: Network, width: int, *, wait_for_kernel: bool) -> int:
    """The number of steps in a chunk that suits what trains the network by now."""
    if (wait_for_kernel or kernel.ready(by_rule=network.progress is not None)) and kernel.supports(network.layers):
        return max(1, COMPILED_CHUNK // kernel.work(network.layers, width))
    return max(1, int(READABLE_SECONDS / kernel.readable_seconds(network.layers, width)))
