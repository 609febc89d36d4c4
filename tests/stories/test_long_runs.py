"""A run that takes longer than a blink says so, can be cancelled, and gives way to a newer one."""

import pytest

from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint

LONG, LONGEST = 400_000, "1,000,000"
WAITING = """
const shown = (id) => document.getElementById(id).checkVisibility();
return document.body.classList.contains('retraining') && shown('cancel') && shown('retraining');
"""
POINTS = "return nnbench.state.shown.loss.data.map(({ y }) => nnbench.decode(y).length)"


@pytest.fixture(autouse=True)
def largest_network(visitor: Visitor) -> None:
    visitor.begins("spiral")


def test_a_long_run_tells_how_far_it_is_and_the_earlier_curve_stays_until_it_is_whole(visitor: Visitor) -> None:
    past, _ = visitor.depth
    before = visitor.shown["fingerprint"]
    visitor.types("samples-field", str(LONG))
    visitor.until(WAITING)
    assert visitor.shown["fingerprint"] == before
    visitor.until(
        "return /^Retraining, step [0-9,]+ of 400,000\\. /.test(document.getElementById('proof').textContent)"
    )
    visitor.until("return nnbench.state.shown.summary.samples === arguments[0]", LONG)
    visitor.rests()
    assert visitor.shown["fingerprint"] == fingerprint("spiral", samples=LONG)
    assert visitor.depth == (past + 1, 0)
    assert not visitor.js(WAITING)
    assert visitor.text("proof").startswith("Same starting weights")
    assert max(visitor.js(POINTS)) <= 5_000


@pytest.mark.soak
def test_cancel_leaves_everything_as_it_was(visitor: Visitor) -> None:
    depth, said, ghosts = visitor.depth, visitor.sentence, visitor.ghosts
    visitor.types("samples-field", LONGEST)
    visitor.until(WAITING)
    visitor.click("#cancel")
    visitor.until(f"return !(() => {{ {WAITING} }})()")
    visitor.rests()
    assert visitor.shown["fingerprint"] == fingerprint("spiral")
    assert (visitor.depth, visitor.sentence, visitor.ghosts) == (depth, said, ghosts)
    visitor.turns(visitor.click, "#next-seed")
    assert visitor.shown["fingerprint"] == fingerprint("spiral", seed=4)
    visitor.sees_value("samples-field", "5,000")


@pytest.mark.soak
def test_a_newer_value_does_not_wait_for_a_long_run(visitor: Visitor) -> None:
    past, _ = visitor.depth
    visitor.types("samples-field", LONGEST)
    visitor.until(WAITING)
    visitor.types("samples-field", "100")
    visitor.until("return nnbench.state.shown.summary.samples === 100")
    visitor.rests()
    assert visitor.shown["fingerprint"] == fingerprint("spiral", samples=100)
    assert visitor.depth == (past + 1, 0)
