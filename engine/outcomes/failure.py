"""Why a run failed: the first of some causes that holds, from exact counts, in one sentence.

A run failed where it diverged, or where its final loss is at least half of the best constant answer's; too few steps
are named from a fifth of it on. A run that learned gets no sentence, however far it overshot on the way.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from engine.base.metrics import diverged, mean_losses, settling_window
from engine.base.numerics import FloatArray, sum_lanes
from engine.checks.gradcheck import DISAGREES, POINTS, check
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, run
from engine.kernel import frozen_places
from engine.layers.layers import AffinityLayer, MapLayer
from engine.outcomes.nudged_runs import flat_weights
from engine.outcomes.outcome import best_constant_loss
from engine.outcomes.step_counts import StepCounts, count_steps
from engine.training.network import Network

FAILED_FROM, MORE_STEPS_FROM = 0.5, 0.2
"""Shares of the best constant answer's loss."""

MOST_WORSE = 1 / 3
"""α is too large where more than this share of the steps made the very sample that they learned worse."""

SATURATED_BELOW = 0.01
"""An activation with a smaller slope is saturated."""

STILL_FALLING, FALLS_ON_SAMPLES = 0.90, 0.95
"""The mean loss of the last tenth of the steps is less than this share of the tenth before; and so is the loss of all
samples with the last weights, of that with the weights a tenth of the steps before: the same samples, so no luck."""

MOST_SAMPLES = 10_000
"""The last so many samples of a longer run are answered again by the trained network."""

LARGEST = 1e300
"""An α with which a step moves every weight whose gradient is not 0."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

Reason = Literal["target", "nothing", "gradient", "alpha", "silent", "saturated", "steps"]


@dataclass(frozen=True)
class Cause:
    """Why a run failed."""

    reason: Reason
    step: int | None
    """The step at which it shows first; None where it belongs to none."""
    sentence: str


def why(
    experiment: Experiment,
    checkpoint: Network | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
    *,
    made: Run | None = None,
) -> Cause | None:
    """Why the run failed, the first that holds; None for a run that learned, or for whose failure there is no cause.

    - target: at the step of divergence the target is no finite number, or so large that an answer of 0 diverges too.
    - nothing: the first loss is no number; or there are no weights, all are frozen, or not one moved.
    - gradient: backprop disagrees with the numeric gradient.
    - alpha: the run diverges, or more than a third of the steps made the very sample that they learned worse.
    - silent: at least half of the units of an activation answer 0, with slope 0, to all samples.
    - saturated: the last activation has |slope| < 0.01 for more than half of the pairs of unit and sample.
    - steps: the loss was still falling by more than 10 % in the last tenth of the steps.

    `checkpoint` holds the first weights, if not those of the experiment; `made` is the run, where it is known already.
    `on_progress` is called with a number of steps done before each piece of work, and whatever it raises ends it.
    """
    checkpoint = experiment.network() if checkpoint is None else checkpoint
    result = run(experiment, checkpoint, on_progress) if made is None else made
    evidence = _Evidence(experiment, checkpoint, result, on_progress)
    return next((cause for find in _causes(evidence) if (cause := find(evidence)) is not None), None)


@dataclass(frozen=True)
class _Evidence:
    """A run, and what the causes read of it, each computed when it is first needed."""

    experiment: Experiment
    checkpoint: Network
    made: Run
    on_progress: Callable[[int], None]

    @property
    def steps(self) -> int:
        """How many steps the run took before it diverged, all of them if it did not."""
        return self.experiment.samples if self.made.diverged_at is None else self.made.diverged_at

    @cached_property
    def counts(self) -> StepCounts:
        """Counts over these steps."""
        return count_steps(self.experiment, self.checkpoint, self.steps, self.on_progress)

    @cached_property
    def samples(self) -> tuple[FloatArray, FloatArray]:
        """The samples of the run, or the last of very many."""
        return self.experiment.facts_before(self.experiment.samples, MOST_SAMPLES)

    @cached_property
    def layer_inputs(self) -> list[FloatArray]:
        """What each layer of the trained network takes, for each of `samples`."""
        X, _ = self.samples
        return [X, *self.made.trained.responses(X)]

    @property
    def all_samples(self) -> str:
        """The samples, in words."""
        count = len(self.samples[0])
        return f"all {count:,} samples" if count == self.experiment.samples else f"all of the last {count:,} samples"

    def sample(self, number: int) -> tuple[FloatArray, FloatArray]:
        """One sample of the run, shapes (1, inputs) and (1, outputs)."""
        return self.experiment.facts_before(number + 1, 1)


Finder = Callable[[_Evidence], Cause | None]


def _causes(evidence: _Evidence) -> tuple[Finder, ...]:
    """The causes that may be named for such a run, in their order."""
    if evidence.made.diverged_at is not None:
        return _target, _nothing, _gradient, _alpha
    ceiling = best_constant_loss(evidence.experiment)
    if ceiling > 0.0 and evidence.made.settled >= FAILED_FROM * ceiling:
        return _nothing, _gradient, _alpha, _silent, _saturated, _steps
    return (_steps,) if ceiling > 0.0 and evidence.made.settled >= MORE_STEPS_FROM * ceiling else ()


def _target(evidence: _Evidence) -> Cause | None:
    step = evidence.steps
    X, T = evidence.sample(step)
    target = evidence.experiment.target
    first = evidence.made.losses[0]
    with np.errstate(all="ignore"):
        beyond = diverged(T[0] * T[0] / 2.0, first) & (step > 0)
    for output, value in enumerate(T[0].tolist()):
        if math.isfinite(value) and not beyond[output]:
            continue
        formula = target.formulas[output] if output < len(target.formulas) else f"output {output}"
        where = f"at sample {step}: {formula}{_inputs_of(formula, X[0])}"
        if math.isfinite(value):
            sentence = f"The target is {_number(value)} {where}. There, an answer of 0 would diverge too."
        else:
            sentence = f"The target is {'not a number' if math.isnan(value) else 'infinite'} {where}."
        return Cause("target", step, sentence)
    return None


def _nothing(evidence: _Evidence) -> Cause | None:
    if evidence.made.diverged_at == 0:
        return Cause("nothing", 0, "The first loss is not a finite number, before any weight has moved.")
    start = flat_weights(evidence.checkpoint)
    if not start.size:
        return Cause("nothing", 0, "There are no weights, so nothing can learn.")
    if len(frozen_places(evidence.checkpoint.layers)) == start.size:
        return Cause("nothing", 0, "Every weight is frozen, so nothing can learn.")
    if evidence.made.diverged_at is not None or evidence.counts.moved:
        return None
    unmoved = f"Not one weight moved in {_steps_in_words(evidence.steps)}"
    if _has_gradients(evidence):
        return Cause(
            "nothing", 0, f"{unmoved}: α is so small that each step is lost in the last digits of the weights."
        )
    return Cause("nothing", 0, f"{unmoved}: every gradient is 0.")


def _has_gradients(evidence: _Evidence) -> bool:
    """Whether any sample gives any weight a gradient, at the first weights."""
    start, network = flat_weights(evidence.checkpoint), evidence.checkpoint.copy()
    network.alpha = LARGEST
    for X, T in evidence.experiment.fact_blocks():
        network.train(X, T)
        if not np.array_equal(flat_weights(network), start):
            return True
    return False


def _gradient(evidence: _Evidence) -> Cause | None:
    experiment = evidence.experiment
    faulty = check(evidence.checkpoint, experiment.points(min(POINTS, experiment.samples))).faulty
    if faulty is None or faulty.state != DISAGREES or faulty.worst is None:
        return None
    where = "the whole network" if faulty.place is None else _layer(evidence.checkpoint, faulty.place)
    backprop, numeric = _number(faulty.worst.backprop), _number(faulty.worst.numeric)
    return Cause(
        "gradient", None, f"The gradient is wrong in {where}: {backprop} by backprop, {numeric} by differences."
    )


def _alpha(evidence: _Evidence) -> Cause | None:
    counts = evidence.counts
    worse = f"{counts.worse:,} of {counts.steps:,} steps made the very sample that they learned worse"
    if evidence.made.diverged_at is None:
        if counts.worse <= MOST_WORSE * counts.steps:
            return None
        return Cause("alpha", counts.first_worse, f"α is too large: {worse}.")
    step = evidence.steps
    undefined = _undefined_activation(evidence)
    if undefined:
        return Cause("alpha", step, f"{undefined} at step {step:,}, and gives no number. Try a smaller α.")
    return Cause(
        "alpha", step, f"α is too large: the run diverges at step {step:,}{f'; {worse}' * bool(counts.worse)}."
    )


def _undefined_activation(evidence: _Evidence) -> str:
    """The activation that gives no number at the step of divergence, though it is given one; empty for none."""
    step, network = evidence.steps, evidence.made.trained.copy()
    network.alpha = evidence.experiment.alpha
    network.train(*evidence.sample(step - 1))
    X, _ = evidence.sample(step)
    for place, (layer, answer) in enumerate(zip(network.layers, network.responses(X), strict=True)):
        wrong = np.isnan(answer[0])
        if isinstance(layer, MapLayer) and np.isfinite(X).all() and wrong.any():
            return f"L{_layer(network, place)[1:]} takes {_number(X[0][wrong][0])}"
        X = answer
    return ""


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
        step = int(evidence.counts.last_answers[place][silent].max()) + 1
        units = "Every unit" if count == silent.size else f"{count} of the {silent.size} units"
        answer = "answers" if count in (1, silent.size) else "answer"
        name = _layer(evidence.made.trained, place)
        since = f" No sample since step {step:,} has another answer." * (step < evidence.steps)
        return Cause("silent", step, f"{units} of {name} {answer} 0 to {evidence.all_samples}.{since}")
    return None


def _saturated(evidence: _Evidence) -> Cause | None:
    layers = evidence.made.trained.layers
    place = max((place for place, layer in enumerate(layers) if isinstance(layer, MapLayer)), default=None)
    if place is None:
        return None
    with np.errstate(all="ignore"):
        flat = np.abs(layers[place].function.slope(evidence.layer_inputs[place])) < SATURATED_BELOW
    if 2 * flat.sum() <= flat.size:
        return None
    share, name = _percent(flat.sum() / flat.size), _layer(evidence.made.trained, place)
    near_zero = f"its derivative lies within 0.01 of 0 for {share} of the pairs of unit and sample"
    return Cause("saturated", None, f"The last activation, {name}, is saturated: {near_zero}.")


def _steps(evidence: _Evidence) -> Cause | None:
    losses, n = evidence.made.losses, evidence.experiment.samples
    window = settling_window(n)
    if n < 2 * window:
        return None
    last, before = (float(mean_losses(part)) for part in (losses[-window:], losses[-2 * window : -window]))
    if not last < STILL_FALLING * before:
        return None
    earlier = run(evidence.experiment, evidence.checkpoint, evidence.on_progress, step=n - window).at_step
    if not _loss(evidence.made.trained, evidence) < FALLS_ON_SAMPLES * _loss(earlier, evidence):
        return None
    some = _steps_in_words(window)
    fell = f"The mean loss of the last {some} is {_percent(1.0 - last / before)} below that of the {some} before"
    return Cause("steps", None, f"{fell}: more steps may lower it further.")


def _loss(network: Network, evidence: _Evidence) -> float:
    """The mean loss of a network over the samples."""
    X, T = evidence.samples
    with np.errstate(all="ignore"):
        e = network.respond(X) - T
        return float((sum_lanes(e * e) / 2.0).mean())


def _layer(network: Network, place: int) -> str:
    """A layer in words, by its place counted from 1."""
    layer = network.layers[place]
    if isinstance(layer, AffinityLayer):
        return f"layer {place + 1} (dense {layer.inputs}→{layer.outputs})"
    name = (layer.name or "your function") if isinstance(layer, MapLayer) else type(layer).__name__
    return f"layer {place + 1} ({name})"


def _inputs_of(formula: str, x: FloatArray) -> str:
    """The inputs that a formula reads, with their values."""
    read = sorted({int(number) for number in re.findall(r"\bv(\d+)\b", formula)} & set(range(len(x))))
    values = [f"v{number} = {_number(float(x[number]))}" for number in read]
    return f" with {', '.join(values)}" if values else ""


def _number(value: float) -> str:
    digits, _, exponent = f"{value:.3g}".partition("e")
    power = f" × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}" if exponent else ""
    return digits.replace("-", "−") + power


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def _steps_in_words(count: int) -> str:
    return "step" if count == 1 else f"{count:,} steps"
