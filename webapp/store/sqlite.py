"""A store in one SQLite file, which survives a restart and a kill -9.

Write-ahead log with synchronous=NORMAL: a put that was acknowledged survives the death of the process,
because the operating system has it; a power cut may take back the last puts, never tear one. FULL would keep
those too, at nine times the cost of a put, and a checkpoint that is a second old is not worth it. One
connection behind one lock serves all threads. Several processes of one machine may share the file; network file
systems do not keep its locks.

A start in a folder that has no room reads what is there, and nothing new is kept until there is room again.
"""

import contextlib
import os
import sqlite3
import threading
import time
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webapp.store import (
    ROW_OVERHEAD,
    Clock,
    Count,
    Key,
    Limits,
    OtherStore,
    StoredRow,
    StoreError,
    StoreFull,
    check_fits,
    check_room,
    check_version,
    row_size,
)
from webapp.store.shared_file import SharedFile, is_at

SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS rows (
    turn INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT NOT NULL,
    tab TEXT NOT NULL,
    version INTEGER NOT NULL,
    put_at REAL NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (session, tab)
);
CREATE INDEX IF NOT EXISTS rows_by_age ON rows (put_at);
CREATE TABLE IF NOT EXISTS total (bytes INTEGER NOT NULL);
INSERT INTO total SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM total);
CREATE TRIGGER IF NOT EXISTS row_in AFTER INSERT ON rows BEGIN
    UPDATE total SET bytes = bytes + length(NEW.value) + OVERHEAD;
END;
CREATE TRIGGER IF NOT EXISTS row_out AFTER DELETE ON rows BEGIN
    UPDATE total SET bytes = bytes - length(OLD.value) - OVERHEAD;
END;
CREATE TABLE IF NOT EXISTS addressed (turn INTEGER PRIMARY KEY, address TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS addressed_by_address ON addressed (address, turn);
CREATE TABLE IF NOT EXISTS shares (address TEXT PRIMARY KEY, bytes INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS shares_by_bytes ON shares (bytes, address);
CREATE TRIGGER IF NOT EXISTS addressed_out AFTER DELETE ON rows BEGIN
    UPDATE shares SET bytes = bytes - length(OLD.value) - OVERHEAD
    WHERE address = (SELECT address FROM addressed WHERE turn = OLD.turn);
    DELETE FROM shares WHERE bytes <= 0;
    DELETE FROM addressed WHERE turn = OLD.turn;
END;
COMMIT;
""".replace("OVERHEAD", str(ROW_OVERHEAD))
"""`turn` counts the puts: the smallest was put longest ago. `total` spares a sum over all rows, and `shares` one over
those of an address. Which row is whose stands in a table of its own, since files of version 0.1 have rows without."""

BUSY_SECONDS = 5.0
"""Seconds that another process may have the file."""
BETWEEN_TRIES = 0.02
PAGE = 4096
"""Bytes of a page, the least that a file grows by."""
NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
"""The errors where the file, or one beside it, cannot grow."""
PRAGMAS = (
    f"busy_timeout = {1000 * BUSY_SECONDS:.0f}",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "journal_size_limit = 4194304",
)


class SqliteStore:
    """Rows in a file; see `webapp.store.Store` for the contract."""

    def __init__(self, path: Path, limits: Limits, clock: Clock = time.time, *, erases: bool = False) -> None:
        self._path = path
        self._pragmas = (*PRAGMAS, "secure_delete = ON") if erases else PRAGMAS
        self._erases = erases
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._lacks = 0
        """Bytes for which there was no room; 0 as a rule."""
        self._only_reads = False
        with self._store_errors():
            self._file = self._connect_or_read()
        self._shared: SharedFile | None = None

    def join(self, secret_check: str) -> None:
        with self._store_errors(), self._lock:
            if self._shared is None:
                shared = SharedFile(self._path.with_suffix(".shared"), secret_check)
                try:
                    self._compare(zlib.crc32(secret_check.encode()) & 0x7FFFFFFF or 1)
                except BaseException:
                    shared.close()
                    raise
                self._shared = shared

    def look(self) -> str:
        with self._store_errors(), self._lock:
            self._total()
            if is_at(self._opened, self._path):
                return "" if not self._lacks or self._finds_room() else self._says_no_room()
            if self._shared is not None:
                self._shared.hold_again()
        raise OtherStore(
            f"The file {self._path.name} was deleted, moved or replaced while this process used it, and all that is "
            "stored now is lost when it ends. Stop every process of this bench, restore a backup, and start them again."
        )

    def get(self, key: Key) -> StoredRow | None:
        horizon = self._clock() - self._limits.age
        with self._store_errors(), self._lock:
            with contextlib.suppress(sqlite3.Error):
                self._connect_again()  # another process may have written since there is room
            row = self._file.execute(
                "SELECT value, version FROM rows WHERE session = ? AND tab = ? AND put_at >= ?",
                (*key, horizon),
            ).fetchone()
        return StoredRow(*row) if row else None

    def put(self, key: Key, value: bytes, version: int, expected: int, address: str | None = "") -> None:
        check_fits(value, self._limits)
        with self._store_errors(row_size(value)), self._lock, self._transaction() as file:
            now = self._clock()
            file.execute("DELETE FROM rows WHERE put_at < ?", (now - self._limits.age,))
            check_version(self._version(key), expected)
            if address is None:
                address = self._address_of(key)
            file.execute("DELETE FROM rows WHERE session = ? AND tab = ?", key)
            self._make_room(key, value, address)
            file.execute(
                "INSERT INTO rows (session, tab, version, put_at, value) VALUES (?, ?, ?, ?, ?)",
                (*key, version, now, value),
            )
            if address:
                file.execute("INSERT INTO addressed VALUES (last_insert_rowid(), ?)", (address,))
                file.execute(
                    "INSERT INTO shares VALUES (?, ?) "
                    "ON CONFLICT (address) DO UPDATE SET bytes = bytes + excluded.bytes",
                    (address, row_size(value)),
                )

    def drop(self, key: Key) -> None:
        with self._store_errors(), self._lock:
            with self._transaction() as file:
                found = file.execute("DELETE FROM rows WHERE session = ? AND tab = ?", key)
            if self._erases and found.rowcount:
                self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log has the row, too

    def count(self) -> Count:
        with self._store_errors(), self._lock:
            owners, rows = self._file.execute("SELECT count(DISTINCT session), count(*) FROM rows").fetchone()
            return Count(owners, rows, self._total())

    def close(self) -> None:
        with self._store_errors(), self._lock:
            self._file.close()
            if self._shared is not None:
                self._shared.close()

    def _connect_or_read(self) -> sqlite3.Connection:
        """A connection; where there is no room for the files beside it, one that only reads a file without a log."""
        try:
            return self._connect()
        except sqlite3.Error as error:
            log = self._path.with_name(f"{self._path.name}-wal")
            if not is_no_room(error) or (log.exists() and log.stat().st_size):
                raise
        self._lacks, self._only_reads = PAGE, True
        return self._closed_at_the_end(open_address(f"{self._path.absolute().as_uri()}?immutable=1"))

    def _connect_again(self) -> None:
        """Where the connection only reads, opens another one, if there is room for it now."""
        if self._only_reads:
            self._file, self._only_reads = self._connect(), False

    def _connect(self) -> sqlite3.Connection:
        """A connection. Where another process opens a new file too, SQLite waits for all but the change to a
        write-ahead log, so that is tried again."""
        until = time.monotonic() + BUSY_SECONDS
        while True:
            file = self._open_file()
            try:
                for pragma in self._pragmas:
                    file.execute(f"PRAGMA {pragma}")
                file.executescript(SCHEMA)
            except sqlite3.Error as error:
                file.close()
                # The low byte says what it is, the rest which case of it.
                if code_of(error) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(BETWEEN_TRIES)
            else:
                return self._closed_at_the_end(file)

    def _closed_at_the_end(self, file: sqlite3.Connection) -> sqlite3.Connection:
        weakref.finalize(self, file.close)  # a store that is garbage-collected closes its file
        return file

    def _open_file(self) -> sqlite3.Connection:
        file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        self._opened = os.fstat(file)
        os.close(file)
        with contextlib.suppress(OSError):  # it belongs to another user, who may let us use it
            self._path.chmod(0o600)
        return open_address(self._path.absolute().as_uri())

    def _compare(self, check: int) -> None:
        """Writes the check value into the file, for nobody who has its rows alone; StoreError where another secret has
        sealed them. A file of an earlier version has none."""
        (found,) = self._file.execute("PRAGMA user_version").fetchone()
        if found not in (0, check) and self._total():
            raise StoreError(
                f"The rows of the store {self._path} were sealed with another SECRET_KEY, and cannot be opened with "
                "this one. Give it that SECRET_KEY, or the file `secret` that was beside it; to begin anew, move "
                f"{self._path.name} away."
            )
        if self._only_reads:
            return
        try:
            self._file.execute(f"PRAGMA user_version = {check}")
        except sqlite3.Error as error:
            if not is_no_room(error):
                raise
            self._lacks = PAGE

    def _version(self, key: Key) -> int:
        row = self._file.execute("SELECT version FROM rows WHERE session = ? AND tab = ?", key).fetchone()
        return int(row[0]) if row else 0

    def _make_room(self, key: Key, value: bytes, address: str) -> None:
        self._file.execute(
            "DELETE FROM rows WHERE session = ?1 AND turn NOT IN "
            "(SELECT turn FROM rows WHERE session = ?1 ORDER BY turn DESC LIMIT ?2)",
            (key.session, self._limits.rows - 1),
        )
        if self._limits.keeps:
            of_address = self._share_of(address) + row_size(value) if address else 0
            check_room(self._total() + row_size(value), of_address, self._limits)
        while self._total() + row_size(value) > self._limits.total:
            self._file.execute("DELETE FROM rows WHERE turn = ?", (self._first_to_go(),))

    def _first_to_go(self) -> int:
        """The turn of the oldest row of the address that has most, if that is more than its share, or of all."""
        found = self._file.execute(
            "SELECT min(turn) FROM addressed WHERE address = "
            "(SELECT address FROM shares WHERE bytes > ? ORDER BY bytes DESC, address DESC LIMIT 1)",
            (self._limits.share,),
        ).fetchone()
        return int(found[0] or self._file.execute("SELECT min(turn) FROM rows").fetchone()[0])

    def _address_of(self, key: Key) -> str:
        row = self._file.execute(
            "SELECT address FROM addressed JOIN rows USING (turn) WHERE session = ? AND tab = ?", key
        ).fetchone()
        return str(row[0]) if row else ""

    def _share_of(self, address: str) -> int:
        row = self._file.execute("SELECT bytes FROM shares WHERE address = ?", (address,)).fetchone()
        return int(row[0]) if row else 0

    def _finds_room(self) -> bool:
        """Whether there is room for what there was none for: a table of that size is written, and dropped again."""
        with contextlib.suppress(sqlite3.Error):
            with self._transaction() as file:
                file.execute("DROP TABLE IF EXISTS filler")  # a process died between the two
                file.execute("CREATE TABLE filler AS SELECT zeroblob(?)", (self._lacks,))
            with self._transaction() as file:
                file.execute("DROP TABLE IF EXISTS filler")
            self._lacks = 0
        return not self._lacks

    def _says_no_room(self) -> str:
        return (
            f"The folder of the store {self._path} has no room. What is there is read, and nothing new is kept until "
            "there is room; then this process goes on by itself."
        )

    def _total(self) -> int:
        return int(self._file.execute("SELECT bytes FROM total").fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: an error in the middle leaves every row as it was."""
        self._connect_again()
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield self._file
            self._file.execute("COMMIT")
        except BaseException:
            if self._file.in_transaction:  # a full disk has rolled back already
                self._file.execute("ROLLBACK")
            raise

    @contextmanager
    def _store_errors(self, size: int = PAGE) -> Iterator[None]:
        """Raises errors of SQLite and of the file system as StoreError, and notes that there was no room for a row of
        this size."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if no_room := is_no_room(error):
                self._lacks = max(self._lacks, size)
            raise (StoreFull if no_room else StoreError)(
                f"The store {self._path} could not be used: {error}. See that its folder has room and can be "
                "written; if the file itself is broken, move it away and a new one is made."
            ) from error


def open_address(address: str) -> sqlite3.Connection:
    """A connection for all threads to the file of a `file:` address, which begins and ends its transactions itself."""
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


def is_no_room(error: Exception) -> bool:
    """Whether it says that a file cannot grow."""
    return code_of(error) in NO_ROOM


def code_of(error: Exception) -> int:
    """SQLite's extended code of an error."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK))
