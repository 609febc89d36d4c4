"""Start from these weights takes the step where the cursor stands; the history goes back to any checkpoint."""

import pytest
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import checkpoint_fingerprint, run
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp.base.format import grouped

EXPERIMENT = CATALOGUE[FIRST].experiment
MADE = "return [...document.querySelectorAll('#checkpoint-history .made')].map((made) => made.firstChild.textContent)"


@pytest.fixture
def bench(newcomer: Visitor) -> Visitor:
    newcomer.until("return nnbench.currentTrajectory() && document.querySelector('#scrubber input')")
    return newcomer


def test_the_kept_weights_are_those_at_the_cursor_and_the_history_goes_back(bench: Visitor) -> None:
    bench.js("nnbench.moveCursor(189)")
    bench.turns(bench.click, "#keep")
    fork = run(EXPERIMENT, EXPERIMENT.network(), step=189).at_step
    assert bench.shown["checkpoint"] == checkpoint_fingerprint(fork)
    assert bench.shown["fingerprint"] == run(EXPERIMENT, fork).fingerprint
    assert bench.sentence.startswith("Starting from the weights at step 189 ")
    bench.turns(bench.click, "#randomize")
    drawn = bench.js("return nnbench.state.experiment.weights.seed")
    is_open = "return document.getElementById('checkpoint-history').matches(':popover-open')"
    for leaves in (lambda: bench.presses(Keys.TAB, Keys.TAB), lambda: look(bench.driver, 1200, 900)):
        bench.click("#checkpoints")
        bench.until(is_open)
        leaves()
        bench.until(is_open.replace("return ", "return !"))
    look(bench.driver, *DESK)
    bench.click("#checkpoints")
    assert bench.js(MADE) == [f"drawn, seed {drawn}", "trained, step 189", "as in the list of experiments"]
    bench.turns(
        bench.click, f"#checkpoint-history button[aria-label^='Restore {grouped(checkpoint_fingerprint(fork))}']"
    )
    assert bench.shown["checkpoint"] == checkpoint_fingerprint(fork)
    assert bench.shown["fingerprint"] == run(EXPERIMENT, fork).fingerprint
    assert not bench.js(is_open)
    bench.reload()
    bench.click("#checkpoints")
    bench.until(f"return ((found) => found.length === 3 && found[1] === 'trained, step 189')((() => {{ {MADE} }})())")
    assert bench.js("return document.querySelectorAll('#checkpoint-history .here').length") == 1


@pytest.mark.soak
def test_at_the_end_the_trained_weights_are_kept_under_the_knobs_as_they_are(bench: Visitor) -> None:
    bench.turns(bench.js, "nnbench.turnKnobs({ alpha: 0.25 })")
    bench.turns(bench.click, "#keep")
    assert bench.sentence.startswith("Starting from the trained weights ")
    bench.turns(bench.js, "nnbench.turnKnobs({ alpha: 0.05 })")
    bench.click("#checkpoints")
    bench.turns(bench.click, "#checkpoint-history li:last-child button")
    assert bench.shown["checkpoint"] == checkpoint_fingerprint(EXPERIMENT.network())
    assert bench.shown["alpha"] == 0.05
