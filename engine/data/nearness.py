"""How near a point lies to the rows that are learned, in the numbers that the network takes.

Where no row is near, an answer is a guess; pictures fade there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.base.numerics import FloatArray

NEAR_SHARE = 0.95
"""The share of rows that have another row within the radius."""
GONE = 3.0
"""The distance, in radii, from which on nothing is seen."""
MOST_ROWS = 2_000
"""The most rows of which the distance to the nearest other one is taken, evenly through the table."""
BLOCK = 256
"""Points whose distances to all rows are taken at a time."""


@dataclass(frozen=True)
class Nearness:
    """The rows, shape (rows, inputs), and the radius within which nearly all have another one."""

    rows: FloatArray
    radius: float

    def opacity(self, points: FloatArray) -> FloatArray:
        """1 for each point within the radius of a row, 0 from three radii on, and linear between."""
        distances = np.concatenate([part.min(axis=1) for part in _distances(points, self.rows)])
        if self.radius == 0.0:
            return np.where(distances == 0.0, 1.0, 0.0)
        shares: FloatArray = np.clip((GONE - distances / self.radius) / (GONE - 1.0), 0.0, 1.0)
        return shares


def nearness_of(rows: FloatArray) -> Nearness:
    """The nearness to these rows; of one row alone the radius is 0."""
    count = len(rows)
    some = np.unique(np.linspace(0, count - 1, min(count, MOST_ROWS)).round().astype(int))
    if count < 2:
        return Nearness(rows, 0.0)
    nearest, start = np.empty(len(some)), 0
    for part in _distances(rows[some], rows):
        # A row is not its own neighbour.
        part[np.arange(len(part)), some[start : start + len(part)]] = np.inf
        nearest[start : start + len(part)] = part.min(axis=1)
        start += len(part)
    rank = int(np.ceil(NEAR_SHARE * len(nearest))) - 1
    return Nearness(rows, float(np.sort(nearest)[rank]))


def _distances(points: FloatArray, rows: FloatArray) -> Iterator[FloatArray]:
    """The distances of the points to all rows, some points at a time: shape (points, rows)."""
    for start in range(0, len(points), BLOCK):
        apart = points[start : start + BLOCK, None, :] - rows[None, :, :]
        yield np.sqrt((apart * apart).sum(axis=2))
