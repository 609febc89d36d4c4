"""Every experiment opens from the picker, and what is drawn is what the engine gives, number for number."""

import re

import numpy as np
import pytest

from engine.catalogue import CATALOGUE
from tests.stories.visitor import Visitor
from webapp.words import number, two_decimals

CURVE = """
const graph = document.querySelector('#loss .js-plotly-plot');
const points = graph._fullData.filter((trace) => trace.mode === 'none');
const path = graph._fullLayout.shapes.filter((shape) => shape.type === 'path');
return {
  steps: points.flatMap((trace) => Array.from(trace.x)),
  losses: points.flatMap((trace) => Array.from(trace.y)),
  path: path.map((shape) => shape.path).join(''),
  floor: graph._fullLayout.yaxis.range[0],
};
"""


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_drawn_losses_are_the_engines(visitor: Visitor, key: str) -> None:
    row = CATALOGUE[key]
    if visitor.js("return nnbench.bench.key") != key:
        visitor.opens(key)
    bench = row.experiment.bench()
    bench.rollback_net()
    losses = np.array(bench.learn(row.experiment.samples))
    drawn = visitor.js(CURVE)
    above = np.flatnonzero(losses > 10.0 ** drawn["floor"])
    assert drawn["steps"] == above.tolist()
    assert drawn["losses"] == losses[above].astype(np.float32).tolist()
    dots = re.findall(r"M([^,]+),([^L]+)L", drawn["path"]) if len(above) else []
    assert [(int(step), float(loss)) for step, loss in dots] == [
        (step, float(f"{losses[step]:.4g}")) for step in above.tolist()
    ]
    bench.rollback_net()
    visitor.sees("read-alpha", number(row.experiment.alpha))
    visitor.sees("read-max", number(float(losses.max())))
    visitor.sees("read-last", number(float(losses[-1])))
    visitor.sees("read-potential", two_decimals(bench.learning_potential(row.experiment.samples)))
    visitor.sees("network-hint", row.look_for)
    visitor.sees("experiment-group", row.group)
    visitor.sees_value("experiment", row.title)
