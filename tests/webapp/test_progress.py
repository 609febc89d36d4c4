"""The progress of a long run: the page may request that of its own tab while it waits."""

import pytest

from tests.webapp.asking import SETTINGS
from webapp import create_app
from webapp.jobs.cancellation import LatestRequests, Superseded

TAB = ("session", "tab")


def test_the_progress_is_the_number_of_steps_of_the_newest_run() -> None:
    latest = LatestRequests()
    on_progress = latest.watch(TAB, 1)
    on_progress(500)
    assert latest.done(TAB) == 500


def test_a_run_that_is_no_longer_the_newest_does_not_speak_for_the_tab() -> None:
    now = [0.0]
    latest = LatestRequests(lambda: now[0])
    older = latest.watch(TAB, 1)
    newer = latest.watch(TAB, 2)
    newer(700)
    older(100)
    assert latest.done(TAB) == 700
    now[0] = 1.0
    with pytest.raises(Superseded):
        older(200)


def test_a_request_that_arrives_late_does_not_take_the_place_of_a_newer_one() -> None:
    latest = LatestRequests()
    latest.watch(TAB, 9)(300)
    latest.watch(TAB, 4)
    assert latest.done(TAB) == 300


def test_a_tab_without_a_run_has_taken_no_step() -> None:
    assert LatestRequests().done(TAB) == 0


@pytest.mark.parametrize("query", ["", "?tab=nobody", "?tab=" + "x" * 3000])
def test_the_progress_of_a_tab_of_another_session_is_0(query: str) -> None:
    answer = create_app(SETTINGS).server.test_client().get("/progress" + query)
    assert answer.status_code == 200
    assert answer.get_json() == {"done": 0}
