"""When a run was decided: from which step on its last digits, and other data, no longer move its end.

At a place the run is forked: twins go on from its own weights, velocity, moments and counts of then, nudged by a
millionth, to the end. At place 0 they are the twins of `engine.outcomes.twins`, to the bit.

The forks go on where they were left, so that others can have their turn, and what is known can be shown meanwhile.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from engine import kernel
from engine.base.metrics import diverged, mean_of_learned, settling_window
from engine.base.number_text import percent_text
from engine.base.numerics import FloatArray
from engine.data.samples import Samples
from engine.data.turns import Turns, passed_over
from engine.errors import TimeIsUpError
from engine.experiments.experiment import Experiment
from engine.experiments.run import OnProgress, Run, rolled_back, run
from engine.outcomes.nudged_runs import WORK_AT_ONCE, flat_weights, growths, nudges_of, with_nudges
from engine.outcomes.other_seeds import seeds_after
from engine.outcomes.twins import STABLE_BELOW, verdict_of
from engine.rules.progress import Progress
from engine.rules.rule import MOMENTS
from engine.training.network import Network

PLACES = 60
"""The places lie evenly between the first step and the last tenth, which the final loss is measured over."""

TWINS, RANK = 16, 15
"""The twins of a fork, and the rank of the one whose distance counts: 90 % of them end as near."""

OTHER_DATA = 8
"""The data seeds after the run's own, whose samples the other forks learn from their place on."""

DECIDED_BELOW = 0.05
"""A run is decided from where on its twins end within this share of its final loss."""


@dataclass(frozen=True)
class WhenDecided:
    """The ends of the forks at some places of a run. Arrays have the shape (places,)."""

    places: tuple[int, ...]
    """The numbers of samples before each fork, ascending: those that are known."""
    moved: FloatArray
    """|ℓ′ − ℓ| / max(ℓ′, ℓ) of the 15th nearest of 16 twins, ℓ and ℓ′ the final losses of run and twin; a twin that
    diverges has 1."""
    moved_data: FloatArray | None
    """The median of the same over eight forks that learn the samples of other data seeds from the place on; None for a
    table whose rows come in order, and for a run that is decided before its first step."""
    step: int | None
    """The first place from which on, at each later one too, `moved` is at most 5 %; None where there is none yet."""
    sentence: str
    is_whole: bool = True
    """Whether all places are known."""


def when_decided(
    experiment: Experiment, on_progress: OnProgress = lambda done: None, *, checkpoint: Network | None = None
) -> WhenDecided:
    """Forks the run at 61 places, from the last to the first.

    `on_progress` is called with the number of places that are known, every few milliseconds. Where it raises
    TimeIsUpError, these are the result; whatever else it raises ends the forks. A run that its twins show to be stable,
    as `engine.luck` does, is decided before its first step, and is forked there alone. A run that diverges is not.
    `checkpoint` holds the first weights, if not those of the experiment.
    """
    forks = RunForks(experiment, checkpoint)
    forks.go_on(on_progress)
    return forks.found()


def _nothing(sentence: str, *, is_whole: bool = True) -> WhenDecided:
    return WhenDecided((), np.empty(0), None, None, sentence, is_whole)


class RunForks:
    """The forks of a run, which go on where they were left. Arguments are those of `when_decided`."""

    def __init__(self, experiment: Experiment, checkpoint: Network | None = None) -> None:
        self._experiment = experiment
        self._network = experiment.network() if checkpoint is None else checkpoint
        self._forks: _Forks | None = None
        self._without_forks = _nothing("There was no time to fork the run.", is_whole=False)
        self.is_whole = False
        """Whether nothing is left to be made."""

    def go_on(self, on_progress: OnProgress = lambda done: None) -> None:
        """Makes the forks that are not made yet, as many as there is time for."""
        try:
            if self._forks is None and not self.is_whole:
                self._begin(on_progress)
            if self._forks is not None and not self.is_whole:
                self._forks.go_on(on_progress)
                self.is_whole = True
        except TimeIsUpError:
            pass

    def _begin(self, on_progress: OnProgress) -> None:
        experiment = self._experiment
        made = run(experiment, self._network, lambda _step: on_progress(0), held_out=False)
        if made.diverged_at is not None:
            self.is_whole = True
            self._without_forks = _nothing(
                f"This run diverges at {experiment.rule.one} {made.diverged_at:,}: there is no end to decide."
            )
            return
        forks = _Forks(experiment, self._network, made, on_progress)
        if forks.is_stable():
            self.is_whole = True
            sentence = f"Decided before the first step: a nudge grows less than {STABLE_BELOW:.0f} times."
            self._without_forks = WhenDecided((0,), np.array([forks.moved(0)]), None, 0, sentence)
            return
        self._forks = forks

    @property
    def known(self) -> int:
        """The number of places that are known."""
        return 0 if self._forks is None else self._forks.known

    @property
    def numbers(self) -> int:
        """The numbers that the states at all places hold."""
        weights = flat_weights(self._network).size * (1 + (0 if self._experiment.rule.plain else 1 + MOMENTS))
        return (PLACES + 1) * weights + 2 * self._experiment.samples

    def found(self) -> WhenDecided:
        """The answer of what is known."""
        return self._without_forks if self._forks is None else self._forks.found()


class _Forks:
    """A run, its state at each place, and the ends of its forks."""

    def __init__(self, experiment: Experiment, network: Network, made: Run, on_progress: OnProgress) -> None:
        self._experiment, self._on_progress = experiment, on_progress
        self._found: list[tuple[int, float, float]] = []
        self._final, self._first = made.settled, made.losses[0]
        n = experiment.samples
        last = n - settling_window(n)
        self.places = sorted({j * last // PLACES for j in range(PLACES + 1)})
        self._samples, self._passed = experiment.facts(), experiment.passed
        self._others: tuple[Samples, Turns | None] | None = None
        self._has_others = self._draws_others()
        self._states = {0: rolled_back(network, experiment)}
        self._nudges = nudges_of(flat_weights(network).size, range(TWINS))
        self._twins_at_0: tuple[FloatArray, FloatArray, FloatArray] | None = None
        self._end = flat_weights(made.trained)

    @property
    def known(self) -> int:
        """The number of places that are known."""
        return len(self._found)

    def _make_states(self) -> None:
        """Trains the network of the run, and stores it as it is at each place."""
        last = max(self._states)
        network, (X, T) = self._states[last].copy(), self._samples
        for start, stop in pairwise(self.places[self.places.index(last) :]):
            self._check()
            network.train(X[start:stop], T[start:stop], wait_for_kernel=True)
            self._states[stop] = network.copy()

    def is_stable(self) -> bool:
        """Whether the twins show that a nudge hardly grows."""
        starts, ends, finals = self._twins(0)
        self._twins_at_0 = starts, ends, finals
        grown = growths(starts, ends, flat_weights(self._states[0]), self._end)
        losses = [loss if math.isfinite(loss) else None for loss in finals.tolist()]
        moved = not np.array_equal(self._end, flat_weights(self._states[0]))
        return verdict_of(float(np.median(grown)), self._final, losses, moved=moved) == "stable"

    def go_on(self, on_progress: OnProgress) -> None:
        """Forks the run at the places that are not known yet, from the last to the first."""
        self._on_progress = on_progress
        self._samples = self._experiment.facts()
        try:
            self._make_states()
            self._others = self._other_samples()
            for place in reversed(self.places[: len(self.places) - self.known]):
                self._found.insert(0, (place, self.moved(place), self._moved_by(place)))
        finally:
            # Between two turns a long run would hold much memory.
            self._others, self._samples = None, (np.empty((0, 0)), np.empty((0, 0)))

    def found(self) -> WhenDecided:
        """The answer of the places that are known."""
        known = self._found
        places, moved, by_data = (list(column) for column in zip(*known, strict=True)) if known else ([], [], [])
        decided = [place for k, place in enumerate(places) if max(moved[k:]) <= DECIDED_BELOW]
        is_whole = len(places) == len(self.places)
        step = decided[0] if decided and (is_whole or decided[0] != places[0]) else None
        return WhenDecided(
            tuple(places), np.array(moved), np.array(by_data) if self._has_others else None, step,
            self._sentence(step, places, moved, by_data), is_whole,
        )  # fmt: skip

    def _sentence(self, step: int | None, places: list[int], moved: list[float], by_data: list[float]) -> str:
        one = self._experiment.rule.one
        if not places:
            return "There was no time to fork the run."
        if moved[-1] > DECIDED_BELOW:
            return "Until its last tenth the end depends on the last digits."
        if step is None:
            return f"From {one} {places[0]:,} on no nudge moves the end by more than 5 %; no fork before it is known."
        sentence = f"After {one} {step:,} the end no longer depends on the last digits."
        if step == 0:
            sentence = "Decided before the first step: no nudge moves the end by more than 5 %."
        share = by_data[places.index(step)]
        if share > DECIDED_BELOW:
            sentence += f" Other data from there on still change it by {percent_text(share)}."
        return sentence

    def moved(self, place: int) -> float:
        """How far twins from a place on move the end."""
        known = self._twins_at_0 if place == 0 else None
        finals = (self._twins(place) if known is None else known)[2]
        return float(np.sort(self._distances(finals))[RANK - 1])

    def _twins(self, place: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The weights of the twins at a place and at the end, and their final losses, nan for one that diverges."""
        state = self._states[place]
        starts, (X, T) = with_nudges(state, self._nudges), self._samples
        progress = state.progress and _of_runs(state.progress, TWINS)
        ends, losses = self._train(state, starts, (X[place:], T[place:]), progress)
        return starts, ends, self._finals(losses, self._passed)

    def _moved_by(self, place: int) -> float:
        """The median of how far other data from a place on move the end."""
        if self._others is None:
            return math.nan
        (X, T), passed = self._others
        state, runs = self._states[place], len(X)
        progress = state.progress and _of_runs(state.progress, runs)
        if progress is not None and passed is not None:
            turns = passed.copy()
            turns[:, :place] = progress.passed[:place] if progress.passed is not None else 0
            rest = Progress.at_rest(progress.rule, progress.samples, *progress.gradient.shape, passed=turns)
            progress = replace(progress, passed=turns, paces=rest.paces)
        starts = np.repeat(flat_weights(state)[None], runs, axis=0)
        _, losses = self._train(state, starts, (X[:, place:], T[:, place:]), progress)
        return float(np.median(self._distances(self._finals(losses, passed))))

    def _draws_others(self) -> bool:
        """Whether another data seed brings other samples, or another order of them."""
        experiment, table = self._experiment, self._experiment.table
        in_order = table is not None and not table.table.shuffled
        return not in_order or bool(experiment.noise) or experiment.distinct is not None

    def _other_samples(self) -> tuple[Samples, Turns | None] | None:
        """The samples and turns of other data seeds, of a table by one split; None where its rows come in order."""
        experiment, table = self._experiment, self._experiment.table
        if not self._has_others:
            return None
        inputs, n, distinct = table or experiment.inputs_name, experiment.samples, experiment.distinct
        X, T = (np.empty((OTHER_DATA, *part.shape)) for part in self._samples)
        turns = []
        for k, seed in enumerate(seeds_after(experiment.seed, OTHER_DATA)):
            self._check()
            replace(experiment.sample_source, seed=seed).write(X[k], T[k])
            turns.append(passed_over(inputs, seed, n, distinct, experiment.without))
        return (X, T), np.stack([each for each in turns if each is not None]) if experiment.without else None

    def _train(
        self, state: Network, starts: FloatArray, samples: Samples, progress: Progress | None
    ) -> tuple[FloatArray, FloatArray]:
        """The last weights, and every loss, of runs that go on from these weights on these samples."""
        X, T = samples
        n = X.shape[-2]
        losses = np.empty((len(starts), n))
        if not kernel.supports(state.layers):
            ends = np.empty_like(starts)
            for k, start in enumerate(starts):
                self._check()
                copy = state.copy()
                kernel.load_flat(kernel.parameters(copy.layers), start)
                copy.progress = progress and progress.of_runs(k).copy()
                losses[k] = copy.train(X if X.ndim == 2 else X[k], T if T.ndim == 2 else T[k])
                ends[k] = flat_weights(copy)
            return ends, losses
        alphas, ends = np.full(len(starts), self._experiment.alpha), starts
        at_once = max(1, WORK_AT_ONCE // (len(starts) * kernel.work(state.layers, X.shape[-1])))
        for first in range(0, n, at_once):
            self._check()
            part = slice(first, first + at_once)
            some = X[..., part, :], T[..., part, :]
            losses[:, part], ends = kernel.train_rows(state.layers, ends, alphas, *some, progress)
        return ends, losses

    def _finals(self, losses: FloatArray, passed: Turns | None) -> FloatArray:
        """The final loss of each row of the losses of a fork, nan for one that diverges."""
        last = settling_window(self._experiment.samples)
        means = mean_of_learned(losses[:, -last:], None if passed is None else passed[..., -last:])
        return np.where(diverged(losses, self._first).any(axis=1), math.nan, means)

    def _distances(self, finals: FloatArray) -> FloatArray:
        """|ℓ′ − ℓ| / max(ℓ′, ℓ), 0 where both are 0 and 1 where one is no number."""
        with np.errstate(all="ignore"):
            apart = np.abs(finals - self._final) / np.maximum(finals, self._final)
        apart = np.where(np.maximum(finals, self._final) == 0.0, 0.0, apart)
        return np.where(np.isfinite(apart), apart, 1.0)

    def _check(self) -> None:
        self._on_progress(self.known)


def _of_runs(progress: Progress, runs: int) -> Progress:
    """The progress of as many runs that are as far."""
    gradient, moments = (np.repeat(array[None], runs, axis=0) for array in (progress.gradient, progress.moments))
    return replace(progress, gradient=gradient, moments=moments)
