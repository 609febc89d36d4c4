"""The square of the plane that the page shows, with one scale across and up."""

from typing import NamedTuple

import numpy as np

from engine.base.numerics import FloatArray
from engine.comparison.plane import Plane
from webapp.bench.run_pairs import plane_points

MARGIN = 0.14
"""The margin beside the paths at each edge, as a share of their larger extent."""


class Window(NamedTuple):
    """A square, in the coordinates of the page."""

    left: float
    bottom: float
    side: float

    def grid(self, points: int) -> FloatArray:
        """The grid with `points` points a side, its edges among them, shape (points², 2): rows from the lowest up."""
        steps = np.linspace(0.0, self.side, points)
        across, up = np.meshgrid(self.left + steps, self.bottom + steps)
        return np.stack([across.ravel(), up.ravel()], axis=1)


def paths_of(plane: Plane) -> tuple[FloatArray, FloatArray]:
    """The points below both paths, shape (k, 2) each."""
    before, now = (plane_points(plane.coordinates(path.weights)) for path in (plane.path_a, plane.path_b))
    return before, now


def window_of(plane: Plane) -> Window:
    """The smallest square with both paths inside and a margin around them."""
    points = np.concatenate(paths_of(plane))
    low, high = points.min(axis=0), points.max(axis=0)
    side = float((high - low).max()) * (1.0 + 2.0 * MARGIN)
    left, bottom = ((low + high - side) / 2.0).tolist()
    return Window(left, bottom, side)
