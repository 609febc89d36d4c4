"""Evaluates cells of the landscape: runs of the experiment over two of its knobs.

The page requests lines of the map, in the order in which it wants them, and gets as many of their cells as one request
may cost.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.experiments.experiment import Experiment
from engine.sweeps.grid import Grid
from engine.sweeps.sweep_result import SweepResult, assemble
from engine.sweeps.tasks import task_of
from webapp.analyses.landscape.axes import ALPHA_POSITIONS, LandscapeAxes, Values, read_landscape_axes
from webapp.base.theme import THEMES
from webapp.base.validation import Malformed, exactly, one_of, whole_upto
from webapp.bench import budget
from webapp.bench.actions import PreparedRun
from webapp.figures.encode import typed

MOST_RUNS = 512
"""The most runs of one request, so that the map fills visibly."""

COST_OF_STEPS = 80
"""The cost, in units of the budget, of a loss for each length of a run whose steps to a loss are counted."""

TOO_LONG = "One such run takes too long for a map of them here. Lower the samples, or call engine.sweep in Python."


def evaluate_landscape(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The cells of the first of these lines, as many as one request may cost, line after line.

    `plain` is {"plan": see `read_landscape_axes`, "by": the knob that has one value on a line, "lines": numbers of its
    values, "along": numbers of the other's, "theme"}. Without lines the response has the figure only.
    """
    body = exactly(plain, {"plan", "by", "lines", "along", "theme"})
    axes = read_landscape_axes(body["plan"])
    by = one_of(body["by"], {axes.x, axes.y} - {"samples"})
    along = axes.y if by == axes.x else axes.x
    figure = axes.figure(one_of(body["theme"], THEMES))
    values = {name: ALPHA_POSITIONS if name == "alpha" else numbers for name, numbers in axes.values.items()}
    response = {"figure": figure, "values": values}
    lines, columns = _value_numbers(body["lines"], axes.values[by]), _value_numbers(body["along"], axes.values[along])
    most = runs_at_once(prepared, axes) if lines and columns else 0
    if not most:
        return response | {"lines": 0, "along": 0, "runs": 0, "says": TOO_LONG if lines else ""}
    # A run of many samples contains those of fewer: a line along the samples is one run.
    along_samples = along == "samples"
    columns = columns if along_samples else columns[:most]
    lines = lines[: max(1, most if along_samples else most // len(columns))]
    chosen = {by: [axes.values[by][k] for k in lines], along: [axes.values[along][k] for k in columns]}
    runs = len(lines) * (1 if along_samples else len(columns))
    return (
        response
        | {"lines": len(lines), "along": len(columns), "runs": runs, "says": ""}
        | cell_numbers(evaluate_cells(prepared, chosen, axes.reaching), by)
    )


def evaluate_cells(prepared: PreparedRun, chosen: Mapping[str, Sequence[Any]], reaching: float | None) -> SweepResult:
    """The landscape over these values of two knobs; all else is as prepared."""
    experiment = with_checkpoint_weights(prepared, chosen)
    grid = Grid(
        experiment,
        tuple(chosen.get("alpha", (experiment.alpha,))),
        tuple(chosen.get("seed", (experiment.seed,))),
        tuple(chosen.get("weight_seed", ())),
        tuple(chosen.get("samples", ())),
    )
    blocks = list(grid.blocks(grid.size))
    runs = np.concatenate([block.runs for block in blocks])
    return assemble(experiment, grid, list(chosen), [(runs, task_of(grid, blocks, reaching).run())], reaching)


def with_checkpoint_weights(prepared: PreparedRun, knobs: Container[str]) -> Experiment:
    """The experiment with the checkpoint's weights in it, unless weight seeds are among the knobs."""
    return prepared.experiment if "weight_seed" in knobs else prepared.experiment.with_weights_of(prepared.checkpoint)


def runs_at_once(prepared: PreparedRun, axes: LandscapeAxes) -> int:
    """How many runs one request may have; 0 when a single one takes too long."""
    longest = max(axes.values.get("samples", (prepared.experiment.samples,)))
    one = budget.cost(replace(prepared.experiment, samples=int(longest)), prepared.checkpoint)
    if axes.reaching is not None and "samples" in axes.values:
        one += COST_OF_STEPS * int(sum(axes.values["samples"]))
    return min(MOST_RUNS, budget.BUDGET // one)


def cell_numbers(sweep_result: SweepResult, by: str) -> dict[str, Any]:
    """The numbers of the cells, line after line; steps are −1 where there are none."""

    def lines(array: NDArray[Any], dtype: str) -> dict[str, str]:
        numbers = np.where(np.isfinite(array), array, -1) if dtype == "i4" else array
        return typed((numbers if next(iter(sweep_result.axes)) == by else numbers.T).ravel(), dtype)

    return {
        "settled": lines(sweep_result.settled, "f8"),
        "last": lines(sweep_result.last, "f8"),
        "diverged": lines(sweep_result.diverged_at, "i4"),
        "steps": lines(sweep_result.steps, "i4"),
    }


def _value_numbers(plain: object, values: Values) -> list[int]:
    """Numbers of some of the values, each at most once."""
    if not isinstance(plain, list) or len(plain) > len(values):
        raise Malformed("A line of a landscape has no more cells than its knob has values.")
    numbers = [whole_upto(number, len(values) - 1) for number in plain]
    if len(set(numbers)) < len(numbers):
        raise Malformed("A cell of a landscape is asked for once.")
    return numbers
