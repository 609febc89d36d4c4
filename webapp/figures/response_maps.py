"""Response maps: the target, the output of the network, and their difference, over the input space.

Numbers alone: `assets/js/maps/map_canvas.js` draws them, two inputs as squares of colour on one scale, one input as
curves. The target stays while knobs are turned; each run sends the outputs alone, and the browser computes the error
from both. The units' small maps are a part of the same grid.
"""

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.data.row_plane import Plane
from webapp.figures.encode import packed, packed_places

COARSE_GRID, COARSE_LINE_POINTS = 24, 48
"""The points along each axis of a unit's small map, and of its small curve."""
GRID = 2 * (COARSE_GRID - 1) + 1
LARGE_GRID = 3 * (COARSE_GRID - 1) + 1
"""The points along each axis of a large map: steep borders across the grid then look smooth."""
LINE_POINTS = 4 * (COARSE_LINE_POINTS - 1) + 1
LAST_SAMPLES, MOST_SAMPLES = 60, 200
"""The number of the latest samples that are drawn. A large map draws a tenth of the run, within these two numbers."""
BORDER_GRID = 221
"""The points along each axis on which the signs of a target are known, so that its border is smooth."""
HIGHEST = 1e300
HEADROOM = 1.25

Span = tuple[float, float]


@dataclass(frozen=True)
class Window:
    """The part of the input space that is drawn: all of one or two inputs, or a plane of two among more.

    From −reach to reach along the axes, or each across its own of `spans`; the other inputs have the values in `fixed`.
    With a `plane` the window is that plane's.
    The coarse grid is every second point along each axis, every third of a large map, every fourth of a curve.
    """

    reach: float
    inputs: int
    axes: tuple[int, int] = (0, 1)
    fixed: tuple[float, ...] = ()
    large: bool = False
    """Whether a map has more points; a curve never has."""
    spans: tuple[Span, ...] | None = None
    """The lower and the upper end of each input's own axis."""
    plane: Plane | None = None

    @functools.cached_property
    def axis(self) -> FloatArray:
        """The grid of the first axis, which is that of each where they have no spans of their own."""
        squares = LARGE_GRID if self.large else GRID
        return np.linspace(*self.span(self.axes[0]), LINE_POINTS if self.inputs == 1 else squares)

    def span(self, axis: int) -> Span:
        """The lower and the upper end of an axis."""
        return self.spans[axis] if self.spans else (-self.reach, self.reach)

    @functools.cached_property
    def enlarged(self) -> "Window":
        """The window for a large map: the same part of the input space."""
        return replace(self, large=True)

    @functools.cached_property
    def coarse(self) -> NDArray[np.int64]:
        """The indices of the coarse grid's points in the grid."""
        count = len(self.axis)
        if self.inputs == 1:
            return np.arange(0, count, (count - 1) // (COARSE_LINE_POINTS - 1))
        apart = (count - 1) // (COARSE_GRID - 1)
        return np.arange(count * count).reshape(count, count)[::apart, ::apart].ravel()

    @functools.cached_property
    def grid(self) -> FloatArray:
        """Every point that is drawn, shape (points, inputs)."""
        return self.axis[:, None] if self.inputs == 1 else self.points(len(self.axis))

    def points(self, count: int) -> FloatArray:
        """A grid of that many points along each axis, shape (count · count, inputs); of two inputs or more."""
        if self.plane:
            return self.plane.points(self.plane.grid(count))
        across, up = np.meshgrid(*(np.linspace(*self.span(axis), count) for axis in self.axes))
        points = np.tile(self.fixed or np.zeros(self.inputs), (across.size, 1))
        points[:, self.axes[0]], points[:, self.axes[1]] = across.ravel(), up.ravel()
        return points

    def shares(self, X: FloatArray) -> FloatArray:
        """The places of inputs, shape (inputs, 2), as shares of the way across and up; of two inputs or more."""
        if self.plane:
            return self.plane.shares(self.plane.coordinates(X))
        low, high = np.array([self.span(axis) for axis in self.axes]).T
        found: FloatArray = ((X[:, self.axes] - (low + high) / 2.0) / ((high - low) / 2.0) + 1.0) / 2.0
        return found


@dataclass(frozen=True)
class TargetMap:
    """The target at every point of a window, shape (points, outputs): nan where it is not known; and its scale."""

    window: Window
    target: FloatArray
    scale: float
    """The greatest finite |value| of the colour scale, at least 1."""


def target_map(function: Any, window: Window) -> TargetMap:
    """A target function on a window; its greatest value is the scale."""
    target = np.ascontiguousarray(function(window.grid.T).T)
    return TargetMap(window, target, scale_of(target))


def unknown_target(window: Window, outputs: int, scale: float) -> TargetMap:
    """A map for a target that is known at the samples only, or is sent with each run."""
    return TargetMap(window, np.full((len(window.grid), outputs), np.nan), scale)


def scale_of(values: FloatArray) -> float:
    """The greatest finite |value|, at least 1."""
    return max(1.0, float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0)))


def target_numbers(targets: TargetMap) -> dict[str, Any]:
    """The data of the maps that stays while knobs are turned; a target that is nowhere known is not sent."""
    target, window = targets.target, targets.window
    return {
        "rows": target.shape[1],
        "inputs": window.inputs,
        "reach": window.reach,
        "scale": targets.scale,
        "target": None if np.isnan(target).all() else packed(target.T.ravel()),
    }


def target_signs(function: Any, reach: float, middle: float = 0.0) -> NDArray[np.uint8]:
    """Where a target of two inputs is above a number, as bits: a row of packed points for each output, from the lowest
    up.

    Empty where it is not a number somewhere.
    """
    axis = np.linspace(-reach, reach, BORDER_GRID)
    across, up = np.meshgrid(axis, axis)
    target = function(np.stack([across.ravel(), up.ravel()]))
    return np.packbits(target > middle, axis=1) if np.isfinite(target).all() else np.empty(0, dtype=np.uint8)


def samples_drawn(samples: int, *, large: bool) -> int:
    """The number of the latest samples that are drawn of a run of this many."""
    return min(MOST_SAMPLES, max(LAST_SAMPLES, samples // 10)) if large else LAST_SAMPLES


def response_numbers(targets: TargetMap, output: FloatArray, *, passing: bool = False) -> dict[str, Any]:
    """The data of a run: a row of grid points for each output, and how far up and down the axis of curves goes.

    Of passing squares a byte a point: the outputs' places from −reach to reach. An output beyond twice the colour
    scale is drawn in the colour of the scale's end, and so is its error, however much is cut.
    """
    scale = scale_of(output)
    highest = {"highest": HEADROOM * max(targets.scale, min(HIGHEST, scale))}
    if not passing or targets.window.inputs == 1:
        return {"output": packed(output.T.ravel())} | highest
    reach = min(max(targets.scale, scale), 2 * targets.scale)
    return {"output": packed_places(output.T.ravel(), reach)} | highest


def right_signs(target: FloatArray, output: FloatArray) -> list[float] | None:
    """The share of points at which each output has the sign of its target; None unless every target is −1 or 1."""
    if not np.all(np.abs(target) == 1.0):
        return None
    shares: list[float] = np.mean(np.sign(output) == target, axis=0).tolist()
    return shares


def marks(window: Window, X: FloatArray) -> list[list[float]]:
    """The latest inputs as marks, the last one at the end, in shares of −reach … reach; curves have none."""
    if window.inputs == 1:
        return []
    shares: list[list[float]] = np.round(window.shares(X), 4).tolist()
    return shares


def curve_marks(window: Window, X: FloatArray, T: FloatArray) -> list[list[float]]:
    """Samples of one input as marks on its curves: the share of the way across, and the target of each output. One that
    comes again is no second mark."""
    low, high = window.span(0)
    rows = np.concatenate([np.round((X - low) / (high - low), 4), T], axis=1)
    finite: list[list[float]] = np.unique(rows[np.isfinite(rows).all(axis=1)], axis=0).tolist()
    return finite
