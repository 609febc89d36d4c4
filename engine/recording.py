"""A recording: one training, and the network as it was at any of its steps, as long as memory allows.

Steps count from 0: the weights at step k are those after k updates. The parameters are kept after every k-th step, with
k chosen so that they fit the room there is; the steps between are trained once more when they are asked for.
"""

from dataclasses import dataclass

import numpy as np

from engine import kernel
from engine.errors import OutOfRangeError
from engine.network import Network
from engine.numerics import Numbers

ROOM = 64 * 2**20
"""Bytes that the parameters of one recording may take."""


@dataclass(frozen=True)
class Recording:
    """What `recorded` saw: the losses, and the flat parameters at steps 0, every, 2 · every, …"""

    losses: Numbers
    every: int
    flat: Numbers
    """Shape (kept steps, parameters); a row holds M row by row and then b, for each affine layer in turn."""
    _X: Numbers
    _T: Numbers
    _trained: Network

    def network_at(self, step: int) -> Network:
        """The network after that many updates, to the bit; OutOfRangeError unless 0 ≤ step ≤ n."""
        if not 0 <= step <= len(self.losses):
            raise OutOfRangeError(f"The recording has steps 0 to {len(self.losses)}, not {step}.")
        network, row = self._trained.copy(), step // self.every
        kernel.load_flat(kernel.parameters(network.layers), self.flat[row])
        between = slice(row * self.every, step)
        network.train(self._X[between], self._T[between])
        return network


def recorded(network: Network, X: Numbers, T: Numbers, room: int = ROOM) -> Recording:
    """Trains the network on the rows of X and T, as `Network.train` does, and records it on the way.

    `room` is how many bytes of parameters may be kept; the first are always among them.
    """
    arrays = kernel.parameters(network.layers)
    start = kernel.flattened(arrays)
    rows = max(1, room // max(1, start.nbytes))
    every = max(1, -(-len(X) // max(1, rows - 1))) if rows > 1 else len(X) + 1
    flat = np.empty((1 + len(X) // every, start.size))
    flat[0] = start
    losses = kernel.train(network.layers, X, T, float(network.alpha), flat[1:], every)
    if losses is None:
        losses = _recorded_readably(network, X, T, flat, every)
    return Recording(losses, every, flat, X, T, network.copy())


def _recorded_readably(network: Network, X: Numbers, T: Numbers, flat: Numbers, every: int) -> Numbers:
    losses = np.empty(len(X))
    for row, first in enumerate(range(0, len(X), every), start=1):
        chunk = slice(first, first + every)
        losses[chunk] = network.train(X[chunk], T[chunk])
        if row < len(flat):
            flat[row] = kernel.flattened(kernel.parameters(network.layers))
    return losses
