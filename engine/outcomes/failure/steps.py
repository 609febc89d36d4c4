"""steps: the loss fell by more than 10 % in the last tenth of the steps; or a run that ends above half of the best
constant answer's loss lowers it by as much when it learns its samples once more."""

from engine.base.metrics import mean_losses, settling_window
from engine.base.number_text import loss_text, percent_text
from engine.experiments.run import RunSamples, rolled_back, steps_at_once
from engine.outcomes.failure.evidence import Cause, Evidence
from engine.outcomes.failure.words import count_in_words
from engine.rules.rate import CONSTANT
from engine.training.network import Network

STILL_FALLING, FALLS_ON_SAMPLES = 0.90, 0.95
"""The mean loss of the last tenth of the steps is less than this share of the tenth before; and so is the loss of all
samples with the last weights, of that with the weights a tenth of the steps before: the same samples, so no luck."""


def falling_loss(evidence: Evidence) -> Cause | None:
    losses, n = evidence.made.losses, evidence.experiment.samples
    window = settling_window(n)
    if n < 2 * window:
        return None
    last, before = (float(mean_losses(part)) for part in (losses[-window:], losses[-2 * window : -window]))
    if not last < STILL_FALLING * before:
        return None
    earlier = _learned(evidence.checkpoint, n - window, evidence)
    if not evidence.end_loss < FALLS_ON_SAMPLES * evidence.loss_of(earlier):
        return None
    some = count_in_words(window, evidence.one)
    fell = f"The mean loss of the last {some} is {percent_text(1.0 - last / before)} below that of the {some} before"
    return Cause("steps", None, f"{fell}: more {evidence.one}s may lower it further.")


def second_time(evidence: Evidence) -> Cause | None:
    if evidence.rule.rate != CONSTANT:
        return None  # learning once more begins with the rate's first step, and more steps go on from its last
    end, again = evidence.end_loss, evidence.loss_of(_learned(evidence.made.trained, evidence.steps, evidence))
    if not again < STILL_FALLING * end:
        return None
    lowers = f"Learning the samples once more lowers the mean loss on {evidence.all_samples}"
    ends = f"from {loss_text(end)} to {loss_text(again)}"
    return Cause("steps", None, f"{lowers} {ends}: more {evidence.one}s may lower the final loss.")


def _learned(start: Network, steps: int, evidence: Evidence) -> Network:
    """The network after more steps from this one, on the samples of the run from the first on."""
    network, samples, done = rolled_back(start, evidence.experiment), RunSamples(evidence.experiment), 0
    while done < steps:
        evidence.on_progress(done)
        most = steps_at_once(network, evidence.experiment.width, wait_for_kernel=True)
        X, T = samples.next(min(steps - done, most))
        network.train(X, T)
        done += len(X)
    return network
