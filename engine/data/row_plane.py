"""A plane through three rows of a table, in the numbers that the network takes: what it answers there is exact at them.

The first row is the origin, the first axis leads to the second row, and the second axis is what Gram and Schmidt leave
of the way to the third. Both have equal scales.
"""

from dataclasses import dataclass

import numpy as np

from engine.base.numerics import FloatArray
from engine.errors import TableError

CORNERS = 3
PAST_CORNERS = 1.62
"""The side of the window, in the larger extent of the three rows."""
FLAT = 1e-9
"""Rows whose third lies nearer than this to the line through the others, in their distance, span no plane."""


@dataclass(frozen=True, eq=False)
class Plane:
    """The points origin + u · across + v · up; the axes, shape (inputs,), are orthogonal and 1 long."""

    origin: FloatArray
    across: FloatArray
    up: FloatArray
    low: tuple[float, float]
    """u and v at the lower left corner of the window."""
    side: float
    """The length of the sides of the window, in the numbers of the inputs."""

    def coordinates(self, X: FloatArray) -> FloatArray:
        """u and v of the points of the plane nearest to these, shape (points, 2)."""
        found: FloatArray = (X - self.origin) @ np.stack([self.across, self.up], axis=1)
        return found

    def points(self, coordinates: FloatArray) -> FloatArray:
        """The inputs, shape (points, inputs), at u and v."""
        found: FloatArray = self.origin + coordinates @ np.stack([self.across, self.up])
        return found

    def off(self, X: FloatArray) -> FloatArray:
        """The distance of each of these inputs from the plane."""
        distances: FloatArray = np.linalg.norm(X - self.points(self.coordinates(X)), axis=1)
        return distances

    def grid(self, count: int) -> FloatArray:
        """u and v of count · count points over the window, its edges among them, the lowest row first."""
        across, up = (np.linspace(low, low + self.side, count) for low in self.low)
        return np.stack([part.ravel() for part in np.meshgrid(across, up)], axis=1)

    def shares(self, coordinates: FloatArray) -> FloatArray:
        """u and v as shares of the way across and up the window."""
        found: FloatArray = (coordinates - np.array(self.low)) / self.side
        return found


def plane_through(X: FloatArray) -> Plane:
    """The plane through three rows, shape (3, inputs), in a window around them. TableError where they span none."""
    way, second = X[1] - X[0], X[2] - X[0]
    length = float(np.linalg.norm(way))
    if length == 0.0:
        raise TableError("The first two of the three rows are alike, so they span no plane. Choose another row.")
    across = way / length
    rest = second - (second @ across) * across
    rest = rest - (rest @ across) * across  # once more, for the digits that the first difference has lost
    height = float(np.linalg.norm(rest))
    if height <= FLAT * max(length, float(np.linalg.norm(second))):
        raise TableError("The three rows lie on one line, so they span no plane. Choose another row.")
    plane = Plane(X[0], across, rest / height, (0.0, 0.0), 0.0)
    corners = plane.coordinates(X)
    low, high = corners.min(axis=0), corners.max(axis=0)
    side = PAST_CORNERS * float((high - low).max())
    u, v = ((low + high) / 2.0 - side / 2.0).tolist()
    return Plane(plane.origin, plane.across, plane.up, (u, v), side)


def first_corners(X: FloatArray, T: FloatArray, *, classes: bool) -> tuple[int, int, int] | None:
    """The places of the rows that a plane goes through at first; None where these rows span none.

    Of three classes the row nearest to the mean of its class; of numbers those with the lowest, the median and the
    highest first output. Where these span no plane, another row takes the place of the third.
    """
    found = list(dict.fromkeys(_by_class(X, T) if classes else _by_number(T[:, 0])))
    if len(found) == CORNERS and _spans(X[found]):
        return found[0], found[1], found[2]
    first, second = found[0], found[-1]
    if not (X[first] != X[second]).any():
        second = int(np.argmax(np.linalg.norm(X - X[first], axis=1)))
    if not (X[first] != X[second]).any():
        return None
    third = _beside(X, first, second)
    return (first, second, third) if _spans(X[[first, second, third]]) else None


def _by_class(X: FloatArray, T: FloatArray) -> list[int]:
    """Of each class the row nearest to its mean, for the first classes that have rows."""
    classes, found = np.argmax(T, axis=1), []
    for place in np.unique(classes)[:CORNERS]:
        members = np.flatnonzero(classes == place)
        far = np.linalg.norm(X[members] - X[members].mean(axis=0), axis=1)
        found.append(int(members[np.argmin(far)]))
    return found


def _by_number(numbers: FloatArray) -> list[int]:
    order = np.argsort(numbers, kind="stable")
    return [int(order[0]), int(order[len(order) // 2]), int(order[-1])]


def _beside(X: FloatArray, first: int, second: int) -> int:
    """The row whose distance from the line through two others is the median of those that lie beside it."""
    way = (X[second] - X[first]) / np.linalg.norm(X[second] - X[first])
    far = np.linalg.norm(X - X[first] - np.outer((X - X[first]) @ way, way), axis=1)
    order = np.argsort(far, kind="stable")
    order = order[far[order] >= FLAT * far.max()]
    return int(order[len(order) // 2])


def _spans(X: FloatArray) -> bool:
    try:
        plane_through(X)
    except TableError:
        return False
    return True
