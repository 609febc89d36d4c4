"""Answers that are the same run, or that differ in what changes nothing: named, and not judged."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from engine.comparison.pair import Pair
from engine.errors import TimeIsUpError
from engine.experiments.experiment import Experiment
from engine.experiments.run import run
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
    for one in runs:
        by_run[one.key].append(one)
    near: dict[Key, set[Key]] = {key: set() for key in by_run}
    for a, b in _nearly_alike({key: some[0] for key, some in by_run.items()}, check):
        near[a].add(b)
        near[b].add(a)
    for key, some in by_run.items():
        beside = [one for other in sorted(near[key]) for one in by_run[other]]
        for one in some:
            own = one.mark.handed_in.name
            parts = {"the run of": _others(some, own), "nearly the run of": _others(beside, own)}
            one.mark.same_as = "; ".join(f"{words} {names}" for words, names in parts.items() if names)


def _others(runs: Iterable[MarkedRun], own: str) -> str:
    names = dict.fromkeys(who for one in runs if (who := one.mark.handed_in.name) != own)
    return listed(list(names)) if names else ""


def _nearly_alike(runs: Mapping[Key, MarkedRun], check: Callable[[int], None]) -> Iterator[tuple[Key, Key]]:
    """Pairs of runs of one task that end in the same weights and the same answers, though their codes differ."""
    ends = {key: one.end.final for key, one in runs.items() if one.end is not None and math.isfinite(one.end.final)}
    ordered = sorted(ends, key=lambda key: (key[0], ends[key]))
    close = [(a, b) for a, b in pairwise(ordered) if a[0] == b[0] and ends[b] <= (1.0 + NEAR) * ends[a]]
    for a, b in close[:MOST_COMPARED]:
        try:
            if _end_alike(runs[a].experiment, runs[b].experiment, check):
                yield a, b
        except TimeIsUpError:
            return


def _end_alike(a: Experiment, b: Experiment, check: Callable[[int], None]) -> bool:
    """Whether two runs end in the same answers and the same weights, as `compare` says it; it would take a plane too,
    which is most of its work."""
    made = [run(one, one.network(), check, wait_for_kernel=True, held_out=False) for one in (a, b)]
    pair = Pair(made[0], made[1], check, twins=0)
    return bool(pair.same_answers) and pair.weights is not None and pair.weights.distance <= SAME_WEIGHTS
