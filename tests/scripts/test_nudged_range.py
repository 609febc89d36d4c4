"""The range of the final losses of a run and its twins, without the page."""

from engine.outcomes.twins import TWINS
from tests.scripts.node import Scripts, scripts

RANGE = """
const [ends] = arguments, summary = { alpha: ends.length };
nnbench.knowledge('luck', (run) => nnbench.runKey(run, [])).toFill(summary).now = { ends };
return nnbench.nudgedRange(summary);
"""
FIRST = [0.4, 0.3, 0.5, *[0.4] * (TWINS - 2)]
"""The final losses of a run and its first twins."""

page = scripts("model/luck.js", "net/hints.js", "core/knobs.js")


def test_twins_that_another_run_asked_for_move_no_range(page: Scripts) -> None:
    for more in ([], [0.1, 0.9]):
        assert page.execute_script(RANGE, FIRST + more) == {"lowest": 0.3, "highest": 0.5}
    assert page.execute_script(RANGE, [0.4, None])["lowest"] == 0.4
