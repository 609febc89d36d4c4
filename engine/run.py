"""A run: a pure function of an experiment and its checkpoint, the same to the bit whenever it is called.

The checkpoint is never touched. A long run works in chunks and asks between them whether to go on.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.experiment import Experiment
from engine.network import Network
from engine.numerics import Numbers
from engine.results import fingerprint, first_divergence, potential, settled_loss

CHUNK = 500
"""Steps between two questions whether to go on: about ten milliseconds on the readable layers."""


@dataclass(frozen=True)
class Run:
    """What one run gave; `trained` is the network after it, or at the step before it diverged."""

    losses: Numbers
    settled: float
    last: float
    largest: float
    potential: float
    settled_potential: float
    diverged_at: int | None
    fingerprint: str
    trained: Network


def run(experiment: Experiment, checkpoint: Network, go_on: Callable[[int], None] = lambda done: None) -> Run:
    """Rolls back to the checkpoint and learns the experiment's facts.

    `go_on` hears the number of steps done before each chunk; whatever it raises ends the run and leaves nothing behind.
    """
    X, T = experiment.facts()
    network, losses = _trained(checkpoint, experiment.alpha, X, T, go_on)
    diverged_at = first_divergence(losses)
    named = fingerprint([losses, *parameters(network)])
    if diverged_at is not None:
        sound = max(0, diverged_at - 1)
        network, _ = _trained(checkpoint, experiment.alpha, X[:sound], T[:sound], go_on)
    settled = settled_loss(losses)
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
        fingerprint=named,
        trained=network,
    )


def parameters(network: Network) -> list[Numbers]:
    """The live parameter arrays of a network, in layer order: M, then b."""
    return [array for layer in network.layers for array in layer.parameters.values()]


def checkpoint_fingerprint(network: Network) -> str:
    """Eight hex digits that name the parameters a run starts from."""
    return fingerprint(parameters(network))


def _trained(
    checkpoint: Network, alpha: float, X: Numbers, T: Numbers, go_on: Callable[[int], None]
) -> tuple[Network, Numbers]:
    network = checkpoint.copy()
    network.alpha = alpha
    losses = np.empty(len(X))
    for start in range(0, len(X), CHUNK):
        go_on(start)
        chunk = slice(start, start + CHUNK)
        losses[chunk] = network.train(X[chunk], T[chunk])
    return network, losses
