"""The contents of the plane of two runs, and the words about these; its heights come in requests of their own."""

from typing import Any

import numpy as np

from engine.comparison.pair import Pair
from engine.comparison.path import Path
from engine.comparison.plane import Plane
from engine.comparison.sentence import ends_compared, three_words, what_is_missing, whose_loss
from webapp.analyses.surface.window import paths_of, window_of
from webapp.analyses.surface.words import caption_of, changes_of, share_words, words_of
from webapp.base.validation import exactly
from webapp.bench.actions import PreparedRun, read_pinned
from webapp.bench.run_pairs import RUNS, plane_points, run_pair, why_not_paired
from webapp.figures.encode import packed


def surface(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The differences of the shown run from the one before, and the plane through their start and both ends.

    `plain` is {"before": the experiment of the run before}. The response has the `sentence` in front, a row for each of
    the three `words`, the mean losses on the straight line from A to B (`line`, None where there are none), `remarks`
    beside it, the weights of B in A's order (`ordered`), and the `plane`, or a sentence `why` there is none. Or only a
    sentence, `none`, where both runs together take too long.
    """
    before = read_pinned(exactly(plain, {"before"})["before"], prepared.content)
    pair = run_pair(before, prepared.experiment, prepared.checkpoint, prepared.caches)
    if pair is None:
        return {"none": why_not_paired(prepared.checkpoint)}
    line = pair.line
    return {
        "runs": 2 * RUNS,
        "sentence": three_words(pair),
        "words": words_of(pair),
        "line": None if line is None or not np.isfinite(line.losses).all() else packed(line.losses, "f8"),
        "remarks": [*ends_compared(pair), *what_is_missing(pair), *whose_loss(pair)],
        "ordered": _ordered(pair),
        "why": pair.no_plane,
        "plane": None if pair.plane is None else _plane(pair, pair.plane),
    }


def _ordered(pair: Pair) -> dict[str, Any] | None:
    """The trained weights of B with the order, signs and sizes of hidden units that lie nearest to A, in one row.

    `changes` names those that differ from B's own. None if all are B's own, or a run is compared before its end.
    """
    found = pair.weights
    changes = [] if found is None else changes_of(found)
    at_their_ends = all(end.step == end.run.trained_at for end in (pair.before, pair.now))
    if found is None or not changes or not at_their_ends:
        return None
    return {"weights": packed(found.weights, "f8"), "changes": changes}


def _plane(pair: Pair, plane: Plane) -> dict[str, Any]:
    """Points are [x, y] with y up, in the unit of weights; of a path `points` has x and y by turns, a pair a step."""
    paths = zip((plane.path_a, plane.path_b), paths_of(plane), strict=True)
    return {
        "a": plane_points(np.array([plane.a]))[0].tolist(),
        "b": plane_points(np.array([plane.b]))[0].tolist(),
        "share": list(share_words(plane)),
        "caption": caption_of(plane, pair.identical),
        "window": list(window_of(plane)),
        "paths": [
            {
                "steps": packed(path.steps, "i4"),
                "points": packed(points.ravel(), "f8"),
                "distances": packed(_distances(plane, path), "f4"),
            }
            for path, points in paths
        ],
    }


def _distances(plane: Plane, path: Path) -> Any:
    """The distance of each step from the plane, as a share of the farther end's distance from the start."""
    return plane.distances(path.weights) / max(float(np.hypot(*plane.a)), float(np.hypot(*plane.b)))
