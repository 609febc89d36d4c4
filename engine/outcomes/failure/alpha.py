"""alpha, by one of three rules:

- the run diverges, or more than a third of the steps raised the loss of the very sample that they learned from, where a
  step is a sample's gradient times α and the rate;
- training raised the mean loss by more than 10 %;
- last of all causes: the same run learns at a third or a tenth of α, or at three or ten times as much.

α is called too large or too small only where the other α, in the first two a third, a tenth or a hundredth of it, ends
lower with most of 16 other data seeds too, or most of these diverge. Where that does not hold it is no cause; where it
cannot be asked, the counts alone are said. Where nothing else is at fault, and most other data seeds end at less than
half the final loss, the run fails by luck of its samples.
"""

from collections.abc import Iterable

import numpy as np

from engine.base.number_text import loss_text, number_text
from engine.errors import BenchError
from engine.experiments.experiment import Experiment
from engine.experiments.run import Training
from engine.layers.layers import MapLayer
from engine.outcomes.failure.evidence import FAILED_FROM, MOST_SEEDS, OTHER_SEEDS, Cause, Evidence
from engine.outcomes.failure.words import capitalized, layer_name
from engine.outcomes.nudged_runs import flat_weights, train_nudged

MOST_WORSE = 1 / 3
"""α is too large where more than this share of the steps raised the loss of the very sample that they learned from."""

FEW_WORSE = MOST_WORSE / 2
"""All steps are counted where more than this share of some steps, which lie evenly over the run, did so."""

TOO_LARGE, TOO_SMALL = "is too large", "is too small"
"""The judgement on α, or on α times the rate."""

SMALLER = (1 / 3, 1 / 10, 1 / 100)
"""α is too large where one of these multiples of it ends lower."""

OTHER_ALPHAS = (1 / 10, 1 / 3, 3.0, 10.0)
"""α is tried at these multiples, rounded to two digits: the α that is named, typed in, gives that very run."""


def worse_steps(evidence: Evidence) -> Cause | None:
    alpha, few = evidence.experiment.alpha, evidence.few_counts
    if not alpha > 0.0:
        return Cause(
            "alpha", 0, f"α is {number_text(alpha)}, and a step goes down the gradient only where α is above 0."
        )
    if evidence.made.diverged_at is None and few.worse <= FEW_WORSE * few.steps:
        return None
    counts = evidence.counts
    steps = "its only step" if counts.steps == 1 else f"{counts.worse:,} {evidence.of_steps}"
    worse = f"{steps} raised the loss of the very sample that {'it' if counts.worse == 1 else 'they'} learned from"
    if evidence.made.diverged_at is None:
        # Where a step is more than α times a gradient, it may raise that loss and α be well chosen.
        if not evidence.rule.moves_each_sample or counts.worse <= MOST_WORSE * counts.steps:
            return None
        return _blamed(evidence, counts.first_worse, worse)
    step = evidence.steps
    undefined = _undefined_activation(evidence)
    if undefined:
        return Cause("alpha", step, f"{undefined} at {evidence.one} {step:,}, and gives no number. Try a smaller α.")
    counted = f"; {worse}" * (counts.worse > 0 and evidence.rule.batch == 1)
    diverges = f"the run diverges at {evidence.one} {step:,}{counted}"
    return _blamed(evidence, step, diverges) or Cause("luck", step, f"{capitalized(diverges)}. {BY_DATA_SEED}")


BY_DATA_SEED = "It is this data seed: with most others a smaller α does not end lower."


def _blamed(evidence: Evidence, step: int | None, counted: str) -> Cause | None:
    """α is too large, as this shows; the count alone where no other seed is asked, and nothing where they deny it."""
    diverges = evidence.diverges_elsewhere()
    # Of samples that are given there are no others: a run that diverges on them does so for α.
    given = not isinstance(evidence.experiment, Experiment) and evidence.made.diverged_at is not None
    if diverges is None and not given:
        return Cause("alpha", step, f"{capitalized(counted)}.")
    smaller = _alphas_beside(evidence.experiment, SMALLER)
    if diverges is False and not any(evidence.is_lower_elsewhere(alpha) for alpha in smaller):
        return None
    return Cause("alpha", step, f"{capitalized(evidence.pace)} {TOO_LARGE}: {counted}.")


def _undefined_activation(evidence: Evidence) -> str:
    """The activation that gives no number at the step of divergence, though it is given one; empty for none."""
    step, network = evidence.steps, evidence.made.trained.copy()
    network.train(*evidence.sample(step - 1))
    X, _ = evidence.sample(step)
    for place, (layer, answer) in enumerate(zip(network.layers, network.responses(X), strict=True)):
        wrong = np.isnan(answer[0])
        if isinstance(layer, MapLayer) and np.isfinite(X).all() and wrong.any():
            return f"{capitalized(layer_name(network, place))} takes {number_text(X[0][wrong][0])}"
        X = answer
    return ""


def raised_loss(evidence: Evidence) -> Cause | None:
    if not evidence.is_raised:
        return None
    ends = f"from {loss_text(evidence.start_loss)} to {loss_text(evidence.end_loss)}"
    raised = f"training raised the mean loss on {evidence.all_samples} {ends}"
    if evidence.rule.decay:
        return Cause("alpha", None, f"α or decay is too large: {raised}.")
    return _blamed(evidence, None, raised)


def other_alpha(evidence: Evidence) -> Cause | None:
    alpha = evidence.experiment.alpha
    better = _better_alpha(evidence) if alpha > 0.0 else None
    if better is None:
        return None
    other, end = better
    same = f"with α {number_text(other)} the same run ends at {loss_text(end)}, not {loss_text(evidence.made.settled)}"
    lower = evidence.is_lower_elsewhere(other)
    if lower is None:
        return Cause("alpha", None, f"{capitalized(same)}.")
    wrong = TOO_LARGE if other < alpha else TOO_SMALL
    return Cause("alpha", None, f"{capitalized(evidence.pace)} {wrong}: {same}.") if lower else None


def by_data_seed(evidence: Evidence) -> Cause | None:
    ends = evidence.ends_elsewhere(evidence.experiment.alpha)
    lower = 0 if ends is None else int((ends < FAILED_FROM * evidence.made.settled).sum())
    if lower < MOST_SEEDS:
        return None
    with_others = f"with {lower} of {OTHER_SEEDS} other data seeds the same run ends at less than half of this loss"
    return Cause("luck", None, f"This run fails by luck of its samples: {with_others}.")


def _better_alpha(evidence: Evidence) -> tuple[float, float] | None:
    """The α, of some smaller and larger ones, at which the same run ends lowest, and its final loss there; None where
    it learns at none."""
    training = evidence.experiment
    alphas = np.array(sorted(set(_alphas_beside(training, OTHER_ALPHAS))))
    if not len(alphas):
        return None
    starts = np.tile(flat_weights(evidence.checkpoint), (len(alphas), 1))
    final = train_nudged(training, evidence.checkpoint, starts, alphas, evidence.on_progress).final
    if np.isnan(final).all():
        return None
    best = int(np.nanargmin(final))
    end = float(final[best])
    return (float(alphas[best]), end) if evidence.is_beaten_by(end) else None


def _alphas_beside(training: Training, times: Iterable[float]) -> list[float]:
    """These multiples of α, in two digits, as far as they can be trained with."""
    alphas = (float(f"{multiple * training.alpha:.1e}") for multiple in times)
    return [alpha for alpha in alphas if alpha > 0.0 and _allows(training, alpha)]


def _allows(training: Training, alpha: float) -> bool:
    try:
        training.rule.check(alpha, training.samples)
    except BenchError:
        return False
    return True
