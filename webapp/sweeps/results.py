"""The results of a job: as the page and programs read them piece by piece, and as a file of all."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.experiments.knobs import SAMPLES
from engine.sweeps.pieces import SweepPlan
from engine.sweeps.sweep_result import SweepResult
from webapp.figures.encode import packed
from webapp.sweeps.job import Job
from webapp.sweeps.jobs import Jobs
from webapp.sweeps.pieces import CellResults, from_bytes

MOST_CELLS = 200_000
"""Cells of one response, at most; one piece may have more."""
MOST_CELLS_OF_A_FILE = 1_000_000


class Unfinished(Exception):
    """There is no file yet, or none at all; the message is a sentence for the visitor."""


def pieces_since(jobs: Jobs, job: Job, plan: SweepPlan, first: int) -> dict[str, Any]:
    """The pieces that were stored as number `first` and after, some of them, and the number to ask from next."""
    found, count, following = [], 0, first
    for place, results in results_of(jobs, job, plan, first):
        cells = plan.piece(place).cells.ravel()
        found.append(
            {
                "cells": packed(cells, "i4"),
                "settled": packed(results.settled, "f8"),
                "last": packed(results.last, "f8"),
                "sound": packed(results.sound, "i4"),
            }
        )
        following += 1
        count += cells.size
        if count >= MOST_CELLS:
            break
    return {"pieces": found, "next": following}


def losses_since(jobs: Jobs, job: Job, plan: SweepPlan, first: int) -> dict[str, Any]:
    """The same as a map needs it: the final losses alone, as float32, and nan for a run that diverged."""
    lengths = plan.axes.get(SAMPLES.name, (plan.experiment.samples,))
    found, count, following = [], 0, first
    for place, results in results_of(jobs, job, plan, first):
        cells = plan.piece(place).cells
        diverged = results.sound < np.broadcast_to(lengths, cells.shape).ravel()
        losses = np.where(diverged, np.nan, results.settled)
        found.append({"cells": packed(cells.ravel(), "i4"), "losses": packed(losses, "f4")})
        following += 1
        count += cells.size
        if count >= MOST_CELLS:
            break
    return {"pieces": found, "next": following}


def results_of(jobs: Jobs, job: Job, plan: SweepPlan, first: int = 0) -> Iterator[tuple[int, CellResults]]:
    """The places of the stored pieces and their results, in the order in which they were stored."""
    for at in range(first, len(job.stored)):
        data = jobs.piece(job, at)
        if data is None:
            return
        place = int(job.stored[at, 0])
        yield place, from_bytes(data, plan.piece(place).cells.size)


def whole_result(jobs: Jobs, job: Job, plan: SweepPlan) -> SweepResult:
    """All cells over the plan's axes, with the bits of an `engine.sweep`; Unfinished where some are missing."""
    if plan.size > MOST_CELLS_OF_A_FILE:
        raise Unfinished(
            f"A file has at most {MOST_CELLS_OF_A_FILE:,} runs, and this sweep has {plan.size:,}. Its pieces "
            "come one after the other, by from=0 and on."
        )
    settled, last, sound = np.empty(plan.size), np.empty(plan.size), np.empty(plan.size, np.int64)
    found = 0
    for place, results in results_of(jobs, job, plan):
        cells = plan.piece(place).cells.ravel()
        settled[cells], last[cells], sound[cells] = results
        found += cells.size
    if found < plan.size:
        raise Unfinished(f"{found:,} of the {plan.size:,} runs are made. There is a file when all are.")
    lengths = plan.axes.get(SAMPLES.name, (plan.experiment.samples,))
    steps = np.reshape(lengths, [-1 if name == SAMPLES.name else 1 for name in plan.axes])
    sound = sound.reshape(plan.shape)
    return SweepResult(
        experiment=plan.experiment,
        axes={name: np.array(values) for name, values in plan.axes.items()},
        settled=settled.reshape(plan.shape),
        last=last.reshape(plan.shape),
        sound=sound,
        diverged=sound < steps,
        steps=np.full(plan.shape, np.inf),
    )


def as_csv(result: SweepResult) -> bytes:
    """A line for each run."""
    return result.to_csv().encode()


def as_npz(result: SweepResult) -> bytes:
    """Axes and arrays by their names."""
    file = io.BytesIO()
    result.to_npz(file)
    return file.getvalue()
