"""Tasks of lessons: the run that a task gives, and whether another run reaches its goal.

The page, the marking and notebooks all judge by these functions, so that they agree.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress
from engine.outcomes.run_ends import OTHERS, RunEnd, ends_of, other_seeds
from engine.scoring import ACCURACY, measure_of
from webapp.bench.budget import run_cost, work_in
from webapp.classes.goals import Judged, counts, judge, to_learn
from webapp.classes.kinds.runs import SECONDS, ends
from webapp.classes.kinds.scores import fits
from webapp.classes.lesson import Goal, LessonRefused, Step
from webapp.classes.turned_knobs import check_turned, refusal_of
from webapp.links.codec import Link

SAVED = "saved"
"""The name in a link that leads to an experiment which one server keeps."""


@dataclass(frozen=True)
class Task:
    """A task with a goal, and the run that it gives."""

    step: Step
    goal: Goal
    before: Link
    start: RunEnd
    """The end of the run that it gives."""
    below: float
    """The loss that a run which learns ends below; nan where the goal does not ask for that."""

    @property
    def is_scored(self) -> bool:
        """Whether answers are counted, and not losses alone."""
        return self.goal.accuracy is not None

    def check(self, own: Link) -> None:
        """Malformed with a sentence where the run of a link is none that the task allows."""
        check_turned(own, self.before, self.step.knobs, self.step.ask)

    def counts(self, end: RunEnd) -> bool:
        """Whether the end of a run is one that the goal asks for, beside its samples and other data seeds."""
        return counts(self.goal, end, self.below)

    def judge(self, experiment: Experiment, end: RunEnd, reached: int | None = None) -> Judged:
        """The run judged; `reached` is how many of 32 other data seeds count, None if nobody has looked."""
        return judge(self.goal, experiment, end, self.start, self.below, reached)

    def attempt(self, experiment: Experiment, on_progress: OnProgress) -> tuple[Judged, RunEnd]:
        """The run of an experiment judged, under other data seeds as well where the goal asks for these."""
        end = self.end(experiment, on_progress)
        judged = self.judge(experiment, end)
        if self.goal.learns_in is not None and judged.done:
            others = (self.end(experiment.with_seed(seed), on_progress) for seed in other_seeds(experiment.seed))
            judged = self.judge(experiment, end, sum(map(self.counts, others)))
        return judged, end

    def end(self, experiment: Experiment, on_progress: OnProgress) -> RunEnd:
        """The end of the run of an experiment."""
        return ends_of([experiment], on_progress, scored=self.is_scored)[0]


def task_of(step: Step, goal: Goal, before: Link, on_progress: OnProgress) -> Task:
    """The task of a step, whose run is made."""
    first = before.experiment
    start = ends_of([first], on_progress, scored=goal.accuracy is not None)[0]
    return Task(step, goal, before, start, to_learn(goal, first))


def is_too_long(experiment: Experiment) -> bool:
    """Whether its run, under its own data seed and 32 others, takes more than a step may."""
    return (1 + OTHERS) * run_cost(experiment, experiment.network()) > work_in(SECONDS)


def refusal(step: Step, goal: Goal, before: Link, where: str, on_progress: OnProgress) -> str:
    """Why a task with a goal cannot be set, after `where`; empty where it can."""
    first = before.experiment
    if sentence := refusal_of(step.knobs, first, step.ask, where):
        return sentence
    if SAVED in before.texts:
        return f"{where}its link is a short one, which this server alone knows. Take an experiment of the list."
    if sentence := goal_refusal(goal, first, where):
        return sentence
    if task_of(step, goal, before, on_progress).attempt(first, on_progress)[0].done:
        return f"{where}its first run reaches the goal already."
    return ""


def goal_refusal(goal: Goal, first: Experiment, where: str) -> str:
    """Why no run like the first one has what a goal asks for, after `where`; empty where some have."""
    if goal.held_out is not None and not first.held_out:
        return f"{where}its goal is a held-out loss, and its run has no held-out samples."
    if goal.accuracy is not None and measure_of(first) != ACCURACY:
        return f"{where}its goal is a share that is answered right, and the answers of its run are numbers."
    return ""


def right_answer(step: Step, experiment_of: Callable[[str], Experiment]) -> tuple[int, int | None]:
    """The choice and the reason of a prediction that are right, from 0; LessonRefused unless one choice holds."""
    holding = [at for at, choice in enumerate(step.choices) if choice.right]
    if not holding:
        before, after = ends(experiment_of(step.before), experiment_of(step.after))
        holding = [at for at, choice in enumerate(step.choices) if fits(choice, before, after)]
    if len(holding) != 1:
        raise LessonRefused("None of its choices holds for its runs, or more than one does.")
    return holding[0], next((at for at, reason in enumerate(step.reasons) if reason.right), None)
