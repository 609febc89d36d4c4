"""The size of chunks, the runs that go to a worker at once: about a fixed time, learned from chunks that came back.

The first ones go by an estimate, and are small. A network or a worker that turns out slower or quicker changes the size
of those that follow, by no more than half or twice at a time.
"""

import math

from engine import kernel
from engine.experiments.experiment import Experiment
from engine.layers.layers import MapLayer

RUN_SECONDS = 5e-7
PARAMETER_SECONDS = 1.3e-10
MAPPED_SECONDS = 7e-10
"""A first guess, right within a factor of about three: a run itself, and in each of its steps a parameter and a mapped
number; the formula of a map takes an eighth of its work in nanoseconds."""

NUMBER_SECONDS = 4e-9
"""The time that a number of a sample takes to be drawn, about."""

FIRST_FRACTION = 0.5
"""The first chunks are meant to take this fraction of the time."""


class ChunkSizer:
    """Chooses the number of blocks in a chunk of about `seconds`, from the times that the last chunks took."""

    def __init__(self, seconds: float, block_seconds: float, most: int) -> None:
        """`block_seconds` is the estimate for one block; a chunk never has more than `most` of them."""
        self._seconds = seconds
        self._most = max(1, most)
        self.blocks = self._clamped(FIRST_FRACTION * seconds / block_seconds)

    def record(self, blocks: int, seconds: float) -> None:
        """Adjusts the size to a chunk of this number of blocks and the seconds that it took."""
        right_size = self._seconds * blocks / max(seconds, 1e-9)
        self.blocks = self._clamped(min(max(right_size, self.blocks / 2), self.blocks * 2))

    def _clamped(self, blocks: float) -> int:
        return min(self._most, max(1, math.floor(blocks)))


def run_seconds(experiment: Experiment) -> float:
    """An estimate of how long one run takes among many, on one core."""
    step, width = 0.0, experiment.width
    for layer in experiment.network().layers:
        width = getattr(layer, "outputs", None) or width
        step += PARAMETER_SECONDS * sum(array.size for array in kernel.stated_parameters(layer).values())
        if isinstance(layer, MapLayer):
            step += width * max(MAPPED_SECONDS, layer.function.work * 1e-9 / 8)
    return RUN_SECONDS + step * experiment.samples


def sample_seconds(experiment: Experiment) -> float:
    """An estimate of how long the samples of one data seed take to be drawn."""
    return NUMBER_SECONDS * experiment.samples * (experiment.width + experiment.outputs)
