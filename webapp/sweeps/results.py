"""The results of a job: as the page and programs read them piece by piece, and as a file of all."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.experiments.knobs import SAMPLES
from engine.sweeps.pieces import SweepPlan
from engine.sweeps.sweep_result import SCORES, SweepResult
from webapp.base.validation import Malformed
from webapp.figures.encode import packed
from webapp.jobs.job import current_job
from webapp.sweeps.job import Job
from webapp.sweeps.jobs import Jobs
from webapp.sweeps.pieces import CellResults, from_bytes

MOST_CELLS = 200_000
"""Cells of one response, at most; one piece may have more."""
MOST_CELLS_OF_A_FILE = 1_000_000
ROW_GROUP = 100_000
"""The runs of one row group of a Parquet file, which are in memory as columns at a time."""

HIGHEST = float(np.finfo(np.float32).max)


class RunFilter(NamedTuple):
    """The runs of a file: those with a final loss from the lowest to the highest, or else those that diverged.

    Losses are compared as the page has them, rounded to float32; a run that diverged has none. Of scored runs it is
    how far the score is below 1.
    """

    lowest: float = 0.0
    highest: float = HIGHEST
    diverged: bool = False

    def left(self, result: SweepResult) -> NDArray[np.bool_]:
        """Whether each run is left, in the shape of the result's arrays."""
        if self.diverged:
            return result.diverged
        numbers = below_one(*result.scores.values()) if result.scores else result.settled
        losses = np.float32(np.clip(numbers, 0.0, HIGHEST))
        within = (losses >= np.float32(self.lowest)) & (losses <= np.float32(self.highest))
        return within & ~result.diverged


def read_filter(texts: Mapping[str, str]) -> RunFilter | None:
    """The filter of an address: at_most= or at_least= a loss, or diverged=yes; None where there is none."""
    names = [name for name in ("at_most", "at_least", "diverged") if name in texts]
    if not names:
        return None
    if len(names) > 1:
        raise Malformed(f"A file has one filter, not {' and '.join(names)}.")
    (name,) = names
    if name == "diverged":
        if texts[name] != "yes":
            raise Malformed("What diverged is asked for by diverged=yes.")
        return RunFilter(diverged=True)
    try:
        loss = float(texts[name])
    except ValueError:
        loss = -1.0
    if not 0.0 <= loss < float("inf"):
        raise Malformed(f"The loss in {name}= is a number from 0 up.")
    loss = min(loss, HIGHEST)
    return RunFilter(highest=loss) if name == "at_most" else RunFilter(lowest=loss)


class Unfinished(Exception):
    """There is no file yet, or none at all; the message is a sentence for the visitor."""


def pieces_since(jobs: Jobs, job: Job, plan: SweepPlan, first: int) -> dict[str, Any]:
    """The pieces that were stored as number `first` and after, some of them, and the number to ask from next."""
    found, count, following = [], 0, first
    for place, results in results_of(jobs, job, plan, first):
        cells = plan.cells(place)
        found.append(
            {
                "cells": packed(cells.ravel(), "i4"),
                "settled": packed(results.settled, "f8"),
                "last": packed(results.last, "f8"),
                "sound": packed(results.sound, "i4"),
            }
            | ({} if plan.measure is None else scores_sent(results))
        )
        following += 1
        count += cells.size
        if count >= MOST_CELLS:
            break
    return {"pieces": found, "next": following}


def scores_sent(results: CellResults) -> dict[str, Any]:
    """The scores of a piece."""
    return {"learned": packed(results.learned, "f8"), "held_out": packed(results.held_out, "f8")}


def losses_since(jobs: Jobs, job: Job, plan: SweepPlan, first: int) -> dict[str, Any]:
    """The final losses of those pieces alone, as a map needs them: float32, and nan for a run that diverged."""
    found, count, following = [], 0, first
    for place, results in results_of(jobs, job, plan, first):
        cells = plan.cells(place)
        losses = page_numbers(plan, cells, results)
        found.append({"cells": packed(cells.ravel(), "i4"), "losses": packed(losses, "f4")})
        following += 1
        count += cells.size
        if count >= MOST_CELLS:
            break
    return {"pieces": found, "next": following}


def page_numbers(plan: SweepPlan, cells: NDArray[np.int64], results: CellResults) -> NDArray[np.float32]:
    """The numbers of a piece's cells as the page has them, as large as float32 goes at most, and nan for runs that
    diverged: final losses, or with a measure how far the scores are below 1."""
    lengths = plan.axes.get(SAMPLES.name, (plan.experiment.samples,))
    diverged = results.sound < np.broadcast_to(lengths, cells.shape).ravel()
    numbers = results.settled if plan.measure is None else below_one(results.learned, results.held_out)
    return np.where(diverged, np.nan, np.clip(numbers, -HIGHEST, HIGHEST)).astype(np.float32)


def below_one(learned: FloatArray, held_out: FloatArray | None = None) -> FloatArray:
    """How far the scores of held-out samples, or else of what was learned, are below 1: the lower, the better."""
    return 1.0 - (learned if held_out is None else np.where(np.isnan(held_out), learned, held_out))


def results_of(jobs: Jobs, job: Job, plan: SweepPlan, first: int = 0) -> Iterator[tuple[int, CellResults]]:
    """The places of the stored pieces and their results, in the order in which they were stored."""
    for at in range(first, len(job.stored)):
        data = jobs.piece(job, at)
        if data is None:
            return
        place = int(job.stored[at, 0])
        yield place, from_bytes(data, plan.cells(place).size, scored=plan.measure is not None)


def whole_result(jobs: Jobs, job: Job, plan: SweepPlan) -> SweepResult:
    """All cells over the plan's axes, with the bits of an `engine.sweep`; Unfinished where some are missing."""
    if plan.size > MOST_CELLS_OF_A_FILE:
        raise Unfinished(
            f"A file has at most {MOST_CELLS_OF_A_FILE:,} runs, and this sweep has {plan.size:,}. Its pieces "
            "come one after the other, by from=0 and on."
        )
    settled, last, sound = np.empty(plan.size), np.empty(plan.size), np.empty(plan.size, np.int64)
    scores = [np.empty(plan.size if plan.measure else 0) for _ in range(2)]
    found = 0
    for place, results in results_of(jobs, job, plan):
        cells = plan.cells(place).ravel()
        settled[cells], last[cells], sound[cells] = results.settled, results.last, results.sound
        if plan.measure is not None:
            scores[0][cells], scores[1][cells] = results.learned, results.held_out
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
        scores={
            name: array.reshape(plan.shape)
            for name, array in zip(SCORES.get(plan.measure or "", ()), scores, strict=False)
            if not np.isnan(array).all()
        },
    )


def write_csv(file: IO[bytes], result: SweepResult, left: NDArray[np.bool_] | None = None) -> None:
    """A line for each run, or for each that is left."""
    job = current_job()
    for part in result.csv_parts(left):
        job.check_cancelled()
        file.write(part.encode())


def write_npz(file: IO[bytes], result: SweepResult, left: NDArray[np.bool_] | None = None) -> None:
    """Axes and arrays of all runs by their names, and with a filter `left`, which says which of them it leaves."""
    result.to_npz(file, left=left)


def write_parquet(file: IO[bytes], result: SweepResult, left: NDArray[np.bool_] | None = None) -> None:
    """A row for each run, or for each that is left, with the columns of a CSV, to the bit.

    The experiment stands in the file's metadata, as JSON.
    """
    arrow = import_module("pyarrow")
    rows = np.arange(result.settled.size) if left is None else np.flatnonzero(left)
    about = {"experiment": result.experiment.to_json()}
    schema = arrow.table(result.columns(rows[:0])).schema.with_metadata(about)
    with import_module("pyarrow.parquet").ParquetWriter(file, schema) as writer:
        for first in range(0, rows.size, ROW_GROUP):
            columns = result.columns(rows[first : first + ROW_GROUP])
            writer.write_table(arrow.table(columns, schema=schema))


class FileKind(NamedTuple):
    """A file of all runs: its MIME type and the function that writes it."""

    mimetype: str
    write: Callable[[IO[bytes], SweepResult, NDArray[np.bool_] | None], None]


def file_kinds() -> dict[str, FileKind]:
    """The kinds of files that can be written here, by their endings; Parquet where pyarrow is installed."""
    kinds = {"csv": FileKind("text/csv", write_csv), "npz": FileKind("application/octet-stream", write_npz)}
    parquet = {"parquet": FileKind("application/vnd.apache.parquet", write_parquet)}
    return kinds | (parquet if find_spec("pyarrow") else {})
