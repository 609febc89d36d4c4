"""Every experiment opens from the picker, and what is drawn is what the engine gives, number for number."""

import numpy as np
import pytest

from engine.experiments.catalogue import CATALOGUE
from engine.experiments.run import bench_for
from tests.stories.visitor import INK, Visitor
from webapp.base.format import number, two_decimals

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
const count = document.querySelector('#loss-picture > .over .count');
return {
  steps, losses, bare, floor: yaxis.range[0], count: count ? count.textContent : '',
  highest: yaxis._offset + yaxis.d2p(Math.max(...losses)), painted: Math.floor(first / 4 / width) / sharp,
};
"""
)
"""The dots as the hand finds them, those that the canvas does not show, and where the highest is and is painted."""


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_drawn_losses_are_the_engines(visitor: Visitor, key: str) -> None:
    row = CATALOGUE[key]
    if visitor.js("return nnbench.state.key") != key:
        visitor.opens(key)
    bench = bench_for(row.experiment)
    bench.rollback_net()
    losses = np.array(bench.learn(row.experiment.samples))
    drawn = visitor.js(CURVE)
    above = np.flatnonzero(losses > 10.0 ** drawn["floor"])
    assert drawn["steps"] == above.tolist()
    assert drawn["losses"] == losses[above].astype(np.float32).tolist()
    assert drawn["bare"] == []
    if len(above):
        assert drawn["painted"] == pytest.approx(drawn["highest"], abs=3.0)
    lower = len(losses) - len(above)
    assert drawn["count"] == (f"▾ {lower:,} lower" if lower else "")
    bench.rollback_net()
    visitor.sees("read-alpha", number(row.experiment.alpha))
    visitor.sees("read-max", number(float(losses.max())))
    visitor.sees("read-last", number(float(losses[-1])))
    visitor.sees("read-potential", two_decimals(bench.learning_potential(row.experiment.samples)))
    visitor.sees("network-hint", row.look_for)
    visitor.sees("experiment-group", row.group)
    visitor.sees_value("experiment", row.title)
