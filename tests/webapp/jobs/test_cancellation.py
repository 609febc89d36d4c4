"""A run ends when a newer request of its tab has come and its patience is over; others never notice."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.webapp.asking import ManualClock, together
from webapp.jobs.cancellation import MOST_TABS, PATIENCE, LatestRequests, Superseded

TAB = ("session", "tab")


def ended(on_progress: Callable[[int], None]) -> bool:
    """Whether the run is told to end."""
    try:
        on_progress(500)
    except Superseded:
        return True
    return False


def test_an_older_request_ends_once_its_patience_is_over_and_silent_tabs_are_forgotten(clock: ManualClock) -> None:
    on_progress = LatestRequests(clock).watch(TAB, 1)
    clock.now += 3600.0
    assert not ended(on_progress)
    latest = LatestRequests(clock)
    older, newer = latest.watch(TAB, 1), latest.watch(TAB, 2)
    assert not ended(older)
    clock.now += PATIENCE * 1.01
    assert ended(older)
    assert not ended(newer)
    overtaking = LatestRequests(clock)
    newer, older = overtaking.watch(TAB, 2), overtaking.watch(TAB, 1)
    clock.now += 1.0
    assert ended(older)
    assert not ended(newer)
    latest = LatestRequests(clock)
    first = latest.watch(TAB, 5)
    for k in range(MOST_TABS):
        latest.watch(("session", str(k)), 1)
    clock.now += 1.0
    assert not ended(first)
    assert not ended(latest.watch(TAB, 1))


@pytest.mark.parametrize("other", [("session", "other tab"), ("other session", "tab")])
def test_another_tab_supersedes_nothing(clock: ManualClock, other: tuple[str, str]) -> None:
    latest = LatestRequests(clock)
    on_progress = latest.watch(TAB, 1)
    latest.watch(other, 2)
    clock.now += 1.0
    assert not ended(on_progress)


def test_many_threads_agree_on_the_newest() -> None:
    clock = ManualClock()
    latest = LatestRequests(clock)
    watched: dict[int, Callable[[int], None]] = {}

    def ask(serial: int) -> None:
        watched[serial] = latest.watch(TAB, serial)

    together(*[partial(ask, serial) for serial in range(1, 41)])
    clock.now += 1.0
    assert [serial for serial in watched if not ended(watched[serial])] == [40]
