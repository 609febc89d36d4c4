"""Backups of a bench whose store is SQLite: one file with a copy of each of its files, and its secret.

It is made while the bench is in use. A restore checks all of it before it changes anything, and moves what was in the
folder aside. Classes end by themselves, and are not in it.
"""

import contextlib
import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from webapp.base.version import version
from webapp.operations.store_watch import LOOK_SECONDS
from webapp.settings import Settings
from webapp.store import StoreError
from webapp.store.shared_file import SharedFile

STORES = ("sessions", "links", "sweeps")
"""The stores whose files are in a backup; the first is there at every bench."""
SECRET = "secret"  # noqa: S105 - the name of its file
NAMES = (*(f"{name}.sqlite3" for name in STORES), SECRET)
CONTENTS, FORMAT = "backup.json", "nnbench backup"
COPY_INTO = "VACUUM INTO ?"
PART = 2**20
LOOKED_FOR = 2 * LOOK_SECONDS
"""Seconds within which a process whose files were deleted holds its lock again."""
OWN_FILES = ("*.sqlite3", "*.sqlite3-*", "*.shared", SECRET)
"""The files of a bench in its folder."""


def write_backup(settings: Settings, file: IO[bytes]) -> list[str]:
    """Writes a backup of the bench with these settings; the names of the files that are in it.

    StoreError where there is no such bench, or no room.
    """
    folder = folder_of(settings)
    if not (folder / f"{STORES[0]}.sqlite3").is_file():
        raise StoreError(f"There is no bench in {folder}, for it has no {STORES[0]}.sqlite3. Correct DATA_DIR.")
    try:
        with tempfile.TemporaryDirectory(dir=folder) as made:
            found = list(copies(folder, Path(made)))
            about = {
                "format": FORMAT,
                "version": version(),
                "files": {copy.name: {"bytes": copy.stat().st_size, "sha256": digest(copy)} for copy in found},
            }
            with tarfile.open(fileobj=file, mode="w|") as tar:
                add(tar, CONTENTS, io.BytesIO(json.dumps(about).encode()))
                for copy in found:
                    with copy.open("rb") as copied:
                        add(tar, copy.name, copied)
            file.flush()
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The backup of {folder} was not made: {error}. The disk for it may be full, or that folder, which "
            "takes a copy of the store meanwhile. The store was not changed."
        ) from error
    return [copy.name for copy in found]


def copies(folder: Path, made: Path) -> Iterator[Path]:
    """Copies of the files of a bench, each as it was at one moment."""
    for name in STORES:
        path = folder / f"{name}.sqlite3"
        if path.is_file():
            copy = made / path.name
            with contextlib.closing(sqlite3.connect(path)) as store:
                store.execute(COPY_INTO, (str(copy),))
            yield copy
    if (folder / SECRET).is_file():
        copy = made / SECRET
        copy.write_bytes((folder / SECRET).read_bytes())
        yield copy


def add(tar: tarfile.TarFile, name: str, data: IO[bytes]) -> None:
    """Adds a file that its owner alone can read."""
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = data.seek(0, io.SEEK_END), 0o600, int(time.time())
    data.seek(0)
    tar.addfile(member, data)


def restore_backup(settings: Settings, file: IO[bytes]) -> list[str]:
    """Puts a backup into the data folder; the names of its files. The files of before stand in a folder beside it then.

    StoreError where it is no whole backup, or a process uses the folder, and nothing is changed.
    """
    folder = folder_of(settings)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_unused(folder)
        with tempfile.TemporaryDirectory(dir=folder) as made:
            names = read_backup(file, Path(made))
            if SECRET not in names and not settings.secret_key:
                raise StoreError(
                    "The backup has no secret, for its bench was given SECRET_KEY. Give the same one, and call again."
                )
            before = [path for pattern in OWN_FILES for path in folder.glob(pattern)]
            if before:
                aside = Path(tempfile.mkdtemp(prefix="before-restore-", dir=folder))
                for path in before:
                    path.rename(aside / path.name)
            for name in names:
                (Path(made) / name).rename(folder / name)
    except OSError as error:
        raise StoreError(f"The backup was not put into {folder}: {error}. Its disk may be full.") from error
    return names


def check_unused(folder: Path) -> None:
    """StoreError where a living process uses the folder, one whose files were deleted too."""
    until = time.monotonic() + LOOKED_FOR
    while not (locks := list(folder.glob("*.shared"))):
        if time.monotonic() >= until:
            return
        time.sleep(LOOKED_FOR / 20)
    try:
        for lock in locks:
            SharedFile(lock, "restore").close()
    except StoreError:
        raise StoreError(f"The processes of a bench have {folder} in use. Stop all of them, and call again.") from None


def read_backup(file: IO[bytes], made: Path) -> list[str]:
    """Reads a backup into a folder; StoreError unless it is whole and has nothing but what a backup has."""
    files: dict[str, Any] = {}
    names = []
    try:
        with tarfile.open(fileobj=file, mode="r|") as tar:
            for member in tar:
                data = tar.extractfile(member)
                if not files and member.name == CONTENTS and data is not None:
                    about = json.loads(data.read(PART))
                    files = about["files"] if about["format"] == FORMAT else {}
                elif member.name in files and member.name in NAMES and data is not None:
                    write_out(data, made / member.name)
                    names.append(member.name)
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"This is no backup of a bench, or a part of one ({error}). Nothing was changed.") from error
    whole = [name for name in names if digest(made / name) == files[name]["sha256"]]
    if not files or sorted(whole) != sorted(files):
        raise StoreError("This is no backup of a bench, or it is cut short or damaged. Nothing was changed.")
    return names


def open_new(path: Path) -> IO[bytes]:
    """The new file of a backup, to be written; StoreError where there is one, or none can be made."""
    try:
        return own_file(path)
    except FileExistsError:
        raise StoreError(f"There is {path} already, and no backup is written over it. Give another name.") from None
    except OSError as error:
        raise StoreError(f"The backup {path} cannot be written: {error.strerror}. Give another folder.") from error


def open_backup(path: Path) -> IO[bytes]:
    """The file of a backup, to be read; StoreError where it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise StoreError(f"The backup {path} cannot be read: {error.strerror}. Give the path of one.") from error


def own_file(path: Path) -> IO[bytes]:
    """A new file that its owner alone can read."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb")


def write_out(data: IO[bytes], path: Path) -> None:
    """Writes a file that its owner alone can read."""
    with own_file(path) as written:
        while part := data.read(PART):
            written.write(part)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_of(settings: Settings) -> Path:
    """The data folder; StoreError where the bench keeps nothing there."""
    if settings.store_kind != "sqlite":
        raise StoreError(
            f"STORE is {settings.store_kind}, and `nnbench backup` and `restore` are for sqlite. "
            "docs/hosting.md says how a Valkey server is backed up."
        )
    return settings.data_dir.expanduser()
