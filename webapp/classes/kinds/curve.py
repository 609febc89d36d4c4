"""The loss of a run, drawn as sixteen positions, each for a sixteenth of the run."""

import math
from collections.abc import Sequence

import numpy as np

from engine.experiments.experiment import Experiment
from engine.experiments.run import Run
from webapp.base.validation import Malformed, listed
from webapp.classes.kinds import scores, turn
from webapp.classes.kinds.prediction import Plain, Prediction
from webapp.classes.kinds.runs import SEEDS, made_of, turned, turned_runs
from webapp.classes.lesson import Step
from webapp.classes.values import COLUMNS, PER_DECADE, below, diverges, position_of, read_position

NEAREST = 28
"""The 29th nearest of 32 seeds' curves says how near a drawn one must be."""


def _read(ask: Plain, plain: object) -> tuple[int, ...]:
    columns = listed(plain, COLUMNS)
    if len(columns) != COLUMNS:
        raise Malformed(f"A curve has {COLUMNS} positions.")
    return tuple(read_position(column, ask["axis"]) for column in columns)


def _runs(_: Step) -> tuple[int, int]:
    before, after = turned_runs()
    return before, after + len(SEEDS)


def _truth(asked: Step, before: Experiment, after: Experiment, facts: Plain) -> Plain:
    """The means of the run, too, and how near a drawn curve must be."""
    found = turned(before, after, facts, _runs(asked))
    axis = facts["axis"]
    means = means_of(found.run, axis)
    others = (means_of(made_of(after.with_seed(seed)), axis) for seed in SEEDS)
    apart = sorted(distance_of(other, means, axis) for other in others)
    return found.truth | {"means": means, "limit": max(0.05, apart[NEAREST])}


def means_of(made: Run, axis: list[int]) -> list[float]:
    """The position of the mean loss of each sixteenth of the run, kept to the axis and the position below it; the one
    above it stands for a run that diverges."""
    sound = len(made.losses) if made.diverged_at is None else made.diverged_at
    positions, start = [], 0
    for part in np.array_split(made.losses, COLUMNS):
        mean = float(np.mean(part)) if part.size else float(made.losses[min(start, len(made.losses) - 1)])
        start += part.size
        # A finite loss above the axis has no other position than the highest.
        position = min(max(position_of(mean), below(axis)), axis[1])
        positions.append(float(diverges(axis) if start > sound else position))
    return positions


def distance_of(columns: Sequence[float], others: Sequence[float], axis: list[int]) -> float:
    """The mean distance of two curves in decades, each column of both kept to the axis and a position beyond."""
    low, high = below(axis), diverges(axis)
    kept = [[min(max(column, low), high) for column in curve] for curve in (columns, others)]
    apart: float = sum(abs(a - b) for a, b in zip(*kept, strict=True))
    return apart / COLUMNS / PER_DECADE


def _distance(truth: Plain, value: Sequence[int]) -> float:
    return distance_of(value, truth["means"], truth["axis"])


def _group(truth: Plain, value: Sequence[int]) -> str:
    group = scores.beside_before(truth, value[-1])
    return "drew_diverges" if group == "diverges" else group


KIND = Prediction(
    "curve",
    read=_read,
    runs=_runs,
    truth=_truth,
    is_within=lambda truth, value: _distance(truth, value) <= truth["limit"],
    distance=lambda truth, value: math.inf if truth["truth"] is None else _distance(truth, value),
    group=_group,
    happened=turn.happened,
    luck=lambda say, truth: say("curve_luck", factor=say.number(10.0 ** truth["limit"], 2)) + ".",
    value=lambda say, truth, value: "",
    miss=lambda say, truth, value: say("off", times=say.number(10.0 ** _distance(truth, value), 2)),
    answers=lambda truth: range(0),
    is_drawn=True,
)
