"""Runs made again within a time that holds for all of them together, each once, on every core."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from engine import kernel
from engine.errors import TimeIsUpError
from engine.experiments.experiment import Experiment
from engine.outcomes.run_ends import RunEnd, alike, ends_of


class Replay(NamedTuple):
    """A run that is wanted, and whether its answers are counted."""

    experiment: Experiment
    is_scored: bool


class Replays:
    """Makes runs until its seconds are over."""

    def __init__(self, seconds: float) -> None:
        kernel.load()  # the seconds are for runs, not for a compiler
        self._until = time.monotonic() + seconds

    def check(self, _done: int = 0) -> None:
        """Raises TimeIsUpError once the seconds are over."""
        if time.monotonic() > self._until:
            raise TimeIsUpError("The time for all runs together is over.")

    def ends(self, wanted: Iterable[Replay]) -> Mapping[Replay, RunEnd]:
        """The ends of runs, in this order as far as they do not learn side by side; without those for which there was
        no time."""
        wanted = list(dict.fromkeys(wanted))
        found: dict[Replay, RunEnd] = {}
        for is_scored in (False, True):
            some = [one for one in wanted if one.is_scored == is_scored]
            groups = [[some[at] for at in group] for group in alike([one.experiment for one in some])]
            with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="replays") as threads:
                for group, ends in zip(groups, threads.map(self._of_group, groups), strict=True):
                    found |= zip(group, ends, strict=False)
        return found

    def _of_group(self, group: Sequence[Replay]) -> Sequence[RunEnd]:
        try:
            self.check()
            return ends_of([one.experiment for one in group], self.check, scored=group[0].is_scored)
        except TimeIsUpError:
            return []
