"""The search for the floor: exactly where the network is an affine function, else by fits from many starts.

A fit is Levenberg and Marquardt's on 500 samples. Of the points that it passes, the one with the least loss on 1,000
others is its candidate, so that a fit which learns its samples by heart is taken before it does. The best of all is
fitted further on 4,000 others, and read on as many again, so that its loss owes nothing to a choice. A table's rows are
all that there is to learn: the floor is read on them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine import kernel
from engine.base.metrics import mean_losses, settling_window
from engine.base.numerics import FloatArray, sum_lanes
from engine.base.random_stream import random_stream
from engine.data.inputs import epoch_order, input_distribution_named
from engine.data.samples import Samples, blurred
from engine.data.table import Table
from engine.errors import OutOfRangeError
from engine.experiments.experiment import DrawnWeights, Experiment
from engine.experiments.run import OnProgress, Run, run
from engine.fitting.affine_fit import affine_fit, affine_rank
from engine.fitting.jacobian import FITTED_LAYERS, Errors, WeightSpace
from engine.fitting.levenberg_marquardt import descent
from engine.fitting.matrix_threads import one_thread_for_matrices
from engine.layers.layers import AffinityLayer
from engine.outcomes.floor import Floor
from engine.outcomes.nudged_runs import flat_weights
from engine.outcomes.outcome import constant_loss
from engine.rules.losses import HALF_SQUARE, Loss
from engine.training.network import Network

STARTS = 16
"""Drawn starts of the fits; the end of the run is one more."""

MOST_STARTS = 64

EVALUATIONS = 200
"""The most times that a fit may compute the network's errors."""

PATIENCE = 30
"""A fit ends after this number of steps without a lower loss on the samples of its choice."""

MOST_DERIVATIVES = 600
"""The most free weights times outputs that are fitted: about a second for a start."""

FITTED, CHOSEN_ON, READ_ON = 500, 1_000, 4_000
"""Samples of a fit, of the choice of its candidate, and of the floor; the best is fitted further on as many."""

FURTHER, FURTHER_WORK = 60, 6_000
"""The most evaluations of the further fit, and the most of them times derivatives, but no fewer than ten."""

STREAM = (0, 0, 8)
"""These samples come from RandomState([0, 0, 8, 0]) to […, 4], whatever the experiment's seed is: those of a run come
from one number, weights from two or three, and the nudges of twins from [0, 0, 7, …]."""

SLOPES_AT = 3
"""Starts at which a network without slopes is looked for."""

SAME = 1e-6
"""An affine witness has the loss of its fit up to this share, and up to as small a share of the ceiling."""


@dataclass(frozen=True)
class Candidate:
    """The best network that one fit found."""

    piece: int
    """The number of its start."""
    loss: float
    """Its mean loss on the samples of the choice, by which candidates are compared; inf where none is finite."""
    weights: FloatArray
    """Its flat weights."""


def floor(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: OnProgress = lambda done: None,
    *,
    made: Run | None = None,
    starts: int = STARTS,
) -> Floor:
    """The least loss that the experiment's network is known to reach, with weights that reach it, and the run beside.

    - No weight can change: the loss of the network as it is.
    - Dense layers alone, no weight frozen: the best affine function of the stack's rank, exactly, by least squares.
    - Else fits by Levenberg and Marquardt's method (1944, 1963) with the network's own Jacobian, at most 200
      evaluations each on 500 samples: from starts drawn as the experiment draws its weights, with seeds 0 to 15 (normal
      draws where it names its weights, or begins at 0), and from the end of its run. Frozen weights keep their values.

    All losses of the result are means over 4,000 samples that no run and no fit has seen, computed by the layers
    themselves; a table's over its rows. No floor lies above the best constant answer, where the network can give it.
    They are the same to the bit at each call, and for
    the witness of another machine too, though its fit may find another witness. The result says in a sentence why there
    is none: a loss other than half the square, targets that are not finite, layers of one's own, a layer that stands in
    two places, more than 600 free weights times outputs, slopes that are all 0.

    `checkpoint` holds the first weights, if not those of the experiment; `made` is the run, where it is known already.
    `on_progress` is called with the number of fits that are done, before each evaluation, and whatever it raises ends
    the search. OutOfRangeError for fewer than 1 or more than 64 starts.
    """
    search = FloorSearch(experiment, checkpoint, lambda _step: on_progress(0), made=made, starts=starts)
    return search.floor([search.candidate(piece, on_progress) for piece in range(search.pieces)])


def floor_samples(experiment: Experiment) -> Samples:
    """The samples that the losses of a floor are means over, X (n, inputs) and T (n, outputs)."""
    return _samples(experiment, 2, READ_ON, whole_table=True)


def mean_loss(network: Network, X: FloatArray, T: FloatArray, loss: Loss = HALF_SQUARE) -> float:
    """The mean loss of a network over some samples, in the engine's order of sums; it may be inf or nan."""
    with np.errstate(all="ignore"):
        return float(mean_losses(loss.value(network.respond(X), T)))


class FloorSearch:
    """The search in pieces, a fit each, which may be made one by one, in any order, and again: they are the same."""

    def __init__(
        self,
        experiment: Experiment,
        checkpoint: Network | None = None,
        on_progress: OnProgress = lambda done: None,
        *,
        made: Run | None = None,
        starts: int = STARTS,
    ) -> None:
        """Makes the run, unless it is known; `on_progress` is called with its steps. Arguments are those of `floor`."""
        if not 1 <= starts <= MOST_STARTS:
            raise OutOfRangeError(f"A floor is searched for from 1 to {MOST_STARTS} starts, not {starts}.")
        self._experiment, self._starts = experiment, starts
        self._network = experiment.network() if checkpoint is None else checkpoint
        self._run = run(experiment, self._network, on_progress) if made is None else made
        self._fitted, self._chosen_on = _samples(experiment, 0, FITTED), _samples(experiment, 1, CHOSEN_ON)
        self._read_on = floor_samples(experiment)
        self._loss = experiment.rule.loss_row
        self._ceiling = _constant_loss(self._loss, self._read_on[1])
        finite = all(np.isfinite(T).all() for _, T in (self._fitted, self._chosen_on, self._read_on))
        unfit = _unfit_loss(self._loss) or _unfit_layers(self._network)
        self._refusal = unfit or _unfit_targets(self._ceiling, finite=finite)
        self._known = None if self._refusal else self._without_fits()
        if self.pieces:
            derivatives = experiment.outputs * WeightSpace(self._network.layers).start.size
            self._refusal = _too_many(derivatives) or self._without_slopes()
            self._further = max(10, min(FURTHER, FURTHER_WORK // max(1, derivatives)))

    @property
    def pieces(self) -> int:
        """The number of fits to make; 0 where the floor is known without fits, or there is none."""
        return 0 if self._refusal or self._known is not None else self._starts + 1

    def candidate(self, piece: int, on_progress: OnProgress = lambda done: None) -> Candidate:
        """The candidate of one fit, 0 ≤ piece < pieces; the last starts from the end of the run.

        `on_progress` is called with `piece` before each evaluation, some milliseconds, and whatever it raises ends the
        fit.
        """
        space = WeightSpace(self._start(piece).layers)

        def errors(point: FloatArray) -> Errors:
            on_progress(piece)
            return space.errors(point, *self._fitted)

        best, least, since = space.start, math.inf, 0
        with one_thread_for_matrices():
            for point in descent(errors, space.start, EVALUATIONS):
                loss = space.errors(point, *self._chosen_on).loss
                best, least, since = (point, loss, 0) if loss < least else (best, least, since + 1)
                if since == PATIENCE:
                    break
        return Candidate(piece, least, space.weights(best))

    def floor(self, candidates: Sequence[Candidate] = ()) -> Floor:
        """The floor of these candidates: that of the whole search where the best of all pieces is among them.

        Of equally good ones the first counts.
        """
        found = self._known
        trained = mean_loss(self._run.trained, *self._read_on, self._loss)
        if self.pieces:
            sound = [one for one in candidates if math.isfinite(one.loss) and np.isfinite(one.weights).all()]
            best = [self._network.with_weights(min(sound, key=lambda one: one.loss).weights)] if sound else []
            networks = [*best, *map(self._fitted_further, best), self._run.trained]
            found = self._lowest(networks)
            if not _or_inf(mean_loss(found, *self._read_on)) < self._ceiling:
                found = self._lowest([found, self._constant()])
        loss = math.inf if found is None else _or_inf(mean_loss(found, *self._read_on))
        return self._result(found, loss, trained)

    def _lowest(self, networks: Sequence[Network]) -> Network:
        return min(networks, key=lambda network: _or_inf(mean_loss(network, *self._read_on)))

    def _fitted_further(self, network: Network) -> Network:
        """The network after a fit on as many samples as the floor is read on, as long as the loss of others falls."""
        space = WeightSpace(network.layers)
        fitted, chosen_on = (_samples(self._experiment, number, READ_ON, whole_table=True) for number in (3, 4))
        best, least = space.start, math.inf
        with one_thread_for_matrices():
            for point in descent(lambda point: space.errors(point, *fitted), space.start, self._further):
                loss = space.errors(point, *chosen_on).loss
                best, least = (point, loss) if loss < least else (best, least)
        return self._network.with_weights(space.weights(best))

    def _constant(self) -> Network:
        """The network that gives the best one answer for all, as far as its last dense layer may change."""
        network = self._network.copy()
        *before, last = [layer for layer in network.layers if isinstance(layer, AffinityLayer)]
        frozen = set(last.frozen)
        last.M.ravel()[sorted(set(range(last.M.size)) - frozen)] = 0.0
        for layer in before:
            layer.freeze()
        last.freeze(frozen | set(range(last.M.size)))
        space = WeightSpace(network.layers)
        *_, best = descent(lambda point: space.errors(point, *self._read_on), space.start, EVALUATIONS)
        return self._network.with_weights(space.weights(best))

    def _without_slopes(self) -> str:
        """Why no fit can move: every derivative is 0 at the first starts."""
        for piece in range(min(SLOPES_AT, self._starts)):
            space = WeightSpace(self._start(piece).layers)
            if space.errors(space.start, *self._fitted).jacobian().any():
                return ""
        return "There is no floor: every derivative by a weight is 0, so no fit can move one."

    def _result(self, found: Network | None, loss: float, trained: float) -> Floor:
        refusal = self._refusal
        if found is None or not (loss < math.inf and np.isfinite(flat_weights(found)).all()):
            refusal = refusal or "There is no floor: no network of this shape was found to have a finite loss."
        final = self._run.sound_settled
        return Floor(
            loss=None if refusal else loss,
            ceiling=self._ceiling if math.isfinite(self._ceiling) else None,
            exact=not refusal and (self._known is not None or loss == 0.0),
            witness=None if refusal or found is None else self._experiment.with_weights_of(found),
            trained=trained if final is not None and math.isfinite(trained) else None,
            final=final,
            final_samples=settling_window(self._experiment.samples),
            samples=len(self._read_on[0]),
            rows=isinstance(self._experiment.inputs, Table),
            starts=self._starts if self.pieces else 0,
            free=WeightSpace(self._network.layers).start.size > 0,
            refusal=refusal,
        )

    def _without_fits(self) -> Network | None:
        """The best network of this shape where it is known exactly."""
        if WeightSpace(self._network.layers).start.size == 0:
            return self._network
        rank = affine_rank(self._network.layers)
        fit = None if rank is None else affine_fit([self._read_on], rank)
        if fit is None:
            return None
        dense = [layer for layer in self._network.layers if isinstance(layer, AffinityLayer)]
        arrays = fit.weights([(layer.M.shape[1], layer.M.shape[0]) for layer in dense])
        best = self._network.with_weights(kernel.flattened(arrays))
        near = abs(mean_loss(best, *self._read_on) - fit.floor) <= SAME * max(fit.floor, SAME * self._ceiling)
        return best if near else None

    def _start(self, piece: int) -> Network:
        if piece == self._starts:
            return self._run.trained
        weights = self._experiment.weights
        scheme = weights.scheme if isinstance(weights, DrawnWeights) and weights.scheme != "zero" else "normal"
        drawn = flat_weights(replace(self._experiment, weights=DrawnWeights(piece, scheme)).network())
        frozen = kernel.frozen_places(self._network.layers)
        drawn[frozen] = flat_weights(self._network)[frozen]
        return self._network.with_weights(drawn)


def _samples(experiment: Experiment, number: int, count: int, *, whole_table: bool = False) -> Samples:
    """`count` samples of the stream of that number, with the experiment's noise.

    Of a table the rows that are not held out, nor left out, each once.
    """
    rng = random_stream([*STREAM, number])
    if experiment.table is not None:
        left_in = ~np.isin(experiment.table.rows.learned + 1, experiment.without)
        X, T = (part[left_in] for part in experiment.table.learned)
        rows = len(X)
        some = slice(None) if whole_table or rows <= FITTED else epoch_order(rng, min(count, rows), rows, shuffled=True)
        X, T = X[some], T[some]
    else:
        X = input_distribution_named(experiment.inputs_name).draw(rng, count, experiment.width)
        T = np.ascontiguousarray(experiment.target(X.T).T)
    return (blurred(X, experiment.noise, rng.randn(*X.shape)), T) if experiment.noise else (X, T)


def _constant_loss(loss: Loss, T: FloatArray) -> float:
    """The mean loss of the best constant answer to these targets; not finite where one is not, or is too large."""
    if loss is not HALF_SQUARE:
        return constant_loss(loss, T, T)
    with np.errstate(all="ignore"):
        t = T - T[0]
        e = t - t.mean(axis=0)
        return float(mean_losses(sum_lanes(e * e) / 2.0))


# Why no floor is searched for, in a sentence; empty if one is.


def _unfit_layers(network: Network) -> str:
    for place, layer in enumerate(network.layers, start=1):
        if type(layer) not in FITTED_LAYERS:
            return (
                f"There is no floor: layer {place} is of your own kind, {type(layer).__name__}, and cannot be fitted."
            )
    learning = [id(layer) for layer in network.layers if layer.parameters]
    if len(set(learning)) < len(learning):
        return "There is no floor: one dense layer stands in two places, and cannot be fitted."
    return ""


def _unfit_loss(loss: Loss) -> str:
    """A fit lowers the sum of squared errors, and so does the best affine function."""
    return (
        "" if loss is HALF_SQUARE else "There is no floor: it is searched for where the loss is half the squared error."
    )


def _unfit_targets(ceiling: float, *, finite: bool) -> str:
    if not finite:
        return "There is no floor: the target is not a finite number for all inputs."
    if not math.isfinite(ceiling):
        return "There is no floor: the target is so large that its loss is not a finite number."
    return ""


def _too_many(derivatives: int) -> str:
    if derivatives <= MOST_DERIVATIVES:
        return ""
    return (
        f"There is no floor: this network has {derivatives:,} free weights times outputs, and it takes too long to fit "
        f"more than {MOST_DERIVATIVES}."
    )


def _or_inf(loss: float) -> float:
    return loss if math.isfinite(loss) else math.inf
