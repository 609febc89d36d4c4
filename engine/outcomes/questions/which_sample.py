"""Which sample did it: the same run once without each row of a table or each distinct sample, all else in its place.

This is leave-one-out retraining (Cook 1977, Detection of Influential Observation), exact and not estimated. The clock
stays: at a turn of what is left out its loss is taken, and nothing moves. Whether an effect is more than luck is the
verdict of `engine.outcomes.effect`, on the mean losses that the runs are compared by.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from engine import kernel
from engine.base.metrics import mean_losses
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.data.turns import ALL_NEW, learned_numbers, turn_numbers, turns_of
from engine.errors import ExperimentError, TimeIsUpError
from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress, Run, run
from engine.outcomes.effect import effect_of, effect_of_one
from engine.outcomes.nudged_runs import flat_weights, growths, nudged_weights, train_nudged
from engine.outcomes.questions.pieces import results_of
from engine.outcomes.questions.which_words import MUCH, WhichWords, kind_of
from engine.outcomes.twins import Luck, known_luck
from engine.rules.rule import TrainingRule
from engine.training.mean_losses import losses_of
from engine.training.network import Network

MOST_ROWS = 2_000
"""The most rows that are left out, one after the other."""

TWINS = 16
"""The twins of the run, and of a run whose row is named."""

NAMED_AMONG = 8
"""The rows of the largest effects among which one is named."""

NO_TIME = "There was no time to leave a row out."


@dataclass(frozen=True)
class WhichSample:
    """The runs without one row each, in the order of the rows. All arrays have the shape (rows,).

    L is the mean loss of the held-out samples or, where there are none, of the other samples that are learned.
    """

    rows: tuple[int, ...]
    """The numbers, from 1, of the rows of the table or of the distinct samples: those that are known."""
    of: int
    """The number of rows to be known: more than these where time was up."""
    turns: tuple[int, ...]
    """The number of turns of each row; a run without a row that has none is the same run."""
    effect: FloatArray
    """L after the run without the row, less L after the run; inf where the run without it diverges."""
    own: FloatArray
    """The row's own loss after the run."""
    own_without: FloatArray
    """The row's own loss after the run without it; inf where that diverges."""
    spread: float
    """The largest L of the run and its 16 twins, less the smallest; where nothing is held out, the median over rows."""
    own_spread: FloatArray
    """The largest own loss of the row after the run and its twins, less the smallest."""
    luck: NDArray[np.bool_]
    """Whether the effect is not told apart from luck."""
    diverges_at: tuple[int | None, ...]
    """The step at which the run without the row diverges."""
    did_most: int | None
    """The row of the largest effect that the twins of both runs part from luck, if that is a tenth of L or more."""
    stands_out: int | None
    """The row that is missed most by the run without it, if that is sure of another answer."""
    sentence: str


def which_sample(
    experiment: Experiment,
    on_progress: OnProgress = lambda done: None,
    *,
    checkpoint: Network | None = None,
    threads: int | None = None,
) -> WhichSample:
    """Trains the run, its twins, and one run without each row that it learns from.

    `on_progress` is called with the number of rows that are known, every few milliseconds. Where it raises
    TimeIsUpError, these are the result; whatever else it raises ends the search. `checkpoint` holds the first weights,
    if not those of the experiment. There is a thread for each core, unless `threads` says their number. Of a run that
    diverges no row is known. ExperimentError where every sample is new, where there are more than 2,000, or one alone.
    """
    numbers = _numbers(experiment)
    network = experiment.network() if checkpoint is None else checkpoint
    try:
        made = run(experiment, network, lambda _step: on_progress(0), held_out=False)
        if made.diverged_at is not None:
            return _none_known(
                numbers, f"This run diverges at {experiment.rule.one} {made.diverged_at:,}: there is no end to compare."
            )
        search = _Search(experiment, network, made, numbers, on_progress)
    except TimeIsUpError:
        return _none_known(numbers, NO_TIME)
    search.leave_out_each(threads)
    return search.found()


def _numbers(experiment: Experiment) -> NDArray[np.int64]:
    """The numbers of the rows or distinct samples that are left out in turn."""
    learned = learned_numbers(experiment.table or experiment.inputs_name, experiment.distinct)
    if learned is None:
        raise ExperimentError(ALL_NEW)
    numbers = np.setdiff1d(learned, experiment.without)
    if len(numbers) > MOST_ROWS:
        raise ExperimentError(f"At most {MOST_ROWS:,} rows are left out one after the other, not {len(numbers):,}.")
    if len(numbers) == 1:
        raise ExperimentError("There is one sample to learn from: without it nothing is learned.")
    return numbers


def _none_known(numbers: NDArray[np.int64], sentence: str) -> WhichSample:
    none = np.empty(0)
    return WhichSample((), len(numbers), (), none, none, none, 0.0, none, none != none, (), None, None, sentence)


@dataclass(frozen=True)
class _Block:
    """The runs without the rows at some places: L, the row's own loss, its absolute error, and the sound steps."""

    compared: FloatArray
    own: FloatArray
    error: FloatArray
    sound: NDArray[np.int64]


class _Search:
    """The run and its twins, and what is known so far without each row; a place is that of a row among all."""

    def __init__(
        self,
        experiment: Experiment,
        network: Network,
        made: Run,
        numbers: NDArray[np.int64],
        on_progress: OnProgress,
    ) -> None:
        self._experiment, self._network, self._numbers, self._on_progress = experiment, network, numbers, on_progress
        inputs, source = experiment.table or experiment.inputs_name, experiment.sample_source
        turns = turn_numbers(inputs, experiment.seed, experiment.samples, experiment.distinct)
        learned, samples = learned_numbers(inputs, experiment.distinct), source.learned_samples
        if turns is None or learned is None or samples is None:
            raise ExperimentError(ALL_NEW)
        self._turns, self._passed = turns, np.isin(turns, experiment.without)
        kept = np.isin(learned, numbers)
        self._learned: Samples = samples[0][kept], samples[1][kept]
        self._held_out = experiment.held_out_samples()
        self._kind, self._known = kind_of(experiment), numbers < 0
        start, end = flat_weights(network), flat_weights(made.trained)
        starts, ends = self._twins(experiment)
        self._growth = median(growths(starts, ends, start, end))
        ends = np.vstack([end, ends])
        self._own = _inf_for_nan(losses_of(network, ends, self._learned, experiment.rule))
        self._compared = self._compare(ends, self._own)
        self._counts = np.array([np.count_nonzero(turns == number) for number in numbers])
        never = self._counts == 0
        sound = np.full(len(numbers), experiment.samples)
        self._without = _Block(self._compared[0].copy(), self._own[0].copy(), np.where(never, 0.0, math.nan), sound)

    def leave_out_each(self, threads: int | None) -> None:
        """Makes the runs without one row each, as many as there is time for."""
        places, compiled = np.flatnonzero(self._counts), kernel.supports(self._network.layers)
        together = kernel.SIDE_BY_SIDE if compiled else 1
        blocks = [places[start : start + together] for start in range(0, len(places), together)]
        results, is_whole = results_of(
            self._leave_out,
            blocks,
            lambda blocks_done: self._on_progress(min(len(places), together * blocks_done)),
            threads if compiled else 1,
        )
        for block, made in results:
            self._known[block] = True
            for name, values in vars(made).items():
                getattr(self._without, name)[block] = values
        if is_whole:
            self._known[:] = True

    def found(self) -> WhichSample:
        """The answer of what is known."""
        known = np.flatnonzero(self._known)
        compared, own, without = self._compared[:, known], self._own[:, known], self._without
        effect = without.compared[known] - compared[0]
        luck = np.array([not self._is_parted(compared[:, k], without.compared[p]) for k, p in enumerate(known)], bool)
        try:
            named, no_time = self._named(known, effect, luck), len(known) < len(self._numbers)
        except TimeIsUpError:
            named, no_time = None, True
        spread = float(np.median(_ranges(compared))) if len(known) else 0.0
        steps = [None if step == self._experiment.samples else step for step in without.sound[known].tolist()]
        rows = tuple(self._numbers[known].tolist())
        words = WhichWords(self._experiment, self._network, is_held_out=self._held_out is not None)
        far = self._missed_most() if len(rows) == len(self._numbers) else None
        standing_out = "" if far is None else words.standing_out(self._numbers.tolist()[far], without.error, far)
        most = None if named is None else (rows[named], compared[0, named], effect[named], steps[named])
        headline = standing_out or words.of_most(most, effect, compared[0], no_time=no_time)
        beyond = int(np.count_nonzero(~luck))
        return WhichSample(
            rows=rows,
            of=len(self._numbers),
            turns=tuple(self._counts[known].tolist()),
            effect=effect,
            own=own[0],
            own_without=without.own[known],
            spread=spread,
            own_spread=_ranges(own),
            luck=luck,
            diverges_at=tuple(steps),
            did_most=None if named is None else rows[named],
            stands_out=rows[far] if standing_out and far is not None else None,
            sentence=f"{headline} {words.of_all(len(rows), len(self._numbers), beyond, spread)}",
        )

    def _twins(self, experiment: Experiment) -> tuple[FloatArray, FloatArray]:
        """The first and the last weights of the twins of a run, shape (twins, numbers)."""
        starts, alphas = nudged_weights(self._network, range(TWINS)), np.full(TWINS, experiment.alpha)
        known = int(np.count_nonzero(self._known))
        made = train_nudged(experiment, self._network, starts, alphas, lambda _step: self._on_progress(known))
        return starts, made.ends

    def _compare(self, ends: FloatArray, learned: FloatArray) -> FloatArray:
        """L with these weights for each row, shape (runs, rows), of the losses of the learned samples, (runs, rows)."""
        if self._held_out is not None:
            means = mean_losses(losses_of(self._network, ends, self._held_out, self._experiment.rule))
            return _inf_for_nan(np.repeat(means[:, None], len(self._numbers), axis=1))
        with np.errstate(all="ignore"):
            none, others = np.zeros((len(learned), 1)), len(self._numbers) - 1
            before = np.cumsum(np.hstack([none, learned[:, :-1]]), axis=1)
            after = np.cumsum(np.hstack([none, learned[:, :0:-1]]), axis=1)[:, ::-1]
            return _inf_for_nan((before + after) / others)

    def _leave_out(self, block: NDArray[np.int64], check: Callable[[], None]) -> _Block:
        """The ends of the runs without the rows at these places, each without one."""
        passed = turns_of(self._passed | (self._turns == self._numbers[block, None]))
        starts = np.repeat(flat_weights(self._network)[None], len(block), axis=0)
        alphas, each = np.full(len(block), self._experiment.alpha), np.arange(len(block))
        made = train_nudged(
            self._experiment, self._network, starts, alphas, lambda _step: check(), passed=passed
        )  # fmt: skip
        X, T = self._learned
        rule, own_samples = self._experiment.rule, (X[block], T[block])
        if self._held_out is None:
            losses = losses_of(self._network, made.ends, self._learned, rule)
            own, compared = losses[each, block], self._compare(made.ends, losses)[each, block]
        else:
            own = losses_of(self._network, made.ends, own_samples, rule)[each, each]
            compared = self._compare(made.ends, own[:, None])[:, 0]
        error = np.zeros(len(block))
        if self._kind == "number":
            error = losses_of(self._network, made.ends, own_samples, TrainingRule(loss="absolute"))[each, each]
        diverged = made.sound < self._experiment.samples
        compared, own, error = (np.where(diverged, np.inf, _inf_for_nan(row)) for row in (compared, own, error))
        return _Block(compared, own, error, made.sound)

    def _luck(self, ends: Sequence[float]) -> Luck:
        """The luck that these ends of a run and its twins show, the run's first."""
        return known_luck(ends, self._growth)

    def _is_parted(self, ends: FloatArray, end: float) -> bool:
        """Whether the end of a run without a row is parted from those of the run and its twins."""
        return end != ends[0] and effect_of_one(self._luck(ends.tolist()), end) == "effect"

    def _named(self, known: NDArray[np.int64], effect: FloatArray, luck: NDArray[np.bool_]) -> int | None:
        """The first by size, among those of much effect, that the twins of both runs part; what they do not is luck."""
        for k in np.argsort(-np.abs(effect), kind="stable")[:NAMED_AMONG].tolist():
            place = known[k]
            before = self._compared[:, place]
            if luck[k] or abs(effect[k]) < MUCH * before[0]:
                continue
            if math.isinf(effect[k]) or self._twins_are_parted(place, before):
                return int(k)
            luck[k] = True
        return None

    def _twins_are_parted(self, place: int, before: FloatArray) -> bool:
        """Whether the run without this row and its twins end elsewhere than the run and its own."""
        without = self._experiment.without_too(int(self._numbers[place]))
        _, ends = self._twins(without)
        twins = self._compare(ends, losses_of(self._network, ends, self._learned, without.rule))[:, place]
        now = [float(self._without.compared[place]), *twins.tolist()]
        return effect_of(self._luck(before.tolist()), self._luck(now)).verdict == "effect"

    def _missed_most(self) -> int | None:
        """The place of the row that is missed most by the run without it, if that is more than with it, beyond luck."""
        own = self._without.own
        place = int(np.argmax(own))
        missed = math.isfinite(own[place]) and own[place] > self._own[0, place]
        return place if missed and self._is_parted(self._own[:, place], own[place]) else None


def _ranges(ends: FloatArray) -> FloatArray:
    """The largest of each column less the smallest; inf where only some of the runs diverge."""
    with np.errstate(all="ignore"):
        ranges: FloatArray = ends.max(axis=0) - ends.min(axis=0)
    return ranges


def _inf_for_nan(losses: FloatArray) -> FloatArray:
    return np.where(np.isnan(losses), np.inf, losses)
