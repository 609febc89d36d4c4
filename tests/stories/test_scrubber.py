"""The scrubber moves every view through the run, and what they show is what the bench has learned by then."""

from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.base.smoothing import low_pass
from engine.bench import bench_for
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import parameters, run
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp.base.format import number, two_decimals

EXPERIMENT = CATALOGUE[FIRST].experiment
CELLS = "return [...document.querySelectorAll('#weight-cells .weight')].map((cell) => cell.textContent)"
STEP = "return nnbench.cursor.place.step"
EXACT = """
const { place, of, moving } = nnbench.cursor;
const isExact = place.step === arguments[0] && of === arguments[0] && !moving
  && document.querySelector('#response-says').textContent.startsWith(`Sample ${Math.min(arguments[0], 299)} `);
if (isExact) await new Promise(requestAnimationFrame);
return isExact;
"""
"""Whether weights, maps and readout are those of this step, drawn at rest: the numbers of a reply are drawn in the next
frame."""


def learned(step: int) -> list[str]:
    """The weights of a bench that has learned `step` samples, as the cells write them."""
    bench = bench_for(EXPERIMENT)
    if step:
        bench.learn(step)
    return [two_decimals(float(x)) for array in parameters(bench.net) for x in array.ravel()]


@pytest.fixture
def bench(visitor: Visitor) -> Visitor:
    """The first experiment with its tape there and the cursor at the end."""
    visitor.begins()
    visitor.until("return nnbench.currentTrajectory() && document.querySelector('#scrubber input')")
    visitor.js("document.activeElement.blur(); nnbench.pausePlay(); nnbench.moveCursor(1e9)")
    visitor.until(EXACT, 300)
    return visitor


def thumb(visitor: Visitor, share: float) -> tuple[float, float]:
    """Where the thumb stands when it is that far along the track."""
    left, width, y = visitor.js("""
    const box = document.querySelector('#scrubber input').getBoundingClientRect();
    return [box.left, box.width, (box.top + box.bottom) / 2];
    """)
    return left + 6 + share * (width - 12), y


def drag(visitor: Visitor, shares: list[float]) -> None:
    """Takes the thumb in hand and moves it."""
    places = [thumb(visitor, share) for share in shares]
    visitor.mouse("mousePressed", *places[0])
    for place in places[1:]:
        visitor.mouse("mouseMoved", *place)
    visitor.mouse("mouseReleased", *places[-1], held=False)


def test_the_weights_are_the_trained_ones_and_at_a_dragged_step_those_after_that_many_samples(bench: Visitor) -> None:
    assert bench.js(CELLS) == learned(300)
    assert bench.text("step-read") == "300 / 300"
    at = 1.0
    for share in (0.63, 0.25, 0.0):
        drag(bench, [at, 0.9, 0.5, share])
        at, step = share, bench.js(STEP)
        assert abs(step - 300 * share) <= 2
        bench.until(EXACT, step)
        assert bench.js(CELLS) == learned(step)
        assert bench.text("step-read") == f"{step} / 300"
        assert bench.text("weights-view").replace("Start", "").replace("Difference", "") == f"Step {step}"


def test_the_line_runs_through_the_loss_of_the_step_down_to_the_thumb(bench: Visitor) -> None:
    bench.js("nnbench.moveCursor(189)")
    bench.until(EXACT, 189)
    loss = float(run(EXPERIMENT, EXPERIMENT.network()).losses[189])
    assert bench.js("return document.querySelector('.cursor span').textContent") == f"loss {number(loss)}"
    line, plot, axis = bench.js("""
    const middle = (box) => (box.left + box.right) / 2, picture = document.getElementById('loss-picture');
    const { left } = picture.getBoundingClientRect();
    return [middle(document.querySelector('.cursor').getBoundingClientRect()), left + nnbench.placesOf(picture).x(189),
      document.querySelector('#scrubber input').getAttribute('aria-valuetext')];
    """)
    assert abs(line - plot) < 1.0
    assert abs(thumb(bench, 189 / 300)[0] - plot) < 1.0
    assert axis == f"189 of 300, loss {number(loss)}"


def test_keys_move_the_cursor_by_one_by_ten_and_to_both_ends(bench: Visitor) -> None:
    for keys, step in (
        ((Keys.HOME,), 0), ((Keys.ARROW_RIGHT,), 1), ((Keys.SHIFT, Keys.ARROW_RIGHT), 11), ((Keys.ARROW_LEFT,), 10),
        ((Keys.SHIFT, Keys.ARROW_LEFT), 0), ((Keys.END,), 300),
    ):  # fmt: skip
        bench.presses(*keys)
        assert bench.js(STEP) == step
        bench.until(EXACT, step)
    bench.click("#step-back")
    bench.until(EXACT, 299)
    bench.click("#step-on")
    assert bench.js(STEP) == 300
    bench.until("return document.getElementById('step-on').disabled")
    bench.js("document.querySelector('#alpha-slider [role=slider]').focus()")
    bench.turns(bench.presses, Keys.ARROW_LEFT)
    assert bench.js(STEP) == 300, "arrows within a slider are the slider's"


def test_play_goes_through_the_run_and_space_pauses_it(bench: Visitor) -> None:
    bench.presses(" ")
    bench.until("return nnbench.cursor.place.step > 30 && nnbench.cursor.place.step < 300")
    assert bench.by_id("play").get_attribute("aria-label") == "Pause"
    bench.presses(" ")
    step = bench.js(STEP)
    bench.until(EXACT, step)
    assert bench.js(CELLS) == learned(step)
    assert bench.by_id("play").get_attribute("aria-label") == "Play"


def test_the_pictures_of_the_cards_follow_the_cursor(bench: Visitor) -> None:
    shares = """
    return [...document.querySelectorAll('#network .weight-picture .tint')]
      .map((cell) => Number(cell.style.getPropertyValue('--t')));
    """
    bench.js("nnbench.moveCursor(120)")
    bench.until(EXACT, 120)
    M, b = parameters(run(EXPERIMENT, EXPERIMENT.network(), step=120).at_step)
    scale = bench.js("return nnbench.colourScale()")
    np.testing.assert_allclose(bench.js(shares), np.column_stack([M, b]).ravel() / scale, atol=6e-4)
    label = bench.one("#network .weight-picture").get_attribute("aria-label")
    assert label == "The 6 numbers of Dense layer at step 120"
    before = bench.js(shares)
    bench.js("nnbench.restoreStrip()")  # as a field of the network is left, or one that was refused
    bench.until(f"return String((() => {{ {shares} }})()) === arguments[0]", ",".join(map(repr, before)))


def test_each_number_has_its_path_with_a_dot_at_the_cursor(bench: Visitor) -> None:
    bench.js("nnbench.moveCursor(60)")
    bench.until(EXACT, 60)
    drawn = bench.js("""
    return [...document.querySelectorAll('#weight-cells button')].map((cell) => [
      cell.querySelectorAll('path')[1].getAttribute('d').split('L').length,
      cell.querySelector('.path i').style.translate.split(' ')[0],
    ]);
    """)
    assert drawn == [[301, "20%"]] * 6
    assert (
        bench.js("return document.querySelector('#weights-key .said').textContent") == "line: the weight over all steps"
    )


def test_the_cursor_stays_at_its_step_across_runs_and_within_them(bench: Visitor) -> None:
    bench.js("nnbench.moveCursor(189)")
    bench.until(EXACT, 189)
    bench.turns(bench.js, "nnbench.turnKnobs({ samples: 100 })")
    assert bench.js(STEP) == 100
    bench.turns(bench.js, "nnbench.turnKnobs({ samples: 300, alpha: 0.25 })")
    assert bench.js(STEP) == 189
    sharp = run(EXPERIMENT.__class__(**{**vars(EXPERIMENT), "alpha": 0.25}), EXPERIMENT.network(), step=189).at_step
    assert bench.js(CELLS) == [two_decimals(float(x)) for array in parameters(sharp) for x in array.ravel()]
    bench.js("nnbench.moveCursor(1e9)")
    bench.turns(bench.js, "nnbench.turnKnobs({ samples: 120 })")
    assert bench.js(STEP) == 120


@pytest.mark.soak
def test_another_experiment_and_a_page_of_the_story_begin_at_their_last_step(bench: Visitor) -> None:
    bench.js("nnbench.moveCursor(7)")
    bench.begins("xor-one-layer")
    assert bench.js(STEP) == CATALOGUE["xor-one-layer"].experiment.samples
    bench.js("nnbench.moveCursor(7)")
    bench.turns(bench.js, "nnbench.followLink('?lesson=answer')")
    assert bench.js(STEP) == CATALOGUE["left-or-right"].experiment.samples
    bench.click("#lesson-close")


@pytest.mark.soak
def test_a_thinned_run_says_so_and_still_rests_at_the_exact_step(bench: Visitor) -> None:
    bench.begins("spiral")
    bench.until("return !!nnbench.currentTrajectory()")
    assert bench.js("return nnbench.currentTrajectory().every") == 7
    words = "every 7th step is stored"
    bench.until("return document.querySelector('#weights-key .said').textContent === arguments[0]", words)
    bench.points_at("#weights-key .ramp")
    hint = "Pause on a step to load the ones between those that are stored. "
    bench.reads("#tooltip:popover-open", start=hint)
    bench.js("nnbench.moveCursor(1000)")
    bench.until("return nnbench.cursor.of === 1000")
    spiral = CATALOGUE["spiral"].experiment
    exact = run(spiral, spiral.network(), step=1000).at_step
    shown: list[Any] = bench.js("return Array.from(nnbench.cursor.weights)")
    np.testing.assert_array_equal(shown, np.concatenate([array.ravel() for array in parameters(exact)]))


@pytest.mark.soak
def test_who_wants_less_motion_sees_four_steps_a_second(bench: Visitor) -> None:
    still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    bench.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", still)
    bench.js("""
    window.steps = new Set();
    nnbench.moveCursor(0);
    nnbench.togglePlay();
    requestAnimationFrame(function frame() {
      window.steps.add(nnbench.cursor.place.step);
      if (nnbench.isPlaying()) requestAnimationFrame(frame);
    });
    """)
    bench.until("return nnbench.cursor.place.step >= 25")
    bench.js("nnbench.pausePlay()")
    look(bench.driver, *DESK)
    assert set(bench.js("return [...window.steps]")) <= {0, 13, 25, 38, 50, 63}


READINGS = """
const done = arguments[0], { prototype } = Element, asked = [];
const kept = ['clientWidth', 'clientHeight'].map((name) => [name, Object.getOwnPropertyDescriptor(prototype, name)]);
const { getBoundingClientRect } = prototype;
const note = (element) => element.closest('.segmented, .graph') || asked.push(element.id || element.className);
for (const [name, { get }] of kept) {
  Object.defineProperty(prototype, name, { configurable: true, get() { note(this); return get.call(this); } });
}
prototype.getBoundingClientRect = function box() { note(this); return getBoundingClientRect.call(this); };
nnbench.togglePlay();
requestAnimationFrame(function frame() {
  if (nnbench.cursor.place.step < 60) { requestAnimationFrame(frame); return; }
  nnbench.pausePlay();
  for (const [name, descriptor] of kept) Object.defineProperty(prototype, name, descriptor);
  prototype.getBoundingClientRect = getBoundingClientRect;
  done(asked);
});
"""
"""The elements that are asked for their size while the first 60 steps are played; Mantine and Plotly ask their own."""


@pytest.mark.soak
def test_playing_asks_no_element_for_its_size(bench: Visitor) -> None:
    bench.begins()
    bench.until("return Boolean(nnbench.currentTrajectory())")
    bench.js("nnbench.moveCursor(5, true)")
    bench.until("return nnbench.cursor.of === 5")
    bench.js("nnbench.moveCursor(0)")
    bench.until(EXACT, 0)
    assert bench.driver.execute_async_script(READINGS) == []


def test_before_the_end_the_sentence_is_about_the_step_that_is_shown(beginner: Visitor) -> None:
    beginner.follows("?experiment=tanh-signs&view=loss")
    whole = beginner.sentence
    beginner.js("nnbench.moveCursor(100)")
    beginner.reads("#sentence", start="At step 100 ")
    steps, smoothed = low_pass(run(EXPERIMENT, EXPERIMENT.network()).losses)
    there = number(float(np.interp(100, steps, smoothed)))
    assert beginner.sentence == f"At step 100 the smoothed loss is {there}. The run ends at 0.106."
    assert beginner.js("return getComputedStyle(document.getElementById('proof')).visibility") == "hidden"
    beginner.presses(Keys.END)
    beginner.sees("sentence", whole)
    assert beginner.by_id("proof").is_displayed()
