"""Every experiment is in the picker and opens, and what is drawn is what the engine gives, number for number."""

import numpy as np
import pytest

from engine.base.smoothing import FILTERS
from engine.bench import bench_for
from engine.experiments.catalogue import CATALOGUE
from tests.stories.visitor import INK, OFFERED, Visitor
from tests.webapp.asking import fingerprint
from webapp.base.format import grouped, number, two_decimals
from webapp.figures.encode import thinned

CURVE = (
    INK
    + """
const graph = document.querySelector('#loss .js-plotly-plot'), { xaxis, yaxis } = graph._fullLayout;
const hovered = graph._fullData.filter((trace) => trace.mode === 'none');
const steps = hovered.flatMap((trace) => Array.from(trace.x)), losses = hovered.flatMap((trace) => Array.from(trace.y));
const sharp = width / canvas.clientWidth;
const alpha = (x, y) => (x >= 0 && y >= 0 && x < width && y < height ? ink[4 * (y * width + x) + 3] : 0);
const place = (k) => [xaxis._offset + xaxis.d2p(steps[k]), yaxis._offset + yaxis.d2p(losses[k])];
const at = (k) => place(k).map((p) => Math.floor(sharp * p));
const bare = steps.filter((_, k) => alpha(...at(k)) === 0), first = ink.findIndex((byte, k) => k % 4 === 3 && byte > 0);
return {
  steps, losses, bare, floor: nnbench.state.shown.limits[0],
  highest: yaxis._offset + yaxis.d2p(Math.max(...losses)), painted: Math.floor(first / 4 / width) / sharp,
};
"""
)
"""The dots as the hand finds them, those that the canvas does not show, and where the highest is and is painted."""

DRAWN = "affine-identity", "spiral", "circle-by-heart"
"""Experiments whose curve is looked at for every change: with zeros and losses below the axis, thinned, and with
held-out losses. The others are looked at at leisure."""


@pytest.mark.parametrize("key", [pytest.param(key, marks=[pytest.mark.soak] * (key not in DRAWN)) for key in CATALOGUE])
def test_the_drawn_losses_are_the_engines(visitor: Visitor, key: str) -> None:
    row = CATALOGUE[key]
    if visitor.js("return nnbench.state.key") != key:
        visitor.opens(key)
    visitor.loads_plotly()
    bench = bench_for(row.experiment)
    bench.rollback_net()
    losses = np.array(bench.learn(row.experiment.samples))
    drawn = visitor.js(CURVE)
    steps, floor = thinned(losses), 10.0 ** drawn["floor"]
    above = steps[losses[steps] > floor]
    assert drawn["steps"] == above.tolist()
    assert drawn["losses"] == losses[above].astype(np.float32).tolist()
    assert drawn["bare"] == []
    if len(above):
        assert drawn["painted"] == pytest.approx(drawn["highest"], abs=3.0)
    zeros = int(np.count_nonzero(losses == 0.0))
    lower = int(np.count_nonzero(losses <= floor)) - zeros
    in_words = "every loss is 0" if zeros == len(losses) else f"{zeros:,} losses are 0"
    counted = [in_words] * bool(zeros) + [f"{lower:,} below the axis"] * bool(lower)
    assert visitor.texts("#loss-picture > .over .count") == counted
    bench.rollback_net()
    visitor.sees("read-run", grouped(visitor.shown["fingerprint"]))
    visitor.sees("read-max", number(float(losses.max())))
    visitor.sees("read-last", number(float(losses[-1])))
    visitor.sees("read-potential", two_decimals(bench.learning_potential(row.experiment.samples)))
    assert visitor.by_id("picker").get_attribute("data-says") == f"As it is listed: {row.look_for}"
    visitor.sees("experiment-group", row.group)
    visitor.sees_value("experiment", row.title)


def test_the_picker_offers_every_experiment_and_opens_the_one_that_is_clicked(visitor: Visitor) -> None:
    visitor.begins()
    visitor.by_id("experiment").click()
    titles = visitor.until("""
    const offered = [...document.querySelectorAll('[role=option]')].filter((one) => one.checkVisibility());
    return offered.length > 1 && offered.map((one) => one.innerText.trim().split('\\n')[0]);
    """)
    assert sorted(titles) == sorted(row.title for row in CATALOGUE.values())
    with visitor.turning():
        visitor.until(OFFERED, "[role=option]", CATALOGUE["sine"].title).click()
    assert visitor.shown["fingerprint"] == fingerprint("sine")
    assert visitor.sentence.startswith("Sine: ")


# Losses that a log axis has no place for

PARTS = """
const box = (part) => {
  const { left, top, right, bottom } = part.getBoundingClientRect();
  return [left, top, right, bottom];
};
const boxes = (css) => [...document.querySelectorAll(css)].map(box);
const lines = (css) => [...document.querySelectorAll(css)].map((path) => {
  const { x, y, width, height } = path.getBBox(), { e, f } = path.getScreenCTM();
  return [e + x, f + y, e + x + width, f + y + height];
});
const { top, height } = document.querySelector('#loss-picture > .svg-figure > svg').getBoundingClientRect();
return {
  plot: [top, top + height],
  drawn: lines('#loss-picture > .svg-figure > svg > path, #loss-picture > .over path'),
  counts: boxes('#loss-picture > .over .count'),
  names: boxes('#loss-picture > .svg-figure text[text-anchor=start], .ghost-label, .cursor span'),
};
"""
"""Top and bottom of the plot; the lines, bars and arrow over it; the counts and the other words as boxes. A line
goes from point to point here, without its width: Firefox's own box of a path leaves room for four times as much."""
ZERO_ROW = (
    INK
    + """
const { ends, summary } = nnbench.state.shown, sharp = width / canvas.clientWidth;
const { x, level } = nnbench.placesOf(document.getElementById('loss-picture'));
const y = Math.floor(sharp * level(ends.zero)), at = (step) => Math.floor(sharp * x(step));
const painted = (step) => ink[4 * (y * width + at(step)) + 3] > 0;
return Array.from({ length: summary.samples }, (_, step) => step).every(painted);
"""
)
"""Whether the row of zeros is painted at every step."""

MARGIN = 4
"""Pixels of a line of words of which no letter is."""


@pytest.mark.soak
def test_lines_bars_and_words_stay_in_the_plot_where_the_loss_falls_to_zero(newcomer: Visitor) -> None:
    newcomer.begins("affine-identity")
    changes = [
        ({"samples": 500}, ["63 losses are 0", "35 below the axis"]),
        ({"samples": 100}, []),
        ({"alpha": 0.05}, []),
    ]
    for knobs, counts in changes:
        newcomer.turns(newcomer.js, "nnbench.turnKnobs(arguments[0])", knobs)
        assert newcomer.texts("#loss-picture > .over .count") == counts
        parts = newcomer.js(PARTS)
        top, bottom = parts["plot"]
        assert len(parts["drawn"]) >= 5
        assert [one for one in parts["drawn"] if one[1] < top - 1 or one[3] > bottom + 1] == []
        for count in parts["counts"]:
            others = [one for one in parts["counts"] + parts["names"] if one != count and one[2] > one[0]]
            assert not [one for one in others if overlap(count, one)]


def overlap(one: list[float], other: list[float]) -> bool:
    """Whether two boxes share more than what is left free over and under the letters, which is more in Firefox."""
    return all(min(one[k + 2], other[k + 2]) - max(one[k], other[k]) > MARGIN for k in (0, 1))


@pytest.mark.soak
def test_a_run_whose_losses_are_all_zero_is_never_blank(beginner: Visitor) -> None:
    beginner.begins("identity-by-hand")
    assert beginner.js("return nnbench.state.knobs.filter") == "both"
    for filter_name in FILTERS:
        if filter_name != beginner.js("return nnbench.state.knobs.filter"):
            beginner.turns(beginner.segment, "filter", filter_name)
        beginner.until(ZERO_ROW)
        assert beginner.texts("#loss-picture > .over .count") == ["every loss is 0"], filter_name
