"""Which sample did it: the same run once without each row of a table or each distinct sample, all else in its place.

This is leave-one-out retraining (Cook 1977, Detection of Influential Observation), exact and not estimated. The clock
stays: at a turn of what is left out its loss is taken, and nothing moves. Whether an effect is more than luck is the
verdict of `engine.outcomes.effect`, on the mean losses that the runs are compared by.

A search goes on where it was left, so that others can have its turn, and what is known can be shown meanwhile.
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
from engine.data.turns import ALL_NEW, turns_of
from engine.errors import ExperimentError, TimeIsUpError
from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress, Run, run
from engine.outcomes.effect import effect_of, effect_of_one
from engine.outcomes.nudged_runs import flat_weights, growths, nudged_weights, train_nudged
from engine.outcomes.questions.pieces import both, results_of
from engine.outcomes.questions.which_words import MUCH, WhichWords, kind_of
from engine.outcomes.twins import Luck, known_luck
from engine.scoring import answered_classes
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
    answer_without: tuple[int, ...] | None
    """The class, from 0, that the run without the row answers it, −1 for none; None where targets are no classes."""
    doubles: tuple[int | None, ...]
    """The first other row with the same inputs and targets; both go one at a time."""
    luck: NDArray[np.bool_]
    """Whether the effect is not told apart from luck."""
    diverges_at: tuple[int | None, ...]
    """The step at which the run without the row diverges."""
    did_most: int | None
    """The row of the largest effect that the twins of both runs part from luck, if that is a tenth of L or more."""
    stands_out: int | None
    """The row that is missed most by the run without it, if that is sure of another answer, as hardly any other is."""
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
    search = LeaveOneOut(experiment, checkpoint)
    search.go_on(on_progress, threads)
    return search.found()


def _numbers(experiment: Experiment) -> NDArray[np.int64]:
    """The numbers of the rows or distinct samples that are left out in turn."""
    if experiment.learned is None:
        raise ExperimentError(ALL_NEW)
    numbers, _ = experiment.learned
    if len(numbers) > MOST_ROWS:
        raise ExperimentError(f"At most {MOST_ROWS:,} rows are left out one after the other, not {len(numbers):,}.")
    if len(numbers) == 1:
        raise ExperimentError("There is one sample to learn from: without it nothing is learned.")
    return numbers


def _none_known(of: int, sentence: str) -> WhichSample:
    none = np.empty(0)
    return WhichSample(
        (), of, (), none, none, none, 0.0, none, None, (), none != none, (), None, None, sentence
    )  # fmt: skip


@dataclass(frozen=True)
class _Block:
    """The runs without the rows at some places: L, the row's own loss, its outputs, and the sound steps."""

    compared: FloatArray
    own: FloatArray
    outputs: FloatArray
    sound: NDArray[np.int64]


class LeaveOneOut:
    """A search for the sample that did it, which goes on where it was left. Arguments and errors as above."""

    def __init__(self, experiment: Experiment, checkpoint: Network | None = None) -> None:
        self._experiment, self._numbers = experiment, _numbers(experiment)
        self._network = experiment.network() if checkpoint is None else checkpoint
        self._search: _Search | None = None
        self._sentence = NO_TIME
        self.is_whole = False
        """Whether nothing is left to be made."""

    def go_on(self, on_progress: OnProgress = lambda done: None, threads: int | None = None) -> None:
        """Makes the runs that are not made yet, as many as there is time for."""
        try:
            if self._search is None and not self.is_whole:
                self._begin(on_progress, threads)
            if self._search is not None:
                self.is_whole = self._search.go_on(on_progress, threads)
        except TimeIsUpError:
            pass

    def _begin(self, on_progress: OnProgress, threads: int | None) -> None:
        """Makes the run, and its twins beside it."""
        experiment, network = self._experiment, self._network
        made, twins = both(
            lambda check: run(experiment, network, lambda _step: check(), held_out=False),
            lambda check: _twins(experiment, network, check),
            on_progress,
            threads if kernel.supports(network.layers) else 1,
        )
        if made.diverged_at is None:
            self._search = _Search(experiment, network, made, twins, self._numbers)
            return
        self.is_whole = True
        self._sentence = f"This run diverges at {experiment.rule.one} {made.diverged_at:,}: there is no end to compare."

    @property
    def known(self) -> int:
        """The number of rows that are known."""
        return 0 if self._search is None else self._search.known

    @property
    def numbers(self) -> int:
        """About how many numbers it holds."""
        rows = len(self._numbers)
        return 2 * self._experiment.samples + rows * (2 * TWINS + self._experiment.width + 2 * self._experiment.outputs)

    def found(self) -> WhichSample:
        """The answer of what is known."""
        return _none_known(len(self._numbers), self._sentence) if self._search is None else self._search.found()


class _Search:
    """The run and its twins, and what is known so far without each row; a place is that of a row among all."""

    def __init__(
        self,
        experiment: Experiment,
        network: Network,
        made: Run,
        twins: tuple[FloatArray, FloatArray],
        numbers: NDArray[np.int64],
    ) -> None:
        self._experiment, self._network, self._numbers = experiment, network, numbers
        turns, learned = experiment.turns, experiment.learned
        if turns is None or learned is None:
            raise ExperimentError(ALL_NEW)
        self._turns, self._passed = turns, np.isin(turns, experiment.without)
        _, self._learned = learned
        self._held_out = experiment.held_out_samples()
        self._kind, self._known = kind_of(experiment), numbers < 0
        self._doubles = _doubles(numbers, self._learned)
        start, end = flat_weights(network), flat_weights(made.trained)
        starts, ends = twins
        self._growth = median(growths(starts, ends, start, end))
        ends = np.vstack([end, ends])
        self._own = _inf_for_nan(losses_of(network, ends, self._learned, experiment.rule))
        self._compared = self._compare(ends, self._own)
        self._counts = np.bincount(turns, minlength=int(numbers.max()) + 1)[numbers]
        outputs, sound = made.trained.respond(self._learned[0]), np.full(len(numbers), experiment.samples)
        self._without = _Block(self._compared[0].copy(), self._own[0].copy(), outputs, sound)
        self._luck_of = np.ones(len(numbers), dtype=bool)
        self._did_most: int | None = None
        self._is_judged = False

    @property
    def known(self) -> int:
        """The number of rows that are known."""
        return int(np.count_nonzero(self._known))

    def go_on(self, on_progress: OnProgress, threads: int | None) -> bool:
        """Makes the runs without one row each, and parts what they show from luck; whether that is all."""
        compiled = kernel.supports(self._network.layers)
        self._known[self._counts == 0] = True
        before, places = self.known, np.flatnonzero(~self._known)
        together = kernel.SIDE_BY_SIDE if compiled else 1
        blocks = np.array_split(places, -(-len(places) // together)) if len(places) else []
        results, is_whole = results_of(
            self._leave_out,
            blocks,
            lambda blocks_done: on_progress(before + min(len(places), together * blocks_done)),
            threads if compiled else 1,
        )
        for block, made in results:
            self._known[block] = True
            for name, values in vars(made).items():
                getattr(self._without, name)[block] = values
            for place in block.tolist():
                self._luck_of[place] = not self._is_parted(self._compared[:, place], self._without.compared[place])
        if is_whole and not self._is_judged:
            self._did_most = self._named(on_progress)
            self._is_judged = True
        return is_whole

    def found(self) -> WhichSample:
        """The answer of what is known."""
        known, of = np.flatnonzero(self._known), len(self._numbers)
        compared, own, without = self._compared[:, known], self._own[:, known], self._without
        effect, luck = without.compared[known] - compared[0], self._luck_of[known]
        spread = float(np.median(_ranges(compared))) if len(known) else 0.0
        steps = [None if step == self._experiment.samples else step for step in without.sound[known].tolist()]
        rows, most, far = tuple(self._numbers[known].tolist()), self._did_most, self._missed_most()
        words = WhichWords(self._experiment, is_held_out=self._held_out is not None)
        standing_out = "" if far is None else words.standing_out(self._numbers, self._learned, without.outputs, far)
        did_most = None if most is None else (rows[most], compared[0, most], effect[most], steps[most])
        headline = standing_out or words.of_most(did_most, effect, compared[0], is_judged=self._is_judged)
        beyond = int(np.count_nonzero(~luck))
        return WhichSample(
            rows=rows,
            of=of,
            turns=tuple(self._counts[known].tolist()),
            effect=effect,
            own=own[0],
            own_without=without.own[known],
            spread=spread,
            own_spread=_ranges(own),
            answer_without=self._answers_without(known),
            doubles=tuple(self._doubles[place] for place in known.tolist()),
            luck=luck,
            diverges_at=tuple(steps),
            did_most=None if most is None else rows[most],
            stands_out=rows[far] if standing_out and far is not None else None,
            sentence=f"{headline} {words.of_all(len(rows), of, beyond, spread)}",
        )

    def _answers_without(self, known: NDArray[np.int64]) -> tuple[int, ...] | None:
        if self._kind != "class":
            return None
        return tuple(answered_classes(self._without.outputs[known]).tolist())

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
        rule = self._experiment.rule
        if self._held_out is None:
            losses = losses_of(self._network, made.ends, self._learned, rule)
            own, compared = losses[each, block], self._compare(made.ends, losses)[each, block]
        else:
            own = losses_of(self._network, made.ends, (X[block], T[block]), rule)[each, each]
            compared = self._compare(made.ends, own[:, None])[:, 0]
        diverged = made.sound < self._experiment.samples
        compared, own = (np.where(diverged, np.inf, _inf_for_nan(row)) for row in (compared, own))
        outputs = outputs_of(self._network, made.ends, X[block])
        return _Block(compared, own, np.where(diverged[:, None], np.nan, outputs), made.sound)

    def _luck(self, ends: Sequence[float]) -> Luck:
        """The luck that these ends of a run and its twins show, the run's first."""
        return known_luck(ends, self._growth)

    def _is_parted(self, ends: FloatArray, end: float) -> bool:
        """Whether the end of a run without a row is parted from those of the run and its twins."""
        return end != ends[0] and effect_of_one(self._luck(ends.tolist()), end) == "effect"

    def _named(self, on_progress: OnProgress) -> int | None:
        """The first by size, among those of much effect, that the twins of both runs part; what they do not is luck."""
        effect = self._without.compared - self._compared[0]
        for place in np.argsort(-np.abs(effect), kind="stable")[:NAMED_AMONG].tolist():
            before = self._compared[:, place]
            if self._luck_of[place] or abs(effect[place]) < MUCH * before[0]:
                continue
            if math.isinf(effect[place]) or self._twins_are_parted(place, before, on_progress):
                return int(place)
            self._luck_of[place] = True
        return None

    def _twins_are_parted(self, place: int, before: FloatArray, on_progress: OnProgress) -> bool:
        """Whether the run without this row and its twins end elsewhere than the run and its own."""
        without = self._experiment.without_too(int(self._numbers[place]))
        _, ends = _twins(without, self._network, lambda: on_progress(self.known))
        twins = self._compare(ends, losses_of(self._network, ends, self._learned, without.rule))[:, place]
        now = [float(self._without.compared[place]), *twins.tolist()]
        return effect_of(self._luck(before.tolist()), self._luck(now)).verdict == "effect"

    def _missed_most(self) -> int | None:
        """The place of the row that is missed most by the run without it, if that is more than with it, beyond luck."""
        if not self._is_judged:
            return None
        own = self._without.own
        place = int(np.argmax(own))
        missed = math.isfinite(own[place]) and own[place] > self._own[0, place]
        return place if missed and self._is_parted(self._own[:, place], own[place]) else None


def _twins(experiment: Experiment, network: Network, check: Callable[[], None]) -> tuple[FloatArray, FloatArray]:
    """The first and the last weights of the twins of a run, shape (twins, numbers)."""
    starts, alphas = nudged_weights(network, range(TWINS)), np.full(TWINS, experiment.alpha)
    return starts, train_nudged(experiment, network, starts, alphas, lambda _step: check()).ends


def outputs_of(network: Network, weights: FloatArray, X: FloatArray) -> FloatArray:
    """The outputs of the network with each row of flat weights on the same row of X, shape (rows, outputs)."""
    copy, outputs = network.copy(), []
    for flat, x in zip(weights, X, strict=True):
        kernel.load_flat(kernel.parameters(copy.layers), flat)
        outputs.append(copy.respond(x[None])[0])
    return np.array(outputs)


def _doubles(numbers: NDArray[np.int64], samples: Samples) -> list[int | None]:
    """Of each row the number of the first other one with the same inputs and targets."""
    alike: dict[bytes, list[int]] = {}
    keys = [row.tobytes() for row in np.hstack(samples) + 0.0]
    for key, number in zip(keys, numbers.tolist(), strict=True):
        alike.setdefault(key, []).append(number)
    return [
        next((other for other in alike[key] if other != number), None)
        for key, number in zip(keys, numbers.tolist(), strict=True)
    ]


def _ranges(ends: FloatArray) -> FloatArray:
    """The largest of each column less the smallest; inf where only some of the runs diverge."""
    with np.errstate(all="ignore"):
        ranges: FloatArray = ends.max(axis=0) - ends.min(axis=0)
    return ranges


def _inf_for_nan(losses: FloatArray) -> FloatArray:
    return np.where(np.isnan(losses), np.inf, losses)
