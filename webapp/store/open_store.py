"""Opens the store that the settings name: memory, a file in the data folder, or a Valkey server."""

from webapp.settings import Settings
from webapp.store import Clock, Limits, Store
from webapp.store.memory import MemoryStore
from webapp.store.patient_clock import PatientClock
from webapp.store.remembered_rows import RememberedRows
from webapp.store.sqlite import SqliteStore
from webapp.store.valkey import ValkeyStore


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
    return SqliteStore(path, limits, clock or PatientClock(), erases=erases)
