"""The surface on the stage: the plane of the run before and this one, its words, and any point of it as a start."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.comparison.comparison import compare
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import checkpoint_fingerprint
from tests.stories.conftest import DESK, look
from tests.stories.visitor import PAINTED, Visitor

BEFORE = replace(CATALOGUE[FIRST].experiment, alpha=0.05)
NOW = replace(CATALOGUE[FIRST].experiment, alpha=0.2)

WHOLE = "const { grid } = nnbench.pairKnowledge(); return grid !== undefined && grid.name === 'fine'"
VIEW = "return document.documentElement.dataset.view"
MARKS = """
const square = document.querySelector('.surface-square').getBoundingClientRect();
return [...document.querySelectorAll('.run-mark')].map((mark) => {
  const { left, top, width, height } = mark.getBoundingClientRect();
  return [(left + width / 2 - square.left) / square.width, 1 - (top + height / 2 - square.top) / square.height];
});
"""
"""Where the points of both runs are, in shares of the way across and up."""
IN_PLACE = "return document.querySelector('.surface-box.empty').innerText"
HELD = "The surface follows when the knob is released."
TIP = "const tip = document.querySelector('#surface-tip:popover-open'); return tip && tip.innerText"
WALL_BEYOND = """
const { x, width } = document.querySelector('#surface-tip .profile').getBBox();
return x + width - document.querySelector('#surface-tip svg').viewBox.baseVal.width;
"""
"""How far the profile of the wall ends beyond its picture."""
LISTEN = """
const { queue } = nnbench, { send } = queue, sent = [];
queue.send = (slot, request) => (sent.push(request), send(slot, request));
window.heard = () => {
  queue.send = send;
  return sent.filter(({ act }) => act === 'point');
};
"""
SAVED = """
if (window.ofSurface) return;
window.ofSurface = [];
const addressOf = URL.createObjectURL;
URL.createObjectURL = (blob) => (ofSurface.push(blob), addressOf(blob));
"""
"""Collects the files that the page saves and those that it makes a picture of."""
HEARD = "return heard().map(({ point }) => point.at)"

RUNS = """
const { past, shown } = nnbench.state, isWhole = nnbench.pairKnowledge()?.grid?.name === 'fine';
return isWhole && past.length > 1 ? [past.at(-1).summary.alpha, shown.summary.alpha] : [];
"""
"""α of the run before and of this one, where their surface is known."""


@pytest.fixture(autouse=True)
def both_runs(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    if visitor.js(RUNS) != [BEFORE.alpha, NOW.alpha]:
        visitor.begins()
        for experiment in (BEFORE, NOW):
            visitor.turns(visitor.js, "nnbench.turnKnobs({ alpha: arguments[0] })", experiment.alpha)
    visitor.click("#view-surface")
    visitor.until(WHOLE)
    yield
    visitor.click("#view-loss")


@pytest.mark.soak
def test_a_point_on_each_path_follows_the_scrubber_and_stops_at_its_own_end(visitor: Visitor) -> None:
    found = compare(BEFORE, NOW, twins=0)
    assert found.plane is not None
    left, bottom, side = visitor.js("return nnbench.pairKnowledge().reply.plane.window")
    visitor.js("nnbench.moveCursor(120)")
    visitor.driver.execute_async_script(PAINTED)
    for (across, up), path in zip(visitor.js(MARKS), (found.plane.path_a, found.plane.path_b), strict=True):
        (row,) = found.plane.coordinates(path.weights[path.steps == 120])
        assert (left + across * side, bottom + up * side) == pytest.approx((row[0], -row[1]), abs=0.01 * side)
    visitor.js("nnbench.moveCursor(Infinity)")
    visitor.driver.execute_async_script(PAINTED)
    ends = [found.plane.a, found.plane.b]
    for (across, up), (x, y) in zip(visitor.js(MARKS), ends, strict=True):
        assert (left + across * side, bottom + up * side) == pytest.approx((x, -y), abs=0.01 * side)


@pytest.mark.soak
def test_the_three_words_show_their_sentences_to_the_keyboard_over_no_path(visitor: Visitor) -> None:
    said = {row["name"]: row for row in visitor.js("return nnbench.pairKnowledge().reply.words")}
    assert list(said) == ["wall", "answers", "weights"]
    visitor.js("document.querySelector('.surface-square').focus()")
    for name, row in said.items():
        visitor.presses(Keys.TAB)
        assert visitor.js("return document.activeElement.dataset.word") == name
        assert visitor.js(TIP).replace("\n", "") == f"{row['word']}. {row['says']}"
        assert visitor.js("return document.querySelector('#surface-tip svg') !== null") is (name == "wall")
        if name == "wall":
            assert visitor.js(WALL_BEYOND) == pytest.approx(0, abs=0.1)
    script = """
    document.querySelector(`[data-word=${arguments[0]}]`).focus();
    const tip = document.getElementById('surface-tip').getBoundingClientRect();
    const square = document.querySelector('.surface-square').getBoundingClientRect();
    const { reply, paths } = nnbench.pairKnowledge(), [left, bottom, side] = reply.plane.window;
    const inside = (x, y) => x > tip.left && x < tip.right && y > tip.top && y < tip.bottom;
    const covered = ({ points }) => Array.from({ length: points.length / 2 }, (_, k) => inside(
      square.left + ((points[2 * k] - left) / side) * square.width,
      square.bottom - ((points[2 * k + 1] - bottom) / side) * square.height,
    )).some(Boolean);
    return tip.width > 0 && tip.right <= innerWidth && tip.bottom <= innerHeight && !paths.some(covered);
    """
    for name in ("wall", "answers", "weights"):
        assert visitor.js(script, name), name
    visitor.presses(Keys.ESCAPE)
    assert visitor.js(TIP) is None
    assert visitor.js(VIEW) == "surface"


def exported(visitor: Visitor, title: str) -> str:
    """The text of a file that the Export menu gives, or how large its picture is, across and down."""
    visitor.js("ofSurface.length = 0")
    visitor.exports(title)
    if title.endswith("PNG"):
        visitor.until("return ofSurface.some(({ type }) => type === 'image/png')")
        size = "createImageBitmap(ofSurface.at(-1)).then(({ width, height }) => arguments[0](`${width} ${height}`))"
        return str(visitor.driver.execute_async_script(size))
    visitor.until("return ofSurface.length === 1")
    return str(visitor.driver.execute_async_script("ofSurface[0].text().then(arguments[0])"))


def test_the_surface_is_saved_as_numbers_that_are_those_of_python_and_as_a_picture_with_words(visitor: Visitor) -> None:
    plane = compare(BEFORE, NOW, twins=0).plane
    assert plane is not None
    visitor.js(SAVED)
    lines = list(csv.DictReader(io.StringIO(exported(visitor, "Surface, CSV"), newline="")))

    def column(part: str, name: str) -> list[float]:
        return [float(line[name]) for line in lines if line["part"] == part]

    points = np.transpose([column("height", name) for name in "xy"])
    assert len(points) == 64 * 64
    assert column("height", "mean loss") == pytest.approx(plane.heights(points).tolist(), rel=1e-5)
    for part, path in (("A", plane.path_a), ("B", plane.path_b)):
        assert column(part, "step") == path.steps.tolist()
        assert np.transpose([column(part, name) for name in "xy"]) == pytest.approx(plane.coordinates(path.weights))
        assert column(part, "distance") == pytest.approx(plane.distances(path.weights).tolist(), rel=1e-5, abs=1e-12)
    picture = ET.fromstring(exported(visitor, "Surface, SVG"))
    texts = [part.text for part in picture.iter() if part.tag.endswith("text") and part.text]
    reply = visitor.js("return nnbench.pairKnowledge().reply")
    whole = " ".join(texts)
    assert visitor.sentence in whole
    for said in (reply["sentence"], "".join(reply["plane"]["share"]), reply["plane"]["caption"]):
        assert said in whole
    assert {"A, α 0.05: final loss 0.555", "B, α 0.2: final loss 0.0953", "starting weights"} <= set(texts)
    assert visitor.js("return document.getElementById('printed-link').textContent") in "".join(texts)
    assert any(part.get("opacity") for part in picture.iter() if part.tag.endswith("path"))
    width, height = map(int, exported(visitor, "Surface, PNG").split())
    assert [width, height] == [2 * float(picture.get(name, "")) for name in ("width", "height")]
    visitor.click("#export")
    assert {"Surface, PNG", "Surface, SVG", "Surface, CSV"} <= set(visitor.texts("#layer-menu button"))
    visitor.presses(Keys.ESCAPE)
    visitor.click("#view-loss")
    visitor.click("#export")
    assert not [title for title in visitor.texts("#layer-menu button") if title.startswith("Surface")]
    visitor.presses(Keys.ESCAPE)


def test_a_click_starts_from_the_weights_there_in_one_step_of_undo(visitor: Visitor) -> None:
    plane = compare(BEFORE, NOW, twins=0).plane
    assert plane is not None
    depth, _ = visitor.depth
    visitor.click(".surface-square")
    left, bottom, side = visitor.js("return nnbench.pairKnowledge().reply.plane.window")
    visitor.js(LISTEN)
    visitor.turns(visitor.click, ".start-here")
    (point,) = visitor.js(HEARD)
    assert point == pytest.approx([left + side / 2, bottom + side / 2], abs=0.01 * side)
    (weights,) = plane.weights_at(np.array([[point[0], -point[1]]]))
    assert visitor.sentence.startswith("Starting from the weights at (")
    kept = visitor.kept.network()
    assert np.concatenate([array.ravel() for array in (kept.layers[0].M, kept.layers[0].b)]) == pytest.approx(weights)
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(kept)
    assert visitor.depth == (depth + 1, 0)
    visitor.until("return document.querySelector('.surface-box.empty p') !== null")
    assert visitor.js(IN_PLACE).startswith("The runs start from other weights, so there is no plane.")
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(NOW.network())


def test_arrows_move_a_cross_from_the_start_and_escape_takes_it_away(visitor: Visitor) -> None:
    spoken = "return document.querySelector('.surface-square .spoken').textContent"
    cursor = visitor.js("return nnbench.cursor.place.step")
    visitor.js("document.querySelector('.surface-square').focus()")
    visitor.presses(Keys.ARROW_RIGHT, Keys.ARROW_UP)
    assert visitor.js(spoken).startswith("mean loss ")
    assert visitor.js("return document.querySelector('.start-here').checkVisibility()")
    assert visitor.js("return nnbench.cursor.place.step") == cursor
    visitor.presses(Keys.ESCAPE)
    assert not visitor.js("return document.querySelector('.start-here').checkVisibility()")
    before = visitor.js("return nnbench.queue.serial")
    visitor.presses(Keys.ENTER)
    assert visitor.js("return nnbench.queue.serial") == before


@pytest.mark.soak
def test_it_is_asked_for_only_on_the_stage(visitor: Visitor) -> None:
    visitor.click("#view-loss")
    visitor.turns(visitor.js, "nnbench.turnKnobs({ alpha: 0.23 })")
    visitor.until("return nnbench.state.shown.luck !== undefined")
    assert visitor.js("return nnbench.pairKnowledge().reply === undefined")
    visitor.click("#view-surface")
    visitor.until(WHOLE)


@pytest.mark.soak
def test_while_a_knob_is_held_the_surface_is_of_the_runs_before_and_says_so(visitor: Visitor) -> None:
    first = visitor.js("return nnbench.pairKnowledge().reply.plane.b")
    left, right, y = visitor.track("alpha-slider")
    visitor.mouse("mousePressed", left + 0.3 * (right - left), y)
    visitor.until("return document.querySelector('#surface.stale .measuring')?.textContent === arguments[0]", HELD)
    visitor.mouse("mouseReleased", left + 0.3 * (right - left), y, held=False)
    visitor.rests()
    visitor.until(WHOLE)
    assert visitor.js("return document.querySelector('#surface.stale')") is None
    assert visitor.js("return nnbench.pairKnowledge().reply.plane.b") != first


@pytest.mark.soak
def test_another_experiment_has_no_run_before(visitor: Visitor) -> None:
    visitor.opens("identity-layer")
    visitor.until("return document.querySelector('.surface-box.empty p') !== null")
    assert visitor.js(IN_PLACE).startswith("The run before is of another experiment.")


def test_tab_key_and_link_lead_to_it(visitor: Visitor) -> None:
    assert visitor.js(VIEW) == "surface"
    visitor.until("return location.search.includes('view=surface')")
    visitor.js("document.activeElement.blur()")
    for view in ("weights", "loss", "output", "surface"):
        visitor.presses("v")
        assert visitor.js(VIEW) == view
    visitor.reload()
    assert visitor.js(VIEW) == "surface"
    assert visitor.js(IN_PLACE).startswith("There is no run before this one.")
