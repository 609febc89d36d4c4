"""Opens the jobs that the settings name: their rows are in the store, their pieces there too or in SWEEP_DIR."""

from webapp.sessions.seal import secret_check
from webapp.settings import Settings
from webapp.store import Limits
from webapp.store.open_store import open_store
from webapp.store.patient_clock import PatientClock
from webapp.sweeps.jobs import Jobs, SweepLimits
from webapp.sweeps.pieces import FilePieces, RowPieces

ROWS_PER_KEY = 8
"""Every row has a key of its own."""
MARGIN = 24 * 3600.0
"""Seconds that rows outlive their job, so that no job loses a piece before its time."""


def open_jobs(settings: Settings) -> Jobs:
    """The jobs; StoreError where this process cannot share them. The settings have their data folder."""
    # SWEEP_MB bounds the room that is reserved for jobs already: the store itself never drops a row of a job.
    limits = Limits(settings.sweep_seconds + MARGIN, ROWS_PER_KEY, 2 * settings.sweep_bytes)
    store = open_store(settings, "sweeps", limits, remembers=False)
    store.join(secret_check(settings.secret_key))
    age = settings.sweep_seconds + MARGIN
    clock, folder = PatientClock(), settings.sweep_dir
    pieces = RowPieces(store) if folder is None else FilePieces(folder.expanduser(), age, clock)
    return Jobs(store, pieces, limits_of(settings), clock)


def limits_of(settings: Settings) -> SweepLimits:
    """The limits that the settings state."""
    return SweepLimits(
        settings.sweep_seconds,
        settings.sweeps_per_session,
        settings.sweep_bytes,
        settings.sweeps_per_address,
        settings.sweep_bytes * settings.sweep_share // 100,
        3600.0 * settings.sweep_away_hours,
    )
