"""A file on the disk that several clients read at once, each at its own pace: it is there once, for as long as one of
them reads it."""

import io
import threading
import weakref
from collections.abc import Callable, Hashable
from typing import IO


class WrittenFile:
    """A file that was written, and is deleted once nobody holds or reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.size = file.tell()
        self.readers = 0
        """The number of clients that read it now."""
        self._file = file
        self._lock = threading.Lock()
        weakref.finalize(self, file.close)

    def read(self, place: int, count: int) -> bytes:
        """At most so many bytes from that place on."""
        with self._lock:
            self._file.seek(place)
            return self._file.read(count)

    def count(self, change: int) -> None:
        """Counts one reader more, or one less."""
        with self._lock:
            self.readers += change


class FileReader(io.RawIOBase):
    """One client's place in a file; it stands at the end at first, as a file does that was just written."""

    def __init__(self, written: WrittenFile) -> None:
        super().__init__()
        self.written = written
        self._place = written.size
        written.count(1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what RawIOBase gives
        data = self.written.read(self._place, len(buffer))
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.written.size}[whence]
        return self._place

    def close(self) -> None:
        if not self.closed:
            self.written.count(-1)
        super().close()


class WrittenFiles:
    """The files that are read now, by their names; safe to use from many threads."""

    def __init__(self) -> None:
        self._files: weakref.WeakValueDictionary[Hashable, WrittenFile] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()

    def reader(self, name: Hashable, write: Callable[[], IO[bytes]]) -> FileReader:
        """A reader of the file of that name, which is written now unless somebody reads it."""
        with self._lock:
            found = self._files.get(name)
        if found is None:
            found = WrittenFile(write())
            with self._lock:
                self._files[name] = found
        return FileReader(found)
