"""The output of the network on the stage: squares as large as there is room, probed by pointer and by keyboard."""

from collections.abc import Iterator

import numpy as np
import pytest
from selenium.webdriver.common.keys import Keys

from engine.base.numerics import FloatArray
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.run import run
from tests.stories.conftest import DESK, look
from tests.stories.visitor import Visitor
from webapp.figures.response_maps import LAST_SAMPLES, MOST_SAMPLES, Window

NUMBERS = """
const maps = [...document.querySelectorAll('#output .stage-map')];
return maps.map((map) => Array.from(nnbench.drawnIn(map).picture.columns.at(-1).rows[0]));
"""
"""The numbers drawn in each square, or in the output's curve."""
HEADS = """
const heads = document.querySelectorAll('#output :is(.stage-square figcaption > b, .colour-scale > b)');
return [...heads].map((head) => head.textContent).join();
"""
NOTES = "return document.querySelector('#output .output-notes').innerText.replaceAll('\\n', ' ')"
SAMPLE = """
const terms = [...document.querySelectorAll('#output .at-sample dt')];
const name = document.querySelector('#output .at-sample b').textContent;
return { name, ...Object.fromEntries(terms.map((term) => [term.textContent, term.nextSibling.textContent])) };
"""
LARGE_SAMPLE = 3.2
"""The radius of a sample on the stage, in pixels."""
BOX = "const { left, top, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();"
PLACE = f"{BOX} return [left, top, width, height]"


@pytest.fixture(autouse=True)
def on_the_stage(visitor: Visitor) -> Iterator[None]:
    look(visitor.driver, *DESK)
    visitor.click("#view-output")
    yield
    visitor.js("nnbench.probeInput(null)")
    look(visitor.driver, *DESK)


def begins(visitor: Visitor, key: str) -> None:
    """Has the experiment on the bench and its large maps on the stage."""
    visitor.begins(key)
    visitor.until(f"const drawn = (() => {{ {NUMBERS} }})(); return drawn.length && drawn[0].length !== 47 * 47")


def large_output(key: str) -> FloatArray:
    """The trained network's answers on the large grid, a row for each output."""
    experiment = CATALOGUE[key].experiment
    trained = run(experiment, experiment.network()).trained
    return trained.respond(Window(experiment.reach, experiment.width, large=True).grid).T


@pytest.mark.parametrize(
    ("key", "heads"), [(FIRST, "Output y₀,Output y₁,Output"), ("circle", "Output y₀"), ("sine", "")]
)
@pytest.mark.soak
def test_squares_and_curves_are_named_answers_as_large_as_the_stage_and_begin_where_the_curve_does(
    visitor: Visitor, key: str, heads: str
) -> None:
    begins(visitor, key)
    drawn = np.array(visitor.js(NUMBERS))
    assert drawn == pytest.approx(large_output(key).astype(np.float32))
    assert visitor.js(HEADS) == heads
    for size in ((1280, 720), (1920, 1080), DESK):
        look(visitor.driver, *size)
        visitor.until("return document.documentElement.clientWidth === arguments[0]", size[0])
        stage, notes = (visitor.js(PLACE, css) for css in ("#output", "#output .output-notes > :last-child"))
        squares = visitor.js("""
        return [...document.querySelectorAll('#output .stage-map')].map((map) => {
          const { left, top, width, height } = map.getBoundingClientRect();
          return [left, top, width, height];
        });
        """)
        left = visitor.js("return document.querySelector('#scrubber').getBoundingClientRect().left")
        first = squares[0][0] + (34 if key == "sine" else 0)
        assert first == pytest.approx(left, abs=0.6)
        for x, y, width, height in squares:
            assert x + width <= stage[0] + stage[2] + 0.6
            assert y + height <= stage[1] + stage[3] + 0.6
            assert key == "sine" or width == pytest.approx(height, abs=0.6)
        if key == "circle":
            room = min(stage[3] - 28, stage[2] - 52 - 20 - 168)
            assert squares[0][2] == pytest.approx(room, abs=1.0)
        assert notes[0] + notes[2] <= stage[0] + stage[2] + 0.6
        assert notes[1] + notes[3] <= stage[1] + stage[3] + 0.6


def test_samples_have_the_colour_of_their_targets_sign(visitor: Visitor) -> None:
    begins(visitor, "circle")
    X, T = CATALOGUE["circle"].experiment.facts()
    dots = visitor.circles(LARGE_SAMPLE, ".stage-map")
    assert len(dots) == MOST_SAMPLES
    low, high = visitor.js("""
    const of = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return [of('--neg'), of('--pos')];
    """)
    assert [dot["fill"] for dot in dots] == [high if t > 0 else low for (t,) in T[-MOST_SAMPLES:]]
    side = visitor.js(PLACE, "#output .stage-map")[2]
    places = np.array([[dot["x"], side - dot["y"]] for dot in dots]) / side * 2.0 - 1.0
    assert places == pytest.approx(X[-MOST_SAMPLES:], abs=0.01)


def test_a_short_run_shows_as_many_samples_as_the_small_maps(visitor: Visitor) -> None:
    begins(visitor, FIRST)
    experiment = CATALOGUE[FIRST].experiment
    inside = np.abs(experiment.facts()[0][-LAST_SAMPLES:]).max(axis=1) <= experiment.reach
    dots = visitor.circles(LARGE_SAMPLE, ".stage-map")
    assert len(dots) == 2 * inside.sum()


def test_the_small_maps_of_other_views_have_their_own_samples(visitor: Visitor) -> None:
    begins(visitor, "circle")
    visitor.click("#view-loss")
    picture = "nnbench.drawnIn(document.getElementById('response')).picture"
    visitor.until(f"return {picture}.columns[0].dots.length === {LAST_SAMPLES}")


def test_the_notes_have_the_numbers_of_the_sample(visitor: Visitor) -> None:
    begins(visitor, "circle")
    visitor.until(f"return (() => {{ {SAMPLE} }})().name === 'Sample 2,999'")
    said = visitor.js(SAMPLE)
    assert (said["at"], said["output"], said["target"]) == ("−0.66, −0.34", "−0.92", "1")
    assert "of the square has the right sign." in visitor.js(NOTES)
    assert "target’s border" in visitor.js(NOTES)


def test_a_click_probes_that_point_and_a_button_goes_back_to_the_samples(visitor: Visitor) -> None:
    begins(visitor, "circle")
    left, top, width, height = visitor.js(PLACE, "#output .stage-map")
    x, y = left + 0.75 * width, top + 0.25 * height
    visitor.clicks_at(x, y)
    visitor.until(f"return (() => {{ {SAMPLE} }})().at === '0.50, 0.50'")
    assert visitor.js(SAMPLE)["name"] == "Own input"
    assert "probed input" in visitor.js(NOTES)
    visitor.click("#output .at-sample .button")
    visitor.until(f"return (() => {{ {SAMPLE} }})().name === 'Sample 2,999'")


def test_arrows_move_the_probed_point_and_words_say_what_is_there(visitor: Visitor) -> None:
    begins(visitor, "circle")
    visitor.js("nnbench.probeInput([0.1, 0.2])")
    visitor.until(f"return (() => {{ {SAMPLE} }})().at === '0.10, 0.20'")
    visitor.js("document.querySelector('#output .stage-map').focus()")
    step = visitor.js("return nnbench.cursor.place.step")
    visitor.presses(Keys.ARROW_RIGHT)
    visitor.until(f"return (() => {{ {SAMPLE} }})().at === '0.12, 0.20'")
    visitor.presses(Keys.SHIFT + Keys.ARROW_UP)
    visitor.until(f"return (() => {{ {SAMPLE} }})().at === '0.12, 0.30'")
    said = visitor.until("return document.querySelector('#output .spoken').textContent")
    assert said.startswith("Own input at (0.12, 0.30): output ")
    assert visitor.js("return nnbench.cursor.place.step") == step, "the arrows belong to the square"
    visitor.presses(Keys.ESCAPE)
    visitor.until("return nnbench.state.ownInput === null")
    visitor.turns(visitor.presses, "n")
    assert visitor.shown["seed"] == 4, "other keys are the page's"


def test_a_click_on_a_small_picture_swaps_it_onto_the_stage(visitor: Visitor) -> None:
    begins(visitor, "circle")
    visitor.click("#output .thumb[data-quantity=error]")
    assert visitor.js(HEADS) == "Error y₀"
    assert visitor.texts("#output .thumb") == ["Target", "Output"]
    assert visitor.js("return document.activeElement.matches('#output .thumb')"), "the focus is not lost"
    visitor.click("#output .thumb[data-quantity=target]")
    assert visitor.js(HEADS) == "Target y₀"
    assert set(visitor.js(NUMBERS)[0]) == {-1, 1}
    visitor.click("#output .thumb[data-quantity=output]")
    assert visitor.js(HEADS) == "Output y₀"


@pytest.mark.soak
def test_the_target_of_samples_alone_is_drawn_as_samples(visitor: Visitor) -> None:
    visitor.begins("three-facts")
    visitor.until("return document.querySelectorAll('#output .stage-square').length === 2")
    visitor.click("#output .thumb[data-quantity=target]")
    assert len({dot["fill"] for dot in visitor.circles(LARGE_SAMPLE, ".stage-map")}) > 1
    assert visitor.js(HEADS) == "Target y₀,Target y₁,Target"
    visitor.click("#output .thumb[data-quantity=output]")
    assert visitor.texts("#output .values") == ["", ""], "the map has learned the last sample, its loss is from before"
    visitor.js("nnbench.moveCursor(0)")
    visitor.until("return /^output .*, target/.test(document.querySelector('#output .values').textContent)")


def test_maps_are_large_after_the_answers_of_a_table_as_well(visitor: Visitor) -> None:
    visitor.begins("penguins")
    visitor.until("return document.querySelector('#output .confusion')")
    begins(visitor, "circle")


def test_the_square_follows_the_cursor_and_a_turned_knob(visitor: Visitor) -> None:
    begins(visitor, "circle")
    before = visitor.js(NUMBERS)
    visitor.js("nnbench.moveCursor(0)")
    visitor.until(f"return JSON.stringify((() => {{ {NUMBERS} }})()) !== arguments[0]", str(before).replace(" ", ""))
    visitor.until("return document.querySelector('#output .at-sample b').textContent === 'Sample 0'")
    experiment = CATALOGUE["circle"].experiment
    window = Window(experiment.reach, 2, large=True)
    visitor.until(f"const drawn = (() => {{ {NUMBERS} }})(); return drawn[0].length === {len(window.grid)}")
    assert np.array(visitor.js(NUMBERS)) == pytest.approx(experiment.network().respond(window.grid).T, abs=1e-6)
    visitor.js("nnbench.moveCursor(3000)")
    visitor.until("return document.querySelector('#output .at-sample b').textContent === 'Sample 2,999'")


@pytest.mark.soak
def test_the_stage_and_the_cards_move_nothing_when_they_are_filled(visitor: Visitor) -> None:
    visitor.driver.refresh()
    visitor.js("""
    window.moved = [];
    const inside = ({ node }) => node && node.nodeType === 1 && node.closest('#network, .output, .stage-bar, .scrub');
    const note = (entry) => window.moved.push(...entry.sources.filter(inside).map(({ node }) => node.outerHTML));
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
    observer.observe({ type: 'layout-shift', buffered: true });
    """)
    visitor.rests()
    visitor.until("return document.querySelector('#output .stage-map > canvas') && !!nnbench.currentTrajectory()")
    assert visitor.js("return window.moved") == []
