"""Weights of layers too wide for buttons: every one has a name, a number and the editor, by mouse and by keyboard."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from engine import CATALOGUE, AffinityLayer, Network, NNBench
from engine.experiments.run import checkpoint_fingerprint, run
from engine.training.network import affine_weights
from tests.stories.conftest import Server, look
from tests.stories.test_access import findings
from tests.stories.visitor import Visitor
from tests.webapp.asking import fingerprint
from webapp import launch
from webapp.base.format import number

SPIRAL = replace(CATALOGUE["spiral"].experiment, samples=300)
MIDDLE = """
const [at, row, column] = arguments, box = document.getElementById('weight-grid').getBoundingClientRect();
const { rows, columns, box: [left, top, width, height] } = nnbench.state.shown.frame.weights.cells[at];
return [
  box.left + box.width * (left + (width * (column + 0.5)) / columns),
  box.top + box.height * (top + (height * (row + 0.5)) / rows),
];
"""
SHOWN = "return [...document.querySelectorAll('.weight-readout:not([hidden])')].map((box) => box.textContent).join()"
SPOKEN = "return document.querySelector('#weight-grid .spoken').textContent"


@pytest.fixture(autouse=True)
def desk(request: pytest.FixtureRequest, driver: Chrome) -> None:
    look(driver, 1440, 900)
    if "visitor" in request.fixturenames:
        visitor: Visitor = request.getfixturevalue("visitor")
        visitor.mouse("mouseMoved", 5, 5, held=False)
        if visitor.shown["fingerprint"] != fingerprint("spiral", samples=300):
            visitor.follows("?experiment=spiral&samples=300")


def point(visitor: Visitor, at: int, row: int, column: int) -> tuple[float, float]:
    """The pointer goes to the middle of a cell."""
    x, y = visitor.js(MIDDLE, at, row, column)
    visitor.mouse("mouseMoved", x, y, held=False)
    return x, y


def click(visitor: Visitor, at: int, row: int, column: int) -> None:
    """A click in the middle of a cell opens the editor."""
    x, y = point(visitor, at, row, column)
    visitor.clicks_at(x, y)
    visitor.until("return document.getElementById('edit').open")


def reads(visitor: Visitor, text: str) -> None:
    """Waits until the readout says exactly this."""
    visitor.until(f"return (() => {{ {SHOWN} }})() === arguments[0]", text)


def numbers_of(net: Network, layer: int, row: int, column: int) -> float:
    return float(affine_weights(net)[layer][0][row, column])


def focus_grid(visitor: Visitor) -> None:
    """Tab leads to the grid from the choice of the view."""
    visitor.js("document.querySelector('#weights-view input:checked').focus()")
    visitor.presses(Keys.TAB)
    assert visitor.js("return document.activeElement.id") == "weight-grid"


def test_the_pointer_names_a_weight_and_its_numbers(visitor: Visitor) -> None:
    start, trained = SPIRAL.network(), run(SPIRAL, SPIRAL.network()).trained
    point(visitor, 2, 3, 15)
    before, now = (numbers_of(net, 1, 3, 15) for net in (start, trained))
    reads(visitor, f"u₃←u₁₅ of dense layer 2 = {number(now)}, starting weight {number(before)}")
    visitor.segment("weights-view", "checkpoint")
    point(visitor, 2, 3, 15)
    reads(visitor, f"u₃←u₁₅ of dense layer 2: starting weight {number(before)}")
    visitor.segment("weights-view", "difference")
    point(visitor, 2, 3, 15)
    words = f"changed by {number(now - before)}, starting weight {number(before)}"
    reads(visitor, f"u₃←u₁₅ of dense layer 2: {words}")
    visitor.segment("weights-view", "trained")
    point(visitor, 3, 3, 0)
    visitor.until(f"return (() => {{ {SHOWN} }})().startsWith('bias u₃ of dense layer 2 = ')")
    point(visitor, 4, 0, 15)
    visitor.until(f"return (() => {{ {SHOWN} }})().startsWith('u₀←u₁₅ of dense layer 3 = ')")
    visitor.mouse("mouseMoved", 5, 5, held=False)
    reads(visitor, "")


def test_the_outline_and_the_readout_lie_at_the_cell_and_inside_the_picture(visitor: Visitor) -> None:
    for at, row, column in ((0, 0, 0), (1, 0, 0), (2, 15, 0), (3, 8, 0), (4, 0, 15), (5, 0, 0)):
        x, y = point(visitor, at, row, column)
        visitor.until(f"return (() => {{ {SHOWN} }})() !== ''")
        mark, readout, part = visitor.js("""
        const box = (css) => { const b = document.querySelector(css).getBoundingClientRect();
          return [b.left, b.top, b.right, b.bottom]; };
        return ['.weight-mark', '.weight-readout', '.step-col'].map(box);
        """)
        assert (mark[0] + mark[2]) / 2 == pytest.approx(x, abs=1)
        assert (mark[1] + mark[3]) / 2 == pytest.approx(y, abs=1)
        assert readout[3] <= mark[1] or readout[1] >= mark[3]
        assert part[0] <= readout[0] < readout[2] <= part[2]


def test_a_value_that_is_named_follows_the_cursor(visitor: Visitor) -> None:
    visitor.until("return Boolean(nnbench.currentTrajectory())")
    before = numbers_of(SPIRAL.network(), 1, 2, 2)
    point(visitor, 2, 2, 2)
    visitor.js("nnbench.moveCursor(0)")
    reads(visitor, f"u₂←u₂ of dense layer 2 = {number(before)}, starting weight {number(before)}")
    visitor.js("nnbench.moveCursor(300)")
    now = numbers_of(run(SPIRAL, SPIRAL.network()).trained, 1, 2, 2)
    reads(visitor, f"u₂←u₂ of dense layer 2 = {number(now)}, starting weight {number(before)}")


def test_a_click_edits_the_very_weight_and_the_run_says_which(visitor: Visitor) -> None:
    click(visitor, 2, 3, 15)
    visitor.sees("edit-label", "Weight from u15 to u3, dense layer 2, starting weight")
    net = SPIRAL.network()
    held = float(str(visitor.by_id("edit-field").get_property("value")).replace("−", "-"))
    assert held == pytest.approx(numbers_of(net, 1, 3, 15), rel=1e-5)
    visitor.turns(visitor.types, "edit-field", "−0.5")
    affine_weights(net)[1][0][3, 15] = -0.5
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(net)
    assert visitor.shown["fingerprint"] == run(SPIRAL, net).fingerprint
    assert visitor.sentence.startswith("Setting u₃←u₁₅ of dense layer 2 to −0.5 ")
    assert visitor.js("return nnbench.state.shown.said.label") == "u₃←u₁₅ of dense layer 2 = −0.5"
    point(visitor, 2, 3, 15)
    visitor.until(f"return (() => {{ {SHOWN} }})().endsWith(', starting weight −0.500')")
    visitor.turns(visitor.click, "#undo")
    assert visitor.shown["checkpoint"] == checkpoint_fingerprint(SPIRAL.network())


def test_the_keyboard_goes_to_a_weight_and_edits_it(visitor: Visitor) -> None:
    step = visitor.js("return nnbench.cursor.place.step")
    focus_grid(visitor)
    visitor.presses(Keys.CONTROL + Keys.HOME)
    visitor.presses(*[Keys.ARROW_DOWN] * 17, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    start, trained = SPIRAL.network(), run(SPIRAL, SPIRAL.network()).trained
    before, now = (numbers_of(net, 1, 1, 6) for net in (start, trained))
    words = f"{number(now)}, starting weight {number(before)}"
    visitor.until(f"return (() => {{ {SPOKEN} }})() === arguments[0]",
                  f"Weight from u6 to u1, dense layer 2: {words}")  # fmt: skip
    reads(visitor, f"u₁←u₆ of dense layer 2 = {words}")
    assert visitor.js("return nnbench.cursor.place.step") == step
    outline = "const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement); "
    assert visitor.js(outline + "return [outlineStyle, outlineWidth]") == ["solid", "2px"]
    for _ in range(2):
        visitor.presses(Keys.ENTER)
        visitor.until("return document.getElementById('edit').open")
        visitor.sees("edit-label", "Weight from u6 to u1, dense layer 2, starting weight")
        visitor.presses(Keys.ESCAPE)
        visitor.until("return !document.getElementById('edit').open")
    visitor.presses(Keys.ENTER)
    visitor.turns(visitor.types, "edit-field", "0.25")
    affine_weights(start)[1][0][1, 6] = 0.25
    assert visitor.shown["fingerprint"] == run(SPIRAL, start).fingerprint
    # the keys go on where they were
    assert visitor.js("return document.activeElement.id") == "weight-grid"
    visitor.until(f"return (() => {{ {SHOWN} }})().endsWith(', starting weight 0.250')")
    visitor.presses(Keys.END)
    visitor.until(f"return (() => {{ {SPOKEN} }})().startsWith('Bias of u1, dense layer 2: ')")
    visitor.presses(Keys.TAB)
    reads(visitor, "")


def test_a_frozen_weight_is_hatched_and_says_so(visitor: Visitor) -> None:
    click(visitor, 2, 3, 15)
    visitor.turns(visitor.click, "#edit-freeze")
    net = SPIRAL.network()
    point(visitor, 2, 3, 15)
    start = number(numbers_of(net, 1, 3, 15))
    reads(visitor, f"u₃←u₁₅ of dense layer 2 = {start}, starting weight {start}, frozen")
    x, y = visitor.js(MIDDLE, 2, 3, 15)
    hatched = visitor.js("""
    return [...document.querySelectorAll('.frozen-cells > rect')].map((rect) => {
      const { left, right, top, bottom } = rect.getBoundingClientRect();
      return [(left + right) / 2, (top + bottom) / 2];
    });
    """)
    assert hatched == [pytest.approx([x, y], abs=0.5)]
    click(visitor, 2, 3, 15)
    visitor.sees("edit-freeze", "Free")
    visitor.turns(visitor.click, "#edit-freeze")
    assert visitor.js("return document.querySelectorAll('.frozen-cells > rect').length") == 0
    visitor.turns(visitor.takes, "menu-2", "Freeze")
    assert visitor.js("return document.querySelectorAll('.frozen-cells > rect').length") == 2


def test_a_redraw_leaves_the_grid_as_it_is(visitor: Visitor) -> None:
    watch = """
    window.changes = [];
    window.watch = new MutationObserver((list) => window.changes.push(...list.map(({ type }) => type)));
    window.watch.observe(document.getElementById('weight-grid'), { childList: true, attributes: true, subtree: true });
    """
    visitor.js(watch)
    visitor.drags("alpha-slider", [0.2, 0.25, 0.3, 0.35, 0.2], pause=0.05)
    visitor.rests()
    assert visitor.js("window.watch.disconnect(); return window.changes") == []


BOXES = """
const grid = document.getElementById('weight-grid');
window.boxes = new Set();
const look = () => {
  const { top, height } = grid.getBoundingClientRect();
  window.boxes.add(`${top} ${height}`);
  window.looking = requestAnimationFrame(look);
};
look();
"""
"""Notes once a frame where the grid lies."""
STEPS_ARE_SAID = """
return nnbench.currentTrajectory() !== null && document.querySelector('#weights-key .said').textContent !== '';
"""


def test_the_grid_stays_where_it_is_when_the_steps_of_a_run_come(visitor: Visitor) -> None:
    visitor.begins("spiral")  # long enough that only some of its steps are stored, which is said
    visitor.until(STEPS_ARE_SAID)
    visitor.js(BOXES)
    visitor.turns(visitor.types, "alpha-field", "0.03")
    visitor.until(STEPS_ARE_SAID)
    boxes = visitor.js("cancelAnimationFrame(window.looking); return [...window.boxes]")
    assert len(boxes) == 1, boxes


@pytest.mark.soak
def test_a_layer_between_buttons_and_pictures_opens_too(visitor: Visitor) -> None:
    visitor.begins("xor-hidden-layer")
    visitor.turns(visitor.fills, "width-0", "12")
    assert visitor.js("return nnbench.state.shown.frame.weights.cells.map(({ buttons }) => buttons)") == [False] * 4
    click(visitor, 0, 11, 1)
    visitor.sees("edit-label", "Weight from v1 to u11, starting weight")
    visitor.presses(Keys.ESCAPE)


@pytest.mark.soak
def test_long_numbers_fit_into_narrow_cells(visitor: Visitor) -> None:
    visitor.begins("circle")
    visitor.edits("#weight-cells button[data-control='1 M 0 0']")
    visitor.turns(visitor.types, "edit-field", "−90.12")
    cells = visitor.js(
        "return [...document.querySelectorAll('#weight-cells .weight')]"
        ".map((cell) => [cell.textContent, cell.firstChild.offsetWidth, cell.clientWidth])"
    )
    assert any(text.startswith("−90.") for text, _, _ in cells)
    assert all(0 < wide <= room for _, wide, room in cells)


@pytest.mark.soak
def test_sixty_four_units_open_from_a_link_and_sixty_five_say_why_not(stranger: Visitor) -> None:
    look(stranger.driver, 1440, 900)
    stranger.open("?experiment=spiral&samples=300&layers=2:64~tanh~64:64~tanh~64:1~tanh&v=1")
    experiment = stranger.kept
    net = experiment.network()
    assert [pair[0].shape for pair in affine_weights(net)] == [(64, 2), (64, 64), (1, 64)]
    click(stranger, 2, 63, 17)
    stranger.sees("edit-label", "Weight from u17 to u63, dense layer 2, starting weight")
    stranger.turns(stranger.types, "edit-field", "3")
    affine_weights(net)[1][0][63, 17] = 3.0
    assert stranger.shown["checkpoint"] == checkpoint_fingerprint(net)
    assert stranger.sentence.startswith("Setting u₆₃←u₁₇ of dense layer 2 to 3 ")
    focus_grid(stranger)
    stranger.presses(Keys.CONTROL + Keys.END)
    stranger.until(f"return (() => {{ {SPOKEN} }})().startsWith('Bias of u0, dense layer 3: ')")
    assert findings(stranger) == []
    stranger.fills("width-2", "65")
    stranger.sees("network-error", "The outputs of a dense layer are a whole number from 1 to 64.")


@pytest.fixture(scope="module")
def owner(driver: Chrome, server: Server) -> Iterator[Visitor]:
    """Somebody with a bench of their own in Python, whose first layer gives 65 numbers."""
    net = Network()
    net.extend(AffinityLayer(2, 65, seed=1))
    net.extend(AffinityLayer(65, 40, seed=2))
    net.extend(AffinityLayer(40, 2, seed=3))
    page = launch(NNBench(net, ideal=lambda v: [v[1], v[0]]), open_browser=False, samples=40)
    driver.get_log("browser")
    person = Visitor(driver, page.url)
    person.open()
    yield person
    page.stop()


@pytest.mark.soak
def test_layers_that_are_wider_still_say_why_they_stay_closed(owner: Visitor) -> None:
    why = "Dense layers 1 and 2 take or give more than 64 numbers: their weights are shown as a picture only."
    owner.until("return document.querySelector('#weights-key .said').textContent === arguments[0]", why)
    x, y = point(owner, 0, 3, 1)
    reads(owner, why)
    owner.clicks_at(x, y)
    assert owner.js("return document.getElementById('edit').open") is False
    focus_grid(owner)
    owner.until(f"return (() => {{ {SPOKEN} }})().startsWith('Weight from u0 to u0, dense layer 3: ')")
    owner.presses(Keys.ARROW_UP)
    owner.until(f"return (() => {{ {SPOKEN} }})().startsWith('Weight from u0 to u0, dense layer 3: ')")
    click(owner, 4, 1, 39)
    owner.sees("edit-label", "Weight from u39 to u1, dense layer 3, starting weight")
    owner.presses(Keys.ESCAPE)
    assert owner.console() == []
