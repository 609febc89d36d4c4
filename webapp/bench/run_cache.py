"""Runs that were made a moment ago, so that drawing one in another way does not train it again.

A knob that is released requests the run that is shown once more, with axes of its own and all its pictures; so does
another theme.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

from engine.base.byte_cache import ByteCache
from engine.experiments.experiment import Experiment
from engine.experiments.run import Run, checkpoint_digest, parameters, run
from engine.training.held_out import MOST_STEPS
from engine.training.network import Network
from webapp.bench.budget import BUDGET, held_out_cost

MOST_BYTES = 9 * 1024 * 1024
"""Losses and weights of all runs together: one of a million samples, or hundreds as short as the slider makes them."""
PER_RUN = 4096
"""Bytes of a run beside its arrays."""


FEW_STEPS = 50
"""The most steps at which held-out losses are taken while a knob is held, where they cost more than COSTLY."""
COSTLY = BUDGET // 12


class RunKey(NamedTuple):
    """All that a run and the network at one of its steps depend on."""

    experiment: Experiment
    checkpoint: str
    step: int
    held_out_steps: int = MOST_STEPS


class RunCache:
    """The latest runs within a number of bytes; safe on many threads. `trained` is called with each run's time."""

    def __init__(self, most_bytes: int = MOST_BYTES, trained: Callable[[float], None] = lambda seconds: None) -> None:
        self.values: ByteCache[RunKey, Run] = ByteCache(most_bytes, size_of)
        self._trained = trained

    def run(
        self,
        experiment: Experiment,
        checkpoint: Network,
        on_progress: Callable[[int], None],
        step: int,
        *,
        held: bool = False,
    ) -> Run:
        """The run of `engine.run` with the network at that step, trained now or taken from the cache.

        While a knob is `held`, many held-out samples are looked at after fewer of its steps. A run whose target may
        answer differently next time is always trained.
        """

        is_few = held and held_out_cost(experiment, checkpoint) > COSTLY
        held_out_steps = FEW_STEPS if is_few else MOST_STEPS

        def train() -> Run:
            begun = time.perf_counter()
            made = run(
                experiment, checkpoint, on_progress, wait_for_kernel=False, step=step, held_out_steps=held_out_steps
            )
            self._trained(time.perf_counter() - begun)
            return made

        if not experiment.repeatable:
            return train()
        return self.values.get_or_make(RunKey(experiment, checkpoint_digest(checkpoint), step, held_out_steps), train)


def size_of(_: RunKey, made: Run) -> int:
    """About how many bytes a run takes: its losses, its weights at the start and in both networks."""
    arrays = [made.losses, made.first_weights, *parameters(made.trained), *parameters(made.at_step)]
    if made.held_out is not None:
        arrays.append(made.held_out.losses)
    for progress in (made.trained.progress, made.at_step.progress):
        arrays += [] if progress is None else [progress.gradient, progress.moments, progress.paces]
    return PER_RUN + sum(array.nbytes for array in arrays)
