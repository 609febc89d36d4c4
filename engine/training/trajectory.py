"""A recording: one training, and the network as it was at any of its steps, as long as memory allows.

Steps count from 0: the weights at step k are those after k updates. The parameters are kept after every k-th step, with
k chosen so that they fit the room there is; the steps between are trained once more when they are asked for. A long
recording can be taken in pieces.
"""

import numpy as np

from engine import kernel
from engine.base.numerics import FloatArray
from engine.errors import OutOfRangeError
from engine.training.network import Network

ROOM = 64 * 2**20
"""Bytes that the parameters of one recording may take."""


class Trajectory:
    """The losses of a training, and the flat parameters at steps 0, every, 2 · every, … as far as it has gone.

    `X` and `T` are the facts, a row each; `flat` has shape (kept steps, parameters), a row holds M row by row and then
    b, for each affine layer in turn. What lies beyond `done` steps is not there yet.
    """

    def __init__(self, network: Network, X: FloatArray, T: FloatArray, room: int = ROOM) -> None:
        start = kernel.flattened(kernel.parameters(network.layers))
        rows = max(1, room // max(1, start.nbytes))
        self.X, self.T = X, T
        self.every = max(1, -(-len(X) // max(1, rows - 1))) if rows > 1 else len(X) + 1
        self.flat = np.empty((1 + len(X) // self.every, start.size))
        self.flat[0] = start
        self.losses = np.empty(len(X))
        self.done = 0
        self._learning, self._before = network, network.copy()

    @property
    def whole(self) -> bool:
        """Whether all facts have been learned."""
        return self.done == len(self.X)

    def on_progress(self, steps: int) -> None:
        """Learns at least that many facts more, up to the next step that is kept, or to the end."""
        ahead = -(-max(1, steps) // self.every) * self.every
        chunk = slice(self.done, min(len(self.X), self.done + ahead))
        X, T, kept = self.X[chunk], self.T[chunk], self.flat[1 + self.done // self.every :]
        network = self._learning
        losses = kernel.train(network.layers, X, T, float(network.alpha), kept, self.every)
        self.losses[chunk] = _readably(network, X, T, kept, self.every) if losses is None else losses
        self.done = chunk.stop

    def network_at(self, step: int) -> Network:
        """The network after that many updates, to the bit; OutOfRangeError unless 0 ≤ step ≤ done."""
        if not 0 <= step <= self.done:
            raise OutOfRangeError(f"The recording has steps 0 to {self.done}, not {step}.")
        network, row = self._before.copy(), step // self.every
        kernel.load_flat(kernel.parameters(network.layers), self.flat[row])
        between = slice(row * self.every, step)
        network.train(self.X[between], self.T[between])
        return network


def record_trajectory(network: Network, X: FloatArray, T: FloatArray, room: int = ROOM) -> Trajectory:
    """Trains the network on the rows of X and T, as `Network.train` does, and records it on the way.

    `room` is how many bytes of parameters may be kept; the first are always among them.
    """
    recording = Trajectory(network, X, T, room)
    recording.on_progress(len(X))
    return recording


def _readably(network: Network, X: FloatArray, T: FloatArray, kept: FloatArray, every: int) -> FloatArray:
    losses = np.empty(len(X))
    for row, first in enumerate(range(0, len(X), every)):
        chunk = slice(first, first + every)
        losses[chunk] = network.train(X[chunk], T[chunk])
        if len(losses[chunk]) == every:
            kept[row] = kernel.flattened(kernel.parameters(network.layers))
    return losses
