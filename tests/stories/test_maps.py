"""The maps show the target, the network's own answers and the difference, and the latest samples on them."""

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from engine import Experiment, Table, run
from engine.base.numerics import FloatArray
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.port_names import port_names
from tests.stories.conftest import DESK, look
from tests.stories.painted import map_colours
from tests.stories.visitor import RING, SAMPLE, TINTED_SAMPLE, Visitor
from webapp.base.format import number, two_decimals
from webapp.base.theme import THEMES
from webapp.figures.response_maps import GRID, LAST_SAMPLES, LINE_POINTS, Window, target_map
from webapp.responses.input_domain import InputDomain

TITLES = ["Target", "Output", "Error"]
NUMBERS = """
const { columns } = nnbench.drawnIn(document.getElementById('response')).picture;
return columns[0].rows.flatMap((_, row) => columns.map(({ rows }) => Array.from(rows[row])));
"""
"""The numbers of every map, from left to right and from top to bottom."""
PLOTS = "return nnbench.drawnIn(document.getElementById('response')).layout.plots"
READOUT = "return document.querySelector('#response .map-readout:not([hidden])')?.textContent || null"
DENSITY = "const c = document.querySelector('#response canvas'); return Math.round(c.width / c.clientWidth)"
PIXELS = """
const [plot] = arguments, canvas = document.querySelector('#response canvas'), ratio = devicePixelRatio;
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
copy.drawImage(canvas, 0, 0);
const box = [plot.left, plot.top, plot.width, plot.height].map((x) => x * ratio);
const { data, width, height } = copy.getImageData(...box);
let bytes = '';
for (let at = 0; at < data.length; at += 8192) bytes += String.fromCharCode(...data.subarray(at, at + 8192));
return [height, width, btoa(bytes)];
"""
"""Height, width and the four bytes of each pixel of a plot, in base64."""
SEEN = """
const [png, done] = arguments, bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
const { left, top, width, height } = document.querySelector('#response canvas').getBoundingClientRect();
createImageBitmap(new Blob([bytes], { type: 'image/png' })).then((bitmap) => {
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(bitmap, -Math.round(left), -Math.round(top));
  done(new Set(new Uint32Array(copy.getImageData(0, 0, width, height).data.buffer)).size);
});
"""
"""How many colours the screen shows where the maps are."""
WIDER = "document.getElementById('response').style.width = arguments[0]"


def maps(experiment: Experiment) -> tuple[FloatArray, FloatArray]:
    """Target and output of the experiment's run, a row for each output."""
    window = Window(experiment.reach, experiment.width)
    trained = run(experiment, experiment.network()).trained
    return target_map(experiment.target, window).target.T, trained.respond(window.grid).T


def painted(visitor: Visitor) -> list[Any]:
    """The numbers of every map, in a row."""
    return [np.array(block, dtype=float) for block in visitor.js(NUMBERS)]


def threes(blocks: list[Any]) -> list[list[Any]]:
    return [blocks[k : k + len(TITLES)] for k in range(0, len(blocks), len(TITLES))]


def pixels(visitor: Visitor, plot: dict[str, Any]) -> FloatArray:
    """The colours of a plot's pixels, from its highest row down."""
    height, width, data = visitor.js(PIXELS, plot)
    return np.frombuffer(base64.b64decode(data), np.uint8).astype(float).reshape(height, width, 4)


def pixel_places(count: int) -> FloatArray:
    """The positions of the middles of `count` pixels on a grid whose outermost points lie on the edges."""
    return (np.arange(count) + 0.5) / count * (GRID - 1)


def between_points(values: FloatArray, height: int, width: int) -> FloatArray:
    """The grid's numbers at the pixels of its square, bilinearly, from the highest row down."""
    points = np.arange(GRID)
    wide = np.array([np.interp(pixel_places(width), points, row) for row in values.reshape(GRID, GRID)])
    return np.array([np.interp(pixel_places(height), points, column) for column in wide.T]).T[::-1]


@pytest.mark.parametrize(
    "key", [FIRST, *(pytest.param(key, marks=pytest.mark.soak) for key in ("two-moons", "xor-hidden-layer"))]
)
def test_squares_are_the_target_the_networks_answers_and_what_they_miss(visitor: Visitor, key: str) -> None:
    visitor.begins(key)
    for target, output, trio in zip(*maps(CATALOGUE[key].experiment), threes(painted(visitor)), strict=True):
        assert trio[0].tolist() == target.astype(np.float32).tolist()
        assert trio[1].tolist() == output.astype(np.float32).tolist()
        assert trio[2] == pytest.approx(output - target, abs=1e-5)


def test_maps_stay_squares_with_other_numbers_of_outputs_than_the_page_came_with(visitor: Visitor) -> None:
    for key, outputs in (("xor-hidden-layer", 1), (FIRST, 2)):
        visitor.begins(key)
        plots = visitor.js(PLOTS)
        assert len(plots) == 3 * outputs
        assert [plot["width"] for plot in plots] == pytest.approx([plot["height"] for plot in plots], abs=2), key


def dense(visitor: Visitor, density: int) -> None:
    """Gives the screen that many pixels for each of the page. Chromium's emulation tells the page of it only when the
    window has another size as well."""
    width, height = DESK
    metrics = {"width": width + density, "height": height, "deviceScaleFactor": density, "mobile": False}
    visitor.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    visitor.until(f"{DENSITY} === arguments[0]", density)


@pytest.mark.parametrize(("key", "density"), [
    (FIRST, 2), pytest.param(FIRST, 1, marks=pytest.mark.soak),
    *(pytest.param("xor-hidden-layer", density, marks=pytest.mark.soak) for density in (1, 2)),
])  # fmt: skip
def test_pixels_have_the_colours_of_numbers_and_targets_sharp_edges(visitor: Visitor, key: str, density: int) -> None:
    visitor.begins(key)
    dense(visitor, density)
    circles = [circle for radius in (SAMPLE, RING) for circle in visitor.circles(radius)]
    for plot, values in zip(visitor.js(PLOTS), painted(visitor), strict=True):
        colours = pixels(visitor, plot)
        high, wide, _ = colours.shape
        across, down = ((np.arange(count) + 0.5) / density for count in (wide, high))
        free = np.full((high, wide), fill_value=True)
        for x, y in {(circle["x"] - plot["left"], circle["y"] - plot["top"]) for circle in circles}:
            free &= np.hypot(across - x, down[:, None] - y) > 8.0
        assert np.mean(free) > 0.3
        if plot["column"] == 0:
            # Where two points of the grid are equally near, a pixel may have the colour of either.
            clear = [np.abs(places - np.floor(places) - 0.5) > 0.05 for places in map(pixel_places, (high, wide))]
            free &= np.outer(clear[0][::-1], clear[1])
            rows, columns = (np.rint(pixel_places(count)).astype(int) for count in (high, wide))
            expected = values.reshape(GRID, GRID)[rows[::-1]][:, columns]
        else:
            expected = between_points(values, high, wide)
        apart = np.abs(colours[..., :3] - map_colours(expected, 1.0)).max(axis=-1)[free]
        assert (colours[free][:, 3] == 255).all()
        assert np.mean(apart > 10) < 0.02, plot
    look(visitor.driver, *DESK)


def test_one_input_gives_a_line_for_the_target_and_one_for_the_networks_answers(visitor: Visitor) -> None:
    visitor.begins("sine")
    (target,), (output,) = maps(CATALOGUE["sine"].experiment)
    wanted, given = painted(visitor)
    assert wanted.tolist() == target.astype(np.float32).tolist()
    assert given.tolist() == output.astype(np.float32).tolist()
    assert visitor.circles(SAMPLE) == visitor.circles(RING) == []
    (plot,) = visitor.js(PLOTS)
    colours = pixels(visitor, plot)
    high, wide, _ = colours.shape
    now = np.array([int(THEMES["light"].now[k : k + 2], 16) for k in (1, 3, 5)])
    for at in range(3, LINE_POINTS - 3, 10):
        column = round(wide * at / (LINE_POINTS - 1))
        row = high * (1 - (output[at] / 1.25 / max(1.0, np.abs(output).max()) + 1) / 2)
        strip = colours[max(0, int(row) - 2) : int(row) + 3, column, :3]
        assert np.abs(strip - now).max(axis=-1).min() < 30, at


def prefix_of(name: str, names: Sequence[str]) -> str:
    """The shortest beginning of the name that no other one has."""
    lengths = range(1, len(name) + 1)
    return next(name[:k] for k in lengths if sum(other.startswith(name[:k]) for other in names) == 1)


@pytest.mark.parametrize("key", CATALOGUE)
@pytest.mark.soak
def test_maps_are_named_by_quantities_and_outputs_and_lines_have_round_numbers(visitor: Visitor, key: str) -> None:
    visitor.begins(key)
    labels, experiment = visitor.texts("#response .map-label"), CATALOGUE[key].experiment
    if experiment.width == 1:
        assert labels == ["Target dotted, output solid", "−1", "−0.5", "0", "0.5", "1", "−1", "0", "1"]
    else:
        names = port_names(experiment)
        target, output, error = TITLES
        if experiment.rule.loss_row.reads_probabilities:
            output, error = "Probability", f"{error}, −1 to 1"
        elif InputDomain(experiment).has_scaled_outputs:
            output = "Scaled output"
        beside = [prefix_of(name, names.outputs) for name in names.outputs] if names.given else list(names.outputs)
        titles = [target, output, error]
        assert labels in ([*titles, *beside], [" · ".join(titles), *beside])


@pytest.mark.soak
def test_maps_follow_a_turned_knob_although_their_frame_stays(visitor: Visitor) -> None:
    visitor.begins()
    frame, before = visitor.js("return nnbench.state.shown.frame.name"), painted(visitor)
    visitor.turns(visitor.types, "alpha-field", "0.3")
    target, trio = painted(visitor)[0], threes(painted(visitor))[0]
    assert visitor.js("return nnbench.state.shown.frame.name") == frame
    assert target.tolist() == before[0].tolist()
    assert trio[1].tolist() != before[1].tolist()


def test_the_latest_samples_lie_on_the_targets_and_the_last_one_has_a_ring_on_every_map(visitor: Visitor) -> None:
    visitor.begins()
    experiment = CATALOGUE[FIRST].experiment
    latest, reach = experiment.facts()[0][-LAST_SAMPLES:], experiment.reach
    inside = np.abs(latest).max(axis=1) <= reach
    assert inside[-1]
    plots, circles = visitor.js(PLOTS), visitor.circles(SAMPLE)
    assert len(circles) == experiment.outputs * inside.sum()
    for row in range(experiment.outputs):
        drawn = circles[row * inside.sum() : (row + 1) * inside.sum()]
        assert positions(drawn) == pytest.approx(places(plots[len(TITLES) * row], latest[inside] / reach), abs=0.1)
    rings = positions(visitor.circles(RING))
    assert len(rings) == len(plots) == experiment.outputs * len(TITLES)
    for plot, ring in zip(plots, rings, strict=True):
        assert ring == pytest.approx(places(plot, latest[-1:] / reach)[0], abs=0.1)


def positions(circles: list[dict[str, Any]]) -> FloatArray:
    """The middles of circles, in pixels of the maps' box."""
    return np.array([[circle["x"], circle["y"]] for circle in circles])


def places(plot: dict[str, Any], inputs: FloatArray) -> FloatArray:
    """Where inputs lie on a plot that goes from −1 to 1, in pixels of the maps' box."""
    across, up = (inputs.T + 1) / 2
    return np.stack([plot["left"] + plot["width"] * across, plot["top"] + plot["height"] * (1 - up)], axis=1)


def test_where_the_target_is_known_at_samples_only_they_have_the_colours_of_target_and_error(visitor: Visitor) -> None:
    visitor.begins("three-facts")
    experiment = CATALOGUE["three-facts"].experiment
    assert isinstance(experiment.inputs, Table)
    for target, output, error in threes(painted(visitor)):
        assert np.isnan(target).all()
        assert np.isnan(error).all()
        assert np.isfinite(output).all()
    drawn = visitor.circles(TINTED_SAMPLE)
    assert len(drawn) == 2 * experiment.outputs * LAST_SAMPLES
    (_, T), scale = experiment.facts(), 5.0
    expected = map_colours(T[-LAST_SAMPLES:, 0], scale)
    found = [[int(circle["fill"][k : k + 2], 16) for k in (1, 3, 5)] for circle in drawn[:LAST_SAMPLES]]
    assert np.abs(np.array(found) - expected).max() <= 2


def test_the_pointer_reads_the_number_and_its_place_inside_the_box_and_leaves_nothing_behind(visitor: Visitor) -> None:
    visitor.begins()
    experiment = CATALOGUE[FIRST].experiment
    _, output = maps(experiment)
    left, top = origin(visitor)
    plot = visitor.js(PLOTS)[4]
    assert (plot["row"], plot["column"]) == (1, 1)
    row, column = 12, 30
    axis = Window(experiment.reach, 2).axis
    x = left + plot["left"] + plot["width"] * column / (GRID - 1)
    y = top + plot["top"] + plot["height"] * (1 - row / (GRID - 1))
    visitor.mouse("mouseMoved", x, y, held=False)
    value = two_decimals(output[1].reshape(GRID, GRID)[row, column])
    visitor.until(f"return (() => {{ {READOUT} }})() !== null")
    assert visitor.js(READOUT) == f"{value} at ({two_decimals(axis[column])}, {two_decimals(axis[row])})"
    visitor.mouse("mouseMoved", left - 30, y, held=False)
    visitor.until(f"return (() => {{ {READOUT} }})() === null")
    for plot in visitor.js(PLOTS):
        visitor.mouse("mouseMoved", left + plot["left"] + plot["width"] - 2, top + plot["top"] + 20, held=False)
        visitor.until(f"return (() => {{ {READOUT} }})() !== null")
        inside = visitor.js("""
        const boxOf = (css) => document.querySelector(css).getBoundingClientRect();
        const [box, readout] = ['#response', '#response .map-readout'].map(boxOf);
        return readout.left >= box.left && readout.right <= box.right;
        """)
        assert inside, plot
    visitor.mouse("mouseMoved", left - 30, top, held=False)


def test_the_pointer_reads_the_nearest_line(visitor: Visitor) -> None:
    visitor.begins("sine")
    (target,), (output,) = maps(CATALOGUE["sine"].experiment)
    left, top = origin(visitor)
    (plot,) = visitor.js(PLOTS)
    highest, at = 1.25 * max(1.0, np.abs(output).max()), 10
    for name, line, aside in (("target", target, 4), ("output", output, 4)):
        away = aside if line[at] < (output[at] + target[at]) / 2 else -aside
        x = left + plot["left"] + plot["width"] * at / (LINE_POINTS - 1)
        y = top + plot["top"] + plot["height"] * (1 - (line[at] / highest + 1) / 2) + away
        visitor.mouse("mouseMoved", x, y, held=False)
        expected = f"{name} {number(line[at])} at {two_decimals(2 * at / (LINE_POINTS - 1) - 1)}"
        visitor.until(f"return (() => {{ {READOUT} }})() === arguments[0]", expected)
    visitor.mouse("mouseMoved", left - 30, top, held=False)


def origin(visitor: Visitor) -> tuple[float, float]:
    """Left and top of the maps' box, in view."""
    left, top = visitor.js("""
    document.getElementById('at-response').scrollIntoView({ block: 'center' });
    const { left, top } = document.getElementById('response').getBoundingClientRect();
    return [left, top];
    """)
    return left, top


def test_maps_are_drawn_anew_in_another_size_and_in_another_theme(visitor: Visitor) -> None:
    visitor.begins("xor-hidden-layer")
    before = visitor.js(PLOTS)
    visitor.js(WIDER, "180px")
    visitor.until(f"return (() => {{ {PLOTS} }})()[2].left < 150")
    visitor.js(WIDER, "")
    visitor.until(f"return (() => {{ {PLOTS} }})()[2].left === arguments[0]", before[2]["left"])
    assert visitor.js(PLOTS) == before
    corner = pixels(visitor, before[0])[1, 1, :3].tolist()
    visitor.js("document.documentElement.setAttribute('data-mantine-color-scheme', 'dark')")
    dark = pixels(visitor, before[0])[1, 1, :3].tolist()
    assert dark != corner
    assert dark == pytest.approx(map_colours(np.array(1.0), 1.0, "dark").tolist(), abs=1)
    visitor.js("document.documentElement.setAttribute('data-mantine-color-scheme', 'light')")


def test_the_small_maps_stay_on_the_screen_whichever_view_is_on_the_stage(beginner: Visitor) -> None:
    for view in ("weights", "surface", "weights"):
        beginner.click(f"#view-{view}")
        beginner.rests()
        colours = beginner.driver.execute_async_script(SEEN, beginner.driver.get_screenshot_as_base64())
        assert colours > 500, view
