"""The page says where a change is no more than luck, and draws the twins of a run."""

import math
from dataclasses import replace

import pytest
from selenium.webdriver.common.keys import Keys

from engine import DrawnWeights, Experiment, luck, run
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.outcomes.effect import effect_of
from tests.stories.conftest import look
from tests.stories.visitor import INKED, Visitor
from webapp.base.format import number

SPIRAL = CATALOGUE["spiral"].experiment
ARROW = """
const levels = [...document.querySelectorAll('#loss-picture .over .level')];
return levels.some((path) => path.getAttribute('d').includes('V'));
"""

JUDGED = "const { luck } = nnbench.state.shown; return luck && luck.before && !luck.more"
"""Whether the last verdict on the change is there."""


@pytest.mark.soak
def test_seeds_in_which_the_same_turn_makes_the_run_diverge_are_counted(beginner: Visitor) -> None:
    beginner.begins("square-map")
    beginner.turns(beginner.types, "alpha-field", "0.045")
    first = CATALOGUE["square-map"].experiment
    ends = [[end_of(replace(first, alpha=alpha, seed=seed)) for alpha in (first.alpha, 0.045)] for seed in range(32)]
    raised = sum(was < now < math.inf for was, now in ends)
    diverging = sum(was < now == math.inf for was, now in ends)
    assert raised + diverging < 32
    words = f"raises it; in {diverging} it makes the run diverge."
    beginner.sees("elsewhere", f"In {raised} of 32 data seeds the same turn {words}")


def test_a_change_within_luck_is_never_called_an_effect_and_twins_are_drawn_on_request(beginner: Visitor) -> None:
    beginner.begins("spiral")
    beginner.turns(beginner.types, "alpha-field", "0.0505")
    beginner.until(JUDGED)
    twins = [luck(replace(SPIRAL, alpha=alpha), seeds=range(64)) for alpha in (SPIRAL.alpha, 0.0505)]
    assert effect_of(*twins).verdict == "luck"
    widths = [max(one.ends) - min(one.ends) for one in twins]
    run_of_larger = "the run before" if widths[0] > widths[1] else "this run"
    assert beginner.sentence.endswith(f", within the luck of {run_of_larger}.")
    assert "moved the final loss from" in beginner.sentence
    before, now = (f"from {number(min(one.ends))} to {number(max(one.ends))}" for one in twins)
    assert beginner.text("proof") == (f"Nudged by a millionth, 65 runs end {before} before, {now} now.")
    assert not beginner.js(ARROW)
    changed = [[end(replace(SPIRAL, alpha=alpha, seed=seed)) for alpha in (SPIRAL.alpha, 0.0505)] for seed in range(32)]
    same = sum((was < now) == (changed[SPIRAL.seed][0] < changed[SPIRAL.seed][1]) for was, now in changed)
    way = "lowers" if changed[SPIRAL.seed][1] < changed[SPIRAL.seed][0] else "raises"
    opening = "This run alone cannot tell. " if max(same, 32 - same) >= 23 else ""
    beginner.sees("elsewhere", f"{opening}In {same} of 32 data seeds the same turn {way} it.")
    beginner.turns(beginner.js, "nnbench.turnKnobs({ filter: 'raw' })")
    assert beginner.sentence.endswith(f" {run_of_larger}."), "the same run, drawn in another way"
    draws_twins(beginner)


SENDS = """
const send = window.fetch;
window.sent = [];
window.fetch = (url, options) => {
  const [, name] = /analysis\\/(luck|more_luck)$/.exec(url) ?? [];
  if (name) sent.push([name, JSON.parse(options.body).asked]);
  return send(url, options);
};
"""


@pytest.mark.soak
def test_the_run_before_is_sent_only_where_more_twins_are_wanted(beginner: Visitor) -> None:
    beginner.begins("tanh-signs")
    beginner.until("return nnbench.state.shown.luck")
    beginner.js(SENDS)
    beginner.turns(beginner.types, "alpha-field", "0.21")
    beginner.until(JUDGED)
    [(name, asked)] = beginner.js("return sent.splice(0)")
    assert (name, asked["before"]["experiment"], len(asked["before"]["luck"]["ends"])) == ("luck", None, 9)
    beginner.begins("two-moons")
    beginner.until("return nnbench.state.shown.luck")
    beginner.js("sent.length = 0")
    beginner.turns(beginner.types, "alpha-field", "0.15")
    beginner.until(JUDGED)
    [(name, asked), (more, asked_again)] = beginner.js("return sent")
    assert (name, asked["before"]["experiment"], more) == ("luck", None, "more_luck")
    assert asked_again["before"]["experiment"]["samples"] == CATALOGUE["two-moons"].experiment.samples
    assert [len(each["ends"]) for each in (asked_again["now"], asked_again["before"]["luck"])] == [9, 9]


CONTRARY = "?experiment=circle&samples=600&alpha=0.2&weights=13"


@pytest.mark.soak
def test_an_effect_that_most_data_seeds_deny_is_said_of_this_one_in_one_sentence(beginner: Visitor) -> None:
    beginner.follows(CONTRARY)
    beginner.turns(beginner.types, "alpha-field", "0.22")
    beginner.until("return !document.getElementById('elsewhere').hidden")
    one = CATALOGUE["circle"].experiment
    one = replace(one, samples=600, weights=DrawnWeights(13))
    ends = [[end_of(replace(one, alpha=alpha, seed=seed)) for alpha in (0.2, 0.22)] for seed in range(32)]
    lowered, raised = sum(was > now for was, now in ends), sum(was < now for was, now in ends)
    way, other = ("lowers", "raises") if ends[one.seed][0] > ends[one.seed][1] else ("raises", "lowers")
    same, contrary = (lowered, raised) if way == "lowers" else (raised, lowered)
    twins = [luck(replace(one, alpha=alpha), seeds=range(8)) for alpha in (0.2, 0.22)]
    denied = contrary >= 23 and effect_of(*twins).verdict == "effect"
    assert (f" here; in {contrary} of 32 data seeds it {other} it." in beginner.sentence) == denied
    opening = "It is this data seed. " if denied else ""
    beginner.sees("elsewhere", f"{opening}In {same} of 32 data seeds the same turn {way} it.")


def test_a_change_beyond_luck_is_an_effect_with_an_arrow(beginner: Visitor) -> None:
    beginner.turns(beginner.types, "alpha-field", "0.02")
    assert "raised the final loss from 0.106 to" in beginner.sentence
    assert beginner.js(ARROW)


def draws_twins(beginner: Visitor) -> None:
    """They are drawn with the step where they part."""
    before = beginner.js(INKED)
    beginner.click("#twins")
    beginner.reads(".ghost-labels", "worst twin ")
    beginner.until(f"return (() => {{ {INKED} }})() !== arguments[0]", before)
    assert beginner.by_id("twins").get_attribute("aria-pressed") == "true"
    beginner.click("#twins")
    beginner.until(f"return (() => {{ {INKED} }})() === arguments[0]", before)


LABELS = """
return [...document.querySelectorAll('.ghost-label.median')].map((label) =>
  [label.textContent.split(' ')[0], label.scrollWidth <= label.clientWidth]);
"""


@pytest.mark.soak
def test_on_a_phone_the_final_losses_of_the_twins_are_whole(beginner: Visitor) -> None:
    beginner.follows("?experiment=spiral&view=loss")
    look(beginner.driver, 390, 844)
    beginner.js("document.getElementById('twins').click()")
    beginner.reads(".ghost-labels", "worst ")
    assert beginner.js(LABELS) == [["worst", True], ["best", True]]
    beginner.js("document.getElementById('twins').click()")


WORDS = """
const { fillText } = CanvasRenderingContext2D.prototype;
window.written = {};
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  const within = this.canvas.className === 'under';
  if (within) window.written[text] = [x, x + this.measureText(text).width, y, this.canvas.clientWidth];
  return fillText.call(this, text, x, y);
};
"""


@pytest.mark.parametrize("view", ["loss", "output"])
@pytest.mark.soak
def test_the_words_of_twins_and_of_the_band_stand_in_lines_of_their_own(beginner: Visitor, view: str) -> None:
    beginner.follows(f"?experiment=circle&alpha=0.3&view={view}")
    beginner.js(WORDS)
    beginner.js("for (const id of ['band', 'twins']) document.getElementById(id).click()")
    beginner.until("return ['twins part', 'The middle'].every((words) => Object.keys(written).some("
                   "(text) => text.startsWith(words)))")  # fmt: skip
    written = beginner.js("return written")
    heights = [y for _, _, y, _ in written.values()]
    assert len(heights) >= 2
    assert min(abs(one - other) for k, one in enumerate(heights) for other in heights[:k]) >= 12
    assert all(0 < left < right < width for left, right, _, width in written.values())


@pytest.mark.soak
def test_twins_of_a_run_that_is_too_long_say_so(beginner: Visitor) -> None:
    beginner.turns(beginner.types, "samples-field", "1000000")
    beginner.click("#twins")
    beginner.sees("note-text", "The twins are not previewed for runs this long.")


def end_of(experiment: Experiment) -> float:
    """Its final loss, infinite where it diverges."""
    settled = run(experiment, experiment.network()).sound_settled
    return math.inf if settled is None else settled


def end(experiment: Experiment) -> float:
    """Its final loss."""
    return run(experiment, experiment.network()).settled


SLOPES = "return [...document.querySelectorAll('#elsewhere-slopes path')].map((path) => path.getAttribute('class'))"


def test_the_same_turn_is_made_under_32_data_seeds_and_each_is_drawn_on_request(beginner: Visitor) -> None:
    beginner.turns(beginner.types, "alpha-field", "0.2")
    first = CATALOGUE[FIRST].experiment
    ends = [[end(replace(first, alpha=alpha, seed=seed)) for alpha in (0.1, 0.2)] for seed in range(32)]
    lowered = sum(was > now for was, now in ends)
    beginner.sees("elsewhere", f"In {lowered} of 32 data seeds the same turn lowers it.")
    beginner.js("document.getElementById('elsewhere').focus()")
    beginner.presses(Keys.ENTER)
    lines = beginner.js(SLOPES)
    assert len(lines) == 32
    assert sum("lower" in line for line in lines) == lowered
    assert lines[-1] == "lower on"
    beginner.presses(Keys.ESCAPE)
    assert not beginner.by_id("elsewhere-slopes").is_displayed()
    beginner.js("document.getElementById('elsewhere').focus()")
    beginner.presses(Keys.SPACE)
    assert beginner.by_id("elsewhere-slopes").is_displayed()
    assert not beginner.js("return nnbench.isPlaying()"), "the space belongs to the button"
    beginner.presses(Keys.ESCAPE)
    beginner.turns(beginner.click, "#next-seed")
    beginner.until("return nnbench.state.shown.luck")
    assert not beginner.by_id("elsewhere").is_displayed(), "another data seed is no turn to be made under others"
