"""The plane of a response map through three rows of a table: its rows that lie near, and how near any rows lie.

Colours fade where no learned row is near, on this plane and on a square of two inputs among more.
"""

from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np

from engine.base.byte_cache import CacheRow, Caches
from engine.base.numerics import FloatArray
from engine.data.prepared_table import STANDARD, PreparedTable
from engine.data.row_plane import CORNERS, Plane, first_corners, plane_through
from engine.errors import TableError
from engine.experiments.experiment import Experiment
from engine.scoring import are_one_hot
from webapp.figures.encode import packed
from webapp.figures.response_maps import Window

NO_PLANE = "The learned rows span no plane: they lie on one line."
NO_ROW = "Row {row:,} is none of the learned and held-out rows. Choose another row."
OPAQUE = 255
OPACITY_GRID = 34
"""The points along each axis at which the opacity is known; the page interpolates between them."""
NEAR_PLANE = 1.5
"""The distance from the plane, in radii of nearness, up to which rows are drawn."""
LAST_BITS = 1e-9
MOST_ROWS = 1_000
"""The most rows that are drawn: the nearest ones."""
REMEMBERED_BYTES = 2**20
OPACITIES: CacheRow[tuple[Any, ...], FloatArray] = CacheRow(REMEMBERED_BYTES, lambda _, opacity: 1024 + opacity.nbytes)
"""The opacities of points that were drawn last: runs change none."""


class RowPlane(NamedTuple):
    """A plane and the three rows that it goes through, from 0."""

    plane: Plane
    rows: tuple[int, ...]


def plane_of_rows(experiment: Experiment, through: tuple[int, ...] | None) -> RowPlane | str | None:
    """The plane through these rows, from 1, or for none through the first ones; or why there is none, in a sentence.

    None where the page wants maps over the inputs, or there is nothing else.
    """
    table = experiment.table
    if through is None or table is None or experiment.width < CORNERS or not experiment.repeatable:
        return None
    open_rows = np.concatenate([table.rows.learned, table.rows.held_out])
    if missing := [row for row in through if row - 1 not in open_rows]:
        return NO_ROW.format(row=missing[0])
    rows = tuple(row - 1 for row in through)
    if not rows:
        found = first_corners(*table.learned, classes=are_one_hot(table.table.arrays[1]))
        if found is None:
            return NO_PLANE
        rows = tuple(table.rows.learned[list(found)].tolist())
    try:
        return RowPlane(plane_through(table.arrays[0][list(rows)]), rows)
    except TableError as error:
        return str(error)


def plane_part(experiment: Experiment, found: RowPlane | str | None, x: FloatArray) -> dict[str, Any]:
    """The plane as a part of a response: the three rows with their places, its vectors, and the rows near it.

    The probed input, `x`, has a ring where it lies near; samples have no marks.
    """
    table = experiment.table
    if found is None or table is None:
        return {}
    if isinstance(found, str):
        return {"plane": {"none": found}}
    (plane, rows), X = found, table.arrays[0]
    is_near = plane.off(x[None])[0] <= _farthest(table, plane)
    return {
        "marks": [],
        "signs": [],
        "held": [],
        "ring": plane.shares(plane.coordinates(x[None]))[0].tolist() if is_near else None,
        "plane": {
            "through": [row + 1 for row in rows],
            "corners": plane.shares(plane.coordinates(X[list(rows)])).tolist(),
            "vectors": packed(np.concatenate([plane.origin, plane.across, plane.up]), "f8"),
            "low": list(plane.low),
            "side": plane.side,
            "standard": table.scaling == STANDARD,
            "near": _rows_near(table, plane),
        },
    }


def _rows_near(table: PreparedTable, plane: Plane) -> dict[str, Any]:
    """Rows in the window: numbers, places, classes or scaled targets, and how pale they are for their distance."""
    rows = np.concatenate([table.rows.learned, table.rows.held_out])
    X, T = (part[rows] for part in table.arrays)
    off, places = plane.off(X), plane.shares(plane.coordinates(X))
    farthest = _farthest(table, plane)
    inside = ((places >= 0.0) & (places <= 1.0)).all(axis=1)
    near = np.flatnonzero(inside & (off <= farthest))
    count = len(near)
    near = near[np.argsort(off[near], kind="stable")][:MOST_ROWS]
    targets = np.argmax(T[near], axis=1) if are_one_hot(table.table.arrays[1]) else T[near].ravel()
    return {
        "count": count,
        "rows": packed(rows[near] + 1, "i4"),
        "at": packed(places[near].ravel()),
        "targets": packed(targets, "f8"),
        "pale": packed(np.round(OPAQUE * off[near] / farthest), "u1"),
    }


def _farthest(table: PreparedTable, plane: Plane) -> float:
    """The distance from a plane up to which an input lies near; its corners do, but for their last bits."""
    return NEAR_PLANE * table.nearness.radius + LAST_BITS * plane.side


def opacity_over(experiment: Experiment, window: Window, caches: Caches) -> dict[str, Any]:
    """How near learned rows are over a window, from 0 to 255; nothing for inputs that are drawn."""
    table = experiment.table
    if table is None:
        return {}
    points = window.points(OPACITY_GRID)
    how = table.held_out, table.split, table.seed, table.test, table.scaling
    key = table.table.digest, *how, sha256(points.tobytes()).digest()
    opacity = caches.of(OPACITIES).get_or_make(key, lambda: table.nearness.opacity(points))
    return {"opacity": packed(np.round(OPAQUE * opacity), "u1")}
