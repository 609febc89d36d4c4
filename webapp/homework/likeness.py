"""Answers that are the same run, or that differ in what changes nothing: named, and not judged."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from engine.comparison.comparison import compare
from engine.errors import TimeIsUpError
from webapp.classes.goals import listed
from webapp.homework.mark import MarkedRun

NEAR = 1e-3
"""Final losses that differ by less than this share may be those of runs that differ in what changes nothing."""
SAME_WEIGHTS = 0.02
MOST_COMPARED = 200
Key = tuple[int, str]


def name_alike(runs: Sequence[MarkedRun], check: Callable[[int], None]) -> None:
    """Writes into each mark who else handed in its run, and who one that is nearly the same."""
    by_run: dict[Key, list[MarkedRun]] = defaultdict(list)
    for run in runs:
        by_run[run.key].append(run)
    near: dict[Key, set[Key]] = {key: set() for key in by_run}
    for a, b in _nearly_alike({key: some[0] for key, some in by_run.items()}, check):
        near[a].add(b)
        near[b].add(a)
    for key, some in by_run.items():
        beside = [run for other in sorted(near[key]) for run in by_run[other]]
        for run in some:
            own = run.mark.handed_in.who
            parts = {"the run of": _others(some, own), "nearly the run of": _others(beside, own)}
            run.mark.same_as = "; ".join(f"{words} {names}" for words, names in parts.items() if names)


def _others(runs: Iterable[MarkedRun], own: str) -> str:
    names = dict.fromkeys(run.mark.handed_in.who for run in runs if run.mark.handed_in.who != own)
    return listed(list(names)) if names else ""


def _nearly_alike(runs: Mapping[Key, MarkedRun], check: Callable[[int], None]) -> Iterator[tuple[Key, Key]]:
    """Pairs of runs of one task that end in the same weights and the same answers, though their codes differ."""
    ends = {key: run.end.final for key, run in runs.items() if run.end is not None and math.isfinite(run.end.final)}
    ordered = sorted(ends, key=lambda key: (key[0], ends[key]))
    close = [(a, b) for a, b in pairwise(ordered) if a[0] == b[0] and ends[b] <= (1.0 + NEAR) * ends[a]]
    for a, b in close[:MOST_COMPARED]:
        try:
            found = compare(runs[a].experiment, runs[b].experiment, check, twins=0)
        except TimeIsUpError:
            return
        if found.same_answers and found.weights is not None and found.weights <= SAME_WEIGHTS:
            yield a, b
