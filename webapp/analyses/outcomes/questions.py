"""Questions about the run that is shown which many other runs answer: which sample did it, and when it was decided.

They are answered in pieces, each with what is known by then: a page that turns a knob or has seen enough asks no more.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.base.byte_cache import CacheRow
from engine.data.turns import ALL_NEW
from engine.errors import ExperimentError, TimeIsUpError
from engine.experiments.experiment import Experiment
from engine.experiments.port_names import port_names
from engine.experiments.run import OnProgress, checkpoint_digest
from engine.outcomes.questions.when_decided import OTHER_DATA, PLACES, TWINS, RunForks
from engine.outcomes.questions.which_sample import LeaveOneOut, WhichSample
from webapp.base.format import column_number
from webapp.base.validation import exactly, yes_or_no
from webapp.bench.actions import PreparedRun
from webapp.bench.budget import run_cost, work_in
from webapp.figures.encode import finite_or_none, plain_fields
from webapp.jobs.job import current_job

SOON = 2.0
"""Seconds of a core that an answer may take without being asked for twice."""

MOST_SECONDS = 20.0
"""Seconds of a core after which an answer is of what is known by then."""

PIECE_SECONDS = 0.4
"""Seconds of a core after which what is known so far is sent, and the page asks for more."""

FORKED_SHARE = 0.55
"""The share of a run that a fork of it makes, on average over the places."""

HELD_BYTES = 32 * 2**20
"""The most bytes of all questions that may go on."""

Question = LeaveOneOut | RunForks
Asked = tuple[Question | None, dict[str, Any]]


@dataclass
class Begun:
    """A question that goes on where it was left, and the seconds of a core that it has had."""

    question: Question
    seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def go_on(self, seconds: float) -> None:
        """Works for these seconds of a core, or until one more is known."""
        began, before = time.thread_time(), self.question.known
        check, most = current_job().check_cancelled, MOST_SECONDS - self.seconds

        def on_progress(done: int) -> None:
            check()
            spent = time.thread_time() - began
            if spent > most or (spent > seconds and done > before):
                raise TimeIsUpError

        try:
            _work(self.question, on_progress)
        finally:
            self.seconds += time.thread_time() - began

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be known."""
        return self.question.is_whole or self.seconds >= MOST_SECONDS


QUESTIONS: CacheRow[Any, Begun] = CacheRow(HELD_BYTES, lambda _, begun: 4096 + 8 * begun.question.numbers)


def _work(question: Question, on_progress: OnProgress) -> None:
    """A page has one core for its questions."""
    if isinstance(question, LeaveOneOut):
        question.go_on(on_progress, threads=1)
    else:
        question.go_on(on_progress)


def _asked(prepared: PreparedRun, make: Callable[..., Question], runs: int, each: float, plain: object) -> Asked:
    """The question after another piece of work, whose answers take `each` this number of runs; or only the `seconds`,
    and `of` how many runs, that the whole takes, where these are more than two and it is not `sure`."""
    experiment, checkpoint = prepared.experiment, prepared.checkpoint
    is_sure = yes_or_no(exactly(plain, {"sure"})["sure"])
    begun = Begun(make(experiment, checkpoint))
    seconds = runs * run_cost(experiment, checkpoint) / work_in(1.0)
    if seconds > SOON and not is_sure:
        return None, {"seconds": math.ceil(min(seconds, MOST_SECONDS)), "of": runs}
    is_kept = experiment.repeatable and 8 * begun.question.numbers < HELD_BYTES // 4
    if is_kept:
        key = (make, experiment, checkpoint_digest(checkpoint))
        begun = prepared.caches.of(QUESTIONS).first_put(key, begun)
    with begun.lock:
        made = each * -begun.question.known if begun.seconds else 1 + TWINS
        if not begun.is_over:
            begun.go_on(PIECE_SECONDS if is_kept else MOST_SECONDS)
        made = math.ceil(made + each * begun.question.known)
        return begun.question, {"runs": made} | ({} if begun.is_over else {"more": True})


def decided(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """When the run was decided, `decided`, as far as it is known after another piece of work, with `more` while the
    page may ask for more; or only the `seconds` that all takes, and `of` how many runs, where these are more than two
    and it is not `sure`. `plain` is {"sure": whether any number of seconds will do}."""
    each = (TWINS + OTHER_DATA) * FORKED_SHARE
    question, answer = _asked(prepared, RunForks, math.ceil(each * (PLACES + 1)), each, plain)
    return answer if question is None else answer | {"decided": plain_fields(vars(question.found()))}


def which(prepared: PreparedRun, plain: object) -> dict[str, Any]:
    """The runs without one row or distinct sample each, `which`, with the samples themselves, as far as they are known;
    or `seconds`, as above; or why none can be left out, `none`. `plain` is that of `decided`."""
    experiment = prepared.experiment
    if experiment.learned is None:
        exactly(plain, {"sure"})
        return {"none": ALL_NEW}
    numbers, _ = experiment.learned
    try:
        question, answer = _asked(prepared, LeaveOneOut, TWINS + len(numbers), 1.0, plain)
    except ExperimentError as error:
        return {"none": str(error)}
    if not isinstance(question, LeaveOneOut):
        return answer
    found = question.found()
    fields = {name: value for name, value in vars(found).items() if name != "answer_without"}
    return answer | {"which": plain_fields(fields) | _samples(experiment, found)}


def _samples(experiment: Experiment, found: WhichSample) -> dict[str, Any]:
    """The samples that are known: their inputs where these are two, their targets in words and, of classes, the other
    class that the run without each answers it, if it does."""
    if experiment.learned is None:
        raise ExperimentError(ALL_NEW)
    numbers, (X, T) = experiment.learned
    places = np.flatnonzero(np.isin(numbers, found.rows))
    common = {"inputs": finite_or_none(X[places]) if experiment.width == 2 else None}
    if found.answer_without is not None:
        names, classes = port_names(experiment).outputs, T[places].argmax(axis=1).tolist()
        answers = [
            None if answer in (own, -1) else answer for own, answer in zip(classes, found.answer_without, strict=True)
        ]
        return common | {"targets": [names[own] for own in classes], "answers": answers}
    table = None if experiment.table is None else experiment.table.table
    rows, years = (T[places], ()) if table is None else (table.arrays[1][numbers[places] - 1], table.years[1])

    def in_words(row: list[float]) -> str:
        """The numbers, but for years with three digits."""
        return ", ".join(
            column_number(target if k in years else float(f"{target:.3g}"), year=k in years)
            for k, target in enumerate(row)
        )

    return common | {"targets": list(map(in_words, rows.tolist()))}
