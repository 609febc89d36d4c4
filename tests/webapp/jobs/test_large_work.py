"""Work on large arrays is done one at a time, and whoever no longer wants it does not wait for its turn."""

import threading
from unittest.mock import Mock

import pytest

from webapp.jobs import large_work
from webapp.jobs.job import ClientGone
from webapp.jobs.large_work import LARGE, turn_for

PATIENCE = 10.0


def test_large_work_waits_until_the_other_is_done() -> None:
    order: list[str] = []
    begun = threading.Event()

    def second() -> None:
        begun.set()
        with turn_for(LARGE):
            order.append("second")

    with turn_for(LARGE):
        thread = threading.Thread(target=second)
        thread.start()
        assert begun.wait(PATIENCE)
        with turn_for(LARGE - 1):
            order.append("small")
        order.append("first")
    thread.join(PATIENCE)
    assert order == ["small", "first", "second"]


def test_waiting_ends_with_the_job_and_an_error_gives_the_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        large_work, "current_job", Mock(return_value=Mock(check_cancelled=Mock(side_effect=ClientGone)))
    )
    with turn_for(LARGE), pytest.raises(ClientGone), turn_for(LARGE):
        pytest.fail("had its turn")
    with pytest.raises(ZeroDivisionError), turn_for(LARGE):
        raise ZeroDivisionError
    with turn_for(LARGE):
        pass
