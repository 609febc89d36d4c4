"""A knob shows where it leads: the loss at each α, what came of the runs, a dot for each seed, and the band of all."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import run
from engine.outcomes.outcome import outcomes_at
from tests.stories.conftest import look
from tests.stories.visitor import INK, WRITTEN, Visitor
from tests.webapp.asking import fingerprint
from webapp.analyses.lr_range import ALPHAS, POSITIONS

EXPERIMENT = CATALOGUE[FIRST].experiment
WHOLE = """
return !document.querySelector('.waiting.lr-range, .waiting.dots') && !!document.querySelector('#lr-range .line, .dot');
"""
ASKED = """
const asked = performance.getEntriesByType('resource').filter(({ startTime }) => startTime > window.mark);
const names = asked.map(({ name }) => name.split('/analysis/')[1]);
return names.filter((name) => ['luck', 'lr_range', 'seed_spread'].includes(name));
"""
"""The analyses tried ahead since the mark."""
LINE = """
const points = document.querySelector('#lr-range .line').getAttribute('d').slice(1).split('L');
return points.map((point) => point.split(' ').map(Number));
"""


@pytest.fixture
def first(visitor: Visitor) -> Visitor:
    """The visitor with the first experiment on the bench, all of it tried ahead."""
    visitor.begins()
    visitor.until(WHOLE)
    return visitor


def settled(**knobs: Any) -> float:
    """Where the engine's run under these knobs settles."""
    return run(replace(EXPERIMENT, **knobs), EXPERIMENT.network()).settled


def dot(seed: int) -> str:
    return f"#seed-dots [data-seed='{seed}']"


def test_the_scent_line_is_drawn_at_the_settled_losses_of_single_runs(first: Visitor) -> None:
    points = np.array(first.js(LINE))
    logs = np.log([settled(alpha=alpha) for alpha in ALPHAS])
    low, high = min(*logs, np.log(settled())), max(*logs, np.log(settled()))
    assert points[:, 0] == pytest.approx(100 * np.array(POSITIONS), abs=0.05)
    assert points[:, 1] == pytest.approx(34 - 30 * (logs - low) / (high - low), abs=0.01)
    found = str(first.by_id("lr-range").get_attribute("aria-label"))
    assert found.startswith("Final loss along this slider, for seed 3: ")


def test_the_current_run_goes_along_the_line_while_alpha_is_dragged_and_the_line_stays(first: Visitor) -> None:
    line = first.by_id("lr-range").find_element("css selector", ".line").get_attribute("d")
    left, right, y = first.track("alpha-slider")
    first.mouse("mousePressed", left + 0.3 * (right - left), y)
    first.mouse("mouseMoved", left + 0.6 * (right - left), y)
    first.until("return Math.abs(parseFloat(document.querySelector('#lr-range .now').style.left) - 60) < 0.6")
    assert first.one("#lr-range .line").get_attribute("d") == line
    assert not first.js("return document.getElementById('lr-range').classList.contains('waiting')")
    first.mouse("mouseReleased", left + 0.6 * (right - left), y, held=False)
    first.rests()


def test_the_track_is_what_was_measured_at_each_alpha(first: Visitor) -> None:
    outcomes = [outcome.word for outcome in outcomes_at(EXPERIMENT, ALPHAS)]
    lengths = first.js(
        "return [...document.querySelectorAll('#alpha-track .piece')]"
        ".map((piece) => [piece.dataset.outcome, parseFloat(piece.style.width)])"
    )
    assert [outcome for outcome, _ in lengths] == ["flat", "learns"] == list(dict.fromkeys(outcomes))
    assert lengths[0][1] == pytest.approx(outcomes.count("flat") - 0.5, abs=0.1)
    assert [name.text for name in first.driver.find_elements("css selector", "#alpha-outcomes .outcome")] == [
        "flat",
        "learns",
    ]
    words = first.text("alpha-state")
    own = r"lowest near [\d.]+, flat up to [\d.]+"
    assert re.fullmatch(rf"(?i){own}|32 (data )?seeds: best .*", words)
    flat = outcomes.count("flat")
    says = first.js("return document.getElementById('alpha-state').dataset.says")
    assert re.fullmatch(
        rf"(32 .*\. )?At 101 α on the slider, for data seed 3: {own}\. {101 - flat} of 101 learn, {flat} are flat\. "
        r"Flat: not 5 % better than a constant answer\.",
        says,
    )
    found = str(first.by_id("lr-range").get_attribute("aria-label"))
    assert found.endswith(f"; {101 - flat} of 101 learn, {flat} are flat")
    assert first.js("return document.querySelector('#alpha-slider [role=slider]').ariaValueText") == "0.1, learns"


@pytest.mark.soak
def test_where_alpha_changes_nothing_the_scale_says_so(visitor: Visitor) -> None:
    visitor.begins("identity-layer")
    visitor.until(WHOLE)
    visitor.sees("alpha-state", "Every α ends at 0.888")
    assert visitor.js("return document.querySelectorAll('#alpha-outcomes .outcome').length") == 0
    said = visitor.by_id("lr-range").get_attribute("aria-label")
    assert said == "Final loss along this slider, for seed 3: 0.888 at every position"


def test_where_the_run_diverges_the_scent_is_red(visitor: Visitor) -> None:
    visitor.begins("square-map")
    visitor.until(WHOLE)
    visitor.until("return document.querySelector('#lr-range .gone').getAttribute('d').length > 100")
    said = str(visitor.by_id("lr-range").get_attribute("aria-label"))
    assert "of 101 diverge" in said
    alphas = re.findall(r"α ([\d.]+)", said)
    assert len(alphas) == len(set(alphas)) > 0


ANSWERING = """
const whole = (window.wholeFetch ??= window.fetch);
const json = (text) => new Response(text, { headers: { 'Content-Type': 'application/json' } });
const [analysis, answers] = arguments;
window.answered = 0;
const answer = {
  dropped: () => (window.answered++ ? null : json('{"dropped": true}')),
  lost: () => json('{"lost": true}'),
  async held(path, options) {
    const reply = await (await whole(path, options)).json();
    const { from } = JSON.parse(options.body).asked;
    if (from > 0) return new Promise(() => {});
    for (const name of ['positions', 'settled', 'outcomes']) reply[name].length = 11;
    return json(JSON.stringify({ ...reply, next: 11 }));
  },
}[answers];
window.fetch = async (path, options) => {
  const meant = String(path).includes(`analysis/${analysis}`) && (await answer(path, options));
  return meant || whole(path, options);
};
"""
"""The server lets the first request give its place in the queue to a newer one, loses all of them, or answers for the
first 11 positions of α and is still at work on the others."""


@pytest.mark.soak
def test_what_gave_its_place_to_another_request_is_measured_and_what_is_not_is_said(beginner: Visitor) -> None:
    beginner.until(WHOLE)
    for samples, analysis in (("123", "lr_range"), ("124", "seed_spread")):
        beginner.js(ANSWERING, analysis, "dropped")
        beginner.turns(beginner.types, "samples-field", samples)
        beginner.until("return window.answered > 1")
        beginner.until(WHOLE)
    beginner.js(ANSWERING, "lr_range", "lost")
    beginner.turns(beginner.types, "samples-field", "125")
    beginner.sees("alpha-state", "Not measured")
    label = beginner.by_id("lr-range")
    assert label.get_attribute("aria-label") == "Final loss at each α: not measured"
    beginner.js(ANSWERING, "lr_range", "held")
    beginner.turns(beginner.types, "samples-field", "126")
    beginner.sees("alpha-state", "Measuring, 11 of 101")
    assert label.get_attribute("aria-label") == "Final loss at each α: measuring, 11 of 101"
    beginner.js("window.fetch = window.wholeFetch")


@pytest.mark.parametrize("key", ["left-or-right", "sine"])
@pytest.mark.soak
def test_names_and_words_of_the_scale_stay_in_their_column(visitor: Visitor, key: str) -> None:
    visitor.begins(key)
    for width in (900, 1280, 1440):
        look(visitor.driver, width, 900)
        visitor.rests()
        visitor.until(WHOLE)
        visitor.until(NAMED)
        (left, right), *names = visitor.js(BOXES)
        assert len(names) > 1
        assert all(left - 0.5 <= name[0] and name[1] <= right + 0.5 for name in names), width
        assert all(one[1] <= other[0] for one, other in pairwise(names)), width
        assert visitor.js(
            "const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.getElementById('alpha-state');"
            "return scrollWidth <= clientWidth && scrollHeight <= clientHeight + 1 && clientHeight < 65"
        ), width


UNCUT = """
const { scrollWidth, clientWidth } = document.getElementById(arguments[0]);
return scrollWidth <= clientWidth && getComputedStyle(document.getElementById(arguments[0])).whiteSpace === 'normal';
"""


def test_ties_are_said_in_full_and_so_is_the_rank_of_the_seed(beginner: Visitor) -> None:
    beginner.follows("?experiment=affine-identity&samples=3000")
    beginner.until(WHOLE)
    said = r"Lowest at \d+ α from [\d.]+ to [\d.]+"
    assert re.fullmatch(said, beginner.text("alpha-state"))
    rank = beginner.text("seed-rank")
    assert re.fullmatch(r"\d+th best of 32 seeds, level with \d+ more(, \d+ within luck)?", rank)
    assert all(beginner.js(UNCUT, id_) for id_ in ("alpha-state", "seed-rank"))
    assert beginner.by_id("seed-rank").get_attribute("data-says") == f"{rank}."


def test_the_thumb_is_said_to_diverge_where_its_own_run_does(beginner: Visitor) -> None:
    """The nearest of the positions that were measured, at α 0.0452, learns."""
    beginner.follows("?experiment=square-map&alpha=0.0483")
    beginner.until(WHOLE)
    assert beginner.shown["settled"] is None
    thumb = "return document.querySelector('#alpha-slider [role=slider]').ariaValueText"
    assert beginner.js(thumb) == f"0.0483, diverges at step {beginner.shown['diverged_at']}"


NAMED = "return document.querySelectorAll('#alpha-outcomes .outcome').length > 1"
BOXES = """
return [document.getElementById('alpha-track'), ...document.querySelectorAll('#alpha-outcomes .outcome')]
  .map((node) => node.getBoundingClientRect()).map(({ left, right }) => [left, right]);
"""


def test_every_seed_has_a_dot_and_the_current_one_its_rank(first: Visitor) -> None:
    seeds = first.js("return [...document.querySelectorAll('.dot')].map((dot) => Number(dot.dataset.seed))")
    assert sorted(seeds) == list(range(32))
    ends = [settled(seed=seed) for seed in range(32)]
    rank = 1 + sum(end < ends[3] for end in ends)
    first.sees("seed-rank", f"{rank}th best of 32")
    lowest = int(np.argmin(ends))
    assert seeds[0] == lowest
    found = str(first.one(dot(lowest)).get_attribute("aria-label"))
    assert found.startswith(f"Change the seed to {lowest}: it ends at ")


GAP = """
const right = (mark) => mark.getBoundingClientRect().right;
const ends = [...document.querySelectorAll('#loss-picture > .svg-figure text[text-anchor=middle]')].map(right);
return document.querySelector('.axis-name.across').getBoundingClientRect().left - Math.max(...ends);
"""
"""How far the last number under the curve keeps off the name of the axis."""


@pytest.mark.soak
def test_a_run_that_is_not_previewed_has_no_dots_of_another_and_room_for_its_last_number(beginner: Visitor) -> None:
    beginner.until(WHOLE)
    beginner.turns(beginner.types, "samples-field", "1000000")
    beginner.sees("seed-rank", "not previewed for runs this long")
    assert beginner.js("return document.querySelectorAll('#seed-dots .dot').length") == 0
    assert beginner.js("return document.getElementById('seed-dots').inert")
    beginner.reads("#lr-range .caption", start="not previewed")
    apart = """
    const [over, under] = ['#alpha-field', '#lr-range .caption'].map((css) => document.querySelector(css)
      .getBoundingClientRect());
    return over.bottom <= under.top || over.left >= under.right;
    """
    assert beginner.js(apart)
    assert beginner.js(GAP) > 0
    beginner.turns(beginner.types, "samples-field", "10000")
    assert beginner.js(GAP) > 0


@pytest.mark.soak
def test_a_dot_under_the_pointer_shows_its_curve_and_turns_the_seed_and_undo_asks_for_nothing(first: Visitor) -> None:
    x, y = first.hovers(dot(9))
    first.until("return document.querySelector('#loss-picture .glimpse')")
    assert first.text("seed-rank").startswith("Seed 9 ends at ")
    assert first.shown["fingerprint"] == fingerprint()
    first.hovers("#sentence")
    first.until("return !document.querySelector('#loss-picture .glimpse')")
    first.reads("#seed-rank", "best of 32")
    first.mouse("mouseMoved", x, y, held=False)
    first.turns(first.clicks_at, x, y)
    assert first.shown["fingerprint"] == fingerprint(seed=9)
    first.until("return document.querySelector('.dot.on').dataset.seed === '9'")
    first.hovers("#sentence")
    first.until(WHOLE)
    first.js("window.mark = performance.now()")
    first.turns(first.click, "#undo")
    first.until(WHOLE)
    assert first.js(ASKED) == []
    order = first.js("return [...document.querySelectorAll('.dot')].map((dot) => Number(dot.dataset.seed))")
    after = order[order.index(3) + 1]
    first.js("document.querySelector('.dot.on').focus()")
    first.presses(Keys.ARROW_RIGHT)
    assert first.js("return document.activeElement.dataset.seed") == str(after)
    first.turns(first.presses, Keys.ENTER)
    assert first.shown["fingerprint"] == fingerprint(seed=after)
    first.js("document.activeElement.blur()")


def test_while_a_knob_is_held_nothing_is_tried_and_after_it_all_is(first: Visitor) -> None:
    left, right, y = first.track("samples-slider")
    first.mouse("mousePressed", left + 0.6 * (right - left), y)
    first.mouse("mouseMoved", left + 0.67 * (right - left), y)
    first.until("return nnbench.state.shown.summary.samples > 450 && nnbench.queue.idle")
    first.until("return document.querySelector('.waiting.lr-range') && document.querySelector('.waiting.dots')")
    first.sees("seed-rank", "")
    first.js("window.mark = performance.now()")
    first.mouse("mouseMoved", left + 0.69 * (right - left), y)
    first.until("return nnbench.state.shown.summary.samples > 515 && nnbench.queue.idle")
    assert first.js(ASKED) == []
    first.mouse("mouseReleased", left + 0.69 * (right - left), y, held=False)
    first.rests()
    first.until(WHOLE)
    assert set(first.js(ASKED)) == {"luck", "lr_range", "seed_spread"}


FAN_AT = f"""
const places = nnbench.placesOf(document.getElementById('loss-picture'));
const x = Math.round(places.x(arguments[0])), y = Math.round(places.y(arguments[1]));
{INK}
return [...ink.slice(4 * (y * width + x), 4 * (y * width + x) + 4)];
"""


def test_the_fan_lies_under_the_curve_where_32_runs_lie(first: Visitor) -> None:
    ends = np.percentile([settled(seed=seed) for seed in range(32)], (30, 70))
    first.click("#band")
    first.until(
        "return [...document.querySelectorAll('.ghost-label.median')].some((e) => e.textContent === 'median of 32')"
    )
    assert first.by_id("band").get_attribute("aria-pressed") == "true"
    inside = [first.js(FAN_AT, step, loss)[3] for step in (235, 245, 255) for loss in ends]
    assert sum(alpha > 0 for alpha in inside) >= 5
    first.turns(first.types, "alpha-field", "0.2")
    first.until("return document.querySelector('.ghost-label.median')")
    first.js("document.activeElement.blur()")
    first.presses("s")
    first.until("return !document.querySelector('.ghost-label.median')")
    assert first.by_id("band").get_attribute("aria-pressed") == "false"


def test_a_band_that_ends_in_one_loss_is_said_to_end_at_it(beginner: Visitor) -> None:
    beginner.begins("identity-by-hand")
    beginner.js(WRITTEN)
    beginner.click("#band")
    beginner.until("return window.written.some((text) => text.startsWith('The middle 80'))")
    said = {text for text in beginner.js("return window.written") if text.startswith("The middle 80")}
    assert said == {"The middle 80 % of 32 seeds ends at 0"}


@pytest.mark.soak
def test_on_a_telephone_a_finger_turns_the_seed_to_a_dot(first: Visitor) -> None:
    look(first.driver, 390, 844)
    first.rests()
    first.click("[href='#knob-seed']")
    first.until("return Math.abs(document.getElementById('knob-seed').getBoundingClientRect().left) < 1")
    x, y = first.middle(dot(9))
    touch = {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    with first.turning():
        first.driver.execute_cdp_cmd("Input.dispatchTouchEvent", touch)
        first.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert first.shown["fingerprint"] == fingerprint(seed=9)
    look(first.driver, 1440, 900)
