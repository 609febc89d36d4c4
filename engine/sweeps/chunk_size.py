"""How many runs go to a worker at once: chunks of about a fixed time, learned from the chunks that came back.

The first ones go by an estimate, and are small. A network or a worker that turns out slower or quicker changes the size
of those that follow, by no more than half or twice at a time.
"""

import math

SECONDS_PER_UNIT = 5e-11
"""A first guess at what one unit of `kernel.work` takes in a sweep, right within a factor of about three."""

FIRST_FRACTION = 0.25
"""The first chunks are meant to take this fraction of the time."""


class ChunkSizer:
    """Chooses how many blocks make a chunk of about `seconds`, from how long the last chunks took."""

    def __init__(self, seconds: float, block_seconds: float, most: int) -> None:
        """`block_seconds` is the estimate for one block; a chunk never has more than `most` of them."""
        self._seconds = seconds
        self._most = max(1, most)
        self.blocks = self._clamped(FIRST_FRACTION * seconds / block_seconds)

    def record(self, blocks: int, seconds: float) -> None:
        """Adjusts the size to a chunk of so many blocks that took so many seconds."""
        right_size = self._seconds * blocks / max(seconds, 1e-9)
        self.blocks = self._clamped(min(max(right_size, self.blocks / 2), self.blocks * 2))

    def _clamped(self, blocks: float) -> int:
        return min(self._most, max(1, math.floor(blocks)))


def estimated_seconds(units: int) -> float:
    """An estimate of how long so many units of `kernel.work` take."""
    return SECONDS_PER_UNIT * units
