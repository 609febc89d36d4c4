"""Opens the store that the settings name: memory, which a restart empties, or a file in the data folder."""

import time

from webapp.settings import Settings
from webapp.store import Clock, Limits, Store
from webapp.store.memory import MemoryStore
from webapp.store.sqlite import SqliteStore


def open_store(settings: Settings, name: str, limits: Limits, clock: Clock = time.time) -> Store:
    """The store of that name, within these limits; the settings have their data folder."""
    if settings.store == "memory":
        return MemoryStore(limits, clock)
    return SqliteStore(settings.data_dir / f"{name}.sqlite3", limits, clock)
