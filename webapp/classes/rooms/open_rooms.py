"""Opens the rooms that the settings allow, and cleans up after them for as long as the process lives."""

import logging
import threading

from webapp.classes.rooms.rooms import MOST_STEPS, ROOM_BYTES, Rooms
from webapp.sessions.seal import secret_check
from webapp.settings import Settings
from webapp.store import Limits, StoreError
from webapp.store.open_store import open_store
from webapp.store.patient_clock import PatientClock

log = logging.getLogger(__name__)

ROWS_PER_ROOM = 2 * MOST_STEPS + 2
MARGIN = 3600.0
"""Seconds that rows may outlive their room, so that no row is dropped before its time."""
CLEANED_EVERY = 300.0
"""Seconds between two looks for rooms that are over."""


def open_rooms(settings: Settings) -> Rooms:
    """The rooms; StoreError where this process cannot share them. The settings have their data folder."""
    seconds = 3600.0 * settings.class_hours
    # CLASS_ROOMS bounds what is reserved for rooms already: the store itself never drops a row of one.
    limits = Limits(seconds + MARGIN, ROWS_PER_ROOM, 2 * settings.class_rooms * ROOM_BYTES)
    store = open_store(settings, "classes", limits, remembers=False, erases=True)
    store.join(secret_check(settings.secret_key))
    return Rooms(store, settings.class_rooms, seconds, settings.secret_key, PatientClock())


class Cleaner:
    """A thread that deletes the rooms that are over."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._stops = threading.Event()

    def begin(self) -> None:
        """Looks at once, and then every few minutes."""
        threading.Thread(target=self._run, name="class cleaner", daemon=True).start()

    def end(self) -> None:
        """Ends the thread before its next look."""
        self._stops.set()

    def _run(self) -> None:
        while not self._stops.is_set():
            try:
                self._rooms.clean()
            except StoreError as error:
                log.warning("Classes that are over could not be deleted yet: %s", error)
            self._stops.wait(CLEANED_EVERY)
