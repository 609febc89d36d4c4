"""The marking: each answer's run is made again, under its own data seed and under 32 others, and judged.

Runs that are equal are made once, and those that differ in α or first weights alone learn side by side. The seconds
hold for all of it: short runs come first, and answers for which no time is left say so.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from engine.data.inputs import SAMPLES_LIMIT
from engine.errors import BenchError
from engine.outcomes.run_ends import OTHERS, RunEnd, other_seeds
from webapp.base.format import grouped, number
from webapp.base.validation import Malformed
from webapp.bench.budget import check_costs, run_cost, work_in
from webapp.classes.goals import percent
from webapp.classes.lesson import Lesson, LessonRefused, Step
from webapp.classes.tasks import Task, goal_refusal, is_too_long, right_answer, task_of
from webapp.classes.turned_knobs import turned
from webapp.files.export_run import LinkRunner, UnreadableLink
from webapp.homework.answer import Answer, query_of_run, read_answer
from webapp.homework.handed_in import HandedIn
from webapp.homework.likeness import name_alike
from webapp.homework.mark import AGREES, CAUSE, DIFFERS, LUCK, NO_CODE, Mark, MarkedRun
from webapp.homework.replays import Replay, Replays
from webapp.links.codec import Link

TASK_NUMBER = re.compile(r"(?:[0-9a-f]{8}\.|\D*)(\d{1,2})(?:\.0)?", re.IGNORECASE)
"""A task in a row: 3, 3.0, Task 3, or its name."""
PARTS = 4
BEYOND_LUCK = 29
"""Of 32 other data seeds as many must agree for a result to be no luck, as in the editor of lessons, unless the goal of
a task says how many."""
NO_TIME = "There was no time left for this run. Mark again with a larger RUN_SECONDS."
NO_TIME_FOR_OTHERS = "There was no time left for other data seeds. Mark again with a larger RUN_SECONDS."
TOO_LONG = "This run takes too long to be marked."
OTHER_LESSON = "This answer is of no task of this lesson, or of another version of one."
ANOTHER = "Another answer of the same name counts."


class Marking:
    """The marking of one lesson, or of those of its tasks that have these numbers, from 0; LessonRefused where they
    cannot be set on this bench."""

    def __init__(
        self, lesson: Lesson, runner: LinkRunner, seconds: float, numbers: Sequence[int] | None = None
    ) -> None:
        if not lesson.tasks:
            raise LessonRefused("This lesson has no tasks, so there is nothing to mark.")
        self.lesson = lesson
        self._runner = runner
        self._seconds, self._replays = seconds, Replays(seconds)
        self._links: dict[str, Link | str] = {}
        self._names = {lesson.task_name(at): at for at in range(len(lesson.steps))}
        self.tasks: dict[int, Task] = {}
        """The tasks with a goal, by their numbers from 0."""
        self._right: dict[int, tuple[int, int | None]] = {}
        for at in lesson.tasks if numbers is None else numbers:
            step = lesson.steps[at]
            if step.goal is not None:
                before = self._own_link(step.before)
                if refused := goal_refusal(step.goal, before.experiment, f"Step {at + 1}: "):
                    raise LessonRefused(refused)
                self.tasks[at] = task_of(step, step.goal, before, self._replays.check)
            else:
                self._right[at] = right_answer(step, lambda query: self._own_link(query).experiment)

    def mark(self, handed_in: Sequence[HandedIn]) -> list[Mark]:
        """The answers marked, in their order."""
        marks = [Mark(one) for one in handed_in]
        runs = [run for mark in marks if (run := self._begun(mark)) is not None]
        made = []
        for some in self._batches(runs):
            made += self._make(some)
            self._make_others([run for run in some if run.end is not None and not run.is_longer_than_allowed])
        name_alike(made, self._replays.check)
        told = [mark for mark in marks if mark.task is not None]
        # An answer that could not be judged takes no other's place.
        last = {(mark.handed_in.name, mark.task): mark for mark in sorted(told, key=lambda mark: bool(mark.found))}
        for mark in told:
            mark.counts = last[mark.handed_in.name, mark.task] is mark
            mark.said += [] if mark.counts else [ANOTHER]
        return marks

    # Reading

    def _begun(self, mark: Mark) -> MarkedRun | None:
        """The run of an answer that is to be made; None for a prediction, and for what a sentence refuses."""
        try:
            return self._read(mark, mark.handed_in)
        except (Malformed, BenchError) as refused:
            mark.said.append(str(refused))
            return None

    def _read(self, mark: Mark, one: HandedIn) -> MarkedRun | None:
        by_row = self._by_row(one)
        mark.task = None if by_row is None else by_row + 1
        if one.refusal or not one.text.strip():
            raise Malformed(one.refusal or "There is no answer.")
        answer = read_answer(one.text, SAMPLES_LIMIT)
        at = self._number(answer, by_row)
        mark.task = at + 1
        if at in self._right:
            self._predicted(mark, self.lesson.steps[at], answer, self._right[at])
            return None
        if not answer.query:
            raise Malformed("This task asks for a run, and the answer has no link.")
        task, link = self.tasks[at], self._link(answer.query)
        mark.query = query_of_run(link.key, link.experiment)
        changes = turned(link.experiment, task.before.experiment).items()
        mark.turned = ", ".join(f"{label} {was} → {now}" for label, (was, now) in changes)
        task.check(link)
        if is_too_long(link.experiment):
            raise Malformed(TOO_LONG)
        return MarkedRun(mark, task, Replay(link.experiment, task.is_scored), answer.code)

    def _by_row(self, one: HandedIn) -> int | None:
        """The number from 0 of the task that a row names, as 3 or as a task's name; None where it names none."""
        if not one.task:
            return None
        match = TASK_NUMBER.fullmatch(one.task)
        at = None if match is None else int(match[1]) - 1
        if at not in self.lesson.tasks:
            raise Malformed(f"Its row names task {one.task[:20]}, which this lesson has not.")
        return at

    def _number(self, answer: Answer, by_row: int | None) -> int:
        """The number of an answer's task from 0, by its own text, its row, or the one task that its run fits."""
        if answer.task and answer.task not in self._names:
            raise Malformed(OTHER_LESSON)
        by_text = self._names.get(answer.task)
        if by_text is not None and by_row not in (None, by_text):
            raise Malformed(f"This answer is of task {by_text + 1}, and its row says another.")
        at = by_row if by_text is None else by_text
        if at is None:
            fitting = [at for at in self.tasks if self._fits(at, answer)]
            if len(fitting) != 1:
                raise Malformed("This answer names no task. Give it a column, or use Copy my answer.")
            (at,) = fitting
        if at not in self.lesson.tasks:
            raise Malformed("This step of the lesson is no task.")
        return at

    def _fits(self, at: int, answer: Answer) -> bool:
        try:
            self.tasks[at].check(self._link(answer.query))
        except Malformed:
            return False
        return True

    @staticmethod
    def _predicted(mark: Mark, step: Step, answer: Answer, right: tuple[int, int | None]) -> None:
        of_both = zip((answer.choice, answer.reason), (step.choices, step.reasons), right, strict=True)
        asked = [(chosen or 0, choices, holding) for chosen, choices, holding in of_both if choices]
        if answer.choice is None or (step.reasons and answer.reason is None):
            without = "choice" if answer.choice is None else "reason"
            raise Malformed(f"This task asks for a {without}, and the answer has none.")
        if any(not 1 <= chosen <= len(choices) for chosen, choices, _ in asked):
            raise Malformed("It names a choice or a reason that this task has not.")
        held = [chosen - 1 == holding for chosen, _, holding in asked]
        mark.points, mark.reached = sum(held) / len(held), all(held)
        mark.found = "; ".join(choices[chosen - 1].text for chosen, choices, _ in asked)
        wrong = [choices[chosen - 1] for (chosen, choices, _), holds in zip(asked, held, strict=True) if not holds]
        mark.missing = tuple(f"“{choice.text}” is wrong." for choice in wrong)
        mark.said += [f"It may stand for: {choice.stands_for}." for choice in wrong if choice.stands_for]

    def _own_link(self, query: str) -> Link:
        """A link of the lesson itself."""
        try:
            return self._link(query)
        except Malformed as refused:
            raise LessonRefused(f"A link of the lesson cannot be read. {refused}") from None

    def _link(self, query: str) -> Link:
        """The link of a query; Malformed with its sentence for one that is broken."""
        if query not in self._links:
            try:
                link = self._runner.read(query)
                check_costs(link.experiment)
                self._links[query] = link
            except (UnreadableLink, BenchError) as error:
                self._links[query] = str(error)
        found = self._links[query]
        if isinstance(found, str):
            raise Malformed(found)
        return found

    # Making the runs

    def _batches(self, runs: Sequence[MarkedRun]) -> Iterator[list[MarkedRun]]:
        """The runs, short ones first, in parts that take about a quarter of the seconds: long ones take no time from
        others, and nearly always all are one part."""
        costs = [(1 + OTHERS) * run_cost(run.experiment, run.experiment.network()) for run in runs]
        part: list[MarkedRun] = []
        work = 0
        for cost, run in sorted(zip(costs, runs, strict=True), key=lambda pair: pair[0]):
            if part and work + cost > work_in(self._seconds) / PARTS:
                yield part
                part, work = [], 0
            part.append(run)
            work += cost
        if part:
            yield part

    def _make(self, runs: Sequence[MarkedRun]) -> list[MarkedRun]:
        """Makes the runs under their own data seeds and judges them; returns those for which there was time."""
        found = self._replays.ends(run.replay for run in runs)
        for run in runs:
            mark, run.end = run.mark, found.get(run.replay)
            if run.end is None:
                mark.said.append(NO_TIME)
                continue
            mark.run = run.end.fingerprint
            mark.code = NO_CODE if not run.code else AGREES if run.code == mark.run else DIFFERS
            if mark.code == DIFFERS:
                mark.said.append(f"The code {grouped(run.code)} is not that of this run, {grouped(mark.run)}.")
            _judge(run, run.end)
        return [run for run in runs if run.end is not None]

    def _make_others(self, runs: Sequence[MarkedRun]) -> None:
        """Makes the runs under 32 other data seeds, once for equal codes, and judges them again."""
        firsts = {run.key: run for run in reversed(runs)}
        replays = {
            key: [first.with_seed(seed) for seed in other_seeds(first.experiment.seed)]
            for key, first in firsts.items()
        }  # fmt: skip
        found = self._replays.ends(replay for some in replays.values() for replay in some)
        for run in runs:
            ends = [found[replay] for replay in replays[run.key] if replay in found]
            if run.end is None or len(ends) < OTHERS:
                run.mark.said.append(NO_TIME_FOR_OTHERS)
                continue
            run.mark.others = sum(map(run.task.counts, ends))
            run.mark.median = _median(run.task, ends)
            here = run.task.counts(run.end)
            agree, least = OTHERS - run.mark.others, BEYOND_LUCK
            if here:
                agree, least = run.mark.others, run.task.goal.learns_in or BEYOND_LUCK
            run.mark.luck = CAUSE if agree >= least else LUCK
            _judge(run, run.end)


def bits_differ(marks: Sequence[Mark]) -> bool:
    """Whether most codes differ from the runs as they are made here: this machine may have other bits."""
    codes = Counter(mark.code for mark in marks)
    return codes[DIFFERS] > max(2, codes[AGREES])


def _judge(run: MarkedRun, end: RunEnd) -> None:
    mark = run.mark
    judged = run.task.judge(run.experiment, end, mark.others)
    waits = mark.others is None and run.task.goal.learns_in is not None
    mark.reached, mark.points = judged.done and not waits, 0.0 if judged.done and waits else judged.points
    mark.found, mark.missing = judged.found, judged.missing


def _median(task: Task, ends: Sequence[RunEnd]) -> str:
    """The median of the number that the goal is about, in words."""
    if task.goal.final_loss is None and task.goal.accuracy is not None:
        return percent(median(end.accuracy for end in ends))
    held_out = task.goal.final_loss is None and task.goal.held_out is not None
    return number(median(end.held_out if held_out else end.final for end in ends))
