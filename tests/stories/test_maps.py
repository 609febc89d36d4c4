"""The maps show the target, the network's own answers and the difference, and the latest samples on them."""

from typing import Any

import numpy as np
import pytest

from engine.base.numerics import FloatArray
from engine.experiments.catalogue import CATALOGUE, FIRST
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
from tests.stories.visitor import Visitor
from webapp.figures.response_maps import COLUMNS, LAST_SAMPLES, Window, target_map

PAINTED = """
return document.querySelector('#response .js-plotly-plot')._fullData
  .map((trace) => Array.from(trace.z || [trace.y], (row) => Array.from(row)));
"""
MARKS = "return document.querySelectorAll(`.maps .marks circle.${arguments[0]}`).length"
PLACES = """
const { xaxis, yaxis } = document.querySelector('#response .js-plotly-plot')._fullLayout;
const plot = document.querySelector('#response .js-plotly-plot').getBoundingClientRect();
return [...document.querySelectorAll('.maps .marks circle.sample')].slice(0, arguments[0].length).map((circle, k) => {
  const { left, right, top, bottom } = circle.getBoundingClientRect(), [u, v] = arguments[0][k];
  const x = xaxis._offset + xaxis.l2p(u), y = yaxis._offset + yaxis.l2p(v);
  return [(left + right) / 2 - plot.left - x, (top + bottom) / 2 - plot.top - y];
});
"""
"""How far each sample's circle lies from where Plotly's axes have it, in pixels."""


def maps(experiment: Experiment) -> tuple[FloatArray, FloatArray]:
    """Target and output of the experiment's run, a row for each output."""
    window = Window(experiment.reach, experiment.width)
    trained = run(experiment, experiment.network()).trained
    return target_map(experiment.target, window).target.T, trained.respond(window.grid).T


def painted(visitor: Visitor) -> list[Any]:
    """The numbers of every map, in a row."""
    return [np.array(block).ravel() for block in visitor.js(PAINTED)]


@pytest.mark.parametrize("key", [FIRST, "xor-hidden-layer", "two-moons"])
def test_squares_are_the_target_the_networks_answers_and_what_they_miss(visitor: Visitor, key: str) -> None:
    visitor.begins(key)
    for target, output, trio in zip(*maps(CATALOGUE[key].experiment), threes(painted(visitor)), strict=True):
        assert trio[0].tolist() == target.astype(np.float32).tolist()
        assert trio[1].tolist() == output.astype(np.float32).tolist()
        assert trio[2] == pytest.approx(output - target, abs=1e-5)


def threes(blocks: list[Any]) -> list[list[Any]]:
    return [blocks[k : k + len(COLUMNS)] for k in range(0, len(blocks), len(COLUMNS))]


def test_one_input_gives_a_line_for_the_target_and_one_for_the_networks_answers(visitor: Visitor) -> None:
    visitor.begins("sine")
    (target,), (output,) = maps(CATALOGUE["sine"].experiment)
    wanted, given = painted(visitor)
    assert wanted.tolist() == target.astype(np.float32).tolist()
    assert given.tolist() == output.astype(np.float32).tolist()
    assert visitor.js(MARKS, "sample") == visitor.js(MARKS, "ring") == 0


def test_maps_follow_a_turned_knob_although_their_frame_stays(visitor: Visitor) -> None:
    visitor.begins()
    frame, before = visitor.js("return nnbench.state.shown.frame.name"), painted(visitor)
    with visitor.turning():
        visitor.types("alpha-field", "0.3")
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
    assert visitor.js(MARKS, "sample") == experiment.outputs * inside.sum()
    assert visitor.js(MARKS, "ring") == experiment.outputs * len(COLUMNS)
    apart = np.array(visitor.js(PLACES, latest[inside].tolist()))
    assert len(apart) == inside.sum()
    assert np.abs(apart).max() < 1.5
