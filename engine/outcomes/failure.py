"""Why a run failed: the first of some causes that holds, from exact counts, in one sentence.

A run failed where it diverged, or where its final loss is at least half of the best constant answer's, or where that is
0 of the loss that it starts with; too few steps are named from a fifth of it on. A run that learned gets no sentence,
however far it overshot on the way.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from engine.base.metrics import diverged, mean_losses, settling_window
from engine.base.number_text import loss_text, number_text, percent_text, rounded_down, rounded_up
from engine.base.numerics import FloatArray, sum_lanes
from engine.checks.gradcheck import DISAGREES, POINTS, check
from engine.data.samples import Samples
from engine.experiments.experiment import Experiment, rows_before
from engine.experiments.run import (
    OnProgress,
    Run,
    RunSamples,
    Training,
    rolled_back,
    run,
    steps_at_once,
    watched_blocks,
)
from engine.fitting.affine_fit import affine_fit
from engine.kernel import frozen_places
from engine.layers.faulty_layers import spoken_function
from engine.layers.layers import AffinityLayer, IdentityLayer, Layer, MapLayer
from engine.outcomes.alike_units import AlikeUnits, alike_units
from engine.outcomes.answer_range import answer_range, loss_outside
from engine.outcomes.compared_runs import better_alpha, without_decay
from engine.outcomes.floor import Floor
from engine.outcomes.monotone import is_rising, least_loss, linear_rank, structure
from engine.outcomes.nudged_runs import flat_weights
from engine.outcomes.outcome import best_constant_loss, constant_loss, loss_to_beat
from engine.outcomes.step_counts import KNOWN_LAYERS, StepCounts, count_steps
from engine.rules.losses import HALF_SQUARE, Loss
from engine.rules.rate import CONSTANT, rates
from engine.rules.rule import TrainingRule
from engine.training.network import Network

FAILED_FROM, MORE_STEPS_FROM, FAR_FROM = 0.5, 0.2, 0.75
"""Shares of the best constant answer's loss; a run is held against those with another α from the last one on."""

MOST_WORSE = 1 / 3
"""α is too large where more than this share of the steps raised the loss of the very sample that they learned from."""

SATURATED_BELOW, MOST_OF_SAMPLES = 0.01, 0.9
"""A unit is saturated where its slope is smaller than the first for this share of the samples or more."""

STILL_FALLING, FALLS_ON_SAMPLES = 0.90, 0.95
"""The mean loss of the last tenth of the steps is less than this share of the tenth before; and so is the loss of all
samples with the last weights, of that with the weights a tenth of the steps before: the same samples, so no luck."""

RAISED = 1.1
"""Training raised the loss of all samples where it ends at this multiple of its start, or more.

With a right gradient, any small enough α lowers it: the steps add up to one down the gradient of the mean loss.
"""

LEAST_MOVE, LARGE_MOVE, COMMON_ALPHA = 1e-9, 1e-3, 0.1
"""α is too small where no weight moves by more than the first share of the largest weight, and where α = 0.1 would have
moved one by the second."""

TOO_LARGE, TOO_SMALL = "α is too large", "α is too small"
"""The opening of a sentence that compares two runs."""

OUT_OF_RANGE = "gives no number"
"""The words of a sentence about an activation that cannot give the targets."""

BEST_SHARE = 0.9
"""The shape of the network is at fault where the best of this shape has this share, or more, of the lower of the
trained network's loss and the best constant answer's: on all samples, and on the last, which the final loss is of."""

MOST_OUTSIDE = 0.4
"""The targets that an activation cannot give are at fault where they alone have this share, or more, of the loss of the
best constant answer and of the trained network."""

MOST_SAMPLES = 10_000
"""The last samples of a longer run, at most this number, whose responses are kept for every layer at once."""

MOST_INPUTS = 4
"""The most inputs that are named of a target that reads a whole vector."""

LARGEST = 1e300
"""An α with which a step moves every weight whose gradient is not 0."""

Reason = Literal["target", "nothing", "gradient", "alpha", "shape", "alike", "silent", "saturated", "decay", "steps"]


@dataclass(frozen=True)
class Cause:
    """Why a run failed."""

    reason: Reason
    step: int | None
    """The step at which the cause shows first; None for a cause that has no step."""
    sentence: str


def why(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: OnProgress = lambda done: None,
    *,
    made: Run | None = None,
    floor: Floor | None = None,
    compared: bool = True,
) -> Cause | None:
    """Why the run failed: the first cause that holds; None for a run that learned, or if none holds.

    - target: at the step of divergence the target is no finite number, or so large that an answer of 0 diverges too.
    - nothing: the first loss is no number; or there are no weights, all are frozen, or not one moved; or α is so small
      that none moved by more than a part in 10⁹.
    - gradient: backprop disagrees with the numeric gradient.
    - alpha: the run diverges, or more than a third of the steps raised the loss of the very sample that they
      learned from, where a step is a sample's gradient times α and the rate. After decay: training raised
      the mean loss by more than 10 %.
    - shape: no weights of such a network bring its loss far down. It is an affine function of its inputs, and the best
      one of its rank has at least 90 % of the trained network's loss and of the best constant answer's; or its outputs
      rise in one direction only, and no such function has less than half of the best constant answer's; or targets
      outside the range of its last activation have 40 % of both.
    - alike: all units between two dense layers are alike, before the run and after it; named before silent where their
      weights are 0 at first, else after it.
    - silent: at least half of the units of an activation answer 0, with slope 0, to all samples.
    - saturated: the last activation has |slope| < 0.01 for more than half of the pairs of unit and sample, in units
      that have it for at least 90 % of the samples; and training did not raise the mean loss by more than 10 %, as it
      does from a good start that is saturated too.
    - decay: the same run without decay learns. This and the last of alpha are for a run that ends above three quarters
      of the best constant answer's loss, and to learn is to end 5 % below that answer's, and a quarter below the run
      itself.
    - shape, by a floor: the one that is given is at least 90 % of the trained network's loss and of the best constant
      answer's.
    - alpha, last of all: the same run learns at a third or a tenth of α, or at three or ten times as much.
    - steps: the loss fell by more than 10 % in the last tenth of the steps; or a run that ends above half of the best
      constant answer's loss lowers it by as much when it learns its samples once more.

    `checkpoint` holds the first weights, if not those of the experiment; `made` is the run, where it is known already,
    and `floor` its `engine.floor`, which is never searched for here. Unless it is `compared`, no other run is made, so
    that neither decay nor the last of alpha is named. `on_progress` is called with a number of steps done before each
    piece of work, and whatever it raises ends it.
    """
    checkpoint = experiment.network() if checkpoint is None else checkpoint
    return why_from(experiment, checkpoint, on_progress, made=made, floor=floor, compared=compared)


def why_from(
    training: Training,
    checkpoint: Network,
    on_progress: OnProgress = lambda done: None,
    *,
    made: Run | None = None,
    floor: Floor | None = None,
    compared: bool = True,
) -> Cause | None:
    """`why` for first weights and samples from anywhere, as a bench of Python functions has them."""
    result = run(training, checkpoint, on_progress) if made is None else made
    evidence = _Evidence(training, checkpoint, result, on_progress, floor, compared)
    return next((cause for find in _causes(evidence) if (cause := find(evidence)) is not None), None)


@dataclass(frozen=True)
class _Evidence:
    """A run, and the evidence that causes rest on, each computed when it is first needed."""

    experiment: Training
    checkpoint: Network
    made: Run
    on_progress: OnProgress
    floor: Floor | None
    compared: bool

    @property
    def steps(self) -> int:
        """The number of steps before the run diverged, all of them if it did not."""
        return self.experiment.samples if self.made.diverged_at is None else self.made.diverged_at

    @cached_property
    def counts(self) -> StepCounts:
        """Counts over these steps."""
        return count_steps(self.experiment, self.checkpoint, self.steps, self.on_progress)

    @cached_property
    def ceiling(self) -> float:
        """The loss of the best constant answer; nan where a target is no number."""
        return best_constant_loss(self.experiment, self.on_progress)

    @cached_property
    def to_beat(self) -> float:
        """The loss that a run which learns ends below."""
        return loss_to_beat(self.experiment, self.checkpoint, self.on_progress)

    @cached_property
    def samples(self) -> Samples:
        """The samples of the run, or the last of very many."""
        return rows_before(self.blocks(), self.experiment.samples, MOST_SAMPLES)

    def blocks(self) -> Iterator[Samples]:
        """All samples, block after block."""
        return watched_blocks(self.experiment, self.on_progress)

    @cached_property
    def layer_inputs(self) -> list[FloatArray]:
        """The inputs of each layer of the trained network, for each of `samples`."""
        X, _ = self.samples
        return [X, *self.made.trained.responses(X)]

    @cached_property
    def start_loss(self) -> float:
        """The mean loss of `samples` with the first weights."""
        return _loss(self.checkpoint, self)

    @cached_property
    def end_loss(self) -> float:
        """The mean loss of `samples` with the last weights."""
        return _loss(self.made.trained, self)

    @cached_property
    def alike(self) -> list[AlikeUnits]:
        """The hidden layers whose units are all alike, as far as every weight is known."""
        return alike_units(self.checkpoint, self.made.trained) if self.states_weights else []

    @property
    def is_raised(self) -> bool:
        """Whether training raised the mean loss."""
        return math.inf > self.end_loss > RAISED * self.start_loss

    @property
    def all_samples(self) -> str:
        """The samples, in words."""
        count = len(self.samples[0])
        return f"all {count:,} samples" if count == self.experiment.samples else f"all of the last {count:,} samples"

    @property
    def of_steps(self) -> str:
        """The number of steps of the counts, in words."""
        spread = ", spread evenly over the run," * (self.counts.steps < self.steps)
        return f"of {self.counts.steps:,} steps{spread}"

    @property
    def rule(self) -> TrainingRule:
        """The rule by which the samples are learned, beside α."""
        return self.experiment.rule

    @property
    def loss(self) -> Loss:
        """The loss that measures the answers."""
        return self.rule.loss_row

    @property
    def one(self) -> str:
        """The unit that is counted along the run: a step, or where a step has several samples, a sample."""
        return "step" if self.rule.batch == 1 else "sample"

    @property
    def pace(self) -> str:
        """The words for the factor of every step."""
        return "α" if self.rule.rate == CONSTANT else "α times the rate"

    @property
    def states_weights(self) -> bool:
        """Whether every weight is known; a layer of one's own need not state those that it has."""
        layers = map(type, self.checkpoint.layers)
        return all(
            kind in KNOWN_LAYERS or (issubclass(kind, Layer) and kind.parameters is not Layer.parameters)
            for kind in layers
        )

    def sample(self, number: int) -> Samples:
        """One sample of the run, shapes (1, inputs) and (1, outputs)."""
        return rows_before(self.blocks(), number + 1, 1)


Finder = Callable[[_Evidence], Cause | None]


def _causes(evidence: _Evidence) -> tuple[Finder, ...]:
    """The causes that may be named for such a run, in their order."""
    if evidence.made.diverged_at is not None:
        return _target, _nothing, _gradient, _alpha
    ceiling, settled = evidence.ceiling, evidence.made.settled
    spoilt = _nothing, _gradient, _alpha, _shape, _one_direction, _out_of_range, _zero, _silent, _alike, _saturated
    if ceiling == 0.0:
        # Where one answer is right for all samples, counts over single steps say little.
        return (_nothing, _gradient, _silent, _saturated) if settled >= FAILED_FROM * evidence.to_beat > 0.0 else ()
    if settled >= FAILED_FROM * ceiling:
        counted = _raised, _shape_by_floor, _steps, _more_steps
        far = evidence.compared and settled >= FAR_FROM * ceiling
        return (*spoilt, _decay, *counted, _other_alpha) if far else (*spoilt, *counted)
    # The last samples may be easy: a final loss of theirs says little of a shape that cannot learn them all.
    return (_one_direction, _out_of_range, _steps) if settled >= MORE_STEPS_FROM * ceiling else ()


def _target(evidence: _Evidence) -> Cause | None:
    step = evidence.steps
    X, T = evidence.sample(step)
    formulas = evidence.experiment.formulas
    first = evidence.made.losses[0]
    with np.errstate(all="ignore"):
        alone = evidence.loss.value(np.zeros((T.shape[1], 1)), T[0][:, None])
        beyond = diverged(alone, first) if step else ~np.isfinite(alone)
    for output, value in enumerate(T[0].tolist()):
        if math.isfinite(value) and not beyond[output]:
            continue
        formula = formulas[output] if output < len(formulas) else f"output {output}"
        where = f"at sample {step}: {formula}{_inputs_of(formula, X[0])}"
        if math.isfinite(value):
            sentence = f"The target is {number_text(value)} {where}. There, an answer of 0 would diverge too."
        else:
            sentence = f"The target is {'not a number' if math.isnan(value) else 'infinite'} {where}."
        return Cause("target", step, sentence)
    return None


def _nothing(evidence: _Evidence) -> Cause | None:
    if evidence.made.diverged_at == 0:
        return Cause("nothing", 0, "The first loss is not a finite number, before any weight has moved.")
    if not evidence.states_weights:
        return None
    start = flat_weights(evidence.checkpoint)
    if len(frozen_places(evidence.checkpoint.layers)) == start.size:
        wrong = "Every weight is frozen" if start.size else "There are no weights"
        return Cause("nothing", 0, f"{wrong}, so nothing can learn.")
    return _unmoved(start, evidence)


def _unmoved(start: FloatArray, evidence: _Evidence) -> Cause | None:
    if evidence.made.diverged_at is not None:
        return None
    alpha, end = evidence.experiment.alpha, flat_weights(evidence.made.trained)
    with np.errstate(all="ignore"):
        moved = float(np.max(np.abs(end - start)))
    if moved > 0.0:
        largest = float(np.max(np.abs([start, end])))
        if LEAST_MOVE * largest < moved or not COMMON_ALPHA / alpha * moved >= LARGE_MOVE * largest:
            return None
        ends = f"No weight ends more than {number_text(rounded_up(moved))} from where it began"
        return Cause("nothing", 0, f"{ends}: {evidence.pace} is too small.")
    why_unmoved = _why_unmoved(evidence)
    in_all = f"Not one weight moved in {_count_in_words(evidence.steps, evidence.one)}"
    return Cause("nothing", 0, f"{in_all}: {why_unmoved}.") if why_unmoved else None


def _why_unmoved(evidence: _Evidence) -> str:
    """The rate, the gradients or α, whichever left every weight where it was; empty where that is not known."""
    if not rates(evidence.rule.rate, evidence.rule.steps(evidence.steps)).any():
        return "the rate is 0 at every step"
    if not _has_gradients(evidence):
        return "every gradient is 0"
    surely = not evidence.counts.moved and evidence.counts.steps == evidence.steps
    if not (surely and evidence.experiment.alpha > 0.0):
        return ""
    return f"{evidence.pace} is so small that each step is lost in the last digits of the weights"


def _has_gradients(evidence: _Evidence) -> bool:
    """Whether any sample gives any weight a gradient, at the first weights."""
    start, network = flat_weights(evidence.checkpoint), evidence.checkpoint.copy()
    network.begin(TrainingRule(loss=evidence.loss.name), evidence.steps)
    network.alpha = LARGEST
    samples, done = RunSamples(evidence.experiment), 0
    while done < evidence.steps:
        evidence.on_progress(done)
        most = steps_at_once(network, evidence.experiment.width, wait_for_kernel=True)
        X, T = samples.next(min(evidence.steps - done, most))
        network.train(X, T)
        if not np.array_equal(flat_weights(network), start):
            return True
        done += len(X)
    return False


def _gradient(evidence: _Evidence) -> Cause | None:
    X, _ = rows_before(evidence.blocks(), POINTS, POINTS)
    faulty = check(evidence.checkpoint, X).faulty
    if faulty is None or faulty.state != DISAGREES or faulty.worst is None:
        return None
    where = "the whole network" if faulty.place is None else _layer(evidence.checkpoint, faulty.place)
    backprop, numeric = number_text(faulty.worst.backprop), number_text(faulty.worst.numeric)
    return Cause(
        "gradient", None, f"The gradient is wrong in {where}: {backprop} by backprop, {numeric} by differences."
    )


def _alpha(evidence: _Evidence) -> Cause | None:
    alpha, counts = evidence.experiment.alpha, evidence.counts
    if not alpha > 0.0:
        return Cause(
            "alpha", 0, f"α is {number_text(alpha)}, and a step goes down the gradient only where α is above 0."
        )
    worse = f"{counts.worse:,} {evidence.of_steps} raised the loss of the very sample that they learned from"
    if evidence.made.diverged_at is None:
        # Where a step is more than α times a gradient, it may raise that loss and α be well chosen.
        if not evidence.rule.moves_each_sample or counts.worse <= MOST_WORSE * counts.steps:
            return None
        return Cause("alpha", counts.first_worse, f"α is too large: {worse}.")
    step = evidence.steps
    undefined = _undefined_activation(evidence)
    if undefined:
        return Cause("alpha", step, f"{undefined} at {evidence.one} {step:,}, and gives no number. Try a smaller α.")
    counted = f"; {worse}" * (counts.worse > 0 and evidence.rule.batch == 1)
    return Cause("alpha", step, f"α is too large: the run diverges at {evidence.one} {step:,}{counted}.")


def _undefined_activation(evidence: _Evidence) -> str:
    """The activation that gives no number at the step of divergence, though it is given one; empty for none."""
    step, network = evidence.steps, evidence.made.trained.copy()
    network.train(*evidence.sample(step - 1))
    X, _ = evidence.sample(step)
    for place, (layer, answer) in enumerate(zip(network.layers, network.responses(X), strict=True)):
        wrong = np.isnan(answer[0])
        if isinstance(layer, MapLayer) and np.isfinite(X).all() and wrong.any():
            return f"{_capitalized(_layer(network, place))} takes {number_text(X[0][wrong][0])}"
        X = answer
    return ""


def _zero(evidence: _Evidence) -> Cause | None:
    found = evidence.alike
    return _alike_cause(evidence, found[0]) if found and found[0].zero else None


def _alike(evidence: _Evidence) -> Cause | None:
    return _alike_cause(evidence, evidence.alike[0]) if evidence.alike else None


def _alike_cause(evidence: _Evidence, one: AlikeUnits) -> Cause:
    name = _layer(evidence.checkpoint, one.place)
    start = f"The {one.units} units of {name} start alike{', with every weight 0,' * one.zero} and end alike"
    still = "" if one.moved else " Every weight of this layer ends where it began."
    reason = "equal weights get equal gradients, so they do the work of one unit"
    return Cause("alike", None, f"{start}: {reason}.{still}")


def _silent(evidence: _Evidence) -> Cause | None:
    for place, layer in enumerate(evidence.made.trained.layers):
        if not isinstance(layer, MapLayer):
            continue
        x, y = evidence.layer_inputs[place : place + 2]
        with np.errstate(all="ignore"):
            silent = ((y == 0.0) & (layer.function.slope(x) == 0.0)).all(axis=0)
        count = int(silent.sum())
        if 2 * count < max(1, silent.size):
            continue
        units = "Every unit" if count == silent.size else f"{count} of the {silent.size} units"
        answer = "answers" if count in (1, silent.size) else "answer"
        name = _layer(evidence.made.trained, place)
        step, since = None, ""
        if evidence.counts.steps == evidence.steps:
            step = int(evidence.counts.last_answers[place][silent].max()) + 1
            if step == 0:
                since = " At no step did a sample get another answer."
            elif step < evidence.steps:
                since = f" No sample since {evidence.one} {step:,} has another answer."
        return Cause("silent", step, f"{units} of {name} {answer} 0 to {evidence.all_samples}.{since}")
    return None


def _saturated(evidence: _Evidence) -> Cause | None:
    layers = evidence.made.trained.layers
    place = max((place for place, layer in enumerate(layers) if isinstance(layer, MapLayer)), default=None)
    if place is None:
        return None
    with np.errstate(all="ignore"):
        flat = np.abs(layers[place].function.slope(evidence.layer_inputs[place])) < SATURATED_BELOW
    # A unit of ReLU may well have slope 0 for half of the samples, and learn from the others.
    units = flat.mean(axis=0) >= MOST_OF_SAMPLES
    if 2 * flat[:, units].sum() <= flat.size or evidence.is_raised:
        return None
    share = percent_text(flat.sum() / flat.size)
    several = sum(isinstance(layer, MapLayer) for layer in layers) > 1
    name = _capitalized(_layer(evidence.made.trained, place)) + ", the last," * several
    near_zero = f"its derivative lies within 0.01 of 0 for {share} of the pairs of unit and sample"
    return Cause("saturated", None, f"{name} is saturated: {near_zero}.")


def _shape(evidence: _Evidence) -> Cause | None:
    layers = evidence.checkpoint.layers
    rank = linear_rank(layers) if evidence.loss is HALF_SQUARE else None
    best = None if rank is None else affine_fit(evidence.blocks(), rank)
    if best is None:
        return None
    samples, final = evidence.experiment.samples, evidence.made.settled
    trained = _mean_loss(_composed(evidence.made.trained, evidence.experiment.width), samples, evidence)
    latest = _mean_loss(best.respond, settling_window(samples), evidence)
    # The final loss is that of the last samples, so the best of this shape is held against it on these samples too.
    if not (
        best.floor >= BEST_SHARE * min(trained, best.constant) and latest >= BEST_SHARE * min(final, evidence.ceiling)
    ):
        return None
    return _no_better(evidence, best.floor, trained, f"these {samples:,} samples")


def _one_direction(evidence: _Evidence) -> Cause | None:
    X, T = evidence.samples
    if evidence.loss is not HALF_SQUARE or not is_rising(evidence.checkpoint.layers):
        return None
    least = least_loss(X, T)
    if least is None or not least >= FAILED_FROM * constant_loss(evidence.loss, T, T):
        return None
    return _no_better(evidence, least, evidence.end_loss, evidence.all_samples)


def _out_of_range(evidence: _Evidence) -> Cause | None:
    found, (_, T) = answer_range(evidence.checkpoint.layers), evidence.samples
    if found is None or evidence.loss is not HALF_SQUARE:
        return None
    place, low, high = found
    with np.errstate(all="ignore"):
        least = loss_outside(T, low, high)
    if not least >= MOST_OUTSIDE * constant_loss(evidence.loss, T, T) or not least >= MOST_OUTSIDE * evidence.end_loss:
        return None
    ends = [f"below {number_text(low)}"] * (low > -math.inf) + [f"above {number_text(high)}"] * (high < math.inf)
    name = _capitalized(_layer(evidence.checkpoint, place))
    gives = f"{name} {OUT_OF_RANGE} {' or '.join(ends)}, and some targets lie there"
    return Cause("shape", None, f"{gives}: {_no_weights(least, evidence.end_loss, evidence.all_samples)}.")


def _no_weights(least: float, trained: float, samples: str) -> str:
    bound, ends = loss_text(rounded_down(least)), loss_text(trained)
    return f"no weights bring the mean loss on {samples} below {bound}; now it is {ends}"


def _no_better(evidence: _Evidence, least: float, trained: float, samples: str) -> Cause:
    """The sentence that no network of this shape has a lower loss, and why, where the shape alone says so."""
    why_not, bound, ends = structure(evidence.checkpoint.layers), loss_text(rounded_down(least)), loss_text(trained)
    if why_not:
        return Cause("shape", None, f"{why_not}: {_no_weights(least, trained, samples)}.")
    has = f"has a mean loss below {bound} on {samples}"
    return Cause("shape", None, f"No network of this shape {has}; the trained one has {ends} there.")


def _shape_by_floor(evidence: _Evidence) -> Cause | None:
    floor = evidence.floor
    if floor is None or floor.loss is None or floor.witness is None or floor.trained is None or floor.ceiling is None:
        return None
    if not floor.loss >= BEST_SHARE * min(floor.trained, floor.ceiling):
        return None
    window = settling_window(evidence.experiment.samples)
    latest = _mean_loss(floor.witness.network().respond, window, evidence)
    if not latest >= BEST_SHARE * min(evidence.made.settled, evidence.ceiling):
        return None
    why_not, on, end = structure(evidence.checkpoint.layers), floor.measured_on, loss_text(floor.trained)
    least = loss_text(rounded_down(floor.loss))
    if why_not and not floor.exact:
        below = f"no weights were found that bring the mean loss on {on} below {least}"
        return Cause("shape", None, f"{why_not}: {below}; now it is {end}.")
    has = "has a mean loss" if floor.exact else "was found with a mean loss"
    return Cause(
        "shape", None, f"No network of this shape {has} below {least} on {on}; the trained one has {end} there."
    )


def _raised(evidence: _Evidence) -> Cause | None:
    if not evidence.is_raised:
        return None
    ends = f"from {loss_text(evidence.start_loss)} to {loss_text(evidence.end_loss)}"
    raised = f"training raised the mean loss on {evidence.all_samples} {ends}"
    at_fault = "α or decay" if evidence.rule.decay else "α"
    return Cause("alpha", None, f"{at_fault} is too large: {raised}.")


def _decay(evidence: _Evidence) -> Cause | None:
    settled, decay = evidence.made.settled, evidence.rule.decay
    made, ceiling = evidence.made, evidence.ceiling
    end = without_decay(evidence.experiment, evidence.checkpoint, made, ceiling, evidence.on_progress)
    if end is None:
        return None
    ends = f"without it the same run ends at {loss_text(end)}, not {loss_text(settled)}"
    return Cause("decay", None, f"Decay {number_text(decay)} is too large: {ends}.")


def _other_alpha(evidence: _Evidence) -> Cause | None:
    alpha, settled = evidence.experiment.alpha, evidence.made.settled
    if not alpha > 0.0:
        return None
    better = better_alpha(evidence.experiment, evidence.checkpoint, settled, evidence.ceiling, evidence.on_progress)
    if better is None:
        return None
    other, end = better
    ends = f"with α {number_text(other)} the same run ends at {loss_text(end)}, not {loss_text(settled)}"
    return Cause("alpha", None, f"{TOO_LARGE if other < alpha else TOO_SMALL}: {ends}.")


def _composed(network: Network, width: int) -> Callable[[FloatArray], FloatArray]:
    """The responses of a network that is an affine function, by one matrix."""
    with np.errstate(all="ignore"):
        [offset] = network.respond(np.zeros((1, width)))
        slopes = network.respond(np.eye(width)) - offset
    return lambda X: offset + X @ slopes


def _mean_loss(respond: Callable[[FloatArray], FloatArray], last: int, evidence: _Evidence) -> float:
    """The mean loss of these responses to the last samples."""
    total, start = 0.0, evidence.experiment.samples - last
    with np.errstate(all="ignore"):
        for X, T in evidence.blocks():
            latest = slice(max(0, start), None)
            e = respond(X[latest]) - T[latest]
            total += float((sum_lanes(e * e) / 2.0).sum())
            start -= len(X)
    return total / last


def _steps(evidence: _Evidence) -> Cause | None:
    losses, n = evidence.made.losses, evidence.experiment.samples
    window = settling_window(n)
    if n < 2 * window:
        return None
    last, before = (float(mean_losses(part)) for part in (losses[-window:], losses[-2 * window : -window]))
    if not last < STILL_FALLING * before:
        return None
    earlier = _learned(evidence.checkpoint, n - window, evidence)
    if not evidence.end_loss < FALLS_ON_SAMPLES * _loss(earlier, evidence):
        return None
    some = _count_in_words(window, evidence.one)
    fell = f"The mean loss of the last {some} is {percent_text(1.0 - last / before)} below that of the {some} before"
    return Cause("steps", None, f"{fell}: more {evidence.one}s may lower it further.")


def _more_steps(evidence: _Evidence) -> Cause | None:
    if evidence.rule.rate != CONSTANT:
        return None  # learning once more begins with the rate's first step, and more steps go on from its last
    end, again = evidence.end_loss, _loss(_learned(evidence.made.trained, evidence.steps, evidence), evidence)
    if not again < STILL_FALLING * end:
        return None
    lowers = f"Learning the samples once more lowers the mean loss on {evidence.all_samples}"
    ends = f"from {loss_text(end)} to {loss_text(again)}"
    return Cause("steps", None, f"{lowers} {ends}: more {evidence.one}s may lower the final loss.")


def _learned(start: Network, steps: int, evidence: _Evidence) -> Network:
    """The network after more steps from this one, on the samples of the run from the first on."""
    network, samples, done = rolled_back(start, evidence.experiment), RunSamples(evidence.experiment), 0
    while done < steps:
        evidence.on_progress(done)
        most = steps_at_once(network, evidence.experiment.width, wait_for_kernel=True)
        X, T = samples.next(min(steps - done, most))
        network.train(X, T)
        done += len(X)
    return network


def _loss(network: Network, evidence: _Evidence) -> float:
    """The mean loss of a network over all samples, or over the last of very many."""
    X, T = evidence.samples
    with np.errstate(all="ignore"):
        return float(evidence.loss.value(network.respond(X), T).mean())


LAYER_KINDS = {AffinityLayer: "dense layer", MapLayer: "activation", IdentityLayer: "identity layer"}
"""The name of a layer in sentences; any other is a layer of your own."""


def _layer(network: Network, place: int) -> str:
    """dense layer 2 (4→4), the activation (tanh): a layer by its kind, numbered where there are several of that."""
    layer, kinds = network.layers[place], list(map(_kind, network.layers))
    kind = kinds[place]
    name = f"{kind} {kinds[: place + 1].count(kind)}" if kinds.count(kind) > 1 else f"the {kind}"
    if isinstance(layer, AffinityLayer):
        return f"{name} ({layer.inputs}→{layer.outputs})"
    if isinstance(layer, MapLayer):
        return f"{name} ({spoken_function(layer.name or 'your function')})"
    return name if isinstance(layer, IdentityLayer) else f"{name} ({type(layer).__name__})"


def _kind(layer: Any) -> str:
    return next((kind for known, kind in LAYER_KINDS.items() if isinstance(layer, known)), "layer of your own")


def _capitalized(text: str) -> str:
    return text[0].upper() + text[1:]


def _inputs_of(formula: str, x: FloatArray) -> str:
    """The inputs that a formula reads, with their values."""
    if re.search(r"\bv\b", formula) and len(x) <= MOST_INPUTS:
        return f" with v = ({', '.join(number_text(float(value)) for value in x)})"
    read = sorted({int(number) for number in re.findall(r"\bv(\d+)\b", formula)} & set(range(len(x))))
    values = [f"v{number} = {number_text(float(x[number]))}" for number in read]
    return f" with {', '.join(values)}" if values else ""


def _count_in_words(count: int, one: str) -> str:
    return one if count == 1 else f"{count:,} {one}s"
