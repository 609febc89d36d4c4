"""Opens the store that the settings name: memory, a file in the data folder, or a Valkey server."""

import logging
import time
from pathlib import Path

from webapp.settings import Settings
from webapp.store import Clock, Limits, Store, StoreError
from webapp.store.memory import MemoryStore
from webapp.store.patient_clock import PatientClock
from webapp.store.remembered_rows import RememberedRows
from webapp.store.sqlite import SqliteStore
from webapp.store.valkey import ValkeyStore

log = logging.getLogger(__name__)

SESSIONS = "sessions"
"""The name of the store that a bench cannot be without."""
NEW_SECONDS = 60.0
"""Seconds for which a secret, or another store, counts as made by this start or by one beside it: both are made before
the first process of a bench has its store of sessions."""


def check_new(path: Path) -> None:
    """Tells of a store that is about to be made in a folder that is not new, as after a restore that went wrong:
    StoreError where a copy lies there, else a warning."""
    old = time.time() - NEW_SECONDS
    files = [one for one in path.parent.iterdir() if one.is_file()]
    left = sorted(
        one.name
        for one in files
        if one.name in OF_A_STORE or one.suffix in COPIES or (one.suffix in LEFT and one.stat().st_mtime < old)
    )
    if not left:
        return
    sentence = f"The store {path} is empty, and its folder is not new: it has {', '.join(left)}."
    if any(name.endswith(COPIES) for name in left):
        raise StoreError(
            f"{sentence} Put the copy back with `nnbench restore`, or under the name {path.name}; or move it away."
        )
    log.warning("%s If it was to be restored, stop the bench and call `nnbench restore`.", sentence)


OF_A_STORE = tuple(f"{SESSIONS}{ending}" for ending in (".shared", ".sqlite3-wal", ".sqlite3-shm"))
"""Files beside a store of sessions, which no process makes before it."""
COPIES = (".backup", ".tar")
LEFT = (".sqlite3", "")
"""Endings of files that a bench has left in its folder; its secret has none."""


def open_store(
    settings: Settings,
    name: str,
    limits: Limits,
    clock: Clock | None = None,
    *,
    remembers: bool = True,
    erases: bool = False,
) -> Store:
    """The store of that name, within these limits; the settings have their data folder.

    `remembers` is whether rows that this process saw last stand in while a Valkey server does not answer, and `erases`
    whether a file has nothing left of the rows that were dropped.
    """
    if settings.store_kind == "valkey":
        store = ValkeyStore(settings.store, name, limits, clock)
        return RememberedRows(store) if remembers else store
    if settings.store_kind == "memory":
        return MemoryStore(limits, clock or PatientClock())
    path = settings.data_dir / f"{name}.sqlite3"
    if name == SESSIONS and not path.exists():
        check_new(path)
    return SqliteStore(path, limits, clock or PatientClock(), erases=erases)
