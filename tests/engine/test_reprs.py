"""A notebook shows networks, benches, runs and sweeps as a line and a small picture; long arrays stay out."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np

import engine
from engine import CATALOGUE, Affinity, Experiment, NNBench, Table, sweep
from engine.base.notebook_html import AT_LEFT, CURVE_COLOUR, sparkline, table
from engine.data.table import TABLE
from tests.engine.nets import KINDS, catalogued, run_of

SIGNS, CIRCLE = CATALOGUE["tanh-signs"].experiment, CATALOGUE["circle"].experiment


def test_a_network_names_its_layers_a_bench_its_seed_and_a_run_what_came_of_it() -> None:
    net, layers = CIRCLE.network(), "AffinityLayer 2→8, MapLayer tanh, AffinityLayer 8→1, MapLayer tanh"
    assert repr(net) == f"Network: {layers}; 33 numbers, alpha 0.1"
    shown = net._repr_html_()
    assert f"<td {AT_LEFT}>M 8×2, b 8</td>" in shown
    assert f"{net.layers[0].M[0, 0]:.3f}"[:5] in shown
    large = catalogued("spiral").network()._repr_html_()
    assert "M = " not in large
    assert len(large) < 2_000
    bench = NNBench(SIGNS.network(), "signs")
    bench.seed = 7
    assert repr(bench).endswith("; seed 7, no checkpoint")
    bench.checkpoint_net()
    assert repr(bench).endswith("; seed 7, a checkpoint")
    for key in KINDS:
        experiment = catalogued(key)
        made = run_of(experiment)
        assert repr(made).startswith(f"Run {made.fingerprint}: {experiment.samples:,} losses, from ")
        shown = made._repr_html_()
        assert len(shown) < 60_000
        if "<svg" in shown:
            ET.fromstring(shown[shown.index("<svg") :])
    made = run_of(Experiment(SIGNS.layers[:1], "swap", SIGNS.weights, alpha=50.0))
    assert repr(made).endswith(f"; it diverges at step {made.diverged_at}")


def test_a_sweep_says_its_axes_and_shows_its_map_whose_texts_start_at_the_left() -> None:
    found = sweep(SIGNS, alphas=[0.05, 0.1], seeds=[1, 2, 3])
    assert repr(sweep(SIGNS)).startswith("SweepResult: 1 run; ")
    assert repr(found).startswith("SweepResult: 6 runs over 2 alpha × 3 seed; lowest final loss ")
    shown = found._repr_mimebundle_(include=None, exclude=None)
    assert shown["application/vnd.plotly.v1+json"]["data"][0]["type"] == "heatmap"
    assert shown["text/html"] == f"<p>{found!r}</p>"
    along_seeds = found.at(alpha=0.1)._repr_mimebundle_()
    assert along_seeds.keys() == {"text/plain", "text/html"}
    assert along_seeds["text/plain"].startswith("SweepResult: 3 runs over 3 seed")
    everything = [run_of(SIGNS)._repr_html_(), str(shown), CATALOGUE._repr_html_()]
    assert "://" not in "".join(everything).replace("http://www.w3.org", "")
    assert table(["<b>"], [["a & b"]]).count("&") == 3
    drawn = ET.fromstring(table(["key", "group"], [["a", "b"], ["c", "d"]]))
    assert [cell.get("style") for row in drawn.iter("tr") for cell in row] == ["text-align:left"] * 6


def test_a_sparkline_falls_with_the_losses_and_stands_out_in_light_notebooks_and_dark_ones() -> None:
    drawn = ET.fromstring(sparkline(np.array([1.0, 0.1, 0.01])))
    points = [tuple(map(float, point.split(","))) for point in drawn[0].attrib["points"].split()]
    assert points == [(0.0, 1.0), (80.0, 18.0), (160.0, 35.0)]
    fewer: list[list[float]] = [[], [1.0], [0.0, 0.0], [np.nan, 1.0]]
    assert [sparkline(np.array(values)) for values in fewer] == [""] * 4
    for ground in ("#ffffff", "#1f1f1f", "#111111"):
        dark, light = sorted(map(luminance, (CURVE_COLOUR, ground)))
        assert (light + 0.05) / (dark + 0.05) >= 3.0
    assert ET.fromstring(sparkline(np.array([1.0, 0.1])))[0].get("stroke") == CURVE_COLOUR


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_an_experiment_says_what_differs_from_the_defaults_and_that_makes_it_again() -> None:
    spiral = replace(CATALOGUE["circle-decay"].experiment, momentum=0.9)
    assert repr(spiral) == (
        "Experiment((Affinity(2, 8), Map('tanh'), Affinity(8, 1), Map('tanh')), 'circle', weights=DrawnWeights(1), "
        "inputs='uniform', alpha=0.05, samples=10000, seed=5, noise=0.5, distinct=30, held_out=300, momentum=0.9, "
        "decay=0.02)"
    )
    cell = spiral._repr_html_()
    assert f"<td {AT_LEFT}>momentum</td><td {AT_LEFT}>0.9</td>" in cell
    assert "batch" not in cell
    for row in CATALOGUE.values():
        text = repr(row.experiment)
        assert len(text) < 500
        assert "..." in text or eval(text, vars(engine)) == row.experiment
    rows = tuple((float(k), 1.0) for k in range(1_000))
    assert len(repr(Experiment((Affinity(2, 2),), TABLE, inputs=Table(rows, rows), samples=100))) < 300
    assert repr(CATALOGUE).startswith(f"{len(CATALOGUE)} experiments: three-facts, ")
    cell = CATALOGUE._repr_html_()
    assert cell.count("<tr>") == 1 + len(CATALOGUE)
    assert f"<td {AT_LEFT}>spiral</td><td {AT_LEFT}>Classics</td>" in cell
