"""The results of pieces as bytes, and where they are kept: in the store, or as files in SWEEP_DIR.

A piece is known by the job that names it. Pieces that a holder wrote and could not make part of the job are deleted
again, and those that a kill left expire with all else.
"""

import contextlib
import secrets
import shutil
import time
import zlib
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.base.numerics import FloatArray
from engine.sweeps.tasks import TaskResult
from webapp.store import Clock, Conflict, Key, Store, StoreError

CELL_BYTES, SCORE_BYTES = 20, 16
"""The most bytes of a cell: two losses and a step, and two scores where runs are scored."""
WHOLE_IN_PAGE = 20_000_000
"""The most runs of a sweep that the page holds, four bytes each; of a larger one it reads parts, out of a file."""
LOSS_BYTES = 4
"""The bytes of a cell in that file."""
LOSSES = "losses.f4"
"""The name of that file, beside the pieces of the job."""
OWN_FOLDER = "nnbench-sweeps"
"""A folder below SWEEP_DIR: only this bench's files are deleted there."""


class CellResults(NamedTuple):
    """Results of some cells, in the order of their piece."""

    settled: FloatArray
    last: FloatArray
    sound: NDArray[np.int32]
    """Steps before the first that diverged; all of them where none did."""
    learned: FloatArray
    """Scores of what was learned, nan where the run diverged; empty unless runs are scored."""
    held_out: FloatArray
    """Those of held-out samples, nan where there are none."""


def to_bytes(result: TaskResult) -> bytes:
    """The losses and scores as they are, and the steps, most of which are alike, compressed."""
    arrays = [result.settled, result.last]
    if result.learned.size:
        arrays += [result.learned, result.held_out if result.held_out.size else np.full_like(result.learned, np.nan)]
    steps = zlib.compress(np.ascontiguousarray(result.sound, dtype="<i4").tobytes(), 1)
    return b"".join([*(np.ascontiguousarray(array, dtype="<f8").tobytes() for array in arrays), steps])


def from_bytes(data: bytes, cells: int, *, scored: bool = False) -> CellResults:
    """Reads the bytes that `to_bytes` wrote of this many cells; ValueError for anything else."""
    columns = 4 if scored else 2
    numbers = np.frombuffer(data, dtype="<f8", count=columns * cells)
    try:
        steps = np.frombuffer(zlib.decompress(data[numbers.nbytes :]), dtype="<i4", count=cells)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    settled, last, *scores = numbers.reshape(columns, cells)
    return CellResults(settled, last, steps, *(scores or (numbers[:0], numbers[:0])))


class PieceStore(Protocol):
    """Bytes by the id of a job and the name of a piece; StoreError where they cannot be had or kept."""

    def put(self, job: str, name: str, value: bytes) -> None:
        """Keeps the piece; one that is there already is replaced by equal bytes."""

    def get(self, job: str, name: str) -> bytes | None:
        """The piece, or None when there is none (any more)."""

    def drop(self, job: str, name: str) -> None:
        """Deletes the piece."""

    def drop_all(self, job: str, names: list[str]) -> None:
        """Deletes all pieces of a job; `names` are those that it knows of."""

    def expire(self) -> None:
        """Deletes the pieces that nobody can ask for any more."""

    def losses(self, job: str) -> Path | None:
        """The path of a job's file of all losses, which goes with its pieces; None where there are no files."""


class RowPieces:
    """Pieces as rows of a store, each with a key of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, job: str, name: str, value: bytes) -> None:
        with contextlib.suppress(Conflict):
            self._store.put(_key(job, name), value, 1, 0)

    def get(self, job: str, name: str) -> bytes | None:
        row = self._store.get(_key(job, name))
        return row.value if row else None

    def drop(self, job: str, name: str) -> None:
        self._store.drop(_key(job, name))

    def drop_all(self, job: str, names: list[str]) -> None:
        for name in names:
            self.drop(job, name)

    def expire(self) -> None:
        """The store's rows expire by themselves."""

    def losses(self, job: str) -> None:
        """A store has rows and no files."""


class FilePieces:
    """Pieces as files, in a folder for each job, for sweeps that a store should not hold; StoreError where SWEEP_DIR
    cannot be used."""

    def __init__(self, folder: Path, age: float, clock: Clock = time.time) -> None:
        self._folder = folder / OWN_FOLDER
        self._age = age
        self._clock = clock
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise folder_error(self._folder, error) from error

    def put(self, job: str, name: str, value: bytes) -> None:
        path = self._path(job, name)
        # A name of its own: another thread may put the same piece.
        draft = path.with_suffix(f".{secrets.token_hex(4)}.draft")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(value)
            draft.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise folder_error(self._folder, error) from error

    def get(self, job: str, name: str) -> bytes | None:
        try:
            return self._path(job, name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise folder_error(self._folder, error) from error

    def drop(self, job: str, name: str) -> None:
        with contextlib.suppress(OSError):
            self._path(job, name).unlink()

    def drop_all(self, job: str, names: list[str]) -> None:
        for name in names:
            self.drop(job, name)
        with contextlib.suppress(OSError):
            self.losses(job).unlink(missing_ok=True)
            (self._folder / job).rmdir()

    def expire(self) -> None:
        """Deletes the folders in which nothing was written for as long as a job lives."""
        with contextlib.suppress(OSError):
            for folder in self._folder.iterdir():
                if folder.is_dir() and folder.stat().st_mtime < self._clock() - self._age:
                    shutil.rmtree(folder, ignore_errors=True)

    def losses(self, job: str) -> Path:
        return self._folder / job / LOSSES

    def _path(self, job: str, name: str) -> Path:
        return self._folder / job / f"{name}.piece"


def folder_error(folder: Path, error: OSError) -> StoreError:
    """The error where a file cannot be had or kept in that folder."""
    return StoreError(
        f"The folder {folder} (SWEEP_DIR) could not be used: {error.strerror or error}. "
        "See that it has space, and that every process of the bench can write to it."
    )


def _key(job: str, name: str) -> Key:
    # A row to each session, so that no put has to look over the others of its job.
    return Key(f"{job}.{name}", "piece")
