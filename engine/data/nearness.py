"""How near a point lies to the rows that are learned, in the numbers that the network takes.

Where no row is near, an answer is a guess; pictures fade there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
        distances = _to_nearest(points, self.rows)
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
    nearest = _to_nearest(rows[some], rows, some)
    rank = int(np.ceil(NEAR_SHARE * len(nearest))) - 1
    return Nearness(rows, float(np.sort(nearest)[rank]))


def _to_nearest(points: FloatArray, rows: FloatArray, own: NDArray[np.int64] | None = None) -> FloatArray:
    """The distance of each point to the nearest row; `own` are the rows that they are, which are not their own
    neighbours."""
    middle = rows.mean(axis=0)
    around = rows - middle
    squares, distances = (around * around).sum(axis=1), np.empty(len(points))
    for start in range(0, len(points), BLOCK):
        part = points[start : start + BLOCK]
        with np.errstate(all="ignore"):
            # The squares of the distances, but for that of the point itself: they say which row is nearest.
            apart = squares - 2.0 * ((part - middle) @ around.T)
        if own is not None:
            apart[np.arange(len(part)), own[start : start + BLOCK]] = np.inf
        distances[start : start + BLOCK] = np.linalg.norm(part - rows[np.argmin(apart, axis=1)], axis=1)
    return distances
