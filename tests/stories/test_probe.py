"""The probe follows the cursor, a dot of the curve and a point of a map, and writes out the engine's update."""

from typing import Any

import numpy as np
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import run
from engine.training.trace import trace_of, update_of
from tests.stories.conftest import look
from tests.stories.visitor import RING, Visitor
from webapp.base.format import number, two_decimals

EXPERIMENT = CATALOGUE[FIRST].experiment
SAYS = "return document.getElementById('response-says').textContent"
VECTOR = """
const [part, column] = arguments;
const vector = document.querySelector(`.vector[data-part=${part}][data-column="${column}"]`);
return [...vector.children].map((cell) => cell.value || cell.textContent);
"""
MATRICES = """
const texts = (matrix) => [...matrix.querySelectorAll('.cell')].map((cell) => cell.textContent);
return [...document.querySelectorAll('#probe-update .matrix')].map(texts);
"""
A_DOT = """
const picture = document.getElementById('loss-picture'), { left, top } = picture.getBoundingClientRect();
const { x, y } = nnbench.state.shown.loss.data.find((trace) => trace.name === 'dots');
const xs = nnbench.decode(x), ys = nnbench.decode(y), places = nnbench.placesOf(picture);
const at = xs.findIndex((step, k) => step > 20 && step < 120 && ys[k] > 2.5);
return [left + places.x(xs[at]), top + places.dotY(ys[at]), xs[at]];
"""
PRESS = """
const [clientX, clientY] = arguments;
const send = (type, x) =>
  document.elementFromPoint(x, clientY).dispatchEvent(new MouseEvent(type, { bubbles: true, clientX: x, clientY }));
send('pointerover', clientX);
send('mousemove', clientX - 2);
send('mousemove', clientX);
send('mousedown', clientX);
"""
RELEASE = """
const [clientX, clientY] = arguments;
const dot = document.elementFromPoint(clientX, clientY);
for (const type of ['mouseup', 'click']) dot.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX, clientY }));
"""


@pytest.fixture
def probe(visitor: Visitor) -> Visitor:
    """The first experiment, the probe in sight, and the cursor at step 189."""
    visitor.begins()
    visitor.until("return nnbench.currentTrajectory() && document.querySelector('#scrubber input')")
    visitor.js("""
    document.activeElement.blur();
    document.getElementById('at-probe').scrollIntoView();
    nnbench.state.ownInput = null;
    nnbench.moveCursor(189);
    """)
    seen(visitor, "Sample 189 ")
    return visitor


def seen(visitor: Visitor, says: str) -> None:
    """Waits until response and probe speak of that."""
    visitor.until(f"return ({SAYS.removeprefix('return ')}).startsWith(arguments[0])", says)
    visitor.until("return document.querySelector('#probe-flow .vector') !== null")


def written(values: Any) -> list[str]:
    return [two_decimals(float(value)) for value in np.ravel(values)]


def beside(M: Any, b: Any) -> list[str]:
    """M with b at the end of its rows, as the cells stand."""
    return written(np.column_stack([M, b]))


def test_the_sample_goes_through_every_layer_and_its_gradient_back(probe: Visitor) -> None:
    X, T = EXPERIMENT.facts()
    network = run(EXPERIMENT, EXPERIMENT.network(), step=189).at_step
    passage, update = trace_of(network, X[189], T[189]), update_of(network, X[189], T[189])
    for column, values in enumerate(passage.values):
        assert probe.js(VECTOR, "values", column) == written(values)
    assert probe.js(VECTOR, "values", 3) == written(T[189])
    label = probe.one(".vector[data-part=slopes][data-column='2']").get_attribute("aria-label")
    assert str(label).startswith("Gradient at Activation: ")
    assert probe.js("return document.querySelector('.flow .loss').textContent") == f"{number(passage.loss)}loss"
    before, _, after = probe.js(MATRICES)
    assert before == beside(*update.before[0].values())
    assert after == beside(*update.after[0].values())
    assert probe.texts("#probe-update figcaption") == ["weights at 189", "gradient × input", "weights at 190"]
    assert probe.text("probe-says").endswith(f"from {number(passage.loss)} to {number(update.loss)}.")


def test_a_click_on_a_map_probes_that_point_and_the_ring_follows_a_drag(probe: Visitor) -> None:
    left, top, width, height = probe.js("""
    document.getElementById('at-response').scrollIntoView({ block: 'center' });
    const box = document.getElementById('response'), { left, top } = box.getBoundingClientRect();
    return [left + 20, top + 20, box.clientWidth - 20, box.clientHeight - 20];
    """)
    x, y = left + width * 0.5, top + height * 0.12
    probe.mouse("mousePressed", x, y)
    seen(probe, "Own input at (")
    probe.mouse("mouseMoved", x + 10, y + 20)
    probe.mouse("mouseReleased", x + 10, y + 20, held=False)
    own = probe.js("return nnbench.state.ownInput")
    assert own == pytest.approx(
        [3 * 2 * 10 / (width * 0.94 / 3), 3 - 6 * (0.12 * height + 20) / (0.48 * height)], abs=0.2
    )
    says = f"Own input at ({written(own[:1])[0]}, {written(own[1:])[0]}): output "
    seen(probe, says)
    probe.until("return document.querySelector('#probe-what input[value=own]').checked")
    box = probe.js("return document.getElementById('response').getBoundingClientRect().toJSON()")
    ring = probe.circles(RING)[1]
    assert [box["x"] + ring["x"], box["y"] + ring["y"]] == pytest.approx([x + 10, y + 20], abs=2)


FINGER = """
const map = document.querySelector('#response canvas'), { left, top, width, height } = map.getBoundingClientRect();
for (const [type, across, down] of arguments[0]) {
  const place = { clientX: left + width / 2 + across, clientY: top + height / 2 + down, bubbles: true };
  map.dispatchEvent(new PointerEvent(`pointer${type}`, { pointerId: 7, pointerType: 'touch', ...place }));
}
return nnbench.state.ownInput;
"""


def test_a_finger_that_scrolls_over_a_map_probes_nothing_and_one_that_taps_or_goes_across_does(probe: Visitor) -> None:
    assert probe.js(FINGER, [["down", 0, 0], ["move", 2, 20], ["cancel", 2, 20], ["move", 20, 20]]) is None
    across = probe.js(FINGER, [["down", 0, 0], ["move", 20, 2]])
    assert across is not None
    assert probe.js(FINGER, [["up", 20, 2], ["down", 0, 0], ["up", 0, 0]]) != across


def test_an_own_input_is_typed_and_the_samples_come_back(probe: Visitor) -> None:
    probe.js("document.getElementById('at-probe').scrollIntoView()")
    probe.click("#probe-what input[value=own]")
    field = probe.one("#probe-flow input[aria-label='Input v₀']")
    assert float(field.get_attribute("value") or "nan") == pytest.approx(EXPERIMENT.facts()[0][189][0], rel=1e-5)
    probe.replaces(field, "−0.5" + Keys.ENTER)
    probe.until("return nnbench.state.ownInput[0] === -0.5")
    seen(probe, "Own input at (−0.50, ")
    network = run(EXPERIMENT, EXPERIMENT.network(), step=189).at_step
    own = probe.js("return nnbench.state.ownInput")
    probe.until(
        f"return (() => {{ {VECTOR} }})(...arguments).join() === arguments[2]",
        "values",
        2,
        ",".join(written(network(own))),
    )
    probe.replaces(field, "abc" + Keys.ENTER)
    probe.sees("probe-says", "An input is a number, such as 0.39.")
    assert field.get_attribute("aria-invalid") is not None
    probe.replaces(field, Keys.DELETE + Keys.ENTER)
    probe.sees("probe-says", "")
    assert field.get_attribute("value") == "-0.5"
    assert not field.get_attribute("aria-invalid")
    assert probe.js("return nnbench.state.ownInput[0]") == -0.5
    probe.click("#probe-what input[value=sample]")
    seen(probe, "Sample 189 ")


def test_inputs_that_are_typed_one_right_after_the_other_are_both_taken(probe: Visitor) -> None:
    probe.js("document.getElementById('at-probe').scrollIntoView()")
    probe.click("#probe-what input[value=own]")
    probe.one("#probe-flow input[aria-label='Input v₀']").click()
    ActionChains(probe.driver).send_keys("3", Keys.TAB, "5", Keys.ENTER).perform()
    seen(probe, "Own input at (3, 5)")
    assert probe.js("return nnbench.state.ownInput") == [3, 5]


@pytest.mark.soak
def test_an_own_input_stays_while_a_knob_is_turned_and_goes_with_the_network(probe: Visitor) -> None:
    probe.js("nnbench.probeInput([0.5, 0.25])")
    seen(probe, "Own input at (0.50, 0.25)")
    probe.turns(probe.js, "nnbench.turnKnobs({ alpha: 0.2 })")
    seen(probe, "Own input at (0.50, 0.25)")
    probe.begins("sine")
    seen(probe, f"Sample {CATALOGUE['sine'].experiment.samples - 1:,} ")
    assert probe.js("return nnbench.state.ownInput") is None


@pytest.mark.soak
def test_a_sample_that_was_asked_for_before_does_not_take_the_place_of_an_own_input(probe: Visitor) -> None:
    probe.begins()
    probe.js("nnbench.probeInput(null); nnbench.probeInput([0.25, 0.5])")
    seen(probe, "Own input at (0.25, 0.50)")
    probe.js("nnbench.probeInput(null)")
    seen(probe, "Sample 189 ")


@pytest.mark.soak
def test_one_of_several_layers_is_chosen_for_its_update(probe: Visitor) -> None:
    probe.begins("xor-hidden-layer")
    probe.until("return document.querySelector('#probe-layer select') !== null")
    assert probe.texts("#probe-layer option") == ["Dense layer 1", "Dense layer 2"]
    bounded, wanted = probe.js("""
    const menu = document.querySelector('#probe-layer select');
    const widths = ['', 'none'].map((width) => ((menu.style.maxWidth = width), menu.getBoundingClientRect().width));
    menu.style.maxWidth = '';
    return widths;
    """)
    assert bounded == wanted, "the name of a layer has room in the menu"
    probe.by_id("probe-layer").find_element("css selector", "option[value='1']").click()
    probe.until(f"return (() => {{ {MATRICES} }})()[0].length === 5")


@pytest.mark.soak
def test_small_numbers_of_an_update_fit_into_their_cells(beginner: Visitor) -> None:
    room = """
    const cells = [...document.querySelectorAll('#probe-update .cell')].filter((cell) => cell.firstChild);
    return Math.min(...cells.map((cell) => cell.clientWidth - cell.firstChild.getBoundingClientRect().width));
    """
    for query in ("?experiment=tanh-signs&alpha=0.3", "?experiment=circle&samples=400"):
        beginner.follows(query)
        beginner.js("document.getElementById('at-probe').scrollIntoView()")
        beginner.until("return /10⁻/.test(document.getElementById('probe-update').textContent)")
        assert beginner.js(room) >= 6, query


def test_small_numbers_stand_whole_in_narrow_columns(beginner: Visitor) -> None:
    look(beginner.driver, 1280, 720)
    beginner.follows("?experiment=circle&alpha=0.3")
    beginner.js("document.getElementById('at-probe').scrollIntoView()")
    beginner.until("return /10⁻/.test(document.getElementById('probe-flow').textContent)")
    cut = """
    const numbers = [...document.querySelectorAll('#probe-flow :is(.cell > span, .loss b)')];
    const size = (node) => { const { width, height } = node.getBoundingClientRect(); return [width, height]; };
    const isCut = (number) => size(number).some((side, k) => side > size(number.parentElement)[k]);
    return numbers.filter((number) => isCut(number) || number.scrollWidth > number.parentElement.clientWidth)
      .map((number) => number.textContent);
    """
    assert beginner.js(cut) == []


def test_a_click_on_a_dot_goes_to_its_step_and_probes_its_sample(probe: Visitor) -> None:
    probe.loads_plotly()
    probe.js("window.scrollTo({ top: 0, behavior: 'instant' })")
    x, y, step = probe.js(A_DOT)
    probe.mouse("mouseMoved", x - 2, y, held=False)
    probe.mouse("mouseMoved", x, y, held=False)
    probe.until("return document.querySelector('#loss .hoverlayer').children.length > 0")
    probe.clicks_at(x, y)
    seen(probe, f"Sample {step} ")
    assert probe.js("return nnbench.cursor.place.step") == step


@pytest.mark.soak
def test_a_finger_on_a_dot_goes_to_its_step(probe: Visitor) -> None:
    probe.loads_plotly()
    probe.js("window.scrollTo({ top: 0, behavior: 'instant' })")
    x, y, step = probe.js(A_DOT)
    for kind, points in (("touchStart", [{"x": x, "y": y}]), ("touchEnd", [])):
        probe.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    seen(probe, f"Sample {step} ")
    assert probe.js("return nnbench.cursor.place.step") == step


@pytest.mark.soak
def test_a_press_right_after_the_last_move_goes_to_the_dot_as_well(probe: Visitor) -> None:
    probe.loads_plotly()
    probe.js("window.scrollTo({ top: 0, behavior: 'instant' })")
    x, y, step = probe.js(A_DOT)
    probe.js(PRESS, x, y)
    probe.until("return document.querySelector('#loss .hoverlayer').children.length === 0")
    probe.js(RELEASE, x, y)
    seen(probe, f"Sample {step} ")
