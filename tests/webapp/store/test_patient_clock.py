"""A jump of the machine's clock makes no row old, and deletes none."""

from pathlib import Path

from tests.webapp.asking import ManualClock
from webapp.store import Key, Limits
from webapp.store.memory import MemoryStore
from webapp.store.patient_clock import CATCHES_UP, PatientClock
from webapp.store.sqlite import SqliteStore

DAY = 86_400.0
LIMITS = Limits(30 * DAY, 8, 1_000_000)
OLD, NEW = Key("ann", "1"), Key("bob", "1")


def test_a_put_with_the_clock_a_month_ahead_deletes_nothing(tmp_path: Path) -> None:
    for kind in ("memory", "sqlite"):
        wall, steady = ManualClock(), ManualClock()
        clock = PatientClock(wall, steady)
        store = MemoryStore(LIMITS, clock) if kind == "memory" else SqliteStore(tmp_path / "rows", LIMITS, clock)
        store.put(OLD, b"value", 1, 0)
        wall.now += 31 * DAY
        store.put(NEW, b"value", 1, 0)
        wall.now -= 31 * DAY
        assert (store.get(OLD) is not None, store.get(NEW) is not None) == (True, True)
        store.close()


def test_a_jump_is_caught_up_and_a_clock_that_is_set_back_is_believed_at_once() -> None:
    wall, steady = ManualClock(), ManualClock()
    clock, began = PatientClock(wall, steady), wall.now
    for each in (wall, steady):
        each.now += 5.0
    assert clock() == began + 5.0
    wall.now += DAY
    steady.now += 60.0
    assert clock() == began + 5.0 + 60.0 * CATCHES_UP
    steady.now += DAY / CATCHES_UP
    assert clock() == wall.now
    wall.now -= 100.0
    assert clock() == wall.now
