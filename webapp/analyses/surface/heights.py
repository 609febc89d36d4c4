"""Heights of the plane of two runs: the mean loss at the points of a grid over its window, some rows at a time."""

from dataclasses import replace
from typing import Any, NamedTuple
from weakref import ref

import numpy as np

from engine import kernel
from engine.base.byte_cache import CacheRow
from engine.base.numerics import FloatArray
from engine.comparison.pair import Pair
from engine.comparison.plane import Plane
from webapp.analyses.surface.window import window_of
from webapp.base.validation import Malformed, exactly, one_of, whole_upto
from webapp.bench.actions import PreparedRun, read_pinned
from webapp.bench.run_pairs import plane_points, run_pair, why_not_paired
from webapp.figures.encode import packed
from webapp.jobs.job import current_job

GRIDS = {"coarse": 16, "fine": 64}
"""Points a side."""
WIDE_FINE = 32
"""Points a side of the fine grid where more would take too long."""

PIECE = 200_000_000
"""The most work of one request, as the kernel counts it: about a tenth of a second."""
MOST_WORK = 10 * PIECE
"""The most work of all points of the fine grid; each is of fewer samples where they would cost more."""
FEWEST_SAMPLES, GOOD_SAMPLES = 16, 100

SMALLEST = 1e-300
"""The loss that stands for 0, which has no logarithm."""

REMEMBERED_BYTES = 4 * 2**20
PER_ENTRY = 4096


class PieceKey(NamedTuple):
    """All that a piece of heights depends on: the pair of runs, the points a side, and the first row."""

    pair: ref[Pair]
    """A pair that is forgotten is not held."""
    points: int
    start: int


class Grid(NamedTuple):
    """The points a side of a grid, and the number of samples that each height is the mean loss of."""

    points: int
    samples: int


def heights(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """Some rows of the heights, from the row `from` on.

    `plain` is {"before": the experiment of the run before, "grid": "coarse" or "fine", "from": a row}. The response
    has `points` a side, the number of `samples` that a height is the mean loss of, and from the lowest row up
    `heights`, the powers of ten of some whole rows, nan where a loss is not finite. Only a sentence, `none`, where
    both runs take too long, and no `heights` where they have no plane.
    """
    body = exactly(plain, {"before", "grid", "from"})
    name, start = one_of(body["grid"], GRIDS), whole_upto(body["from"], max(GRIDS.values()))
    before = read_pinned(body["before"], prepared.content)
    pair = run_pair(before, prepared.experiment, prepared.checkpoint, prepared.caches)
    if pair is None:
        return {"none": why_not_paired(prepared.checkpoint)}
    plane = pair.plane
    if plane is None:
        return {"heights": None}
    grid = grid_of(plane, name)
    if start >= grid.points:
        raise Malformed("A grid has fewer rows.")
    key = PieceKey(ref(pair), grid.points, start)
    rows = prepared.caches.of(HEIGHTS).get_or_make(key, lambda: _rows(plane, grid, start))
    return {"points": grid.points, "samples": grid.samples, "heights": packed(rows)}


def grid_of(plane: Plane, name: str) -> Grid:
    """The grid of that name, with as many samples as there is time for."""
    there, each = len(plane.samples[0]), _work(plane)
    points = GRIDS[name]
    fine = GRIDS["fine"]
    if points == fine and MOST_WORK // (each * fine * fine) < min(GOOD_SAMPLES, there):
        points = WIDE_FINE
    return Grid(points, min(there, max(FEWEST_SAMPLES, MOST_WORK // (each * points * points))))


def _rows(plane: Plane, grid: Grid, start: int) -> FloatArray:
    """The powers of ten of as many rows as one request may take, one at least."""
    count = max(1, PIECE // (_work(plane) * grid.samples * grid.points))
    points = window_of(plane).grid(grid.points)[start * grid.points : (start + count) * grid.points]
    job = current_job()
    losses = _with_samples(plane, grid.samples).heights(plane_points(points), lambda _: job.check_cancelled())
    with np.errstate(all="ignore"):
        powers = np.log10(np.maximum(losses, SMALLEST))
    found: FloatArray = np.where(np.isfinite(losses), powers, np.nan).astype(np.float32)
    return found


def _with_samples(plane: Plane, count: int) -> Plane:
    """The plane with `count` of its samples, evenly chosen."""
    X, T = plane.samples
    chosen = np.linspace(0, len(X) - 1, count).round().astype(np.int64)
    return replace(plane, samples=(X[chosen], T[chosen]))


def _work(plane: Plane) -> int:
    return kernel.work(plane.network.layers, plane.samples[0].shape[1])


def _size_of(key: PieceKey, rows: FloatArray) -> int:
    return PER_ENTRY + rows.nbytes


HEIGHTS = CacheRow(REMEMBERED_BYTES, _size_of)
