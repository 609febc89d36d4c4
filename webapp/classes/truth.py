"""The truth behind the questions of lessons: each question before its run is shown, and all that is said of it then.

Truth is never stored: it is a function of a step and of a room's secret, remembered while there is room for it. A
question depends on the run before alone.
"""

import hashlib
import hmac
import itertools
import json
import logging
import queue
import secrets
import threading
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from werkzeug.exceptions import NotFound, ServiceUnavailable

from engine.data.inputs import LARGEST_SEED
from engine.data.prepared_table import UNSCALED
from engine.data.table import Table
from engine.errors import BenchError
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.knobs import naming_knobs
from webapp.base.format import number
from webapp.base.validation import Malformed, exactly, text_within
from webapp.bench.budget import check_costs
from webapp.bench.narration import shown_values
from webapp.bench.run_summary import summary_knobs
from webapp.classes import tasks
from webapp.classes.goals import allowed_words, asked_words
from webapp.classes.kinds import runs, scores
from webapp.classes.kinds.scores import Round
from webapp.classes.kinds.table import PREDICTIONS
from webapp.classes.language import Refusal
from webapp.classes.lesson import CLASS, TASK, Lesson, LessonRefused, Step, read_lesson
from webapp.classes.packaged import packaged_lessons
from webapp.classes.reveal import sentences
from webapp.classes.reveal.board import Entry, ranked
from webapp.classes.story import story_lesson
from webapp.classes.turned_knobs import check_turned, knobs_of, refusal_of, same_beside
from webapp.classes.values import PER_DECADE, Value, position_of
from webapp.files.export_run import LinkRunner, UnreadableLink
from webapp.http.connections.work_queue import be_nice
from webapp.jobs.answer_cache import AnswerCache
from webapp.jobs.job import RunTooLong
from webapp.links.codec import LONGEST, Link, query_of
from webapp.links.short_links import BESIDE, LinksAway, Maker, NotStored, ShortLinks
from webapp.settings import Settings

log = logging.getLogger(__name__)

STORY = "story."
"""The names of lessons from pages of the story begin so."""
SECRET_BYTES = 16
NICENESS = 10
MOST_BEGUN = 4_096
"""Truths, and runs that were handed in, that wait to be made ahead; those beyond are made when they are asked for."""
TRUTH, BOARD, ENTRY = range(3)
"""The order in which they are made. Runs that were handed in wait for all others, and leave them half of the room."""
HUNT_SEEDS = 32


class Truths:
    """The questions and truths of lessons; safe to use from many threads."""

    def __init__(
        self,
        settings: Settings,
        short_links: ShortLinks,
        lessons: Mapping[str, Lesson] | None = None,
        maker: Callable[[], Maker] = lambda: BESIDE,
    ) -> None:
        self._lessons = {**packaged_lessons(), **(lessons or {})}
        self._runner = LinkRunner(settings, short_links)
        self._short_links = short_links
        self._maker = maker
        self._answers = AnswerCache()
        self._ahead: queue.PriorityQueue[tuple[int, int, Callable[[], object]]] = queue.PriorityQueue(MOST_BEGUN)
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    # Lessons and their secrets

    def find(self, name: str) -> Lesson:
        """The lesson of a name: one of the package, pages of the story, or one that was kept; a refusal by HTTP where
        there is none."""
        if name in self._lessons:
            return self._lessons[name]
        if name.startswith(STORY):
            return story_lesson(name.removeprefix(STORY).split("."))
        try:
            file = self._short_links.load_lesson(name)
        except LinksAway:
            raise ServiceUnavailable(
                "The server cannot look up lessons at the moment. Try again in a minute."
            ) from None
        if file is None:
            raise NotFound("There is no such lesson, or no longer.")
        return read_lesson(json.loads(file))

    def keep(self, lesson: Lesson, maker: Maker) -> str:
        """Stores a lesson and returns its name; LessonRefused where that fails."""
        try:
            return self._short_links.store_lesson(lesson.to_bytes(), maker)
        except NotStored as error:
            raise LessonRefused(str(error)) from None

    def refusals(self, lesson: Lesson) -> list[str]:
        """A sentence for every step that cannot be asked: its links do not run, or not one of its choices holds."""
        steps = range(len(lesson.steps))
        if sentences := [sentence for at in steps if (sentence := self._refusal(lesson, at))]:
            return sentences
        try:
            # The truths that are shown with the lesson, which are not made twice.
            secret = own_secret(lesson, self)
            return [sentence for at in steps if (sentence := self._truth_refusal(lesson, at, secret))]
        except (LessonRefused, RunTooLong) as refused:
            return [str(refused)]

    def secret(self, lesson: Lesson, draw: Callable[[], bytes] = lambda: secrets.token_bytes(SECRET_BYTES)) -> bytes:
        """A new secret, with whose data seeds exactly one choice of each step holds; LessonRefused after 8 draws, and
        where a link of the lesson no longer leads to a run."""
        for at, step in enumerate(lesson.steps):
            self._check_links(step, at)
        drawn = [
            at for at, step in enumerate(lesson.steps) if step.seed == CLASS and step.choices and not step.is_judged
        ]
        refusal = None
        for _ in range(runs.MOST_DRAWS):
            secret = draw()
            refusal = next(filter(None, (self._choices_refusal(lesson, at, secret) for at in drawn)), None)
            if refusal is None:
                return secret
        raise LessonRefused(refusal)

    def begin(self, lesson: Lesson, secret: bytes) -> None:
        """Makes the truths of a lesson ahead, one after the other, while nobody waits for them."""
        for at, step in enumerate(lesson.steps):
            self._later(partial(self.question if step.is_hunt else self.truth, lesson, at, secret))

    def ready(self, lesson: Lesson, secret: bytes) -> int:
        """How many steps, from the first on, have their truths made."""
        steps = range(len(lesson.steps))
        return next((at for at in steps if not self.is_ready(lesson, at, secret)), len(steps))

    def is_ready(self, lesson: Lesson, step: int, secret: bytes) -> bool:
        """Whether the truth of a step is made."""
        return lesson.steps[step].is_hunt or self._answers.known(self._truth_key(lesson, step, secret)) is not None

    # Before the run is shown

    def question(self, lesson: Lesson, step: int, secret: bytes) -> dict[str, Any]:
        """The question as phones and the wall know it while they predict, blind to the run to predict."""
        asked = lesson.steps[step]
        before = {} if asked.ask == TASK else self._before(asked, step, secret)
        ask = {"kind": asked.ask, "question": asked.question, "prompt": asked.prompt, **before}
        if asked.choices:
            ask["choices"] = [choice.text for choice in asked.choices]
        if asked.ask not in PREDICTIONS:
            ask |= {"knobs": list(asked.knobs), "link": f"?{self._given(asked, step, secret)}"}
        if asked.ask == TASK:
            ask |= {"name": lesson.task_name(step), "reasons": [reason.text for reason in asked.reasons]}
        if asked.goal:
            ask |= {"asked": asked_words(asked.goal), "allowed": allowed_words(asked)}
        return ask

    def value(self, lesson: Lesson, step: int, secret: bytes, plain: object) -> Value | str:
        """The value of an answer; Malformed for any other. That of a hunt is the query of the run that is handed in."""
        asked = lesson.steps[step]
        if asked.is_hunt:
            return self._handed_in(asked, step, secret, text_within(exactly(plain, {"link"})["link"], LONGEST))
        value: Value = PREDICTIONS[asked.ask].read(self.question(lesson, step, secret), plain)
        return value

    # The reveal

    def truth(self, lesson: Lesson, step: int, secret: bytes) -> dict[str, Any]:
        """The truth about a step, for reading only; LessonRefused where there is none, as with a class's data seed."""
        key = self._truth_key(lesson, step, secret)
        return self._answers.answer(key, lambda: self._make_truth(lesson.steps[step], step, secret))[0]

    def shown(self, lesson: Lesson, step: int, secret: bytes, rounds: Sequence[Round]) -> dict[str, Any]:
        """All that is shown of a step, with what its rounds said."""
        asked, truth = lesson.steps[step], self.truth(lesson, step, secret)
        link = asked.after or asked.before
        return sentences.shown(asked, truth, rounds, lesson.lang) | {
            "link": f"?{self._query(link, self._seed(asked, step, secret))}"
        }

    def share_within(self, lesson: Lesson, step: int, secret: bytes, votes: Round) -> float:
        """The share of a round that is within luck, or right; 0 where nobody predicted."""
        truth, count = self.truth(lesson, step, secret), scores.people(votes)
        is_within = PREDICTIONS[lesson.steps[step].ask].is_within
        return sum(scores.counted(votes, partial(is_within, truth))) / count if count else 0.0

    def own(
        self, lesson: Lesson, step: int, secret: bytes, values: Sequence[Value | None], rounds: Sequence[Round]
    ) -> dict[str, Any]:
        """The words for a phone’s own predictions, one for each round, None where it made none."""
        return sentences.own(self.truth(lesson, step, secret), values, rounds, lesson.lang)

    def advice(self, lesson: Lesson, step: int, secret: bytes) -> list[dict[str, Any]]:
        """Whether a step is a good question, for its author."""
        asked, told = lesson.steps[step], sentences.advice(self.truth(lesson, step, secret), lesson.lang)
        if not asked.after:
            return told
        seed = self._seed(asked, step, secret)
        before, after = self._experiment(asked.before, seed), self._experiment(asked.after, seed)
        return [_difference(before, after, lesson.lang), *told]

    # Hunts

    def judge(self, lesson: Lesson, step: int, secret: bytes, link: str) -> None:
        """Makes the runs of a link that was handed in, while nobody waits for them."""
        self._later(partial(self._judged, lesson, step, secret, link), ENTRY)

    def begin_board(self, lesson: Lesson, step: int, secret: bytes, links: Collection[str]) -> None:
        """Makes the runs of a board, beside the requests: of the links that count, and of the run that was given."""
        for link in (self._given(lesson.steps[step], step, secret), *links):
            self._later(partial(self._judged, lesson, step, secret, link), BOARD)

    def board(self, lesson: Lesson, step: int, secret: bytes, entries: Mapping[Any, str]) -> dict[str, Any] | None:
        """The board of a hunt: the links of all seats, judged by the median final loss over 32 hidden data seeds.

        None as long as one of its runs is being made, which is begun again where that failed.
        """
        first = self._given(lesson.steps[step], step, secret)
        keys = {link: self._hunt_key(lesson, step, secret, link) for link in (first, *entries.values())}
        found = {link: one for link, key in keys.items() if (one := self._answers.known(key))}
        if len(found) < len(keys):
            if self._ahead.empty():
                self.begin_board(lesson, step, secret, keys.keys() - found.keys())
            return None
        rows = [Entry(seat, link, **found[link]) for seat, link in entries.items()]
        return sentences.board(ranked(rows), found[first], lesson.lang)

    @staticmethod
    def _hunt_key(lesson: Lesson, step: int, secret: bytes, link: str) -> Hashable:
        return "hunt", lesson.steps[step], step, secret, link

    def _judged(self, lesson: Lesson, step: int, secret: bytes, link: str) -> dict[str, Any]:
        def make() -> dict[str, Any]:
            found = self._link(link)
            experiment = found.experiment
            seeds = [_number(secret, f"hunt {step} {k}") for k in range(HUNT_SEEDS)]
            own, *hidden = runs.ends_at(experiment, [experiment.seed, *seeds])
            knobs = {knob.link_name: knob.kind.text(getattr(experiment, knob.name)) for knob in knobs_of(experiment)}
            asked = lesson.steps[step].knobs
            return {"own": own, "hidden": hidden, "knobs": {name: knobs[name] for name in asked}}

        return self._answers.answer(self._hunt_key(lesson, step, secret, link), make)[0]

    def _given(self, asked: Step, step: int, secret: bytes) -> str:
        """The query of the run that a hunt or a task gives."""
        return self._query(asked.before, self._seed(asked, step, secret))

    def _handed_in(self, asked: Step, step: int, secret: bytes, query: str) -> str:
        """The query of a run that differs from the given one in the allowed knobs alone; Malformed for any other."""
        link = self._allowed(asked, query, self._given(asked, step, secret))
        if runs.take_too_long(runs.HUNTED, [link.experiment]):
            raise Malformed(Refusal("too_long"))
        return self._canonical(link)

    def _allowed(self, asked: Step, query: str, given: str) -> Link:
        """The link of a run that a hunt or a task allows, which gives another; Malformed for any other."""
        try:
            link, base = self._link(query), self._link(given)
        except LessonRefused as refused:
            raise Malformed(str(refused)) from None
        check_turned(link, base, asked.knobs, asked.ask)
        return link

    # Tasks

    def attempt(self, lesson: Lesson, step: int, query: str) -> dict[str, Any]:
        """The run of a link, judged by the goal of a task: whether it is done, what is missing, and its link and code;
        NotFound for a step that has no goal."""
        asked, goal = lesson.steps[step], lesson.steps[step].goal
        if goal is None:
            raise NotFound
        try:
            link = self._allowed(asked, query, asked.before)
        except Malformed as refused:
            return _not_judged(str(refused))
        if tasks.is_too_long(link.experiment):
            return _not_judged("This run takes too long to be judged. Lower its samples.")
        key = "attempt", asked, link.experiment

        def make() -> dict[str, Any]:
            task = tasks.task_of(asked, goal, self._link(asked.before), runs.check_wanted)
            judged, end = task.attempt(link.experiment, runs.check_wanted)
            return {"done": judged.done, "said": list(judged.missing), "code": end.fingerprint}

        try:
            return self._answers.answer(key, make)[0] | {"query": self._canonical(link)}
        except RunTooLong as error:
            return _not_judged(str(error))

    # The parts of a truth

    def _refusal(self, lesson: Lesson, step: int) -> str:
        """Why a step cannot be asked; empty where it can."""
        asked, where = lesson.steps[step], f"Step {step + 1}: "
        try:
            both = [self._experiment(_named(query), None) for query in (asked.before, asked.after) if query]
            counts = PREDICTIONS[asked.ask].runs(asked) if asked.ask in PREDICTIONS else runs.HUNTED
            is_task = asked.ask == TASK
            if any(map(tasks.is_too_long, both)) if is_task else runs.take_too_long(counts, both):
                return f"{where}its runs take more than {runs.SECONDS:g} seconds of a processor. Lower its samples."
            if not _comparable(both[0], both[-1]):
                return f"{where}its runs have other targets or other losses, so that neither ends lower than the other."
            if asked.is_hunt:
                return refusal_of(asked.knobs, both[0], asked.ask, where)
            if asked.goal is not None:
                return tasks.refusal(asked, asked.goal, self._link(asked.before), where, runs.check_wanted)
            choices = asked.choices and not asked.is_judged and asked.seed != CLASS
            return str((choices and self._choices_refusal(lesson, step, b"")) or "")
        except (LessonRefused, RunTooLong) as error:
            return f"{where}{error}"

    def _truth_refusal(self, lesson: Lesson, step: int, secret: bytes) -> str:
        """Why the truth of a step cannot be told; empty where it can."""
        asked = lesson.steps[step]
        if asked.ask not in PREDICTIONS:
            return ""
        try:
            truth = self.truth(lesson, step, secret)
        except LessonRefused as error:
            return str(error)
        before, (low, high) = truth["before"], truth["axis"]
        if asked.axis is not None and before and not low <= position_of(before) <= high:
            return f"Step {step + 1}: its axis leaves out the final loss of the run before, which is {number(before)}."
        return ""

    def _choices_refusal(self, lesson: Lesson, step: int, secret: bytes) -> Refusal | None:
        holding = self._holding(lesson.steps[step], step, secret)
        if len(holding) == 1:
            return None
        texts = "; ".join(lesson.steps[step].choices[at].text for at in holding)
        return Refusal("many_hold" if texts else "none_holds", step=step + 1, texts=texts)

    def _check_links(self, asked: Step, step: int) -> None:
        """LessonRefused where a link of the step leads to no run, such as one whose data are stored no longer."""

        def make() -> dict[str, Any]:
            return {query: self._link(query).key for query in (asked.before, asked.after) if query}

        try:
            self._answers.answer(("links", asked.before, asked.after), make)
        except LessonRefused as error:
            raise LessonRefused(Refusal("link_refused", step=step + 1, why=str(error))) from None

    def _holding(self, asked: Step, step: int, secret: bytes) -> list[int]:
        """The numbers of the choices that hold, by the runs alone."""
        seed = self._seed(asked, step, secret)
        key = "ends", asked.before, asked.after, seed

        def make() -> dict[str, Any]:
            both = (self._experiment(query, seed) for query in (asked.before, asked.after))
            return {"ends": runs.ends(*both)}

        before, after = self._answers.answer(key, make)[0]["ends"]
        return runs.holding(asked, before, after)

    def _before(self, asked: Step, step: int, secret: bytes) -> dict[str, Any]:
        seed = self._seed(asked, step, secret)
        key = "before", asked.before, seed
        facts = self._answers.answer(key, lambda: runs.run_before(self._experiment(asked.before, seed)))[0]
        return facts if asked.axis is None else facts | {"axis": [PER_DECADE * power for power in asked.axis]}

    def _make_truth(self, asked: Step, step: int, secret: bytes) -> dict[str, Any]:
        seed, facts = self._seed(asked, step, secret), self._before(asked, step, secret)
        before = self._experiment(asked.before, seed)
        truth = {"kind": asked.ask} | {name: facts[name] for name in ("before", "axis", "one")}
        truth |= {"texts": [choice.text for choice in asked.choices]} if asked.choices else {}
        after = self._experiment(asked.after or asked.before, seed)
        try:
            return {**truth, **PREDICTIONS[asked.ask].truth(asked, before, after, facts)}
        except LessonRefused as refused:
            sentence = str(refused)
            raise LessonRefused(f"Step {step + 1}: {sentence[0].lower()}{sentence[1:]}") from None

    def _truth_key(self, lesson: Lesson, step: int, secret: bytes) -> Hashable:
        asked = lesson.steps[step]
        return "truth", asked, self._seed(asked, step, secret)

    @staticmethod
    def _seed(asked: Step, step: int, secret: bytes) -> int | None:
        """The data seed of both runs; None for that of the links."""
        return _number(secret, f"step {step}") if asked.seed == CLASS else None

    def _link(self, query: str) -> Link:
        try:
            link = self._runner.read(query)
            check_costs(link.experiment)
        except (UnreadableLink, BenchError) as error:
            raise LessonRefused(str(error)) from None
        return link

    def _experiment(self, query: str, seed: int | None) -> Experiment:
        experiment = self._link(query).experiment
        return experiment if seed is None else replace(experiment, seed=seed)

    def _query(self, query: str, seed: int | None) -> str:
        """The query of a link, in the spelling of the bench, with this data seed."""
        key = "query", query, seed

        def make() -> dict[str, Any]:
            link = self._link(query)
            return {
                "query": self._canonical(
                    link if seed is None else replace(link, experiment=self._experiment(query, seed))
                )
            }

        return str(self._answers.answer(key, make)[0]["query"])

    def _canonical(self, link: Link) -> str:
        try:
            return query_of(link.key, link.experiment, self._short_links, self._maker())
        except NotStored as error:
            raise ServiceUnavailable(str(error)) from None

    # Work ahead

    def _later(self, work: Callable[[], object], order: int = TRUTH) -> None:
        if order == ENTRY and self._ahead.qsize() >= MOST_BEGUN // 2:
            return
        try:
            self._ahead.put_nowait((order, next(self._numbers), work))
        except queue.Full:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="class truths", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        be_nice(NICENESS)
        while True:
            *_, work = self._ahead.get()
            try:
                work()
            except Exception:
                log.exception("A truth could not be made ahead.")


def own_secret(lesson: Lesson, truths: Truths) -> bytes:
    """The secret of a lesson without a room: the first of eight that its file gives and that fits its choices."""
    drawn = iter(range(runs.MOST_DRAWS))
    return truths.secret(lesson, lambda: hashlib.sha256(lesson.digest + bytes([next(drawn)])).digest())


def _named(query: str) -> str:
    """The query; LessonRefused where it names no run, which a page would take for its first experiment."""
    if "=" not in query:
        raise LessonRefused(
            "A link of the bench names an experiment and its knobs, as ?experiment=circle&alpha=0.1 does."
        )
    return query


def _comparable(before: Experiment, after: Experiment) -> bool:
    """Whether a lower final loss of one is a better one: both have the same loss, and targets in the same unit."""
    tables = {one.inputs.digest for one in (before, after) if isinstance(one.inputs, Table)}
    kinds = {isinstance(one.inputs, Table) for one in (before, after)}
    same = before.loss == after.loss and before.ideal == after.ideal and _unit(before) == _unit(after)
    return same and len(tables) < 2 and len(kinds) == 1


def _unit(experiment: Experiment) -> str:
    """How the targets are scaled: those of a table that stand for classes never are."""
    table = experiment.table
    return UNSCALED if table is None or table.scales[1] is None else experiment.scaling


def _difference(before: Experiment, after: Experiment, lang: str) -> dict[str, Any]:
    """The knobs and the weight seed that are turned, and whether something else differs too."""
    knobs = [knob for knob in naming_knobs(before.knobs) if knob.name in after.knobs]
    was, now = summary_knobs(before), summary_knobs(after)
    changes = [(knob.label, *shown_values(knob, was, now)) for knob in knobs if was[knob.name] != now[knob.name]]
    first, other = before.weights, after.weights
    if isinstance(first, DrawnWeights) and isinstance(other, DrawnWeights) and first.seed != other.seed:
        changes.append(("weight seed", f"{first.seed}", f"{other.seed}"))
        after = after.replace_unchecked(weights=replace(other, seed=first.seed))
    return sentences.difference(changes, lang, others=not same_beside(knobs, after, before))


def _not_judged(sentence: str) -> dict[str, Any]:
    """The response about a run that a task does not allow, or that takes too long."""
    return {"done": False, "said": [sentence], "code": "", "query": ""}


def _number(secret: bytes, text: str) -> int:
    """A data seed of a secret."""
    return int.from_bytes(hmac.digest(secret, text.encode(), "sha256")) % (LARGEST_SEED + 1)
