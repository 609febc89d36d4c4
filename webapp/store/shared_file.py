"""Whether all processes that use one SQLite file have the same secret.

Each holds a lock on a file beside it for as long as it lives, so a lock tells of the living alone: a process that
finds nobody writes the check value of its secret there, and one that finds others compares. A secret may change
between two starts.
"""

import contextlib
import os
from pathlib import Path

from webapp.store import StoreError

try:
    import fcntl
except ImportError:  # Windows, where nothing is compared
    fcntl = None  # type: ignore[assignment]


class SharedFile:
    """This process's lock; StoreError when a living process has stated another check value."""

    def __init__(self, path: Path, secret_check: str) -> None:
        self._path = path
        self._check = secret_check
        self._file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            if fcntl is not None:
                self._compare(path, secret_check.encode())
        except BaseException:
            self.close()
            raise

    def hold_again(self) -> None:
        """Holds the lock on the file that the path leads to now, where it was deleted and its folder is there: so
        another process finds that the folder is in use."""
        if not is_at(os.fstat(self._file), self._path):
            with contextlib.suppress(OSError, StoreError):
                again = SharedFile(self._path, self._check)
                self.close()
                self._file = again._file

    def close(self) -> None:
        """Lets go of the lock."""
        os.close(self._file)

    def _compare(self, path: Path, check: bytes) -> None:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.pread(self._file, len(check) + 1, 0) != check:  # a full disk takes not even the same again
                os.pwrite(self._file, check, 0)
                os.ftruncate(self._file, len(check))
        # Not one step with the lock before: another may have come between, and is compared with here.
        fcntl.flock(self._file, fcntl.LOCK_SH)
        if os.pread(self._file, len(check) + 1, 0) != check:
            raise StoreError(
                f"Another process uses {path.with_suffix('.sqlite3')} with another SECRET_KEY. "
                "Give both the same SECRET_KEY, or each a DATA_DIR of its own."
            )


def is_at(opened: os.stat_result, path: Path) -> bool:
    """Whether the path leads to the file that was opened, and not to another one, or to none."""
    try:
        return os.path.samestat(opened, path.stat())
    except FileNotFoundError:
        return False
