"""A task in a notebook: its bench in Python, its page in the cell, and points between 0 and 1 for nbgrader."""

import html
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from itertools import chain
from typing import Any, Protocol

import dill
import numpy as np

from engine.base.notebook_html import paragraph
from engine.bench import NNBench, bench_for
from engine.data.inputs import SAMPLES_LIMIT
from engine.errors import BenchError
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.layer_specs import Weights, network_of, weights_of
from engine.outcomes.nudged_runs import flat_weights
from engine.outcomes.run_ends import OTHERS
from engine.training.network import Network
from webapp.classes.goals import allowed_words, asked_words, listed
from webapp.classes.lesson import TASK, Lesson
from webapp.classes.turned_knobs import WEIGHTS
from webapp.files.export_run import own_link_runner
from webapp.homework.answer import prediction_line, query_of_run, read_answer, run_line
from webapp.homework.handed_in import HandedIn
from webapp.homework.marking import Marking

OTHER_NETWORK = "The bench has another network than this task: begin with task.bench()."
WEIGHT_SEEDS = 1_000
OF_BENCH = ("noise", "distinct", "held_out", "scaling", "split", "test", "without", "seed")


class Page(Protocol):
    """A page in the cell of a notebook."""

    def _repr_html_(self) -> str: ...


Serve = Callable[[str, Experiment, Mapping[str, Lesson]], Page]
"""Serves the page of an experiment at a link, with some lessons by their names."""


class NotebookTask:
    """A step of a lesson that is a task; BenchError for any other. `seconds` is the most that one check may take."""

    def __init__(self, lesson: Lesson, number: int, serve: Serve, seconds: float) -> None:
        if not 1 <= number <= len(lesson.steps) or lesson.steps[number - 1].ask != TASK:
            tasks = listed([f"{at + 1}" for at in lesson.tasks]) or "none"
            raise BenchError(f"Step {number} of this lesson is no task; its tasks are {tasks}.")
        self._lesson, self._number, self._serve, self._seconds = lesson, number, serve, seconds
        self._step = lesson.steps[number - 1]
        self._before = own_link_runner().read(self._step.before)
        self._page: Page | None = None

    def bench(self, **knobs: Any) -> NNBench:
        """A new bench with the network, the samples and the knobs of the task, its checkpoint taken. Knobs that are
        given, such as decay=0.02, take the place of the task's own."""
        return bench_for(replace(self._before.experiment, **knobs))

    def check(self, answer: NNBench | str, samples: int | None = None) -> float:
        """The points of an answer, between 0 and 1, after a sentence that is printed.

        The answer is a bench, whose knobs are taken, and its first weights from the checkpoint, or the text of *Copy my
        answer*, or a link, or "choice 2 reason 1". A bench learns as many samples as the task, or `samples`. The run is
        made again; the task's network and samples count, and what the bench has learned does not.
        """
        try:
            text = self._of_bench(answer, samples) if isinstance(answer, NNBench) else answer
        except BenchError as refused:
            return _told(0.0, [str(refused)])
        marking = Marking(self._lesson, own_link_runner(), self._seconds, [self._number - 1])
        (mark,) = marking.mark([HandedIn("", f"{self._number}", text, "")])
        others = "" if mark.others is None else f" With {mark.others} of {OTHERS} other data seeds it gets there too."
        sentences = [f"Done.{others}"] if mark.reached else [*mark.missing]
        name = self._lesson.task_name(self._number - 1)
        line = run_line(name, mark.run, mark.query) if mark.run else ""
        if mark.found and not mark.run:
            line = prediction_line(name, read_answer(text, SAMPLES_LIMIT))
        return _told(mark.points, [*sentences, *mark.said], line)

    def grade(self, answer: NNBench | str, points: float = 1.0, samples: int | None = None) -> float:
        """The points of an answer for a graded cell of nbgrader: as many as `check` says of this number.

        BenchError for an answer without points: nbgrader takes the value 0 for full credit, and an error for none.
        """
        share = self.check(answer, samples)
        if not share:
            raise BenchError("This answer has no points.")
        return points * share

    def __repr__(self) -> str:
        return f"Task {self._number}: {self._words()}"

    def _repr_html_(self) -> str:
        """The question, and below it the page with the task, or a prediction's choices."""
        step = self._step
        if step.goal is None:
            rows = [f"choice {k}: {choice.text}" for k, choice in enumerate(step.choices, 1)]
            rows += [f"reason {k}: {reason.text}" for k, reason in enumerate(step.reasons, 1)]
            return paragraph(repr(self)) + "".join(f"<div>{html.escape(row)}</div>" for row in rows)
        if self._page is None:
            query = query_of_run(self._before.key, self._before.experiment)
            address = f"?{query}&task={OWN}.{self._number}"
            self._page = self._serve(address, self._before.experiment, {OWN: self._lesson})
        return paragraph(repr(self)) + self._page._repr_html_()

    def _words(self) -> str:
        step = self._step
        if step.goal is None:
            return f"{step.question} {step.prompt}"
        return f"{step.question} {step.prompt} Asked is {asked_words(step.goal)}. You may turn {allowed_words(step)}."

    def _of_bench(self, bench: NNBench, samples: int | None) -> str:
        """The link of the run that a bench stands for; BenchError where it has another network."""
        before = self._before.experiment
        own, stored = before.network(), bench.net_checkpoint
        first: Network = bench.net if stored is None else dill.loads(stored)  # noqa: S301 - its own bytes
        if list(map(str, first.layers)) != list(map(str, own.layers)):
            raise BenchError(OTHER_NETWORK)
        knobs: dict[str, Any] = asdict(bench.rule) | {name: getattr(bench, name) for name in OF_BENCH}
        knobs |= {"alpha": float(bench.net.alpha), "samples": before.samples if samples is None else samples}
        one = replace(before, **knobs, weights=self._weights_of(first))
        return f"?{query_of_run(self._before.key, one)}"

    def _weights_of(self, network: Network) -> Weights:
        """The first weights: those of the task, one of the first thousand weight seeds, or as they are."""
        before, flat = self._before.experiment, flat_weights(network)
        drawn = before.weights
        candidates: Iterable[Weights] = [drawn]
        if isinstance(drawn, DrawnWeights) and WEIGHTS in self._step.knobs:
            candidates = chain([drawn], (DrawnWeights(seed, drawn.scheme) for seed in range(WEIGHT_SEEDS)))
        same = (one for one in candidates if np.array_equal(flat_weights(network_of(before.layers, one)), flat))
        return next(same, weights_of(network))


OWN = "own"
"""The name of the lesson on the page of a cell."""


def _told(points: float, sentences: list[str], line: str = "") -> float:
    """The points, after sentences on the standard output and the answer as a line, by which a notebook is marked later.

    Some versions of nbgrader take the error stream for a failure.
    """
    sys.stdout.write("\n".join(filter(None, (" ".join(sentences), line))) + "\n")
    return points
