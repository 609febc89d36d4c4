"""How much work is sent at once: chunks of about a fixed time, learned from the chunks that came back.

The first ones go by an estimate, and are small. A network or a worker that turns out slower or quicker changes the size
of those that follow, by no more than half or twice at a time.
"""

import math

SECONDS_A_UNIT = 5e-11
"""A first guess at what one unit of `kernel.work` takes in a sweep, right within a factor of about three."""

FIRST = 0.25
"""The first chunks are meant to take this part of the time."""


class ChunkSizer:
    """Says how many blocks of work make a chunk of about `seconds`, and hears how long the last ones took."""

    def __init__(self, seconds: float, block: float, most: int) -> None:
        """`block` is how long one block is thought to take; a chunk never has more than `most` of them."""
        self._seconds = seconds
        self._most = max(1, most)
        self.blocks = self._bounded(FIRST * seconds / block)

    def heard(self, blocks: int, seconds: float) -> None:
        """A chunk of so many blocks took so many seconds."""
        wanted = self._seconds * blocks / max(seconds, 1e-9)
        self.blocks = self._bounded(min(max(wanted, self.blocks / 2), self.blocks * 2))

    def _bounded(self, blocks: float) -> int:
        return min(self._most, max(1, math.floor(blocks)))


def estimated(units: int) -> float:
    """Seconds that so many units of `kernel.work` are thought to take."""
    return SECONDS_A_UNIT * units
