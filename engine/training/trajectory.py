"""A trajectory: one training, and the network as it was at any of its steps, as long as memory allows.

Steps count from 0: the weights at step k are those after k updates. The parameters are stored after every k-th step,
with k chosen so that they fit the memory; the steps between are trained again when they are needed. A long trajectory
can be recorded in pieces.
"""

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.errors import OutOfRangeError
from engine.training.network import Network

MEMORY = 64 * 2**20
"""Bytes that the parameters of one trajectory may take."""


class Trajectory:
    """The losses of a training, and the flat parameters at steps 0, every, 2 · every, … as far as it has gone.

    `X` and `T` are the samples, a row each; between two calls they may be left out. `parameters` has shape (stored
    steps, numbers), a row holds M row by row and then b, for each affine layer in turn. Entries beyond `done` steps are
    not filled yet.
    """

    def __init__(self, network: Network, X: FloatArray, T: FloatArray, memory: int = MEMORY) -> None:
        start = kernel.flattened(kernel.parameters(network.layers))
        remembered = 0 if network.progress is None else network.progress.nbytes
        rows = max(1, memory // max(1, start.nbytes + remembered))
        self.X, self.T = X, T
        self.every = max(1, -(-len(X) // max(1, rows - 1))) if rows > 1 else len(X) + 1
        self.parameters = np.empty((1 + len(X) // self.every, start.size))
        self.parameters[0] = start
        self.losses = np.empty(len(X))
        self.done = 0
        self._network, self._start = network, network.copy()
        self._progress = [self._start.progress]

    @property
    def complete(self) -> bool:
        """Whether all samples have been learned."""
        return self.done == len(self.losses)

    def advance(self, steps: int) -> None:
        """Learns at least that many samples more, up to the next stored step, or to the end."""
        ahead = -(-max(1, steps) // self.every) * self.every
        chunk = slice(self.done, min(len(self.losses), self.done + ahead))
        # The rule's state is kept beside the weights of each row.
        step = self.every if self._network.progress else max(1, len(self.losses))
        for start in range(chunk.start, chunk.stop, step):
            piece = slice(start, min(chunk.stop, start + step))
            rows = self.parameters[1 + start // self.every :]
            self.losses[piece] = train_and_store(self._network, self.X[piece], self.T[piece], rows, self.every)
            if self._network.progress:
                self._progress.append(self._network.progress.copy())
        self.done = chunk.stop

    def network_at(self, step: int) -> Network:
        """The network after that many updates, to the bit; OutOfRangeError unless 0 ≤ step ≤ done."""
        if not 0 <= step <= self.done:
            raise OutOfRangeError(f"The recording has steps 0 to {self.done}, not {step}.")
        network, row = self._start.copy(), step // self.every
        kernel.load_flat(kernel.parameters(network.layers), self.parameters[row])
        progress = self._progress[row if self._start.progress else 0]
        network.progress = None if progress is None else progress.copy()
        between = slice(row * self.every, step)
        network.train(self.X[between], self.T[between])
        return network


def record_trajectory(network: Network, X: FloatArray, T: FloatArray, memory: int = MEMORY) -> Trajectory:
    """Trains the network on the rows of X and T, as `Network.train` does, and records its trajectory.

    `memory` is the most bytes of parameters that are stored; the first are always among them.
    """
    trajectory = Trajectory(network, X, T, memory)
    trajectory.advance(len(X))
    return trajectory


def train_and_store(
    network: Network, X: FloatArray, T: FloatArray, stored: FloatArray, every: int, *, wait_for_kernel: bool = True
) -> FloatArray:
    """Trains the network as `Network.train` does, and copies its flat parameters after every `every`-th step into the
    next row of `stored`, shape (at least n // every, numbers)."""
    losses = None
    if wait_for_kernel or kernel.ready(by_rule=network.progress is not None):
        losses = kernel.train(network.layers, X, T, float(network.alpha), stored, every, network.progress)
    if losses is not None:
        return losses
    losses = np.empty(len(X))
    for row, first in enumerate(range(0, len(X), every)):
        chunk = slice(first, first + every)
        losses[chunk] = network.train(X[chunk], T[chunk], wait_for_kernel=wait_for_kernel)
        if len(losses[chunk]) == every:
            stored[row] = kernel.flattened(kernel.parameters(network.layers))
    return losses
