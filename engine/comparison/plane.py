"""The plane through the start of two runs and their two ends: a picture of both at once, exact at its three points.

Goodfellow, Vinyals and Saxe (2015) draw the loss on straight lines between such points, Li et al. (2018) on planes of
random or principal directions, which leave the start and the ends beside the plane. Coordinates are distances between
weights: both axes have one scale, and the start is the origin.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from engine.base.numerics import FloatArray
from engine.comparison.path import Path
from engine.data.samples import Samples
from engine.rules.rule import PLAIN, TrainingRule
from engine.training.mean_losses import mean_losses_of
from engine.training.network import Network

NARROWEST = math.sin(math.radians(5.0))
"""The start and the ends are on one line where the sine of the angle at the start is below this."""

SMALLEST = 1e-12
"""Less than this share of the lengths of both paths is what rounding leaves."""

Point = tuple[float, float]
"""[x, y], in the unit of the weights."""


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane through the common start c of two runs, the end A of the run before, and the end B of this one.

    The first axis points from c to A, so A lies at (‖A − c‖, 0); the second is the rest of B − c, so B lies above.
    Where the angle at c is below 5° or above 175°, or a run ends where it starts, there is no such rest: the first
    axis points to the end that there is, and the second is the direction in which both paths leave it most, the first
    principal direction of the rest of both. B may then lie beside the plane, and `exact` is False.
    """

    a: Point
    b: Point
    share: float
    """The share of both paths' squared distance from c that lies in the plane, over their stored steps: 0 to 1."""
    exact: bool
    """Whether both ends lie in the plane; where they do not, a and b are the points below them."""
    path_a: Path = field(repr=False)
    path_b: Path = field(repr=False)
    axes: FloatArray = field(repr=False)
    """Two orthonormal rows, shape (2, numbers)."""
    network: Network = field(repr=False)
    """The layers that heights are computed with; its weights do not matter."""
    samples: Samples = field(repr=False)
    """X and T of the samples that heights are the mean loss of: at most 441 of this run."""
    rule: TrainingRule = field(default=PLAIN, repr=False)
    """The rule whose loss heights are means of."""

    @property
    def start(self) -> FloatArray:
        """The flat weights at the origin, shape (numbers,)."""
        first: FloatArray = self.path_a.weights[0]
        return first

    def coordinates(self, weights: FloatArray) -> FloatArray:
        """The point below each row of flat weights, shape (k, numbers) → (k, 2)."""
        return (weights - self.start) @ self.axes.T

    def distances(self, weights: FloatArray) -> FloatArray:
        """The distances of rows of flat weights from the plane, shape (k, numbers) → (k,), in the unit of weights."""
        moved = weights - self.start
        rest = moved - (moved @ self.axes.T) @ self.axes
        distances: FloatArray = np.linalg.norm(rest - (rest @ self.axes.T) @ self.axes, axis=1)
        return distances

    def weights_at(self, points: FloatArray) -> FloatArray:
        """The flat weights at each point, shape (k, 2) → (k, numbers).

        At c, a and b they are those of the runs, to the bit, even where an end lies beside the plane.
        """
        points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        weights = self.start + points @ self.axes
        known = (self.b, self.path_b.weights[-1]), (self.a, self.path_a.weights[-1]), ((0.0, 0.0), self.start)
        for point, those in known:
            weights[(points == point).all(axis=1)] = those
        return weights

    def heights(self, points: FloatArray, on_progress: Callable[[int], None] = lambda done: None) -> FloatArray:
        """The mean loss of the samples at each point, shape (k, 2) → (k,), in the order of the points.

        At c, a and b it is that of the start and of both ends. inf or nan where the numbers are too large. Any order
        will do, coarse points first for example: the pieces are independent of one another. `on_progress` is called
        with the number of points done before each piece, and whatever it raises ends it.
        """
        return mean_losses_of(self.network, self.weights_at(points), self.samples, on_progress, rule=self.rule)


def plane_of(
    path_a: Path, path_b: Path, network: Network, samples: Samples, rule: TrainingRule = PLAIN
) -> Plane | None:
    """The plane of two paths that begin with the same weights; None where neither run moves a weight.

    Heights are by the loss of the rule. None too for fewer than two weights, and for weights too large to be squared.
    """
    start = path_a.weights[0]
    with np.errstate(all="ignore"):
        ends = path_a.weights[-1] - start, path_b.weights[-1] - start
        lengths = [float(np.linalg.norm(end)) for end in ends]
        moved = np.concatenate([path_a.weights - start, path_b.weights - start])
        whole = float((moved * moved).sum())
    if start.size < 2 or not 0.0 < max(lengths) < math.inf or not 0.0 < whole < math.inf:
        return None
    first = ends[0] / lengths[0] if lengths[0] > 0.0 else ends[1] / lengths[1]
    rest = _without(ends[1], first)
    exact = lengths[0] > 0.0 and np.linalg.norm(rest) >= NARROWEST * lengths[1] > 0.0
    second = rest / np.linalg.norm(rest) if exact else _largest_rest(_without(moved, first), first, whole)
    second = _without(second, first)
    axes = np.stack([first, second / np.linalg.norm(second)])
    if axes[1] @ ends[1] < 0.0:
        axes[1] = -axes[1]
    below = moved @ axes.T
    a, b = (lengths[0], 0.0), (float(axes[0] @ ends[1]), float(axes[1] @ ends[1]))
    beside = float(np.linalg.norm(_without(rest, axes[1])))
    return Plane(
        a=a,
        b=a if np.array_equal(*ends) else b,
        share=min(1.0, float((below * below).sum()) / whole),
        exact=beside <= SMALLEST * lengths[1],
        path_a=path_a,
        path_b=path_b,
        axes=axes,
        network=network,
        samples=samples,
        rule=rule,
    )


def _without(vectors: FloatArray, direction: FloatArray) -> FloatArray:
    """The part of vectors, shape (…, numbers), that is orthogonal to a direction of length 1."""
    once = vectors - (vectors @ direction)[..., None] * direction
    left: FloatArray = once - (once @ direction)[..., None] * direction
    return left


def _largest_rest(rows: FloatArray, first: FloatArray, whole: float) -> FloatArray:
    """The direction of length 1 in which rows beside the first axis are largest; without such a part, any other."""
    sizes, combinations = np.linalg.eigh(rows @ rows.T)
    if sizes[-1] <= SMALLEST * SMALLEST * whole:
        aside = np.zeros(len(first))
        aside[np.abs(first).argmin()] = 1.0
        rest = _without(aside, first)
    else:
        rest = rows.T @ combinations[:, -1]
    direction: FloatArray = rest / np.linalg.norm(rest)
    return direction
