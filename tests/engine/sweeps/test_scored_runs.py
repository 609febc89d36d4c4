"""A sweep with a measure has the bits of one without, and the scores of runs of their own."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine import CATALOGUE, Affinity, DrawnWeights, Experiment, Map, run, scores
from engine.errors import ExperimentError, UnknownNameError
from engine.experiments.edits import halve_slopes
from engine.sweeps.grid import Grid, with_weight_seed
from engine.sweeps.pieces import SweepPlan, sweep_plan
from engine.sweeps.sweep_result import MEASURES, SCORES, SweepResult, sweep
from engine.sweeps.tasks import Task, task_of
from tests.engine.asserting import refuses

PENGUINS = replace(CATALOGUE["penguins"].experiment, samples=120)
LEAKY = Experiment((Affinity(2, 3), Map("leaky relu"), Affinity(3, 2)), "swap", DrawnWeights(1, "he"), samples=120)
KNOBS: dict[str, Any] = {
    "alphas": (0.01, 0.3, 1e100), "seeds": (3, 4), "samples": (120, 7, 60), "weight_seeds": (5, 1),
}  # fmt: skip
KINDS: dict[str, Experiment] = {
    "classes": PENGUINS,
    "numbers": replace(CATALOGUE["cars"].experiment, samples=120),
    "signs of drawn inputs": replace(CATALOGUE["tanh-signs"].experiment, samples=120),
    "nothing held out": replace(PENGUINS, held_out=0),
    "a rule": replace(PENGUINS, optimizer="adam", batch=7, rate="1/(1+k/20)", split="every", without=(1, 2)),
    "layers that the kernel does not have": halve_slopes(LEAKY, wrong=True),
}


def measured(experiment: Experiment, **knobs: Any) -> tuple[str, SweepResult]:
    """The measure that suits the answers, and a sweep with it."""
    for measure in SCORES:
        try:
            return measure, sweep(experiment, **knobs, measure=measure)
        except ExperimentError:
            continue
    raise AssertionError("No measure suits.")


@pytest.mark.parametrize("kind", KINDS)
def test_each_run_is_scored_as_one_of_its_own_and_nothing_else_changes(kind: str) -> None:
    experiment = KINDS[kind]
    plain, (measure, found) = sweep(experiment, **KNOBS), measured(experiment, **KNOBS)
    for name in ("settled", "last", "sound", "diverged"):
        assert getattr(found, name).tobytes() == getattr(plain, name).tobytes()
    assert plain.scores == {}
    seen, unseen = SCORES[measure]
    assert tuple(found.scores) == ((seen, unseen) if experiment.held_out else (seen,))
    assert found.diverged.any() == (kind != "signs of drawn inputs")
    for place in np.ndindex(found.settled.shape):
        values = {name: axis[at].item() for (name, axis), at in zip(found.axes.items(), place, strict=True)}
        one = with_weight_seed(experiment, values.pop("weight_seed")).replace_unchecked(**values)
        if found.diverged[place]:
            assert np.isnan(getattr(found, seen)[place])
            continue
        alone = scores(one, run(one, one.network()).trained)
        known = [score.by(measure) for score in (alone.learned, alone.held_out) if score]
        assert np.array_equal([array[place] for array in found.scores.values()], known, equal_nan=True)


@pytest.mark.parametrize("fewest", [{"batch": 8}, {"distinct": 8}])
def test_lengths_that_no_run_has_are_without_scores(fewest: dict[str, Any]) -> None:
    experiment = replace(PENGUINS, **fewest)
    found = sweep(experiment, samples=(7, 120), measure="accuracy")
    assert np.array_equal(found.scores["right"], [np.nan, scores(experiment).learned.by("accuracy")], equal_nan=True)


def test_scores_are_part_of_tasks_plans_parts_and_files() -> None:
    knobs: dict[str, Any] = {"alphas": (0.01, 1e100), "seeds": (3, 4)}
    plain, found = sweep(PENGUINS, **knobs), sweep(PENGUINS, **knobs, measure="accuracy")
    lines, more = plain.to_csv().splitlines(), found.to_csv().splitlines()
    assert [line[: len(known)] for line, known in zip(more, lines, strict=True)] == lines
    assert more[0].endswith(",right,held_out_right")
    assert more[3].endswith(",,")
    assert np.array_equal(found.at(seed=4).scores["right"], found.scores["right"][:, 1], equal_nan=True)
    file = io.BytesIO()
    found.to_npz(file)
    file.seek(0)
    arrays = np.load(file)
    assert {*MEASURES} - {"steps"} | {"right", "held_out_right"} <= {*arrays}
    assert "steps" not in arrays
    assert np.array_equal(arrays["right"], found.scores["right"], equal_nan=True)
    assert found.figure("held_out_right").layout.title is not None
    grid = Grid(PENGUINS, (0.01,), (3,))
    task = task_of(grid, list(grid.blocks(1)), measure="accuracy")
    assert Task.from_json(task.to_json()) == task
    plan = sweep_plan(PENGUINS, {"alpha": (0.01, 0.02), "seed": (3, 4)}, "accuracy")
    assert SweepPlan.from_json(plan.to_json()) == plan
    assert plan.piece(0).task.measure == "accuracy"
    assert "accuracy" not in replace(plan, measure=None).to_json()
    assert plan.seconds > sweep_plan(PENGUINS, plan.axes).seconds


def test_a_measure_that_says_nothing_of_the_answers_is_refused() -> None:
    refuses(ExperimentError, sweep, PENGUINS, measure="r2")
    refuses(ExperimentError, sweep_plan, KINDS["numbers"], {"seed": (1, 2)}, "accuracy")
    refuses(UnknownNameError, sweep, PENGUINS, measure="right")
