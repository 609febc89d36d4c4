"""The progress of a long run: the page may request that of its own tab while it waits."""

from flask.testing import FlaskClient

from tests.engine.asserting import refuses
from webapp.jobs.cancellation import LatestRequests, Superseded

TAB = ("session", "tab")


def test_the_progress_is_the_number_of_steps_of_the_newest_run_of_that_tab(client: FlaskClient) -> None:
    latest = LatestRequests()
    latest.watch(TAB, 1)(500)
    assert latest.done(TAB) == 500
    now = [0.0]
    latest = LatestRequests(lambda: now[0])
    older = latest.watch(TAB, 1)
    latest.watch(TAB, 2)(700)
    older(100)
    assert latest.done(TAB) == 700
    now[0] = 1.0
    refuses(Superseded, older, 200)
    latest = LatestRequests()
    latest.watch(TAB, 9)(300)
    latest.watch(TAB, 4)
    assert (latest.done(TAB), LatestRequests().done(TAB)) == (300, 0)
    for query in ["", "?tab=nobody", "?tab=" + "x" * 3000]:
        answer = client.get("/progress" + query)
        assert (answer.status_code, answer.get_json()) == (200, {"done": 0})
