"""The landscape fills from the current run outwards when it is in sight, and a cell turns both of its knobs."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine import run, scores
from engine.base.number_text import loss_text
from engine.experiments.catalogue import CATALOGUE, FIRST
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp.analyses.landscape import evaluate as cells
from webapp.analyses.landscape.axes import ALPHAS, POSITIONS, landscape_axes
from webapp.page.components.landscape import MEASURES

WHOLE = "return document.getElementById('landscape').dataset.state === 'whole'"
CELLS = "return nnbench.landscape.map && nnbench.landscape.map.cube.made"
KNOWN = """
const { x, cube: { losses, values } } = nnbench.landscape.map, width = values[x].length;
return Array.from(losses).flatMap((loss, cell) => (loss === -1 ? [] : [[cell % width, Math.floor(cell / width)]]));
"""
RINGED = """
const { x, y, cube: { values } } = nnbench.landscape.map;
const [ring, map] = ['.ring rect:last-of-type', 'canvas'].map((name) =>
  document.querySelector(`#landscape-map ${name}`).getBoundingClientRect());
const across = (ring.left + ring.width / 2 - map.left) / map.width;
const up = (map.bottom - ring.top - ring.height / 2) / map.height;
return [across * values[x].length - 0.5, up * values[y].length - 0.5];
"""
"""The cell in whose middle the ring is."""
FOLLOWS = "return nnbench.state.held && nnbench.queue.idle"
"""The run follows the hand that holds a knob, and has caught up with it."""
COUNTING = """
window.asked = 0;
const send = window.fetch;
window.fetch = (address, ...rest) => {
  window.asked += String(address).endsWith('analysis/landscape');
  return send(address, ...rest);
};
window.uncounted = () => (window.fetch = send);
"""
HOLDING = """
const fetched = window.fetch;
window.held = [];
window.fetch = (address, ...rest) => {
  if (!window.held || !String(address).includes('analysis/landscape')) return fetched(address, ...rest);
  return new Promise((done) => window.held.push(done)).then(() => fetched(address, ...rest));
};
"""
"""Questions for cells wait until somebody lets them go."""
LETS_GO = "const let_go = window.held; window.held = null; let_go.forEach((go) => go())"
REPLYING = """
const fetched = window.fetch, [body, status] = arguments;
window.fetch = (address, ...rest) => {
  if (!String(address).includes('analysis/landscape')) return fetched(address, ...rest);
  window.fetch = fetched;
  window.replied = true;
  return Promise.resolve(new Response(body, { status, headers: { 'Content-Type': 'application/json' } }));
};
"""
"""The first question for cells has this reply."""
SAVING = """
const { click } = HTMLAnchorElement.prototype, make = URL.createObjectURL;
const files = [];
URL.createObjectURL = (blob) => {
  files.push(blob);
  return make(blob);
};
HTMLAnchorElement.prototype.click = function () {
  window.saved = [this.download, files.pop().size];
  HTMLAnchorElement.prototype.click = click;
  URL.createObjectURL = make;
};
window.saved = null;
"""
PLACE = """
const { x, y, cube: { values } } = nnbench.landscape.map;
const map = document.querySelector('#landscape-map canvas').getBoundingClientRect();
const [across, up] = [x, y].map((name, k) => (arguments[k] + 0.5) / values[name].length);
return [map.left + across * map.width, map.bottom - up * map.height];
"""
INKS = """
const canvas = document.querySelector('#landscape-map canvas');
const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
return new Set(new Uint32Array(data.buffer)).size > 20;
"""


@pytest.fixture
def onlooker(visitor: Visitor) -> Visitor:
    """Somebody who has the first experiment on the bench, and its landscape in sight."""
    visitor.begins()
    visitor.js("document.getElementById('landscape').scrollIntoView()")
    visitor.until(WHOLE)
    visitor.until("return document.querySelector('#landscape-map .ring rect') !== null")
    return visitor


@pytest.fixture
def small_pieces(onlooker: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that makes few runs for one question, once the first map is whole."""
    monkeypatch.setattr(cells, "MOST_RUNS", 4)


def points(visitor: Visitor, x: int, y: int) -> tuple[float, float]:
    """The mouse comes to rest on that cell."""
    across, down = visitor.js(PLACE, x, y)
    visitor.mouse("mouseMoved", across, down, held=False)
    return across, down


def height(visitor: Visitor, x: int, y: int) -> float:
    """The final loss that the map has there."""
    return float(
        visitor.js(
            "const { settled, cube, x } = nnbench.landscape.map;"
            "return settled[arguments[1] * cube.values[x].length + arguments[0]]",
            x,
            y,
        )
    )


@pytest.mark.soak
def test_nothing_is_asked_for_before_the_map_is_in_sight(newcomer: Visitor) -> None:
    assert newcomer.js(CELLS) == 0
    assert not newcomer.js("return document.querySelector('#landscape-map canvas')")
    newcomer.js("document.getElementById('landscape').scrollIntoView()")
    newcomer.until(WHOLE)
    newcomer.sees("landscape-progress", "1,952 of 1,952 runs")
    newcomer.until(INKS)


def test_a_cell_is_the_engines_run_and_the_current_one_is_ringed(onlooker: Visitor) -> None:
    experiment = CATALOGUE[FIRST].experiment
    for x, y in ((0, 0), (31, 8), (60, 31)):
        one = replace(experiment, alpha=ALPHAS[x], seed=y)
        assert height(onlooker, x, y) == run(one, one.network()).settled
    across, up = onlooker.js(RINGED)
    assert math.isclose(up, experiment.seed, abs_tol=0.02)
    position = onlooker.js("return nnbench.state.shown.controls.position")
    assert math.isclose(across, (position - POSITIONS[0]) / 0.015, abs_tol=0.02)


def test_the_whole_map_is_said_by_its_medians_and_its_lowest_run(onlooker: Visitor) -> None:
    onlooker.until("return nnbench.landscape.map.cube.made === 1952")
    onlooker.reads("#landscape-says", "At the current α")
    heights = np.reshape(onlooker.js("return [...nnbench.landscape.map.settled]"), (32, 61))
    seed, alpha = np.unravel_index(np.argmin(heights), heights.shape)
    medians = np.median(heights, axis=0)
    best = int(np.argmin(medians))
    own = [run(one, one.network()).settled for one in (replace(CATALOGUE[FIRST].experiment, seed=k) for k in range(32))]
    said = re.fullmatch(
        r"Over 32 data seeds α from ([\d.]+) to 0\.5 is best within luck: the lowest median final loss is "
        rf"{loss_text(medians[best])}, at {ALPHAS[best]}\. The map ends at α 0\.5.* At the current α, 0\.1, the median "
        rf"is {loss_text(float(np.median(own)))}\. The single lowest is {loss_text(heights[seed, alpha])}, "
        rf"at α {ALPHAS[alpha]}, data seed {seed}\.",
        onlooker.text("landscape-says"),
    )
    assert said, onlooker.text("landscape-says")
    assert float(said[1]) <= ALPHAS[best]
    onlooker.sees("alpha-state", f"32 data seeds: best {said[1]}–0.5, the map’s end")


def test_a_run_whose_alpha_is_beyond_the_map_has_no_ring(onlooker: Visitor) -> None:
    rings = "return document.querySelectorAll('#landscape-map .ring rect').length === arguments[0]"
    onlooker.until(rings, 2)
    onlooker.turns(onlooker.js, "nnbench.turnKnobs({ alpha: 2 })")
    onlooker.until(rings, 0)


def test_a_tables_map_shows_what_its_runs_answer_right_as_the_curve_and_the_link_do(onlooker: Visitor) -> None:
    assert onlooker.js("return document.querySelector('#landscape-measure [value=right]').hidden")
    onlooker.open("?experiment=penguins&samples=60&measure=right")
    onlooker.js("document.getElementById('landscape').scrollIntoView()")
    onlooker.until("return nnbench.landscape.map?.cube.made > 61")
    assert onlooker.js("return document.getElementById('landscape-measure').value") == "right"
    assert onlooker.text("landscape-hint").startswith("Share of held-out rows answered right at the end of each run")
    penguins = replace(CATALOGUE["penguins"].experiment, samples=60, alpha=ALPHAS[20])
    expected = scores(penguins).held_out
    assert expected is not None
    at = onlooker.js("const { map } = nnbench.landscape; return map.held_out[3 * map.cube.values[map.x].length + 20]")
    assert at == expected.accuracy
    onlooker.selects("#landscape-measure", "settled_potential")
    onlooker.until("return !location.search.includes('measure')")
    assert onlooker.js("return nnbench.state.measure") == "loss"


def test_the_menus_offer_what_the_browser_can_draw_and_the_server_has_values_for(onlooker: Visitor) -> None:
    drawn, axes = onlooker.js("return [nnbench.MAP_MEASURES, nnbench.MAP_AXES].map(Object.keys)")
    assert drawn == [name for name, _ in MEASURES]
    assert set(axes) == set(landscape_axes())


def test_a_hand_over_a_cell_sees_its_curve_and_a_click_turns_both_knobs_once(onlooker: Visitor) -> None:
    before, depth = onlooker.shown, onlooker.depth
    across, down = points(onlooker, 50, 20)
    onlooker.until("return document.querySelector('.glimpse')")
    alpha, potential = ALPHAS[50], -math.log(height(onlooker, 50, 20))
    said = f"α {alpha:.3g}, data seed 20: −ln of the final loss {potential:.2f}, final loss"
    assert onlooker.text("landscape-says").startswith(said)
    assert onlooker.shown == before
    onlooker.turns(onlooker.clicks_at, across, down)
    assert onlooker.shown["alpha"] == ALPHAS[50]
    assert onlooker.shown["seed"] == 20
    assert onlooker.shown["settled"] == height(onlooker, 50, 20)
    assert onlooker.depth == (depth[0] + 1, 0)
    assert onlooker.js("return document.getElementById('landscape').dataset.state") == "whole"
    onlooker.turns(onlooker.js, "nnbench.handlers.undo()")
    assert onlooker.shown["fingerprint"] == before["fingerprint"]


def test_the_arrow_keys_go_from_cell_to_cell_and_enter_turns(onlooker: Visitor) -> None:
    onlooker.js("document.getElementById('landscape-files').querySelector('button').focus()")
    onlooker.presses(Keys.TAB, Keys.TAB, Keys.TAB)
    assert onlooker.js("return document.activeElement.id") == "landscape-map"
    position = onlooker.js("return nnbench.state.shown.controls.position")
    nearest = min(range(61), key=lambda k: abs(POSITIONS[k] - position))
    onlooker.presses(Keys.ARROW_UP, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    onlooker.until(
        "return /data seed 4: −ln of the final loss /.test(document.getElementById('landscape-says').textContent)"
    )
    onlooker.turns(onlooker.presses, Keys.ENTER)
    assert (onlooker.shown["alpha"], onlooker.shown["seed"]) == (ALPHAS[nearest + 2], 4)
    onlooker.presses(Keys.ESCAPE)
    onlooker.reads("#landscape-says", start="Over 32")


@pytest.mark.usefixtures("small_pieces")
def test_it_fills_from_the_current_run_outwards_and_can_be_cancelled_and_continued(onlooker: Visitor) -> None:
    onlooker.turns(onlooker.js, "document.getElementById('randomize').click()")
    onlooker.until("return nnbench.landscape.map.cube.made > 70")
    onlooker.click("#landscape-stop")
    onlooker.sees("landscape-stop", "Continue")
    done = onlooker.js(CELLS)
    assert done < 61 * 32
    current, rows = onlooker.shown["seed"], {row for _, row in onlooker.js(KNOWN)}
    others = set(range(32)) - rows
    assert max(abs(row - current) for row in rows) <= min(abs(row - current) for row in others)
    onlooker.click("#landscape-stop")
    onlooker.until("return nnbench.landscape.map.cube.made > arguments[0] + 8", done)


def test_cells_whose_question_gave_way_to_a_newer_one_are_asked_for_again(onlooker: Visitor) -> None:
    onlooker.js(REPLYING, '{"dropped": true}', 200)
    onlooker.turns(onlooker.js, "document.getElementById('randomize').click()")
    onlooker.until("return window.replied")
    onlooker.until(WHOLE)


@pytest.mark.soak
def test_a_map_that_stopped_because_the_server_failed_goes_on_with_the_next_knob(onlooker: Visitor) -> None:
    onlooker.js(REPLYING, "", 500)
    onlooker.turns(onlooker.js, "document.getElementById('randomize').click()")
    onlooker.sees("landscape-stop", "Continue")
    onlooker.turns(onlooker.js, "nnbench.turnKnobs({ alpha: 0.2 })")
    onlooker.until(WHOLE)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.soak
def test_a_held_knob_is_given_way_to(onlooker: Visitor) -> None:
    onlooker.turns(onlooker.js, "document.getElementById('randomize').click()")
    onlooker.until("return nnbench.landscape.map.cube.made > 8")
    onlooker.js("scrollTo(0, 0)")
    left, right, y = onlooker.track("alpha-slider")
    onlooker.mouse("mousePressed", left + 0.4 * (right - left), y)
    onlooker.until(FOLLOWS)
    onlooker.js(COUNTING)
    for share in (0.42, 0.45, 0.5, 0.52):
        onlooker.mouse("mouseMoved", left + share * (right - left), y)
        onlooker.until(FOLLOWS)
    assert onlooker.js("return window.asked") == 0
    with onlooker.turning():
        onlooker.mouse("mouseReleased", left + 0.52 * (right - left), y, held=False)
    onlooker.js("document.getElementById('landscape').scrollIntoView()")
    onlooker.until("return window.asked > 0")
    onlooker.js("window.uncounted()")


@pytest.mark.soak
def test_an_answer_for_an_earlier_checkpoint_never_lands(onlooker: Visitor) -> None:
    onlooker.js(HOLDING)
    onlooker.turns(onlooker.js, "document.getElementById('randomize').click()")
    onlooker.until("return window.held.length > 0")
    earlier = onlooker.js("return nnbench.landscape.map.name")
    onlooker.turns(onlooker.js, "document.getElementById('randomize').click()")
    assert onlooker.js("return nnbench.landscape.map.name") != earlier
    onlooker.js(LETS_GO)
    onlooker.until(WHOLE)
    weights: dict[str, Any] = onlooker.js("return nnbench.state.experiment.weights")
    experiment = CATALOGUE[FIRST].experiment
    drawn = replace(experiment.weights, seed=weights["seed"])
    for x, y in ((20, 3), (40, 3), (60, 30)):
        one = replace(experiment, weights=drawn, alpha=ALPHAS[x], seed=y)
        assert height(onlooker, x, y) == run(one, one.network()).settled


@pytest.mark.soak
def test_cells_whose_answer_came_while_a_run_was_held_back_are_asked_for_again(onlooker: Visitor) -> None:
    onlooker.js(HOLDING)
    onlooker.turns(onlooker.js, "document.getElementById('randomize').click()")
    onlooker.until("return window.held.length > 0")
    onlooker.js("document.getElementById('predict').click(); nnbench.turnKnobs({ alpha: 0.2 })")
    onlooker.until("return nnbench.state.withheld")
    onlooker.js(LETS_GO)
    onlooker.until("return document.getElementById('landscape').dataset.state !== 'filling'")
    onlooker.js("document.getElementById('predict').click()")
    onlooker.until(WHOLE)


@pytest.fixture
def other_knobs(onlooker: Visitor) -> Iterator[Visitor]:
    """An onlooker who puts the knobs back."""
    yield onlooker
    for select, value in (("x", "alpha"), ("y", "seed"), ("measure", "settled_potential")):
        onlooker.selects(f"#landscape-{select}", value)
    onlooker.until(WHOLE)


def test_it_lies_over_any_two_knobs_and_a_weight_seed_is_one_change_too(other_knobs: Visitor) -> None:
    visitor = other_knobs
    points(visitor, 9, 15)
    visitor.selects("#landscape-x", "weight_seed")
    visitor.selects("#landscape-y", "samples")
    visitor.until(WHOLE)
    visitor.sees("landscape-progress", "1,024 of 1,024 runs")
    assert not re.search("NaN| all[,:]", visitor.text("landscape-says"))
    depth = visitor.depth
    across, down = points(visitor, 9, 15)
    visitor.turns(visitor.clicks_at, across, down)
    assert (visitor.shown["samples"], visitor.js("return nnbench.state.shown.frame.drawn.seed")) == (500, 9)
    assert visitor.shown["settled"] == height(visitor, 9, 15)
    assert visitor.depth == (depth[0] + 1, 0)
    assert visitor.js("return document.getElementById('landscape').dataset.state") == "whole"


@pytest.mark.soak
def test_steps_to_a_loss_are_shown_when_asked_for_and_a_bad_loss_is_refused(other_knobs: Visitor) -> None:
    visitor = other_knobs
    visitor.selects("#landscape-measure", "steps")
    visitor.until(WHOLE)
    visitor.points_at("#landscape-loss")  # and no longer at the map, which says what it has there
    visitor.types("landscape-loss", "much")
    visitor.sees("landscape-says", "The loss is a number above 0, such as 0.1.")
    visitor.types("landscape-loss", "0.2")
    visitor.until("return nnbench.landscape.map.reaching === 0.2")
    visitor.until(WHOLE)
    points(visitor, 55, 5)
    visitor.until(
        "return /down to 0.2( after \\d+ steps)?\\.$/.test(document.getElementById('landscape-says').textContent)"
    )


@pytest.mark.soak
def test_a_map_that_is_out_of_sight_does_not_widen_the_page_of_a_phone(onlooker: Visitor) -> None:
    onlooker.one("#landscape-map canvas")
    onlooker.js("scrollTo(0, 0)")
    look(onlooker.driver, 390, 844)
    onlooker.rests()
    assert onlooker.js("return document.documentElement.scrollWidth") == 390
    look(onlooker.driver, *DESK)


def test_the_map_is_saved_as_text_as_arrays_and_as_a_picture(onlooker: Visitor) -> None:
    for kind in ("csv", "npz", "png"):
        onlooker.js(f"{{ {SAVING} }}")
        onlooker.click(f"#landscape-files [name={kind}]")
        name, size = onlooker.until("return window.saved")
        assert name == f"landscape-{FIRST}-alpha-seed.{kind}"
        assert size > 4_000, kind
