"""The runs behind a question: the run before and its curve, and the turn under twins and data seeds.

Facts are plain data of finite numbers; None stands for a run that diverges.
"""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from engine.base.numerics import FloatArray
from engine.base.smoothing import low_pass
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, run
from engine.outcomes.effect import effect_by_twins
from engine.outcomes.failure import NUDGED, OF_THE_START, why
from engine.outcomes.other_seeds import final_losses
from engine.outcomes.outcome import best_constant_loss
from engine.outcomes.twins import MOST_TWINS, TWINS, Luck, luck
from webapp.analyses.outcomes.failure import NOT_NUDGED, NUDGED_RUNS, OTHER_RUNS
from webapp.analyses.outcomes.failure import RUNS as RUNS_OF_A_CAUSE
from webapp.bench.budget import run_cost, work_in
from webapp.bench.run_summary import one_of
from webapp.classes.kinds.scores import band_of, end_of, fits, or_none
from webapp.classes.lesson import LessonRefused, Step
from webapp.classes.values import axis_of
from webapp.jobs.job import current_job

SEEDS = range(32)
"""The data seeds of a reveal: those of the story's counts."""
POINTS = 64
"""The numbers of a curve on a phone and on the wall."""
SECONDS = 5.0
"""The most processor time of one step, as the kernel's work predicts it."""
MOST_DRAWS = 8
"""The most secrets that are drawn until one choice holds with their data seeds."""
MORE_TWINS = 1 + MOST_TWINS - TWINS
"""The runs that say whether a change is luck where eight twins do not, on each side."""
HUNTED = 1 + 1 + len(SEEDS), 0
"""The runs of a hunt: of the question, of what is handed in, and on the hidden data seeds."""


class Turned(NamedTuple):
    """A turn as it is shown; the run; and at each data seed both final losses, none where the seed itself is turned."""

    truth: dict[str, Any]
    run: Run
    pairs: list[tuple[float, float]]


def run_before(experiment: Experiment) -> dict[str, Any]:
    """The facts of a question: the run before, its curve, and the axis, which are blind to what is turned."""
    made = made_of(experiment)
    constant = best_constant_loss(experiment)
    end = end_of(made.sound_settled)
    return {
        "before": made.sound_settled,
        "before_diverged": made.diverged_at,
        "axis": axis_of(end, constant if math.isfinite(constant) else math.inf),
        "curve": curve_of(made),
        "samples": experiment.samples,
        "one": one_of(experiment.batch),
        "alpha": experiment.alpha,
    }


def turned_runs(more: int = 0) -> tuple[int, int]:
    """The runs before and after that a turn takes at most; `more` of both come on top.

    Runs that look closer at luck and at the cause of a failure are made too, where a step's seconds allow them.
    """
    alike = 1 + (1 + TWINS) + len(SEEDS) + more
    return alike, alike + RUNS_OF_A_CAUSE


def take_too_long(counts: Sequence[int], experiments: Sequence[Experiment]) -> bool:
    """Whether this many runs of each of the experiments would take more than a step may."""
    costs = (run_cost(experiment, experiment.network()) for experiment in experiments)
    return sum(count * cost for count, cost in zip(counts, costs, strict=False)) > work_in(SECONDS)


def turned(before: Experiment, after: Experiment, facts: Mapping[str, Any], counts: tuple[int, int]) -> Turned:
    """The truth about a turn: where the run ends, the twins, the turn under 32 data seeds, and its proof.

    The facts are those of the run before, and the counts the runs that the step takes; LessonRefused where losses are
    too large for a mean.
    """
    starts = before.network(), after.network()
    now = run(after, starts[1], check_wanted, held_out=False)
    if now.sound_settled is None and now.diverged_at is None:
        raise LessonRefused("The losses of its run are too large for a mean.")
    twins = luck(after, starts[1], check_wanted)

    def twins_now(*, seeds: Sequence[int]) -> Luck:
        return twins if seeds == range(TWINS) else luck(after, starts[1], check_wanted, seeds=seeds)

    count_before, count = counts

    def affords(more_before: int, more: int) -> bool:
        return not take_too_long((count_before + more_before, count + more), (before, after))

    most = MOST_TWINS if affords(MORE_TWINS, OTHER_RUNS + NUDGED_RUNS + MORE_TWINS) else TWINS
    effect = effect_by_twins(partial(luck, before, starts[0], check_wanted), twins_now, most=most)
    seeds = _at_seeds(after, starts[1])
    # Where the data seed itself is turned, or the filter alone, no seed has another run before.
    is_turned = before.replace_unchecked(filter=after.filter).with_seed(after.seed) != after
    pairs = list(zip(_at_seeds(before, starts[0]), seeds, strict=True)) if is_turned else []
    end = end_of(now.sound_settled)
    # A nudge of a run that moved no weight is no luck: its ends are its own.
    band = band_of(end, seeds, twins.ends[1:])
    nudged = NUDGED if affords(0, OTHER_RUNS + NUDGED_RUNS) else 0
    cause = why(after, starts[1], check_wanted, made=now, compared=affords(0, OTHER_RUNS), nudged=nudged)
    is_alone = not nudged and cause is not None and cause.reason not in OF_THE_START
    truth = {
        "truth": now.sound_settled,
        "samples": after.samples,
        "one": one_of(after.batch),
        "diverged": now.diverged_at,
        "fingerprint": now.fingerprint,
        "verdict": effect.verdict,
        "twins": [or_none(loss) for loss in twins.ends[1:]],
        "seeds": [or_none(loss) for loss in seeds],
        "raised": sum(loss > other for other, loss in pairs) if pairs else None,
        "lowered": sum(loss < other for other, loss in pairs) if pairs else None,
        "lost": any(other < loss == math.inf for other, loss in pairs),
        "saved": any(loss < other == math.inf for other, loss in pairs),
        "band": [or_none(band.low), None if band.diverges else band.high],
        "high": or_none(band.high),
        "why": "" if cause is None else cause.sentence + (NOT_NUDGED if is_alone else ""),
        "curve": curve_of(now),
    }
    return Turned(truth, now, pairs)


def ends(before: Experiment, after: Experiment) -> tuple[float, float]:
    """The final losses of both runs; ∞ where one diverges."""
    return end_of(made_of(before).sound_settled), end_of(made_of(after).sound_settled)


def holding(asked: Step, before: float, after: float) -> list[int]:
    """The numbers of the choices that hold for these final losses; none where the author says which is right."""
    return [at for at, choice in enumerate(asked.choices) if fits(choice, before, after)]


def ends_at(experiment: Experiment, seeds: Sequence[int]) -> list[float]:
    """The final losses with these data seeds, ∞ for a run that diverges."""
    return _at_seeds(experiment, experiment.network(), seeds)


def curve_of(made: Run) -> list[float | None]:
    """The smoothed loss at 64 places from the first step to the last, None from where the run diverges."""
    count = len(made.losses)
    sound = count if made.diverged_at is None else made.diverged_at
    places = np.rint(np.linspace(0, count - 1, POINTS))
    steps, smooth = low_pass(made.losses[:sound])
    drawn = np.interp(places, steps, smooth) if sound else places
    return [
        float(f"{loss:.3g}") if place < sound and math.isfinite(loss) else None
        for place, loss in zip(places.tolist(), drawn.tolist(), strict=True)
    ]


def _at_seeds(experiment: Experiment, start: Any, seeds: Sequence[int] = SEEDS) -> list[float]:
    losses: FloatArray = final_losses(experiment, start, [experiment.alpha], seeds, check_wanted)
    found: list[float] = losses[0].tolist()
    return found


def made_of(experiment: Experiment) -> Run:
    """The run of an experiment."""
    return run(experiment, experiment.network(), check_wanted, held_out=False)


def check_wanted(_done: int) -> None:
    """Ends work that nobody waits for any more, or that has had its time."""
    current_job().check_cancelled()
