"""The cells of a landscape: runs beside the one that is shown, over two of its knobs.

The page requests lines of the map in the order in which it wants them; as many runs are made of them as one request may
cost.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.errors import ExperimentError, OutOfRangeError
from engine.experiments.experiment import Experiment
from engine.experiments.layer_specs import weights_of
from engine.scoring import measure_of, scored_count
from engine.sweeps.axes import GRID_AXES, Values, axes_of
from engine.sweeps.grid import Grid
from engine.sweeps.sweep_result import SweepResult, assemble, stacked
from engine.sweeps.tasks import task_of
from webapp.analyses.landscape.axes import LandscapeAxes, read_axes
from webapp.base.validation import Malformed, exactly, one_of, whole_upto
from webapp.bench import budget
from webapp.bench.actions import PreparedRun
from webapp.figures.encode import packed

MOST_RUNS = 512
"""The most runs that are made for one request, so that the map fills before one's eyes."""

COUNTED = 80
"""The cost of a loss, as the budget counts, for each length of a run whose steps to a loss are counted."""

SENT = ("learned", "held_out")
"""The names under which a page gets scores."""

TOO_LONG = "One run of this length takes too long for a map of many. Lower the samples, or call engine.sweep in Python."
TOO_SLOW = "One run of this network takes too long for a map of many: its layers train slowly. Lower the samples."


class Measured(NamedTuple):
    """The measures of each run beside its losses: a loss to which steps are counted, and how its answers are scored."""

    reaching: float | None = None
    measure: str | None = None


LOSSES_ALONE = Measured()


def _too_long(prepared: PreparedRun) -> str:
    return TOO_LONG if kernel.supports(prepared.checkpoint.layers) else TOO_SLOW


def evaluate_landscape(prepared: PreparedRun, asked: object) -> dict[str, Any]:
    """The cells of the first of these lines, as many as one request may cost, line after line.

    `asked` is {"plan": see `read_axes`, "by": the knob that has one value on a line, "lines": numbers of its values,
    "along": numbers of the other's}.
    """
    body = exactly(asked, {"plan", "by", "lines", "along"})
    plan = read_axes(body["plan"], prepared.experiment.knobs)
    by = one_of(body["by"], {plan.x, plan.y} - {"samples"})
    along = plan.y if by == plan.x else plan.x
    known = {"values": plan.values}
    lines, places = _places(body["lines"], plan.values[by]), _places(body["along"], plan.values[along])
    most = runs_at_once(prepared, plan) if lines and places else 0
    if not most:
        return known | {"lines": 0, "along": 0, "runs": 0, "says": _too_long(prepared) if lines else ""}
    # A run of many samples contains those of fewer: a line along the samples is one run.
    whole = along == "samples"
    places = places if whole else places[:most]
    lines = lines[: max(1, most if whole else most // len(places))]
    chosen = {by: [plan.values[by][k] for k in lines], along: [plan.values[along][k] for k in places]}
    runs = len(lines) * (1 if whole else len(places))
    measured = Measured(plan.reaching, measure_of(prepared.experiment) if plan.scored else None)
    return (
        known
        | {"lines": len(lines), "along": len(places), "runs": runs, "says": ""}
        | numbers_of(cells(prepared, chosen, measured), by)
    )


def cells(prepared: PreparedRun, chosen: Mapping[str, Sequence[Any]], measured: Measured = LOSSES_ALONE) -> SweepResult:
    """The landscape over the chosen values of two knobs; all else is as it was prepared.

    A run that the bench refuses, such as one with batches of more samples than it has, has the final loss nan.
    """
    others = [name for name in axes_of(prepared.experiment.knobs) if name in chosen and name not in GRID_AXES]
    if others:
        last, rest = others[-1], {name: values for name, values in chosen.items() if name != others[-1]}
        return stacked(last, chosen[last], [_turned(prepared, {last: value}, rest, measured) for value in chosen[last]])
    experiment = named(prepared, chosen)
    grid = Grid(
        experiment,
        tuple(chosen.get("alpha", (experiment.alpha,))),
        tuple(chosen.get("seed", (experiment.seed,))),
        tuple(chosen.get("weight_seed", ())),
        tuple(chosen.get("samples", ())),
    )
    blocks = list(grid.blocks(grid.size))
    runs = np.concatenate([block.runs for block in blocks])
    result = task_of(grid, blocks, measured.reaching, measure=measured.measure).run()
    found = assemble(experiment, grid, list(chosen), [(runs, result)], measured.reaching, measure=measured.measure)
    return _without_refused(found)


def _turned(
    prepared: PreparedRun, knobs: Mapping[str, Any], rest: Mapping[str, Sequence[Any]], measured: Measured
) -> SweepResult:
    """The cells over the rest with these knobs turned.

    The knobs are checked with the least α and the most samples of the cells, so that they are refused only where every
    cell refuses them.
    """
    own = prepared.experiment
    alpha, samples = min(rest.get("alpha", (own.alpha,))), max(rest.get("samples", (own.samples,)))
    try:
        turned = prepared.replace_unchecked(**{"alpha": alpha, "samples": samples, **knobs})
    except (OutOfRangeError, ExperimentError):
        return _refused(own, rest, measured)
    return cells(turned, rest, measured)


def _refused(experiment: Experiment, chosen: Mapping[str, Sequence[Any]], measured: Measured) -> SweepResult:
    """Cells that all have no run."""
    shape = [len(values) for values in chosen.values()]
    none, never = np.full(shape, np.nan), np.full(shape, np.inf)
    axes = {name: np.array(values) for name, values in chosen.items()}
    runs = np.zeros(shape, int), np.zeros(shape, bool)
    return SweepResult(experiment, axes, none, none, *runs, never, measured.reaching)


def _without_refused(found: SweepResult) -> SweepResult:
    """The cells, and no numbers where the experiment refuses the cell's α, number of samples or data seed."""
    own, names = found.experiment, list(found.axes)
    seeds = found.axes.get("seed", np.array([own.seed]))
    none_left = np.isin(seeds, own.seeds_without_rows(seeds.tolist()))
    if own.rule.plain and own.distinct is None and not none_left.any():
        return found
    alphas, lengths = found.axes.get("alpha", [own.alpha]), found.axes.get("samples", [own.samples])
    allowed = np.array([[own.allows(float(alpha), int(samples)) for samples in lengths] for alpha in alphas])
    places = np.indices(found.settled.shape)
    row, column, seed = (places[names.index(name)] if name in names else 0 for name in ("alpha", "samples", "seed"))
    mask = allowed[row, column] & ~none_left[seed]
    return replace(
        found,
        settled=np.where(mask, found.settled, np.nan),
        last=np.where(mask, found.last, np.nan),
        diverged=found.diverged & mask,
        steps=np.where(mask, found.steps, np.inf),
        scores={name: np.where(mask, scores, np.nan) for name, scores in found.scores.items()},
    )


def named(prepared: PreparedRun, knobs: Container[str]) -> Experiment:
    """The experiment with the checkpoint's weights in it, unless weight seeds are among the knobs."""
    experiment, weights = prepared.experiment, weights_of(prepared.checkpoint)
    return experiment if "weight_seed" in knobs else experiment.replace_unchecked(weights=weights)


def runs_at_once(prepared: PreparedRun, plan: LandscapeAxes) -> int:
    """The most runs of one request; 0 when a single one takes too long."""
    longest = max(plan.values.get("samples", (prepared.experiment.samples,)))
    one = budget.run_cost(prepared.experiment, prepared.checkpoint, int(longest))
    if plan.reaching is not None and "samples" in plan.values:
        one += COUNTED * int(sum(plan.values["samples"]))
    if plan.scored:
        one += scoring_cost(prepared, len(plan.values.get("samples", (longest,))))
    return min(MOST_RUNS, budget.BUDGET // one)


def scoring_cost(prepared: PreparedRun, times: int) -> int:
    """The cost of scoring one run after as many lengths, at each of which all samples go through the network."""
    one_sample = budget.run_cost(prepared.experiment, prepared.checkpoint, 1)
    each = budget.run_cost(prepared.experiment, prepared.checkpoint, 2) - one_sample
    return times * scored_count(prepared.experiment) * each


def numbers_of(found: SweepResult, by: str) -> dict[str, Any]:
    """The numbers of the cells, line after line; steps are −1 where there are none."""

    def lines(array: NDArray[Any], dtype: str) -> dict[str, str]:
        whole = np.where(np.isfinite(array), array, -1) if dtype == "i4" else array
        return packed((whole if next(iter(found.axes)) == by else whole.T).ravel(), dtype)

    return {
        "settled": lines(found.settled, "f8"),
        "last": lines(found.last, "f8"),
        "diverged": lines(found.diverged_at, "i4"),
        "steps": lines(found.steps, "i4"),
    } | {sent: lines(scores, "f8") for sent, scores in zip(SENT, found.scores.values(), strict=False)}


def _places(plain: object, values: Values) -> list[int]:
    """Numbers of some of the values, each at most once."""
    if not isinstance(plain, list) or len(plain) > len(values):
        raise Malformed("A line of a landscape has no more cells than its knob has values.")
    places = [whole_upto(place, len(values) - 1) for place in plain]
    if len(set(places)) < len(places):
        raise Malformed("A cell of a landscape is asked for once.")
    return places
