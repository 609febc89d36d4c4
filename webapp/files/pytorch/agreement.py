"""The agreement of a run in PyTorch with NNBench's: in digits, or up to about which step.

PyTorch adds in another order and rounds some functions differently, so the weights differ in their last digits after
the first step. The growth of such a difference is measured with a twin: the same run from starting weights that are
nudged by 10⁻¹⁵ of their size, a few units in their last place. A nudge of 10⁻⁶, which shows how sensitive a run is,
would call runs chaotic that agree to nine digits in PyTorch.

By a rule with momentum or an optimizer, a difference grows in more ways, and one twin may happen to stay closer than
PyTorch does: then the script states the least agreement of three twins.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from engine.base.metrics import settling_window
from engine.base.numerics import FloatArray
from engine.experiments.run import Run, parameters, run
from engine.training.network import Network
from webapp.files.export_run import ExportedRun
from webapp.jobs.job import RunTooLong, current_job

NUDGE = 1e-15
"""The twin's starting weights are w (1 + NUDGE z), z normal; a weight of 0 stays 0, as rounding leaves it."""
SEEDS = [0, 9], [0, 10], [0, 11]
"""The seeds of z, which are those of no sample and of no weight: the same export is always the same text."""
BLOCK = 50
"""The steps of a block, whose mean losses are compared: the loss of a single sample is noise."""
PARTED = 0.1
"""Two curves have parted where the mean losses of a block differ by more than this part of the larger one."""
ROUNDING = 1e-24
"""Below this part of the run's scale a mean loss comes from errors of 10⁻¹² of it: their last digits are rounding.

A loss that is no square of small errors is as small as these, so below the root of this.
"""
MOST_DIGITS = 9
"""The digits of the final losses that the script prints."""

CAUSE = "PyTorch adds in another order than NNBench"
DIGITS = f"{CAUSE}, so the last digits can differ.\n"
MEASURED = f"\nMeasured in NNBench, with {{twins}} from starting weights nudged by {NUDGE:g} of their size."


class Agreement(NamedTuple):
    """The agreement of a run and its twin."""

    parted_at: int | None
    """About the step at which the two curves part; None where they stay together."""
    diverged_at: int | None
    """The step at which the run diverges, where its twin stays beside it until then."""
    rounding: bool
    """Whether the final loss is so small that it is the rounding of the numbers."""
    digits: int
    """The digits to which the final losses agree, MOST_DIGITS at most; 0 if they do not, or are not finite."""

    @property
    def extent(self) -> tuple[bool, int]:
        """The order of agreements, from the earliest step at which two runs part to runs that stay together."""
        if self.parted_at is not None:
            return False, self.parted_at
        return True, self.digits if self.diverged_at is None and not self.rounding else MOST_DIGITS + 1


def agreement(exported: ExportedRun, on_progress: Callable[[int], None] = lambda done: None) -> Agreement:
    """The least agreement of the run with a twin, each of which costs one more run; whatever on_progress raises ends
    it.

    There is one twin for plain training, and three for any other rule.
    """
    experiment = exported.link.experiment
    _, targets = next(experiment.fact_blocks())
    with np.errstate(all="ignore"):
        squares = experiment.rule.loss_row.quadratic
        size = float(np.mean(targets * targets)) if squares else float(np.mean(np.abs(targets)))
        rounding = ROUNDING if squares else math.sqrt(ROUNDING)
        twins = (
            run(experiment, nudged(exported.checkpoint, seed), on_progress, held_out=False)
            for seed in SEEDS[: _twins(exported)]
        )
        compared = (compare(exported.run, twin, size, rounding) for twin in twins)
        return min(compared, key=lambda measured: measured.extent)


def _twins(exported: ExportedRun) -> int:
    return 1 if exported.link.experiment.rule.plain else len(SEEDS)


def nudged(checkpoint: Network, seed: Sequence[int] = SEEDS[0]) -> Network:
    """A copy of the network whose weights w are w (1 + NUDGE z)."""
    network, rng = checkpoint.copy(), np.random.RandomState(seed)
    for array in parameters(network):
        np.multiply(array, 1 + NUDGE * rng.randn(*array.shape), out=array)
    return network


def compare(made: Run, twin: Run, size: float, rounding: float = ROUNDING) -> Agreement:
    """The agreement of two runs; the mean size of the targets, or their mean square, says which losses are small."""
    if not made.losses.any():  # nothing was rounded here, so that PyTorch has nothing to round either
        return Agreement(None, None, rounding=True, digits=0)
    ends = [step for step in (made.diverged_at, twin.diverged_at) if step is not None]
    end = min([len(made.losses), *ends])
    ours, theirs = block_means(made.losses[:end]), block_means(twin.losses[:end])
    floor = rounding * max([size, *ours[:1], *theirs[:1]])
    larger, apart = np.maximum(ours, theirs), np.abs(ours - theirs)
    parted = np.flatnonzero((apart > PARTED * larger) & (larger > floor))
    if parted.size:
        return Agreement(middle_of_block(int(parted[0]), end), None, rounding=False, digits=0)
    if ends:
        together = made.diverged_at is not None and twin.diverged_at is not None
        return Agreement(None if together else end, made.diverged_at if together else None, rounding=False, digits=0)
    return compare_final(made, twin, floor)


def compare_final(made: Run, twin: Run, floor: float) -> Agreement:
    """The agreement of two runs whose curves stay together to the end."""
    final, other, n = made.settled, twin.settled, len(made.losses)
    larger = max(final, other)
    if larger <= floor:
        return Agreement(None, None, rounding=True, digits=0)
    apart = abs(final - other) / larger
    if apart > PARTED:
        return Agreement(n - settling_window(n), None, rounding=False, digits=0)
    digits = MOST_DIGITS if apart == 0 else min(MOST_DIGITS, int(-np.log10(apart)))
    return Agreement(None, None, rounding=False, digits=digits)


def block_means(losses: FloatArray) -> FloatArray:
    """The mean loss of each BLOCK steps; the last block may be shorter."""
    starts = np.arange(0, len(losses), BLOCK)
    if not starts.size:
        return np.empty(0)
    means: FloatArray = np.add.reduceat(losses, starts) / np.diff(starts, append=len(losses))
    return means


def middle_of_block(number: int, end: int) -> int:
    """The step in the middle of a block of the steps before `end`."""
    return (number * BLOCK + min((number + 1) * BLOCK, end)) // 2


def agreement_sentences(exported: ExportedRun) -> str:
    """The script's words about its agreement. The run's limits hold for both; a twin that exceeds them is named."""
    job, one = current_job(), _twins(exported) == 1
    try:
        measured = agreement(exported, lambda _done: job.check_cancelled())
    except RunTooLong:
        longer = "a second run" if one else "more runs"
        return f"{DIGITS}To how many digits the losses agree was not measured: {longer} would take too long."
    said = in_words(measured, "step" if exported.link.experiment.batch == 1 else "sample")
    if not parameters(exported.checkpoint):
        return said
    return said + MEASURED.format(twins="a second run" if one else "three more runs")


def in_words(measured: Agreement, place: str) -> str:
    """The agreement in sentences; places in the run are counted in steps or in samples."""
    if measured.parted_at is not None:
        return (
            "This run is chaotic: it amplifies the smallest difference.\n"
            f"{CAUSE}, so the last digits differ,\n"
            f"and from about {place} {measured.parted_at:,} on the two curves part.\n"
            f"The exact {place} depends on the version of PyTorch and on the processor."
        )
    if measured.diverged_at is not None:
        return f"This run diverges at {place} {measured.diverged_at:,}, and in PyTorch at about the same {place}."
    if measured.rounding:
        return f"{DIGITS}The final loss is no larger than the rounding of the numbers, here and in PyTorch."
    if measured.digits == MOST_DIGITS:
        return f"{DIGITS}The final loss agrees with NNBench's to at least {MOST_DIGITS} digits."
    plural = "" if measured.digits == 1 else "s"
    return f"{DIGITS}The final loss agrees with NNBench's to about {measured.digits} digit{plural}."
