"""All final losses of a sweep in one file, in the order of its cells, for a page that reads parts of it.

A request that reads a part first adds the pieces that were stored since, as long as one request may take; another goes
on. A loss has the bits in which it differs from NOT_MADE, so that bytes that were never written, of which a file
system makes zeros, are losses not made. The file can be deleted at any time: it is made of the pieces again.
"""

import contextlib
import math
import os
import re
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.sweeps.pieces import SweepPlan
from webapp.base.validation import Malformed
from webapp.figures.encode import packed
from webapp.sweeps.job import DONE, Job
from webapp.sweeps.jobs import Jobs
from webapp.sweeps.pieces import LOSS_BYTES, folder_error, from_bytes
from webapp.sweeps.results import Unfinished, page_numbers

try:
    import fcntl
except ImportError:  # Windows, where the one process of the bench takes turns within itself
    fcntl = None  # type: ignore[assignment]

MOST_RUNS = 2_000_000
"""Cells of one part, at most."""
FILL_SECONDS = 0.5
"""Seconds for which a request adds pieces to the file."""
MOST_CELLS_AT_ONCE = 4_000_000
"""Cells that a request adds, at most."""
WINDOW = 4_000_000
"""Cells of the file that are in memory at a time."""
PART_BYTES = 64 * MOST_RUNS
"""The bytes that a request takes while it adds pieces or reads a part, about."""
SHARE = 32
"""While a sweep is made, a part is sent again once one in 32 of its pieces has come."""
FILLING_SHARE = 4
"""One in 4, while the file is filled with pieces that were stored long ago, which takes seconds."""
NOT_MADE = np.float32(-1.0)
"""The mark of a missing loss: a loss is never below 0, and that of a run that diverged is nan."""
_MARK = NOT_MADE.view(np.int32)

HEADER = struct.Struct("<8sdq")
"""The form of the file, the time when its job was created, and the number of stored pieces in it, the first ones."""
FORM = b"losses01"

RANGE = re.compile(r"([0-9]{1,6}):([0-9]{1,6}):([0-9]{1,6})")
NO_FOLDER = (
    "Parts of a sweep are read out of a file, and this server has no folder for it. Read the sweep piece by piece, by "
    "from=0 and on, or have its operator set SWEEP_DIR."
)
PIECE_LOST = (
    "Results of this sweep are lost: a file in SWEEP_DIR is missing. Take other values, for this sweep cannot be made "
    "again until it has expired."
)

Losses = NDArray[np.float32]


class Places(NamedTuple):
    """Some values of an axis: every k-th from the first on, before the end."""

    first: int
    end: int
    every: int


Part = tuple[Places, ...]
"""The values of each axis of a plan, in the plan's order."""


def read_part(text: str, plan: SweepPlan) -> Part:
    """The part of an address: first:end:every for each axis, with commas between; Malformed for any other text."""
    ranges = [RANGE.fullmatch(each) for each in text.split(",")]
    names = ", ".join(plan.axes)
    if len(ranges) != len(plan.axes) or None in ranges:
        raise Malformed(f"A part has first:end:every for each axis, with commas between: {names}.")
    part = tuple(Places(*map(int, match.groups())) for match in ranges if match)
    for name, places, count in zip(plan.axes, part, plan.shape, strict=True):
        if not (places.first < places.end <= count and 1 <= places.every <= count):
            raise Malformed(
                f"The axis {name} has the places 0 to {count - 1:,}: first is below end, end is at most {count:,}, and "
                "every is from 1 up to that."
            )
    runs = math.prod(len(range(*places)) for places in part)
    if runs > MOST_RUNS:
        raise Malformed(f"This part has {runs:,} runs, and one part has at most {MOST_RUNS:,}. Take every 2nd value.")
    return part


def part_since(jobs: Jobs, job: Job, plan: SweepPlan, part: Part, first: int) -> dict[str, Any]:
    """The number of stored pieces that are `filled` into the file; and the `losses` of a part where they are worth it.

    They are if the page has those of the `first` pieces, and all of an ended job have come since, or enough of one that
    is in work, or that is added to the file only now. `next` is the number to ask from next. Unfinished, in a sentence,
    where there can be no file.
    """
    path = jobs.losses(job)
    if path is None:
        raise Unfinished(NO_FOLDER)
    stored, enough = len(job.stored), max(1, job.pieces // SHARE)
    while_filling = max(1, job.pieces // FILLING_SHARE) if first else enough
    is_due = stored > first and (first == 0 or not job.wanted or stored - first >= enough)
    if not is_due:
        return {"next": min(first, stored), "filled": stored}
    file = LossFile(path, jobs, job, plan)
    filled = file.fill()
    if filled < stored and filled - first < while_filling:
        return {"next": first, "filled": filled}
    losses = file.read(part)
    if job.state == DONE and filled == job.pieces and (losses == NOT_MADE).any():
        file.forget()  # it was harmed after it was filled
        return {"next": 0, "filled": 0}
    return {"next": filled, "filled": filled, "losses": packed(losses)}


class LossFile:
    """The file of a job; StoreError in a sentence where the folder cannot be used."""

    def __init__(
        self, path: Path, jobs: Jobs, job: Job, plan: SweepPlan, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._jobs = jobs
        self._job = job
        self._plan = plan
        self._clock = clock

    def fill(self, seconds: float = FILL_SECONDS) -> int:
        """Adds stored pieces for about this time, unless another does so now; returns how many are in the file."""
        with self._opened() as file, _alone(file) as is_alone:
            filled = self._filled(file)
            if not is_alone:
                return filled or 0
            if filled is None:
                file.truncate(0)
                file.truncate(self._size)
                filled = 0
            cells, losses, end = self._pieces(filled, self._clock() + seconds)
            if end > filled:
                self._add(file, cells, losses)
                self._state(file, end)
            return end

    def read(self, part: Part) -> Losses:
        """The losses of a part, the last axis quickest, as far as they are in the file."""
        cells = np.zeros(1, np.int64)
        for places, count in zip(part, self._plan.shape, strict=True):
            cells = np.add.outer(cells * count, np.arange(*places)).ravel()
        losses = np.full(cells.size, NOT_MADE)
        with self._opened() as file:
            for start in range(int(cells[0]), int(cells[-1]) + 1, WINDOW):
                low, high = np.searchsorted(cells, (start, start + WINDOW))
                if low < high:
                    begin, end = int(cells[low]), int(cells[high - 1]) + 1
                    losses[low:high] = self._window(file, begin, end)[cells[low:high] - begin]
        return losses

    def forget(self) -> None:
        """Deletes the file, so that it is made again."""
        with self._saying(), contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    @property
    def _size(self) -> int:
        return HEADER.size + self._plan.size * LOSS_BYTES

    @contextlib.contextmanager
    def _saying(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise folder_error(self._path.parent, error) from error

    @contextlib.contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        with self._saying():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
                yield file

    def _filled(self, file: IO[bytes]) -> int | None:
        """The number of stored pieces that are in the file; None where it is another job's, or no whole file."""
        file.seek(0)
        header = file.read(HEADER.size)
        if len(header) < HEADER.size or os.fstat(file.fileno()).st_size != self._size:
            return None
        form, created, filled = HEADER.unpack(header)
        # Another process may have seen, and added, more pieces than are in our row of the job.
        is_ours = form == FORM and created == self._job.created and 0 <= filled <= self._job.pieces
        return filled if is_ours else None

    def _state(self, file: IO[bytes], filled: int) -> None:
        file.seek(0)
        file.write(HEADER.pack(FORM, self._job.created, filled))
        file.flush()

    def _pieces(self, first: int, until: float) -> tuple[NDArray[np.int32], Losses, int]:
        """The cells and losses of pieces that were stored as number `first` and after, and the number of the next."""
        cells, losses = [np.empty(0, np.int32)], [np.empty(0, np.float32)]
        count, at = 0, first
        while at < len(self._job.stored) and count < MOST_CELLS_AT_ONCE and (at == first or self._clock() < until):
            data = self._jobs.piece(self._job, at)
            if data is None:
                raise Unfinished(PIECE_LOST)
            found = self._plan.cells(int(self._job.stored[at, 0]))
            cells.append(found.ravel().astype(np.int32))
            results = from_bytes(data, found.size, scored=self._plan.measure is not None)
            losses.append(page_numbers(self._plan, found, results))
            count += found.size
            at += 1
        return np.concatenate(cells), np.concatenate(losses), at

    def _add(self, file: IO[bytes], cells: NDArray[np.int32], losses: Losses) -> None:
        for start in range(0, self._plan.size, WINDOW):
            within = (cells >= start) & (cells < start + WINDOW)
            if within.any():
                window = self._window(file, start, min(self._plan.size, start + WINDOW))
                window[cells[within] - start] = losses[within]
                file.seek(HEADER.size + start * LOSS_BYTES)
                file.write((window.view(np.int32) ^ _MARK).data)

    def _window(self, file: IO[bytes], begin: int, end: int) -> Losses:
        """The losses of the cells from one number up to another; those behind the end of the file are not made."""
        file.seek(HEADER.size + begin * LOSS_BYTES)
        length = (end - begin) * LOSS_BYTES
        data = file.read(length)
        bits = np.frombuffer(data.ljust(length, b"\0"), "<i4") ^ _MARK
        return bits.astype(np.int32, copy=False).view(np.float32)


@contextlib.contextmanager
def _alone(file: IO[bytes]) -> Iterator[bool]:
    """Whether no other process writes to the file meanwhile; it may be read all the time."""
    if fcntl is None:
        yield True
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    yield True  # closing the file ends the lock
