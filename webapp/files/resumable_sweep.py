"""The finished chunks of a sweep in a file, so that a sweep that was stopped or killed goes on where it was.

The first line says which sweep it is. A record for each chunk follows: its length, its checksum, and its arrays. A
last record that a kill left unfinished is cut off, and its runs are made again.
"""

import struct
import zlib
from collections.abc import Iterator
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.errors import OtherSweepError
from engine.sweeps.grid import RunNumbers
from engine.sweeps.tasks import RESULTS, TaskResult

HEAD = struct.Struct("<QI")
"""The length of a record and its CRC-32."""


class ResumableSweep:
    """The file; see `engine.sweeps.sweep_result.ChunkStore` for what a sweep asks of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def chunks(self, plan: str) -> Iterator[tuple[RunNumbers, TaskResult]]:
        """The chunks of the sweep with that plan, whose file is made if there is none.

        OtherSweepError when the file is of another sweep, OSError when it cannot be had.
        """
        line = f"nnbench sweep 1 {plan}\n".encode()
        with self._path.open("a+b") as file:
            file.seek(0)
            first = file.read(len(line))
            if not line.startswith(first):
                raise OtherSweepError(self._path)
            if first != line:  # new, or killed before the line was whole
                file.truncate(0)
                file.write(line)
            while record := next_record(file):
                with np.load(BytesIO(record), allow_pickle=False) as arrays:
                    # Records of before scores have none.
                    none = np.empty((len(arrays["runs"]), 0))
                    yield arrays["runs"], TaskResult(*(arrays.get(name, none) for name in RESULTS))

    def add(self, runs: RunNumbers, result: TaskResult) -> None:
        """Writes a chunk behind the others."""
        room = BytesIO()
        np.savez(room, runs=runs, **{name: getattr(result, name) for name in RESULTS})
        record = room.getvalue()
        with self._path.open("ab") as file:
            file.write(HEAD.pack(len(record), zlib.crc32(record)) + record)

    def delete(self) -> None:
        """Deletes the file."""
        self._path.unlink(missing_ok=True)


def next_record(file: BinaryIO) -> bytes:
    """The next record; None at the end, where the rest of a broken one is cut off."""
    whole = file.tell()
    end = file.seek(0, SEEK_END)
    file.seek(whole)
    head = file.read(HEAD.size)
    if len(head) == HEAD.size:
        length, checksum = HEAD.unpack(head)
        # A spoiled length may be larger than any memory.
        record = file.read(min(length, end - file.tell()))
        if len(record) == length and zlib.crc32(record) == checksum:
            return record
    file.truncate(whole)
    return b""
